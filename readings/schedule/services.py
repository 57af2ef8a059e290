"""The one writer of weeks, meetings and readings; ``agenda_services`` writes the agenda.

Every function here leaves the course's ``version`` raised, so that cached pages are made again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.models import Audience, Course
from readings.courses.services import record_event, touch_course
from readings.papers.models import Paper, PaperVersion
from readings.schedule.models import (
    LinkRole,
    Meeting,
    Reading,
    ReadingLink,
    Status,
    Week,
)


class MeetingHasAgenda(Refusal):
    """A meeting with something on its agenda is not deleted."""


class WeekHasMeetings(Refusal):
    """A week with meetings is not deleted."""


def get_or_make_week(*, course: Course, number: int, topic: str = "") -> Week:
    """The week of that number, made where it is missing; a topic fills an empty one."""
    week, made = Week.objects.get_or_create(course=course, number=number, defaults={"topic": topic})
    if topic and not made and not week.topic:
        week.topic = topic
        week.save(update_fields=["topic"])
    if made:
        touch_course(course_id=course.pk)
    return week


def update_week(*, week: Week, **fields: Any) -> None:
    """Store what a week is about, or another number."""
    for name, value in fields.items():
        setattr(week, name, value)
    week.save(update_fields=list(fields))
    touch_course(course_id=week.course_id)


def delete_week(*, week: Week) -> None:
    """Remove a week without meetings.  Raises ``WeekHasMeetings``."""
    if week.meetings.exists():
        raise WeekHasMeetings(f"{week} still has classes: move or remove them first.")
    week.delete()
    touch_course(course_id=week.course_id)


def add_meeting(
    *,
    week: Week,
    meets_on: dt.date | None = None,
    meets_from: dt.time | None = None,
    meets_until: dt.time | None = None,
    status: str = Status.CLASS,
    room: str = "",
    is_pinned: bool = False,
) -> Meeting:
    """A meeting at its place in the week: by date, and after the others where it has none."""
    with transaction.atomic():
        meeting = Meeting.objects.create(
            course_id=week.course_id,
            week=week,
            meets_on=meets_on,
            meets_from=meets_from if meets_on else None,
            meets_until=meets_until if meets_on else None,
            status=status,
            room=room,
            is_pinned=is_pinned,
            position=32_000,
        )
        _order_week(week.pk)
        touch_course(course_id=week.course_id)
    meeting.refresh_from_db(fields=["position"])
    return meeting


def update_meeting(*, meeting: Meeting, actor: User | None, **fields: Any) -> None:
    """Store new values of a meeting's own fields; a new date or status is an event."""
    before = (meeting.meets_on, meeting.status)
    week_before = meeting.week_id
    with transaction.atomic():
        for name, value in fields.items():
            setattr(meeting, name, value)
        if meeting.meets_on is None:
            meeting.meets_from = meeting.meets_until = None
        meeting.save()
        for week_id in {week_before, meeting.week_id}:
            _order_week(week_id)
        touch_course(course_id=meeting.course_id)
        if (meeting.meets_on, meeting.status) != before:
            record_event(
                course=meeting.course,
                actor=actor,
                kind="schedule.meeting_changed",
                summary=_meeting_sentence(before, meeting),
                audience=Audience.EVERYONE,
                details={
                    "meeting": meeting.pk,
                    "from_on": iso_day(before[0]),
                    "to_on": iso_day(meeting.meets_on),
                    "from_status": before[1],
                    "to_status": meeting.status,
                },
            )


def delete_meeting(*, meeting: Meeting) -> None:
    """Remove a meeting with an empty agenda.  Raises ``MeetingHasAgenda``."""
    with transaction.atomic():
        if meeting.agenda.exists():
            raise MeetingHasAgenda(
                "There is still something on this class's agenda: move it or take it off first."
            )
        meeting.delete()
        touch_course(course_id=meeting.course_id)


def add_reading(*, course: Course, paper: Paper, label: str = "", required: bool = True) -> Reading:
    """The reading of ``paper`` in ``course``: the one that is there, or a new one."""
    reading, made = Reading.objects.get_or_create(
        course=course, paper=paper, defaults={"label": label, "required": required}
    )
    if label and not made and not reading.label:
        reading.label = label
        reading.save(update_fields=["label"])
    touch_course(course_id=course.pk)
    return reading


