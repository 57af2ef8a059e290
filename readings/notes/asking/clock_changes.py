"""Hours that the clocks leave out, and hours that they show twice.  Pure."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from readings.core.clock import instant_of, short_time


def is_left_out(day: dt.date, time: dt.time, zone: ZoneInfo) -> bool:
    """Whether clocks of ``zone`` never show ``time`` on ``day``: they go forward over it."""
    there = instant_of(day, time, zone).astimezone(zone)
    return there.replace(tzinfo=None, fold=0) != dt.datetime.combine(day, time)


def is_doubled(day: dt.date, time: dt.time, zone: ZoneInfo) -> bool:
    """Whether clocks of ``zone`` show ``time`` twice on ``day``: they go back over it."""
    once = dt.datetime.combine(day, time, tzinfo=zone)
    return not is_left_out(day, time, zone) and once.utcoffset() != once.replace(fold=1).utcoffset()


def shown_instead(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.time:
    """What clocks show at the instant that stands for a time they leave out."""
    return instant_of(day, time, zone).astimezone(zone).time()


def day_in_words(day: dt.date) -> str:
    """``Sunday, March 8, 2026``."""
    return f"{day:%A, %B} {day.day}, {day.year}"


def left_out_words(day: dt.date, time: dt.time, zone: ZoneInfo) -> str:
    """The sentence about a time that is left out."""
    return (
        f"On {day_in_words(day)} the clocks go forward and {short_time(time)} does not exist: "
        f"the note would be due at {short_time(shown_instead(day, time, zone))}."
    )


def doubled_words(day: dt.date, time: dt.time) -> str:
    """The sentence about a time that comes twice."""
    return (
        f"On {day_in_words(day)} the clocks go back and {short_time(time)} comes twice: "
        "the first is meant."
    )
