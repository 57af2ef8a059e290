"""A task, looked up: who could have what, and what does not go together.

Everything is in the order of keys, so that nothing depends on how the task was written down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from readings.core.counting import count_of
from readings.presentations.optimising.values import (
    Cause,
    ImpossibleFixed,
    OfferedSlot,
    Pair,
    Party,
    Task,
)

Held = Mapping[str, frozenset[str]]  # what every party has, by its key


@dataclass(frozen=True)
class Rules:
    """The task's constraints."""

    task: Task

    @cached_property
    def slots(self) -> dict[str, OfferedSlot]:
        """By key."""
        return {slot.key: slot for slot in sorted(self.task.slots, key=lambda slot: slot.key)}

    @cached_property
    def parties(self) -> dict[str, Party]:
        """By key."""
        return {party.key: party for party in sorted(self.task.parties, key=lambda one: one.key)}

    @cached_property
    def fixed(self) -> dict[str, frozenset[str]]:
        """What each party has whatever happens."""
        held: dict[str, set[str]] = {key: set() for key in self.parties}
        for party, slot in self.task.fixed:
            held[party].add(slot)
        return {party: frozenset(slots) for party, slots in held.items()}

    @cached_property
    def forbidden(self) -> frozenset[Pair]:
        """What the staff ruled out."""
        return frozenset(self.task.forbidden)

    @cached_property
    def ranks(self) -> dict[Pair, int]:
        """How high who wished for what: the best rank counts; slots that are gone do not."""
        ranks: dict[Pair, int] = {}
        for party in self.parties.values():
            for rank, tied in enumerate(party.wishes, start=1):
                for slot in tied:
                    if slot in self.slots:
                        ranks.setdefault((party.key, slot), rank)
        return ranks

    @cached_property
    def unranked(self) -> int:
        """The rank of what is no wish: one worse than the worst of all."""
        return max((len(party.wishes) for party in self.parties.values()), default=0) + 1

    def rank(self, party: str, slot: str) -> int:
        """As ``ranks``, with one for what is no wish.

        A short ranking is to win nothing over a long one: with ``rest_is_next`` what is no wish is
        as bad as the next rank, and not the worst that is to be spared them before all else.
        """
        found = self.ranks.get((party, slot))
        if found is not None:
            return found
        who = self.parties[party]
        return len(who.wishes) + 1 if who.wishes and who.rest_is_next else self.unranked

    def needs(self, party: str) -> int:
        """How many slots the party has to get."""
        one = self.parties[party]
        return min(one.must_hold, one.may_hold)

    def most(self, party: str) -> int:
        """How many it can get: no more than it needs, unless more are fixed."""
        return max(self.needs(party), len(self.fixed[party]))

    def blocks(self, party: str, slot: str) -> tuple[Cause, ...]:
        """The rules by which the party may not have the slot, whatever else anybody has."""
        who, what = self.parties[party], self.slots[slot]
        is_size_wrong = who.size < what.fewest_members or (
            what.most_members is not None and who.size > what.most_members
        )
        found = {
            Cause.DATE: what.day is not None and what.day in who.cannot_on,
            Cause.CANNOT: slot in who.cannot,
            Cause.SIZE: is_size_wrong,
            Cause.FORBIDDEN: (party, slot) in self.forbidden,
        }
        return tuple(cause for cause, is_so in found.items() if is_so)

    @cached_property
    def choices(self) -> dict[str, tuple[str, ...]]:
        """The slots that each party could have, best rank first; what is fixed among them."""
        return {party: self._choices(party) for party in self.parties}

    def _choices(self, party: str) -> tuple[str, ...]:
        takes_any = self.parties[party].takes_unranked
        possible = [
            slot
            for slot in self.slots
            if slot in self.fixed[party]
            or ((takes_any or (party, slot) in self.ranks) and not self.blocks(party, slot))
        ]
        return tuple(sorted(possible, key=lambda slot: self.rank(party, slot)))

    def is_near(self, one: str, other: str) -> bool:
        """Whether fewer days are between the two slots than one party needs."""
        a, b = self.slots[one].day, self.slots[other].day
        if a is None or b is None:
            return False
        return abs((a - b).days) < self.task.least_days_apart

    def is_clash(self, one: str, other: str) -> bool:
        """Whether the two slots are at the same time."""
        return other in self.slots[one].clashes or one in self.slots[other].clashes

    def goes_with(self, slot: str, others: Iterable[str]) -> bool:
        """Whether one party can have ``slot`` and all the others."""
        return not any(self.is_near(slot, one) or self.is_clash(slot, one) for one in others)

    def near_sets(self, slots: Iterable[str]) -> list[tuple[str, ...]]:
        """Sets of which one party can have one slot, so that they say all of ``is_near``."""
        dated = sorted((day, slot) for slot in slots if (day := self.slots[slot].day) is not None)
        found: list[tuple[str, ...]] = []
        for first, _slot in dated:
            window = tuple(
                slot for day, slot in dated if 0 <= (day - first).days < self.task.least_days_apart
            )
            if len(window) > 1 and not (found and set(window) <= set(found[-1])):
                found.append(window)
        return found

    def clashing(self, slots: Iterable[str]) -> list[tuple[str, str]]:
        """The pairs at the same time."""
        return [pair for pair in combinations(slots, 2) if self.is_clash(*pair)]

    @cached_property
    def to_cover(self) -> dict[str, int]:
        """How many seats of which slot must be taken: never more than could want it."""
        wanting = dict.fromkeys(self.slots, 0)
        for possible in self.choices.values():
            for slot in possible:
                wanting[slot] += 1
        needed = {
            key: min(slot.least_taken, slot.seats, wanting[key]) for key, slot in self.slots.items()
        }
        return {key: least for key, least in needed.items() if least}

    def takers(self, held: Held) -> dict[str, list[str]]:
        """Who has each slot."""
        takers: dict[str, list[str]] = {slot: [] for slot in self.slots}
        for party, slots in held.items():
            for slot in slots:
                takers[slot].append(party)
        return takers

    def placed(self, held: Held) -> int:
        """How many of the slots needed are granted."""
        return sum(min(len(held[party]), self.needs(party)) for party in self.parties)

    def uncovered(self, held: Held) -> tuple[tuple[str, int], ...]:
        """The slots of which more must be taken, and how many more."""
        takers = self.takers(held)
        short = {slot: least - len(takers[slot]) for slot, least in self.to_cover.items()}
        return tuple((slot, many) for slot, many in short.items() if many > 0)

    def vector(self, held: Held) -> tuple[int, ...]:
        """How good it is, as ``Assignment.vector`` says."""
        counts = [0] * self.unranked
        for party, slots in held.items():
            for slot in slots:
                counts[-self.rank(party, slot)] += 1
        return (self.placed(held), *counts)


