"""``manage.py parse``: what a document is understood to say, without a database."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from readings.imports.formats import FORMATS, LABELS
from readings.imports.parsing import parse
from readings.imports.understood import Entry, Item, Understood


def read_document(name: str) -> bytes:
    """The bytes of a file, or of the standard input for ``-``.  Raises ``CommandError``."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"Cannot read {name}: {error.strerror}.") from error


class Command(BaseCommand):
    help = "Print what a document is understood to say: its schedule, its lists, and its problems."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the document, or - for the standard input")
        parser.add_argument("--year", type=int, help="the year of the first date")
        names = [name for name, _label in FORMATS]
        parser.add_argument("--format", choices=names, help="what it is, if it is not recognised")
        parser.add_argument("--base-url", help="where the document lies, for its relative links")
        parser.add_argument("--json", action="store_true", help="print it as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        name = options["file"]
        filename = None if name == "-" else Path(name).name
        understood = parse(
            read_document(name),
            filename=filename,
            year=options["year"],
            format=options["format"],
            base_url=options["base_url"],
        )
        if options["json"]:
            self.stdout.write(json.dumps(understood.to_json(), indent=2, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(summary(understood)))
        if understood.is_empty:
            raise CommandError("Nothing was understood in this document.")


def summary(understood: Understood) -> list[str]:
    """The schedule, the lists and their problems, for a person to read."""
    label = LABELS.get(understood.format, understood.format)
    lines = [f"{understood.title or 'No title'} ({label})"]
    if understood.year_reason:
        lines.append(f"Year: {understood.year or 'not known'} - {understood.year_reason}")
    for meeting in understood.meetings:
        when = f"{meeting.date:%a %Y-%m-%d}" if meeting.date else meeting.date_text
        status = "" if meeting.status == "class" else f"  ({meeting.status})"
        lines.append(f"week {meeting.week:>2}  {when}{status}  line {meeting.line}")
        lines += [f"    under {meeting.topic}"] if meeting.topic else []
        lines += [f"    {item_line(item)}" for item in meeting.agenda]
        lines += [f"    {link.role}: {link.label or link.url}" for link in meeting.links]
    section: list[str] | None = None
    for entry in understood.entries:
        if entry.section != section:
            section = entry.section
            lines.append(" / ".join(section) or "Entries")
        lines.append(f"    {entry_line(entry)}")
    if understood.offered:
        lines.append(f"{len(understood.offered)} links stand in running text and are offered.")
    if understood.mentions:
        lines.append(f"{len(understood.mentions)} identifiers stand in running text.")
    lines += [
        f"line {problem.line}: {problem.severity}: {problem.message}"
        for problem in understood.problems
    ]
    return lines


def item_line(item: Item) -> str:
    """One item in one line."""
    kind = item.kind.replace("_", " ") + (f", {item.stage}" if item.stage else "")
    identity = f"  {':'.join(item.identity)}" if item.identity else ""
    beside = f" ({item.text})" if item.identity and item.text else ""
    links = [link.role for link in item.links if link.role != "paper"]
    extras = f"  + {', '.join(links)}" if links else ""
    return f"{kind}: {item.name}{beside}{identity}{extras}"


def entry_line(entry: Entry) -> str:
    """One entry in one line."""
    identity = f"  {':'.join(entry.identity)}" if entry.identity else ""
    source = ", ".join(str(one) for one in (entry.authors, entry.venue, entry.year) if one)
    below = "  " if entry.parent is not None else ""
    return f"{below}{entry.title or 'No title'}{f' ({source})' if source else ''}{identity}"
