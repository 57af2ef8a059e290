"""Edits of a plan: what they still fit, what they refuse, and their reverse."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.schedule.edits import (
    Add,
    DoesNotFit,
    Edit,
    Move,
    Place,
    Remove,
    Set,
    apply_edits,
    edits_from_json,
    edits_to_json,
    move_edits,
    reversed_edits,
    set_values,
)
from readings.schedule.plan import Plan, PlannedItem, PlannedMeeting, PlannedReading, PlannedWeek
from tests.schedule.terms import MONDAY, plans, said, term


@st.composite
def edited(draw: st.DrawFn) -> tuple[Plan, list[Edit]]:
    """A plan, and edits that fit it one after the other."""
    plan = start = draw(plans())
    edits: list[Edit] = []
    for number in range(draw(st.integers(1, 6))):
        edit = _some_edit(draw, plan, number)
        if edit is None:
            continue
        try:
            plan = edit.apply(plan)
        except DoesNotFit:
            continue
        edits.append(edit)
    return start, edits


def _some_edit(draw: st.DrawFn, plan: Plan, number: int) -> Edit | None:
    items, meetings = sorted(plan.items), sorted(plan.meetings)
    what = draw(st.sampled_from(["move", "add", "remove", "set", "meeting", "drop", "week"]))
    place = Place(draw(st.sampled_from([None, *meetings])), draw(st.sampled_from([None, *items])))
    if what == "add":
        return Add("item", PlannedItem(plan.next_new_id(), text=f"New {number}"), place)
    if what == "meeting":
        day = MONDAY + dt.timedelta(days=draw(st.integers(100, 130)))
        meeting = PlannedMeeting(plan.next_new_id(), week=1, meets_on=day)
        return Add("meeting", meeting)
    if what == "week":
        return Add("week", PlannedWeek(plan.next_new_id(), number=50 + number, topic="Late"))
    if what == "drop":
        if not meetings:
            return None
        return Remove("meeting", plan.meetings[draw(st.sampled_from(meetings))])
    if not items:
        return None
    item = plan.items[draw(st.sampled_from(items))]
    here = Place(plan.meeting_of[item.id], plan.following(item.id))
    if what == "move":
        before = place.before if place.before != item.id else None
        return Move(item.id, seen=here, to=replace(place, before=before))
    if what == "remove":
        return Remove("item", item, here)
    return Set("item", item.id, seen={"text": item.text}, to={"text": f"{item.text}!"})


@given(edited())
def test_reversed_edits_are_the_identity(case: tuple[Plan, list[Edit]]) -> None:
    plan, edits = case
    assert apply_edits(apply_edits(plan, edits), reversed_edits(edits)) == plan


@given(edited())
def test_edits_are_the_same_after_they_were_stored(case: tuple[Plan, list[Edit]]) -> None:
    plan, edits = case
    stored = json.loads(json.dumps(edits_to_json(edits)))
    assert edits_from_json(stored) == edits
    assert apply_edits(plan, edits_from_json(stored)) == apply_edits(plan, edits)


@given(plans(), st.data())
def test_any_agenda_is_reached_by_moves(plan: Plan, data: st.DataObject) -> None:
    items = data.draw(st.permutations(sorted(plan.items)))
    keys = [None, *sorted(plan.meetings)]
    wanted: dict[int | None, tuple[int, ...]] = dict.fromkeys(keys, ())
    for item in items:
        key = data.draw(st.sampled_from(keys))
        wanted[key] = (*wanted[key], item)
    assert apply_edits(plan, move_edits(plan, wanted)).agenda == wanted


@given(edited(), edited())
def test_edits_of_another_plan_fit_or_are_refused_and_leave_it_whole(
    one: tuple[Plan, list[Edit]], other: tuple[Plan, list[Edit]]
) -> None:
    plan, edits = one[0], other[1]
    try:
        after = apply_edits(plan, edits)
    except DoesNotFit:
        return
    found = sorted(item for items in after.agenda.values() for item in items)
    assert found == sorted(after.items)
    assert set(after.agenda) == {None, *after.meetings}


def test_two_people_who_move_different_things_do_not_meet() -> None:
    plan = term("A B", "C", "D")
    first = Move(1, seen=Place(1, 2), to=Place(2))
    second = Move(4, seen=Place(3), to=Place(1, 1))  # before A, which has gone
    assert said(apply_edits(plan, [first, second])) == ["B D", "C A", "", "|"]


def test_the_second_who_moves_a_thing_is_told_where_it_went() -> None:
    plan = Move(1, seen=Place(1), to=Place(2)).apply(term("A", "B", "C"))
    with pytest.raises(DoesNotFit, match=r"A was moved to Aug 27 in the meantime"):
        Move(1, seen=Place(1), to=Place(3)).apply(plan)
    assert Move(1, seen=Place(1), to=Place(2)).apply(plan) == plan  # both meant the same


def test_a_value_that_somebody_changed_is_not_overwritten() -> None:
    plan = term("A")
    [mine] = set_values("meeting", plan.meetings[1], {"room": "1670"})
    [theirs] = set_values("meeting", plan.meetings[1], {"room": "3725"})
    [beside] = set_values("meeting", plan.meetings[1], {"meets_from": dt.time(10)})
    changed = apply_edits(plan, [theirs, beside])
    assert changed.meetings[1].room == "3725"
    with pytest.raises(DoesNotFit, match=r"its room is “3725” now, and was “nothing”"):
        mine.apply(changed)


def test_what_is_gone_cannot_be_changed_or_moved() -> None:
    plan = term("A", "")
    gone = apply_edits(plan, [Remove("item", plan.items[1]), Remove("meeting", plan.meetings[2])])
    for edit in (
        Move(1, seen=Place(1), to=Place(None)),
        Set("item", 1, seen={"text": ""}, to={"text": "x"}),
        Add("item", PlannedItem(-1, text="x"), Place(2)),
    ):
        with pytest.raises(DoesNotFit, match=r"gone|not in the plan"):
            edit.apply(gone)


@pytest.mark.parametrize(
    ("meeting", "why"),
    [
        (PlannedMeeting(-1, 1, meets_on=MONDAY), "at that time already"),
        (PlannedMeeting(-1, 1, meets_from=dt.time(9)), "A time needs a date"),
        (
            PlannedMeeting(-1, 1, MONDAY, meets_from=dt.time(9), meets_until=dt.time(9)),
            "end before it starts",
        ),
        (PlannedMeeting(-1, 9), "week of that class is gone"),
    ],
)
def test_impossible_classes_are_refused(meeting: PlannedMeeting, why: str) -> None:
    with pytest.raises(DoesNotFit, match=why):
        Add("meeting", meeting).apply(term("A"))


def test_a_term_has_at_most_400_classes() -> None:
    plan = term(*[""] * 400)
    with pytest.raises(DoesNotFit, match="at most 400"):
        Add("meeting", PlannedMeeting(-1, 1)).apply(plan)


def test_classes_meet_when_one_goes_on_as_the_other_begins() -> None:
    plan = term("A")
    morning = {"meets_from": dt.time(9), "meets_until": dt.time(11)}
    plan = apply_edits(plan, set_values("meeting", plan.meetings[1], morning))
    for start, fits in [(10, False), (9, False), (11, True), (8, True)]:
        meeting = PlannedMeeting(-1, 1, MONDAY, meets_from=dt.time(start))
        if fits:
            assert len(Add("meeting", meeting).apply(plan).meetings) == 2
        else:
            with pytest.raises(DoesNotFit, match="at that time already"):
                Add("meeting", meeting).apply(plan)


def test_a_paper_that_two_people_bring_is_one_reading() -> None:
    plan = Add("reading", PlannedReading(7, label="First")).apply(term("A"))
    plan = Add("reading", PlannedReading(7, label="Second")).apply(plan)
    assert plan.readings[7].label == "First"


def test_week_numbers_are_taken_once() -> None:
    with pytest.raises(DoesNotFit, match="There is a week 1 already"):
        Add("week", PlannedWeek(-1, 1)).apply(term("A"))
    with pytest.raises(DoesNotFit, match="still has classes"):
        Remove("week", PlannedWeek(1, 1)).apply(term("A"))
