"""A sheet by wishes: three papers on three days, three students."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import pytest
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Course, Group
from readings.presentations.assignment import (
    Assignment,
    Granted,
    How,
    Missing,
    Reason,
    assignment_to_json,
    task_to_json,
)
from readings.presentations.models import Method, Sheet, Slot, TakenBy
from readings.presentations.presenters import code_of
from readings.presentations.wishes.models import AssignmentRun, RunState
from readings.presentations.wishes.stating import state_task
from tests import factories
from tests.presentations.conftest import days_from_now

NAMES = ("DSPy", "TVM", "MLIR")


def make_sheet(course: Course, **fields: object) -> Sheet:
    """A sheet by wishes that is open for a week."""
    now = timezone.now()
    defaults = {
        "title": "Lead a paper",
        "method": Method.WISHES,
        "opens_at": now - dt.timedelta(days=1),
        "closes_at": now + dt.timedelta(days=7),
        "must_hold": 1,
    }
    return Sheet.objects.create(course=course, **defaults | fields)


def make_slots(sheet: Sheet, names: Sequence[str] = NAMES, seats: int = 1) -> list[Slot]:
    """A slot on each of new readings, two weeks from now and then a week apart."""
    slots = []
    for week, name in enumerate(names):
        meeting = factories.make_meeting(
            sheet.course, days_from_now(14 + 7 * (week % 20)), week=week % 20 + 1
        )
        item = factories.put_on_agenda(meeting, factories.make_reading(sheet.course, label=name))
        slots.append(factories.make_slot(item, seats=seats, sheet=sheet))
    return slots


@pytest.fixture
def sheet(course: Course) -> Sheet:
    """Everybody leads one paper."""
    return make_sheet(course)


@pytest.fixture
def slots(sheet: Sheet) -> list[Slot]:
    """DSPy, TVM and MLIR, a seat each."""
    return make_slots(sheet)


@pytest.fixture
def priya(course: Course) -> User:
    """Another student."""
    user = factories.make_user("Priya Singh")
    factories.enrol(course, user)
    return user


@pytest.fixture
def group_sheet(course: Course) -> Sheet:
    """Every group pitches once."""
    return make_sheet(course, title="Pitches", taken_by=TakenBy.GROUP)


@pytest.fixture
def owls(course: Course, bob: User, priya: User) -> Group:
    """Bob and Priya."""
    return factories.make_group(course, bob, priya, name="Owls")


def close(sheet: Sheet, *, ago: dt.timedelta = dt.timedelta(minutes=1)) -> None:
    """Let wishing have ended."""
    sheet.opens_at, sheet.closes_at = None, timezone.now() - ago
    sheet.save()


Got = tuple[User | Group, Slot, int | None]
MakeRun = Callable[..., AssignmentRun]


@pytest.fixture
def make_run(sheet: Sheet) -> MakeRun:
    """A function that stores a run of the sheet as it is, with what it is to have come to."""

    def make(*got: Got, lacks: Sequence[User | Group] = (), seed: int = 7) -> AssignmentRun:
        task = state_task(sheet, now=timezone.now())
        fixed = set(task.fixed)
        found = Assignment(
            granted=tuple(
                Granted(
                    code_of(who),
                    str(slot.pk),
                    rank,
                    Reason(
                        How.FIXED
                        if (code_of(who), str(slot.pk)) in fixed
                        else How.WISH
                        if rank
                        else How.UNRANKED,
                        rank=rank,
                    ),
                )
                for who, slot, rank in got
            ),
            missing=tuple(Missing(code_of(who), 1, Reason(How.NOTHING, short=1)) for who in lacks),
            seed=seed,
            vector=(len(got),),
            uncovered=(),
            relaxations=(),
            is_proven_optimal=True,
            seconds=0.1,
        )
        return AssignmentRun.objects.create(
            sheet=sheet,
            seed=seed,
            state=RunState.DONE,
            task=task_to_json(task),
            answer=assignment_to_json(found),
        )

    return make
