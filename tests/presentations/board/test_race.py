"""Many at once under a sheet's rules and with a waiting list, on either database."""

from __future__ import annotations

import collections
from collections.abc import Callable
from typing import Any

import pytest

from readings.accounts.models import User
from readings.courses.models import Course
from readings.presentations import services, waiting
from readings.presentations.models import Seat, SignUp, Slot, TakenBy, Waiting
from readings.presentations.refusals import HoldsEnough
from readings.schedule.models import AgendaItem
from tests import factories
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def students(course: Course) -> list[User]:
    users = [factories.make_user() for _number in range(8)]
    for user in users:
        factories.enrol(course, user)
    return users


def make_slots(item: AgendaItem, number: int, **fields: Any) -> list[Slot]:
    """Slots of one sheet, of which each may hold one."""
    slots = [factories.make_slot(item, title=f"Slot {n}", **fields) for n in range(number)]
    slots[0].sheet.may_hold = 1
    slots[0].sheet.save()
    return slots


def claiming(slot: Slot, user: User) -> Callable[[], object]:
    return lambda: services.claim_seat(slot=slot, actor=user)


def test_who_presses_two_slots_at_once_has_no_more_than_they_may(
    pitches: AgendaItem, students: list[User]
) -> None:
    slots = make_slots(pitches, 2, seats=8)
    outcomes = at_once([claiming(slot, one) for one in students[:4] for slot in slots])
    kinds = collections.Counter(type(one) for one in outcomes)
    assert kinds == {SignUp: 4, HoldsEnough: 4}
    assert len(set(SignUp.objects.values_list("user", flat=True))) == 4


def test_two_members_who_press_two_slots_at_once_get_one_for_their_group(
    course: Course, pitches: AgendaItem, students: list[User]
) -> None:
    slots = make_slots(pitches, 2, seats=4, taken_by=TakenBy.GROUP)
    for number in range(3):
        factories.make_group(course, *students[number * 2 : number * 2 + 2])
    outcomes = at_once(
        [claiming(slots[number % 2], one) for number, one in enumerate(students[:6])]
    )
    kinds = collections.Counter(type(one) for one in outcomes)
    assert kinds == {SignUp: 3, HoldsEnough: 3}
    assert SignUp.objects.values("group").distinct().count() == 3


def test_leaving_claiming_joining_and_putting_at_once_leave_no_seat_free_nor_doubled(
    pitches: AgendaItem, students: list[User], alice: User
) -> None:
    slots = make_slots(pitches, 2)
    holders = [services.claim_seat(slot=slot, actor=students[n]) for n, slot in enumerate(slots)]
    for slot in slots:  # both in line on both: to lock them in any other order would be deadly
        for user in students[2:4]:
            waiting.join_waiting_list(slot=slot, actor=user)

    def joining(slot: Slot, user: User) -> Callable[[], object]:
        return lambda: waiting.join_waiting_list(slot=slot, actor=user)

    actions: list[Callable[[], object]] = [
        lambda: services.leave_seat(slot=slots[0], actor=students[0]),
        lambda: services.take_off(sign_up=holders[1], actor=alice),
        claiming(slots[0], students[4]),
        claiming(slots[1], students[5]),
        joining(slots[1], students[6]),
        joining(slots[0], students[7]),
        lambda: services.put_on_seat(slot=slots[0], presenter=alice, actor=alice),
        lambda: waiting.leave_waiting_list(slot=slots[1], actor=students[3]),
    ]
    at_once(actions)
    held = list(SignUp.objects.values_list("user", flat=True))
    assert len(held) == len(set(held))
    free = Seat.objects.filter(sign_up__isnull=True).values_list("slot", flat=True)
    for row in Waiting.objects.filter(slot__in=free):
        assert row.user_id in held  # who may hold no more
    for slot in slots:
        on_seats = set(slot.sign_ups.values_list("user", flat=True))
        assert not on_seats & set(slot.waiting.values_list("user", flat=True))


def test_as_many_move_up_as_leave(pitches: AgendaItem, students: list[User]) -> None:
    slot = factories.make_slot(pitches, seats=4)
    for user in students[:4]:
        services.claim_seat(slot=slot, actor=user)
    for user in students[4:]:
        waiting.join_waiting_list(slot=slot, actor=user)

    def leaving(user: User) -> Callable[[], object]:
        return lambda: services.leave_seat(slot=slot, actor=user)

    at_once([leaving(user) for user in students[:4]])
    held = list(SignUp.objects.values_list("user", flat=True))
    assert sorted(held) == [user.pk for user in students[4:]]
    assert not Waiting.objects.exists()
