"""Which words are a work's title, and how likely a paper is that work."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readings.reading_lists.matching import (
    PROPOSED_FROM,
    TAKEN_FROM,
    author_agrees,
    confidence,
    could_be_on_arxiv,
    looks_like_work,
    surname,
)

TVM = "TVM: An Automated End-to-End Optimizing Compiler for Deep Learning"


@pytest.mark.parametrize(
    ("title", "authors", "venue", "year"),
    [
        (TVM, "Chen et al.", "OSDI", 2018),
        (TVM, "", "", None),
        ("Attention Is All You Need", "", "", None),
        ("Equality Saturation", "Tate et al.", "", 2009),
        ("Efficient Inference", "", "MLSys", 2022),
        ("Halide", "Ragan-Kelley et al.", "", None),
    ],
)
def test_works_are_looked_for(title: str, authors: str, venue: str, year: int | None) -> None:
    assert looks_like_work(title=title, authors=authors, venue=venue, year=year)


@pytest.mark.parametrize(
    "title",
    [
        "TVM",
        "Google AI Blog",
        "The NVIDIA Technical Developer Blog",
        "LLVM Discussion Groups",
        "Stanford CS217: Hardware Accelerators for Machine Learning",
        "XLA Overview and Tutorials",
        "MLSys (Machine Learning and Systems)",
        "Basic understanding of networks and compilers.",
        "Intel OpenVino + oneDNN",
        "深度学习编译器",
        "1234 5678 90 12",
        "I recommend to read all of this, as it says what compilers did before there were large "
        "models, and why nearly all of what they did then is done by runtimes now.",
        "",
    ],
)
def test_what_is_no_work_is_not(title: str) -> None:
    assert not looks_like_work(title=title)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Chen et al.", "chen"),
        ("T. Chen", "chen"),
        ("Chen, Tianqi", "chen"),
        ("Tianqi Chen, Thierry Moreau", "chen"),
        ("Vaswani, A., Shazeer, N.", "vaswani"),
        ("Norman P. Jouppi, Jr.", "jouppi"),
        ("Müller & Groß", "muller"),
        ("Lattner and Adve", "lattner"),
        ("", ""),
        ("et al.", ""),
    ],
)
def test_the_first_surname_is_found_however_names_are_written(written: str, name: str) -> None:
    assert surname(written) == name


def score(**fields: object) -> int:
    said: dict[str, object] = {
        "title": TVM,
        "authors": "Chen et al.",
        "year": 2018,
        "found_title": TVM,
        "found_authors": ["Tianqi Chen", "Thierry Moreau"],
        "found_year": 2018,
    }
    return confidence(**said | fields)  # type: ignore[arg-type]


def test_the_same_work_is_certain() -> None:
    assert score() == 100
    assert score(title="TVM - an automated end to end optimizing compiler for deep-learning") == 100
    assert score(year=2019) == 100


def test_what_is_not_named_is_proposed_and_not_taken() -> None:
    assert PROPOSED_FROM <= score(authors="") < TAKEN_FROM


def test_another_author_or_another_decade_is_hardly_the_same_work() -> None:
    assert PROPOSED_FROM <= score(authors="Lattner et al.") < TAKEN_FROM
    assert PROPOSED_FROM <= score(year=2004) < TAKEN_FROM
    assert score(authors="Lattner et al.", year=2004) < PROPOSED_FROM


def test_a_subtitle_that_one_leaves_out_costs_a_little() -> None:
    found = "Attention Is All You Need: Transformers Explained Again"
    said = score(title="Attention is all you need", found_title=found, authors="Chen")
    assert PROPOSED_FROM <= said < TAKEN_FROM
    assert score(title="TVM") < PROPOSED_FROM


def test_another_title_is_no_proposal() -> None:
    assert score(found_title="Relay: A High-Level Compiler for Deep Learning") < PROPOSED_FROM


def test_years_that_arxiv_cannot_have_are_not_asked_for() -> None:
    assert could_be_on_arxiv(None)
    assert could_be_on_arxiv(2009)
    assert not could_be_on_arxiv(1965)


texts = st.text(max_size=80)


@settings(max_examples=60)
@given(texts, texts, st.none() | st.integers(0, 3000), texts, st.lists(texts, max_size=3))
def test_any_words_have_a_confidence(
    title: str, authors: str, year: int | None, found: str, names: list[str]
) -> None:
    likely = confidence(
        title=title,
        authors=authors,
        year=year,
        found_title=found,
        found_authors=names,
        found_year=2018,
    )
    assert 0 <= likely <= 100
    looks_like_work(title=title, authors=authors, year=year)
    if likely >= TAKEN_FROM:
        assert author_agrees(authors, names)


@settings(max_examples=60)
@given(st.lists(st.from_regex(r"[A-Za-z]{2,9}", fullmatch=True), min_size=4, max_size=9))
def test_a_title_is_itself_whatever_its_case_and_punctuation(words: list[str]) -> None:
    title = " ".join(words)
    other = "-".join(words).upper() + "."
    same = confidence(
        title=title,
        authors="A. Author",
        year=2020,
        found_title=other,
        found_authors=["Ann Author"],
        found_year=2020,
    )
    assert same == 100
