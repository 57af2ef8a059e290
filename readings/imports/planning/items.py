"""Which item of the agenda each item of a document is, and where it goes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from readings.imports.planning.comparing import Comparison
from readings.imports.planning.meetings import words_name
from readings.imports.planning.merging import (
    Values,
    is_reordered,
    link_values,
    links_beside,
    merge_links,
)
from readings.imports.planning.steps import ItemStep, MeetingStep
from readings.imports.queries import Base, CourseState, LastImport, work_of
from readings.schedule.models import AgendaItem, Meeting, Reading
from readings.schedule.services import place_name

Pairs = Iterator[tuple[MeetingStep, ItemStep]]


class ItemMatcher:
    """Goes over the document several times, the surest ways to know an item again first."""

    def __init__(
        self,
        state: CourseState,
        last: LastImport,
        comparison: Comparison,
        steps: Sequence[MeetingStep],
    ) -> None:
        self.state, self.last, self.comparison, self.steps = state, last, comparison, steps
        self.rows = {item.pk: item for item in state.items}
        self.meetings = {meeting.pk: meeting for meeting in state.meetings}
        self.taken: set[int] = set()
        self.used: set[str] = set()  # keys of what was said last and is found again
        # The first item of a reading speaks for it; what stands there again only for itself.
        self.first: dict[str, ItemStep] = {}
        for step in steps:
            for item in step.items:
                if item.item.identity:
                    self.first.setdefault(item.name, item)

    def match(self) -> None:
        """Settle every item; those without an ``id`` are new, or off."""
        self.match_settled()
        self.match_last()
        self.match_here()
        self.match_moved()
        self.match_others()
        self.settle_gone(lambda step, base: base.place == step.base_key)
        self.match_renamed()
        self.settle_gone(lambda _step, _base: True)
        self.merge_all_links()
        for step in self.steps:
            self.settle_order(step)
            self.settle_off(step)

    @property
    def open(self) -> Pairs:
        """What was not found yet."""
        for step in self.steps:
            for item in step.items:
                if item.id is None and not item.is_off:
                    yield step, item

    def match_settled(self) -> None:
        """What is said several times, and stands in just those meetings: there is nothing to ask.

        Two days of "Repo Deconstruct" that moved by one class are else each other's.
        """
        said: dict[str, list[tuple[int | None, ItemStep]]] = defaultdict(list)
        here: dict[str, list[AgendaItem]] = defaultdict(list)
        for step, item in self.open:
            said[item.name].append((step.id, item))
        for row in self.state.items:
            here[self.name_of(row)].append(row)
        for name, items in said.items():
            places = Counter(place for place, _ in items)
            if len(items) < 2 or places != Counter(row.meeting_id for row in here[name]):
                continue
            for place, item in items:
                row = next(one for one in here[name] if one.meeting_id == place)
                here[name].remove(row)
                self.take(item, row)

    def match_last(self) -> None:
        """What the last import put in the same meeting, wherever it is now."""
        known = self.known_rows(lambda base: (base.place, base.name))
        for step, item in self.open:
            base = self.next_of(known, (step.base_key, item.name))
            if base is not None:
                row = self.rows[base.id or 0]
                self.take(item, row)
                if row.meeting_id != step.id:
                    item.stays_at = place_name(row.meeting)

    def match_here(self) -> None:
        """What stands in the meeting by that name, whoever put it there."""
        here: dict[tuple[int | None, str], list[AgendaItem]] = defaultdict(list)
        for row in self.state.items:
            here[row.meeting_id, self.name_of(row)].append(row)
        for step, item in self.open:
            found = next(
                (row for row in here[step.id, item.name] if row.pk not in self.taken), None
            )
            if step.id is not None and found is not None:
                self.take(item, found)

    def match_moved(self) -> None:
        """What the last import put in another meeting: the document moved it."""
        known = self.known_rows(lambda base: base.name)
        for step, item in self.open:
            base = self.next_of(known, item.name)
            if base is not None:
                row = self.rows[base.id or 0]
                was_at = self.last.by_key.get(base.place)
                moved_here = row.is_pinned or row.meeting_id != (was_at and was_at.id)
                self.take(item, row)
                self.move(step, item, row, asks=moved_here, before=was_at)

    def match_others(self) -> None:
        """Readings that somebody put on the agenda here: on the shelf they wait for a class."""
        there: dict[str, list[AgendaItem]] = defaultdict(list)
        for row in self.state.items:
            if row.reading_id is not None and ("item", row.pk) not in self.last.by_id:
                there[self.name_of(row)].append(row)
        covered = {step.id for step in self.steps if step.id is not None}
        for step, item in self.open:
            rows = [row for row in there[item.name] if row.pk not in self.taken]
            found = next((row for row in rows if row.meeting_id is None), None) or next(
                (row for row in rows if row.meeting_id in covered), None
            )
            if item.item.identity and found is not None:
                self.take(item, found)
                self.move(step, item, found, asks=found.meeting_id is not None, before=None)

    def match_renamed(self) -> None:
        """Words that took the place of words, or became a link."""
        for step in self.steps:
            left = [
                row
                for row in self.state.items_of(step.id)
                if row.pk not in self.taken
                and row.reading_id is None
                and self.last.by_id.get(("item", row.pk)) is not None
            ]
            for item in [one for one in step.items if one.id is None and not one.is_off]:
                found = next((row for row in left if self.takes_place(item, row)), None)
                if found is not None:
                    left.remove(found)
                    self.take(item, found)

    def takes_place(self, step: ItemStep, row: AgendaItem) -> bool:
        if step.item.identity:
            said = {words_name(step.item.label), words_name(step.item.title)}
            return words_name(row.text) in said - {""}
        return True

    def settle_gone(self, fits: Callable[[MeetingStep, Base], bool]) -> None:
        """What the last import made and somebody took off here stays off."""
        gone: dict[str, list[Base]] = defaultdict(list)
        for base in self.last.of("item"):
            if base.id not in self.rows and base.key not in self.used:
                gone[base.name].append(base)
        for step, item in self.open:
            found = next((base for base in gone[item.name] if fits(step, base)), None)
            if found is None:
                continue
            gone[item.name].remove(found)
            self.used.add(found.key)
            item.is_off, item.action = True, "unchanged"
            if found.place != step.base_key:
                conflict = self.comparison.conflict(
                    item, "line", item.line, "removed", _called(item),
                    mine="was taken off here", theirs=f"is on {_place_of(step, self.meetings)} now",
                )  # fmt: skip
                item.is_off = not conflict.takes_theirs
                item.action = "conflict" if item.is_off else "new"

    def take(self, step: ItemStep, row: AgendaItem) -> None:
        """This is the row: compare it."""
        self.taken.add(row.pk)
        base = self.last.by_id.get(("item", row.pk))
        if base is not None:
            self.used.add(base.key)
        mine: Values = {"kind": row.kind, "stage": row.stage, "presenters": row.presenters}
        if row.reading is not None and step.item.identity:
            mine["portion"] = row.portion
            mine |= self.of_reading(step, row.reading, base)
        elif step.item.identity:
            mine |= {"portion": "", "work": ""}
            step.values["work"] = step.name
            if base is not None:
                base.values.setdefault("work", "")
        elif row.reading is None:
            alike = words_name(row.text) == words_name(step.values["text"])
            mine["text"] = step.values["text"] if alike else row.text
        said_before = base is not None and base.name == step.name
        if said_before and "kind" not in self.comparison.said and base is not None:
            # Guessed from the words alone: the same words do not mean something new.
            step.values["kind"] = base.values.get("kind", step.values["kind"])
        self.comparison.compare(
            step, what="item", row=row.pk, mine=mine, base=base, name=_called(step)
        )

    def of_reading(self, step: ItemStep, reading: Reading, base: Base | None) -> Values:
        """What is compared of the reading itself, by the first of its items."""
        if self.first.get(step.name) is not step:
            return {}
        mine: Values = {"label": reading.label}
        if not reading.paper.arxiv_id:  # arXiv knows the title better
            mine["title"] = reading.title
        if base is not None and "required" in base.values:
            mine["required"] = reading.required
        said = step.values["label"] or step.values["title"]
        is_news = words_name(said) != words_name(reading.full_title) or reading.label
        if said and is_news:
            return mine
        mine.pop("label")
        mine.pop("title", None)
        return mine

    def move(
        self,
        step: MeetingStep,
        item: ItemStep,
        row: AgendaItem,
        *,
        asks: bool,
        before: Base | None,
    ) -> None:
        """Put it where the document has it, unless somebody put it elsewhere here."""
        if step.id is not None and row.meeting_id == step.id:
            return
        if asks:
            was = self.meetings.get(before.id or 0) if before else None
            conflict = self.comparison.conflict(
                item, "item", row.pk, "place", _called(item),
                mine=place_name(row.meeting), theirs=_place_of(step, self.meetings),
                before=place_name(was) if was else "",
            )  # fmt: skip
            if not conflict.takes_theirs:
                item.action = "conflict" if item.action == "unchanged" else item.action
                return
        item.action, item.moved_from = "moved", place_name(row.meeting)

    def merge_all_links(self) -> None:
        """Links of a reading stand beside all of its items; those of words beside them alone."""
        for step in self.steps:
            for item in step.items:
                row = self.rows.get(item.id or 0)
                if row is not None and row.reading is not None:
                    if self.first.get(item.name) is item:
                        self.merge_reading_links(item, row.reading)
                elif row is not None:
                    base = self.last.by_id.get(("item", row.pk))
                    self.merge_links(item, row.links, _links_of([base] if base else []), [item])

    def merge_reading_links(self, step: ItemStep, reading: Reading) -> None:
        bases = [base for base in self.last.of("item") if base.name == step.name]
        mine = [
            {"url": link.url, "role": link.role, "label": link.label}
            for link in reading.links.all()
        ]
        same = [one for other in self.steps for one in other.items if one.name == step.name]
        self.merge_links(step, mine, _links_of(bases), same)

    def merge_links(
        self, step: ItemStep, mine: list[Any], base: list[dict[str, str]], same: list[ItemStep]
    ) -> None:
        theirs = link_values([link for one in same for link in links_beside(one.item)])
        merged = merge_links(
            base=base,
            mine=mine,
            theirs=theirs,
            said=self.comparison.said,
            columns=self.last.columns,
        )
        step.values["links"] = merged.said
        if merged.taken:
            fills = not merged.drop and not merged.change
            if step.action in {"unchanged", "conflict"}:
                step.action = "filled" if fills else "changed"
            elif step.action == "filled" and not fills:
                step.action = "changed"
            step.take |= merged.taken

    def settle_order(self, step: MeetingStep) -> None:
        """Whether what stands there already changes places as it did in the document."""
        if step.id is None:
            return
        staying = [row.pk for row in self.state.items_of(step.id)]
        document = [item.id for item in step.items if item.id in staying and not item.moved_from]
        base = [
            row.id for row in self.last.of("item") if row.place == step.base_key and row.id
        ]  # fmt: skip
        found = is_reordered(base=base, current=staying, document=document)
        if found is None:
            conflict = self.comparison.conflict(
                step, "meeting", step.id, "order", place_name(self.meetings[step.id]),
                mine="as it is here", theirs="as in the document",
            )  # fmt: skip
            found = conflict.takes_theirs
        if found:
            step.take["order"] = True
            if step.action in {"unchanged", "conflict", "filled"}:
                step.action = "changed"
        elif step.action == "unchanged" and step.open_conflicts:
            step.action = "conflict"

    def settle_off(self, step: MeetingStep) -> None:
        """A meeting that was removed here stays away, unless something new is in it."""
        base = self.last.by_key.get(step.key)
        if step.id is None and base is not None and base.id not in self.meetings:
            step.is_off = all(
                item.is_off or (item.id is not None and item.action != "moved")
                for item in step.items
            )
            step.action = "unchanged" if step.is_off else "new"

    def known_rows(self, key: Callable[[Base], Any]) -> dict[Any, list[Base]]:
        """What was said last and is still a row that nobody took, by a key."""
        found: dict[Any, list[Base]] = defaultdict(list)
        for base in self.last.of("item"):
            if base.id in self.rows:
                found[key(base)].append(base)
        return found

    def next_of(self, known: dict[Any, list[Base]], key: Any) -> Base | None:
        return next((base for base in known.get(key, ()) if base.id not in self.taken), None)

    def name_of(self, row: AgendaItem) -> str:
        if row.reading is None:
            return words_name(row.text)
        return ":".join(work_of(row.reading.paper) or ())


def _links_of(bases: Sequence[Base]) -> list[dict[str, str]]:
    """The links that were said; once they were stored as addresses only."""
    found = [link for base in bases for link in base.values.get("links", ())]
    return [
        {"url": link, "role": "", "label": ""} if isinstance(link, str) else link for link in found
    ]


def _called(step: ItemStep) -> str:
    return step.item.name or step.name


def _place_of(step: MeetingStep, meetings: dict[int, Meeting]) -> str:
    meeting = meetings.get(step.id or 0)
    if meeting is not None:
        return place_name(meeting)
    date = step.session.date
    return f"{date:%b} {date.day}" if date else step.session.date_text
