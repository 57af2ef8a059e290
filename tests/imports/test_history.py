"""One schedule as it changed over a term, applied in order, with people at work meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from readings.accounts.models import User
from readings.courses.models import Course
from readings.discussion.models import Comment
from readings.imports import services
from readings.imports.parsing import parse
from readings.imports.planning.steps import Plan
from readings.imports.queries import last_undoable
from readings.imports.understood import Understood
from readings.notes.models import Note, Revision
from readings.presentations.models import Seat, SignUp, Slot
from readings.schedule.models import AgendaItem, Reading
from tests import factories
from tests.imports import comparing
from tests.shared import shared

pytestmark = pytest.mark.django_db


@pytest.fixture
def documents() -> list[bytes]:
    folder = shared("data", "schedules", "history")
    return [path.read_bytes() for path in sorted(folder.glob("*.md"))]


def apply(course: Course, document: bytes) -> Plan:
    draft = services.draft_import(course=course, document=document, actor=None)
    return services.apply_import(draft=draft, actor=None)


def assert_equals(course: Course, understood: Understood) -> None:
    assert comparing.schedule_of_course(course) == comparing.schedule_of_document(understood)
    assert comparing.links_of_course(course) == comparing.links_of_document(understood)


def write_notes_and_sign_up(course: Course) -> None:
    """100 notes and 20 sign-ups, as a term has them."""
    people = [factories.make_user() for _ in range(20)]
    readings = list(Reading.objects.filter(course=course).order_by("pk"))[:5]
    for person in people:
        for reading in readings:
            factories.make_note(reading, person)
        factories.make_thread(readings[0], person)
    items = list(AgendaItem.objects.filter(course=course).order_by("pk"))
    for number, person in enumerate(people):
        slot = factories.make_slot(items[number])
        SignUp.objects.create(slot=slot, seat=slot.seats.get(), user=person, created_by=person)


def work_of_people() -> list[Any]:
    """Everything they wrote, and where it hangs."""
    models = (Note, Revision, Comment, SignUp, Slot, Seat)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def test_a_term_as_it_changed_equals_the_document_at_every_step(
    course: Course, documents: list[bytes]
) -> None:
    apply(course, documents[0])
    write_notes_and_sign_up(course)
    work = work_of_people()
    assert (Note.objects.count(), SignUp.objects.count()) == (100, 20)
    for document in [*documents, *documents[:1], *documents[::-1]]:
        apply(course, document)
        assert_equals(course, parse(document))
        again = apply(course, document)
        assert again.does_nothing
        assert not any(
            count for name, count in again.counts.items() if name not in {"unchanged", "problems"}
        )
        assert work_of_people() == work


def test_each_step_is_said_as_what_it_was(course: Course, documents: list[bytes]) -> None:
    said = []
    for document in documents:
        counts = apply(course, document).counts
        said.append({name: n for name, n in counts.items() if n and name != "problems"})
    total = said[0]["new"]
    assert said == [
        {"new": total},
        {"filled": 1, "unchanged": total - 1},
        {"filled": 1, "unchanged": total - 1},
        {"filled": 1, "unchanged": total - 1},
        {"changed": 1, "unchanged": total - 1},  # the address of somebody's notes
    ]


def test_notes_that_moved_replace_what_was_linked(course: Course, documents: list[bytes]) -> None:
    for document in documents:
        apply(course, document)
    reading = Reading.objects.get(course=course, label="TorchBench")
    assert [link.url.rpartition("/")[2][:8] for link in reading.links.all()] == ["68d30bd8"]


def test_the_steps_can_be_undone_one_by_one(
    course: Course, documents: list[bytes], alice: User
) -> None:
    states = []
    for document in documents:
        states.append(comparing.schedule_of_course(course))
        apply(course, document)
    for state in reversed(states):
        last = last_undoable(course)
        assert last is not None
        services.undo_import(imported=last, actor=alice)
        assert comparing.schedule_of_course(course) == state
    assert not Reading.objects.filter(course=course).exists()
