"""From the rows of a schedule to its meetings, whose days still lack their year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from readings.core.dates import Day, read_dates, writes_day_first
from readings.imports.addresses import Addresses
from readings.imports.schedules.agenda import Agenda, Context, read_part, read_words
from readings.imports.schedules.columns import Columns, find_columns
from readings.imports.schedules.exact import (
    Mark,
    marked_item,
    marked_links,
    marked_names,
    read_mark,
)
from readings.imports.schedules.grouping import one_meeting_a_row
from readings.imports.schedules.pairing import pair_links
from readings.imports.schedules.sharing import days_of_row, share_out
from readings.imports.tables import (
    Cell,
    Document,
    Part,
    Row,
    Table,
    Words,
    part_anchors,
    part_text,
)
from readings.imports.understood import Item, Link, Problem, Session
from readings.imports.wording.kinds import Meaning, after_cancelled, meaning_of
from readings.imports.wording.links import role_of, same_name

#: A course has 400 at most; ids beyond remain mentions.
MAX_MEETINGS = 2_000

_DELIMITER = re.compile(r":?-+:?")
_NO_LINK = "is no link; it was left out"
_NO_READING = "belongs to no reading of this row; it was kept with the meeting"
_SAYS_DUE = re.compile(r"\b(?:due|released?|out|assigned)\b", re.IGNORECASE)
# More of one sort are said in one sentence.
_A_FEW = 3
_NAME_SEPARATOR = re.compile(r"\s*(?:,|;|&|/|\n|\band\b)\s*")


@dataclass
class Dated:
    """A meeting and the day it was written with; the meetings of one row share a week."""

    session: Session
    day: Day | None
    row: int
    week: int | None = None  # as the document numbers it


@dataclass
class Schedule:
    """What the tables of a document say; ``tables`` are the lines of those that are schedules."""

    meetings: list[Dated] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    tables: list[int] = field(default_factory=list)
    left_over: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    says: set[str] = field(default_factory=set)  # as of all its tables (``Columns.says``)
    was_full: bool = False

    def warn(self, line: int, message: str) -> None:
        """Something was taken, but is worth a look."""
        self.problems.append(Problem(line, "warning", message))

    def fail(self, line: int, message: str) -> None:
        """Something was not taken."""
        self.problems.append(Problem(line, "error", message))

    def is_full(self, line: int) -> bool:
        """Whether the row at ``line`` is too much for one schedule; says so once."""
        if len(self.meetings) < MAX_MEETINGS:
            return False
        if not self.was_full:
            self.was_full = True
            self.fail(line, f"Only the first {len(self.meetings):,} meetings were read.")
        return True

    def leave_over(self, line: int, what: str, name: str) -> None:
        """Something fitted nowhere, as others of its sort may; ``say_left_over`` says it."""
        self.left_over.setdefault(what, []).append((line, name))

    def say_left_over(self) -> None:
        """A warning for each thing that fitted nowhere; for many of one sort, one for all."""
        for what, found in self.left_over.items():
            if len(found) <= _A_FEW:
                for line, name in found:
                    self.warn(line, f"“{name}” {what}.")
            else:
                line, name = found[0]
                last = found[-1][0]
                self.warn(line, f"“{name}” {what}; so did {len(found) - 1} more, to line {last}.")
        self.left_over.clear()


def read_schedule(document: Document, addresses: Addresses) -> Schedule:
    """The meetings of all tables of ``document`` that are schedules (``columns.find_columns``).

    A table without a head is read with the columns of the schedule before it.  ``addresses`` makes
    their links whole.
    """
    schedule = Schedule()
    before: Columns | None = None
    unsure: list[Item] = []
    for written in document.tables:
        table = one_meeting_a_row(written)
        columns = before if before and not table.columns else find_columns(table)
        if columns is None:
            continue
        before = columns
        schedule.tables.append(written.line)
        schedule.says |= columns.says
        _warn_of_unknown(table, columns, schedule)
        reader = _TableReader(addresses.complete(table), columns, schedule)
        reader.read()
        unsure += reader.unsure
    _settle(unsure, schedule)
    schedule.say_left_over()
    return schedule


class _TableReader:
    """Goes through the rows of one table."""

    def __init__(self, table: Table, columns: Columns, schedule: Schedule) -> None:
        self.table, self.columns, self.schedule = table, columns, schedule
        self.day_first = writes_day_first([_cell(row, columns.date).text for row in table.rows])
        self.unsure: list[Item] = []
        self.heading: str | None = None  # of the rows that follow

    def read(self) -> None:
        head = [same_name(name) for name in self.table.columns]
        for row in self.table.rows:
            if self.schedule.is_full(row.line):
                return
            texts = [cell.text for cell in row.cells]
            repeats_head = head and [same_name(text) for text in texts] == head
            is_delimiter = any(texts) and all(_DELIMITER.fullmatch(text) for text in texts)
            if any(texts) and not repeats_head and not is_delimiter:
                self.read_row(row)

    def read_row(self, row: Row) -> None:
        mark = _cell(row, self.columns.topics).mark
        if mark is not None:
            self.read_marked(row, read_mark(mark))
            return
        if self.is_heading(row):
            self.heading = " ".join(cell.text for cell in row.cells if cell.text)
            return
        date_cell = _cell(row, self.columns.date)
        dates = read_dates(date_cell.text, day_first=self.day_first)
        topics, papers = self.contents(row)
        date_text = " ".join((date_cell.text or self.number_text(row)).split())
        if not date_text and not (self.is_undated and (topics or papers)):
            self.continue_row(row, [*topics, *papers])
            return
        shares = days_of_row(dates, topics if len(topics) >= len(papers) else papers)
        if shares.warning:
            self.schedule.warn(row.line, shares.warning)
        time = dates.time or read_dates(_cell(row, self.columns.time).text).time
        topic = self.topic(row)
        sessions = [Session(0, date_text, row.line, time=time, topic=topic) for _ in shares.days]
        self.fill(row, sessions, topics, papers)
        number = dates.week or read_dates(_cell(row, self.columns.week).text).week
        rows = self.next_row(row)
        for session, day in zip(sessions, shares.days, strict=True):
            if day is not None or (number is None and self.columns.date is not None):
                self.report_day(row.line, day, date_text)
            known = day if day and day.exists else None
            self.schedule.meetings.append(Dated(session, known, rows, number))

    def next_row(self, row: Row) -> int:
        """The number of the row; meetings of one line of the document share it."""
        if not self.schedule.meetings:
            return 1
        last = self.schedule.meetings[-1]
        return last.row + (last.session.line != row.line)

    @property
    def is_undated(self) -> bool:
        """Whether each row is a meeting by itself: there are neither dates nor numbers."""
        return self.columns.date is None and self.columns.week is None

    def number_text(self, row: Row) -> str:
        """What the row says in the place of a date where the table has none."""
        return _cell(row, self.columns.week).text if self.columns.date is None else ""

    def is_heading(self, row: Row) -> bool:
        """Whether one cell is all there is, and it is bold, or no date in the column of dates."""
        filled = list(islice((at for at, cell in enumerate(row.cells) if cell.filled), 2))
        if len(filled) != 1 or row.cells[filled[0]].anchors:
            return False
        position, cell = filled[0], row.cells[filled[0]]
        if position in {self.columns.date, self.columns.week}:
            dates = read_dates(cell.text, day_first=self.day_first)
            return not dates.days and dates.week is None
        own = {self.columns.topics, self.columns.papers, self.columns.description}
        if position in own:
            return row.is_heading and not _cell(row, self.columns.date).text
        return position in self.columns.unknown or position in self.columns.themes

    def topic(self, row: Row) -> str | None:
        """The heading above a row, and what its own column of themes says."""
        themes = [_text(row, position) for position in self.columns.themes]
        return ": ".join(words for words in (self.heading, *themes) if words) or None

    def read_marked(self, row: Row, mark: Mark) -> None:
        """A row that says what it means: one meeting, or one thing more in the one before."""
        columns, meetings = self.columns, self.schedule.meetings
        date_text = " ".join(_cell(row, columns.date).text.split())
        if date_text or not meetings:
            dates = read_dates(date_text, day_first=self.day_first)
            session = Session(0, date_text, row.line, time=dates.time, status=mark.status)
            number = dates.week or read_dates(_cell(row, columns.week).text).week
            rows = meetings[-1].row + 1 if meetings else 1
            meetings.append(Dated(session, dates.days[0] if dates.days else None, rows, number))
        session = meetings[-1].session
        item = marked_item(mark, _cell(row, columns.topics), row.line)
        links = session.links if item is None else item.links
        for position, role in columns.links.items():
            links += marked_links(_cell(row, position), role)
        if item is not None:
            item.presenters = marked_names(_cell(row, columns.presenters))
            session.agenda.append(item)

    def contents(self, row: Row) -> tuple[list[Part], list[Part]]:
        """The parts of the topics and of the papers of a row, none where the cell is empty."""
        cells = _cell(row, self.columns.topics), _cell(row, self.columns.papers)
        topics, papers = (list(cell.parts) if cell.filled else [] for cell in cells)
        return topics, papers

    def continue_row(self, row: Row, parts: Sequence[Part]) -> None:
        """A row without a date goes on with the last meeting of the row above it."""
        if not self.schedule.meetings:
            self.schedule.fail(row.line, "This row has no date, and no row above it has one.")
            return
        session = self.schedule.meetings[-1].session
        described = meaning_of(_cell(row, self.columns.description).text)
        agenda = self.read_parts(parts, row.line, described)
        session.agenda += agenda.items
        if agenda.is_cancelled or (not agenda.items and agenda.statuses):
            session.status = agenda.status
        self.add_reference(row, agenda.items)
        self.add_presenters(row, [session], agenda.items)
        self.add_links(row, [session], agenda.items)

    def fill(
        self, row: Row, sessions: Sequence[Session], topics: list[Part], papers: list[Part]
    ) -> None:
        """Put the cells of a row into its meetings."""
        count = len(sessions)
        described = _cell(row, self.columns.description)
        meanings = _meanings(described, count)
        works: list[Item] = []
        chunks = zip(share_out(topics, count), share_out(papers, count), strict=True)
        for session, meaning, (some, more) in zip(sessions, meanings, chunks, strict=True):
            agenda = self.read_parts(some, row.line, meaning)
            read = self.read_parts(more, row.line, meaning)
            agenda.extend(read)
            works += read.items
            if not agenda.items and described.text and not topics and not papers:
                text = " ".join(described.text.split())
                agenda.extend(read_words(text, Context(row.line, meaning, expects_papers=False)))
            session.agenda, session.status = agenda.items, agenda.status
            if count == 1 and meaning.status != "class" and agenda.status == "class":
                readings = [item for item in agenda.items if item.identity]
                is_meant = after_cancelled(described.text) == "" or not readings
                session.status = meaning.status if is_meant else "class"
        items = [item for one in sessions for item in one.agenda]
        self.add_reference(row, items)
        self.add_presenters(row, sessions, items)
        self.add_links(row, sessions, works)
        self.add_due(row, sessions)

    def read_parts(self, parts: Sequence[Part], line: int, described: Meaning) -> Agenda:
        """The agenda that ``parts`` announce under the description of their row."""
        expects_papers = described.kind == "papers" or (
            described.kind is None and self.columns.papers is not None
        )
        agenda = Agenda()
        for part in parts:
            agenda.extend(read_part(part, Context(line, described, expects_papers)))
        self.unsure += agenda.unsure
        return agenda

    def add_presenters(self, row: Row, sessions: Sequence[Session], items: Sequence[Item]) -> None:
        cell = _cell(row, self.columns.presenters)
        if not cell.filled:
            return
        parts = cell.filled if len(cell.filled) == len(sessions) else None
        for position, session in enumerate(sessions):
            text = part_text(parts[position]) if parts else cell.text
            names = [name for name in _NAME_SEPARATOR.split(text) if name]
            own = [item for item in session.agenda if any(item is other for other in items)]
            for number, item in enumerate(own):
                item.presenters += [names[number]] if len(names) == len(own) else names
        for session, some in zip(sessions, share_out(cell.parts, len(sessions)), strict=True):
            anchors = [anchor for part in some for anchor in part_anchors(part)]
            links = [
                Link(anchor.url, role_of("", anchor.url, otherwise="slides"), anchor.label or None)
                for anchor in anchors
            ]
            (session.agenda[0] if len(session.agenda) == 1 else session).links.extend(links)

    def add_reference(self, row: Row, items: Sequence[Item]) -> None:
        """Authors and venue of a row belong to its only work."""
        if len(items) == 1:
            items[0].authors = _text(row, self.columns.authors)
            items[0].venue = _text(row, self.columns.venue)

    def add_due(self, row: Row, sessions: Sequence[Session]) -> None:
        """What is due becomes words on the agenda of the day."""
        cell = _cell(row, self.columns.due)
        for session, parts in zip(sessions, share_out(cell.parts, len(sessions)), strict=True):
            for part in parts:
                links = [
                    Link(one.url, role_of(one.label, one.url), one.label or None)
                    for one in part_anchors(part)
                ]
                words = " ".join(part_text(part).split())
                if words.strip("-–—. "):
                    text = words if _SAYS_DUE.search(words) else f"Due: {words}"
                    item = Item(kind="other", line=row.line, text=text, links=links)
                    session.agenda.append(item)

    def add_links(self, row: Row, sessions: Sequence[Session], works: Sequence[Item]) -> None:
        """Pair the links of the row's other columns with what they are about.

        ``works`` are what the column of papers names.
        """
        for position, role in self.columns.links.items():
            cell = _cell(row, position)
            if not cell.filled:
                continue
            for session, some in zip(sessions, share_out(cell.parts, len(sessions)), strict=True):
                for part in some:
                    for link in pair_links(
                        part, sessions, here=session, otherwise=role, works=works
                    ):
                        self.warn_of_link(row.line, link)
                    said = part_text(part)
                    if not part_anchors(part) and not _was_link(part) and said.strip("-–—. "):
                        self.schedule.leave_over(row.line, _NO_LINK, said)

    def warn_of_link(self, line: int, link: Link) -> None:
        self.schedule.leave_over(line, _NO_READING, link.label or link.url)

    def report_day(self, line: int, day: Day | None, date_text: str) -> None:
        if day is None:
            self.schedule.warn(line, f"“{date_text}” names no day; the meeting has no date.")
        elif not day.exists:
            self.schedule.fail(line, f"{day} does not exist; the meeting has no date.")


def _cell(row: Row, position: int | None) -> Cell:
    if position is None or position >= len(row.cells):
        return Cell()
    return row.cells[position]


def _text(row: Row, position: int | None) -> str | None:
    return " ".join(_cell(row, position).text.split()) or None


def _was_link(part: Part) -> bool:
    return any(isinstance(piece, Words) and piece.was_link for piece in part)


def _meanings(description: Cell, count: int) -> list[Meaning]:
    """What the description says of each meeting of its row."""
    for parts in (description.filled, description.parts):
        if len(parts) == count > 1 and len(description.filled) > 1:
            return [meaning_of(part_text(part)) for part in parts]
    return [meaning_of(description.text)] * count


def _warn_of_unknown(table: Table, columns: Columns, schedule: Schedule) -> None:
    """Name the columns that are left out and not empty."""
    for position in columns.unknown:
        if any(_cell(row, position).text for row in table.rows):
            name = table.columns[position] if position < len(table.columns) else ""
            name = f"“{name}”" if name else f"number {position + 1}"
            schedule.warn(
                table.line, f"What the column {name} is for is not known; it was left out."
            )


def _settle(unsure: Sequence[Item], schedule: Schedule) -> None:
    """Words mean the same all through a document: what one row says of them holds in the others.

    A row's description may be wrong for its words ("Repo Deconstruct" under "Papers and
    Discussion"), so another row whose description fits decides.
    """
    open_questions = {id(item) for item in unsure}
    known = {
        same_name(item.text): item
        for dated in schedule.meetings
        for item in dated.session.agenda
        if item.text and not item.identity and id(item) not in open_questions
    }
    for item in unsure:
        other = known.get(same_name(item.text or ""))
        if other is None or other.kind == "other":
            continue
        if item.kind == "papers":
            schedule.warn(
                item.line,
                f"“{item.text}” is described as papers here but differently in line {other.line};"
                " the latter was taken.",
            )
        item.kind, item.stage = other.kind, other.stage
