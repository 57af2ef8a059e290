"""The log: everything that happened, and what of it concerns a sheet, a slot, a person."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.models import Course, Event
from readings.courses.services import record_event
from readings.presentations import services
from readings.presentations.models import Slot
from readings.presentations.sheets.log import log_of
from readings.presentations.sheets.services import update_sheet
from readings.presentations.sheets.slot_services import (
    Changes,
    change_slots,
    delete_free_slots,
    delete_slot,
    update_slot,
)
from readings.presentations.sheets.terms import Terms, terms_of_sheet
from readings.presentations.swaps.models import SwapKind
from readings.presentations.swaps.services import offer_seat
from tests import factories
from tests.pages_text import words
from tests.presentations.sheets.conftest import PAGE

pytestmark = pytest.mark.django_db


@pytest.fixture
def history(course: Course, slot: Slot, pitch: Slot, alice: User, bob: User) -> None:
    """Seats taken and given up, slots changed and removed, on two sheets."""
    factories.make_group(course, bob, name="Group 2")
    record_event(course=course, actor=alice, kind="schedule.else", summary="Something else")
    services.claim_seat(slot=slot, actor=bob)
    services.claim_seat(slot=pitch, actor=bob)
    services.leave_seat(slot=slot, actor=bob)
    for one in (slot, pitch):
        change_slots(course=course, slots=[one.pk], changes=Changes(minutes=9), actor=alice)


def kinds(course: Course, **which: object) -> list[str]:
    events = log_of(course, **which)  # type: ignore[arg-type]
    return [event.kind.removeprefix("presentations.") for event in events]


def test_the_log_is_of_a_sheet_a_slot_a_person(
    history: None, course: Course, slot: Slot, pitch: Slot, alice: User, bob: User
) -> None:
    mine = ["slots_changed", "seat_left", "seat_taken"]
    assert kinds(course) == ["slots_changed", *mine, "seat_taken"]
    assert kinds(course, sheet=slot.sheet) == kinds(course, slot=slot.pk) == mine
    assert kinds(course, sheet=pitch.sheet) == ["slots_changed", "seat_taken"]
    assert kinds(course, user=bob) == ["seat_left", "seat_taken", "seat_taken"]
    assert kinds(course, user=alice) == ["slots_changed"] * 2
    assert kinds(factories.make_course()) == []


def test_what_happened_to_a_removed_slot_stays_in_its_sheet_s_log(
    history: None, course: Course, slot: Slot, pitch: Slot, alice: User, bob: User
) -> None:
    delete_free_slots(course=course, slots=[slot.pk], actor=alice)
    assert kinds(course, sheet=slot.sheet)[:2] == ["slots_removed", "slots_changed"]
    assert "seat_taken" in kinds(course, sheet=slot.sheet)
    delete_slot(slot=pitch, agreed_sign_ups=1, actor=alice)
    on_sheet = ["slot_removed", "taken_off", "slots_changed", "seat_taken"]
    assert kinds(course, sheet=pitch.sheet) == on_sheet
    assert kinds(course, slot=pitch.pk) == on_sheet
    assert "taken_off" in kinds(course, user=bob)  # their group's


def test_the_page_names_who_did_what_and_turns_over(
    history: None, alices: Client, course: Course, slot: Slot, bob: User
) -> None:
    page = words(alices.get(f"{PAGE}log/?sheet={slot.sheet_id}&person={bob.pk}"))
    assert "Bob Baker took DSPy" in page
    assert "by Bob Baker" in page
    assert "Group 2 took" not in page
    assert "Something else" not in page
    assert "Only what concerns DSPy" in words(alices.get(f"{PAGE}log/?slot={slot.pk}"))
    assert "a slot that is gone" in words(alices.get(f"{PAGE}log/?slot=999999"))
    Event.objects.bulk_create(
        Event(course=course, kind="presentations.x", summary=f"Event {n}") for n in range(100)
    )
    first = alices.get(f"{PAGE}log/?person=x")
    assert f'href="?page={2}"' in first.content.decode()
    assert "Event 0" not in words(alices.get(f"{PAGE}log/?page=2"))
    assert "Bob Baker took DSPy" in words(alices.get(f"{PAGE}log/?page=2"))


def test_lines_say_what_changed(course: Course, slot: Slot, alice: User) -> None:
    rules = terms_of_sheet(slot.sheet)
    new = replace(rules, may_hold=1, swaps="none", has_waiting_list=False)
    update_sheet(sheet=slot.sheet, terms=new, actor=alice)
    update_slot(slot=slot, terms=Terms(seats=3, minutes=10), actor=alice)
    change_slots(course=course, slots=[slot.pk], changes=Changes(seats=4, minutes=9), actor=alice)
    bulk, one, sheet = (event.summary for event in log_of(course))
    assert sheet.endswith(
        "changed: may hold – → 1; waiting list yes → no; swaps between those concerned → not at all"
    )
    assert one.endswith(": seats 2 → 3; minutes – → 10")
    assert bulk.endswith("of Lead a paper: seats 4; minutes 9")


def test_notices_are_no_lines_but_what_is_told_alone_is_one(
    course: Course, slot: Slot, alice: User, bob: User
) -> None:
    for _number in range(2):
        factories.enrol(course, factories.make_user())
    services.claim_seat(slot=slot, actor=bob)
    offer_seat(slot=slot, actor=bob, kind=SwapKind.HAND_OVER, to=None, counter=None, message="")
    record_event(
        course=course, actor=None, kind="presentations.moved_up", summary="You", recipient=bob
    )
    assert kinds(course) == kinds(course, user=bob) == ["swap_offered", "seat_taken"]
