"""A term that was taught: with a holiday, a cancelled class, a shelf, slots, notes."""

from __future__ import annotations

import datetime as dt

import pytest

from readings.accounts.models import User
from readings.courses.models import Course
from readings.papers.models import PaperVersion, VersionOrigin
from readings.presentations.models import TakenBy
from readings.reading_lists.models import Entry, TitleMatch
from readings.reading_lists.services import add_entry, make_list, make_section
from readings.schedule.models import (
    AgendaItem,
    Kind,
    LinkRole,
    Meeting,
    Reading,
    ReadingLink,
    Stage,
    Status,
    Week,
)
from tests import factories

MONDAYS = [dt.date(2025, 8, 25) + dt.timedelta(weeks=n) for n in range(6)]
NOTES = {"url": "https://example.org/notes", "role": "notes", "label": ""}
SLIDES = {"url": "https://example.org/slides", "role": "slides", "label": "Slides"}


@pytest.fixture
def taught(course: Course, alice: User, bob: User, carol: User) -> Course:
    """Mondays of fall 2025: TVM; Labor Day; pitches; cancelled with DSPy; an empty one; MLIR."""
    course.code, course.term = "CSE 598", "Fall 2025"
    course.meeting_days, course.meets_from = [0], dt.time(10, 30)
    course.meets_until = dt.time(12, 0)
    course.save()
    meetings = [
        factories.make_meeting(
            course, day, week=n + 1, meets_from=dt.time(10, 30), meets_until=dt.time(12, 0)
        )
        for n, day in enumerate(MONDAYS)
    ]
    Meeting.objects.filter(pk=meetings[1].pk).update(status=Status.HOLIDAY)
    Meeting.objects.filter(pk=meetings[3].pk).update(status=Status.CANCELLED)
    Meeting.objects.filter(pk=meetings[5].pk).update(room="2246", is_pinned=True)
    for number, topic in [(1, "Compilers"), (2, "Labor Day week"), (6, "Intermediate code")]:
        Week.objects.filter(course=course, number=number).update(topic=topic)
    papers = {
        name: factories.make_reading(course, label=name, required=name != "MLIR")
        for name in ("TVM", "DSPy", "MLIR", "Shelf")
    }
    factories.put_on_agenda(meetings[0], papers["TVM"], presenters=["Ann Other"], portion="1-3")
    factories.put_on_agenda(meetings[1], text="Labor Day")
    pitch = factories.put_on_agenda(
        meetings[2], text="Pitches", kind=Kind.PRESENTATIONS, stage=Stage.PITCH,
        links=[SLIDES, NOTES],
    )  # fmt: skip
    factories.put_on_agenda(meetings[3], papers["DSPy"], is_pinned=True)
    factories.put_on_agenda(meetings[5], papers["MLIR"], is_spare=True)
    factories.put_on_agenda(meetings[5], papers["TVM"], carries_note=False)
    AgendaItem.objects.create(course=course, text="Guest?", kind=Kind.GUEST)
    ReadingLink.objects.create(reading=papers["TVM"], url="https://example.org/code", role="code")
    ReadingLink.objects.create(
        reading=papers["TVM"], url="https://example.org/mine", role=LinkRole.NOTES
    )
    slot = factories.make_slot(
        pitch, seats=3, taken_by=TakenBy.GROUP, title="First pitch", minutes=12,
        opens_at=dt.datetime(2025, 8, 29, 16, 0, tzinfo=dt.UTC),
        closes_at=dt.datetime(2025, 9, 7, 16, 0, tzinfo=dt.UTC),
    )  # fmt: skip
    slot.sign_ups.create(
        seat=slot.seats.all()[0], group=factories.make_group(course, bob), created_by=bob
    )
    section = make_section(reading_list=make_list(course=course, title="More"), title="Quantised")
    entry = add_entry(section=section, reading=papers["Shelf"], title="Shelf", annotation="*Good*")
    under = add_entry(section=section, parent=entry, title="A talk", links=[SLIDES, NOTES])
    Entry.objects.filter(pk=under.pk).update(year=2024)
    TitleMatch.objects.filter(entry=under).delete()
    TitleMatch.objects.create(entry=under, state="refused", title="Another talk")
    factories.make_note(papers["TVM"], bob)
    factories.make_thread(papers["TVM"], bob)
    return course


@pytest.fixture
def fetched(taught: Course) -> Reading:
    """TVM, pinned to the first version that arXiv has."""
    reading = taught.readings.get(label="TVM")
    reading.pinned_version = PaperVersion.objects.create(
        paper=reading.paper, number=1, origin=VersionOrigin.ARXIV
    )
    reading.save()
    return reading


@pytest.fixture
def uploaded(taught: Course, alice: User) -> Reading:
    """DSPy, pinned to what Alice uploaded."""
    reading = taught.readings.get(label="DSPy")
    reading.pinned_version = PaperVersion.objects.create(
        paper=reading.paper, origin=VersionOrigin.UPLOAD, uploaded_by=alice
    )
    reading.save()
    return reading
