"""What becomes of entries and sections that the document does not say any more."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from readings.imports.planning.comparing import Comparison
from readings.imports.planning.leaving import left_here
from readings.imports.planning.steps import RemovedStep, SectionStep
from readings.imports.queries import Base, LastImport, ListState, work_of
from readings.reading_lists.models import Entry, Section
from readings.schedule.models import Change
from readings.schedule.operations import made_by


class LeavingList:
    """Decides which entries go; their readings stay as long as anything needs them."""

    def __init__(
        self,
        here: ListState,
        last: LastImport,
        comparison: Comparison,
        changes: QuerySet[Change],
    ) -> None:
        self.here, self.last, self.comparison = here, last, comparison
        self.changes = changes  # of the same source
        self.rows = {entry.pk: entry for entry in here.entries}
        self.sections = {section.pk: section for section in here.sections}

    def settle(self, steps: Sequence[SectionStep]) -> list[RemovedStep]:
        """The steps for what left: entries first, then sections, the innermost first."""
        matched = {entry.id for step in steps for entry in step.entries}
        left = [
            base
            for base in self.last.of("entry")
            if base.id in self.rows and base.id not in matched
        ]
        made = made_by(self.changes, Entry, [base.id or 0 for base in left])
        removed = [self.entry(base, self.rows[base.id or 0], made) for base in left]
        return removed + self.empty_sections(steps, removed)

    def entry(self, base: Base, row: Entry, made: set[int]) -> RemovedStep:
        place = f"section {row.section}"
        step = RemovedStep("entry", row.pk, str(row), place, "removed")
        edits = self.edits(base, row)
        if row.pk not in made:
            step.outcome, step.note = "kept", "was put there here"
        elif edits:
            step.conflict = left_here(
                self.comparison, "entry", row.pk, step.name, f"was changed here: {edits}"
            )
            if not step.conflict.takes_theirs:
                step.outcome = "kept"
                step.note = f"was changed here and stays: {edits}"
        return step

    def edits(self, base: Base, row: Entry) -> str:
        """What was changed here since the last import, in words; empty for nothing."""
        was_at = self.last.by_key.get(base.place)
        found = ["its section"] if row.section_id != (was_at and was_at.id) else []
        work = ":".join((row.reading and work_of(row.reading.paper)) or ())
        here = {
            "title": row.title,
            "authors": row.authors,
            "venue": row.venue,
            "year": row.year,
            "annotation": row.annotation,
            "work": work,
        }
        found += [
            name for name, value in here.items() if value and (base.values.get(name) or "") != value
        ]
        said = {link["url"] for link in base.values.get("links", ())}
        found += ["links"] if any(link["url"] not in said for link in row.links) else []
        return ", ".join(found)

    def empty_sections(
        self, steps: Sequence[SectionStep], removed: Sequence[RemovedStep]
    ) -> list[RemovedStep]:
        """Sections that imports made, in which nothing is left."""
        stays = {step.id for step in steps if step.id is not None}
        gone = {step.id for step in removed if step.outcome != "kept"}
        moved = {entry.id for step in steps for entry in step.entries if entry.action == "moved"}
        full = {row.section_id for row in self.here.entries if row.pk not in gone | moved}
        left: list[Section] = [
            self.sections[base.id]
            for base in self.last.of("section")
            if base.id in self.sections and base.id not in stays
        ]
        made = made_by(self.changes, Section, [one.pk for one in left])
        for section in reversed(self.here.sections):
            if section.pk in full or section.pk in stays or section.pk not in made:
                # What is in it needs the section around it.
                full.add(section.parent_id or 0)
        return [
            RemovedStep("section", one.pk, str(one), "", "removed")
            for one in sorted(left, key=lambda one: -one.position)
            if one.pk in made and one.pk not in full
        ]
