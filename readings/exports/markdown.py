"""A schedule as a Markdown table, the way people write one, which is read back as what it was.

What is written is parsed again before it is handed out.  A week whose plain row would be taken for
something else gets a row for each class, then one for each kind of reading on its agenda, then one
for each thing, and at last rows that say in a comment what they mean (``imports.exact``).  Pure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import groupby
from typing import Final

from readings.exports.rows import BREAK, Line, RowWriter, span_of, whole_date
from readings.exports.term import (
    Options,
    Term,
    are_same_links,
    beside,
    is_named,
    is_no_name,
    is_same_text,
    is_same_word,
    shown_agenda,
)
from readings.exports.writing import escape
from readings.imports.parsing import parse
from readings.imports.understood import Item, Session

# After so many rounds, what is still read differently is written exactly at once.
_PATIENCE: Final = 7
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_HEADS: Final = {
    "week": "Week",
    "topics": "Topics",
    "authors": "Authors",
    "description": "Description",
    "presenters": "Presenters",
    "notes": "Notes",
}
_ALWAYS: Final = ("week", "topics", "description")


class Shape(IntEnum):
    """How a week is written, the most pleasant first."""

    TOGETHER = 0  # one row, its classes parted by <br>
    BY_CLASS = 1
    BY_KIND = 2
    BY_ITEM = 3
    EXACT = 4


def schedule_markdown(term: Term, options: Options | None = None) -> str:
    """The document: the course's title, and the table in the order of ``term.sessions``."""
    return _Writer(term, options or Options()).write()


@dataclass
class _Week:
    sessions: list[Session]
    shape: Shape = Shape.TOGETHER
    lines: range = field(default_factory=lambda: range(0))  # of the document, from 1


