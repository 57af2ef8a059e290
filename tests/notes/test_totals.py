"""What notes come to: three policies of real courses counted by hand, and what always holds."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import random
from collections.abc import Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.notes.policy import (
    EXCUSED,
    SKIPPED,
    Due,
    Exempt,
    Late,
    Mark,
    Marking,
    Per,
    Policy,
    SkipsBy,
    accepted_until,
    due_at,
)
from readings.notes.totals import (
    Total,
    Work,
    sampled,
    total,
    unit_of,
    worth,
)

FIRST = dt.datetime(2025, 9, 1, 12, 30, tzinfo=dt.UTC)
WEEK = dt.timedelta(days=7)
BOB, CAROL = 7, 8


def points(value: float, out_of: int = 10) -> Mark:
    return Mark(Decimal(str(value)), Marking.POINTS, out_of)


def check(value: int) -> Mark:
    return Mark(Decimal(value), Marking.CHECKS, 3)


def done(value: int) -> Mark:
    return Mark(Decimal(value), Marking.COMPLETION, 1)


def work(
    reading: int,
    mark: Mark | float | None = None,
    *,
    done: bool = True,
    late: dt.timedelta = -dt.timedelta(hours=1),
    exempt: str = "",
    is_past: bool = True,
    is_skippable: bool = True,
    meeting: int | None = None,
    is_due: bool = True,
) -> Work:
    """Handed in an hour before its deadline, which is a week after that of the reading before.

    A ``mark`` that is only a number is one of 10 points.
    """
    due = FIRST + (meeting or reading) * WEEK
    return Work(
        reading=reading,
        unit=unit_of(Policy(per=Per.MEETING), reading, meeting),
        due_at=due if is_due else None,
        is_past=is_past and is_due,
        is_skippable=is_skippable,
        exempt=exempt,
        submitted_at=due + late if done else None,
        mark=points(mark) if isinstance(mark, (int, float)) else mark,
    )


def missing(reading: int, **fields: object) -> Work:
    return work(reading, done=False, **fields)  # type: ignore[arg-type]


def count(policy: Policy, *works: Work) -> Total:
    return total(policy, works, BOB)


# --- Three policies of real courses ---------------------------------------------------------------


def test_notes_from_0_to_10_with_five_skips_each_unused_one_dropping_a_lowest_mark() -> None:
    policy = Policy(marking=Marking.POINTS, points=10, skips=5, unused_skip_drops=True)
    term = [
        work(1, 8),
        work(2, 9),
        missing(3, exempt=SKIPPED),
        work(4, 6),
        work(5, 10),
        missing(6, exempt=SKIPPED),
        work(7, 7),
        missing(8),
        work(9, 9),
        work(10, 5),
    ]

    found = count(policy, *term)

    # Ten readings, two skipped: 8 + 9 + 6 + 10 + 7 + 0 + 9 + 5, eight marks.  Three skips are left:
    # the 0 (reading 8), the 5 (10) and the 6 (4) are dropped.  8 + 9 + 10 + 7 + 9 = 43; 43 / 5.
    assert found.points == pytest.approx(8.6)
    assert found.mean == pytest.approx(0.86)
    assert (found.skips_used, found.skips_left) == (2, 3)
    assert found.skipped == (3, 6)
    assert found.dropped == (4, 8, 10)
    assert found.counted == (1, 2, 5, 7, 9)
    assert found.missing == (8,)


def test_due_at_20_the_day_before_presenters_exempt_and_four_missing_notes_for_nothing() -> None:
    policy = Policy(
        due=Due.TIME_OF_DAY,
        due_time=dt.time(20, 0),
        days_before=1,
        presenters_exempt=Exempt.READING,
        skips=4,
        skips_by=SkipsBy.ITSELF,
    )
    written = [work(reading) for reading in (1, 2, 4, 5, 7, 9)]
    term = [*written, missing(3, exempt="Presents"), missing(6), missing(8)]
    term += [missing(reading) for reading in (10, 11)]

    found = count(policy, *term)

    # Eleven readings, one presented: ten notes are owed, 6 written and 4 missing, all for nothing.
    assert found.mean == 1
    assert found.skipped == (6, 8, 10, 11)
    assert (found.spared, found.skips_left) == ((3,), 0)

    # Two more missing ones cost: of twelve owed, four are free; 6 of 8 are written.
    more = count(policy, *term, missing(12), missing(13))
    assert more.mean == pytest.approx(6 / 8)
    assert (more.skipped, more.missing) == ((6, 8, 10, 11), (12, 13))

    due = due_at(policy, dt.date(2025, 9, 17), dt.time(10, 30), ZoneInfo("America/Detroit"))
    assert due == dt.datetime(2025, 9, 17, 0, 0, tzinfo=dt.UTC)  # 20:00 on September 16


def test_nothing_late_and_a_seeded_random_sample_of_each_students_notes_is_marked() -> None:
    policy = Policy(
        late=Late.REFUSED,
        grace_minutes=0,
        marking=Marking.CHECKS,
        percent_minus=70,
        percent_check=85,
        percent_plus=100,
        sample=4,
        sample_seed="fall 2025",
    )
    assert accepted_until(policy, FIRST) == FIRST
    term = [work(reading) for reading in range(1, 11)]

    # Whoever has the seed draws the same four.
    ranks = {
        one.reading: hashlib.sha256(f"fall 2025:{BOB}:{one.reading}".encode()).hexdigest()
        for one in term
    }
    chosen = sorted(ranks, key=ranks.__getitem__)[:4]
    assert sampled(policy, BOB, term) == frozenset(chosen)
    assert sampled(policy, CAROL, term) != frozenset(chosen)

    # Check plus, check, check, check minus: 1 + 0.85 + 0.85 + 0.7 = 3.4; 3.4 / 4 = 0.85.
    given_marks = dict(zip(chosen, (3, 2, 2, 1), strict=True))
    checks = {reading: check(value) for reading, value in given_marks.items()}
    marked = [work(one.reading, checks.get(one.reading)) for one in term]
    found = count(policy, *marked)
    assert found.mean == pytest.approx(0.85)
    assert sorted(found.counted) == sorted(chosen)
    assert len(found.unsampled) == 6

    # Three handed in and seven missing: one of those fills up the four.  (1 + 1 + 0.85 + 0) / 4.
    few = [
        work(1, check(3)),
        work(2, check(3)),
        work(3, check(2)),
        *(missing(reading) for reading in range(4, 11)),
    ]
    assert count(policy, *few).mean == pytest.approx(2.85 / 4)


# --- Single notes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "one", "value"),
    [
        (Policy(), work(1), 1),
        (Policy(), work(1, done(0)), 0),
        (Policy(), missing(1), 0),
        (Policy(), missing(1, is_past=False), None),
        (Policy(), missing(1, exempt=EXCUSED), None),
        (Policy(), missing(1, is_due=False), None),
        (Policy(marking=Marking.POINTS, points=8), work(1), None),
        (Policy(marking=Marking.POINTS, points=8), work(1, points(6, 8)), 0.75),
        (Policy(marking=Marking.POINTS, points=8), work(1, points(10, 8)), 1.25),  # a bonus
        (
            Policy(marking=Marking.POINTS, points=8),
            work(1, points(6, 8), done=False),
            0.75,
        ),  # on paper
        (Policy(marking=Marking.CHECKS), work(1, check(0)), 0),
        (Policy(marking=Marking.CHECKS), work(1, check(1)), 0.7),
        (Policy(marking=Marking.CHECKS), work(1, check(2)), 0.85),
        (Policy(marking=Marking.CHECKS), work(1, check(3)), 1),
    ],
)
def test_what_one_note_is_worth(policy: Policy, one: Work, value: float | None) -> None:
    assert worth(policy, one) == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    "policy",
    [
        Policy(),
        Policy(marking=Marking.CHECKS),
        Policy(marking=Marking.POINTS, points=10),
        Policy(marking=Marking.POINTS, points=20),
    ],
)
@pytest.mark.parametrize(
    ("mark", "value"),
    [(points(8), 0.8), (points(9, 12), 0.75), (check(3), 1), (check(1), 0.7), (check(0), 0),
     (done(1), 1), (done(0), 0)],
)  # fmt: skip
def test_a_mark_counts_on_the_scale_on_which_it_was_given(
    policy: Policy, mark: Mark, value: float
) -> None:
    assert worth(policy, work(1, mark)) == pytest.approx(value)
    assert count(policy, work(1, mark)).mean == pytest.approx(value)


@pytest.mark.parametrize(
    ("late", "value"),
    [
        (dt.timedelta(0), 0.8),
        (dt.timedelta(minutes=1), 0.8),  # the grace
        (dt.timedelta(minutes=1, seconds=1), 0.72),  # the first day: a tenth of the mark
        (dt.timedelta(days=1), 0.72),
        (dt.timedelta(days=1, seconds=1), 0.64),
        (dt.timedelta(days=10), 0),
        (dt.timedelta(days=50), 0),  # and not less
    ],
)
def test_each_day_begun_after_the_deadline_costs_a_part_of_the_mark(
    late: dt.timedelta, value: float
) -> None:
    policy = Policy(marking=Marking.POINTS, points=10, late=Late.PENALISED, late_percent=10)

    assert worth(policy, work(1, 8, late=late)) == pytest.approx(value)
    assert worth(policy, work(1, 8, late=late, exempt="Presents")) == pytest.approx(0.8)
    assert worth(policy, work(1, 8, late=late, exempt=SKIPPED)) == pytest.approx(value)
    accepted = dataclasses.replace(policy, late=Late.ACCEPTED)
    assert worth(accepted, work(1, 8, late=late)) == pytest.approx(0.8)


# --- Units, skips, the best -----------------------------------------------------------------------


def test_nothing_counts_before_anything_is_due() -> None:
    found = count(Policy(), missing(1, is_past=False), missing(2, is_past=False))

    assert (found.mean, found.open) == (None, (1, 2))


def test_handed_in_before_its_deadline_counts_at_once() -> None:
    assert count(Policy(), work(1, is_past=False), missing(2, is_past=False)).mean == 1


def test_a_note_that_is_not_marked_yet_is_no_zero() -> None:
    found = count(Policy(marking=Marking.POINTS), work(1, 9), work(2))

    assert found.points == pytest.approx(9)
    assert found.unmarked == (2,)


def test_a_cancelled_class_takes_its_note_out_and_gives_the_skip_back() -> None:
    policy = Policy(skips=1)

    found = count(policy, work(1), missing(2, exempt=SKIPPED, is_due=False), missing(3))

    assert (found.mean, found.spared, found.skips_left) == (0.5, (2,), 1)


def test_a_skip_for_a_note_that_is_handed_in_all_the_same_is_given_back() -> None:
    found = count(Policy(skips=1), work(1, exempt=SKIPPED))

    assert (found.mean, found.skips_used) == (1, 0)


def test_skips_beyond_those_that_there_are_count_as_missing() -> None:
    found = count(Policy(skips=1), *(missing(one, exempt=SKIPPED) for one in (2, 1)), work(3))

    assert (found.mean, found.skipped, found.missing) == (0.5, (1,), (2,))


def test_skips_by_themselves_pass_over_what_cannot_be_skipped() -> None:
    policy = Policy(skips=1, skips_by=SkipsBy.ITSELF)

    found = count(policy, missing(1, is_skippable=False), missing(2), work(3))

    assert (found.skipped, found.missing, found.mean) == ((2,), (1,), 0.5)


def test_dropping_leaves_the_last_mark() -> None:
    policy = Policy(marking=Marking.POINTS, skips=5, unused_skip_drops=True)

    assert count(policy, work(1, 4), work(2, 6)).points == pytest.approx(6)


def test_only_the_best_so_many_count_and_missing_ones_are_among_the_rest() -> None:
    policy = Policy(marking=Marking.POINTS, best_of=3)

    # 9 + 8 + 7 of 9, 8, 7, 2 and a missing one.
    found = count(policy, work(1, 2), work(2, 9), missing(3), work(4, 7), work(5, 8))
    assert found.points == pytest.approx(8)
    assert (found.counted, found.beyond) == ((2, 4, 5), (1, 3))
    # Two of which one is missing: 9 and 0, and not a third.
    assert count(policy, work(1, 9), missing(2)).points == pytest.approx(4.5)


def test_one_note_is_enough_for_a_class_and_the_best_is_its_mark() -> None:
    policy = Policy(per=Per.MEETING, marking=Marking.POINTS)

    # Class 1: 6 and 8 written, 8 counts.  Class 2: one of two written.  Class 3: none.
    found = count(
        policy,
        work(1, 6, meeting=1),
        work(2, 8, meeting=1),
        missing(3, meeting=2),
        work(4, 10, meeting=2),
        missing(5, meeting=3),
        missing(6, meeting=3),
    )

    assert found.points == pytest.approx(18 / 3)
    assert (found.counted, found.missing) == ((2, 4, 5), (5,))


def test_a_class_is_skipped_and_excused_as_one() -> None:
    policy = Policy(per=Per.MEETING, skips=1)

    found = count(
        policy,
        missing(1, meeting=1, exempt=SKIPPED),
        missing(2, meeting=1),
        missing(3, meeting=2, exempt=EXCUSED),
        missing(4, meeting=2),
        missing(5, meeting=3, exempt="Presents"),
        missing(6, meeting=3),
    )

    # Who presents one of two papers owes the class a note on the other.
    assert (found.skipped, found.spared, found.missing) == ((1,), (3,), (5,))


def test_a_meeting_and_a_reading_with_the_same_number_are_two() -> None:
    assert unit_of(Policy(per=Per.MEETING), 1, 5) != unit_of(Policy(per=Per.MEETING), 5, None)


# --- What always holds ----------------------------------------------------------------------------

POLICIES = st.builds(
    Policy,
    late=st.sampled_from(Late),
    skips=st.integers(0, 4),
    skips_by=st.sampled_from(SkipsBy),
    unused_skip_drops=st.booleans(),
    per=st.sampled_from(Per),
    best_of=st.none() | st.integers(1, 6),
    marking=st.sampled_from(Marking),
    sample=st.none() | st.integers(1, 6),
    sample_seed=st.sampled_from(["", "a", "b"]),
)


MARKS = st.one_of(
    st.builds(points, st.integers(0, 10), st.sampled_from([8, 10, 20])),
    st.builds(check, st.integers(0, 3)),
    st.builds(done, st.integers(0, 1)),
)


@st.composite
def terms(draw: st.DrawFn) -> list[Work]:
    """The work of a student in a course."""
    return [
        work(
            reading,
            draw(st.none() | MARKS),
            done=draw(st.booleans()),
            late=dt.timedelta(hours=draw(st.integers(-30, 60))),
            exempt=draw(st.sampled_from(["", "", "", SKIPPED, EXCUSED, "Presents"])),
            is_past=draw(st.booleans()),
            is_skippable=draw(st.booleans()),
            is_due=draw(st.integers(0, 5)) > 0,
            meeting=draw(st.none() | st.integers(1, 4)),
        )
        for reading in range(1, draw(st.integers(0, 8)) + 1)
    ]


def nothing_as_zero(found: Total) -> float:
    return 0.0 if found.mean is None else found.mean


@given(POLICIES, terms(), st.randoms())
def test_the_order_of_the_work_does_not_matter(
    policy: Policy, term: list[Work], chance: random.Random
) -> None:
    mixed = list(term)
    chance.shuffle(mixed)

    assert total(policy, mixed, BOB) == total(policy, term, BOB)


@given(POLICIES, terms())
def test_a_total_lies_between_nothing_and_everything(policy: Policy, term: list[Work]) -> None:
    found = total(policy, term, BOB)

    assert found.mean is None or 0 <= found.mean <= 1
    assert 0 <= found.skips_used <= policy.skips
    assert found.skips_left == policy.skips - found.skips_used


@given(POLICIES, terms())
def test_each_unit_is_told_once(policy: Policy, term: list[Work]) -> None:
    found = total(policy, term, BOB)

    told = [*found.counted, *found.dropped, *found.beyond, *found.skipped, *found.spared]
    told += [*found.unmarked, *found.unsampled, *found.open]
    if policy.sample is None:
        assert len(told) == len(set(told)) == len({one.unit for one in term})
    else:  # some missing ones may not be needed to fill up the sample
        assert len(told) == len(set(told))


@given(POLICIES, terms(), st.data())
def test_one_more_note_in_time_never_lowers_a_total_by_completion(
    policy: Policy, term: list[Work], data: st.DataObject
) -> None:
    policy = dataclasses.replace(policy, marking=Marking.COMPLETION)
    before = [dataclasses.replace(one, mark=None) for one in term]
    lacking = [one for one in before if one.submitted_at is None]
    if not lacking:
        return
    chosen = data.draw(st.sampled_from(lacking))
    after = [
        dataclasses.replace(one, submitted_at=FIRST) if one is chosen else one for one in before
    ]

    assert nothing_as_zero(total(policy, after, BOB)) >= (
        nothing_as_zero(total(policy, before, BOB)) - 1e-9
    )


@given(POLICIES, terms(), st.data())
def test_a_skip_for_a_missing_note_never_lowers_a_total(
    policy: Policy, term: list[Work], data: st.DataObject
) -> None:
    if policy.sample is not None and policy.unused_skip_drops:
        return  # what is missing may not be needed for the sample, and the skip would have dropped
    before = total(policy, term, BOB)
    lacking = [one for one in term if one.reading in before.missing and not one.exempt]
    if before.skips_left == 0 or not lacking:
        return
    chosen = data.draw(st.sampled_from(lacking))
    after = total(policy, _with(term, chosen, exempt=SKIPPED), BOB)

    assert nothing_as_zero(after) >= nothing_as_zero(before) - 1e-9


@given(POLICIES, terms())
def test_dropping_never_lowers_a_total(policy: Policy, term: list[Work]) -> None:
    without = total(dataclasses.replace(policy, unused_skip_drops=False), term, BOB)
    with_drops = total(dataclasses.replace(policy, unused_skip_drops=True), term, BOB)

    assert nothing_as_zero(with_drops) >= nothing_as_zero(without) - 1e-9


@given(POLICIES, terms())
def test_classes_of_one_reading_each_count_like_readings(policy: Policy, term: list[Work]) -> None:
    by_class = [dataclasses.replace(one, unit=("meeting", 100 - one.reading)) for one in term]
    by_reading = [dataclasses.replace(one, unit=("reading", one.reading)) for one in term]

    assert total(policy, by_class, BOB) == total(policy, by_reading, BOB)


@given(POLICIES, terms(), st.integers(1, 50))
def test_a_sample_is_as_large_as_it_can_be_and_of_notes_that_are_handed_in(
    policy: Policy, term: list[Work], user: int
) -> None:
    chosen = sampled(policy, user, term)

    done = {one.reading: one.unit for one in term if one.is_done}
    assert chosen <= done.keys()
    units = len(set(done.values()))
    assert len({done[one] for one in chosen}) == min(policy.sample or units, units)


def _with(term: Sequence[Work], chosen: Work, **fields: object) -> list[Work]:
    return [
        dataclasses.replace(one, **fields) if one is chosen else one  # type: ignore[arg-type]
        for one in term
    ]
