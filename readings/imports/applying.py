"""Carries out a plan through the services of papers and schedule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from readings.accounts.models import User
from readings.courses.models import Course
from readings.imports.merging import identifier_of, links_beside
from readings.imports.plan import ItemStep, MeetingStep, Plan
from readings.imports.queries import monday_of
from readings.imports.understood import Item, Link
from readings.papers.services import add_papers
from readings.schedule.agenda_services import add_agenda_item, move_agenda_item, update_agenda_item
from readings.schedule.models import AgendaItem, Meeting, Reading, Week
from readings.schedule.services import (
    add_meeting,
    add_reading,
    add_reading_link,
    get_or_make_week,
    update_meeting,
    update_reading,
)


class Application:
    """Carries out a plan through the services of the schedule."""

    def __init__(self, course: Course, actor: User | None) -> None:
        self.course, self.actor = course, actor
        self.rows: dict[str, int] = {}  # what each part of the document became, by its key
        self.readings: dict[tuple[str, str], Reading] = {}
        self.weeks: dict[dt.date, Week] = {}

    def apply(self, plan: Plan) -> list[dict[str, Any]]:
        """Do what ``plan`` says; which part of the document became which row, and what it said."""
        self.add_readings(plan)
        for meeting in self.course.meetings.select_related("week").exclude(meets_on=None):
            if meeting.meets_on:
                self.weeks.setdefault(monday_of(meeting.meets_on), meeting.week)
        for step in plan.meetings:
            if step.is_off:
                continue
            meeting = self.apply_meeting(step)
            self.rows[step.key] = meeting.pk
            for item in step.items:
                if not item.is_off:
                    self.rows[item.key] = self.apply_item(item, meeting)
        return [row for step in plan.meetings for row in self.became(step)]

    def became(self, step: MeetingStep) -> Iterator[dict[str, Any]]:
        for part in (step, *step.items):
            yield {
                "what": "meeting" if part is step else "item",
                "id": self.rows.get(part.key),
                "key": part.key,
                "meeting": step.key,
                "line": part.line,
                "values": part.values,
            }

    def add_readings(self, plan: Plan) -> None:
        """Every paper the plan puts on the agenda, in one go: so they are fetched in one."""
        items = [
            step.item
            for meeting in plan.meetings
            for step in meeting.items
            if step.item.identity and step.action == "new"
        ]
        identifiers = [found for item in items if (found := identifier_of(item))]
        papers = add_papers(identifiers=identifiers)
        for item, paper in zip(items, papers, strict=True):
            reading = add_reading(
                course=self.course, paper=paper, label=item.label or "", required=item.required
            )
            if item.title and not reading.title and not paper.arxiv_id:
                update_reading(reading=reading, title=item.title[:500])
            if item.identity:
                self.readings[item.identity] = reading

    def apply_meeting(self, step: MeetingStep) -> Meeting:
        if step.id is None:
            return self.make_meeting(step)
        meeting = Meeting.objects.select_related("course", "week").get(pk=step.id)
        fields: dict[str, Any] = {}
        if "status" in step.take:
            fields["status"] = step.take["status"]
        if "time" in step.take and meeting.meets_on:
            fields["meets_from"] = dt.time.fromisoformat(step.take["time"])
            if meeting.meets_until and meeting.meets_until <= fields["meets_from"]:
                fields["meets_until"] = None
        if fields:
            update_meeting(meeting=meeting, actor=self.actor, **fields)
        return meeting

    def make_meeting(self, step: MeetingStep) -> Meeting:
        session, course = step.session, self.course
        monday = monday_of(session.date) if session.date else None
        week = self.weeks.get(monday) if monday else None
        if week is None:
            week = get_or_make_week(course=course, number=session.week)
            if monday:
                self.weeks[monday] = week
        starts = dt.time.fromisoformat(session.time) if session.time else course.meets_from
        ends = course.meets_until if starts == course.meets_from else None
        return add_meeting(
            week=week,
            meets_on=session.date,
            meets_from=starts,
            meets_until=ends,
            status=session.status,
        )

    def apply_item(self, step: ItemStep, meeting: Meeting) -> int:
        if step.id is None:
            return self.make_item(step, meeting).pk
        if step.action in {"changed", "moved"}:
            self.change_item(step, step.id, meeting)
        return step.id

    def change_item(self, step: ItemStep, item_id: int, meeting: Meeting) -> None:
        item = AgendaItem.objects.select_related("reading", "course", "meeting").get(pk=item_id)
        if step.action == "moved":
            move_agenda_item(item=item, meeting=meeting, actor=self.actor)
        own = {
            name: value
            for name, value in step.take.items()
            if name in {"kind", "stage", "presenters", "portion", "text"}
        }
        links = [link for link in links_beside(step.item) if link.url in step.take.get("links", ())]
        if links and item.reading is None:
            own["links"] = [*item.links, *(_link_json(link) for link in links)]
        if own:
            update_agenda_item(item=item, **own)
        if item.reading:
            said = {name: step.take[name] for name in ("label", "title") if name in step.take}
            if said:
                update_reading(reading=item.reading, **said)
            self.add_links(item.reading, step.item, only=set(step.take.get("links", ())))

    def make_item(self, step: ItemStep, meeting: Meeting) -> AgendaItem:
        item = step.item
        reading = self.readings.get(item.identity) if item.identity else None
        made = add_agenda_item(
            course=self.course,
            meeting=meeting,
            kind=item.kind,
            stage=item.stage or "",
            reading=reading,
            text="" if reading else step.values["text"],
            portion=step.values.get("portion", "") if reading else "",
            links=[] if reading else [_link_json(link) for link in links_beside(item)],
            presenters=item.presenters,
        )
        if reading:
            self.add_links(reading, item)
        return made

    def add_links(self, reading: Reading, item: Item, *, only: set[str] | None = None) -> None:
        for link in links_beside(item):
            if only is None or link.url in only:
                add_reading_link(
                    reading=reading, url=link.url, role=link.role, label=link.label or ""
                )


def _link_json(link: Link) -> dict[str, str]:
    return {"url": link.url, "role": link.role, "label": link.label or ""}
