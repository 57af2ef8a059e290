"""References in RIS, read by rispy (https://en.wikipedia.org/wiki/RIS_(file_format))."""

from __future__ import annotations

import re
from typing import Any

import rispy

from readings.imports.lists.works import Work, year_in
from readings.imports.understood import Entry, Problem

_TAG = re.compile(r"^([A-Z][A-Z0-9]) {0,2}- ?(.*)$")
_VENUES = (
    "journal_name", "secondary_title", "custom3", "alternate_title3", "tertiary_title",
    "alternate_title2", "publisher",
)  # fmt: skip


def read_ris(text: str) -> tuple[list[Entry], list[Problem]]:
    """The references of an RIS file as entries, and those that are broken as problems."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    started = 0
    record: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        tag = _TAG.match(line.strip())
        if tag and tag[1] == "TY":
            _read(record, started, entries, problems)
            started, record = number, []
        if started and line.strip():
            record.append(f"{tag[1]}  - {tag[2]}" if tag else line.strip())
        if started and tag and tag[1] == "ER":
            _read(record, started, entries, problems)
            started, record = 0, []
    _read(record, started, entries, problems)
    return entries, problems


def _read(record: list[str], line: int, entries: list[Entry], problems: list[Problem]) -> None:
    if not line:
        return
    if record[-1][:2] != "ER":
        record = [*record, "ER  - "]
    try:
        (reference,) = rispy.loads("\n".join([*record, ""]))
    except Exception:
        message = "This reference could not be read; it was left out."
        problems.append(Problem(line, "error", message))
        return
    entries.append(_entry(reference, line))


def _entry(reference: dict[str, Any], line: int) -> Entry:
    urls = [str(url) for url in reference.get("urls", [])]
    urls += [str(reference[name]) for name in ("url", "link1", "link2") if reference.get(name)]
    urls += [str(url) for name in ("file_attachments1", "file_attachments2")
             for url in _texts(reference.get(name))]  # fmt: skip
    authors = reference.get("authors") or reference.get("first_authors") or []
    title = reference.get("title") or reference.get("primary_title")
    venue = next((_first(reference[name]) for name in _VENUES if reference.get(name)), None)
    when = reference.get("year") or reference.get("publication_year") or reference.get("date")
    return Work(
        line=line,
        title=_first(title),
        authors=", ".join(_turned(str(name)) for name in _texts(authors)) or None,
        venue=venue if venue != _first(title) else None,
        year=year_in(when or ""),
        annotation="\n\n".join(
            text for name in ("notes", "research_notes") for text in _texts(reference.get(name))
        ),
        names=[text for name in ("doi", "custom1", "number", "accession_number")
               for text in _texts(reference.get(name))],
        addresses=[(url.strip(), None) for url in urls],
    ).entry()  # fmt: skip


def _texts(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(one) for one in value]
    return [str(value)] if value else []


def _first(value: object) -> str | None:
    return next(iter(_texts(value)), None)


def _turned(name: str) -> str:
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else name.strip()
