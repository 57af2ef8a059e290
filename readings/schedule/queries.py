"""What pages read about a course's schedule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from readings.courses.models import Course
from readings.papers.models import PaperVersion
from readings.papers.queries import FetchProgress, progress_of
from readings.papers.reading_time import minutes_to_read
from readings.schedule.models import AgendaItem, Meeting, Reading, Status, Week


@dataclass
class MeetingAgenda:
    """A meeting with its items in order."""

    meeting: Meeting
    items: list[AgendaItem] = field(default_factory=list)

    @cached_property
    def kinds(self) -> list[str]:
        """The kinds of its items, each once, in the order of the agenda."""
        return list(dict.fromkeys(item.kind for item in self.items))

    @property
    def minutes(self) -> int:
        """Minutes of required reading that are known; none for a class that does not take place."""
        if self.meeting.status != Status.CLASS:
            return 0
        return sum(
            minutes_to_read(item.reading.word_count) or 0
            for item in self.items
            if item.reading and item.reading.required and item.carries_note
        )


@dataclass
class WeekAgenda:
    """A week with its meetings in order."""

    week: Week
    meetings: list[MeetingAgenda] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        """Minutes of required reading in the week that are known."""
        return sum(meeting.minutes for meeting in self.meetings)


@dataclass
class CourseAgenda:
    """A whole term, and what is in no meeting."""

    weeks: list[WeekAgenda]
    parked: list[AgendaItem]

    @cached_property
    def meetings(self) -> list[MeetingAgenda]:
        """All meetings in the order of the term."""
        return [meeting for week in self.weeks for meeting in week.meetings]

    @cached_property
    def readings(self) -> list[Reading]:
        """The readings on the agenda, each once."""
        items = [item for meeting in self.meetings for item in meeting.items] + self.parked
        found = {item.reading.pk: item.reading for item in items if item.reading}
        return list(found.values())

    def next_meeting(self, today: dt.date) -> MeetingAgenda | None:
        """The first class from ``today`` on; None when the term is over or has no dates."""
        dated = [
            one
            for one in self.meetings
            if one.meeting.meets_on
            and one.meeting.meets_on >= today
            and one.meeting.status == "class"
        ]
        return min(
            dated,
            key=lambda one: (one.meeting.meets_on, one.meeting.meets_from or dt.time.min),
            default=None,
        )


def fetch_progress(readings: Collection[Reading]) -> FetchProgress:
    """How far the fetching of these readings' papers is, as their courses may know; one query.

    Readings come with their papers and their lengths.
    """
    return progress_of(
        [reading.paper for reading in readings],
        pinned=[reading.pinned_version_id for reading in readings],
        needs_pdf=[reading.paper_id for reading in readings if needs_pdf(reading)],
    )


def with_length(readings: QuerySet[Reading]) -> QuerySet[Reading]:
    """Readings that know page and word count of the pinned version, else of the newest."""
    return readings.annotate(**_length(""))


def needs_pdf(reading: Reading) -> bool:
    """Whether somebody has to upload the PDF: no open one is known of a paper with only a DOI."""
    has_only_doi = reading.paper.doi is not None and reading.paper.arxiv_id is None
    return has_only_doi and reading.pinned_version_id is None and reading.page_count is None


def _length(reading: str) -> dict[str, Coalesce]:
    """The two annotations, for rows on which the reading is found under the path ``reading``."""
    newest = PaperVersion.objects.filter(
        paper=OuterRef(f"{reading}paper"), number__isnull=False, page_count__isnull=False
    ).order_by("-number")
    return {
        f"shown_{what}s": Coalesce(
            F(f"{reading}pinned_version__{what}_count"),
            Subquery(newest.values(f"{what}_count")[:1]),
        )
        for what in ("page", "word")
    }


def agenda_of(course: Course, *, empty_weeks: bool = False) -> CourseAgenda:
    """The whole schedule of a course, in two queries however long it is.

    ``empty_weeks``: also the weeks without a meeting, which takes a third.
    """
    weeks: dict[int, WeekAgenda] = {}
    if empty_weeks:
        weeks = {week.pk: WeekAgenda(week) for week in course.weeks.all()}
    meetings: dict[int, MeetingAgenda] = {}
    for meeting in course.meetings.select_related("week").order_by(
        "week__number", "position", "id"
    ):
        meetings[meeting.pk] = MeetingAgenda(meeting)
        week = weeks.setdefault(meeting.week_id, WeekAgenda(meeting.week))
        week.meetings.append(meetings[meeting.pk])
    readings: dict[int, Reading] = {}
    parked: list[AgendaItem] = []
    for item in (
        course.agenda_items.annotate(**_length("reading__"))
        .select_related("reading__paper")
        .defer("reading__paper__abstract", "reading__paper__abstract_html")
        .order_by("position", "id")
    ):
        if item.reading:
            # A reading on two meetings is one object; its length came with the item.
            item.reading = readings.setdefault(item.reading.pk, item.reading)
            for name in ("shown_pages", "shown_words"):
                item.reading.__dict__[name] = item.__dict__[name]
        # Anything planned between the two queries is shown the next time.
        if item.meeting_id is None:
            parked.append(item)
        elif item.meeting_id in meetings:
            meetings[item.meeting_id].items.append(item)
    return CourseAgenda(list(weeks.values()), parked)


def reading_of(course: Course, reading_id: int) -> Reading | None:
    """One reading of ``course`` with its paper and its length, or None."""
    found = (
        with_length(Reading.objects.filter(course=course, pk=reading_id))
        .select_related("paper", "pinned_version")
        .first()
    )
    if found is not None:
        found.course = course
    return found


def meetings_of(reading: Reading) -> list[AgendaItem]:
    """Where a reading stands on the agenda, the item its note is due for first."""
    return list(
        reading.agenda_items.select_related("meeting__week").order_by(
            "-carries_note", "meeting__meets_on", "id"
        )
    )


def neighbours(course: Course, reading: Reading) -> tuple[Reading | None, Reading | None]:
    """The readings before and after this one in the order of the term."""
    ids = list(
        AgendaItem.objects.filter(course=course, carries_note=True, meeting__isnull=False)
        .order_by("meeting__week__number", "meeting__position", "position", "id")
        .values_list("reading_id", flat=True)
    )
    if reading.pk not in ids:
        return None, None
    place = ids.index(reading.pk)
    wanted = [ids[place - 1] if place else None, ids[place + 1] if place + 1 < len(ids) else None]
    readings = Reading.objects.filter(pk__in=[pk for pk in wanted if pk]).select_related("paper")
    names = ("label", "title", "paper__title", "paper__arxiv_id", "paper__doi", "paper__url")
    found = {one.pk: one for one in readings.only(*names)}
    return found.get(wanted[0] or 0), found.get(wanted[1] or 0)


def carrier() -> FilteredRelation:
    """Of a reading, as an alias in its query: the item for which its note is due."""
    return FilteredRelation("agenda_items", condition=Q(agenda_items__carries_note=True))


def in_term_order(readings: QuerySet[Reading]) -> QuerySet[Reading]:
    """Readings with their ``carrier``, as these stand in the term; what is in no class last."""
    return readings.alias(carrier=carrier()).order_by(
        F("carrier__meeting__week__number").asc(nulls_last=True),
        "carrier__meeting__position",
        "carrier__meeting",
        "carrier__position",
        "pk",
    )
