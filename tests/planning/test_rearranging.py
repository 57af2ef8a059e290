"""Cancelling, exchanging, putting in, moving: what an instructor would have made by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.planning.actions import Impossible
from readings.planning.rearranging import (
    Rearranged,
    Way,
    cancel,
    exchange,
    free,
    insert_week,
    move_term,
    restore,
)
from readings.schedule.edits import apply_edits, set_values
from readings.schedule.plan import Plan
from tests.schedule.terms import MONDAY, plans, said, term


def after(plan: Plan, done: Rearranged) -> Plan:
    return apply_edits(plan, done.edits)


def days(plan: Plan) -> list[str]:
    return [f"{one.meets_on:%m-%d}" for one in plan.in_order if one.meets_on]


def test_cancelled_class_and_everything_after_it_moves_on() -> None:
    plan = term("A", "B", "Talks*", "C")
    done = cancel(plan, 1, Way.SHIFT)
    assert said(after(plan, done)) == ["", "A", "B", "C", "| Talks"]
    assert after(plan, done).meetings[1].status == "cancelled"
    assert done.summary == "Class on Mon Aug 25 cancelled; what follows moves on"
    assert done.remarks == ["Gives way and waits unscheduled: Talks."]


def test_cancelled_class_can_give_its_agenda_away() -> None:
    plan = term("A B", "C", "D")
    assert said(after(plan, cancel(plan, 1, Way.SHELF))) == ["", "C", "D", "| A B"]
    assert said(after(plan, cancel(plan, 1, Way.MOVE, to=3))) == ["", "C", "D A B", "|"]
    assert said(after(plan, cancel(plan, 1, Way.STAY))) == ["A B", "C", "D", "|"]


def test_what_falls_off_the_end_is_said() -> None:
    done = cancel(term("A", "B"), 1, Way.SHIFT)
    assert done.remarks == ["Falls off the end of the term and waits unscheduled: B."]


def test_what_is_pinned_on_a_cancelled_class_is_a_warning() -> None:
    plan = term("Exam! A", "B", "")
    done = cancel(plan, 1, Way.SHIFT)
    assert said(after(plan, done)) == ["Exam", "A", "B", "|"]
    assert done.warnings == ["Exam is pinned and stays on Mon Aug 25."]


@pytest.mark.parametrize("way", list(Way))
def test_a_holiday_on_the_last_buffer_leaves_a_safe_state(way: Way) -> None:
    plan = term("A", "B", "Flex*")
    plan = apply_edits(plan, set_values("meeting", plan.meetings[3], {"status": "holiday"}))
    if way is Way.MOVE:
        with pytest.raises(Impossible, match="There is no class on Mon Sep 1"):
            cancel(plan, 1, way, to=3)
        return
    found = after(plan, cancel(plan, 1, way))
    assert sorted(found.items) == sorted(plan.items)
    assert found.agenda[3] == plan.agenda[3]


def test_what_does_not_take_place_is_not_cancelled_or_exchanged() -> None:
    plan = term("A", "-", "B")
    makes: list[Callable[[], Rearranged]] = [
        lambda: cancel(plan, 2, Way.SHIFT),
        lambda: exchange(plan, 1, 2),
        lambda: free(plan, 2),
        lambda: cancel(plan, 1, Way.MOVE),
        lambda: exchange(plan, 1, 1),
    ]
    for make in makes:
        with pytest.raises(Impossible):
            make()


def test_room_is_made_in_a_class_that_takes_place() -> None:
    plan = term("A", "B", "", "C")
    found = after(plan, free(plan, 1))
    assert said(found) == ["", "A", "B", "C", "|"]
    assert found.meetings[1].takes_place


def test_a_class_that_takes_place_after_all_is_filled_from_what_follows() -> None:
    plan = term("A", "B", "C")
    lost = after(plan, cancel(plan, 1, Way.SHIFT))
    assert said(lost) == ["", "A", "B", "| C"]
    found = after(lost, restore(lost, 1, fill=True))
    assert said(found) == ["A", "B", "", "| C"]
    assert found.meetings[1].takes_place
    assert said(after(lost, restore(lost, 1, fill=False))) == ["", "A", "B", "| C"]


def test_two_classes_are_exchanged() -> None:
    plan = term("A", "B", "C")
    assert said(after(plan, exchange(plan, 1, 3))) == ["C", "B", "A", "|"]


def test_a_week_is_put_in_and_the_term_gets_longer() -> None:
    plan = term("A", "B", "C", "-", "D", "E")
    plan = apply_edits(plan, set_values("week", plan.weeks[2], {"topic": "Kernels"}))
    found = after(plan, insert_week(plan, 1, at_end=True, meets_from=dt.time(10)))
    assert said(found) == ["A", "B", "", "", "C", "D", "E", "", "|"]
    assert days(found)[-2:] == ["09-15", "09-17"]
    assert [week.topic for week in found.weeks_in_order] == ["", "", "Kernels", ""]
    assert found.in_order[-1].meets_from == dt.time(10)


def test_a_week_is_put_in_and_what_is_spare_gives_way() -> None:
    plan = term("A", "B", "C", "D", "Flex*", "Open*", "E", "F")
    found = after(plan, insert_week(plan, 1, at_end=False))
    assert said(found) == ["A", "B", "", "", "C", "D", "E", "F", "| Flex Open"]


def test_no_week_is_put_in_after_the_last_one() -> None:
    with pytest.raises(Impossible, match="No week with a class comes after week 1"):
        insert_week(term("A", "B"), 1, at_end=True)


def test_the_whole_term_is_moved_and_holidays_keep_their_dates() -> None:
    plan = term("A", "B", "-", "C", "D")  # Sep 1 is a holiday
    found = after(plan, move_term(plan, 7))
    assert days(found) == ["09-01", "09-03", "09-08", "09-10", "09-15"]
    assert said(found) == ["", "A", "B", "C", "D", "|"]
    assert [week.number for week in found.weeks_in_order] == [1, 2, 3]
    back = after(found, move_term(found, -7))
    assert [f"{one.meets_on:%m-%d}" for one in back.in_order if one.takes_place] == [
        "08-25", "08-27", "09-03", "09-08",
    ]  # fmt: skip


@pytest.mark.parametrize("days", [0, 401, -401])
def test_a_term_moves_by_a_sensible_number_of_days(days: int) -> None:
    with pytest.raises(Impossible, match="1 to 400 days"):
        move_term(term("A"), days)


@given(plans(), st.integers(-60, 60).filter(bool))
def test_a_moved_term_loses_nothing_and_keeps_its_order(plan: Plan, by: int) -> None:
    classes = [one for one in plan.in_order if one.status != "holiday"]
    if not classes:
        return
    found = after(plan, move_term(plan, by))
    assert [one.id for one in found.in_order if one.status != "holiday"] == [
        one.id for one in classes
    ]
    assert found.agenda == plan.agenda
    taken = [one.meets_on for one in found.in_order]
    assert len(set(taken)) == len(taken)
    for one in plan.in_order:
        if one.status == "holiday":
            assert found.meetings[one.id].meets_on == one.meets_on


@given(plans(), st.data())
def test_a_week_that_is_put_in_loses_nothing(plan: Plan, data: st.DataObject) -> None:
    weeks = data.draw(st.integers(0, max(week.number for week in plan.weeks.values())))
    try:
        done = insert_week(plan, weeks, at_end=data.draw(st.booleans()))
    except Impossible:
        return
    assert sorted(after(plan, done).items) == sorted(plan.items)


def test_an_undated_term_gets_a_week_too() -> None:
    plan = term("A", "B", "C", "D")
    for meeting in plan.in_order:
        plan = apply_edits(plan, set_values("meeting", meeting, {"meets_on": None}))
    found = after(plan, insert_week(plan, 1, at_end=True))
    assert said(found) == ["A", "B", "", "", "C", "D", "|"]
    with pytest.raises(Impossible, match="No class has a date"):
        move_term(plan, 7)


def test_the_rest_of_a_term_is_moved_and_what_was_stays() -> None:
    plan = term("A", "B", "C", "-", "D")
    found = after(plan, move_term(plan, 7, since=MONDAY + dt.timedelta(days=2)))
    assert days(found) == ["08-25", "09-03", "09-08", "09-10", "09-15"]
    assert [one.id for one in found.in_order if one.takes_place] == [1, 2, 3, 5]
    with pytest.raises(Impossible, match="before some that keep their dates"):
        move_term(plan, -14, since=MONDAY + dt.timedelta(days=7))


def test_topics_that_may_not_fit_any_more_are_named() -> None:
    plan = term("A", "B", "C", "")
    plan = apply_edits(plan, set_values("week", plan.weeks[2], {"topic": "Kernels"}))
    assert cancel(plan, 2, Way.SHIFT).remarks == [
        "Wed Sep 3 had room for it.",
        "Topics stay with their weeks. See whether they still fit: week 2 (“Kernels”).",
    ]
    assert len(cancel(plan, 3, Way.SHIFT).remarks) == 1  # it is all in one week
