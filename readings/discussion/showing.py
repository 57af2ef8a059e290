"""Rows of comments -> what a template writes, as one member may see it."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from typing import Final, NamedTuple

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from readings.accounts.models import User
from readings.core import clock
from readings.core.markdown import trusted
from readings.core.stencil import Stencil
from readings.courses.access import Access
from readings.discussion.access import may_delete, may_edit
from readings.discussion.nesting import MAX_DEPTH, Place

_FIELDS: Final = (
    "id",
    "url",  # of the comment; the addresses of its actions begin with it
    "name",
    "initials",
    "posted",  # local time in words
    "posted_iso",
    "body",
    "answers",  # whom, where its place does not say so
    "answers_url",
)
_FLAGS: Final = (
    "is_deleted",
    "is_deleted_by_staff",
    "is_edited",
    "is_flattened",  # see Place
    "is_new",
    "may_edit",
    "may_delete",
)
_COMMENT: Final = Stencil(
    "discussion/_panel.html#comment", name="comment", fields=_FIELDS, flags=_FLAGS
)
_SAID: Final = Stencil("discussion/_panel.html#said", name="comment", fields=_FIELDS, flags=_FLAGS)
# In a thread written out in order, a comment's element stays open for its replies.
_CLOSINGS: Final = ["</ol></li>" * closes for closes in range(MAX_DEPTH + 2)]


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


class Showing:
    """How comments are shown to the member of ``access``.

    ``known`` has what a comment answers, by id, where its place does not show that.  Comments that
    appeared after the change ``newer_than`` are marked as new.
    """

    def __init__(
        self, access: Access, known: Mapping[int, CommentRow], *, newer_than: int | None = None
    ) -> None:
        self._access = access
        self._known = known
        self._newer_than = newer_than
        self._zone = access.course.zone
        # Looked up once: it costs more than everything else about a comment.
        self._base = reverse("discussion:comment", args=[access.course.slug, 0]).removesuffix("0/")

    def comment(self, row: CommentRow, place: Place) -> SafeString:
        """Its whole element, with the ends of the lists that end after it."""
        shape, values = self._cut(row, place)
        return SafeString(_COMMENT.fill(shape, values) + _CLOSINGS[place.closes])

    def said(self, row: CommentRow, place: Place) -> SafeString:
        """What it says and who said it, without the replies."""
        return _SAID.fill(*self._cut(row, place))

    def _cut(self, row: CommentRow, place: Place) -> tuple[tuple[bool, ...], dict[str, SafeString]]:
        local = row.created_at.astimezone(self._zone)
        name, initials = _person(row.author_name, row.author_email)
        values = {
            "id": SafeString(row.id),
            "url": SafeString(f"{self._base}{row.id}/"),
            "name": name,
            "initials": initials,
            "posted": SafeString(clock.short_instant(local)),
            "posted_iso": SafeString(local.isoformat(timespec="seconds")),
            "body": trusted(row.body_html),
        }
        answered = self._known.get(row.parent_id or 0) if place.is_flattened else None
        if answered is not None:
            whom = _person(answered.author_name, answered.author_email)[0]
            values["answers"] = SafeString("a deleted comment") if answered.deleted_at else whom
            values["answers_url"] = SafeString(f"{self._base}{answered.id}/")
        shape = (
            row.deleted_at is not None,
            row.deleted_by_id != row.author_id,
            row.edited_at is not None,
            answered is not None,
            self._newer_than is not None and row.appeared_in > self._newer_than,
            may_edit(self._access, row),
            may_delete(self._access, row),
        )
        return shape, values


@functools.lru_cache(maxsize=2000)
def _person(name: str, email: str) -> tuple[SafeString, SafeString]:
    """How somebody is called, and the letters of their badge."""
    user = User(name=name, email=email)  # neither loaded nor saved
    return escape(user.display_name), escape(user.initials)


def list_of(row: CommentRow, place: Place) -> str:
    """The CSS selector of the list in which a comment stands."""
    return f"#comment-{place.under} > ol" if place.under else f"#thread-{row.thread_id} > ol"
