"""What the notes of one student come to, by the rules of a policy.  Pure.

What counts is a *unit*: a reading, or a class where the policy owes one note for each.  Of several
notes on a class the best one is its mark.  What is not due yet and not handed in does not count
yet, so that a total is always the total so far.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Final

from readings.notes.policy import (
    EXCUSED,
    SKIPPED,
    Late,
    Mark,
    Marking,
    Per,
    Policy,
    SkipsBy,
    days_late,
)

Unit = tuple[str, int]  # "meeting" or "reading", and its id

_NEVER: Final = dt.datetime.max.replace(tzinfo=dt.UTC)  # after every deadline


def unit_of(policy: Policy, reading: int, meeting: int | None) -> Unit:
    """What a note on ``reading``, which is due for ``meeting``, counts for."""
    if policy.per == Per.MEETING and meeting is not None:
        return "meeting", meeting
    return "reading", reading


@dataclass(frozen=True, slots=True)
class Work:
    """One student's note on one reading, as far as marks go."""

    reading: int
    unit: Unit
    due_at: dt.datetime | None  # None: nothing is due
    is_past: bool  # the deadline and the grace are over
    is_skippable: bool
    exempt: str  # "Presents", "Excused", "Skipped"; empty: it is owed
    submitted_at: dt.datetime | None
    mark: Mark | None

    @property
    def is_done(self) -> bool:
        """Handed in; on paper, if it has a mark and was never submitted."""
        return self.submitted_at is not None or (self.mark is not None and self.mark.value > 0)


def worth(policy: Policy, work: Work) -> float | None:
    """What one note counts: 0 to 1, more only if its marker gave more points than there are.

    None: it does not count yet, for it is not marked, or it is missing and not due yet or not owed.
    A mark counts on the scale on which it was given, whatever marks are now: 8 of 10 is 80 % where
    the course has come to mark by checks, or out of 20, or by completion.  A check is worth what
    the policy says now.  What lateness costs comes off here, as a part of the mark, for each day
    begun.  Who is excused or presents and writes all the same is never late.
    """
    if not work.is_done:
        return 0.0 if work.is_past and not work.exempt and work.due_at is not None else None
    full = _unlowered(policy, work.mark)
    if full is None or policy.late != Late.PENALISED or work.submitted_at is None:
        return full
    if work.exempt not in ("", SKIPPED):
        return full
    days = days_late(policy, work.due_at, work.submitted_at)
    return full * max(0, 100 - policy.late_percent * days) / 100


def _unlowered(policy: Policy, mark: Mark | None) -> float | None:
    if mark is None:
        return 1.0 if policy.marking == Marking.COMPLETION else None
    if mark.scale == Marking.POINTS:
        return float(mark.value) / mark.out_of
    if mark.scale == Marking.COMPLETION:
        return 1.0 if mark.value else 0.0
    percents = (0, policy.percent_minus, policy.percent_check, policy.percent_plus)
    return percents[min(int(mark.value), len(percents) - 1)] / 100


def sampled(policy: Policy, user_id: int, works: Iterable[Work]) -> frozenset[int]:
    """The ids of the readings on which this student's notes are marked: all, or a random sample.

    Anybody can draw it again: the notes that are handed in are ordered by the SHA-256 of
    ``seed:user:reading`` and the first so many are taken.  More notes may push one out of it, so it
    is final only when nothing more is handed in.  Of a class with one note owed, all that were
    written are marked.
    """
    return draw(policy, user_id, ((one.unit, one.reading) for one in works if one.is_done))


def draw(policy: Policy, user_id: int, done: Iterable[tuple[Unit, int]]) -> frozenset[int]:
    """The same of units and readings alone, for whoever does not know the marks."""
    units: dict[Unit, list[int]] = {}
    for unit, reading in done:
        units.setdefault(unit, []).append(reading)
    found = list(units.values())
    if policy.sample is not None:
        found.sort(key=lambda unit: min(_rank(policy, user_id, one) for one in unit))
        del found[policy.sample :]
    return frozenset(reading for unit in found for reading in unit)


def _rank(policy: Policy, user_id: int, reading: int) -> str:
    text = f"{policy.sample_seed}:{user_id}:{reading}"
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Total:
    """What the notes come to so far, and what became of each unit, named by one of its readings."""

    mean: float | None  # 0 to 1; None: nothing counts yet
    points: float | None  # the same out of the policy's points, where marks are points
    counted: tuple[int, ...]  # whose marks make the mean, the missing ones among them
    missing: tuple[int, ...]  # past, not handed in, not spared; they count 0 unless dropped
    dropped: tuple[int, ...]  # the lowest, for skips left over
    beyond: tuple[int, ...]  # worse than the best so many that count
    skipped: tuple[int, ...]
    spared: tuple[int, ...]  # presents, excused, or the class does not take place
    unmarked: tuple[int, ...]  # handed in; count once they are marked
    unsampled: tuple[int, ...]  # handed in, and not in the sample that is marked
    open: tuple[int, ...]  # not due yet
    skips_used: int
    skips_left: int


