"""The rows of a schedule as a plan, and a plan as rows: the only writer of what was planned."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from readings.accounts.models import User
from readings.courses.models import Course
from readings.courses.services import touch_course
from readings.papers.models import Paper
from readings.schedule import agenda_services, services
from readings.schedule.models import AgendaItem, Meeting, Reading, Week
from readings.schedule.plan import (
    Plan,
    PlannedItem,
    PlannedMeeting,
    PlannedReading,
    PlannedWeek,
    plan_from,
)
from readings.schedule.queries import CourseAgenda

_MEETING = ("meets_on", "meets_from", "meets_until", "status", "room", "is_pinned")
_ITEM = ("kind", "stage", "text", "portion", "is_pinned", "is_spare")
_READING = ("label", "title", "required")


def plan_of(agenda: CourseAgenda) -> Plan:
    """The plan that these rows are, with the weeks in which nothing is."""
    items: dict[int | None, list[AgendaItem]] = {
        one.meeting.pk: one.items for one in agenda.meetings
    }
    return plan_of_rows(
        weeks=[week.week for week in agenda.weeks],
        meetings=[one.meeting for one in agenda.meetings],
        agenda=items | {None: agenda.parked},
        readings=agenda.readings,
    )


def read_plan(course: Course) -> Plan:
    """The published plan of a course, in three queries."""
    readings: dict[int, Reading] = {}
    meetings = list(course.meetings.all().order_by("pk"))
    agenda: dict[int | None, list[AgendaItem]] = {
        key: [] for key in (None, *(one.pk for one in meetings))
    }
    items = course.agenda_items.select_related("reading__paper").defer(
        "reading__paper__abstract", "reading__paper__abstract_html"
    )
    for item in items.order_by("position", "pk"):
        # What was planned between the two queries is read the next time.
        agenda.get(item.meeting_id, []).append(item)
        if item.reading:
            readings[item.reading.pk] = item.reading
    return plan_of_rows(
        weeks=course.weeks.all(), meetings=meetings, agenda=agenda, readings=readings.values()
    )


def plan_of_rows(
    *,
    weeks: Iterable[Week],
    meetings: Iterable[Meeting],
    agenda: dict[int | None, list[AgendaItem]],
    readings: Iterable[Reading],
) -> Plan:
    """A plan from rows, which need not be stored; readings come with their papers."""
    return plan_from(
        weeks=[PlannedWeek(one.pk, one.number, one.topic) for one in weeks],
        meetings=[_meeting(one) for one in meetings],
        agenda={key: [_item(one) for one in items] for key, items in agenda.items()},
        readings=[planned_reading(one.paper, one) for one in readings],
    )


def planned_reading(paper: Paper, reading: Reading | None = None) -> PlannedReading:
    """What a course says of a paper; nothing yet without a reading."""
    values = {name: getattr(reading, name) for name in _READING} if reading else {}
    return PlannedReading(paper.pk, known_as=str(paper), **values)


def store_plan(*, course: Course, before: Plan, after: Plan, actor: User | None) -> dict[int, int]:
    """Make the rows those of ``after``; they are those of ``before``, and the course is locked.

    What was new in ``after``, by its negative id, and the key of its row.  Raises the refusals of
    the services, such as ``StillInUse``, where work hangs on what would go.
    """
    storing = _Storing(course, before, after, actor)
    storing.run()
    rows = {**storing.weeks, **storing.meetings, **storing.items}
    return {planned: row.pk for planned, row in rows.items() if planned < 0}


class _Storing:
    """Writes the difference of two plans through the services, which say what was moved."""

    def __init__(self, course: Course, before: Plan, after: Plan, actor: User | None) -> None:
        self.course, self.before, self.after, self.actor = course, before, after, actor
        self.weeks = {row.pk: row for row in course.weeks.all()}
        self.meetings = {row.pk: row for row in course.meetings.select_related("week")}
        self.items = {
            row.pk: row for row in course.agenda_items.select_related("meeting", "reading__paper")
        }
        for meeting in self.meetings.values():
            meeting.course = course
        for item in self.items.values():
            item.course = course

    def run(self) -> None:
        self.store_weeks()
        self.store_meetings()
        self.remove_items()
        self.store_readings()
        self.store_items()
        self.remove_places()
        touch_course(course_id=self.course.pk)

    def store_weeks(self) -> None:
        changed = [
            week
            for week in self.after.weeks.values()
            if week.id in self.weeks and week != self.before.weeks[week.id]
        ]
        # From the last one, since a week that is put in gives its number to the next.
        for week in sorted(changed, key=lambda one: -one.number):
            services.update_week(week=self.weeks[week.id], topic=week.topic, number=week.number)
        for week in self.after.weeks.values():
            if week.id not in self.weeks:
                self.weeks[week.id] = services.get_or_make_week(
                    course=self.course, number=week.number, topic=week.topic
                )

    def store_meetings(self) -> None:
        for meeting in self.after.in_order:
            values = {name: getattr(meeting, name) for name in _MEETING}
            row = self.meetings.get(meeting.id)
            if row is None:
                week = self.weeks[meeting.week]
                self.meetings[meeting.id] = services.add_meeting(week=week, **values)
                continue
            was = self.before.meetings[meeting.id]
            changed = {name: value for name, value in values.items() if getattr(was, name) != value}
            if meeting.week != was.week:
                changed["week"] = self.weeks[meeting.week]
            if changed:
                services.update_meeting(meeting=row, actor=self.actor, **changed)

    def store_readings(self) -> None:
        papers = {item.paper for item in self.after.items.values() if item.paper}
        there = {row.paper_id: row for row in Reading.objects.filter(course=self.course)}
        new = Paper.objects.in_bulk(papers - there.keys())
        for paper in new.values():
            there[paper.pk] = services.add_reading(course=self.course, paper=paper)
        self.readings = there
        for key, said in self.after.readings.items():
            values = {name: getattr(said, name) for name in _READING}
            row = there.get(key)
            if row and any(getattr(row, name) != value for name, value in values.items()):
                services.update_reading(reading=row, **values)

    def store_items(self) -> None:
        for key in self.after.agenda:
            for item in self.after.items_of(key):
                self.store_item(item, key)
        self.pass_notes_on()
        for key, ids in self.after.agenda.items():
            if ids and ids != self.before.agenda.get(key):
                agenda_services.order_agenda(ordered=[self.items[one] for one in ids])

    def store_item(self, item: PlannedItem, key: int | None) -> None:
        meeting = self.meetings[key] if key is not None else None
        row = self.items.get(item.id)
        if row is None:
            self.items[item.id] = self.add_item(item, meeting)
            return
        was = self.before.items[item.id]
        changed = {
            name: getattr(item, name) for name in _ITEM if getattr(was, name) != getattr(item, name)
        }
        if changed:
            agenda_services.update_agenda_item(item=row, **changed)
        if self.before.meeting_of[item.id] != key:
            agenda_services.move_agenda_item(item=row, meeting=meeting, actor=self.actor)

    def add_item(self, item: PlannedItem, meeting: Meeting | None) -> AgendaItem:
        row = agenda_services.add_agenda_item(
            course=self.course,
            meeting=meeting,
            kind=item.kind,
            reading=self.readings[item.paper] if item.paper else None,
            text=item.text,
            stage=item.stage,
            portion=item.portion,
            links=[dict(link) for link in item.links],
            presenters=item.presenters,
        )
        pins = {name: True for name in ("is_pinned", "is_spare") if getattr(item, name)}
        if pins:
            agenda_services.update_agenda_item(item=row, **pins)
        return row

    def pass_notes_on(self) -> None:
        """Let the note of a reading be due for another of its items; first it is for none."""
        both = self.before.items.keys() & self.after.items.keys()
        changed = [one for one in both if self._carried(one) != self.after.items[one].carries_note]
        for one in sorted(changed, key=lambda item: self.after.items[item].carries_note):
            carries = self.after.items[one].carries_note
            agenda_services.update_agenda_item(item=self.items[one], carries_note=carries)

    def _carried(self, item: int) -> bool:
        return self.before.items[item].carries_note

    def remove_items(self) -> None:
        papers = {item.paper for item in self.after.items.values()}
        for one in _gone(self.before.items, self.after.items):
            keeps_reading = self.before.items[one].paper in papers
            agenda_services.drop_agenda_item(item=self.items[one], keeps_reading=keeps_reading)

    def remove_places(self) -> None:
        for one in _gone(self.before.meetings, self.after.meetings):
            services.delete_meeting(meeting=self.meetings[one])
        for one in _gone(self.before.weeks, self.after.weeks):
            services.delete_week(week=self.weeks[one])


def _gone(before: Collection[int], after: Collection[int]) -> list[int]:
    return [one for one in before if one not in after]


def _meeting(row: Meeting) -> PlannedMeeting:
    values = {name: getattr(row, name) for name in _MEETING}
    return PlannedMeeting(row.pk, row.week_id, position=row.position, **values)


def _item(row: AgendaItem) -> PlannedItem:
    return PlannedItem(
        row.pk,
        paper=row.reading.paper_id if row.reading else None,
        links=tuple(row.links),
        presenters=tuple(row.presenters),
        carries_note=row.carries_note,
        **{name: getattr(row, name) for name in _ITEM},
    )
