"""Give the meetings of a schedule their dates and weeks, once its year is known."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from readings.core.dates import WEEKDAY_NAMES
from readings.imports.schedules.sessions import Dated, Schedule
from readings.imports.schedules.years import place_days

# So many meetings show on which weekdays a class meets.
_ENOUGH = 6


def place_meetings(schedule: Schedule, year: int | None) -> None:
    """Set date and week of every meeting, and say which dates look wrong."""
    meetings = schedule.meetings
    if year is not None:
        dates = place_days([dated.day for dated in meetings], year)
        for dated, date in zip(meetings, dates, strict=True):
            dated.session.date = date
            _check_day(dated, date, year, schedule)
        _check_order(meetings, schedule)
        _check_weekdays(meetings, schedule)
    _number_weeks(meetings)


def put_in_order(schedule: Schedule) -> None:
    """Turn a schedule round that is written from its last day to its first, as news are."""
    days = [dated.day for dated in schedule.meetings if dated.day]
    with_years = sum(day.year is not None for day in days)
    falling = all(
        (after.year or 0, after.month, after.day) < (before.year or 0, before.month, before.day)
        for before, after in pairwise(days)
    )
    # Without years, two days that fall may as well have New Year between them.
    if falling and (with_years == len(days) > 1 or (not with_years and len(days) >= _ENOUGH)):
        schedule.meetings.reverse()
        for row, dated in enumerate(schedule.meetings, start=1):
            dated.row = row


def _check_day(dated: Dated, date: dt.date | None, year: int, schedule: Schedule) -> None:
    if dated.day is None:
        return
    line = dated.session.line
    if date is None:
        schedule.fail(line, f"{dated.day} does not exist in {dated.day.year or year}.")
    elif dated.day.weekday is not None and dated.day.weekday != date.weekday():
        said, is_day = WEEKDAY_NAMES[dated.day.weekday], WEEKDAY_NAMES[date.weekday()]
        schedule.warn(line, f"{dated.day} is a {is_day} in {date.year}, not a {said}.")


def _check_order(meetings: Sequence[Dated], schedule: Schedule) -> None:
    before: dt.date | None = None
    for dated in meetings:
        date = dated.session.date
        if date is None:
            continue
        if before is not None and date == before:
            schedule.warn(dated.session.line, f"{dated.day} is there twice.")
        elif before is not None and date < before:
            schedule.warn(dated.session.line, f"{dated.day} stands after a later date.")
        before = date


def _check_weekdays(meetings: Sequence[Dated], schedule: Schedule) -> None:
    """A single meeting on a weekday of its own is often a slip."""
    weekdays = Counter(one.session.date.weekday() for one in meetings if one.session.date)
    usual = [weekday for weekday, count in weekdays.most_common() if count > 1]
    if sum(weekdays.values()) < _ENOUGH or not usual:
        return
    for dated in meetings:
        date = dated.session.date
        if date and weekdays[date.weekday()] == 1 and not (dated.day and dated.day.weekday):
            others = " and ".join(f"{WEEKDAY_NAMES[weekday]}s" for weekday in sorted(usual))
            schedule.warn(
                dated.session.line,
                f"{dated.day} is a {WEEKDAY_NAMES[date.weekday()]}; the others are {others}.",
            )


def _number_weeks(meetings: Sequence[Dated]) -> None:
    """Weeks count up from 1 in the order of the document, those of the calendar where known.

    What a document numbers itself keeps its number.
    """
    first_dates: dict[int, dt.date] = {}
    for dated in meetings:
        if dated.session.date:
            first_dates.setdefault(dated.row, dated.session.date)
    numbers: dict[object, int] = {}
    for dated in meetings:
        date = first_dates.get(dated.row)
        key: object = date - dt.timedelta(days=date.weekday()) if date else f"row {dated.row}"
        number = numbers.setdefault(key, len(numbers) + 1)
        dated.session.week = dated.week or number
