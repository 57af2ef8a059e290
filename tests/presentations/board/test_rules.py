"""What one presenter may hold at once, on values."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.presentations.refusals import GroupTooLarge, GroupTooSmall, HoldsEnough, TooClose
from readings.presentations.rules import Held, Rules

FIRST = dt.date(2025, 9, 1)
slots = st.builds(
    Held,
    slot=st.integers(1, 10_000),
    name=st.just("DSPy"),
    day=st.none() | st.integers(0, 60).map(lambda days: FIRST + dt.timedelta(days=days)),
)
rules = st.builds(
    Rules, may_hold=st.none() | st.integers(1, 4), days_apart=st.sampled_from([0, 1, 7, 14])
)


def take(rules: Rules, wanted: list[Held]) -> list[Held]:
    """What somebody has who asks for these one after the other."""
    held: list[Held] = []
    for one in wanted:
        try:
            rules.require_room(held, one)
        except (HoldsEnough, TooClose):
            continue
        held.append(one)
    return held


@given(rules, st.lists(slots, max_size=12))
def test_whoever_asks_in_any_order_holds_what_the_rules_allow(
    rules: Rules, wanted: list[Held]
) -> None:
    held = take(rules, wanted)
    assert rules.may_hold is None or len(held) <= rules.may_hold
    days = [one.day for one in held if one.day is not None]
    assert all(abs((a - b).days) >= rules.days_apart for a, b in itertools.combinations(days, 2))


@given(rules, st.lists(slots, max_size=12))
def test_nothing_is_refused_without_a_reason(rules: Rules, wanted: list[Held]) -> None:
    held = take(rules, wanted)
    for one in wanted:
        if one in held:
            continue
        is_full = rules.may_hold is not None and len(held) >= rules.may_hold
        assert is_full or any(rules.are_too_close(one.day, other.day) for other in held)


@given(slots, slots, st.integers(0, 30))
def test_being_too_close_is_mutual(one: Held, other: Held, days: int) -> None:
    rules = Rules(days_apart=days)
    assert rules.are_too_close(one.day, other.day) == rules.are_too_close(other.day, one.day)


def test_the_sentences_say_what_is_in_the_way() -> None:
    dspy = Held(1, "DSPy", dt.date(2025, 9, 17))
    tvm = Held(2, "TVM", dt.date(2025, 9, 24))
    with pytest.raises(HoldsEnough, match="You may hold one slot on this sheet, and have DSPy"):
        Rules(may_hold=1).require_room([dspy], tvm)
    with pytest.raises(TooClose, match="14 days apart, and you have DSPy on Wed Sep 17"):
        Rules(days_apart=14).require_room([dspy], tvm)
    Rules(may_hold=2, days_apart=7).require_room([dspy], tvm)
    Rules(days_apart=14).require_room([dspy], Held(3, "Parked", None))


@pytest.mark.parametrize(
    ("members", "refusal"), [(1, GroupTooSmall), (2, None), (3, None), (4, GroupTooLarge)]
)
def test_a_group_has_to_have_the_size_that_is_wanted(
    members: int, refusal: type[Exception] | None
) -> None:
    sizes = Rules(fewest_members=2, most_members=3)
    if refusal is None:
        sizes.require_size(members)
        return
    with pytest.raises(refusal, match=f"yours has {members}"):
        sizes.require_size(members)
