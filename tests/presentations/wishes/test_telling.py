"""What one is told of a wish that was not granted, in words that give nobody's ranking away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from readings.presentations.assignment import Cause, How, Reason, Unmet, sentence_of

MINE = Unmet(1, "DSPy", Cause.TAKEN, taker="María", taker_rank=3)


def told(unmet: Unmet) -> str:
    return sentence_of(Reason(How.WISH, 2, (unmet,)), names_others=False)


@pytest.mark.parametrize(
    ("cause", "of_person", "of_group"),
    [
        (
            Cause.ONLY,
            "somebody for whom it was the only possible one",
            "a group for which it was the only possible one",
        ),
        (
            Cause.WORSE,
            "somebody who would otherwise have got a worse wish",
            "a group which would otherwise have got a worse wish",
        ),
        (Cause.PREFERRED, "somebody who liked it better", "a group which liked it better"),
        (Cause.LOT, "somebody by lot", "a group by lot"),
        (Cause.TAKEN, "somebody", "a group"),
    ],
)
def test_a_taker_is_told_of_without_name_and_rank(
    cause: Cause, of_person: str, of_group: str
) -> None:
    person = replace(MINE, cause=cause)
    assert told(person) == f"Your 2nd wish. Your 1st, DSPy, went to {of_person}."
    assert told(replace(person, taker_is_group=True)).endswith(f"went to {of_group}.")


@pytest.mark.parametrize("cause", Cause)
def test_no_sentence_to_students_has_a_name_or_a_rank_of_others(cause: Cause) -> None:
    for others in (0, 2):
        sentence = told(replace(MINE, cause=cause, other_takers=others))
        assert "María" not in sentence
        assert "3rd" not in sentence


def test_several_takers_are_counted() -> None:
    several = replace(MINE, cause=Cause.LEFT, other_takers=1)
    assert told(several).endswith(
        "Your 1st, DSPy, went to 2 others, among them one for whom nothing else was left."
    )


def test_what_the_staff_gave_out_is_said_so() -> None:
    fixed = replace(MINE, cause=Cause.FIXED)
    assert told(fixed).endswith("Your 1st, DSPy, was given out by the staff.")


def test_the_staff_read_who_it_was() -> None:
    worse = replace(MINE, cause=Cause.WORSE)
    assert "María, for whom only their 3rd wish was left" in sentence_of(
        Reason(How.WISH, 2, (worse,))
    )
