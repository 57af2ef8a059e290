"""Event rows about swap requests: each person concerned is told, and nobody else."""

from __future__ import annotations

from collections.abc import Iterable

from readings.accounts.models import User
from readings.courses.models import Audience, Course, Event, GroupMember, Role
from readings.courses.services import record_event
from readings.presentations.presenters import Presenter, people_of
from readings.presentations.swaps.models import SwapRequest
from readings.presentations.swaps.words import giver_of, presenters_of


def tell(
    request: SwapRequest,
    actor: User | None,
    what: str,
    summary: str,
    people: Iterable[int] = (),
) -> None:
    """Write ``presentations.swap_<what>`` for each of ``people``, but the one who did it.

    Where that leaves nobody it is written for whoever did it: every change has its row.
    """
    told = set(people) - {actor.pk if actor else 0}
    if not told and actor is not None:
        told = {actor.pk}
    Event.objects.bulk_create(
        [
            Event(
                course_id=request.course_id,
                actor=actor,
                kind=f"presentations.swap_{what}",
                summary=summary[:300],
                audience=Audience.MEMBERS,
                recipient_id=user,
                details={"swap": request.pk, "slot": request.slot_id},
            )
            for user in sorted(told)
        ],
        batch_size=500,
    )


def tell_staff(request: SwapRequest, actor: User | None, what: str, summary: str) -> None:
    """Write it for staff."""
    record_event(
        course=request.course,
        actor=actor,
        kind=f"presentations.swap_{what}",
        summary=summary,
        audience=Audience.STAFF,
        details={"swap": request.pk, "slot": request.slot_id},
    )


def concerned(request: SwapRequest) -> set[int]:
    """The ids of everybody whom the request concerns: who gives, who was asked, who accepted."""
    return people_in(presenters_of(request))


def people_in(presenters: Iterable[Presenter]) -> set[int]:
    """The ids of all these people and of the groups' members."""
    return {user for presenter in presenters for user in _ids(presenter)}


def who_may_accept(request: SwapRequest, course: Course) -> set[int]:
    """Whom an offer to all is for: all students, or those in groups, but the giver's people."""
    sheet = request.slot.sheet
    roles = [Role.STUDENT, Role.AUDITOR] if sheet.auditors_too else [Role.STUDENT]
    if sheet.is_for_groups:
        found = set(GroupMember.objects.filter(course=course).values_list("user_id", flat=True))
    else:
        found = set(course.memberships.filter(role__in=roles).values_list("user_id", flat=True))
    return found - set(_ids(giver_of(request)))


def _ids(presenter: Presenter) -> list[int]:
    return [user.pk for user in people_of(presenter)]