def rules_of(task: Task) -> Rules:
    """The rules; raises ``ImpossibleFixed`` where what is fixed breaks them."""
    rules = Rules(task)
    if len(rules.slots) < len(task.slots) or len(rules.parties) < len(task.parties):
        raise ValueError("two slots, or two parties, have the same key")
    for party, slot in sorted(task.fixed):
        if sentence := _breaks(rules, party, slot):
            raise ImpossibleFixed(sentence)
    for slot, takers in rules.takers(rules.fixed).items():
        what = rules.slots[slot]
        if len(takers) > what.seats:
            name = rules.parties[takers[-1]].name
            others = len(takers) - 1
            raise ImpossibleFixed(
                f"{name} cannot be fixed on {what.name}: it has "
                f"{count_of(what.seats, 'seat')}, and {count_of(others, 'other')} "
                f"{'is' if others == 1 else 'are'} fixed there."
            )
    return rules


def _breaks(rules: Rules, party: str, slot: str) -> str:
    """The rule that a fixed pair breaks, in a sentence; empty if it breaks none."""
    who, what = rules.parties.get(party), rules.slots.get(slot)
    if who is None or what is None:
        gone = f"{party} takes no part" if who is None else "that slot is not there any more"
        names = (who.name if who else party, what.name if what else slot)
        return f"{names[0]} cannot be fixed on {names[1]}: {gone}."
    fault = _own_fault(rules, who, what) or _fault_beside_others(rules, who, what)
    return f"{who.name} cannot be fixed on {what.name}: {fault}." if fault else ""


def _own_fault(rules: Rules, who: Party, what: OfferedSlot) -> str:
    blocks = rules.blocks(who.key, what.key)
    if not blocks:
        return ""
    return {
        Cause.DATE: f"they cannot on {what.day:%b} {what.day.day}" if what.day else "",
        Cause.CANNOT: "they said that they cannot take it",
        Cause.SIZE: f"it is for {members(what.fewest_members, what.most_members)}, "
        f"and they are {who.size}",
        Cause.FORBIDDEN: "it was ruled out for them",
    }[blocks[0]]


def _fault_beside_others(rules: Rules, who: Party, what: OfferedSlot) -> str:
    fixed = sorted(rules.fixed[who.key] - {what.key})
    if len(fixed) + 1 > who.may_hold:
        return f"they may have {who.may_hold}, and {len(fixed) + 1} are fixed"
    for other in fixed:
        if other not in rules.slots:
            continue  # said of that pair
        name = rules.slots[other].name
        if rules.is_clash(what.key, other):
            return f"it is at the same time as {name}, where they are fixed, too"
        if rules.is_near(what.key, other):
            days = count_of(rules.task.least_days_apart, "day")
            return f"it is fewer than {days} from {name}, where they are fixed, too"
    return ""


def members(fewest: int, most: int | None) -> str:
    """The size that a slot asks for, as in "2 to 4 people"."""
    if most is None:
        return f"{fewest} people or more"
    if fewest >= most:
        return "1 person" if most == 1 else f"{most} people"
    if fewest <= 1:
        return f"{most} people at most"
    return f"{fewest} to {most} people"
