"""What holds for any list: nothing is lost, and nothing in it raises or takes long."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readings.imports.lists.reading import Lists, read_lists
from readings.imports.parsers.markdown_table import read_markdown
from readings.papers.identifiers import find_identifiers


def lists(text: str) -> Lists:
    return read_lists(text, read_markdown(text), schedule_tables=())


ids = st.integers(0, 99_999).map(lambda number: f"2101.{number:05d}")
word = st.one_of(
    st.integers(0, 9_999).map("word{}x".format),
    st.integers(0, 9_999).map("Name{}x".format),
    st.sampled_from(
        ["of", "and", "编译器", "2020", "et al.,", "by", "(OSDI 2018)", "-", ":", "**"]
    ),
)
words = st.lists(word, min_size=1, max_size=5).map(" ".join)
link = st.builds(
    "{0}({1}https://arxiv.org/{2}/{3})".format,
    st.one_of(
        st.sampled_from(["[pdf]", "[[paper]]", "[1]", "[slides]"]),
        st.integers(0, 9_999).map("[A Tale of Link{}x]".format),
    ),
    st.sampled_from(["", " "]),
    st.sampled_from(["abs", "pdf"]),
    ids,
)
bare = ids.map("https://arxiv.org/abs/{}".format)
bullet = st.builds(
    lambda mark, indent, pieces: f"{'  ' * indent}{mark} {' '.join(pieces)}",
    st.sampled_from(["-", "*", "1.", "- [ ]"]),
    st.integers(0, 3),
    st.lists(st.one_of(words, link, bare), min_size=1, max_size=4),
)
other = st.sampled_from(["", "", "## Heading", "> quoted", "Prose between.", "```\ncode\n```"])
documents = st.lists(st.one_of(bullet, bullet, bullet, other), max_size=14).map("\n".join)


@settings(max_examples=80, deadline=None)
@given(st.lists(bullet, min_size=1, max_size=10).map("\n".join))
def test_every_arxiv_id_in_a_bullet_is_an_entry(text: str) -> None:
    written = {str(found.identifier.value) for found in find_identifiers(text)}
    assert {str(entry.identifiers.get("arxiv")) for entry in lists(text).entries} >= written


@settings(max_examples=80, deadline=None)
@given(st.lists(bullet, min_size=1, max_size=10).map("\n".join))
def test_no_words_of_a_bullet_are_lost(text: str) -> None:
    found = lists(text)
    kept = " ".join(
        f"{entry.title} {entry.authors} {entry.venue} {entry.annotation} "
        f"{' '.join(link.label or '' for link in entry.links)}"
        for entry in found.entries
    )
    for one in re.findall(r"(?:word|Name|Link)\d+x", text):
        assert one in kept


@settings(max_examples=80, deadline=None)
@given(documents)
def test_parents_stand_before_their_children_in_the_same_section(text: str) -> None:
    entries = lists(text).entries
    for place, entry in enumerate(entries):
        assert entry.title or entry.identifiers
        if entry.parent is not None:
            assert entry.parent < place
            assert entries[entry.parent].section == entry.section
            assert entries[entry.parent].line <= entry.line
    assert [entry.line for entry in entries] == sorted(entry.line for entry in entries)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="-*+1. #>[]()!`|_<>\\\n\t ahttps:/arxiv.org&;\u00a0é等", max_size=200))
def test_no_text_raises(text: str) -> None:
    for entry in lists(text).entries:
        assert entry.title or entry.identifiers


HOSTILE = {
    "brackets": ("- " + "[" * 90 + "\n") * 500,
    "nested bullets": "\n".join("  " * depth + "- a" for depth in range(300)),
    "bullets in one line": ("- " * 500 + "a\n") * 10,
    "nested code": "".join(f"{' ' * depth}- [x](https://y.org)\n" for depth in range(4, 400, 2)),
    "one long bullet": "- " + " ".join(f"https://arxiv.org/abs/2101.{n:05d}" for n in range(4_000)),
    "emphasis": "- " + "*a **b " * 10_000,
    "half links": "- " + "a](b" * 10_000,
    "open parentheses": "- [x](" + "(" * 20_000,
    "badges": "- " + "[![a](b)](c)" * 5_000,
    "quotes in quotes": ("> " * 300 + "a\n") * 20,
    "alternating lists": "1. a\n- b\n" * 1_000,
    "capitals": ("- " + "Aaaa " * 110 + "\n") * 200,
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_lists_are_read_in_little_time(name: str) -> None:
    started = time.process_time()
    lists(HOSTILE[name])
    assert time.process_time() - started < 5


def test_an_id_beyond_what_is_read_of_a_bullet_is_no_reason_to_fail() -> None:
    found = lists(HOSTILE["one long bullet"])
    assert len(found.entries) == 4_000
    assert found.entries[-1].annotation == ""
