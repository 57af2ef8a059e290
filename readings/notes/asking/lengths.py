"""Lengths of time as people write them: "2 hours", "1 day 30 min".  Pure."""

from __future__ import annotations

import re
from typing import Final

_UNITS: Final = {"d": 24 * 60, "h": 60, "m": 1, "w": 7 * 24 * 60}
_PART: Final = re.compile(
    r"(\d{1,6}(?:[.,]\d{1,4})?)\s*"
    r"(weeks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|min|m)(?![a-z])\s*(?:,|and)?\s*"
)
_CLOCK: Final = re.compile(r"(\d{1,3}):([0-5]\d)")


def read_minutes(text: str) -> int | None:
    """Minutes in ``2 h``, ``90 minutes``, ``1 day 2 hours``, ``1:30``, ``0``; None: unreadable.

    A bare number has no unit and is not understood, but for nought.
    """
    text = text.strip().lower()
    if text == "0":
        return 0
    clock = _CLOCK.fullmatch(text)
    if clock:
        return int(clock[1]) * 60 + int(clock[2])
    total, at = 0.0, 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None:
            return None
        total += float(part[1].replace(",", ".")) * _UNITS[part[2][0]]
        at = part.end()
    return round(total) if text else None


def in_words(minutes: int) -> str:
    """``2 hours``, ``1 day 30 minutes``, ``0 minutes``: what ``read_minutes`` reads back."""
    days, rest = divmod(minutes, 24 * 60)
    if days and days < 2:  # "36 hours" says more than "1 day 12 hours"
        days, rest = 0, minutes
    hours, left = divmod(rest, 60)
    parts = [
        f"{number} {word}{'s' if number != 1 else ''}"
        for number, word in ((days, "day"), (hours, "hour"), (left, "minute"))
        if number
    ]
    return " ".join(parts) or "0 minutes"
