"""Which section and which entry of the list each of a document is."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from readings.imports.planning.comparing import Comparison
from readings.imports.planning.meetings import words_name
from readings.imports.planning.merging import (
    Values,
    entry_values,
    is_reordered,
    leads_to,
    merge_links,
)
from readings.imports.planning.steps import EntryStep, SectionStep, settled
from readings.imports.queries import Base, CourseState, LastImport, ListState, work_of
from readings.imports.understood import Entry as Said
from readings.reading_lists.models import Entry, Section

Path = tuple[str, ...]


class EntryMatcher:
    """Finds sections by their headings and entries by their works, then by their titles."""

    def __init__(
        self, state: CourseState, here: ListState, last: LastImport, comparison: Comparison
    ) -> None:
        self.state, self.here, self.last, self.comparison = state, here, last, comparison
        self.sections = {section.pk: section for section in here.sections}
        self.rows = {entry.pk: entry for entry in here.entries}
        self.names = {entry.pk: self.name_of(entry) for entry in here.entries}
        self.taken: set[int] = set()
        self.used: set[str] = set()
        self.steps: list[SectionStep] = []

    def match(self, entries: Sequence[Said], offered: Sequence[Said]) -> list[SectionStep]:
        """A step for each section of the document, in its order."""
        self.build(entries, offered)
        self.match_sections()
        self.match_last()
        self.match_here()
        self.match_moved()
        self.settle_gone()
        self.match_titles()
        self.settle_parents()
        for step in self.steps:
            self.settle_order(step)
        return self.steps

    # --- What the document says ---------------------------------------------------------------

    def build(self, entries: Sequence[Said], offered: Sequence[Said]) -> None:
        by_path: dict[Path, SectionStep] = {}
        seen: Counter[str] = Counter()
        keys: list[str] = []
        for entry in [*entries, *offered]:
            path = tuple(title[:300] for title in entry.section)
            for length in range(1, len(path)) if path else ():
                self.section(path[:length], entry.line, by_path)
            section = self.section(path, entry.line, by_path)
            name = self.state.name_of(entry.identity) if entry.identity else _title_name(entry)
            seen[f"{section.key} {name}"] += 1
            key = f"{section.key} {name} #{seen[f'{section.key} {name}']}"
            values = entry_values(entry)
            values["work"] = name if entry.identity else ""
            if not entry.identity and not values["title"]:
                values["title"] = _any_title(entry)
            parent = keys[entry.parent] if entry.parent is not None else None
            values["parent"] = parent or ""
            step = EntryStep(key, entry.line, values, name=name, entry=entry, parent=parent)
            step.is_offered = len(keys) >= len(entries)
            keys.append(key)
            section.entries.append(step)

    def section(self, path: Path, line: int, by_path: dict[Path, SectionStep]) -> SectionStep:
        if path not in by_path:
            key = section_key(path)
            values: Values = {"title": path[-1] if path else ""}
            by_path[path] = SectionStep(
                key, line, values, name=" > ".join(path), path=path, base_key=key
            )
            self.steps.append(by_path[path])
        return by_path[path]

    @property
    def open(self) -> Iterator[tuple[SectionStep, EntryStep]]:
        """What was not found yet."""
        for step in self.steps:
            for entry in step.entries:
                if entry.id is None and not entry.is_off:
                    yield step, entry

    # --- Sections -----------------------------------------------------------------------------

    def match_sections(self) -> None:
        """By where they stood the last time, by their headings, then by what stands in them."""
        paths = _paths(self.here.sections)
        free = {paths[section.pk]: section for section in reversed(self.here.sections)}
        used: set[int] = set()
        for step in self.steps:
            base = self.last.by_key.get(step.key)
            found = self.sections.get(base.id or 0) if base else None
            if found is not None and found.pk not in used:
                used.add(found.pk)
                self.take_section(step, found, base)
        for step in self.steps:
            found = free.get(step.path)
            if step.id is None and found is not None and found.pk not in used:
                used.add(found.pk)
                self.take_section(step, found, None)
        self.match_renamed_sections(used)

    def match_renamed_sections(self, used: set[int]) -> None:
        before: dict[str, Counter[str]] = defaultdict(Counter)
        for row in self.last.of("entry"):
            before[row.place][row.name] += 1
        keys = {step.key for step in self.steps}
        left = [
            row
            for row in self.last.of("section")
            if row.id in self.sections and row.id not in used and row.key not in keys
        ]
        by_path = {step.path: step for step in self.steps}
        for step in self.steps:
            above = by_path[step.path[:-1]].base_key if len(step.path) > 1 else section_key(())
            now = Counter(entry.name for entry in step.entries)
            for row in left:
                same = (now & before[row.key]).total()
                is_beside = row.key != section_key(()) and _above(row.key) == above and step.path
                is_alike = is_beside and same and 2 * same >= now.total()
                if step.id is None and row.id not in used and is_alike:
                    used.add(row.id or 0)
                    self.take_section(step, self.sections[row.id or 0], row)

    def take_section(self, step: SectionStep, section: Section, base: Base | None) -> None:
        step.id, step.action = section.pk, "unchanged"
        if base is None:
            return
        step.base_key = base.key
        self.comparison.compare(
            step, what="section", row=section.pk, mine={"title": section.title}, base=base
        )

    # --- Entries ------------------------------------------------------------------------------

    def match_last(self) -> None:
        """What the last import put in the same section, wherever it is now."""
        known = self.known_rows(lambda base: (base.place, base.name))
        for step, entry in self.open:
            base = self.next_of(known, (step.base_key, entry.name))
            if base is not None:
                row = self.rows[base.id or 0]
                self.take(entry, row)
                if row.section_id != step.id:
                    entry.stays_at = f"“{row.section}”"

    def match_here(self) -> None:
        """What stands in the section by that name, whoever put it there."""
        here: dict[tuple[int | None, str], list[Entry]] = defaultdict(list)
        for row in self.here.entries:
            here[row.section_id, self.names[row.pk]].append(row)
        for step, entry in self.open:
            rows = here.get((step.id, entry.name), ())
            found = next((row for row in rows if row.pk not in self.taken), None)
            if found is not None:
                self.take(entry, found)

    def match_moved(self) -> None:
        """What the last import put in another section: the document moved it."""
        known = self.known_rows(lambda base: base.name)
        for step, entry in self.open:
            base = self.next_of(known, entry.name)
            if base is not None:
                row = self.rows[base.id or 0]
                self.take(entry, row)
                self.move(step, entry, row, base)

    def move(self, step: SectionStep, entry: EntryStep, row: Entry, base: Base) -> None:
        was_at = self.last.by_key.get(base.place)
        if row.section_id == step.id:
            return
        if row.section_id != (was_at and was_at.id):
            conflict = self.comparison.conflict(
                entry, "entry", row.pk, "place", str(row),
                mine=str(row.section), theirs=step.title,
                before=json.loads(base.place)[-1:][0] if base.place != "[]" else "",
            )  # fmt: skip
            if not conflict.takes_theirs:
                entry.action = "conflict" if entry.action == "unchanged" else entry.action
                return
        entry.action, entry.moved_from = "moved", str(row.section)

    def settle_gone(self) -> None:
        """What the last import made and somebody took off the list stays off."""
        gone: dict[tuple[str, str], list[Base]] = defaultdict(list)
        for base in self.last.of("entry"):
            if base.id not in self.rows and base.key not in self.used:
                gone[base.place, base.name].append(base)
        for step, entry in self.open:
            if bases := gone.get((step.base_key, entry.name)):
                self.used.add(bases.pop(0).key)
                entry.is_off, entry.action = True, "unchanged"

    def match_titles(self) -> None:
        """What has the same title or a link in common, and another work: filled in, corrected."""
        left: dict[tuple[str, str], list[Base]] = defaultdict(list)
        for base in self.last.of("entry"):
            if base.id in self.rows and base.id not in self.taken:
                for mark in _marks(base.values):
                    left[base.place, mark].append(base)
        for step, entry in self.open:
            marks = ((step.base_key, mark) for mark in _marks(entry.values))
            found = next((one for mark in marks if (one := self.next_of(left, mark))), None)
            if found is not None:
                self.take(entry, self.rows[found.id or 0])

    def take(self, step: EntryStep, row: Entry) -> None:
        """This is the row: compare it."""
        self.taken.add(row.pk)
        base = self.last.by_id.get(("entry", row.pk))
        if base is not None:
            self.used.add(base.key)
        mine: Values = {
            "title": row.title,
            "authors": row.authors,
            "venue": row.venue,
            "year": row.year,
            "annotation": row.annotation,
            "work": self.work(row),
        }
        if not row.title and row.reading is not None:
            names = {words_name(row.reading.label), words_name(row.reading.full_title)}
            if words_name(step.values["title"]) in names:
                mine.pop("title")  # the work is called so anyway
        self.comparison.compare(step, what="entry", row=row.pk, mine=mine, base=base, name=str(row))
        before = base.values.get("links", ()) if base else ()
        known = {link["url"] for link in [*row.links, *before]}
        # That a work is found at its own address is no news.
        work = step.entry.identity if row.reading is not None else None
        merged = merge_links(
            base=before,
            mine=row.links,
            theirs=[
                link
                for link in step.values["links"]
                if link["url"] in known or work is None or not leads_to(link["url"], work)
            ],
            said={link["role"] for link in row.links},
        )
        step.take |= merged.taken
        step.action = settled(step.take, mine, step.conflicts)

    def settle_parents(self) -> None:
        """An entry belongs to another one than before; both may be new."""
        steps = {entry.key: entry for step in self.steps for entry in step.entries}
        for entry in steps.values():
            row = self.rows.get(entry.id or 0)
            if row is None:
                continue
            parent = steps[entry.parent].id if entry.parent else None
            base = self.last.by_id.get(("entry", row.pk))
            before = self.last.by_key.get(base.values.get("parent", "")) if base else None
            is_new = entry.parent is not None and steps[entry.parent].action == "new"
            if (parent == row.parent_id and not is_new) or (
                base is not None and parent == (before and before.id) and not is_new
            ):
                continue
            if row.parent_id != (before and before.id):
                continue  # was put under another one here
            if entry.parent and steps[entry.parent].is_off:
                continue
            entry.take["parent"] = entry.parent or ""
            entry.action = "changed" if entry.action in {"unchanged", "filled"} else entry.action

    def settle_order(self, step: SectionStep) -> None:
        """Whether what stands there already changes places as it did in the document."""
        if step.id is None:
            return
        staying = [row.pk for row in self.here.entries if row.section_id == step.id]
        there = set(staying)
        document = [one.id for one in step.entries if one.id in there and not one.moved_from]
        base = [row.id for row in self.last.of("entry") if row.place == step.base_key and row.id]
        found = is_reordered(base=base, current=staying, document=document)
        if found is None:
            found = self.comparison.conflict(
                step, "section", step.id, "order", step.title,
                mine="as it is here", theirs="as in the document",
            ).takes_theirs  # fmt: skip
        if found:
            step.take["order"] = True

    def list_order(self) -> bool:
        """Whether the order of the sections follows the document's."""
        return bool(
            is_reordered(
                base=[row.id for row in self.last.of("section") if row.id],
                current=[section.pk for section in self.here.sections],
                document=[step.id for step in self.steps if step.id],
            )
        )

    # --- Finding ------------------------------------------------------------------------------

    def known_rows(self, key: Callable[[Base], Any]) -> dict[Any, list[Base]]:
        found: dict[Any, list[Base]] = defaultdict(list)
        for base in self.last.of("entry"):
            if base.id in self.rows:
                found[key(base)].append(base)
        return found

    def next_of(self, known: dict[Any, list[Base]], key: Any) -> Base | None:
        return next((base for base in known.get(key, ()) if base.id not in self.taken), None)

    def work(self, row: Entry) -> str:
        return ":".join((row.reading and work_of(row.reading.paper)) or ())

    def name_of(self, row: Entry) -> str:
        return self.work(row) or words_name(row.title)


def section_key(path: Sequence[str]) -> str:
    """Where a section stands in its document."""
    return json.dumps(list(path), ensure_ascii=False)


def _above(key: str) -> str:
    """The key of the section around one."""
    return section_key(json.loads(key)[:-1])


def _title_name(entry: Said) -> str:
    return words_name(entry.title or _any_title(entry))


def _any_title(entry: Said) -> str:
    """What to call something that has neither a work nor a title."""
    first = next((link.label or link.url for link in entry.links), "")
    return (entry.title or first or entry.annotation.strip().partition("\n")[0] or "…")[:500]


def _marks(values: Values) -> Iterator[str]:
    """What tells an entry whose work changed: its title, and its links."""
    if title := words_name(values.get("title")):
        yield title
    yield from (link["url"] for link in values.get("links", ()))


def _paths(sections: Iterable[Section]) -> dict[int, Path]:
    """The headings of sections; parents stand before what is in them."""
    found: dict[int, Path] = {}
    for section in sections:
        above = found.get(section.parent_id or 0, ())
        found[section.pk] = (*above, section.title) if section.title else above
    return found
