"""Where what moved stood before, beside what moved."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Audience, Course, Event, Visibility
from readings.courses.services import update_course
from readings.pages.moved import Moves
from readings.schedule.agenda_services import move_agenda_item
from readings.schedule.models import AgendaItem, Meeting, Status
from readings.schedule.operations import recording, undo_change
from readings.schedule.services import update_meeting
from tests import factories
from tests.by_hand import take_off
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


def day_name(day: dt.date | None) -> str:
    assert day is not None
    return f"{day:%b} {day.day}"


@dataclass
class Plan:
    """Three classes from today on, the first with a paper and a talk, in a public course."""

    course: Course
    first: Meeting
    second: Meeting
    third: Meeting
    paper: AgendaItem
    talk: AgendaItem

    def badges(self, client: Client | None = None) -> list[str]:
        """The badges that a visitor sees, or who is signed in."""
        address = reverse("pages:schedule", args=[self.course.slug])
        page = (client or Client()).get(address).content.decode()
        return re.findall(r'badge-moved">([^<]*)<', page)


@pytest.fixture
def plan(course: Course) -> Plan:
    update_course(course=course, visibility=Visibility.PUBLIC)
    today = timezone.now().astimezone(course.zone).date()
    first, second, third = (
        factories.make_meeting(course, today + dt.timedelta(days=days), week=week)
        for week, days in enumerate((0, 7, 14), start=1)
    )
    paper = factories.put_on_agenda(first, factories.make_reading(course, label="DSPy"))
    talk = factories.put_on_agenda(first, text="Repo Deconstruct")
    return Plan(course, first, second, third, paper, talk)


def move(item: AgendaItem, meeting: Meeting | None) -> None:
    item.refresh_from_db()
    move_agenda_item(item=item, meeting=meeting, actor=None)


def age_events(days: int) -> None:
    for event in Event.objects.all():
        event.created_at -= dt.timedelta(days=days)
        event.save()


def test_who_reads_sees_where_it_stood_before(plan: Plan, bob: User, sign_in: SignIn) -> None:
    assert plan.badges() == []

    move(plan.paper, plan.second)
    move(plan.talk, plan.third)

    said = [f"moved from {day_name(plan.first.meets_on)}"] * 2
    assert plan.badges() == plan.badges(sign_in(bob)) == said


def test_what_moved_twice_came_from_where_it_stood_first(plan: Plan) -> None:
    move(plan.paper, plan.second)
    move(plan.paper, plan.third)

    assert plan.badges() == [f"moved from {day_name(plan.first.meets_on)}"]


def test_what_is_back_has_not_moved(plan: Plan) -> None:
    move(plan.paper, plan.second)
    move(plan.paper, plan.first)

    assert plan.badges() == []


def test_what_was_moved_without_a_word_says_nothing(plan: Plan) -> None:
    move(plan.paper, plan.second)
    AgendaItem.objects.filter(pk=plan.paper.pk).update(meeting=plan.third)

    assert plan.badges() == []


def test_what_was_parked_says_where_it_stood_once_it_is_planned_again(plan: Plan) -> None:
    take_off(plan.paper)
    assert plan.badges() == []

    move(plan.paper, plan.second)
    assert plan.badges() == ["moved from Nov 27"]


def test_a_move_is_news_for_fourteen_days(plan: Plan) -> None:
    move(plan.paper, plan.second)

    age_events(14)
    update_course(course=plan.course)
    assert len(plan.badges()) == 1
    age_events(1)
    update_course(course=plan.course)
    assert plan.badges() == []


def in_one_change(plan: Plan, action: Callable[[], None]) -> None:
    """Do it, and undo it."""
    with recording(course=plan.course, actor=None, kind="planning", summary="It") as record:
        action()
    assert record.change is not None
    for event in Event.objects.filter(details__change__isnull=True):
        event.details["change"] = record.change.pk
        event.save()
    undo_change(change=record.change, actor=None)


def test_what_was_undone_has_not_moved(plan: Plan) -> None:
    def act() -> None:
        move(plan.paper, plan.second)
        update_meeting(meeting=plan.third, actor=None, meets_on=dt.date(2030, 1, 1))

    in_one_change(plan, act)

    assert plan.badges() == []


def test_what_moved_before_a_change_that_was_undone_did_move(plan: Plan) -> None:
    move(plan.paper, plan.second)
    Event.objects.update(details={**Event.objects.get().details, "change": 0})

    in_one_change(plan, lambda: move(plan.paper, plan.third))

    assert plan.badges() == [f"moved from {day_name(plan.first.meets_on)}"]


def test_a_class_on_another_day_says_which_it_was(plan: Plan) -> None:
    before = plan.second.meets_on
    assert before
    update_meeting(meeting=plan.second, actor=None, meets_on=before + dt.timedelta(days=2))
    assert plan.badges() == [f"moved from {day_name(before)}"]

    update_meeting(meeting=plan.second, actor=None, meets_on=before)
    assert plan.badges() == []


def test_a_cancelled_class_says_only_that(plan: Plan) -> None:
    before = plan.second.meets_on
    assert before
    update_meeting(
        meeting=plan.second,
        actor=None,
        meets_on=before + dt.timedelta(days=2),
        status=Status.CANCELLED,
    )
    page = Client().get(reverse("pages:schedule", args=[plan.course.slug])).content.decode()

    assert plan.badges() == []
    assert "Cancelled" in page


def test_undated_classes_have_words_as_well(plan: Plan) -> None:
    undated = factories.make_meeting(plan.course, None, week=4)
    guest = factories.put_on_agenda(undated, text="Guest")
    move(guest, plan.second)
    assert plan.badges() == ["moved from an undated class"]

    update_meeting(meeting=undated, actor=None, meets_on=plan.third.meets_on)
    assert plan.badges() == ["moved from an undated class", "had no date"]


def test_events_of_moves_hold_names_and_days_and_nobody(plan: Plan, bob: User) -> None:
    slot = factories.make_slot(plan.paper)
    slot.sign_ups.create(seat=slot.seats.get(), user=bob, created_by=bob)
    AgendaItem.objects.filter(pk=plan.paper.pk).update(presenters=["Bob Brown"])
    move(plan.paper, plan.second)
    update_meeting(meeting=plan.third, actor=None, room="B 17", status=Status.CANCELLED)

    moved, changed = Event.objects.order_by("pk")

    first, second, third = (one.meets_on for one in (plan.first, plan.second, plan.third))
    assert first
    assert second
    assert third
    assert moved.audience == changed.audience == Audience.EVERYONE
    assert moved.summary == f"DSPy moved from {day_name(first)} to {day_name(second)}"
    assert moved.details == {
        "item": plan.paper.pk,
        "reading": plan.paper.reading_id,
        "name": "DSPy",
        "from": plan.first.pk,
        "to": plan.second.pk,
        "from_on": first.isoformat(),
        "to_on": second.isoformat(),
    }
    assert changed.summary == f"Class on {day_name(third)} is cancelled"
    assert changed.details == {
        "meeting": plan.third.pk,
        "from_on": third.isoformat(),
        "to_on": third.isoformat(),
        "from_status": "class",
        "to_status": "cancelled",
    }


def test_events_from_before_days_were_told_say_nothing(plan: Plan) -> None:
    old = {"item": 1, "from": 2, "to": 3}

    assert Moves([("schedule.item_moved", old)]).of_item(1, meeting=3, meets_on=None) == ""


def test_badges_stay_when_a_paper_is_fetched(plan: Plan, bob: User, sign_in: SignIn) -> None:
    seen = timezone.now().isoformat()
    move(plan.paper, plan.second)
    assert plan.paper.reading
    paper = plan.paper.reading.paper
    paper.updated_at = timezone.now()
    paper.save()

    address = reverse("pages:progress", args=[plan.course.slug])
    news = sign_in(bob).get(address, {"seen": seen}).content.decode()

    assert f"moved from {day_name(plan.first.meets_on)}" in news
