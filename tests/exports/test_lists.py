"""A reading list as Markdown, and that it is read back as what it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from readings.exports.lists import list_markdown
from readings.exports.term import Shelf, Work
from readings.imports.parsing import parse
from readings.imports.understood import Entry, Link
from tests.exports.shelves import shelves
from tests.shared import shared

DSPY = ("arxiv", "2310.03714")
WORKS = {DSPY: Work("DSPy: Compiling Calls", "https://arxiv.org/abs/2310.03714")}


def told(entries: list[Entry], works: dict[tuple[str, str], Work]) -> list[object]:
    """What a list says, without lines and order of links; parents by their titles' places."""
    return [
        (
            entry.section,
            _news(entry, works),
            entry.authors,
            entry.venue,
            entry.year,
            entry.identity,
            entry.annotation,
            sorted((link.url, link.role) for link in entry.links if not _is_own(link, entry)),
        )
        for entry in entries
    ]


def _news(entry: Entry, works: dict[tuple[str, str], Work]) -> str | None:
    work = works.get(entry.identity) if entry.identity else None
    return None if work and _letters(work.title) == _letters(entry.title) else entry.title


def _letters(text: str | None) -> str:
    return "".join(filter(str.isalnum, (text or "").casefold()))


def _is_own(link: Link, entry: Entry) -> bool:
    work = WORKS.get(entry.identity) if entry.identity else None
    return link.role == "paper" or (work is not None and link.url == work.url)


def in_order(shelf: Shelf) -> list[Entry]:
    """The entries as a document has them: without a section first, then each with its own."""
    roots = [one for one in shelf.entries if one.parent is None]
    roots.sort(key=lambda one: bool(one.section))

    def with_all_below(entry: Entry) -> list[Entry]:
        place = next(n for n, one in enumerate(shelf.entries) if one is entry)
        below = [one for one in shelf.entries if one.parent == place]
        return [entry, *(found for one in below for found in with_all_below(one))]

    return [found for root in roots for found in with_all_below(root)]


def bullets(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def entry(title: str | None = None, **fields: object) -> Entry:
    return Entry(line=1, title=title, **fields)  # type: ignore[arg-type]


def test_a_work_is_a_link_and_what_else_there_is_stands_beside_it() -> None:
    slides = Link("https://example.org/s.pdf", "slides", "slides")
    one = entry(
        "DSPy", identifiers={"arxiv": "2310.03714"}, authors="Khattab et al.", year=2023,
        links=[Link("https://arxiv.org/pdf/2310.03714", "paper", "DSPy"), slides],
        annotation="- read this first",
    )  # fmt: skip

    text = list_markdown(Shelf("The shelf", [one], WORKS))

    assert text == (
        "# The shelf\n"
        "- [DSPy](https://arxiv.org/pdf/2310.03714) [[slides]](https://example.org/s.pdf)"
        " (Khattab et al., 2023)\n"
        "  - read this first\n"
    )


def test_words_stand_in_bold_and_entries_below_their_parents() -> None:
    first = entry("Compilers", section=["Topics"])
    second = entry(None, section=["Topics"], identifiers={"arxiv": "2310.03714"}, parent=0)

    text = list_markdown(Shelf("The shelf", [first, second], WORKS))

    assert bullets(text) == [
        "- **Compilers**",
        "  - [DSPy: Compiling Calls](https://arxiv.org/abs/2310.03714)",
    ]
    assert "\n## Topics\n" in text


def test_what_a_plain_bullet_cannot_say_is_said_in_a_comment() -> None:
    one = entry("Ann Lee, OSDI 2018", annotation="- [A title](https://example.org/a)")

    text = list_markdown(Shelf("The shelf", [one]))

    assert "Ann Lee, OSDI 2018 <!-- Seminar: entry -->" in text
    (read,) = parse(text).entries
    assert (read.title, read.annotation) == (one.title, one.annotation)


def test_an_empty_list_says_so() -> None:
    assert list_markdown(Shelf("The shelf")) == "# The shelf\n\nNothing is on this list yet.\n"


@settings(max_examples=25)
@given(shelves())
def test_whatever_is_exported_is_read_back(shelf: Shelf) -> None:
    works = dict(shelf.works)
    read = parse(list_markdown(shelf)).entries

    assert told(read, works) == told(in_order(shelf), works)
    wanted = in_order(shelf)
    parents = [wanted.index(shelf.entries[one.parent]) if one.parent is not None else None
               for one in wanted]  # fmt: skip
    assert [one.parent for one in read] == parents


@pytest.mark.parametrize(
    "name",
    [
        "seeds/000_5f8e392138c46e7c.txt",
        "seeds/001_8206c03c49963ab5.txt",
        "seeds/002_ecee794594d28bcc.txt",
        "seeds/003_91d0f3791e2ec6b8.txt",
        "data/lists/awesome_tensor_compilers.md",
    ],
)
def test_a_real_list_is_read_back(name: str) -> None:
    entries = parse(shared(name).read_text()).entries

    read = parse(list_markdown(Shelf("The shelf", entries))).entries

    assert told(read, {}) == told(entries, {})
    assert [one.parent for one in read] == [one.parent for one in entries]
