"""The draft of a course's plan: steps over the published plan, which are published together.

What a course is to others are its rows.  A step stores edits and not what came of them, so that
whatever is published in the meantime (an import, the command line) stays under the draft; a step
that does not fit any more is told of and holds up publishing, and is never dropped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from django.db import transaction
from django.db.models import F

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.models import Course
from readings.planning.models import Draft, Step
from readings.schedule.edits import DoesNotFit, Edit, apply_edits, edits_from_json, edits_to_json
from readings.schedule.plan import Plan
from readings.schedule.plan_rows import read_plan

MAX_STEPS = 500
MAX_KNOWN = 1000  # rows that are still found by the ids they had before


class Doing(Protocol):
    """Edits that belong together, and what they are."""

    @property
    def summary(self) -> str:
        """In a sentence."""

    @property
    def edits(self) -> Sequence[Edit]:
        """In their order."""


class NothingToUndo(Refusal):
    """The draft has no such step (any more)."""


class StepIsBuiltOn(Refusal):
    """A later step stands on the one that was to be taken back."""


class TooManySteps(Refusal):
    """A draft has at most ``MAX_STEPS`` steps."""


@dataclass(frozen=True)
class DraftState:
    """The published plan, the draft over it, and which steps do not fit any more."""

    version: int
    published: Plan
    plan: Plan
    steps: list[Step] = field(default_factory=list)
    misfits: dict[int, str] = field(default_factory=dict)  # number of the step: why

    @property
    def is_empty(self) -> bool:
        """Whether the draft is what is published."""
        return not self.steps


@dataclass(frozen=True)
class Done:
    """What came of something that somebody did, and the draft after it."""

    step: Step | None  # None: it changed nothing
    state: DraftState


def draft_over(course: Course, published: Plan) -> DraftState:
    """The draft over a plan that was read; two queries."""
    draft = Draft.objects.filter(course=course).first()
    if draft is None:
        return DraftState(0, published, published)
    return _lay_over(draft, published, _steps(draft))


def read_draft(course: Course) -> DraftState:
    """The published plan and the draft; six queries."""
    return draft_over(course, read_plan(course))


def add_step(
    *,
    course: Course,
    actor: User | None,
    make: Callable[[Plan], Doing | None],
    read: Callable[[Course], Plan] = read_plan,
) -> Done:
    """Put what somebody did on top of the draft.

    ``make`` is given the plan as it is, while nobody else changes it; ``read`` reads what is
    published.  Raises what ``make`` raises, ``DoesNotFit`` where somebody changed the same thing in
    the meantime, or the plan would be impossible after it, and ``TooManySteps``.
    """
    with transaction.atomic():
        draft = _lock(course)
        state = _lay_over(draft, read(course), _steps(draft))
        if len(state.steps) >= MAX_STEPS:
            raise TooManySteps(
                f"There are {MAX_STEPS} changes that are not published: publish them first."
            )
        doing = make(state.plan)
        plan = apply_edits(state.plan, doing.edits) if doing else state.plan
        if doing is None or plan == state.plan:
            return Done(None, state)
        _raise_version(draft)
        step = Step.objects.create(
            draft=draft,
            number=draft.version,
            summary=doing.summary[:300],
            edits=edits_to_json(doing.edits),
            created_by=actor,
        )
    after = replace(state, version=draft.version, plan=plan, steps=[*state.steps, step])
    return Done(step, after)


def undo_step(*, course: Course, number: int | None = None) -> Step:
    """Take back the step of that number, or the last one.

    Raises ``NothingToUndo``, and ``StepIsBuiltOn`` where a later step would not fit without it.
    """
    with transaction.atomic():
        draft = _lock(course)
        steps = _steps(draft)
        found = [step for step in steps if number is None or step.number == number]
        if not found:
            raise NothingToUndo("There is nothing to undo: this was taken back or published.")
        published = read_plan(course)
        before = _lay_over(draft, published, steps).misfits
        rest = [step for step in steps if step.pk != found[-1].pk]
        after = _lay_over(draft, published, rest).misfits
        for step in rest:
            if step.number in after and step.number not in before:
                raise StepIsBuiltOn(f"“{step.summary}” builds on this: take that back first.")
        found[-1].delete()
        _raise_version(draft)
    return found[-1]


def discard_draft(*, course: Course) -> int:
    """Drop every step; how many there were."""
    with transaction.atomic():
        draft = _lock(course)
        count, _models = draft.steps.all().delete()
        _raise_version(draft)
    return count


def lock_draft(course: Course) -> tuple[Draft, DraftState]:
    """The draft for whoever publishes it, in their transaction."""
    draft = _lock(course)
    return draft, _lay_over(draft, read_plan(course), _steps(draft))


def empty_draft(draft: Draft, plan: Plan, became: Mapping[int, int]) -> None:
    """Remove the steps once they are published; ``became`` are the rows of what was new."""
    draft.steps.all().delete()
    known = {**draft.became, **{str(planned): row for planned, row in became.items()}}
    draft.became = dict(list(known.items())[-MAX_KNOWN:])
    draft.lowest_id = min([plan.lowest_id, *became])
    draft.save(update_fields=["became", "lowest_id"])
    _raise_version(draft)


def draft_version(course: Course) -> int:
    """Which state of the draft there is; 0 before there was any."""
    found = Draft.objects.filter(course=course).values_list("version", flat=True).first()
    return found or 0


def last_to_move(*, course: Course, item: int) -> User | None:
    """Who moved an item last in the draft, if somebody did."""
    for step in Step.objects.filter(draft__course=course).select_related("created_by").reverse():
        if any(one["edit"] == "move" and one["id"] == item for one in step.edits):
            return step.created_by
    return None


def known_as(course: Course, planned: int) -> int:
    """The id of something now: that of its row, if it was planned and published since."""
    if planned >= 0:
        return planned
    became = Draft.objects.filter(course=course).values_list("became", flat=True).first() or {}
    found: int = became.get(str(planned), planned)
    return found


def _lock(course: Course) -> Draft:
    """The draft, made where there is none, for one writer at a time.

    It is the course that is locked, as by imports: nothing is published meanwhile.
    """
    Course.objects.select_for_update(no_key=True).get(pk=course.pk)
    draft, _made = Draft.objects.get_or_create(course=course)
    return draft


def _steps(draft: Draft) -> list[Step]:
    return list(draft.steps.select_related("created_by"))


def _raise_version(draft: Draft) -> None:
    Draft.objects.filter(pk=draft.pk).update(version=F("version") + 1)
    draft.refresh_from_db(fields=["version"])


def _lay_over(draft: Draft, published: Plan, steps: list[Step]) -> DraftState:
    # Also what a step that does not fit has planned keeps its ids.
    rows = [one["row"] for step in steps for one in step.edits if "row" in one]
    lowest = min([draft.lowest_id, *(row["id"] for row in rows if "id" in row)])
    plan, misfits = published.with_rows(lowest_id=lowest), {}
    for step in steps:
        try:
            plan = apply_edits(plan, edits_from_json(step.edits))
        except DoesNotFit as refusal:
            misfits[step.number] = str(refusal)
    return DraftState(draft.version, published, plan, steps, misfits)
