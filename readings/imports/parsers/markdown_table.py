"""Tables of Markdown (GitHub's, https://github.github.com/gfm/#tables-extension-).

The blocks of the document come from markdown-it; cells are parsed one by one, and only those of
tables, so that a long document costs what its tables cost.  Lists are not needed here and are left
out of the grammar, for they are what takes time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from readings.imports.parsers.markdown_cells import CellReader, CellTooLongError
from readings.imports.parsers.table_block import TOKEN, RawTable, split_row, use_whole_tables
from readings.imports.tables import Cell, Document, Row, Table
from readings.imports.understood import Problem

#: A course has a hundred rows, of ten columns, and a reading list 5,000 entries at most.
MAX_ROWS = 6_000
MAX_COLUMNS = 50
#: In so many lines a title stands.
_TITLE_WITHIN = 2_000

_RULES = ["table", "code", "fence", "blockquote", "heading", "html_block", "reference", "paragraph"]
_DASHES = re.compile(r":?-+:?")
_NOT_IN_HEAD = re.compile(r"\d|\]\(|<br")
_BULLET = re.compile(r"(?:[-*+]|\d{1,4}[.)])\s")
_PIPE = re.compile(r"(?<!\\)\|")
_ALNUM = re.compile(r"\w")


_grammar = MarkdownIt("commonmark", {"html": True}).enable("table")
use_whole_tables(_grammar)
_grammar.block.ruler.enableOnly(_RULES)
_grammar.core.ruler.disable(["inline", "text_join"])


def read_markdown(text: str) -> Document:
    """The tables of a Markdown document, its title and what was wrong with the tables.

    Lines are counted from 1 as the document has them.  A table without its line of dashes, or one
    that goes on after a blank line, is read as well, and said to be so.
    """
    env: dict[str, Any] = {}
    lines = text.split("\n")
    # Without a pipe there is no table, and only the title is looked for.
    tokens = _grammar.parse(text if "|" in text else "\n".join(lines[:_TITLE_WITHIN]), env)
    tables = _Tables(Document(lines=lines), CellReader(env))
    for before, token in pairwise([*tokens[:1], *tokens]):
        if token.type == TOKEN:
            tables.read_table(token.meta[TOKEN])
        elif before.type == "heading_open":
            tables.read_title(token)
        elif before.type == "paragraph_open":
            tables.read_loose_rows(token)
    return tables.document


class _Tables:
    """Collects the tables of one document."""

    def __init__(self, document: Document, cells: CellReader) -> None:
        self.document, self.cells = document, cells
        self.rows_left = MAX_ROWS

    def read_title(self, heading: Token) -> None:
        """The first heading is the title."""
        if self.document.title is None:
            text = self.read_cell(heading.content, _line(heading)).text
            self.document.title = " ".join(text.split()) or None

    def read_table(self, raw: RawTable) -> None:
        """A table as the grammar knows it."""
        head = self.read_head(raw.head, raw.line)
        rows = [
            row
            for line, cells, surplus in raw.rows
            for row in self.read_row(cells, " | ".join(surplus), line)
        ]
        self.document.tables.append(Table(raw.line, head, tuple(rows)))

    def read_loose_rows(self, paragraph: Token) -> None:
        """Rows that the grammar takes for a paragraph: no line of dashes stands above them."""
        if "|" not in paragraph.content:
            return
        first = _line(paragraph)
        loose = [
            (first + offset, split_row(line))
            for offset, line in enumerate(paragraph.content.split("\n"))
            if _is_row(line)
        ]
        dashes = next((n for n, (_, row) in enumerate(loose) if _is_delimiter(row)), None)
        head: tuple[str, ...] = ()
        if dashes:
            line, contents = loose[dashes - 1]
            head, loose = self.read_head(contents, line), loose[dashes + 1 :]
        elif len(loose) > 1 and _looks_like_head(loose[0][1]):
            (line, contents), *loose = loose
            head = self.read_head(contents, line)
        width = len(head) or max((len(contents) for _, contents in loose), default=0)
        rows: list[Row] = []
        for line, contents in loose:
            if not _is_delimiter(contents):
                rows += self.read_row(contents[:width], " | ".join(contents[width:]), line)
        if not rows and not head:
            return
        self.document.tables.append(Table(first, head, tuple(rows)))
        trouble = (
            "The head of this table and its line of dashes have different numbers of columns."
            if dashes
            else "These lines look like a table but have no line of dashes (|---|---|) above them."
        )
        message = f"{trouble} They were read as a table all the same."
        self.document.problems.append(Problem(first, "warning", message))

    def read_head(self, contents: Sequence[str], line: int) -> tuple[str, ...]:
        """The words of a table's head."""
        return tuple(self.read_cell(content, line).text for content in contents[:MAX_COLUMNS])

    def read_row(self, contents: Sequence[str], surplus: str, line: int) -> list[Row]:
        """The row, or none where there are too many already."""
        self.rows_left -= 1
        if self.rows_left < 0:
            if self.rows_left == -1:
                self.fail(line, f"Only the first {MAX_ROWS:,} rows of the document were read.")
            return []
        if _ALNUM.search(surplus):  # else it is a stray backtick after the last pipe
            shown = surplus if len(surplus) <= 80 else f"{surplus[:79]}…"
            self.fail(
                line, f"This row has more cells than the table has columns. Left out: “{shown}”."
            )
        cells = tuple(self.read_cell(content, line) for content in contents[:MAX_COLUMNS])
        return [Row(line, cells)]

    def read_cell(self, content: str, line: int) -> Cell:
        """The cell; empty, and said to be so, where it is too much."""
        try:
            return self.cells.read(content)
        except CellTooLongError:
            self.fail(line, "A cell of this row is too long to be read; it was left out.")
            return Cell()

    def fail(self, line: int, message: str) -> None:
        """Something was not taken."""
        self.document.problems.append(Problem(line, "error", message))


def _is_row(line: str) -> bool:
    stripped = line.strip()
    if stripped.count("|") > 2 * MAX_COLUMNS:
        return False
    if stripped.startswith("|"):
        return len(stripped) > 1
    if _BULLET.match(stripped):
        return False  # "- Title | paper | code"
    return len(_PIPE.findall(stripped)) >= 2


def _is_delimiter(contents: Sequence[str]) -> bool:
    return any(contents) and all(_DASHES.fullmatch(content) for content in contents)


def _looks_like_head(contents: Sequence[str]) -> bool:
    """Whether a row without dashes under it names columns: words in each cell, and no date."""
    return all(content and not _NOT_IN_HEAD.search(content) for content in contents)


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1
