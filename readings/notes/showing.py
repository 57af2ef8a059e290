"""Rows of notes -> what a template writes, as one member may see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
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
from readings.notes.appreciating import Helpful
from readings.notes.models import Note
from readings.notes.policy import days_late
from readings.schedule.models import Reading

NAMELESS: Final = "A classmate"


class NoteRow(NamedTuple):
    """A submitted note as it comes out of the database."""

    id: int
    reading_id: int
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

    id: int
    name: str
    place: str  # its id in a page; of a nameless one nothing that can be counted
    html: SafeString
    history: str  # address of its revisions; empty for those who may not see them


_NOTE: Final = Stencil(
    "notes/_panel.html#note",
    name="note",
    fields=("id", "name", "initials", "role", "submitted", "submitted_iso", "body", "history",
            "helpful", "helpful_url"),
    flags=("is_edited", "has_history", "is_late", "is_named", "has_role", "is_yours", "is_liked",
           "likes", "may_like"),
)  # fmt: skip
NOBODY: Final[Mapping[int, Helpful]] = {}

Show = Callable[[NoteRow], ShownNote]


def rows_of(notes: QuerySet[Note]) -> list[NoteRow]:
    """The submitted ones of ``notes``, in the order in which they were submitted; one query."""
    columns = (
        notes.filter(submitted_at__isnull=False)
        .order_by("submitted_at", "id")
        .values_list(
            "id",
            "reading_id",
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


def place_of(rights: NoteAccess, note_id: int, author_id: int) -> str:
    """What the person of ``rights`` sees a note called, in pages and in addresses of actions."""
    return str(note_id) if rights.shows_author(author_id) else nameless_key(note_id)


def find_other(rights: NoteAccess, reading: Reading, place: str) -> Note | None:
    """Somebody else's note that may be read, by its ``place_of``; one query."""
    others = rights.notes().filter(reading=reading).exclude(author=rights.access.member)
    found = others.select_related("author")
    if rights.hides_authors:
        return next((one for one in found if nameless_key(one.pk) == place), None)
    is_number = place.isascii() and place.isdecimal() and len(place) < 19
    return found.filter(pk=int(place)).first() if is_number else None


def row_of(note: Note, author: User) -> NoteRow:
    """The same of one submitted note that is at hand; no query."""
    assert note.submitted_at is not None  # noqa: S101 (a submitted note has a time)
    return NoteRow(
        note.pk,
        note.reading_id,
        author.pk,
        author.name,
        author.email,
        note.role,
        note.body_html,
        note.submitted_at,
        note.edited_at,
    )


def shower(
    rights: NoteAccess,
    reading: Reading,
    students: Collection[int],
    *,
    helpful: Mapping[int, Helpful] = NOBODY,
    among_others: bool = False,
) -> Show:
    """A function that says how a submitted note is shown to the person of ``rights``.

    ``students`` are the ids of the authors who owe notes; ``helpful`` what ``helpful_of`` gives;
    ``among_others``: one's own note stands between the others' and has to say whose it is.
    """
    course = rights.access.course
    zone = course.zone
    me = rights.access.member.pk
    is_staff = rights.access.is_staff
    due = rights.known.duties[reading.pk].due_at
    # Looked up once: it costs more than everything else about a note.
    base = reverse("notes:helpful", args=[course.slug, reading.pk, "x"]).removesuffix("x/helpful/")

    def show(row: NoteRow) -> ShownNote:
        author = User(name=row.author_name, email=row.author_email)  # neither loaded nor saved
        is_named = rights.shows_author(row.author_id)
        is_own = row.author_id == me
        name = author.display_name if is_named else NAMELESS
        place = place_of(rights, row.id, row.author_id)
        local = row.submitted_at.astimezone(zone)
        # What was taken out by editing, and lateness, are the author's and the staff's business.
        sees_all = is_staff or is_own
        is_late = days_late(rights.policy, due, row.submitted_at) > 0
        history = f"{base}{row.id}/revisions/" if sees_all else ""
        liked = helpful.get(row.id, Helpful())
        values = {
            "id": SafeString(place),
            "name": escape(name),
            "initials": escape(author.initials) if is_named else SafeString("?"),
            "role": escape(row.role),
            "submitted": SafeString(clock.short_instant(local)),
            "submitted_iso": SafeString(local.isoformat(timespec="seconds")),
            "body": trusted(row.body_html),
            "history": escape(history),
            "helpful": SafeString(liked.number),
            "helpful_url": SafeString(f"{base}{place}/helpful/"),
        }
        shape = (
            row.edited_at is not None,
            sees_all,
            sees_all and is_late and reading.required and row.author_id in students,
            is_named,
            bool(row.role),
            is_own and among_others,
            liked.number > 0,
            liked.is_mine,
            not is_own,
        )
        return ShownNote(row.id, name, place, _NOTE.fill(shape, values), history)

    return show
