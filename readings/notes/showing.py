"""Rows of notes -> what a template writes, as one member may see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.html import escape
from django.utils.safestring import SafeString

from readings.accounts.models import User
from readings.core import clock
from readings.core.markdown import trusted
from readings.core.stencil import Stencil
from readings.notes.access import NoteAccess
from readings.notes.models import Note
from readings.notes.policy import days_late
from readings.schedule.models import Reading

NAMELESS: Final = "A classmate"


class NoteRow(NamedTuple):
    """A submitted note as it comes out of the database."""

    id: int
    author_id: int
    author_name: str
    author_email: str
    role: str
    body_html: str
    submitted_at: dt.datetime
    edited_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class ShownNote:
    """A submitted note, written out."""

    name: str
    place: str  # its id in a page; of a nameless one nothing that can be counted
    html: SafeString
    history: str  # address of its revisions; empty for those who may not see them


_NOTE: Final = Stencil(
    "notes/_panel.html#note",
    name="note",
    fields=("id", "name", "initials", "role", "submitted", "submitted_iso", "body", "history"),
    flags=("is_edited", "has_history", "is_late", "is_named", "has_role"),
)

Show = Callable[[NoteRow], ShownNote]


def rows_of(notes: QuerySet[Note]) -> list[NoteRow]:
    """The submitted ones of ``notes``, in the order in which they were submitted; one query."""
    columns = (
        notes.filter(submitted_at__isnull=False)
        .order_by("submitted_at", "id")
        .values_list(
            "id",
            "author_id",
            "author__name",
            "author__email",
            "role",
            "body_html",
            "submitted_at",
            "edited_at",
        )
    )
    return [NoteRow._make(row) for row in columns]


def nameless_key(note_id: int) -> str:
    """What a note without a name is called in a page, always the same.

    Ids are given in the order in which people begin, and whoever sits beside an author knows when
    that was.
    """
    return salted_hmac("readings.notes.nameless", str(note_id)).hexdigest()[:12]


def row_of(note: Note, author: User) -> NoteRow:
    """The same of one submitted note that is at hand; no query."""
    assert note.submitted_at is not None  # noqa: S101 (a submitted note has a time)
    return NoteRow(
        note.pk,
        author.pk,
        author.name,
        author.email,
        note.role,
        note.body_html,
        note.submitted_at,
        note.edited_at,
    )


def shower(rights: NoteAccess, reading: Reading, students: Collection[int]) -> Show:
    """A function that says how a submitted note is shown to the person of ``rights``.

    ``students`` are the ids of the authors who owe notes.
    """
    course = rights.access.course
    zone = course.zone
    me = rights.access.member.pk
    is_staff = rights.access.is_staff
    due = rights.known.duties[reading.pk].due_at

    def show(row: NoteRow) -> ShownNote:
        author = User(name=row.author_name, email=row.author_email)  # neither loaded nor saved
        is_named = rights.shows_author(row.author_id)
        name = author.display_name if is_named else NAMELESS
        place = str(row.id) if is_named else nameless_key(row.id)
        local = row.submitted_at.astimezone(zone)
        # What was taken out by editing, and lateness, are the author's and the staff's business.
        sees_all = is_staff or row.author_id == me
        is_late = days_late(rights.policy, due, row.submitted_at) > 0
        history = (
            reverse("notes:revisions", args=[course.slug, reading.pk, row.id]) if sees_all else ""
        )
        values = {
            "id": SafeString(place),
            "name": escape(name),
            "initials": escape(author.initials) if is_named else SafeString("?"),
            "role": escape(row.role),
            "submitted": SafeString(clock.short_instant(local)),
            "submitted_iso": SafeString(local.isoformat(timespec="seconds")),
            "body": trusted(row.body_html),
            "history": escape(history),
        }
        shape = (
            row.edited_at is not None,
            sees_all,
            sees_all and is_late and reading.required and row.author_id in students,
            is_named,
            bool(row.role),
        )
        return ShownNote(name, place, _NOTE.fill(shape, values), history)

    return show
