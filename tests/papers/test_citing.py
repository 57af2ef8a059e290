"""Short authors, keys and BibTeX."""

from __future__ import annotations

import pytest

from readings.papers.citing import bibtex, cite_key, short_authors
from readings.papers.models import Paper

TVM = Paper(
    arxiv_id="1802.04799",
    title="TVM: 100% of $O(n)$ & more",
    authors=["Tianqi Chen", "Thierry Moreau"],
    year=2018,
    primary_category="cs.LG",
)


@pytest.mark.parametrize(
    ("authors", "line"),
    [
        ([], ""),
        (["Ada Ahmed"], "Ahmed"),
        (["Ada Ahmed", "Ben Brown"], "Ahmed and Brown"),
        (["A A", "B B", "C C", "D D"], "A, B, C and D"),
        (["A A", "B B", "C C", "D D", "E E"], "A, B, C and 2 more"),
        (["王小明"], "王小明"),
    ],
)
def test_authors_in_a_line(authors: list[str], line: str) -> None:
    assert short_authors(authors) == line


def test_key_is_author_year_and_first_word() -> None:
    assert cite_key(TVM) == "chen2018tvm"
    assert cite_key(Paper(authors=["Jörg Müller"], year=2020, title="The Étude")) == (
        "muller2020etude"
    )
    assert cite_key(Paper(doi="10.1145/1.2", authors=[], title="编译器")) == "doi101145" + "12"


def test_entry_escapes_what_tex_would_misread_and_keeps_formulas() -> None:
    entry = bibtex(TVM)
    assert entry.startswith("@misc{chen2018tvm,\n")
    assert r"title = {{TVM: 100\% of $O(n)$ \& more}}" in entry
    assert "author = {Tianqi Chen and Thierry Moreau}" in entry
    assert "eprint = {1802.04799}" in entry
    assert entry.count("{") == entry.count("}")


def test_braces_cannot_break_out_of_an_entry() -> None:
    entry = bibtex(Paper(url="https://x.example/", title="}, note={", authors=["A}B"]))
    assert entry.count("{") == entry.count("}")
