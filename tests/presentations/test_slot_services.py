"""Making slots, changing and removing them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Course, Event
from readings.presentations import queries, services
from readings.presentations.models import Seat, SignUp, Slot, TakenBy
from readings.presentations.refusals import (
    ClosesBeforeOpening,
    SeatsTaken,
    SlotGone,
    StillTaken,
)
from readings.presentations.sheets import services as sheet_services
from readings.presentations.sheets.services import Terms
from readings.schedule.models import AgendaItem, Kind, Stage, Status
from tests import factories
from tests.presentations.conftest import days_from_now

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def seat_numbers(slot: Slot) -> list[int]:
    return list(Seat.objects.filter(slot=slot).values_list("number", flat=True))


def test_a_slot_has_numbered_seats(dspy: AgendaItem, alice: User) -> None:
    slot = sheet_services.add_slot(item=dspy, terms=Terms(seats=3, minutes=20), actor=alice)
    assert seat_numbers(slot) == [1, 2, 3]
    assert Event.objects.get(kind="presentations.slot_added").summary.endswith(": 3 seats")


def test_a_slot_that_closes_before_it_opens_is_refused(dspy: AgendaItem, alice: User) -> None:
    now = timezone.now()
    terms = Terms(opens_at=now, closes_at=now)
    with pytest.raises(ClosesBeforeOpening):
        sheet_services.add_slot(item=dspy, terms=terms, actor=alice)
    slot = sheet_services.add_slot(item=dspy, terms=Terms(), actor=alice)
    with pytest.raises(ClosesBeforeOpening):
        sheet_services.update_slot(slot=slot, terms=terms, actor=alice)
    assert Slot.objects.get().opens_at is None


def test_every_reading_gets_a_slot_once(
    course: Course, dspy: AgendaItem, pitches: AgendaItem, alice: User
) -> None:
    meeting = factories.make_meeting(course, days_from_now(16), week=3)
    tvm = factories.put_on_agenda(meeting, factories.make_reading(course, label="TVM"))
    items = list(queries.readings_to_lead(course))
    assert items == [dspy, tvm]
    for made in (2, 0):
        slots = sheet_services.add_reading_slots(
            course=course, items=items, terms=Terms(seats=2), actor=alice
        )
        assert len(slots) == made
    assert Slot.objects.count() == 2
    assert Event.objects.get(kind="presentations.slots_added").summary == "Sign-up for 2 readings"


def test_a_reading_on_two_meetings_is_led_where_its_note_is_due(
    course: Course, dspy: AgendaItem
) -> None:
    later = factories.make_meeting(course, days_from_now(20), week=4)
    factories.put_on_agenda(later, dspy.reading, portion="part 2", carries_note=False)
    assert list(queries.readings_to_lead(course)) == [dspy]


def test_presentations_are_filled_up_to_the_number_wanted(
    course: Course, pitches: AgendaItem, alice: User
) -> None:
    later = factories.make_meeting(course, days_from_now(30), week=5)
    more = factories.put_on_agenda(
        later, text="More pitches", kind=Kind.PRESENTATIONS, stage=Stage.PITCH
    )
    factories.make_slot(pitches, title="Pitch 2")

    def fill(slots_each: int) -> int:
        return len(
            sheet_services.add_presentation_slots(
                course=course,
                items=[pitches, more],
                slots_each=slots_each,
                terms=Terms(taken_by=TakenBy.GROUP, minutes=10),
                actor=alice,
            )
        )

    assert fill(2) == 3
    assert fill(2) == 0
    for item in (pitches, more):
        titles = Slot.objects.filter(agenda_item=item).values_list("title", flat=True)
        assert sorted(titles) == ["Pitch 1", "Pitch 2"]
    assert fill(1) == 0
    assert Slot.objects.count() == 4


def test_presentation_slots_are_called_as_staff_say(pitches: AgendaItem, alice: User) -> None:
    slots = sheet_services.add_presentation_slots(
        course=pitches.course,
        items=[pitches],
        slots_each=2,
        terms=Terms(title="Lightning talk"),
        actor=alice,
    )
    assert [slot.title for slot in slots] == ["Lightning talk 1", "Lightning talk 2"]


def test_only_classes_that_take_place_have_presentations(
    course: Course, pitches: AgendaItem
) -> None:
    holiday = factories.make_meeting(course, days_from_now(32), status=Status.HOLIDAY)
    factories.put_on_agenda(holiday, text="Pitches", kind=Kind.PRESENTATIONS, stage=Stage.PITCH)
    assert queries.presentations_of(course) == [pitches]


def test_seats_are_added_and_free_ones_removed(
    slot: Slot, alice: User, bob: User, course: Course
) -> None:
    sheet_services.update_slot(slot=slot, terms=Terms(seats=4), actor=alice)
    assert seat_numbers(slot) == [1, 2, 3, 4]
    sign_up = SignUp.objects.create(
        seat=slot.seats.get(number=3), slot=slot, user=bob, created_by=alice
    )
    sheet_services.update_slot(slot=slot, terms=Terms(seats=2), actor=alice)
    assert seat_numbers(slot) == [1, 3]
    sheet_services.update_slot(slot=slot, terms=Terms(seats=3), actor=alice)
    assert seat_numbers(slot) == [1, 3, 4]
    assert SignUp.objects.get() == sign_up


def test_seats_cannot_go_below_what_is_taken(slot: Slot, alice: User, bob: User) -> None:
    sheet_services.update_slot(slot=slot, terms=Terms(seats=2), actor=alice)
    services.put_on_seat(slot=slot, presenter=bob, actor=alice)
    services.put_on_seat(slot=slot, presenter=alice, actor=alice)
    with pytest.raises(SeatsTaken, match="2 seats are taken"):
        sheet_services.update_slot(slot=slot, terms=Terms(seats=1, minutes=5), actor=alice)
    slot.refresh_from_db()
    assert (slot.seats.count(), slot.minutes) == (2, None)


def test_a_taken_slot_stays_for_whom_it_is(slot: Slot, alice: User, bob: User) -> None:
    services.claim_seat(slot=slot, actor=bob)
    with pytest.raises(SeatsTaken, match="1 seat is taken"):
        sheet_services.update_slot(
            slot=slot, terms=Terms(seats=2, taken_by=TakenBy.GROUP), actor=alice
        )


def test_a_free_slot_is_removed(slot: Slot, alice: User, dspy: AgendaItem) -> None:
    sheet_services.delete_slot(slot=slot, agreed_sign_ups=0, actor=alice)
    assert not Slot.objects.exists()
    assert AgendaItem.objects.filter(pk=dspy.pk).exists()


def test_a_slot_is_removed_with_no_more_sign_ups_than_were_agreed_to(
    slot: Slot, alice: User, bob: User
) -> None:
    services.claim_seat(slot=slot, actor=bob)
    with pytest.raises(StillTaken, match="1 seat is taken by now"):
        sheet_services.delete_slot(slot=slot, agreed_sign_ups=0, actor=alice)
    assert SignUp.objects.exists()
    sheet_services.delete_slot(slot=slot, agreed_sign_ups=1, actor=alice)
    assert not SignUp.objects.exists()
    event = Event.objects.get(kind="presentations.slot_removed")
    assert event.summary.endswith("off it: Bob Baker")
    assert event.details["users"] == [bob.pk]


def test_what_somebody_else_removed_is_gone(slot: Slot, alice: User) -> None:
    sheet_services.delete_slot(slot=Slot.objects.get(), agreed_sign_ups=0, actor=alice)
    with pytest.raises(SlotGone):
        sheet_services.update_slot(slot=slot, terms=Terms(), actor=alice)
    with pytest.raises(SlotGone):
        sheet_services.delete_slot(slot=slot, agreed_sign_ups=0, actor=alice)
