"""Assigning slots by wishes, in examples that can be done by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from readings.presentations.assignment import (
    Assignment,
    How,
    ImpossibleFixed,
    OfferedSlot,
    Party,
    Task,
    assign,
    sentence_of,
    sentence_of_relaxation,
)

pytestmark = pytest.mark.once

OCT_6, OCT_8, OCT_20 = dt.date(2025, 10, 6), dt.date(2025, 10, 8), dt.date(2025, 10, 20)
DSPY = OfferedSlot("d", "DSPy", seats=1, day=OCT_6)
TVM = OfferedSlot("t", "TVM", seats=1, day=OCT_8)
TRITON = OfferedSlot("r", "Triton", seats=1, day=OCT_20)
ALL = (DSPY, TVM, TRITON)
D, T, R = ("d",), ("t",), ("r",)


def bob(*wishes: tuple[str, ...], **more: object) -> Party:
    return Party("bob", "Bob", wishes, **more)  # type: ignore[arg-type]


def dan(*wishes: tuple[str, ...], **more: object) -> Party:
    return Party("dan", "Dan", wishes, **more)  # type: ignore[arg-type]


def group(*wishes: tuple[str, ...], **more: object) -> Party:
    return Party("g3", "Group 3", wishes, **({"size": 3} | more))  # type: ignore[arg-type]


def got(found: Assignment) -> dict[str, str]:
    """Party to slots, as in "d t"."""
    held: dict[str, str] = {}
    for one in found.granted:
        held[one.party] = f"{held.get(one.party, '')} {one.slot}".strip()
    return held


def told(found: Assignment, party: str) -> str:
    """What the party is told, all of it."""
    reasons = [(one.party, one.reason) for one in found.granted]
    reasons += [(one.party, one.reason) for one in found.missing]
    return " ".join(sentence_of(reason) for who, reason in reasons if who == party)


def test_the_only_possible_slot_goes_to_whom_it_is_that() -> None:
    found = assign(Task(ALL, (bob(D, T), group(D))), seed=1)
    assert got(found) == {"g3": "d", "bob": "t"}
    assert found.vector == (2, 0, 1, 1)
    assert told(found, "g3") == "Your 1st wish."
    assert told(found, "bob") == (
        "Your 2nd wish. Your 1st, DSPy, went to Group 3, for which it was the only possible one."
    )


def test_placing_more_comes_before_good_ranks() -> None:
    found = assign(Task(ALL, (bob(D, T, R), dan(D, T), group(D))), seed=1)
    assert got(found) == {"g3": "d", "dan": "t", "bob": "r"}


def test_a_third_rank_is_avoided_even_if_another_gets_a_second() -> None:
    found = assign(Task(ALL[:2], (bob(D, T), dan(D, R, T))), seed=1)
    assert got(found) == {"bob": "t", "dan": "d"}
    assert told(found, "bob") == (
        "Your 2nd wish. Your 1st, DSPy, went to Dan, for whom only their 3rd wish was left."
    )


def test_who_had_fewer_before_comes_first_among_equals() -> None:
    for load in (1, 5):
        pair = (bob(D, T, past_load=load), dan(D, T, past_load=0))
        found = assign(Task(ALL, pair), seed=load)
        assert got(found) == {"dan": "d", "bob": "t"}
        assert told(found, "bob").endswith("went to Dan, who had fewer slots before.")


def test_the_seed_decides_between_equals_and_can_be_repeated() -> None:
    task = Task(ALL, (bob(D, T), dan(D, T)))
    firsts = [got(assign(task, seed=seed))["bob"] for seed in range(12)]
    assert set(firsts) == {"d", "t"}
    assert firsts == [got(assign(task, seed=seed))["bob"] for seed in range(12)]
    loser = "dan" if firsts[4] == "d" else "bob"
    found = assign(task, seed=4)
    assert found.seed == 4
    assert told(found, loser).endswith("by lot.")


def test_a_tie_in_wishes_is_one_rank() -> None:
    found = assign(Task(ALL, (bob(("d", "t"), R), dan(D))), seed=1)
    assert got(found) == {"dan": "d", "bob": "t"}
    assert told(found, "bob") == "Your 1st wish."


def test_what_is_no_wish_is_taken_only_by_who_takes_it() -> None:
    takes, refuses = (dan(D, takes_unranked=takes) for takes in (True, False))
    found = assign(Task((DSPY, TVM), (group(D), takes)), seed=1)
    assert got(found) == {"g3": "d", "dan": "t"}
    assert found.vector == (2, 1, 1)
    assert told(found, "dan") == (
        "This is no wish of yours, as none of them could be granted. Your 1st, DSPy, went to"
        " Group 3, for which it was the only possible one."
    )
    assert assign(Task((DSPY, TVM), (group(D), refuses)), seed=1).vector[0] == 1
    silent = assign(Task((DSPY,), (dan(takes_unranked=True),)), seed=1)
    assert told(silent, "dan") == "This is no wish of yours, as you made none."


def test_a_short_ranking_wins_nothing_over_a_long_one() -> None:
    """Both like DSPy best; who ranks nothing else is not spared the rest for that."""
    more = {"takes_unranked": True, "rest_is_next": True}
    task = Task(ALL[:2], (bob(D, **more), dan(D, T, **more)))
    firsts = {seed: got(assign(task, seed=seed))["bob"] for seed in range(12)}
    assert set(firsts.values()) == {"d", "t"}  # by lot
    lost = assign(task, seed=next(seed for seed, slot in firsts.items() if slot == "t"))
    mine = next(one for one in lost.granted if one.party == "bob")
    assert mine.rank is None
    assert told(lost, "bob").startswith("This is no wish of yours, as none of them could")
    last = Task(ALL, (bob(D, **more), dan(D, T, R, **more), group(T)))
    assert got(assign(last, seed=1)) == {"bob": "r", "dan": "d", "g3": "t"}


def test_two_slots_of_one_party_are_days_apart_and_never_at_the_same_time() -> None:
    two = group(D, T, R, must_hold=2, may_hold=2)
    found = assign(Task(ALL, (two,), least_days_apart=14), seed=1)
    assert got(found) == {"g3": "d r"}
    assert told(found, "g3") == (
        "Your 1st wish. Your 3rd wish. Your 2nd, TVM, is fewer than 14 days from your DSPy."
    )
    at_once = OfferedSlot("t", "TVM", seats=1, clashes=frozenset("d"))
    found = assign(Task((DSPY, at_once, TRITON), (two,)), seed=1)
    assert "Your 2nd, TVM, is at the same time as your DSPy." in told(found, "g3")


def test_three_slots_of_which_any_two_clash_are_one() -> None:
    """Halves of all three would be one and a half: whole numbers have to be asked for."""
    slots = tuple(OfferedSlot(key, key, seats=1, clashes=frozenset("dtr") - {key}) for key in "dtr")
    found = assign(Task(slots, (group(D, T, R, must_hold=2, may_hold=2),)), seed=1)
    assert got(found) == {"g3": "d"}
    assert found.is_proven_optimal
    assert found.missing[0].short == 1
    assert told(found, "g3") == (
        "Your 1st wish. You need 1 more slot, and we found none."
        " Your 2nd, t, is at the same time as your d. Your 3rd, r, is at the same time as your d."
    )


def test_a_slot_that_must_be_taken_is_taken_before_a_better_wish_is_granted() -> None:
    needed = OfferedSlot("t", "TVM", seats=1, least_taken=1)
    found = assign(Task((DSPY, needed), (bob(D, T),)), seed=1)
    assert got(found) == {"bob": "t"}
    assert told(found, "bob").endswith(
        "Your 1st, DSPy, would leave too few people on TVM, which has to take place."
    )
    assert not found.uncovered
    both = (OfferedSlot("d", "DSPy", seats=1, least_taken=1), needed)
    assert assign(Task(both, (bob(D, T),)), seed=1).uncovered == (("t", 1),)


def test_a_slot_that_must_be_taken_keeps_its_taker_where_another_could_make_room() -> None:
    needed = OfferedSlot("t", "TVM", seats=1, least_taken=1)
    found = assign(Task((DSPY, needed, TRITON), (bob(D, T), dan(D, R))), seed=1)
    assert got(found) == {"bob": "t", "dan": "d"}
    assert told(found, "bob").endswith(
        "Your 1st, DSPy, would leave too few people on TVM, which has to take place."
    )


def test_seats_that_nobody_needs_fill_up_only_if_asked_to() -> None:
    parties = (bob(D, T, may_hold=2), dan(T, R, takes_unranked=True, may_hold=3))
    need = assign(Task(ALL, parties), seed=1)
    filled = assign(Task(ALL, parties, fills_up=True), seed=1)
    assert got(need) == {"bob": "d", "dan": "t"}
    assert got(filled) == {"bob": "d", "dan": "r t"}
    assert filled.vector == need.vector
    assert [one.slot for one in filled.granted if one.reason.how == How.EXTRA] == ["r"]
    assert "One more, your 2nd wish: a seat was free." in told(filled, "dan")


def test_the_reason_names_what_a_party_itself_ruled_out() -> None:
    small = OfferedSlot("s", "Survey", seats=1, fewest_members=2, most_members=3)
    task = Task(
        (*ALL, small),
        (bob(D, T, ("s",), R, cannot=frozenset("t"), cannot_on=frozenset({OCT_6})),),
    )
    assert told(assign(task, seed=1), "bob") == (
        "Your 4th wish. Your 1st, DSPy, is on Oct 6, when you cannot. Your 2nd, TVM, is one that"
        " you said you cannot take. Your 3rd, Survey, is for 2 to 3 people."
    )


def test_the_reason_says_what_the_staff_decided() -> None:
    task = Task(ALL, (bob(D, T, R), group(T, D)), fixed=(("g3", "d"),), forbidden=(("bob", "t"),))
    found = assign(task, seed=1)
    assert told(found, "g3") == "This one was settled before (your 2nd wish)."
    assert told(found, "bob") == (
        "Your 3rd wish. Your 1st, DSPy, went to Group 3, for which it was settled before."
        " Your 2nd, TVM, was ruled out for you by the staff."
    )


def test_many_wishes_are_not_told_one_by_one() -> None:
    slots = tuple(OfferedSlot(str(number), f"Paper {number}", seats=1) for number in range(6))
    others = tuple(Party(f"p{number}", f"P{number}", ((str(number),),)) for number in range(5))
    last = bob(*((str(number),) for number in range(6)))
    found = assign(Task(slots, (*others, last)), seed=1)
    assert told(found, "bob") == (
        "Your 6th wish."
        " Your 1st, Paper 0, went to P0, for whom it was the only possible one."
        " Your 2nd, Paper 1, went to P1, for whom it was the only possible one."
        " 3 more wishes could not be granted either."
    )


def test_who_stays_without_is_told_why() -> None:
    found = assign(Task((DSPY,), (bob(D), dan(T, D), group())), seed=1)
    assert told(found, "dan") == (
        "We found no slot for you. Your 2nd, DSPy, went to Bob, whose 1st wish it was."
    )
    assert told(found, "g3") == "We found no slot for you, as you made no wishes."


def test_without_explaining_only_ranks_are_told() -> None:
    found = assign(Task((DSPY, TVM), (bob(D, T), group(D), dan(D))), seed=1, explains=False)
    assert not found.relaxations
    assert told(found, "bob") == "Your 2nd wish."


SEAT = "Give DSPy one more seat."


@pytest.mark.parametrize(
    ("task", "sentences"),
    [
        (Task((DSPY,), (bob(D), dan(D))), [SEAT]),
        (
            Task((DSPY, TVM), (bob(D, past_load=1), group(D))),
            ["Ask Bob for more wishes.", "Ask Group 3 for more wishes.", SEAT],
        ),
        (
            Task((DSPY,), (bob(D, cannot_on=frozenset({OCT_6})),)),
            ["Ask whether Bob could present on Oct 6 after all."],
        ),
        (
            Task((DSPY,), (bob(D, cannot=frozenset("d")),)),
            ["Ask whether Bob could take DSPy after all."],
        ),
        (
            Task((OfferedSlot("d", "DSPy", seats=1, most_members=2),), (group(D),)),
            ["Open DSPy to 3 people, for Group 3."],
        ),
        (
            Task((DSPY,), (bob(D),), forbidden=(("bob", "d"),)),
            ["Let Bob have DSPy, which was ruled out."],
        ),
        (
            Task((DSPY, TVM), (bob(D, T, must_hold=2, may_hold=2),), least_days_apart=14),
            ["Let Bob have two slots fewer than 14 days apart."],
        ),
        (
            Task((DSPY, TVM), (bob(D, T), group(D)), fixed=(("bob", "d"),)),
            ["Ask Group 3 for more wishes.", SEAT, "Let Bob be moved away from DSPy."],
        ),
        (
            Task((DSPY,), (bob(D), dan()), fixed=(("bob", "d"),)),
            ["Ask Dan for more wishes and give DSPy one more seat."],
        ),
        (Task((DSPY, TVM), (bob(D), dan(T))), []),
    ],
)
def test_what_to_relax_is_named(task: Task, sentences: list[str]) -> None:
    found = assign(task, seed=1)
    assert [sentence_of_relaxation(one) for one in found.relaxations] == sentences


@pytest.mark.parametrize(
    ("task", "sentence"),
    [
        (
            Task(ALL, (bob(cannot_on=frozenset({OCT_6})),), fixed=(("bob", "d"),)),
            "Bob cannot be fixed on DSPy: they cannot on Oct 6.",
        ),
        (
            Task(ALL, (bob(cannot=frozenset("d")),), fixed=(("bob", "d"),)),
            "Bob cannot be fixed on DSPy: they said that they cannot take it.",
        ),
        (
            Task((OfferedSlot("d", "DSPy", 1, most_members=1),), (group(),), fixed=(("g3", "d"),)),
            "Group 3 cannot be fixed on DSPy: it is for 1 person, and they are 3.",
        ),
        (
            Task(ALL, (bob(),), fixed=(("bob", "d"),), forbidden=(("bob", "d"),)),
            "Bob cannot be fixed on DSPy: it was ruled out for them.",
        ),
        (
            Task(ALL, (bob(), dan()), fixed=(("bob", "d"), ("dan", "d"))),
            "Dan cannot be fixed on DSPy: it has 1 seat, and 1 other is fixed there.",
        ),
        (
            Task(ALL, (bob(),), fixed=(("bob", "d"), ("bob", "r"))),
            "Bob cannot be fixed on DSPy: they may have 1, and 2 are fixed.",
        ),
        (
            Task(ALL, (bob(may_hold=2),), fixed=(("bob", "d"), ("bob", "t")), least_days_apart=7),
            "Bob cannot be fixed on DSPy: it is fewer than 7 days from TVM, where they are fixed,"
            " too.",
        ),
        (
            Task(
                (DSPY, OfferedSlot("t", "TVM", 1, clashes=frozenset("d"))),
                (bob(may_hold=2),),
                fixed=(("bob", "d"), ("bob", "t")),
            ),
            "Bob cannot be fixed on DSPy: it is at the same time as TVM, where they are fixed,"
            " too.",
        ),
        (
            Task((), (bob(),), fixed=(("bob", "d"),)),
            "Bob cannot be fixed on d: that slot is not there any more.",
        ),
        (
            Task((DSPY,), (), fixed=(("bob", "d"),)),
            "bob cannot be fixed on DSPy: bob takes no part.",
        ),
    ],
)
def test_what_cannot_be_fixed_is_refused_with_the_rule_it_breaks(task: Task, sentence: str) -> None:
    with pytest.raises(ImpossibleFixed) as refused:
        assign(task, seed=1)
    assert str(refused.value) == sentence


def test_a_wish_for_a_slot_that_is_gone_is_passed_over() -> None:
    found = assign(Task((TVM,), (bob(D, T),)), seed=1)
    assert told(found, "bob") == "Your 2nd wish."


def test_nobody_and_nothing_is_an_assignment_too() -> None:
    found = assign(Task((), ()), seed=1)
    assert (found.granted, found.missing, found.vector) == ((), (), (0, 0))
    assert found.is_proven_optimal


def test_two_parties_with_one_key_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="same key"):
        assign(Task(ALL, (bob(D), bob(T))), seed=1)


def test_without_time_everybody_chooses_in_turn_and_nothing_is_claimed() -> None:
    found = assign(Task(ALL, (bob(D), dan(D, T), group(T, R))), seed=1, seconds=0)
    assert got(found) == {"bob": "d", "dan": "t", "g3": "r"}
    assert not found.is_proven_optimal
