"""Classes of any size, with readings that are due one after another, for tests of the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from readings.accounts.models import User
from readings.courses.models import Course, Membership, Role
from readings.marking.marks import on_scale
from readings.marking.models import Feedback
from readings.notes.duties import policy_of
from readings.notes.models import Note, NotePolicy, NoteState
from readings.papers.models import Paper
from readings.schedule.models import AgendaItem, Kind, Meeting, Reading, Week

FIRST_DAY = dt.date(2025, 9, 3)
BEFORE = dt.datetime(2025, 9, 1, 12, 0, tzinfo=dt.UTC)  # nothing is due yet


def set_policy(course: Course, **fields: object) -> NotePolicy:
    """The rules of ``course``: the defaults and ``fields``."""
    policy, _made = NotePolicy.objects.update_or_create(course=course, defaults=fields)
    return policy


def add_students(course: Course, number: int) -> list[User]:
    """So many students more, "Student 001" and so on."""
    users = User.objects.bulk_create(
        User(email=f"s{n:03}@example.edu", name=f"Student {n:03}", password="!")
        for n in range(1, number + 1)
    )
    Membership.objects.bulk_create(
        Membership(course=course, user=user, role=Role.STUDENT) for user in users
    )
    return users


def add_readings(course: Course, number: int, first: dt.date = FIRST_DAY) -> list[Reading]:
    """So many readings "R01", each with a class of its own, two days after one another at 10:30."""
    papers = Paper.objects.bulk_create(
        Paper(arxiv_id=f"2501.{n:05}", title=f"Paper number {n}") for n in range(1, number + 1)
    )
    readings = Reading.objects.bulk_create(
        Reading(course=course, paper=paper, label=f"R{n:02}") for n, paper in enumerate(papers, 1)
    )
    week, _made = Week.objects.get_or_create(course=course, number=1)
    meetings = Meeting.objects.bulk_create(
        Meeting(
            course=course,
            week=week,
            position=n,
            meets_on=first + dt.timedelta(days=2 * n),
            meets_from=dt.time(10, 30),
        )
        for n in range(number)
    )
    AgendaItem.objects.bulk_create(
        AgendaItem(
            course=course, meeting=meeting, reading=reading, kind=Kind.PAPERS, carries_note=True
        )
        for meeting, reading in zip(meetings, readings, strict=True)
    )
    return readings


def hand_in(
    students: Sequence[User], readings: Sequence[Reading], at: dt.datetime = BEFORE
) -> None:
    """A note of everybody on everything, handed in at ``at``."""
    Note.objects.bulk_create(
        (
            Note(
                reading=reading,
                author=student,
                state=NoteState.SUBMITTED,
                submitted_at=at,
                body="A note.",
                body_html="<p>A note.</p>",
                answers={"text": "A note."},
                draft={"text": "A note."},
            )
            for student in students
            for reading in readings
        ),
        batch_size=500,
    )


def give_marks(
    students: Sequence[User], readings: Sequence[Reading], marker: User, mark: str = "8.5"
) -> None:
    """The same mark to everybody for everything, on the scale of the course."""
    given = on_scale(policy_of(readings[0].course), Decimal(mark))
    Feedback.objects.bulk_create(
        (
            Feedback(
                reading=reading,
                student=student,
                mark=given.value,
                scale=given.scale,
                out_of=given.out_of,
                marked_by=marker,
                marked_at=BEFORE,
            )
            for student in students
            for reading in readings
        ),
        batch_size=500,
    )
