"""What a person does on the board, published at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from readings.courses.models import Course
from readings.planning import actions
from readings.planning.actions import Action
from readings.planning.publishing import publish_edits
from readings.schedule.models import AgendaItem
from readings.schedule.plan import Plan
from readings.schedule.plan_rows import read_plan
from readings.schedule.terms import class_days


def take_off(item: AgendaItem) -> None:
    """Take an item off its class."""
    _publish(item, lambda plan: actions.take_off(plan, item.pk, has_slots=item.slots.exists()))


def make_term(course: Course, *, meets_from: dt.time) -> None:
    """A class on each Monday and Wednesday of the term."""
    assert course.starts_on is not None
    assert course.ends_on is not None
    days = class_days(course.starts_on, course.ends_on, [0, 2], [])
    edits = actions.build_term(read_plan(course), days, meets_from=meets_from).edits
    publish_edits(course=course, actor=None, edits=edits)


def nudge(item: AgendaItem, by: int) -> None:
    """Move an item up (-1) or down (+1)."""
    _publish(item, lambda plan: actions.nudge_item(plan, item.pk, by))


def _publish(item: AgendaItem, make: Callable[[Plan], Action]) -> None:
    edits = make(read_plan(item.course)).edits
    publish_edits(course=item.course, actor=None, edits=edits)
    if AgendaItem.objects.filter(pk=item.pk).exists():
        item.refresh_from_db()
