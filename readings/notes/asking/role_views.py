"""Who reads from which seat."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from readings.core.arrival import arrived_at
from readings.core.refusals import Refusal
from readings.courses.access import Access, for_instructors
from readings.courses.models import Membership
from readings.notes.asking import queries, role_queries, role_services
from readings.notes.asking.role_queries import RoleReading, Seated


@dataclass(frozen=True)
class Chair:
    """One student on the reading whose roles are changed by hand."""

    member: Membership
    name: str  # of its field
    seat: Seated | None
    spared: str = ""  # why they need none

    @property
    def given(self) -> str:
        """The role that is written down."""
        return self.seat.role if self.seat and self.seat.is_given else ""

    @property
    def next(self) -> str:
        """The role that comes next by the rotation."""
        return self.seat.role if self.seat and not self.seat.is_given else ""


@for_instructors
@require_http_methods(["GET", "POST"])
def roles(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Students and readings; with ``?reading=`` the roles of one reading, to be changed by hand."""
    course = access.course
    today = arrived_at(request).astimezone(course.zone).date()
    board = role_queries.role_board(course, today=today)
    wanted = request.GET.get("reading", "")
    chosen = next((one for one in board.readings if str(one.planned.reading.pk) == wanted), None)
    if request.method == "POST" and chosen is not None:
        sent = {
            member.user_id: request.POST[f"s{member.user_id}"]
            for member in board.students
            if f"s{member.user_id}" in request.POST
        }
        try:
            number = role_services.set_roles(
                course=course, reading_id=chosen.planned.reading.pk, roles=sent, today=today
            )
            changed = f"{number} role{'s' if number != 1 else ''} changed"
            messages.success(request, f"Saved: {changed}." if number else "Nothing was changed.")
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect(f"{reverse('asking:roles', args=[course.slug])}?reading={wanted}")
    context = {
        "board": board,
        "rows": [
            (
                member,
                [
                    (one.seats.get(member.user_id), one.spared.get(member.user_id, ""))
                    for one in board.readings
                ],
            )
            for member in board.students
        ],
        # Without a reading that has roles: whether a template waits to be used.
        "unused": [] if board.readings else queries.templates_with_roles(course),
        "chosen": chosen,
        "chairs": _chairs(board.students, chosen) if chosen else [],
        "tally": _tally(chosen) if chosen else [],
        "to_give": len(board.to_give()),
        "section": "notes",
    }
    return render(request, "asking/roles.html", context)


@for_instructors
@require_POST
def give(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Give out the roles of the coming readings."""
    today = arrived_at(request).astimezone(access.course.zone).date()
    number = role_services.give_roles(course=access.course, today=today)
    seats = f"{number} seat{'s' if number != 1 else ''}"
    messages.success(request, f"{seats} given out." if number else "They were all given out.")
    return redirect("asking:roles", access.course.slug)


def _chairs(students: list[Membership], chosen: RoleReading) -> list[Chair]:
    return [
        Chair(
            member,
            f"s{member.user_id}",
            chosen.seats.get(member.user_id),
            chosen.spared.get(member.user_id, ""),
        )
        for member in students
    ]


def _tally(chosen: RoleReading) -> list[tuple[str, int]]:
    """How many have each role."""
    held = [seat.role for seat in chosen.seats.values()]
    return [(role, held.count(role)) for role in chosen.roles]
