"""All notes of a paper, or of a class, on one page."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from readings.core.markdown import render_markdown, trusted
from readings.core.stencil import Stencil
from readings.courses.access import Access
from readings.notes.access import NoteAccess, note_access
from readings.notes.appreciating import Helpful, helpful_of, most_helpful
from readings.notes.duties import students_of
from readings.notes.models import TemplateVersion
from readings.notes.opening import why_closed
from readings.notes.prompts import Prompt, PromptKind, for_role
from readings.notes.showing import (
    NAMELESS,
    NoteRow,
    ShownNote,
    nameless_key,
    place_of,
    rows_of,
    shower,
)
from readings.schedule.models import Meeting, Reading

BY_TIME: Final = "time"
BY_HELPFUL: Final = "helpful"

_SHORT: Final = 1000  # characters: only such are remembered

_QUESTION: Final = Stencil(
    "notes/all.html#question", name="question", fields=("note", "name", "text"), flags=()
)


@dataclass(frozen=True, slots=True)
class ReadingNotes:
    """The notes on one reading that somebody may read, their own first."""

    reading: Reading
    notes: list[ShownNote]
    questions: list[SafeString]  # for the class, with who asks
    closed: str  # why the others' are not among them; empty: they are


@dataclass(frozen=True, slots=True)
class HelpfulNote:
    """One of those that most found helpful."""

    url: str
    name: str
    reading: str
    count: int


@dataclass(frozen=True, slots=True)
class AllNotes:
    """The page."""

    readings: list[ReadingNotes]
    sort: str
    meeting: Meeting | None = None  # None: it is the page of one paper
    most_helpful: Sequence[HelpfulNote] = ()

    @property
    def count(self) -> int:
        """How many notes stand on it."""
        return sum(len(one.notes) for one in self.readings)

    @property
    def has_questions(self) -> bool:
        """Whether anybody asks the class something."""
        return any(one.questions for one in self.readings)


def notes_of_reading(access: Access, reading: Reading, *, now: dt.datetime, sort: str) -> AllNotes:
    """The page of one paper; a constant number of queries."""
    rights = note_access(access, now=now, only=reading)
    return AllNotes(_read(rights, [reading], sort), sort)


def notes_of_meeting(access: Access, meeting: Meeting, *, now: dt.datetime, sort: str) -> AllNotes:
    """The page of all readings of a class, in the order of its agenda; a constant number of
    queries."""
    rights = note_access(access, now=now)
    readings = Reading.objects.filter(agenda_items__meeting=meeting).select_related("paper")
    ordered = readings.defer("paper__abstract", "paper__abstract_html").order_by(
        "agenda_items__position"
    )
    found = list(dict.fromkeys(ordered))
    return AllNotes(
        _read(rights, found, sort),
        sort,
        meeting=meeting,
        most_helpful=[
            HelpfulNote(
                url=f"{_page_of(access, note.reading)}#note-"
                + place_of(rights, note.pk, note.author_id),
                name=str(note.author) if rights.shows_author(note.author_id) else NAMELESS,
                reading=note.reading.name,
                count=count,
            )
            for note, count in most_helpful(rights, meeting.week)
        ],
    )


def _page_of(access: Access, reading: Reading) -> str:
    return reverse("notes:of_reading", args=[access.course.slug, reading.pk])


def _read(rights: NoteAccess, readings: Sequence[Reading], sort: str) -> list[ReadingNotes]:
    access = rights.access
    ids = [reading.pk for reading in readings]
    students = _who_owes(access)
    helpful = helpful_of(ids, access.member)
    notes = rights.notes().filter(reading__in=ids)
    rows: dict[int, list[NoteRow]] = {pk: [] for pk in ids}
    for row in rows_of(notes):
        rows[row.reading_id].append(row)
    asked = _questions(notes.values_list("pk", "answers", "version_id", "role"), ids)
    return [
        _of_one(rights, reading, rows[reading.pk], asked, students, helpful, sort)
        for reading in readings
    ]


def _who_owes(access: Access) -> Collection[int]:
    """Whose notes can be late, as far as the reader is shown it."""
    if access.is_staff:
        return students_of(access.course)
    return (access.member.pk,) if access.owes_notes else ()


def _of_one(
    rights: NoteAccess,
    reading: Reading,
    rows: list[NoteRow],
    asked: Mapping[int, list[str]],
    students: Collection[int],
    helpful: Mapping[int, Helpful],
    sort: str,
) -> ReadingNotes:
    me = rights.access.member.pk
    show = shower(rights, reading, students, helpful=helpful, among_others=True)
    if rights.hides_authors:  # who was first is known to who sat beside them
        rows = sorted(rows, key=lambda row: nameless_key(row.id))
    if sort == BY_HELPFUL:
        rows = sorted(rows, key=lambda row: -helpful.get(row.id, Helpful()).number)
    rows = sorted(rows, key=lambda row: row.author_id != me)
    shown = [show(row) for row in rows]
    return ReadingNotes(
        reading=reading,
        notes=shown,
        questions=[
            _QUESTION.fill(
                (),
                {
                    "note": SafeString(note.place),
                    "name": escape(note.name),
                    "text": _rendered(text),
                },
            )
            for note in shown
            for text in asked.get(note.id, ())
        ],
        closed=why_closed(rights, reading.pk),
    )


def _rendered(text: str) -> SafeString:
    """A question in HTML.  The same are asked for by a whole class within an hour."""
    return trusted(_rendered_short(text) if len(text) <= _SHORT else render_markdown(text))


_rendered_short = functools.lru_cache(maxsize=2000)(render_markdown)


def _questions(rows: Any, reading_ids: Collection[int]) -> dict[int, list[str]]:
    """Note id to what it asks the class; two queries."""
    versions = TemplateVersion.objects.filter(notes__reading__in=reading_ids).distinct()
    asking: dict[int, list[Prompt]] = {
        version.pk: [one for one in version.all_prompts if one.kind == PromptKind.QUESTION]
        for version in versions
    }
    found = {}
    for note, answers, version, role in rows:
        prompts = for_role(asking.get(version, ()), role)
        texts = [answers[prompt.key] for prompt in prompts if prompt.key in answers]
        if texts:
            found[note] = texts
    return found
