"""Assigns slots to persons and groups by their ranked wishes.  Pure: values in, values out.

    task = Task(
        slots=(OfferedSlot("1", "DSPy", seats=1), OfferedSlot("2", "Toolformer", seats=1)),
        parties=(Party("g3", "Group 3", (("1",),)), Party("g4", "Group 4", (("1",), ("2",)))),
    )
    for granted in assign(task, seed=7).granted:
        print(granted.party, granted.slot, sentence_of(granted.reason))

    g3 1 Your 1st wish.
    g4 2 Your 2nd wish. Your 1st, DSPy, went to Group 3, for whom it was the only possible one.

What runs for long asks ``python -m readings.presentations.optimising`` instead, in a process that
ends: only ``assign`` loads the solver, and it stays.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

from readings.presentations.optimising.values import (
    Assignment,
    Cause,
    Constraint,
    Granted,
    How,
    ImpossibleFixed,
    Missing,
    OfferedSlot,
    Party,
    Reason,
    Relaxation,
    Rule,
    Task,
    Unmet,
)
from readings.presentations.optimising.wire import (
    Unreadable,
    assignment_from_json,
    assignment_to_json,
    task_from_json,
    task_to_json,
)
from readings.presentations.optimising.words import sentence_of, sentence_of_relaxation

__all__ = [
    "LONGEST",
    "Assignment",
    "Cause",
    "Constraint",
    "Granted",
    "How",
    "ImpossibleFixed",
    "Missing",
    "OfferedSlot",
    "Party",
    "Reason",
    "Relaxation",
    "Rule",
    "Task",
    "Unmet",
    "Unreadable",
    "assign",
    "assignment_from_json",
    "assignment_to_json",
    "sentence_of",
    "sentence_of_relaxation",
    "task_from_json",
    "task_to_json",
]

#: Seconds after which the best that is known by then is taken.
LONGEST: Final = 30.0


def assign(task: Task, *, seed: int, seconds: float = LONGEST, explains: bool = True) -> Assignment:
    """The best assignment: the same for the same task and seed, in whatever order it is written.

    As many of the slots needed as possible are granted; then as few seats as possible stay free
    that must not; then as few as possible get the worst rank, then the next better, and so on (what
    is no wish counts as worse than all wishes); then those with less past load get the better
    ranks; then the seed decides.  With ``fills_up``, free seats go afterwards, by the same rules,
    to who wished for them and may have more.

    Without ``explains`` reasons say no more than the rank, and nothing is said of what to relax.
    Raises ``ImpossibleFixed``, and ``ValueError`` if two slots or two parties have the same key.
    """
    # Here and not above: it takes 67 MB, and who asks for a sentence needs none of it.
    granting = import_module("readings.presentations.optimising.granting")
    found: Assignment = granting.assign(task, seed=seed, seconds=seconds, explains=explains)
    return found
