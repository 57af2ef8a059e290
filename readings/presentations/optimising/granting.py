"""An assignment from its task: what is needed, what fills up, what everybody is told."""

from __future__ import annotations

import time
from dataclasses import replace

from readings.presentations.optimising.exchanges import Exchanges
from readings.presentations.optimising.reasons import extra_of, granted_of, missing_of
from readings.presentations.optimising.relaxing import relaxations_of
from readings.presentations.optimising.rules import Held, Rules, rules_of
from readings.presentations.optimising.stages import Deadline, solve
from readings.presentations.optimising.values import Assignment, Task

#: Of the time, this much is for solving; what it leaves is for saying what to relax.
_SHARE = 0.8


def assign(task: Task, *, seed: int, seconds: float, explains: bool) -> Assignment:
    """See ``presentations.assignment.assign``."""
    started = time.monotonic()
    whole, solving = Deadline(seconds), Deadline(seconds * _SHARE)
    rules = rules_of(task)
    held, is_proven = solve(rules, seed, solving)
    filled = held
    if task.fills_up:
        filled, is_filled = solve(_beyond_need(rules, held), seed, solving)
        is_proven = is_proven and is_filled
    exchanges = Exchanges(rules, held)
    granted = [
        granted_of(exchanges, party, slot, explains=explains)
        if slot in held[party]
        else extra_of(rules, party, slot)
        for party, slots in filled.items()
        for slot in sorted(slots)
    ]
    missing = [
        missing_of(exchanges, party, explains=explains)
        for party in rules.parties
        if len(held[party]) < rules.needs(party)
    ]
    return Assignment(
        granted=tuple(granted),
        missing=tuple(missing),
        seed=seed,
        vector=rules.vector(held),
        uncovered=rules.uncovered(filled),
        relaxations=relaxations_of(rules, held, whole) if explains else (),
        is_proven_optimal=is_proven,
        seconds=time.monotonic() - started,
    )


def _beyond_need(rules: Rules, held: Held) -> Rules:
    """What is left to be wished for once everybody has what they need: that is fixed now."""
    parties = tuple(
        replace(party, must_hold=party.may_hold, takes_unranked=False)
        for party in rules.parties.values()
    )
    fixed = tuple((party, slot) for party, slots in held.items() for slot in slots)
    return rules_of(replace(rules.task, parties=parties, fixed=fixed))
