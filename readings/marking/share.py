"""Who marks whose note, and in which order notes are marked.  Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence


def share(students: Sequence[int], markers: Sequence[int], turn: int) -> Mapping[int, int]:
    """Student to the one who marks their note on the reading number ``turn`` of a course.

    The students, in a fixed order, are dealt to the markers like cards; with each reading the deal
    begins with the next marker, so that after as many readings as there are markers everybody has
    read everybody.  The shares differ by one at most, and a student who joins at the end changes
    nobody else's marker.  Without markers nobody has one.
    """
    if not markers:
        return {}
    return {
        student: markers[(place + turn) % len(markers)] for place, student in enumerate(students)
    }


def in_order(reading: int, students: Iterable[int]) -> list[int]:
    """The students in the order in which their notes on ``reading`` are marked.

    By the SHA-256 of ``reading:student``: the same for every marker and every day, another one for
    each reading, so that nobody is always read first, or always late at night.
    """
    return sorted(
        students, key=lambda student: hashlib.sha256(f"{reading}:{student}".encode()).hexdigest()
    )
