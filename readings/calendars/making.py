"""From what stands in a schedule to events: classes, deadlines and talks.  Asks nothing."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from readings.calendars.events import (
    CalendarEvent,
    Line,
    cut_at_word,
    hours_of,
    in_brief,
    short_title,
    whole_day,
)
from readings.calendars.queries import DatedMeeting
from readings.core.days_off import says_day_off
from readings.courses.models import Course
from readings.notes.policy import NoteStanding
from readings.presentations.models import SignUp
from readings.presentations.queries import name_of
from readings.schedule.models import AgendaItem, Meeting, Reading, Status

# A calendar shows the first words of a summary; the description has all of them.
MOST_NAMES = 3
TITLE_LIMIT = 40
WORDS_LIMIT = 80

Times = tuple[dt.date | dt.datetime, dt.date | dt.datetime | None]


class EventMaker:
    """Makes the events of one course.

    ``schedule`` is the path of its schedule; who comes by a secret address comes by another one.
    """

    def __init__(self, course: Course, *, schedule: str = "") -> None:
        self._course = course
        self._name = course.code or course.title
        self._schedule = schedule or reverse("pages:schedule", args=[course.slug])
        self._sign_ups = reverse("presentations:sign_ups", args=[course.slug])
        # One reverse() for the whole feed instead of one an item.
        self._paper = reverse("pages:paper", args=[course.slug, 0])

    def class_event(self, dated: DatedMeeting) -> CalendarEvent:
        """A class, a holiday or a cancelled class, as anybody sees it who sees the course."""
        meeting = dated.meeting
        start, end = self._times(dated.day, meeting)
        return CalendarEvent(
            course_id=self._course.pk,
            course_uid=self._course.uid,
            key=f"meeting-{meeting.pk}",
            start=start,
            end=end,
            summary=self._summary(dated),
            description=(*map(self._item, dated.items), Line(self._place_in_term(meeting))),
            location=meeting.room,
            path=f"{self._schedule}#meeting-{meeting.pk}",
            is_cancelled=meeting.status == Status.CANCELLED,
            # Nor does a class whose time nobody wrote down take a whole day.
            is_transparent=meeting.status != Status.CLASS or not isinstance(start, dt.datetime),
        )

    def deadline(self, reading: Reading, standing: NoteStanding) -> CalendarEvent | None:
        """The end of the time for a note on ``reading``; None: its reader owes none."""
        due = standing.due_at
        if due is None or not standing.is_owed:
            return None
        return CalendarEvent(
            course_id=self._course.pk,
            course_uid=self._course.uid,
            key=f"note-{reading.pk}",
            start=due,
            end=None,
            summary=f"Note due: {reading.name} ({self._name})",
            description=(Line(reading.full_title, self._path_of(reading)),),
            path=self._path_of(reading),
            is_transparent=True,
            done_at=standing.submitted_at,
        )

    def talk(self, sign_up: SignUp) -> CalendarEvent | None:
        """What somebody presents, or their group does; None while it has no date.

        It takes as long as its class, for nobody plans the minutes in which who speaks.
        """
        slot = sign_up.slot
        item, meeting = slot.agenda_item, slot.agenda_item.meeting
        if meeting is None or meeting.meets_on is None:
            return None
        start, end = self._times(meeting.meets_on, meeting)
        who = "Your group presents" if slot.sheet.is_for_groups else "You present"
        minutes = (Line(f"{slot.minutes} minutes"),) if slot.minutes else ()
        return CalendarEvent(
            course_id=self._course.pk,
            course_uid=self._course.uid,
            key=f"slot-{slot.pk}",
            start=start,
            end=end,
            summary=f"{who}: {name_of(slot)} ({self._name})",
            description=(self._item(item), *minutes),
            location=meeting.room,
            path=f"{self._sign_ups}#slot-{slot.pk}",
            is_cancelled=meeting.status != Status.CLASS,
            is_transparent=True,  # the class around it takes the time
        )

    def _times(self, day: dt.date, meeting: Meeting) -> Times:
        if meeting.status == Status.HOLIDAY:
            return whole_day(day)
        usual = (self._course.meets_from, self._course.meets_until)
        return hours_of(
            day, meeting.meets_from, meeting.meets_until, usual=usual, zone=self._course.zone
        )

    def _summary(self, dated: DatedMeeting) -> str:
        """``CSE 598: DSPy, TVM``, and what is out of the ordinary about the day."""
        names = dict.fromkeys(_short_name(item) for item in dated.items)
        about = in_brief(list(names), most=MOST_NAMES)
        status = dated.meeting.status
        if status == Status.HOLIDAY:
            about = about or "holiday"
            return f"{self._name}: {about}" + ("" if says_day_off(about) else " (no class)")
        words = f"{self._name}: {about}" if about else self._name
        return f"Cancelled: {words}" if status == Status.CANCELLED else words

    def _item(self, item: AgendaItem) -> Line:
        """``DSPy: Compiling Declarative ... (chapters 1-3)`` and the paper's page."""
        reading = item.reading
        if reading is None:
            return Line(f"{item.text} ({item.portion})" if item.portion else item.text)
        words = f"{reading.label}: {reading.rest_of_title}" if reading.label else reading.full_title
        remarks = [item.portion, "" if reading.required else "optional"]
        words += "".join(f" ({remark})" for remark in remarks if remark)
        return Line(words, self._path_of(reading))

    def _place_in_term(self, meeting: Meeting) -> str:
        """``Compilers for AI, week 3: Loops``."""
        week = meeting.week
        words = f"{self._course.title}, week {week.number}"
        return f"{words}: {week.topic}" if week.topic else words

    def _path_of(self, reading: Reading) -> str:
        return self._paper.replace("/0/", f"/{reading.pk}/")


def _short_name(item: AgendaItem) -> str:
    """What an item is called where there is little room."""
    if item.reading is None:
        return cut_at_word(item.text, limit=WORDS_LIMIT)
    return item.reading.label or short_title(item.reading.full_title, limit=TITLE_LIMIT)
