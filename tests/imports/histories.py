"""Schedules as they change over a term: made up, and changed the way people change a README."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from readings.imports.understood import Item, Link, Session, Understood

FIRST_DAY = dt.date(2025, 9, 1)
_WORDS = ("Open", "Group Presentations", "Guest lecture", "Wrap-up", "Repo Deconstruct")
_NAMES = ("Ada", "Ben", "Cleo")


@dataclass(frozen=True)
class Line:
    """Something on an agenda: the work of that number, or words."""

    work: int | None = None
    words: str = ""
    label: str = ""
    notes: int = 0  # which notes are linked; 0 for none
    presenters: tuple[str, ...] = ()
    kind: str = "papers"


@dataclass(frozen=True)
class Row:
    """A class on that day of the term."""

    day: int
    lines: tuple[Line, ...] = ()
    status: str = "class"


@dataclass(frozen=True)
class Term:
    """A whole document, with the columns that it has."""

    rows: tuple[Row, ...] = ()
    has_presenters: bool = True
    has_notes: bool = True
    unused: int = 100  # the number of the next new work

    def understood(self) -> Understood:
        """As a parser would give it."""
        says = ["kind"]
        says += ["presenters"] if self.has_presenters else []
        says += ["notes"] if self.has_notes else []
        rows = sorted(self.rows, key=lambda row: row.day)
        meetings = [self._session(row, number) for number, row in enumerate(rows, start=1)]
        return Understood("markdown", year=2025, meetings=meetings, says=says)

    def _session(self, row: Row, line: int) -> Session:
        date = FIRST_DAY + dt.timedelta(days=row.day)
        monday = date - dt.timedelta(days=date.weekday())
        return Session(
            week=(monday - FIRST_DAY).days // 7 + 1,
            date_text=str(date),
            line=line,
            date=date,
            status="cancelled" if row.status == "cancelled" else "class",
            agenda=[self._item(one, line) for one in row.lines],
        )

    def _item(self, one: Line, line: int) -> Item:
        presenters = list(one.presenters) if self.has_presenters else []
        if one.work is None:
            return Item(kind="other", line=line, text=one.words, presenters=presenters)
        links = []
        if one.notes and self.has_notes:
            links = [Link(f"https://example.org/{one.work}/{one.notes}", "notes", "Notes")]
        return Item(
            kind=one.kind,
            line=line,
            label=one.label,
            identifiers={"arxiv": f"2001.{one.work:05}"},
            links=links,
            presenters=presenters,
        )


@st.composite
def terms(draw: st.DrawFn) -> Term:
    """A first document: a few classes, each work once."""
    days = draw(st.lists(st.integers(0, 40), min_size=1, max_size=6, unique=True))
    number = 0
    rows = []
    for day in days:
        lines = []
        for _ in range(draw(st.integers(0, 3))):
            if draw(st.booleans()):
                number += 1
                lines.append(Line(work=number, label=f"P{number}", notes=draw(st.integers(0, 1))))
            else:
                lines.append(Line(words=draw(st.sampled_from(_WORDS)), kind="other"))
        rows.append(Row(day, tuple(lines)))
    return Term(tuple(rows))


@dataclass
class Dice:
    """Draws that a change needs, made when the document is known."""

    numbers: list[int] = field(default_factory=list)

    def below(self, limit: int) -> int:
        """A number from 0 to ``limit`` - 1."""
        return self.numbers.pop() % limit if self.numbers else 0


Change = Callable[[Term, Dice], Term]


def _with_row(term: Term, at: int, row: Row) -> Term:
    rows = list(term.rows)
    rows[at] = row
    return replace(term, rows=tuple(rows))


def _pick(term: Term, dice: Dice) -> tuple[int, int] | None:
    places = [(r, n) for r, row in enumerate(term.rows) for n in range(len(row.lines))]
    return places[dice.below(len(places))] if places else None


def _change_line(term: Term, dice: Dice, change: Callable[[Line], Line]) -> Term:
    place = _pick(term, dice)
    if place is None:
        return term
    row = term.rows[place[0]]
    lines = list(row.lines)
    lines[place[1]] = change(lines[place[1]])
    return _with_row(term, place[0], replace(row, lines=tuple(lines)))


def _cut(term: Term, place: tuple[int, int]) -> tuple[Term, Line]:
    row = term.rows[place[0]]
    lines = row.lines[: place[1]] + row.lines[place[1] + 1 :]
    return _with_row(term, place[0], replace(row, lines=lines)), row.lines[place[1]]


def _put(term: Term, line: Line, dice: Dice) -> Term:
    if not term.rows:
        return term
    at = dice.below(len(term.rows))
    row = term.rows[at]
    place = dice.below(len(row.lines) + 1)
    return _with_row(term, at, replace(row, lines=(*row.lines[:place], line, *row.lines[place:])))


def move(term: Term, dice: Dice) -> Term:
    """Something goes to another class, or to another place in its own."""
    place = _pick(term, dice)
    return term if place is None else _put(*_cut(term, place), dice)


def remove(term: Term, dice: Dice) -> Term:
    """Something is dropped."""
    place = _pick(term, dice)
    return term if place is None else _cut(term, place)[0]


def add_work(term: Term, dice: Dice) -> Term:
    """A new paper."""
    line = Line(work=term.unused, label=f"P{term.unused}")
    return _put(replace(term, unused=term.unused + 1), line, dice)


def add_words(term: Term, dice: Dice) -> Term:
    """New words, maybe such as stand elsewhere too."""
    return _put(term, Line(words=_WORDS[dice.below(len(_WORDS))], kind="other"), dice)


def rename(term: Term, dice: Dice) -> Term:
    """Another label, or other words."""
    new = f"New {dice.below(50)}"
    return _change_line(
        term, dice, lambda one: replace(one, label=new) if one.work else replace(one, words=new)
    )


def swap(term: Term, dice: Dice) -> Term:
    """The agenda of a class is turned around."""
    if not term.rows:
        return term
    at = dice.below(len(term.rows))
    return _with_row(term, at, replace(term.rows[at], lines=term.rows[at].lines[::-1]))


def cancel(term: Term, dice: Dice) -> Term:
    """A class does not take place, or does after all."""
    if not term.rows:
        return term
    at = dice.below(len(term.rows))
    row = term.rows[at]
    return _with_row(
        term, at, replace(row, status="class" if row.status == "cancelled" else "cancelled")
    )


def link_notes(term: Term, dice: Dice) -> Term:
    """Notes are linked, somewhere else, or no more."""
    notes = dice.below(4)
    return _change_line(term, dice, lambda one: replace(one, notes=notes))


def say_who(term: Term, dice: Dice) -> Term:
    """Other presenters."""
    names = _NAMES[: dice.below(3)]
    return _change_line(term, dice, lambda one: replace(one, presenters=names))


def change_date(term: Term, dice: Dice) -> Term:
    """A class takes place on a day on which there was none."""
    free = sorted(set(range(45)) - {row.day for row in term.rows})
    if not term.rows:
        return term
    at = dice.below(len(term.rows))
    return _with_row(term, at, replace(term.rows[at], day=free[dice.below(len(free))]))


def add_class(term: Term, dice: Dice) -> Term:
    """One more class, with nothing on it yet."""
    free = sorted(set(range(45)) - {row.day for row in term.rows})
    return replace(term, rows=(*term.rows, Row(free[dice.below(len(free))])))


def drop_class(term: Term, dice: Dice) -> Term:
    """A row is deleted."""
    if len(term.rows) < 2:
        return term
    at = dice.below(len(term.rows))
    return replace(term, rows=term.rows[:at] + term.rows[at + 1 :])


def shift_all(term: Term, dice: Dice) -> Term:
    """Every class a few days later."""
    by = dice.below(9)
    return replace(term, rows=tuple(replace(row, day=row.day + by) for row in term.rows))


def drop_column(term: Term, dice: Dice) -> Term:
    """A column goes, or comes back."""
    if dice.below(2):
        return replace(term, has_presenters=not term.has_presenters)
    return replace(term, has_notes=not term.has_notes)


CHANGES: tuple[Change, ...] = (
    move, remove, add_work, add_words, rename, swap, cancel, link_notes, say_who, change_date,
    add_class, drop_class, shift_all,
)  # fmt: skip

dice = st.builds(Dice, st.lists(st.integers(0, 10_000), min_size=4, max_size=4))


def steps(*also: Change) -> st.SearchStrategy[list[tuple[Change, Dice]]]:
    """What happens to a document between two imports."""
    return st.lists(st.tuples(st.sampled_from([*CHANGES, *also]), dice), min_size=1, max_size=4)