@dataclass(frozen=True, slots=True)
class _Unit:
    works: Sequence[Work]  # in order of reading

    @property
    def due_at(self) -> dt.datetime:
        """The last of its deadlines: until then any of its notes will do."""
        return max((one.due_at for one in self.works if one.due_at), default=_NEVER)

    @property
    def order(self) -> tuple[dt.datetime, int]:
        return self.due_at, self.works[0].reading

    @property
    def is_done(self) -> bool:
        return any(one.is_done for one in self.works)

    @property
    def is_past(self) -> bool:
        return all(one.is_past for one in self.works if one.due_at)

    @property
    def is_skipped(self) -> bool:
        return any(one.exempt == SKIPPED for one in self.works)

    @property
    def is_skippable(self) -> bool:
        return all(one.is_skippable for one in self.works)

    @property
    def is_spared(self) -> bool:
        """Nothing is due, or not from this student; an excuse is from the whole class's note."""
        if any(one.exempt == EXCUSED for one in self.works):
            return True
        return all(
            one.due_at is None or (one.exempt and one.exempt != SKIPPED) for one in self.works
        )


@dataclass(frozen=True, slots=True)
class _Mark:
    value: float
    order: tuple[dt.datetime, int]
    reading: int


def total(policy: Policy, works: Iterable[Work], user_id: int) -> Total:
    """The mean of what counts of ``works``, all the work of one student; in any order.

    A note that is handed in counts, whatever its author was exempt from, and gives a skip back.
    Skips beyond those that the policy has are none, the latest first.  Each skip left over drops
    one lowest mark, if the policy says so, but never the last one there is; then only the best so
    many count.  The mean is at most 1, whatever single notes were given.
    """
    works = list(works)
    units = _units(works)
    skipped = _skipped(policy, units)
    left = policy.skips - len(skipped)
    sample = sampled(policy, user_id, works)

    marks: list[_Mark] = []
    found: dict[str, list[int]] = {"unmarked": [], "unsampled": [], "spared": [], "open": []}
    lacking: list[_Unit] = []
    for unit in units:
        name = unit.works[0].reading
        if unit.is_done:
            done = [one for one in unit.works if one.is_done]
            if not any(one.reading in sample for one in done):
                found["unsampled"].append(done[0].reading)
            elif (best := _best(policy, done)) is None:
                found["unmarked"].append(done[0].reading)
            else:
                marks.append(_Mark(best[0], unit.order, best[1]))
        elif unit.is_spared:
            found["spared"].append(name)
        elif unit.order not in skipped:
            if unit.is_past:
                lacking.append(unit)
            else:
                found["open"].append(name)

    zeros = lacking
    if policy.sample is not None:  # what is missing fills up the sample
        handed_in = len(marks) + len(found["unmarked"])
        zeros = lacking[: max(0, policy.sample - handed_in)]
    marks += [_Mark(0.0, unit.order, unit.works[0].reading) for unit in zeros]

    # The worst first, of equal ones the earliest.
    marks.sort(key=lambda mark: (mark.value, mark.order))
    drops = min(left, len(marks) - 1) if policy.unused_skip_drops and marks else 0
    dropped, kept = marks[:drops], marks[drops:]
    beyond = kept[: -policy.best_of] if policy.best_of else []
    kept = kept[len(beyond) :]
    mean = min(1.0, fsum(mark.value for mark in kept) / len(kept)) if kept else None
    return Total(
        mean=mean,
        points=mean * policy.points
        if mean is not None and policy.marking == Marking.POINTS
        else None,
        counted=_in_order(kept),
        missing=tuple(unit.works[0].reading for unit in lacking),
        dropped=_in_order(dropped),
        beyond=_in_order(beyond),
        skipped=tuple(reading for _due, reading in sorted(skipped)),
        spared=tuple(found["spared"]),
        unmarked=tuple(found["unmarked"]),
        unsampled=tuple(found["unsampled"]),
        open=tuple(found["open"]),
        skips_used=len(skipped),
        skips_left=left,
    )


def _units(works: Iterable[Work]) -> list[_Unit]:
    """What counts, in the order in which it is due."""
    found: dict[Unit, list[Work]] = {}
    for work in sorted(works, key=lambda one: one.reading):
        found.setdefault(work.unit, []).append(work)
    return sorted((_Unit(tuple(group)) for group in found.values()), key=lambda one: one.order)


def _skipped(policy: Policy, units: Sequence[_Unit]) -> set[tuple[dt.datetime, int]]:
    """Which units, by their order, a skip is used for."""
    lacking = [unit for unit in units if not unit.is_done and not unit.is_spared]
    used = [unit for unit in lacking if unit.is_skipped][: policy.skips]
    if policy.skips_by == SkipsBy.ITSELF:
        missing = [
            unit for unit in lacking if unit.is_past and unit.is_skippable and unit not in used
        ]
        used += missing[: policy.skips - len(used)]
    return {unit.order for unit in used}


def _best(policy: Policy, done: Iterable[Work]) -> tuple[float, int] | None:
    """The best mark among the notes on a class, and on which reading; None: none is marked."""
    marked = [(value, -one.reading) for one in done if (value := worth(policy, one)) is not None]
    if not marked:
        return None
    value, reading = max(marked)
    return value, -reading


def _in_order(marks: Iterable[_Mark]) -> tuple[int, ...]:
    return tuple(mark.reading for mark in sorted(marks, key=lambda mark: mark.order))
