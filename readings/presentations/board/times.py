"""When on the day each slot begins, where the minutes before it are known.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Planned:
    """What one item of an agenda takes: its slots, in order, with their minutes (None: unknown)."""

    slots: Sequence[tuple[int, int | None]]  # slot id, minutes; empty: nobody knows how long


def starts_of(begins: dt.time | None, agenda: Sequence[Planned]) -> dict[int, dt.time]:
    """Slot id to its time, for the slots before which no length is unknown.

    ``agenda`` is in order.  A slot that would begin after midnight has none.
    """
    found: dict[int, dt.time] = {}
    if begins is None:
        return found
    minutes: int | None = begins.hour * 60 + begins.minute
    for item in agenda:
        if not item.slots:
            return found
        for slot, takes in item.slots:
            if minutes is None or minutes >= 24 * 60:
                return found
            found[slot] = dt.time(minutes // 60, minutes % 60)
            minutes = None if takes is None else minutes + takes
    return found
