"""What is exported, as values: those that a parser gives, and what is known of the works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from readings.imports.planning.merging import links_beside
from readings.imports.understood import Entry, Item, Link, Session
from readings.imports.wording.links import same_name
from readings.papers.identifiers import parse_identifier

Identity = tuple[str, str]


@dataclass(frozen=True)
class Options:
    """What is said beside what is read when."""

    authors: bool = False
    years: bool = False
    notes: bool = True  # links to notes
    presenters: bool = True


@dataclass(frozen=True)
class Work:
    """What the papers say of a work: its title, its address, its authors and its year."""

    title: str
    url: str
    authors: Sequence[str] = ()
    year: int | None = None

    def citation(self, options: Options) -> str:
        """``Khattab et al., 2023``, or as much of it as is wanted and known."""
        names = [name.split()[-1] for name in self.authors if name.strip()]
        said = []
        if options.authors and names:
            said.append(f"{names[0]} et al." if len(names) > 2 else " and ".join(names))
        if options.years and self.year:
            said.append(str(self.year))
        return ", ".join(said)


@dataclass(frozen=True)
class Term:
    """A course's schedule; ``works`` are known by the identity of the items."""

    title: str
    name: str = ""  # "Fall 2025"
    usual_time: str | None = None  # is not said
    sessions: Sequence[Session] = ()
    works: Mapping[Identity, Work] = field(default_factory=dict)

    def name_of(self, item: Item) -> str:
        """What an item is called: by the course, else by its work."""
        work = self.works.get(item.identity) if item.identity else None
        return item.label or item.title or (work.title if work else item.text or "")

    def url_of(self, item: Item) -> str:
        """The address of an item's work."""
        work = self.works.get(item.identity) if item.identity else None
        return work.url if work else ""


@dataclass(frozen=True)
class Shelf:
    """A reading list of a course; entries as they stand, parents before what is under them."""

    title: str
    entries: Sequence[Entry] = ()
    works: Mapping[Identity, Work] = field(default_factory=dict)


def is_named(item: Item) -> bool:
    """Whether the course has a name of its own for a reading."""
    return bool(item.label or item.title)


def is_no_name(name: str) -> bool:
    """Whether it only says which work is meant, as the title of what was not fetched yet does."""
    return not name or parse_identifier(name) is not None


def is_loose_link(item: Item) -> bool:
    """Words that are a link and nothing else: links in a row that belong to no reading in it."""
    if item.identity or item.kind != "other" or len(item.links) != 1 or item.presenters:
        return False
    return item.text == (item.links[0].label or item.links[0].url)


def beside(item: Item, options: Options) -> list[Link]:
    """The links of an item that lead somewhere else; those to notes only where they are wanted."""
    return [link for link in links_beside(item) if options.notes or link.role != "notes"]


def shown_agenda(session: Session, options: Options) -> list[Item]:
    """What is exported of a meeting's agenda."""
    return [
        item
        for item in session.agenda
        if options.notes or not (is_loose_link(item) and item.links[0].role == "notes")
    ]


def label_of(link: Link) -> str:
    """The words of a link; brackets around all of them would be taken for the link's own."""
    label = " ".join((link.label or "").split())
    while label.startswith("[") and label.endswith("]"):
        label = label[1:-1].strip()
    return label


def are_same_links(wanted: Sequence[Link], read: Sequence[Link]) -> bool:
    """Whether the same links were read: an unlabelled one may have got words on the way."""
    found = {link.url: link for link in read}
    return {link.url for link in wanted} == set(found) and all(
        found[link.url].role == link.role and label_of(link) in {"", label_of(found[link.url])}
        for link in wanted
    )


def is_same_text(one: str | None, other: str | None) -> bool:
    """Whether two texts say the same, white space aside."""
    return (one or "").split() == (other or "").split()


def is_same_word(one: str, other: str) -> bool:
    """Whether two names are the same but for case and punctuation."""
    return same_name(one) == same_name(other)
