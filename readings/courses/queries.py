"""What pages of courses read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from readings.accounts.models import User
from readings.courses.access import Access
from readings.courses.models import (
    Audience,
    Course,
    Event,
    GroupMember,
    Membership,
    Role,
    Visibility,
)


def courses_of(user: User) -> list[Membership]:
    """The memberships of ``user`` with their courses, the newest first; no templates."""
    return list(
        Membership.objects.filter(user=user, course__is_template=False)
        .select_related("course")
        .order_by("-course__starts_on", "course__title")
    )


def templates_of(user: User) -> list[Course]:
    """The templates that ``user`` may start a course from."""
    mine = Membership.objects.filter(user=user, role=Role.INSTRUCTOR)
    templates = Course.objects.filter(is_template=True, memberships__in=mine)
    return list(templates.order_by("title", "pk"))


def public_courses() -> QuerySet[Course]:
    """The courses anyone may look at."""
    return Course.objects.filter(visibility=Visibility.PUBLIC, is_template=False)


def people_of(course: Course) -> list[Membership]:
    """The members with their names, instructors first."""
    members = Membership.objects.filter(course=course).select_related("user")
    return sorted(members, key=lambda one: (_RANK[one.role], one.user.display_name.lower()))


_RANK = {"instructor": 0, "assistant": 1, "student": 2, "auditor": 3}


def teachers_of(course: Course) -> list[str]:
    """The names of those who teach, for the course's header."""
    return [
        member.user.display_name
        for member in Membership.objects.filter(course=course, role="instructor").select_related(
            "user"
        )
    ]


def group_names(course: Course) -> dict[int, str]:
    """User id to the name of their group."""
    found = GroupMember.objects.filter(course=course).values_list("user_id", "group__name")
    return dict(found)


def events_for(access: Access) -> QuerySet[Event]:
    """What happened in the course, as far as ``access`` may know it: lists and badges ask here.

    What is for one person alone is for nobody else, staff included.
    """
    audiences = [Audience.EVERYONE]
    if access.is_member:
        audiences.append(Audience.MEMBERS)
    if access.is_staff:
        audiences.append(Audience.STAFF)
    whose = Q(recipient=None)
    if access.user is not None:
        whose |= Q(recipient=access.user)
    return access.course.events.filter(whose, audience__in=audiences)


def latest_events(access: Access, *, kinds: Sequence[str], limit: int = 6) -> Sequence[Event]:
    """What changed lately of these kinds, as far as ``access`` may know it, the newest first.

    With who did it.
    """
    events = events_for(access).filter(kind__in=kinds).select_related("actor")
    return list(events.order_by("-created_at", "-pk")[:limit])


def told_since(
    access: Access, *, kinds: Sequence[str], since: dt.datetime
) -> list[tuple[str, dict[str, Any]]]:
    """Kind and details of all events of these kinds from an instant on, the oldest first."""
    events = events_for(access).filter(kind__in=kinds, created_at__gte=since)
    return list(events.order_by("created_at", "pk").values_list("kind", "details"))


def sample_people() -> list[User]:
    """The sample persons one can sign in as in the demo: who teaches first, a few students."""
    found = User.objects.filter(is_sample=True).prefetch_related("memberships")
    return sorted(found, key=lambda user: (_sample_rank(user), user.pk))[:6]


def _sample_rank(user: User) -> int:
    return min((_RANK[one.role] for one in user.memberships.all()), default=len(_RANK))
