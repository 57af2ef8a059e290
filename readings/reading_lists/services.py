"""The one writer of reading lists, their sections and entries.

Every function here leaves the course's ``version`` raised, so that cached pages are made again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from readings.core.markdown import render_markdown
from readings.core.refusals import Refusal
from readings.courses.models import Course
from readings.courses.services import touch_course
from readings.papers.tasks import hint
from readings.reading_lists.matching import looks_like_work
from readings.reading_lists.models import (
    Entry,
    MatchState,
    ReadingList,
    Section,
    TitleMatch,
)
from readings.reading_lists.ordering import shifted
from readings.reading_lists.tasks import search_titles
from readings.schedule.models import Reading
from readings.schedule.services import update_reading

MAX_ENTRIES: Final = 5_000  # in a list
_LENGTHS: Final = {"title": 500, "authors": 500, "venue": 200}


class SectionHasEntries(Refusal):
    """A section with entries, or with sections in it, is not removed."""


class ListIsFull(Refusal):
    """A list has at most ``MAX_ENTRIES`` entries."""


def make_list(*, course: Course, title: str) -> ReadingList:
    """An empty list after the others."""
    last = course.reading_lists.aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    made = ReadingList.objects.create(course=course, title=title[:200], position=position)
    touch_course(course_id=course.pk)
    return made


def rename_list(*, reading_list: ReadingList, title: str) -> None:
    """Call a list otherwise."""
    reading_list.title = title[:200]
    reading_list.save(update_fields=["title"])
    touch_course(course_id=reading_list.course_id)


def delete_list(*, reading_list: ReadingList) -> None:
    """Remove a list with its sections and entries; their readings stay in the course."""
    course_id = reading_list.course_id
    with transaction.atomic():
        reading_list.delete()
        touch_course(course_id=course_id)


def make_section(
    *, reading_list: ReadingList, title: str, parent: Section | None = None
) -> Section:
    """A section after all others of its list; ``order_sections`` puts it elsewhere."""
    last = reading_list.sections.aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    made = Section.objects.create(
        reading_list=reading_list, parent=parent, title=title[:300], position=position
    )
    touch_course(course_id=reading_list.course_id)
    return made


def rename_section(*, section: Section, title: str) -> None:
    """Call a section otherwise."""
    section.title = title[:300]
    section.save(update_fields=["title"])
    touch_course(course_id=section.reading_list.course_id)


def shift_section(*, section: Section, by: int) -> None:
    """Move a section, with those in it, up (-1) or down (+1) among its neighbours."""
    with transaction.atomic():
        rows = {one.pk: one for one in section.reading_list.sections.select_related("reading_list")}
        parents = {one.pk: one.parent_id for one in rows.values()}
        order = shifted(parents, section.pk, by)
        order_sections(ordered=[rows[key] for key in order])


def add_entry(
    *,
    section: Section,
    reading: Reading | None = None,
    parent: Entry | None = None,
    title: str = "",
    authors: str = "",
    venue: str = "",
    year: int | None = None,
    links: Sequence[dict[str, str]] = (),
    annotation: str = "",
) -> Entry:
    """An entry at the end of its section; ``order_entries`` puts it elsewhere.

    ``links`` are ``{"url", "role", "label"}``; ``annotation`` is Markdown.
    """
    last = section.entries.aggregate(last=Max("position"))["last"]
    entry = Entry(
        section=section,
        parent=parent,
        position=0 if last is None else last + 1,
        reading=reading,
        year=year,
        links=list(links),
    )
    _store(entry, {"title": title, "authors": authors, "venue": venue, "annotation": annotation})
    return entry


def owe_match(*, entry: Entry) -> bool:
    """Put down that arXiv is to be searched for ``entry``; whether it is now, or was already.

    Only an entry without a reading whose words look like a work is searched for, and only once:
    what a person refused, and what was not found, stays so while the title stays.
    """
    if entry.reading_id is not None or not looks_like_work(
        title=entry.title, authors=entry.authors, venue=entry.venue, year=entry.year
    ):
        return False
    with transaction.atomic():
        _match, made = TitleMatch.objects.get_or_create(entry=entry)
        if made:
            hint(search_titles)
    return True


def update_entry(*, entry: Entry, **fields: Any) -> None:
    """Store new values of an entry's own fields; other words are searched for anew."""
    searched = (entry.title, entry.authors, entry.venue, entry.year)
    with transaction.atomic():
        _store(entry, fields)
        if (entry.title, entry.authors, entry.venue, entry.year) != searched:
            _owe_match_again(entry)


