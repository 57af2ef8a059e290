"""``manage.py seed_sample``: the sample course, or a larger one for measuring."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Course
from readings.demo.sample import AddressTaken, Size, make_sample

MOST_STUDENTS = 500
MOST_WEEKS = 60
MOST_COMMENTS = 50_000


class Command(BaseCommand):
    """Make the sample course around today; where there is one already, nothing changes."""

    help = "Make the sample course around today, unless there is one already."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read how much of everything, and whether to keep away from other data."""
        plain = Size()
        parser.add_argument("--students", type=int, default=plain.students)
        parser.add_argument("--weeks", type=int, default=plain.weeks)
        parser.add_argument("--comments", type=int, help="in all; else a few written ones")
        parser.add_argument(
            "--notes-per-paper", type=int, help="on each paper discussed so far; else most students"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where there is anybody or a course"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make it, or say why not."""
        if options["if_empty"] and (User.objects.exists() or Course.objects.exists()):
            return
        if Course.objects.filter(is_sample=True).exists():
            self.stdout.write("There is a sample course already: nothing was changed.")
            return
        size = Size(
            students=_within(options, "students", 2, MOST_STUDENTS),
            weeks=_within(options, "weeks", 1, MOST_WEEKS),
            comments=_within(options, "comments", 0, MOST_COMMENTS),
            notes_per_paper=_within(options, "notes_per_paper", 0, MOST_STUDENTS),
        )
        try:
            course = make_sample(size=size, now=timezone.now())
        except AddressTaken as taken:
            raise CommandError(str(taken)) from None
        if options["verbosity"] > 1:
            self.stdout.write(f"Made {course.title} ({course.term}) at /c/{course.slug}/.")


def _within(options: dict[str, Any], name: str, least: int, most: int) -> Any:
    """The number given for ``name``, or None where none was."""
    number = options[name]
    if number is not None and not least <= number <= most:
        option = name.replace("_", "-")
        raise CommandError(f"--{option} must be from {least} to {most}, not {number}.")
    return number
