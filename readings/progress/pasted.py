"""Marks that come back in a file: what it says, and what that changes.  Pure.

Any table with a column that names people, by address or by name, and columns headed as readings
are: what ``gradebook`` writes, edited in a spreadsheet or exported again by Canvas or Moodle, or
typed by hand.  A cell that says what was written out for it changes nothing; an empty one neither.
A mark from when marks were something else stays what it is, unless the file gives another one.
What cannot be understood is said with its line, and the rest goes through.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from readings.core.csv_cells import unescape_cell
from readings.marking.marks import NotAMark, on_scale, read_mark
from readings.notes.policy import Mark, Marking, Policy
from readings.progress.gradebook import (
    CHECK_WORDS,
    EXCUSED,
    STATE,
    TOTAL,
    BookCell,
    BookColumn,
    BookStudent,
    GradeBook,
    headings,
    mark_cell,
    plain_mark,
)

MAX_LENGTH: Final = 2_000_000  # characters: a class of thousands
MAX_PROBLEMS: Final = 200

_EMAIL: Final = frozenset({
    "email", "e-mail", "email address", "e-mail address", "mail", "sis login id", "login id",
    "username",
})  # fmt: skip
_NAME: Final = frozenset({"student", "name", "full name", "student name"})
_FIRST: Final = frozenset({"first name", "given name"})
_LAST: Final = frozenset({"last name", "surname", "family name"})
#: What other columns grade books write, which say nothing here.
_IGNORED: Final = frozenset({
    "id", "sis user id", "section", "group", "id number", "institution", "department",
    "last downloaded from this course", "integration id", "root account", "notes",
    TOTAL.casefold(),
})  # fmt: skip
#: Columns that Canvas reckons itself, and rows that are no people.
_RECKONED: Final = re.compile(
    r"(?:current|final|unposted \w+) (?:score|grade|points)|override (?:score|grade)"
    r"|course total(?: \(real\))?",
    re.IGNORECASE,
)
_NOBODY: Final = re.compile(
    r"\s*(?:points possible|manual posting|test student|student, test)\b", re.I
)
_NUMBERED: Final = re.compile(r"\s*\(\d+\)$")  # Canvas writes "DSPy (12345)"
_REAL: Final = re.compile(r"\s*\((?:real|percentage|letter)\)$", re.I)  # Moodle "DSPy (Real)"
_NOTHING: Final = frozenset({"", "-", "–", "n/a"})
_CHECKS: Final = {
    "no credit": 0, "none": 0, "check minus": 1, "check-": 1, "check −": 1, "✓-": 1, "✓−": 1,
    "minus": 1, "check": 2, "✓": 2, "check plus": 3, "check+": 3, "✓+": 3, "plus": 3,
}  # fmt: skip
_DONE: Final = {"yes": 1, "done": 1, "complete": 1, "✓": 1, "no": 0, "not done": 0, "incomplete": 0}


@dataclass(frozen=True, slots=True)
class PastedProblem:
    """What could not be understood, and where; line 0 is the whole."""

    line: int
    words: str


@dataclass(frozen=True, slots=True)
class PastedMark:
    """A mark that the file gives, and the one that it replaces."""

    line: int
    student: BookStudent
    column: BookColumn
    before: Mark | None
    mark: Mark

    @property
    def is_new(self) -> bool:
        """Whether there was no mark."""
        return self.before is None

    @property
    def has_note(self) -> bool:
        """Whether there is a note; without one, it was written on paper or is missing."""
        return self.student.cells[self.column.id].is_handed_in

    @property
    def is_returned(self) -> bool:
        """Whether the student sees the mark as soon as it is set."""
        return self.student.cells[self.column.id].is_returned


@dataclass(frozen=True)
class PastedPlan:
    """What setting the marks of a file would do."""

    marks: Sequence[PastedMark] = ()
    unchanged: int = 0
    problems: Sequence[PastedProblem] = ()
    left_out: Sequence[str] = ()  # the headings of columns that are no readings
    columns: Sequence[str] = ()  # the names of the readings that were found

    @property
    def digest(self) -> str:
        """Changes with everything that it would do."""
        does = [(one.student.id, one.column.id, one.before, one.mark) for one in self.marks]
        return hashlib.sha256(repr(does).encode()).hexdigest()[:24]

    @property
    def new(self) -> int:
        """How many marks there were none of."""
        return sum(one.is_new for one in self.marks)

    @property
    def changed(self) -> int:
        """How many marks it replaces."""
        return len(self.marks) - self.new

    @property
    def returned(self) -> int:
        """How many marks their students see at once."""
        return sum(one.is_returned for one in self.marks)

    @property
    def without_note(self) -> int:
        """How many marks are for notes that were not submitted."""
        return sum(not one.has_note for one in self.marks)


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: Sequence[str]

    def cell(self, place: int | None) -> str:
        return self.cells[place] if place is not None and place < len(self.cells) else ""


@dataclass
class _Head:
    """Which column is what."""

    email: list[int] = field(default_factory=list)
    name: int | None = None
    first: int | None = None
    last: int | None = None
    readings: dict[int, BookColumn] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    problems: list[PastedProblem] = field(default_factory=list)

    @property
    def names_people(self) -> bool:
        return bool(self.email) or self.name is not None or self.last is not None


def plan_pasted(text: str, book: GradeBook, policy: Policy) -> PastedPlan:
    """What the file ``text`` says about the students of ``book``."""
    if len(text) > MAX_LENGTH:
        return _refused(f"This is longer than {MAX_LENGTH // 1_000_000} million characters.")
    try:
        lines = list(_lines(text))
    except csv.Error as error:
        return _refused(f"This cannot be read as a table: {error}.")
    if not lines:
        return _refused("There is nothing in it: the first line has the names of the columns.")
    head = _read_head(lines[0], book.columns)
    if not head.names_people:
        return _refused(
            "No column says whose marks these are: head one with “Email” or “Name”.",
            lines[0].number,
        )
    if not head.readings:
        return _refused(
            "No column is headed like a reading of this course, by its label or its title.",
            lines[0].number,
            left_out=head.left_out,
        )
    return _Comparison(book, policy, head).run(lines[1:])


class _Comparison:
    """Goes through the lines of one file."""

    def __init__(self, book: GradeBook, policy: Policy, head: _Head) -> None:
        self._book = book
        self._policy = policy
        self._head = head
        self._people = _People(book.students)
        self._problems = list(head.problems)
        self._marks: list[PastedMark] = []
        self._unchanged = 0

    def run(self, lines: Iterable[_Line]) -> PastedPlan:
        seen: dict[int, int] = {}
        for line in lines:
            if _NOBODY.match(line.cell(self._head.name)):
                continue
            try:
                student = self._people.find(line, self._head)
                if student.id in seen:
                    raise _Unclear(
                        f"{student.name} stands in line {seen[student.id]} already; this line is "
                        "left out."
                    )
            except _Unclear as problem:
                self._problems.append(PastedProblem(line.number, str(problem)))
                continue
            seen[student.id] = line.number
            for place, column in self._head.readings.items():
                self._compare(line, student, column, line.cell(place).strip())
        return PastedPlan(
            marks=self._marks,
            unchanged=self._unchanged,
            problems=self._problems[:MAX_PROBLEMS],
            left_out=self._head.left_out,
            columns=[one.name for one in self._head.readings.values()],
        )

    def _compare(self, line: _Line, student: BookStudent, column: BookColumn, said: str) -> None:
        if said.casefold() in _NOTHING:
            return
        cell = student.cells[column.id]
        if _says_the_same(self._book, cell, said):
            self._unchanged += 1
            return
        try:
            mark = on_scale(self._policy, _read(self._book, self._policy, said))
        except _Unclear as problem:
            where = f"{student.name}, {column.name}: {problem}"
            self._problems.append(PastedProblem(line.number, where))
            return
        if mark == cell.mark:
            self._unchanged += 1
        else:
            self._marks.append(PastedMark(line.number, student, column, cell.mark, mark))


class _Unclear(Exception):
    """A cell or a line that cannot be understood, in words."""


class _People:
    """Finds students by what a file says of them."""

    def __init__(self, students: Iterable[BookStudent]) -> None:
        self._by_email: dict[str, BookStudent] = {}
        self._by_name: dict[str, list[BookStudent]] = {}
        for one in students:
            self._by_email[one.email.casefold()] = one
            self._by_name.setdefault(_folded(one.name), []).append(one)

    def find(self, line: _Line, head: _Head) -> BookStudent:
        """The student of a line.  Raises ``_Unclear``."""
        addresses = [text for place in head.email if (text := line.cell(place).strip())]
        for address in addresses:
            if found := self._by_email.get(address.casefold()):
                return found
        if any("@" in address for address in addresses):
            raise _Unclear(f"No student of the course has the address {addresses[0][:80]}.")
        names = self._names(line, head)
        for name in names:
            same = self._by_name.get(_folded(name), [])
            if len(same) > 1:
                raise _Unclear(
                    f"{len(same)} students are called {name[:80]}: say which by the address, in a "
                    "column “Email”."
                )
            if same:
                return same[0]
        if not names:
            raise _Unclear("This line says of nobody that it is theirs.")
        raise _Unclear(f"No student of the course is called {names[0][:80]}.")

    @staticmethod
    def _names(line: _Line, head: _Head) -> list[str]:
        """What the person may be called: "Baker, Bob" is Bob Baker, too."""
        name = line.cell(head.name).strip()
        if not name:
            name = f"{line.cell(head.first)} {line.cell(head.last)}".strip()
        if not name:
            return []
        last, comma, first = name.partition(",")
        return [name, f"{first.strip()} {last.strip()}"] if comma else [name]


def _read_head(line: _Line, columns: Sequence[BookColumn]) -> _Head:
    head = _Head()
    known = _known_columns(columns)
    for place, raw in enumerate(line.cells):
        words = " ".join(raw.split()).casefold()
        if words in _EMAIL:
            head.email.append(place)
        elif words in _NAME:
            head.name = place
        elif words in _FIRST:
            head.first = place
        elif words in _LAST:
            head.last = place
        elif words and words not in _IGNORED and not words.endswith(STATE):
            _take_column(head, line, place, raw, known)
    return head


def _take_column(
    head: _Head,
    line: _Line,
    place: int,
    raw: str,
    known: Mapping[str, Sequence[BookColumn]],
) -> None:
    found = _find_column(raw, known)
    if not found:
        if not _RECKONED.search(raw):
            head.left_out.append(" ".join(raw.split())[:80])
        return
    if len(found) > 1:
        words = f"{len(found)} readings are called “{raw.strip()[:80]}”: this column is left out."
        head.problems.append(PastedProblem(line.number, words))
    elif found[0] in head.readings.values():
        words = f"A second column for {found[0].name}: it is left out."
        head.problems.append(PastedProblem(line.number, words))
    else:
        head.readings[place] = found[0]


def _known_columns(columns: Sequence[BookColumn]) -> dict[str, list[BookColumn]]:
    """What readings may be called: as they are written out, by label, by title."""
    known: dict[str, list[BookColumn]] = {}
    written = headings(columns)
    for column in columns:
        known[_folded(written[column.id])] = [column]
    taken = set(known)
    for column in columns:
        for words in {_folded(column.name), _folded(column.title)}:
            if words not in taken:
                known.setdefault(words, []).append(column)
    return known


def _find_column(raw: str, known: Mapping[str, Sequence[BookColumn]]) -> Sequence[BookColumn]:
    words = _folded(raw)
    for spelling in (words, _folded(_NUMBERED.sub("", raw)), _folded(_REAL.sub("", raw))):
        if found := known.get(spelling):
            return found
    return ()


def _says_the_same(book: GradeBook, cell: BookCell, said: str) -> bool:
    """Whether it is what was, or would be, written out for this note."""
    folded = said.casefold()
    if folded == EXCUSED.casefold():
        return cell.is_spared and cell.mark is None
    written = {mark_cell(book, cell), plain_mark(book, cell)} - {""}
    return folded in written or _number(said) in {_number(one) for one in written} - {None}


def _read(book: GradeBook, policy: Policy, said: str) -> Decimal:
    """The mark that a cell gives.  Raises ``_Unclear``."""
    folded = " ".join(said.casefold().split())
    if folded == EXCUSED.casefold():
        raise _Unclear("EX is no mark: excuse somebody on their page.")
    if book.marking == Marking.CHECKS:
        return _read_check(book, folded, said)
    if book.marking == Marking.COMPLETION and folded in _DONE:
        return Decimal(_DONE[folded])
    try:
        mark = read_mark(policy, said)
    except NotAMark as refusal:
        raise _Unclear(str(refusal)) from None
    if mark is None:
        raise _Unclear("There is no mark in it.")
    return mark


def _read_check(book: GradeBook, folded: str, said: str) -> Decimal:
    if folded in _CHECKS:
        return Decimal(_CHECKS[folded])
    number = _number(said)
    # In a grade book a check is as many points as it is worth.
    for check in (3, 2, 1, 0):
        if number == book.percents[check]:
            return Decimal(check)
    wanted = ", ".join(f"{words} ({book.percents[n]})" for n, words in enumerate(CHECK_WORDS))
    raise _Unclear(f"“{said[:20]}” is no mark here: {wanted}.")


def _number(text: str) -> Decimal | None:
    """A plain number, with a point or a comma."""
    if not re.fullmatch(r"\d{1,9}(?:[.,]\d{0,9})?", text):
        return None
    return Decimal(text.replace(",", "."))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _lines(text: str) -> Iterator[_Line]:
    """The lines that say something, with their numbers.  Raises ``csv.Error``."""
    text = text.removeprefix("\ufeff").replace("\x00", "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    number = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield _Line(number, [unescape_cell(cell) for cell in cells])
        number = reader.line_num + 1


def _delimiter(text: str) -> str:
    """What parts the cells: the one of which the first line has most, outside of quotes."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(",;\t", key=bare.count)


def _refused(words: str, line: int = 0, *, left_out: Sequence[str] = ()) -> PastedPlan:
    return PastedPlan(problems=[PastedProblem(line, words)], left_out=left_out)
