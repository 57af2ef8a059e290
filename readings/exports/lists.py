"""A reading list as Markdown: headings, nested bullets and what is said of them.

As a schedule, it is parsed again before it is handed out: an entry whose plain bullet would be
taken for something else gets one that says in a comment what it means (``imports.exact_lists``).
Pure.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum

from readings.exports.term import (
    Options,
    Shelf,
    are_same_links,
    is_same_text,
    is_same_word,
    label_of,
)
from readings.exports.writing import escape, escape_block, link, role_link
from readings.imports.lists.exact import HEADING_MARK, INDENT, EntryMark, write_entry_mark
from readings.imports.parsing import parse
from readings.imports.planning.merging import can_follow
from readings.imports.understood import Entry, Link
from readings.papers.identifiers import parse_identifier

_IS_LIST_OR_QUOTE = re.compile(r"[-*+>]\s|\d{1,9}[.)]\s")
_DEEPEST = 6  # of Markdown's headings
_ROLE_NAMES = {"post": "blog", "other": "link"}


class Shape(IntEnum):
    """How an entry is written, the most pleasant first."""

    BOLD = 0  # what has no link stands in bold
    PLAIN = 1
    EXACT = 2


@dataclass
class _Root:
    """An entry with all that is under it, in one shape."""

    section: tuple[str, ...]
    entries: list[Entry]  # parents are places among them
    shape: Shape = Shape.BOLD
    lines: range = field(default_factory=lambda: range(0))  # of the document, from 1

    def place_in(self, section: tuple[str, ...]) -> None:
        """Put it under another heading."""
        self.section = section
        self.entries = [replace(entry, section=list(section)) for entry in self.entries]


def list_markdown(shelf: Shelf, options: Options | None = None, *, before: str = "") -> str:
    """The document of a list, or its sections after a document that stands ``before`` it."""
    return _Writer(shelf, options or Options(), before).write()


class _Writer:
    """Writes, reads what it has written, and writes exactly what was read differently."""

    def __init__(self, shelf: Shelf, options: Options, before: str) -> None:
        self.shelf, self.options, self.before = shelf, options, before
        self.roots = list(_roots(shelf.entries))
        for root in self.roots:
            if before and not root.section:  # else it would stand under a heading of the other
                root.place_in((shelf.title,))
        self.exact_sections: set[tuple[str, ...]] = set()

    def write(self) -> str:
        while True:
            text = self.text()
            if not self.refine(text):
                return text

    def text(self) -> str:
        lines = self.before.splitlines() or [f"# {escape(self.shelf.title)}"]
        written: tuple[str, ...] = ()
        for root in self.roots:
            if root.section != written:
                lines += self.headings(root.section, written)
                written = root.section
                lines.append("")
            start = len(lines) + 1
            lines += self.lines_of(root)
            root.lines = range(start, len(lines) + 1)
        if not self.roots:
            lines += ["", "Nothing is on this list yet."]
        return "\n".join(lines) + "\n"

    def headings(self, section: tuple[str, ...], before: tuple[str, ...]) -> Iterator[str]:
        """The headings from the last section to this one."""
        shared = 0
        while shared < min(len(section), len(before)) and section[shared] == before[shared]:
            shared += 1
        # A section that stands above the last one is opened again by its own heading.
        for depth in range(min(shared, len(section) - 1), len(section)):
            mark = f" {HEADING_MARK}" if section[: depth + 1] in self.exact_sections else ""
            yield ""
            yield f"{'#' * min(depth + 2, _DEEPEST)} {escape_block(section[depth])}{mark}"

    # --- Writing ----------------------------------------------------------------------------------

    def lines_of(self, root: _Root) -> list[str]:
        """The bullets of an entry and of what is under it."""
        depths: list[int] = []
        lines: list[str] = []
        for entry in root.entries:
            depth = 0 if entry.parent is None else depths[entry.parent] + 1
            depths.append(depth)
            bullet = (
                self.exact(entry)
                if root.shape is Shape.EXACT
                else self.plain(entry, is_bold=root.shape is Shape.BOLD)
            )
            indent = " " * (INDENT * depth)
            lines.append(f"{indent}- {bullet}")
            said = entry.annotation.splitlines()
            if said and not _IS_LIST_OR_QUOTE.match(said[0]):
                lines.append("")
            inside = " " * (INDENT * (depth + 1))
            lines += [f"{inside}{line}" if line.strip() else "" for line in said]
        return lines

    def plain(self, entry: Entry, *, is_bold: bool) -> str:
        """``[Title](https://...) [[slides]](https://...) (Ann Lee, OSDI 2018)``"""
        title, links = self.name_of(entry), self.links_of(entry)
        pieces: list[str] = []
        if not links:
            pieces.append(f"**{escape(title)}**" if is_bold else escape_block(title))
        elif title and label_of(links[0]) in {"", title}:
            pieces.append(link(title, links[0].url))
        elif title:
            pieces += [escape_block(title), role_link(label_of(links[0]), links[0].url)]
        elif label_of(links[0]):
            pieces.append(link(label_of(links[0]), links[0].url))
        else:
            pieces.append(links[0].url)
        pieces += [role_link(_words_of(one), one.url) for one in links[1:]]
        place = " ".join(filter(None, (entry.venue, str(entry.year or ""))))
        cited = ", ".join(filter(None, (entry.authors, place)))
        if cited:
            pieces.append(f"({escape(cited)})")
        return " ".join(pieces)

    def exact(self, entry: Entry) -> str:
        """The same in a form that is read by its marks, the link to the work before others."""
        title, links = self.name_of(entry), self.links_of(entry)
        links.sort(key=lambda one: not _leads_to(one, entry))
        is_linked = bool(links) and (not title or label_of(links[0]) in {"", title})
        shown = title or (_words_of(links[0]) if links else "")
        cited = {"authors": entry.authors, "venue": entry.venue, "year": entry.year}
        mark = EntryMark(
            is_linked=is_linked,
            is_named=bool(entry.title),
            is_words=bool(links) and not entry.identity,
            cited=[name for name, value in cited.items() if value],
            roles=[one.role for one in links],
        )
        pieces = [] if is_linked else [escape_block(shown)]
        labels = [shown if is_linked else _words_of(one) for one in links[:1]]
        labels += [_words_of(one) for one in links[1:]]
        pieces += [link(label, one.url) for label, one in zip(labels, links, strict=True)]
        pieces.append(", ".join(f"*{escape(str(value))}*" for value in cited.values() if value))
        return " ".join([*filter(None, pieces), write_entry_mark(mark)])

    def name_of(self, entry: Entry) -> str:
        """The title on the list, else that of the work where one is known."""
        work = self.shelf.works.get(entry.identity) if entry.identity else None
        if entry.title or work is None:
            return " ".join((entry.title or "").split())
        return "" if parse_identifier(work.title) else work.title

    def links_of(self, entry: Entry) -> list[Link]:
        """The links of an entry; one to its work is among them, wherever it is known from."""
        links = [
            one
            for one in entry.links
            if can_follow(one) and (self.options.notes or one.role != "notes")
        ]
        work = self.shelf.works.get(entry.identity) if entry.identity else None
        if work is None or any(_leads_to(one, entry) for one in links):
            return links
        return [Link(work.url, "paper"), *links]

    # --- Reading ----------------------------------------------------------------------------------

    def refine(self, text: str) -> bool:
        """Write exactly what was read differently; False where nothing is."""
        found: dict[int, list[tuple[int, Entry]]] = defaultdict(list)
        owners = {line: number for number, root in enumerate(self.roots) for line in root.lines}
        read = parse(text).entries
        for place, entry in enumerate(read):
            found[owners.get(entry.line, -1)].append((place, entry))
        changed = False
        for number, root in enumerate(self.roots):
            places = {place: at for at, (place, _) in enumerate(found[number])}
            entries = [
                replace(one, parent=places.get(-1 if one.parent is None else one.parent))
                for _, one in found[number]
            ]
            if self.are_same(root.entries, entries):
                continue
            if root.shape is not Shape.EXACT:
                root.shape, changed = Shape(root.shape + 1), True
            elif root.section not in self.exact_sections:
                paths = {root.section[:depth] for depth in range(1, len(root.section) + 1)}
                changed = changed or not paths <= self.exact_sections
                self.exact_sections |= paths
        return changed

    def are_same(self, wanted: Sequence[Entry], read: Sequence[Entry]) -> bool:
        return len(wanted) == len(read) and all(
            self.is_same(one, other) for one, other in zip(wanted, read, strict=True)
        )

    def is_same(self, wanted: Entry, read: Entry) -> bool:
        return (
            (wanted.section, wanted.year, wanted.identity, wanted.parent)
            == (read.section, read.year, read.identity, read.parent)
            and is_same_text(wanted.authors, read.authors)
            and is_same_text(wanted.venue, read.venue)
            and _lines(wanted.annotation) == _lines(read.annotation)
            and self.is_same_title(wanted, read)
            and are_same_links(self.links_of(wanted), read.links)
        )

    def is_same_title(self, wanted: Entry, read: Entry) -> bool:
        """The title of a work is no news where the list has none of its own."""
        if wanted.title:
            return is_same_text(wanted.title, read.title)
        return not read.title or is_same_word(read.title, self.name_of(wanted))


def _roots(entries: Sequence[Entry]) -> Iterator[_Root]:
    """The entries that belong to no other, section by section; what is under none comes first."""
    under: dict[int | None, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        above = entry.parent
        is_near = above is not None and entries[above].section == entry.section
        under[above if is_near else None].append(place)
    order = sorted(under[None], key=lambda place: bool(entries[place].section))
    for place in order:
        root = _Root(tuple(entries[place].section), [])
        waiting: list[tuple[int, int | None]] = [(place, None)]
        while waiting:
            one, parent = waiting.pop()
            number = len(root.entries)
            root.entries.append(replace(entries[one], parent=parent))
            waiting += [(child, number) for child in reversed(under[one])]
        yield root


def _leads_to(one: Link, entry: Entry) -> bool:
    found = parse_identifier(one.url)
    return found is not None and (found.kind.value, found.value) == entry.identity


def _words_of(one: Link) -> str:
    return label_of(one) or _ROLE_NAMES.get(one.role, one.role)


def _lines(text: str) -> list[str]:
    return [line if line.strip() else "" for line in text.strip("\n").splitlines()]
