"""Carries out what a plan says of meetings and their agendas."""

from __future__ import annotations

import datetime as dt
from typing import Any

from readings.accounts.models import User
from readings.courses.models import Course
from readings.courses.services import record_event
from readings.imports.applying.readings import Readings
from readings.imports.planning.leaving import weeks_emptied
from readings.imports.planning.merging import applied_links, arranged, link_values, links_beside
from readings.imports.planning.steps import ItemStep, MeetingStep, Plan, RemovedStep
from readings.imports.queries import monday_of
from readings.schedule.agenda_services import (
    add_agenda_item,
    delete_agenda_item,
    give_work,
    move_agenda_item,
    order_agenda,
    update_agenda_item,
)
from readings.schedule.models import AgendaItem, Meeting, Reading, Week
from readings.schedule.services import (
    add_meeting,
    add_reading_link,
    delete_meeting,
    delete_week,
    get_or_make_week,
    place_name,
    remove_reading_link,
    update_meeting,
    update_reading,
    update_reading_link,
    update_week,
)

_OWN = ("kind", "stage", "presenters", "portion", "text")
_OF_READING = ("label", "title", "required")


class ScheduleApplication:
    """Each meeting and each item is told of once, whatever happens to it."""

    def __init__(self, course: Course, actor: User | None, readings: Readings) -> None:
        self.course, self.actor, self.readings = course, actor, readings
        self.rows: dict[str, int] = {}  # what each part of the document became, by its key
        self.weeks: dict[dt.date, Week] = {}

    def apply(self, plan: Plan) -> None:
        """Items leave before meetings do, and arrive after them."""
        dated = self.course.meetings.select_related("week").filter(meets_on__isnull=False)
        for meeting in dated:
            if meeting.meets_on:
                self.weeks.setdefault(monday_of(meeting.meets_on), meeting.week)
        steps = [step for step in plan.meetings if not step.is_off]
        meetings = [self.apply_meeting(step) for step in steps]
        for gone in plan.removed:
            if gone.what == "item":
                self.take_off(gone)
        for step, meeting in zip(steps, meetings, strict=True):
            self.apply_agenda(step, meeting)
        self.remove_empty(plan)

    def remove_empty(self, plan: Plan) -> None:
        """The meetings that left, and weeks in which nothing is any more."""
        for gone in plan.removed:
            if gone.what == "meeting" and gone.outcome == "removed":
                self.remove_meeting(gone.id)
        if not plan.does_nothing:
            for week in weeks_emptied(self.course):
                delete_week(week=week)

    # --- Meetings -----------------------------------------------------------------------------

    def apply_meeting(self, step: MeetingStep) -> Meeting:
        if step.id is None:
            meeting = self.make_meeting(step)
            self.rows[step.key] = meeting.pk
            return meeting
        meeting = Meeting.objects.select_related("course", "week").get(pk=step.id)
        fields: dict[str, Any] = {}
        if "status" in step.take:
            fields["status"] = step.take["status"]
        if step.take.get("date"):
            fields["meets_on"] = dt.date.fromisoformat(step.take["date"])
        if "week" in step.take:
            fields["week"] = get_or_make_week(course=self.course, number=step.take["week"])
        if "time" in step.take and (meeting.meets_on or "meets_on" in fields):
            fields |= self.times(step.take["time"], meeting.meets_until)
        if fields:
            update_meeting(meeting=meeting, actor=self.actor, **fields)
        return meeting

    def times(self, said: str, until: dt.time | None) -> dict[str, dt.time | None]:
        """From when, and until when where that still fits; without a time the course's own."""
        if not said:
            return {
                "meets_from": self.course.meets_from,
                "meets_until": self.course.meets_until if self.course.meets_from else None,
            }
        starts = dt.time.fromisoformat(said)
        return {"meets_from": starts, "meets_until": until if until and until > starts else None}

    def make_meeting(self, step: MeetingStep) -> Meeting:
        session, course = step.session, self.course
        monday = monday_of(session.date) if session.date else None
        week = self.weeks.get(monday) if monday else None
        if week is None:
            week = get_or_make_week(course=course, number=session.week)
            if monday:
                self.weeks[monday] = week
        if session.topic and not week.topic:
            update_week(week=week, topic=session.topic[:200])
        starts = dt.time.fromisoformat(session.time) if session.time else course.meets_from
        ends = course.meets_until if starts == course.meets_from else None
        return add_meeting(
            week=week,
            meets_on=session.date,
            meets_from=starts,
            meets_until=ends,
            status=session.status,
        )

    def remove_meeting(self, meeting_id: int) -> None:
        meeting = Meeting.objects.select_related("course").get(pk=meeting_id)
        name, details = place_name(meeting), {"meeting": meeting.pk}
        delete_meeting(meeting=meeting)
        record_event(
            course=self.course,
            actor=self.actor,
            kind="schedule.meeting_removed",
            summary=f"Class on {name} is no longer on the schedule",
            details=details,
        )

    # --- Agendas ------------------------------------------------------------------------------

    def apply_agenda(self, step: MeetingStep, meeting: Meeting) -> None:
        there = list(AgendaItem.objects.filter(meeting=meeting).order_by("position", "id"))
        arrives = {item.id for item in step.items if item.action == "moved"}
        before = [row.pk for row in there if row.pk not in arrives]
        for item in step.items:
            if not item.is_off:
                self.rows[item.key] = self.apply_item(item, meeting)
        rows = {row.pk: row for row in AgendaItem.objects.filter(meeting=meeting)}
        document = [pk for item in step.items if (pk := self.rows.get(item.key)) in rows]
        reorder = bool(step.take.get("order"))
        order = arranged(before, [pk for pk in document if pk], reorder=reorder)
        order_agenda(ordered=[rows[pk] for pk in order])

    def apply_item(self, step: ItemStep, meeting: Meeting) -> int:
        if step.id is None:
            return self.make_item(step, meeting).pk
        if step.action == "moved" or step.take:
            self.change_item(step, step.id, meeting)
        return step.id

    def change_item(self, step: ItemStep, item_id: int, meeting: Meeting) -> None:
        item = AgendaItem.objects.select_related("reading", "course", "meeting").get(pk=item_id)
        if step.action == "moved":
            move_agenda_item(item=item, meeting=meeting, actor=self.actor)
        if "work" in step.take:
            reading = self.readings.by_name[step.name]
            give_work(item=item, reading=reading, portion=step.take.get("portion", ""))
            self.add_links(reading, link_values(links_beside(step.item)))
            return
        own = {name: step.take[name] for name in _OWN if name in step.take}
        if item.reading is None and "links" in step.take:
            own["links"] = applied_links(item.links, step.take["links"])
        if own:
            update_agenda_item(item=item, **own)
        if item.reading is not None:
            self.change_reading(item.reading, step)

    def change_reading(self, reading: Reading, step: ItemStep) -> None:
        said = {name: step.take[name] for name in _OF_READING if name in step.take}
        if said:
            update_reading(reading=reading, **said)
        links = step.take.get("links", {"add": [], "drop": [], "change": []})
        self.add_links(reading, links["add"])
        there = {link.url: link for link in reading.links.select_related("reading")}
        for url in links["drop"]:
            remove_reading_link(link=there[url])
        for link in links["change"]:
            update_reading_link(link=there[link["url"]], role=link["role"], label=link["label"])

    def make_item(self, step: ItemStep, meeting: Meeting) -> AgendaItem:
        item = step.item
        reading = self.readings.by_name.get(step.name) if item.identity else None
        links = link_values(links_beside(item))
        made = add_agenda_item(
            course=self.course,
            meeting=meeting,
            kind=item.kind,
            stage=item.stage or "",
            reading=reading,
            text="" if reading else step.values["text"],
            portion=step.values.get("portion", "") if reading else "",
            links=[] if reading else links,
            presenters=item.presenters,
        )
        if reading:
            self.add_links(reading, links)
        return made

    def add_links(self, reading: Reading, links: list[dict[str, str]]) -> None:
        for link in links:
            add_reading_link(
                reading=reading, url=link["url"], role=link["role"], label=link["label"]
            )

    def take_off(self, step: RemovedStep) -> None:
        if step.outcome == "kept":
            return
        item = AgendaItem.objects.select_related("course", "meeting", "reading").get(pk=step.id)
        if step.outcome == "parked":
            move_agenda_item(item=item, meeting=None, actor=self.actor)
            return
        if item.reading_id is not None:
            self.readings.left.add(item.reading_id)
        delete_agenda_item(item=item)
