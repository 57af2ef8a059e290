"""``manage.py undo_import``: put a course back as it was before its last import."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from readings.core.refusals import Refusal
from readings.courses.models import Course
from readings.imports.queries import last_undoable
from readings.imports.services import undo_import


class Command(BaseCommand):
    help = "Undo the last import of a course that changed something."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--course", required=True, metavar="SLUG")
        parser.add_argument("--source", metavar="NAME", help="which of the course's documents")

    def handle(self, *_args: Any, **options: Any) -> None:
        course = Course.objects.filter(slug=options["course"]).first()
        if course is None:
            raise CommandError(f"There is no course “{options['course']}”.")
        imported = last_undoable(course, options["source"])
        if imported is None or imported.change is None:
            raise CommandError("There is no import to undo.")
        try:
            undo_import(imported=imported, actor=None)
        except Refusal as refusal:
            raise CommandError(f"Not taken back. {refusal}") from refusal
        self.stdout.write(f"Taken back: {imported.change.summary}")
