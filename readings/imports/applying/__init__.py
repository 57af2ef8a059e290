"""Carries out a plan through the services of papers, schedule and reading lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from readings.accounts.models import User
from readings.courses.models import Course
from readings.imports.applying.lists import ListApplication
from readings.imports.applying.readings import Readings
from readings.imports.applying.schedule import ScheduleApplication
from readings.imports.models import Source
from readings.imports.planning.steps import Plan


def apply_plan(
    plan: Plan, *, course: Course, source: Source, actor: User | None
) -> list[dict[str, Any]]:
    """Do what ``plan`` says; which part of the document became which row, and what it said."""
    readings = Readings(course)
    readings.add(plan)
    schedule = ScheduleApplication(course, actor, readings)
    lists = ListApplication(course, source, readings)
    schedule.apply(plan)
    lists.apply(plan)
    readings.drop_unneeded()
    return [*_became(plan, schedule.rows, lists.rows), *plan.carried]


def _became(
    plan: Plan, schedule: dict[str, int], lists: dict[str, int]
) -> Iterator[dict[str, Any]]:
    for meeting in plan.meetings:
        row = schedule.get(meeting.key, meeting.id)
        yield _row("meeting", meeting.key, "", "", row, meeting.line, meeting.values)
        for item in meeting.items:
            row = schedule.get(item.key, item.id)
            yield _row("item", item.key, meeting.key, item.name, row, item.line, item.values)
    for section in plan.sections:
        row = lists.get(section.key, section.id)
        yield _row("section", section.key, "", "", row, section.line, section.values)
        for entry in section.entries:
            row = lists.get(entry.key, entry.id)
            found = _row("entry", entry.key, section.key, entry.name, row, entry.line, entry.values)
            yield {**found, "offered": True} if entry.is_offered else found


def _row(
    what: str, key: str, place: str, name: str, row: int | None, line: int, values: dict[str, Any]
) -> dict[str, Any]:
    return {
        "what": what, "id": row, "key": key, "place": place, "name": name, "line": line,
        "values": values,
    }  # fmt: skip
