"""Where what stands on a schedule stood before, as the events of its moves tell it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from readings.core import clock
from readings.courses.access import Access
from readings.courses.queries import told_since

ITEM_MOVED: Final = "schedule.item_moved"
CLASS_CHANGED: Final = "schedule.meeting_changed"
#: A move is news for so many days.
SHOWN_FOR: Final = dt.timedelta(days=14)

Details = Mapping[str, Any]


class Moves:
    """What moved of late; ``told`` are events of the two kinds above, the oldest first."""

    def __init__(self, told: Iterable[tuple[str, Details]] = ()) -> None:
        self._items: dict[int, list[Details]] = defaultdict(list)
        self._classes: dict[int, list[Details]] = defaultdict(list)
        for kind, details in told:
            if kind == ITEM_MOVED:
                _go_on(self._items[details.get("item", 0)], details)
            else:
                _go_on(self._classes[details.get("meeting", 0)], details)

    def of_item(self, item: int, *, meeting: int | None, meets_on: dt.date | None) -> str:
        """``moved from Nov 3``; empty where it does not stand where it was last moved to.

        However often it moved, it came from where the first of its moves found it.
        """
        moves = self._items.get(item)
        if not moves or meeting is None or moves[-1]["to"] != meeting:
            return ""
        first = moves[0]
        if first["from"] is None:
            return "was not scheduled"
        if first["from"] == meeting or (meets_on and first["from_on"] == meets_on.isoformat()):
            return ""
        return f"moved from {_day(first['from_on']) or 'an undated class'}"

    def of_class(self, meeting: int, *, meets_on: dt.date | None) -> str:
        """``moved from Nov 3`` for a class that has another date now."""
        changes = self._classes.get(meeting)
        day = meets_on.isoformat() if meets_on else None
        if not changes or changes[-1]["to_on"] != day or changes[0]["from_on"] == day:
            return ""
        before = _day(changes[0]["from_on"])
        return f"moved from {before}" if before else "had no date"


def moves_of(access: Access, today: dt.date) -> Moves:
    """What moved in the last days: whole ones, for a visitor's page is kept until midnight."""
    zone = access.course.zone
    start = clock.instant_of(today - SHOWN_FOR, dt.time.min, zone)
    return Moves(told_since(access, kinds=(ITEM_MOVED, CLASS_CHANGED), since=start))


def _go_on(chain: list[Details], details: Details) -> None:
    """Add a move; one that was undone is as if it had not been."""
    if details.get("undo"):
        others = [one for one in chain if one.get("change") != details.get("change")]
        chain[:] = others if len(others) < len(chain) else []
    elif "from_on" in details:  # else it was written before this was told
        chain.append(details)


def _day(iso: str | None) -> str:
    if not iso:
        return ""
    day = dt.date.fromisoformat(iso)
    return f"{day:%b} {day.day}"
