"""A public course with a term of something to put into a calendar."""

from __future__ import annotations

import datetime as dt

import pytest

from readings.courses.models import Course, Visibility
from readings.courses.services import update_course
from readings.schedule.models import AgendaItem, Meeting
from tests import factories

FEED = "/c/compilers/calendar.ics"
MONDAY = dt.date(2025, 9, 8)


@pytest.fixture
def term(course: Course) -> Course:
    """The public course CSE 598, which meets at 10:30 in Detroit."""
    update_course(
        course=course,
        code="CSE 598",
        visibility=Visibility.PUBLIC,
        meets_from=dt.time(10, 30),
        meets_until=dt.time(11, 50),
    )
    return course


@pytest.fixture
def dspy(term: Course) -> AgendaItem:
    """A class in week 3 that reads one paper."""
    paper = factories.make_paper(title="DSPy: Compiling Calls")
    meeting = factories.make_meeting(term, MONDAY, week=3, room="BBB 1670")
    return factories.put_on_agenda(
        meeting, factories.make_reading(term, paper=paper, label="DSPy"), presenters=["Bob Baker"]
    )


@pytest.fixture
def monday(dspy: AgendaItem) -> Meeting:
    """That class."""
    assert dspy.meeting is not None
    return dspy.meeting
