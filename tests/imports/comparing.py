"""What a course says and what a document says, in the same words: the judge of imports.

Written without the code that it judges: it reads rows and parsed values only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from readings.courses.models import Course
from readings.imports.understood import Entry, Item, Understood
from readings.reading_lists import models as lists
from readings.schedule.models import AgendaItem, Reading

Told = dict[str, Any]


def schedule_of_document(understood: Understood) -> list[Told]:
    """Its meetings in the order of their dates, each with its agenda."""
    meetings = [
        {
            "date": meeting.date,
            "status": meeting.status,
            "agenda": [
                *(_item_said(item) for item in meeting.agenda),
                *(_words(link.label or link.url) for link in meeting.links),
            ],
        }
        for meeting in understood.meetings
    ]
    return sorted(meetings, key=lambda one: str(one["date"]))


def schedule_of_course(course: Course) -> list[Told]:
    """The same of a course."""
    meetings = [
        {
            "date": meeting.meets_on,
            "status": meeting.status,
            "agenda": [
                _item_here(item)
                for item in meeting.agenda.select_related("reading__paper").order_by(
                    "position", "id"
                )
            ],
        }
        for meeting in course.meetings.order_by("week__number", "position", "id")
    ]
    return sorted(meetings, key=lambda one: str(one["date"]))


def links_of_document(understood: Understood) -> dict[str, set[str]]:
    """The companions of each work: notes, slides, videos and code."""
    found: dict[str, set[str]] = {}
    for meeting in understood.meetings:
        for item in meeting.agenda:
            if item.identity:
                beside = {link.url for link in item.links if link.role not in {"paper", "pdf"}}
                found.setdefault(":".join(item.identity), set()).update(beside)
    return found


def links_of_course(course: Course) -> dict[str, set[str]]:
    """The same of the readings on its agenda."""
    readings = Reading.objects.filter(course=course, agenda_items__meeting__isnull=False)
    return {
        _work(reading): {link.url for link in reading.links.exclude(role__in=["paper", "pdf"])}
        for reading in readings.select_related("paper").distinct()
    }


def list_of_document(understood: Understood) -> list[Told]:
    """Its entries in order, each with its section and the entry it belongs to."""
    return [_entry_said(entry, understood.entries) for entry in understood.entries]


def list_of_course(reading_list: lists.ReadingList) -> list[Told]:
    """The same of a reading list."""
    titles: dict[int, list[str]] = {}
    told = []
    for section in reading_list.sections.order_by("position", "id"):
        above = titles.get(section.parent_id or 0, [])
        titles[section.pk] = [*above, section.title] if section.title else above
        rows = section.entries.select_related("reading__paper", "parent__reading__paper")
        told += [_entry_here(row, titles[section.pk]) for row in rows.order_by("position", "id")]
    return told


def _item_said(item: Item) -> Told:
    if not item.identity:
        return _words(item.text or "", item.kind, item.stage, item.presenters)
    return {
        "what": ":".join(item.identity),
        "kind": item.kind,
        "stage": item.stage or "",
        "portion": item.text or "",
        "presenters": item.presenters,
    }


def _item_here(item: AgendaItem) -> Told:
    if item.reading is None:
        return _words(item.text, item.kind, item.stage, item.presenters)
    return {
        "what": _work(item.reading),
        "kind": item.kind,
        "stage": item.stage,
        "portion": item.portion,
        "presenters": item.presenters,
    }


def _words(
    text: str, kind: str = "other", stage: str | None = None, presenters: Iterable[str] = ()
) -> Told:
    # Two spellings of one thing are one thing.
    plain = "".join(letter for letter in text.casefold() if letter.isalnum())
    return {
        "what": plain, "kind": kind, "stage": stage or "", "portion": "",
        "presenters": list(presenters),
    }  # fmt: skip


def _work(reading: Reading) -> str:
    paper = reading.paper
    if paper.arxiv_id:
        return f"arxiv:{paper.arxiv_id}"
    return f"doi:{paper.doi}" if paper.doi else f"url:{paper.url}"


def _entry_said(entry: Entry, entries: list[Entry]) -> Told:
    parent = entries[entry.parent] if entry.parent is not None else None
    return {
        "section": list(entry.section),
        "what": ":".join(entry.identity or ()),
        "title": entry.title or "",
        "authors": entry.authors or "",
        "venue": entry.venue or "",
        "year": entry.year,
        "annotation": entry.annotation,
        "links": sorted({link.url for link in entry.links}),
        "under": (parent.title or ":".join(parent.identity or ())) if parent else "",
    }


def _entry_here(row: lists.Entry, section: list[str]) -> Told:
    parent = row.parent
    work = _work(row.reading) if row.reading else ""
    above = ""
    if parent is not None:
        above = parent.title or (_work(parent.reading) if parent.reading else "")
    return {
        "section": section,
        "what": work,
        "title": row.title,
        "authors": row.authors,
        "venue": row.venue,
        "year": row.year,
        "annotation": row.annotation,
        "links": sorted(link["url"] for link in row.links),
        "under": above,
    }
