"""A time zone as calendars want it told: VTIMEZONE (RFC 5545, 3.6.5).  Pure.

Written here and not by the icalendar library, which lists the onsets of years as RDATE, and those
of summer by the clock of after the change.  Outlook stumbles over RDATE in a zone: it wants a rule.
"""

from __future__ import annotations

import calendar
import datetime as dt
import functools
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

# Before and after these, the rules of the nearest year are told.
FIRST_YEAR: Final = 1971
LAST_YEAR: Final = 2060
_YEARS_OF_A_RULE: Final = 10  # what holds for so many years is told as a rule without an end
_STEP: Final = dt.timedelta(days=7)  # no zone changes its offset and back within one
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Onset(NamedTuple):
    """A change of a zone's offset."""

    at: dt.datetime  # naive, by the clock of before the change, as RFC 5545 has it
    before: dt.timedelta
    after: dt.timedelta
    name: str  # "EDT"


@functools.lru_cache(maxsize=200)
def zone_lines(key: str, first_year: int, last_year: int) -> tuple[str, ...]:
    """The content lines of the zone ``key`` (an IANA name), true from one year to the other.

    Yearly changes are told as rules that go on, others as the dates they have in these years.
    """
    zone = ZoneInfo(key)
    start = min(max(first_year, FIRST_YEAR), LAST_YEAR - _YEARS_OF_A_RULE) - 1
    end = min(max(last_year, start + _YEARS_OF_A_RULE), LAST_YEAR)
    onsets = list(_onsets(zone, start, end))
    lines = ["BEGIN:VTIMEZONE", f"TZID:{key}"]
    if not onsets or onsets[0].at.year > start:  # what was before the first change
        local = dt.datetime(start, 1, 1, tzinfo=dt.UTC).astimezone(zone)
        offset = local.utcoffset() or dt.timedelta()
        known = Onset(dt.datetime(1970, 1, 1), offset, offset, local.tzname() or key)
        lines += _observance(known, "")
    for alike in _alike(onsets):
        years = [onset.at.year for onset in alike]
        day = _day_of_rule(alike)
        if day and len(years) > 1 and years == list(range(years[0], end + 1)):
            month = alike[0].at.month
            lines += _observance(alike[0], f"RRULE:FREQ=YEARLY;BYMONTH={month};BYDAY={day}")
        else:
            for onset in alike:
                lines += _observance(onset, "")
    return (*lines, "END:VTIMEZONE")


def _observance(onset: Onset, rule: str) -> Iterator[str]:
    kind = "DAYLIGHT" if onset.after > onset.before else "STANDARD"
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{onset.at:%Y%m%dT%H%M%S}"
    if rule:
        yield rule
    yield f"TZOFFSETFROM:{_offset(onset.before)}"
    yield f"TZOFFSETTO:{_offset(onset.after)}"
    yield f"TZNAME:{onset.name}"
    yield f"END:{kind}"


def _offset(offset: dt.timedelta) -> str:
    """``-0500``, and seconds where a zone had them."""
    seconds = round(offset.total_seconds())
    sign = "-" if seconds < 0 else "+"
    hours, rest = divmod(abs(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    return f"{sign}{hours:02}{minutes:02}" + (f"{rest:02}" if rest else "")


def _onsets(zone: ZoneInfo, start: int, end: int) -> Iterator[Onset]:
    """The changes from the year ``start`` to the end of the year ``end``."""
    early = dt.datetime(start, 1, 1, tzinfo=dt.UTC)
    stop = dt.datetime(end + 1, 1, 1, tzinfo=dt.UTC)
    while early < stop:
        late = early + _STEP
        before, after = _offset_at(early, zone), _offset_at(late, zone)
        if before != after:
            change = _change_between(early, late, zone)
            at = (change + before).replace(tzinfo=None)
            if at.year <= end:
                yield Onset(at, before, after, change.astimezone(zone).tzname() or zone.key)
        early = late


def _change_between(early: dt.datetime, late: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The first second (UTC) of the new offset."""
    before = _offset_at(early, zone)
    while late - early > dt.timedelta(seconds=1):
        middle = early + dt.timedelta(seconds=int((late - early).total_seconds()) // 2)
        if _offset_at(middle, zone) == before:
            early = middle
        else:
            late = middle
    return late


def _offset_at(instant: dt.datetime, zone: ZoneInfo) -> dt.timedelta:
    return instant.astimezone(zone).utcoffset() or dt.timedelta()


def _alike(onsets: Sequence[Onset]) -> list[list[Onset]]:
    """The onsets of the same change, on the same weekday of the same month: one a year."""
    groups: dict[tuple[object, ...], list[Onset]] = {}
    for onset in onsets:
        same = (onset.at.month, onset.at.weekday(), onset.at.time(), *onset[1:])
        groups.setdefault(same, []).append(onset)
    return list(groups.values())


def _day_of_rule(onsets: Sequence[Onset]) -> str:
    """``2SU``, ``-1SU``: which day of the month all of them are; empty where no rule gives them."""
    weekday = _DAYS[onsets[0].at.weekday()]
    if all(_days_left(onset.at) < 7 for onset in onsets):
        return f"-1{weekday}"
    places = {(onset.at.day - 1) // 7 + 1 for onset in onsets}
    return f"{places.pop()}{weekday}" if len(places) == 1 else ""


def _days_left(day: dt.datetime) -> int:
    return calendar.monthrange(day.year, day.month)[1] - day.day
