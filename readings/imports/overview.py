"""What stands beside the box: a course's documents, what was imported, what is offered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Max, Q

from readings.accounts.models import User
from readings.courses.models import Course
from readings.imports.models import Import, ImportState, Source
from readings.imports.planning.steps import sentence_of
from readings.imports.queries import applied_imports

MOST_PAST: Final = 8


@dataclass(frozen=True)
class PastImport:
    """One application, and whether it is the one that can be undone."""

    id: int
    applied_at: dt.datetime | None
    created_by: User | None
    source: str
    did: str
    is_undone: bool
    can_be_undone: bool


def past_imports(course: Course) -> list[PastImport]:
    """The last applications; of each document the last one that stands can be undone."""
    rows = []
    seen: set[int] = set()
    for one in applied_imports(course, MOST_PAST):
        stands = one.change is not None and one.change.undone_at is None
        rows.append(
            PastImport(
                id=one.pk,
                applied_at=one.applied_at,
                created_by=one.created_by,
                source=one.source.name,
                did=sentence_of(one.counts),
                is_undone=one.change is not None and one.change.undone_at is not None,
                can_be_undone=stands and one.source_id not in seen,
            )
        )
        if stands:
            seen.add(one.source_id)
    return rows


def documents_of(course: Course) -> list[Source]:
    """The documents that were imported or are followed, with ``applied_at``."""
    applied = Max("imports__applied_at", filter=Q(imports__state=ImportState.APPLIED))
    found = course.sources.annotate(applied_at=applied)
    return list(found.filter(Q(applied_at__isnull=False) | Q(is_followed=True)).order_by("name"))


def draft_of(course: Course, import_id: int) -> Import | None:
    """A preview of this course; None where there is none (any more)."""
    drafts = Import.objects.select_related("source__course")
    return drafts.filter(source__course=course, pk=import_id).first()
