"""The progress matrix: students x readings, a state a cell, as small as a page can be.

Two hundred students with forty readings are eight thousand cells, and what is said about each may
take some twenty bytes: a class of one letter and the state in words.  Table cells need no end tag.
What a cell links to follows from its row and its column, which the page's script knows; without it
the names and the readings are links.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.html import escape
from django.utils.safestring import SafeString

from readings.core import clock
from readings.core.stencil import Stencil
from readings.notes.policy import Mark, Marking, Policy
from readings.notes.totals import Total
from readings.progress.class_book import Cell, ClassBook, Column, Student
from readings.progress.states import State, plain_words


class Show(Enum):
    """What is looked for."""

    ALL = ""
    MISSING = "missing"
    LATE = "late"
    UNMARKED = "unmarked"


class Order(Enum):
    """In which order the students stand."""

    NAME = ""
    TOTAL = "total"  # the lowest first: who needs help


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, as a link."""

    value: str
    words: str  # "Missing: 9 notes"
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column."""

    id: int
    name: str
    title: str
    due: str  # "Sep 16, 20:00"; empty: nothing is due
    handed_in: int
    asked: int  # of so many


@dataclass(frozen=True, slots=True)
class ClassHead:
    """The head of the columns of one class."""

    words: str  # "Wed Sep 17"
    width: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """The page's table and what is offered above it."""

    classes: Sequence[ClassHead]
    heads: Sequence[Head]
    rows: SafeString
    row_count: int
    student_count: int
    shows: Sequence[Choice]
    has_skips: bool
    signs: Sequence[tuple[str, str]]  # what else stands in it: class and words, for the legend


_ROW: Final = Stencil(
    "progress/overview.html#row",
    name="row",
    fields=("id", "name", "total", "skips", "cells"),
    flags=("has_skips",),
)
#: The class of each state, see ``progress.css``; a letter, for there are thousands of them.
_LETTERS: Final = {
    State.HANDED_IN: "h",
    State.LATE: "l",
    State.MISSING: "x",
    State.SKIPPED: "s",
    State.EXCUSED: "e",
    State.PRESENTS: "p",
    State.OTHER_NOTE: "o",
    State.DUE: "d",
    State.NOTHING: "n",
}
_LOOKED_FOR: Final = (
    (Show.MISSING, "Missing"), (Show.LATE, "Late"), (Show.UNMARKED, "To mark"),
)  # fmt: skip
_TO_MARK: Final = {State.HANDED_IN: "u", State.LATE: "U"}


def build_matrix(
    book: ClassBook, *, show: Show = Show.ALL, order: Order = Order.NAME, group: str = ""
) -> Matrix:
    """The matrix of the students of ``group`` (all, if it is empty).

    Where something is looked for, only the students stay who have it.
    """
    signs: dict[str, str] = {}
    write = _writer(book, signs)
    counts = dict.fromkeys(Show, 0)
    handed_in = [0] * len(book.columns)
    asked = [0] * len(book.columns)
    rows: list[tuple[Student, Total, SafeString]] = []
    students = [one for one in book.students if not group or one.group == group]
    for student in students:
        total = book.total(student.id)
        written = []
        has = dict.fromkeys(Show, False)
        for number, column in enumerate(book.columns):
            cell = book.cell(student.id, column)
            written.append(write(cell))
            if cell.submitted_at is not None:
                handed_in[number] += 1
                asked[number] += 1
            elif not cell.state.is_spared and cell.state != State.NOTHING:
                asked[number] += 1
            for one in _shown_by(cell):
                counts[one] += 1
                has[one] = True
        if show == Show.ALL or has[show]:
            rows.append((student, total, SafeString("".join(written))))
    if order == Order.TOTAL:
        rows.sort(key=lambda row: (row[1].mean is None, row[1].mean or 0.0))
    has_skips = book.policy.skips > 0
    zone = book.course.zone
    return Matrix(
        classes=_classes(book.columns),
        heads=[
            Head(
                column.id,
                column.name,
                column.title,
                _due_words(column, zone),
                handed_in[number],
                asked[number],
            )
            for number, column in enumerate(book.columns)
        ],
        rows=SafeString("".join(_row(row, has_skips=has_skips) for row in rows)),
        row_count=len(rows),
        student_count=len(students),
        shows=[
            Choice("", _number(len(students), "student"), show == Show.ALL),
            *(
                Choice(one.value, f"{words}: {_number(counts[one], 'note')}", show == one)
                for one, words in _LOOKED_FOR
            ),
        ],
        has_skips=has_skips,
        signs=sorted(signs.items(), reverse=True),
    )


