"""What the sample's teacher has changed in the plan since the term began."""

from __future__ import annotations

import datetime as dt
from typing import Final

from readings.accounts.models import User
from readings.courses.models import Course
from readings.planning.actions import Action
from readings.planning.drafts import Doing
from readings.planning.publishing import publish_edits
from readings.planning.rearranging import exchange
from readings.schedule.edits import Edit, set_values
from readings.schedule.models import Change, Kind
from readings.schedule.plan import Plan
from readings.schedule.plan_rows import read_plan

WEEK: Final = 6  # the classes of which change places: the one after this week's
MESSAGE: Final = "The two classes of week 6 change places: XLA first, Triton after it."


def change_plan(course: Course, *, teacher: User, now: dt.datetime) -> None:
    """Mark what may give way, and exchange two classes, a day before ``now``."""
    plan = read_plan(course)
    spare = Action("Repository tours may give way", _spare(plan))
    _publish(course, teacher, spare, "", now - dt.timedelta(days=20))
    classes = [
        one.id for one in plan.in_order if plan.weeks[one.week].number == WEEK and one.takes_place
    ]
    if len(classes) == 2:
        done = exchange(read_plan(course), *classes)
        _publish(course, teacher, done, MESSAGE, now - dt.timedelta(days=1))


def _spare(plan: Plan) -> list[Edit]:
    """The tours of repositories give way when a class is lost."""
    return [
        edit
        for item in plan.items.values()
        if item.kind == Kind.TECH_TALK
        for edit in set_values("item", item, {"is_spare": True})
    ]


def _publish(course: Course, teacher: User, doing: Doing, message: str, when: dt.datetime) -> None:
    found = publish_edits(
        course=course, actor=teacher, edits=doing.edits, summary=doing.summary, message=message
    )
    if found is not None:
        Change.objects.filter(pk=found.pk).update(created_at=when)
        course.events.filter(details__change=found.pk).update(created_at=when)
