"""Where the classes of a past term go in a new one."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.core.clock import moved_moment
from readings.next_term.laying import OldClass, lay_on, topics_of
from readings.schedule.terms import TermDay

pytestmark = pytest.mark.once

FIRST = dt.date(2026, 8, 24)


def days(*holidays: str) -> list[TermDay]:
    return [TermDay(n + 1, FIRST + dt.timedelta(weeks=n), name) for n, name in enumerate(holidays)]


def test_classes_go_on_the_days_that_are_no_holidays() -> None:
    layout = lay_on([OldClass(1), OldClass(2)], days("", "Labor Day", "", ""))
    assert [(one.source, one.holiday) for one in layout.places] == [
        (1, ""),
        (None, "Labor Day"),
        (2, ""),
        (None, ""),
    ]
    assert layout.without_day == ()


def test_class_without_a_plan_gives_up_its_day_where_days_are_short() -> None:
    classes = [OldClass(1), OldClass(2, is_empty=True), OldClass(3), OldClass(4, is_empty=True)]
    assert [one.source for one in lay_on(classes, days("", "", "")).places] == [1, 2, 3]
    assert [one.source for one in lay_on(classes, days("", "")).places] == [1, 3]
    short = lay_on(classes, days(""))
    assert ([one.source for one in short.places], short.without_day) == ([1], (3,))


@given(
    st.lists(st.booleans(), max_size=40).map(
        lambda empty: [OldClass(n, is_empty=one) for n, one in enumerate(empty)]
    ),
    st.lists(st.sampled_from(["", "Labor Day"]), max_size=40).map(lambda names: days(*names)),
)
def test_no_plan_is_lost_or_doubled_order_stays_and_holidays_are_free(
    classes: list[OldClass], term: list[TermDay]
) -> None:
    layout = lay_on(classes, term)
    placed = [one.source for one in layout.places if one.source is not None]
    kept = placed + list(layout.without_day)
    assert kept == sorted(set(kept))
    assert {one.key for one in classes if not one.is_empty} <= set(kept)
    assert all(one.source is None for one in layout.places if one.holiday)
    assert [(one.week, one.day, one.holiday) for one in layout.places] == [
        (day.week, day.day, day.holiday) for day in term
    ]
    free = sum(not one.holiday for one in layout.places) - len(placed)
    assert not (layout.without_day and free)


def test_topic_goes_with_the_first_class_of_its_week() -> None:
    topics = {1: "Basics", 2: "Attention", 3: "Training", 5: "Reading week"}
    moved = [(1, 1), (1, 2), (2, 2), (2, 3), (3, 4)]
    assert topics_of(topics, moved) == {1: "Basics", 2: "Attention", 4: "Training"}
    assert topics_of(topics, moved, free=[5])[5] == "Reading week"


def test_two_topics_that_meet_in_a_week_are_both_said() -> None:
    assert topics_of({1: "Basics", 2: "Attention"}, [(1, 1), (2, 1)]) == {1: "Basics · Attention"}


def test_moment_keeps_its_hour_over_a_change_of_daylight_saving() -> None:
    detroit = ZoneInfo("America/Detroit")
    summer = dt.datetime(2025, 9, 1, 9, 0, tzinfo=detroit)
    moved = moved_moment(summer, dt.date(2025, 9, 3), dt.date(2026, 1, 14), detroit)
    assert moved == dt.datetime(2026, 1, 12, 9, 0, tzinfo=detroit)
    assert moved_moment(summer, dt.date(2025, 9, 3), None, detroit) is None
    assert moved_moment(None, dt.date(2025, 9, 3), FIRST, detroit) is None
