"""The readings that a plan needs, made in one go, and those that nothing needs after it."""

from __future__ import annotations

from readings.courses.models import Course
from readings.imports.planning.leaving import KIND
from readings.imports.planning.merging import identifier_of
from readings.imports.planning.steps import EntryStep, ItemStep, Plan
from readings.imports.understood import Entry, Item
from readings.papers.identifiers import parse_identifier
from readings.papers.models import PaperKind, kind_of_role
from readings.papers.services import add_papers
from readings.schedule.agenda_services import delete_reading
from readings.schedule.models import Change, Reading, ReadingLink
from readings.schedule.operations import hanging_on, made_by
from readings.schedule.services import ReadingSaid, add_readings


class Readings:
    """Readings by the names under which the document's steps know their works."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.by_name: dict[str, Reading] = {}
        self.left: set[int] = set()  # of what was taken off

    def add(self, plan: Plan) -> None:
        """Every paper the plan puts on the agenda or the list: so they are fetched in one."""
        wanted = [step for step in _steps(plan) if _needs_reading(step)]
        identifiers = [found for step in wanted if (found := identifier_of(_said(step)))]
        papers = add_papers(identifiers=identifiers, kinds=[_kind(step) for step in wanted])
        said = [
            ReadingSaid(
                paper,
                label=step.item.label or "" if isinstance(step, ItemStep) else "",
                # arXiv knows the title better.
                title=(_said(step).title or "") if not paper.arxiv_id else "",
                required=step.item.required if isinstance(step, ItemStep) else True,
            )
            for step, paper in zip(wanted, papers, strict=True)
        ]
        readings = add_readings(course=self.course, said=said) if said else []
        self.by_name = {step.name: one for step, one in zip(wanted, readings, strict=True)}

    def drop_unneeded(self) -> None:
        """Remove those that imports made and that nothing and nobody needs any more."""
        if not self.left:
            return
        changes = Change.objects.filter(course=self.course, kind=KIND)
        made = made_by(changes, Reading, self.left)
        hanging = hanging_on(Reading, made) if made else {}
        for reading in Reading.objects.filter(pk__in=made, pinned_version=None):
            if not set(hanging.get(reading.pk, ())) - {ReadingLink}:
                delete_reading(reading=reading)


def _steps(plan: Plan) -> list[ItemStep | EntryStep]:
    items = [item for meeting in plan.meetings for item in meeting.items]
    return [*items, *(entry for section in plan.sections for entry in section.entries)]


def _said(step: ItemStep | EntryStep) -> Item | Entry:
    return step.item if isinstance(step, ItemStep) else step.entry


def _needs_reading(step: ItemStep | EntryStep) -> bool:
    if _said(step).identity is None or step.is_off:
        return False
    return step.id is None or "work" in step.take


def _kind(step: ItemStep | EntryStep) -> PaperKind:
    """What the work is, by the link that leads to it."""
    said = _said(step)
    own = identifier_of(said)
    for link in said.links:
        found = parse_identifier(link.url)
        if found is not None and own is not None and found.key == own.key:
            return kind_of_role(link.role)
    return PaperKind.PAPER
