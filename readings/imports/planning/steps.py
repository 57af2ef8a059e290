"""What an import would do, step by step: plain values that the preview shows and that are applied.

``Plan.meetings`` and ``Plan.sections`` follow the document; ``Plan.removed`` is what the same
document said the last time and does not say any more.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from readings.imports.planning.merging import Values
from readings.imports.understood import Entry, Item, Session

Action = Literal["new", "moved", "renamed", "filled", "changed", "removed", "unchanged", "conflict"]
#: What became of something that left the document: gone; unscheduled, because something hangs on
#: it; left where it is.
Outcome = Literal["removed", "parked", "kept"]
What = Literal["meeting", "item", "section", "entry"]

ACTIONS: tuple[Action, ...] = ("new", "changed", "moved", "renamed", "filled")
COUNTS = (*ACTIONS, "removed", "unchanged", "conflicts", "problems")

# Said in the preview: whose words these values are.
NAMES = {
    "status": "status",
    "date": "date",
    "week": "week",
    "time": "time",
    "kind": "kind",
    "stage": "stage",
    "presenters": "presenters",
    "links": "links",
    "label": "label",
    "title": "title",
    "portion": "what is read of it",
    "text": "words",
    "required": "whether it is required",
    "work": "the work itself",
    "authors": "authors",
    "venue": "venue",
    "year": "year",
    "annotation": "annotation",
    "parent": "what it belongs to",
    "order": "order",
    "place": "place",
    "removed": "whether it stays",
}


@dataclass(frozen=True)
class Conflict:
    """Changed here and in the document; what is here stays unless a person says otherwise.

    ``mine``, ``theirs`` and ``before`` are words for a person, empty where there was nothing.
    """

    id: str  # the same for every plan of this document: "item-12-label"
    name: str  # of the thing: "DSPy"
    field: str
    mine: str
    theirs: str
    before: str
    line: int = 0
    takes_theirs: bool = False

    @property
    def what(self) -> str:
        """What they differ in, in words."""
        return NAMES[self.field]


@dataclass
class Step:
    """What happens to one part of the document: the values taken, and those in conflict."""

    key: str  # where it stands in the document
    line: int
    values: Values  # what the document says, and said before where it says nothing now
    action: Action = "new"
    id: int | None = None  # of the row it already is
    take: Values = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    is_off: bool = False  # was taken off here; it stays off
    stays_at: str = ""  # was moved there by hand; it stays there
    moved_from: str = ""
    name: str = ""  # by which it is known again: "arxiv:2310.03714", or its words

    @property
    def open_conflicts(self) -> list[Conflict]:
        """Those in which what is here stays."""
        return [one for one in self.conflicts if not one.takes_theirs]

    @property
    def note(self) -> str:
        """What changes, in words."""
        if self.is_off:
            return "was taken off here and stays off"
        if self.stays_at:
            return f"was moved to {self.stays_at} here and stays there"
        changed = ", ".join(NAMES[name] for name in self.take)
        kept = ", ".join(one.what for one in self.open_conflicts)
        kept = f"differs here and stays as it is: {kept}" if kept else ""
        return "; ".join(part for part in (changed, kept) if part)

    @property
    def shown(self) -> list[Any]:
        """All that a person decides on, for the digest."""
        conflicts = [[one.id, one.mine, one.theirs, one.takes_theirs] for one in self.conflicts]
        return [
            self.key, self.line, self.values, self.action, self.id, self.take, conflicts,
            self.is_off, self.moved_from,
        ]  # fmt: skip


@dataclass
class ItemStep(Step):
    """What happens to an item of the agenda."""

    item: Item = field(default_factory=lambda: Item(kind="other", line=1))


@dataclass
class MeetingStep(Step):
    """What happens to a meeting, and to its agenda.

    ``take["order"]``: the order of what is there already follows the document's.
    """

    session: Session = field(default_factory=lambda: Session(week=1, date_text="", line=1))
    items: list[ItemStep] = field(default_factory=list)
    base_key: str = ""  # where the same meeting stood in the document before


@dataclass
class EntryStep(Step):
    """What happens to an entry of the reading list; ``parent`` is the key of another step."""

    entry: Entry = field(default_factory=lambda: Entry(line=1))
    parent: str | None = None
    is_offered: bool = False  # a link in prose that a person wanted


@dataclass
class SectionStep(Step):
    """What happens to a section of the reading list, and to its entries.

    ``path`` are its headings, the outermost first; empty for what stands under none.
    """

    path: tuple[str, ...] = ()
    entries: list[EntryStep] = field(default_factory=list)
    base_key: str = ""

    @property
    def title(self) -> str:
        """The heading itself."""
        return self.path[-1] if self.path else ""


@dataclass
class RemovedStep:
    """Something the document does not say any more."""

    what: What
    id: int
    name: str  # for a person
    place: str  # "Sep 8", "section X"; empty for a meeting or a section
    outcome: Outcome
    note: str = ""  # why it is not simply gone: "2 notes stay with it"
    conflict: Conflict | None = None  # it was changed here: keep it, or take it off all the same

    @property
    def action(self) -> Action:
        """As the steps of the document have it."""
        if self.outcome != "kept":
            return "removed"
        return "conflict" if self.conflict else "unchanged"


@dataclass
class Plan:
    """All that applying a document would do."""

    meetings: list[MeetingStep]
    problems: int
    sections: list[SectionStep] = field(default_factory=list)
    removed: list[RemovedStep] = field(default_factory=list)
    list_title: str = ""  # of the reading list
    list_order: bool = False  # the order of the sections follows the document's
    carried: list[dict[str, Any]] = field(default_factory=list)  # rows of earlier pastes

    @property
    def steps(self) -> Iterator[Step]:
        """Every step in the order of the document; sections count for nothing by themselves."""
        for meeting in self.meetings:
            yield meeting
            yield from meeting.items
        for section in self.sections:
            yield from section.entries

    @property
    def conflicts(self) -> list[Conflict]:
        """All of them, those decided for the document too."""
        steps = [*self.steps, *self.sections]
        found = [one for step in steps for one in step.conflicts]
        return found + [step.conflict for step in self.removed if step.conflict]

    @property
    def counts(self) -> dict[str, int]:
        """How many meetings, items and entries are new, changed and so on.

        Conflicts are those in which what is here stays; problems are the document's.
        """
        actions = Counter(step.action for step in self.steps)
        counts = dict.fromkeys(COUNTS, 0)
        for action in (*ACTIONS, "unchanged"):
            counts[action] = actions[action]
        counts["changed"] += self._rearranged
        counts["removed"] = sum(
            step.action == "removed" and step.what != "section" for step in self.removed
        )
        counts["conflicts"] = sum(not one.takes_theirs for one in self.conflicts)
        counts["problems"] = self.problems
        return counts

    @property
    def _rearranged(self) -> int:
        """How many sections change, which have no count of their own."""
        changed = sum(bool(step.take) for step in self.sections if step.id is not None)
        return changed + self.list_order

    @property
    def does_nothing(self) -> bool:
        """Whether the course stays as it is."""
        return (
            all(step.action in {"unchanged", "conflict"} for step in self.steps)
            and all(step.outcome == "kept" for step in self.removed)
            and not self._rearranged
        )

    @property
    def digest(self) -> str:
        """Tells whether two plans are the same (SHA-256)."""
        steps = [step.shown for step in [*self.steps, *self.sections]]
        gone = [[step.what, step.id, step.outcome] for step in self.removed]
        seen = json.dumps([steps, gone, self.list_order], sort_keys=True)
        return hashlib.sha256(seen.encode()).hexdigest()


def sentence_of(counts: Mapping[str, int]) -> str:
    """``53 new, 2 changed, 1 filled in``; empty where nothing is to be done."""
    words = {"filled": "filled in"}
    return ", ".join(
        f"{counts[name]} {words.get(name, name)}"
        for name in (*ACTIONS, "removed")
        if counts.get(name)
    )


def settled(take: Values, before: Values, conflicts: Sequence[Conflict]) -> Action:
    """What to call a step that takes these values, ``before`` being what is here now."""
    if "date" in take and before.get("date"):
        return "moved"
    if not take:
        return "conflict" if any(not one.takes_theirs for one in conflicts) else "unchanged"
    if any(before.get(name) for name in ("label", "title", "text") if name in take):
        return "renamed"
    if all(_fills(name, value, before) for name, value in take.items()):
        return "filled"
    return "changed"


def _fills(name: str, value: Any, before: Values) -> bool:
    if name == "links":
        return not (value["drop"] or value["change"])
    return name not in {"order", "required", "place"} and not before.get(name)
