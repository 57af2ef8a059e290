"""Carries out what a plan says of the sections and entries of a reading list."""

from __future__ import annotations

from typing import Any

from readings.courses.models import Course
from readings.imports.applying.readings import Readings
from readings.imports.models import Source
from readings.imports.planning.merging import applied_links, arranged
from readings.imports.planning.steps import EntryStep, Plan, SectionStep
from readings.reading_lists.filling import add_all, place_all, places_of, put_back
from readings.reading_lists.models import Entry, ReadingList, Section
from readings.reading_lists.services import (
    make_list,
    make_section,
    move_entry,
    order_sections,
    owe_match,
    remove_entry,
    remove_section,
    rename_section,
    update_entry,
)

_OWN = ("title", "authors", "venue", "year", "annotation")


class ListApplication:
    """Writes the list of a source; it is made when there is something to put on it."""

    def __init__(self, course: Course, source: Source, readings: Readings) -> None:
        self.course, self.source, self.readings = course, source, readings
        self.rows: dict[str, int] = {}  # what each part of the document became, by its key
        self.sections: dict[tuple[str, ...], Section] = {}
        self.entries: dict[str, Entry] = {}  # by the keys of their steps

    def apply(self, plan: Plan) -> None:
        """Sections, what is in them, what left, and then the order of it all."""
        if not plan.sections and not any(
            step.what in {"entry", "section"} for step in plan.removed
        ):
            return
        reading_list = self.find_list(plan)
        if reading_list is None:
            return
        before = list(reading_list.sections.values_list("pk", flat=True))
        self.find_sections(plan, reading_list)
        self.change_entries(plan)
        self.add_entries(plan)
        self.set_parents(plan)
        self.take_off(plan)
        self.order(plan, reading_list, before)

    def find_list(self, plan: Plan) -> ReadingList | None:
        has_entries = any(not one.is_off for step in plan.sections for one in step.entries)
        if self.source.reading_list is None and has_entries:
            made = make_list(course=self.course, title=plan.list_title)
            self.source.reading_list = made
            self.source.save(update_fields=["reading_list"])
        return self.source.reading_list

    def find_sections(self, plan: Plan, reading_list: ReadingList) -> None:
        there = {section.pk: section for section in reading_list.sections.all()}
        needed = {
            step.path[:length]
            for step in plan.sections
            if any(one.action in {"new", "moved"} for one in step.entries)
            for length in range(len(step.path) + 1)
        }
        for step in plan.sections:
            section = there.get(step.id or 0)
            if section is None and step.path in needed:
                parent = self.sections.get(step.path[:-1]) if len(step.path) > 1 else None
                section = make_section(reading_list=reading_list, title=step.title, parent=parent)
            elif section is not None and "title" in step.take:
                rename_section(section=section, title=step.take["title"])
            if section is not None:
                section.reading_list = reading_list
                self.sections[step.path] = section
                self.rows[step.key] = section.pk

    def change_entries(self, plan: Plan) -> None:
        wanted = [
            one.id for step in plan.sections for one in step.entries if one.id and _changes(one)
        ]
        related = Entry.objects.select_related("section__reading_list", "reading__paper", "parent")
        rows = related.in_bulk(wanted)
        everything = [one for step in plan.sections for one in step.entries]
        moves = any(one.action == "moved" for one in everything)
        staying = (
            [one.id for one in everything if one.id and one.action != "moved"] if moves else []
        )
        places = places_of(entries=staying)
        for step in plan.sections:
            for one in step.entries:
                if one.id in rows:
                    self.change_entry(rows[one.id], one, self.sections.get(step.path))
        # What was under something that moved went with it, and the document may say otherwise.
        put_back(course=self.course, places=places)

    def change_entry(self, row: Entry, step: EntryStep, section: Section | None) -> None:
        if step.action == "moved" and section is not None:
            row.refresh_from_db(fields=["section", "parent"])
            if row.section_id != section.pk:
                move_entry(entry=row, section=section, parent=row.parent)
        fields: dict[str, Any] = {name: step.take[name] for name in _OWN if name in step.take}
        if "links" in step.take:
            fields["links"] = applied_links(row.links, step.take["links"])
        if "work" in step.take:
            if row.reading_id is not None:
                self.readings.left.add(row.reading_id)
            fields["reading"] = self.readings.by_name.get(step.name)
            if fields["reading"] is None and not (fields.get("title") or row.title):
                fields["title"] = step.values["title"] or str(row)
        if fields:
            update_entry(entry=row, **fields)
            owe_match(entry=row)

    def add_entries(self, plan: Plan) -> None:
        made: list[tuple[EntryStep, Entry]] = []
        for step in plan.sections:
            for position, one in enumerate(step.entries):
                if one.id is None and not one.is_off:
                    parent = self.entries.get(one.parent or "")
                    entry = self.entry(one, self.sections[step.path], parent)
                    entry.position = position
                    self.entries[one.key] = entry
                    made.append((one, entry))
                elif one.id is not None:
                    self.rows[one.key] = one.id
        known = self.known_parents([one for one, _entry in made])
        for one, entry in made:
            entry.parent = self.entries.get(one.parent or "") or known.get(one.parent or "")
        add_all(course=self.course, entries=[entry for _one, entry in made])
        self.rows |= {one.key: entry.pk for one, entry in made}

    def known_parents(self, steps: list[EntryStep]) -> dict[str, Entry]:
        """The rows that were there before and have something new under them."""
        keys = {one.parent: self.rows[one.parent] for one in steps if one.parent in self.rows}
        rows = Entry.objects.in_bulk(list(keys.values()))
        return {key: rows[pk] for key, pk in keys.items() if key and pk in rows}

    def entry(self, step: EntryStep, section: Section, parent: Entry | None) -> Entry:
        own = {name: step.values[name] for name in _OWN}
        reading = self.readings.by_name.get(step.name) if step.entry.identity else None
        return Entry(
            section=section, parent=parent, reading=reading, links=step.values["links"], **own
        )

    def set_parents(self, plan: Plan) -> None:
        for step in plan.sections:
            for one in step.entries:
                if one.id is not None and "parent" in one.take:
                    row = Entry.objects.select_related("section__reading_list").get(pk=one.id)
                    parent = self.rows.get(one.take["parent"])
                    update_entry(entry=row, parent_id=parent)

    def take_off(self, plan: Plan) -> None:
        gone = [one.id for one in plan.removed if one.what == "entry" and one.outcome != "kept"]
        related = Entry.objects.select_related("section__reading_list", "parent")
        for pk in gone:
            row = related.get(pk=pk)
            if row.reading_id is not None:
                self.readings.left.add(row.reading_id)
            remove_entry(entry=row)
        for one in plan.removed:
            if one.what == "section" and one.outcome != "kept":
                remove_section(section=Section.objects.get(pk=one.id))

    def order(self, plan: Plan, reading_list: ReadingList, before: list[int]) -> None:
        self.order_entries([step for step in plan.sections if step.path in self.sections])
        rows = {section.pk: section for section in reading_list.sections.all()}
        document = [pk for step in plan.sections if (pk := self.rows.get(step.key)) in rows]
        current = [pk for pk in before if pk in rows]
        order = arranged(current, [pk for pk in document if pk], reorder=plan.list_order)
        for section in rows.values():
            section.reading_list = reading_list
        if order != list(rows):
            order_sections(ordered=[rows[pk] for pk in order])

    def order_entries(self, steps: list[SectionStep]) -> None:
        """As the document has them; what was put there by hand keeps its place."""
        there: dict[int, list[Entry]] = {}
        sections = [self.sections[step.path].pk for step in steps]
        found = Entry.objects.filter(section__in=sections).order_by("position", "id")
        for entry in found.only("section", "position"):
            there.setdefault(entry.section_id, []).append(entry)
        ordered = []
        for step in steps:
            rows = {entry.pk: entry for entry in there.get(self.sections[step.path].pk, ())}
            arrives = {
                self.rows[one.key] for one in step.entries
                if one.key in self.rows and (one.action == "moved" or one.id is None)
            }  # fmt: skip
            document = [pk for one in step.entries if (pk := self.rows.get(one.key)) in rows]
            current = [pk for pk in rows if pk not in arrives]
            order = arranged(
                current, [pk for pk in document if pk], reorder=bool(step.take.get("order"))
            )
            ordered.append([rows[pk] for pk in order])
        place_all(course=self.course, ordered=ordered)


def _changes(step: EntryStep) -> bool:
    return step.action == "moved" or bool(step.take)