@dataclass(frozen=True)
class ReadingSaid:
    """A paper, and what is said of it as a reading; words count only where there are none yet."""

    paper: Paper
    label: str = ""
    title: str = ""
    required: bool = True


def add_readings(*, course: Course, said: Sequence[ReadingSaid]) -> list[Reading]:
    """The readings of these papers, in their order: those that are there, or new ones.

    A handful of queries for a thousand papers.
    """
    with transaction.atomic():
        there = {
            reading.paper_id: reading
            for reading in Reading.objects.filter(
                course=course, paper__in=[one.paper for one in said]
            )
        }
        new: dict[int, Reading] = {}
        for one in said:
            reading = there.get(one.paper.pk) or new.get(one.paper.pk)
            label, title = one.label[:60], one.title[:500]
            if reading is None:
                new[one.paper.pk] = Reading(
                    course=course, paper=one.paper, label=label, title=title, required=one.required
                )
                continue
            fills = (label and not reading.label) or (title and not reading.title)
            reading.label, reading.title = reading.label or label, reading.title or title
            if fills and reading.pk:
                reading.save(update_fields=["label", "title"])
        Reading.objects.bulk_create(new.values(), batch_size=500)
        touch_course(course_id=course.pk)
    return [there.get(one.paper.pk) or new[one.paper.pk] for one in said]


def update_reading(*, reading: Reading, **fields: Any) -> None:
    """Store new values of a reading's own fields."""
    for name, value in fields.items():
        setattr(reading, name, value)
    reading.save(update_fields=list(fields))
    touch_course(course_id=reading.course_id)


def pin_version(*, reading: Reading, version: PaperVersion | None) -> None:
    """Read this version in the course; ``None`` follows the newest."""
    update_reading(reading=reading, pinned_version=version)


def add_reading_link(*, reading: Reading, url: str, role: str, label: str = "") -> ReadingLink:
    """A link beside a reading; the same address twice is one link."""
    known_role = role if role in LinkRole.values else LinkRole.OTHER
    link, made = ReadingLink.objects.get_or_create(
        reading=reading, url=url, defaults={"role": known_role, "label": label[:120]}
    )
    if made:
        touch_course(course_id=reading.course_id)
    return link


def update_reading_link(*, link: ReadingLink, role: str, label: str = "") -> None:
    """Store what a link is called, and what stands behind it."""
    link.role = role if role in LinkRole.values else LinkRole.OTHER
    link.label = label[:120]
    link.save(update_fields=["role", "label"])
    touch_course(course_id=link.reading.course_id)


def remove_reading_link(*, link: ReadingLink) -> None:
    """Take a link away from beside a reading."""
    link.delete()
    touch_course(course_id=link.reading.course_id)


def _order_week(week_id: int) -> None:
    """Number a week's meetings by date; undated ones keep their order after the dated."""
    meetings = list(
        Meeting.objects.filter(week_id=week_id).order_by(
            F("meets_on").asc(nulls_last=True), "meets_from", "position", "id"
        )
    )
    store_positions(meetings)


def store_positions(rows: Iterable[Any]) -> None:
    """Give rows the positions of the order they are in."""
    for position, row in enumerate(rows):
        if row.position != position:
            type(row).objects.filter(pk=row.pk).update(position=position)


def iso_day(day: dt.date | None) -> str | None:
    """A day as the details of an event have it."""
    return day.isoformat() if day else None


def place_name(meeting: Meeting | None) -> str:
    """``Sep 8``, as it stands in a sentence about a change."""
    if meeting is None:
        return "“not scheduled”"
    return (
        f"{meeting.meets_on:%b} {meeting.meets_on.day}" if meeting.meets_on else "an undated class"
    )


def _meeting_sentence(before: tuple[dt.date | None, str], meeting: Meeting) -> str:
    day, status = before
    if meeting.status != status and meeting.status == Status.CANCELLED:
        return f"Class on {place_name(meeting)} is cancelled"
    if meeting.status != status:
        return f"{place_name(meeting)} is now: {meeting.get_status_display().lower()}"
    was = f"{day:%b} {day.day}" if day else "an undated class"
    return f"Class moved from {was} to {place_name(meeting)}"
