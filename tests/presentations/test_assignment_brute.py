"""Assigning slots, held against trying everything."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from readings.presentations.assignment import (
    Assignment,
    Cause,
    How,
    ImpossibleFixed,
    Party,
    Rule,
    Task,
    Unmet,
    assign,
)
from tests.presentations import brute

pytestmark = pytest.mark.once


def held_in(task: Task, found: Assignment) -> brute.Held:
    """What each has of what is needed."""
    return {
        party.key: frozenset(
            one.slot
            for one in found.granted
            if one.party == party.key and one.reason.how != How.EXTRA
        )
        for party in task.parties
    }


@settings(max_examples=40)
@given(brute.tasks(), st.integers(0, 9))
def test_nothing_within_the_rules_is_better(task: Task, seed: int) -> None:
    assume(brute.is_fixable(task))
    found = assign(task, seed=seed, explains=False)
    held = held_in(task, found)
    every = list(brute.everything(task))
    assert held in every
    assert brute.badness(task, held) == min(brute.badness(task, one) for one in every)
    assert found.vector == (brute.placed(task, held), *brute.counts(task, held))
    assert sum(many for _slot, many in found.uncovered) == brute.uncovered(task, held)
    assert {one.party: one.short for one in found.missing} == {
        party.key: party.must_hold - len(held[party.key])
        for party in task.parties
        if len(held[party.key]) < party.must_hold
    }
    assert found.is_proven_optimal


@settings(max_examples=25)
@given(brute.tasks(most_fixed=4))
def test_what_is_fixed_stands_or_is_refused(task: Task) -> None:
    try:
        found = assign(task, seed=1, explains=False)
    except ImpossibleFixed:
        assert not brute.is_fixable(task)
    else:
        assert brute.is_fixable(task)
        assert set(task.fixed) <= {(one.party, one.slot) for one in found.granted}


@settings(max_examples=12)
@given(brute.tasks(), st.randoms(use_true_random=False))
def test_the_order_in_which_a_task_is_written_changes_nothing(
    task: Task, mixing: random.Random
) -> None:
    assume(brute.is_fixable(task))

    def mixed(some: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(mixing.sample(some, len(some)))

    parties = (
        replace(party, wishes=tuple(mixed(tied) for tied in party.wishes)) for party in task.parties
    )
    other = replace(
        task, slots=mixed(task.slots), parties=mixed(tuple(parties)), fixed=mixed(task.fixed)
    )
    assert assign(task, seed=3) == assign(other, seed=3)


@settings(max_examples=12)
@given(brute.tasks(), st.sampled_from(brute.KEYS))
def test_one_more_seat_makes_nothing_worse(task: Task, key: str) -> None:
    assume(brute.is_fixable(task))
    roomier = replace(
        task,
        slots=tuple(
            replace(slot, seats=slot.seats + (slot.key == key), least_taken=0)
            for slot in task.slots
        ),
    )
    before = replace(task, slots=tuple(replace(slot, least_taken=0) for slot in task.slots))
    placed, *ranks = assign(before, seed=1, explains=False).vector
    now_placed, *now_ranks = assign(roomier, seed=1, explains=False).vector
    assert (-now_placed, *now_ranks) <= (-placed, *ranks)


@settings(max_examples=12)
@given(brute.tasks())
def test_filling_up_takes_nothing_from_what_is_needed(task: Task) -> None:
    assume(brute.is_fixable(task))
    need, filled = (assign(replace(task, fills_up=fills), seed=2) for fills in (False, True))
    assert held_in(task, need) == held_in(task, filled)
    assert need.vector == filled.vector
    granted = [(one.party, one.slot) for one in filled.granted]
    everyone = replace(
        task,
        parties=tuple(replace(party, must_hold=party.may_hold) for party in task.parties),
        fixed=tuple(granted),
    )
    assert brute.is_fixable(everyone)
    # Nobody is left who could have one of the seats that are free.
    assert brute.most_placed(without_unranked(everyone)) == len(granted)
    assert all(one.rank for one in filled.granted if one.reason.how == How.EXTRA)


def without_unranked(task: Task) -> Task:
    parties = tuple(replace(party, takes_unranked=False) for party in task.parties)
    return replace(task, parties=parties)


@settings(max_examples=25)
@given(brute.tasks(), st.integers(0, 9))
def test_reasons_are_true(task: Task, seed: int) -> None:
    assume(brute.is_fixable(task))
    found = assign(task, seed=seed)
    held = held_in(task, found)
    people = {party.key: party for party in task.parties}
    for granted in found.granted:
        party = people[granted.party]
        assert granted.rank == granted.reason.rank == brute.rank_of(party, granted.slot)
        is_fixed = (granted.party, granted.slot) in task.fixed
        assert (granted.reason.how == How.FIXED) == is_fixed
        if not is_fixed:
            than = granted.rank or brute.worst_rank(task)
            assert_told(task, held, party, than, granted.reason.unmet)
    for missing in found.missing:
        party = people[missing.party]
        assert_told(task, held, party, brute.worst_rank(task), missing.reason.unmet)


def assert_told(
    task: Task, held: brute.Held, party: Party, than: int, unmet: tuple[Unmet, ...]
) -> None:
    """Every better wish is explained, in order, by what is the case."""
    named = {slot.name: slot for slot in task.slots}
    better = [
        (rank, slot.name)
        for slot in task.slots
        if (rank := brute.rank_of(party, slot.key)) is not None
        and rank < than
        and slot.key not in held[party.key]
    ]
    assert [(one.rank, one.slot) for one in unmet] == sorted(better)
    for one in unmet:
        slot = named[one.slot]
        takers = [who for who in task.parties if slot.key in held[who.key]]
        assert brute.may(task, party, slot) == (
            one.cause not in {Cause.DATE, Cause.CANNOT, Cause.SIZE, Cause.FORBIDDEN}
        )
        if one.cause in {Cause.NEAR, Cause.CLASH}:
            other = named[one.other_slot]
            assert other.key in held[party.key]
            assert not brute.agree(task, slot, other)
        elif one.taker:
            assert len(takers) == slot.seats == one.other_takers + 1
            taker = next(who for who in takers if who.name == one.taker)
            assert one.taker_is_group == (taker.is_group or taker.size > 1)
            assert_claim(task, party, taker, slot.key, one)
        elif one.cause == Cause.COVER:
            assert named[one.other_slot].least_taken
        elif one.cause == Cause.TAKEN:
            assert slot.seats == 0
        else:
            assert one.cause in {Cause.DATE, Cause.CANNOT, Cause.SIZE, Cause.FORBIDDEN}


def assert_claim(task: Task, party: Party, taker: Party, slot: str, unmet: Unmet) -> None:
    choices = [one.key for one in brute.possible(task, taker)]
    assert (unmet.cause == Cause.FIXED) == ((taker.key, slot) in task.fixed)
    match unmet.cause:
        case Cause.ONLY:
            assert choices == [slot]
        case Cause.PREFERRED:
            assert brute.rank_of(taker, slot) == unmet.taker_rank
            assert brute.counted_rank(task, taker, slot) < unmet.rank
        case Cause.WORSE:
            assert unmet.taker_rank is None or unmet.taker_rank > unmet.rank
            assert len(choices) > 1
        case Cause.LOAD:
            assert taker.past_load < party.past_load
        case Cause.LOT:
            assert taker.past_load == party.past_load
            assert brute.rank_of(taker, slot) == unmet.rank
        case cause:
            assert cause in {Cause.FIXED, Cause.LEFT}


@settings(max_examples=25)
@given(brute.tasks())
def test_what_is_named_to_be_relaxed_places_more(task: Task) -> None:
    assume(brute.is_fixable(task))
    found = assign(task, seed=1)
    if not found.missing:
        assert not found.relaxations
    for relaxation in found.relaxations:
        easier, unspaced = task, set()
        for part in relaxation.parts:
            easier = brute.relaxed(easier, part)
            if part.rule == Rule.SPACING:
                unspaced.add(part.party)
        assert brute.most_placed(easier, frozenset(unspaced)) > found.vector[0]


@settings(max_examples=15)
@given(brute.tasks())
def test_a_seat_that_would_be_enough_is_named(task: Task) -> None:
    assume(brute.is_fixable(task))
    found = assign(task, seed=1)
    enough = {
        slot.key
        for slot in task.slots
        if brute.most_placed(
            replace(
                task,
                slots=tuple(
                    replace(one, seats=one.seats + (one.key == slot.key)) for one in task.slots
                ),
            )
        )
        > found.vector[0]
    }
    named = {
        part.slot
        for relaxation in found.relaxations
        for part in relaxation.parts
        if len(relaxation.parts) == 1 and part.rule == Rule.SEATS
    }
    assert named == enough or (named < enough and len(named) == 3)


@settings(max_examples=10)
@given(brute.tasks())
def test_without_time_the_rules_are_kept_all_the_same(task: Task) -> None:
    assume(brute.is_fixable(task))
    found = assign(task, seed=1, seconds=0)
    assert held_in(task, found) in list(brute.everything(task))
