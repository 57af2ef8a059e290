"""A course's schedule and reading lists as the values that are exported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Prefetch

from readings.courses.models import Course
from readings.exports.term import Identity, Shelf, Term, Work
from readings.imports.queries import work_of
from readings.imports.understood import Entry, Identifiers, Item, Link, Session
from readings.papers.identifiers import Identifier, IdentifierKind, canonical_url
from readings.reading_lists import models as reading_lists
from readings.reading_lists.models import ReadingList
from readings.reading_lists.queries import whole_list
from readings.schedule.models import AgendaItem, Meeting, Reading, ReadingLink


def term_of(course: Course) -> Term:
    """The schedule without what is parked, in three queries however long it is."""
    links = ReadingLink.objects.order_by("id")
    items = (
        AgendaItem.objects.select_related("reading__paper")
        .defer("reading__paper__abstract", "reading__paper__abstract_html")
        .prefetch_related(Prefetch("reading__links", queryset=links))
        .order_by("position", "id")
    )
    meetings = (
        course.meetings.select_related("week")
        .prefetch_related(Prefetch("agenda", queryset=items))
        .order_by("week__number", "position", "id")
    )
    sessions, works = [], _Works()
    for meeting in meetings:
        agenda = [_item(item, works) for item in meeting.agenda.all()]
        sessions.append(_session(meeting, agenda))
    return Term(
        title=course.title,
        name=course.term,
        usual_time=course.meets_from.strftime("%H:%M") if course.meets_from else None,
        sessions=sessions,
        works=works.known,
    )


def shelf_of(reading_list: ReadingList) -> Shelf:
    """A reading list with all that stands on it."""
    works = _Works()
    found = whole_list(reading_list)
    annotations = dict(
        reading_lists.Entry.objects.filter(section__reading_list=reading_list).values_list(
            "pk", "annotation"
        )
    )
    places: dict[int, int] = {}
    paths: dict[int, list[str]] = {}
    entries: list[Entry] = []
    for one in found.sections:
        above = paths.get(one.section.parent_id or 0, [])
        path = [*above, one.section.title] if one.section.title else above
        paths[one.section.pk] = path
        for entry in one.entries:
            places[entry.pk] = len(entries)
            value = _entry(entry, path, annotations.get(entry.pk, ""), works)
            value.parent = places.get(entry.parent_id or 0)
            entries.append(value)
    return Shelf(reading_list.title, entries, works.known)


class _Works:
    """Collects what is known of the works that are met."""

    def __init__(self) -> None:
        self.known: dict[Identity, Work] = {}

    def identifiers_of(self, reading: Reading) -> Identifiers:
        """The identifiers of a reading's paper, as a parser gives them."""
        identity = work_of(reading.paper)
        if identity is None:
            return {}
        paper = reading.paper
        kind, value = identity
        url = canonical_url(Identifier(IdentifierKind(kind), value))
        self.known[identity] = Work(reading.full_title, url, tuple(paper.authors), paper.year)
        return {kind: value}


def _session(meeting: Meeting, agenda: list[Item]) -> Session:
    return Session(
        week=meeting.week.number,
        date_text="",
        line=0,
        date=meeting.meets_on,
        time=meeting.meets_from.strftime("%H:%M") if meeting.meets_from else None,
        status=meeting.status,  # type: ignore[arg-type]
        agenda=agenda,
    )


def _item(item: AgendaItem, works: _Works) -> Item:
    reading = item.reading
    said: Iterable[Mapping[str, Any]] = item.links
    value = Item(
        kind=item.kind,
        line=0,
        stage=item.stage or None,
        presenters=list(item.presenters),
        links=[Link(one["url"], one["role"], one.get("label") or None) for one in said],
        text=item.text or None,
    )
    if reading is not None:
        value.identifiers = works.identifiers_of(reading)
        value.label, value.title = reading.label or None, reading.title or None
        value.text = item.portion or None
        value.required = reading.required
        value.links = [Link(one.url, one.role, one.label or None) for one in reading.links.all()]
    return value


def _entry(entry: reading_lists.Entry, path: list[str], annotation: str, works: _Works) -> Entry:
    said: Iterable[Mapping[str, Any]] = entry.links
    return Entry(
        line=0,
        section=path,
        title=entry.title or None,
        authors=entry.authors or None,
        venue=entry.venue or None,
        year=entry.year,
        identifiers=works.identifiers_of(entry.reading) if entry.reading else {},
        links=[Link(one["url"], one["role"], one.get("label") or None) for one in said],
        annotation=annotation,
    )
