"""What the pages about templates and rules read."""

from __future__ import annotations

import datetime as dt
import operator
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

from django.db.models import Count, Exists, OuterRef, Q

from readings.courses.access import Access
from readings.courses.models import Course
from readings.notes.access import note_access
from readings.notes.asking.meaning import ClassDay
from readings.notes.models import (
    Assignment,
    Note,
    NotePolicy,
    NoteTemplate,
    Revision,
    RoleSeat,
    TemplateVersion,
)
from readings.schedule.models import AgendaItem, Meeting, Reading, Status

# --- Templates -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownTemplate:
    """A template in the list."""

    template: NoteTemplate
    version: TemplateVersion
    is_usual: bool
    readings: int  # that ask by it, those without a template of their own among them
    notes: int  # submitted, that answer any of its versions
    is_used: bool  # by readings or notes, drafts among them, so that it stays


def templates_of(access: Access, *, now: dt.datetime) -> list[ShownTemplate]:
    """The templates of the course by name, hidden ones last; eleven queries at most."""
    course = access.course
    versions = last_versions(course)
    usual = NotePolicy.objects.filter(course=course).values_list("template_id", flat=True).first()
    own = Counter(
        Assignment.objects.filter(reading__course=course, template__isnull=False).values_list(
            "template_id", flat=True
        )
    )
    others = Reading.objects.filter(course=course).count() - own.total()
    readable = note_access(access, now=now).notes().filter(version__isnull=False)
    notes = {
        row["version__template"]: row["number"]
        for row in readable.values("version__template").annotate(number=Count("id"))
    }
    used = used_templates(course)
    return sorted(
        (
            ShownTemplate(
                template=version.template,
                version=version,
                is_usual=pk == usual,
                readings=own[pk] + (others if pk == usual else 0),
                notes=notes.get(pk, 0),
                is_used=pk in used,
            )
            for pk, version in versions.items()
        ),
        key=lambda one: (one.template.is_hidden, one.template.name.casefold()),
    )


def used_templates(course: Course) -> set[int]:
    """The ids of those that readings ask by, or that a note answers or answered; one query.

    Drafts count, too: nothing is read of them but that they are there.
    """
    templates = NoteTemplate.objects.filter(course=course)
    in_use = (
        NotePolicy.objects.filter(template=OuterRef("pk")),
        Assignment.objects.filter(template=OuterRef("pk")),
        Note.objects.filter(version__template=OuterRef("pk")),
        Revision.objects.filter(version__template=OuterRef("pk")),
    )
    used = reduce(operator.or_, (Q(Exists(rows)) for rows in in_use))
    return set(templates.filter(used).values_list("pk", flat=True))


def last_versions(course: Course) -> dict[int, TemplateVersion]:
    """Template id to its last version, with the template; one query."""
    found = TemplateVersion.objects.filter(template__course=course)
    rows = found.select_related("template").order_by("number")
    return {version.template_id: version for version in rows}


def last_version(course: Course, template_id: int) -> TemplateVersion | None:
    """The last version of one template of the course, with the template and who made it."""
    found = TemplateVersion.objects.filter(template__course=course, template=template_id)
    return found.select_related("template", "created_by").order_by("-number").first()


def templates_with_roles(course: Course) -> list[NoteTemplate]:
    """Those that are offered and have roles, by name; one query."""
    found = (one.template for one in last_versions(course).values() if one.roles)
    return sorted((one for one in found if not one.is_hidden), key=lambda one: one.name.casefold())


def offered_templates(course: Course, *also: int | None) -> list[NoteTemplate]:
    """Those that can be chosen: the ones that are not hidden, and ``also`` these; one query."""
    return [
        one
        for one in NoteTemplate.objects.filter(course=course)
        if not one.is_hidden or one.pk in also
    ]


# --- Readings in the order of the schedule -------------------------------------------------------


@dataclass(frozen=True)
class PlannedNote:
    """A reading with the class for which its note is due, and what is asked there."""

    reading: Reading
    meeting: Meeting | None
    assignment: Assignment | None

    @property
    def takes_place(self) -> bool:
        """Whether it stands on a class, and that was not cancelled."""
        return self.meeting is not None and self.meeting.status == Status.CLASS

    def is_coming(self, today: dt.date) -> bool:
        """Whether its class takes place today or later, or at a date that is not known yet."""
        day = self.meeting.meets_on if self.meeting else None
        return self.takes_place and (day is None or day >= today)


def planned_notes(course: Course) -> list[PlannedNote]:
    """Every reading, in the order of the schedule, what waits unscheduled last; two queries."""
    items = AgendaItem.objects.filter(course=course, carries_note=True)
    places = {
        item.reading_id: item
        for item in items.select_related("meeting__week").filter(meeting__isnull=False)
    }
    rows = Reading.objects.filter(course=course).select_related("paper", "assignment")
    rows = rows.defer("paper__abstract", "paper__abstract_html")

    def order(reading: Reading) -> tuple[int, ...]:
        item = places.get(reading.pk)
        if item is None or item.meeting is None:
            return 1, reading.pk
        meeting = item.meeting
        place = (meeting.week.number, meeting.position, meeting.pk)
        return 0, *place, item.position, item.pk

    return [
        PlannedNote(
            reading,
            places[reading.pk].meeting if reading.pk in places else None,
            getattr(reading, "assignment", None),
        )
        for reading in sorted(rows, key=order)
    ]


# --- Rules ---------------------------------------------------------------------------------------


def class_days(course: Course) -> list[ClassDay]:
    """The classes that take place on a known date, in order; one query."""
    rows = Meeting.objects.filter(course=course, status=Status.CLASS, meets_on__isnull=False)
    found = rows.order_by("meets_on", "meets_from").values_list("meets_on", "meets_from")
    return [ClassDay(day, begins or course.meets_from) for day, begins in found if day]


def own_deadlines(course: Course) -> int:
    """How many readings have a deadline that does not follow their class; one query."""
    return Assignment.objects.filter(reading__course=course, due_on__isnull=False).count()


# --- Roles ---------------------------------------------------------------------------------------


def roles_by_reading(
    course: Course, templates: Mapping[int, int | None]
) -> dict[int, tuple[str, ...]]:
    """Reading id to the roles of its template, where it has any; two queries.

    ``templates`` is reading id to the id of the template of its own.
    """
    versions = last_versions(course)
    usual = NotePolicy.objects.filter(course=course).values_list("template_id", flat=True).first()
    found = {}
    for reading, own in templates.items():
        version = versions.get(own or usual or 0)
        if version is not None and version.roles:
            found[reading] = tuple(version.roles)
    return found


def my_roles(access: Access) -> dict[int, str]:
    """Reading id to the role that was given to the member there; one query, four if there are any.

    Roles that nobody gave out yet are not among them: they may still come out differently.  Nor are
    those that the template has no more, unless the member has begun to write from that seat.
    """
    if not access.is_member:
        return {}
    mine = RoleSeat.objects.filter(reading__course=access.course, user=access.member)
    seats = {
        reading: (role, own)
        for reading, role, own in mine.values_list(
            "reading_id", "role", "reading__assignment__template_id"
        )
    }
    if not seats:
        return {}
    known = roles_by_reading(access.course, {pk: own for pk, (_role, own) in seats.items()})
    notes = Note.objects.filter(author=access.member, reading__in=seats).exclude(role="")
    written = dict(notes.values_list("reading_id", "role"))
    return {
        pk: role
        for pk, (role, _own) in seats.items()
        if role in known.get(pk, ()) or role == written.get(pk)
    }
