"""The change log: what each change did, and the term as it was."""

from __future__ import annotations

import pytest
from django.urls import reverse

from readings.accounts.models import User
from readings.courses.models import Course
from readings.planning import actions
from readings.planning.comparing import compare_plans
from readings.planning.history import states_around
from readings.planning.publishing import publish_draft, undo_published
from readings.planning.rearranging import Way, cancel, exchange, insert_week
from readings.schedule.models import Meeting
from readings.schedule.plan import Plan
from readings.schedule.plan_rows import read_plan
from tests.conftest import SignIn
from tests.planning.plans import agendas, do, item_named, planned

pytestmark = pytest.mark.django_db


def publish(course: Course, done: object) -> Plan:
    """Publish one change; the plan after it."""
    do(course, done)  # type: ignore[arg-type]
    publish_draft(course=course, actor=None)
    return read_plan(course)


@pytest.fixture
def states(course: Course, term: dict[str, Meeting]) -> list[Plan]:
    """The plan before and after each of four changes."""
    found = [read_plan(course)]
    found.append(publish(course, cancel(found[-1], term["Sep 10"].pk, Way.SHIFT)))
    found.append(publish(course, insert_week(found[-1], 1, at_end=True)))
    found.append(publish(course, exchange(found[-1], term["Sep 8"].pk, term["Sep 22"].pk)))
    words = actions.add_words(found[-1], to=term["Sep 24"].pk, text="Quiz")
    found.append(publish(course, words))
    return found


def test_every_state_is_found_again(course: Course, states: list[Plan]) -> None:
    changes = list(course.changes.order_by("pk"))
    for number, change in enumerate(changes):
        found = states_around(change)
        assert agendas(found.before) == agendas(states[number])
        assert agendas(found.after) == agendas(states[number + 1])
        assert found.after.meetings == states[number + 1].meetings
        assert agendas(found.now) == agendas(states[-1])


def test_a_state_is_found_again_after_something_was_taken_back(
    course: Course, states: list[Plan]
) -> None:
    changes = list(course.changes.order_by("pk"))
    undo_published(change=changes[-1], actor=None)
    assert agendas(read_plan(course)) == agendas(states[-2])
    for number, change in enumerate(changes):
        found = states_around(change)
        assert agendas(found.before) == agendas(states[number])
        assert agendas(found.after) == agendas(states[number + 1])


def test_the_log_says_who_did_what_and_what_is_different_now(
    course: Course, states: list[Plan], alice: User, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    first = course.changes.order_by("pk")[0]
    page = browser.get(reverse("planning:history", args=[course.slug])).content.decode()
    assert "Class on Wed Sep 10 cancelled; what follows moves on" in page
    url = reverse("planning:change", args=[course.slug, first.pk])
    page = browser.get(url).content.decode()
    assert "Wed Sep 10 → Mon Sep 15" in page
    assert "Wed Sep 10, 8:30, 5 days earlier" in page  # taking it back
    assert "Quiz is new on Wed Sep 24" in page  # since


def test_any_two_states_are_compared(
    course: Course, states: list[Plan], alice: User, sign_in: SignIn
) -> None:
    first, _second, third, _fourth = course.changes.order_by("pk")
    url = reverse("planning:change", args=[course.slug, first.pk])
    page = sign_in(alice).get(url, {"with": third.pk}).content.decode()
    assert "Week 4 is new" in page
    assert "Quiz is new" not in page
    elsewhere = sign_in(alice).get(url, {"with": "999999"})
    assert elsewhere.status_code == 404


def test_a_change_is_taken_back_from_its_page(
    course: Course, states: list[Plan], alice: User, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    last, first = course.changes.order_by("-pk")[0], course.changes.order_by("pk")[0]
    url = reverse("planning:undo_change", args=[course.slug, first.pk])
    page = browser.post(url, follow=True).content.decode()
    assert "was changed since" in page
    browser.post(reverse("planning:undo_change", args=[course.slug, last.pk]))
    assert agendas(read_plan(course)) == agendas(states[-2])
    last.refresh_from_db()
    assert last.undone_by == alice


def test_nothing_is_different_between_a_plan_and_itself(course: Course, states: list[Plan]) -> None:
    for plan in states:
        assert not compare_plans(plan, plan)


def test_differences_are_said_in_words(course: Course, term: dict[str, Meeting]) -> None:
    before = read_plan(course)
    item = item_named(course, "A")
    do(course, actions.change_item(before, item.pk, to=term["Sep 8"].pk,
       values={"kind": "lecture", "portion": "chapter 1", "is_pinned": True},
       reading={"required": False}))  # fmt: skip
    values = {"room": "1670", "is_pinned": True}
    do(course, actions.change_meeting(planned(course), term["Sep 10"].pk, values))
    do(course, actions.remove_item(planned(course), item_named(course, "B").pk))
    found = compare_plans(before, planned(course))
    assert found.sentences == [
        "Class on Wed Sep 10 is in 1670 and is pinned",
        "A becomes: lecture and is read in part: chapter 1 and is pinned",
        "B on Wed Sep 10 is removed",
        "A is optional",
    ]
