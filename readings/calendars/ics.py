"""Events as an iCalendar file: RFC 5545, and RFC 7986 for the calendar's own name.  Pure."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event, Timezone, vDDDTypes, vDuration, vInt, vText, vUri

from readings.calendars.events import CalendarEvent, Line, NumberedEvent, one_line
from readings.calendars.zones import zone_lines

CONTENT_TYPE: Final = "text/calendar; charset=utf-8"
_PRODUCT: Final = "-//Seminar//Calendar feeds//EN"
_ASK_AGAIN: Final = dt.timedelta(hours=1)


class Text(vText):
    r"""Text escaped as RFC 5545, 3.3.11 has it.

    The library's own makes a new line of the first letters of ``\Nabla``.
    """

    def to_ical(self) -> bytes:
        """The text as it stands in the file, before lines are folded."""
        escaped = str(self).replace("\\", "\\\\").replace(";", r"\;").replace(",", r"\,")
        return escaped.replace("\n", r"\n").encode()


def write_calendar(name: str, events: Iterable[NumberedEvent], *, site: str) -> bytes:
    """The file: the same bytes for the same events.

    ``site`` is what the paths of events begin with, "https://seminar.example.edu".  There is no
    METHOD: that is for what is sent to somebody, and would ask for an organizer.
    """
    events = sorted(events, key=lambda one: (_local(one.event.start), one.event.uid))
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for spelling in ("name", "x-wr-calname"):
        calendar[spelling] = Text(one_line(name))
    calendar.add("refresh-interval", _ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar["x-published-ttl"] = vDuration(_ASK_AGAIN)
    for zone in _zones(events):
        calendar.add_component(zone)
    for event in events:
        calendar.add_component(_component(event, site))
    return bytes(calendar.to_ical())


def _component(numbered: NumberedEvent, site: str) -> Event:
    event = numbered.event
    component = Event()
    component["uid"] = Text(event.uid)
    component["sequence"] = vInt(numbered.sequence)
    component["dtstamp"] = component["last-modified"] = vDDDTypes(numbered.changed_at)
    component["dtstart"] = vDDDTypes(event.start)
    if event.end is not None:
        component["dtend"] = vDDDTypes(event.end)
    component["summary"] = Text(one_line(event.title))
    if event.description:
        component["description"] = Text(_text(event.description, site))
    if event.location:
        component["location"] = Text(one_line(event.location))
    if event.path:
        component["url"] = vUri(site + event.path)
    component["status"] = Text("CANCELLED" if event.is_cancelled else "CONFIRMED")
    component["transp"] = Text("TRANSPARENT" if event.is_transparent else "OPAQUE")
    return component


def _text(description: Sequence[Line], site: str) -> str:
    """The lines, each with the address of its page under it."""
    paragraphs = (
        one_line(line.text) + (f"\n{site}{line.path}" if line.path else "") for line in description
    )
    return "\n\n".join(paragraphs)


def _zones(events: Sequence[NumberedEvent]) -> list[Component]:
    """The zones that the events' times speak of, UTC excepted, which needs no words."""
    years: dict[str, set[int]] = {}
    for numbered in events:
        event = numbered.event
        if isinstance(event.start, dt.datetime) and not _is_utc(event):
            years.setdefault(str(event.start.tzinfo), set()).add(event.start.year)
    return [_zone(key, min(found), max(found)) for key, found in sorted(years.items())]


@functools.lru_cache(maxsize=200)
def _zone(key: str, first_year: int, last_year: int) -> Component:
    return Timezone.from_ical("\r\n".join(zone_lines(key, first_year, last_year)))


def _is_utc(event: CalendarEvent) -> bool:
    zone = getattr(event.start, "tzinfo", None)
    return zone is dt.UTC or (isinstance(zone, ZoneInfo) and zone.key == "UTC")


def _local(when: dt.date | dt.datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%S") if isinstance(when, dt.datetime) else str(when)
