"""What people put on a list by hand, and from a list on the agenda."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.papers.identifiers import (
    Identifier,
    canonical_url,
    find_identifiers,
    parse_identifier,
)
from readings.papers.models import kind_of_role
from readings.papers.services import add_papers
from readings.reading_lists.models import Entry, Section
from readings.reading_lists.services import (
    MAX_ENTRIES,
    ListIsFull,
    add_entry,
    owe_match,
    update_entry,
)
from readings.schedule.agenda_services import add_agenda_item
from readings.schedule.models import AgendaItem, Kind, LinkRole, Meeting, Reading
from readings.schedule.operations import recording
from readings.schedule.services import add_reading, place_name

# What stands around a link: "- [Title](https://...)", "Title: https://...", "Title <https://...>".
_AROUND: Final = re.compile(r"^[\s\-*+•>\[\](){}<>,;:|–—]+|[\s\-*+•\[\]({<>,;:|–—]+$")
_WORD: Final = re.compile(r"[^\s,;]+")
_BULLET: Final = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+")
CHANGE: Final = "reading_lists"  # the kind of the changes that are made here
#: What a work known by its address may be.
ROLES: Final = [role for role in LinkRole if role not in {LinkRole.PDF, LinkRole.NOTES}]


class AlreadyOnAgenda(Refusal):
    """A reading stands once on the agenda of a class."""


@dataclass(frozen=True)
class _Line:
    """A line of a paste: what it is called, and which work it is."""

    title: str
    identifier: Identifier | None


def add_entries(*, section: Section, text: str, role: str = LinkRole.PAPER) -> list[Entry]:
    """An entry for each line: a link or an id with a title beside it or without, or a title alone.

    ``role`` is what stands behind web addresses.  A title alone is searched on arXiv where it looks
    like a work's.  Raises ``ListIsFull``.
    """
    lines = [_read(line) for line in text.splitlines() if line.strip()]
    course = section.reading_list.course
    with transaction.atomic():
        count = Entry.objects.filter(section__reading_list=section.reading_list).count()
        if count + len(lines) > MAX_ENTRIES:
            raise ListIsFull(f"A reading list has at most {MAX_ENTRIES} entries.")
        known = [line.identifier for line in lines if line.identifier]
        kinds = [kind_of_role(role)] * len(known)
        papers = dict(zip(known, add_papers(identifiers=known, kinds=kinds), strict=True))
        entries = []
        for line in lines:
            paper = papers[line.identifier] if line.identifier else None
            entry = add_entry(
                section=section,
                reading=add_reading(course=course, paper=paper) if paper else None,
                title=line.title,
                links=[_link(line.identifier, role)] if line.identifier else [],
            )
            if paper is None:
                owe_match(entry=entry)
            entries.append(entry)
    return entries


def correct_entry(*, entry: Entry, links: Sequence[dict[str, str]], **fields: object) -> None:
    """Store what a person corrected; the first link of an entry without a reading becomes that."""
    with transaction.atomic():
        update_entry(entry=entry, links=list(links), **fields)
        if entry.reading_id is None and links:
            update_entry(entry=entry, reading=_reading_of(entry, links[0]))
        elif entry.reading_id is None:
            owe_match(entry=entry)


def put_on_agenda(*, entry: Entry, meeting: Meeting, actor: User | None) -> AgendaItem:
    """Put an entry at the end of a class's agenda: its reading, or its words and links.

    The class sees it at once, and it can be undone.  Raises ``AlreadyOnAgenda``.
    """
    reading = entry.reading
    if reading is not None and meeting.agenda.filter(reading=reading).exists():
        raise AlreadyOnAgenda(f"“{entry}” is on the agenda of that class already.")
    summary = f"{entry} put on the agenda of {place_name(meeting)}"
    with recording(course=meeting.course, actor=actor, kind=CHANGE, summary=summary):
        return add_agenda_item(
            course=meeting.course,
            meeting=meeting,
            kind=Kind.PAPERS,
            reading=reading,
            text=entry.title,
            links=entry.links if reading is None else [],
        )


def _reading_of(entry: Entry, link: dict[str, str]) -> Reading | None:
    found = find_identifiers(link["url"], urls=True)
    if not found:
        return None
    (paper,) = add_papers(identifiers=[found[0].identifier], kinds=[kind_of_role(link["role"])])
    return add_reading(course=entry.section.reading_list.course, paper=paper)


def _read(line: str) -> _Line:
    line = _BULLET.sub("", line).replace("](", "] (")
    identifier, start, end = _place(line)
    before, after = _trimmed(line[:start]), _trimmed(line[end:])
    return _Line(title=before or after, identifier=identifier)


def _place(line: str) -> tuple[Identifier | None, int, int]:
    """The first work that is named, and from where to where; a bare id counts, too."""
    for found in find_identifiers(line, urls=True):
        return found.identifier, found.start, found.end
    for word in _WORD.finditer(line):
        if identifier := parse_identifier(word[0]):
            return identifier, word.start(), word.end()
    return None, len(line), len(line)


def _trimmed(words: str) -> str:
    return _AROUND.sub("", words).strip()


def _link(identifier: Identifier, role: str) -> dict[str, str]:
    return {"url": canonical_url(identifier), "role": role, "label": ""}
