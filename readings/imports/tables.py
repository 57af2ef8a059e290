"""Tables as every format that has tables is read into them: values with their line numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from readings.imports.understood import Problem


@dataclass(frozen=True)
class Words:
    """Text that is no link; ``was_link`` if it was one that leads nowhere from here."""

    text: str
    was_link: bool = False


@dataclass(frozen=True)
class Anchor:
    """A link and its words, which may be none."""

    label: str
    url: str


Part = tuple[Words | Anchor, ...]


@dataclass(frozen=True)
class Cell:
    """A cell; a line break (``<br>``) parts it, mostly into the meetings of its row."""

    parts: tuple[Part, ...] = ()
    is_bold: bool = False  # the whole of it
    mark: str | None = None  # the words of a comment that says what the row means (``exact``)

    @cached_property
    def text(self) -> str:
        """Its words and the words of its links, the parts on lines of their own."""
        return "\n".join(part_text(part) for part in self.parts).strip()

    @property
    def anchors(self) -> list[Anchor]:
        """Its links."""
        return [piece for part in self.parts for piece in part if isinstance(piece, Anchor)]

    @cached_property
    def filled(self) -> tuple[Part, ...]:
        """Its parts without the empty ones."""
        return tuple(part for part in self.parts if is_filled(part))


@dataclass(frozen=True)
class Row:
    """A row and its line."""

    line: int
    cells: tuple[Cell, ...]

    @property
    def is_heading(self) -> bool:
        """Whether one bold cell is all there is: a title inside the table."""
        filled = [cell for cell in self.cells if cell.filled]
        return len(filled) == 1 and filled[0].is_bold


@dataclass(frozen=True)
class Table:
    """A table; ``columns`` are the words of its head, none where it has no head."""

    line: int
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass
class Document:
    """What a format's parser hands on."""

    lines: list[str]
    title: str | None = None
    tables: list[Table] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def is_filled(part: Part) -> bool:
    """Whether there are words or links in a part."""
    return any(isinstance(piece, Anchor) or piece.text.strip() for piece in part)


def part_text(part: Iterable[Words | Anchor]) -> str:
    """The words of a part, those of its links among them."""
    return "".join(
        piece.text if isinstance(piece, Words) else piece.label for piece in part
    ).strip()


def part_anchors(part: Iterable[Words | Anchor]) -> list[Anchor]:
    """The links of a part."""
    return [piece for piece in part if isinstance(piece, Anchor)]
