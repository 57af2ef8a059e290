"""Which of a course's documents a document is."""

from __future__ import annotations

import pytest

from readings.courses.models import Course
from readings.imports import services
from readings.imports.sources import default_source
from readings.imports.understood import Entry, Session, Understood
from tests.imports.samples import sample
from tests.imports.test_merge_lists import apply, document, paper

pytestmark = pytest.mark.django_db


def source_of(course: Course, understood: Understood, filename: str | None = None) -> str:
    return default_source(course=course, understood=understood, filename=filename)


def bare(kind: str) -> Understood:
    return Understood(kind, entries=[Entry(line=1, title="x")])


@pytest.mark.parametrize("kind", ["links", "bibtex", "ris", "csl-json"])
def test_a_bare_paste_never_removes(course: Course, kind: str) -> None:
    assert source_of(course, bare(kind)) == "pasted"
    assert source_of(course, bare(kind), "papers.bib") == "papers.bib"
    draft = services.draft_import(
        course=course, document="https://arxiv.org/abs/2001.00001\n", actor=None
    )
    assert (draft.source.name, draft.source.removes) == ("pasted", False)


def test_a_schedule_is_the_courses_schedule_whatever_else_is_in_it(course: Course) -> None:
    understood = document(paper(1))
    understood.meetings = [Session(week=1, date_text="", line=1)]
    assert source_of(course, understood, "README.md") == "schedule"


def test_a_list_is_named_by_its_title_then_by_its_file(course: Course) -> None:
    listed = document(paper(1))
    assert source_of(course, listed, "list.md") == "What to read"
    listed.title = None
    assert source_of(course, listed, "folder/list.md") == "list.md"
    assert source_of(course, listed) == "reading list"
    listed.title = "schedule"
    assert source_of(course, listed) == "schedule list"


def test_a_list_with_another_title_is_known_by_what_is_on_it(course: Course) -> None:
    works = [paper(number) for number in range(1, 11)]
    apply(course, document(*works))
    renamed = document(*works[1:])
    renamed.title = "What to read now"
    assert source_of(course, renamed) == "What to read"
    another = document(*works[:6], *(paper(number) for number in range(20, 24)))
    another.title = "Somebody else's list"
    assert source_of(course, another) == "Somebody else's list"


def test_a_person_says_which_document_it_is(course: Course) -> None:
    services.apply_import(
        draft=services.draft_import(course=course, document=sample(), actor=None), actor=None
    )
    draft = services.draft_import(course=course, document=sample(), actor=None)
    assert services.plan_draft(draft).does_nothing
    services.set_choices(draft=draft, conflicts=["item-1-label"])
    services.set_source(draft=draft, source=" Another ")
    assert (draft.source.name, draft.choices) == ("Another", {})
    assert not services.plan_draft(draft).removed
