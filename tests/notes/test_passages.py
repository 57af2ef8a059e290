"""Words of a paper, found on its pages."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.accounts.models import User
from readings.notes.models import Note
from readings.notes.passages import find_passages, only_page_with
from readings.notes.prompts import Prompt, PromptKind
from readings.notes.services import Incomplete, submit_note
from readings.schedule.models import Reading
from tests import factories
from tests.notes.asking_for import EVERY_KIND, ask, store_pages

PAGES = [
    (1, "We pro-\npose a compiler. It is e\ufb03cient in memory.\nNobody else\nhas one."),
    (2, "It is fast. It is fast again. WE PROPOSE A TEST."),
]


def test_words_are_found_across_line_ends_hyphens_ligatures_and_capitals() -> None:
    (found,) = find_passages(PAGES, "propose a Compiler")
    assert (found.page, found.quote) == (1, "We propose a compiler.")
    (found,) = find_passages(PAGES, "it is efficient in mem ory")
    assert (found.page, found.found) == (1, "It is e\ufb03cient in memory")


def test_every_place_is_found_with_its_own_sentence() -> None:
    found = find_passages(PAGES, "it is fast")
    assert [one.quote for one in found] == ["It is fast.", "It is fast again."]
    assert {one.page for one in found} == {2}
    assert len(find_passages([(1, "Is it fast? It is fast as fast as can be.")], "fast")) == 2


@pytest.mark.parametrize("words", ["", " ", "a", "nowhere at all", "-" * 50])
def test_what_does_not_stand_there_is_not_found(words: str) -> None:
    assert find_passages(PAGES, words) == []


def test_the_page_of_a_quote_is_found_if_only_one_has_it() -> None:
    assert only_page_with(PAGES, "“We propose a compiler …”") == 1
    assert only_page_with(PAGES, "we propose a") is None
    assert only_page_with(PAGES, "not there") is None


def test_titles_and_the_stamp_of_arxiv_are_no_part_of_a_sentence() -> None:
    text = (
        "A Title of Words\nAda Ahmed\nAbstract\nWe try a thing\nand it works. More\n"
        "arXiv:2401.00001v2  [cs.PL]  3 Jan 2024\n1 Introduction\nCompilers are slow\n2.1 How\nWe"
    )
    assert find_passages([(1, text)], "a thing")[0].quote == "We try a thing and it works."
    assert find_passages([(1, text)], "are slow")[0].quote == "Compilers are slow"


@given(st.text(max_size=60), st.integers(0, 55), st.integers(1, 20))
def test_any_part_of_a_page_is_found_on_it(text: str, start: int, length: int) -> None:
    words = text[start : start + length]
    found = find_passages([(7, text)], words)
    assert {one.page for one in found} <= {7}
    for one in found:
        assert len(one.quote) <= len(text) + 1


def test_four_hundred_pages_are_searched_at_once() -> None:
    text = " ".join(f"word{number} naïve ﬁeld" for number in range(150))
    pages = [(number, text) for number in range(1, 401)]
    began = time.perf_counter()
    find_passages(pages, "nowhere to be found")
    assert time.perf_counter() - began < 2  # 0.1 s on an idle machine


@pytest.mark.django_db
def test_a_quote_without_its_page_gets_it_when_it_is_submitted(reading: Reading, bob: User) -> None:
    store_pages(reading, *(text for _number, text in PAGES))
    ask(reading, *EVERY_KIND)
    answers = {
        "claims": "It is fast.",
        "rigor": 1,
        "line": {"text": "It is fast again.", "page": None},
    }
    for _twice in range(2):
        submit_note(reading=reading, author=bob, answers=answers, based_on=0, at=factories.NOON)

    note = Note.objects.get()
    assert note.answers["line"] == note.draft["line"] == {"text": "It is fast again.", "page": 2}
    assert (note.revisions.count(), note.has_draft) == (1, False)


@pytest.mark.django_db
def test_a_page_that_somebody_gave_or_that_is_unclear_stays(reading: Reading, bob: User) -> None:
    store_pages(reading, *(text for _number, text in PAGES))
    ask(reading, *EVERY_KIND)
    answers: dict[str, Any] = {"line": {"text": "propose a", "page": None}}
    with pytest.raises(Incomplete):
        submit_note(reading=reading, author=bob, answers=answers, based_on=0, at=factories.NOON)
    assert Note.objects.get().draft["line"]["page"] is None
    answers = {"line": {"text": "It is fast again.", "page": 9}}
    with pytest.raises(Incomplete):
        submit_note(reading=reading, author=bob, answers=answers, based_on=1, at=factories.NOON)
    assert Note.objects.get().draft["line"]["page"] == 9


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"text": "It is slow.", "page": None}, "were not found in the text of the paper"),
        ({"text": "propose a", "page": None}, "Say on which page"),
        ({"text": "It is slow.", "page": 3}, "The paper has 2 pages, no p. 3."),
        ({"text": "It is slow.", "page": 2}, ""),
    ],
)
def test_what_the_paper_says_against_a_quote_is_said(
    reading: Reading, bob: User, line: dict[str, Any], problem: str
) -> None:
    store_pages(reading, *(text for _number, text in PAGES))
    reading.paper.versions.update(page_count=2)
    ask(reading, Prompt("line", PromptKind.QUOTE, "A line worth quoting", required=True))
    found = {}
    try:
        submit_note(
            reading=reading, author=bob, answers={"line": line}, based_on=0, at=factories.NOON
        )
    except Incomplete as refusal:
        found = refusal.problems

    assert problem in found.get("line", "")
    assert bool(problem) == bool(found)
