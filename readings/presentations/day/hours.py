"""When a talk's class begins and ends, and when its slides are due: from values to values."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from readings.core.clock import instant_of
from readings.presentations.windows import end_of_class

GRACE: Final = dt.timedelta(minutes=1)  # handed in so much after the time is still in time
FEEDBACK_DAYS: Final = 7


class Moment(enum.Enum):
    """How far a talk's class is."""

    UNKNOWN = "unknown"  # it has no day, or does not take place
    BEFORE = "before"
    DURING = "during"
    AFTER = "after"  # and not longer ago than feedback is given
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Hours:
    """Instants (UTC) of a talk; None: there is no such time."""

    begins_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    due_at: dt.datetime | None = None  # slides

    @property
    def feedback_until(self) -> dt.datetime | None:
        """Until when the class may say what it thought."""
        return self.ends_at + dt.timedelta(days=FEEDBACK_DAYS) if self.ends_at else None

    def moment(self, now: dt.datetime) -> Moment:
        """Where ``now`` is; an instant belongs to what comes after it."""
        if self.begins_at is None or self.ends_at is None or self.feedback_until is None:
            return Moment.UNKNOWN
        if now < self.begins_at:
            return Moment.BEFORE
        if now < self.ends_at:
            return Moment.DURING
        return Moment.AFTER if now < self.feedback_until else Moment.LATER

    def feedback_seen_until(self, now: dt.datetime, zone: ZoneInfo) -> dt.datetime:
        """Presenters see at ``now`` what was said before then.

        That is the end of the class, and later the last midnight: were it seen at once, they could
        tell from the time who said it.
        """
        midnight = instant_of(now.astimezone(zone).date(), dt.time.min, zone)
        return max(midnight, self.ends_at) if self.ends_at else midnight

    def is_late(self, handed_in_at: dt.datetime) -> bool:
        """Whether that was after slides were due, and the minute of grace."""
        return self.due_at is not None and handed_in_at > self.due_at + GRACE


def hours_of(
    day: dt.date | None,
    begins: dt.time | None,
    until: dt.time | None,
    zone: ZoneInfo,
    *,
    due_hours: int | None = None,
) -> Hours:
    """The instants of a class on the local ``day``; one without times lasts all day.

    Slides are due ``due_hours`` before, by the clock on the wall: a day before Monday 10:30 is
    Sunday 10:30, also when clocks are changed in between.
    """
    if day is None:
        return Hours()
    local = dt.datetime.combine(day, begins or dt.time.min)
    try:
        begins_at = instant_of(day, local.time(), zone)
        ends_at = end_of_class(day, until, zone)
        due_at = None
        if due_hours is not None:
            due = local - dt.timedelta(hours=due_hours)
            due_at = instant_of(due.date(), due.time(), zone)
        assert ends_at is not None  # noqa: S101 (the class has a day)
        found = Hours(begins_at, max(begins_at, ends_at), due_at)
        _ = found.feedback_until
    except OverflowError:  # a date at the edge of the calendar, typed by mistake
        return Hours()
    return found


def running_order(
    begins_at: dt.datetime | None, minutes: Sequence[int | None]
) -> list[dt.datetime | None]:
    """When talks of so many minutes begin, one after another from the beginning of the class.

    None from the first on that follows one of unknown length.
    """
    starts: list[dt.datetime | None] = []
    at = begins_at
    for length in minutes:
        starts.append(at)
        at = at + dt.timedelta(minutes=length) if at is not None and length is not None else None
    return starts
