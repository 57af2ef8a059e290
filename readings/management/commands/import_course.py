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
from readings.imports.parsing import parse
from readings.imports.plan import Plan, plan_import
from readings.imports.services import (
    SCHEDULE,
    YearUnknown,
    apply_import,
    check_applicable,
    create_course_for,
    draft_import,
)
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
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        document = read_document(options["file"])
        filename = None if options["file"] == "-" else Path(options["file"]).name
        understood = parse(document, filename=filename, year=options["year"])
        try:
            check_applicable(understood)
            with transaction.atomic():
                course, created = self.find_course(understood, options)
                if options["dry_run"]:
                    plan = plan_import(course=course, source=SCHEDULE, understood=understood)
                    transaction.set_rollback(True)
                else:
                    draft = draft_import(
                        course=course,
                        document=document,
                        actor=None,
                        filename=filename,
                        year=options["year"],
                    )
                    plan = apply_import(draft=draft, actor=None)
        except YearUnknown as refusal:
            raise CommandError(f"Not imported. {refusal} Say it with --year YEAR.") from refusal
        except Refusal as refusal:
            raise CommandError(f"Not imported. {refusal}") from refusal
        except DatabaseError as error:
            raise CommandError(
                f"Not imported. The database is not ready ({error}); run manage.py migrate first."
            ) from error
        self.report(plan, understood, course, created=created, options=options)

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
        self,
        plan: Plan,
        understood: Understood,
        course: Course,
        *,
        created: bool,
        options: dict[str, Any],
    ) -> None:
        if options["json"]:
            outcome = {
                "course": course.slug,
                "created": created,
                "dry_run": options["dry_run"],
                "year": understood.year,
                "year_reason": understood.year_reason,
                **plan.counts,
            }
            self.stdout.write(json.dumps(outcome, indent=2, ensure_ascii=False))
            return
        verb = "Would import" if options["dry_run"] else "Imported"
        self.stdout.write(f"{verb} into {course.slug} ({course.title}).")
        if understood.year:
            self.stdout.write(f"Year: {understood.year} - {understood.year_reason}")
        self.stdout.write(", ".join(f"{count} {name}" for name, count in plan.counts.items()))
        for problem in understood.problems:
            self.stdout.write(f"line {problem.line}: {problem.severity}: {problem.message}")
