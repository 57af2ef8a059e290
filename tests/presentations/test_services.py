"""Taking seats and giving them up: who gets one, and what the others are told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Audience, Course, Event, Membership, Role
from readings.presentations import services
from readings.presentations.models import Seat, SignUp, Slot, TakenBy
from readings.presentations.refusals import (
    AlreadyYours,
    AuditorsDoNotPresent,
    ClassIsOver,
    GroupNeeded,
    NotAStudent,
    NotOpenYet,
    NotYours,
    SignUpClosed,
    SlotFull,
    SlotGone,
    WrongPresenter,
)
from readings.schedule.models import AgendaItem
from tests import factories
from tests.presentations.conftest import days_from_now

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def priya(course: Course) -> User:
    """Another student."""
    user = factories.make_user("Priya Singh")
    factories.enrol(course, user)
    return user


def set_window(slot: Slot, *, opens: dt.timedelta | None, closes: dt.timedelta | None) -> None:
    now = timezone.now()
    slot.opens_at = now + opens if opens is not None else None
    slot.closes_at = now + closes if closes is not None else None
    slot.save()


def put_class_on(slot: Slot, day: dt.date) -> None:
    meeting = slot.agenda_item.meeting
    assert meeting is not None
    meeting.meets_on = day
    meeting.save()


def test_a_student_takes_the_first_free_seat(slot: Slot, bob: User, priya: User) -> None:
    assert services.claim_seat(slot=slot, actor=bob).seat.number == 1
    assert services.claim_seat(slot=slot, actor=priya).seat.number == 2


def test_a_claim_is_written_down_for_the_members(slot: Slot, bob: User) -> None:
    services.claim_seat(slot=slot, actor=bob)
    event = Event.objects.get(kind="presentations.seat_taken")
    assert event.actor == bob
    assert event.audience == Audience.MEMBERS
    assert event.summary.startswith("Bob Baker took DSPy (")
    assert event.details == {"slot": slot.pk, "user": bob.pk, "group": None}


def told_to(user: User) -> list[str]:
    events = Event.objects.filter(recipient=user).order_by("pk")
    return [f"{one.kind.removeprefix('presentations.')}: {one.summary}" for one in events]


def test_each_is_told_what_others_did_to_a_seat_of_theirs(
    slot: Slot, alice: User, bob: User, priya: User
) -> None:
    sign_up = services.put_on_seat(slot=slot, presenter=bob, actor=alice)
    services.take_off(sign_up=sign_up, actor=alice)
    services.claim_seat(slot=slot, actor=bob)
    services.leave_seat(slot=slot, actor=bob)
    given, taken = told_to(bob)
    assert given.startswith("seat_given: You got DSPy (")
    assert taken.startswith("seat_taken_away: You do not present DSPy (")

    pitch = factories.make_slot(slot.agenda_item, taken_by=TakenBy.GROUP, title="Pitch")
    group = factories.make_group(slot.course, bob, priya, name="Group 1")
    services.claim_seat(slot=pitch, actor=bob)
    services.leave_seat(slot=pitch, actor=priya)
    took, gave_up = told_to(priya)[0], told_to(bob)[2]
    assert took.startswith("seat_given: Bob Baker took Pitch: DSPy (")
    assert took.endswith(f" for {group}")
    assert gave_up.startswith("seat_taken_away: Priya Singh gave up Pitch: DSPy (")
    assert len(told_to(priya)) == 1


def test_a_second_claim_changes_nothing(slot: Slot, bob: User) -> None:
    services.claim_seat(slot=slot, actor=bob)
    with pytest.raises(AlreadyYours, match="You have a seat here already"):
        services.claim_seat(slot=slot, actor=bob)
    assert SignUp.objects.count() == 1
    assert Event.objects.filter(kind="presentations.seat_taken").count() == 1


def test_the_loser_reads_who_was_faster_and_what_is_still_free(
    course: Course, dspy: AgendaItem, bob: User, priya: User
) -> None:
    slot = factories.make_slot(dspy)
    later = factories.make_meeting(course, dt.date(2124, 9, 20), week=4)
    tvm = factories.put_on_agenda(later, factories.make_reading(course, label="TVM"))
    factories.make_slot(tvm)
    relay = factories.put_on_agenda(later, factories.make_reading(course, label="Relay"))
    taken = factories.make_slot(relay)
    services.claim_seat(slot=taken, actor=priya)
    closed = factories.make_slot(
        factories.put_on_agenda(later, factories.make_reading(course, label="Glow"))
    )
    set_window(closed, opens=None, closes=-HOUR)
    services.claim_seat(slot=slot, actor=priya)
    with pytest.raises(SlotFull) as refusal:
        services.claim_seat(slot=slot, actor=bob)
    assert str(refusal.value) == (
        "Priya Singh took the last seat a moment ago. Still free: TVM (Wed Sep 20)."
    )


def test_who_comes_much_later_reads_who_has_the_seats(
    dspy: AgendaItem, bob: User, priya: User
) -> None:
    slot = factories.make_slot(dspy)
    services.claim_seat(slot=slot, actor=priya)
    SignUp.objects.update(created_at=timezone.now() - HOUR)
    with pytest.raises(SlotFull) as refusal:
        services.claim_seat(slot=slot, actor=bob)
    assert str(refusal.value) == (
        "Every seat is taken: Priya Singh. No other seat is free at the moment."
    )


def test_sign_up_refuses_before_it_opens(slot: Slot, bob: User) -> None:
    slot.opens_at = dt.datetime(2124, 9, 12, 22, 0, tzinfo=dt.UTC)
    slot.save()
    put_class_on(slot, dt.date(2124, 10, 1))
    with pytest.raises(NotOpenYet) as refusal:
        services.claim_seat(slot=slot, actor=bob)
    assert str(refusal.value) == "Sign-up opens on Tue Sep 12, 18:00 (Detroit time)."


def test_sign_up_refuses_after_it_closed(slot: Slot, bob: User) -> None:
    slot.closes_at = dt.datetime(2025, 9, 12, 22, 0, tzinfo=dt.UTC)
    slot.save()
    with pytest.raises(SignUpClosed) as refusal:
        services.claim_seat(slot=slot, actor=bob)
    assert str(refusal.value) == "Sign-up closed on Fri Sep 12, 18:00 (Detroit time)."


def test_sign_up_refuses_for_a_class_that_was(slot: Slot, bob: User) -> None:
    put_class_on(slot, dt.date(2025, 9, 10))
    with pytest.raises(ClassIsOver, match="This class was on Wed Sep 10"):
        services.claim_seat(slot=slot, actor=bob)


@pytest.mark.parametrize(
    ("person", "refusal"),
    [
        ("erin", AuditorsDoNotPresent),
        ("alice", NotAStudent),
        ("carol", NotAStudent),
        ("dave", NotAStudent),
    ],
)
def test_only_students_take_seats(
    slot: Slot, person: str, refusal: type[Exception], request: pytest.FixtureRequest
) -> None:
    with pytest.raises(refusal):
        services.claim_seat(slot=slot, actor=request.getfixturevalue(person))
    assert not SignUp.objects.exists()


def test_a_student_without_a_group_cannot_take_a_group_s_slot(pitch: Slot, bob: User) -> None:
    with pytest.raises(GroupNeeded, match="form a group or join one"):
        services.claim_seat(slot=pitch, actor=bob)


def test_a_group_in_another_course_does_not_count(pitch: Slot, bob: User) -> None:
    elsewhere = factories.make_course()
    factories.make_group(elsewhere, bob)
    with pytest.raises(GroupNeeded):
        services.claim_seat(slot=pitch, actor=bob)


def test_any_member_acts_for_the_group(course: Course, pitch: Slot, bob: User, priya: User) -> None:
    group = factories.make_group(course, bob, priya, name="Group 2")
    sign_up = services.claim_seat(slot=pitch, actor=bob)
    assert (sign_up.group, sign_up.user) == (group, None)
    with pytest.raises(AlreadyYours, match="Group 2 has a seat here already: Bob Baker took it"):
        services.claim_seat(slot=pitch, actor=priya)
    services.leave_seat(slot=pitch, actor=priya)
    assert not SignUp.objects.exists()
    assert Event.objects.get(kind="presentations.seat_left").summary.startswith(
        "Group 2 gave up Pitch 1 ("
    )


def test_a_seat_that_is_given_up_can_be_taken(dspy: AgendaItem, bob: User, priya: User) -> None:
    slot = factories.make_slot(dspy)
    services.claim_seat(slot=slot, actor=bob)
    services.leave_seat(slot=slot, actor=bob)
    assert services.claim_seat(slot=slot, actor=priya).user == priya


def test_there_is_nothing_to_give_up_for_who_has_no_seat(slot: Slot, bob: User) -> None:
    with pytest.raises(NotYours):
        services.leave_seat(slot=slot, actor=bob)


def test_who_left_the_group_cannot_give_up_its_seat(
    course: Course, pitch: Slot, bob: User, priya: User
) -> None:
    group = factories.make_group(course, bob, priya)
    services.claim_seat(slot=pitch, actor=bob)
    group.members.filter(user=bob).delete()
    with pytest.raises(NotYours):
        services.leave_seat(slot=pitch, actor=bob)
    assert SignUp.objects.get().group == group


def test_giving_up_ends_when_sign_up_closes(slot: Slot, bob: User) -> None:
    services.claim_seat(slot=slot, actor=bob)
    set_window(slot, opens=None, closes=-HOUR)
    with pytest.raises(SignUpClosed, match="Offer the seat to others, or ask the course's staff"):
        services.leave_seat(slot=slot, actor=bob)
    assert SignUp.objects.filter(user=bob).exists()


def test_a_talk_that_was_given_stays_whose_it_was(slot: Slot, bob: User) -> None:
    services.claim_seat(slot=slot, actor=bob)
    put_class_on(slot, dt.date(2025, 9, 10))
    with pytest.raises(ClassIsOver):
        services.leave_seat(slot=slot, actor=bob)


def test_a_seat_given_out_early_can_be_given_up_before_sign_up_opens(
    slot: Slot, alice: User, bob: User
) -> None:
    set_window(slot, opens=HOUR, closes=None)
    services.put_on_seat(slot=slot, presenter=bob, actor=alice)
    services.leave_seat(slot=slot, actor=bob)
    assert not SignUp.objects.exists()


def test_a_slot_that_is_gone_says_so(slot: Slot, bob: User) -> None:
    Slot.objects.all().delete()
    with pytest.raises(SlotGone):
        services.claim_seat(slot=slot, actor=bob)
    with pytest.raises(SlotGone):
        services.leave_seat(slot=slot, actor=bob)


def test_staff_put_somebody_on_a_seat_though_sign_up_is_closed(
    slot: Slot, alice: User, bob: User
) -> None:
    set_window(slot, opens=None, closes=-HOUR)
    sign_up = services.put_on_seat(slot=slot, presenter=bob, actor=alice)
    assert (sign_up.user, sign_up.created_by) == (bob, alice)
    assert Event.objects.get(kind="presentations.put_on_seat").summary.startswith(
        "Bob Baker was given DSPy ("
    )


def test_staff_may_present_themselves(slot: Slot, alice: User) -> None:
    assert services.put_on_seat(slot=slot, presenter=alice, actor=alice).user == alice


def test_staff_cannot_put_anybody_there_twice_or_beyond_the_seats(
    dspy: AgendaItem, alice: User, bob: User, priya: User
) -> None:
    slot = factories.make_slot(dspy)
    services.put_on_seat(slot=slot, presenter=bob, actor=alice)
    with pytest.raises(AlreadyYours, match="Bob Baker has a seat here already"):
        services.put_on_seat(slot=slot, presenter=bob, actor=alice)
    with pytest.raises(SlotFull, match="Add a seat"):
        services.put_on_seat(slot=slot, presenter=priya, actor=alice)


def test_staff_can_put_only_the_course_s_own_people_and_groups_there(
    slot: Slot, pitch: Slot, alice: User, bob: User, dave: User, erin: User
) -> None:
    for outsider in (dave, erin):
        with pytest.raises(WrongPresenter):
            services.put_on_seat(slot=slot, presenter=outsider, actor=alice)
    elsewhere = factories.make_group(factories.make_course(), bob)
    with pytest.raises(WrongPresenter):
        services.put_on_seat(slot=pitch, presenter=elsewhere, actor=alice)
    with pytest.raises(WrongPresenter, match="for groups"):
        services.put_on_seat(slot=pitch, presenter=bob, actor=alice)
    ours = factories.make_group(slot.course, bob)
    with pytest.raises(WrongPresenter, match="for single persons"):
        services.put_on_seat(slot=slot, presenter=ours, actor=alice)


def test_staff_take_somebody_off_once(slot: Slot, alice: User, bob: User) -> None:
    sign_up = services.claim_seat(slot=slot, actor=bob)
    set_window(slot, opens=None, closes=-HOUR)
    assert services.take_off(sign_up=sign_up, actor=alice)
    assert not services.take_off(sign_up=SignUp(pk=sign_up.pk, slot=slot), actor=alice)
    assert Event.objects.filter(kind="presentations.taken_off").count() == 1


def test_who_leaves_the_course_keeps_the_talk_until_staff_give_it_away(
    course: Course, slot: Slot, bob: User
) -> None:
    services.claim_seat(slot=slot, actor=bob)
    Membership.objects.filter(course=course, user=bob).delete()
    assert SignUp.objects.filter(user=bob).exists()


def test_who_becomes_an_auditor_takes_no_more_seats(course: Course, slot: Slot, bob: User) -> None:
    Membership.objects.filter(course=course, user=bob).update(role=Role.AUDITOR)
    with pytest.raises(AuditorsDoNotPresent):
        services.claim_seat(slot=slot, actor=bob)


def test_the_database_itself_refuses_two_on_one_seat(
    slot: Slot, bob: User, priya: User, alice: User
) -> None:
    seat = Seat.objects.filter(slot=slot).order_by("number")[0]
    SignUp.objects.create(seat=seat, slot=slot, user=bob, created_by=bob)
    with pytest.raises(IntegrityError), transaction.atomic():
        SignUp.objects.create(seat=seat, slot=slot, user=priya, created_by=priya)


def test_the_database_itself_refuses_two_seats_of_one_slot(
    course: Course, slot: Slot, bob: User
) -> None:
    group = factories.make_group(course, bob)
    one, other = Seat.objects.filter(slot=slot)
    for who in ({"user": bob}, {"group": group}):
        SignUp.objects.create(seat=one, slot=slot, created_by=bob, **who)
        with pytest.raises(IntegrityError), transaction.atomic():
            SignUp.objects.create(seat=other, slot=slot, created_by=bob, **who)
        SignUp.objects.all().delete()


def test_the_database_itself_refuses_a_seat_for_nobody_or_for_both(
    course: Course, slot: Slot, bob: User
) -> None:
    group = factories.make_group(course, bob)
    seat = Seat.objects.filter(slot=slot)[0]
    for who in ({}, {"user": bob, "group": group}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SignUp.objects.create(seat=seat, slot=slot, created_by=bob, **who)


def test_a_slot_moves_with_its_agenda_item(
    course: Course, slot: Slot, dspy: AgendaItem, bob: User
) -> None:
    """A class that was yesterday closes the slot; moving the paper opens it again."""
    put_class_on(slot, days_from_now(-3))
    slot = Slot.objects.get()
    with pytest.raises(ClassIsOver):
        services.claim_seat(slot=slot, actor=bob)
    dspy.meeting = factories.make_meeting(course, days_from_now(9), week=4)
    dspy.save()
    assert services.claim_seat(slot=slot, actor=bob).slot.sheet.taken_by == TakenBy.PERSON
