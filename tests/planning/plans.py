"""What tests of the plan do and look at again and again."""

from __future__ import annotations

from readings.accounts.models import User
from readings.courses.models import Course
from readings.planning import drafts
from readings.planning.actions import Action
from readings.planning.rearranging import Rearranged
from readings.schedule.models import AgendaItem, Change
from readings.schedule.plan import Plan
from readings.schedule.plan_rows import read_plan


def planned(course: Course) -> Plan:
    """The draft."""
    return drafts.read_draft(course).plan


def do(course: Course, action: Action | Rearranged | None, actor: User | None = None) -> None:
    """Put something on the draft."""
    assert action is not None
    drafts.add_step(course=course, actor=actor, make=lambda _plan: action)


def agendas(plan: Plan) -> dict[str, list[str]]:
    """``{"Sep 8": ["DSPy", "TVM"], ...}`` in the order of the term, and what is on the "shelf"."""
    found = {
        plan.place_of(one.id): [plan.name_of(item) for item in plan.items_of(one.id)]
        for one in plan.in_order
    }
    return found | {"shelf": [plan.name_of(item) for item in plan.items_of(None)]}


def published(course: Course) -> dict[str, list[str]]:
    """The agendas as the class sees them."""
    return agendas(read_plan(course))


def item_named(course: Course, name: str) -> AgendaItem:
    """The only item of that name."""
    [found] = [item for item in course.agenda_items.select_related("reading__paper")
               if str(item) == name]  # fmt: skip
    return found


def last_change(course: Course) -> Change:
    """What was published last."""
    found = course.changes.first()
    assert found is not None
    return found
