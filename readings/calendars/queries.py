"""What feeds read: of all the courses of a feed at once, so that their number costs no queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from readings.accounts.models import User
from readings.calendars.models import CalendarEntry
from readings.courses.access import Access
from readings.courses.models import Course, Membership, Role
from readings.presentations.models import SignUp
from readings.presentations.queries import held_by
from readings.schedule.models import AgendaItem, Meeting, Reading


@dataclass(slots=True)
class DatedMeeting:
    """A meeting with a date, and what is on its agenda, in order."""

    day: dt.date
    meeting: Meeting
    items: list[AgendaItem] = field(default_factory=list)


def accesses_of(user: User) -> list[Access]:
    """What ``user`` may do in each of their courses; templates are no courses; one query."""
    memberships = (
        Membership.objects.filter(user=user, course__is_template=False)
        .select_related("course")
        .order_by("course__pk")
    )
    return [Access(course=one.course, user=user, role=Role(one.role)) for one in memberships]


def dated_meetings(courses: Collection[Course]) -> list[DatedMeeting]:
    """The meetings of these courses that have a date, with their agendas; two queries."""
    dated = {
        meeting.pk: DatedMeeting(meeting.meets_on, meeting)
        for meeting in Meeting.objects.filter(course__in=courses, meets_on__isnull=False)
        .select_related("week")
        .order_by("pk")
        if meeting.meets_on
    }
    items = (
        AgendaItem.objects.filter(course__in=courses, meeting__meets_on__isnull=False)
        .select_related("reading__paper")
        .defer("reading__paper__abstract", "reading__paper__abstract_html")
        .order_by("position", "pk")
    )
    for item in items:
        # Anything planned between the two queries is told the next time.
        if item.meeting_id in dated:
            dated[item.meeting_id].items.append(item)
    return list(dated.values())


def readings_by_id(reading_ids: Collection[int]) -> dict[int, Reading]:
    """These readings with their papers; one query, none for no reading."""
    if not reading_ids:
        return {}
    readings = Reading.objects.filter(pk__in=reading_ids).select_related("paper")
    return readings.defer("paper__abstract", "paper__abstract_html").in_bulk()


def sign_ups_of(user: User, courses: Collection[Course]) -> Sequence[SignUp]:
    """The seats that ``user`` or a group of theirs has in a meeting with a date; one query."""
    dated = SignUp.objects.filter(
        slot__course__in=courses, slot__agenda_item__meeting__meets_on__isnull=False
    )
    return list(
        held_by(dated, user)
        .select_related(
            "slot__sheet", "slot__agenda_item__meeting", "slot__agenda_item__reading__paper"
        )
        .defer(
            "slot__agenda_item__reading__paper__abstract",
            "slot__agenda_item__reading__paper__abstract_html",
        )
        .order_by("pk")
    )


def entries_of(
    course_ids: Collection[int],
) -> dict[tuple[int, str], CalendarEntry]:
    """What calendars were last told of the events of these courses: (course id, key) to it."""
    entries = CalendarEntry.objects.filter(course__in=course_ids)
    return {(entry.course_id, entry.key): entry for entry in entries}
