"""The change log of a plan: what each change did, and the term as it was after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from readings.courses.models import Course
from readings.papers.models import Paper
from readings.schedule.models import AgendaItem, Change, Meeting, Operation, Reading, Week
from readings.schedule.operations import Rows, plain_rows, typed
from readings.schedule.plan import Plan
from readings.schedule.plan_rows import plan_of_rows

_MODELS = {"week": Week, "meeting": Meeting, "reading": Reading, "agendaitem": AgendaItem}


@dataclass(frozen=True)
class States:
    """The plan before a change, after it, and now."""

    before: Plan
    after: Plan
    now: Plan


def changes_of(course: Course) -> QuerySet[Change]:
    """The changes of a plan, the newest first."""
    return course.changes.select_related("created_by", "undone_by").order_by("-created_at", "-pk")


def states_around(change: Change) -> States:
    """The plan before and after ``change``, from the rows of now and the journal.

    What was changed by hand in the admin, outside the journal, is in all three.
    """
    course = change.course
    now = {name: plain_rows(model, "course", course) for name, model in _MODELS.items()}
    rows = {name: {pk: dict(row) for pk, row in found.items()} for name, found in now.items()}
    for when, _key, one, is_undoing in _moments(course, since=change.created_at):
        if (when, one.pk) == (change.created_at, change.pk) and not is_undoing:
            after = {
                name: {pk: dict(row) for pk, row in found.items()} for name, found in rows.items()
            }
            _apply(rows, one.operations.all(), backwards=True)
            plans = [_plan_of(each) for each in (rows, after, now)]
            return States(*plans)
        # Going back in time, an undoing is done again, and a change is undone.
        _apply(rows, one.operations.all(), backwards=not is_undoing)
    raise Change.DoesNotExist


def _moments(course: Course, *, since: dt.datetime) -> list[tuple[Any, int, Change, bool]]:
    """Every change and every undoing of one from an instant on, the last first."""
    moments = []
    later = Q(created_at__gte=since) | Q(undone_at__gte=since)
    for one in course.changes.filter(later).prefetch_related("operations"):
        moments.append((one.created_at, one.pk, one, False))
        if one.undone_at is not None:
            moments.append((one.undone_at, one.pk, one, True))
    return sorted(moments, key=lambda moment: moment[:2], reverse=True)


def _apply(rows: Mapping[str, Rows], operations: Iterable[Operation], *, backwards: bool) -> None:
    for operation in operations:
        found = rows.get(operation.model)
        if found is None:
            continue
        was, becomes = operation.after, operation.before
        if not backwards:
            was, becomes = becomes, was
        if becomes is None:
            found.pop(operation.row, None)
        elif was is None:
            found[operation.row] = dict(becomes)
        elif operation.row in found:
            found[operation.row] |= becomes


def _plan_of(rows: Mapping[str, Rows]) -> Plan:
    weeks = [Week(**typed(Week, row)) for row in rows["week"].values()]
    known = {week.pk for week in weeks}
    meetings = [
        meeting
        for row in rows["meeting"].values()
        if (meeting := Meeting(**typed(Meeting, row))).week_id in known
    ]
    readings = {pk: Reading(**typed(Reading, row)) for pk, row in rows["reading"].items()}
    papers = Paper.objects.defer("abstract", "abstract_html").in_bulk(
        {one.paper_id for one in readings.values()}
    )
    for reading in readings.values():
        reading.paper = papers[reading.paper_id]
    agenda: dict[int | None, list[AgendaItem]] = {one.pk: [] for one in meetings}
    agenda[None] = []
    items = [AgendaItem(**typed(AgendaItem, row)) for row in rows["agendaitem"].values()]
    for item in sorted(items, key=lambda one: (one.position, one.pk)):
        if item.reading_id is not None:
            found = readings.get(item.reading_id)
            if found is None:
                continue
            item.reading = found
        agenda.get(item.meeting_id, agenda[None]).append(item)
    return plan_of_rows(weeks=weeks, meetings=meetings, agenda=agenda, readings=readings.values())
