"""The journal: what a change did to the rows of a plan, and how it is turned around."""

from __future__ import annotations

import datetime as dt

import pytest

from readings.accounts.models import User
from readings.courses.models import Course, Event
from readings.schedule.agenda_services import (
    add_agenda_item,
    move_agenda_item,
)
from readings.schedule.models import AgendaItem, Change, Meeting, Operation, Reading
from readings.schedule.operations import (
    AlreadyUndone,
    ChangedSince,
    WorkHangsOn,
    hanging_on,
    recording,
    said_in_words,
    undo_change,
)
from readings.schedule.services import add_meeting, add_reading, get_or_make_week, update_meeting
from tests import factories
from tests.by_hand import take_off

pytestmark = pytest.mark.django_db

DAY = dt.date(2025, 9, 8)


def test_a_change_knows_what_it_did_to_each_row(course: Course, alice: User) -> None:
    meeting = factories.make_meeting(course, DAY)
    item = factories.put_on_agenda(meeting, text="x")
    with recording(course=course, actor=alice, kind="board", summary="Tidied") as record:
        update_meeting(meeting=meeting, actor=alice, room="1690")
        take_off(item)
        add_agenda_item(course=course, meeting=meeting, kind="other", text="y")
    assert record.change is not None
    assert (record.change.summary, record.change.created_by) == ("Tidied", alice)
    said = [
        (one.model, one.before and one.before.get("text"), one.after and one.after.get("text"))
        for one in record.change.operations.all()
    ]
    assert said == [("meeting", None, None), ("agendaitem", "x", None), ("agendaitem", None, "y")]
    first = record.change.operations.get(number=1)
    assert (first.before, first.after) == ({"room": ""}, {"room": "1690"})


def test_what_did_nothing_is_no_change(course: Course) -> None:
    with recording(course=course, actor=None, kind="board", summary="x") as record:
        pass
    assert record.change is None
    assert not Change.objects.exists()


def test_a_change_that_fails_leaves_nothing(course: Course) -> None:
    def fail() -> None:
        with recording(course=course, actor=None, kind="board", summary="x"):
            factories.make_meeting(course, DAY)
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    assert not course.meetings.exists()
    assert not Operation.objects.exists()


def test_undoing_puts_back_every_value(course: Course, alice: User) -> None:
    meeting = factories.make_meeting(course, DAY, meets_from=dt.time(10, 30))
    other = factories.make_meeting(course, DAY + dt.timedelta(days=7))
    reading = factories.make_reading(course)
    item = factories.put_on_agenda(meeting, reading, presenters=["Ada"])
    before = [list(model._default_manager.values()) for model in (Meeting, AgendaItem, Reading)]
    with recording(course=course, actor=alice, kind="board", summary="Moved things") as record:
        move_agenda_item(item=item, meeting=other, actor=alice)
        update_meeting(meeting=meeting, actor=alice, meets_on=None)
        week = get_or_make_week(course=course, number=9)
        new = add_meeting(week=week, meets_on=DAY + dt.timedelta(days=70))
        add_agenda_item(
            course=course, meeting=new, kind="papers",
            reading=add_reading(course=course, paper=factories.make_paper()),
        )  # fmt: skip
        AgendaItem.objects.filter(pk=item.pk).delete()
        Reading.objects.filter(pk=reading.pk).delete()
    assert record.change is not None
    undo_change(change=record.change, actor=alice)
    after = [list(model._default_manager.values()) for model in (Meeting, AgendaItem, Reading)]
    assert after == before
    assert not course.weeks.filter(number=9).exists()
    record.change.refresh_from_db()
    assert (record.change.undone_by, bool(record.change.undone_at)) == (alice, True)
    event = Event.objects.latest("pk")
    assert (event.kind, event.summary) == ("board.undone", "Taken back: Moved things")
    with pytest.raises(AlreadyUndone):
        undo_change(change=record.change, actor=alice)


def test_rows_that_only_one_of_may_hold_something_change_hands_and_back(course: Course) -> None:
    reading = factories.make_reading(course)
    first = factories.put_on_agenda(factories.make_meeting(course, DAY), reading)
    second = factories.put_on_agenda(
        factories.make_meeting(course, DAY + dt.timedelta(days=7)), reading, carries_note=False
    )
    with recording(course=course, actor=None, kind="board", summary="x") as record:
        AgendaItem.objects.filter(pk=first.pk).update(carries_note=False)
        AgendaItem.objects.filter(pk=second.pk).update(carries_note=True)
    assert record.change is not None
    undo_change(change=record.change, actor=None)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.carries_note, second.carries_note) == (True, False)


def test_work_of_people_is_never_undone(course: Course, bob: User) -> None:
    with recording(course=course, actor=None, kind="board", summary="x") as record:
        item = factories.put_on_agenda(
            factories.make_meeting(course, DAY), factories.make_reading(course, label="DSPy")
        )
    factories.make_slot(item)
    factories.make_slot(item)
    assert record.change is not None
    with pytest.raises(WorkHangsOn, match="2 slots on “DSPy”"):
        undo_change(change=record.change, actor=None)
    item.slots.all().delete()
    factories.make_note(item.reading, bob)  # type: ignore[arg-type]
    with pytest.raises(WorkHangsOn, match="1 note on “DSPy”"):
        undo_change(change=record.change, actor=None)
    assert course.agenda_items.count() == 1


def test_what_came_after_has_to_be_undone_first(course: Course) -> None:
    meeting = factories.make_meeting(course, DAY)
    changes = []
    for room in ("1690", "2000"):
        with recording(course=course, actor=None, kind="board", summary=room) as record:
            update_meeting(meeting=meeting, actor=None, room=room)
        assert record.change is not None
        changes.append(record.change)
    with pytest.raises(ChangedSince):
        undo_change(change=changes[0], actor=None)
    for change in reversed(changes):
        undo_change(change=change, actor=None)
    meeting.refresh_from_db()
    assert meeting.room == ""


def test_what_would_come_back_to_something_gone_is_refused(course: Course) -> None:
    meeting = factories.make_meeting(course, DAY)
    item = factories.put_on_agenda(meeting, text="x")
    with recording(course=course, actor=None, kind="board", summary="x") as record:
        take_off(item)
    Meeting.objects.filter(pk=meeting.pk).delete()
    assert record.change is not None
    with pytest.raises(ChangedSince, match="gone since"):
        undo_change(change=record.change, actor=None)
    assert not AgendaItem.objects.exists()


def test_other_courses_are_not_written_down(course: Course) -> None:
    with recording(course=course, actor=None, kind="board", summary="x") as record:
        factories.make_meeting(factories.make_course(), DAY)
    assert record.change is None


def test_what_hangs_on_rows_is_said_in_words(course: Course, bob: User) -> None:
    reading = factories.make_reading(course)
    factories.put_on_agenda(factories.make_meeting(course), reading)
    factories.make_note(reading, bob)
    factories.make_thread(reading, bob)
    hanging = hanging_on(Reading, [reading.pk])[reading.pk]
    said = said_in_words(hanging)
    assert {"1 agenda item", "1 note", "1 thread", "1 comment"} == {
        *said.replace(" and ", ", ").split(", ")
    }
