"""What the columns of a table are for: by the words of its head, else by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from readings.core.dates import read_dates
from readings.imports.tables import Cell, Row, Table
from readings.imports.wording.kinds import meaning_of
from readings.imports.wording.links import role_said


@dataclass
class Columns:
    """The positions of a table's columns by what they are for.

    A schedule without dates has a column of week numbers, or one of presenters.  ``links`` maps a
    column of links to the role that its links have if they do not say another.
    """

    date: int | None = None
    week: int | None = None
    time: int | None = None
    topics: int | None = None
    papers: int | None = None
    description: int | None = None
    presenters: int | None = None
    due: int | None = None
    authors: int | None = None
    venue: int | None = None
    links: dict[int, str] = field(default_factory=dict)
    themes: list[int] = field(default_factory=list)  # what several meetings are about
    unknown: list[int] = field(default_factory=list)

    @property
    def says(self) -> set[str]:
        """What is said of every meeting, an empty cell being an answer: ``Understood.says``."""
        said = set(self.links.values())
        if self.description is not None:
            said.add("kind")
        if self.presenters is not None:
            said.add("presenters")
        return said


def _head(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)


_DUE = _head("due", "deadlines?", "homeworks?", "hw", "assignments?", "labs?")
_WEEK = _head("weeks?", "wk", "no", "nr", "class", "session", "lecture")
_WEEK_HEAD = _head("weeks?", "wk")
_DATE = _head("dates?", "days?", "when", "weeks?", "meetings?", "time")
_PAPERS = _head("papers?", "readings?", "articles?", "literature", "required", "read")
_TOPICS = _head(
    "topics?", "titles?", "agenda", "contents?", "subjects?", "what", "themes?", "schedule",
    "events?", "lectures?", "sessions?", "modules?", "units?", "plan", "material", "slug",
)  # fmt: skip
_THEME = _head(
    "topics?", "themes?", "modules?", "units?", "parts?", "sections?", "blocks?", "areas?"
)
_DESCRIPTION = _head("descriptions?", "types?", "kinds?", "formats?", "activit(?:y|ies)", "mode")
_PRESENTERS = _head(
    "presenters?", "speakers?", "leads?", "leaders?", "led by", "discussants?", "who",
    "instructors?", "presented by", "students?", "moderators?",
)  # fmt: skip
# Columns of one meaning.
_PLAIN = {
    "due": _DUE,
    "authors": re.compile(r"authors?(?:,? years?)?", re.IGNORECASE),
    "venue": re.compile(r"venues?|conferences?|journals?|published(?: in)?", re.IGNORECASE),
    "time": re.compile(r"times?|hours?", re.IGNORECASE),
}
_YEAR = _head("years?")
_ADDRESS = _head("links?", "urls?", "arxiv(?: id)?", "doi", "pdfs?")
# How a table is coloured is nothing that it says.
_NO_MEANING = _head("colou?rs?", "bg", "background colou?r", "css", "style", "row id")
_STAFF = _head("roles?", "e-?mails?", "office(?: hours?)?", "phone", "room", "grades?", "points?",
               "weights?", "percent(?:age)?")  # fmt: skip
# A head that says that a row is a meeting, where there are no dates.
_NUMBERS = _head("weeks?", "wk", "sessions?", "lectures?", "class(?:es)?", "meetings?", "days?")
_PRESENTED = _head("presenters?", "presented by", "speakers?", "discussants?", "leads?", "led by",
                   "leaders?")  # fmt: skip
_NUMBER = re.compile(r"\W*(?:[a-z]+\W*)?\d{1,3}(?:\W+\d{1,3})?\W*", re.IGNORECASE)
_LINKS = (
    ("slides", _head("slides?", "decks?")),
    ("video", _head("videos?", "recordings?")),
    ("code", _head("code", "repos?")),
    ("notes", _head("notes?", "summar(?:y|ies)", "vibe logs?", "scribes?")),
    ("other", _head("links?", "resources?", "materials?", "extras?")),
)
_ROLES = ("topics", "papers", "description", "presenters")
_PATTERNS = {
    "topics": _TOPICS,
    "papers": _PAPERS,
    "description": _DESCRIPTION,
    "presenters": _PRESENTERS,
}
# How many rows of a column are looked at to see what it is for.
_SAMPLE = 200


def find_columns(table: Table) -> Columns | None:
    """What the columns of a schedule are for; None for a table that is none.

    A schedule has a column of dates; or one of weeks or sessions, or of presenters, beside one of
    topics or papers.
    """
    rows = [row for row in table.rows if any(cell.text for cell in row.cells)][:_SAMPLE]
    width = max([len(table.columns), *(len(row.cells) for row in rows)])
    heads = [*table.columns, *[""] * (width - len(table.columns))]
    date = _date_column(heads, rows)
    numbered = _number_column(heads, rows) if date is None else None
    columns = Columns(date=date, week=numbered)
    if date is None and any(_STAFF.search(head) for head in heads):
        return None
    for position, head in enumerate(heads):
        if position not in {date, columns.week}:
            _assign(columns, position, head, heads)
    if date is None and not _is_undated_schedule(columns, heads, numbered):
        return None
    if columns.topics is None and columns.papers is None:
        _guess_topics(columns, rows)
    if not any(table.columns):
        _guess_rest(columns, rows)
    return columns


def _is_undated_schedule(columns: Columns, heads: list[str], numbered: int | None) -> bool:
    if columns.topics is None and columns.papers is None:
        return False
    if numbered is not None:
        return True
    return columns.presenters is not None and bool(_PRESENTED.search(heads[columns.presenters]))


def _assign(columns: Columns, position: int, head: str, heads: list[str]) -> None:
    if _NO_MEANING.fullmatch(head) or _YEAR.fullmatch(head):
        return
    for name, pattern in _PLAIN.items():
        if getattr(columns, name) is None and _says(pattern, head):
            setattr(columns, name, position)
            return
    role = next((role for role in _ROLES if _PATTERNS[role].search(head)), None)
    link_role = next((role for role, pattern in _LINKS if pattern.search(head)), None)
    if _ADDRESS.search(head) and _says_papers_elsewhere(position, heads):
        columns.links[position] = "other" if link_role == "other" and role is None else "paper"
    elif link_role and (role is None or role == "topics"):
        columns.links[position] = link_role
    elif role and getattr(columns, role) is None:
        setattr(columns, role, position)
    else:
        _assign_second(columns, position, role, heads)


def _says(pattern: re.Pattern[str], head: str) -> bool:
    return (pattern.search if pattern is _DUE else pattern.fullmatch)(head) is not None


def _assign_second(columns: Columns, position: int, role: str | None, heads: list[str]) -> None:
    """A column whose role another has already, or that has none of the usual ones."""
    head = heads[position]
    if role == "topics" and columns.topics is not None and _is_theme(columns.topics, heads):
        columns.themes.append(columns.topics)
        columns.topics = position
    elif _THEME.fullmatch(head):
        columns.themes.append(position)
    elif columns.week is None and _WEEK.search(head):
        columns.week = position
    else:
        columns.unknown.append(position)


def _is_theme(position: int, heads: list[str]) -> bool:
    return _THEME.fullmatch(heads[position]) is not None


def _says_papers_elsewhere(position: int, heads: list[str]) -> bool:
    """Whether another column names what a column of addresses leads to."""
    return any(
        other != position
        and not _ADDRESS.search(head)
        and (_PAPERS.search(head) or _TOPICS.search(head))
        for other, head in enumerate(heads)
    )


def _number_column(heads: list[str], rows: list[Row]) -> int | None:
    """The column that numbers weeks or sessions: its head says so and its cells are numbers."""
    for position, head in enumerate(heads):
        filled = [cell for cell in _column(rows, position) if cell.text]
        numbered = sum(
            _NUMBER.fullmatch(cell.text) is not None or read_dates(cell.text).week is not None
            for cell in filled
        )
        if _NUMBERS.search(head) and filled and 2 * numbered >= len(filled):
            return position
    return None


def _date_column(heads: list[str], rows: list[Row]) -> int | None:
    """The column whose head and cells speak of dates, the cells having the last word."""
    best: tuple[float, int] | None = None
    weeks = _week_column(heads, rows)
    for position, head in enumerate(heads):
        filled = [cell for cell in _column(rows, position) if cell.text]
        if not filled or _DUE.search(head):
            continue
        if weeks is not None and _says_a_role(head) and not _DATE.search(head):
            continue  # what is read in "Week 3" may be called by a date
        named = sum(bool(read_dates(cell.text).days) for cell in filled)
        share = named / len(filled)
        score = share + (0.5 if _DATE.search(head) else 0)
        if named and (share >= 0.5 or _DATE.search(head)) and (best is None or score > best[0]):
            best = (score, position)
    return best[1] if best else weeks


def _says_a_role(head: str) -> bool:
    patterns = [*_PATTERNS.values(), *(pattern for _, pattern in _LINKS)]
    return any(pattern.search(head) for pattern in patterns)


def _week_column(heads: list[str], rows: list[Row]) -> int | None:
    """Of a schedule without dates: the column that numbers its weeks."""
    for position, head in enumerate(heads):
        filled = [cell for cell in _column(rows, position) if cell.text]
        numbered = sum(read_dates(cell.text).week is not None for cell in filled)
        if numbered and 2 * numbered >= len(filled) and _WEEK_HEAD.search(head):
            return position
    return None


def _guess_topics(columns: Columns, rows: list[Row]) -> None:
    """Where no head says topics or papers: the unknown column with the most to read."""
    if not columns.unknown:
        return

    def weight(position: int) -> int:
        cells = _column(rows, position)
        return sum(len(cell.text) + 40 * len(cell.anchors) for cell in cells)

    columns.topics = max(columns.unknown, key=weight)
    columns.unknown.remove(columns.topics)


def _guess_rest(columns: Columns, rows: list[Row]) -> None:
    """In a table without a head: which columns hold kinds, and which links."""
    for position in list(columns.unknown):
        filled = [cell for cell in _column(rows, position) if cell.text]
        anchors = [anchor for cell in filled for anchor in cell.anchors]
        if not filled:
            columns.unknown.remove(position)
        elif anchors:
            notes = sum(role_said(anchor.label) == "notes" for anchor in anchors)
            columns.links[position] = "notes" if 2 * notes >= len(anchors) else "other"
            columns.unknown.remove(position)
        elif columns.description is None and _speaks_of_kinds(filled):
            columns.description = position
            columns.unknown.remove(position)


def _speaks_of_kinds(cells: list[Cell]) -> bool:
    meanings = [meaning_of(cell.text) for cell in cells]
    said = sum(meaning.kind is not None or meaning.stage is not None for meaning in meanings)
    return 2 * said >= len(cells)


def _column(rows: Iterable[Row], position: int) -> list[Cell]:
    return [row.cells[position] for row in rows if position < len(row.cells)]
