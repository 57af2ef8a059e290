"""From what a reference says of a work to an entry of a reading list.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from readings.imports.understood import Entry, Identifiers, Link
from readings.imports.wording.links import COMPANIONS, identifiers_of, role_of
from readings.papers.identifiers import (
    Identifier,
    IdentifierKind,
    canonical_url,
    find_identifiers,
    parse_identifier,
)

_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)", re.ASCII)
_SPACE = re.compile(r"\s+")
_ARXIV_VENUE = re.compile(r"\W*(?:arxiv|corr)\b.*", re.IGNORECASE | re.DOTALL)
# Longer ones are no titles; what the entries of a shelf can hold.
MAX_TITLE, MAX_AUTHORS, MAX_VENUE = 1_000, 5_000, 500


@dataclass
class Work:
    """A work as a reference, a record or a row describes it.

    ``names`` are texts that may spell an identifier, the surest first; ``addresses`` are links
    with the role that the place where they stand gives them, if it does.
    """

    line: int
    title: str | None = None
    authors: str | None = None
    venue: str | None = None
    year: int | None = None
    annotation: str = ""
    section: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    addresses: list[tuple[str, str | None]] = field(default_factory=list)

    def entry(self) -> Entry:
        """The entry; a work that is known by its id alone gets the link to it."""
        links = self.links()
        identifiers = self.identifiers(links)
        for kind in (IdentifierKind.ARXIV, IdentifierKind.DOI):
            value = identifiers.get(kind.value)
            if value and not links:
                links.append(Link(canonical_url(Identifier(kind, str(value))), "paper"))
        return Entry(
            line=self.line,
            section=list(self.section),
            title=_limited(self.title, MAX_TITLE),
            authors=_limited(self.authors, MAX_AUTHORS),
            venue=_limited(None if self._is_on_arxiv() else self.venue, MAX_VENUE),
            year=self.year,
            identifiers=identifiers,
            links=links,
            annotation=self.annotation.strip(),
        )

    def links(self) -> list[Link]:
        """The http(s) links, each once."""
        links: dict[str, Link] = {}
        for url, role in self.addresses:
            if parse_identifier(url) is not None and "://" in url:
                links.setdefault(url, Link(url, role or role_of("", url)))
        return list(links.values())

    def identifiers(self, links: Iterable[Link]) -> Identifiers:
        """Its arXiv id and DOI from wherever they stand; its address if it has neither."""
        found: Identifiers = {}
        own = [link.url for link in links if link.role not in COMPANIONS]
        for text in [*self.names, *own]:
            for identifier in _identifiers_in(text):
                if identifier.kind is not IdentifierKind.URL:
                    for name, value in identifiers_of(identifier).items():
                        found.setdefault(name, value)
        address = parse_identifier(own[0]) if own else None
        return found or (identifiers_of(address) if address else {})

    def _is_on_arxiv(self) -> bool:
        return bool(self.venue and _ARXIV_VENUE.fullmatch(self.venue))


def year_in(text: object) -> int | None:
    """The year that a text of any shape names first: "June 2017", "2017/06/12"."""
    match = _YEAR.search(str(text)[:200])
    return int(match.group()) if match else None


def tidy(text: str) -> str:
    """``text`` on one line."""
    return _SPACE.sub(" ", text).strip()


def _identifiers_in(text: str) -> list[Identifier]:
    whole = parse_identifier(text)
    return [whole] if whole else [one.identifier for one in find_identifiers(text)]


def _limited(text: str | None, length: int) -> str | None:
    text = tidy(text or "")
    return (text if len(text) <= length else f"{text[: length - 1]}…") or None
