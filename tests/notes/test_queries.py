"""What pages read of notes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from readings.accounts.models import User
from readings.courses.access import Access, find_access
from readings.courses.models import Course, Role
from readings.notes.access import note_access
from readings.notes.policy import NoteStanding
from readings.notes.queries import my_note, note_counts, note_states, panel
from readings.notes.services import save_draft, submit_note
from readings.schedule.models import Reading, Status
from tests import factories

pytestmark = pytest.mark.django_db

DUE = dt.datetime(2025, 9, 17, 12, 30, tzinfo=dt.UTC)
BEFORE, AFTER = DUE - dt.timedelta(hours=1), DUE + dt.timedelta(hours=1)


@pytest.fixture
def access(reading: Reading, bob: User) -> Access:
    return find_access(user=bob, slug=reading.course.slug)


def states(access: Access, readings: list[Reading], now: dt.datetime) -> dict[int, NoteStanding]:
    return note_states(note_access(access, now=now), [reading.pk for reading in readings])


def words(access: Access, reading: Reading, now: dt.datetime) -> str:
    return states(access, [reading], now)[reading.pk].words


def test_states_follow_a_note_from_due_to_edited(
    access: Access, reading: Reading, bob: User
) -> None:
    assert words(access, reading, BEFORE) == "Due"
    assert words(access, reading, AFTER) == "Overdue"
    save_draft(reading=reading, author=bob, answers={"text": "One"}, based_on=0, at=BEFORE)
    assert words(access, reading, BEFORE) == "Draft"
    submit_note(reading=reading, author=bob, answers={"text": "One"}, based_on=1, at=BEFORE)
    assert words(access, reading, AFTER) == "Submitted"
    save_draft(reading=reading, author=bob, answers={"text": "Two"}, based_on=1, at=AFTER)
    assert words(access, reading, AFTER) == "Draft changes not submitted"


def test_an_edit_after_the_deadline_does_not_make_a_note_late(
    access: Access, reading: Reading, bob: User
) -> None:
    submit_note(reading=reading, author=bob, answers={"text": "One"}, based_on=0, at=BEFORE)
    submit_note(reading=reading, author=bob, answers={"text": "Two"}, based_on=1, at=AFTER)

    assert words(access, reading, AFTER) == "Submitted"


def test_the_page_and_the_schedule_say_the_same(
    access: Access, reading: Reading, bob: User
) -> None:
    submit_note(reading=reading, author=bob, answers={"text": "One"}, based_on=0, at=AFTER)

    (listed,) = states(access, [reading], AFTER).values()

    assert listed == panel(access, reading, now=AFTER).mine.standing
    assert (listed.due_at, listed.is_late) == (DUE, True)


def test_a_cancelled_class_cancels_the_deadline(access: Access, reading: Reading) -> None:
    meeting = reading.agenda_items.get().meeting
    assert meeting is not None
    meeting.status = Status.CANCELLED
    meeting.save()

    assert words(access, reading, AFTER) == ""


def test_a_parked_reading_has_no_deadline(access: Access, reading: Reading) -> None:
    reading.agenda_items.update(meeting=None)

    assert words(access, reading, AFTER) == ""


def test_an_optional_reading_is_not_owed(access: Access, reading: Reading) -> None:
    reading.required = False
    reading.save()

    assert words(access, reading, AFTER) == ""


def test_a_class_without_a_time_of_its_own_begins_at_the_courses(
    course: Course, bob: User, reading: Reading
) -> None:
    course.meets_from = dt.time(16, 0)
    course.save()
    course.meetings.update(meets_from=None)
    access = find_access(user=bob, slug=course.slug)

    (state,) = states(access, [reading], BEFORE).values()

    assert state.due_at == dt.datetime(2025, 9, 17, 18, 0, tzinfo=dt.UTC)  # 14:00 in Detroit


def test_the_note_is_due_for_the_item_that_carries_it(
    access: Access, course: Course, reading: Reading
) -> None:
    later = factories.make_meeting(course, dt.date(2025, 10, 1), meets_from=dt.time(10, 30), week=3)
    factories.put_on_agenda(later, reading, carries_note=False)

    (state,) = states(access, [reading], BEFORE).values()

    assert state.due_at == DUE


def test_only_ones_own_note_counts_for_ones_state(
    access: Access, reading: Reading, carol: User, erin: User
) -> None:
    for author in (carol, erin):
        factories.make_note(reading, author)

    assert words(access, reading, AFTER) == "Overdue"


def test_submitted_notes_come_in_the_order_they_were_submitted(
    access: Access, reading: Reading, bob: User, carol: User, erin: User
) -> None:
    submit_note(reading=reading, author=carol, answers={"text": "Second"}, based_on=0, at=AFTER)
    submit_note(reading=reading, author=erin, answers={"text": "First"}, based_on=0, at=BEFORE)
    submit_note(reading=reading, author=bob, answers={"text": "Own"}, based_on=0, at=BEFORE)
    draft = factories.make_user("Frank Fox")
    save_draft(reading=reading, author=draft, answers={"text": "Draft"}, based_on=0, at=BEFORE)

    shown = panel(access, reading, now=AFTER)

    assert [note.name for note in shown.notes] == ["Erin Evans", "Carol Chen"]
    assert shown.mine.submitted is not None
    assert "<p>Own</p>" in shown.mine.submitted.html
    assert shown.count == 3
    assert note_counts(note_access(access, now=AFTER)) == {reading.pk: 3}


def fill(course: Course, readings: int, notes: int) -> list[Reading]:
    people = [factories.make_user() for _ in range(notes)]
    for person in people:
        factories.enrol(course, person, Role.STUDENT)
    made = []
    for number in range(readings):
        reading = factories.make_reading(course)
        meeting = factories.make_meeting(course, dt.date(2025, 9, 1) + dt.timedelta(days=number))
        factories.put_on_agenda(meeting, reading)
        for person in people:
            factories.make_note(reading, person)
        made.append(reading)
    return made


@pytest.mark.parametrize("size", [1, 30])
def test_states_and_counts_of_a_term_are_three_queries(
    access: Access, course: Course, size: int, django_assert_num_queries: Any
) -> None:
    readings = [reading.pk for reading in fill(course, size, 2)]

    with django_assert_num_queries(2):
        rights = note_access(access, now=AFTER)
        assert len(note_states(rights, readings)) == size
    with django_assert_num_queries(1):
        assert note_counts(rights) == dict.fromkeys(readings, 2)


@pytest.mark.parametrize("size", [1, 30])
@pytest.mark.parametrize(("person", "number"), [("bob", 7), ("alice", 8)])
def test_the_notes_of_a_paper_are_a_few_queries(
    course: Course,
    size: int,
    person: str,
    number: int,
    request: pytest.FixtureRequest,
    django_assert_num_queries: Any,
) -> None:
    (reading,) = fill(course, 1, size)
    access = find_access(user=request.getfixturevalue(person), slug=course.slug)

    with django_assert_num_queries(number):
        assert len(panel(access, reading, now=AFTER).notes) == size


def test_nobodys_draft_but_ones_own_is_read(
    access: Access, reading: Reading, bob: User, carol: User, django_assert_num_queries: Any
) -> None:
    for author in (bob, carol):
        submit_note(
            reading=reading, author=author, answers={"text": "Public"}, based_on=0, at=BEFORE
        )
        save_draft(
            reading=reading,
            author=author,
            answers={"text": f"Draft of {author}"},
            based_on=1,
            at=BEFORE,
        )

    shown = panel(access, reading, now=AFTER)

    assert shown.mine.editor.fields[0].value == "Draft of Bob Baker"
    assert "Draft of Carol" not in repr(shown)
    assert my_note(access, reading, now=AFTER) == shown.mine
