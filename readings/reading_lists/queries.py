"""What pages read about reading lists; the number of queries does not depend on their length."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Count, Max, Min, Prefetch, Q, QuerySet
from django.utils import timezone

from readings.courses.models import Course
from readings.reading_lists.models import Entry, MatchState, ReadingList, Section, TitleMatch
from readings.schedule.models import AgendaItem, Meeting, Reading, Status

# What comes within this time is worth waiting for with the page open.  What is being searched for
# is put off by less (``searching.LEASE``), what only the real arXiv can know by more.
BUSY_FOR = dt.timedelta(minutes=4)


@dataclass
class SectionEntries:
    """A section, how deep it stands (0: at the top), and its entries in order."""

    section: Section
    depth: int
    entries: list[Entry] = field(default_factory=list)


@dataclass
class WholeList:
    """A list with everything on it, and where its readings are scheduled."""

    reading_list: ReadingList
    sections: list[SectionEntries]
    places: dict[int, list[AgendaItem]]  # reading id to its items in meetings, in their order

    @property
    def entries(self) -> list[Entry]:
        """All entries, in order."""
        return [entry for section in self.sections for entry in section.entries]


def lists_of(course: Course) -> QuerySet[ReadingList]:
    """The lists with ``entry_count`` and ``proposed_count``, and their sections; two queries."""
    sections = Section.objects.filter(parent=None).exclude(title="").order_by("position", "id")
    return (
        ReadingList.objects.filter(course=course)
        .annotate(
            entry_count=Count("sections__entries"),
            proposed_count=Count(
                "sections__entries",
                filter=Q(sections__entries__match__state=MatchState.PROPOSED),
            ),
        )
        .prefetch_related(Prefetch("sections", queryset=sections, to_attr="top_sections"))
        .order_by("position", "id")
    )


def whole_list(reading_list: ReadingList) -> WholeList:
    """Everything on a list, in three queries."""
    sections: dict[int, SectionEntries] = {}
    for section in reading_list.sections.order_by("position", "id"):
        above = sections.get(section.parent_id or 0)
        section.reading_list = reading_list
        sections[section.pk] = SectionEntries(section, above.depth + 1 if above else 0)
    entries = (
        Entry.objects.filter(section__reading_list=reading_list)
        .select_related("reading__paper", "match")
        .defer("annotation", "reading__paper__abstract", "reading__paper__abstract_html")
        .order_by("position", "id")
    )
    for entry in entries:
        if place := sections.get(entry.section_id):
            entry.section = place.section
            place.entries.append(entry)
    found = list(sections.values())
    readings = {one.reading_id for section in found for one in section.entries if one.reading_id}
    return WholeList(reading_list, found, places_of(reading_list.course, readings))


def places_of(course: Course, readings: Collection[int]) -> dict[int, list[AgendaItem]]:
    """Reading id to where it is scheduled, in the order of the term; one query."""
    items = (
        AgendaItem.objects.filter(course=course, reading__isnull=False, meeting__isnull=False)
        .select_related("meeting__week")
        .order_by("meeting__week__number", "meeting__position", "position")
    )
    found: dict[int, list[AgendaItem]] = {}
    for item in items:
        if item.reading_id in readings:
            found.setdefault(item.reading_id or 0, []).append(item)
    return found


def section_choices(reading_list: ReadingList) -> list[tuple[int, str]]:
    """The sections of a list by key, with the names of those they stand in."""
    names: dict[int, str] = {}
    for section in reading_list.sections.order_by("position", "id"):
        own = section.title or "(before the first heading)"
        above = names.get(section.parent_id or 0)
        names[section.pk] = f"{above} › {own}" if above else own
    return list(names.items())


def open_meetings(course: Course, today: dt.date) -> QuerySet[Meeting]:
    """The classes on whose agenda something can still be put: from today on, or without a date."""
    found = course.meetings.select_related("week").filter(
        Q(meets_on__gte=today) | Q(meets_on__isnull=True), status=Status.CLASS
    )
    return found.order_by("week__number", "position", "id")


def section_tree(reading_list: ReadingList) -> list[SectionEntries]:
    """The sections with their depth and ``entry_count``, without the entries; one query."""
    found: dict[int, SectionEntries] = {}
    sections = reading_list.sections.annotate(entry_count=Count("entries"))
    for section in sections.order_by("position", "id"):
        above = found.get(section.parent_id or 0)
        found[section.pk] = SectionEntries(section, above.depth + 1 if above else 0)
    return list(found.values())


@dataclass(frozen=True)
class Searches:
    """How far the searches by title of a list are."""

    reading_list: ReadingList
    owed: int
    is_busy: bool  # something will come by itself, and soon
    reason: str  # why what is owed waits
    proposed: list[TitleMatch]
    taken: int

    @property
    def is_shown(self) -> bool:
        """Whether there is something to wait for or to decide."""
        return bool(self.owed or self.proposed)


def searches_of(reading_list: ReadingList) -> Searches:
    """The searches of a list, the likeliest proposals first; two queries."""
    matches = TitleMatch.objects.filter(entry__section__reading_list=reading_list)
    counts = matches.aggregate(
        owed=Count("pk", filter=Q(state=MatchState.OWED)),
        next_at=Min("due_at", filter=Q(state=MatchState.OWED)),
        taken=Count("pk", filter=Q(state=MatchState.TAKEN)),
        reason=Max("reason", filter=Q(state=MatchState.OWED)),
    )
    proposed = matches.filter(state=MatchState.PROPOSED).select_related("entry")
    return Searches(
        reading_list=reading_list,
        owed=counts["owed"],
        is_busy=bool(counts["owed"]) and counts["next_at"] - timezone.now() < BUSY_FOR,
        reason=counts["reason"] or "",
        proposed=list(proposed.order_by("-confidence", "pk")),
        taken=counts["taken"],
    )


def entries_of(reading: Reading) -> list[Entry]:
    """Where a reading stands on the course's lists; one query."""
    found = Entry.objects.filter(reading=reading).select_related("section__reading_list")
    entries = list(found.order_by("section__reading_list__position", "section__position", "pk"))
    for entry in entries:
        entry.reading = reading
    return entries