class _Writer:
    """Writes, reads what it has written, and writes in more rows what was read differently."""

    def __init__(self, term: Term, options: Options) -> None:
        self.term, self.options = term, options
        self.rows = RowWriter(term, options)
        self.weeks = [
            _Week(list(sessions)) for _, sessions in groupby(term.sessions, lambda one: one.week)
        ]
        self.has_whole_dates = False
        self.numbers_weeks = False
        # Of a course with one time for all classes it goes without saying; else all say theirs.
        self.says_times = any(one.time not in {None, term.usual_time} for one in term.sessions)

    def write(self) -> str:
        rounds = 0
        while True:
            text = self.text()
            if not self.refine(text, at_once=rounds >= _PATIENCE):
                return text
            rounds += 1

    def refine(self, text: str, *, at_once: bool) -> bool:
        """Choose other shapes for the weeks that a parser takes for something else.

        False where there is nothing to choose any more.
        """
        found: dict[int, list[Session]] = defaultdict(list)
        owners = {line: number for number, week in enumerate(self.weeks) for line in week.lines}
        for session in parse(text).meetings:
            found[owners.get(session.line, -1)].append(session)
        wrong = [
            (week, found[number])
            for number, week in enumerate(self.weeks)
            if not self.is_same(week.sessions, found[number])
        ]
        if not self.has_whole_dates and any(_dates_differ(week, read) for week, read in wrong):
            self.has_whole_dates = True
            return True
        if not self.numbers_weeks and any(_weeks_differ(week, read) for week, read in wrong):
            self.numbers_weeks = True
            return True
        coarse = [week for week, _ in wrong if week.shape is not Shape.EXACT]
        for week in coarse:
            week.shape = Shape.EXACT if at_once else Shape(week.shape + 1)
        return bool(coarse)

    # --- Writing ----------------------------------------------------------------------------------

    def text(self) -> str:
        head = [f"# {escape(self.term.title)}", "", self.heading(), ""]
        if not self.weeks:
            return "\n".join([*head, "Nothing is planned yet."]) + "\n"
        lines: list[Line] = []
        for week in self.weeks:
            written = self.lines_of(week)
            start = len(head) + len(lines) + 3  # after the table's own head
            week.lines = range(start, start + len(written))
            lines += written
        columns = [
            name for name in _HEADS if name in _ALWAYS or any(getattr(one, name) for one in lines)
        ]
        table = [
            _row([_HEADS[name] for name in columns]),
            "|" + "---|" * len(columns),
            *(_row([getattr(line, name) for name in columns]) for line in lines),
        ]
        return "\n".join([*head, *table]) + "\n"

    def heading(self) -> str:
        """``## Schedule, Fall 2025``: the year is that of the dates in the table."""
        name = escape(self.term.name)
        years = [session.date.year for session in self.term.sessions if session.date]
        said = [name] if name else []
        if years and not _YEAR.search(name):
            said.append(str(years[0]))
        return "## Schedule" + (f", {' '.join(said)}" if said else "")

    def lines_of(self, week: _Week) -> list[Line]:
        """The rows of a week in the shape that is tried."""
        if week.shape is Shape.TOGETHER:
            return [self.rows.together(week.sessions, self.date_cell(week.sessions))]
        lines: list[Line] = []
        for session in week.sessions:
            if week.shape is Shape.BY_CLASS:
                lines.append(self.rows.together([session], self.date_cell([session])))
            elif week.shape is Shape.BY_KIND:
                lines += self.rows.by_kind(session, self.date_cell([session]))
            elif week.shape is Shape.BY_ITEM:
                lines += self.rows.one_by_one(session, self.date_cell([session]))
            else:
                date = whole_date(session, self.time_of(session), week=self.numbers_weeks)
                lines += self.rows.exactly(session, date)
        return lines

    def date_cell(self, sessions: Sequence[Session]) -> str:
        """The days of a row, with the time where it is not the usual one."""
        times = {self.time_of(session) for session in sessions}
        time = times.pop() if len(times) == 1 else None
        dates = [session.date for session in sessions if session.date]
        if not dates:
            return f"Week {sessions[0].week}"
        if self.has_whole_dates or len(dates) < len(sessions):
            return BREAK.join(
                whole_date(session, time, week=self.numbers_weeks and session is sessions[0])
                for session in sessions
            )
        week = f"Week {sessions[0].week}: " if self.numbers_weeks else ""
        return f"**{week}{span_of(dates)}{f', {time}' if time else ''}**"

    def time_of(self, session: Session) -> str | None:
        """When a meeting begins, if that has to be said."""
        return session.time if self.says_times else None

    # --- Reading ----------------------------------------------------------------------------------

    def is_same(self, wanted: Sequence[Session], read: Sequence[Session]) -> bool:
        """Whether the rows of a week are read as what they say."""
        return len(wanted) == len(read) and all(
            self.is_same_session(one, other) for one, other in zip(wanted, read, strict=True)
        )

    def is_same_session(self, wanted: Session, read: Session) -> bool:
        wanted_items = shown_agenda(wanted, self.options)
        read_items = [
            *read.agenda,
            *(
                Item(kind="other", line=read.line, text=link.label or link.url, links=[link])
                for link in read.links
            ),
        ]
        return (
            (wanted.date, wanted.week, self.time_of(wanted), wanted.status)
            == (read.date, read.week, read.time, read.status)
            and len(wanted_items) == len(read_items)
            and all(
                self.is_same_item(one, other)
                for one, other in zip(wanted_items, read_items, strict=True)
            )
        )

    def is_same_item(self, wanted: Item, read: Item) -> bool:
        presenters = wanted.presenters if self.options.presenters else []
        return (
            (wanted.kind, wanted.stage, wanted.required, wanted.identity, presenters)
            == (read.kind, read.stage, read.required, read.identity, read.presenters)
            and is_same_text(wanted.text, read.text)
            and self.is_same_name(wanted, read)
            and are_same_links(beside(wanted, self.options), beside(read, self.options))
        )

    def is_same_name(self, wanted: Item, read: Item) -> bool:
        """The title of a work is no news where the course has no name of its own for it."""
        if is_named(wanted) or not wanted.identity:
            return is_same_text(wanted.label or wanted.title, read.label or read.title)
        said, title = read.label or read.title, self.term.name_of(wanted)
        return said is None or (not is_no_name(title) and is_same_word(said, title))


def _dates_differ(week: _Week, read: Sequence[Session]) -> bool:
    """Whether it is the dates of a week that are read differently, and not the number of them."""
    wanted = [session.date for session in week.sessions]
    return len(wanted) == len(read) and wanted != [session.date for session in read]


def _weeks_differ(week: _Week, read: Sequence[Session]) -> bool:
    """Whether a week is counted differently."""
    return len(week.sessions) == len(read) and week.sessions[0].week != read[0].week


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
