"""The days of a term on which there is no class, as people type them and calendars name them.

Pure: from text or bytes to values.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from readings.core.dates import MAX_LENGTH, Day, writes_day_first
from readings.core.days_off import without_holiday_mark
from readings.core.named_days import NamedDays, read_named_days
from readings.schedule.calendar_events import NotTaken, days_off, spans

MAX_DAYS: Final = 60  # of one break
MAX_LINES: Final = 400
UNNAMED: Final = "Holiday"


@dataclass(frozen=True, order=True)
class Holiday:
    """A day without class, and what it is called."""

    day: dt.date
    name: str = UNNAMED


@dataclass(frozen=True)
class Problem:
    """Something that was not taken, in a sentence, with the line it is on (from 1, where known)."""

    message: str
    line: int | None = None

    def __str__(self) -> str:
        return self.message if self.line is None else f"Line {self.line}: {self.message}"


@dataclass(frozen=True)
class HolidaysRead:
    """Holidays in order, a day once; and what a person should look at."""

    holidays: tuple[Holiday, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_holidays(text: str, *, starts_on: dt.date, ends_on: dt.date) -> HolidaysRead:
    """The holidays of typed lines, one a line: "Oct 13-14 Fall study break".

    The year is the first that puts a day into the term.  A day named twice keeps its first name; of
    a break that reaches beyond the term, the days within count.
    """
    lines = text.splitlines()
    day_first = writes_day_first([line[:MAX_LENGTH] for line in lines[:MAX_LINES]])
    found: list[Holiday] = []
    problems: list[Problem] = []
    for number, line in enumerate(lines[:MAX_LINES], start=1):
        if not line.strip():
            continue
        try:
            found += _holidays_of(read_named_days(line, day_first=day_first), starts_on, ends_on)
        except NotTaken as refusal:
            problems.append(Problem(str(refusal), number))
    if any(line.strip() for line in lines[MAX_LINES:]):
        problems.append(Problem(f"Only the first {MAX_LINES} lines were read.", MAX_LINES + 1))
    return HolidaysRead(each_once(found), tuple(problems))


def read_calendar(data: bytes, *, starts_on: dt.date, ends_on: dt.date) -> HolidaysRead:
    """The days off in an iCalendar file (RFC 5545): all-day events whose names say so.

    An event that repeats every year on its date, or on a weekday such as the fourth Thursday of
    November, is on that day of the term; one that repeats otherwise is a problem.
    """
    try:
        events = days_off(data)
    except NotTaken as refusal:
        return HolidaysRead(problems=(Problem(str(refusal)),))
    found: list[Holiday] = []
    problems: list[Problem] = []
    for event in events:
        name = tidy_name(str(event.get("SUMMARY", "")))
        try:
            for first, last in spans(event, starts_on, ends_on):
                found += days_between(first, last, name, starts_on=starts_on, ends_on=ends_on)
        except NotTaken as refusal:
            problems.append(Problem(f"“{name}”: {refusal}"))
    if not found and not problems:
        said = f"None of its days off is in the term, {_said(starts_on, ends_on)}."
        problems.append(Problem(said))
    return HolidaysRead(each_once(found), tuple(problems))


def write_holidays(holidays: Iterable[Holiday]) -> str:
    """The lines from which ``read_holidays`` reads these holidays again."""
    days = sorted(holidays)
    # Days in a row have the same distance from their places in the list.
    runs = groupby(enumerate(days), key=lambda at: (at[1].name, at[1].day.toordinal() - at[0]))
    lines = []
    for (name, _distance), group in runs:
        run = [holiday.day for _place, holiday in group]
        for start in range(0, len(run), MAX_DAYS):
            part = run[start : start + MAX_DAYS]
            said = str(part[0]) if len(part) == 1 else f"{part[0]} – {part[-1]}"
            lines.append((part[0], f"{said}: {name}"))
    return "\n".join(line for _day, line in sorted(lines))


def each_once(holidays: Iterable[Holiday]) -> tuple[Holiday, ...]:
    """In order of their days; a day that comes twice keeps the name it has first."""
    named: dict[dt.date, Holiday] = {}
    for holiday in holidays:
        named.setdefault(holiday.day, holiday)
    return tuple(sorted(named.values()))


def days_between(
    first: dt.date, last: dt.date, name: str, *, starts_on: dt.date, ends_on: dt.date
) -> Iterator[Holiday]:
    """The days from ``first`` to ``last`` that lie in the term.  Raises ``NotTaken``."""
    if (last - first).days + 1 > MAX_DAYS:
        raise NotTaken(f"{_said(first, last)} is longer than {MAX_DAYS} days.")
    start, end = max(first, starts_on), min(last, ends_on)
    for ordinal in range(start.toordinal(), end.toordinal() + 1):
        yield Holiday(dt.date.fromordinal(ordinal), name)


def tidy_name(words: str) -> str:
    """A name on one line, "Labor Day" of "Labor Day (Holiday)"; "Holiday" where there is none."""
    return without_holiday_mark(re.sub(r"\s+", " ", words)) or UNNAMED


def _holidays_of(named: NamedDays, starts_on: dt.date, ends_on: dt.date) -> list[Holiday]:
    if named.problem:
        raise NotTaken(named.problem)
    if not named.spans:
        raise NotTaken("No day is named here. Write it as “Sep 1 Labor Day”.")
    name = tidy_name(named.words)
    found: list[Holiday] = []
    for span in named.spans:
        first, last = _place(span, starts_on, ends_on)
        found += days_between(first, last, name, starts_on=starts_on, ends_on=ends_on)
    return found


def _place(span: tuple[Day, Day], starts_on: dt.date, ends_on: dt.date) -> tuple[dt.date, dt.date]:
    """The dates of the first year in which the span touches the term.  Raises ``NotTaken``."""
    for day in span:
        if not day.exists:
            raise NotTaken(f"There is no {day}.")
    first, last = span
    # A break may have begun in the year before the term's.
    for year in range(max(starts_on.year - 1, dt.MINYEAR), ends_on.year + 1):
        start, end = first.in_year(year), last.in_year(year)
        if start and end and end < start and not last.year:
            end = last.in_year(min(year + 1, dt.MAXYEAR))
        if start and end and start <= end and end >= starts_on and start <= ends_on:
            return start, end
    if first.year and last.year and first.in_year(first.year) > last.in_year(last.year):  # type: ignore[operator]
        raise NotTaken(f"{first} – {last} ends before it begins.")
    said = str(first) if first == last else f"{first} – {last}"
    raise NotTaken(f"{said} is outside the term, {_said(starts_on, ends_on)}.")


def _said(first: dt.date, last: dt.date) -> str:
    return f"{first:%b} {first.day}, {first.year} – {last:%b} {last.day}, {last.year}"
