"""The one writer of the roles that are given out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from readings.core.refusals import Refusal
from readings.courses.models import Course
from readings.notes.asking.role_queries import role_board
from readings.notes.asking.turns import lock_course
from readings.notes.models import RoleSeat


class SeatTaken(Refusal):
    """A note was begun from a seat, which it keeps."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__(f"{name} has begun to write as {role or 'somebody without a role'}.")


def give_roles(*, course: Course, today: dt.date) -> int:
    """Write down the roles of the coming readings, as the rotation has them; how many were new."""
    with transaction.atomic():
        lock_course(course)
        seats = [
            RoleSeat(reading_id=reading, user_id=user, role=role)
            for reading, user, role in role_board(course, today=today).to_give()
        ]
        RoleSeat.objects.bulk_create(
            seats,
            update_conflicts=True,
            unique_fields=["reading", "user"],
            update_fields=["role"],
        )
    return len(seats)


def set_roles(*, course: Course, reading_id: int, roles: Mapping[int, str], today: dt.date) -> int:
    """Give students (by id) other roles on one reading; how many are different now.

    An empty role takes the seat back, for the rotation to decide.  Raises ``SeatTaken`` for whoever
    has begun to write, and then changes nothing; roles and students that are not there are left
    out.
    """
    with transaction.atomic():
        lock_course(course)
        board = role_board(course, today=today)
        found = next((one for one in board.readings if one.planned.reading.pk == reading_id), None)
        if found is None:
            return 0
        names = {one.user_id: one.user.display_name for one in board.students}
        changed = 0
        for user, role in roles.items():
            seat = found.seats.get(user)
            before = seat.role if seat is not None and seat.is_given else ""
            if user not in names or role == before or role not in ("", *found.roles):
                continue
            if seat is not None and seat.is_begun:
                raise SeatTaken(names[user], seat.role)
            mine = RoleSeat.objects.filter(reading_id=reading_id, user_id=user)
            if role:
                mine.update_or_create(reading_id=reading_id, user_id=user, defaults={"role": role})
            else:
                mine.delete()
            changed += 1
    return changed
