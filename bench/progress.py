"""What the progress matrix costs, beside a bare list of the same rows.

    python -m bench.progress [--rounds 10] [--students 200] [--readings 40]

CPU milliseconds in this process, the best of the rounds, queries, and bytes before compression.
The bare list reads the same notes and marks in four queries and writes each cell with one format
string: no deadline, no lateness, no skips, no totals.  A page of the course that has nothing to
read is measured in the same run, too.  The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

from bench.planning import best, queries

if TYPE_CHECKING:  # models cannot be imported before Django is set up
    from readings.accounts.models import User
    from readings.courses.models import Course

MONDAY = dt.date(2025, 8, 25)
NOON = dt.datetime(2025, 8, 25, 16, 0, tzinfo=dt.UTC)
MOST_ROUNDS = 200
#: What the page may take.
MOST_QUERIES, MOST_BYTES = 11, 300_000


def make_class(students: int, readings: int) -> tuple[Course, User]:
    """A course in which three quarters of the notes are handed in and half of those marked."""
    from readings.accounts.models import User
    from readings.courses.models import Course, Membership, Role
    from readings.marking.models import Feedback
    from readings.notes.models import Note, NotePolicy, NoteState
    from readings.papers.models import Paper
    from readings.schedule.models import AgendaItem, Kind, Meeting, Reading, Week

    teacher = User.objects.create_user("alice@example.edu", "correct horse", name="Alice Abbott")
    course = Course.objects.create(slug="class", title="A class", starts_on=MONDAY)
    Membership.objects.create(course=course, user=teacher, role=Role.INSTRUCTOR)
    NotePolicy.objects.create(
        course=course,
        marking="points",
        skips=5,
        unused_skip_drops=True,
        presenters_exempt="reading",
    )
    people = User.objects.bulk_create(
        User(email=f"s{n}@example.edu", name=f"Student Number {n}", password="!")
        for n in range(students)
    )
    Membership.objects.bulk_create(
        Membership(course=course, user=one, role=Role.STUDENT) for one in people
    )
    papers = Paper.objects.bulk_create(
        Paper(arxiv_id=f"2401.{n:05}", title=f"On subject number {n}") for n in range(readings)
    )
    works = Reading.objects.bulk_create(
        Reading(course=course, paper=paper, label=f"Paper{n}") for n, paper in enumerate(papers)
    )
    for number, work in enumerate(works):
        week, _made = Week.objects.get_or_create(course=course, number=number // 2 + 1)
        day = MONDAY + dt.timedelta(days=number // 2 * 7 + number % 2 * 2)
        meeting = Meeting.objects.create(
            course=course, week=week, meets_on=day, meets_from=dt.time(10, 30), position=number % 2
        )
        AgendaItem.objects.create(
            course=course, meeting=meeting, reading=work, kind=Kind.PAPERS, carries_note=True
        )
    pairs = [(one, work) for one in people for work in works]
    handed_in = [pair for number, pair in enumerate(pairs) if number % 4]
    Note.objects.bulk_create(
        (
            Note(
                author=one,
                reading=work,
                state=NoteState.SUBMITTED,
                submitted_at=NOON + dt.timedelta(days=number % 60),
                body="A note.",
                body_html="<p>A note.</p>",
            )
            for number, (one, work) in enumerate(handed_in)
        ),
        batch_size=500,
    )
    Feedback.objects.bulk_create(
        (
            Feedback(
                student=one,
                reading=work,
                mark=Decimal(number % 21) / 2,
                scale="points",
                out_of=10,
                marked_by=teacher,
                marked_at=NOON,
            )
            for number, (one, work) in enumerate(handed_in)
            if number % 2
        ),
        batch_size=500,
    )
    return course, teacher


def bare_list(course: Course) -> str:
    """The same rows as a table without any thought."""
    from readings.courses.models import Membership
    from readings.marking.models import Feedback
    from readings.notes.models import Note
    from readings.schedule.models import Reading

    people = list(
        Membership.objects.filter(course=course, role="student").values_list(
            "user_id", "user__name"
        )
    )
    works = list(Reading.objects.filter(course=course).values_list("pk", "label"))
    notes = {
        (one, work): at
        for one, work, at in Note.objects.filter(reading__course=course).values_list(
            "author_id", "reading_id", "submitted_at"
        )
    }
    marks = {
        (one, work): mark
        for one, work, mark in Feedback.objects.filter(reading__course=course).values_list(
            "student_id", "reading_id", "mark"
        )
    }
    rows = [
        f"<tr><th>{name}"
        + "".join(f"<td>{notes.get((one, work))} {marks.get((one, work))}" for work, _ in works)
        for one, name in people
    ]
    return f"<table><tr>{''.join(f'<th>{label}' for _, label in works)}{''.join(rows)}</table>"


def measure(rounds: int, students: int, readings: int) -> dict[str, Any]:
    """The figures."""
    from django.test import Client
    from django.utils import timezone

    from readings.progress.class_book import read_class_book
    from readings.progress.matrix import build_matrix

    course, teacher = make_class(students, readings)
    browser = Client()
    browser.force_login(teacher)
    page = f"/c/{course.slug}/progress/"
    answer = browser.get(page)  # whatever is loaded once is loaded now
    if answer.status_code != 200:
        raise RuntimeError(f"the matrix was answered with {answer.status_code}")
    person = course.memberships.filter(role="student")[0].user_id

    def timed(work: Callable[[], object]) -> dict[str, float]:
        return {"queries": queries(work), "ms": best(work, rounds)}

    def now() -> dt.datetime:
        return timezone.now()

    return {
        "nothing": timed(lambda: browser.get(f"/c/{course.slug}/groups/")),
        "bare list": timed(lambda: bare_list(course)),
        "matrix": timed(lambda: browser.get(page)),
        "missing": timed(lambda: browser.get(f"{page}?show=missing")),
        "student": timed(lambda: browser.get(f"{page}students/{person}/")),
        "CSV": timed(lambda: browser.get(f"{page}export/?form=canvas")),
        "parts": {
            "read": best(lambda: read_class_book(course, now=now()), rounds),
            "read and reckon": best(
                lambda: build_matrix(read_class_book(course, now=now())), rounds
            ),
        },
        "queries": queries(lambda: browser.get(page)),
        "bytes": len(answer.content),
        "students": students,
        "readings": readings,
    }


def show(found: dict[str, Any]) -> None:
    """Print the figures as a table."""
    bare = found["bare list"]["ms"]
    print(f"{found['students']} students, {found['readings']} readings")
    print(f"{'':24}{'queries':>9}{'CPU ms':>9}{'x bare list':>13}")
    for name in ("nothing", "bare list", "matrix", "missing", "student", "CSV"):
        one = found[name]
        print(f"{name:24}{one['queries']:9}{one['ms']:9.1f}{one['ms'] / bare:13.2f}")
    for name, milliseconds in found["parts"].items():
        print(f"  {name:22}{'':9}{milliseconds:9.1f}{milliseconds / bare:13.2f}")
    print(f"{'bytes of the matrix':24}{found['bytes']:9,}")


def main() -> None:
    """Measure everything on a scratch instance and print it."""
    parser = argparse.ArgumentParser(prog="python -m bench.progress")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--readings", type=int, default=40)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="seminar-bench-"))
    os.environ |= {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "bench.settings",
                   "SECRET_KEY": "for measuring only", "SITE_URL": "http://testserver"}  # fmt: skip
    try:
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        found = measure(min(asked.rounds, MOST_ROUNDS), asked.students, asked.readings)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    show(found)
    fits = found["queries"] <= MOST_QUERIES and found["bytes"] < MOST_BYTES
    figures = {"queries": found["queries"], "bytes": found["bytes"],
               "ms": round(found["matrix"]["ms"], 1),
               "x_bare_list": round(found["matrix"]["ms"] / found["bare list"]["ms"], 2),
               "fits": fits}  # fmt: skip
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
