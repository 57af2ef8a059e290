"""Whom a change of rules hits: deadlines that move, notes that become late, skips that are lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from readings.courses.models import Course
from readings.notes.duties import Duty, students_of
from readings.notes.policy import ExemptionKind, Per, Policy
from readings.notes.standings import Standings, class_standings
from readings.notes.totals import total


@dataclass(frozen=True)
class Effects:
    """What becomes of deadlines, notes and skips, as numbers."""

    moved: int  # deadlines
    past: int  # of these, how many were over before it, or are over after it
    late: int  # notes that were in time, and are late by the new rules
    in_time: int  # notes that were late, and are in time by the new rules
    lost_skips: int  # spent, and no longer worth anything
    notes: int  # that are due in the term by the new rules

    @property
    def hits(self) -> bool:
        """Whether somebody is worse off for what they have done already."""
        return bool(self.late or self.lost_skips)

    @property
    def words(self) -> str:
        """In sentences; empty where nothing of this changes."""
        said = []
        if self.moved:
            past = f", {self.past} of them in the past" if self.past else ""
            said.append(f"{_number(self.moved, 'deadline moves', 'deadlines move')}{past}.")
        if self.late:
            one, more = "note that was in time becomes", "notes that were in time become"
            said.append(f"{_number(self.late, one, more)} late.")
        if self.in_time:
            one, more = "late note becomes one", "late notes become ones"
            said.append(f"{_number(self.in_time, one, more)} in time.")
        if self.lost_skips:
            one, more = (
                "skip that was spent no longer counts",
                "skips that were spent no longer count",
            )
            said.append(f"{_number(self.lost_skips, one, more)}.")
        return " ".join(said)


def _number(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def effects_of(course: Course, old: Policy, new: Policy, *, now: dt.datetime) -> Effects:
    """What ``new`` rules change for what there is already; eleven queries at most."""
    students = students_of(course)
    before = class_standings(course, now=now, policy=old)
    after = class_standings(course, now=now, policy=new)
    moved = [
        (before.duties[pk].due_at, duty.due_at)
        for pk, duty in after.duties.items()
        if pk in before.duties and before.duties[pk].due_at != duty.due_at
    ]
    was_late, is_late = _late(before, students), _late(after, students)
    required = [one for one in after.duties.values() if one.is_required and one.due_at is not None]
    return Effects(
        moved=len(moved),
        past=sum(any(one is not None and one < now for one in pair) for pair in moved),
        late=len(is_late - was_late),
        in_time=len(was_late - is_late),
        lost_skips=len(_worth_a_skip(before, students) - _worth_a_skip(after, students)),
        notes=_owed(new, required),
    )


def _owed(policy: Policy, required: Collection[Duty]) -> int:
    if policy.per == Per.READING:
        return len(required)
    return len({one.meeting_id or -one.reading_id for one in required})


def _late(known: Standings, students: Collection[int]) -> set[tuple[int, int]]:
    """Author and reading of the notes that were handed in late."""
    return {
        (user, reading)
        for (user, reading), note in known.notes.items()
        if user in students
        and note.submitted_at is not None
        and reading in known.duties
        and known.of(user, reading, owes=True).is_late
    }


def _worth_a_skip(known: Standings, students: Collection[int]) -> set[tuple[int, int]]:
    """Student and reading of the skips that were spent and count."""
    spent: dict[int, set[int]] = {}
    for (user, reading), kind in known.exemptions.items():
        if kind == ExemptionKind.SKIP and user in students and reading in known.duties:
            spent.setdefault(user, set()).add(reading)
    found = set()
    for user, readings in spent.items():
        used = total(known.policy, known.works(user, {}), user).skipped
        covered = {one.reading_id for pk in used for one in known.unit(known.duties[pk])}
        found |= {(user, reading) for reading in readings & covered}
    return found
