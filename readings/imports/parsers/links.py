"""A paste of ids and links, one or more a line, and of arXiv's own listings."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from readings.imports.lists.works import Work, tidy, year_in
from readings.imports.schedules.agenda import bare_words
from readings.imports.understood import Entry
from readings.papers.identifiers import IdentifierKind, find_identifiers, parse_identifier

_BARE = re.compile(r"(?<![\w./:])(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?![\w/])")
_HEADING = re.compile(r"#{1,6}\s+(.*)")
_LISTED = re.compile(
    r"(?:\[\d+\]\s*)?arXiv\s*:\s*(?P<id>\S+?)(?:\s*\[[^\]]*\])*(?:\s.*)?", re.IGNORECASE
)
_LABELLED = re.compile(
    r"(title|authors?|comments?|subjects?|categories|journal-?ref|doi|report-?no|abstract|date"
    r"|submitted|msc-class|acm-class|license|proxy)\s*:\s*(.*)",
    re.IGNORECASE,
)
_ABSTRACT_ENDS = re.compile(
    r"(?:submitted\s.*|.*\(\s*https?://arxiv\.org/abs/\S+.*\)|-{5,}|\\\\)", re.I
)


@dataclass
class _Line:
    """A line: the ids and links in it as they are spelled, and the words that are left."""

    number: int
    before: str = ""  # the first of them
    after: str = ""
    spellings: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """All words of the line."""
        return f"{self.before} {self.after}".strip()


def read_links(text: str) -> list[Entry]:
    """An entry for each id or link, with the words beside it or on the line above it.

    Words over several bare links are their section.
    """
    lines = [_split(number, line) for number, line in enumerate(text.split("\n"), start=1)]
    entries: list[Entry] = []
    section: list[str] = []
    title: _Line | None = None
    for position, line in enumerate(lines):
        if line.spellings:
            entries += _entries(line, title, section)
            title = None
            continue
        if not line.words:
            continue
        heading = _HEADING.match(line.words)
        below = _bare_below(lines, position)
        if heading or below > 1 or line.words.endswith(":"):
            section = [tidy(heading[1] if heading else line.words).rstrip(":")]
        elif below == 1:
            title = line
        else:
            entries.append(Work(line.number, title=line.words, section=section).entry())
    return entries


def is_listing(lines: Sequence[str]) -> bool:
    """Whether these lines are a page of arXiv's listings or search results, pasted as text."""
    for position, line in enumerate(lines):
        if _LISTED.fullmatch(line.strip()):
            following = [one.strip().lower() for one in lines[position + 1 : position + 5]]
            if any(one.startswith(("title:", "authors:", "author:")) for one in following):
                return True
    return False


def read_listing(text: str) -> list[Entry]:
    """The papers of an arXiv listing: ``arXiv:2401.12345``, ``Title:``, ``Authors:`` and so on."""
    return [_listed(block) for block in _blocks(text.split("\n"))]


def _split(number: int, line: str) -> _Line:
    spans = _spans(line)
    if not spans:
        return _Line(number, before=tidy(line))
    rest = [line[end:start] for (_, end), (start, _) in pairwise([*spans, (len(line), 0)])]
    return _Line(
        number,
        before=bare_words(tidy(line[: spans[0][0]])),
        after=bare_words(tidy(" ".join(rest))),
        spellings=[line[start:end] for start, end in spans],
    )


def _spans(line: str) -> list[tuple[int, int]]:
    """Where ids and links stand; here a bare number of arXiv's is meant as one."""
    spans = [(one.start, one.end) for one in find_identifiers(line, urls=True)]
    starts, ends = [start for start, _ in spans], [0, *(end for _, end in spans)]
    bare = []
    for match in _BARE.finditer(line):
        before = bisect_right(starts, match.start())
        identifier = parse_identifier(match.group()) if match.start() >= ends[before] else None
        if identifier and identifier.kind is IdentifierKind.ARXIV:
            bare.append(match.span())
    return sorted([*spans, *bare])


def _entries(line: _Line, title: _Line | None, section: list[str]) -> Iterator[Entry]:
    above = title.words if title and not line.words else ""
    number = title.number if title and above else line.number
    once = dict.fromkeys(line.spellings)
    alone = len(once) == 1
    name = above or line.before or line.after
    said = line.after if line.before else ""
    for spelling in once:
        yield Work(
            number,
            title=name if alone else None,
            section=section,
            annotation=said if alone else line.words,
            names=[spelling],
            addresses=[(spelling, None)],
        ).entry()


def _bare_below(lines: Sequence[_Line], position: int) -> int:
    """How many lines of one bare link each follow at once: 0, 1 or more (2)."""
    count = 0
    for line in lines[position + 1 : position + 3]:
        if line.words or not line.spellings:
            break
        count += 1
    return count


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    started, block = 0, list[str]()
    for number, line in enumerate(lines, start=1):
        if _LISTED.fullmatch(line.strip()):
            if started:
                yield started, block
            started, block = number, []
        if started:
            block.append(line.strip())
    if started:
        yield started, block


def _listed(numbered: tuple[int, list[str]]) -> Entry:
    number, (first, *rest) = numbered
    said: dict[str, str] = {}
    label: str | None = None if any(_LABELLED.match(line) for line in rest[:1]) else "title"
    for line in rest:
        match = _LABELLED.match(line)
        if match:
            label = match[1].lower().rstrip("s")
            said.setdefault(label, match[2])
        elif not line or _ABSTRACT_ENDS.fullmatch(line):
            label = "abstract" if line else label
        elif label and label != "abstract":
            said[label] = f"{said.get(label, '')} {line}"
    listed = _LISTED.fullmatch(first)
    names = [f"arXiv:{listed['id']}" if listed else first, said.get("doi", "")]
    venue = said.get("journal-ref") or said.get("journalref")
    return Work(
        number,
        title=said.get("title"),
        authors=said.get("author"),
        venue=venue,
        year=year_in(venue or ""),
        annotation=tidy(said.get("comment", "")),
        names=names,
    ).entry()
