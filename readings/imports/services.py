"""The one writer of imports: previewed as drafts, applied once, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.models import Course
from readings.courses.services import create_course, record_event
from readings.imports.applying import Application
from readings.imports.decoding import decode
from readings.imports.models import Import, ImportState, Source
from readings.imports.parsing import parse
from readings.imports.plan import Plan, plan_import
from readings.imports.understood import Problem, Understood
from readings.schedule.services import MAX_MEETINGS

#: Every course has one document that is its schedule; more come with other formats.
SCHEDULE = "schedule"


class NoSchedule(Refusal):
    """The document is not one course's schedule; ``problems`` are its own."""

    def __init__(self, message: str, problems: Sequence[Problem]) -> None:
        super().__init__(message)
        self.problems = problems


class NothingUnderstood(NoSchedule):
    """There is no schedule in the document."""


class TooManyMeetings(NoSchedule):
    """The document has more meetings than a course."""


class YearUnknown(Refusal):
    """The dates of the document have no year, and nobody has said which."""


class PlanChanged(Refusal):
    """The course has changed since the preview was made."""


class AlreadyApplied(Refusal):
    """This preview was applied before."""


def draft_import(
    *,
    course: Course,
    document: str | bytes,
    actor: User | None,
    filename: str | None = None,
    year: int | None = None,
) -> Import:
    """Keep a document and what was understood of it, to be looked at and applied.

    Takes the place of the draft that ``actor`` had before.  Raises ``NothingUnderstood`` and
    ``TooManyMeetings``.
    """
    understood = parse(document, filename=filename, year=year)
    check_understood(understood)
    with transaction.atomic():
        source, _made = Source.objects.get_or_create(course=course, name=SCHEDULE)
        Import.objects.filter(source=source, created_by=actor, state=ImportState.DRAFT).delete()
        return Import.objects.create(
            source=source,
            text=decode(document).text or "",
            year=year,
            understood=understood.to_json(),
            created_by=actor,
        )


def set_year(*, draft: Import, year: int) -> None:
    """Read the document again, for the year that a person says."""
    understood = parse(draft.text, year=year)
    draft.year, draft.understood = year, understood.to_json()
    draft.save(update_fields=["year", "understood"])


def plan_draft(draft: Import) -> Plan:
    """What applying ``draft`` would do now."""
    return plan_import(
        course=draft.source.course,
        source=draft.source.name,
        understood=Understood.from_json(draft.understood),
    )


def apply_import(*, draft: Import, actor: User | None, digest: str | None = None) -> Plan:
    """Do what the preview showed; nothing in the course is deleted.

    ``digest`` is that of the plan which was shown; a course that changed since then is refused
    with ``PlanChanged``.  Raises ``AlreadyApplied`` and ``YearUnknown``.
    """
    with transaction.atomic():
        # Locked, so that two presses of one button apply it once.
        draft = Import.objects.select_for_update().get(pk=draft.pk)
        if draft.state == ImportState.APPLIED:
            raise AlreadyApplied("This preview was applied before; the schedule has it.")
        course = Course.objects.select_for_update().get(pk=draft.source.course_id)
        understood = Understood.from_json(draft.understood)
        check_applicable(understood)
        plan = plan_draft(draft)
        if digest is not None and digest != plan.digest:
            raise PlanChanged(
                "The course has changed since this preview was made. Look at it again, please."
            )
        draft.became = Application(course, actor).apply(plan)
        draft.state, draft.applied_at = ImportState.APPLIED, timezone.now()
        draft.digest, draft.counts = plan.digest, plan.counts
        draft.save(update_fields=["state", "applied_at", "digest", "counts", "became"])
        if not plan.does_nothing:
            record_event(
                course=course,
                actor=actor,
                kind="imports.applied",
                summary=_sentence(plan),
                details={"import": draft.pk, "counts": plan.counts},
            )
    return plan


def create_course_for(*, understood: Understood, slug: str) -> Course:
    """A course for a document: its title, its term and its days from what was understood."""
    dates = sorted(meeting.date for meeting in understood.meetings if meeting.date)
    return create_course(
        title=(understood.title or slug)[:200],
        instructor=None,
        slug=slug,
        starts_on=dates[0] if dates else None,
        ends_on=dates[-1] if dates else None,
        meeting_days=usual_days(dates),
    )


def usual_days(dates: list[dt.date]) -> list[int]:
    """The weekdays (Monday is 0) on which at least every eighth meeting is."""
    counts = {day: sum(date.weekday() == day for date in dates) for day in range(7)}
    return [day for day, count in counts.items() if count and count * 8 >= len(dates)]


def check_understood(understood: Understood) -> None:
    """Raise ``NothingUnderstood`` or ``TooManyMeetings`` for what is not a course's schedule."""
    problems = understood.problems
    if not understood.meetings:
        errors = [problem.message for problem in problems if problem.severity == "error"]
        raise NothingUnderstood(" ".join(errors) or "Nothing was understood.", problems)
    if len(understood.meetings) > MAX_MEETINGS:
        raise TooManyMeetings(
            f"This document has {len(understood.meetings)} classes;"
            f" a course has at most {MAX_MEETINGS}. Is it one schedule?",
            problems,
        )


def check_applicable(understood: Understood) -> None:
    """Raise ``YearUnknown`` as well, for a schedule whose dates have no year yet."""
    check_understood(understood)
    if understood.year is None and understood.year_reason:
        raise YearUnknown(understood.year_reason)


def _sentence(plan: Plan) -> str:
    counts = plan.counts
    parts = [f"{counts[name]} {name}" for name in ("new", "changed", "moved") if counts[name]]
    return f"Schedule imported: {', '.join(parts)}"
