"""The rows of a schedule's table: as people write them, and exactly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from readings.exports.term import (
    Options,
    Term,
    beside,
    is_loose_link,
    is_named,
    is_no_name,
    label_of,
    shown_agenda,
)
from readings.exports.writing import escape, link, role_link
from readings.imports.schedules.exact import Mark, write_mark
from readings.imports.understood import Item, Link, Session
from readings.imports.wording.kinds import after_cancelled, before_cancelled, meaning_of

BREAK = "<br>"

# In words that say their kind and stage again (``imports.wording.kinds``).
_PHRASES = {
    ("lecture", None): "Lecture",
    ("papers", None): "Papers and Discussion",
    ("presentations", None): "Presentations",
    ("presentations", "pitch"): "Pitches",
    ("presentations", "update"): "Project Updates",
    ("presentations", "final"): "Final Presentations",
    ("tech_talk", None): "Tech Talks",
    ("project", None): "Project",
    ("project", "pitch"): "Project: proposal",
    ("project", "update"): "Project: update",
    ("project", "final"): "Project: final",
    ("guest", None): "Guest",
    ("open", None): "Open",
    ("flex", None): "Flex",
    ("exam", None): "Exam",
}
# The words of a link by which its role is told.
_ROLE_NAMES = {"post": "blog", "other": "link"}
# What is mostly called by its kind, so that its kind need not be said.
_TOLD_BY_NAME = ("guest", "open", "flex")
_STATUS_NAMES = {"holiday": "Holiday", "cancelled": "Cancelled"}
# What stands alone where nothing is on the agenda: of one class, of all those of a week.
_NOTHING_BUT = {"class": "", "holiday": "Holiday", "cancelled": "Class cancelled"}
_ALL_CANCELLED = "Classes cancelled"


@dataclass(frozen=True)
class Line:
    """A row of the table, cell by cell."""

    week: str = ""
    topics: str = ""
    authors: str = ""
    description: str = ""
    presenters: str = ""
    notes: str = ""


@dataclass(frozen=True)
class RowWriter:
    """Writes the rows of a term."""

    term: Term
    options: Options

    # --- As people write them ---------------------------------------------------------------------

    def together(self, sessions: Sequence[Session], date: str) -> Line:
        """One row for all of ``sessions``."""
        lines = [self.plain(session) for session in sessions]
        if len(lines) > 1 and all(one.topics == _NOTHING_BUT["cancelled"] for one in lines):
            return Line(week=date, topics=_ALL_CANCELLED)
        return Line(
            week=date,
            topics=BREAK.join(line.topics for line in lines),
            authors=_parted([line.authors for line in lines]),
            description=_shared([line.description for line in lines]),
            presenters=_parted([line.presenters for line in lines]),
            notes=_parted([line.notes for line in lines]),
        )

    def by_kind(self, session: Session, date: str) -> list[Line]:
        """A row for each thing on the agenda, and for readings of one kind that follow another."""
        rows: list[list[Item]] = []
        for kind, run in groupby(shown_agenda(session, self.options), _kind_of_reading):
            items = list(run)
            rows += [items] if kind else _each(items)
        return self.in_rows(session, date, rows)

    def one_by_one(self, session: Session, date: str) -> list[Line]:
        """A row for each thing on the agenda."""
        return self.in_rows(session, date, _each(shown_agenda(session, self.options)))

    def in_rows(self, session: Session, date: str, rows: Sequence[list[Item]]) -> list[Line]:
        """A row for each of these parts of an agenda, the first with the date."""
        parts = [replace(session, agenda=agenda) for agenda in rows] or [session]
        # A class is cancelled once, in the first of its rows.
        lines = [self.plain(part, is_first=part is parts[0]) for part in parts]
        return [replace(lines[0], week=date), *lines[1:]]

    def plain(self, session: Session, *, is_first: bool = True) -> Line:
        """The cells of one meeting, without its date."""
        agenda = shown_agenda(session, self.options)
        loose: list[Item] = []
        while len(agenda) > 1 and is_loose_link(agenda[-1]):
            loose.insert(0, agenda.pop())
        said = _bracketed(agenda) or [self.plain_item(item) for item in agenda]
        links = [self.notes_link(item, one) for item in agenda for one in self.notes_of(item)]
        links += [link(one.text or "", one.links[0].url) for one in loose]
        return Line(
            topics=_topics(said, agenda, session.status) if is_first else ", ".join(said),
            authors="; ".join(filter(None, map(self.citation, agenda))),
            description=_description(agenda) if session.status != "holiday" else "",
            presenters=self.presenters(agenda),
            notes=", ".join(links),
        )

    def plain_item(self, item: Item) -> str:
        """``[DSPy](https://...) [[slides]](https://...) (chapters 1-3)``, or words."""
        others = [one for one in beside(item, self.options) if one.role != "notes"]
        if not item.identity:
            return _words(item, others)
        name = self.term.name_of(item)
        if not is_named(item) and is_no_name(name):
            name = "paper"
        pieces = [link(name, self.term.url_of(item))]
        pieces += [role_link(_words_of(one), one.url) for one in others]
        if item.text:
            pieces.append(f"({escape(item.text)})")
        return ("" if item.required else "Optional: ") + " ".join(pieces)

    def notes_of(self, item: Item) -> list[Link]:
        """The links to notes about an item."""
        return [one for one in beside(item, self.options) if one.role == "notes"]

    def notes_link(self, item: Item, notes: Link) -> str:
        """``[DSPy Notes](...)``: named after what it is about."""
        return link(label_of(notes) or f"{self.term.name_of(item)} Notes", notes.url)

    def presenters(self, agenda: Sequence[Item]) -> str:
        """The names of those who present: of one each, or of all the same."""
        if not self.options.presenters:
            return ""
        names = [item.presenters for item in agenda]
        same = all(one == names[0] for one in names)
        said = names[0] if names and same and len(names) > 1 else [n for one in names for n in one]
        if all(len(one) == 1 for one in names):
            said = [one[0] for one in names]
        return ", ".join(escape(name) for name in said)

    def citation(self, item: Item) -> str:
        """Authors and year of a reading, as far as they are wanted."""
        work = self.term.works.get(item.identity) if item.identity else None
        return escape(work.citation(self.options)) if work else ""

    # --- Exactly ----------------------------------------------------------------------------------

    def exactly(self, session: Session, date: str) -> list[Line]:
        """A row for each thing on the agenda, which says in a comment what it means."""
        agenda = shown_agenda(session, self.options)
        status = _STATUS_NAMES.get(session.status)
        date = f"{date} ({status})" if status else date
        if not agenda:
            return [Line(week=date, topics=write_mark(Mark(status=session.status)))]
        lines = [self.exact_item(item, session) for item in agenda]
        return [replace(lines[0], week=date), *lines[1:]]

    def exact_item(self, item: Item, session: Session) -> Line:
        """The cells of one item."""
        mark = Mark(
            status=session.status,
            what="reading" if item.identity else "words",
            kind=item.kind,
            stage=item.stage,
            required=item.required,
            named=is_named(item) or not item.identity,
        )
        others = [one for one in beside(item, self.options) if one.role != "notes"]
        if item.identity:
            pieces = [link(self.term.name_of(item), self.term.url_of(item))]
        elif others and others[0].label == item.text:
            pieces = []
        else:
            pieces = [escape(item.text or "")]
        pieces += [link(_words_of(one), one.url) for one in others]
        if item.identity and item.text:
            pieces.append(escape(item.text))
        names = item.presenters if self.options.presenters else []
        return Line(
            topics=" ".join([write_mark(mark), *pieces]),
            authors=self.citation(item),
            description=_PHRASES.get((item.kind, item.stage), ""),
            presenters=BREAK.join(escape(name) for name in names),
            notes=", ".join(link(_words_of(one), one.url) for one in self.notes_of(item)),
        )


def _each(agenda: Sequence[Item]) -> list[list[Item]]:
    return [[item] for item in agenda]


def _kind_of_reading(item: Item) -> tuple[str, str | None] | None:
    return (item.kind, item.stage) if item.identity else None


def whole_date(session: Session, time: str | None, *, week: bool = False) -> str:
    """``2025-09-08 14:00``, or the week where there is no date; both with ``week``."""
    said = [f"Week {session.week}"] if week or not session.date else []
    if session.date:
        said.append(f"{session.date} {time}" if time else str(session.date))
    return ": ".join(said)


def span_of(dates: Sequence[dt.date]) -> str:
    """``Sep 8-10``, ``Sep 29 - Oct 1``, ``Sep 8, 10, 12``: days without their year."""
    said = [f"{date:%b} {date.day}" for date in dates]
    in_one_month = len({date.month for date in dates}) == 1
    if len(dates) == 2:
        return f"{said[0]}-{dates[1].day}" if in_one_month else " - ".join(said)
    if in_one_month:
        return ", ".join([said[0], *(str(date.day) for date in dates[1:])])
    return ", ".join(said)


def _words(item: Item, others: Sequence[Link]) -> str:
    text = escape(item.text or "")
    if item.kind == "open" or text.endswith("?"):
        text = f"[{text}]"
    if others and others[0].label == item.text:
        text, others = link(item.text or "", others[0].url), others[1:]
    pieces = [text, *(role_link(_words_of(one), one.url) for one in others)]
    return " ".join(pieces)


def _bracketed(agenda: Sequence[Item]) -> list[str]:
    """``[Flex Day], [Repo Deconstruct]``: a comma alone does not part words."""
    if len(agenda) < 2 or any(item.identity or item.links for item in agenda):
        return []
    return [f"[{escape(item.text or '')}]" for item in agenda]


def _topics(said: list[str], agenda: Sequence[Item], status: str) -> str:
    """The agenda of a class, with what became of the class."""
    if not said:
        return _NOTHING_BUT[status]
    text = agenda[0].text or ""
    if status == "cancelled" and (agenda[0].identity or not _says_cancelled(text)):
        return f"{_NOTHING_BUT[status]}: {', '.join(said)}"
    words = [place for place, item in enumerate(agenda) if not item.identity]
    if status == "holiday" and words:
        said[words[-1]] = _with_holiday(said[words[-1]])
    return ", ".join(said)


def _says_cancelled(text: str) -> bool:
    """Whether words are read as they stand, and cancel the class."""
    is_taken_apart = after_cancelled(text) is not None or before_cancelled(text) is not None
    return meaning_of(text).status == "cancelled" and not is_taken_apart


def _with_holiday(words: str) -> str:
    name = _STATUS_NAMES["holiday"]
    return words if name.lower() in words.lower() else f"{words} ({name})"


def _description(agenda: Sequence[Item]) -> str:
    """The words for the kind of a meeting: that of its readings, else of what does not say it."""
    readings = [item for item in agenda if item.identity]
    unsaid = [item for item in agenda if not _tells_its_kind(item)]
    first = next(iter(readings or unsaid or agenda), None)
    if first is None or (first.kind in _TOLD_BY_NAME and _tells_its_kind(first)):
        return ""
    return _PHRASES.get((first.kind, first.stage), "")


def _tells_its_kind(item: Item) -> bool:
    meaning = meaning_of(item.text or "")
    return (meaning.kind, meaning.stage) == (item.kind, item.stage)


def _words_of(one: Link) -> str:
    """The words of a link, its role where it has none."""
    return label_of(one) or _ROLE_NAMES.get(one.role, one.role)


def _parted(cells: Sequence[str]) -> str:
    return BREAK.join(cells) if any(cells) else ""


def _shared(cells: Sequence[str]) -> str:
    """One description for all where they do not differ."""
    said = list(dict.fromkeys(filter(None, cells)))
    return said[0] if len(said) == 1 else _parted(cells)
