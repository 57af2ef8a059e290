"""References in CSL-JSON, as Zotero and Pandoc write them (https://citeproc-js.readthedocs.io)."""

from __future__ import annotations

from readings.imports.lists.works import Work, year_in
from readings.imports.parsers.trees import Leaf, Mapping, Node, Sequence, read_json
from readings.imports.understood import Entry, Problem

_ROLES = {"thesis": "thesis", "book": "book", "post-weblog": "post", "speech": "slides"}


def read_csl(text: str) -> tuple[list[Entry], list[Problem]]:
    """The references of a CSL-JSON file; raises ``UnreadableError`` where it is no JSON."""
    root = read_json(text).root
    items = root.items.get("items", root) if isinstance(root, Mapping) else root
    nodes: list[Node] = items.items if isinstance(items, Sequence) else [items]
    entries: list[Entry] = []
    problems: list[Problem] = []
    for node in nodes:
        if isinstance(node, Mapping):
            entries.append(_entry(node))
        else:
            problems.append(Problem(node.line, "error", "This is no reference; it was left out."))
    return entries, problems


def _entry(item: Mapping) -> Entry:
    def said(key: str) -> str:
        node = item.items.get(key)
        return node.text if isinstance(node, Leaf) else ""

    role = _ROLES.get(said("type"))
    return Work(
        line=item.line,
        title=said("title") or None,
        authors=_names(item.items.get("author")) or _names(item.items.get("editor")),
        venue=said("container-title") or said("event-title") or said("publisher") or None,
        year=_year(item.items.get("issued")),
        annotation=said("annote") or said("annotation"),
        names=[said("DOI"), said("number"), said("archive_location"), said("note")],
        addresses=[(said("URL").strip(), role)],
    ).entry()


def _names(node: Node | None) -> str | None:
    if not isinstance(node, Sequence):
        return None
    names = []
    for person in node.items:
        if isinstance(person, Mapping):
            parts = [person.items.get(key) for key in ("given", "family", "literal")]
            names.append(" ".join(part.text for part in parts if isinstance(part, Leaf)))
    return ", ".join(name for name in names if name) or None


def _year(node: Node | None) -> int | None:
    """The first number of ``{"date-parts": [[2017, 6]]}``, or the year in its words."""
    while isinstance(node, Mapping | Sequence):
        below = list(node.items.values()) if isinstance(node, Mapping) else node.items
        node = below[0] if below else None
    return year_in(node.text) if node else None
