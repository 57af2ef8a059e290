"""Who owes a note that could still be handed in, and whom that is worth a reminder.

The staff chooses which notes; who handed one in, presents, is excused or skipped is never among
them, nor is anybody reminded of the same note twice in half a day unless that is wanted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices

from readings.courses.models import Course
from readings.notes.standings import Key
from readings.progress.class_book import ClassBook, Column, Student
from readings.progress.models import Reminder
from readings.progress.states import State

AGAIN_AFTER: Final = dt.timedelta(hours=12)


class Which(TextChoices):
    """Of which notes people are reminded."""

    NEXT = "next", "notes for the next class"
    OVERDUE = "overdue", "notes that are missing, of all classes"
    READING = "reading", "notes on one reading"


@dataclass(frozen=True, slots=True)
class Owing:
    """A student, and the notes of which they would be reminded, by deadline."""

    student: Student
    columns: Sequence[Column]

    @property
    def key(self) -> str:
        """``12:5,7``: what a form sends back, so that nobody gets more than was shown."""
        return f"{self.student.id}:{','.join(str(one.id) for one in self.columns)}"


@dataclass(frozen=True, slots=True)
class ReminderPlan:
    """Who would be reminded of what, and who was so a short while ago."""

    owing: Sequence[Owing]
    reminded: Sequence[Student]  # of all that they owe here
    columns: Sequence[Column]  # what it is about


def plan_reminders(
    book: ClassBook,
    *,
    which: Which,
    reading: int | None,
    reminded: Collection[Key],
    again: bool,
) -> ReminderPlan:
    """Who owes what; what somebody was ``reminded`` of lately is left out if not ``again``."""
    columns = _columns(book, which, reading)
    owing: list[Owing] = []
    lately: list[Student] = []
    for student in book.students:
        owed = [one for one in columns if _owes(book, student, one, which)]
        due = owed if again else [one for one in owed if (student.id, one.id) not in reminded]
        if due:
            owing.append(Owing(student, due))
        elif owed:
            lately.append(student)
    return ReminderPlan(owing, lately, columns)


def reminded_lately(course: Course, *, now: dt.datetime) -> set[Key]:
    """Who was reminded of what, or is about to be; one query."""
    recent = Reminder.objects.filter(
        course=course, created_at__gt=now - AGAIN_AFTER, problem=""
    ).order_by()
    return {
        (user, reading)
        for user, reading in recent.values_list("user_id", "readings")
        if reading is not None
    }


def _columns(book: ClassBook, which: Which, reading: int | None) -> list[Column]:
    due = [one for one in book.columns if one.duty.due_at is not None]
    due.sort(key=lambda one: (one.duty.due_at, one.id))
    if which == Which.READING:
        return [one for one in due if one.id == reading]
    if which == Which.OVERDUE:
        return due
    coming = [
        (one.duty.class_at or one.duty.due_at, one)
        for one in due
        if one.duty.is_required and (one.duty.class_at or one.duty.due_at or book.now) > book.now
    ]
    if not coming:
        return []
    at, first = min(coming, key=lambda one: (one[0], one[1].id))
    meeting = first.duty.meeting_id
    if meeting is None:
        return [one for when, one in coming if when == at]
    return [one for _when, one in coming if one.duty.meeting_id == meeting]


def _owes(book: ClassBook, student: Student, column: Column, which: Which) -> bool:
    cell = book.cell(student.id, column)
    if cell.is_closed or cell.state not in (State.MISSING, State.DUE):
        return False
    return cell.is_owed and (which != Which.OVERDUE or cell.state == State.MISSING)
