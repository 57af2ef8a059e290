"""Citations as lists write them beside a title."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readings.imports.wording.citations import (
    Citation,
    leading_citation,
    read_citation,
    trailing_citation,
)


@pytest.mark.parametrize(
    ("text", "authors", "venue", "year"),
    [
        ("Chen et al., OSDI 2018", "Chen et al.", "OSDI", 2018),
        ("by Ann Lee, Bo Roe et al., ASPLOS 2023", "Ann Lee, Bo Roe et al.", "ASPLOS", 2023),
        ("by Ann Lee et al. OOPSLA 2020", "Ann Lee et al.", "OOPSLA", 2020),
        ("(2015), G. Lee et al.", "G. Lee et al.", None, 2015),
        ("M. Lee and R. Roe", "M. Lee and R. Roe", None, None),
        ("Morgan, K. & Muchnick, S.", "Morgan, K. & Muchnick, S.", None, None),
        ("Lee et al., 2020", "Lee et al.", None, 2020),
        ("Google", "Google", None, None),
        ("ICML'20", None, "ICML", 2020),
        ("[OSDI 22]", None, "OSDI", 2022),
        ("CVPR 2021 (Oral)", None, "CVPR, Oral", 2021),
        ("2021-03-04", None, None, 2021),
        ("Ann Lee, Bo Roe. Nature 2015", "Ann Lee, Bo Roe", "Nature", 2015),
        ("Advances in neural information processing systems (2012)", None,
         "Advances in neural information processing systems", 2012),
        ("Authors: Ann Lee, Bo Roe", "Ann Lee, Bo Roe", None, None),
        ("陈天奇等, OSDI 2018", "陈天奇等", "OSDI", 2018),
    ],
)  # fmt: skip
def test_a_citation_says_who_where_and_when(
    text: str, authors: str | None, venue: str | None, year: int | None
) -> None:
    assert read_citation(text) == Citation(authors, venue, year)


@pytest.mark.parametrize(
    "text",
    [
        "Introduces the stack",
        "LLVM Developer Meetings",
        "Google AI Blog",
        "MLSys (Machine Learning and Systems)",
        "Compiler techniques",
        "Fall 2020",
        "OSDI papers are long",
        "写的很详细，等等",
        "",
        "—",
    ],
)
def test_words_about_a_work_are_no_citation(text: str) -> None:
    assert read_citation(text) is None


def test_a_citation_ends_a_title() -> None:
    title, citation = trailing_citation("A Tale of Tensors, Lee et al., NeurIPS 2017")
    assert title == "A Tale of Tensors"
    assert citation == Citation("Lee et al.", "NeurIPS", 2017)


@pytest.mark.parametrize(
    "title",
    [
        "Conf 2020 - Tutorials - Bring Your Own Codegen",
        "Codebase Walkthrough by Example",
        "Ann Lee: Herding Tensors",
        "Open Meeting 2022-01-27: Introduction",
    ],
)
def test_a_title_that_only_looks_like_one_stays_whole(title: str) -> None:
    assert trailing_citation(title) == (title, None)


def test_words_follow_a_citation() -> None:
    citation, rest = leading_citation("by Lee et al., OSDI 2018 - tells how.")
    assert citation == Citation("Lee et al.", "OSDI", 2018)
    assert rest == "tells how."


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="Aa B.,;()[]'20189 &é等-–:et al by", max_size=80))
def test_any_words_are_read_and_nothing_is_made_up(text: str) -> None:
    citation = read_citation(text)
    if citation and citation.authors:
        assert citation.authors.rstrip(")").split()[0].strip(",;&") in text
    before, _ = trailing_citation(text)
    assert before in text
