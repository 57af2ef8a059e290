"""Reading lists that hypothesis makes."""

from __future__ import annotations

from hypothesis import strategies as st

from readings.exports.term import Shelf
from readings.imports.understood import Entry, Identifiers
from readings.papers.identifiers import parse_identifier
from tests.exports.courses import WORKS, links, texts, work_of_identity

ANNOTATIONS = [
    "",
    "",
    "- a point\n- another\n  - and one below it",
    "A paragraph, with a [link](https://example.org/x).\n\nAnother one.",
    "> quoted\n> words",
    "# No heading",
    "```\ncode - with\n  spaces\n```",
    "- [slides](https://example.org/s.pdf)",
    "Ann Lee, OSDI 2018",
    "1. first\n2. second",
    "中文的说明；",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "<!-- hidden -->",
    "    indented code",
    "[ref]: https://example.org",
    "***",
    "arXiv:1706.03762 and https://arxiv.org/abs/1910.02054",
]
SECTIONS = [[], ["Papers"], ["Papers", "New: ones"], ["Contents"], ["阅读"], ["A | B *c*"]]


@st.composite
def shelves(draw: st.DrawFn) -> Shelf:
    """A list of a few sections; entries below entries, with and without works."""
    entries: list[Entry] = []
    works = {}
    for section in draw(st.permutations(SECTIONS))[: draw(st.integers(1, 3))]:
        first = len(entries)
        for _ in range(draw(st.integers(1, 4))):
            inside = list(range(first, len(entries)))
            parent = draw(st.none() | st.sampled_from(inside)) if inside else None
            url = draw(st.none() | st.sampled_from(WORKS))
            identifier = parse_identifier(url) if url else None
            identifiers: Identifiers = {}
            if identifier:
                identifiers[identifier.kind.value] = identifier.value
            entry = Entry(
                line=1,
                section=section,
                title=draw(texts(100)) if not identifier else draw(st.none() | texts(100)),
                authors=draw(st.none() | texts(40)),
                venue=draw(st.none() | texts(30)),
                year=draw(st.none() | st.integers(1950, 2030)),
                identifiers=identifiers,
                links=draw(st.lists(links, max_size=2, unique_by=lambda link: link.url)),
                annotation=draw(st.sampled_from(ANNOTATIONS)),
                parent=parent,
            )
            if entry.identity:
                works[entry.identity] = work_of_identity(entry.identity)
            entries.append(entry)
    return Shelf(draw(texts(60)), entries, works)
