"""Which of a course's documents a document is, if nobody says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

from readings.courses.models import Course
from readings.imports.models import Source
from readings.imports.queries import read_last_import
from readings.imports.understood import Understood

#: Sources that are named for what they are, not for a document.
SCHEDULE: Final = "schedule"
PASTED: Final = "pasted"
RESERVED: Final = frozenset({SCHEDULE, PASTED})
#: Material without a document around it: what it does not name was not taken out of it.
BARE: Final = frozenset({"links", "bibtex", "ris", "csl-json"})
_UNTITLED: Final = "reading list"


def default_source(*, course: Course, understood: Understood, filename: str | None) -> str:
    """The name of the source: of the schedule, of a paste, or of one reading list of several.

    A reading list is known again by what stands on it, even if it has a new title.
    """
    if understood.format in BARE and not filename:
        return PASTED
    if understood.meetings:
        return SCHEDULE
    known = _alike(course, understood)
    if known is not None:
        return known.name
    name = (understood.title or (PurePath(filename).name if filename else "")).strip()[:80]
    if not name:
        return _UNTITLED
    return f"{name[:74]} list" if name in RESERVED else name


def _alike(course: Course, understood: Understood) -> Source | None:
    """The source of which at least half the works are in the document, or the other way round."""
    now = set(_works(understood))
    best: tuple[float, Source] | None = None
    for source in course.sources.filter(removes=True).exclude(reading_list=None):
        if source.name in RESERVED or not now:
            continue
        before = {row.name for row in read_last_import(source).of("entry")}
        share = len(now & before) / max(min(len(now), len(before)), 1)
        if share >= 0.5 and (best is None or share > best[0]):
            best = share, source
    return best[1] if best else None


def _works(understood: Understood) -> Iterator[str]:
    for entry in understood.entries:
        if entry.identity:
            yield ":".join(entry.identity)
