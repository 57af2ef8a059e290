"""Tables that are lists of readings: what their columns are for, and what a row says.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from readings.imports.addresses import Addresses
from readings.imports.lists.bullets import read_bullet
from readings.imports.lists.named_works import MAIN_ROLES, Bullet, Kind
from readings.imports.parsers.markdown_inline import LINK, LINK_END, Inline, InlineLink, resolved
from readings.imports.tables import Anchor, Cell, Row, Table
from readings.imports.wording.citations import Citation, read_citation
from readings.imports.wording.links import is_listed_role, listed_role_of, listed_role_said
from readings.papers.identifiers import IdentifierKind, parse_identifier

_TITLES = re.compile(
    r"\W*(?:(?:paper|article|book|work)s?\s+)?(?:titles?|papers?|articles?|readings?|works?|books?"
    r"|publications?|references?|literature|论文|标题|题目)(?:\s+(?:titles?|name))?\W*",
    re.IGNORECASE,
)
_NAMES = re.compile(
    r"\W*(?:names?|resources?|projects?|models?|methods?|systems?|tools?|courses?|topics?)\W*", re.I
)
_AUTHORS = re.compile(
    r"\W*(?:(?:first\s+)?authors?|by|作者|organi[sz]ations?|affiliation)\W*", re.I
)
_VENUE = re.compile(
    r"\W*(?:venue|conference|conf\.?|journal|published(?: in| at)?|publication|where|会议)\W*", re.I
)
_YEAR = re.compile(r"\W*(?:year|date|published on|年份?)\W*", re.IGNORECASE)
_ANY_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@dataclass
class ListColumns:
    """Which column is what; the others are said beside the entry."""

    title: int
    is_named: bool = False  # the head itself says that it is a title
    authors: int | None = None
    venue: int | None = None
    year: int | None = None
    roles: dict[int, str] = field(default_factory=dict)


def find_list_columns(table: Table) -> ListColumns | None:
    """What the columns of a table are for if its rows are things to read; None if they are not."""
    heads = table.columns
    title = next((number for number, head in enumerate(heads) if _TITLES.fullmatch(head)), None)
    columns = ListColumns(title or 0, is_named=title is not None)
    if title is None:
        named = (number for number, head in enumerate(heads) if _NAMES.fullmatch(head))
        linked = (
            number for number in range(_width(table))
            if 2 * sum(bool(_anchors(row, number)) for row in table.rows) > len(table.rows)
        )  # fmt: skip
        first = next(named, next(linked, None))
        if first is None:
            return None
        columns.title = first
    for number, head in enumerate(heads):
        if number == columns.title:
            continue
        if _AUTHORS.fullmatch(head):
            columns.authors = number
        elif _VENUE.fullmatch(head):
            columns.venue = number
        elif _YEAR.fullmatch(head):
            columns.year = number
        elif role := listed_role_said(head):
            columns.roles[number] = role
    return columns


def is_reading_table(table: Table, *, among_others: bool) -> bool:
    """Whether its rows are things to read; ``among_others`` is a document of other things too."""
    columns = find_list_columns(table)
    if columns is None or not table.rows:
        return False
    urls = [[anchor.url for cell in row.cells for anchor in cell.anchors] for row in table.rows]
    linked = sum(any("://" in url for url in some) for some in urls)
    works = sum(any(is_work(url) for url in some) for some in urls)
    if among_others:
        return 2 * works >= len(table.rows)
    return 2 * linked >= len(table.rows) or (columns.is_named and len(table.columns) > 1)


def is_work(url: str, label: str = "") -> bool:
    """Whether an address is that of a paper, thesis or book."""
    found = parse_identifier(url)
    if found is None:
        return False
    return found.kind is not IdentifierKind.URL or listed_role_of(label, url) in MAIN_ROLES


def read_list_row(
    row: Row,
    table: Table,
    columns: ListColumns,
    *,
    addresses: Addresses,
    expected: str | None = None,
) -> Bullet | None:
    """What a row says, as a bullet would; None where it says nothing."""
    inline = _Joined(addresses, row.line)
    inline.add(row.cells[columns.title] if columns.title < len(row.cells) else Cell())
    said: list[str] = []
    for number, cell in enumerate(row.cells):
        if number == columns.title or not cell.filled:
            continue
        if cell.anchors:
            inline.add(cell, as_tags=True, role=columns.roles.get(number))
        elif number not in {columns.authors, columns.venue, columns.year}:
            said.append(_said(table, number, cell))
    bullet = read_bullet(inline.inline(), source="", expected=expected)
    if bullet.kind is Kind.EMPTY:
        return None
    citation = _citation(row, columns)
    for work in bullet.works:
        work.links = [
            replace(link, role=inline.roles.get(link.url, link.role)) for link in work.links
        ]
        work.citation = Citation(
            authors=citation.authors or work.citation.authors,
            venue=citation.venue or work.citation.venue,
            year=citation.year or work.citation.year,
        )
        work.rest = "\n\n".join(part for part in (work.rest, *said) if part)
    return bullet


class _Joined:
    """Puts the cells of a row together as the words and links of one bullet."""

    def __init__(self, addresses: Addresses, line: int) -> None:
        self.addresses, self.line = addresses, line
        self.pieces: list[str] = []
        self.links: list[InlineLink] = []
        self.roles: dict[str, str] = {}

    def add(self, cell: Cell, *, as_tags: bool = False, role: str | None = None) -> None:
        for part in cell.filled:
            for piece in part:
                if isinstance(piece, Anchor):
                    self.add_link(piece, as_tags=as_tags, role=role)
                else:
                    self.pieces.append(piece.text)
            self.pieces.append(" ")

    def add_link(self, anchor: Anchor, *, as_tags: bool, role: str | None) -> None:
        """A link; one that leads nowhere is its words."""
        url = resolved(anchor.url, self.addresses.base_url)
        if url is None:
            self.pieces.append(anchor.label)
            return
        link = InlineLink(anchor.label, url, is_bracketed=as_tags)
        if not link.is_absolute:
            self.addresses.leave_out(url, self.line)
        if role and not is_listed_role(link.label):
            self.roles[url] = role
        token = f"{LINK}{len(self.links)}{LINK_END}"
        self.links.append(link)
        self.pieces.append(f" [{token}] " if as_tags else token)

    def inline(self) -> Inline:
        return Inline("".join(self.pieces).strip(), self.links)


def _said(table: Table, number: int, cell: Cell) -> str:
    words = " ".join(cell.text.split())
    head = table.columns[number] if number < len(table.columns) else ""
    return f"{head}: {words}" if head else words


def _citation(row: Row, columns: ListColumns) -> Citation:
    authors, venue, year = (
        " ".join(row.cells[number].text.split())
        if number is not None and number < len(row.cells)
        else ""
        for number in (columns.authors, columns.venue, columns.year)
    )
    read = read_citation(venue) if venue else None
    written = _ANY_YEAR.search(year) or _ANY_YEAR.search(venue)
    return Citation(
        authors=authors or None,
        venue=(read.venue if read else venue) or None,
        year=int(written.group()) if written else (read.year if read else None),
    )


def _width(table: Table) -> int:
    return max((len(row.cells) for row in table.rows), default=0)


def _anchors(row: Row, number: int) -> list[str]:
    return [anchor.url for anchor in row.cells[number].anchors] if number < len(row.cells) else []


def links_of(table: Table) -> Iterator[tuple[int, InlineLink]]:
    """The links of a table's cells, with their lines."""
    for row in table.rows:
        for cell in row.cells:
            for anchor in cell.anchors:
                yield row.line, InlineLink(anchor.label, anchor.url)
