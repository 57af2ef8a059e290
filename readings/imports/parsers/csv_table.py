"""Tables in CSV, whatever their delimiter; cells may hold Markdown's links or HTML's."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence

from readings.imports.parsers.markdown_cells import CellReader, CellTooLongError
from readings.imports.parsers.markdown_table import MAX_COLUMNS, MAX_ROWS
from readings.imports.tables import Cell, Document, Row, Table
from readings.imports.understood import Problem

_DELIMITERS = ",;\t|"
# So many lines show which delimiter a file uses.
_SAMPLE = 30
_LONGEST_CELL = 100_000
_COMMENT = re.compile(r"\s*(?:#|//)")
_FORMULA = re.compile(r"'(?=[=+\-@])")


def read_csv(text: str) -> Document:
    """The table of a CSV file: its first filled row is the head.

    A row that has one cell more than the head, or too few, is read as far as it goes; rows that
    begin with ``#`` in their only cell are comments.
    """
    lines = text.split("\n")
    document = Document(lines=lines)
    delimiter = find_delimiter(lines) or ","
    cells = CellReader({})
    head: list[str] | None = None
    started, rows = 1, list[Row]()
    for number, fields in _rows(text, delimiter, document):
        if not any(field.strip() for field in fields) or _is_comment(fields):
            continue
        if head is None:
            head, started = [field.strip() for field in fields[:MAX_COLUMNS]], number
            continue
        if len(rows) == MAX_ROWS:
            message = f"Only the first {MAX_ROWS:,} rows of the document were read."
            document.problems.append(Problem(number, "error", message))
            break
        surplus = [field.strip() for field in fields[len(head) :] if field.strip()]
        if surplus:
            shown = ", ".join(surplus)[:80]
            message = f"This row has more cells than the table has columns. Left out: “{shown}”."
            document.problems.append(Problem(number, "error", message))
        rows.append(Row(number, tuple(_cell(field, cells, number, document)
                                      for field in fields[: len(head)])))  # fmt: skip
    document.tables.append(Table(started, tuple(head or ()), tuple(rows)))
    return document


def find_delimiter(lines: Sequence[str]) -> str | None:
    """What parts the cells of these lines, if they look like rows of a table."""
    sample = [line for line in lines[: 4 * _SAMPLE] if line.strip()][:_SAMPLE]
    best: tuple[float, int, str] | None = None
    for delimiter in _DELIMITERS:
        counts = Counter(line.count(delimiter) for line in _without_quotes(sample))
        filled = sum(count for number, count in counts.items() if number)
        if len(sample) < 2 or not filled:
            continue
        number, count = counts.most_common(1)[0]
        if number and (best is None or (count / len(sample), number) > best[:2]):
            best = (count / len(sample), number, delimiter)
    return best[2] if best and best[0] >= 0.6 else None


def _rows(text: str, delimiter: str, document: Document) -> list[tuple[int, list[str]]]:
    """The rows with the lines on which they begin; what is no CSV is said."""
    reader = csv.reader(text.split("\n"), delimiter=delimiter, strict=False)
    rows: list[tuple[int, list[str]]] = []
    line = 1
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return rows
        except csv.Error as error:
            document.problems.append(Problem(line, "error", f"This row cannot be read: {error}."))
            fields = []
        rows.append((line, fields))
        line = reader.line_num + 1


def _without_quotes(lines: Sequence[str]) -> list[str]:
    return [re.sub(r'"[^"]*"', "", line) for line in lines]


def _is_comment(fields: Sequence[str]) -> bool:
    filled = [field for field in fields if field.strip()]
    return len(filled) == 1 and fields[0] == filled[0] and _COMMENT.match(filled[0]) is not None


def _cell(field: str, cells: CellReader, line: int, document: Document) -> Cell:
    text = _FORMULA.sub("", field.strip(), count=1) if field[:1] == "'" else field.strip()
    try:
        return cells.read(text.replace("\n", "<br>"))
    except CellTooLongError:
        message = "A cell of this row is too long to be read; it was left out."
        document.problems.append(Problem(line, "error", message))
        return Cell()
