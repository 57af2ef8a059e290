"""What changed about a sheet or a slot, in words for its log: ``seats 1 → 2; may hold 2 → 1``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from readings.core.clock import short_instant
from readings.presentations.models import Method, Swaps, TakenBy

#: Names of columns as people read them; others are read with spaces.
_NAMES: Final = {
    "taken_by": "for",
    "method": "given out by",
    "opens_at": "opens",
    "closes_at": "closes",
    "fewest_members": "fewest in a group",
    "most_members": "most in a group",
    "auditors_too": "auditors too",
    "is_for_some": "only for some",
    "has_waiting_list": "waiting list",
    "fills_up": "what is left is given out",
    "slides_due_hours": "hours before class that slides are due",
    "asks_class": "the class gives feedback",
}
_CHOICES: Final = {
    **dict(TakenBy.choices),
    **dict(Method.choices),
    **dict(Swaps.choices),
}


def changes_words(before: Mapping[str, object], after: Mapping[str, object], zone: ZoneInfo) -> str:
    """What is not as it was, in the order of ``before``; instants in the course's zone."""
    return "; ".join(
        f"{_name(name)} {_shown(name, was, zone)} → {_shown(name, after[name], zone)}"
        for name, was in before.items()
        if after[name] != was
    )


def values_words(given: Mapping[str, object], zone: ZoneInfo) -> str:
    """``seats 2; minutes 12``, for many of which each had its own before; None is left out."""
    return "; ".join(
        f"{_name(name)} {_shown(name, value, zone)}"
        for name, value in given.items()
        if value is not None
    )


def _name(column: str) -> str:
    return _NAMES.get(column, column.replace("_", " "))


def _shown(column: str, value: object, zone: ZoneInfo) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime):
        return short_instant(value.astimezone(zone))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if value is None or value == "":
        return "–"
    if column in ("taken_by", "method", "swaps"):
        return str(_CHOICES[str(value)])
    return str(value)
