"""Which meeting of the course each meeting of a document is."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from readings.imports.planning.comparing import Comparison
from readings.imports.planning.merging import Values, can_follow, item_values, session_values
from readings.imports.planning.steps import ItemStep, MeetingStep
from readings.imports.queries import Base, CourseState, LastImport
from readings.imports.understood import Item, Link, Session
from readings.imports.wording.links import same_name
from readings.schedule.models import Meeting
from readings.schedule.services import place_name

_FAR = 100_000  # days between meetings of which one has no date


class MeetingMatcher:
    """Finds the rows: by date, then by what is on the agenda of a meeting that has a new date."""

    def __init__(self, state: CourseState, last: LastImport, comparison: Comparison) -> None:
        self.state, self.last, self.comparison = state, last, comparison
        self.rows = {meeting.pk: meeting for meeting in state.meetings}
        self.taken: set[int] = set()
        self.base_names: dict[str, list[str]] = defaultdict(list)  # agendas by their meeting's key
        for row in last.of("item"):
            self.base_names[row.place].append(row.name)

    def match(self, sessions: Sequence[Session]) -> list[MeetingStep]:
        """A step for each meeting of the document; those without an ``id`` are new or off."""
        steps = [self.step(session, key) for session, key in _keyed(sessions)]
        for step in steps:
            self.match_last(step)
        by_date: dict[dt.date | int, list[Meeting]] = defaultdict(list)
        for meeting in self.state.meetings:
            by_date[meeting.meets_on or meeting.week.number].append(meeting)
        for step in steps:
            if step.id is None:
                here = by_date[step.session.date or step.session.week]
                found = next((one for one in here if one.pk not in self.taken), None)
                if found is not None:
                    self.take(step, found)
        self.match_moved([step for step in steps if step.id is None], steps)
        return steps

    def step(self, session: Session, key: str) -> MeetingStep:
        step = MeetingStep(
            key, session.line, session_values(session), session=session, base_key=key,
            name=session.date_text,
        )  # fmt: skip
        step.items = [
            ItemStep(item_key, item.line, item_values(item), item=item, name=name)
            for item, name, item_key in self.keyed_items(session, key)
        ]
        return step

    def keyed_items(self, session: Session, meeting_key: str) -> Iterator[tuple[Item, str, str]]:
        """The items of a meeting, its loose links as words, each with its name and key."""
        seen: Counter[str] = Counter()
        loose = [_link_words(link, session) for link in session.links if can_follow(link)]
        for item in [*session.agenda, *loose]:
            name = self.state.name_of(item.identity) if item.identity else words_name(item.text)
            seen[name] += 1
            yield item, name, f"{meeting_key} {name} #{seen[name]}"

    def match_last(self, step: MeetingStep) -> None:
        """The row that the same meeting of the document was, wherever it was put since."""
        base = self.last.by_key.get(step.key)
        found = self.rows.get(base.id or 0) if base else None
        if found is not None and found.pk not in self.taken:
            self.take(step, found)

    def match_moved(self, steps: Sequence[MeetingStep], all_steps: Sequence[MeetingStep]) -> None:
        """Meetings that left their date, with the same agenda: the most alike first."""
        keys = {step.key for step in all_steps}
        left = [
            row
            for row in self.last.of("meeting")
            if row.key not in keys and row.id in self.rows and row.id not in self.taken
        ]
        pairs = sorted(
            (-likeness, _days_between(step, row), place, number)
            for place, step in enumerate(steps)
            for number, row in enumerate(left)
            if (likeness := self.likeness(step, row)) > 0
        )
        for _likeness, _days, place, number in pairs:
            step, row = steps[place], left[number]
            if step.id is None and row.id is not None and row.id not in self.taken:
                self.take(step, self.rows[row.id])

    def likeness(self, step: MeetingStep, row: Base) -> float:
        """How much of the two agendas is the same: from a half up to 1, else 0."""
        before, now = Counter(self.base_names[row.key]), Counter(one.name for one in step.items)
        if not before and not now:
            return 0.5 if row.values.get("week") == step.session.week else 0
        share = (before & now).total() / max(before.total(), now.total())
        return share if share >= 0.5 else 0

    def take(self, step: MeetingStep, meeting: Meeting) -> None:
        """This is the row: compare it."""
        self.taken.add(meeting.pk)
        base = self.last.by_id.get(("meeting", meeting.pk))
        step.base_key = base.key if base else step.key
        mine: Values = {
            "status": meeting.status,
            "time": meeting.meets_from.strftime("%H:%M") if meeting.meets_from else "",
            "date": meeting.meets_on.isoformat() if meeting.meets_on else "",
        }
        if base is not None:
            # Weeks are counted anew where a row came before them; only a count that stood counts.
            if base.values.get("week") == meeting.week.number:
                mine["week"] = meeting.week.number
            base.values.setdefault("date", mine["date"])
        elif not self.state.items_of(meeting.pk) and meeting.status == "class":
            # A class that stands there by the course's own days says nothing of its status yet.
            base = Base("meeting", meeting.pk, step.key, "", "", dict(mine), {})
        self.comparison.compare(
            step, what="meeting", row=meeting.pk, mine=mine, base=base, name=place_name(meeting)
        )
        if step.action == "moved":
            step.moved_from = place_name(meeting)
        elif base is not None and mine["date"] != step.values["date"] and not step.conflicts:
            step.stays_at = place_name(meeting)  # moved here, and not in the document


def words_name(text: str | None) -> str:
    """By which words are known again."""
    return same_name(text or "") or (text or "")


def _keyed(sessions: Sequence[Session]) -> Iterator[tuple[Session, str]]:
    """Each meeting with its place: its date, else its week and its number in it."""
    seen: Counter[str] = Counter()
    for session in sessions:
        place = session.date.isoformat() if session.date else f"week {session.week}"
        seen[place] += 1
        yield session, f"{place} #{seen[place]}"


def _link_words(link: Link, session: Session) -> Item:
    return Item(kind="other", line=session.line, text=link.label or link.url, links=[link])


def _days_between(step: MeetingStep, row: Base) -> int:
    date, before = step.session.date, row.values.get("date")
    return abs((date - dt.date.fromisoformat(before)).days) if date and before else _FAR
