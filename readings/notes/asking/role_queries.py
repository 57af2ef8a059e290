"""Who has which role on which reading: what the page of roles reads."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from readings.core.clock import instant_of
from readings.courses.models import Course, Membership, Role
from readings.notes.asking.queries import PlannedNote, planned_notes, roles_by_reading
from readings.notes.models import Note, RoleSeat
from readings.notes.policy import EXCUSED, PRESENTS
from readings.notes.rotation import deal, held_around
from readings.notes.standings import class_standings


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
    spared: Mapping[int, str]  # student to why they owe no note there, and so need no seat


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
    """Who has which role on which reading, or will have it by the rotation; twelve queries at most.

    The rotation goes on through coming readings in the order of the schedule, and on each through
    students in the order in which they came into the course, so that all are filled evenly.  Every
    seat that somebody holds counts, also on a reading that is later than the one that is dealt.
    Who owes no note for they present or are excused is dealt no seat.  What was not given out for a
    class that is over stays open.
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
    begun = _begun(course)
    given = _given(course, roles, begun)
    spared = _spared(course, people, roles, today)
    seats = [given.get(one.reading.pk, {}) for one in planned]
    for place, one in enumerate(planned):
        pk = one.reading.pk
        if pk not in roles:
            continue
        dealt: dict[int, str] = {}
        if one.is_coming(today):
            left = [user for user in people if user not in seats[place] and user not in spared[pk]]
            counts = Counter(seats[place].values())
            dealt = deal(roles[pk], left, held_around(place, seats), counts)
        seated = {
            user: Seated(role, is_given=user not in dealt, is_begun=user in begun.get(pk, {}))
            for user, role in (seats[place] | dealt).items()
        }
        seats[place] = seats[place] | dealt
        board.readings.append(RoleReading(one, roles[pk], seated, spared[pk]))
    return board


def _given(
    course: Course, roles: Mapping[int, tuple[str, ...]], begun: Mapping[int, Mapping[int, str]]
) -> dict[int, dict[int, str]]:
    """Reading to student to the role that they have there for sure.

    A seat that the template has no more is nobody's, but of whoever writes from it.
    """
    found: dict[int, dict[int, str]] = {}
    rows = RoleSeat.objects.filter(reading__course=course)
    for reading, user, role in rows.values_list("reading_id", "user_id", "role"):
        if role in roles.get(reading, ()):
            found.setdefault(reading, {})[user] = role
    for reading, writers in begun.items():
        found.setdefault(reading, {}).update(writers)
    return found


def _spared(
    course: Course, people: Iterable[int], roles: Collection[int], today: dt.date
) -> dict[int, dict[int, str]]:
    """Reading to student to why they owe no note there and need no seat: "Presents", "Excused".

    Who skips may take that back until the deadline, and keeps the seat.
    """
    known = class_standings(course, now=instant_of(today, dt.time.min, course.zone))
    return {
        pk: {
            user: word
            for user in people
            if (word := known.exempt(user, known.duties[pk])) in (EXCUSED, PRESENTS)
        }
        for pk in roles
    }


def _begun(course: Course) -> dict[int, dict[int, str]]:
    """Reading to author to the role of a note that is begun: it stays on its seat, or on none.

    Nothing else is read of the notes, and what stands in them is nobody's business here.
    """
    found: dict[int, dict[int, str]] = {}
    rows = Note.objects.filter(reading__course=course)
    rows = rows.exclude(draft={}, answers={}, submitted_at=None, has_draft=False)
    for reading, author, role in rows.values_list("reading_id", "author_id", "role"):
        found.setdefault(reading, {})[author] = role
    return found
