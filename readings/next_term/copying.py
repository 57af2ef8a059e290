"""Writes the plan of one course into another that is empty, in as many statements as kinds of row.

It stands below ``services`` and runs in their transaction.  It writes whole kinds of rows, as
``reading_lists.filling`` does; whoever changes one row uses the services of its package.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.db import models

from readings.core.clock import moved_moment
from readings.courses.models import Course
from readings.next_term.laying import Layout, topics_of
from readings.next_term.queries import Contents
from readings.notes.models import Assignment, NoteTemplate
from readings.papers.models import VersionOrigin
from readings.presentations.models import Seat, Sheet, Slot
from readings.reading_lists.models import Entry, Section
from readings.schedule.models import (
    AgendaItem,
    Kind,
    LinkRole,
    Meeting,
    Reading,
    Status,
    Week,
)

Row = TypeVar("Row", bound=models.Model)

_BATCH: Final = 500


@dataclass(frozen=True)
class Hours:
    """When the classes of the new term begin and end.

    Each as before where that is not known, or where a class had hours other than ``usual``, those
    of its course: an evening with a guest stays one.
    """

    starts: dt.time | None = None
    ends: dt.time | None = None
    usual: tuple[dt.time | None, dt.time | None] = (None, None)

    def of(self, old: Meeting | None) -> tuple[dt.time | None, dt.time | None]:
        """From when until when the class that follows ``old`` takes place."""
        if old is None:
            return self.starts, self.ends
        before = (old.meets_from, old.meets_until)
        is_special = old.meets_from and self.usual[0] and before != self.usual
        return before if self.starts is None or is_special else (self.starts, self.ends)


def copy_contents(
    *, contents: Contents, course: Course, layout: Layout, hours: Hours, keeps_uploads: bool
) -> None:
    """Fill ``course`` with ``contents``, laid out.

    ``keeps_uploads``: readings stay pinned to PDFs that somebody uploaded for the old course.
    """
    copy = _Copy(contents, course, layout)
    copy.make_weeks_and_meetings(hours)
    copy.make_readings(keeps_uploads=keeps_uploads)
    copy.make_agenda()
    copy.make_slots()
    copy.make_note_rules()
    copy.make_lists()


class _Copy:
    """Keeps which new row stands for which old one."""

    def __init__(self, contents: Contents, course: Course, layout: Layout) -> None:
        self.contents = contents
        self.course = course
        self.layout = layout
        self.old_meetings = contents.meetings_by_key
        self.meetings: dict[int, Meeting] = {}
        self.readings: dict[int, Reading] = {}
        self.items: dict[int, AgendaItem] = {}

    def make_weeks_and_meetings(self, hours: Hours) -> None:
        places = self.layout.places
        topics = self.topics()
        numbers = sorted({place.week for place in places} | topics.keys())
        weeks = {
            number: Week(course=self.course, number=number, topic=topics.get(number, ""))
            for number in numbers
        }
        _store(weeks.values())
        in_week = dict.fromkeys(numbers, 0)
        made, named = [], []
        for place in places:
            old = self.old_meetings.get(place.source) if place.source is not None else None
            meeting = self.new_meeting(old, hours if place.day else Hours())
            meeting.week, meeting.position = weeks[place.week], in_week[place.week]
            meeting.meets_on = place.day
            if place.day is None:
                meeting.meets_from = meeting.meets_until = None
            if place.holiday:
                meeting.status = Status.HOLIDAY
                named.append((meeting, place.holiday))
            in_week[place.week] += 1
            made.append(meeting)
            if old is not None:
                self.meetings[old.pk] = meeting
        _store(made)
        _store(
            AgendaItem(course=self.course, meeting=meeting, kind=Kind.OTHER, text=name[:300])
            for meeting, name in named
        )

    def topics(self) -> dict[int, str]:
        moved = [
            (self.old_meetings[place.source].week.number, place.week)
            for place in self.layout.places
            if place.source is not None
        ]
        with_meetings = {meeting.week_id for meeting in self.contents.meetings}
        return topics_of(
            {week.number: week.topic for week in self.contents.weeks},
            moved,
            self.free_weeks(with_meetings),
        )

    def free_weeks(self, with_meetings: set[int]) -> list[int]:
        """Old weeks without a meeting, as far as the new term goes."""
        last = max((place.week for place in self.layout.places), default=None)
        return [
            week.number
            for week in self.contents.weeks
            if week.pk not in with_meetings and (last is None or week.number <= last)
        ]

    def new_meeting(self, old: Meeting | None, hours: Hours) -> Meeting:
        starts, ends = hours.of(old)
        # A template keeps its holidays; elsewhere nobody takes over the plan of one.
        is_holiday = old is not None and old.status == Status.HOLIDAY and self.keeps_holidays
        return Meeting(
            course=self.course,
            meets_from=starts,
            meets_until=ends,
            status=Status.HOLIDAY if is_holiday else Status.CLASS,
            room=old.room if old else "",
            is_pinned=old.is_pinned if old else False,
        )

    @property
    def keeps_holidays(self) -> bool:
        return self.course.is_template

    def make_readings(self, *, keeps_uploads: bool) -> None:
        for old in self.contents.readings:
            version = old.pinned_version
            is_ours = version and (keeps_uploads or version.origin != VersionOrigin.UPLOAD)
            self.readings[old.pk] = Reading(
                course=self.course,
                paper=old.paper,
                label=old.label,
                title=old.title,
                required=old.required,
                pinned_version=version if is_ours else None,
            )
        _store(self.readings.values())
        _store(_again(link, reading=self.readings[link.reading_id]) for link in self.contents.links)

    def make_agenda(self) -> None:
        names = set() if self.keeps_holidays else self.contents.holiday_names
        parked = list(self.contents.agenda[None])
        for meeting in self.contents.meetings:
            items = [item for item in self.contents.agenda[meeting.pk] if item.pk not in names]
            if meeting.pk in self.meetings:
                self.place(items, self.meetings[meeting.pk])
            else:
                parked += items
        self.place(parked, None)
        _store(self.items.values())

    def place(self, items: Sequence[AgendaItem], meeting: Meeting | None) -> None:
        for position, old in enumerate(items):
            self.items[old.pk] = _again(
                old,
                course=self.course,
                meeting=meeting,
                position=position,
                reading=self.readings[old.reading_id] if old.reading_id else None,
                links=_links(old.links),
                presenters=[],
            )

    def make_slots(self) -> None:
        zone = self.course.zone
        sheets = self._make_sheets()
        slots: dict[int, Slot] = {}
        for old in self.contents.slots:
            if old.agenda_item_id not in self.items:
                continue
            item = self.items[old.agenda_item_id]
            old_item = self.contents.items_by_key[old.agenda_item_id]
            was = self.old_meetings.get(old_item.meeting_id) if old_item.meeting_id else None
            days = (was.meets_on if was else None, item.meeting.meets_on if item.meeting else None)
            slots[old.pk] = _again(
                old,
                course=self.course,
                agenda_item=item,
                sheet=sheets[old.sheet_id],
                opens_at=moved_moment(old.opens_at, *days, zone),
                closes_at=moved_moment(old.closes_at, *days, zone),
                created_at=self.course.created_at,
            )
        _store(slots.values())
        _store(
            Seat(slot=slots[seat.slot_id], number=seat.number)
            for seat in self.contents.seats
            if seat.slot_id in slots
        )

    def _make_sheets(self) -> dict[int, Sheet]:
        """Sheets by the keys of the old ones, for everybody; they open as early in the term."""
        sheets: dict[int, Sheet] = {}
        for old in self.contents.sheets:
            days = old.course.starts_on, self.course.starts_on
            sheets[old.pk] = _again(
                old,
                course=self.course,
                opens_at=moved_moment(old.opens_at, *days, self.course.zone),
                closes_at=moved_moment(old.closes_at, *days, self.course.zone),
                is_for_some=False,
                created_at=self.course.created_at,
            )
        _store(sheets.values())
        return sheets

    def make_note_rules(self) -> None:
        """Templates as they are now, the policy, and what single readings ask."""
        templates = {
            old.pk: _again(old, course=self.course, created_at=self.course.created_at)
            for old in self.contents.note_templates
        }
        _store(templates.values())
        _store(
            _again(
                old,
                template=templates[old.template_id],
                number=1,
                created_at=self.course.created_at,
            )
            for old in self.contents.template_versions
            if old.template_id in templates
        )
        policy = self.contents.note_policy
        if policy is not None:
            template = templates.get(policy.template_id or 0)
            _store([_again(policy, course=self.course, template=template)])
        _store(
            self.assignment(old, templates.get(old.template_id or 0))
            for old in self.contents.assignments
        )

    def assignment(self, old: Assignment, template: NoteTemplate | None) -> Assignment:
        """A deadline of its own stays as far from class as it was, or follows the policy."""
        days = next(
            (
                (self.old_meetings[item.meeting_id].meets_on, new.meets_on)
                for item in self.contents.items
                if item.carries_note
                and item.reading_id == old.reading_id
                and item.meeting_id in self.old_meetings
                and (new := self.items[item.pk].meeting) is not None
            ),
            (None, None),
        )
        due_on = old.due_on + (days[1] - days[0]) if old.due_on and days[0] and days[1] else None
        return _again(
            old,
            reading=self.readings[old.reading_id],
            template=template,
            due_on=due_on,
            due_time=old.due_time if due_on else None,
        )

    def make_lists(self) -> None:
        lists = {old.pk: _again(old, course=self.course) for old in self.contents.lists}
        _store(lists.values())
        sections: dict[int, Section] = {
            old.pk: _again(old, reading_list=lists[old.reading_list_id], parent=None)
            for old in self.contents.sections
        }
        for section in self.contents.sections:
            sections[section.pk].parent = sections.get(section.parent_id or 0)
        _store_parents_first(list(sections.values()))
        entries: dict[int, Entry] = {
            old.pk: _again(
                old,
                section=sections[old.section_id],
                parent=None,
                reading=self.readings[old.reading_id] if old.reading_id else None,
                links=_links(old.links),
            )
            for old in self.contents.entries
        }
        for entry in self.contents.entries:
            entries[entry.pk].parent = entries.get(entry.parent_id or 0)
        _store_parents_first(list(entries.values()))
        _store(_again(one, entry=entries[one.entry_id]) for one in self.contents.matches)


def _again(old: Row, **other: Any) -> Row:
    """A row like ``old`` that is not stored yet, with some other values."""
    values = {
        field.attname: getattr(old, field.attname)
        for field in old._meta.concrete_fields
        if not field.primary_key and field.name not in other
    }
    return type(old)(**values, **other)


def _links(links: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """The links but those to somebody's notes."""
    return [dict(link) for link in links if link.get("role") != LinkRole.NOTES]


def _store(rows: Iterable[Row]) -> None:
    found = list(rows)
    if found:
        type(found[0])._base_manager.bulk_create(found, batch_size=_BATCH)


def _store_parents_first(rows: Sequence[Any]) -> None:
    """Rows that stand under each other: each needs the key of the one it is under."""
    waiting = list(rows)
    while waiting:
        ready = [one for one in waiting if one.parent is None or one.parent.pk is not None]
        if not ready:
            raise ValueError("rows that are each other's parents")
        _store(ready)
        waiting = [one for one in waiting if one.pk is None]
