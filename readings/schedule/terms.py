"""The dates of a term, as pure functions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator


def week_number(day: dt.date, term_starts_on: dt.date) -> int:
    """The week of the term in which ``day`` lies; weeks begin on Monday, the first is 1."""
    monday = term_starts_on - dt.timedelta(days=term_starts_on.weekday())
    return (day - monday).days // 7 + 1


def meeting_dates(
    starts_on: dt.date, ends_on: dt.date, weekdays: Collection[int]
) -> Iterator[tuple[int, dt.date]]:
    """Each date of the term on one of ``weekdays`` (Monday is 0), with the number of its week."""
    day = starts_on
    while day <= ends_on:
        if day.weekday() in weekdays:
            yield week_number(day, starts_on), day
        day += dt.timedelta(days=1)
