"""What a mark is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.marking.marks import (
    NotAMark,
    check_mark,
    is_current,
    mark_text,
    mark_words,
    on_scale,
    read_mark,
    spoken,
)
from readings.notes.policy import Mark, Marking, Policy

POINTS = Policy(marking=Marking.POINTS, points=10)
CHECKS = Policy(marking=Marking.CHECKS)
DONE = Policy(marking=Marking.COMPLETION)


@pytest.mark.parametrize(
    ("policy", "typed", "mark", "words"),
    [
        (POINTS, "8.5", "8.5", "8.5 of 10"),
        (POINTS, " 8,25 ", "8.25", "8.25 of 10"),
        (POINTS, "10", "10", "10 of 10"),
        (POINTS, "0", "0", "0 of 10"),
        (CHECKS, "3", "3", "✓+ check plus"),
        (CHECKS, "1", "1", "✓− check minus"),
        (CHECKS, "0", "0", "no credit"),
        (DONE, "1", "1", "✓ done"),
        (DONE, "0", "0", "not done"),
    ],
)
def test_a_mark_is_read_and_said(policy: Policy, typed: str, mark: str, words: str) -> None:
    assert read_mark(policy, typed) == Decimal(mark)
    assert mark_words(on_scale(policy, Decimal(mark))) == words


@pytest.mark.parametrize("policy", [POINTS, CHECKS, DONE])
def test_nothing_typed_is_no_mark(policy: Policy) -> None:
    assert read_mark(policy, "  ") is None
    assert mark_words(None) == ""


@pytest.mark.parametrize(
    ("policy", "typed", "says"),
    [
        (POINTS, "10.5", "10.5 is too much. Type a number from 0 to 10"),
        (POINTS, "-1", "cannot be below 0"),
        (POINTS, "8.333", "two decimals at most"),
        (POINTS, "good", "“good” is no mark"),
        (POINTS, "nan", "no mark"),
        (POINTS, "1e400", "too much"),
        (POINTS, "Infinity", "no mark"),
        (CHECKS, "4", "Choose check minus"),
        (CHECKS, "1.5", "Choose check minus"),
        (DONE, "2", "Choose done or not done"),
    ],
)
def test_what_the_course_does_not_give_is_refused_with_a_way_out(
    policy: Policy, typed: str, says: str
) -> None:
    with pytest.raises(NotAMark, match=says.replace(".", r"\.")):
        read_mark(policy, typed)


def test_a_mark_is_said_as_it_was_given_and_read_aloud_without_its_sign() -> None:
    marks = [
        Mark(Decimal("8.50"), Marking.POINTS, 10),
        Mark(Decimal(3), Marking.CHECKS, 3),
        Mark(Decimal(0), Marking.COMPLETION, 1),
    ]

    assert [mark_words(one) for one in marks] == ["8.5 of 10", "✓+ check plus", "not done"]
    assert [spoken(one) for one in marks] == ["8.5 of 10", "check plus", "not done"]


def test_of_the_scale_that_there_is_now_are_marks_out_of_as_much() -> None:
    twenty = Policy(marking=Marking.POINTS, points=20)
    mark = on_scale(POINTS, Decimal(8))

    assert [is_current(one, mark) for one in (POINTS, twenty, CHECKS)] == [True, False, False]
    assert is_current(CHECKS, on_scale(CHECKS, Decimal(2)))
    assert is_current(twenty, None)


@given(st.decimals(min_value=0, max_value=10, places=2))
def test_every_number_of_points_stands_in_its_field_as_it_is_read(mark: Decimal) -> None:
    check_mark(POINTS, mark)
    assert read_mark(POINTS, mark_text(mark)) == mark


@given(st.text(max_size=30))
def test_anything_may_be_typed(text: str) -> None:
    try:
        mark = read_mark(POINTS, text)
    except NotAMark:
        return
    assert mark is None or 0 <= mark <= 10
