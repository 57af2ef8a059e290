"""The optimiser's task from what is known of a sheet."""

from __future__ import annotations

import datetime as dt

from readings.presentations.assignment import OfferedSlot, Party, Task, assign
from readings.presentations.wishes.composing import Known, Taken, compose

ONE, TWO, THREE = (dt.date(2025, 9, day) for day in (1, 8, 29))
SLOTS = (
    OfferedSlot("1", "DSPy", 1, ONE),
    OfferedSlot("2", "TVM", 2, TWO),
    OfferedSlot("3", "MLIR", 1, THREE),
)


def known(*parties: Party, taken: tuple[Taken, ...] = (), days_apart: int = 0) -> Known:
    return Known(SLOTS, parties, taken, days_apart=days_apart)


def party_of(task: Task, key: str) -> Party:
    return next(one for one in task.parties if one.key == key)


def seats_of(task: Task) -> list[int]:
    return [slot.seats for slot in task.slots]


def test_a_seat_that_is_taken_is_fixed() -> None:
    task = compose(known(Party("u1", "Bob", must_hold=1), taken=(Taken("u1", "1", ONE),)))
    assert task.fixed == (("u1", "1"),)
    assert seats_of(task) == [1, 2, 1]


def test_more_seats_than_needed_are_no_contradiction() -> None:
    taken = (Taken("u1", "1", ONE), Taken("u1", "2", TWO))
    task = compose(known(Party("u1", "Bob", must_hold=1), taken=taken))
    assert party_of(task, "u1").may_hold == 2
    assert len(assign(task, seed=1).granted) == 2


def test_a_seat_that_staff_gave_against_a_day_is_left_out_and_counts() -> None:
    bob = Party("u1", "Bob", (("3",),), must_hold=2, cannot_on=frozenset({ONE}))
    task = compose(known(bob, taken=(Taken("u1", "1", ONE),), days_apart=14))
    assert task.fixed == ()
    assert seats_of(task) == [0, 2, 1]
    left = party_of(task, "u1")
    assert left.must_hold == 1
    assert left.cannot == {"1", "2"}  # TVM is a week from DSPy
    assert [(one.party, one.slot) for one in assign(task, seed=1).granted] == [("u1", "3")]


def test_seats_that_are_too_near_or_of_the_wrong_size_are_left_out() -> None:
    taken = (Taken("u1", "1", ONE), Taken("u1", "2", TWO))
    near = compose(known(Party("u1", "Bob", must_hold=2), taken=taken, days_apart=14))
    assert near.fixed == (("u1", "1"),)
    assert seats_of(near) == [1, 1, 1]
    small = (OfferedSlot("1", "Pitch", 1, ONE, fewest_members=2),)
    task = compose(Known(small, (Party("g1", "Owls", size=1),), (Taken("g1", "1", ONE),)))
    assert task.fixed == ()
    assert task.parties == ()  # they have what they need


def test_seats_of_people_who_take_no_part_are_gone() -> None:
    task = compose(known(Party("u1", "Bob"), taken=(Taken("u9", "2", TWO), Taken("u1", "9", None))))
    assert seats_of(task) == [1, 1, 1]
    assert task.parties == ()  # Bob's seat, in a class that is over, is all he needs


def test_what_staff_fixed_is_passed_on_if_both_are_there() -> None:
    fixed = [("u1", "1"), ("u9", "2"), ("u1", "9")]
    task = compose(Known(SLOTS, (Party("u1", "Bob", must_hold=0),), (), fixed))
    assert task.fixed == (("u1", "1"),)
    assert party_of(task, "u1").may_hold == 1


def test_who_needs_nothing_is_not_in_it() -> None:
    assert compose(known(Party("u1", "Bob", must_hold=0))).parties == ()
