"""From the bullets of a list to entries: which is whose, and what is said of which.  Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from readings.imports.lists.bullets import read_bullet
from readings.imports.lists.exact import is_marked, marked_entries
from readings.imports.lists.named_works import (
    MAIN_ROLES,
    MAX_SHARING,
    MAX_TITLE,
    Bullet,
    Kind,
    Work,
    shortened,
)
from readings.imports.parsers.markdown_blocks import Block, Item
from readings.imports.parsers.markdown_inline import InlineReader
from readings.imports.understood import Entry, Identifiers, Link, Problem
from readings.imports.wording.citations import Citation, is_labelled, read_citation, read_names
from readings.imports.wording.links import identifiers_of, is_listed_role
from readings.papers.identifiers import IdentifierKind, parse_identifier

MAX_AUTHORS, MAX_VENUE = 500, 200
#: Of so many nested bullets at the beginning may each be authors, a venue or a year.
MAX_CITED = 3

_COMMENT = re.compile(r"\s*<!--.*-->\s*", re.DOTALL)
_WORD = re.compile(r"\w+")


@dataclass
class _Item:
    """A bullet that has been read."""

    item: Item
    bullet: Bullet
    source: str
    nested: list[_Item] = field(default_factory=list)


class EntryWriter:
    """Writes the entries of one document."""

    def __init__(self, lines: Sequence[str], inline: InlineReader, limit: int) -> None:
        self.lines, self.inline, self.limit = lines, inline, limit
        self.entries: list[Entry] = []
        self.problems: list[Problem] = []
        self.said: dict[int, list[tuple[bool, str]]] = {}
        self.seen: set[tuple[tuple[str, ...], int | None, str]] = set()
        self.section: list[str] = []
        self.expected: str | None = None
        self.owner: list[int] = []  # the entries that a quote would belong to
        self.is_full = False
        self.bullets: dict[int, _Item] = {}

    def begin(self, section: Sequence[str], expected: str | None) -> None:
        """A section begins."""
        self.section, self.expected = list(section), expected
        self.leave()

    def leave(self) -> None:
        """Something stands here that belongs to no entry."""
        self.owner = []

    def read_list(self, block: Block) -> None:
        """A list of the section."""
        for item in block.items:
            if self.is_full:
                return
            self.read_item(item, [])
            self.bullets.clear()

    def read_aside(self, block: Block) -> None:
        """A quote or a piece of code: said of the entry right above it, if there is one."""
        if self.owner:
            self.annotate(self.owner, self.source(block.first, block.end))

    def write_works(
        self, bullet: Bullet, line: int, *, parent: int | None = None, source: str = ""
    ) -> list[int]:
        """An entry for each work of a bullet; their places."""
        key = (tuple(self.section), parent, source or bullet.plain)
        if key[2] and key in self.seen and not self.is_full:
            self.problems.append(
                Problem(line, "warning", "The same stands here twice; both were kept.")
            )
        self.seen.add(key)
        places = [
            self.write(work, line, parent, source)
            for work in bullet.works
            if self.has_room(line) and (work.title or work.identifiers)
        ]
        self.owner = places or self.owner
        return places

    def write(self, work: Work, line: int, parent: int | None, source: str) -> int:
        title, rest = work.title, work.rest
        if title and len(title) > MAX_TITLE:
            title, rest = shortened(title), rest if rest == source else f"{title}\n\n{rest}".strip()
        place = len(self.entries)
        self.entries.append(
            Entry(
                line,
                section=list(self.section),
                title=title,
                authors=(work.citation.authors or "")[:MAX_AUTHORS] or None,
                venue=(work.citation.venue or "")[:MAX_VENUE] or None,
                year=work.citation.year,
                identifiers=work.identifiers,
                links=work.links,
                parent=parent,
            )
        )
        if rest:
            self.annotate([place], rest)
        return place

    def has_room(self, line: int) -> bool:
        """Whether one more entry may be written; says once that none may."""
        if len(self.entries) < self.limit:
            return True
        if not self.is_full:
            self.is_full = True
            message = f"Only the first {self.limit:,} entries were read."
            self.problems.append(Problem(line, "error", message))
        return False

    def annotate(self, owner: Sequence[int], markdown: str, *, is_item: bool = False) -> None:
        """Say something of entries; what is said of several is said of each."""
        markdown = markdown.strip("\n")
        if not markdown.strip():
            return
        for place in owner[:MAX_SHARING]:
            self.said.setdefault(place, []).append((is_item, markdown))
        self.owner = list(owner)

    def finish(self) -> list[Entry]:
        """The entries, with what was said of them: bullets as one list, the rest apart."""
        for place, said in self.said.items():
            pieces = [said[0][1]]
            for (was_item, _), (is_item, markdown) in pairwise(said):
                pieces += ["\n" if was_item and is_item else "\n\n", markdown]
            self.entries[place].annotation = "".join(pieces)
        return self.entries

    def read_item(self, item: Item, owner: list[int]) -> None:
        """A bullet under the entries ``owner``, or at the outside of the list."""
        if self.is_full:
            return
        if is_marked(self.lines[item.first]):
            self.read_marked(item, owner)
            return
        read = self.bullet_of(item)
        bullet, kind = read.bullet, read.bullet.kind
        beside = item.blocks[1:] if _paragraph(item) else item.blocks
        if kind is Kind.EMPTY:
            self.read_inside(beside, owner)
        elif not owner:
            works = bullet if kind is not Kind.ROLE else self.as_work(bullet)
            places = self.write_works(works, item.first + 1, source=read.source)
            self.read_inside(beside, places, is_first=True)
        elif kind is Kind.ROLE or self.names_its_parent(bullet, owner):
            self.add_links(owner, bullet, item.first + 1)
            self.read_inside(beside, owner)
        elif self.is_entry(read):
            places = self.write_works(bullet, item.first + 1, parent=owner[0], source=read.source)
            self.read_inside(beside, places, is_first=True)
        else:
            self.annotate_with(read, owner)

    def read_marked(self, item: Item, owner: list[int]) -> None:
        """A bullet that says what it means, and those below it that do."""
        start = len(self.entries)
        for entry, parent in marked_entries(self.lines, item.first, item.end, self.section):
            if not self.has_room(entry.line):
                return
            outer = owner[0] if owner else None
            entry.parent = outer if parent is None else start + parent
            self.entries.append(entry)
        self.leave()

    def read_inside(
        self, blocks: Sequence[Block], owner: list[int], *, is_first: bool = False
    ) -> None:
        """What stands under the words of a bullet."""
        for block in blocks:
            if block.kind == "list":
                for number, item in enumerate(block.items):
                    following = block.items[number + 1] if number + 1 < len(block.items) else None
                    near = is_first and number < MAX_CITED
                    if owner and self.lift_citation(item, following, owner, near=near):
                        continue
                    self.read_item(item, owner)
            elif block.kind == "paragraph" and owner:
                self.read_paragraph(block, owner)
            elif owner and block.kind != "rule" and not _COMMENT.fullmatch(block.content):
                self.annotate(owner, self.source(block.first, block.end))

    def read_paragraph(self, block: Block, owner: list[int]) -> None:
        """A paragraph of a bullet: its links are the entry's, its words are said of it."""
        item = Item(block.first, block.end, [block])
        bullet = self.bullet_of(item).bullet
        citation = read_citation(bullet.plain) if bullet.kind is Kind.WORDS else None
        if bullet.kind is Kind.ROLE:
            self.add_links(owner, bullet, block.first + 1)
            return
        if citation and self.cite(owner, citation):
            return
        known = {key for place in owner for key in _keys(self.entries[place].links)}
        if bullet.named_ids - known and known:
            self.write_works(bullet, block.first + 1, parent=owner[0])
            return
        if bullet.kind in {Kind.WORKS, Kind.PROSE}:
            self.link(owner, [link for link in bullet.links if link.role != "other" or not known])
        self.annotate(owner, self.source(block.first, block.end))

    def annotate_with(self, read: _Item, owner: list[int]) -> None:
        """A nested bullet that is no entry, with all that is under it."""
        self.annotate(owner, self.source(read.item.first, read.item.end), is_item=True)
        waiting = [read]
        while waiting:
            one = waiting.pop()
            beside = [link for link in one.bullet.links if link.role not in {*MAIN_ROLES, "other"}]
            self.link(owner[:1], beside)
            waiting += reversed(one.nested)

    def is_entry(self, read: _Item) -> bool:
        """Whether a nested bullet is a work, or words under which works stand."""
        bullet = read.bullet
        if bullet.kind is Kind.WORKS:
            return True
        if bullet.kind is Kind.PROSE and (bullet.named_ids or _names_a_work(bullet)):
            return True
        waiting = list(read.nested)
        while waiting:
            one = waiting.pop()
            if one.bullet.kind in {Kind.WORKS, Kind.ROLE} or one.bullet.named_ids:
                return True
            waiting += one.nested
        return False

    def names_its_parent(self, bullet: Bullet, owner: list[int]) -> bool:
        """Whether a link has no title of its own: "MLIR Documentation" under "MLIR Tutorials"."""
        if bullet.kind is not Kind.WORKS or len(bullet.links) != 1 or bullet.named_ids:
            return False
        label = (bullet.links[0].label or "").split()
        title = {word.casefold() for word in _WORD.findall(self.entries[owner[0]].title or "")}
        return any(
            is_listed_role(" ".join(label[count:]))
            and all(word.casefold() in title for word in _WORD.findall(" ".join(label[:count])))
            for count in range(1, min(len(label), 6))
        )

    def add_links(self, owner: list[int], bullet: Bullet, line: int) -> None:
        """Links that say what they are: the parent's, or works if it has several papers."""
        parent = self.entries[owner[0]]
        mains = [work for work in bullet.works if work.links[0].role in MAIN_ROLES]
        known = set(_keys(parent.links))
        several = len(mains) > 1 and not parent.identifiers and not known
        for work in bullet.works:
            keys = set(_keys(work.links))
            if (several and work in mains) or (keys and known and not keys & known):
                if self.has_room(line):
                    work.links = [Link(link.url, link.role) for link in work.links]
                    self.write(work, line, owner[0], "")
                continue
            self.link(owner[:1], work.links)
            if keys or (len(bullet.works) == 1 and not parent.identifiers):
                parent.identifiers = parent.identifiers if known else work.identifiers
            known |= keys
        if bullet.rest:
            self.annotate(owner, bullet.rest)
        self.owner = list(owner)

    def link(self, owner: Sequence[int], links: Sequence[Link]) -> None:
        """Give links to entries that do not have them yet."""
        for place in owner:
            entry = self.entries[place]
            known = {link.url for link in entry.links}
            entry.links += [link for link in links if link.url not in known]
            if not set(_keys(entry.links)).isdisjoint(_keys(links)):
                entry.identifiers = _with_id(entry.identifiers, links)

    def lift_citation(
        self, item: Item, following: Item | None, owner: list[int], *, near: bool
    ) -> bool:
        """Take authors, venue and year from a nested bullet that is nothing else.

        Names alone are authors if a citation follows them.
        """
        words = self.words_of(item)
        if not words or not (near or is_labelled(words)):
            return False
        citation = read_citation(words)
        if citation is None and following is not None and read_citation(self.words_of(following)):
            citation = read_names(words)
        return citation is not None and self.cite(owner, citation)

    def words_of(self, item: Item) -> str:
        """The words of a bullet that is nothing but words."""
        bullet = self.bullet_of(item).bullet
        return bullet.plain if bullet.kind is Kind.WORDS and len(item.blocks) == 1 else ""

    def cite(self, owner: Sequence[int], citation: Citation) -> bool:
        """Fill in what the entries do not say yet; False where they say something else."""
        for place in owner:
            entry = self.entries[place]
            pairs = (
                (entry.authors, citation.authors),
                (entry.venue, citation.venue),
                (entry.year, citation.year),
            )
            if any(own and new and own != new for own, new in pairs):
                return False
        for place in owner:
            entry = self.entries[place]
            entry.authors = entry.authors or (citation.authors or "")[:MAX_AUTHORS] or None
            entry.venue = entry.venue or (citation.venue or "")[:MAX_VENUE] or None
            entry.year = entry.year or citation.year
        self.owner = list(owner)
        return True

    def as_work(self, bullet: Bullet) -> Bullet:
        """Links at the outside of a list that only say what they are: one thing all the same."""
        links = bullet.links
        labels = (link.label for link in links if link.label)
        title = next((label for label in labels if parse_identifier(label) is None), None)
        identified = [work for work in bullet.works if set(_keys(work.links))]
        if len(identified) > 1:
            return bullet
        identifiers = (identified or bullet.works)[0].identifiers
        work = Work(title, identifiers=identifiers, links=links, rest=bullet.rest)
        return Bullet(Kind.WORKS, [work], bullet.plain)

    def bullet_of(self, item: Item) -> _Item:
        """What an item says, and those under it; each is read once."""
        known = self.bullets.get(id(item))
        if known is not None:
            return known
        paragraph = _paragraph(item)
        content = paragraph.content if paragraph else ""
        inline = self.inline.read(content, item.first + 1)
        bullet = read_bullet(inline, source=content, expected=self.expected)
        nested = [self.bullet_of(one) for block in item.blocks for one in block.items]
        self.bullets[id(item)] = read = _Item(item, bullet, content, nested)
        return read

    def source(self, first: int, end: int) -> str:
        """Lines ``[first, end)`` as they stand, without the indentation of the first."""
        lines = list(self.lines[first:end])
        while lines and not lines[-1].strip():
            lines.pop()
        if not lines:
            return ""
        column = len(lines[0].expandtabs(4)) - len(lines[0].expandtabs(4).lstrip(" "))
        return "\n".join(_dedented(line, column) for line in lines)


