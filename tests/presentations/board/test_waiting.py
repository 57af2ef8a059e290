"""Waiting lists: who stands in line, who moves up, and who is told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from readings.accounts.models import User
from readings.core.counting import ordinal
from readings.courses.models import Audience, Course, Event, GroupMember, Membership, Role
from readings.presentations import services, tasks, waiting
from readings.presentations.models import Seat, SignUp, Slot, Waiting
from readings.presentations.refusals import (
    AlreadyWaiting,
    AlreadyYours,
    HoldsEnough,
    NotAStudent,
    NotForYou,
    NotWaiting,
    NoWaitingList,
    SeatFree,
    SignUpClosed,
    SlotFull,
    TooClose,
    WrongPresenter,
)
from readings.presentations.sheets import slot_services
from readings.presentations.sheets.terms import Terms
from readings.schedule.models import AgendaItem
from tests import factories
from tests.presentations.conftest import days_from_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def students(course: Course, bob: User) -> list[User]:
    """Bob, Priya, Quinn, Rosa."""
    others = [factories.make_user(name) for name in ("Priya Singh", "Quinn Quill", "Rosa Ruiz")]
    for user in others:
        factories.enrol(course, user)
    return [bob, *others]


@pytest.fixture
def full(dspy: AgendaItem, students: list[User]) -> Slot:
    """One seat, which Bob has; Priya and Quinn wait for it, in this order."""
    slot = factories.make_slot(dspy)
    services.claim_seat(slot=slot, actor=students[0])
    for user in students[1:3]:
        waiting.join_waiting_list(slot=slot, actor=user)
    return slot


@pytest.fixture
def other(course: Course, full: Slot) -> Slot:
    """Another slot of the sheet, a week later, which Rosa has."""
    meeting = factories.make_meeting(course, days_from_now(21), week=4)
    item = factories.put_on_agenda(meeting, factories.make_reading(course, label="TVM"))
    slot = factories.make_slot(item, sheet=full.sheet)
    services.claim_seat(slot=slot, actor=User.objects.get(name="Rosa Ruiz"))
    return slot


def set_rules(slot: Slot, **fields: object) -> None:
    for name, value in fields.items():
        setattr(slot.sheet, name, value)
    slot.sheet.save()


def close(slot: Slot) -> None:
    Slot.objects.filter(pk=slot.pk).update(closes_at=timezone.now() - dt.timedelta(hours=1))


def holders(slot: Slot) -> list[str]:
    rows = SignUp.objects.filter(slot=slot).order_by("seat__number")
    return [str(row.group or row.user) for row in rows]


def line(slot: Slot) -> list[str]:
    return [str(row.group or row.user) for row in Waiting.objects.filter(slot=slot)]


def test_a_place_in_line_is_told(full: Slot, students: list[User]) -> None:
    assert waiting.join_waiting_list(slot=full, actor=students[3]) == 3
    with pytest.raises(AlreadyWaiting, match="You are in line already: 3rd"):
        waiting.join_waiting_list(slot=full, actor=students[3])
    event = Event.objects.filter(kind="presentations.waiting_joined").latest("pk")
    assert event.audience == Audience.STAFF
    assert event.summary.startswith("Rosa Ruiz waits for DSPy (")


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd")],
)
def test_places_in_words(number: int, words: str) -> None:
    assert ordinal(number) == words


def test_who_leaves_the_line_lets_the_others_up(full: Slot, students: list[User]) -> None:
    waiting.leave_waiting_list(slot=full, actor=students[1])
    assert line(full) == ["Quinn Quill"]
    with pytest.raises(NotWaiting):
        waiting.leave_waiting_list(slot=full, actor=students[1])


def test_nobody_waits_where_a_seat_is_free_or_theirs(full: Slot, students: list[User]) -> None:
    with pytest.raises(AlreadyYours):
        waiting.join_waiting_list(slot=full, actor=students[0])
    Seat.objects.create(slot=full, number=2)
    with pytest.raises(SeatFree):
        waiting.join_waiting_list(slot=full, actor=students[3])


def test_the_line_is_closed_with_the_slot_and_to_people_who_do_not_present(
    full: Slot, students: list[User], alice: User
) -> None:
    with pytest.raises(NotAStudent):
        waiting.join_waiting_list(slot=full, actor=alice)
    close(full)
    with pytest.raises(SignUpClosed):
        waiting.join_waiting_list(slot=full, actor=students[3])
    waiting.leave_waiting_list(slot=full, actor=students[1])


def test_a_sheet_may_have_no_waiting_list(full: Slot, students: list[User]) -> None:
    set_rules(full, has_waiting_list=False)
    with pytest.raises(NoWaitingList):
        waiting.join_waiting_list(slot=full, actor=students[3])


def test_who_may_not_take_it_may_not_wait_for_it(
    full: Slot, other: Slot, students: list[User]
) -> None:
    set_rules(full, may_hold=1)
    with pytest.raises(HoldsEnough):
        waiting.join_waiting_list(slot=full, actor=students[3])
    set_rules(full, may_hold=None, days_apart=14)
    with pytest.raises(TooClose):
        waiting.join_waiting_list(slot=full, actor=students[3])
    set_rules(full, days_apart=0, is_for_some=True)
    with pytest.raises(NotForYou, match="you are not among them"):
        waiting.join_waiting_list(slot=full, actor=students[3])
    full.sheet.only_users.add(students[3])
    assert waiting.join_waiting_list(slot=full, actor=students[3]) == 3


def test_the_next_one_moves_up_and_is_told(full: Slot, students: list[User]) -> None:
    services.leave_seat(slot=full, actor=students[0])
    assert (holders(full), line(full)) == (["Priya Singh"], ["Quinn Quill"])
    told = Event.objects.get(kind="presentations.moved_up")
    assert (told.recipient, told.actor) == (students[1], None)
    assert told.summary.startswith("You moved up: DSPy (")
    latest = Event.objects.filter(kind="presentations.seat_taken").latest("pk")
    assert latest.summary.startswith("Priya Singh moved up to DSPy (")


def test_who_is_taken_off_makes_room_for_the_next_one(full: Slot, alice: User) -> None:
    services.take_off(sign_up=SignUp.objects.get(), actor=alice)
    assert (holders(full), line(full)) == (["Priya Singh"], ["Quinn Quill"])


def test_seats_that_are_added_go_to_those_who_wait(full: Slot, alice: User) -> None:
    slot_services.update_slot(slot=full, terms=Terms(seats=3), actor=alice)
    assert holders(full) == ["Bob Baker", "Priya Singh", "Quinn Quill"]
    assert line(full) == []


def test_who_is_not_allowed_now_is_passed_over_and_keeps_their_place(
    full: Slot, other: Slot, students: list[User]
) -> None:
    services.leave_seat(slot=other, actor=students[3])
    services.claim_seat(slot=other, actor=students[1])
    set_rules(full, may_hold=1)
    services.leave_seat(slot=full, actor=students[0])
    assert (holders(full), line(full)) == (["Quinn Quill"], ["Priya Singh"])


def test_giving_up_what_stood_in_the_way_moves_one_up_oneself(
    full: Slot, other: Slot, students: list[User]
) -> None:
    """Priya holds the other slot, so a seat stays free while she waits, until she gives it up."""
    waiting.leave_waiting_list(slot=full, actor=students[2])
    services.leave_seat(slot=other, actor=students[3])
    services.claim_seat(slot=other, actor=students[1])
    set_rules(full, may_hold=1)
    services.leave_seat(slot=full, actor=students[0])
    assert holders(full) == []
    services.leave_seat(slot=other, actor=students[1])
    assert (holders(full), holders(other), line(full)) == (["Priya Singh"], [], [])


def test_who_moved_up_is_off_the_lists_where_the_rules_no_longer_let_them(
    full: Slot, other: Slot, students: list[User]
) -> None:
    waiting.join_waiting_list(slot=other, actor=students[1])
    set_rules(full, may_hold=1)
    services.leave_seat(slot=full, actor=students[0])
    assert (holders(full), line(other)) == (["Priya Singh"], [])
    told = Event.objects.get(kind="presentations.moved_up")
    assert told.summary.endswith("You no longer wait for TVM.")


def test_who_moved_up_stays_on_the_lists_where_they_may(
    full: Slot, other: Slot, students: list[User]
) -> None:
    waiting.join_waiting_list(slot=other, actor=students[1])
    services.leave_seat(slot=full, actor=students[0])
    assert line(other) == ["Priya Singh"]


@pytest.mark.parametrize("how", ["left", "audits"])
def test_who_is_no_student_any_more_is_passed_over(
    how: str, full: Slot, students: list[User]
) -> None:
    membership = Membership.objects.get(user=students[1])
    if how == "left":
        membership.delete()
    else:
        membership.role = Role.AUDITOR
        membership.save()
    services.leave_seat(slot=full, actor=students[0])
    assert holders(full) == ["Quinn Quill"]


def test_auditors_wait_where_they_may_present(full: Slot, erin: User, students: list[User]) -> None:
    set_rules(full, auditors_too=True)
    assert waiting.join_waiting_list(slot=full, actor=erin) == 3
    for _number in range(2):
        Waiting.objects.filter(slot=full).order_by("pk")[0].delete()
    services.leave_seat(slot=full, actor=students[0])
    assert holders(full) == ["Erin Evans"]


def test_a_group_waits_as_one_and_each_member_is_told(
    course: Course, pitch: Slot, students: list[User]
) -> None:
    factories.make_group(course, students[0], name="Owls")
    larks = factories.make_group(course, *students[1:3], name="Larks")
    services.claim_seat(slot=pitch, actor=students[0])
    waiting.join_waiting_list(slot=pitch, actor=students[1])
    with pytest.raises(AlreadyWaiting):
        waiting.join_waiting_list(slot=pitch, actor=students[2])
    services.leave_seat(slot=pitch, actor=students[0])
    assert SignUp.objects.get(slot=pitch).group == larks
    told = Event.objects.filter(kind="presentations.moved_up")
    assert {one.recipient for one in told} == set(students[1:3])


def test_groups_that_are_gone_empty_or_too_small_are_passed_over(
    course: Course, pitch: Slot, students: list[User]
) -> None:
    owls, larks, crows, wrens = (
        factories.make_group(course, user, name=name)
        for user, name in zip(students, ("Owls", "Larks", "Crows", "Wrens"), strict=True)
    )
    set_rules(pitch, fewest_members=1)
    services.claim_seat(slot=pitch, actor=students[0])
    for user in students[1:]:
        waiting.join_waiting_list(slot=pitch, actor=user)
    larks.delete()
    GroupMember.objects.filter(group=crows).delete()
    services.leave_seat(slot=pitch, actor=students[0])
    assert SignUp.objects.get(slot=pitch).group == wrens
    assert owls.members.count() == 1


def test_after_closing_staff_give_the_seat_to_who_is_next(
    full: Slot, students: list[User], alice: User
) -> None:
    close(full)
    services.take_off(sign_up=SignUp.objects.get(), actor=alice)
    assert (holders(full), line(full)) == ([], ["Priya Singh", "Quinn Quill"])
    first = Waiting.objects.filter(slot=full)[0]
    services.give_to_waiting(slot=full, waiting_id=first.pk, actor=alice)
    assert (holders(full), line(full)) == (["Priya Singh"], ["Quinn Quill"])
    told = Event.objects.get(kind="presentations.moved_up")
    assert (told.recipient, told.actor) == (students[1], alice)
    with pytest.raises(NotWaiting):
        services.give_to_waiting(slot=full, waiting_id=first.pk, actor=alice)
    with pytest.raises(SlotFull):
        services.give_to_waiting(
            slot=full, waiting_id=Waiting.objects.get(slot=full).pk, actor=alice
        )


def test_whoever_claims_a_seat_lets_the_line_go_first(full: Slot, students: list[User]) -> None:
    """A seat was added by hand, past the services: Rosa is quick, and Priya was there before."""
    Seat.objects.create(slot=full, number=2)
    with pytest.raises(SlotFull):
        services.claim_seat(slot=full, actor=students[3])
    assert holders(full) == ["Bob Baker", "Priya Singh"]


def test_a_seat_that_nobody_in_line_may_have_can_be_taken(full: Slot, students: list[User]) -> None:
    Membership.objects.filter(user__in=students[1:3]).delete()
    Seat.objects.create(slot=full, number=2)
    services.claim_seat(slot=full, actor=students[3])
    assert holders(full) == ["Bob Baker", "Rosa Ruiz"]


def test_the_sweep_serves_those_whose_rules_changed(full: Slot, students: list[User]) -> None:
    tasks.sweep_waiting()
    assert holders(full) == ["Bob Baker"]
    Seat.objects.create(slot=full, number=2)
    Seat.objects.create(slot=full, number=3)
    set_rules(full, is_for_some=True)
    full.sheet.only_users.add(students[2])
    tasks.sweep_waiting()
    assert (holders(full), line(full)) == (["Bob Baker", "Quinn Quill"], ["Priya Singh"])
    full.sheet.only_users.add(students[1])
    tasks.sweep_waiting()
    tasks.sweep_waiting()
    assert line(full) == []


def test_a_second_press_takes_nobody_else_off(
    full: Slot, students: list[User], alice: User
) -> None:
    seen = SignUp.objects.get()
    services.take_off(sign_up=seen, actor=alice)  # Priya moves up to another row
    assert not services.take_off(sign_up=seen, actor=alice)
    assert holders(full) == ["Priya Singh"]


def test_staff_may_put_an_auditor_only_where_auditors_present(
    full: Slot, erin: User, alice: User
) -> None:
    Seat.objects.create(slot=full, number=2)
    with pytest.raises(WrongPresenter):
        services.put_on_seat(slot=full, presenter=erin, actor=alice)
    set_rules(full, auditors_too=True)
    assert services.put_on_seat(slot=full, presenter=erin, actor=alice).user == erin


def test_serving_takes_as_many_queries_for_many_as_for_few(
    full: Slot, students: list[User], alice: User, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        user = factories.make_user(f"Late {number}")
        factories.enrol(full.course, user)
        waiting.join_waiting_list(slot=full, actor=user)
    set_rules(full, may_hold=1, days_apart=3)
    with django_assert_max_num_queries(28):  # type: ignore[operator]
        services.take_off(sign_up=SignUp.objects.get(), actor=alice)
    assert holders(full) == ["Priya Singh"]
