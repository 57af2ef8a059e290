"""A course with one reading list, in the middle of its term."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone

from readings.courses.models import Course
from readings.reading_lists.models import Entry, MatchState, ReadingList, Section, TitleMatch
from readings.reading_lists.services import add_entry, make_list, make_section
from readings.schedule.models import Meeting, Reading
from tests import factories

TVM = "TVM: An Automated End-to-End Optimizing Compiler for Deep Learning"


@dataclass
class Shelf:
    """Two sections: a paper on the schedule with a video under it, and a title without a link."""

    course: Course
    reading_list: ReadingList
    papers: Section
    other: Section
    tvm: Entry
    video: Entry
    words: Entry
    meeting: Meeting

    @property
    def reading(self) -> Reading:
        assert self.tvm.reading
        return self.tvm.reading


@pytest.fixture
def shelf(course: Course) -> Shelf:
    today = timezone.now().astimezone(course.zone).date()
    reading = factories.make_reading(
        course, paper=factories.make_paper(arxiv_id="1802.04799", title=TVM, year=2018)
    )
    meeting = factories.make_meeting(course, today + dt.timedelta(days=3), week=3)
    factories.put_on_agenda(meeting, reading)
    reading_list = make_list(course=course, title="Compilers")
    papers = make_section(reading_list=reading_list, title="Foundational papers")
    other = make_section(reading_list=reading_list, title="编译器 and more")
    tvm = add_entry(
        section=papers,
        reading=reading,
        title="TVM",
        links=[
            {"url": "https://arxiv.org/abs/1802.04799", "role": "paper", "label": ""},
            {"url": "https://example.org/tvm.pdf", "role": "slides", "label": "deck"},
            {"url": "https://example.org/bob", "role": "notes", "label": "Bob's notes"},
        ],
        annotation="The *stack* of $O(n)$.\n\n- 深度学习\n",
    )
    video = add_entry(
        section=papers,
        parent=tvm,
        title="A talk about it",
        links=[{"url": "https://example.org/talk", "role": "video", "label": ""}],
    )
    words = add_entry(section=other, title="Equality Saturation", authors="Tate et al.", year=2009)
    return Shelf(course, reading_list, papers, other, tvm, video, words, meeting)


def propose(entry: Entry, **fields: Any) -> TitleMatch:
    """A paper that was found for an entry."""
    defaults: dict[str, Any] = {
        "state": MatchState.PROPOSED,
        "arxiv_id": "2002.11054",
        "title": "MLIR: A Compiler Infrastructure",
        "authors": "Chris Lattner, Mehdi Amini",
        "year": 2020,
        "confidence": 83,
    }
    return TitleMatch.objects.create(entry=entry, **defaults | fields)
