"""``manage.py deadline``: a class before a deadline, and what has become of its notes."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from bench.signing_in import session_of
from readings.accounts.models import User
from readings.courses.models import Course, Membership, Role
from readings.notes.duties import duties_of, policy_of
from readings.notes.models import Note, NotePolicy, NoteTemplate, TemplateVersion
from readings.notes.policy import Late, days_late
from readings.notes.prompts import Prompt, PromptKind
from readings.papers.models import Paper
from readings.schedule.models import AgendaItem, Meeting, Reading, Week

PROMPTS = (
    Prompt("summary", PromptKind.LONG, "What does the paper do?", required=True),
    Prompt("doubts", PromptKind.LONG, "What do you doubt?", required=True),
    Prompt("score", PromptKind.SCALE, "How good is it?", labels=("1", "2", "3", "4", "5")),
    Prompt("question", PromptKind.QUESTION, "What shall we talk about?"),
)


class Command(BaseCommand):
    """Make the class, set its deadline, or count."""

    help = "For python -m bench.deadline; prints JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which of the three."""
        parser.add_argument("what", choices=["prepare", "set", "count"])
        parser.add_argument("--students", type=int, default=200)
        parser.add_argument("--seconds", type=float, default=60.0)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it."""
        match options["what"]:
            case "prepare":
                found = prepare(options["students"])
            case "set":
                found = set_deadline(options["seconds"])
            case _:
                found = count()
        self.stdout.write(json.dumps(found))


def prepare(students: int) -> dict[str, Any]:
    """A course of so many students with two readings: one to warm up, one that is due."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    course = Course.objects.create(slug="rush", title="Rush", time_zone="America/Detroit")
    template = NoteTemplate.objects.create(course=course, name="Usual")
    TemplateVersion.objects.create(
        template=template, number=1, prompts=[prompt.as_json() for prompt in PROMPTS]
    )
    NotePolicy.objects.create(course=course, template=template, minutes_before=0, late=Late.REFUSED)
    week = Week.objects.create(course=course, number=1)
    readings = []
    for number in range(2):
        meeting = Meeting.objects.create(course=course, week=week, position=number)
        paper = Paper.objects.create(arxiv_id=f"2401.0000{number}", title=f"Paper {number}")
        reading = Reading.objects.create(course=course, paper=paper)
        AgendaItem.objects.create(
            course=course, meeting=meeting, reading=reading, carries_note=True
        )
        readings.append(reading.pk)
    people = User.objects.bulk_create(
        User(email=f"student{number}@example.edu", name=f"Student {number}", password="!")
        for number in range(students)
    )
    Membership.objects.bulk_create(
        Membership(course=course, user=user, role=Role.STUDENT) for user in people
    )
    return {"slug": course.slug, "readings": readings, "sessions": list(map(session_of, people))}


def set_deadline(seconds: float) -> dict[str, Any]:
    """Let the second reading be due in so many seconds."""
    course = Course.objects.get()
    due = (timezone.now() + dt.timedelta(seconds=seconds)).astimezone(course.zone)
    Meeting.objects.filter(position=1).update(meets_on=due.date(), meets_from=due.time())
    return {"due": due.timestamp()}


def count() -> dict[str, Any]:
    """What is stored of the second reading."""
    course = Course.objects.get()
    policy = policy_of(course)
    reading = course.readings.order_by("pk")[1]
    due = duties_of(course, policy)[reading.pk].due_at
    assert due is not None
    notes = Note.objects.filter(reading=reading, submitted_at__isnull=False).select_related(
        "author"
    )
    stamped = [note.submitted_at for note in notes if note.submitted_at is not None]
    return {
        "submitted": len(stamped),
        "late": sum(days_late(policy, due, at) > 0 for at in stamped),
        "after_due": sum(at > due for at in stamped),
        "texts": {str(note.author.email): note.answers.get("summary", "") for note in notes},
    }
