"""The one writer of threads and comments."""

from __future__ import annotations

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from readings.accounts.models import User
from readings.core.markdown import render_markdown
from readings.core.refusals import Refusal
from readings.discussion.models import Comment, Thread
from readings.schedule.models import Reading


class CommentGone(Refusal):
    """The comment was deleted in the meantime."""

    def __init__(self) -> None:
        super().__init__("This comment was deleted in the meantime, so it cannot be changed.")


def start_thread(
    *, reading: Reading, author: User, body: str, title: str = "", nonce: str | None = None
) -> Comment:
    """Open a thread on ``reading`` with its first comment, which is returned.

    ``nonce`` came with the form: posting the same thing with the same nonce again gives the
    comment that is already there.
    """
    return _post(
        Comment(reading=reading, author=author, body=body, nonce=nonce or None), title=title
    )


def reply(*, parent: Comment, author: User, body: str, nonce: str | None = None) -> Comment:
    """Answer ``parent`` in its thread; ``nonce`` as in ``start_thread``."""
    return _post(
        Comment(
            reading_id=parent.reading_id,
            thread_id=parent.thread_id,
            parent=parent,
            author=author,
            body=body,
            nonce=nonce or None,
        )
    )


def edit_comment(*, comment: Comment, body: str) -> None:
    """Store a new text.  Raises ``CommentGone``."""
    if body == comment.body:
        return
    rendered = render_markdown(body)
    with transaction.atomic():
        number = _take_number(comment.reading_id)
        changed = Comment.objects.filter(pk=comment.pk, deleted_at__isnull=True).update(
            body=body, body_html=rendered, edited_at=timezone.now(), changed_in=number
        )
        if not changed:
            raise CommentGone


def delete_comment(*, comment: Comment, actor: User) -> None:
    """Empty the comment and leave its place, so that replies keep theirs.

    Deleting a deleted one changes nothing.
    """
    with transaction.atomic():
        number = _take_number(comment.reading_id)
        Comment.objects.filter(pk=comment.pk, deleted_at__isnull=True).update(
            body="",
            body_html="",
            deleted_at=timezone.now(),
            deleted_by=actor,
            changed_in=number,
        )


_WHAT_WAS_SAID = ("reading_id", "parent_id", "body")


def _post(comment: Comment, *, title: str = "") -> Comment:
    comment.body_html = render_markdown(comment.body)
    try:
        return _insert(comment, title=title)
    except IntegrityError:
        earlier = _posted_before(comment)
        if earlier is None:
            raise
    if all(getattr(earlier, name) == getattr(comment, name) for name in _WHAT_WAS_SAID):
        return earlier
    # The browser's "back" brought the used form again and something else was written in it.
    comment.nonce = None
    return _insert(comment, title=title)


def _insert(comment: Comment, *, title: str) -> Comment:
    with transaction.atomic():
        number = _take_number(comment.reading_id)
        if comment.parent_id is None:
            comment.thread = Thread.objects.create(reading_id=comment.reading_id, title=title)
        comment.appeared_in = comment.changed_in = number
        comment.save(force_insert=True)
    return comment


def _posted_before(comment: Comment) -> Comment | None:
    if comment.nonce is None:
        return None
    return Comment.objects.filter(author_id=comment.author_id, nonce=comment.nonce).first()


def _take_number(reading_id: int) -> int:
    """The next number of the reading's discussion; whoever has it goes first until the commit."""
    with connection.cursor() as cursor:
        # One statement makes the row, raises the count and tells it; the ORM needs three.
        cursor.execute(
            """
            INSERT INTO readings_discussion (reading_id, change_count) VALUES (%s, 1)
            ON CONFLICT (reading_id)
            DO UPDATE SET change_count = readings_discussion.change_count + 1
            RETURNING change_count
            """,
            [reading_id],
        )
        return int(cursor.fetchone()[0])
