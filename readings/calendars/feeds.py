"""The two feeds: what is in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from readings.accounts.models import User
from readings.calendars.events import CalendarEvent
from readings.calendars.ics import write_calendar
from readings.calendars.making import EventMaker
from readings.calendars.queries import accesses_of, dated_meetings, readings_by_id, sign_ups_of
from readings.calendars.services import number_events
from readings.courses.access import Access
from readings.courses.models import Course
from readings.notes.duties import policies_of
from readings.notes.standings import standings_in
from readings.schedule.models import Reading


def course_feed(course: Course, *, site: str, schedule: str = "") -> bytes:
    """A course's classes, for everybody who may see it: no names, no notes.

    ``site`` is what addresses begin with; ``schedule`` is the path by which these readers come.
    """
    make = EventMaker(course, schedule=schedule)
    events = [make.class_event(dated) for dated in dated_meetings([course])]
    name = f"{course.code}: {course.title}" if course.code else course.title
    return write_calendar(name, number_events(events), site=site)


def personal_feed(user: User, *, site: str, now: dt.datetime) -> bytes:
    """The classes of all the courses of ``user``, the notes they owe, what they present.

    What they are spared has no deadline: a note on what they present, that they skip, or that
    another one for the class stands for.
    """
    # Nobody has two seats of a slot; if somebody had, it would still be one event.
    events = {event.uid: event for event in _personal_events(user, accesses_of(user), now)}
    numbered = number_events(list(events.values()))
    return write_calendar(f"Seminar: {user.display_name}", numbered, site=site)


def _personal_events(
    user: User, accesses: list[Access], now: dt.datetime
) -> Iterator[CalendarEvent]:
    courses = [access.course for access in accesses]
    makers = {course.pk: EventMaker(course) for course in courses}
    meetings = dated_meetings(courses)
    for dated in meetings:
        yield makers[dated.meeting.course_id].class_event(dated)
    readings = {
        item.reading.pk: item.reading for dated in meetings for item in dated.items if item.reading
    }
    yield from _deadlines(user, accesses, makers, readings, now)
    for sign_up in sign_ups_of(user, courses):
        talk = makers[sign_up.slot.course_id].talk(sign_up)
        if talk:
            yield talk


def _deadlines(
    user: User,
    accesses: list[Access],
    makers: dict[int, EventMaker],
    readings: dict[int, Reading],
    now: dt.datetime,
) -> Iterator[CalendarEvent]:
    """Of all courses; ``readings`` are those that stand on an agenda."""
    courses = [access.course for access in accesses if access.owes_notes]
    if not courses:
        return
    known = standings_in(courses, user, now=now, policies=policies_of(courses))
    owed = {
        reading: (course, standing)
        for course, one in known.items()
        for reading in one.duties
        if (standing := one.of(user.pk, reading, owes=True)).is_owed
    }
    # What has a deadline of its own need not be on an agenda.
    readings = readings | readings_by_id(owed.keys() - readings.keys())
    for reading, (course, standing) in owed.items():
        if reading in readings:  # anything planned in between is told the next time
            deadline = makers[course].deadline(readings[reading], standing)
            if deadline:
                yield deadline
