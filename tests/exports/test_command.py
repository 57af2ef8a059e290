"""``manage.py export_course``."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from readings.courses.models import Course
from readings.exports.documents import course_document
from readings.exports.term import Options
from readings.imports import services
from readings.imports.parsing import parse
from readings.imports.plan import plan_import
from readings.papers.models import Paper
from readings.reading_lists.services import add_entry, make_list, make_section
from tests.imports.samples import sample

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("export_course", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def planned(course: Course) -> Course:
    draft = services.draft_import(course=course, document=sample(), actor=None)
    services.apply_import(draft=draft, actor=None)
    return course


def put_on_list(course: Course, title: str, entry: str) -> None:
    section = make_section(reading_list=make_list(course=course, title=title), title="Papers")
    add_entry(section=section, title=entry)


def test_it_prints_what_the_page_shows(planned: Course) -> None:
    text = run("compilers", "--format", "markdown")

    assert text == course_document(planned, Options())
    plan = plan_import(course=planned, source="schedule", understood=parse(text))
    assert plan.does_nothing


def test_it_says_authors_and_leaves_out_notes(planned: Course) -> None:
    Paper.objects.update(authors=["Ann Lee"], year=2020)

    assert "| Notes |" in run("compilers")
    text = run("compilers", "--authors", "--no-notes")

    assert "Lee" in text
    assert "| Notes |" not in text


def test_a_course_with_only_a_list_is_its_list(course: Course) -> None:
    put_on_list(course, "Shelf", "Only words")

    assert run("compilers") == "# Shelf\n\n## Papers\n\n- **Only words**\n"


def test_one_list_of_several_is_named_by_its_title(course: Course) -> None:
    put_on_list(course, "Shelf", "First")
    put_on_list(course, "Another", "Second")

    assert "Second" in run("compilers", "--list", "another")
    assert "First" not in run("compilers", "--list", "another")
    both = run("compilers", "--what", "lists")
    assert [entry.section for entry in parse(both).entries] == [
        ["Shelf", "Papers"],
        ["Another", "Papers"],
    ]


def test_it_writes_a_file(planned: Course, tmp_path: Path) -> None:
    file = tmp_path / "out.md"

    assert run("compilers", "-o", str(file)) == ""
    assert file.read_text(encoding="utf-8") == run("compilers")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere"], "There is no course “nowhere”."),
        (["compilers", "--list", "x"], "There is no list “x” in “compilers”; it has: none."),
        (["compilers", "--what", "lists"], "“compilers” has no reading list."),
        (["compilers", "-o", "/nowhere/x"], "Not exported. /nowhere/x cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said(course: Course, arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=re.escape(sentence)):
        run(*arguments)
