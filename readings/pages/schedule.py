"""The course's home: its term, what comes next, what one owes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from readings.core import clock
from readings.courses.access import Access
from readings.courses.models import Event
from readings.courses.queries import latest_events, teachers_of
from readings.discussion.queries import comment_counts
from readings.notes.access import note_access
from readings.notes.asking.queries import my_roles
from readings.notes.queries import note_states, one_for_all
from readings.pages.changes import (
    KINDS,
    LOOKED_AT,
    Headline,
    headlines_of,
    news_of,
    said_of_cancelled,
    since,
)
from readings.pages.moved import SHOWN_FOR, moves_of
from readings.pages.rows import ItemRow, MeetingRow, Owed, ScheduleRows, Talk, WeekRow
from readings.pages.standing import standing_of
from readings.pages.to_do import ToDo, to_do_of
from readings.papers.queries import FetchProgress
from readings.presentations.queries import MOVED_UP, SlotSummary, presenters_by_item
from readings.schedule.queries import (
    CourseAgenda,
    MeetingAgenda,
    agenda_of,
    fetch_progress,
)

# So many headlines stand beside the schedule: what is new, and what changed before.
_NEW, _EARLIER = 10, 6


@dataclass(slots=True)
class Changes:
    """What changed, for somebody who was here ``before`` (None: never, or a visitor)."""

    before: dt.datetime | None
    news: list[Headline]  # what stands above the schedule
    new: list[Headline]
    more: int  # new ones that are not listed
    earlier: list[Headline]


@dataclass(slots=True)
class Load:
    """A week's reading, for the bars in the margin."""

    number: int
    minutes: int
    is_current: bool


@dataclass(slots=True)
class SchedulePage:
    """Everything the page shows."""

    past: list[WeekRow]
    weeks: list[WeekRow]
    next_up: MeetingRow | None
    next_when: str
    owed: list[Owed]
    overdue: list[Owed]
    my_talks: list[Talk]
    to_do: list[ToDo]  # for one's talks
    loads: list[Load]
    most_minutes: int
    changes: Changes
    teachers: list[str]
    shelf: list[ItemRow]
    progress: FetchProgress
    uses_stand_in: bool
    is_empty: bool

    @property
    def jumps(self) -> list[tuple[str, str]]:
        """What a member finds beside the schedule, or on a phone below it: id and words."""
        owed, talks = len(self.owed) + len(self.overdue), len(self.my_talks)
        new = len(self.changes.new) + self.changes.more
        return [
            (place, words)
            for place, words, count in (
                ("owe-title", f"You owe {owed}", owed),
                ("to-do-title", f"{len(self.to_do)} to do for talks", len(self.to_do)),
                ("talks-title", f"You present {talks}", talks),
                ("changed-title", f"{new} change{'s' if new != 1 else ''}", new),
            )
            if count
        ]


def build_schedule(
    access: Access, *, now: dt.datetime, before: dt.datetime | None = None
) -> SchedulePage:
    """The page as ``access`` may see it; the number of queries does not depend on the term.

    ``before`` is when a member's visit before this one ended.
    """
    course = access.course
    today = now.astimezone(course.zone).date()
    agenda = agenda_of(course)
    readings = agenda.readings
    ids = [reading.pk for reading in readings]
    events = latest_events(access, kinds=KINDS, limit=LOOKED_AT)
    rights = note_access(access, now=now) if access.is_member else None
    slots = presenters_by_item(access) if access.is_member else {}
    rows = ScheduleRows(
        access,
        progress=(progress := fetch_progress(readings)),
        notes=note_states(rights, ids) if rights else {},
        open_notes=rights.open_readings if rights else (),
        one_for_all=one_for_all(rights) if rights else {},
        comments=comment_counts(ids) if access.is_member else {},
        slots=slots,
        moves=moves_of(access, today),
        said=said_of_cancelled(events, since=now - SHOWN_FOR) if access.is_member else {},
        roles=my_roles(access),
        now=now,
    )
    next_up = agenda.next_meeting(today)
    owed = rows.owed(readings)
    weeks = [rows.week(week, next_up, today) for week in agenda.weeks if week.meetings]
    is_past = _past_weeks(agenda, today)
    loads = [
        Load(row.number, sum(one.minutes for one in row.meetings), row.is_current) for row in weeks
    ]
    return SchedulePage(
        past=[row for row in weeks if row.number in is_past],
        weeks=[row for row in weeks if row.number not in is_past],
        next_up=rows.meeting(next_up, is_next=True) if next_up else None,
        next_when=_next_when(next_up, today),
        owed=[one for one in owed if not one.is_overdue],
        overdue=[one for one in owed if one.is_overdue],
        my_talks=rows.my_talks(agenda, today),
        to_do=to_do_of(access, now=now),
        loads=loads if any(load.minutes for load in loads) else [],
        most_minutes=max((load.minutes for load in loads), default=0),
        changes=_changes(access, events, slots, before=before, now=now),
        teachers=teachers_of(course),
        shelf=[rows.item(item) for item in agenda.parked] if access.is_staff else [],
        progress=progress,
        uses_stand_in=any(reading.paper.origin == "stand_in" for reading in readings),
        is_empty=not weeks,
    )


def _changes(
    access: Access,
    events: Sequence[Event],
    slots: Mapping[int, Sequence[SlotSummary]],
    *,
    before: dt.datetime | None,
    now: dt.datetime,
) -> Changes:
    news: list[Headline] = []
    if access.is_member:
        standing = standing_of(access, events, slots)
        # What they moved up to and gave away since would be untrue, also further down.
        events = [
            one
            for one in events
            if one.kind != MOVED_UP or standing.still_holds(one.kind, one.details)
        ]
        headlines = headlines_of(events)
        news = news_of(
            headlines, before=before, now=now, reader=access.member.pk, standing=standing
        )
    else:
        headlines = headlines_of(events)
        for one in headlines:
            one.message = ""  # it is to the class
    new, earlier = since(headlines, before)
    return Changes(before, news, new[:_NEW], len(new[_NEW:]), earlier[:_EARLIER])


def _past_weeks(agenda: CourseAgenda, today: dt.date) -> set[int]:
    """The numbers of the weeks that are over; none once the whole term is."""
    ends = {
        week.week.number: max(days)
        for week in agenda.weeks
        if (days := [one.meeting.meets_on for one in week.meetings if one.meeting.meets_on])
    }
    monday = today - dt.timedelta(days=today.weekday())
    past = {number for number, day in ends.items() if day < monday}
    return past if len(past) < len(ends) else set()


def _next_when(next_up: MeetingAgenda | None, today: dt.date) -> str:
    if next_up is None or next_up.meeting.meets_on is None:
        return ""
    return clock.relative_day(next_up.meeting.meets_on, today)
