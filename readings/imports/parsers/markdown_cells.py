"""Cells of a Markdown table: their words, links and line breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from readings.imports.schedules.exact import MARK
from readings.imports.tables import Anchor, Cell, Part, Words
from readings.papers.identifiers import canonical_url, find_identifiers

# The grammar of links takes quadratic time on hostile input, so that longer cells, and more of them
# than these characters in a document, are not read by it.
MAX_CELL_LENGTH = 4_000
MAX_CELL_BRACKETS = 100
MAX_WHOLE_LENGTH = 400_000

_LINE_BREAK = re.compile(r"</?\s*br\s*/?\s*>", re.IGNORECASE)
_HREF = re.compile(r"<a\s[^>]*?href\s*=\s*[\"']?(https?://[^\"'\s>]+)", re.IGNORECASE)
_MARKUP = re.compile(r"[\[<`*_\\]|&#?\w")
_BOLD = re.compile(r"(\*\*|__)(?:(?!\1).)+\1")
# Cells made only of words, links without brackets in them, "[words]" and line breaks, which is how
# nearly all are; reading them by this takes a tenth of the time of the whole grammar.
_SIMPLE_PIECE = re.compile(
    r"(?P<words>(?:[^\[\]<>`*_\\!&]|&(?!#?\w)|!(?!\[))+)"
    r"|\[(?P<label>[^\[\]<>`*_\\!&]+)\]\((?P<url>https?://[^\s()<>&\\]+)\)"
    r"|(?P<break><br\s*/?>)"
    r"|(?P<bracket>\[[^\[\]<>`*_\\!&]*\])(?![(\[])",
    re.IGNORECASE,
)
_SIMPLE_BOLD = re.compile(r"\*\*(\w(?:[^\[\]<>`*_\\!&]*\w)?)\*\*")


class _Grammar(MarkdownIt):
    def normalizeLink(self, url: str) -> str:  # noqa: N802
        """Links stay as they were written."""
        return url


_grammar = _Grammar("commonmark", {"html": True})


class CellTooLongError(Exception):
    """A cell takes too long to be read."""


class CellReader:
    """Reads the cells of one document, whose references ``env`` holds."""

    def __init__(self, env: dict[str, Any]) -> None:
        self.env = env
        self.left = MAX_WHOLE_LENGTH

    def read(self, content: str) -> Cell:
        """The cell that ``content`` writes, or ``CellTooLongError``."""
        if not content:
            return Cell()
        if not _MARKUP.search(content):
            return Cell(parts=(joined([Words(content)]),))
        cell = None if self.env.get("references") else simple_cell(content)
        if cell is not None:
            return cell
        self.left -= len(content)
        if (
            len(content) > MAX_CELL_LENGTH
            or content.count("[") > MAX_CELL_BRACKETS
            or self.left < 0
        ):
            raise CellTooLongError
        return whole_cell(content, self.env)


def simple_cell(content: str) -> Cell | None:
    """The cell if it is of the simple kind, and None if it needs the whole grammar."""
    bold = _SIMPLE_BOLD.fullmatch(content)
    if bold:
        return Cell(parts=(joined([Words(bold[1])]),), is_bold=True)
    reader, end = _Reader(), 0
    for match in _SIMPLE_PIECE.finditer(content):
        if match.start() != end:
            return None
        end = match.end()
        if match["url"]:
            reader.parts[-1].append(Anchor(_clean(match["label"]), match["url"]))
        elif match["break"]:
            reader.parts.append([])
        else:
            reader.add(match.group())
    if end != len(content):
        return None
    return Cell(parts=tuple(joined(part) for part in reader.parts))


def whole_cell(content: str, env: dict[str, Any]) -> Cell:
    """The cell as markdown-it's inline grammar reads it; ``env`` holds the references."""
    tokens: list[Token] = []
    _grammar.inline.parse(content, _grammar, env, tokens)
    reader = _Reader()
    for token in tokens:
        reader.read(token)
    reader.close()
    is_bold = _BOLD.fullmatch(content) is not None
    if reader.mark is not None:
        return Cell(parts=tuple(map(tuple, reader.parts)), mark=reader.mark)
    return Cell(parts=tuple(joined(part) for part in reader.parts), is_bold=is_bold)


@dataclass
class _Reader:
    """Goes through the tokens of a cell, in a link or outside one.

    After a ``mark`` words are words: no addresses are looked for in them, no brackets dropped.
    """

    parts: list[list[Words | Anchor]] = field(default_factory=lambda: [[]])
    mark: str | None = None
    url: str | None = None
    label: list[str] = field(default_factory=list)

    def read(self, token: Token) -> None:
        if token.type == "link_open":
            self.open(str(token.attrGet("href") or ""))
        elif token.type == "link_close":
            self.close()
        elif token.type == "html_inline":
            self.read_html(token.content)
        elif token.type in {"softbreak", "hardbreak"}:
            self.add(" ")
        elif token.type in {"text", "text_special", "code_inline", "image"}:
            self.add(token.content)

    def read_html(self, tag: str) -> None:
        """Line breaks and links; other tags are dropped, what they enclose is not."""
        if (comment := MARK.fullmatch(tag)) is not None:
            self.mark = comment[1]
        elif _LINE_BREAK.fullmatch(tag):
            self.close()
            self.parts.append([])
        elif (match := _HREF.match(tag)) is not None:
            self.open(match[1])
        elif tag.lower().startswith("</a"):
            self.close()

    def open(self, url: str) -> None:
        self.close()
        self.url = url

    def close(self) -> None:
        if self.url is not None:
            label = "".join(self.label)
            clean = " ".join(label.split()) if self.mark is not None else _clean(label)
            self.parts[-1].append(Anchor(clean, self.url))
        self.url, self.label = None, []

    def add(self, text: str) -> None:
        if self.url is None:
            self.parts[-1].append(Words(text))
        else:
            self.label.append(text)


def joined(pieces: Sequence[Words | Anchor]) -> Part:
    """Neighbouring words as one, and the addresses and ids among them as links."""
    joined: list[Words | Anchor] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if isinstance(piece, Words) and isinstance(last, Words):
            joined[-1] = Words(last.text + piece.text)
        else:
            joined.append(piece)
    return tuple(
        smaller
        for piece in joined
        for smaller in (_linked(piece.text) if isinstance(piece, Words) else [piece])
    )


def _linked(text: str) -> Iterator[Words | Anchor]:
    end = 0
    for found in find_identifiers(text, urls=True):
        if text[end : found.start].strip():
            yield Words(text[end : found.start])
        spelling = text[found.start : found.end]
        yield Anchor("", spelling if "://" in spelling else canonical_url(found.identifier))
        end = found.end
    if text[end:].strip():
        yield Words(text[end:])


def _clean(label: str) -> str:
    """The words of a link without the brackets of "[[pdf]](...)"."""
    label = " ".join(label.split())
    if label.startswith("[") and label.endswith("]"):
        return label[1:-1].strip()
    return label
