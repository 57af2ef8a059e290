"""What applying a document would do to a course.  Reads only; the preview and ``services`` use it.

Readings are known by their identifier, meetings by their date, words by what they say.  What was
imported last decides who changed a thing since: the document, the course, or both.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from readings.courses.models import Course
from readings.imports.merging import Values, item_values, merge, session_values
from readings.imports.queries import (
    CourseState,
    Identity,
    LastImport,
    identity_of,
    read_last_import,
    read_state,
)
from readings.imports.understood import Item, Link, Session, Understood
from readings.imports.wording.links import same_name
from readings.schedule.models import AgendaItem, Meeting

Action = Literal["new", "changed", "moved", "unchanged", "conflict"]
COUNTS = ("new", "changed", "moved", "removed", "unchanged", "conflicts", "problems")

# Said in the preview: whose words these values are.
_NAMES = {
    "status": "status",
    "time": "time",
    "kind": "kind",
    "stage": "stage",
    "presenters": "presenters",
    "links": "links",
    "label": "label",
    "title": "title",
    "portion": "what is read of it",
    "text": "words",
}


@dataclass
class Step:
    """What happens to one meeting or item: the values taken, and those in conflict."""

    key: str  # where it stands in the document
    line: int
    values: Values  # what the document says
    action: Action = "new"
    id: int | None = None  # of the row it already is
    take: Values = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)
    is_off: bool = False  # was taken off here; it stays off
    stays_at: str = ""  # was moved there by hand; it stays there

    @property
    def note(self) -> str:
        """What changes, in words."""
        if self.is_off:
            return "was taken off here and stays off"
        if self.stays_at:
            return f"was moved to {self.stays_at} here and stays there"
        changed = ", ".join(_NAMES[name] for name in self.take)
        kept = ", ".join(_NAMES.get(name, name) for name in self.conflicts)
        kept = f"differs here and stays as it is: {kept}" if kept else ""
        return "; ".join(part for part in (changed, kept) if part)


@dataclass
class ItemStep(Step):
    """What happens to an item of the agenda."""

    item: Item = field(default_factory=lambda: Item(kind="other", line=1))
    moved_from: str = ""


@dataclass
class MeetingStep(Step):
    """What happens to a meeting, and to its agenda."""

    session: Session = field(default_factory=lambda: Session(week=1, date_text="", line=1))
    items: list[ItemStep] = field(default_factory=list)


@dataclass
class Plan:
    """All that applying a document would do."""

    meetings: list[MeetingStep]
    problems: int

    @property
    def steps(self) -> Iterator[Step]:
        """Every step in the order of the document."""
        for meeting in self.meetings:
            yield meeting
            yield from meeting.items

    @property
    def counts(self) -> dict[str, int]:
        """How many meetings and items are new, changed and so on; problems are the document's."""
        actions = Counter(step.action for step in self.steps)
        counts = dict.fromkeys(COUNTS, 0)
        for action in ("new", "changed", "moved", "unchanged"):
            counts[action] = actions[action]
        counts["conflicts"] = sum(bool(step.conflicts) for step in self.steps)
        counts["problems"] = self.problems
        return counts

    @property
    def does_nothing(self) -> bool:
        """Whether the course stays as it is."""
        return all(step.action in {"unchanged", "conflict"} for step in self.steps)

    @property
    def digest(self) -> str:
        """Tells whether two plans are the same (SHA-256)."""
        steps = [
            [step.key, step.line, step.values, step.action, step.id, step.take, step.conflicts]
            for step in self.steps
        ]
        return hashlib.sha256(json.dumps(steps, sort_keys=True).encode()).hexdigest()


def plan_import(*, course: Course, source: str, understood: Understood) -> Plan:
    """The plan for a document that was understood, in five queries whatever its length."""
    state = read_state(course)
    last = read_last_import(course=course, source=source)
    planner = _Planner(state, last)
    return Plan(planner.plan(understood.meetings), len(understood.problems))


