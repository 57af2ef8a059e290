"""One value, three sides: what was imported last, what it is here now, what the document says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from readings.imports.understood import Item, Link, Session
from readings.papers.identifiers import Identifier, IdentifierKind, parse_identifier

Values = dict[str, Any]

# What a meeting or an item is always said to be; of the rest, silence says nothing.
ALWAYS_SAID = frozenset({"status", "kind"})


@dataclass
class Merged:
    """The values to take from the document, and the names of those on which both sides differ."""

    take: Values = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)


def merge(*, base: Values | None, mine: Values, theirs: Values) -> Merged:
    """Compare value by value; without ``base`` only what is empty here is taken.

    A value that was changed here and not in the document stays.  One that both changed differently
    is a conflict, and stays as well.
    """
    merged = Merged()
    for name, said in theirs.items():
        here = mine.get(name)
        if said == here or (not said and name not in ALWAYS_SAID):
            continue
        if base is None:
            if here:
                merged.conflicts.append(name)
            else:
                merged.take[name] = said
        elif base.get(name) == said:
            continue
        elif base.get(name) == here:
            merged.take[name] = said
        else:
            merged.conflicts.append(name)
    return merged


def session_values(session: Session) -> Values:
    """What a document says of a meeting itself."""
    return {"status": session.status, "time": session.time or ""}


def item_values(item: Item) -> Values:
    """What a document says of an item, in the words of the models."""
    values: Values = {
        "kind": item.kind,
        "stage": item.stage or "",
        "presenters": item.presenters,
        "links": [link.url for link in links_beside(item)],
    }
    if item.identity:
        values |= {
            "label": item.label or "",
            "title": item.title or "",
            "portion": (item.text or "")[:80],
        }
    else:
        values["text"] = (item.text or "")[:300]
    return values


def links_beside(item: Item) -> list[Link]:
    """The links of an item that lead somewhere else than to its paper, and that can be followed."""
    return [
        link
        for link in item.links
        if link.url.lower().startswith(("https://", "http://"))
        and len(link.url) <= 1000
        and not _leads_to(link.url, item)
    ]


def identifier_of(item: Item) -> Identifier | None:
    """The identifier of a reading."""
    if item.identity is None:
        return None
    kind, value = item.identity
    return Identifier(IdentifierKind(kind), value)


def _leads_to(url: str, item: Item) -> bool:
    found, own = parse_identifier(url), identifier_of(item)
    return found is not None and own is not None and found.key == own.key
