"""``manage.py reschedule``."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from readings.courses.models import Course
from readings.planning.drafts import read_draft
from readings.schedule.models import Meeting, Status
from tests.planning.plans import published
from tests.shared import shared

pytestmark = pytest.mark.django_db


def run(*args: str) -> str:
    out = StringIO()
    call_command("reschedule", *args, stdout=out)
    return out.getvalue()


def as_json(*args: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*args, "--json"))
    return found


def test_a_class_is_cancelled_and_what_follows_is_said(
    course: Course, term: dict[str, Meeting]
) -> None:
    said = run("compilers", "--cancel", "2025-09-10", "--shift")
    assert "B moves from Wed Sep 10 to Mon Sep 15" in said
    assert "The note on B is now due Mon Sep 15, 8:30, 5 days later" in said
    assert published(course)["Sep 10"] == []
    term["Sep 10"].refresh_from_db()
    assert term["Sep 10"].status == Status.CANCELLED


def test_a_dry_run_says_the_same_and_changes_nothing(
    course: Course, term: dict[str, Meeting]
) -> None:
    before = published(course)
    dry = as_json("compilers", "--cancel", "2025-09-10", "--shift", "--dry-run")
    assert published(course) == before
    wet = as_json("compilers", "--cancel", "2025-09-10", "--shift")
    assert {**wet, "dry_run": True} == dry
    assert wet["parked"] == ["Talks"]
    assert wet["moves"][0] == {"item": "B", "from": "2025-09-10", "to": "2025-09-15"}
    assert read_draft(course).is_empty


def test_anything_can_be_named_as_a_buffer(course: Course, term: dict[str, Meeting]) -> None:
    run("compilers", "--cancel", "2025-09-08", "--shift", "--buffer", "[b]")
    assert published(course)["Sep 10"] == ["A"]
    assert published(course)["shelf"] == ["B"]


@pytest.mark.parametrize(
    ("arguments", "days"),
    [
        (["--cancel", "2025-09-08", "--shelve"], {"Sep 8": [], "shelf": ["A"]}),
        (["--cancel", "2025-09-08", "--move-to", "2025-09-24"], {"Sep 24": ["E", "A"]}),
        (["--cancel", "2025-09-08"], {"Sep 8": ["A"]}),
        (["--free", "2025-09-17"], {"Sep 17": [], "Sep 22": ["D"]}),
        (["--exchange", "2025-09-08", "2025-09-24"], {"Sep 8": ["E"], "Sep 24": ["A"]}),
        (["--insert-week", "1"], {"Sep 15": [], "Sep 22": ["C"], "Sep 29": ["Talks"]}),
        (["--move-term", "7"], {"Sep 15": ["A"], "Oct 1": ["E"]}),
    ],
)  # fmt: skip
def test_everything_that_the_board_can_do(
    arguments: list[str], days: dict[str, list[str]], course: Course, term: dict[str, Meeting]
) -> None:
    run("compilers", *arguments)
    found = published(course)
    assert {day: found[day] for day in days} == days


def test_a_cancelled_class_takes_place_after_all(course: Course, term: dict[str, Meeting]) -> None:
    run("compilers", "--cancel", "2025-09-10", "--shift")
    run("compilers", "--restore", "2025-09-10", "--fill")
    assert list(published(course).values())[:4] == [["A"], ["B"], ["C"], ["D"]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent", "--move-term", "7"], "There is no course “absent”."),
        (["compilers", "--cancel", "2025-09-09"], "There is no class on 2025-09-09. The term has"),
        (["compilers", "--cancel", "2025-09-31"], "“2025-09-31” is no date"),
        (["compilers", "--cancel", "2025-09-08", "--buffer", "X"], "Nothing in the plan is called"),
        (["compilers", "--move-term", "9999"], "A term moves by 1 to 400 days."),
        (["compilers", "--exchange", "2025-09-08", "2025-09-08"], "two different classes"),
        (["compilers"], "one of the arguments"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: list[str], message: str, course: Course, term: dict[str, Meeting]
) -> None:
    before = published(course)
    with pytest.raises(CommandError) as refusal:
        run(*arguments)
    assert message in str(refusal.value)
    assert published(course) == before


def test_the_real_term_is_disturbed_twice_and_comes_out_as_made_by_hand(tmp_path: Path) -> None:
    """Seed 004: Oct 15 and then Nov 3 are lost, and talks about repositories are the buffers."""
    document = shared("seeds", "004_4f219b09581ca694.txt")
    call_command("import_course", str(document), course="c", create=True, stdout=StringIO())
    course = Course.objects.get(slug="c")
    before = published(course)
    for day in ("2025-10-15", "2025-11-03"):
        run("c", "--cancel", day, "--shift", "--buffer", "Repo Deconstruct")
    by_hand = before | {
        "Oct 15": [],
        "Oct 20": ["MLIR", "Glow"],
        "Nov 3": [],
        "Nov 10": ["Group Presentations"],
        "Nov 12": ["TPUs", "MTIA"],
        "Nov 17": ["MLFleet", "Special Guest?"],
        "shelf": ["Repo Deconstruct", "Repo Deconstruct"],
    }
    assert published(course) == by_hand
    exported = tmp_path / "schedule.md"
    call_command("export_course", "c", output=str(exported))
    out = StringIO()
    call_command("import_course", str(exported), course="again", create=True, stdout=StringIO())
    again = Course.objects.get(slug="again")
    assert published(again) == by_hand | {"shelf": []}
    lost = again.meetings.filter(status=Status.CANCELLED).order_by("meets_on")
    assert [f"{one.meets_on:%m-%d}" for one in lost] == ["10-15", "11-03"]
    options = {"course": "c", "dry_run": True, "json": True, "stdout": out}
    call_command("import_course", str(exported), **options)
    counts = json.loads(out.getvalue())
    changed = ("new", "changed", "moved", "renamed", "filled", "removed", "conflicts")
    assert {name: counts[name] for name in changed} == dict.fromkeys(changed, 0)
