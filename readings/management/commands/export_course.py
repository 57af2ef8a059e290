"""``manage.py export_course``: print a course as Markdown, as the Export page shows it."""

from __future__ import annotations

from argparse import ArgumentParser, BooleanOptionalAction
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from readings.courses.models import Course
from readings.exports import documents
from readings.exports.term import Options


class Command(BaseCommand):
    help = "Print the schedule and the reading lists of a course as Markdown."
    requires_system_checks = []  # they say less about a missing database than this does

    def add_arguments(self, parser: ArgumentParser) -> None:
        usual = Options()
        parser.add_argument("course", metavar="SLUG")
        parser.add_argument("--format", choices=["markdown"], default="markdown")
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--what",
            choices=["schedule", "lists", "all"],
            default="all",
            help="the schedule, the reading lists, or both where there are both",
        )
        what.add_argument("--list", metavar="TITLE", help="only the reading list of that title")
        for name, words in (
            ("authors", "the authors of the papers in the schedule"),
            ("years", "the years of the papers in the schedule"),
            ("notes", "links to notes"),
            ("presenters", "who presents, as far as an imported document said it"),
        ):
            parser.add_argument(
                f"--{name}",
                action=BooleanOptionalAction,
                default=getattr(usual, name),
                help=words,
            )
        parser.add_argument("-o", "--output", metavar="FILE", help="write it there")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            text = self.document(options)
        except DatabaseError as error:
            raise CommandError(
                f"Not exported. The database is not ready ({error}); run manage.py migrate first."
            ) from error
        if not options["output"]:
            self.stdout.write(text, ending="")
            return
        try:
            Path(options["output"]).write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(
                f"Not exported. {options['output']} cannot be written: {error.strerror}."
            ) from error

    def document(self, options: dict[str, Any]) -> str:
        course = Course.objects.filter(slug=options["course"]).first()
        if course is None:
            raise CommandError(f"There is no course “{options['course']}”.")
        names = ("authors", "years", "notes", "presenters")
        said = Options(**{name: options[name] for name in names})
        if options["list"]:
            return self.one_list(course, options["list"], said)
        if options["what"] == "schedule":
            return documents.schedule_document(course, said)
        if options["what"] == "lists":
            if not course.reading_lists.exists():
                raise CommandError(f"“{course.slug}” has no reading list.")
            return documents.lists_document(course, said)
        return documents.course_document(course, said)

    def one_list(self, course: Course, title: str, said: Options) -> str:
        lists = list(course.reading_lists.order_by("position", "id"))
        wanted = title.strip().casefold()
        found = next((one for one in lists if one.title.strip().casefold() == wanted), None)
        if found is None:
            titles = ", ".join(f"“{one.title}”" for one in lists) or "none"
            raise CommandError(f"There is no list “{title}” in “{course.slug}”; it has: {titles}.")
        return documents.list_document(found, said)
