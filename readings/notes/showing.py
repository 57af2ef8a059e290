"""Rows of notes -> what a template writes, as one member may see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from readings.accounts.models import User
from readings.core import clock
from readings.core.markdown import trusted
from readings.core.stencil import Stencil
from readings.courses.access import Access
from readings.schedule.models import Reading


class NoteRow(NamedTuple):
    """A note as it comes out of the database for one reader."""

    id: int
    author_id: int
    author_name: str
    author_email: str
    body_html: str
    submitted_at: dt.datetime | None
    edited_at: dt.datetime | None
    draft_number: int
    draft_saved_at: dt.datetime | None
    draft: str  # empty in everybody's notes but the reader's own
    has_draft: bool  # the draft differs from what was submitted


@dataclass(frozen=True, slots=True)
class ShownNote:
    """A submitted note, written out."""

    name: str
    html: SafeString
    history: str  # address of its revisions; empty for those who may not see them


_NOTE: Final = Stencil(
    "notes/_panel.html#note",
    name="note",
    fields=("id", "name", "initials", "submitted", "submitted_iso", "body", "history"),
    flags=("is_edited", "has_history", "is_late"),
)

Show = Callable[[NoteRow], ShownNote]


def shower(
    access: Access, reading: Reading, due: dt.datetime | None, students: Collection[int]
) -> Show:
    """A function that says how a submitted note is shown to the member of ``access``.

    ``students`` are the ids of the authors who hand in notes by ``due``.
    """
    zone = access.course.zone
    me = access.member.pk

    def show(row: NoteRow) -> ShownNote:
        author = User(name=row.author_name, email=row.author_email)  # neither loaded nor saved
        assert row.submitted_at is not None  # noqa: S101 (drafts are not shown)
        local = row.submitted_at.astimezone(zone)
        # What was taken out by editing, and lateness, are the author's and the staff's business.
        sees_all = access.is_staff or row.author_id == me
        is_late = due is not None and row.submitted_at > due
        history = (
            reverse("notes:revisions", args=[access.course.slug, reading.pk, row.id])
            if sees_all
            else ""
        )
        values = {
            "id": SafeString(row.id),
            "name": escape(author.display_name),
            "initials": escape(author.initials),
            "submitted": SafeString(clock.short_instant(local)),
            "submitted_iso": SafeString(local.isoformat(timespec="seconds")),
            "body": trusted(row.body_html),
            "history": escape(history),
        }
        shape = (
            row.edited_at is not None,
            sees_all,
            sees_all and is_late and reading.required and row.author_id in students,
        )
        return ShownNote(author.display_name, _NOTE.fill(shape, values), history)

    return show
