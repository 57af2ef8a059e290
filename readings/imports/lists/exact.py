"""Entries of a list that say in a comment what they mean, so that nothing has to be guessed.

An export writes such a bullet where a plain one would be read differently:
``- [A title](https://...) *Ann*, *2020* <!-- Seminar: entry, linked, authors, year, paper -->``.
What is indented below it is its annotation, up to the bullets with such a comment that belong to
it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from readings.imports.understood import Entry, Link
from readings.imports.wording.links import identifiers_of
from readings.papers.identifiers import parse_identifier

#: Columns by which what belongs to an entry is indented.
INDENT: Final = 2
ROLES: Final = (
    "paper", "pdf", "slides", "video", "code", "post", "thesis", "docs", "course", "book", "forum",
    "notes", "other",
)  # fmt: skip
HEADING_MARK: Final = "<!-- Seminar: section -->"

_BULLET = re.compile(r"(?P<indent> *)- (?P<words>.*?) ?<!-- Seminar: entry(?P<said>[a-z, ]*)-->\s*")


class _Grammar(MarkdownIt):
    def normalizeLink(self, url: str) -> str:  # noqa: N802
        """Links stay as they were written."""
        return url


_grammar = _Grammar("commonmark")


@dataclass(frozen=True)
class EntryMark:
    """What a comment says of its entry, beside the words that can be seen."""

    is_linked: bool = False  # the title is the first link's
    is_named: bool = True  # the title is one the list gave, and not that of the work
    is_words: bool = False  # there are links, and none of them is a work
    cited: Sequence[str] = ()  # of authors, venue and year those that are there, in this order
    roles: Sequence[str] = ()  # of the links, in their order


@dataclass
class _Said:
    """The parts of a line: its first words, links, and what is emphasised."""

    words: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)  # label and address
    emphasised: list[str] = field(default_factory=list)


def is_marked(line: str) -> bool:
    """Whether a line is a bullet that says what it means."""
    return "Seminar: entry" in line and _BULLET.fullmatch(line) is not None


def is_marked_section(content: str) -> bool:
    """Whether a heading is to be taken as it stands."""
    return HEADING_MARK in content


def write_entry_mark(mark: EntryMark) -> str:
    """The comment that is read back."""
    words = ["entry"]
    words += ["linked"] if mark.is_linked else []
    words += [] if mark.is_named else ["unnamed"]
    words += ["words"] if mark.is_words else []
    return f"<!-- Seminar: {', '.join([*words, *mark.cited, *mark.roles])} -->"


def marked_entries(
    lines: Sequence[str], first: int, end: int, section: Sequence[str]
) -> Iterator[tuple[Entry, int | None]]:
    """The entries in lines ``[first, end)``, each with the place of its parent among them."""
    above: list[tuple[int, int]] = []  # indentation and place of what the next may belong to
    entry: Entry | None = None
    said: list[str] = []
    indent, place = 0, -1
    for number in range(first, end):
        line = lines[number]
        match = _BULLET.fullmatch(line) if "Seminar: entry" in line else None
        if match is None:
            said.append(line[indent + INDENT :] if line[: indent + INDENT].isspace() else line)
            continue
        if entry is not None:
            entry.annotation = _text(said)
            yield entry, _parent(above, place)
        place += 1
        indent, said = len(match["indent"]), []
        while above and above[-1][0] >= indent:
            above.pop()
        above.append((indent, place))
        entry = _entry(match["words"], match["said"], number + 1, section)
    if entry is not None:
        entry.annotation = _text(said)
        yield entry, _parent(above, place)


def _parent(above: Sequence[tuple[int, int]], place: int) -> int | None:
    """The place of the last but one: the last is the entry itself."""
    return above[-2][1] if len(above) > 1 and above[-1][1] == place else None


def _text(lines: Sequence[str]) -> str:
    return "\n".join(line if line.strip() else "" for line in lines).strip("\n")


def _read_mark(words: str) -> EntryMark:
    said = [word.strip() for word in words.split(",")]
    return EntryMark(
        is_linked="linked" in said,
        is_named="unnamed" not in said,
        is_words="words" in said,
        cited=[word for word in ("authors", "venue", "year") if word in said],
        roles=[word for word in said if word in ROLES],
    )


def _entry(words: str, marked: str, line: int, section: Sequence[str]) -> Entry:
    mark, said = _read_mark(marked), _said(words)
    links = [
        Link(url, role, label or None)
        for (label, url), role in zip(
            said.links, [*mark.roles, *["other"] * len(said.links)], strict=False
        )
    ]
    title = said.links[0][0] if mark.is_linked and said.links else said.words
    cited = dict(zip(mark.cited, said.emphasised, strict=False))
    work = parse_identifier(links[0].url) if links and not mark.is_words else None
    year = cited.get("year", "")
    return Entry(
        line=line,
        section=list(section),
        title=(title or None) if mark.is_named else None,
        authors=cited.get("authors"),
        venue=cited.get("venue"),
        year=int(year) if year.isdecimal() and len(year) <= 4 else None,
        identifiers=identifiers_of(work) if work else {},
        links=links,
    )


def _said(words: str) -> _Said:
    """The parts of a line, with nothing looked for in its words."""
    tokens: list[Token] = []
    _grammar.inline.parse(words, _grammar, {}, tokens)
    said, text = _Said(), ""
    url: str | None = None
    for token in tokens:
        if token.type in {"link_open", "em_open"}:
            if not said.links and not said.emphasised:
                said.words = text.strip()
            url = str(token.attrGet("href")) if token.type == "link_open" else None
            text = ""
        elif token.type == "link_close":
            said.links.append((text.strip(), url or ""))
            text = ""
        elif token.type == "em_close":
            said.emphasised.append(text.strip())
            text = ""
        else:
            text += token.content
    if not said.links and not said.emphasised:
        said.words = text.strip()
    return said
