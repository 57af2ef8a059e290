"""Many at once: constraints and locks decide, on either database."""

from __future__ import annotations

import collections
import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.groups import services as group_services
from readings.courses.models import Course, Event, Group, GroupMember, Membership
from readings.courses.services import remove_member
from readings.presentations import services
from readings.presentations.models import Method, Seat, SignUp, Slot, TakenBy
from readings.presentations.refusals import (
    AlreadyYours,
    GivenByWishes,
    NotAStudent,
    SeatsTaken,
    SlotFull,
)
from readings.presentations.sheets import adding, slot_services
from readings.presentations.sheets.services import update_sheet
from readings.presentations.sheets.slot_services import move_windows
from readings.presentations.sheets.terms import Terms, terms_of_sheet
from readings.schedule.models import AgendaItem
from readings.schedule.operations import recording
from tests import factories
from tests.at_once import at_once
from tests.scratch import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

STUDENTS = 24


@pytest.fixture
def students(course: Course) -> list[User]:
    """Many who want the same."""
    users = [factories.make_user() for _number in range(STUDENTS)]
    for user in users:
        factories.enrol(course, user)
    return users


def claiming(slot: Slot, user: User) -> Callable[[], object]:
    return lambda: services.claim_seat(slot=slot, actor=user)


def test_as_many_are_served_as_there_are_seats(dspy: AgendaItem, students: list[User]) -> None:
    slot = factories.make_slot(dspy, seats=7)
    outcomes = at_once([claiming(slot, student) for student in students])
    served = [one for one in outcomes if isinstance(one, SignUp)]
    refused = [one for one in outcomes if isinstance(one, SlotFull)]
    assert (len(served), len(refused)) == (7, STUDENTS - 7)
    assert SignUp.objects.count() == 7
    assert len({sign_up.seat_id for sign_up in served}) == 7
    assert len({sign_up.user_id for sign_up in served}) == 7
    assert Event.objects.filter(kind="presentations.seat_taken").count() == 7
    assert all("took the last seat a moment ago" in str(one) for one in refused)


def test_the_same_person_pressing_many_times_has_one_seat(slot: Slot, bob: User) -> None:
    outcomes = at_once([claiming(slot, bob)] * 6)
    assert collections.Counter(type(one) for one in outcomes) == {SignUp: 1, AlreadyYours: 5}
    assert SignUp.objects.count() == 1


def test_of_two_groups_one_gets_the_slot(course: Course, pitch: Slot, students: list[User]) -> None:
    groups = [factories.make_group(course, *students[n::2][:3]) for n in range(2)]
    outcomes = at_once([claiming(pitch, student) for student in students[:6]])
    winner = SignUp.objects.get().group
    assert winner in groups
    kinds = collections.Counter(type(one) for one in outcomes)
    assert kinds == {SignUp: 1, AlreadyYours: 2, SlotFull: 3}


def test_claims_and_leaves_between_each_other_double_nothing(
    dspy: AgendaItem, students: list[User]
) -> None:
    slot = factories.make_slot(dspy, seats=2)

    def take_and_leave(user: User) -> Callable[[], object]:
        def act() -> object:
            kept = 0
            for turn in range(4):
                try:
                    services.claim_seat(slot=slot, actor=user)
                except SlotFull:
                    continue
                kept = 1
                if turn < 3:
                    services.leave_seat(slot=slot, actor=user)
                    kept = 0
            return kept

        return act

    kept = at_once([take_and_leave(student) for student in students[:8]])
    holders = list(SignUp.objects.values_list("user_id", flat=True))
    assert len(holders) == len(set(holders)) == sum(int(bool(one)) for one in kept) <= 2
    assert {user.pk for user, one in zip(students, kept, strict=False) if one} == set(holders)
    taken = Event.objects.filter(kind="presentations.seat_taken").count()
    left = Event.objects.filter(kind="presentations.seat_left").count()
    assert taken - left == len(holders)


def test_no_seat_is_cut_away_under_somebody_who_takes_it(
    dspy: AgendaItem, students: list[User], alice: User
) -> None:
    slot = factories.make_slot(dspy, seats=6)

    def shrink() -> None:
        slot_services.update_slot(slot=slot, terms=Terms(seats=3), actor=alice)

    outcomes = at_once([claiming(slot, student) for student in students[:6]] + [shrink])
    taken = SignUp.objects.count()
    assert taken == sum(isinstance(one, SignUp) for one in outcomes)
    if isinstance(outcomes[-1], SeatsTaken):
        assert (slot.seats.count(), taken) == (6, 6)
    else:
        assert (slot.seats.count(), taken) == (3, 3)


