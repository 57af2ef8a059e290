"""Which of a whole course's notes are marked where it marks a sample of them.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from readings.notes.duties import Duty
from readings.notes.policy import Policy
from readings.notes.totals import Unit, draw, unit_of

Key = tuple[int, int]  # student id, reading id


def to_be_marked(
    policy: Policy, handed_in: Iterable[Key], duties: Mapping[int, Duty]
) -> frozenset[Key]:
    """Those of the notes that were handed in, of a whole course, that have to be marked."""
    done: dict[int, list[tuple[Unit, int]]] = {}
    for student, reading in handed_in:
        unit = unit_of(policy, reading, duties[reading].meeting_id)
        done.setdefault(student, []).append((unit, reading))
    return frozenset(
        (student, reading)
        for student, theirs in done.items()
        for reading in draw(policy, student, theirs)
    )
