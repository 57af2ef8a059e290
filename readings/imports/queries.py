"""What a course is now and what was imported into it last: all that a plan has to read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from readings.courses.models import Course
from readings.imports.models import Import, ImportState, Source
from readings.imports.understood import Identifiers, identity_of
from readings.papers.models import Paper
from readings.reading_lists.models import Entry, ReadingList, Section
from readings.schedule.models import AgendaItem, Meeting, Reading, Week

Identity = tuple[str, str]


@dataclass
class CourseState:
    """The rows of a course that an import may meet."""

    meetings: list[Meeting]
    items: list[AgendaItem]
    readings: dict[Identity, Reading]  # by every name of their papers
    weeks: dict[dt.date, Week] = field(default_factory=dict)  # by their Monday

    def items_of(self, meeting_id: int | None) -> list[AgendaItem]:
        """The agenda of a meeting, in order."""
        return [item for item in self.items if meeting_id and item.meeting_id == meeting_id]

    def name_of(self, identity: Identity) -> str:
        """By which a work is known, whichever of its names is given: ``arxiv:2310.03714``."""
        reading = self.readings.get(identity)
        return ":".join((reading and work_of(reading.paper)) or identity)


@dataclass
class ListState:
    """The reading list of a source; empty before it has one."""

    reading_list: ReadingList | None
    sections: list[Section]
    entries: list[Entry]


@dataclass(frozen=True)
class Base:
    """What one part of the document said the last time, and which row it was."""

    what: str
    id: int | None  # None: it was taken off here before
    key: str
    place: str  # the key of its meeting, or of its section
    name: str
    values: dict[str, Any]
    row: dict[str, Any]  # as it is stored


@dataclass
class LastImport:
    """What the last application of a source said, in the order of its document."""

    rows: list[Base] = field(default_factory=list)
    columns: frozenset[str] = frozenset()  # that the document had: ``Understood.says``

    def __post_init__(self) -> None:
        self.by_key = {row.key: row for row in self.rows}
        self.by_id: dict[tuple[str, int], Base] = {}
        for row in self.rows:
            if row.id is not None:
                self.by_id.setdefault((row.what, row.id), row)

    def of(self, what: str) -> list[Base]:
        """Its rows of one kind."""
        return [row for row in self.rows if row.what == what]


def read_state(course: Course) -> CourseState:
    """The course's meetings, agenda and readings, in five queries."""
    meetings = list(course.meetings.select_related("week"))
    readings = list(course.readings.select_related("paper").prefetch_related("links"))
    by_id = {reading.pk: reading for reading in readings}
    items = list(
        course.agenda_items.select_related("meeting__week").order_by(
            "meeting__meets_on", "position", "id"
        )
    )
    for item in items:
        if item.reading_id is not None:
            item.reading = by_id[item.reading_id]
    by_name = {name: reading for reading in readings for name in names_of(reading.paper)}
    state = CourseState(meetings, items, by_name)
    for meeting in meetings:
        if meeting.meets_on:
            state.weeks.setdefault(monday_of(meeting.meets_on), meeting.week)
    return state


def read_list(source: Source | None) -> ListState:
    """The list that a source's entries are on, in three queries."""
    if source is None or source.reading_list is None:
        return ListState(None, [], [])
    found = source.reading_list
    entries = Entry.objects.filter(section__reading_list=found).order_by("position", "id")
    return ListState(
        found,
        list(found.sections.all()),
        list(entries.select_related("reading__paper", "section")),
    )


def find_source(course: Course, name: str) -> Source | None:
    """The source of that name, with its list."""
    return course.sources.filter(name=name).select_related("reading_list").first()


def last_applied(source: Source) -> Import | None:
    """The last application that stands: neither undone, nor resting on one that was.

    An application that changed nothing (its ``change`` is None) rests on the one before it.
    """
    resting: int | None = None
    applied = Import.objects.filter(source=source, state=ImportState.APPLIED)
    for pk, change, undone_at in applied.order_by("-applied_at", "-id").values_list(
        "pk", "change", "change__undone_at"
    ):
        resting = resting or pk
        if change is not None:
            if undone_at is None:
                break
            resting = None
    return applied.defer("text", "understood").filter(pk=resting or 0).first()


def read_last_import(source: Source | None) -> LastImport:
    """What the source said when it was last applied; empty before the first time."""
    last = last_applied(source) if source is not None and source.pk else None
    if last is None:
        return LastImport()
    says = Import.objects.filter(pk=last.pk).values_list("understood__says", flat=True).get()
    return LastImport([_base(row) for row in last.became], frozenset(says or ()))


def _base(row: dict[str, Any]) -> Base:
    place = row.get("place", row.get("meeting", ""))
    name = row.get("name")
    if name is None:  # stored before rows had their names
        name = row["key"][len(place) + 1 :].rpartition(" #")[0]
    return Base(row["what"], row["id"], row["key"], place, name, row["values"], row)


def names_of(paper: Paper) -> list[Identity]:
    """Every name of a paper, as ``understood.Item.identity`` gives them; the best first."""
    named = (("arxiv", paper.arxiv_id), ("doi", paper.doi), ("url", paper.url))
    return [(kind, value) for kind, value in named if value]


def work_of(paper: Paper) -> Identity | None:
    """The name of a paper by which it is known."""
    identifiers: Identifiers = dict(names_of(paper))
    return identity_of(identifiers)


def monday_of(date: dt.date) -> dt.date:
    """The first day of a date's week."""
    return date - dt.timedelta(days=date.weekday())


def applied_imports(course: Course, count: int = 5) -> list[Import]:
    """The last applications, the newest first, without their documents."""
    return list(
        Import.objects.filter(source__course=course, state=ImportState.APPLIED)
        .select_related("created_by", "source", "change")
        .defer("text", "understood", "became")
        .order_by("-applied_at")[:count]
    )


def last_undoable(course: Course, source: str | None = None) -> Import | None:
    """The last application that changed something and stands, of one source or of any."""
    found = Import.objects.filter(
        source__course=course, state=ImportState.APPLIED, change__undone_at=None
    ).exclude(change=None)
    if source is not None:
        found = found.filter(source__name=source)
    return found.select_related("source", "change").order_by("-applied_at", "-id").first()
