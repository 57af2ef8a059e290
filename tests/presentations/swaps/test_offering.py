"""A class moves on to a day on which its presenter cannot: a swap is offered by itself."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from readings.accounts.models import User
from readings.courses.models import Course, Event
from readings.planning.publishing import publish_edits, undo_published
from readings.presentations.models import Blackout, Slot, Swaps
from readings.presentations.swaps import services
from readings.presentations.swaps.models import SwapKind, SwapRequest, SwapState
from readings.presentations.swaps.offering import offer_for_blackouts
from readings.schedule.edits import set_values
from readings.schedule.models import Meeting
from readings.schedule.plan_rows import read_plan
from tests import factories
from tests.presentations.conftest import days_from_now
from tests.presentations.swaps.conftest import enrolled, set_rules, slot_on, taken

pytestmark = pytest.mark.django_db

NEW_DAY = 16


def meeting_of(slot: Slot) -> Meeting:
    return Meeting.objects.get(agenda__slots=slot)


def move(slot: Slot, days: int) -> None:
    """Publish that the slot's class is in so many days."""
    plan = read_plan(slot.course)
    meeting = plan.meetings[meeting_of(slot).pk]
    edits = set_values("meeting", meeting, {"meets_on": days_from_now(days)})
    publish_edits(course=slot.course, actor=None, edits=edits)


def cannot(course: Course, user: User, days: int) -> None:
    Blackout.objects.create(course=course, user=user, day=days_from_now(days))


def sentences(course: Course, user: User) -> list[str]:
    kinds = ["presentations.swap_offered", "presentations.swap_lapsed"]
    events = Event.objects.filter(course=course, recipient=user, kind__in=kinds)
    return list(events.order_by("pk").values_list("summary", flat=True))


def test_a_talk_on_a_day_on_which_one_cannot_is_offered_to_all(
    course: Course, bobs: Slot, bob: User, priya: User
) -> None:
    cannot(course, bob, NEW_DAY)
    move(bobs, NEW_DAY)
    request = SwapRequest.objects.get()
    assert (request.user, request.kind, request.created_by) == (bob, SwapKind.SWAP, None)
    assert request.blackout_day == days_from_now(NEW_DAY)
    [mine] = sentences(course, bob)
    assert mine.endswith("is on a day on which you cannot: a swap is offered to all for you")
    assert sentences(course, priya)[0].startswith("Bob Baker offers DSPy")


def test_it_is_offered_once_however_often_something_is_published(
    course: Course, bobs: Slot, priyas: Slot, bob: User
) -> None:
    cannot(course, bob, NEW_DAY)
    move(bobs, NEW_DAY)
    move(priyas, 23)
    offer_for_blackouts(course=course)
    assert SwapRequest.objects.count() == 1
    services.withdraw(request=SwapRequest.objects.get(), actor=bob)
    offer_for_blackouts(course=course)
    assert SwapRequest.objects.get().state == SwapState.WITHDRAWN


def test_it_lapses_by_itself_when_the_class_moves_back(
    course: Course, bobs: Slot, bob: User
) -> None:
    cannot(course, bob, NEW_DAY)
    move(bobs, NEW_DAY)
    undo_published(change=course.changes.all()[0], actor=None)
    assert SwapRequest.objects.get().state == SwapState.LAPSED
    assert "on a day any more on which the presenter cannot" in sentences(course, bob)[-1]
    move(bobs, NEW_DAY)
    assert SwapRequest.objects.filter(state=SwapState.OFFERED).count() == 1


def test_from_one_such_day_to_another_it_is_offered_for_that_one(
    course: Course, bobs: Slot, bob: User
) -> None:
    cannot(course, bob, NEW_DAY)
    cannot(course, bob, NEW_DAY + 1)
    move(bobs, NEW_DAY)
    move(bobs, NEW_DAY + 1)
    offers = SwapRequest.objects.filter(state=SwapState.OFFERED)
    assert offers.get().blackout_day == days_from_now(NEW_DAY + 1)


def test_any_member_who_cannot_counts_for_a_group(
    course: Course, pitch: Slot, bob: User, lee: User
) -> None:
    owls = factories.make_group(course, bob, lee, name="Owls")
    taken(pitch, bob)
    cannot(course, lee, 28)
    offer_for_blackouts(course=course)  # somebody marked the day of a talk they have already
    assert SwapRequest.objects.get().group == owls
    assert len(sentences(course, bob)) == len(sentences(course, lee)) == 1


def test_what_one_offered_oneself_is_left_alone(course: Course, bobs: Slot, bob: User) -> None:
    mine = services.offer_seat(slot=bobs, actor=bob, kind=SwapKind.HAND_OVER)
    cannot(course, bob, 14)
    offer_for_blackouts(course=course)
    assert SwapRequest.objects.get() == mine


def test_past_and_cancelled_classes_are_left_alone(course: Course, bobs: Slot, bob: User) -> None:
    cannot(course, bob, 14)
    cannot(course, bob, -3)
    Meeting.objects.filter(agenda__slots=bobs).update(status="cancelled")
    offer_for_blackouts(course=course)
    Meeting.objects.filter(agenda__slots=bobs).update(
        status="class", meets_on=days_from_now(0) - dt.timedelta(days=3)
    )
    offer_for_blackouts(course=course)
    assert not SwapRequest.objects.exists()


def test_where_seats_do_not_change_hands_staff_are_told_once(
    course: Course, bobs: Slot, bob: User
) -> None:
    set_rules(bobs.sheet, swaps=Swaps.NONE)
    cannot(course, bob, 14)
    offer_for_blackouts(course=course)
    offer_for_blackouts(course=course)
    assert not SwapRequest.objects.exists()
    event = course.events.get(kind="presentations.cannot_on_day")
    assert event.audience == "staff"
    assert event.summary.startswith("Bob Baker cannot on ")


def test_an_automatic_offer_is_accepted_like_any_other(
    course: Course, bobs: Slot, priyas: Slot, bob: User, priya: User
) -> None:
    cannot(course, bob, 14)
    offer_for_blackouts(course=course)
    request = SwapRequest.objects.get()
    assert services.accept(request=request, actor=priya, counter=priyas) == SwapState.DONE
    offer_for_blackouts(course=course)
    assert SwapRequest.objects.count() == 1


def test_looking_costs_the_same_for_one_talk_and_for_many(
    course: Course, bobs: Slot, bob: User
) -> None:
    counts = []
    cannot(course, bob, 100)
    for turn in range(2):
        with CaptureQueriesContext(connection) as queries:
            offer_for_blackouts(course=course)
        counts.append(len(queries))
        for number in range(4):
            student = enrolled(course, f"Student {turn}{number}")
            taken(slot_on(course, f"Paper {number}", 30 + number), student)
            cannot(course, student, 99)
    assert counts[0] == counts[1]
