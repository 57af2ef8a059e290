"""Tables that are reading lists, as CSV and HTML have them: a row, an entry."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readings.imports.lists.works import Work, year_in
from readings.imports.tables import Cell, Row, Table
from readings.imports.understood import Entry
from readings.imports.wording.links import role_of


def _head(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})s?\b", re.IGNORECASE)


_HEADS = {
    "title": _head("title", "paper", "name", "article", "reading", "work", "book"),
    "authors": _head("author", "by"),
    "venue": _head("venue", "conference", "journal", "published", "publisher", "booktitle"),
    "year": _head("year", "date"),
    "section": _head("section", "topic", "category", "theme", "area", "group", "week", "module",
                     "collection"),
    "annotation": _head("note", "comment", "annotation", "remark", "why", "description",
                        "summary"),
    "ids": _head("doi", "arxiv", "arxiv id", "eprint", "identifier", "id"),
    "links": _head("url", "link", "pdf", "slide", "video", "code", "repo", "github", "blog",
                   "website"),
}  # fmt: skip
_ORDER = ("annotation", "ids", "links", "authors", "venue", "year", "section", "title")


def entries_of_table(table: Table) -> Iterator[Entry]:
    """The entries of a table; none if it has no column of titles and no link to a work."""
    places = _places(table)
    for row in table.rows:
        entry = _entry(table, row, places)
        if entry.identity or (entry.title and "title" in places and _is_reference(places)):
            yield entry


def _places(table: Table) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for position, head in enumerate(table.columns):
        name = next((name for name in _ORDER if _HEADS[name].search(head)), None)
        if name:
            places.setdefault(name, []).append(position)
    return places


def _is_reference(places: dict[str, list[int]]) -> bool:
    return bool({"authors", "venue", "year", "ids", "links"} & set(places))


def _entry(table: Table, row: Row, places: dict[str, list[int]]) -> Entry:
    def said(name: str) -> list[str]:
        cells = [row.cells[at] for at in places.get(name, ()) if at < len(row.cells)]
        return [" ".join(cell.text.split()) for cell in cells if cell.text]

    titles = said("title") or ([] if "title" in places else _first_words(row))
    return Work(
        line=row.line,
        title=titles[0] if titles else None,
        authors=", ".join(said("authors")) or None,
        venue=", ".join(said("venue")) or None,
        year=year_in(" ".join(said("year"))),
        section=said("section")[:1],
        annotation="\n\n".join(said("annotation")),
        names=said("ids"),
        addresses=[
            (anchor.url, role_of(anchor.label, anchor.url, otherwise=_role(table, at)))
            for at, cell in enumerate(row.cells)
            for anchor in cell.anchors
        ],
    ).entry()


def _role(table: Table, position: int) -> str:
    head = table.columns[position] if position < len(table.columns) else ""
    return role_of(head, "", otherwise="other")


def _first_words(row: Row) -> list[str]:
    cells: list[Cell] = [cell for cell in row.cells if cell.text]
    return [" ".join(cells[0].text.split())] if cells else []
