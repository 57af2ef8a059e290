"""``manage.py prepare_bench``: an instance to be measured, and who may sign in to it."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Count, Q
from django.test import Client

from readings.accounts.models import User
from readings.courses.models import Course, Role
from readings.demo.sample import SLUG
from readings.demo.stand_in import ArxivStandIn
from readings.notes.models import NoteState
from readings.papers import fetching
from readings.schedule.models import Reading


class Command(BaseCommand):
    """Fill an empty database, fetch its papers from the stand-in, say what is in it as JSON."""

    help = "Fill an empty database for measuring; prints JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read the size, which is handed on to ``seed_sample``."""
        parser.add_argument("--students", type=int, default=30)
        parser.add_argument("--comments", type=int, default=600)
        parser.add_argument("--notes-per-paper", type=int, default=20)
        parser.add_argument("--weeks", type=int, default=15)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it."""
        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        sizes = {name: options[name] for name in ("students", "comments", "weeks")}
        call_command("seed_sample", notes_per_paper=options["notes_per_paper"], **sizes)
        _fetch_papers()
        course = Course.objects.get(slug=SLUG)
        readings = Reading.objects.filter(course=course).annotate(
            said=Count("comments", distinct=True),
            written=Count("notes", distinct=True, filter=Q(notes__state=NoteState.SUBMITTED)),
        )
        busiest = readings.order_by("-said", "-written", "pk")[0]
        students = User.objects.filter(memberships__course=course, memberships__role=Role.STUDENT)
        found = {
            "slug": course.slug,
            "busiest": {"id": busiest.pk, "comments": busiest.said, "notes": busiest.written},
            "readings": [reading.pk for reading in readings.order_by("pk") if reading.said],
            "sessions": [_session_of(user) for user in students.order_by("pk")],
        }
        self.stdout.write(json.dumps(found))


def _fetch_papers() -> None:
    with ArxivStandIn() as server:
        settings.ARXIV_API_URL, settings.ARXIV_PDF_URL = server.api_url, server.pdf_url
        settings.ARXIV_DELAY_SECONDS = 0.0
        settings.ARXIV_STAND_IN = False  # the pages then look as they do in production
        while fetching.can_ask_arxiv():
            for fetch_id in fetching.ask_arxiv():
                fetching.read_text(fetch_id)


def _session_of(user: User) -> str:
    browser = Client()
    browser.force_login(user)
    return str(browser.cookies[settings.SESSION_COOKIE_NAME].value)
