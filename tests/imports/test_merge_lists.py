"""Applying reading lists, and applying them again."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readings.accounts.models import User
from readings.courses.models import Course
from readings.imports import services
from readings.imports.models import Import, Source
from readings.imports.planning.steps import Plan
from readings.imports.queries import last_undoable
from readings.imports.understood import Entry as Said
from readings.imports.understood import Link, Understood
from readings.papers.models import Fetch
from readings.reading_lists.models import Entry, ReadingList, Section, TitleMatch
from readings.reading_lists.services import (
    add_entry,
    make_section,
    move_entry,
    remove_entry,
    update_entry,
)
from tests import factories
from tests.imports import comparing

pytestmark = pytest.mark.django_db


def paper(number: int, *section: str, **said: Any) -> Said:
    url = f"https://arxiv.org/abs/2001.{number:05}"
    said.setdefault("title", f"Work {number}")
    links = [Link(url, "paper"), *said.pop("links", [])]
    return Said(
        line=number, section=list(section), identifiers={"arxiv": f"2001.{number:05}"},
        links=links, **said,
    )  # fmt: skip


def words(title: str, *section: str, **said: Any) -> Said:
    return Said(line=1, section=list(section), title=title, **said)


def document(*entries: Said) -> Understood:
    return Understood("markdown-list", title="What to read", entries=list(entries))


def draft(course: Course, understood: Understood, name: str = "What to read") -> Import:
    source, _made = Source.objects.get_or_create(
        course=course, name=name, defaults={"removes": name != "pasted"}
    )
    return Import.objects.create(source=source, text="", understood=understood.to_json())


def apply(course: Course, understood: Understood, name: str = "What to read") -> Plan:
    return services.apply_import(draft=draft(course, understood, name), actor=None)


def counts(plan: Plan) -> dict[str, int]:
    return {name: count for name, count in plan.counts.items() if count and name != "problems"}


def the_list(course: Course) -> ReadingList:
    return course.reading_lists.get()


def titles(course: Course, section: str) -> list[str]:
    found = Entry.objects.filter(section__title=section, section__reading_list__course=course)
    return [str(entry) for entry in found.order_by("position", "id")]


def entry(course: Course, title: str) -> Entry:
    found = Entry.objects.select_related("section__reading_list", "reading__paper", "parent")
    return found.get(section__reading_list__course=course, title=title)


def test_a_list_becomes_sections_and_entries(course: Course) -> None:
    plan = apply(
        course,
        document(
            paper(1, "Compilers", annotation="Start *here*.", venue="OSDI", year=2018),
            Said(2, ["Compilers"], title="Slides of it", parent=0, links=[
                Link("https://example.org/slides", "slides")
            ], identifiers={"url": "https://example.org/slides"}),
            words("A citation by Chen et al.", "Compilers", "Old", authors="Chen et al."),
        ),
    )  # fmt: skip
    assert counts(plan) == {"new": 3}
    assert str(the_list(course)) == "What to read"
    assert [(s.title, s.parent and s.parent.title) for s in the_list(course).sections.all()] == [
        ("Compilers", None),
        ("Old", "Compilers"),
    ]
    first = entry(course, "Work 1")
    assert "<em>here</em>" in first.annotation_html
    assert entry(course, "Slides of it").parent == first
    assert Fetch.objects.filter(stage="metadata").count() == 1
    assert not course.agenda_items.exists()


def test_what_has_no_link_is_searched_for(course: Course) -> None:
    apply(course, document(words("An End-to-End Optimizing Compiler", authors="Chen et al.")))
    assert TitleMatch.objects.get().entry.title == "An End-to-End Optimizing Compiler"


def test_the_same_list_again_changes_nothing(course: Course) -> None:
    listed = document(paper(1, "A"), paper(2, "A"), paper(1, "B"), words("Some words", "B"))
    apply(course, listed)
    before = list(Entry.objects.values().order_by("pk"))
    plan = apply(course, listed)
    assert plan.does_nothing
    assert counts(plan) == {"unchanged": 4}
    assert list(Entry.objects.values().order_by("pk")) == before
    assert course.readings.count() == 2


def test_an_entry_that_moved_is_said_to_have(course: Course) -> None:
    apply(course, document(paper(1, "A"), paper(2, "A"), paper(3, "B")))
    was = entry(course, "Work 1")
    plan = apply(course, document(paper(2, "A"), paper(1, "B"), paper(3, "B")))
    assert counts(plan) == {"moved": 1, "unchanged": 2}
    moved = next(step for step in plan.steps if step.action == "moved")
    assert moved.moved_from == "A"
    assert entry(course, "Work 1").pk == was.pk
    assert titles(course, "B") == ["Work 1", "Work 3"]


def test_what_is_under_an_entry_that_moved_stays_where_the_document_has_it(
    course: Course,
) -> None:
    apply(course, document(paper(1, "A"), paper(2, "A", parent=0), paper(3, "B")))
    plan = apply(course, document(paper(2, "A"), paper(1, "B"), paper(3, "B")))
    assert counts(plan) == {"moved": 1, "changed": 1, "unchanged": 1}
    assert (titles(course, "A"), titles(course, "B")) == (["Work 2"], ["Work 1", "Work 3"])


def test_an_entry_that_left_goes_and_its_reading_stays_if_it_is_needed(
    course: Course, bob: User
) -> None:
    apply(course, document(paper(1, "A"), paper(2, "A"), paper(3, "A"), paper(4, "A")))
    factories.make_note(entry(course, "Work 2").reading, bob)  # type: ignore[arg-type]
    meeting = factories.make_meeting(course)
    factories.put_on_agenda(meeting, entry(course, "Work 3").reading)
    plan = apply(course, document(paper(1, "A")))
    assert counts(plan) == {"removed": 3, "unchanged": 1}
    assert titles(course, "A") == ["Work 1"]
    left = course.readings.order_by("pk").values_list("paper__arxiv_id", flat=True)
    assert list(left) == ["2001.00001", "2001.00002", "2001.00003"]


def test_a_section_that_was_renamed_keeps_what_was_put_into_it(course: Course) -> None:
    apply(course, document(paper(1, "A"), paper(2, "A")))
    section = the_list(course).sections.get()
    add_entry(section=section, title="Ours")
    plan = apply(course, document(paper(1, "Better"), paper(2, "Better")))
    assert counts(plan) == {"changed": 1, "unchanged": 2}
    assert the_list(course).sections.get().pk == section.pk
    assert titles(course, "Better") == ["Work 1", "Work 2", "Ours"]


def test_an_empty_section_goes_and_one_with_something_of_ours_stays(course: Course) -> None:
    apply(course, document(paper(1, "A"), paper(2, "B"), paper(3, "C")))
    add_entry(section=the_list(course).sections.get(title="C"), title="Ours")
    apply(course, document(paper(1, "A")))
    assert [section.title for section in the_list(course).sections.all()] == ["A", "C"]
    assert titles(course, "C") == ["Ours"]


def test_entries_follow_the_document_and_ours_keep_their_place(course: Course) -> None:
    apply(course, document(paper(1, "A"), paper(2, "A"), paper(3, "A")))
    section = the_list(course).sections.get()
    add_entry(section=section, title="Ours")
    plan = apply(course, document(paper(3, "A"), paper(9, "A"), paper(2, "A"), paper(1, "A")))
    assert counts(plan) == {"new": 1, "changed": 1, "unchanged": 3}
    assert titles(course, "A") == ["Work 3", "Work 9", "Work 2", "Work 1", "Ours"]


def test_what_was_changed_here_stays_and_what_both_changed_is_asked(course: Course) -> None:
    apply(course, document(paper(1, "A"), paper(2, "A")))
    update_entry(entry=entry(course, "Work 1"), annotation="Ours")
    assert apply(course, document(paper(1, "A"), paper(2, "A"))).does_nothing
    both = document(paper(1, "A", annotation="Theirs"), paper(2, "A"))
    asked = draft(course, both)
    (conflict,) = services.plan_draft(asked).conflicts
    assert (conflict.what, conflict.mine, conflict.theirs) == ("annotation", "Ours", "Theirs")
    apply(course, both)
    assert entry(course, "Work 1").annotation == "Ours"
    assert not apply(course, both).conflicts


def test_theirs_can_be_taken(course: Course) -> None:
    apply(course, document(paper(1, "A")))
    update_entry(entry=entry(course, "Work 1"), annotation="Ours")
    asked = draft(course, document(paper(1, "A", annotation="Theirs")))
    plan = services.plan_draft(asked)
    services.set_choices(draft=asked, conflicts=[one.id for one in plan.conflicts])
    decided = services.plan_draft(asked)
    assert decided.digest != plan.digest
    assert (plan.counts["conflicts"], decided.counts["conflicts"]) == (1, 0)
    services.apply_import(draft=asked, actor=None, digest=decided.digest)
    assert entry(course, "Work 1").annotation == "Theirs"


def test_what_was_taken_off_or_moved_here_stays_so(course: Course) -> None:
    listed = document(paper(1, "A"), paper(2, "A"), paper(3, "B"))
    apply(course, listed)
    remove_entry(entry=entry(course, "Work 1"))
    other = make_section(reading_list=the_list(course), title="Ours")
    move_entry(entry=entry(course, "Work 2"), section=other)
    for _ in range(2):
        plan = apply(course, listed)
        assert plan.does_nothing
        assert [step.note for step in plan.steps] == [
            "was taken off here and stays off",
            "was moved to “Ours” here and stays there",
            "",
        ]
    assert titles(course, "Ours") == ["Work 2"]


def test_words_that_got_a_link_are_filled_in(course: Course) -> None:
    apply(course, document(words("Work 1", "A")))
    was = entry(course, "Work 1")
    plan = apply(course, document(paper(1, "A")))
    assert counts(plan) == {"filled": 1}
    now = entry(course, "Work 1")
    assert now.pk == was.pk
    assert now.reading is not None
    assert now.reading.paper.arxiv_id == "2001.00001"


def test_a_match_that_was_taken_here_stays(course: Course) -> None:
    listed = document(words("Some work that we found", "A"))
    apply(course, listed)
    reading = factories.make_reading(course)
    update_entry(entry=entry(course, "Some work that we found"), reading=reading)
    assert apply(course, listed).does_nothing
    plan = apply(course, document(paper(5, "A")))
    assert [step.outcome for step in plan.removed] == ["kept"]
    assert entry(course, "Some work that we found").reading == reading


def test_an_entry_belongs_to_another_one_than_before(course: Course) -> None:
    apply(course, document(paper(1, "A"), paper(2, "A"), paper(3, "A", parent=0)))
    plan = apply(course, document(paper(1, "A"), paper(2, "A"), paper(3, "A", parent=1)))
    assert counts(plan) == {"changed": 1, "unchanged": 2}
    assert entry(course, "Work 3").parent == entry(course, "Work 2")


def test_a_paste_takes_nothing_away_and_is_remembered(course: Course) -> None:
    apply(course, document(paper(1)), "pasted")
    plan = apply(course, document(paper(2)), "pasted")
    assert counts(plan) == {"new": 1}
    update_entry(entry=entry(course, "Work 1"), title="Ours")
    assert apply(course, document(paper(1), paper(2)), "pasted").does_nothing
    assert [entry.title for entry in Entry.objects.all()] == ["Ours", "Work 2"]


def test_two_lists_do_not_remove_each_other(course: Course) -> None:
    apply(course, document(paper(1), paper(2)), "one")
    apply(course, document(paper(2), paper(3)), "two")
    assert apply(course, document(paper(1), paper(2)), "one").does_nothing
    apply(course, document(paper(1)), "one")
    assert course.readings.count() == 3  # the other list still has the second
    apply(course, document(paper(3)), "two")
    assert course.readings.count() == 2


def test_links_in_prose_are_taken_on_request_and_stay_taken(course: Course) -> None:
    understood = document(paper(1))
    understood.offered = [paper(7), paper(8)]
    asked = draft(course, understood)
    services.set_choices(draft=asked, offered=[7])
    assert counts(services.apply_import(draft=asked, actor=None)) == {"new": 2}
    assert apply(course, understood).does_nothing
    assert sorted(Entry.objects.values_list("title", flat=True)) == ["Work 1", "Work 7"]
    understood.offered = [paper(8)]
    assert counts(apply(course, understood)) == {"unchanged": 1, "removed": 1}


def test_undoing_removes_the_list_and_its_readings(course: Course) -> None:
    apply(course, document(paper(1, "A", "B"), words("Some words", "C")))
    imported = last_undoable(course)
    assert imported is not None
    services.undo_import(imported=imported, actor=None)
    assert not ReadingList.objects.exists()
    assert not course.readings.exists()
    assert counts(apply(course, document(paper(1)))) == {"new": 1}


def test_a_thousand_entries_take_hundreds_of_statements_not_thousands(course: Course) -> None:
    listed = document(*(paper(n, f"Section {n // 100}") for n in range(1, 1001)))
    apply(course, listed)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        apply(course, listed)
    assert len(queries) < 60
    words_only = document(*(words(f"Some words {n}", "A") for n in range(1, 1001)))
    with CaptureQueriesContext(connection) as queries:
        apply(course, words_only, "words")
    assert len(queries) < 80


# --- Any list ---------------------------------------------------------------------------------

_sections = st.sampled_from([(), ("A",), ("A", "B"), ("C",), ("D", "E", "F")])
_entries = st.one_of(
    st.builds(
        lambda n, section, note: paper(n, *section, annotation=note),
        st.integers(1, 12), _sections, st.sampled_from(["", "One.", "Two."]),
    ),
    st.builds(
        lambda title, section: words(title, *section),
        st.sampled_from(["Some words", "Other words", "論文", "…"]), _sections,
    ),
)  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> Understood:
    """A list in which each section stands in one place, as parsers give it."""
    entries = draw(st.lists(_entries, min_size=1, max_size=8))
    order = {
        path: place for place, path in enumerate(dict.fromkeys(tuple(e.section) for e in entries))
    }
    above = {path[0]: place for path, place in reversed(order.items()) if path}
    entries.sort(key=lambda e: (above.get(e.section[0], -1) if e.section else -1, e.section))
    for place, one in enumerate(entries):
        if place and draw(st.booleans()) and entries[place - 1].section == one.section:
            one.parent = place - 1
    return document(*entries)


@settings(
    max_examples=5,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(versions=st.lists(documents(), min_size=1, max_size=4))
def test_the_list_equals_the_document_after_every_step(versions: list[Understood]) -> None:
    with transaction.atomic():
        course = factories.make_course()
        states = []
        for version in versions:
            states.append(list(Entry.objects.values().order_by("pk")))
            if apply(course, version).does_nothing:
                states.pop()
            reading_list = course.reading_lists.first()
            told = comparing.list_of_course(reading_list) if reading_list else []
            assert told == comparing.list_of_document(version)
            again = apply(course, version)
            assert again.does_nothing
            assert not again.conflicts
            assert not again.removed
        for state in reversed(states):
            imported = last_undoable(course)
            assert imported is not None
            services.undo_import(imported=imported, actor=None)
            assert list(Entry.objects.values().order_by("pk")) == state
        assert not Section.objects.filter(reading_list__course=course).exists()
        transaction.set_rollback(True)
