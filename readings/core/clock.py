"""Dates and times as people read them."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from zoneinfo import ZoneInfo


@functools.lru_cache(maxsize=1000)  # ``strftime`` is slow, and a page's dates are few
def short_date(day: dt.date) -> str:
    """``Wed Sep 17``."""
    return f"{day:%a %b} {day.day}"


def day_span(days: Sequence[dt.date]) -> str:
    """``Sep 8 – 10``, ``Sep 29 – Oct 1``, ``Sep 8``; empty for no days."""
    if not days:
        return ""
    first, last = min(days), max(days)
    start = f"{first:%b} {first.day}"
    if first == last:
        return start
    return (
        f"{start} – {last.day}" if first.month == last.month else f"{start} – {last:%b} {last.day}"
    )


def short_time(time: dt.time) -> str:
    """``8:30``, ``16:00``."""
    return f"{time.hour}:{time.minute:02}"


def short_instant(local: dt.datetime) -> str:
    """``Wed Sep 17, 8:30``."""
    return f"{short_date(local.date())}, {short_time(local.time())}"


def long_instant(local: dt.datetime) -> str:
    """``Wednesday, September 17, 2025, 8:30``."""
    return f"{local:%A, %B} {local.day}, {local.year}, {short_time(local.time())}"


def relative_day(day: dt.date, today: dt.date) -> str:
    """``today``, ``tomorrow``, ``in 3 days``, ``2 weeks ago``: a distance in calendar days."""
    days = (day - today).days
    match days:
        case 0:
            return "today"
        case 1:
            return "tomorrow"
        case -1:
            return "yesterday"
    size = abs(days)
    if size < 14:
        words = f"{size} days"
    elif size < 60:
        words = f"{round(size / 7)} weeks"
    elif size < 700:
        words = f"{round(size / 30.4)} months"
    else:
        words = f"{round(size / 365.25)} years"
    return f"in {words}" if days > 0 else f"{words} ago"


def relative(instant: dt.datetime, now: dt.datetime, zone: ZoneInfo) -> str:
    """``in 5 min``, ``3 h ago``, and by calendar days of ``zone`` from 12 hours on."""
    seconds = (instant - now).total_seconds()
    size = abs(seconds)
    if size < 45:
        return "now"
    if size < 3600:
        words = f"{max(1, round(size / 60))} min"
    elif size < 12 * 3600:
        words = f"{round(size / 3600)} h"
    else:
        return relative_day(instant.astimezone(zone).date(), now.astimezone(zone).date())
    return f"in {words}" if seconds > 0 else f"{words} ago"


def instant_of(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """The instant (UTC) at which clocks of ``zone`` show ``day`` and ``time``.

    A time that a change of daylight saving leaves out becomes the instant one hour later on the
    clock; a doubled one is the first (Python's ``fold=0``).
    """
    return dt.datetime.combine(day, time, tzinfo=zone).astimezone(dt.UTC)


def moved_moment(
    moment: dt.datetime | None, was: dt.date | None, now: dt.date | None, zone: ZoneInfo
) -> dt.datetime | None:
    """A moment as far from ``now`` as it was from ``was``, at the same time of day in ``zone``.

    None where one of the days is not known: there is nothing then to count from.
    """
    if moment is None or was is None or now is None:
        return None
    local = moment.astimezone(zone)
    return (local + (now - was)).astimezone(dt.UTC)
