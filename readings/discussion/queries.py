"""What pages read of a discussion, shaped so that a template only has to write it down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString

from readings.core.tokens import new_token
from readings.courses.access import Access
from readings.discussion.models import Comment
from readings.discussion.nesting import Place, nest
from readings.discussion.showing import CommentRow, Showing, list_of
from readings.schedule.models import Reading


@dataclass(frozen=True, slots=True)
class ShownThread:
    """A thread with its comments, written out in reading order."""

    id: int
    title: str
    comments: SafeString


@dataclass(frozen=True, slots=True)
class ShownComment:
    """A comment by itself, written out for a window that shows the others."""

    id: int
    list: str  # CSS selector of the list in which it stands
    html: SafeString


@dataclass(frozen=True, slots=True)
class CommentDraft:
    """A form for a comment: where it goes, what was typed so far, what is wrong with it."""

    action: str
    nonce: str
    field_id: str
    label: str
    title: str = ""
    body: str = ""
    title_error: str = ""
    body_error: str = ""


@dataclass(frozen=True, slots=True)
class DiscussionPanel:
    """Everything that the discussion of a paper page shows."""

    access: Access
    reading: Reading
    threads: list[ShownThread]
    comment_form: CommentDraft
    change_count: int
    comment_count: int
    changes_url: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What a window does not show yet that knows the discussion up to some change."""

    change_count: int
    comment_count: int
    by_others: int  # how many of the new comments somebody else wrote
    new_threads: list[ShownThread] = field(default_factory=list)  # each with its first comment
    replies: list[ShownComment] = field(default_factory=list)  # in the order they were posted
    changed: list[ShownComment] = field(default_factory=list)  # only what they say


def panel(access: Access, reading: Reading) -> DiscussionPanel:
    """The discussion of ``reading`` as the member of ``access`` sees it; one query."""
    rows = _rows(Comment.objects.filter(reading=reading))
    return DiscussionPanel(
        access=access,
        reading=reading,
        threads=_threads(access, rows),
        comment_form=new_thread_form(access, reading.pk),
        # Not the count of now: what is committed after the rows were read must come with a poll.
        change_count=max((row.changed_in for row in rows.values()), default=0),
        comment_count=sum(row.deleted_at is None for row in rows.values()),
        changes_url=reverse("discussion:changes", args=[access.course.slug, reading.pk]),
    )


def new_thread_form(access: Access, reading_id: int) -> CommentDraft:
    """An empty form that opens a thread."""
    action = reverse("discussion:start", args=[access.course.slug, reading_id])
    return CommentDraft(
        action=action, nonce=new_token(), field_id="thread-body", label="Question or remark"
    )


def change_count_of(access: Access, reading_id: int) -> int | None:
    """How many changes the reading's discussion has seen; ``None``: no such reading here."""
    found = Reading.objects.filter(pk=reading_id, course=access.course)
    counts = found.values_list("discussion__change_count", flat=True)
    return next((count or 0 for count in counts), None)


def changes_since(
    access: Access, reading_id: int, number: int, *, change_count: int | None = None
) -> Changes:
    """What changed after the change ``number``.

    ``change_count`` is how many changes there were a moment ago; it is looked up where nothing else
    tells it.  Two queries, and one or two more for replies.
    """
    rows = _rows(Comment.objects.filter(reading_id=reading_id, changed_in__gt=number))
    if change_count is None and not rows:
        change_count = change_count_of(access, reading_id)
    places = _places_of(rows)
    answered = [row.parent_id or 0 for row in rows.values() if places[row.id].is_flattened]
    parents = _rows(Comment.objects.filter(pk__in=answered)) if answered else {}
    showing = Showing(access, parents, newer_than=number)
    changes = Changes(
        change_count=max([change_count or 0, *(row.changed_in for row in rows.values())]),
        comment_count=Comment.objects.filter(
            reading_id=reading_id, deleted_at__isnull=True
        ).count(),
        by_others=sum(
            row.appeared_in > number and row.author_id != access.member.pk for row in rows.values()
        ),
    )
    for row in rows.values():
        place = places[row.id]._replace(closes=1)
        if row.appeared_in <= number:
            changes.changed.append(ShownComment(row.id, "", showing.said(row, place)))
        elif row.parent_id is None:
            html = showing.comment(row, place)
            changes.new_threads.append(ShownThread(row.thread_id, row.title, html))
        else:
            html = showing.comment(row, place)
            changes.replies.append(ShownComment(row.id, list_of(row, place), html))
    return changes


def comment_counts(reading_ids: Iterable[int]) -> dict[int, int]:
    """Reading id to the number of its standing comments, where there are any; one query."""
    counted = (
        Comment.objects.filter(reading_id__in=list(reading_ids), deleted_at__isnull=True)
        .order_by()
        .values("reading_id")
        .annotate(number=Count("id"))
    )
    return {row["reading_id"]: row["number"] for row in counted}


def _rows(comments: QuerySet[Comment]) -> dict[int, CommentRow]:
    """The rows of ``comments`` by id, the oldest first; one query."""
    columns = comments.order_by("id").values_list(
        "id",
        "thread_id",
        "thread__title",
        "parent_id",
        "author_id",
        "author__name",
        "author__email",
        "body_html",
        "created_at",
        "edited_at",
        "deleted_at",
        "deleted_by_id",
        "appeared_in",
        "changed_in",
    )
    return {row[0]: CommentRow._make(row) for row in columns}


def _threads(access: Access, rows: Mapping[int, CommentRow]) -> list[ShownThread]:
    by_thread: dict[int, list[CommentRow]] = {}
    for row in rows.values():
        by_thread.setdefault(row.thread_id, []).append(row)
    showing = Showing(access, rows)
    threads = []
    for thread_id, members in by_thread.items():
        places = nest((row.id, row.parent_id) for row in members)
        comments = [showing.comment(rows[place.comment_id], place) for place in places]
        threads.append(ShownThread(thread_id, members[0].title, SafeString("".join(comments))))
    return threads


def _places_of(rows: Mapping[int, CommentRow]) -> dict[int, Place]:
    """Comment id to place; one query for the threads of those that are replies."""
    threads = {row.thread_id for row in rows.values() if row.parent_id is not None}
    pairs: dict[int, list[tuple[int, int | None]]] = {}
    if threads:
        found = Comment.objects.filter(thread_id__in=threads).order_by("id")
        for thread_id, comment_id, parent_id in found.values_list("thread_id", "id", "parent_id"):
            pairs.setdefault(thread_id, []).append((comment_id, parent_id))
    for row in rows.values():
        pairs.setdefault(row.thread_id, [(row.id, None)])
    return {place.comment_id: place for thread in pairs.values() for place in nest(thread)}
