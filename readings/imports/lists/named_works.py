"""The works that a bullet or a row names: what the readers of both hand on.  Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from readings.imports.lists.titles import EDGES
from readings.imports.understood import Identifiers, Link
from readings.imports.wording.citations import NO_CITATION, Citation
from readings.imports.wording.links import identifiers_of, is_listed_role
from readings.papers.identifiers import IdentifierKind, parse_identifier

#: What a shelf shows of a title; longer ones are shortened and stand whole in the annotation.
MAX_TITLE = 300
#: So many works of one bullet share what it says.
MAX_SHARING = 30
#: Roles of links that are a work rather than go with it, the surest first.
MAIN_ROLES = ("paper", "pdf", "thesis", "book")


class Kind(Enum):
    """What a bullet is."""

    EMPTY = "no words and no links"
    WORDS = "words without a link"
    WORKS = "works with their links"
    ROLE = "links to something else about the work above"
    PROSE = "a sentence in which there are links"


@dataclass
class Work:
    """One work that a bullet names; ``rest`` is what else the bullet says, as Markdown."""

    title: str | None = None
    citation: Citation = NO_CITATION
    identifiers: Identifiers = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    rest: str = ""


@dataclass
class Bullet:
    """What a bullet says."""

    kind: Kind
    works: list[Work] = field(default_factory=list)
    plain: str = ""
    rest: str = ""  # of a role: what is said beside its links

    @property
    def links(self) -> list[Link]:
        """The links of all its works."""
        return [link for work in self.works for link in work.links]

    @property
    def named_ids(self) -> set[tuple[str, str]]:
        """The arXiv ids and DOIs of its works."""
        return {
            (kind, str(work.identifiers[kind]))
            for work in self.works
            for kind in ("arxiv", "doi")
            if kind in work.identifiers
        }


def shortened(title: str) -> str:
    """The beginning of words that are too long for a title."""
    sentence = re.match(r".{20,200}?[.!?。！？](?=\s|$)", title, re.DOTALL)
    if sentence:
        return sentence.group()
    return f"{title[:200].rsplit(' ', 1)[0].rstrip(EDGES)}…"


def distinct_links(links: Sequence[Link]) -> list[Link]:
    """The links without those that lead to the same address again; their names stay.

    A name outlives a role, and two names of one address stand beside each other.
    """
    kept: dict[str, Link] = {}
    for link in links:
        known = kept.setdefault(link.url, link)
        one, other = known.label or "link", link.label or "link"
        if is_listed_role(other):
            continue
        if is_listed_role(one):
            kept[link.url] = link
        elif other not in one and len(one) + len(other) < MAX_TITLE:
            kept[link.url] = replace(known, label=f"{one} / {other}")
    return list(kept.values())


def identifiers_behind(links: Sequence[Link]) -> Identifiers:
    """The name of the work behind ``links``: an arXiv id, a DOI, or the address of the main one."""
    found = [(link, parse_identifier(link.url)) for link in links]
    for kind in (IdentifierKind.ARXIV, IdentifierKind.DOI):
        for _, identifier in found:
            if identifier and identifier.kind is kind:
                return identifiers_of(identifier)
    ordered = sorted(found, key=lambda pair: _rank(pair[0].role))
    return next((identifiers_of(identifier) for _, identifier in ordered if identifier), {})


def _rank(role: str) -> int:
    return MAIN_ROLES.index(role) if role in MAIN_ROLES else len(MAIN_ROLES)
