"""A course with something to present."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from readings.courses.models import Course
from readings.presentations.models import Slot, TakenBy
from readings.schedule.models import AgendaItem, Kind, Stage
from tests import factories


def days_from_now(days: int) -> dt.date:
    """A date far enough from midnight that the zone does not matter."""
    return timezone.now().date() + dt.timedelta(days=days)


@pytest.fixture
def dspy(course: Course) -> AgendaItem:
    """A class in two weeks that reads one paper."""
    paper = factories.make_paper(
        title="Compiling Declarative Language Model Calls into Self-Improving Pipelines",
        authors=["Omar Khattab", "Arnav Singhvi"],
        abstract="Pipelines are hard-coded. We compile them.",
    )
    meeting = factories.make_meeting(course, days_from_now(14), week=3)
    return factories.put_on_agenda(
        meeting, factories.make_reading(course, paper=paper, label="DSPy")
    )


@pytest.fixture
def pitches(course: Course) -> AgendaItem:
    """A class in four weeks in which groups pitch."""
    meeting = factories.make_meeting(course, days_from_now(28), week=5)
    return factories.put_on_agenda(
        meeting, text="Project pitches", kind=Kind.PRESENTATIONS, stage=Stage.PITCH
    )


@pytest.fixture
def slot(dspy: AgendaItem) -> Slot:
    """Two students lead the discussion of DSPy."""
    return factories.make_slot(dspy, seats=2)


@pytest.fixture
def pitch(pitches: AgendaItem) -> Slot:
    """One group pitches."""
    return factories.make_slot(pitches, title="Pitch 1", taken_by=TakenBy.GROUP, minutes=10)
