"""Steps of a plan as the rows of its preview."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from readings.core.clock import short_date
from readings.imports.planning.merging import links_beside
from readings.imports.planning.steps import (
    EntryStep,
    ItemStep,
    MeetingStep,
    RemovedStep,
    SectionStep,
    Step,
)
from readings.imports.understood import Entry, Link
from readings.schedule.models import Kind, LinkRole, Stage, Status

_TONES = {
    "new": "good",
    "changed": "accent",
    "moved": "accent",
    "renamed": "accent",
    "filled": "accent",
    "removed": "warning",
    "conflict": "warning",
}
_WORDS = {"filled": "filled in", "conflict": "differs", "unchanged": "no change"}
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")
_IDENTIFIERS = {"arxiv": "arXiv:{}", "doi": "doi:{}", "url": "{}"}


@dataclass(frozen=True)
class Change:
    """What happens to a row, as a badge and a few words."""

    word: str
    tone: str
    note: str

    @property
    def is_nothing(self) -> bool:
        """Whether the row stays as it is."""
        return self.word == "no change"


@dataclass(frozen=True)
class ItemRow:
    """One item of a meeting's agenda."""

    kind: str
    kind_name: str
    label: str
    title: str
    beside: str
    identifier: str
    links: list[tuple[str, Link]]
    presenters: str
    required: bool
    change: Change


@dataclass(frozen=True)
class MeetingRow:
    """One meeting; ``opens_week`` where the first of a week stands."""

    week: int
    topic: str
    opens_week: bool
    line: int
    date: str
    date_text: str
    status: str
    items: list[ItemRow]
    change: Change

    @property
    def is_quiet(self) -> bool:
        """Whether nothing happens to it or in it."""
        return self.change.is_nothing and all(item.change.is_nothing for item in self.items)


@dataclass(frozen=True)
class EntryRow:
    """One entry of a reading list; ``depth`` counts those it belongs to."""

    line: int
    depth: int
    title: str
    meta: str
    identifier: str
    links: list[tuple[str, Link]]
    annotation: str
    change: Change


@dataclass(frozen=True)
class SectionRow:
    """One section of a reading list with its entries."""

    path: str
    entries: list[EntryRow] = field(default_factory=list)
    change: str = ""

    @property
    def is_quiet(self) -> bool:
        """Whether nothing happens to it or in it."""
        return not self.change and all(entry.change.is_nothing for entry in self.entries)


@dataclass(frozen=True)
class RemovedRow:
    """What the document does not say any more, and what becomes of it."""

    name: str
    place: str
    word: str
    tone: str
    note: str


def meeting_row(step: MeetingStep, *, opens_week: bool) -> MeetingRow:
    """A meeting and its agenda."""
    session = step.session
    return MeetingRow(
        week=session.week,
        topic=session.topic or "",
        opens_week=opens_week,
        line=session.line,
        date=short_date(session.date) if session.date else "",
        date_text=session.date_text,
        status=Status(session.status).label if session.status != "class" else "",
        items=[_item_row(item, in_class=session.status == "class") for item in step.items],
        change=_change(step),
    )


def section_row(step: SectionStep, depths: dict[str, int]) -> SectionRow:
    """A section; ``depths`` holds how deep the entries before it are, by their keys."""
    rows = []
    for entry in step.entries:
        depth = depths[entry.parent] + 1 if entry.parent in depths else 0
        depths[entry.key] = depth
        rows.append(_entry_row(entry, depth))
    moved = f"from {step.moved_from}" if step.moved_from else ""
    note = "; ".join(part for part in (moved, step.note) if part)
    return SectionRow(path=" › ".join(step.path), entries=rows, change=note)


def removed_row(step: RemovedStep) -> RemovedRow:
    """Something that left the document."""
    word = {"removed": "removed", "parked": "unscheduled", "kept": "stays"}[step.outcome]
    tone = "" if step.outcome == "kept" else "warning"
    return RemovedRow(step.name, step.place, word, tone, step.note)


def offered_title(entry: Entry) -> str:
    """What to call a link that stands in prose."""
    return (
        entry.title
        or next((link.label for link in entry.links if link.label), "")
        or (entry.links[0].url if entry.links else "")
    )


def _item_row(step: ItemStep, *, in_class: bool) -> ItemRow:
    item = step.item
    # "Other" beside the name of a holiday says nothing.
    kind = Kind(item.kind).label if in_class or item.kind != "other" else ""
    links = links_beside(item)
    words = "" if item.identity or item.text in {link.label for link in links} else item.text or ""
    return ItemRow(
        kind=item.kind,
        kind_name=f"{kind}: {Stage(item.stage).label.lower()}" if item.stage else kind,
        label=item.label or "",
        title=item.title or words,
        beside=(item.text or "") if item.identity else "",
        identifier=_identifier(item.identity),
        links=[(LinkRole(link.role).label, link) for link in links],
        presenters=", ".join(item.presenters),
        required=item.required,
        change=_change(step),
    )


def _entry_row(step: EntryStep, depth: int) -> EntryRow:
    entry = step.entry
    said = (entry.authors, entry.venue, str(entry.year or ""))
    return EntryRow(
        line=entry.line,
        depth=min(depth, 4),
        title=entry.title or "",
        meta=" · ".join(part for part in said if part),
        identifier=_identifier(entry.identity),
        links=[(LinkRole(link.role).label, link) for link in entry.links],
        annotation=_LINK.sub(r"\1", entry.annotation[:2000]),
        change=_change(step),
    )


def _identifier(identity: tuple[str, str] | None) -> str:
    return _IDENTIFIERS[identity[0]].format(identity[1]) if identity else ""


def _change(step: Step) -> Change:
    moved = f"from {step.moved_from}" if step.moved_from else ""
    note = "; ".join(part for part in (moved, step.note) if part)
    return Change(_WORDS.get(step.action, step.action), _TONES.get(step.action, ""), note)
