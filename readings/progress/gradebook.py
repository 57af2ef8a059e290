"""Marks as a file that grade books and spreadsheets take.  Pure: values in, CSV out.

Canvas finds its students by one of ID, SIS User ID and SIS Login ID, wants all five columns before
the assignments, takes ``EX`` for excused, and a row "Points Possible" under the heading; Moodle is
told at the import by which column it finds people, and the address is the one that both sides
know.  What is written is the mark as it was given: lateness, skips and dropped marks are in the
total alone.  A mark from when marks were something else is written for a grade book as what it is
worth of the points possible now, and in a spreadsheet in words ("8 of 10", "check plus").
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import TextChoices

from readings.core.csv_cells import escape_cell
from readings.marking.marks import CHECKS, mark_text, spoken
from readings.notes.policy import Mark, Marking

EXCUSED: Final = "EX"
POINTS_POSSIBLE: Final = "    Points Possible"  # with four spaces, as Canvas writes it
TOTAL: Final = "Total"
_CENT: Final = Decimal("0.01")
STATE: Final = ": state"


class Form(TextChoices):
    """For what the file is."""

    PLAIN = "plain", "A spreadsheet: every state and every mark"
    CANVAS = "canvas", "Canvas"
    MOODLE = "moodle", "Moodle"


class Columns(TextChoices):
    """What stands in it."""

    READINGS = "readings", "one column a reading"
    TOTAL = "total", "one column with the total"


@dataclass(frozen=True, slots=True)
class BookColumn:
    """A reading."""

    id: int
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class BookCell:
    """One note: ``state`` in words; without a mark, what it counts all the same."""

    state: str
    mark: Mark | None
    is_spared: bool = False  # excused, skipped, presents
    is_missing: bool = False
    is_handed_in: bool = False
    is_returned: bool = False  # the student sees the mark


@dataclass(frozen=True, slots=True)
class BookStudent:
    """A student with everything that is written about them."""

    id: int
    name: str
    email: str
    group: str
    cells: Mapping[int, BookCell]
    total: float | None  # 0 to 1


@dataclass(frozen=True, slots=True)
class GradeBook:
    """What a file is written from, and what a pasted one is compared with."""

    marking: Marking
    points: int
    percents: tuple[int, int, int, int]  # what no credit, minus, check and plus are worth
    columns: Sequence[BookColumn]
    students: Sequence[BookStudent]
    section: str

    @property
    def possible(self) -> int:
        """The most that one note can have in a grade book."""
        return {Marking.POINTS: self.points, Marking.CHECKS: 100, Marking.COMPLETION: 1}[
            self.marking
        ]


def write(book: GradeBook, form: Form, columns: Columns) -> str:
    """The file, with CRLF as RFC 4180 has it."""
    rows = {Form.PLAIN: _plain, Form.CANVAS: _canvas, Form.MOODLE: _moodle}[form](book, columns)
    out = io.StringIO()
    csv.writer(out).writerows([escape_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def headings(columns: Iterable[BookColumn]) -> dict[int, str]:
    """Reading id to the heading of its column: no two are the same, none is another column's."""
    columns = list(columns)
    found: dict[int, str] = {}
    taken = {name.casefold() for name in _RESERVED}
    for column in columns:
        name = " ".join(column.name.split()) or "Reading"
        if name.casefold() in taken or name.casefold().endswith(STATE):
            name = f"{name} #{column.id}"
        taken.add(name.casefold())
        found[column.id] = name
    return found


_RESERVED: Final = (
    "Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Name", "First name", "Last name",
    "Full name", "Surname", "Email", "E-mail", "Email address", "E-mail address", "Group",
    "Username", "ID number", "Institution", "Department", TOTAL,
)  # fmt: skip


def mark_cell(book: GradeBook, cell: BookCell, *, excused: str = "") -> str:
    """What a grade book gets for one note: a number, empty for nothing yet.

    What is missing counts nothing, and says so; who is spared gets ``excused``.
    """
    if cell.mark is not None:
        return mark_text(_worth(book, cell.mark))
    if book.marking == Marking.COMPLETION and cell.is_handed_in:
        return "1"
    if cell.is_spared:
        return excused
    return "0" if cell.is_missing else ""


def _worth(book: GradeBook, mark: Mark) -> Decimal:
    """The same part of the points possible now as the mark is of its own scale."""
    if mark.scale == Marking.POINTS:
        part = mark.value / mark.out_of
    elif mark.scale == Marking.CHECKS:
        part = Decimal(book.percents[min(int(mark.value), 3)]) / 100
    else:
        part = Decimal(1 if mark.value else 0)
    return (part * book.possible).quantize(_CENT)


def plain_mark(book: GradeBook, cell: BookCell) -> str:
    """A mark as the staff writes it: a number, ``check plus``; empty where none was given.

    One from when marks were something else is in words: a number would be taken for one of now.
    """
    if cell.mark is None:
        return ""
    if book.marking == Marking.CHECKS or not cell.mark.is_on(book.marking, book.points):
        return spoken(cell.mark)
    return mark_text(cell.mark.value)


#: The words of 0, 1, 2 and 3.
CHECK_WORDS: Final = tuple(words for _value, _sign, words, _key in sorted(CHECKS))


def _plain(book: GradeBook, columns: Columns) -> Iterable[Sequence[str]]:
    names = headings(book.columns)
    shown = book.columns if columns == Columns.READINGS else ()
    yield [
        "Name", "Email", "Group",
        *(heading for one in shown for heading in (names[one.id], names[one.id] + STATE)),
        TOTAL,
    ]  # fmt: skip
    for student in book.students:
        cells = [student.cells[one.id] for one in shown]
        yield [
            student.name, student.email, student.group,
            *(text for one in cells for text in (plain_mark(book, one), one.state)),
            _total(book, student),
        ]  # fmt: skip


def _canvas(book: GradeBook, columns: Columns) -> Iterable[Sequence[str]]:
    names = headings(book.columns)
    shown = book.columns if columns == Columns.READINGS else ()
    by_total = columns == Columns.TOTAL
    yield [
        "Student", "ID", "SIS User ID", "SIS Login ID", "Section",
        *(names[one.id] for one in shown), *(["Notes"] if by_total else []),
    ]  # fmt: skip
    possible = [str(_possible_total(book) if by_total else book.possible)]
    yield [POINTS_POSSIBLE, "", "", "", "", *possible * (1 if by_total else len(shown))]
    for student in book.students:
        yield [
            student.name, "", "", student.email, book.section,
            *(mark_cell(book, student.cells[one.id], excused=EXCUSED) for one in shown),
            *([_total(book, student)] if by_total else []),
        ]  # fmt: skip


def _moodle(book: GradeBook, columns: Columns) -> Iterable[Sequence[str]]:
    names = headings(book.columns)
    shown = book.columns if columns == Columns.READINGS else ()
    by_total = columns == Columns.TOTAL
    yield [
        "Full name", "Email address",
        *(names[one.id] for one in shown), *(["Notes"] if by_total else []),
    ]  # fmt: skip
    for student in book.students:
        yield [
            student.name, student.email,
            *(mark_cell(book, student.cells[one.id]) for one in shown),
            *([_total(book, student)] if by_total else []),
        ]  # fmt: skip


def _possible_total(book: GradeBook) -> int:
    return book.points if book.marking == Marking.POINTS else 100


def _total(book: GradeBook, student: BookStudent) -> str:
    """The total out of the points of one note, or of a hundred."""
    if student.total is None:
        return ""
    value = Decimal(student.total * _possible_total(book)).quantize(_CENT)
    return mark_text(value)