def _dedented(line: str, column: int) -> str:
    """The line without ``column`` columns of space, or as many as it has."""
    stripped = line.lstrip(" \t")
    indent = len(line[: len(line) - len(stripped)].expandtabs(4))
    return " " * max(0, indent - column) + stripped if stripped else ""


def _paragraph(item: Item) -> Block | None:
    """The words of a bullet."""
    first = item.blocks[0] if item.blocks else None
    return first if first and first.kind in {"paragraph", "heading"} else None


def _names_a_work(bullet: Bullet) -> bool:
    """Whether a sentence names a work by its title, rather than having a link in passing."""
    return any(
        link.role in MAIN_ROLES or len((link.label or "").split()) >= 4 for link in bullet.links
    )


def _keys(links: Sequence[Link]) -> list[tuple[str, str]]:
    """The arXiv ids and DOIs behind links."""
    found = [parse_identifier(link.url) for link in links]
    return [
        (one.kind.value, one.value) for one in found if one and one.kind is not IdentifierKind.URL
    ]


def _with_id(identifiers: Identifiers, links: Sequence[Link]) -> Identifiers:
    """The identifiers, by an arXiv id or a DOI if there was none and ``links`` have one."""
    if "arxiv" in identifiers or "doi" in identifiers:
        return identifiers
    found = [parse_identifier(link.url) for link in links]
    return next(
        (identifiers_of(one) for one in found if one and one.kind is not IdentifierKind.URL),
        identifiers,
    )
