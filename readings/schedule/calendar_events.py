"""The days off in an iCalendar file (RFC 5545), and when they are.  Pure."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from icalendar import Calendar, Event, vBroken, vRecur

from readings.core.days_off import says_day_off

MAX_BYTES: Final = 1024 * 1024

# Days of an academic calendar that speak of a break and are none.
_NO_BREAK: Final = re.compile(
    r"\b(?:class(?:es)?\s+(?:resume|begin|start)s?|resumes?"
    r"|(?:break|recess|vacation|holidays?)\s+ends?|last day (?:of|before)|deadline)\b",
    re.IGNORECASE,
)
# The parts of a repetition that are read; a country's holidays are written with these.
_READ_PARTS: Final = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY", "WKST"}
)
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class NotTaken(Exception):
    """Why days are no holidays of a term, in a sentence."""


def days_off(data: bytes) -> list[Event]:
    """The all-day events of a calendar file that look like days off.  Raises ``NotTaken``."""
    if not data.strip():
        raise NotTaken("This file is empty.")
    if len(data) > MAX_BYTES:
        raise NotTaken("This file is larger than 1 MB. Choose a calendar of holidays alone.")
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:15].upper() != b"BEGIN:VCALENDAR":
        raise NotTaken("This is no calendar file: the name of one mostly ends in .ics.")
    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except (ValueError, LookupError, TypeError, AttributeError):
        calendars = []
    if not calendars:  # as where its end is missing
        raise NotTaken("This calendar file is broken or cut off. Fetch it once more.")
    found = [event for one in calendars for event in one.walk("VEVENT")]
    events = [event for event in found if isinstance(event, Event) and _is_all_day(event)]
    days_off = [event for event in events if _is_day_off(event)]
    if not events:
        raise NotTaken("This calendar has no event that lasts a whole day.")
    if not days_off:
        raise NotTaken(
            f"None of the {len(events)} all-day events of this calendar looks like a day off."
        )
    return days_off


def _is_all_day(event: Event) -> bool:
    start = _value(event, "DTSTART")
    if isinstance(start, vBroken):
        return True  # to be named as a problem when its days are asked for
    day = getattr(start, "dt", None)
    return isinstance(day, dt.date) and not isinstance(day, dt.datetime)


def _is_day_off(event: Event) -> bool:
    name = str(event.get("SUMMARY", ""))
    is_cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
    return says_day_off(name) and not _NO_BREAK.search(name) and not is_cancelled


def spans(event: Event, starts_on: dt.date, ends_on: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    """First and last day of the event each time it is in the term.  Raises ``NotTaken``."""
    if isinstance(event["DTSTART"], vBroken):
        raise NotTaken("its first day cannot be read.")
    start: dt.date = _value(event, "DTSTART").dt
    last = _last_day(event, start)
    if "RRULE" not in event and "RDATE" not in event:
        starts = [start]
    else:
        # A break may have begun in the year before the term's.
        years = range(max(starts_on.year - 1, start.year), ends_on.year + 1)
        starts = list(_yearly(event, start, years))
    for first in starts:
        end = first + (last - start)
        if end >= starts_on and first <= ends_on:
            yield first, end


def _last_day(event: Event, start: dt.date) -> dt.date:
    try:
        end = _date(event.end)  # the day after the last one
    except ValueError:
        raise NotTaken("its last day cannot be read.") from None
    return max(start, end - dt.timedelta(days=1))


def _yearly(event: Event, start: dt.date, years: Iterable[int]) -> Iterator[dt.date]:
    """When an event begins that repeats once a year.  Raises ``NotTaken`` where it does not."""
    rule = _value(event, "RRULE")
    if "RDATE" in event or not isinstance(rule, vRecur) or not _is_read(rule):
        raise NotTaken("it repeats in a way that is not read. Type its days instead.")
    until = _date(rule["UNTIL"][0]) if "UNTIL" in rule else dt.date.max
    times = rule["COUNT"][0] if "COUNT" in rule else len(range(dt.MINYEAR, dt.MAXYEAR + 1))
    left_out = _left_out(event)
    for year in years:
        day = _in_year(rule, start, year)
        if day and start <= day <= until and year - start.year < times and day not in left_out:
            yield day


def _is_read(rule: vRecur) -> bool:
    """Whether the rule names one day of every year."""
    weekdays = rule.get("BYDAY", [])
    return (
        rule.keys() <= _READ_PARTS
        and rule.get("FREQ") == ["YEARLY"]
        and rule.get("INTERVAL", [1]) == [1]
        and all(len(values) == 1 for values in rule.values())
        and not ("BYDAY" in rule and "BYMONTHDAY" in rule)
        and all(day.relative and day.weekday in _WEEKDAYS for day in weekdays)
        and (not weekdays or "BYMONTH" in rule)
    )


def _in_year(rule: vRecur, start: dt.date, year: int) -> dt.date | None:
    """The day that the rule names in ``year``; None where the year has no such day."""
    month = int(rule["BYMONTH"][0]) if "BYMONTH" in rule else start.month
    try:
        if "BYDAY" in rule:
            nth = rule["BYDAY"][0]
            return _nth_weekday(year, month, _WEEKDAYS.index(nth.weekday), nth.relative)
        return dt.date(
            year, month, int(rule["BYMONTHDAY"][0]) if "BYMONTHDAY" in rule else start.day
        )
    except (ValueError, OverflowError):
        return None


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> dt.date | None:
    """The fourth Thursday of a month, the last Monday (``nth`` -1)."""
    length = calendar.monthrange(year, month)[1]
    days = [day for day in range(1, length + 1) if calendar.weekday(year, month, day) == weekday]
    place = nth - 1 if nth > 0 else nth
    return dt.date(year, month, days[place]) if -len(days) <= place < len(days) else None


def _left_out(event: Event) -> set[dt.date]:
    try:
        return {_date(moment) for moment in event.exdates}
    except ValueError:
        raise NotTaken("the days on which it is left out cannot be read.") from None


def _value(event: Event, name: str) -> Any:
    """A property as icalendar gives it: any of thirty types."""
    return event.get(name)


def _date(moment: dt.date | dt.datetime) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment
