"""``manage.py parse`` and ``manage.py import_course``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from readings.courses.models import Course
from readings.imports.models import Import
from readings.schedule.models import Reading
from tests.imports.samples import DATA, sample, table

SCHEDULE = str(DATA / "schedule.md")
ROOT = Path(__file__).resolve().parents[2]


def run(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def run_json(command: str, *arguments: str) -> dict[str, Any]:
    found = json.loads(run(command, *arguments, "--json"))
    assert isinstance(found, dict)
    return found


def manage(
    *arguments: str, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """The command as a person runs it: a process of its own, with a bare environment."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        check=False,
        env={"PATH": os.environ["PATH"], **environment},
    )


# --- parse ------------------------------------------------------------------------------------


def test_parse_prints_the_json_without_database_or_secret(tmp_path: Path) -> None:
    done = manage("parse", SCHEDULE, "--json", DATA_DIR=str(tmp_path / "absent"))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["format"], found["year"], len(found["meetings"])) == ("markdown-table", 2025, 24)
    assert not (tmp_path / "absent").exists()


def test_parse_reads_the_standard_input() -> None:
    done = manage("parse", "-", "--year", "2031", "--json", stdin=sample().encode("utf-16"))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["meetings"][0]["date"] == "2031-08-25"


def test_parse_says_what_it_understood_to_a_person() -> None:
    said = run("parse", SCHEDULE)
    assert "Year: 2025 - the link says SystemsSeminar2025" in said
    assert "week  3  Wed 2025-09-10  line 12" in said
    assert "papers: Alpha  arxiv:2001.00001  + notes" in said
    assert "presentations, pitch: Group Presentations" in said
    assert "line 13: warning: “Omega Notes”" in said


def test_parse_fails_where_nothing_is_understood(tmp_path: Path) -> None:
    document = tmp_path / "empty.md"
    document.write_text("Nothing.")
    done = manage("parse", str(document), "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["problems"][0]["line"] == 1
    assert b"Nothing was understood" in done.stderr
    assert b"Traceback" not in done.stderr


def test_parse_names_a_file_that_is_not_there() -> None:
    with pytest.raises(CommandError, match=r"Cannot read /no/such\.md: No such file"):
        run("parse", "/no/such.md")


# --- import_course ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_import_makes_the_course_from_the_document() -> None:
    outcome = run_json("import_course", SCHEDULE, "--course", "systems", "--create")
    course = Course.objects.get(slug="systems")
    assert course.title == "Reading Systems Papers"
    assert (str(course.starts_on), str(course.ends_on)) == ("2025-08-25", "2025-12-03")
    assert course.meeting_days == [0, 2]
    assert (course.meetings.count(), course.readings.count()) == (24, 9)
    assert outcome["created"]
    assert outcome["new"] == 24 + course.agenda_items.count()
    assert {
        outcome[name] for name in ("changed", "moved", "removed", "unchanged", "conflicts")
    } == {0}
    assert outcome["problems"] == 2


@pytest.mark.django_db
def test_importing_again_finds_everything_unchanged() -> None:
    first = run_json("import_course", SCHEDULE, "--course", "systems", "--create")
    again = run_json("import_course", SCHEDULE, "--course", "systems", "--create")
    assert not again["created"]
    assert (again["new"], again["unchanged"]) == (0, first["new"])
    assert Course.objects.count() == 1


@pytest.mark.django_db
def test_a_dry_run_changes_nothing() -> None:
    outcome = run_json("import_course", SCHEDULE, "--course", "systems", "--create", "--dry-run")
    assert outcome["new"] > 24
    assert not Course.objects.exists()
    run("import_course", SCHEDULE, "--course", "systems", "--create")
    before = Import.objects.count()
    assert "Would import into systems" in run(
        "import_course", SCHEDULE, "--course", "systems", "--dry-run"
    )
    assert Import.objects.count() == before


@pytest.mark.django_db
def test_an_absent_course_is_not_made_unasked() -> None:
    with pytest.raises(CommandError, match=r"There is no course “systems”\. Add --create"):
        run("import_course", SCHEDULE, "--course", "systems")


@pytest.mark.django_db
def test_a_document_in_which_nothing_is_makes_no_course(tmp_path: Path) -> None:
    document = tmp_path / "list.md"
    document.write_text("Nothing to see here.\n")
    with pytest.raises(CommandError, match=r"Not imported\. "):
        run("import_course", str(document), "--course", "systems", "--create")
    assert not Course.objects.exists()


@pytest.mark.django_db
def test_the_year_is_asked_for(tmp_path: Path) -> None:
    document = tmp_path / "schedule.md"
    document.write_text(table("| Sep 8-10 | x<br>y | Lecture | |"))
    with pytest.raises(CommandError, match="Say it with --year"):
        run("import_course", str(document), "--course", "systems", "--create")
    outcome = run_json(
        "import_course", str(document), "--course", "systems", "--create", "--year", "2025"
    )
    assert (outcome["year"], outcome["year_reason"]) == (2025, "you said so")


@pytest.mark.django_db
def test_one_document_under_other_names_is_one_document(tmp_path: Path) -> None:
    for name, rows in (("one.md", ["x", "y"]), ("two.md", ["y"])):
        days = {"x": "Sep 8, 2025", "y": "Sep 10, 2025"}
        document = tmp_path / name
        document.write_text(table(*(f"| {days[row]} | {row} | | |" for row in rows)))
        outcome = run_json("import_course", str(document), "--course", "systems", "--create")
    assert outcome["source"] == "schedule"
    counted = {name: outcome[name] for name in ("new", "removed", "unchanged", "renamed", "filled")}
    assert counted == {"new": 0, "removed": 2, "unchanged": 2, "renamed": 0, "filled": 0}


@pytest.mark.django_db
def test_another_source_takes_nothing_away(tmp_path: Path) -> None:
    run("import_course", SCHEDULE, "--course", "systems", "--create")
    document = tmp_path / "other.md"
    document.write_text(table("| Sep 8, 2031 | x | | |"))
    outcome = run_json(
        "import_course", str(document), "--course", "systems", "--source", "a second one"
    )
    assert (outcome["source"], outcome["removed"], outcome["new"]) == ("a second one", 0, 2)


@pytest.mark.django_db
def test_conflicts_keep_what_is_here_and_are_said(tmp_path: Path) -> None:
    document = tmp_path / "schedule.md"
    link = "[A](https://arxiv.org/abs/2001.00001)"
    document.write_text(table(f"| Sep 8, 2025 | {link} | | |"))
    run("import_course", str(document), "--course", "systems", "--create")
    Reading.objects.update(label="Ours")
    document.write_text(table(f"| Sep 8, 2025 | {link.replace('[A]', '[Theirs]')} | | |"))
    said = run("import_course", str(document), "--course", "systems")
    assert "conflict: Theirs, label: here “Ours”, in the document “Theirs”" in said
    assert Reading.objects.get().label == "Ours"


@pytest.mark.django_db
def test_the_last_import_is_undone_from_the_command_line() -> None:
    run("import_course", SCHEDULE, "--course", "systems", "--create")
    assert "Taken back: Schedule imported" in run("undo_import", "--course", "systems")
    assert not Course.objects.get(slug="systems").meetings.exists()
    with pytest.raises(CommandError, match="There is no import to undo"):
        run("undo_import", "--course", "systems")


@pytest.mark.django_db
def test_a_reserved_address_is_refused() -> None:
    with pytest.raises(CommandError, match="cannot be the address of a course"):
        run("import_course", SCHEDULE, "--course", "new", "--create")
    assert not Course.objects.exists()


def test_a_database_that_is_not_ready_is_named(tmp_path: Path) -> None:
    done = manage("import_course", SCHEDULE, "--course", "x", "--create", DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert b"run manage.py migrate first" in done.stderr
    assert b"Traceback" not in done.stderr


# --- parse, every format ----------------------------------------------------------------------


def test_parse_takes_a_document_for_what_it_is_said_to_be(tmp_path: Path) -> None:
    document = tmp_path / "ids.txt"
    document.write_text("2310.03714, 1706.03762\n")
    found = run_json("parse", str(document))
    assert (found["format"], len(found["entries"])) == ("links", 2)
    with pytest.raises(CommandError, match="Nothing was understood"):
        run("parse", str(document), "--format", "bibtex")


def test_parse_prints_entries_and_what_is_offered_to_a_person(tmp_path: Path) -> None:
    document = tmp_path / "list.md"
    document.write_text("# A list\n\n## Part\n\n- [TVM](https://arxiv.org/abs/1802.04799)\n")
    said = run("parse", str(document))
    assert "A list (Markdown, a reading list)" in said
    assert "Part\n    TVM  arxiv:1802.04799" in said
