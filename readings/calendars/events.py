"""An event of a calendar, as values.  Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

# What some calendar or its parser takes for the end of a line, and what is no text at all.
_LINE_ENDS = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
# Not the colon of "https://" nor of "arXiv:1802.04799".
_SUBTITLE = re.compile(r":\s+|：")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a description, and the page of this site that it is about."""

    text: str
    path: str = ""  # "/c/compilers/papers/5/"


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """A class, a deadline or a talk.

    ``start`` and ``end`` are dates (a whole day; ``end`` is the day after), or times that know
    their zone; without ``end`` nobody knows how long it takes, or it takes no time.
    """

    course_id: int
    course_uid: uuid.UUID
    key: str  # "meeting-12": what it is called in its course
    start: dt.date | dt.datetime
    end: dt.date | dt.datetime | None
    summary: str
    description: tuple[Line, ...] = ()
    location: str = ""
    path: str = ""  # the page of this site that shows it
    is_cancelled: bool = False
    is_transparent: bool = False  # takes nobody's time
    # When the reader did what it asks for: not part of what the event is for everybody.
    done_at: dt.datetime | None = None

    @property
    def uid(self) -> str:
        """What it is called in the world, for ever: not a host nor a title is in it."""
        return f"{self.key}@{self.course_uid}"

    @property
    def title(self) -> str:
        """The summary as its reader sees it, with a tick where they did what it asks for."""
        return f"✓ {self.summary}" if self.done_at else self.summary

    @property
    def digest(self) -> str:
        """A hash of what it tells a calendar, whoever reads it and at whichever address."""
        parts = (
            _spell(self.start),
            _spell(self.end),
            self.summary,
            [(line.text, line.path) for line in self.description],
            self.location,
            self.is_cancelled,
            self.is_transparent,
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class NumberedEvent:
    """An event as it is told: how often it was changed, and when lately."""

    event: CalendarEvent
    sequence: int
    changed_at: dt.datetime


def numbered(event: CalendarEvent, *, changes: int, changed_at: dt.datetime) -> NumberedEvent:
    """The event with its SEQUENCE, which grows with every change, and when its reader is done.

    The changes that everybody sees count twice, so that there is room between them for the reader's
    own.
    """
    if event.done_at is None:
        return NumberedEvent(event, 2 * changes, changed_at)
    return NumberedEvent(event, 2 * changes + 1, max(changed_at, event.done_at))


def hours_of(
    day: dt.date,
    meets_from: dt.time | None,
    meets_until: dt.time | None,
    *,
    usual: tuple[dt.time | None, dt.time | None],
    zone: ZoneInfo,
) -> tuple[dt.date | dt.datetime, dt.date | dt.datetime | None]:
    """Start and end of a class on ``day``, what nobody wrote down taken from the ``usual`` hours.

    Without any time the whole day.  A class that begins at another time than usual is as long as
    usual; without usual hours its end is not known.
    """
    usual_from, usual_until = usual
    begins = meets_from or usual_from
    if begins is None:
        return whole_day(day)
    local = dt.datetime.combine(day, begins)
    try:
        if meets_until is not None and meets_until > begins:
            ends = dt.datetime.combine(day, meets_until)
        elif usual_from is not None and usual_until is not None and usual_until > usual_from:
            length = dt.datetime.combine(day, usual_until) - dt.datetime.combine(day, usual_from)
            ends = local + length
        else:
            return local.replace(tzinfo=zone), None
        start, end = local.replace(tzinfo=zone), ends.replace(tzinfo=zone)
        # The clock may jump over the hour in between.
        return start, end if end.astimezone(dt.UTC) > start.astimezone(dt.UTC) else None
    except OverflowError:  # at the edge of the calendar, typed by mistake
        return whole_day(day)


def whole_day(day: dt.date) -> tuple[dt.date, dt.date | None]:
    """Start and end of something that has a date and no time."""
    return day, day + dt.timedelta(days=1) if day < dt.date.max else None


def one_line(text: str) -> str:
    """Text as a title or a place has it: without breaks and what cannot be written."""
    return " ".join(_CONTROLS.sub("", _LINE_ENDS.sub(" ", text)).split())


def in_brief(names: Sequence[str], *, most: int) -> str:
    """``DSPy, TVM, Glow and 2 more``: so many of the names, and how many there are besides."""
    words = ", ".join(names[:most])
    return f"{words} and {len(names) - most} more" if len(names) > most else words


def short_title(title: str, *, limit: int) -> str:
    """``FlashAttention`` for ``FlashAttention: Fast and ...``; what is still long is cut."""
    head, *rest = _SUBTITLE.split(title.strip(), maxsplit=1)
    return cut_at_word(head if head and rest else title, limit=limit)


def cut_at_word(text: str, *, limit: int) -> str:
    """The words that fit into ``limit`` characters and the dots that say that there are more.

    What is written with hardly a space is cut anywhere.
    """
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    words = text[: limit + 1].rpartition(" ")[0]
    if len(words) < limit // 2:
        words = text[:limit]
    return words.rstrip(" ,;:.–—-") + "…"


def _spell(when: dt.date | dt.datetime | None) -> str:
    """A date or a time without a doubt: the zone counts, not what is known of its offset."""
    if isinstance(when, dt.datetime):
        return f"{when.replace(tzinfo=None).isoformat()} {when.tzinfo}"
    return when.isoformat() if when else ""
