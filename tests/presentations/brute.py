"""Small tasks, and what is best in them by trying everything: slow, and written from the rules."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations

from hypothesis import strategies as st

from readings.presentations.assignment import Constraint, OfferedSlot, Party, Rule, Task

FIRST = dt.date(2025, 10, 6)
DAYS = [FIRST, FIRST + dt.timedelta(days=1), FIRST + dt.timedelta(days=7)]
KEYS = "abcd"

Held = dict[str, frozenset[str]]


@st.composite
def slots(draw: st.DrawFn, key: str) -> OfferedSlot:
    fewest = draw(st.sampled_from([1, 1, 1, 2]))
    return OfferedSlot(
        key,
        f"Paper {key.upper()}",
        seats=draw(st.sampled_from([1, 1, 1, 2, 0])),
        day=draw(st.sampled_from([None, *DAYS])),
        fewest_members=fewest,
        most_members=draw(st.sampled_from([None, None, fewest, 2])),
        clashes=draw(rarely(st.frozensets(st.sampled_from(KEYS.replace(key, "")), max_size=2))),
        least_taken=draw(st.sampled_from([0, 0, 1])),
    )


def rarely(some: st.SearchStrategy[frozenset[str]]) -> st.SearchStrategy[frozenset[str]]:
    return st.one_of(st.just(frozenset()), st.just(frozenset()), some)


@st.composite
def wishes(draw: st.DrawFn) -> tuple[tuple[str, ...], ...]:
    order = draw(st.permutations(KEYS))
    ranked = order[: draw(st.integers(0, 4))]
    if len(ranked) > 2 and draw(st.booleans()):
        return ((ranked[0], ranked[1]), *((one,) for one in ranked[2:]))
    return tuple((one,) for one in ranked)


@st.composite
def parties(draw: st.DrawFn, number: int) -> Party:
    must = draw(st.sampled_from([1, 1, 2]))
    days = draw(st.frozensets(st.sampled_from(DAYS), max_size=1)) if draw(st.booleans()) else ()
    return Party(
        str(number),
        f"Group {number}",
        draw(wishes()),
        must_hold=must,
        may_hold=must + draw(st.sampled_from([0, 0, 1])),
        size=draw(st.sampled_from([1, 2])),
        cannot=draw(rarely(st.frozensets(st.sampled_from(KEYS), max_size=1))),
        cannot_on=frozenset(days),
        takes_unranked=draw(st.sampled_from([False, False, True])),
        rest_is_next=draw(st.booleans()),
        past_load=draw(st.sampled_from([0, 0, 1])),
    )


@st.composite
def tasks(draw: st.DrawFn, most_fixed: int = 1) -> Task:
    offered = tuple(draw(slots(key)) for key in KEYS)
    who = tuple(draw(parties(number)) for number in range(1, draw(st.integers(2, 4)) + 1))
    pairs = st.tuples(st.sampled_from([one.key for one in who]), st.sampled_from(KEYS))
    return Task(
        offered,
        who,
        fixed=tuple(draw(st.lists(pairs, max_size=most_fixed, unique=True))),
        forbidden=tuple(draw(st.lists(pairs, max_size=1))),
        least_days_apart=draw(st.sampled_from([0, 1, 2, 8])),
    )


def rank_of(party: Party, slot: str) -> int | None:
    ranks = [rank for rank, tied in enumerate(party.wishes, start=1) if slot in tied]
    return min(ranks, default=None)


def worst_rank(task: Task) -> int:
    """That of what is no wish."""
    return max((len(party.wishes) for party in task.parties), default=0) + 1


def counted_rank(task: Task, party: Party, slot: str) -> int:
    """As ``rank_of``; what is no wish is the worst of all, or one worse than the last wish."""
    is_next = party.rest_is_next and party.wishes
    rest = len(party.wishes) + 1 if is_next else worst_rank(task)
    return rank_of(party, slot) or rest


def may(task: Task, party: Party, slot: OfferedSlot) -> bool:
    """Whether the party's own rules let it have the slot, wished for or not."""
    return not (
        slot.key in party.cannot
        or slot.day in party.cannot_on
        or (party.key, slot.key) in task.forbidden
        or party.size < slot.fewest_members
        or (slot.most_members is not None and party.size > slot.most_members)
    )


def agree(task: Task, one: OfferedSlot, other: OfferedSlot, *, spaced: bool = True) -> bool:
    """Whether one party can have both."""
    if one.key in other.clashes or other.key in one.clashes:
        return False
    if not spaced or one.day is None or other.day is None:
        return True
    return abs((one.day - other.day).days) >= task.least_days_apart


def possible(task: Task, party: Party) -> list[OfferedSlot]:
    """What the party could have, whatever others have."""
    return [
        slot
        for slot in task.slots
        if (party.key, slot.key) in task.fixed
        or (
            may(task, party, slot)
            and (party.takes_unranked or rank_of(party, slot.key) is not None)
        )
    ]