def test_a_group_does_not_vanish_while_it_is_signed_up(
    course: Course, pitches: AgendaItem, students: list[User]
) -> None:
    """The last member leaves in one window while they sign the group up in another."""
    slots = [
        factories.make_slot(pitches, title=f"Pitch {n}", taken_by=TakenBy.GROUP) for n in range(8)
    ]
    groups = [
        factories.make_group(course, student)
        for student, _slot in zip(students, slots, strict=False)
    ]

    def leaving(group: Group, user: User) -> Callable[[], object]:
        return lambda: group_services.leave_group(group=Group.objects.get(pk=group.pk), actor=user)

    at_once(
        [
            action
            for group, user, slot in zip(groups, students, slots, strict=False)
            for action in (claiming(slot, user), leaving(group, user))
        ]
    )
    for group, user in zip(groups, students, strict=False):
        alive = Group.objects.filter(pk=group.pk).exists()
        assert GroupMember.objects.filter(course=course, user=user).exists() == alive
        assert SignUp.objects.filter(group_id=group.pk).exists() == alive


def test_the_same_slots_made_twice_at_once_are_made_once(
    dspy: AgendaItem, pitches: AgendaItem, alice: User, carol: User
) -> None:
    papers = factories.sheet_for(dspy)
    talks = factories.sheet_for(pitches, TakenBy.GROUP)

    def making(user: User) -> Callable[[], object]:
        def act() -> object:
            adding.add_slot_on_each(sheet=papers, items=[dspy], terms=Terms(), actor=user)
            return adding.add_presentation_slots(
                sheet=talks, items=[pitches], slots_each=3, terms=Terms(), actor=user
            )

        return act

    at_once([making(alice), making(carol), making(alice), making(carol)])
    assert Slot.objects.filter(agenda_item=dspy).count() == 1
    assert Slot.objects.filter(agenda_item=pitches).count() == 3


def test_who_meets_the_constraint_looks_again(dspy: AgendaItem, students: list[User]) -> None:
    """Somebody inserts without the lock, as the admin site would: the claim moves on a seat."""
    slot = factories.make_slot(dspy, seats=2)
    first, second = students[:2]
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            seat = Seat.objects.get(slot=slot, number=1)
            SignUp.objects.create(seat=seat, slot=slot, user=first, created_by=first)
            claim = pool.submit(lambda: at_once([claiming(slot, second)])[0])
            if connection.vendor == "postgresql":  # on SQLite it waits to begin
                wait_until(_somebody_waits, what="the claim waits for the seat")
        outcome = claim.result(timeout=20)
    assert isinstance(outcome, SignUp)
    assert outcome.seat.number == 2


def test_who_waited_for_new_rules_is_held_to_them(
    dspy: AgendaItem, students: list[User], alice: User
) -> None:
    """Staff change a sheet while somebody who saw it as it was presses the button."""
    slot = factories.make_slot(dspy)
    terms = replace(terms_of_sheet(slot.sheet), method=Method.WISHES)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            update_sheet(sheet=slot.sheet, terms=terms, actor=alice)
            claim = pool.submit(lambda: at_once([claiming(slot, students[0])])[0])
            if connection.vendor == "postgresql":  # on SQLite it waits to begin
                wait_until(_somebody_waits, what="the claim waits for the slot")
        assert isinstance(claim.result(timeout=20), GivenByWishes)
    assert not SignUp.objects.exists()


def test_who_is_taken_out_of_the_course_while_they_press_has_no_seat(
    course: Course, dspy: AgendaItem, students: list[User]
) -> None:
    slot, student = factories.make_slot(dspy), students[0]
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            remove_member(membership=Membership.objects.get(course=course, user=student))
            claim = pool.submit(lambda: at_once([claiming(slot, student)])[0])
            if connection.vendor == "postgresql":  # on SQLite it waits to begin
                wait_until(_somebody_waits, what="the claim waits for the membership")
        assert isinstance(claim.result(timeout=20), NotAStudent)
    assert not SignUp.objects.exists()


def test_a_plan_is_published_while_seats_are_taken(
    course: Course, dspy: AgendaItem, students: list[User], alice: User
) -> None:
    """Each holds what the other's row refers to, or wants; nobody waits for ever."""
    slot = factories.make_slot(dspy, closes_at=timezone.now() + dt.timedelta(days=1))
    claimed = threading.Event()

    def publish() -> object:
        with recording(course=course, actor=alice, kind="schedule.test", summary="Moved"):
            claimed.set()
            if connection.vendor == "postgresql":
                wait_until(lambda: SignUp.objects.exists() or _somebody_waits(), what="the claim")
            move_windows(windows={slot.pk: (None, None)})
        return None

    def claim() -> object:
        claimed.wait(timeout=20)
        return services.claim_seat(slot=slot, actor=students[0])

    published, sign_up = at_once([publish, claim])
    assert published is None
    assert isinstance(sign_up, SignUp)
    slot.refresh_from_db()
    assert slot.closes_at is None


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        row = cursor.fetchone()
    return bool(row and row[0])
