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
# Which share of the works of two lists makes them one: two lists of a field have much in common.
_MOST, _HALF = 0.8, 0.5


def default_source(*, course: Course, understood: Understood, filename: str | None) -> str:
    """The name of the source: of the schedule, of a paste, or of one reading list of several.

    A reading list is known again by what stands on it, even if it has a new title.
    """
    if understood.format in BARE and not filename:
        return PASTED
    if understood.meetings:
        return SCHEDULE
    name = (understood.title or (PurePath(filename).name if filename else "")).strip()[:80]
    name = f"{name[:74]} list" if name in RESERVED else name
    if not name or not course.sources.filter(name=name).exists():
        known = _alike(course, understood)
        return known.name if known else name or _UNTITLED
    return name


def _alike(course: Course, understood: Understood) -> Source | None:
    """The source whose list has the same works: nearly all of them under another title."""
    now = set(_works(understood))
    enough = _MOST if understood.title else _HALF
    best: tuple[float, Source] | None = None
    for source in course.sources.filter(removes=True).exclude(reading_list=None):
        if source.name in RESERVED or not now:
            continue
        before = {row.name for row in read_last_import(source).of("entry")}
        share = len(now & before) / max(len(now), len(before))
        if share >= enough and (best is None or share > best[0]):
            best = share, source
    return best[1] if best else None


def _works(understood: Understood) -> Iterator[str]:
    for entry in understood.entries:
        if entry.identity:
            yield ":".join(entry.identity)
