"""Rows of comments -> what a template writes, as one member may see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypedDict

from django.urls import reverse
from django.utils.safestring import SafeString

from readings.accounts.models import User
from readings.core import clock
from readings.core.markdown import trusted
from readings.courses.access import Access
from readings.discussion.access import may_delete, may_edit
from readings.discussion.nesting import MAX_DEPTH, Place


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A comment as it comes out of the database, with the names it is shown with."""

    id: int
    reading_id: int
    thread_id: int
    title: str  # of the thread
    parent_id: int | None
    author_id: int
    author_name: str
    author_email: str
    parent_name: str | None
    parent_email: str | None
    parent_deleted_at: dt.datetime | None
    body_html: str
    created_at: dt.datetime
    edited_at: dt.datetime | None
    deleted_at: dt.datetime | None
    deleted_by_id: int | None
    appeared_in: int
    changed_in: int
    discussion_changes: int | None


class ShownComment(TypedDict):
    """A comment as the template writes it.

    A plain dictionary, because a template finds a key many times faster than an attribute and a
    page shows a hundred of these.
    """

    id: int
    url: str  # of the comment; the addresses of its actions begin with it
    name: str  # of the author; empty once it is deleted, like the initials and the body
    initials: str
    posted: str  # local time in words
    posted_iso: str
    edited: bool
    deleted: str  # the sentence that stands in its place
    body: SafeString
    may_edit: bool
    may_delete: bool
    answers: str  # whom, where its place does not say so
    answers_url: str
    list_id: str  # id attribute of the list it stands in
    closing: SafeString  # the ends of the lists that end after it
    is_new: bool


Show = Callable[[CommentRow, Place], ShownComment]

# In a thread written out in order, a comment's element stays open for its replies.
_CLOSINGS: Final = [trusted("</ol></li>" * closes) for closes in range(MAX_DEPTH + 2)]


def shower(access: Access, *, newer_than: int | None = None) -> Show:
    """A function that says how a comment is shown to the member of ``access``.

    Comments that appeared after the change ``newer_than`` are marked as new.
    """
    zone = access.course.zone
    # Looked up once: it costs more than everything else about a comment.
    base = reverse("discussion:comment", args=[access.course.slug, 0]).removesuffix("0/")
    people: dict[tuple[str, str], tuple[str, str]] = {}

    def person(name: str, email: str) -> tuple[str, str]:
        if (name, email) not in people:
            # Neither loaded nor saved: it only knows how a person is called.
            user = User(name=name, email=email)
            people[name, email] = (user.display_name, user.initials)
        return people[name, email]

    def show(row: CommentRow, place: Place) -> ShownComment:
        stands = row.deleted_at is None
        name, initials = person(row.author_name, row.author_email) if stands else ("", "")
        local = row.created_at.astimezone(zone)
        answers = ""
        if place.is_flattened and row.parent_name is not None:
            answers = (
                "a deleted comment"
                if row.parent_deleted_at
                else person(row.parent_name, row.parent_email or "")[0]
            )
        return {
            "id": row.id,
            "url": f"{base}{row.id}/",
            "name": name,
            "initials": initials,
            "posted": clock.short_instant(local),
            "posted_iso": local.isoformat(timespec="seconds"),
            "edited": stands and row.edited_at is not None,
            "deleted": "" if stands else _deleted(row),
            "body": trusted(row.body_html),
            "may_edit": may_edit(access, row),
            "may_delete": may_delete(access, row),
            "answers": answers,
            "answers_url": f"{base}{row.parent_id}/" if answers else "",
            "list_id": f"replies-{place.under}" if place.under else f"thread-{row.thread_id}",
            "closing": _CLOSINGS[place.closes],
            "is_new": newer_than is not None and row.appeared_in > newer_than,
        }

    return show


def _deleted(row: CommentRow) -> str:
    own = row.deleted_by_id == row.author_id
    return "Deleted by its author." if own else "Deleted by the course staff."