def _number(count: int, of: str) -> str:
    return f"{count} {of}" if count == 1 else f"{count} {of}s"


def _due_words(column: Column, zone: ZoneInfo) -> str:
    """The deadline without its weekday, which the class above has: columns are narrow."""
    if column.duty.due_at is None:
        return ""
    local = column.duty.due_at.astimezone(zone)
    return f"{local:%b} {local.day}, {clock.short_time(local.time())}"


def total_words(total: Total) -> str:
    """``87 %``, or ``8.7`` where marks are points; a dash for nothing yet."""
    if total.points is not None:
        return f"{total.points:.1f}"
    if total.mean is not None:
        return f"{total.mean * 100:.0f}\N{NO-BREAK SPACE}%"
    return "–"


def _shown_by(cell: Cell) -> Iterable[Show]:
    if cell.state == State.MISSING:
        yield Show.MISSING
    if cell.is_late:
        yield Show.LATE
    if cell.is_to_mark:
        yield Show.UNMARKED


def _writer(book: ClassBook, signs: dict[str, str]) -> Callable[[Cell], str]:
    """A function that writes a cell down; what was written once is looked up from then on.

    The signs of marks that it writes come into ``signs``, with their words.
    """
    known: dict[tuple[State, bool, bool, bool, Mark | None], str] = {}

    def write(cell: Cell) -> str:
        has_note = cell.submitted_at is not None
        key = (cell.state, has_note, cell.is_late, cell.is_to_mark, cell.given.mark)
        if key not in known:
            known[key] = _written(cell, book.policy, signs)
        return known[key]

    return write


def _written(cell: Cell, policy: Policy, signs: dict[str, str]) -> str:
    mark = cell.given.mark
    if mark is None:
        letter = _TO_MARK[cell.state] if cell.is_to_mark else _LETTERS[cell.state]
        words = f"{cell.state.value}, to mark" if cell.is_to_mark else cell.state.value
        return f"<td class={letter}>{words}"
    words = plain_words(policy, mark)
    sign = _sign(mark)
    if cell.submitted_at is None:  # on paper: there is no note to be opened
        signs["m"] = "marked without a note"
        return f"<td class=m{sign}>{words}, no note" if sign else f"<td class=m>{words}"
    if sign:
        signs[f"c{sign}"] = words
    if not sign:  # a number, which is shown as it is
        return f"<td class=K>{words}<i>late</i>" if cell.is_late else f"<td class=k>{words}"
    return f"<td class=C{sign}>{words}, late" if cell.is_late else f"<td class=c{sign}>{words}"


def _sign(mark: Mark) -> str:
    """The number of the sign that stands for a mark; empty: it is a number."""
    if mark.scale == Marking.POINTS or mark.value not in (0, 1, 2, 3):
        return ""
    if mark.scale == Marking.COMPLETION:
        return "2" if mark.value else "0"
    return str(int(mark.value))


def _row(row: tuple[Student, Total, SafeString], *, has_skips: bool) -> SafeString:
    student, total, cells = row
    values = {
        "id": SafeString(student.id),
        "name": escape(student.name),
        "total": SafeString(total_words(total)),
        "skips": SafeString(total.skips_left),
        "cells": cells,
    }
    return _ROW.fill((has_skips,), values)


def _classes(columns: Sequence[Column]) -> list[ClassHead]:
    """The columns of one class side by side, under its date."""
    heads: list[ClassHead] = []
    before: int | None = None
    for column in columns:
        meeting = column.duty.meeting_id
        if heads and meeting == before:
            heads[-1] = ClassHead(heads[-1].words, heads[-1].width + 1)
        else:
            words = clock.short_date(column.day) if column.day else "No date"
            heads.append(ClassHead(words, 1))
        before = meeting
    return heads
