"""Whole policies to start from.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from readings.notes.policy import (
    Due,
    Exempt,
    Late,
    Marking,
    Policy,
    Readers,
    SkipsBy,
)


@dataclass(frozen=True)
class StartingPoint:
    """Rules that hang together, under a name."""

    key: str
    name: str
    about: str
    policy: Policy


STARTING_POINTS: Final = (
    StartingPoint(
        "points",
        "Points and five skips",
        "Every note has 0 to 10 points. Five may be skipped, and each skip that is left at the end "
        "drops one lowest mark.",
        Policy(marking=Marking.POINTS, points=10, skips=5, unused_skip_drops=True),
    ),
    StartingPoint(
        "evening",
        "The evening before",
        "Due at 20:00 the day before class. Presenters write none, and up to four missing notes "
        "cost nothing.",
        Policy(
            due=Due.TIME_OF_DAY,
            days_before=1,
            due_time=dt.time(20, 0),
            presenters_exempt=Exempt.MEETING,
            skips=4,
            skips_by=SkipsBy.ITSELF,
            readers=Readers.AFTER_DEADLINE,
        ),
    ),
    StartingPoint(
        "sample",
        "Nothing late, a sample is marked",
        "No note is taken after its deadline. Six notes of each student, drawn by lot, are marked, "
        "and their mean is the mark.",
        Policy(late=Late.REFUSED, marking=Marking.POINTS, points=10, sample=6),
    ),
)


def find_starting_point(key: str) -> StartingPoint | None:
    """The starting point of that key."""
    return next((one for one in STARTING_POINTS if one.key == key), None)
