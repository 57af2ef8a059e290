"""``manage.py count_queries``: how many queries the main pages of a prepared instance take."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from readings.accounts.models import User
from readings.courses.models import Course, Role
from readings.demo.sample import SLUG
from readings.schedule.models import Reading


class Command(BaseCommand):
    """Ask for each page as the person who sees most on it, and as a visitor."""

    help = "Print the number of queries of each main page as JSON."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Count, after each page was asked for once."""
        course = Course.objects.get(slug=SLUG)
        busiest = (
            Reading.objects.filter(course=course)
            .annotate(said=Count("comments"))
            .order_by("-said", "pk")[0]
        )
        teacher, student = (
            _browser_of(User.objects.filter(memberships__role=role).order_by("pk")[0])
            for role in (Role.INSTRUCTOR, Role.STUDENT)
        )
        schedule = reverse("pages:schedule", args=[SLUG])
        paper = reverse("pages:paper", args=[SLUG, busiest.pk])
        pages = {
            "schedule": (student, schedule),
            "schedule of staff": (teacher, schedule),
            "schedule of visitors, unchanged": (_browser_of(None), schedule),
            "paper": (student, paper),
            "paper of staff": (teacher, paper),
            "paper of visitors": (_browser_of(None), paper),
            "sign-ups": (student, reverse("presentations:sign_ups", args=[SLUG])),
            "people": (student, reverse("courses:people", args=[SLUG])),
            "plan": (teacher, reverse("planning:board", args=[SLUG])),
            "papers": (teacher, reverse("pages:fetches", args=[SLUG])),
        }
        counts = {name: _count(browser, path) for name, (browser, path) in pages.items()}
        self.stdout.write(json.dumps(counts))


def _count(browser: Client, path: str) -> int:
    browser.get(path)
    with CaptureQueriesContext(connection) as queries:
        response = browser.get(path)
    if response.status_code != 200:
        raise CommandError(f"{path} answered {response.status_code}")
    return len(queries)


def _browser_of(user: User | None) -> Client:
    browser = Client(HTTP_HOST="127.0.0.1")
    if user is not None:
        browser.force_login(user)
    return browser
