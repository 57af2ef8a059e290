"""Who may do what with a comment; reading the discussion is every member's right."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from readings.courses.access import Access


class Said(Protocol):
    """A comment, or a row that stands for one."""

    @property
    def author_id(self) -> int:
        """Whose it is."""

    @property
    def deleted_at(self) -> dt.datetime | None:
        """When it was deleted, if it was."""


def may_edit(access: Access, comment: Said) -> bool:
    """Its author, as long as it stands."""
    return comment.deleted_at is None and comment.author_id == access.member.pk


def may_delete(access: Access, comment: Said) -> bool:
    """Its author, and the course's staff."""
    return comment.deleted_at is None and (comment.author_id == access.member.pk or access.is_staff)
