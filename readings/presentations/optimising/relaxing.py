"""Which constraint, given up, would let more be placed.

The program of the assignment gets a switch for every constraint that people could give up.  With
all of them off, the prices of their bounds say which cannot help; the others are tried one by one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from readings.presentations.optimising.highs import minimise
from readings.presentations.optimising.program import Program
from readings.presentations.optimising.rules import Held, Rules
from readings.presentations.optimising.stages import Deadline
from readings.presentations.optimising.values import Cause, Constraint, Pair, Relaxation, Rule

#: More are not read, and three of a kind say what the others would.
MOST, MOST_OF_A_RULE = 8, 3
_EASE = {rule: place for place, rule in enumerate(Rule)}
_RULES = {
    Cause.CANNOT: Rule.CANNOT,
    Cause.SIZE: Rule.SIZE,
    Cause.FORBIDDEN: Rule.FORBIDDEN,
}


@dataclass
class _Loose:
    """The program, and its switches."""

    rules: Rules
    program: Program = field(default_factory=Program)
    columns: dict[Pair, int] = field(default_factory=dict)
    switches: dict[Constraint, int] = field(default_factory=dict)

    def switch(self, constraint: Constraint) -> int:
        """The column that gives the constraint up; off."""
        if constraint not in self.switches:
            self.switches[constraint] = self.program.column(most=0)
        return self.switches[constraint]


def relaxations_of(rules: Rules, held: Held, deadline: Deadline) -> tuple[Relaxation, ...]:
    """What would place more, the easiest first; each alone, or if none does, several together."""
    missing = frozenset(party for party in rules.parties if len(held[party]) < rules.needs(party))
    if not missing:
        return ()
    loose = _loosened(rules, _asked(rules, held, missing))
    now = sum(len(slots) for slots in held.values())
    found: list[Relaxation] = []
    of_rule: Counter[Rule] = Counter()
    promising = _promising(loose, deadline)
    for one in sorted(promising, key=lambda one: (_EASE[one.rule], one.party not in missing)):
        if len(found) < MOST and of_rule[one.rule] < MOST_OF_A_RULE:
            column = loose.switches[one]
            loose.program.upper[column] = 1
            if _most(loose, deadline) > now:
                found.append(Relaxation((one,)))
                of_rule[one.rule] += 1
            loose.program.upper[column] = 0
    return tuple(found) or _together(rules, held, missing)


def _promising(loose: _Loose, deadline: Deadline) -> list[Constraint]:
    """The constraints that could help alone.

    The price of a switch's bound says how much more could be placed, at most, if it were on.
    """
    solution = minimise(loose.program, dict.fromkeys(loose.columns.values(), -1), deadline.left)
    if not solution.is_tight:
        return list(loose.switches)
    settled = set(solution.settled)
    return [one for one, column in loose.switches.items() if column in settled]


def _most(loose: _Loose, deadline: Deadline) -> int:
    """How many can be held as the switches are; 0 if time runs out."""
    solution = minimise(loose.program, dict.fromkeys(loose.columns.values(), -1), deadline.left)
    return (
        sum(solution.values[column] for column in loose.columns.values()) if solution.values else 0
    )


def _together(rules: Rules, held: Held, missing: frozenset[str]) -> tuple[Relaxation, ...]:
    """The fewest rules that keep somebody who is missing something from a slot."""
    takers = rules.takers(held)
    ways = []
    for party in sorted(missing):
        for slot in rules.slots:
            if slot in held[party] or any(rules.is_clash(slot, one) for one in held[party]):
                continue
            parts = _against(rules, party, slot)
            if any(rules.is_near(slot, one) for one in held[party]):
                parts.append(_spacing(rules, party))
            if len(takers[slot]) >= rules.slots[slot].seats:
                parts.append(_seats(rules, slot))
            ways.append(tuple(parts))
    best = min(
        ways, key=lambda parts: (len(parts), sum(_EASE[one.rule] for one in parts)), default=()
    )
    return (Relaxation(best),) if best else ()


def _asked(rules: Rules, held: Held, missing: frozenset[str]) -> frozenset[str]:
    """Those who are missing something, and those who have what these could take.

    Whoever else would have to move is not the first to be asked.
    """
    takers = rules.takers(held)
    wanted = {slot for party in missing for slot in rules.choices[party]}
    return missing.union(*(takers[slot] for slot in wanted))


def _loosened(rules: Rules, asked: frozenset[str]) -> _Loose:
    """The rules, with a switch for each that can be given up: own ones by those who are asked."""
    loose = _Loose(rules)
    for party in rules.parties:
        _add_party(loose, party, tuple(rules.slots) if party in asked else rules.choices[party])
    by_slot: dict[str, dict[int, int]] = {slot: {} for slot in rules.slots}
    for (_party, slot), column in loose.columns.items():
        by_slot[slot][column] = 1
    for slot, terms in by_slot.items():
        if terms:
            one_more = loose.switch(_seats(rules, slot))
            loose.program.row({**terms, one_more: -1}, most=rules.slots[slot].seats)
    return loose


def _add_party(loose: _Loose, party: str, slots: tuple[str, ...]) -> None:
    """What the party could have, and which of its own rules stand against it."""
    rules, program = loose.rules, loose.program
    for slot in slots:
        column = loose.columns[party, slot] = program.column()
        if slot in rules.fixed[party]:
            program.row(
                {column: 1, loose.switch(_about(rules, Rule.FIXED, party, slot)): 1}, least=1
            )
            continue
        for constraint in _against(rules, party, slot):
            program.row({column: 1, loose.switch(constraint): -1}, most=0)
    mine = {slot: loose.columns[party, slot] for slot in slots}
    most = rules.most(party)
    program.row(dict.fromkeys(mine.values(), 1), most=most)
    if most > 1:
        for near in rules.near_sets(slots):
            apart = loose.switch(_spacing(rules, party))
            program.row({**{mine[slot]: 1 for slot in near}, apart: 1 - len(near)}, most=1)
        for clashing in rules.clashing(slots):
            program.at_most_one(mine[slot] for slot in clashing)


def _against(rules: Rules, party: str, slot: str) -> list[Constraint]:
    """Everything that stands against the party's having the slot, seats aside."""
    if slot in rules.choices[party]:
        return []
    who, what = rules.parties[party], rules.slots[slot]
    found = []
    if (party, slot) not in rules.ranks and not who.takes_unranked:
        found.append(_about(rules, Rule.WISHES, party))
    for cause in rules.blocks(party, slot):
        if cause == Cause.DATE:
            found.append(replace(_about(rules, Rule.DATE, party), day=what.day))
        else:
            size = who.size if cause == Cause.SIZE else 0
            found.append(replace(_about(rules, _RULES[cause], party, slot), size=size))
    return found


def _seats(rules: Rules, slot: str) -> Constraint:
    return Constraint(Rule.SEATS, slot=slot, slot_name=rules.slots[slot].name)


def _spacing(rules: Rules, party: str) -> Constraint:
    days = rules.task.least_days_apart
    return replace(_about(rules, Rule.SPACING, party), days=days)


def _about(rules: Rules, rule: Rule, party: str, slot: str = "") -> Constraint:
    return Constraint(
        rule,
        party=party,
        slot=slot,
        party_name=rules.parties[party].name,
        slot_name=rules.slots[slot].name if slot else "",
    )