class _Planner:
    """Finds for each part of the document the row it is."""

    def __init__(self, state: CourseState, last: LastImport) -> None:
        self.state, self.last = state, last
        self.by_date: dict[dt.date | int, list[Meeting]] = defaultdict(list)
        for meeting in state.meetings:
            self.by_date[meeting.meets_on or meeting.week.number].append(meeting)
        self.unmatched: dict[Identity, list[AgendaItem]] = defaultdict(list)
        self.words: dict[int, list[AgendaItem]] = defaultdict(list)
        for item in state.items:
            identity = identity_of(item.reading) if item.reading else None
            if identity:
                self.unmatched[identity].append(item)
            elif item.meeting_id:
                self.words[item.meeting_id].append(item)

    def plan(self, sessions: Sequence[Session]) -> list[MeetingStep]:
        steps = [self.plan_meeting(session, key) for session, key in _keyed(sessions)]
        for step in steps:  # those that stay where they are, before those that moved
            self.match_in_place(step)
        covered: set[int | None] = {step.id for step in steps if step.id}
        for step in steps:
            self.match_moved(step, covered)
            self.match_words(step)
        for step in steps:
            self.settle_absent(step)
        return steps

    def settle_absent(self, step: MeetingStep) -> None:
        """What the course does not have is new, unless the last import made it: it was removed."""
        for item in step.items:
            if item.id is None and item.key in self.last.by_key:
                item.action, item.is_off = "unchanged", True
        if step.id is None and step.key in self.last.by_key:
            step.is_off = all(item.action == "unchanged" for item in step.items)
            step.action = "unchanged" if step.is_off else "new"

    def plan_meeting(self, session: Session, key: str) -> MeetingStep:
        values = session_values(session)
        step = MeetingStep(key, session.line, values, session=session)
        step.items = [
            ItemStep(item_key, item.line, item_values(item), item=item)
            for item, item_key in _keyed_items(session, key)
        ]
        here = self.by_date[session.date or session.week]
        if here:
            meeting = here.pop(0)
            time = meeting.meets_from.strftime("%H:%M") if meeting.meets_from else ""
            mine = {"status": meeting.status, "time": time}
            base = self.last.by_id.get(("meeting", meeting.pk))
            # A class that stands there by the course's own days says nothing of its status yet.
            empty = not self.state.items_of(meeting) and meeting.status == "class"
            self.compare(step, meeting.pk, mine, base or ({"values": mine} if empty else None))
        return step

    def match_in_place(self, step: MeetingStep) -> None:
        """Readings that are on the agenda of the same meeting."""
        for item in step.items:
            found = self.take_reading(item, {step.id} if step.id else set())
            if found:
                self.compare_item(item, found)

    def match_moved(self, step: MeetingStep, covered: set[int | None]) -> None:
        """Readings that are on another meeting of the document, or on the shelf."""
        for item in step.items:
            if item.id is not None:
                continue
            found = self.take_reading(item, {*covered, None}) or self.take_known(item)
            if found is None:
                continue
            self.compare_item(item, found)
            base = self.last.by_id.get(("item", found.pk))
            was_at = base["meeting"] if base else None
            if base and was_at == step.key:
                item.stays_at = _place(found.meeting)
                continue  # moved here, and not in the document
            if base and was_at != _key_of(found.meeting, self.last):
                item.conflicts.append("place")
                item.action = "conflict" if item.action == "unchanged" else item.action
            else:
                item.action, item.moved_from = "moved", _place(found.meeting)

    def match_words(self, step: MeetingStep) -> None:
        """Words that say the same, then those that took the place of words imported before."""
        here = self.words.get(step.id or 0, [])
        for item in step.items:
            if item.item.identity:
                continue
            name = same_name(item.values["text"])
            found = next((one for one in here if same_name(one.text) == name), None)
            if found:
                here.remove(found)
                self.compare_item(item, found)
        open_steps = [
            item
            for item in step.items
            if item.id is None and not item.item.identity and item.key not in self.last.by_key
        ]
        said = {same_name(item.values["text"]) for item in step.items if not item.item.identity}
        replaced = [
            one
            for one in here
            if (base := self.last.by_id.get(("item", one.pk)))
            and same_name(base["values"].get("text", "")) not in said
        ]
        for item, found in zip(open_steps, replaced, strict=False):
            here.remove(found)
            self.compare_item(item, found)

    def take_reading(self, step: ItemStep, places: set[int | None]) -> AgendaItem | None:
        """The course's item of this reading in one of ``places`` (None: the shelf)."""
        if step.id is not None or step.item.identity is None:
            return None
        items = self.unmatched[step.item.identity]
        found = next((item for item in items if item.meeting_id in places), None)
        if found:
            items.remove(found)
        return found

    def take_known(self, step: ItemStep) -> AgendaItem | None:
        """An item that the last import made, wherever it was put since."""
        if step.item.identity is None:
            return None
        items = self.unmatched[step.item.identity]
        found = next((one for one in items if ("item", one.pk) in self.last.by_id), None)
        if found:
            items.remove(found)
        return found

    def compare_item(self, step: ItemStep, item: AgendaItem) -> None:
        mine: Values = {
            "kind": item.kind,
            "stage": item.stage,
            "presenters": item.presenters,
            "links": [],
        }
        if item.reading:
            mine |= {
                "label": item.reading.label,
                "title": item.reading.title,
                "portion": item.portion,
            }
        else:
            alike = same_name(item.text) == same_name(step.values["text"])
            mine["text"] = step.values["text"] if alike else item.text
        base = self.last.by_id.get(("item", item.pk))
        self.compare(step, item.pk, mine, base)
        if item.reading:
            urls = {link.url for link in item.reading.links.all()}
        else:
            urls = {link["url"] for link in item.links}
        self.compare_links(step, urls, base)

    def compare(self, step: Step, row_id: int, mine: Values, base: dict[str, Any] | None) -> None:
        theirs = {name: value for name, value in step.values.items() if name != "links"}
        merged = merge(base=base["values"] if base else None, mine=mine, theirs=theirs)
        step.id, step.take, step.conflicts = row_id, merged.take, merged.conflicts
        step.action = "changed" if merged.take else "conflict" if merged.conflicts else "unchanged"

    def compare_links(self, step: ItemStep, here: set[str], base: dict[str, Any] | None) -> None:
        """Links are added one by one; one that was taken away here does not come back."""
        before = set(base["values"].get("links", ())) if base else set()
        missing = [url for url in step.values["links"] if url not in here | before]
        if missing:
            step.take["links"] = missing
            step.action = "changed"


