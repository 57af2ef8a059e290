"""Rows of comments -> what a template writes, as one member may see it."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, TypedDict

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from readings.accounts.models import User
from readings.core import clock
from readings.core.markdown import trusted
from readings.courses.access import Access
from readings.discussion.access import may_delete, may_edit
from readings.discussion.nesting import MAX_DEPTH, Place


class CommentRow(NamedTuple):
    """A comment as it comes out of the database, with the names it is shown with."""

    id: int
    thread_id: int
    title: str  # of the thread
    parent_id: int | None
    author_id: int
    author_name: str
    author_email: str
    body_html: str
    created_at: dt.datetime
    edited_at: dt.datetime | None
    deleted_at: dt.datetime | None
    deleted_by_id: int | None
    appeared_in: int
    changed_in: int


class ShownComment(TypedDict):
    """A comment as the template writes it.

    A plain dictionary of escaped strings, and few questions to ask: a page shows a hundred of
    these, and a template is slow at attributes, at escaping and at every ``if``.
    """

    id: SafeString
    url: SafeString  # of the comment; the addresses of its actions begin with it
    name: SafeString  # of the author; empty once it is deleted, like the initials and the body
    initials: SafeString
    posted: SafeString  # local time in words
    posted_iso: SafeString
    deleted: str  # the sentence that stands in its place
    body: SafeString
    is_marked: bool  # one of the next two is there
    edited: bool
    answers: SafeString  # whom, where its place does not say so
    answers_url: SafeString
    may_delete: bool
    may_edit: bool  # never without the other
    place: SafeString  # CSS selector of the list it stands in
    css: SafeString  # more classes
    closing: SafeString  # the ends of the lists that end after it


Show = Callable[[CommentRow, Place], ShownComment]

NOTHING: Final = SafeString("")
# In a thread written out in order, a comment's element stays open for its replies.
_CLOSINGS: Final = [SafeString("</ol></li>" * closes) for closes in range(MAX_DEPTH + 2)]


def shower(
    access: Access, known: Mapping[int, CommentRow], *, newer_than: int | None = None
) -> Show:
    """A function that says how a comment is shown to the member of ``access``.

    ``known`` has what a comment answers, by id, where its place does not show that.  Comments that
    appeared after the change ``newer_than`` are marked as new.
    """
    zone = access.course.zone
    # Looked up once: it costs more than everything else about a comment.
    base = reverse("discussion:comment", args=[access.course.slug, 0]).removesuffix("0/")

    @functools.cache
    def person(name: str, email: str) -> tuple[SafeString, SafeString]:
        # Neither loaded nor saved: it only knows how a person is called.
        user = User(name=name, email=email)
        return escape(user.display_name), escape(user.initials)

    def show(row: CommentRow, place: Place) -> ShownComment:
        stands = row.deleted_at is None
        name, initials = person(row.author_name, row.author_email) if stands else (NOTHING, NOTHING)
        local = row.created_at.astimezone(zone)
        edited = stands and row.edited_at is not None
        answers = NOTHING
        if place.is_flattened and (parent := known.get(row.parent_id or 0)):
            answers = (
                SafeString("a deleted comment")
                if parent.deleted_at
                else person(parent.author_name, parent.author_email)[0]
            )
        is_new = newer_than is not None and row.appeared_in > newer_than
        return {
            "id": SafeString(row.id),
            "url": SafeString(f"{base}{row.id}/"),
            "name": name,
            "initials": initials,
            "posted": SafeString(clock.short_instant(local)),
            "posted_iso": SafeString(local.isoformat(timespec="seconds")),
            "deleted": "" if stands else _deleted(row),
            "body": trusted(row.body_html),
            "is_marked": edited or bool(answers),
            "edited": edited,
            "answers": answers,
            "answers_url": SafeString(f"{base}{row.parent_id}/") if answers else NOTHING,
            "may_delete": may_delete(access, row),
            "may_edit": may_edit(access, row),
            "place": SafeString(
                f"#comment-{place.under} > ol" if place.under else f"#thread-{row.thread_id} > ol"
            ),
            "css": SafeString(" is-new") if is_new else NOTHING,
            "closing": _CLOSINGS[place.closes],
        }

    return show


def _deleted(row: CommentRow) -> str:
    own = row.deleted_by_id == row.author_id
    return "Deleted by its author." if own else "Deleted by the course staff."
