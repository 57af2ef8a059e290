"""Where one goes from the ledger: a note to be marked, a reading's queue, a paper."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from readings.courses.models import Course

_READING, _STUDENT = 1111111111, 2222222222  # what is replaced in an address that is made once


@dataclass(frozen=True, slots=True)
class MarkingLinks:
    """Addresses in which ``{reading}`` and ``{student}`` are filled in: one ``reverse`` a page."""

    note: str
    paper: str
    queue: str

    def to_note(self, reading: int, student: int) -> str:
        """Where one reads and marks a student's note."""
        return self.note.replace("{reading}", str(reading)).replace("{student}", str(student))

    def to_queue(self, reading: int) -> str:
        """Where the notes on a reading are marked one after another."""
        return self.queue.replace("{reading}", str(reading))

    def to_paper(self, reading: int) -> str:
        """The paper's page."""
        return self.paper.replace("{reading}", str(reading))


def marking_links(course: Course) -> MarkingLinks:
    """The addresses of one course."""
    return MarkingLinks(
        note=_address("marking:note", course, _READING, _STUDENT),
        paper=_address("pages:paper", course, _READING),
        queue=_address("marking:reading", course, _READING),
    )


def _address(name: str, course: Course, *keys: int) -> str:
    made = reverse(name, args=[course.slug, *keys])
    return made.replace(str(_READING), "{reading}").replace(str(_STUDENT), "{student}")
