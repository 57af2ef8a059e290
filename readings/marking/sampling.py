"""Which of the notes are marked where a course marks a sample of them.  Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from readings.notes.policy import Per, Policy
from readings.notes.standings import Duty

Key = tuple[int, int]  # student id, reading id


def to_be_marked(
    policy: Policy, handed_in: Iterable[Key], duties: Mapping[int, Duty]
) -> frozenset[Key]:
    """Those of the notes that were handed in, of a whole course, that have to be marked.

    All, or of each student as many as the policy says: the first by the SHA-256 of
    ``seed:student:reading``.  Of a class with one note owed, all that were written are marked.
    """
    if policy.sample is None:
        return frozenset(handed_in)
    units: dict[int, dict[tuple[str, int], list[int]]] = {}
    for student, reading in handed_in:
        meeting = duties[reading].meeting_id if policy.per == Per.MEETING else None
        unit = ("reading", reading) if meeting is None else ("meeting", meeting)
        units.setdefault(student, {}).setdefault(unit, []).append(reading)
    found = set()
    for student, theirs in units.items():
        ranked = sorted(
            theirs.values(), key=lambda unit: min(_rank(policy, student, r) for r in unit)
        )
        found |= {(student, reading) for unit in ranked[: policy.sample] for reading in unit}
    return frozenset(found)


def _rank(policy: Policy, student: int, reading: int) -> str:
    text = f"{policy.sample_seed}:{student}:{reading}"
    return hashlib.sha256(text.encode()).hexdigest()
