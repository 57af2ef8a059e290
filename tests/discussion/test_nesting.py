"""The shape of a thread."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from readings.discussion.nesting import MAX_DEPTH, Place, nest

Pairs = list[tuple[int, int | None]]


@st.composite
def threads(draw: st.DrawFn) -> Pairs:
    """Comments 1..n, each answering an earlier one or none."""
    size = draw(st.integers(0, 25))
    return [
        (number, draw(st.none() | st.integers(1, number - 1)) if number > 1 else None)
        for number in range(1, size + 1)
    ]


def by_id(places: list[Place]) -> dict[int, Place]:
    return {place.comment_id: place for place in places}


def test_replies_stand_under_what_they_answer_in_the_order_they_were_written() -> None:
    places = nest([(1, None), (2, 1), (3, 1), (4, 2), (5, 1)])

    assert [(place.comment_id, place.depth) for place in places] == [
        (1, 0),
        (2, 1),
        (4, 2),
        (3, 1),
        (5, 1),
    ]


def test_a_reply_below_the_last_level_stands_beside_what_it_answers() -> None:
    chain: Pairs = [(1, None), *((number, number - 1) for number in range(2, 8))]

    places = by_id(nest(chain))

    assert [places[number].depth for number in range(1, 8)] == [0, 1, 2, 3, 3, 3, 3]
    assert {places[number].under for number in range(4, 8)} == {3}
    assert [number for number in places if places[number].is_flattened] == [5, 6, 7]


def test_a_parent_that_is_not_there_counts_as_none() -> None:
    (place,) = nest([(7, 3)])

    assert place == Place(comment_id=7, parent_id=None, depth=0, under=None, closes=1)


@given(threads())
def test_every_comment_is_shown_once(pairs: Pairs) -> None:
    assert sorted(place.comment_id for place in nest(pairs)) == [number for number, _ in pairs]


@given(threads())
def test_every_list_that_is_opened_is_closed_where_its_level_ends(pairs: Pairs) -> None:
    """Writing the comments out in order, each opening a list, gives the tree that was meant."""
    open_lists: list[int] = []
    for place in nest(pairs):
        assert len(open_lists) == place.depth <= MAX_DEPTH
        assert (open_lists[-1] if open_lists else None) == place.under
        open_lists.append(place.comment_id)
        del open_lists[len(open_lists) - place.closes :]
    assert open_lists == []


@given(threads(), st.data())
def test_a_new_comment_comes_last_in_its_list_and_moves_nothing(
    pairs: Pairs, data: st.DataObject
) -> None:
    parent = data.draw(st.sampled_from([None, *(number for number, _ in pairs)]))
    before = by_id(nest(pairs))
    new = len(pairs) + 1

    after = nest([*pairs, (new, parent)])

    where = by_id(after)[new].under
    assert [place.comment_id for place in after if place.under == where][-1] == new
    assert all((before[i].depth, before[i].under) == (p.depth, p.under)
               for i, p in by_id(after).items() if i != new)  # fmt: skip
