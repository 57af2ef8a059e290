"""The two feeds: what is in them."""

from __future__ import annotations

from collections.abc import Iterator

from readings.accounts.models import User
from readings.calendars.events import CalendarEvent
from readings.calendars.ics import write_calendar
from readings.calendars.making import EventMaker
from readings.calendars.queries import accesses_of, dated_meetings, sign_ups_of, submitted_by
from readings.calendars.services import number_events
from readings.courses.access import Access
from readings.courses.models import Course
from readings.notes.standings import policies_of


def course_feed(course: Course, *, site: str, schedule: str = "") -> bytes:
    """A course's classes, for everybody who may see it: no names, no notes.

    ``site`` is what addresses begin with; ``schedule`` is the path by which these readers come.
    """
    make = EventMaker(course, schedule=schedule)
    events = [make.class_event(dated) for dated in dated_meetings([course])]
    name = f"{course.code}: {course.title}" if course.code else course.title
    return write_calendar(name, number_events(events), site=site)


def personal_feed(user: User, *, site: str) -> bytes:
    """The classes of all the courses of ``user``, the notes they owe, what they present."""
    # Nobody has two seats of a slot; if somebody had, it would still be one event.
    events = {event.uid: event for event in _personal_events(user, accesses_of(user))}
    numbered = number_events(list(events.values()))
    return write_calendar(f"Seminar: {user.display_name}", numbered, site=site)


def _personal_events(user: User, accesses: list[Access]) -> Iterator[CalendarEvent]:
    courses = [access.course for access in accesses]
    policies = policies_of(courses)
    by_course = {
        access.course.pk: (access, EventMaker(access.course, policy=policies[access.course.pk]))
        for access in accesses
    }
    submitted = submitted_by(user, courses)
    for dated in dated_meetings(courses):
        access, make = by_course[dated.meeting.course_id]
        yield make.class_event(dated)
        for item in dated.items:
            deadline = make.deadline(access, dated, item, submitted.get(item.reading_id or 0))
            if deadline:
                yield deadline
    for sign_up in sign_ups_of(user, courses):
        _access, make = by_course[sign_up.slot.course_id]
        talk = make.talk(sign_up)
        if talk:
            yield talk
