"""Rows that say in a comment what they mean, so that nothing about them has to be guessed.

An export writes such a row where the words of a plain one would be read differently:
``| 2025-09-08 | <!-- Seminar: class, words, lecture --> Papers we love | Lecture |``.  What people
see in the row is read as it stands, and may be edited like any other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from readings.imports.tables import Anchor, Cell, Part, Words, part_anchors, part_text
from readings.imports.understood import Item, Link, Status
from readings.imports.wording.links import identifiers_of, role_of, role_said
from readings.papers.identifiers import parse_identifier

MARK: Final = re.compile(r"<!--\s*Seminar:\s*([a-z_,\s]*?)\s*-->", re.IGNORECASE)
LABEL_LENGTH: Final = 60

STATUSES: Final = ("class", "holiday", "cancelled")
KINDS: Final = (
    "lecture", "papers", "presentations", "tech_talk", "project", "guest", "open", "flex", "exam",
    "other",
)  # fmt: skip
STAGES: Final = ("pitch", "update", "final")


@dataclass(frozen=True)
class Mark:
    """What a comment says of its row: of the class, and of the one thing on the agenda in it."""

    status: Status = "class"
    what: str = ""  # "reading", "words", or nothing at all
    kind: str = "other"
    stage: str | None = None
    required: bool = True
    named: bool = True  # the name is one the course gave, and not the title of the work


def read_mark(words: str) -> Mark:
    """The mark from the words of its comment; unknown ones are passed over."""
    said = [word.strip() for word in words.lower().split(",")]

    def one_of(choices: Sequence[str]) -> str | None:
        return next((word for word in said if word in choices), None)

    return Mark(
        status=cast("Status", one_of(STATUSES) or "class"),
        what=one_of(("reading", "words")) or "",
        kind=one_of(KINDS) or "other",
        stage=one_of(STAGES),
        required="optional" not in said,
        named="unnamed" not in said,
    )


def write_mark(mark: Mark) -> str:
    """The comment that ``read_mark`` reads back."""
    words: list[str] = [mark.status]
    if mark.what:
        words += [mark.what, mark.kind]
        words += [mark.stage] if mark.stage else []
        words += [] if mark.required else ["optional"]
        words += [] if mark.named else ["unnamed"]
    return f"<!-- Seminar: {', '.join(words)} -->"


def marked_item(mark: Mark, cell: Cell, line: int) -> Item | None:
    """The item of a marked cell: its first link is the reading, its words are what they are."""
    pieces = [piece for part in cell.parts for piece in part]
    anchors = part_anchors(pieces)
    if mark.what == "reading" and anchors:
        return _reading(mark, pieces, anchors[0], line)
    words = part_text([piece for piece in pieces if isinstance(piece, Words)])
    text = words or (anchors[0].label if anchors else "")
    if not mark.what or not text:
        return None
    return Item(
        kind=mark.kind,
        stage=mark.stage,
        line=line,
        text=text,
        links=[_link(anchor) for anchor in anchors],
        required=mark.required,
    )


def marked_links(cell: Cell, otherwise: str) -> list[Link]:
    """The links of another cell of a marked row, all about what the row is about."""
    return [
        Link(anchor.url, role_said(anchor.label) or otherwise, anchor.label or None)
        for anchor in cell.anchors
    ]


def marked_names(cell: Cell) -> list[str]:
    """One name a line, whatever commas are in it."""
    return [part_text(part) for part in cell.filled]


def _reading(mark: Mark, pieces: Part | list[Words | Anchor], work: Anchor, line: int) -> Item:
    identifier = parse_identifier(work.url)
    beside = part_text([piece for piece in pieces if isinstance(piece, Words)])
    item = Item(
        kind=mark.kind,
        stage=mark.stage,
        line=line,
        text=beside or None,
        identifiers=identifiers_of(identifier) if identifier else {},
        links=[_link(anchor) for anchor in part_anchors(pieces)],
        required=mark.required,
    )
    if mark.named and len(work.label) > LABEL_LENGTH:
        item.title = work.label
    elif mark.named:
        item.label = work.label or None
    return item


def _link(anchor: Anchor) -> Link:
    return Link(anchor.url, role_of(anchor.label, anchor.url), anchor.label or None)
