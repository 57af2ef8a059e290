"""The dates of a term, as pure functions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from readings.schedule.holidays import Holiday


@dataclass(frozen=True)
class TermDay:
    """A day on which the class meets, or would but for ``holiday``, its name ("": a class)."""

    week: int
    day: dt.date
    holiday: str = ""


def week_number(day: dt.date, term_starts_on: dt.date) -> int:
    """The week of the term in which ``day`` lies; weeks begin on Monday, the first is 1."""
    monday = term_starts_on - dt.timedelta(days=term_starts_on.weekday())
    return (day - monday).days // 7 + 1


def meeting_dates(
    starts_on: dt.date, ends_on: dt.date, weekdays: Collection[int]
) -> Iterator[tuple[int, dt.date]]:
    """Each date of the term on one of ``weekdays`` (Monday is 0), with the number of its week."""
    for ordinal in range(starts_on.toordinal(), ends_on.toordinal() + 1):
        day = dt.date.fromordinal(ordinal)
        if day.weekday() in weekdays:
            yield week_number(day, starts_on), day


def class_days(
    starts_on: dt.date,
    ends_on: dt.date,
    weekdays: Collection[int],
    holidays: Iterable[Holiday],
) -> list[TermDay]:
    """Each date of the term on one of ``weekdays`` (Monday is 0), holidays among them.

    A holiday on another weekday is not in it; of a day that is named twice the first name counts.
    """
    names: dict[dt.date, str] = {}
    for holiday in holidays:
        names.setdefault(holiday.day, holiday.name)
    return [
        TermDay(week, day, names.get(day, ""))
        for week, day in meeting_dates(starts_on, ends_on, weekdays)
    ]
