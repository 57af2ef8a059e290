"""Who has which role on which reading: what the page of roles reads."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from readings.courses.models import Course, Membership, Role
from readings.notes.asking.queries import PlannedNote, planned_notes, roles_by_reading
from readings.notes.models import Note, RoleSeat
from readings.notes.rotation import deal


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


def role_board(course: Course, *, today: dt.date) -> RoleBoard:
    """Who has which role on which reading, or will have it by the rotation; seven queries.

    The rotation goes on through coming readings in the order of the schedule, and on each through
    students in the order in which they came into the course, so that all are filled evenly.  What
    was not given out for a class that is over stays open.
    """
    planned = planned_notes(course)
    own = {one.reading.pk: one.assignment for one in planned}
    roles = roles_by_reading(
        course, {pk: one.template_id if one else None for pk, one in own.items()}
    )
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
    rows = rows.exclude(draft={}, answers={}, submitted_at=None, has_draft=False)
    for reading, author, role in rows.values_list("reading_id", "author_id", "role"):
        found.setdefault(reading, {})[author] = role
    return found
