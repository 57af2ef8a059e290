"""Changing and removing slots."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Course, Event
from readings.presentations import services
from readings.presentations.day.models import Material
from readings.presentations.models import Seat, Sheet, SignUp, Slot, TakenBy
from readings.presentations.refusals import (
    ClosesBeforeOpening,
    HasWork,
    OpensTooLate,
    SeatsTaken,
    SlotGone,
    StillTaken,
    WrongSheet,
)
from readings.presentations.sheets.services import make_sheet
from readings.presentations.sheets.slot_services import (
    Changes,
    change_slots,
    delete_free_slots,
    delete_slot,
    move_slot,
    take_off_all,
    update_slot,
)
from readings.presentations.sheets.terms import SheetTerms, Terms
from readings.presentations.wishes.models import Ballot
from readings.schedule.models import AgendaItem
from tests import factories

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def seat_numbers(slot: Slot) -> list[int]:
    return list(Seat.objects.filter(slot=slot).values_list("number", flat=True))


def test_a_slot_s_window_goes_with_that_of_its_sheet(slot: Slot, alice: User) -> None:
    now = timezone.now()
    Sheet.objects.update(opens_at=now, closes_at=now + 5 * HOUR)
    for terms, refusal in (
        (Terms(opens_at=now, closes_at=now), ClosesBeforeOpening),
        (Terms(closes_at=now - HOUR), ClosesBeforeOpening),
        (Terms(opens_at=now + 5 * HOUR), OpensTooLate),
    ):
        with pytest.raises(refusal):
            update_slot(slot=slot, terms=terms, actor=alice)
        changes = Changes(opens_at=terms.opens_at, closes_at=terms.closes_at)
        with pytest.raises(refusal):
            change_slots(course=slot.course, slots=[slot.pk], changes=changes, actor=alice)
    slot.refresh_from_db()
    assert (slot.opens_at, slot.closes_at) == (None, None)
    own = Terms(seats=2, opens_at=now - 2 * HOUR, closes_at=now - HOUR)  # a window of its own
    update_slot(slot=slot, terms=own, actor=alice)
    slot.refresh_from_db()
    assert slot.closes_at == now - HOUR


def test_seats_are_added_and_free_ones_removed(slot: Slot, alice: User, bob: User) -> None:
    update_slot(slot=slot, terms=Terms(seats=4), actor=alice)
    assert seat_numbers(slot) == [1, 2, 3, 4]
    sign_up = SignUp.objects.create(
        seat=slot.seats.get(number=3), slot=slot, user=bob, created_by=alice
    )
    update_slot(slot=slot, terms=Terms(seats=2), actor=alice)
    assert seat_numbers(slot) == [1, 3]
    update_slot(slot=slot, terms=Terms(seats=3), actor=alice)
    assert seat_numbers(slot) == [1, 3, 4]
    assert SignUp.objects.get() == sign_up


def test_seats_cannot_go_below_what_is_taken(slot: Slot, alice: User, bob: User) -> None:
    services.put_on_seat(slot=slot, presenter=bob, actor=alice)
    services.put_on_seat(slot=slot, presenter=alice, actor=alice)
    with pytest.raises(SeatsTaken, match="2 seats are taken"):
        update_slot(slot=slot, terms=Terms(seats=1, minutes=5), actor=alice)
    slot.refresh_from_db()
    assert (slot.seats.count(), slot.minutes) == (2, None)


def test_a_slot_moves_to_a_sheet_of_the_same_presenters_with_whom_it_has(
    slot: Slot, alice: User, bob: User, course: Course
) -> None:
    services.put_on_seat(slot=slot, presenter=bob, actor=alice)
    other = make_sheet(course=course, terms=SheetTerms(title="Other"), actor=alice)
    teams = make_sheet(
        course=course, terms=SheetTerms(title="Teams", taken_by=TakenBy.GROUP), actor=alice
    )
    with pytest.raises(WrongSheet, match="is for single persons, and “Teams” is not"):
        update_slot(slot=slot, terms=Terms(seats=2), sheet=teams, actor=alice)
    update_slot(slot=slot, terms=Terms(seats=2), sheet=other, actor=alice)
    slot.refresh_from_db()
    assert slot.sheet == other
    assert SignUp.objects.get().slot == slot
    ballot = Ballot.objects.create(sheet=other, user=bob, updated_by=bob)
    ballot.preferences.create(slot=slot, rank=1)
    with pytest.raises(WrongSheet, match="is wished for"):
        change_slots(
            course=course,
            slots=[slot.pk],
            changes=Changes(sheet=Sheet.objects.get(title="Lead a paper")),
            actor=alice,
        )


def test_many_slots_change_together_or_not_at_all(
    course: Course, pitches: AgendaItem, alice: User, bob: User, erin: User
) -> None:
    slots = [factories.make_slot(pitches, seats=2, title=f"Talk {n}") for n in range(3)]
    closes_at = timezone.now() + HOUR
    changes = Changes(seats=1, minutes=15, closes_at=closes_at)
    for user in (alice, bob):
        services.put_on_seat(slot=slots[1], presenter=user, actor=alice)
    keys = [slot.pk for slot in slots]
    with pytest.raises(SeatsTaken, match=r"^Talk 1 \(.*\): 2 seats are taken"):
        change_slots(course=course, slots=keys, changes=changes, actor=alice)
    assert Seat.objects.count() == 6
    services.take_off(sign_up=SignUp.objects.get(user=alice), actor=alice)
    assert change_slots(course=course, slots=keys, changes=changes, actor=alice) == 3
    assert Seat.objects.count() == 3
    assert set(Slot.objects.values_list("minutes", "closes_at")) == {(15, closes_at)}
    assert SignUp.objects.get().user == bob
    event = Event.objects.get(kind="presentations.slots_changed")
    assert event.details == {"slots": keys, "sheet": slots[0].sheet_id}
    back = Changes(as_sheet_says=True)
    change_slots(course=course, slots=keys, changes=back, actor=alice)
    assert not Slot.objects.exclude(closes_at=None).exists()


def test_slots_of_another_course_do_not_change(slot: Slot, alice: User) -> None:
    changed = change_slots(
        course=factories.make_course(), slots=[slot.pk], changes=Changes(minutes=5), actor=alice
    )
    slot.refresh_from_db()
    assert (changed, slot.minutes) == (0, None)


def test_changing_many_takes_as_many_queries_as_changing_one(
    course: Course, pitches: AgendaItem, alice: User, django_assert_num_queries: Any
) -> None:
    keys = [factories.make_slot(pitches, title=f"Talk {n}").pk for n in range(30)]
    for some in (keys[:1], keys):
        with django_assert_num_queries(12):
            change_slots(
                course=course, slots=some, changes=Changes(seats=3, minutes=5), actor=alice
            )


def test_slots_of_one_item_change_their_order(pitches: AgendaItem, alice: User) -> None:
    first, second, third = (factories.make_slot(pitches, title=name) for name in "ABC")

    def order() -> str:
        return "".join(Slot.objects.order_by("position", "pk").values_list("title", flat=True))

    assert move_slot(slot=third, by=-1, actor=alice)
    assert order() == "ACB"
    assert move_slot(slot=first, by=1, actor=alice)
    assert order() == "CAB"
    assert not move_slot(slot=third, by=-1, actor=alice)
    assert not move_slot(slot=second, by=1, actor=alice)
    assert order() == "CAB"
    assert Event.objects.filter(kind="presentations.slot_moved").count() == 2


def test_a_slot_is_removed_with_no_more_sign_ups_than_were_agreed_to(
    slot: Slot, alice: User, bob: User, dspy: AgendaItem
) -> None:
    services.claim_seat(slot=slot, actor=bob)
    with pytest.raises(StillTaken, match="1 seat is taken by now"):
        delete_slot(slot=slot, agreed_sign_ups=0, actor=alice)
    assert SignUp.objects.exists()
    delete_slot(slot=slot, agreed_sign_ups=1, actor=alice)
    assert not SignUp.objects.exists()
    assert not Slot.objects.exists()
    assert AgendaItem.objects.filter(pk=dspy.pk).exists()
    event = Event.objects.get(kind="presentations.slot_removed")
    assert event.summary.endswith("off it: Bob Baker")
    assert event.details["users"] == [bob.pk]
    assert Event.objects.get(kind="presentations.taken_off").details["user"] == bob.pk


def hand_in(slot: Slot, user: User) -> None:
    Material.objects.create(
        slot=slot, user=user, label="Slides", version=1, url="https://x.test", created_by=user
    )


def test_a_slot_with_work_on_it_stays_with_whom_it_has(slot: Slot, alice: User, bob: User) -> None:
    services.claim_seat(slot=slot, actor=bob)
    hand_in(slot, bob)
    with pytest.raises(HasWork, match="Slides, feedback or marks hang on it"):
        delete_slot(slot=slot, agreed_sign_ups=1, actor=alice)
    assert SignUp.objects.get().user == bob
    assert not Event.objects.filter(kind="presentations.taken_off").exists()


def test_only_what_nobody_has_is_removed_at_once(
    course: Course, pitches: AgendaItem, alice: User, bob: User
) -> None:
    free, held, worked, waited, wished = (
        factories.make_slot(pitches, title=f"Talk {n}") for n in range(5)
    )
    services.put_on_seat(slot=held, presenter=bob, actor=alice)
    hand_in(worked, bob)
    waited.waiting.create(user=bob, created_by=bob)
    ballot = Ballot.objects.create(sheet=wished.sheet, user=bob, updated_by=bob)
    ballot.preferences.create(slot=wished, rank=1)
    keys = [slot.pk for slot in (free, held, worked, waited, wished)]
    assert delete_free_slots(course=course, slots=keys, actor=alice) == (1, 4)
    assert set(Slot.objects.all()) == {held, worked, waited, wished}
    event = Event.objects.get(kind="presentations.slots_removed")
    assert event.details["slots"] == [free.pk]


def test_what_somebody_else_removed_is_gone(slot: Slot, alice: User) -> None:
    delete_slot(slot=Slot.objects.get(), agreed_sign_ups=0, actor=alice)
    with pytest.raises(SlotGone):
        update_slot(slot=slot, terms=Terms(), actor=alice)
    with pytest.raises(SlotGone):
        delete_slot(slot=slot, agreed_sign_ups=0, actor=alice)
    with pytest.raises(SlotGone):
        delete_free_slots(course=slot.course, slots=[slot.pk], actor=alice)


def test_all_seats_of_one_who_left_are_freed_and_no_other_s(
    pitches: AgendaItem, alice: User, bob: User
) -> None:
    slots = [factories.make_slot(pitches, title=f"Talk {n}") for n in range(3)]
    for slot in slots[:2]:
        services.put_on_seat(slot=slot, presenter=bob, actor=alice)
    services.put_on_seat(slot=slots[2], presenter=alice, actor=alice)
    shown = list(SignUp.objects.values_list("pk", flat=True))
    assert take_off_all(presenter=bob, sign_ups=shown, actor=alice) == 2
    assert SignUp.objects.get().user == alice
    assert Event.objects.filter(kind="presentations.taken_off").count() == 2
    assert take_off_all(presenter=bob, sign_ups=shown, actor=alice) == 0
