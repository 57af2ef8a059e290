"""Publishing a plan: rows, the journal, and Event rows for everybody it concerns."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.models import Audience, Course, Event
from readings.courses.services import record_event, update_course
from readings.planning.comparing import compare_plans, without_marks
from readings.planning.consequences import consequences_of
from readings.planning.drafts import empty_draft, lock_draft
from readings.presentations.sheets.slot_services import move_windows
from readings.presentations.swaps.offering import offer_for_blackouts
from readings.schedule.edits import Edit, apply_edits
from readings.schedule.models import Change, Reading
from readings.schedule.operations import recording, undo_change
from readings.schedule.plan import Plan
from readings.schedule.plan_rows import read_plan, store_plan

KIND = "planning"


class NothingToPublish(Refusal):
    """The draft is what is published."""


class DraftChanged(Refusal):
    """Somebody changed the draft after it was shown."""


class StepsDoNotFit(Refusal):
    """Steps of the draft do not fit what was published since they were made."""


def publish_draft(
    *, course: Course, actor: User | None, message: str = "", version: int | None = None
) -> Change | None:
    """Make the draft the published plan; None where its steps come to nothing.

    ``version`` is that of the draft which was shown.  Raises ``NothingToPublish``,
    ``DraftChanged``, ``StepsDoNotFit``, and what the services refuse, such as ``StillInUse``; then
    nothing is published.
    """
    with transaction.atomic():
        draft, state = lock_draft(course)
        if state.is_empty:
            raise NothingToPublish("Everything is published already.")
        if version is not None and version != draft.version:
            raise DraftChanged(
                "The plan was changed since you looked at it. Here it is as it is now."
            )
        if state.misfits:
            raise StepsDoNotFit(
                "Some changes do not fit what was published since: take them back first."
            )
        summary = "; ".join(step.summary for step in state.steps) if len(state.steps) <= 2 else ""
        change, became = _publish(course, actor, state.published, state.plan, summary, message)
        empty_draft(draft, state.plan, became)
    return change


def publish_edits(
    *,
    course: Course,
    actor: User | None,
    edits: Sequence[Edit],
    summary: str = "",
    message: str = "",
) -> Change | None:
    """Publish these edits at once, whatever is in the draft; it lies over them from then on.

    ``summary`` says what they are; without, their differences do.  Raises ``DoesNotFit``, and what
    the services refuse.
    """
    with transaction.atomic():
        Course.objects.select_for_update(no_key=True).get(pk=course.pk)
        before = read_plan(course)
        after = apply_edits(before, edits)
        return _publish(course, actor, before, after, summary, message)[0]


def undo_published(*, change: Change, actor: User | None) -> None:
    """Take a change of the plan back, and tell everybody.

    Raises ``AlreadyUndone``, ``ChangedSince`` and ``WorkHangsOn``.
    """
    with transaction.atomic():
        course = Course.objects.select_for_update(no_key=True).get(pk=change.course_id)
        before = read_plan(course)
        undo_change(change=change, actor=actor)
        follow_up(course=course, actor=actor, before=before, change=change)


def follow_up(*, course: Course, actor: User | None, before: Plan, change: Change) -> None:
    """Let everything else follow what was changed since ``before``.

    Sign-up for what moved opens and closes as far from its class as it did; whose deadline and
    whose talk moves is written down; a talk that is now on a day on which its presenter cannot is
    offered to all.
    """
    after = read_plan(course)
    following = consequences_of(course, before, after)
    move_windows(windows={one.slot: (one.opens_at, one.closes_at) for one in following.windows})
    # What is new moves nobody's deadline.
    deadlines = [one for one in following.deadlines if not one.is_new]
    readings = dict(
        Reading.objects.filter(
            course=course, paper__in=[one.paper for one in deadlines]
        ).values_list("paper", "pk")
    )
    said = {"course": course, "actor": actor, "created_at": timezone.now()}
    events = [
        Event(
            **said,
            kind="planning.deadline_moved",
            audience=Audience.MEMBERS,
            summary=one.sentence[:300],
            details={
                "change": change.pk,
                "reading": readings.get(one.paper),
                "from_at": one.before and one.before.isoformat(),
                "to_at": one.after and one.after.isoformat(),
            },
        )
        for one in deadlines
    ]
    events += [
        Event(
            **said,
            kind="planning.talk_moved",
            audience=Audience.MEMBERS,
            recipient_id=user,
            summary=f"Your talk “{one.title}” {one.place}"[:300],
            details={"change": change.pk, "slot": one.slot},
        )
        for one in following.talks
        for user in dict.fromkeys(one.users)
    ]
    Event.objects.bulk_create(events, batch_size=500)
    offer_for_blackouts(course=course, actor=actor)


def _widen_term(course: Course, plan: Plan) -> None:
    """Let the term hold its classes; holidays may lie outside."""
    days = [one.meets_on for one in plan.in_order if one.meets_on and one.status != "holiday"]
    course.refresh_from_db(fields=["starts_on", "ends_on"])
    if not days or course.starts_on is None or course.ends_on is None:
        return
    first, last = min(course.starts_on, *days), max(course.ends_on, *days)
    if (first, last) != (course.starts_on, course.ends_on):
        update_course(course=course, starts_on=first, ends_on=last)


def _publish(
    course: Course, actor: User | None, before: Plan, after: Plan, summary: str, message: str
) -> tuple[Change | None, dict[int, int]]:
    summary = (summary or compare_plans(before, after).summary)[:300]
    first = course.events.order_by("-pk").values_list("pk", flat=True).first() or 0
    with recording(course=course, actor=actor, kind=KIND, summary=summary) as record:
        became = store_plan(course=course, before=before, after=after, actor=actor)
    _widen_term(course, after)
    change = record.change
    if change is None:
        return None, became
    change.message = message.strip()[:500]
    change.save(update_fields=["message"])
    single = list(course.events.filter(pk__gt=first))
    for event in single:
        event.details["change"] = change.pk
    Event.objects.bulk_update(single, ["details"], batch_size=500)
    follow_up(course=course, actor=actor, before=before, change=change)
    record_event(
        course=course,
        actor=actor,
        kind="planning.published",
        summary=change.message or summary,
        audience=_audience(before, after, change.message),
        details={"change": change.pk, "message": change.message, "summary": summary},
    )
    return change, became


def _audience(before: Plan, after: Plan, message: str) -> Audience:
    """Who is told: nobody else sees what is spare or pinned, and a message is for the class."""
    if without_marks(before) == without_marks(after):
        return Audience.STAFF
    return Audience.MEMBERS if message else Audience.EVERYONE