def bundles(task: Task, party: Party, *, spaced: bool) -> list[frozenset[str]]:
    """Everything that the party could have at once."""
    fixed = {slot for who, slot in task.fixed if who == party.key}
    most = max(min(party.must_hold, party.may_hold), len(fixed))
    found = []
    for count in range(most + 1):
        for some in combinations(possible(task, party), count):
            fits = all(agree(task, *pair, spaced=spaced) for pair in combinations(some, 2))
            keys = frozenset(slot.key for slot in some)
            if fits and fixed <= keys:
                found.append(keys)
    return found


def everything(task: Task, unspaced: frozenset[str] = frozenset()) -> Iterator[Held]:
    """All assignments within the rules; spacing does not bind who is ``unspaced``."""
    choices = [bundles(task, one, spaced=one.key not in unspaced) for one in task.parties]
    seats = {slot.key: slot.seats for slot in task.slots}

    def go(place: int, free: dict[str, int], held: Held) -> Iterator[Held]:
        if place == len(task.parties):
            yield held
            return
        for bundle in choices[place]:
            if all(free[slot] for slot in bundle):
                less = {slot: many - (slot in bundle) for slot, many in free.items()}
                yield from go(place + 1, less, {**held, task.parties[place].key: bundle})

    yield from go(0, seats, {})


def placed(task: Task, held: Held) -> int:
    return sum(min(len(held[party.key]), party.must_hold, party.may_hold) for party in task.parties)


def uncovered(task: Task, held: Held) -> int:
    taken = Counter(slot for slots in held.values() for slot in slots)
    able = Counter(slot.key for party in task.parties for slot in possible(task, party))
    return sum(
        max(min(slot.least_taken, slot.seats, able[slot.key]) - taken[slot.key], 0)
        for slot in task.slots
    )


def counts(task: Task, held: Held) -> tuple[int, ...]:
    """How many have what is no wish, the worst rank, and so on to the first."""
    ranks = Counter(
        counted_rank(task, party, slot) for party in task.parties for slot in held[party.key]
    )
    return tuple(ranks[rank] for rank in range(worst_rank(task), 0, -1))


def load(task: Task, held: Held) -> int:
    """How well those are served who had fewer before."""
    loads = sorted({party.past_load for party in task.parties}, reverse=True)
    return sum(
        loads.index(party.past_load) * (worst_rank(task) + 1 - counted_rank(task, party, slot))
        for party in task.parties
        for slot in held[party.key]
    )


def badness(task: Task, held: Held) -> tuple[int, ...]:
    """What is to be least, the first before the second and so on."""
    return (-placed(task, held), uncovered(task, held), *counts(task, held), -load(task, held))


def most_placed(task: Task, unspaced: frozenset[str] = frozenset()) -> int:
    return max(placed(task, held) for held in everything(task, unspaced))


def is_fixable(task: Task) -> bool:
    """Whether what is fixed is within the rules."""
    named = {slot.key: slot for slot in task.slots}
    seats = Counter(slot for _party, slot in task.fixed)
    for party in task.parties:
        mine = [named[slot] for who, slot in task.fixed if who == party.key]
        if len(mine) > party.may_hold or not all(may(task, party, slot) for slot in mine):
            return False
        if not all(agree(task, *pair) for pair in combinations(mine, 2)):
            return False
    return all(many <= named[slot].seats for slot, many in seats.items())


def relaxed(task: Task, part: Constraint) -> Task:
    """The task without the constraint; what is said of spacing is left to ``everything``."""
    pair = (part.party, part.slot)
    to_slot: dict[Rule, Callable[[OfferedSlot], OfferedSlot]] = {
        Rule.SEATS: lambda slot: replace(slot, seats=slot.seats + 1),
        Rule.SIZE: lambda slot: replace(slot, fewest_members=1, most_members=None),
    }
    to_party: dict[Rule, Callable[[Party], Party]] = {
        Rule.WISHES: lambda party: replace(party, wishes=(*party.wishes, tuple(KEYS))),
        Rule.DATE: lambda party: replace(party, cannot_on=party.cannot_on - {part.day}),
        Rule.CANNOT: lambda party: replace(party, cannot=party.cannot - {part.slot}),
    }
    slot_changes, party_changes = to_slot.get(part.rule), to_party.get(part.rule)
    return replace(
        task,
        slots=tuple(
            slot_changes(one) if slot_changes and one.key == part.slot else one
            for one in task.slots
        ),
        parties=tuple(
            party_changes(one) if party_changes and one.key == part.party else one
            for one in task.parties
        ),
        forbidden=(
            *(one for one in task.forbidden if part.rule != Rule.FORBIDDEN or one != pair),
            *(others_of_wrong_size(task, part) if part.rule == Rule.SIZE else ()),
        ),
        fixed=tuple(one for one in task.fixed if part.rule != Rule.FIXED or one != pair),
    )


def others_of_wrong_size(task: Task, part: Constraint) -> list[tuple[str, str]]:
    """Those for whom the slot does not open when it opens for the one party."""
    slot = next(one for one in task.slots if one.key == part.slot)
    most = slot.most_members or 99
    return [
        (party.key, slot.key)
        for party in task.parties
        if party.key != part.party and not slot.fewest_members <= party.size <= most
    ]
