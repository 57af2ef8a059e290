"""Writes a whole list at once: a thousand entries in a few dozen statements.

It stands beside ``services`` and keeps to its rules; whoever adds one entry uses that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from django.db import transaction

from readings.core.markdown import render_markdown
from readings.courses.models import Course
from readings.courses.services import touch_course
from readings.papers.tasks import hint
from readings.reading_lists.matching import looks_like_work
from readings.reading_lists.models import Entry, TitleMatch
from readings.reading_lists.services import MAX_ENTRIES, ListIsFull
from readings.reading_lists.tasks import search_titles

_BATCH: Final = 500


def add_all(*, course: Course, entries: Sequence[Entry]) -> None:
    """Store new entries, parents before what is under them.  Raises ``ListIsFull``.

    They come with their section and their place in it.  What has no link and looks like a work is
    searched for on arXiv.
    """
    if len(entries) > MAX_ENTRIES:
        raise ListIsFull(f"A list has at most {MAX_ENTRIES} entries; this one has {len(entries)}.")
    for entry in entries:
        entry.annotation_html = render_markdown(entry.annotation) if entry.annotation else ""
    waiting = list(entries)
    with transaction.atomic():
        while waiting:
            # A parent has to have its key before what is under it is stored.
            ready = [one for one in waiting if one.parent is None or one.parent.pk is not None]
            if not ready:
                raise ValueError("entries that are each other's parents")
            for entry in ready:
                entry.parent = entry.parent  # takes over the key it was given meanwhile
            Entry.objects.bulk_create(ready, batch_size=_BATCH)
            waiting = [one for one in waiting if one.pk is None]
        owe_matches(entries=entries)
        if entries:
            touch_course(course_id=course.pk)


def owe_matches(*, entries: Iterable[Entry]) -> None:
    """Put down for all of these what ``services.owe_match`` puts down for one."""
    wanted = [
        TitleMatch(entry=entry)
        for entry in entries
        if entry.reading_id is None
        and looks_like_work(
            title=entry.title, authors=entry.authors, venue=entry.venue, year=entry.year
        )
    ]
    TitleMatch.objects.bulk_create(wanted, batch_size=_BATCH, ignore_conflicts=True)
    if wanted:
        hint(search_titles)


def place_all(*, course: Course, ordered: Iterable[Sequence[Entry]]) -> None:
    """Put the entries of each of these sections in this order; what is in it stays as it is."""
    changed = []
    for entries in ordered:
        if list(entries) == sorted(entries, key=lambda entry: (entry.position, entry.pk)):
            continue
        for position, entry in enumerate(entries):
            if entry.position != position:
                entry.position = position
                changed.append(entry)
    Entry.objects.bulk_update(changed, ["position"], batch_size=_BATCH)
    if changed:
        touch_course(course_id=course.pk)


def places_of(*, entries: Collection[int]) -> dict[int, int]:
    """The sections that entries are in."""
    found = Entry.objects.filter(pk__in=entries)
    return dict(found.values_list("pk", "section_id"))


def put_back(*, course: Course, places: Mapping[int, int]) -> None:
    """Return entries to these sections; those that are there stay as they are."""
    changed = []
    for entry in Entry.objects.filter(pk__in=places).only("section"):
        if entry.section_id != places[entry.pk]:
            entry.section_id = places[entry.pk]
            changed.append(entry)
    Entry.objects.bulk_update(changed, ["section"], batch_size=_BATCH)
    if changed:
        touch_course(course_id=course.pk)
