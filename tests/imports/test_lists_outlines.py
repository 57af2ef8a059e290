"""The real lists against outlines that were written by hand, line by line."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from readings.imports.parsing import parse
from readings.imports.understood import Entry, Understood
from readings.papers.identifiers import find_identifiers
from tests.shared import shared

OUTLINES = Path(__file__).parent / "outlines"
SEEDS = {
    "seed_000.txt": "000_5f8e392138c46e7c.txt",
    "seed_001.txt": "001_8206c03c49963ab5.txt",
    "seed_002.txt": "002_ecee794594d28bcc.txt",
    "seed_003.txt": "003_91d0f3791e2ec6b8.txt",
}
_LINE = re.compile(
    r"(?P<line>\d+) (?:\^(?P<parent>\d+) )?(?P<title>.*?)(?: \{(?P<cited>[^}]*)\})?"
    r" \| (?P<identity>[^|\s]+(?: [^|\s]+)?) \|(?P<links>[^|]*)(?:\| ~(?P<said>[\d-]+))?"
)
_MARKS = re.compile(r"^[\s>]*(?:[-*+]\s+|\d+\.\s+)?")


@dataclass
class Expected:
    """One line of an outline."""

    section: list[str]
    line: int
    title: str | None
    parent: int | None
    identity: str
    links: list[tuple[str, str]]
    cited: tuple[str, ...]
    said: list[int] = field(default_factory=list)


def outline(name: str) -> tuple[str | None, list[Expected]]:
    """The title of the document and its entries."""
    title: str | None = None
    section: list[str] = []
    entries: list[Expected] = []
    for row in (OUTLINES / name).read_text(encoding="utf-8").splitlines():
        if row.startswith("title "):
            title = row.removeprefix("title ")
        elif row.startswith("## "):
            section = row.removeprefix("## ").partition(" ")[2].split(" / ")
        elif not row.startswith("# "):
            match = _LINE.fullmatch(row)
            assert match is not None, row
            first, _, last = (match["said"] or "").partition("-")
            entries.append(
                Expected(
                    section,
                    int(match["line"]),
                    None if match["title"] == "-" else match["title"],
                    int(match["parent"]) if match["parent"] else None,
                    match["identity"],
                    [
                        (link.split()[0], link.split()[1])
                        for link in match["links"].split(", ")
                        if link.strip()
                    ],
                    tuple(part.strip() for part in (match["cited"] or ";;").split(";")),
                    list(range(int(first), int(last or first) + 1)) if first else [],
                )
            )
    return title, entries


def words(line: str) -> str:
    return _MARKS.sub("", line).strip()


def read(name: str) -> tuple[list[str], Understood]:
    source = shared("seeds", SEEDS[name]).read_bytes()
    return source.decode("utf-8").split("\n"), parse(source)


@pytest.mark.parametrize("name", SEEDS)
def test_a_real_list_becomes_what_a_person_reads_in_it(name: str) -> None:
    title, expected = outline(name)
    lines, understood = read(name)
    assert understood.title == title
    assert understood.meetings == []
    for entry, wanted in zip(understood.entries, expected, strict=True):
        assert_same(entry, wanted, understood.entries, lines)


def assert_same(entry: Entry, wanted: Expected, entries: list[Entry], lines: list[str]) -> None:
    assert (entry.line, entry.section) == (wanted.line, wanted.section)
    assert_title(entry.title, wanted.title)
    parent = entries[entry.parent].line if entry.parent is not None else None
    assert parent == wanted.parent, entry
    kind, value = entry.identity or ("-", "")
    assert wanted.identity == ("url" if kind == "url" else f"{kind} {value}".strip()), entry
    assert [link.role for link in entry.links] == [role for role, _ in wanted.links], entry
    for link, (_, part) in zip(entry.links, wanted.links, strict=True):
        assert part in link.url
    cited = (entry.authors or "", entry.venue or "", str(entry.year or ""))
    assert cited == wanted.cited, entry
    assert_said(entry, wanted, lines)


def assert_title(title: str | None, wanted: str | None) -> None:
    """Of titles that are whole sentences the outline has the first words and the last."""
    first, dots, last = (wanted or "").partition(" … ")
    if dots:
        assert title is not None
        assert title.startswith(first)
        assert title.endswith(last)
    else:
        assert title == wanted


def assert_said(entry: Entry, wanted: Expected, lines: list[str]) -> None:
    """The annotation is what stands in those lines, less what became title or links."""
    said = [words(line) for line in entry.annotation.split("\n") if words(line)]
    there = [words(lines[number - 1]) for number in wanted.said if words(lines[number - 1])]
    assert len(said) == len(there), entry
    for mine, theirs in zip(said, there, strict=True):
        assert mine in theirs
    if wanted.line not in wanted.said:
        assert said == there


def test_the_quoted_headings_of_a_real_list_are_no_sections() -> None:
    _, understood = read("seed_003.txt")
    assert not any("Compilation" in title for entry in understood.entries
                   for title in entry.section if title != "Compilation Flow")  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "lists/awesome_tensor_compilers.md",
        "lists/awesome_dl_papers.md",
        "lists/applied_ml.md",
        "schedules/saidl_paper_reading_group.md",
        "schedules/umich_cse598_arnavs.md",
    ],
)
def test_every_arxiv_id_of_a_real_list_is_an_entry_or_mentioned(name: str) -> None:
    source = shared("data", *name.split("/")).read_text(encoding="utf-8")
    truth = json.loads(shared("data", "truth.json").read_text())[name]
    understood = parse(source)
    in_urls = {
        found.identifier.value
        for found in find_identifiers(source)
        if found.identifier.kind == "arxiv" and "arxiv.org" in source[found.start : found.end]
    }
    assert len(in_urls) == truth["arxiv_ids_distinct"]
    entered = {str(entry.identifiers.get("arxiv")) for entry in understood.entries}
    mentioned = {str(mention.identifiers.get("arxiv")) for mention in understood.mentions}
    offered = {str(entry.identifiers.get("arxiv")) for entry in understood.offered}
    assert in_urls <= entered | mentioned | offered
    assert len(in_urls & entered) >= len(in_urls) - 1
