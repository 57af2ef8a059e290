"""What a move on the board costs, of which what, and what shifting a term costs.

    python -m bench.planning [--rounds 20]

CPU milliseconds in this process, the best of the rounds, on a board of 30 classes with two papers
and two slots each and 30 entries of a reading list beside it: the answer with the whole board, a
move, and as a baseline of the same run a page of the course that has nothing to read.  The last
line is one JSON object.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:  # models cannot be imported before Django is set up
    from readings.accounts.models import User
    from readings.courses.models import Course

CLASSES, ITEMS_EACH, ENTRIES = 30, 2, 30
MONDAY = dt.date(2025, 8, 25)
MOST_ROUNDS = 200
#: What a move may take here, in CPU milliseconds.
MOST = 50.0


def best(work: Callable[[], object], rounds: int) -> float:
    """The CPU milliseconds that ``work`` takes, the best of the rounds."""
    times = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times) * 1000


def queries(work: Callable[[], object]) -> int:
    """How many queries it makes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        work()
    return sum(not one["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN")) for one in asked)


def make_term() -> tuple[Course, User]:
    """A course with that board, and who teaches it."""
    from readings.accounts.models import User
    from readings.courses.models import Course, Membership, Role
    from readings.papers.models import Paper
    from readings.presentations.models import Seat, Sheet, Slot
    from readings.reading_lists.services import add_entry, make_list, make_section
    from readings.schedule.models import AgendaItem, Kind, Meeting, Reading, Week

    user = User.objects.create_user("alice@example.edu", "correct horse", name="Alice Abbott")
    course = Course.objects.create(slug="term", title="A term", starts_on=MONDAY)
    Membership.objects.create(course=course, user=user, role=Role.INSTRUCTOR)
    sheet = Sheet.objects.create(course=course, title="Lead a paper")

    def reading(number: int) -> Reading:
        paper = Paper.objects.create(arxiv_id=f"2401.{number:05}", title=f"On subject {number}")
        return Reading.objects.create(course=course, paper=paper, label=f"Paper{number}")

    for number in range(CLASSES):
        week, _made = Week.objects.get_or_create(course=course, number=number // 2 + 1)
        day = MONDAY + dt.timedelta(days=number // 2 * 7 + number % 2 * 2)
        meeting = Meeting.objects.create(course=course, week=week, meets_on=day, position=0)
        for place in range(ITEMS_EACH):
            item = AgendaItem.objects.create(
                course=course,
                meeting=meeting,
                position=place,
                reading=reading(number * ITEMS_EACH + place),
                kind=Kind.PAPERS,
                carries_note=True,
            )
            slot = Slot.objects.create(course=course, agenda_item=item, sheet=sheet)
            Seat.objects.create(slot=slot, number=1)
    section = make_section(reading_list=make_list(course=course, title="More"), title="Later")
    for number in range(ENTRIES):
        add_entry(section=section, reading=reading(1000 + number), title="")
    return course, user


def measure(rounds: int) -> dict[str, Any]:
    """The figures, in CPU milliseconds."""
    from django.template.loader import render_to_string
    from django.test import Client

    from readings.planning.board import build_board
    from readings.planning.drafts import discard_draft, read_draft
    from readings.schedule.shifting import Free, plan_shift

    course, user = make_term()
    browser = Client(HTTP_HX_REQUEST="true")
    browser.force_login(user)
    base = f"/c/{course.slug}/plan/"
    item = course.agenda_items.order_by("pk")[0].pk
    meetings = list(course.meetings.order_by("pk").values_list("pk", flat=True))
    turn = 0

    def move() -> None:
        nonlocal turn
        turn += 1
        answer = browser.post(f"{base}items/{item}/move/", {"to": meetings[turn % 2 + 1]})
        if answer.status_code != 200:
            raise RuntimeError(f"a move was answered with {answer.status_code}")

    def timed(work: Callable[[], object]) -> dict[str, float]:
        return {"queries": queries(work), "ms": best(work, rounds)}

    move()  # whatever is loaded once is loaded now
    found: dict[str, dict[str, float]] = {
        "nothing": timed(lambda: browser.get(f"/c/{course.slug}/groups/")),
        "board": timed(lambda: browser.get(base)),
        "move": timed(move),
    }
    context = {"board": build_board(course), "access": _Access(course)}
    plan = read_draft(course).plan
    agenda = {key: plan.items_of(key) for key in plan.agenda}
    parts = {
        "read the draft": best(lambda: read_draft(course), rounds),
        "make the rows": best(lambda: build_board(course), rounds),
        "write them down": best(
            lambda: render_to_string("planning/board.html#board", context), rounds
        ),
    }
    shift = best(lambda: plan_shift(plan.in_order, agenda, Free(meetings[0])), rounds)
    discard_draft(course=course)
    return {**found, "parts": parts, "shift_ms": shift, "most_ms": MOST}


class _Access:
    """As much of an ``Access`` as the board asks for."""

    def __init__(self, course: Course) -> None:
        self.course = course


def show(found: dict[str, Any]) -> None:
    """Print the figures as a table."""
    nothing = found["nothing"]["ms"]
    print(f"{'':24}{'queries':>9}{'CPU ms':>9}{'x nothing':>11}")
    for name in ("nothing", "board", "move"):
        one = found[name]
        print(f"{name:24}{one['queries']:9}{one['ms']:9.1f}{one['ms'] / nothing:11.1f}")
    for name, milliseconds in found["parts"].items():
        print(f"  {name:22}{'':9}{milliseconds:9.1f}{milliseconds / nothing:11.1f}")
    print(f"{'shift a term':24}{'':9}{found['shift_ms']:9.2f}")


def main() -> None:
    """Measure everything on a scratch instance and print it."""
    parser = argparse.ArgumentParser(prog="python -m bench.planning")
    parser.add_argument("--rounds", type=int, default=20)
    rounds = min(parser.parse_args().rounds, MOST_ROUNDS)
    folder = Path(tempfile.mkdtemp(prefix="seminar-bench-"))
    os.environ |= {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "bench.settings",
                   "SECRET_KEY": "for measuring only", "SITE_URL": "http://testserver"}  # fmt: skip
    try:
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        found = measure(rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    show(found)
    print(json.dumps(_rounded(found)))


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return round(value, 2) if isinstance(value, float) else value


if __name__ == "__main__":
    main()
