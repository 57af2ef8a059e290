"""When somebody was here, and when before that."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Course, Membership
from readings.courses.services import record_visit
from readings.courses.visits import Visit, after_look
from tests.at_once import at_once

NOON = dt.datetime(2025, 10, 15, 12, tzinfo=dt.UTC)
YESTERDAY = NOON - dt.timedelta(days=1)


def minutes(count: float) -> dt.timedelta:
    return dt.timedelta(minutes=count)


@pytest.mark.once
def test_a_first_look_begins_a_visit_with_none_before_it() -> None:
    assert after_look(Visit(), NOON) == Visit(NOON, None)


@pytest.mark.once
@pytest.mark.parametrize("gap", [0, 1, 4.9])
def test_looks_in_quick_succession_are_not_written_down(gap: float) -> None:
    visit = Visit(NOON, YESTERDAY)

    assert after_look(visit, NOON + minutes(gap)) is visit


@pytest.mark.once
@pytest.mark.parametrize("gap", [5, 29, 30])
def test_looks_with_short_gaps_are_one_visit(gap: float) -> None:
    assert after_look(Visit(NOON, YESTERDAY), NOON + minutes(gap)) == Visit(
        NOON + minutes(gap), YESTERDAY
    )


@pytest.mark.once
def test_after_half_an_hour_it_is_another_visit() -> None:
    later = NOON + minutes(30.1)

    assert after_look(Visit(NOON, YESTERDAY), later) == Visit(later, NOON)


@pytest.mark.once
def test_a_long_visit_ends_when_nobody_looks_any_more() -> None:
    visit = Visit(NOON, YESTERDAY)
    for number in range(1, 20):
        visit = after_look(visit, NOON + minutes(20 * number))

    assert visit == Visit(NOON + minutes(380), YESTERDAY)
    assert after_look(visit, NOON + minutes(500)).before_at == NOON + minutes(380)


@pytest.mark.once
def test_a_clock_that_was_set_back_changes_nothing() -> None:
    visit = Visit(NOON, YESTERDAY)

    assert after_look(visit, NOON - minutes(90)) is visit


def membership_of(course: Course, user: User) -> Membership:
    return Membership.objects.get(course=course, user=user)


@pytest.mark.django_db
def test_a_visit_is_written_down_once_in_five_minutes(
    course: Course, bob: User, django_assert_num_queries: Any
) -> None:
    assert record_visit(course=course, user=bob, now=NOON) is None
    with django_assert_num_queries(1):  # it only reads
        assert record_visit(course=course, user=bob, now=NOON + minutes(4)) is None

    assert record_visit(course=course, user=bob, now=NOON + minutes(60)) == NOON
    assert membership_of(course, bob).visited_at == NOON + minutes(60)
    assert membership_of(course, bob).visited_before_at == NOON


@pytest.mark.django_db
def test_a_visit_is_of_one_person_in_one_course(course: Course, bob: User, alice: User) -> None:
    record_visit(course=course, user=bob, now=NOON)

    assert membership_of(course, alice).visited_at is None


@pytest.mark.django_db
def test_a_visit_of_somebody_who_left_meanwhile_is_none(course: Course, dave: User) -> None:
    assert record_visit(course=course, user=dave, now=NOON) is None


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_are_one_visit(course: Course, bob: User) -> None:
    now = timezone.now()
    record_visit(course=course, user=bob, now=now - dt.timedelta(days=1))

    told = at_once([lambda: record_visit(course=course, user=bob, now=now)] * 6)

    assert set(told) == {now - dt.timedelta(days=1)}
    assert membership_of(course, bob).visited_before_at == now - dt.timedelta(days=1)
