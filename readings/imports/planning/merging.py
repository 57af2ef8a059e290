"""One value, three sides: what was imported last, what it is here now, what the document says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from readings.imports.understood import Entry, Item, Link, Session, Understood
from readings.papers.identifiers import Identifier, IdentifierKind, parse_identifier

Values = dict[str, Any]
Row = TypeVar("Row")

#: What is answered by an empty value too, whatever columns the document has.
ALWAYS_SAID: Final = frozenset({
    "status", "stage", "portion", "text", "required",  # of a meeting or an item
    "title", "annotation", "work", "parent",  # of an entry
})  # fmt: skip
_LENGTHS: Final = {"title": 500, "authors": 500, "venue": 200}


@dataclass
class Merged:
    """The values to take from the document, and the names of those on which both sides differ."""

    take: Values = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)


def merge(*, base: Values | None, mine: Values, theirs: Values) -> Merged:
    """Compare value by value; without ``base`` only what is empty here is taken.

    ``theirs`` are the values that the document says.  A value that was changed here and not in the
    document stays.  One that both changed differently is a conflict, and stays as well.
    """
    merged = Merged()
    for name, said in theirs.items():
        here = mine.get(name)
        if said == here or (base is not None and base.get(name) == said):
            continue
        if not said and not here:
            continue
        if base is None:
            if not here:
                merged.take[name] = said
            elif said:
                merged.conflicts.append(name)
        elif (base.get(name) or "") == (here or ""):
            merged.take[name] = said
        else:
            merged.conflicts.append(name)
    return merged


def fields_said(understood: Understood) -> set[str]:
    """What the document says of everything: it has a column for it, or says it somewhere."""
    said = {*ALWAYS_SAID, *understood.says}
    for session in understood.meetings:
        said |= {"time"} if session.time else set()
        for item in session.agenda:
            said |= {"presenters"} if item.presenters else set()
            said |= {link.role for link in item.links}
        said |= {link.role for link in session.links}
    for entry in understood.entries:
        said |= {name for name in ("authors", "venue", "year") if getattr(entry, name)}
        said |= {link.role for link in entry.links}
    return said


def session_values(session: Session) -> Values:
    """What a document says of a meeting itself."""
    return {
        "status": session.status,
        "time": session.time or "",
        "date": session.date.isoformat() if session.date else "",
        "week": session.week,
    }


def item_values(item: Item) -> Values:
    """What a document says of an item, in the words of the models."""
    values: Values = {
        "kind": item.kind,
        "stage": item.stage or "",
        "presenters": item.presenters,
        "links": link_values(links_beside(item)),
    }
    if item.identity:
        values |= {
            "label": (item.label or "")[:60],
            "title": (item.title or "")[:500],
            "portion": (item.text or "")[:80],
            "required": item.required,
        }
    else:
        values["text"] = (item.text or item.name)[:300]
    return values


def entry_values(entry: Entry) -> Values:
    """What a document says of an entry, in the words of the models."""
    values: Values = {
        name: (getattr(entry, name) or "")[:length] for name, length in _LENGTHS.items()
    }
    return values | {
        "year": entry.year,
        "annotation": entry.annotation,
        "links": link_values([link for link in entry.links if can_follow(link)]),
        "work": ":".join(entry.identity or ()),
    }


def link_values(links: Sequence[Link]) -> list[dict[str, str]]:
    """Links as they are stored beside words and entries; an address counts once."""
    found: dict[str, dict[str, str]] = {}
    for link in links:
        found.setdefault(
            link.url, {"url": link.url, "role": link.role, "label": (link.label or "")[:120]}
        )
    return list(found.values())


@dataclass
class MergedLinks:
    """What happens to links, and what the document said of them now or before."""

    add: list[dict[str, str]] = field(default_factory=list)
    drop: list[str] = field(default_factory=list)  # addresses
    change: list[dict[str, str]] = field(default_factory=list)
    said: list[dict[str, Any]] = field(default_factory=list)

    @property
    def taken(self) -> Values:
        """As a value of a step; empty where nothing happens."""
        if not (self.add or self.drop or self.change):
            return {}
        return {"links": {"add": self.add, "drop": self.drop, "change": self.change}}


def merge_links(
    *,
    base: Sequence[Mapping[str, Any]],
    mine: Sequence[dict[str, str]],
    theirs: Sequence[dict[str, str]],
    said: Collection[str],
    columns: Collection[str] = (),
) -> MergedLinks:
    """Links one by one: those added by hand stay, those taken away by hand do not come back.

    ``said`` are the roles of which the document speaks.  Of a role that it does not name it is
    silent only if it had a column for it before (``columns``): then the link is carried on.
    """
    before = {link["url"]: link for link in base}
    here = {link["url"]: link for link in mine}
    now = {link["url"]: link for link in theirs}
    merged = MergedLinks(said=list(theirs))
    merged.add = [link for url, link in now.items() if url not in here and url not in before]
    for url, link in before.items():
        is_silent = link["role"] not in said and (
            link["role"] in columns or link.get("carried", False)
        )
        if url not in now and is_silent:
            merged.said.append({**link, "carried": True})
        elif url not in now and url in here:
            merged.drop.append(url)
    for url, link in now.items():
        was = _words(before[url]) if url in before else None
        if was and _says_more(was, link) and here.get(url) == was:
            merged.change.append(link)
    return merged


def _says_more(before: dict[str, str], now: dict[str, str]) -> bool:
    """Whether a link was changed; words for one that had none only say what it is anyway."""
    return before["role"] != now["role"] or (
        before["label"] != "" and before["label"] != now["label"]
    )


def _words(link: Mapping[str, Any]) -> dict[str, Any]:
    return {name: link[name] for name in ("url", "role", "label")}


def applied_links(links: Sequence[dict[str, str]], taken: Values) -> list[dict[str, str]]:
    """``links`` after ``MergedLinks.taken``; what takes the place of another stands at its end."""
    changed = {link["url"]: link for link in taken["change"]}
    kept = [changed.get(link["url"], link) for link in links if link["url"] not in taken["drop"]]
    there = {link["url"] for link in kept}
    return [*kept, *(link for link in taken["add"] if link["url"] not in there)]


def arranged(current: Sequence[Row], document: Sequence[Row], *, reorder: bool) -> list[Row]:
    """``current`` in the order of the document, as far as it goes.

    What the document does not name keeps its place; with ``reorder`` what it names changes places
    among itself.  What is not there yet stands after what it follows in the document.
    """
    if not current:
        return list(document)
    there, named = set(current), set(document)
    result = list(current)
    if reorder:
        ordered = iter([row for row in document if row in there])
        result = [next(ordered) if row in named else row for row in result]
    placed = set(result)
    before: Row | None = None
    for place, row in enumerate(document):
        if row not in placed:
            if before is not None:
                at = result.index(before) + 1
            else:
                after = next((one for one in document[place + 1 :] if one in placed), None)
                at = result.index(after) if after is not None else len(result)
            result.insert(at, row)
            placed.add(row)
        before = row
    return result


def is_reordered(
    *, base: Sequence[Row], current: Sequence[Row], document: Sequence[Row]
) -> bool | None:
    """Whether the order of the document is to be taken; None where both sides changed it."""
    known = set(current) & set(document)
    now = [row for row in document if row in known]
    here = [row for row in current if row in known]
    if now == here:
        return False
    both = known & set(base)
    before = [row for row in base if row in both]
    if [row for row in now if row in both] == before:
        return False
    return True if [row for row in here if row in both] == before else None


def links_beside(item: Item) -> list[Link]:
    """The links of an item that lead somewhere else than to its paper, and that can be followed."""
    return [
        link
        for link in item.links
        if can_follow(link) and not (item.identity and leads_to(link.url, item.identity))
    ]


def can_follow(link: Link) -> bool:
    """Whether a link may stand on a page."""
    return link.url.lower().startswith(("https://", "http://")) and len(link.url) <= 1000


def identifier_of(item: Item | Entry) -> Identifier | None:
    """The identifier of a reading."""
    if item.identity is None:
        return None
    kind, value = item.identity
    return Identifier(IdentifierKind(kind), value)


def leads_to(url: str, work: tuple[str, str]) -> bool:
    """Whether an address is that of a work."""
    found = parse_identifier(url)
    return found is not None and (found.kind.value, found.value) == work
