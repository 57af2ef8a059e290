"""Groups for all who are left, as values."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.courses.groups.limits import Limits
from readings.courses.groups.proposing import ceiling, propose

SIZES = st.dictionaries(st.integers(1, 20), st.integers(0, 6), max_size=6)
NUMBERS = st.one_of(st.none(), st.integers(1, 5))
LIMITS = st.builds(Limits, NUMBERS, NUMBERS).filter(
    lambda one: one.fewest is None or one.most is None or one.fewest <= one.most
)
STUDENTS = st.lists(st.integers(100, 200), max_size=14, unique=True)


@given(SIZES, STUDENTS, LIMITS, st.integers(0, 9))
def test_everybody_is_somewhere_once_and_no_limit_is_broken(
    sizes: Mapping[int, int], students: list[int], limits: Limits, seed: int
) -> None:
    found = propose(sizes=sizes, students=students, limits=limits, seed=seed)
    places = [found.left_over, *found.new, *found.into.values()]
    assert sorted(itertools.chain(*places)) == sorted(students)
    for group, joining in found.into.items():
        assert sizes[group] + len(joining) <= ceiling(limits)
    for new in found.new:
        assert (limits.fewest or 1) <= len(new) <= ceiling(limits)
    new_sizes = [len(new) for new in found.new]
    assert not new_sizes or max(new_sizes) - min(new_sizes) <= 1


@given(SIZES, STUDENTS, LIMITS, st.integers(0, 9))
def test_those_that_are_too_small_come_first_and_the_smallest_next(
    sizes: Mapping[int, int], students: list[int], limits: Limits, seed: int
) -> None:
    found = propose(sizes=sizes, students=students, limits=limits, seed=seed)
    after = {group: size + len(found.into.get(group, [])) for group, size in sizes.items()}
    if any(limits.missing(size) for size in after.values()):
        # Nobody goes elsewhere while a group is too small.
        assert not found.new
        assert not found.left_over
        assert all(after[group] <= (limits.fewest or 0) for group in found.into)
    for group, joining in found.into.items():
        if len(joining) > limits.missing(sizes[group]):
            assert after[group] - 1 <= min(after.values())


@given(SIZES, STUDENTS, LIMITS, st.integers(0, 9))
def test_nobody_is_left_over_whom_another_split_would_place(
    sizes: Mapping[int, int], students: list[int], limits: Limits, seed: int
) -> None:
    found = propose(sizes=sizes, students=students, limits=limits, seed=seed)
    fewest, most = limits.fewest or 1, ceiling(limits)
    places = sum(max(0, most - size) for size in sizes.values())
    needed = min(len(students), sum(limits.missing(size) for size in sizes.values()))
    best = max(
        going + min(rest, count * most)
        for going in range(needed, min(places, len(students)) + 1)
        for rest in [len(students) - going]
        for count in range(rest // fewest + 1)
    )
    assert found.placed == best


@given(SIZES, STUDENTS, LIMITS, st.integers(0, 9))
def test_the_same_seed_draws_the_same_in_whatever_order_they_come(
    sizes: Mapping[int, int], students: list[int], limits: Limits, seed: int
) -> None:
    turned = dict(reversed(list(sizes.items())))
    assert propose(sizes=sizes, students=students, limits=limits, seed=seed) == propose(
        sizes=turned, students=students[::-1], limits=limits, seed=seed
    )


@pytest.mark.parametrize(
    ("sizes", "students", "limits", "into", "new", "left_over"),
    [
        ([], 7, Limits(2, 3), [], [2, 2, 3], 0),
        ([2], 2, Limits(2, 3), [], [2], 0),  # not one into the group and one alone
        ([1, 3], 2, Limits(2, 4), [2], [], 0),
        ([], 1, Limits(2, 3), [], [], 1),
        ([], 9, Limits(), [], [3, 3, 3], 0),
        ([2, 3], 5, Limits(2, 3), [1], [2, 2], 0),
        ([], 0, Limits(2, 3), [], [], 0),
    ],
)
def test_what_people_expect(
    sizes: list[int],
    students: int,
    limits: Limits,
    into: list[int],
    new: list[int],
    left_over: int,
) -> None:
    found = propose(
        sizes=dict(enumerate(sizes)), students=range(100, 100 + students), limits=limits, seed=1
    )
    assert sorted(map(len, found.into.values())) == into
    assert sorted(map(len, found.new)) == new
    assert len(found.left_over) == left_over
