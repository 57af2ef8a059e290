"""A course with two weeks of papers, in the middle of its term."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from django.utils import timezone

from readings.courses.models import Course
from readings.papers.models import PaperVersion, VersionOrigin
from readings.schedule.models import Kind, Meeting, Reading, Status
from tests import factories


@dataclass
class Term:
    """Last Monday's class, next week's two, and a holiday."""

    course: Course
    past: Reading
    tvm: Reading
    relay: Reading
    next_meeting: Meeting


@pytest.fixture
def term(course: Course) -> Term:
    today = timezone.now().astimezone(course.zone).date()
    monday = today + dt.timedelta(days=7 - today.weekday())
    past = factories.make_reading(course, label="DSPy")
    tvm = factories.make_reading(
        course,
        label="TVM",
        paper=factories.make_paper(
            arxiv_id="1802.04799",
            title="A Compiler for $O(n)$",
            title_html="A Compiler for <math><mi>O</mi></math>",
            abstract_html="About <math><mi>x</mi></math>.",
            authors=["Ann Chen", "Ben Moreau", "Cy Jiang", "Di Zheng", "Ed Yan"],
            year=2018,
        ),
    )
    relay = factories.make_reading(course, label="Relay", required=False)
    PaperVersion.objects.create(
        paper=tvm.paper,
        number=3,
        origin=VersionOrigin.ARXIV,
        page_count=16,
        word_count=2380,
    )
    before = factories.make_meeting(course, monday - dt.timedelta(days=14), week=1)
    factories.put_on_agenda(before, past)
    soon = factories.make_meeting(
        course, monday, week=2, meets_from=dt.time(10, 30), meets_until=dt.time(12)
    )
    factories.put_on_agenda(soon, tvm)
    factories.put_on_agenda(soon, relay)
    factories.put_on_agenda(soon, text="Guest: a speaker", kind=Kind.GUEST)
    holiday = factories.make_meeting(
        course, monday + dt.timedelta(days=2), week=2, status=Status.HOLIDAY
    )
    factories.put_on_agenda(holiday, text="Study break")
    return Term(course, past, tvm, relay, soon)
