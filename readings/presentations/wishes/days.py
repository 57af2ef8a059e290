"""The days on which one cannot: those with class, to be ticked, and others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from readings.accounts.models import User
from readings.core.clock import short_date
from readings.courses.models import Course
from readings.presentations.blackouts import days_between, days_of
from readings.presentations.refusals import BadDays
from readings.schedule.models import Meeting, Status


@dataclass(frozen=True, slots=True)
class Day:
    """A day that can be ticked."""

    iso: str
    words: str
    is_ticked: bool


@dataclass(slots=True)
class Wanted:
    """What a form says; ``problem`` says what is wrong with it."""

    add: set[dt.date] = field(default_factory=set)
    remove: set[dt.date] = field(default_factory=set)
    ticked: Sequence[str] = ()
    first: str = ""
    last: str = ""
    problem: str = ""


def days_to_tick(course: Course, user: User, *, now: dt.datetime) -> list[Day]:
    """The days of class to come, and those that were noted, by date."""
    today = now.astimezone(course.zone).date()
    mine = set(days_of(course, user))
    classes = set(
        Meeting.objects.filter(course=course, meets_on__gte=today, status=Status.CLASS).values_list(
            "meets_on", flat=True
        )
    )
    found = sorted(day for day in classes | mine if day is not None and day >= today)
    return [
        Day(
            day.isoformat(), short_date(day) + ("" if day in classes else ", no class"), day in mine
        )
        for day in found
    ]


def read_days(
    *, shown: Sequence[str], ticked: Sequence[str], first: str, last: str, today: dt.date
) -> Wanted:
    """What is to be added and removed: of the days that were shown, and one span of others."""
    wanted = Wanted(ticked=ticked, first=first.strip(), last=last.strip())
    on, off = _read_all(ticked), _read_all(shown)
    wanted.add, wanted.remove = on, off - on
    if not wanted.first and not wanted.last:
        return wanted
    start, end = _read(wanted.first or wanted.last), _read(wanted.last or wanted.first)
    if start is None or end is None:
        wanted.problem = "Write a day as 2025-09-17."
    elif end < today:
        wanted.problem = "These days are over."
    elif start > today + dt.timedelta(days=730):
        wanted.problem = "That is more than two years ahead."
    else:
        try:
            wanted.add |= set(days_between(start, end))
        except BadDays as refusal:
            wanted.problem = str(refusal)
    return wanted


def _read_all(texts: Sequence[str]) -> set[dt.date]:
    return {day for text in texts if (day := _read(text)) is not None}


def _read(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
