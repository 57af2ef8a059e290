"""What is exported from a course imports into it as nothing to do."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from readings.accounts.models import User
from readings.courses.models import Course
from readings.exports.documents import course_document
from readings.exports.lists import list_markdown
from readings.exports.markdown import schedule_markdown
from readings.exports.queries import shelf_of, term_of
from readings.exports.term import Options, Term
from readings.imports import services
from readings.imports.models import Source
from readings.imports.parsing import parse
from readings.imports.plan import plan_import
from readings.imports.planning.steps import Plan
from readings.imports.understood import Item
from readings.papers.identifiers import Identifier, IdentifierKind
from readings.papers.models import Paper
from readings.papers.services import add_papers
from readings.reading_lists.services import add_entry, make_list, make_section
from readings.schedule.agenda_services import add_agenda_item
from readings.schedule.models import Reading
from readings.schedule.services import (
    add_meeting,
    add_reading,
    add_reading_link,
    get_or_make_week,
    update_reading,
)
from tests import factories
from tests.exports.courses import terms
from tests.imports.samples import sample
from tests.shared import shared

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def exported(course: Course, **options: bool) -> str:
    return schedule_markdown(term_of(course), Options(**options))


def plan_of(course: Course, text: str, source: str = "schedule") -> Plan:
    return plan_import(course=course, source=source, understood=parse(text))


def bring_in(course: Course, text: str) -> None:
    draft = services.draft_import(course=course, document=text, actor=None)
    services.apply_import(draft=draft, actor=None)


def what_it_does(plan: Plan) -> list[object]:
    """What an empty plan has none of."""
    return [
        (step.name, step.action, step.take, [one.field for one in step.conflicts])
        for step in plan.steps
        if step.action != "unchanged"
    ]


def build(course: Course, term: Term) -> None:
    """The rows of ``term``, made as a person makes them: without any import."""
    for session in term.sessions:
        week = get_or_make_week(course=course, number=session.week)
        meeting = add_meeting(
            week=week,
            meets_on=session.date,
            meets_from=dt.time.fromisoformat(session.time) if session.time else None,
            status=session.status,
        )
        for item in session.agenda:
            reading = _reading(course, item, term) if item.identity else None
            add_agenda_item(
                course=course,
                meeting=meeting,
                kind=item.kind,
                stage=item.stage or "",
                reading=reading,
                text=item.text or "",
                portion=(item.text or "") if reading else "",
                links=[] if reading else [
                    {"url": one.url, "role": one.role, "label": one.label or ""}
                    for one in item.links
                ],
                presenters=item.presenters,
            )  # fmt: skip


def _reading(course: Course, item: Item, term: Term) -> Reading:
    assert item.identity
    kind, value = item.identity
    (paper,) = add_papers(identifiers=[Identifier(IdentifierKind(kind), value)])
    title = term.works[item.identity].title
    Paper.objects.filter(pk=paper.pk).update(title="" if "arXiv:" in title else title)
    paper.refresh_from_db()
    reading = add_reading(course=course, paper=paper, label=item.label or "")
    update_reading(reading=reading, required=item.required)
    for one in item.links:
        add_reading_link(reading=reading, url=one.url, role=one.role, label=one.label or "")
    return reading


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(terms())
def test_what_was_planned_by_hand_and_exported_imports_as_nothing(term: Term) -> None:
    usual = dt.time.fromisoformat(term.usual_time) if term.usual_time else None
    course = factories.make_course(title=term.title[:200], term=term.name, meets_from=usual)
    build(course, term)

    for options in ({}, {"notes": False, "presenters": False, "authors": True, "years": True}):
        plan = plan_of(course, exported(course, **options), source="another document")
        assert what_it_does(plan) == []
        assert plan.does_nothing


def test_an_import_exported_imports_as_nothing(course: Course, alice: User) -> None:
    bring_in(course, sample())

    assert what_it_does(plan_of(course, exported(course))) == []
    assert plan_of(course, exported(course)).does_nothing


def test_an_export_makes_the_same_course_elsewhere(course: Course) -> None:
    bring_in(course, sample())
    other = factories.make_course(title=course.title)

    bring_in(other, exported(course))

    assert exported(other) == exported(course)
    assert plan_of(other, exported(course)).does_nothing


REAL = [
    "seeds/000_5f8e392138c46e7c.txt",
    "seeds/001_8206c03c49963ab5.txt",
    "seeds/002_ecee794594d28bcc.txt",
    "seeds/003_91d0f3791e2ec6b8.txt",
    "seeds/004_4f219b09581ca694.txt",
    "data/schedules/columbia_w6113_schedule.csv",
    "data/schedules/saidl_paper_reading_group.md",
    "data/schedules/umich_eecs598_w20.md",
]


@pytest.mark.parametrize("name", REAL)
def test_a_real_document_comes_back_unchanged(course: Course, name: str) -> None:
    file = shared(*name.split("/"))
    draft = services.draft_import(
        course=course,
        document=file.read_bytes(),
        actor=None,
        filename=file.name,
        year=2019 if file.suffix == ".csv" else None,  # which does not say it
    )
    services.apply_import(draft=draft, actor=None)
    text = course_document(course, Options())

    plan = plan_of(course, text, draft.source.name)
    assert what_it_does(plan) == []
    assert plan.does_nothing
    other = factories.make_course(title=course.title)
    bring_in(other, text)
    assert course_document(other, Options()) == text


README = """# Compilers for AI

