"""Who marks whose note, in which order, and which of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from readings.marking.sampling import to_be_marked
from readings.marking.share import in_order, share
from readings.notes.duties import Duty
from readings.notes.policy import Per, Policy

people = st.lists(st.integers(1, 10_000), unique=True, max_size=40)
some = st.lists(st.integers(10_001, 10_050), unique=True, min_size=1, max_size=7)


@given(people, some, st.integers(0, 500))
def test_shares_differ_by_one_at_most(students: list[int], markers: list[int], turn: int) -> None:
    shares = Counter(share(students, markers, turn).values())
    sizes = [shares[marker] for marker in markers]
    assert sum(sizes) == len(students)
    assert max(sizes) - min(sizes) <= 1


@given(people, some, st.integers(0, 500))
def test_whoever_joins_at_the_end_changes_nobodys_marker(
    students: list[int], markers: list[int], turn: int
) -> None:
    before = share(students, markers, turn)
    after = share([*students, 0], markers, turn)
    assert {student: after[student] for student in students} == before


@given(people, some, st.integers(0, 500))
def test_every_marker_reads_every_student_in_turn(
    students: list[int], markers: list[int], turn: int
) -> None:
    turns = [share(students, markers, turn + step) for step in range(len(markers))]
    for student in students:
        assert {one[student] for one in turns} == set(markers)


def test_without_markers_nobody_has_a_share() -> None:
    assert share([1, 2], [], 3) == {}


@given(people)
def test_the_order_is_the_readings_own_and_everybodys(students: list[int]) -> None:
    assert in_order(7, students) == in_order(7, reversed(students))
    assert sorted(in_order(7, students)) == sorted(students)


def test_another_reading_begins_with_somebody_else() -> None:
    assert len({in_order(reading, range(40))[0] for reading in range(20)}) > 5


def duty(reading: int, meeting: int) -> Duty:
    return Duty(reading, True, True, meeting, None, dt.datetime(2025, 9, 1, tzinfo=dt.UTC))


DUTIES = {reading: duty(reading, reading // 2) for reading in range(40)}
handed_in = st.frozensets(st.tuples(st.integers(1, 5), st.integers(0, 39)), max_size=60)


@given(handed_in)
def test_without_a_sample_everything_is_marked(notes: frozenset[tuple[int, int]]) -> None:
    assert to_be_marked(Policy(), notes, DUTIES) == notes


@given(handed_in, st.integers(1, 6), st.text(max_size=5))
def test_a_sample_takes_as_many_of_each_student(
    notes: frozenset[tuple[int, int]], size: int, seed: str
) -> None:
    policy = Policy(sample=size, sample_seed=seed)
    taken = to_be_marked(policy, notes, DUTIES)
    assert taken <= notes
    written, marked = Counter(s for s, _ in notes), Counter(s for s, _ in taken)
    assert marked == Counter({student: min(size, n) for student, n in written.items()})
    assert to_be_marked(policy, sorted(notes), DUTIES) == taken


def test_of_a_class_with_one_note_owed_all_that_were_written_are_marked() -> None:
    policy = Policy(per=Per.MEETING, sample=1)
    assert to_be_marked(policy, {(1, 0), (1, 1)}, DUTIES) == {(1, 0), (1, 1)}
