"""``manage.py import_course``: bring a document into a course, as the Import page does."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction

from readings.core.refusals import Refusal
from readings.courses.models import Course
from readings.imports.checking import YearUnknown, check_applicable
from readings.imports.formats import FORMATS
from readings.imports.parsing import parse
from readings.imports.plan import plan_import
from readings.imports.planning.steps import Plan
from readings.imports.services import apply_import, create_course_for, draft_import
from readings.imports.sources import default_source
from readings.imports.understood import Understood
from readings.management.commands.parse import read_document


class Command(BaseCommand):
    help = "Import a document into a course and say what changed."
    requires_system_checks = []  # they need the database, and say less than this does without it

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the document, or - for the standard input")
        parser.add_argument("--course", required=True, metavar="SLUG")
        parser.add_argument("--create", action="store_true", help="make the course if it is absent")
        parser.add_argument("--year", type=int, help="the year of the first date")
        parser.add_argument(
            "--format", choices=[name for name, _words in FORMATS], help="read it as this"
        )
        parser.add_argument(
            "--source", metavar="NAME", help="which of the course's documents it is"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        document = read_document(options["file"])
        filename = None if options["file"] == "-" else Path(options["file"]).name
        year, chosen = options["year"], options["format"]
        understood = parse(document, filename=filename, year=year, format=chosen)
        try:
            check_applicable(understood)
            with transaction.atomic():
                course, created = self.find_course(understood, options)
                # The name of a file changes with every copy of it, and says nothing.
                source = options["source"] or default_source(
                    course=course, understood=understood, filename=None
                )
                if options["dry_run"]:
                    plan = plan_import(course=course, source=source, understood=understood)
                    transaction.set_rollback(True)
                else:
                    draft = draft_import(
                        course=course, document=document, actor=None, filename=filename,
                        year=year, format=chosen, source=source,
                    )  # fmt: skip
                    plan = apply_import(draft=draft, actor=None)
        except YearUnknown as refusal:
            raise CommandError(f"Not imported. {refusal} Say it with --year YEAR.") from refusal
        except Refusal as refusal:
            raise CommandError(f"Not imported. {refusal}") from refusal
        except DatabaseError as error:
            raise CommandError(
                f"Not imported. The database is not ready ({error}); run manage.py migrate first."
            ) from error
        outcome = {
            "course": course.slug,
            "created": created,
            "dry_run": options["dry_run"],
            "source": source,
            "year": understood.year,
            "year_reason": understood.year_reason,
            **plan.counts,
        }
        if options["json"]:
            self.stdout.write(json.dumps(outcome, indent=2, ensure_ascii=False))
        else:
            self.report(plan, understood, course, options=options)

    def find_course(self, understood: Understood, options: dict[str, Any]) -> tuple[Course, bool]:
        """The course, and whether it was made just now."""
        slug = options["course"]
        course = Course.objects.filter(slug=slug).first()
        if course is not None:
            return course, False
        if not options["create"]:
            raise CommandError(f"There is no course “{slug}”. Add --create to make it.")
        course = create_course_for(understood=understood, slug=slug)
        if course.slug != slug:
            raise CommandError(f"“{slug}” cannot be the address of a course.")
        return course, True

    def report(
        self, plan: Plan, understood: Understood, course: Course, *, options: dict[str, Any]
    ) -> None:
        """What was done, what was left as it is, and what to look at."""
        verb = "Would import" if options["dry_run"] else "Imported"
        self.stdout.write(f"{verb} into {course.slug} ({course.title}).")
        if understood.year:
            self.stdout.write(f"Year: {understood.year} - {understood.year_reason}")
        self.stdout.write(", ".join(f"{count} {name}" for name, count in plan.counts.items()))
        for gone in plan.removed:
            said = {"removed": "removed", "parked": "unscheduled", "kept": "kept"}[gone.outcome]
            note = f" ({gone.note})" if gone.note else ""
            self.stdout.write(f"{said}: {gone.name}, {gone.place or gone.what}{note}")
        for one in plan.conflicts:
            self.stdout.write(
                f"conflict: {one.name}, {one.what}: here “{one.mine}”,"
                f" in the document “{one.theirs}”; what is here stays"
            )
        for problem in understood.problems:
            self.stdout.write(f"line {problem.line}: {problem.severity}: {problem.message}")
