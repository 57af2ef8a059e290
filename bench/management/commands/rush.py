"""``manage.py rush``: a class before sign-up opens, and who sits where after it."""

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
from readings.papers.models import Paper
from readings.presentations.models import Seat, Sheet, SignUp, Slot
from readings.schedule.models import AgendaItem, Meeting, Reading, Week

SLOTS = 8


class Command(BaseCommand):
    """Make the class, or count."""

    help = "For python -m bench.rush; prints JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which of the two."""
        parser.add_argument("what", choices=["prepare", "count"])
        parser.add_argument("--students", type=int, default=200)
        parser.add_argument("--seats", type=int, default=40)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it."""
        if options["what"] == "prepare":
            found = prepare(options["students"], options["seats"])
        else:
            found = count()
        self.stdout.write(json.dumps(found))


def prepare(students: int, seats: int) -> dict[str, Any]:
    """A course of so many students, and a sheet of a few slots with so many seats together."""
    call_command("migrate", verbosity=0)
    today = timezone.now().date()
    course = Course.objects.create(
        slug="rush",
        title="Rush",
        starts_on=today,
        ends_on=today + dt.timedelta(days=90),
        time_zone="America/Detroit",
    )
    sheet = Sheet.objects.create(course=course, title="Lead a paper", may_hold=1, days_apart=7)
    week = Week.objects.create(course=course, number=1)
    slots = []
    for number in range(SLOTS):
        meeting = Meeting.objects.create(
            course=course,
            week=week,
            position=number,
            meets_on=today + dt.timedelta(days=14 + number),
        )
        paper = Paper.objects.create(
            arxiv_id=f"2401.{number:05}", title=f"Paper {number}", abstract="It is about it. " * 40
        )
        item = AgendaItem.objects.create(
            course=course,
            meeting=meeting,
            reading=Reading.objects.create(course=course, paper=paper),
            carries_note=True,
        )
        slot = Slot.objects.create(course=course, sheet=sheet, agenda_item=item)
        slots.append(slot.pk)
    Seat.objects.bulk_create(
        Seat(slot_id=slots[number % SLOTS], number=number // SLOTS + 1) for number in range(seats)
    )
    people = User.objects.bulk_create(
        User(email=f"student{number}@example.edu", name=f"Student {number}", password="!")
        for number in range(students)
    )
    Membership.objects.bulk_create(
        Membership(course=course, user=user, role=Role.STUDENT) for user in people
    )
    return {"slug": course.slug, "slots": slots, "sessions": list(map(session_of, people))}


def count() -> dict[str, Any]:
    """Who sits where: pairs of a student's number and a seat."""
    rows = SignUp.objects.order_by("pk").values_list("user__email", "seat")
    return {
        "taken": [
            (int(email.removeprefix("student").partition("@")[0]), seat) for email, seat in rows
        ]
    }
