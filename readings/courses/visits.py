"""What counts as a visit to a course.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

#: Looks that are no further apart belong to one visit.
LONGEST_GAP: Final = dt.timedelta(minutes=30)
#: A look is not written down again within this time: looking takes no lock then.
PRECISION: Final = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class Visit:
    """When somebody was last seen, and when their visit before this one ended (None: never)."""

    seen_at: dt.datetime | None = None
    before_at: dt.datetime | None = None


def after_look(visit: Visit, now: dt.datetime) -> Visit:
    """What is known after a look at ``now``; ``visit`` itself where nothing has to be written."""
    if visit.seen_at is None:
        return Visit(now)
    gap = now - visit.seen_at
    if gap > LONGEST_GAP:
        return Visit(now, visit.seen_at)
    return Visit(now, visit.before_at) if gap >= PRECISION else visit
