"""What a copy will be, in words, before anybody makes it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.text import Truncator

from readings.next_term.laying import Layout, Place
from readings.next_term.queries import Contents
from readings.schedule.holidays import Holiday
from readings.schedule.models import AgendaItem

_WEEKDAYS = (
    "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays",
)  # fmt: skip
_A_FEW = 5


@dataclass(frozen=True)
class Row:
    """A meeting of the new term, and what is on it."""

    week: int
    day: dt.date | None
    words: str
    is_holiday: bool


@dataclass(frozen=True)
class Preview:
    """What will be there, what finds no day (each a name), what is left behind."""

    classes: str
    holidays: str
    without_day: list[str]
    content: str
    left_behind: str
    rows: list[Row]

    @property
    def digest(self) -> str:
        """Names this very copy: of another plan, or for another term, it is another one.

        What is left behind does not count: a class at work writes while somebody looks.
        """
        return hashlib.sha256(repr(replace(self, left_behind="")).encode()).hexdigest()[:16]


def describe(
    contents: Contents,
    layout: Layout,
    *,
    holidays: tuple[Holiday, ...],
    left: Mapping[str, int],
) -> Preview:
    """The copy that this layout makes.  Readings know their papers."""
    on_days = [place for place in layout.places if place.holiday]
    lost = [
        _name(contents, item)
        for key in layout.without_day
        for item in contents.planned_for(contents.meetings_by_key[key])
    ]
    entries = count(len(contents.entries), "entry", "entries")
    parts = [count(len(contents.readings), "reading"), count(len(contents.slots), "sign-up slot")]
    rows = [_row(contents, place) for place in layout.places]
    return Preview(
        classes=_classes(rows),
        holidays=_holidays(on_days, len(holidays)),
        without_day=lost,
        content=_listed([*parts, f"{entries} of reading lists"]),
        left_behind=_listed([count(number, word) for word, number in left.items() if number]),
        rows=rows,
    )


def count(number: int, word: str, words: str = "") -> str:
    """``1 note``, ``12 notes``."""
    return f"{number} {word if number == 1 else words or f'{word}s'}"


def _classes(rows: list[Row]) -> str:
    classes = [row for row in rows if not row.is_holiday]
    empty = sum(not row.words for row in classes)
    days = [row.day for row in classes if row.day]
    said = count(len(classes), "class", "classes")
    if days:
        weekdays = [_WEEKDAYS[number] for number in sorted({day.weekday() for day in days})]
        said += f" on {_listed(weekdays)}, {_date(days[0])} – {_date(days[-1])}, {days[-1].year}"
    elif classes:
        said += " without dates, in their weeks"
    if not empty:
        return said
    return f"{said}; {'all' if empty == len(classes) else empty} of them still empty"


def _holidays(on_days: list[Place], known: int) -> str:
    if not on_days:
        return "None of the holidays is on a day of class" if known else "No holidays"
    names: dict[str, list[str]] = {}
    for place in on_days:
        names.setdefault(place.holiday, []).append(_date(place.day) if place.day else "")
    said = ", ".join(f"{name} ({_listed(days)})" for name, days in names.items())
    return f"{count(len(on_days), 'holiday')} on days of class: {said}"


def _row(contents: Contents, place: Place) -> Row:
    if place.holiday:
        return Row(place.week, place.day, place.holiday, is_holiday=True)
    items = []
    if place.source is not None:
        meeting = contents.meetings_by_key[place.source]
        items = [_name(contents, item) for item in contents.planned_for(meeting)]
    more = f" and {len(items) - _A_FEW} more" if len(items) > _A_FEW else ""
    return Row(place.week, place.day, ", ".join(items[:_A_FEW]) + more, is_holiday=False)


def _name(contents: Contents, item: AgendaItem) -> str:
    reading = contents.readings_by_key.get(item.reading_id or 0)
    return Truncator(reading.name if reading else item.text).chars(60)


def _date(day: dt.date) -> str:
    return f"{day:%b} {day.day}"


def _listed(parts: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
