"""Feeds as two parsers that know nothing of each other understand them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.test import Client
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar


@dataclass(frozen=True)
class Told:
    """An event as a calendar reads it."""

    uid: str
    sequence: int
    start: Any
    end: Any
    summary: str
    description: str
    location: str
    is_cancelled: bool
    is_transparent: bool
    changed_at: dt.datetime

    @property
    def utc(self) -> dt.datetime:
        """When it begins, in UTC."""
        instant: dt.datetime = self.start.astimezone(dt.UTC)
        return instant


def events_of(content: bytes) -> dict[str, Told]:
    """Events by the part of their UID before the @, which both parsers read alike."""
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    for line in lines:
        assert len(line) <= 75
        assert not {"\r", "\n"} & set(line.decode())  # nor is a character folded in two
    calendar = Calendar.from_ical(content)
    assert isinstance(calendar, Calendar)
    assert not calendar.errors
    assert calendar.get_missing_tzids() == set()
    found = [_by_icalendar(event) for event in calendar.events]
    strict = IcsCalendarStream.calendar_from_ics(content.decode())
    assert [_by_ical(event) for event in strict.events] == found
    by_key = {one.uid.partition("@")[0]: one for one in found}
    assert len(by_key) == len(found), "two events of one UID"
    return by_key


def feed(path: str) -> dict[str, Told]:
    """The events of the feed at ``path``, as somebody without a session gets them."""
    answer = Client().get(path)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return events_of(answer.content)


def _by_icalendar(event: Any) -> Told:
    assert not event.errors
    return Told(
        uid=str(event["UID"]),
        sequence=int(event["SEQUENCE"]),
        start=event["DTSTART"].dt,
        end=event["DTEND"].dt if "DTEND" in event else None,
        summary=str(event["SUMMARY"]),
        description=str(event.get("DESCRIPTION", "")),
        location=str(event.get("LOCATION", "")),
        is_cancelled=event["STATUS"] == "CANCELLED",
        is_transparent=event["TRANSP"] == "TRANSPARENT",
        changed_at=event["DTSTAMP"].dt,
    )


def _by_ical(event: Any) -> Told:
    return Told(
        uid=event.uid,
        sequence=event.sequence,
        start=event.dtstart,
        end=event.dtend,
        summary=event.summary,
        description=event.description or "",
        location=event.location or "",
        is_cancelled=event.status == "CANCELLED",
        is_transparent=event.transparency == "TRANSPARENT",
        changed_at=event.dtstamp,
    )