Bring a laptop. The rules are on [another page](https://example.org/rules).

## Schedule, Fall 2025

| Week | Topics | Description |
|---|---|---|
| **Sep 8-10** | Introduction<br>[DSPy](https://arxiv.org/abs/2310.03714) | Papers and Discussion |

## Reading list

- [TVM](https://arxiv.org/abs/1802.04799) [[slides]](https://example.org/tvm.pdf)
  - the one to begin with
- [Relay](https://arxiv.org/abs/1904.08368)
"""


def test_a_schedule_and_a_list_of_one_document_come_back_in_one(course: Course) -> None:
    bring_in(course, README)
    assert (course.meetings.count(), course.reading_lists.count()) == (2, 1)
    text = course_document(course, Options())

    plan = plan_of(course, text, course.sources.get().name)

    assert what_it_does(plan) == []
    assert plan.does_nothing
    other = factories.make_course(title=course.title)
    bring_in(other, text)
    assert course_document(other, Options()) == text


def test_every_version_of_a_real_schedule_comes_back_unchanged(course: Course) -> None:
    history = sorted(Path(shared("data", "schedules", "history")).glob("*.md"))
    for document in history:
        bring_in(course, document.read_text())
        assert what_it_does(plan_of(course, exported(course))) == []
    assert len(history) == 5


# --- Lists --------------------------------------------------------------------------------------


def exported_list(course: Course) -> str:
    return list_markdown(shelf_of(course.reading_lists.get()))


@pytest.mark.parametrize("name", REAL[2:4])
def test_a_list_comes_back_unchanged_once_its_papers_have_titles(course: Course, name: str) -> None:
    bring_in(course, shared(*name.split("/")).read_text())
    source = course.sources.get().name
    for paper in Paper.objects.all():
        Paper.objects.filter(pk=paper.pk).update(title=f"The title of {paper.pk}")

    assert plan_of(course, exported_list(course), source).does_nothing


def test_entries_that_were_put_on_a_list_by_hand_come_back_as_nothing(course: Course) -> None:
    reading_list = make_list(course=course, title="Shelf")
    section = make_section(reading_list=reading_list, title="Compilers")
    reading = factories.make_reading(course, label="DSPy")
    parent = add_entry(section=section, reading=reading, annotation="Read *this* first.")
    add_entry(section=section, title="Only words", parent=parent, year=2020)
    Source.objects.create(course=course, name="list", reading_list=reading_list)

    plan = plan_of(course, exported_list(course), "list")

    assert what_it_does(plan) == []
    assert plan.does_nothing
