"""How a row that names several days shares out what its cells say among its meetings."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from readings.core.dates import DateCell, Day, spread
from readings.imports.tables import Part, is_filled, part_text
from readings.imports.wording.kinds import meaning_of

# "Sep 8-12" with one thing to do is a week rather than two meetings.
_WEEK_SPAN = 4
_LASTS = re.compile(
    r"\b(?:break|recess|vacation|week|holidays|no \w+|cancell?ed)\b|^\W*holiday\W*$", re.IGNORECASE
)
# No leap year: only the distance between two days counts here.
_ANY_YEAR = 2001


@dataclass(frozen=True)
class Shares:
    """The days of a row's meetings (None: not known), and what to say about the choice."""

    days: tuple[Day | None, ...]
    warning: str | None = None


def days_of_row(dates: DateCell, parts: Sequence[Part]) -> Shares:
    """The days on which the ``parts`` of a row take place, in order.

    A range stands for its two ends, unless the number of parts says otherwise: three parts in
    "Sep 8-12" are on the 8th, 10th and 12th; one part in it is on a day that nobody wrote down.
    """
    days = dates.days
    filled = [part for part in parts if is_filled(part)]
    if len(days) < 2:
        return Shares(days or (None,))
    if len(parts) == len(days) or len(filled) in {0, len(days)} or _fills_all(filled):
        return Shares(days)
    count = len(filled)
    named = " and ".join(str(day) for day in days)
    span = _span(days) if dates.is_range else 0
    if count == 1 and span >= _WEEK_SPAN:
        return Shares(
            days[:1], f"Which day of this week is meant is not said; {days[0]} was taken."
        )
    if count > 2 and span and span % (count - 1) == 0 and span // (count - 1) >= 2:
        between = _between(days[0], days[1], count)
        named = ", ".join(str(day) for day in between)
        return Shares(between, f"{count} parts between two dates: taken for meetings on {named}.")
    if count < len(days):
        return Shares(
            days,
            f"This row names {named} but has only {_parts(count)}; the rest was left empty.",
        )
    return Shares(
        days,
        f"This row names {named} but has {_parts(count)}; the last ones went to {days[-1]}.",
    )


def share_out(parts: Sequence[Part], count: int) -> list[list[Part]]:
    """``parts`` for each of ``count`` meetings: one each, what is too many to the last.

    A break alone in a row is that of all its meetings.
    """
    filled = [part for part in parts if is_filled(part)]
    if count == 1:
        return [filled]
    if _fills_all(filled):
        return [filled for _ in range(count)]
    each = list(parts) if len(parts) == count else filled
    shares = [[part] if is_filled(part) else [] for part in each[:count]]
    shares += [[] for _ in range(count - len(shares))]
    shares[-1].extend(each[count:])
    return shares


def _fills_all(filled: Sequence[Part]) -> bool:
    """Whether one part is about all days: a break is, Labor Day is about the first."""
    if len(filled) != 1:
        return False
    words = part_text(filled[0])
    return meaning_of(words).status != "class" and _LASTS.search(words) is not None


def _span(days: Sequence[Day]) -> int:
    first, last = _ends(days[0], days[-1])
    return (last - first).days if first and last else 0


def _between(first: Day, last: Day, count: int) -> tuple[Day, ...]:
    start, end = _ends(first, last)
    if not start or not end:
        return (first, last)
    return tuple(
        Day(date.month, date.day, date.year if first.year else None)
        for date in spread(start, end, count)
    )


def _ends(first: Day, last: Day) -> tuple[dt.date | None, dt.date | None]:
    start, end = first.in_year(_ANY_YEAR), last.in_year(_ANY_YEAR)
    if start and end and end < start:
        end = last.in_year(_ANY_YEAR + 1)
    return start, end


def _parts(count: int) -> str:
    return "one part" if count == 1 else f"{count} parts"
