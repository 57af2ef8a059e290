"""What applying a document would do to a course.  Reads only; the preview and ``services`` use it.

Three sides are compared: what was imported last from the same source, what the course is now, and
the document.  Readings are known by their works, meetings by their date, entries by their works
and sections, words by what they say.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from readings.courses.models import Course
from readings.imports.planning.comparing import Comparison
from readings.imports.planning.entries import EntryMatcher
from readings.imports.planning.items import ItemMatcher
from readings.imports.planning.known_links import with_known_links
from readings.imports.planning.leaving import Leaving
from readings.imports.planning.leaving_lists import LeavingList
from readings.imports.planning.meetings import MeetingMatcher
from readings.imports.planning.merging import fields_said
from readings.imports.planning.steps import Plan
from readings.imports.queries import (
    CourseState,
    LastImport,
    find_source,
    read_last_import,
    read_list,
    read_state,
)
from readings.imports.sources import RESERVED
from readings.imports.understood import Entry, Understood
from readings.schedule.models import Change

#: What a person may decide in the preview: conflicts taken from the document, lines of links in
#: its prose that are wanted.
Choices = Mapping[str, Collection[Any]]


def plan_import(
    *, course: Course, source: str, understood: Understood, choices: Choices | None = None
) -> Plan:
    """The plan for a document that was understood, in a dozen queries whatever its length."""
    choices = choices or {}
    found = find_source(course, source)
    state, here, last = read_state(course), read_list(found), read_last_import(found)
    last = _renamed(last, state)
    comparison = Comparison(fields_said(understood), set(choices.get("conflicts", ())))

    sessions = with_known_links(understood.meetings, state)
    meetings = MeetingMatcher(state, last, comparison).match(sessions)
    ItemMatcher(state, last, comparison, meetings).match()
    offered = _wanted(understood, last, set(choices.get("offered", ())))
    entries = EntryMatcher(state, here, last, comparison)
    plan = Plan(meetings, len(understood.problems))
    plan.sections = entries.match(understood.entries, offered)
    plan.list_order = entries.list_order()
    plan.list_title = understood.title or ("" if source in RESERVED else source) or "Reading list"
    if found is None or found.removes:
        changes = Change.objects.filter(from_import__source=found)
        plan.removed = Leaving(course, state, last, comparison, changes).settle(meetings)
        plan.removed += LeavingList(here, last, comparison, changes).settle(plan.sections)
    else:
        said = {step.key for step in [*plan.steps, *plan.sections]}
        plan.carried = [row.row for row in last.rows if row.key not in said]
    return plan


def _renamed(last: LastImport, state: CourseState) -> LastImport:
    """What was said last, its works by the names by which they are known now."""
    rows = []
    for row in last.rows:
        values = dict(row.values)
        if values.get("work"):
            values["work"] = _known(values["work"], state)
        rows.append(replace(row, name=_known(row.name, state), values=values))
    return LastImport(rows, last.columns)


def _known(name: str, state: CourseState) -> str:
    kind, colon, value = name.partition(":")
    return state.name_of((kind, value)) if colon else name


def _wanted(understood: Understood, last: LastImport, lines: Collection[int]) -> Sequence[Entry]:
    """The links in prose that somebody asked for, now or before."""
    before = {row.name for row in last.of("entry") if row.row.get("offered")}
    return [
        replace(entry, parent=None)
        for entry in understood.offered
        if entry.line in lines or ":".join(entry.identity or ()) in before
    ]
