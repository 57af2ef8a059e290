"""What the fields of a record say, whatever their keys are called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from readings.imports.addresses import Addresses
from readings.imports.lists.works import Work, tidy, year_in
from readings.imports.parsers.markdown_cells import CellReader, CellTooLongError
from readings.imports.parsers.trees import Leaf, Mapping, Node, Sequence
from readings.imports.tables import Anchor, Cell
from readings.imports.understood import Link
from readings.imports.wording import keys
from readings.imports.wording.links import role_of

_BETWEEN_NAMES = re.compile(r"\s*(?:,|;|&|/|\n|\band\b)\s*")
_PATH = re.compile(r"[^\s:]*(?:/|\.(?:pdf|pptx?|html?|md|key|ipynb|mp4)$)[^\s:]*", re.IGNORECASE)


@dataclass
class Fields:
    """Reads the fields of records; links in them are made whole by ``addresses``."""

    addresses: Addresses
    cells: CellReader = field(default_factory=lambda: CellReader({}))

    def cell(self, text: str, line: int) -> Cell:
        """``text`` as a cell: Markdown's links, HTML's, and bare addresses are links in it."""
        try:
            cell = self.cells.read(tidy(text))
        except CellTooLongError:
            return Cell()
        return self.addresses.complete_cell(cell, line)

    def people(self, record: Mapping, key: re.Pattern[str]) -> list[str]:
        """The names in the fields of that key, without links and affiliations' records."""
        names: list[str] = []
        for leaf in leaves(record, key):
            shown = " ".join(self.cell(leaf.text, leaf.line).text.split())
            names += [name for name in _BETWEEN_NAMES.split(shown) if name]
        return names

    def work(self, record: Mapping, section: tuple[str, ...] = ()) -> Work:
        """The work that a record describes."""
        title = text_of(record, keys.TITLE)
        cell = self.cell(title, record.line)
        inline: list[tuple[str, str | None]] = [(anchor.url, None) for anchor in cell.anchors]
        authors = [tidy(leaf.text) for leaf in leaves(record, keys.AUTHORS)]
        links = [(link.url, link.role) for link in self.links(record)]
        return Work(
            line=record.line,
            section=list(section),
            title=" ".join(cell.text.split()) if inline else tidy(title) or None,
            authors=", ".join(author for author in authors if author) or None,
            venue=text_of(record, keys.VENUE) or None,
            year=year_in(text_of(record, keys.YEAR)),
            annotation=self._note(record),
            names=[leaf.text.strip() for leaf in leaves(record, keys.IDS)],
            addresses=[*inline, *links],
        )

    def links(self, record: Mapping) -> Iterator[Link]:
        """The links of a record, with the roles that their keys, or they themselves, say."""
        for key, node in record.items.items():
            role = keys.role_of_key(key)
            if role and (isinstance(node, Leaf) or not keys.READINGS.fullmatch(key)):
                yield from self._links_of(node, role, None)

    def _links_of(self, node: Node, role: str, label: str | None) -> Iterator[Link]:
        if isinstance(node, Sequence):
            for below in node.items:
                yield from self._links_of(below, role, label)
        elif isinstance(node, Mapping):
            named, address = first_leaf(node, keys.NAME), first_leaf(node, keys.ADDRESS)
            if address:
                said = tidy(named.text) if named else label
                yield from self._links_of(address, role, said)
            else:
                for key, below in node.items.items():
                    yield from self._links_of(below, keys.role_of_key(key) or "link", key)
        else:
            for anchor in self._anchors(node):
                said = anchor.label or label or ""
                chosen = role if role != "link" else role_of(said, anchor.url)
                yield Link(anchor.url, chosen, said or None)

    def _anchors(self, leaf: Leaf) -> list[Anchor]:
        text = leaf.text.strip()
        if _PATH.fullmatch(text):
            url = self.addresses.whole(text, leaf.line)
            return [Anchor("", url)] if url else []
        return self.cell(text, leaf.line).anchors if "/" in text else []

    def _note(self, record: Mapping) -> str:
        notes = [leaf.text.strip() for leaf in leaves(record, keys.NOTE)]
        return "\n\n".join(note for note in notes if note and not _PATH.fullmatch(note)
                           and "://" not in note)  # fmt: skip


def first_leaf(record: Mapping, key: re.Pattern[str]) -> Leaf | None:
    """The first filled field of that key, a key that is more usual coming first in records."""
    return next((leaf for leaf in leaves(record, key) if leaf.text.strip()), None)


def text_of(record: Mapping, key: re.Pattern[str]) -> str:
    """What the first filled field of that key says, on one line."""
    leaf = first_leaf(record, key)
    return tidy(leaf.text) if leaf else ""


def leaves(record: Mapping, key: re.Pattern[str]) -> Iterator[Leaf]:
    """The scalars of the fields of that key, those in lists, and the names in records of people."""
    for name, node in record.items.items():
        if key.fullmatch(name):
            yield from _leaves_of(node)


def _leaves_of(node: Node) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, Sequence):
        for below in node.items:
            yield from _leaves_of(below)
    else:
        named = node.items.get("name") or node.items.get("title")
        if isinstance(named, Leaf):
            yield named
