"""When on the day each slot begins, where the minutes before it are known.  Pure."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from readings.presentations.day.hours import running_order

_A_DAY: Final = dt.date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Planned:
    """What one item of an agenda takes: its slots, in order, with their minutes (None: unknown)."""

    slots: Sequence[tuple[int, int | None]]  # slot id, minutes; empty: nobody knows how long


def starts_of(begins: dt.time | None, agenda: Sequence[Planned]) -> dict[int, dt.time]:
    """Slot id to its time, for the slots before which no length is unknown.

    ``agenda`` is in order.  A slot that would begin after midnight has none.
    """
    known = [one for item in itertools.takewhile(_has_slots, agenda) for one in item.slots]
    at = dt.datetime.combine(_A_DAY, begins) if begins else None
    starts = running_order(at, [minutes for _slot, minutes in known])
    return {
        slot: start.time()
        for (slot, _minutes), start in zip(known, starts, strict=True)
        if start is not None and start.date() == _A_DAY
    }


def _has_slots(item: Planned) -> bool:
    return bool(item.slots)
