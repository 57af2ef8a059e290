"""Ranks as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.presentations.wishes.ranking import close_gaps, rank_of, read_ranks, standing_of


@pytest.mark.parametrize("text", ["0", "-1", "9999999", "1.5", "one", "1e3", "٣", "9" * 5000, "²"])
def test_what_is_no_rank_is_said_at_its_field_and_kept(text: str) -> None:
    typed = read_ranks({"rank-7": [text], "rank-8": ["2"]})
    assert typed.ranks == {8: 2}
    assert typed.problems == {7: "A rank is a whole number from 1 to 999."}
    assert typed.text[7] == text


def test_blanks_are_no_wishes_and_ties_are_allowed() -> None:
    typed = read_ranks({"rank-1": [" "], "rank-2": ["1"], "rank-3": [" 1 "], "csrf": ["x"]})
    assert typed.ranks == {2: 1, 3: 1}
    assert typed.problems == {}


def test_a_slot_ranked_twice_is_refused_unless_both_say_the_same() -> None:
    typed = read_ranks({"rank-1": ["1", "2"], "rank-2": ["3", "3"]})
    assert typed.ranks == {2: 3}
    assert typed.problems[1].startswith("This one was ranked twice")
    assert typed.text[1] == "1, 2"


@pytest.mark.parametrize("name", ["rank-", "rank-x", "rank--1", "rank-²", "rank-" + "9" * 40])
def test_fields_that_name_no_slot_are_passed_over(name: str) -> None:
    assert read_ranks({name: ["1"]}).ranks == {}


@given(st.dictionaries(st.integers(1, 20), st.integers(1, 999)))
def test_closing_gaps_keeps_order_and_ties(ranks: dict[int, int]) -> None:
    closed = close_gaps(ranks)
    assert set(closed.values()) == set(range(1, len(set(ranks.values())) + 1))
    for one in ranks:
        for other in ranks:
            assert (ranks[one] < ranks[other]) == (closed[one] < closed[other])
    assert close_gaps(closed) == closed


def test_rank_of_reads_what_it_writes() -> None:
    assert [rank_of(str(rank)) for rank in (1, 2, 999)] == [1, 2, 999]


def test_standing_tells_too_few_from_enough_on_bad_days() -> None:
    assert standing_of([1], [], needed=2).is_short
    blocked = standing_of([1, 2], [2], needed=2)
    assert blocked.is_blocked
    assert not blocked.is_short
    assert not standing_of([1, 2, 3], [2], needed=2).is_blocked
