"""The reading list of the sample course: works of every kind, and titles yet to be found."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

from readings.courses.models import Course
from readings.papers.identifiers import Identifier, canonical_url, parse_identifier
from readings.papers.models import Paper, kind_of_role
from readings.papers.services import add_papers
from readings.reading_lists.models import Entry, ReadingList, Section
from readings.reading_lists.services import add_entry, make_list, make_section, owe_match
from readings.schedule.models import LinkRole
from readings.schedule.services import add_reading

_FILE: Final = Path(__file__).with_name("shelf.toml")


def lay_out_list(course: Course) -> ReadingList:
    """Make the list in ``shelf.toml``; its papers and its titles are owed what any are owed."""
    parsed = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    reading_list = make_list(course=course, title=parsed["title"])
    papers = _add_papers(parsed["sections"])
    sections: dict[str, Section] = {}
    for said in parsed["sections"]:
        section = make_section(
            reading_list=reading_list,
            title=said["title"],
            parent=sections.get(said.get("parent", "")),
        )
        sections[said["title"]] = section
        entries: dict[str, Entry] = {}
        for one in said.get("entries", []):
            entry = _add_entry(section, one, papers, entries.get(one.get("under", "")))
            entries[one["title"]] = entry
    return reading_list


def shelf_works() -> list[Identifier]:
    """The works on the list that stand there with their address."""
    parsed = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return [_identifier(one["work"]) for one in _with_work(parsed["sections"])]


def _add_papers(sections: list[dict[str, Any]]) -> dict[str, Paper]:
    entries = _with_work(sections)
    papers = add_papers(
        identifiers=[_identifier(one["work"]) for one in entries],
        kinds=[kind_of_role(one.get("role", LinkRole.PAPER)) for one in entries],
    )
    return {one["work"]: paper for one, paper in zip(entries, papers, strict=True)}


def _add_entry(
    section: Section, said: dict[str, Any], papers: dict[str, Paper], parent: Entry | None
) -> Entry:
    links = list(said.get("links", []))
    if "work" in said:
        url, role = canonical_url(_identifier(said["work"])), said.get("role", LinkRole.PAPER)
        links.insert(0, {"url": url, "role": role, "label": ""})
    paper = papers.get(said.get("work", ""))
    entry = add_entry(
        section=section,
        parent=parent,
        reading=add_reading(course=section.reading_list.course, paper=paper) if paper else None,
        title=said["title"],
        authors=said.get("authors", ""),
        venue=said.get("venue", ""),
        year=said.get("year"),
        links=links,
        annotation=said.get("note", "").strip(),
    )
    owe_match(entry=entry)
    return entry


def _with_work(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for said in sections for one in said.get("entries", []) if "work" in one]


def _identifier(spelling: str) -> Identifier:
    identifier = parse_identifier(spelling)
    if identifier is None:
        raise ValueError(f"{spelling} names no work")
    return identifier
