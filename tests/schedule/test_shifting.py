"""What happens to the content of a term when a class is lost, gained or exchanged."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from readings.schedule.edits import apply_edits, move_edits, reversed_edits
from readings.schedule.plan import Plan
from readings.schedule.shifting import (
    Change,
    Delay,
    Empty,
    Exchange,
    Fill,
    Free,
    Shift,
    may_give_way,
    plan_shift,
)
from tests.schedule.terms import plans, said, term

Ids = list[int]


def shift(plan: Plan, change: Change) -> Shift:
    agenda = {key: plan.items_of(key) for key in plan.agenda}
    return plan_shift(plan.in_order, agenda, change)


def after(plan: Plan, change: Change) -> Plan:
    found = {
        key: tuple(item.id for item in items) for key, items in shift(plan, change).agenda.items()
    }
    return apply_edits(plan, move_edits(plan, found))


@st.composite
def changes(draw: st.DrawFn) -> tuple[Plan, Change]:
    plan = draw(plans())
    meetings = st.sampled_from(sorted(plan.meetings))
    items = st.sampled_from(sorted(plan.items) or [0])
    one = draw(meetings)
    kind = draw(st.sampled_from(["free", "fill", "delay", "exchange", "empty"]))
    if kind == "free":
        few = st.frozensets(items, max_size=3)
        return plan, Free(one, draw(few), draw(few))
    if kind == "fill":
        return plan, Fill(one)
    if kind == "delay":
        return plan, Delay(one, draw(st.integers(1, 3)))
    if kind == "exchange":
        return plan, Exchange(
            one, draw(meetings.filter(lambda other: other != one or len(plan.meetings) == 1))
        )
    return plan, Empty(one, draw(st.sampled_from([None, *sorted(plan.meetings)])))


# --- By example -----------------------------------------------------------------------------------


def test_everything_after_a_lost_class_moves_on_until_something_spare_takes_it_up() -> None:
    plan = term("A", "B", "C D", "Talks*", "E")
    assert said(after(plan, Free(2))) == ["A", "", "B", "C D", "E", "| Talks"]


def test_an_empty_class_takes_it_up() -> None:
    assert said(after(term("A", "B", "", "C"), Free(1))) == ["", "A", "B", "C", "|"]


def test_holidays_and_pinned_things_stay_where_they_are() -> None:
    plan = term("A", "B", "-", "Exam!", "C Guest!", "D")
    assert said(after(plan, Free(1))) == ["", "A", "", "Exam", "B Guest", "C", "| D"]


def test_what_falls_off_the_end_is_parked() -> None:
    found = shift(term("A", "B", "C"), Free(1))
    assert [item.id for item in found.fallen_off] == [3]
    assert found.taken_up_in is None


def test_a_spare_thing_in_the_lost_class_is_what_gives_way() -> None:
    assert said(after(term("A Talks*", "B"), Free(1))) == ["", "A", "| Talks B"]
    assert said(after(term("Talks*", "B"), Free(1))) == ["", "B", "| Talks"]


def test_only_as_many_spare_things_give_way_as_are_needed() -> None:
    assert said(after(term("A", "X* Y*", "B"), Free(1))) == ["", "A Y", "B", "| X"]


def test_what_somebody_presents_moves_on_while_something_else_is_spare() -> None:
    plan = term("A", "Talks*", "B", "Flex*", "C")
    assert said(after(plan, Free(1, held=frozenset({2})))) == ["", "A", "Talks", "B", "C", "| Flex"]
    assert said(after(term("A", "Talks* X*"), Free(1, held=frozenset({2})))) == [
        "", "A Talks", "| X",
    ]  # fmt: skip


def test_what_somebody_presents_gives_way_where_nothing_else_is_spare() -> None:
    plan = term("A", "Talks*", "B")
    assert said(after(plan, Free(1, held=frozenset({2})))) == ["", "A", "B", "| Talks"]


def test_any_item_can_be_spare_for_once() -> None:
    plan = term("A", "B", "C")
    assert said(after(plan, Free(1, frozenset({2})))) == ["", "A", "C", "| B"]


def test_a_gained_class_is_filled_from_what_follows_up_to_the_next_spare_class() -> None:
    assert said(after(term("", "A", "-", "B", "Open*", "C"), Fill(1))) == [
        "A", "B", "", "", "Open", "C", "|",
    ]  # fmt: skip


def test_everything_is_put_off_by_some_classes_and_nothing_gives_way() -> None:
    plan = term("A", "B", "-", "Open*", "C", "", "")
    assert said(after(plan, Delay(2, 2))) == ["A", "", "", "", "B", "Open", "C", "|"]
    assert said(after(plan, Delay(5, 3))) == ["A", "B", "", "Open", "", "", "", "| C"]


def test_two_classes_exchange_their_content_and_keep_what_is_pinned() -> None:
    plan = term("A", "B Guest!", "C")
    assert said(after(plan, Exchange(1, 2))) == ["B", "A Guest", "C", "|"]


def test_content_goes_to_the_shelf_or_to_another_class() -> None:
    plan = term("A Quiz!", "B")
    assert said(after(plan, Empty(1))) == ["Quiz", "B", "| A"]
    assert said(after(plan, Empty(1, to=2))) == ["Quiz", "B A", "|"]


def test_words_and_spare_things_after_a_class_may_give_way() -> None:
    plan = term("A", "B", "Talks*", "Exam!")
    agenda = {key: plan.items_of(key) for key in plan.agenda}
    found = may_give_way(plan.in_order, agenda, 1)
    assert [plan.name_of(item) for _meeting, item in found] == ["Talks"]


# --- For every term -------------------------------------------------------------------------------


@given(changes())
def test_nothing_is_lost_and_nothing_doubled(case: tuple[Plan, Change]) -> None:
    plan, change = case
    found = [item.id for items in shift(plan, change).agenda.values() for item in items]
    assert sorted(found) == sorted(plan.items)


@given(changes())
def test_pinned_items_and_classes_that_do_not_take_place_stay(case: tuple[Plan, Change]) -> None:
    plan, change = case
    found = shift(plan, change).agenda
    for key, items in plan.agenda.items():
        there = {item.id for item in found[key]}
        assert {one for one in items if plan.items[one].is_pinned} <= there
    named = set(vars(change).values()) if not isinstance(change, Free) else {change.meeting}
    for meeting in plan.in_order:
        if meeting.id not in named and (meeting.is_pinned or not meeting.takes_place):
            assert tuple(item.id for item in found[meeting.id]) == plan.agenda[meeting.id]


@given(changes())
def test_order_is_kept_when_content_moves_on_or_up(case: tuple[Plan, Change]) -> None:
    plan, change = case
    if isinstance(change, Exchange | Empty):
        return
    found = shift(plan, change)
    parked = {item.id for item in (*found.given_way, *found.fallen_off)}
    # What stays in a class that is passed over has no place in the order.
    places = [
        one.id
        for one in plan.in_order
        if one.id == change.meeting or (one.takes_place and not one.is_pinned)
    ]

    def order(agenda: dict[int | None, Ids]) -> Ids:
        return [
            item
            for place in places
            for item in agenda[place]
            if not plan.items[item].is_pinned and item not in parked
        ]

    now = {key: [item.id for item in items] for key, items in found.agenda.items()}
    assert order(now) == order({key: list(items) for key, items in plan.agenda.items()})


@given(plans(), st.data())
def test_what_is_spare_is_used_before_anything_falls_off(plan: Plan, data: st.DataObject) -> None:
    lost = data.draw(st.sampled_from(sorted(plan.meetings)))
    found = shift(plan, Free(lost))
    if not found.fallen_off:
        return
    places = [meeting.id for meeting in plan.in_order]
    for meeting in plan.in_order[places.index(lost) + 1 :]:
        if meeting.takes_place and not meeting.is_pinned:
            assert plan.agenda[meeting.id]
            assert not any(plan.items[item].is_buffer for item in plan.agenda[meeting.id])


@given(plans(), st.data())
def test_a_lost_class_is_empty_but_for_what_is_pinned(plan: Plan, data: st.DataObject) -> None:
    lost = data.draw(st.sampled_from(sorted(plan.meetings)))
    found = shift(plan, Free(lost))
    assert all(item.is_pinned for item in found.agenda[lost])
    assert found.stays == found.agenda[lost]


@given(changes())
def test_a_shift_and_its_reverse_are_the_identity(case: tuple[Plan, Change]) -> None:
    plan, change = case
    found = {
        key: tuple(item.id for item in items) for key, items in shift(plan, change).agenda.items()
    }
    edits = move_edits(plan, found)
    moved = apply_edits(plan, edits)
    assert moved.agenda == found
    assert apply_edits(moved, reversed_edits(edits)) == plan
