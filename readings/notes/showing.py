"""Rows of notes -> what a template writes, as one member may see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from typing import NamedTuple, TypedDict

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from readings.accounts.models import User
from readings.core import clock
from readings.core.markdown import trusted
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


class ShownNote(TypedDict):
    """A submitted note as the template writes it: escaped strings, for the same reason as those of
    ``discussion.showing``."""

    id: SafeString
    name: SafeString
    initials: SafeString
    submitted: SafeString  # local time in words
    submitted_iso: SafeString
    is_marked: bool  # one of the next two is so
    edited: bool
    late: bool  # the author's and the staff's business
    body: SafeString
    history: SafeString  # address of its revisions; empty for those who may not see them


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
        # Neither loaded nor saved: it only knows how a person is called.
        author = User(name=row.author_name, email=row.author_email)
        submitted_at = row.submitted_at or dt.datetime.min.replace(tzinfo=dt.UTC)
        local = submitted_at.astimezone(zone)
        sees_all = access.is_staff or row.author_id == me
        is_late = due is not None and submitted_at > due
        late = sees_all and is_late and reading.required and row.author_id in students
        edited = row.edited_at is not None
        return {
            "id": SafeString(row.id),
            "name": escape(author.display_name),
            "initials": escape(author.initials),
            "submitted": SafeString(clock.short_instant(local)),
            "submitted_iso": SafeString(local.isoformat(timespec="seconds")),
            "is_marked": edited or late,
            "edited": edited,
            "late": late,
            "body": trusted(row.body_html),
            "history": SafeString(
                reverse("notes:revisions", args=[access.course.slug, reading.pk, row.id])
                if sees_all
                else ""
            ),
        }

    return show
