"""Rows in the order of a document."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from readings.reading_lists.ordering import in_order, shifted

TREE = {1: None, 2: 1, 3: 1, 4: 3, 5: None}


def test_children_stand_under_their_parent_however_they_came() -> None:
    found = list(in_order({5: None, 1: None, 4: 3, 2: 1, 3: 1}))
    assert found == [(5, 0), (1, 0), (2, 1), (3, 1), (4, 2)]


def test_what_is_moved_takes_along_what_is_under_it() -> None:
    assert shifted(TREE, 5, -1) == [5, 1, 2, 3, 4]
    assert shifted(TREE, 3, -1) == [1, 3, 4, 2, 5]
    assert shifted(TREE, 1, +1) == [5, 1, 2, 3, 4]


def test_at_the_end_nothing_moves() -> None:
    assert shifted(TREE, 1, -1) == list(TREE)
    assert shifted(TREE, 4, +1) == list(TREE)


parents = st.dictionaries(st.integers(0, 12), st.none() | st.integers(0, 15), max_size=13)


@settings(max_examples=80)
@given(parents, st.data())
def test_every_row_is_there_once_even_with_parents_in_a_circle(
    tree: dict[int, int | None], draw: st.DataObject
) -> None:
    assert sorted(row for row, _depth in in_order(tree)) == sorted(tree)
    if tree:
        row = draw.draw(st.sampled_from(sorted(tree)))
        moved = shifted(tree, row, draw.draw(st.sampled_from([-1, 1])))
        assert sorted(moved) == sorted(tree)
