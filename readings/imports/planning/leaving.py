"""What becomes of meetings and items that the document does not say any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import models
from django.db.models import QuerySet

from readings.courses.models import Course
from readings.imports.planning.comparing import Comparison
from readings.imports.planning.meetings import words_name
from readings.imports.planning.steps import Conflict, MeetingStep, RemovedStep, What
from readings.imports.queries import Base, CourseState, LastImport
from readings.reading_lists.models import Entry
from readings.schedule.models import AgendaItem, Change, Meeting, Reading, ReadingLink, Week
from readings.schedule.operations import hanging_on, made_by, said_in_words
from readings.schedule.services import place_name

#: The ``Change.kind`` of imports: only what they made may they take away again.
KIND = "imports"


class Leaving:
    """Decides what goes, what is unscheduled because something hangs on it, and what stays."""

    def __init__(
        self,
        course: Course,
        state: CourseState,
        last: LastImport,
        comparison: Comparison,
        changes: QuerySet[Change],
    ) -> None:
        self.course, self.state, self.last, self.comparison = course, state, last, comparison
        self.changes = changes  # of the same source
        self.rows = {item.pk: item for item in state.items}
        self.meetings = {meeting.pk: meeting for meeting in state.meetings}

    def settle(self, steps: Sequence[MeetingStep]) -> list[RemovedStep]:
        """The steps for what left: items first, then the meetings they stood in."""
        matched = {item.id for step in steps for item in step.items}
        stays = {step.id for step in steps}
        bases = [
            base for base in self.last.of("item") if base.id in self.rows and base.id not in matched
        ]
        rows = [self.rows[base.id or 0] for base in bases]
        readings = {row.reading_id for row in rows if row.reading_id is not None}
        self.read(rows, readings)
        removed = [self.item(base, row) for base, row in zip(bases, rows, strict=True)]
        # Where they are when all this is done.
        there = {row.pk: row.meeting_id for row in self.state.items}
        there |= {
            item.id: step.id for step in steps for item in step.items
            if item.id and item.action == "moved"
        }  # fmt: skip
        there |= {step.id: None for step in removed if step.outcome != "kept"}
        left = [
            base
            for base in self.last.of("meeting")
            if base.id in self.meetings and base.id not in stays
        ]
        made = made_by(self.changes, Meeting, [base.id or 0 for base in left])
        removed += [self.meeting(base, there.values(), made) for base in left]
        return removed

    def read(self, rows: Sequence[AgendaItem], readings: Collection[int]) -> None:
        """What hangs on these rows, and which of them imports made; nothing for none."""
        items = [row.pk for row in rows]
        self.on_items = hanging_on(AgendaItem, items) if items else {}
        self.on_readings = hanging_on(Reading, readings) if readings else {}
        self.made_items = made_by(self.changes, AgendaItem, items)

    def item(self, base: Base, row: AgendaItem) -> RemovedStep:
        step = RemovedStep("item", row.pk, str(row), place_name(row.meeting), "removed")
        if row.pk not in self.made_items:
            step.outcome, step.note = "kept", "was put there here"
            return step
        if row.meeting_id is None:
            step.outcome, step.note = "kept", "was taken off here before"
            return step
        edits = self.edits(base, row)
        if edits:
            step.conflict = left_here(
                self.comparison, "item", row.pk, step.name, f"was changed here: {edits}"
            )
            if not step.conflict.takes_theirs:
                step.outcome = "kept"
                step.note = f"was changed here and stays: {edits}"
                return step
        hanging: Counter[type[models.Model]] = Counter(self.on_items.get(row.pk, ()))
        if row.reading_id is not None:
            hanging += self.works_on(row)
        pinned = row.reading is not None and row.reading.pinned_version_id is not None
        if hanging or pinned or (edits and row.reading_id is not None):
            step.outcome = "parked"
            words = said_in_words(hanging) or ("a pinned version" if pinned else "what was changed")
            step.note = f"is not scheduled any more, and waits with {words}"
        return step

    def works_on(self, row: AgendaItem) -> Counter[type[models.Model]]:
        """What hangs on the reading, if this is the last place it has."""
        reading = row.reading_id or 0
        found = Counter(self.on_readings.get(reading, ()))
        if found.pop(AgendaItem, 0) > 1:
            return Counter()
        found.pop(Entry, 0)  # it stays on its list
        links = found.pop(ReadingLink, 0) - self.imported_links(row)
        return found + Counter({ReadingLink: max(links, 0)})

    def imported_links(self, row: AgendaItem) -> int:
        """How many links of its reading the document had given it."""
        if row.reading is None:
            return 0
        said = {
            link if isinstance(link, str) else link["url"]
            for base in self.last.of("item")
            if (other := self.rows.get(base.id or 0)) and other.reading_id == row.reading_id
            for link in base.values.get("links", ())
        }
        return sum(link.url in said for link in row.reading.links.all())

    def edits(self, base: Base, row: AgendaItem) -> str:
        """What was changed here since the last import, in words; empty for nothing."""
        was_at = self.last.by_key.get(base.place)
        place = was_at.id if was_at else None
        found = ["its place"] if row.meeting_id != place else []
        found += ["pinned"] if row.is_pinned and not found else []
        here: dict[str, Any] = {"kind": row.kind, "stage": row.stage, "presenters": row.presenters}
        if row.reading is None:
            here["text"] = row.text
        else:
            here |= {"label": row.reading.label, "portion": row.portion}
            if not row.reading.paper.arxiv_id:
                here["title"] = row.reading.title
        for name, value in here.items():
            said = base.values.get(name)
            if name == "text" and words_name(said) == words_name(value):
                continue
            if name == "label" and said and not value:
                continue
            if name in base.values and (said or "") != (value or "") and value:
                found.append({"text": "words"}.get(name, name))
        return ", ".join(found)

    def meeting(self, base: Base, there: Iterable[int | None], made: set[int]) -> RemovedStep:
        row = self.meetings[base.id or 0]
        step = RemovedStep("meeting", row.pk, place_name(row), "", "removed")
        time = row.meets_from.strftime("%H:%M") if row.meets_from else ""
        usual = self.course.meets_from.strftime("%H:%M") if self.course.meets_from else ""
        date = row.meets_on.isoformat() if row.meets_on else ""
        changed = {
            "status": row.status != base.values["status"],
            "date": date != base.values.get("date", date),
            "time": time not in {base.values.get("time", ""), usual},
            "room": bool(row.room),
        }
        edits = ", ".join(name for name, is_so in changed.items() if is_so)
        if row.pk not in made:
            step.outcome, step.note = "kept", "was there before the document"
        elif row.pk in there:
            step.outcome, step.note = "kept", "something else is on its agenda"
        elif edits:
            step.conflict = left_here(
                self.comparison, "meeting", row.pk, step.name, f"was changed here: {edits}"
            )
            if not step.conflict.takes_theirs:
                step.outcome, step.note = "kept", f"was changed here and stays: {edits}"
        return step


def left_here(comparison: Comparison, what: What, row: int, name: str, mine: str) -> Conflict:
    """It was changed here and left the document."""
    conflict_id = f"{what}-{row}-removed"
    return Conflict(
        id=conflict_id,
        name=name,
        field="removed",
        mine=mine,
        theirs="is not in the document any more",
        before="",
        takes_theirs=conflict_id in comparison.takes_theirs,
    )


def weeks_emptied(course: Course) -> list[Week]:
    """The weeks that imports made and in which nothing is any more."""
    empty = list(course.weeks.filter(meetings=None, topic=""))
    changes = Change.objects.filter(course=course, kind=KIND)
    made = made_by(changes, Week, [week.pk for week in empty])
    return [week for week in empty if week.pk in made]
