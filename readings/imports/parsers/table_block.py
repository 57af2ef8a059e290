"""A block rule for tables that keeps them whole.

markdown-it's own rule makes four tokens a cell, which is most of the time that reading a schedule
takes.  This one makes one token a table, whose ``meta`` are the cells of its rows as text; it
accepts what the other accepts (https://github.github.com/gfm/#tables-extension-).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

TOKEN = "table"  # noqa: S105

_DELIMITER_LINE = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
_PIPE = re.compile(r"(?<!\\)\|")
# What may end a table begins with one of these.
_ENDS_TABLE = frozenset("#>`~<")


@dataclass(frozen=True)
class RawTable:
    """The rows of a table as text, its head the first; ``surplus`` is what has no column."""

    line: int  # of the head, from 1
    head: list[str]
    rows: list[tuple[int, list[str], list[str]]]  # line, cells, surplus


def table_rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """A line with pipes over a line of dashes, and the rows that follow."""
    if start + 2 > end or not _is_text(state, start) or not _is_text(state, start + 1):
        return False
    dashes = line_text(state, start + 1)
    if not _is_delimiter(dashes):
        return False
    first = line_text(state, start)
    if "|" not in first:
        return False
    head = split_row(first)
    if len(head) != len(split_row(dashes)):
        return False
    if silent:
        return True
    table = RawTable(start + 1, head, [])
    stop = _read_rows(state, start + 2, end, table)
    token = state.push(TOKEN, "", 0)
    token.map, token.meta = [start, stop], {TOKEN: table}
    token.content = "\n".join(cell for row in table.rows for cell in row[1])
    state.line = stop
    return True


def use_whole_tables(grammar: MarkdownIt) -> None:
    """Put the rule into ``grammar`` in the place of markdown-it's."""
    grammar.block.ruler.at(TOKEN, table_rule, {"alt": ["paragraph", "reference"]})


def split_row(row: str) -> list[str]:
    """The cells of a row; an escaped pipe parts nothing."""
    row = row.strip()
    if "\\|" in row:
        cells = [cell.strip().replace("\\|", "|") for cell in _PIPE.split(row)]
    else:
        cells = [cell.strip() for cell in row.split("|")]
    if cells and not cells[0]:
        cells.pop(0)
    if cells and not cells[-1]:
        cells.pop()
    return cells


def line_text(state: StateBlock, line: int) -> str:
    """A line without its indentation and the marks of quotes before it."""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _read_rows(state: StateBlock, line: int, end: int, table: RawTable) -> int:
    """Add the rows from ``line`` on to ``table``; the line after the last."""
    width = len(table.head)
    terminators = state.md.block.ruler.getRules("blockquote")
    while line < end and _is_text(state, line):
        text = line_text(state, line)
        if not text.strip():
            break
        silent = True
        if text[0] in _ENDS_TABLE and any(ends(state, line, end, silent) for ends in terminators):
            break
        cells = split_row(text)
        table.rows.append((line + 1, cells[:width], cells[width:]))
        line += 1
    return line


def _is_text(state: StateBlock, line: int) -> bool:
    return state.sCount[line] >= state.blkIndent and not state.is_code_block(line)


def _is_delimiter(text: str) -> bool:
    return (
        "-" in text and len(text) < 2_000 and _DELIMITER_LINE.fullmatch(text.rstrip()) is not None
    )
