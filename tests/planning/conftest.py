"""A term of three weeks that is to be rearranged."""

from __future__ import annotations

import datetime as dt

import pytest

from readings.courses.models import Course
from readings.schedule.models import Kind, Meeting
from tests import factories

MONDAY = dt.date(2025, 9, 8)


@pytest.fixture
def term(course: Course) -> dict[str, Meeting]:
    """Classes on Sep 8, 10, 15, 17, 22 and 24 at 10:30: A, B, C, D, a spare talk, E."""
    course.meets_from, course.meets_until = dt.time(10, 30), dt.time(12)
    course.meeting_days = [0, 2]
    course.save()
    found = {}
    for place, name in enumerate(["A", "B", "C", "D", "Talks", "E"]):
        day = MONDAY + dt.timedelta(days=place // 2 * 7 + place % 2 * 2)
        meeting = factories.make_meeting(
            course, day, week=place // 2 + 1, meets_from=dt.time(10, 30), meets_until=dt.time(12)
        )
        if name == "Talks":
            factories.put_on_agenda(meeting, text=name, kind=Kind.TECH_TALK, is_spare=True)
        else:
            factories.put_on_agenda(meeting, factories.make_reading(course, label=name))
        found[f"{day:%b} {day.day}"] = meeting
    return found