def _keyed(sessions: Sequence[Session]) -> Iterator[tuple[Session, str]]:
    """Each meeting with its place: its date, else its week and its number in it."""
    seen: Counter[str] = Counter()
    for session in sessions:
        place = session.date.isoformat() if session.date else f"week {session.week}"
        seen[place] += 1
        yield session, f"{place} #{seen[place]}"


def _keyed_items(session: Session, meeting_key: str) -> Iterator[tuple[Item, str]]:
    """The items of a meeting, the links that belong to none of them as words, with their keys."""
    seen: Counter[str] = Counter()
    loose = [_link_words(link, session) for link in session.links if _can_follow(link)]
    for item in [*session.agenda, *loose]:
        name = ":".join(item.identity) if item.identity else same_name(item.text or "")
        seen[name] += 1
        yield item, f"{meeting_key} {name} #{seen[name]}"


def _can_follow(link: Link) -> bool:
    return link.url.lower().startswith(("https://", "http://"))


def _link_words(link: Link, session: Session) -> Item:
    return Item(kind="other", line=session.line, text=link.label or link.url, links=[link])


def _key_of(meeting: Meeting | None, last: LastImport) -> str | None:
    base = last.by_id.get(("meeting", meeting.pk)) if meeting else None
    return base["key"] if base else None


def _place(meeting: Meeting | None) -> str:
    if meeting is None:
        return "the shelf"
    if meeting.meets_on is None:
        return f"week {meeting.week.number}"
    return f"{meeting.meets_on:%b} {meeting.meets_on.day}"
