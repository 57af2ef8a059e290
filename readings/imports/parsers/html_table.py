"""Tables of an HTML page, read by lxml; what is no table is text or a link of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree, html

from readings.core.dates import read_dates
from readings.imports.parsers.markdown_cells import joined
from readings.imports.parsers.markdown_table import MAX_COLUMNS, MAX_ROWS
from readings.imports.tables import Anchor, Cell, Document, Row, Table, Words
from readings.imports.understood import Problem

_SKIPPED = frozenset({"script", "style", "noscript", "template", "svg", "nav", "form", "button"})
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "dd", "dt"})
_MAX_SPAN = 200
_SPACE = re.compile(r"\s+")


def read_html(text: str) -> Document:
    """The tables of a page, a cell that spans rows or columns standing in each of them."""
    document = Document(lines=text.split("\n"))
    root = parse_html(text)
    if root is None:
        return document
    title = next((found for name in ("h1", "title") for found in root.iter(name)), None)
    if title is not None:
        document.title = _space("".join(title.itertext())) or None
    left = MAX_ROWS
    for element in root.iter("table"):
        if next(element.iterancestors("table"), None) is None:
            table = _Grid(element, left).table()
            left -= len(table.rows)
            if table.rows:
                document.tables.append(table)
    if left <= 0:
        message = f"Only the first {MAX_ROWS:,} rows of the document were read."
        document.problems.append(Problem(1, "error", message))
    return document


def parse_html(text: str) -> etree._Element | None:
    """The root of the page; None where there is nothing in it."""
    parser = html.HTMLParser(recover=True, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(f"<!-- -->{text}", parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def cell_of(element: etree._Element) -> Cell:
    """What stands in an element, its line breaks and items of lists being parts."""
    parts: list[list[Words | Anchor]] = [[]]
    for piece in _pieces(element):
        if piece is None:
            if parts[-1]:
                parts.append([])
        else:
            parts[-1].append(piece)
    if not parts[-1] and len(parts) > 1:
        parts.pop()
    bold = [child for child in element if child.tag in {"b", "strong"}]
    is_bold = element.tag == "th" or (
        len(bold) == len(element) == 1 and not _space(element.text) and not _space(bold[0].tail)
    )
    return Cell(parts=tuple(joined(part) for part in parts), is_bold=is_bold)


class _Grid:
    """Lays the cells of one table out, spans and all."""

    def __init__(self, element: etree._Element, most: int) -> None:
        self.element, self.most = element, most
        self.spans: dict[int, tuple[int, Cell]] = {}  # column: rows left, and what stands there

    def table(self) -> Table:
        line = self.element.sourceline or 1
        head: tuple[str, ...] | None = None
        rows: list[Row] = []
        for element in self.row_elements():
            if len(rows) >= self.most:
                break
            cells = self.cells(element)
            number = element.sourceline or line
            is_head = all(child.tag == "th" for child in element) and len(element) > 1
            if head is None and not rows and (is_head or _in_head(element)):
                head = tuple(cell.text.replace("\n", " ") for cell in cells)
            elif cells:
                rows.append(Row(number, tuple(cells)))
        if head is None and rows and _looks_like_head(rows[0]):
            head = tuple(cell.text.replace("\n", " ") for cell in rows.pop(0).cells)
        return Table(line, head or (), tuple(rows))

    def row_elements(self) -> Iterator[etree._Element]:
        for element in self.element.iter("tr"):
            if next(element.iterancestors("table"), None) is self.element:
                yield element

    def cells(self, row: etree._Element) -> list[Cell]:
        cells: list[Cell] = []
        self._fill_spans(cells)
        for element in row:
            if element.tag not in {"td", "th"}:
                continue
            if len(cells) >= MAX_COLUMNS:
                break
            cell = cell_of(element)
            across, down = _span(element, "colspan"), _span(element, "rowspan")
            for number in range(min(across, MAX_COLUMNS - len(cells))):
                if down > 1:
                    self.spans[len(cells)] = (down - 1, cell)
                cells.append(Cell() if number else cell)
            self._fill_spans(cells)
        return cells

    def _fill_spans(self, cells: list[Cell]) -> None:
        while len(cells) in self.spans and len(cells) < MAX_COLUMNS:
            position = len(cells)
            left, cell = self.spans.pop(position)
            # A day that spans rows goes on in them; anything else is said of each.
            cells.append(Cell() if read_dates(cell.text).days else cell)
            if left > 1:
                self.spans[position] = (left - 1, cell)


def _pieces(element: etree._Element) -> Iterator[Words | Anchor | None]:
    """Words and links in order, None for a break; walks without recursion."""
    stack: list[tuple[str, etree._Element]] = [("inside", element)]
    while stack:
        event, node = stack.pop()
        if event == "after":
            if node.tag in _BREAKS:
                yield None
            yield from _words(node.tail)
        elif node.tag == "a" and node.get("href"):
            yield Anchor(_space("".join(node.itertext())), str(node.get("href")).strip())
        elif isinstance(node.tag, str) and node.tag not in _SKIPPED:
            if node.tag in _BREAKS:
                yield None
            yield from _words(node.text)
            for child in reversed(node):
                stack += [("after", child), ("inside", child)]


def _words(text: str | None) -> Iterator[Words]:
    if text:
        yield Words(_SPACE.sub(" ", text))


def _in_head(row: etree._Element) -> bool:
    parent = row.getparent()
    return parent is not None and parent.tag == "thead"


def _looks_like_head(row: Row) -> bool:
    """A first row of bold or plain words, without a number or a link in it."""
    filled = [cell for cell in row.cells if cell.filled]
    return len(filled) > 1 and all(
        not cell.anchors and not any(character.isdigit() for character in cell.text)
        for cell in filled
    )


def _span(element: etree._Element, name: str) -> int:
    try:
        return max(1, min(int(str(element.get(name) or 1)), _MAX_SPAN))
    except ValueError:
        return 1


def _space(text: str | None) -> str:
    return _SPACE.sub(" ", text or "").strip()
