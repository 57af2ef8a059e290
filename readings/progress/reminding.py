"""The one writer of reminders: rows that are owed, and what the students see in the course."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.db import transaction

from readings.accounts.models import User
from readings.core import clock
from readings.core.refusals import Refusal
from readings.courses.models import Audience, Course, Event
from readings.papers.tasks import hint
from readings.progress import tasks
from readings.progress.class_book import read_class_book
from readings.progress.models import Reminder
from readings.progress.owing import Owing, Which, plan_reminders, reminded_lately

REMINDED: Final = "marking.reminded"  # to the student alone


class NobodyToRemind(Refusal):
    """Nobody that was chosen owes any of it."""

    def __init__(self) -> None:
        super().__init__(
            "Nobody was reminded: nobody you chose owes any of these notes now, or has been "
            "reminded meanwhile."
        )


def remind(
    *,
    course: Course,
    which: Which,
    reading: int | None,
    chosen: Collection[str],
    again: bool,
    words: str,
    actor: User,
    at: dt.datetime,
) -> list[Reminder]:
    """Owe a mail to everybody ``chosen`` who still owes what was shown with their name.

    ``chosen`` are the ``Owing.key`` of a preview: nobody gets more than it showed, and who handed
    in since gets nothing.  Pressing twice reminds once.  Raises ``NobodyToRemind``.
    """
    with transaction.atomic():
        # One at a time: the second of two who press at once sees whom the first has reminded.
        Course.objects.select_for_update(no_key=True).get(pk=course.pk)
        plan = plan_reminders(
            read_class_book(course, now=at),
            which=which,
            reading=reading,
            reminded=reminded_lately(course, now=at),
            again=again,
        )
        owing = [one for found in plan.owing if (one := _shown(found, chosen))]
        if not owing:
            raise NobodyToRemind
        reminders = Reminder.objects.bulk_create(
            [
                Reminder(
                    course=course,
                    user_id=one.student.id,
                    words=words.strip(),
                    created_by=actor,
                    created_at=at,
                )
                for one in owing
            ],
            batch_size=500,
        )
        through = Reminder.readings.through
        through.objects.bulk_create(
            [
                through(reminder_id=reminder.pk, reading_id=column.id)
                for reminder, one in zip(reminders, owing, strict=True)
                for column in one.columns
            ],
            batch_size=500,
        )
        Event.objects.bulk_create([_told(course, actor, one, at) for one in owing], batch_size=500)
        for reminder in reminders:
            hint(tasks.mail_reminder, reminder.pk)
    return reminders


def _shown(owing: Owing, chosen: Collection[str]) -> Owing | None:
    """What of it was shown and chosen."""
    for key in chosen:
        student, _colon, readings = key.partition(":")
        if student == str(owing.student.id):
            shown = set(readings.split(","))
            columns = [one for one in owing.columns if str(one.id) in shown]
            return Owing(owing.student, columns) if columns else None
    return None


def _told(course: Course, actor: User, owing: Owing, at: dt.datetime) -> Event:
    first = owing.columns[0]
    due = first.duty.due_at
    when = clock.short_instant(due.astimezone(course.zone)) if due else "now"
    more = f", and {len(owing.columns) - 1} more" if len(owing.columns) > 1 else ""
    was = "was" if due and due < at else "is"
    summary = f"{actor} reminds you: your note on {first.name} {was} due {when}{more}."
    return Event(
        course=course,
        actor=actor,
        kind=REMINDED,
        audience=Audience.MEMBERS,
        recipient_id=owing.student.id,
        summary=summary[:300],
        details={"readings": [one.id for one in owing.columns]},
        created_at=at,
    )
