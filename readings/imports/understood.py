"""What a document was understood to say: plain values, and the JSON they are kept and shown as.

The JSON is described in ``docs/import-format.md``; keys are only ever added to it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]  # not taken; taken, but worth a look
Status = Literal["class", "holiday", "cancelled"]

# ``arxiv``, ``doi`` and ``url`` are names; ``arxiv_version`` is the version that was written.
Identifiers = dict[str, str | int]


@dataclass(frozen=True)
class Link:
    """A link as it was written, and what stands behind it (``schedule.models.LinkRole``)."""

    url: str
    role: str
    label: str | None = None


@dataclass(frozen=True)
class Problem:
    """Something a person should look at, with the line it is on (from 1)."""

    line: int
    severity: Severity
    message: str


@dataclass(frozen=True)
class Mention:
    """An identifier that stands in running text and becomes nothing."""

    identifiers: Identifiers
    line: int


@dataclass
class Item:
    """One thing on the agenda: a reading if it has identifiers, words if it has none.

    ``text`` is the words themselves, or what is said beside a reading ("chapters 1-3").
    """

    kind: str
    line: int
    stage: str | None = None
    label: str | None = None
    title: str | None = None
    text: str | None = None
    identifiers: Identifiers = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    presenters: list[str] = field(default_factory=list)
    required: bool = True
    authors: str | None = None
    venue: str | None = None

    @property
    def name(self) -> str:
        """What it is called in the document."""
        return self.label or self.title or self.text or ""

    @property
    def identity(self) -> tuple[str, str] | None:
        """Which work it is, ``("arxiv", "2310.03714")``; None for words."""
        return identity_of(self.identifiers)


@dataclass
class Entry:
    """One thing on a reading list: a work if it has identifiers, words if it has none.

    ``section`` are the headings it stands under, the outermost first; ``parent`` is the place, in
    the list of all entries, of the one it belongs to.  ``annotation`` is Markdown.
    """

    line: int
    section: list[str] = field(default_factory=list)
    title: str | None = None
    authors: str | None = None
    venue: str | None = None
    year: int | None = None
    identifiers: Identifiers = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    annotation: str = ""
    parent: int | None = None

    @property
    def identity(self) -> tuple[str, str] | None:
        """Which work it is, ``("arxiv", "2310.03714")``; None for words."""
        return identity_of(self.identifiers)


@dataclass
class Session:
    """One meeting of the schedule; ``date`` is empty where the year or the day is not known."""

    week: int
    date_text: str
    line: int
    date: dt.date | None = None
    time: str | None = None
    status: Status = "class"
    agenda: list[Item] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)  # that belong to no item of the agenda
    topic: str | None = None  # the heading of the schedule under which it stands


@dataclass
class Understood:
    """A whole document."""

    format: str
    title: str | None = None
    year: int | None = None
    year_reason: str | None = None
    year_candidates: list[int] = field(default_factory=list)
    meetings: list[Session] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    offered: list[Entry] = field(default_factory=list)  # links in prose, to be taken on request
    mentions: list[Mention] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    # What it would say of every meeting or entry, where it says it at all: it has a column for it.
    says: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all was understood."""
        return not (self.meetings or self.entries or self.offered or self.mentions)

    def to_json(self) -> dict[str, Any]:
        """The documented JSON, made of dicts, lists, strings, numbers and None."""
        return {
            "format": self.format,
            "title": self.title,
            "year": self.year,
            "year_reason": self.year_reason,
            "year_candidates": self.year_candidates,
            "meetings": [_meeting_json(meeting) for meeting in self.meetings],
            "entries": [asdict(entry) for entry in self.entries],
            "offered": [asdict(entry) for entry in self.offered],
            "mentions": [asdict(mention) for mention in self.mentions],
            "problems": [asdict(problem) for problem in self.problems],
            "says": self.says,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Understood:
        """The values again from what ``to_json`` gave."""
        return cls(
            format=stored["format"],
            title=stored["title"],
            year=stored["year"],
            year_reason=stored["year_reason"],
            year_candidates=list(stored["year_candidates"]),
            meetings=[_meeting_from(meeting) for meeting in stored["meetings"]],
            entries=[_entry_from(entry) for entry in stored["entries"]],
            offered=[_entry_from(entry) for entry in stored["offered"]],
            mentions=[Mention(**mention) for mention in stored["mentions"]],
            problems=[Problem(**problem) for problem in stored["problems"]],
            says=list(stored.get("says", ())),
        )


def identity_of(identifiers: Identifiers) -> tuple[str, str] | None:
    """The name by which a work is known: of arXiv, else its DOI, else its address."""
    for kind in ("arxiv", "doi", "url"):
        if kind in identifiers:
            return kind, str(identifiers[kind])
    return None


def _entry_from(stored: dict[str, Any]) -> Entry:
    return Entry(**{**stored, "links": [Link(**link) for link in stored["links"]]})


def _meeting_json(meeting: Session) -> dict[str, Any]:
    return {
        "week": meeting.week,
        "date": meeting.date.isoformat() if meeting.date else None,
        "date_text": meeting.date_text,
        "time": meeting.time,
        "status": meeting.status,
        "topic": meeting.topic,
        "line": meeting.line,
        "agenda": [_item_json(item) for item in meeting.agenda],
        "links": [asdict(link) for link in meeting.links],
    }


def _item_json(item: Item) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "stage": item.stage,
        "label": item.label,
        "title": item.title,
        "text": item.text,
        "identifiers": item.identifiers,
        "links": [asdict(link) for link in item.links],
        "presenters": item.presenters,
        "required": item.required,
        "authors": item.authors,
        "venue": item.venue,
        "line": item.line,
    }


def _meeting_from(stored: dict[str, Any]) -> Session:
    return Session(
        week=stored["week"],
        date=dt.date.fromisoformat(stored["date"]) if stored["date"] else None,
        date_text=stored["date_text"],
        time=stored["time"],
        status=stored["status"],
        topic=stored.get("topic"),
        line=stored["line"],
        agenda=[
            Item(**{**item, "links": [Link(**link) for link in item["links"]]})
            for item in stored["agenda"]
        ],
        links=[Link(**link) for link in stored["links"]],
    )
