"""When a seat may be taken or given up: from values to values, no database."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from readings.core.clock import instant_of


class Phase(enum.Enum):
    """Where in its life a slot stands."""

    NOT_YET = "not yet"  # sign-up has not opened
    OPEN = "open"
    WISHES = "wishes"  # nobody takes seats: they are given out by ranked wishes
    CLOSED = "closed"  # sign-up has ended, class is to come
    OVER = "over"  # class was


@dataclass(frozen=True)
class Window:
    """The instants (UTC) that decide about a slot; None: no such limit."""

    opens_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None
    class_ends_at: dt.datetime | None = None
    by_wishes: bool = False

    def phase(self, now: dt.datetime) -> Phase:
        """The phase at ``now``; a limit belongs to what comes after it."""
        if self.class_ends_at is not None and now >= self.class_ends_at:
            return Phase.OVER
        if self.by_wishes:
            return Phase.WISHES
        if self.closes_at is not None and now >= self.closes_at:
            return Phase.CLOSED
        if self.opens_at is not None and now < self.opens_at:
            return Phase.NOT_YET
        return Phase.OPEN


def end_of_class(day: dt.date | None, until: dt.time | None, zone: ZoneInfo) -> dt.datetime | None:
    """When a class on the local ``day`` is over: at ``until``, else with the day.

    None for a class without a date, which is never over.
    """
    if day is None:
        return None
    if until is None:
        return instant_of(day + dt.timedelta(days=1), dt.time.min, zone)
    return instant_of(day, until, zone)