def _owe_match_again(entry: Entry) -> None:
    match = TitleMatch.objects.filter(entry=entry).first()
    if match is not None and entry.reading_id is None:
        if match.state != MatchState.REFUSED:
            match.arxiv_id = ""  # what was refused is remembered, and not proposed again
        match.state, match.reason, match.attempts = MatchState.OWED, "", 0
        match.due_at = timezone.now()
        match.save()
        hint(search_titles)


def move_entry(*, entry: Entry, section: Section, parent: Entry | None = None) -> None:
    """Put an entry, and those under it, at the end of another section."""
    with transaction.atomic():
        last = section.entries.aggregate(last=Max("position"))["last"] or 0
        for position, one in enumerate([entry, *_all_under(entry)], start=last + 1):
            one.section, one.position = section, position
            one.parent = parent if one is entry else one.parent
            one.save(update_fields=["section", "position", "parent"])
        touch_course(course_id=section.reading_list.course_id)


def remove_entry(*, entry: Entry) -> None:
    """Take an entry off its list; those under it stay, and its reading stays in the course."""
    with transaction.atomic():
        entry.children.update(parent=entry.parent)
        course_id = entry.section.reading_list.course_id
        entry.delete()
        touch_course(course_id=course_id)


def remove_section(*, section: Section) -> None:
    """Remove an empty section.  Raises ``SectionHasEntries``."""
    if section.entries.exists() or section.subsections.exists():
        raise SectionHasEntries(f"“{section}” is not empty: move or remove what is in it first.")
    course_id = section.reading_list.course_id
    section.delete()
    touch_course(course_id=course_id)


def order_sections(*, ordered: Iterable[Section]) -> None:
    """Put the sections of a list in this order; parents before what is in them."""
    for position, section in enumerate(ordered):
        if section.position != position:
            section.position = position
            section.save(update_fields=["position"])
            touch_course(course_id=section.reading_list.course_id)


def shift_entry(*, entry: Entry, by: int) -> None:
    """Move an entry, with those under it, up (-1) or down (+1) among its neighbours."""
    with transaction.atomic():
        found = entry.section.entries.select_related("section__reading_list").defer(
            "annotation", "annotation_html"
        )
        rows = {one.pk: one for one in found}
        parents = {one.pk: one.parent_id for one in rows.values()}
        order = shifted(parents, entry.pk, by)
        order_entries(ordered=[rows[key] for key in order])


def order_entries(*, ordered: Iterable[Entry]) -> None:
    """Put the entries of a section in this order; parents before what is under them."""
    changed = False
    entry = None
    for position, entry in enumerate(ordered):
        if entry.position != position:
            entry.position = position
            entry.save(update_fields=["position"])
            changed = True
    if changed and entry is not None:
        touch_course(course_id=entry.section.reading_list.course_id)


def _all_under(entry: Entry) -> list[Entry]:
    """The entries under one, in the order of their section."""
    found: list[Entry] = []
    wanted = {entry.pk}
    for one in entry.section.entries.order_by("position", "id"):
        if one.parent_id in wanted:
            wanted.add(one.pk)
            found.append(one)
    return found


def _lend_title(entry: Entry) -> None:
    """Let the reading be called as on the list where nothing else says what it is called."""
    reading = entry.reading
    if reading is None or reading.title or not entry.title:
        return
    if not reading.paper.title and not reading.paper.arxiv_id:
        update_reading(reading=reading, title=entry.title)


def _store(entry: Entry, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        length = _LENGTHS.get(name)
        setattr(entry, name, value[:length] if length else value)
    if "annotation" in fields:
        entry.annotation_html = render_markdown(entry.annotation) if entry.annotation else ""
    entry.save()
    _lend_title(entry)
    touch_course(course_id=entry.section.reading_list.course_id)
