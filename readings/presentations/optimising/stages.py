"""One objective after the other, each among what is best for those before it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from readings.presentations.optimising.highs import Solution, minimise
from readings.presentations.optimising.program import Program
from readings.presentations.optimising.rules import Held, Rules
from readings.presentations.optimising.values import Pair

#: By lot: large enough that two assignments hardly ever weigh the same, small enough to be summed
#: exactly.
_LARGEST_LOT = 1_000_000
#: Two ranks are one objective while numbers are small enough for the solver's tolerance.
_MOST_WEIGHED = 1000


class Deadline:
    """So many seconds from now on."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds; 0 when it is over."""
        return max(self._ends - time.monotonic(), 0.0)


@dataclass
class Model:
    """The rules as a program: 1 in a pair's column says that the party has the slot."""

    program: Program = field(default_factory=Program)
    columns: dict[Pair, int] = field(default_factory=dict)
    short: dict[str, int] = field(default_factory=dict)  # seats of a slot that lack a taker


def model_of(rules: Rules) -> Model:
    """The rules of the task, all of them."""
    model = Model()
    program, columns = model.program, model.columns
    for party, choices in rules.choices.items():
        for slot in choices:
            columns[party, slot] = program.column(least=int(slot in rules.fixed[party]))
        mine = [columns[party, slot] for slot in choices]
        most = rules.most(party)
        program.row(dict.fromkeys(mine, 1), most=most)
        if most > 1:
            for together in (*rules.near_sets(choices), *rules.clashing(choices)):
                program.at_most_one(columns[party, slot] for slot in together)
    by_slot: dict[str, dict[int, int]] = {slot: {} for slot in rules.slots}
    for (_party, slot), column in columns.items():
        by_slot[slot][column] = 1
    for slot, terms in by_slot.items():
        program.row(terms, most=rules.slots[slot].seats)
    for slot, least in rules.to_cover.items():
        model.short[slot] = program.column(most=least)
        program.row({**by_slot[slot], model.short[slot]: 1}, least=least)
    return model


class Solving:
    """A model, the best that is known, and how far it is proven."""

    def __init__(self, rules: Rules, deadline: Deadline) -> None:
        self.rules = rules
        self.model = model_of(rules)
        self.deadline = deadline
        self.is_proven = True
        held = in_turn(rules)
        self.values = [int(slot in held[party]) for party, slot in self.model.columns]
        short = dict(rules.uncovered(held))
        self.values += [short.get(slot, 0) for slot in self.model.short]

    @property
    def held(self) -> Held:
        """The best that is known."""
        held: dict[str, set[str]] = {party: set() for party in self.rules.parties}
        for (party, slot), column in self.model.columns.items():
            if self.values[column]:
                held[party].add(slot)
        return {party: frozenset(slots) for party, slots in held.items()}

    def minimise(self, costs: Mapping[int, int], least: int | None = None) -> None:
        """Make the sum of the costs least, and keep it so; ``least``: what it cannot fall below."""
        if self._cost(costs) != least:
            found = self._look(costs)
            self.is_proven = self.is_proven and found.is_proven
            for column in found.settled:  # what follows has so much less to choose
                self._settle(column)
        value = self._cost(costs)
        if value == least == 0:
            for column in costs:
                self._settle(column)
        else:
            self.model.program.row(costs, most=value)

    def guess(self, costs: Mapping[int, int]) -> None:
        """Start from where the sum of the costs is least; nothing keeps it so."""
        self._look(costs)

    def _look(self, costs: Mapping[int, int]) -> Solution:
        # Half of what is left, so that there is something for the objectives that follow.
        found = minimise(self.model.program, costs, self.deadline.left / 2)
        known = self.values
        if found.values is not None:
            self.values = list(found.values)
            if self._cost(costs) > sum(cost * known[column] for column, cost in costs.items()):
                self.values = known
        return found

    def _settle(self, column: int) -> None:
        program = self.model.program
        program.lower[column] = program.upper[column] = self.values[column]

    def _cost(self, costs: Mapping[int, int]) -> int:
        return sum(cost * self.values[column] for column, cost in costs.items())


def in_turn(rules: Rules) -> Held:
    """Who comes first chooses first: rarely good, but there at once, and within the rules."""
    held = {party: set(slots) for party, slots in rules.fixed.items()}
    free = {slot: rules.slots[slot].seats for slot in rules.slots}
    for slots in held.values():
        for slot in slots:
            free[slot] -= 1
    for party, choices in rules.choices.items():
        for slot in choices:
            if (
                len(held[party]) < rules.most(party)
                and slot not in held[party]
                and free[slot]
                and rules.goes_with(slot, held[party])
            ):
                held[party].add(slot)
                free[slot] -= 1
    return {party: frozenset(slots) for party, slots in held.items()}


def solve(rules: Rules, seed: int, deadline: Deadline) -> tuple[Held, bool]:
    """The best assignment, and whether that is proven.

    First as many as possible, then as few uncovered seats, then as few of the worst rank, of the
    next better, and so on; then the better ranks to those with less past load; then by lot.
    """
    solving = Solving(rules, deadline)
    columns = solving.model.columns
    solving.minimise(dict.fromkeys(columns.values(), -1))
    solving.minimise(dict.fromkeys(solving.model.short.values(), 1), least=0)
    # Near enough to what is looked for that the worst ranks hardly occur in it, and what does not
    # occur cannot become fewer.
    solving.guess({column: rules.rank(*pair) ** 4 for pair, column in columns.items()})
    for costs in _ranks(rules, columns, sum(len(slots) for slots in solving.held.values())):
        solving.minimise(costs, least=0)
    if load := _load(rules, columns):
        solving.minimise(load)
    solving.minimise({column: _lot(seed, pair) for pair, column in columns.items()})
    return solving.held, solving.is_proven


def _ranks(rules: Rules, columns: Mapping[Pair, int], granted: int) -> Iterator[dict[int, int]]:
    """What to make least for one rank after the other, from the worst; two of them at once.

    One slot of the worse rank weighs more than all that are ``granted`` could of the better one.
    """
    of_rank: dict[int, list[int]] = {}
    for pair, column in columns.items():
        of_rank.setdefault(rules.rank(*pair), []).append(column)
    ranks = sorted(of_rank, reverse=True)
    at_once = 2 if granted < _MOST_WEIGHED else 1
    for place in range(0, len(ranks), at_once):
        some = reversed(ranks[place : place + at_once])
        yield {
            column: (granted + 1) ** worse
            for worse, rank in enumerate(some)
            for column in of_rank[rank]
        }


def _load(rules: Rules, columns: Mapping[Pair, int]) -> dict[int, int]:
    """What makes a good rank cheaper for those who had fewer before; empty if all had the same.

    With the counts of the ranks settled, who is placed better is all that is left to be chosen.
    """
    loads = sorted({party.past_load for party in rules.parties.values()})
    weights = {load: len(loads) - 1 - place for place, load in enumerate(loads)}
    costs = {}
    for (party, slot), column in columns.items():
        weight = weights[rules.parties[party].past_load]
        if weight:
            costs[column] = -weight * (rules.unranked + 1 - rules.rank(party, slot))
    return costs


def _lot(seed: int, pair: Pair) -> int:
    """A number that the seed and the keys alone decide, whatever the order of the task."""
    text = "\x1f".join((str(seed), *pair))
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8]) % _LARGEST_LOT + 1
