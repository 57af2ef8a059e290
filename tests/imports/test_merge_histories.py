"""Whatever history a document has: the course follows it, and what people did here stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readings.courses.models import Course
from readings.imports import services
from readings.imports.models import Import, Source
from readings.imports.planning.steps import Plan
from readings.imports.queries import last_undoable
from readings.imports.understood import Understood
from readings.notes.models import Note
from readings.planning.actions import Impossible
from readings.schedule.agenda_services import (
    add_agenda_item,
    move_agenda_item,
    update_agenda_item,
)
from readings.schedule.models import AgendaItem, Meeting, Reading, ReadingLink, Week
from readings.schedule.services import add_reading_link, update_meeting, update_reading
from tests import factories
from tests.by_hand import nudge, take_off
from tests.imports import comparing
from tests.imports.histories import Change, Dice, Term, drop_column, steps, terms

pytestmark = [pytest.mark.django_db, pytest.mark.once]

examples = settings(
    max_examples=5,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
History = list[list[tuple[Change, Dice]]]
histories = st.lists(steps(), min_size=1, max_size=3)


@contextmanager
def rolled_back() -> Iterator[Course]:
    """A course of its own for each example."""
    with transaction.atomic():
        yield factories.make_course()
        transaction.set_rollback(True)


def apply(course: Course, understood: Understood, name: str = "schedule") -> Plan:
    source, _made = Source.objects.get_or_create(course=course, name=name)
    draft = Import.objects.create(source=source, text="", understood=understood.to_json())
    return services.apply_import(draft=draft, actor=None)


def changed(term: Term, changes: list[tuple[Change, Dice]]) -> Term:
    for change, dice in changes:
        term = change(term, Dice(list(dice.numbers)))
    return term


def snapshot(course: Course) -> dict[str, list[Any]]:
    found = {
        model.__name__: list(model._default_manager.filter(course=course).order_by("pk").values())
        for model in (Week, Meeting, Reading, AgendaItem)
    }
    links = ReadingLink.objects.filter(reading__course=course)
    return found | {"links": list(links.order_by("pk").values())}


@examples
@given(term=terms(), history=histories)
def test_the_course_equals_the_document_after_every_step(term: Term, history: History) -> None:
    with rolled_back() as course:
        for changes in [[], *history]:
            term = changed(term, changes)
            understood = term.understood()
            apply(course, understood)
            assert comparing.schedule_of_course(course) == comparing.schedule_of_document(
                understood
            )
            assert comparing.links_of_course(course) == comparing.links_of_document(understood)
            before = snapshot(course)
            again = apply(course, understood)
            assert again.does_nothing
            assert not again.conflicts
            assert not again.removed
            assert snapshot(course) == before


@examples
@given(term=terms(), history=histories)
def test_undoing_puts_back_every_row(term: Term, history: History) -> None:
    with rolled_back() as course:
        states = []
        for changes in [[], *history]:
            term = changed(term, changes)
            states.append(snapshot(course))
            if apply(course, term.understood()).does_nothing:
                states.pop()
        for state in reversed(states):
            last = last_undoable(course)
            assert last is not None
            services.undo_import(imported=last, actor=None)
            assert snapshot(course) == state
        assert last_undoable(course) is None


@examples
@given(term=terms(), history=st.lists(steps(drop_column), min_size=1, max_size=3))
def test_a_column_that_is_dropped_says_nothing(term: Term, history: History) -> None:
    with rolled_back() as course:
        apply(course, term.understood())
        for changes in history:
            term = changed(term, changes)
            presenters = dict(course.agenda_items.values_list("pk", "presenters"))
            links = set(
                ReadingLink.objects.filter(reading__course=course).values_list("reading", "url")
            )
            apply(course, term.understood())
            for item in course.agenda_items.all():
                if not term.has_presenters:
                    assert item.presenters == presenters.get(item.pk, [])
            here = set(
                ReadingLink.objects.filter(reading__course=course).values_list("reading", "url")
            )
            if not term.has_notes:
                readings = set(course.readings.values_list("pk", flat=True))
                assert here == {link for link in links if link[0] in readings}
            assert apply(course, term.understood()).does_nothing


def work_here(course: Course, numbers: Dice) -> None:
    """Somebody does something in Seminar."""
    items = list(course.agenda_items.select_related("course", "meeting", "reading").order_by("pk"))
    meetings = list(course.meetings.select_related("course", "week").order_by("pk"))
    if not items or not meetings:
        return
    item = items[numbers.below(len(items))]
    meeting = meetings[numbers.below(len(meetings))]
    match numbers.below(8):
        case 0:
            move_agenda_item(item=item, meeting=meeting, actor=None)
        case 1:
            take_off(item)
        case 2:
            with suppress(Impossible):  # the last of the term stands at its end
                nudge(item, 1)
        case 3 if item.reading is not None:
            update_reading(reading=item.reading, label="Ours")
        case 4:
            update_agenda_item(item=item, kind="tech_talk")
        case 5:
            update_meeting(meeting=meeting, actor=None, status="holiday", room="1690")
        case 6:
            add_agenda_item(course=course, meeting=meeting, kind="other", text="Ours")
        case _ if item.reading is not None:
            add_reading_link(reading=item.reading, url="https://example.org/ours", role="slides")


@examples
@given(
    term=terms(),
    history=histories,
    ours=st.lists(st.lists(st.integers(0, 10_000), min_size=3, max_size=3), max_size=4),
)
def test_what_people_did_here_survives(term: Term, history: History, ours: list[list[int]]) -> None:
    with rolled_back() as course:
        author = factories.make_user()
        apply(course, term.understood())
        for reading in course.readings.all():
            factories.make_note(reading, author)
        for item in course.agenda_items.all():
            factories.make_slot(item)
        people = list(Note.objects.filter(author=author).values().order_by("pk"))
        slots = list(course.slots.values().order_by("pk"))
        for number, changes in enumerate(history):
            for numbers in ours[number::2]:
                work_here(course, Dice(list(numbers)))
            by_hand = set(
                course.agenda_items.filter(text="Ours").values_list("pk", "meeting")
            ) | set(
                ReadingLink.objects.filter(
                    reading__course=course, url="https://example.org/ours"
                ).values_list("pk", "reading")
            )  # fmt: skip
            edited = set(course.readings.filter(label="Ours").values_list("pk", "label"))
            rooms = set(course.meetings.exclude(room="").values_list("pk", "room", "status"))
            term = changed(term, changes)
            apply(course, term.understood())
            assert list(Note.objects.filter(author=author).values().order_by("pk")) == people
            assert list(course.slots.values().order_by("pk")) == slots
            now = set(
                course.agenda_items.filter(text="Ours").values_list("pk", "meeting")
            ) | set(
                ReadingLink.objects.filter(
                    reading__course=course, url="https://example.org/ours"
                ).values_list("pk", "reading")
            )  # fmt: skip
            assert by_hand <= now
            assert edited <= set(course.readings.filter(label="Ours").values_list("pk", "label"))
            assert rooms <= set(course.meetings.values_list("pk", "room", "status"))
            before = snapshot(course)
            again = apply(course, term.understood())
            assert again.does_nothing
            assert not again.conflicts
            assert snapshot(course) == before


@examples
@given(term=terms(), history=histories, other=terms())
def test_another_document_takes_nothing_away(term: Term, history: History, other: Term) -> None:
    with rolled_back() as course:
        apply(course, term.understood())
        notes = {
            row["id"]: row["meeting_id"] for row in course.agenda_items.values("id", "meeting_id")
        }
        plan = apply(course, other.understood(), "second")
        assert not plan.removed
        for changes in history:
            other = changed(other, changes)
            plan = apply(course, other.understood(), "second")
            # What it takes away is only what it brought.
            gone = {one.id for one in plan.removed if one.what == "item" and one.outcome != "kept"}
            assert not gone & set(notes)
        assert set(notes) <= set(course.agenda_items.values_list("pk", flat=True))
