"""What the readings of a course ask for by its policy: which notes are due, until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from readings.core.clock import instant_of
from readings.courses.models import Course, Membership, Role
from readings.notes.models import NotePolicy
from readings.notes.policy import Policy, due_of
from readings.schedule.models import Reading, Status
from readings.schedule.queries import carrier


def policy_row(course: Course) -> NotePolicy:
    """The course's policy; one that is not stored where it has decided nothing; one query."""
    found = NotePolicy.objects.filter(course=course).first()
    return found or NotePolicy(course=course)


def policy_of(course: Course) -> Policy:
    """The course's rules; one query."""
    return policy_row(course).rules


def policies_of(courses: Collection[Course]) -> dict[int, Policy]:
    """Course id to its rules; one query."""
    stored = {one.course_id: one for one in NotePolicy.objects.filter(course__in=courses)}
    return {
        course.pk: stored[course.pk].rules if course.pk in stored else Policy()
        for course in courses
    }


@dataclass(frozen=True, slots=True)
class Duty:
    """What a reading asks of everybody who hands in notes."""

    reading_id: int
    is_required: bool
    is_skippable: bool
    meeting_id: int | None  # of the class for which it is due
    class_at: dt.datetime | None  # when that begins; None: unknown, or it does not take place
    due_at: dt.datetime | None  # None: nothing is due


_CARRIER = "carrier__meeting__"
DUTY_COLUMNS = (
    "pk",
    "required",
    _CARRIER + "id",
    _CARRIER + "meets_on",
    _CARRIER + "meets_from",
    _CARRIER + "status",
    "assignment__due_on",
    "assignment__due_time",
    "assignment__is_skippable",
)


def duties_of(
    course: Course, policy: Policy, reading_ids: Iterable[int] | None = None
) -> dict[int, Duty]:
    """What the readings of ``course``, or some, ask for; by reading id; one query."""
    rows = duty_rows([course])
    if reading_ids is not None:
        rows = rows.filter(pk__in=list(reading_ids))
    return {
        columns[0]: duty_from(course, policy, *columns)
        for columns in rows.values_list(*DUTY_COLUMNS)
    }


def duty_rows(courses: Collection[Course]) -> QuerySet[Reading]:
    """The readings of ``courses``, of which ``DUTY_COLUMNS`` can be read."""
    return Reading.objects.filter(course__in=courses).alias(carrier=carrier())


def duty_from(
    course: Course,
    policy: Policy,
    reading_id: int,
    is_required: bool,  # noqa: FBT001 (a column)
    meeting_id: int | None,
    meets_on: dt.date | None,
    meets_from: dt.time | None,
    status: str | None,
    due_on: dt.date | None,
    due_time: dt.time | None,
    is_skippable: bool | None,  # noqa: FBT001 (a column)
) -> Duty:
    """What a row of ``DUTY_COLUMNS`` asks for."""
    takes_place = status == Status.CLASS
    begins = meets_from or course.meets_from
    due = due_of(
        policy,
        (due_on, due_time) if due_on is not None and due_time is not None else None,
        meets_on,
        begins,
        course.zone,
        has_class=meeting_id is not None,
        takes_place=takes_place,
    )
    return Duty(
        reading_id=reading_id,
        is_required=is_required,
        is_skippable=is_skippable is not False,
        meeting_id=meeting_id,
        class_at=_instant(meets_on, begins, course) if takes_place else None,
        due_at=due,
    )


def _instant(day: dt.date | None, time: dt.time | None, course: Course) -> dt.datetime | None:
    if day is None or time is None:
        return None
    try:
        return instant_of(day, time, course.zone)
    except OverflowError:  # a date at the edge of the calendar, typed by mistake
        return None


def students_of(course: Course) -> Collection[int]:
    """The ids of those who hand in notes; one query."""
    members = Membership.objects.filter(course=course, role=Role.STUDENT)
    return frozenset(members.values_list("user_id", flat=True))
