"""Which notes others found helpful."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final, NamedTuple

from django.db.models import Count, OuterRef, Q, Subquery

from readings.accounts.models import User
from readings.notes.access import NoteAccess
from readings.notes.models import Appreciation, Note
from readings.schedule.models import Reading, Week

MOST_HELPFUL: Final = 3  # so many of a week


class Helpful(NamedTuple):
    """How many found a note helpful, and whether the reader did."""

    number: int = 0
    is_mine: bool = False


def set_appreciation(*, note: Note, user: User, is_helpful: bool, at: dt.datetime) -> None:
    """Find a note helpful, or no longer; saying the same twice changes nothing.

    Whoever calls this has asked ``note_access`` for the note, and that it is somebody else's.
    """
    mine = Appreciation.objects.filter(note=note, user=user)
    if is_helpful:
        mine.get_or_create(note=note, user=user, defaults={"created_at": at})
    else:
        mine.delete()


def helpful_of(reading_ids: Collection[int], reader: User) -> dict[int, Helpful]:
    """Note id to who found it helpful, where anybody did; one query.

    For notes that ``reader`` may read: it is theirs who ask to show no others.
    """
    counted = (
        Appreciation.objects.filter(note__reading__in=reading_ids)
        .values("note_id")
        .annotate(number=Count("id"), mine=Count("id", filter=Q(user=reader)))
        .values_list("note_id", "number", "mine")
    )
    return {note: Helpful(number, bool(mine)) for note, number, mine in counted}


def helpful_one(note: Note, reader: User) -> Helpful:
    """The same of one note."""
    return helpful_of([note.reading_id], reader).get(note.pk, Helpful())


def most_helpful(rights: NoteAccess, week: Week) -> list[tuple[Note, int]]:
    """The notes on a week's readings that most people found helpful, with how many did.

    Only of those that may be read; the author's name is not to be shown unasked
    (``NoteAccess.shows_author``).  One query.
    """
    count = (
        Appreciation.objects.filter(note=OuterRef("pk"))
        .order_by()
        .values("note")
        .annotate(number=Count("id"))
        .values("number")
    )
    readings = Reading.objects.filter(agenda_items__meeting__week=week)
    found = (
        rights.notes()
        .filter(reading__in=readings)
        .annotate(helpful=Subquery(count))
        .filter(helpful__gte=1)
        .select_related("author", "reading__paper")
        .only("submitted_at", "author__name", "author__email", "reading__label", "reading__title",
              "reading__course_id", "reading__paper__title", "reading__paper__arxiv_id",
              "reading__paper__doi", "reading__paper__url")
    )  # fmt: skip
    # Of equal ones the first, or where there are no names to be guessed none in particular.
    by_time = found.order_by("-helpful", "submitted_at", "pk")
    by_lot = found.order_by("-helpful", "body_html", "pk")
    best = (by_lot if rights.hides_authors else by_time)[:MOST_HELPFUL]
    return [(note, note.helpful) for note in best]
