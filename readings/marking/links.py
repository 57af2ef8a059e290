"""Where one goes from the ledger: a note to be marked, a reading's queue, a paper."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from readings.courses.models import Course

_ANY = 0


@dataclass(frozen=True, slots=True)
class MarkingLinks:
    """Addresses in which ``{reading}`` and ``{student}`` are to be filled in: one a page."""

    note: str
    paper: str
    queue: str  # the notes on a reading one after another; empty: there is no such page

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
    paper = reverse("pages:paper", args=[course.slug, _ANY]).replace(f"/{_ANY}/", "/{reading}/")
    try:
        queue = reverse("marking:queue", args=[course.slug])
    except NoReverseMatch:
        return MarkingLinks(f"{paper}#notes", paper, "")
    return MarkingLinks(f"{queue}{{reading}}/{{student}}/", paper, f"{queue}{{reading}}/")
