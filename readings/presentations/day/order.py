"""The running order of a class, and all classes with talks."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.urls import reverse

from readings.core.clock import short_date, short_time
from readings.courses.access import Access
from readings.presentations import queries
from readings.presentations.day.access import Part
from readings.presentations.day.hours import Hours, Moment, running_order
from readings.presentations.day.marking import marks_by_talk, waiting_in
from readings.presentations.day.materials import Shelf, materials_by_talk, shelves_for
from readings.presentations.day.models import TalkMark
from readings.presentations.day.talks import Talk, slots_of, talk_hours, talks_of, times_of
from readings.presentations.models import Slot
from readings.schedule.models import Meeting, Status

_TO_COME: Final = frozenset({Moment.UNKNOWN, Moment.BEFORE})


@dataclass(slots=True)
class TalkEntry:
    """One presenter of a slot, for one reader."""

    talk: Talk
    is_mine: bool
    shelves: list[Shelf]
    handed_in: int  # labels; what staff and presenters know before the class sees them
    shows_state: bool  # whether the reader is told what was handed in, and when
    misses_slides: bool  # they are due, or the class is there, and the reader is told


@dataclass(slots=True)
class Turn:
    """A slot in the running order."""

    slot: Slot
    name: str
    starts: str  # "10:40"; empty where it is not known
    ends: str
    entries: list[TalkEntry]
    is_first: bool = False  # of its item: it cannot go up
    is_last: bool = False

    @property
    def is_mine(self) -> bool:
        """Whether the reader gives it."""
        return any(one.is_mine for one in self.entries)


@dataclass(slots=True)
class OrderPage:
    """A class, talk after talk."""

    meeting: Meeting
    day: str
    hours: Hours
    times: str  # "10:30 – 11:50"
    turns: list[Turn]
    too_long: int  # minutes by which the talks are longer than the class
    unknown: bool  # some talk has no length, so that later ones have no time
    waiting: int = 0  # marks to be returned; for the staff


@dataclass(slots=True)
class DayRow:
    """A class with talks, or the slots in none."""

    title: str
    url: str  # of its running order
    times: str
    off: str  # "Cancelled": it does not take place
    is_over: bool
    is_to_come: bool = True  # its day is not there: there is nothing to mark yet
    turns: list[Turn] = field(default_factory=list)
    meeting_id: int = 0
    talks: int = 0
    with_slides: int = 0
    marked: int = 0
    nobody: int = 0  # slots that nobody has


def order_page(access: Access, meeting: Meeting, *, now: dt.datetime) -> OrderPage:
    """The running order; the number of queries does not depend on the number of talks."""
    slots = slots_of(meeting)
    turns = _turns(access, slots, now=now)
    begins, until = times_of(meeting, access.course)
    minutes = sum(slot.minutes or 0 for slot in slots)
    return OrderPage(
        meeting=meeting,
        day=_day(meeting),
        hours=talk_hours(slots[0]) if slots else Hours(),
        times=_times(begins, until),
        turns=turns,
        too_long=max(0, minutes - _length(begins, until)) if begins and until else 0,
        unknown=any(slot.minutes is None for slot in slots[:-1]),
        waiting=waiting_in(meeting).count() if access.is_staff else 0,
    )


def days_of(access: Access, *, now: dt.datetime) -> list[DayRow]:
    """Every class with talks in the order of the term, those in none last."""
    course = access.course
    slots = list(queries.in_order(queries.with_item(Slot.objects.filter(course=course))))
    marks: Counter[tuple[int, str]] = Counter()
    if access.is_staff:
        for (slot_id, key, _member), mark in marks_by_talk([slot.pk for slot in slots]).items():
            marks[slot_id, key] += _says_something(mark)
    turns = {turn.slot.pk: turn for turn in _turns(access, slots, now=now)}
    rows = []
    for meeting, group in itertools.groupby(slots, key=lambda slot: slot.agenda_item.meeting):
        of_day = [turns[slot.pk] for slot in group]
        entries = [one for turn in of_day for one in turn.entries]
        row = _day_row(access, meeting, talk_hours(of_day[0].slot), now)
        row.turns = [turn for turn in of_day if turn.entries]
        row.nobody = len(of_day) - len(row.turns)
        row.talks = len(entries)
        row.with_slides = sum(1 for one in entries if one.handed_in)
        row.marked = sum(1 for one in entries if marks[one.talk.slot.pk, one.talk.key])
        rows.append(row)
    return rows


def _says_something(mark: TalkMark) -> bool:
    return mark.value is not None or bool(mark.comment)


def _day_row(access: Access, meeting: Meeting | None, hours: Hours, now: dt.datetime) -> DayRow:
    if meeting is None:
        return DayRow("Not scheduled", "", "", "", is_over=False)
    today = now.astimezone(access.course.zone).date()
    begins, until = times_of(meeting, access.course)
    return DayRow(
        title=_day(meeting),
        url=reverse("day:order", args=[access.course.slug, meeting.pk]),
        times=_times(begins, until),
        off="" if meeting.status == Status.CLASS else meeting.get_status_display(),
        is_over=now >= hours.ends_at
        if hours.ends_at
        else meeting.meets_on is not None and meeting.meets_on < today,
        is_to_come=meeting.meets_on is None or meeting.meets_on > today,
        meeting_id=meeting.pk,
    )


def _turns(access: Access, slots: Sequence[Slot], *, now: dt.datetime) -> list[Turn]:
    talks = talks_of(slots)
    materials = materials_by_talk(slots)
    turns = []
    for _meeting, group in itertools.groupby(slots, key=lambda one: one.agenda_item.meeting_id):
        of_day = list(group)
        # None as the meeting means one after another too, but then nothing has a time.
        starts = running_order(
            talk_hours(of_day[0]).begins_at if _has_time(of_day[0]) else None,
            [slot.minutes for slot in of_day],
        )
        for slot, start in zip(of_day, starts, strict=True):
            entries = [
                _entry(access, talk, materials.get((slot.pk, talk.key), []), now)
                for talk in talks[slot.pk]
            ]
            turns.append(_turn(access, slot, start, entries))
    for turn, before in zip(turns, [None, *turns], strict=False):
        turn.is_first = before is None or before.slot.agenda_item_id != turn.slot.agenda_item_id
        if before is not None:
            before.is_last = turn.is_first
    if turns:
        turns[-1].is_last = True
    return turns


def _turn(access: Access, slot: Slot, start: dt.datetime | None, entries: list[TalkEntry]) -> Turn:
    zone = access.course.zone
    end = start + dt.timedelta(minutes=slot.minutes) if start and slot.minutes else None
    return Turn(
        slot=slot,
        name=queries.name_of(slot),
        starts=short_time(start.astimezone(zone).time()) if start else "",
        ends=short_time(end.astimezone(zone).time()) if end else "",
        entries=entries,
    )


def _entry(access: Access, talk: Talk, materials: Sequence[object], now: dt.datetime) -> TalkEntry:
    shelves = shelves_for(access, talk, materials, now=now)  # type: ignore[arg-type]
    part = talk.part(access)
    shows_state = part in (Part.PRESENTER, Part.STAFF)
    is_awaited = talk.hours.is_late(now) or talk.hours.moment(now) not in _TO_COME
    return TalkEntry(
        talk=talk,
        is_mine=part == Part.PRESENTER or (access.user is not None and access.user in talk.people),
        shelves=shelves,
        handed_in=len(materials),
        shows_state=shows_state,
        misses_slides=shows_state and is_awaited and not materials,
    )


def _has_time(slot: Slot) -> bool:
    meeting = slot.agenda_item.meeting
    return meeting is not None and times_of(meeting, slot.course)[0] is not None


def _day(meeting: Meeting) -> str:
    return short_date(meeting.meets_on) if meeting.meets_on else "A class without a date"


def _times(begins: dt.time | None, until: dt.time | None) -> str:
    if begins is None:
        return ""
    return f"{short_time(begins)} – {short_time(until)}" if until else short_time(begins)


def _length(begins: dt.time, until: dt.time) -> int:
    return (until.hour - begins.hour) * 60 + until.minute - begins.minute
