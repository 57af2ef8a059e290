"""What the reader of one format hands on, before its days have a year and its weeks a number."""

from __future__ import annotations

from dataclasses import dataclass, field

from readings.imports.schedules.sessions import Schedule
from readings.imports.tables import Document
from readings.imports.understood import Entry, Problem


@dataclass
class Found:
    """A schedule, the entries of lists, or both."""

    format: str
    document: Document
    schedule: Schedule = field(default_factory=Schedule)
    entries: list[Entry] = field(default_factory=list)
    offered: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found that a course could use."""
        return not (self.schedule.meetings or self.entries or self.offered)
