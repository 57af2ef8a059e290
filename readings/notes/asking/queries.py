"""What the pages about templates and rules read."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count

from readings.courses.access import Access
from readings.courses.models import Course, Membership, Role
from readings.notes.access import note_access
from readings.notes.asking.meaning import ClassDay
from readings.notes.models import (
    Assignment,
    Note,
    NotePolicy,
    NoteTemplate,
    RoleSeat,
    TemplateVersion,
)
from readings.notes.policy import Policy
from readings.notes.rotation import deal
from readings.notes.standings import duties_of
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


def templates_of(access: Access, *, now: dt.datetime) -> list[ShownTemplate]:
    """The templates of the course by name, hidden ones last; eight queries at most."""
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
    return sorted(
        (
            ShownTemplate(
                template=version.template,
                version=version,
                is_usual=pk == usual,
                readings=own[pk] + (others if pk == usual else 0),
                notes=notes.get(pk, 0),
            )
            for pk, version in versions.items()
        ),
        key=lambda one: (one.template.is_hidden, one.template.name.casefold()),
    )


def last_versions(course: Course) -> dict[int, TemplateVersion]:
    """Template id to its last version, with the template; one query."""
    found = TemplateVersion.objects.filter(template__course=course)
    rows = found.select_related("template").order_by("number")
    return {version.template_id: version for version in rows}


def last_version(course: Course, template_id: int) -> TemplateVersion | None:
    """The last version of one template of the course, with the template and who made it."""
    found = TemplateVersion.objects.filter(template__course=course, template=template_id)
    return found.select_related("template", "created_by").order_by("-number").first()


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


@dataclass(frozen=True)
class MovedDeadlines:
    """How many deadlines a change of rules moves."""

    number: int
    past: int  # of these, how many were over before it, or are over after it
    notes: int  # that are due in the term by the new rules

    @property
    def words(self) -> str:
        """In a sentence; empty where none moves."""
        if not self.number:
            return ""
        said = f"{self.number} deadline{'s move' if self.number != 1 else ' moves'}"
        if self.past:
            said += f", {self.past} of them in the past"
        return f"{said}."


def moved_deadlines(
    course: Course, old: Policy, new: Policy, *, now: dt.datetime
) -> MovedDeadlines:
    """Compare the deadlines of all readings; two queries."""
    before = duties_of(course, old)
    after = duties_of(course, new)
    moved = [
        (before[pk].due_at, duty.due_at)
        for pk, duty in after.items()
        if pk in before and before[pk].due_at != duty.due_at
    ]
    past = sum(any(one is not None and one < now for one in pair) for pair in moved)
    required = [duty for duty in after.values() if duty.is_required and duty.due_at is not None]
    owed = {duty.meeting_id or -duty.reading_id for duty in required}
    return MovedDeadlines(len(moved), past, len(owed) if new.per == "meeting" else len(required))


# --- Roles ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seated:
    """Which role a student has on one reading."""

    role: str  # empty: the note was begun when there were none
    is_given: bool  # else: the one that comes next by the rotation
    is_begun: bool = False  # a note from this seat is begun, so that it stays


@dataclass(frozen=True)
class RoleReading:
    """A reading whose template has roles."""

    planned: PlannedNote
    roles: tuple[str, ...]
    seats: Mapping[int, Seated]  # by student


@dataclass
class RoleBoard:
    """Students and the readings on which they have roles, in the order of the schedule."""

    students: list[Membership]  # by name
    readings: list[RoleReading] = field(default_factory=list)

    def to_give(self) -> list[tuple[int, int, str]]:
        """Reading, student and role of every seat that is not given yet."""
        return [
            (one.planned.reading.pk, user, seat.role)
            for one in self.readings
            for user, seat in one.seats.items()
            if not seat.is_given
        ]


def roles_by_reading(course: Course, planned: Iterable[PlannedNote]) -> dict[int, tuple[str, ...]]:
    """Reading id to the roles of its template, where it has any; two queries."""
    versions = last_versions(course)
    usual = NotePolicy.objects.filter(course=course).values_list("template_id", flat=True).first()
    found = {}
    for one in planned:
        own = one.assignment.template_id if one.assignment else None
        version = versions.get(own or usual or 0)
        if version is not None and version.roles:
            found[one.reading.pk] = tuple(version.roles)
    return found


def role_board(course: Course, *, today: dt.date) -> RoleBoard:
    """Who has which role on which reading, or will have it by the rotation; seven queries.

    The rotation goes on through coming readings in the order of the schedule, and on each through
    students in the order in which they came into the course, so that all are filled evenly.  What
    was not given out for a class that is over stays open.
    """
    planned = planned_notes(course)
    roles = roles_by_reading(course, planned)
    members = Membership.objects.filter(course=course, role=Role.STUDENT)
    joined = list(members.select_related("user").order_by("pk"))
    by_name = sorted(joined, key=lambda one: (one.user.display_name.casefold(), one.pk))
    board = RoleBoard(students=by_name)
    if not roles:
        return board
    people = [one.user_id for one in joined]
    begun = _begun(course, roles)
    stored: dict[int, dict[int, str]] = {}
    for reading, user, role in RoleSeat.objects.filter(reading__in=roles).values_list(
        "reading_id", "user_id", "role"
    ):
        stored.setdefault(reading, {})[user] = role
    held: dict[int, list[str]] = {}
    for one in planned:
        pk = one.reading.pk
        if pk not in roles:
            continue
        of_seats = stored.get(pk, {}).items()
        given = {user: role for user, role in of_seats if role in roles[pk]} | begun.get(pk, {})
        left = [user for user in people if user not in given]
        counts = Counter(given.values())
        dealt = deal(roles[pk], left, held, counts) if one.is_coming(today) else {}
        seats = {
            user: Seated(role, is_given=user in given, is_begun=user in begun.get(pk, {}))
            for user, role in (given | dealt).items()
        }
        board.readings.append(RoleReading(one, roles[pk], seats))
        for user, seat in seats.items():
            held.setdefault(user, []).append(seat.role)
    return board


def _begun(course: Course, readings: Collection[int]) -> dict[int, dict[int, str]]:
    """Reading to author to the role of a note that is begun: it stays on its seat, or on none.

    Nothing else is read of the notes, and what stands in them is nobody's business here.
    """
    found: dict[int, dict[int, str]] = {}
    rows = Note.objects.filter(reading__course=course, reading__in=readings)
    rows = rows.exclude(draft={}, answers={}, submitted_at=None)
    for reading, author, role in rows.values_list("reading_id", "author_id", "role"):
        found.setdefault(reading, {})[author] = role
    return found


def my_roles(access: Access) -> dict[int, str]:
    """Reading id to the role that was given to the member there; one query.

    Roles that nobody gave out yet are not among them: they may still come out differently.
    """
    if not access.is_member:
        return {}
    seats = RoleSeat.objects.filter(reading__course=access.course, user=access.member)
    return dict(seats.values_list("reading_id", "role"))
