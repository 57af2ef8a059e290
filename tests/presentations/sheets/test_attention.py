"""What needs staff: everything that may become of a seat, and that nobody loses it by itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.access import Access
from readings.courses.models import Course, GroupMember, Membership, Role
from readings.courses.services import change_role, remove_member
from readings.presentations import services
from readings.presentations.models import Method, Sheet, SignUp, Slot
from readings.presentations.rules import Held, Rules
from readings.presentations.sheets.attention import Concern, needs_attention
from readings.presentations.sheets.slot_services import take_off_all
from readings.presentations.sheets.standing import breaches_of
from readings.schedule.models import AgendaItem, Status
from tests import factories


def concerns(course: Course, alice: User, sheet: Sheet | None = None) -> list[Concern]:
    access = Access(course=course, user=alice, role=Role.INSTRUCTOR)
    return needs_attention(access, now=timezone.now(), sheet=sheet)


def said(course: Course, alice: User) -> list[str]:
    return [f"{one.who} {one.what}" for one in concerns(course, alice)]


@pytest.mark.django_db
def test_nothing_is_the_matter_with_a_seat_that_somebody_has(
    course: Course, slot: Slot, alice: User, bob: User
) -> None:
    services.claim_seat(slot=slot, actor=bob)
    assert said(course, alice) == []


@pytest.mark.django_db
def test_whoever_left_with_three_slots_is_one_concern_with_one_button(
    course: Course, slot: Slot, pitches: AgendaItem, alice: User, bob: User
) -> None:
    slots = [slot, *(factories.make_slot(pitches, title=f"Talk {n}") for n in (1, 2))]
    for one in slots:
        services.claim_seat(slot=one, actor=bob)
    remove_member(membership=Membership.objects.get(user=bob))
    (concern,) = concerns(course, alice)
    assert concern.who == "Bob Baker"
    assert concern.what.startswith("left the course and holds 3 slots: DSPy (")
    assert set(concern.sign_ups) == set(SignUp.objects.values_list("pk", flat=True))
    assert SignUp.objects.count() == 3  # kept until staff decide


@pytest.mark.django_db
def test_a_talk_that_was_given_stays_with_whoever_left(
    course: Course, slot: Slot, pitches: AgendaItem, alice: User, bob: User
) -> None:
    later = factories.make_slot(pitches, title="Talk 1")
    for one in (slot, later):
        services.claim_seat(slot=one, actor=bob)
    meeting = slot.agenda_item.meeting
    assert meeting is not None
    meeting.meets_on = timezone.now().date() - dt.timedelta(days=7)
    meeting.save()
    remove_member(membership=Membership.objects.get(user=bob))
    (concern,) = concerns(course, alice)
    assert concern.what.startswith("left the course and holds Talk 1")
    both = list(SignUp.objects.values_list("pk", flat=True))
    assert take_off_all(presenter=bob, sign_ups=both, actor=alice) == 1
    assert [one.slot for one in SignUp.objects.all()] == [slot]
    assert concerns(course, alice) == []


@pytest.mark.django_db
def test_who_holds_too_many_too_close_is_listed_once(
    course: Course, slot: Slot, alice: User, bob: User
) -> None:
    again = factories.make_slot(slot.agenda_item, title="Again")
    for one in (slot, again):
        services.claim_seat(slot=one, actor=bob)
    Sheet.objects.update(may_hold=1, days_apart=7)
    (sentence,) = said(course, alice)
    assert "may hold 1: DSPy, Again: DSPy; has DSPy on" in sentence


@pytest.mark.django_db
def test_who_audits_now_is_a_concern_unless_auditors_present_too(
    course: Course, slot: Slot, alice: User, bob: User
) -> None:
    services.claim_seat(slot=slot, actor=bob)
    change_role(membership=Membership.objects.get(user=bob), role=Role.AUDITOR)
    (sentence,) = said(course, alice)
    assert sentence.startswith("Bob Baker audits the course now and holds DSPy (")
    Sheet.objects.update(auditors_too=True)
    assert said(course, alice) == []


@pytest.mark.django_db
def test_a_group_of_the_wrong_size_or_of_nobody_is_a_concern(
    course: Course, pitch: Slot, alice: User, bob: User
) -> None:
    group = factories.make_group(course, bob, name="Group 2")
    services.claim_seat(slot=pitch, actor=bob)
    Sheet.objects.update(fewest_members=2, most_members=3)
    assert said(course, alice) == ["Group 2 has 1 member, at least 2 are wanted."]
    for _number in range(3):
        student = factories.make_user()
        GroupMember.objects.create(group=group, course=course, user=student)
    assert said(course, alice) == ["Group 2 has 4 members, at most 3 are allowed."]
    GroupMember.objects.all().delete()
    (concern,) = concerns(course, alice)
    assert concern.what.startswith("has no members any more and holds Pitch 1")
    assert (concern.presenter, concern.is_group) == (group.pk, True)


@pytest.mark.django_db
def test_a_day_without_class_and_no_day_at_all_are_concerns(
    course: Course, slot: Slot, alice: User, bob: User
) -> None:
    factories.make_slot(slot.agenda_item, title="Nobody's")
    services.claim_seat(slot=slot, actor=bob)
    meeting = slot.agenda_item.meeting
    assert meeting is not None
    for status, words in ((Status.CANCELLED, "is cancelled."), (Status.HOLIDAY, "is a holiday.")):
        meeting.status = status
        meeting.save()
        (sentence,) = said(course, alice)
        assert sentence.startswith("Bob Baker has DSPy (")
        assert sentence.endswith(f"that class {words}")
    AgendaItem.objects.update(meeting=None)
    assert said(course, alice) == ["Bob Baker has DSPy, which is in no class now."]


@pytest.mark.django_db
def test_who_must_hold_more_is_named_once_sign_up_has_closed(
    course: Course, slot: Slot, alice: User, bob: User, erin: User
) -> None:
    Sheet.objects.update(must_hold=1)
    grace = factories.make_user("Grace Gao")
    factories.enrol(course, grace)
    services.claim_seat(slot=slot, actor=bob)
    assert said(course, alice) == []
    Sheet.objects.update(closes_at=timezone.now() - dt.timedelta(hours=1))
    assert said(course, alice) == [
        "Lead a paper has closed, and 1 of 2 do not hold what they must (1 slot): Grace Gao."
    ]
    Sheet.objects.update(is_for_some=True)
    slot.sheet.only_users.set([bob])
    assert said(course, alice) == []


@pytest.mark.django_db
def test_wishes_that_have_closed_wait_to_be_given_out(
    course: Course, slot: Slot, alice: User, bob: User
) -> None:
    closed = timezone.now() - dt.timedelta(hours=1)
    Sheet.objects.update(method=Method.WISHES, must_hold=1, closes_at=closed)
    assert said(course, alice) == [
        "Lead a paper has closed for wishes, and nothing is given out yet."
    ]
    services.put_on_seat(slot=slot, presenter=bob, actor=alice)
    assert said(course, alice) == []


@pytest.mark.django_db
def test_groups_that_must_hold_more_are_those_with_members(
    course: Course, pitch: Slot, alice: User, bob: User
) -> None:
    Sheet.objects.update(must_hold=1, closes_at=timezone.now() - dt.timedelta(hours=1))
    factories.make_group(course, bob, name="Group 2")
    factories.make_group(course, name="Group 3")
    (sentence,) = said(course, alice)
    assert sentence.endswith("1 of 1 do not hold what they must (1 slot): Group 2.")


@pytest.mark.django_db
def test_students_are_told_of_no_concern(course: Course, slot: Slot, bob: User) -> None:
    Sheet.objects.update(must_hold=1, closes_at=timezone.now() - dt.timedelta(hours=1))
    access = Access(course=course, user=bob, role=Role.STUDENT)
    assert needs_attention(access, now=timezone.now()) == []


@pytest.mark.django_db
def test_concerns_take_as_many_queries_with_many_slots_as_with_one(
    course: Course, slot: Slot, pitch: Slot, alice: User, django_assert_num_queries: Any
) -> None:
    for many in (1, 30):
        for number in range(many):
            student = factories.make_user()
            group = factories.make_group(course, student, name=f"{many} {number}")
            for item, presenter in ((slot, student), (pitch, group)):
                one = factories.make_slot(item.agenda_item, title="x", sheet=item.sheet)
                column = {"group" if presenter == group else "user": presenter}
                one.sign_ups.create(seat=one.seats.get(), created_by=alice, **column)
        AgendaItem.objects.update(meeting=None)
        Sheet.objects.update(most_members=1, must_hold=1)
        with django_assert_num_queries(8):
            found = concerns(course, alice)
        assert len(found) > 2 * many


def test_what_is_against_the_rules_is_named_for_each_rule() -> None:
    held = [
        Held(1, "DSPy", dt.date(2026, 9, 1)),
        Held(2, "TVM", dt.date(2026, 9, 6)),
        Held(3, "MLIR", dt.date(2026, 9, 20)),
        Held(4, "Relay", None),
    ]
    assert breaches_of(Rules(may_hold=2, days_apart=14), held, None) == [
        "holds 4 slots, may hold 2: DSPy, TVM, MLIR, Relay",
        "has DSPy on Tue Sep 1 and TVM on Sun Sep 6, 5 days apart instead of 14",
    ]
    assert breaches_of(Rules(may_hold=4, days_apart=5), held, None) == []
    assert breaches_of(Rules(fewest_members=2), held, 1) == ["has 1 member, at least 2 are wanted"]
    assert breaches_of(Rules(fewest_members=2), [], 1) == []


@pytest.mark.django_db
def test_one_sheet_s_concerns_are_its_own(
    course: Course, slot: Slot, pitch: Slot, alice: User, bob: User
) -> None:
    services.claim_seat(slot=slot, actor=bob)
    remove_member(membership=Membership.objects.get(user=bob))
    assert concerns(course, alice, pitch.sheet) == []
    assert len(concerns(course, alice, slot.sheet)) == 1
