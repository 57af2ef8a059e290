"""Sets the marks of a pasted file: all that were previewed, or none."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.models import Audience, Course, Event
from readings.marking.models import MARK_COLUMNS, Feedback, mark_from
from readings.marking.services import RETURNED
from readings.progress.class_book import ClassBook, read_class_book
from readings.progress.exporting import book_of
from readings.progress.pasted import PastedPlan, plan_pasted


class PasteChanged(Refusal):
    """The marks are no longer what they were when the file was looked at."""

    def __init__(self) -> None:
        super().__init__(
            "Marks were changed since you looked: nothing was set. Below is what the file would "
            "do now."
        )


def plan_paste(*, course: Course, text: str, now: dt.datetime) -> PastedPlan:
    """What the file ``text`` would do; changes nothing."""
    return _plan(read_class_book(course, now=now), text)


def set_pasted_marks(
    *, course: Course, text: str, digest: str, marker: User, at: dt.datetime
) -> PastedPlan:
    """Set the marks that ``text`` gives, if they are still those that were shown.

    ``digest`` is that of the plan that was previewed; raises ``PasteChanged`` if the plan is
    another one now.  What could not be understood is left out.
    """
    with transaction.atomic():
        book = read_class_book(course, now=at)
        plan = _plan(book, text)
        if plan.digest != digest:
            raise PasteChanged
        marks = [
            Feedback(
                reading_id=one.column.id,
                student_id=one.student.id,
                mark=one.mark.value,
                scale=one.mark.scale,
                out_of=one.mark.out_of,
                marked_by=marker,
                marked_at=at,
            )
            for one in plan.marks
        ]
        _hold(course, plan)
        Feedback.objects.bulk_create(
            marks,
            batch_size=500,
            update_conflicts=True,
            unique_fields=["reading", "student"],
            update_fields=[*MARK_COLUMNS, "marked_by", "marked_at"],
        )
        # Whose feedback is returned sees the new mark at once, and is told.
        Event.objects.bulk_create(
            [
                Event(
                    course=course,
                    actor=marker,
                    kind=RETURNED,
                    audience=Audience.MEMBERS,
                    recipient_id=one.student.id,
                    summary=f"The mark of your note on {one.column.name} was changed."[:300],
                    details={"reading": one.column.id},
                    created_at=at,
                )
                for one in plan.marks
                if book.given(one.student.id, one.column.id).returned_at
            ],
            batch_size=500,
        )
    return plan


def _hold(course: Course, plan: PastedPlan) -> None:
    """Let nobody else mark what ``plan`` marks until the commit; raises ``PasteChanged``.

    A row that is not there cannot be locked, so the missing ones are made first; who makes the same
    one at the same time waits, and so do we.
    """
    Feedback.objects.bulk_create(
        [
            Feedback(reading_id=one.column.id, student_id=one.student.id)
            for one in plan.marks
            if one.is_new
        ],
        batch_size=500,
        ignore_conflicts=True,
    )
    held = Feedback.objects.filter(reading__course=course).select_for_update(of=("self",))
    rows = held.order_by("pk").values_list("student_id", "reading_id", *MARK_COLUMNS)
    now = {(student, reading): mark_from(*mark) for student, reading, *mark in rows}
    if any(now.get((one.student.id, one.column.id)) != one.before for one in plan.marks):
        raise PasteChanged


def _plan(book: ClassBook, text: str) -> PastedPlan:
    return plan_pasted(text, book_of(book), book.policy)
