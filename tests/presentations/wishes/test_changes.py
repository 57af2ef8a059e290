"""What changed since an assignment was worked out, and whether that forbids publishing it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from readings.presentations.assignment import OfferedSlot, Party, Task
from readings.presentations.wishes.changes import changes_between

ONE, NEAR, FAR = dt.date(2025, 9, 1), dt.date(2025, 9, 5), dt.date(2025, 9, 29)
DSPY, TVM = OfferedSlot("1", "DSPy", 1, ONE), OfferedSlot("2", "TVM", 2, FAR)
BOB = Party("u1", "Bob", (("1",), ("2",)), must_hold=2, may_hold=2)
OWLS = Party("g1", "Owls", (("2",),), size=3)
TASK = Task((DSPY, TVM), (BOB, OWLS), least_days_apart=14)
GRANTED = [("u1", "1"), ("u1", "2"), ("g1", "2")]


def test_nothing_changed() -> None:
    assert changes_between(TASK, TASK, GRANTED) == []


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (replace(TASK, slots=(TVM,)), "DSPy is gone, or its class is over."),
        (replace(TASK, slots=(DSPY, replace(TVM, seats=1))), "TVM: 1 seat is left for 2."),
        (replace(TASK, parties=(BOB,)), "Owls takes no part any more, or has enough by now."),
        (replace(TASK, fixed=(("g1", "1"),)), "Owls has DSPy by now, or is fixed there."),
        (
            replace(TASK, parties=(replace(BOB, cannot_on=frozenset({FAR})), OWLS)),
            "Bob cannot on Mon Sep 29, the day of TVM.",
        ),
        (
            replace(TASK, slots=(DSPY, replace(TVM, day=NEAR))),
            "Bob: DSPy and TVM are not 14 days apart.",
        ),
        (
            replace(TASK, slots=(DSPY, replace(TVM, fewest_members=2, most_members=2))),
            "Owls has 3 members by now: not what TVM is for.",
        ),
        (
            replace(TASK, parties=(replace(BOB, must_hold=1, may_hold=1), OWLS)),
            "Bob needs only 1 by now, and would get 2.",
        ),
        (
            replace(TASK, parties=(replace(BOB, wishes=(("2",),)), OWLS)),
            "Bob has other wishes by now.",
        ),
        (
            replace(TASK, parties=(BOB, OWLS, Party("u2", "Priya", (("1",),)))),
            "Priya has wishes by now that were not weighed.",
        ),
    ],
)
def test_what_goes_against_what_was_granted_forbids(now: Task, sentence: str) -> None:
    forbidding = [one.sentence for one in changes_between(TASK, now, GRANTED) if one.forbids]
    assert sentence in forbidding


def test_a_seat_that_was_given_up_is_not_given_back() -> None:
    was = replace(TASK, fixed=(("u1", "1"),))
    (change,) = changes_between(was, TASK, GRANTED)
    assert change.forbids
    assert change.sentence == "Bob does not have DSPy any more, or is not fixed there."


def test_what_goes_against_nothing_is_only_said() -> None:
    now = Task(
        (replace(DSPY, day=None), replace(TVM, seats=3), OfferedSlot("3", "MLIR", 1)),
        (BOB, OWLS, Party("u2", "Priya")),
        least_days_apart=14,
    )
    changes = changes_between(TASK, now, GRANTED)
    assert not any(change.forbids for change in changes)
    assert [change.sentence for change in changes] == [
        "Priya takes part by now.",
        "MLIR is new.",
        "DSPy moved from Mon Sep 1 to no date.",
        "TVM has more seats.",
    ]
