"""What a course is now and what was imported into it last: all that a plan has to read."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch

from readings.courses.models import Course
from readings.imports.models import Import, ImportState
from readings.schedule.models import AgendaItem, Meeting, Reading, Week

Identity = tuple[str, str]


@dataclass
class CourseState:
    """The rows of a course that an import may meet."""

    meetings: list[Meeting]
    items: list[AgendaItem]
    readings: dict[Identity, Reading]
    weeks: dict[dt.date, Week] = field(default_factory=dict)  # by their Monday

    def items_of(self, meeting: Meeting | None) -> list[AgendaItem]:
        """The agenda of a meeting, in order."""
        return [item for item in self.items if meeting and item.meeting_id == meeting.pk]


@dataclass
class LastImport:
    """What the last application of the same source said, by row and by place."""

    by_id: dict[tuple[str, int], dict[str, Any]]
    by_key: dict[str, dict[str, Any]]


def read_state(course: Course) -> CourseState:
    """The course's meetings, agenda and readings, in four queries."""
    meetings = list(course.meetings.select_related("week"))
    links = Prefetch("reading__links")
    items = list(
        course.agenda_items.select_related("reading__paper", "meeting")
        .prefetch_related(links)
        .order_by("meeting__meets_on", "position", "id")
    )
    readings = {
        identity: reading
        for reading in course.readings.select_related("paper").prefetch_related("links")
        if (identity := identity_of(reading)) is not None
    }
    state = CourseState(meetings, items, readings)
    for meeting in meetings:
        if meeting.meets_on:
            state.weeks.setdefault(monday_of(meeting.meets_on), meeting.week)
    return state


def read_last_import(*, course: Course, source: str) -> LastImport:
    """What the source said when it was last applied; empty before the first time."""
    last = (
        Import.objects.filter(source__course=course, source__name=source, state=ImportState.APPLIED)
        .order_by("-applied_at", "-id")
        .values_list("became", flat=True)
        .first()
    )
    by_id: dict[tuple[str, int], dict[str, Any]] = defaultdict(dict)
    by_key: dict[str, dict[str, Any]] = {}
    for row in last or []:
        by_key[row["key"]] = row
        if row["id"] is not None:
            by_id[row["what"], row["id"]] = row
    return LastImport(dict(by_id), by_key)


def identity_of(reading: Reading) -> Identity | None:
    """The name of a reading's paper, as ``understood.Item.identity`` gives it."""
    paper = reading.paper
    if paper.arxiv_id:
        return "arxiv", paper.arxiv_id
    if paper.doi:
        return "doi", paper.doi
    return ("url", paper.url) if paper.url else None


def monday_of(date: dt.date) -> dt.date:
    """The first day of a date's week."""
    return date - dt.timedelta(days=date.weekday())


def applied_imports(course: Course, count: int = 5) -> list[Import]:
    """The last applications, the newest first, without their documents."""
    return list(
        Import.objects.filter(source__course=course, state=ImportState.APPLIED)
        .select_related("created_by")
        .defer("text", "understood", "became")
        .order_by("-applied_at")[:count]
    )
