"""Reading lists in Markdown: headings become sections, bullets and rows become entries.  Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from readings.imports.addresses import Addresses
from readings.imports.lists.entries import EntryWriter
from readings.imports.lists.exact import is_marked, is_marked_section
from readings.imports.lists.tables import (
    find_list_columns,
    is_reading_table,
    is_work,
    links_of,
    read_list_row,
)
from readings.imports.parsers.markdown_blocks import MAX_BULLETS, Block, Item, read_blocks, walk
from readings.imports.parsers.markdown_inline import InlineLink, InlineReader, resolved
from readings.imports.tables import Document, Table
from readings.imports.understood import Entry, Link, Problem
from readings.imports.wording.links import (
    identifiers_of,
    is_listed_role,
    listed_role_of,
    role_of_heading,
)
from readings.papers.identifiers import parse_identifier

#: A shelf of more is none; ids beyond remain mentions.
MAX_ENTRIES = 5_000
MAX_OFFERED = 2_000

# Headings under which a course's document has things to read, and no rules or dates.
_READINGS = re.compile(
    r"\W*(?:\d+[.)]?\s*)?(?:(?:recommended|required|optional|further|additional|suggested|useful"
    r"|other|background|related|supplementary|core|key|selected|course|reading|learning|external"
    r"|online|more|paper)\s+)*"
    r"(?:readings?|papers?|references?|bibliography|resources|text\s?books?|books|literature"
    r"|materials?|links|articles|publications|tutorials|lists?|论文|参考文献|阅读材料)"
    r"(?:\s*(?:and|&|/|,)\s*[\w-]+){0,2}(?:\s+lists?)?\W*",
    re.IGNORECASE,
)
# Headings under which no list has things to read.
_HOUSEKEEPING = re.compile(
    r"\W*(?:contribut(?:e|ing|ions?|ors?)|licen[cs]e|acknowledge?ments?|citations?|citing"
    r"|star history|change ?log|legend|faq|disclaimer|(?:[\w ]+\s)?(?:selection )?criteria)\b.*",
    re.IGNORECASE,
)
_CONTENTS = re.compile(r"\W*(?:(?:table of )?contents|toc|目录)\W*", re.IGNORECASE)
_TARGET = re.compile(r"\]\(\s*<?([^\s()<>]+)")
_COMMENT = re.compile(r"\s*<!--")


@dataclass
class Lists:
    """What the lists of a document say; ``offered`` are the links in its prose."""

    title: str | None = None
    entries: list[Entry] = field(default_factory=list)
    offered: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass
class _Section:
    """What stands under one heading, up to the next one."""

    path: list[str]
    blocks: list[Block] = field(default_factory=list)
    is_preamble: bool = False  # before the first of several sections

    @property
    def heading(self) -> str:
        return self.path[-1] if self.path else ""

    @property
    def expected(self) -> str | None:
        """The role of links that nothing else tells."""
        roles = (role_of_heading(title) for title in reversed(self.path))
        return next((role for role in roles if role), None)


def read_lists(
    text: str,
    document: Document,
    *,
    schedule_tables: Collection[int],
    addresses: Addresses | None = None,
) -> Lists:
    """The entries of the lists in ``text``, whose tables and lines ``document`` has.

    ``schedule_tables`` are the lines of the tables that are schedules: none of their rows is an
    entry, and with them only what looks like a list of readings is taken for one.  Relative links
    are made whole by ``addresses``, or counted there and kept as Markdown.  Linear in the length
    of the text.
    """
    reader = _Reader(document, frozenset(schedule_tables), addresses or Addresses())
    reader.read(text)
    return reader.lists


class _Reader:
    """Goes through the sections of one document."""

    def __init__(
        self, document: Document, schedule_tables: frozenset[int], addresses: Addresses
    ) -> None:
        self.lines, self.addresses = document.lines, addresses
        self.tables = {table.line: table for table in document.tables}
        self.schedule_tables = schedule_tables
        self.lists = Lists()
        self.inline = InlineReader({}, addresses)
        self.writer = EntryWriter(self.lines, self.inline, MAX_ENTRIES)
        self.offered: set[str] = set()

    def read(self, text: str) -> None:
        found = read_blocks(text, self.lines)
        self.inline.env = found.env
        self.lists.title, sections = self.sections(found.blocks)
        for section in sections:
            self.read_section(section)
        self.lists.entries = self.writer.finish()
        self.lists.problems += self.writer.problems
        if found.ends_at is not None:
            message = f"Only the first {MAX_BULLETS:,} bullets were read, and no list after them."
            self.lists.problems.append(Problem(found.ends_at, "error", message))
        if found.is_too_deep:
            self.warn(1, "Bullets are nested too deep here; the deepest were not read.")

    def sections(self, blocks: Sequence[Block]) -> tuple[str | None, list[_Section]]:
        """The title of the document, which is no section, and its sections."""
        headings = [block for block in blocks if block.kind == "heading"]
        leading = (block for block in blocks if block.kind in {"heading", "list", "table"})
        first = next(leading, None)
        is_title = (
            first is not None
            and first.kind == "heading"
            and all(block.level > first.level for block in headings if block is not first)
        )
        title: str | None = None
        sections = [_Section([])]
        path: list[tuple[int, str]] = []
        for block in blocks:
            if block.kind != "heading":
                sections[-1].blocks.append(block)
                continue
            inline = self.inline.read(block.content)
            words = inline.plain(inline.text).strip("# ")
            is_exact = is_marked_section(block.content)
            if is_exact:
                words = inline.plain(inline.text)
            elif words[-1:] in ":：":
                words = words[:-1].rstrip()
            words = words[:MAX_HEADING]
            if block is first and is_title:
                title = words or None
                continue
            while path and path[-1][0] >= block.level:
                path.pop()
            if words and (is_exact or not _CONTENTS.fullmatch(words)):
                path.append((block.level, words))
            sections.append(_Section([name for _, name in path]))
        sections[0].is_preamble = len(sections) > 1
        return title, sections

    def read_section(self, section: _Section) -> None:
        """Its lists and tables, where they are of readings; else their links are offered."""
        is_list = self.is_list(section)
        self.writer.begin(section.path, section.expected)
        for block in section.blocks:
            table = self.tables.get(block.first + 1)
            if table is not None and block.kind in {"table", "paragraph"}:
                self.read_table(table, section)
            elif block.kind == "list" and is_list:
                if is_marked(self.lines[block.first]) or not _is_contents(block):
                    self.writer.read_list(block)
            elif block.kind in {"quote", "code", "fence"}:
                self.writer.read_aside(block)
            elif block.kind != "html" or not _COMMENT.match(block.content):
                self.writer.leave()
                self.offer(section, _contents(block))

    def is_list(self, section: _Section) -> bool:
        """Whether the bullets of a section are things to read."""
        is_alone = not self.schedule_tables
        items = [item for block in section.blocks for item in block.items]
        if any(is_marked(self.lines[item.first]) for item in items):
            return True
        if section.is_preamble and not any("://" in _own_content(item) for item in walk(items)):
            return False  # what the document is about
        if is_alone and not _HOUSEKEEPING.fullmatch(section.heading):
            return True
        works = 0
        for item in items:
            content = _own_content(item)
            links = _TARGET.findall(content) or re.findall(r"https?://[^\s)>\]]+", content)
            works += any(is_work(url) for url in links[:20])
        named = not is_alone and _READINGS.fullmatch(section.heading) is not None
        return 2 * works > len(items) or named

    def read_table(self, table: Table, section: _Section) -> None:
        """The rows of a table of readings."""
        self.writer.leave()
        if table.line in self.schedule_tables:
            return
        columns = find_list_columns(table)
        among_others = bool(self.schedule_tables)
        if columns is None or not is_reading_table(table, among_others=among_others):
            self.offer(section, links_of(table))
            return
        for row in table.rows:
            if self.writer.is_full:
                return
            bullet = read_list_row(
                row, table, columns, addresses=self.addresses, expected=section.expected
            )
            if bullet is not None:
                self.writer.write_works(bullet, row.line)

    def offer(self, section: _Section, contents: Iterator[tuple[int, str | InlineLink]]) -> None:
        """Offer the links of what is no list."""
        for line, content in contents:
            if isinstance(content, InlineLink):
                self.offer_link(section, line, content)
            elif "](" in content or "://" in content or "href" in content:
                if len(self.lists.offered) >= MAX_OFFERED:
                    return
                for link in self.inline.read(content, line).links:
                    self.offer_link(section, line, link)

    def offer_link(self, section: _Section, line: int, link: InlineLink) -> None:
        url = resolved(link.url, self.addresses.base_url)
        identifier = parse_identifier(url) if url else None
        if identifier is None or link.is_image or str(identifier) in self.offered:
            return
        if len(self.lists.offered) >= MAX_OFFERED:
            return
        self.offered.add(str(identifier))
        label = link.label or None
        self.lists.offered.append(
            Entry(
                line,
                section=list(section.path),
                title=None if not label or is_listed_role(label) else label[:MAX_HEADING],
                identifiers=identifiers_of(identifier),
                links=[Link(url or "", listed_role_of(label or "", url or ""), label)],
            )
        )

    def warn(self, line: int, message: str) -> None:
        self.lists.problems.append(Problem(line, "warning", message))


#: What a section's title can hold.
MAX_HEADING = 300


def _is_contents(block: Block) -> bool:
    """Whether a list leads to headings of the document: a table of contents."""
    targets: list[str] = [
        target for item in walk(block.items) for target in _TARGET.findall(_own_content(item))
    ]
    inside = sum(target.startswith("#") for target in targets)
    return inside > 0 and 10 * inside >= 7 * len(targets)


def _own_content(item: Item) -> str:
    return item.blocks[0].content if item.blocks and item.blocks[0].kind == "paragraph" else ""


def _contents(block: Block) -> Iterator[tuple[int, str | InlineLink]]:
    """The paragraphs of what is no list, with their lines."""
    if block.kind in {"paragraph", "table"}:
        for number, line in enumerate(block.content.split("\n")):
            yield block.first + number + 1, line
    for item in walk(block.items):
        for one in item.blocks:
            if one.kind == "paragraph":
                yield one.first + 1, one.content
