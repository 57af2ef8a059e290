"""What other pages read about who presents."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.access import Access, find_access
from readings.courses.models import Course, Visibility
from readings.presentations import queries, services
from readings.presentations.models import Slot
from readings.schedule.models import AgendaItem, Status
from tests import factories
from tests.presentations.conftest import days_from_now

pytestmark = pytest.mark.django_db


def access_of(user: User | None, course: Course) -> Access:
    return find_access(user=user, slug=course.slug)


def test_who_presents_stands_beside_its_item(
    course: Course, slot: Slot, dspy: AgendaItem, alice: User, bob: User
) -> None:
    services.claim_seat(slot=slot, actor=bob)
    [summary] = queries.presenters_by_item(access_of(alice, course))[dspy.pk]
    assert (summary.title, summary.presenters) == ("", ["Bob Baker"])
    assert (summary.free, summary.is_mine) == (1, False)
    services.put_on_seat(slot=slot, presenter=alice, actor=alice)
    [summary] = queries.presenters_by_item(access_of(alice, course))[dspy.pk]
    assert summary.presenters == ["You", "Bob Baker"]
    assert (summary.free, summary.is_mine) == (0, True)


def test_a_group_s_slot_is_mine_when_the_group_is(
    course: Course, pitch: Slot, pitches: AgendaItem, alice: User, bob: User
) -> None:
    by_item = queries.presenters_by_item(access_of(bob, course))
    assert (by_item[pitches.pk][0].title, by_item[pitches.pk][0].free) == ("Pitch 1", 1)
    factories.make_group(course, bob, name="Group 2")
    services.claim_seat(slot=pitch, actor=bob)
    for user, mine in ((bob, True), (alice, False)):
        [summary] = queries.presenters_by_item(access_of(user, course))[pitches.pk]
        assert summary.presenters == ["Group 2"]
        assert summary.is_mine is mine


def test_visitors_learn_no_names(course: Course, slot: Slot, bob: User) -> None:
    course.visibility = Visibility.PUBLIC
    course.save()
    services.claim_seat(slot=slot, actor=bob)
    visitor = access_of(None, course)
    assert queries.presenters_by_item(visitor) == {}
    assert queries.my_slots(visitor, now=timezone.now()) == []


def test_the_schedule_s_summaries_take_two_queries(
    course: Course, bob: User, django_assert_num_queries: Any
) -> None:
    for number in range(12):
        meeting = factories.make_meeting(course, days_from_now(5 + number), week=2 + number)
        item = factories.put_on_agenda(meeting, factories.make_reading(course))
        services.claim_seat(slot=factories.make_slot(item, seats=2), actor=bob)
    access = access_of(bob, course)
    with django_assert_num_queries(2):
        assert len(queries.presenters_by_item(access)) == 12


def test_my_slots_are_what_is_to_come_in_order(
    course: Course,
    slot: Slot,
    pitch: Slot,
    dspy: AgendaItem,
    bob: User,
    django_assert_num_queries: Any,
) -> None:
    factories.make_group(course, bob, name="Group 2")
    services.claim_seat(slot=pitch, actor=bob)
    services.claim_seat(slot=slot, actor=bob)
    past = factories.make_meeting(course, dt.date(2025, 9, 10))
    done = factories.make_slot(factories.put_on_agenda(past, text="Talk"))
    services.put_on_seat(slot=done, presenter=bob, actor=bob)
    other = factories.make_course()
    factories.enrol(other, bob)
    access, now = access_of(bob, course), timezone.now()
    with django_assert_num_queries(2):
        mine = queries.my_slots(access, now=now)
    assert [(one.title, one.group) for one in mine] == [("DSPy", ""), ("Pitch 1", "Group 2")]
    assert mine[0].url == f"/c/compilers/sign-ups/#slot-{slot.pk}"
    assert queries.my_slots(access_of(bob, other), now=now) == []


def test_my_slots_follow_the_plan(course: Course, slot: Slot, dspy: AgendaItem, bob: User) -> None:
    services.claim_seat(slot=slot, actor=bob)
    meeting = factories.make_meeting(
        course, dt.date(2124, 9, 20), meets_from=dt.time(10, 30), status=Status.CANCELLED
    )
    dspy.meeting = meeting
    dspy.save()
    [mine] = queries.my_slots(access_of(bob, course), now=timezone.now())
    assert (mine.when, mine.is_off) == ("Wed Sep 20, 10:30", True)
    dspy.meeting = None
    dspy.save()
    [mine] = queries.my_slots(access_of(bob, course), now=timezone.now())
    assert (mine.when, mine.is_off) == ("not scheduled at the moment", False)


def test_a_slot_is_named_by_its_title_its_reading_or_its_words(
    dspy: AgendaItem, pitches: AgendaItem
) -> None:
    assert queries.name_of(Slot(agenda_item=dspy)) == "DSPy"
    assert queries.name_of(Slot(agenda_item=dspy, title="Tech talk")) == "Tech talk: DSPy"
    assert queries.name_of(Slot(agenda_item=pitches)) == "Project pitches"
    assert queries.name_of(Slot(agenda_item=pitches, title="Pitch 1")) == "Pitch 1"
