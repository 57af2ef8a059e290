"""The one writer of courses, memberships and events."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.text import slugify

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.core.tokens import new_token
from readings.courses.models import (
    Audience,
    Course,
    Event,
    GroupInvitation,
    GroupMember,
    Membership,
    Role,
    Visibility,
)
from readings.courses.visits import Visit, after_look

SLUG_LENGTH = 60
# Addresses under /c/ are courses; "new" is the page that makes one.
RESERVED_SLUGS = frozenset({"new"})


class LastInstructor(Refusal):
    """A course keeps at least one instructor."""


def create_course(
    *,
    title: str,
    instructor: User | None,
    slug: str = "",
    code: str = "",
    term: str = "",
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    time_zone: str = "UTC",
    meeting_days: list[int] | None = None,
    meets_from: dt.time | None = None,
    meets_until: dt.time | None = None,
    visibility: str = Visibility.MEMBERS,
    is_sample: bool = False,
) -> Course:
    """Make a course; ``instructor`` (none on the command line) teaches it.

    Without a ``slug`` one is made from code and term, or the title, and numbered until it is free.
    """
    wanted = slug or slugify(f"{code} {term}".strip() if code else title)[:SLUG_LENGTH] or "course"
    fields = {
        "title": title,
        "code": code,
        "term": term,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "time_zone": time_zone,
        "meeting_days": meeting_days or [],
        "meets_from": meets_from,
        "meets_until": meets_until,
        "visibility": visibility,
        "is_sample": is_sample,
    }
    for number in itertools.count(1):
        tail = f"-{number}" if number > 1 else ""
        candidate = wanted[: SLUG_LENGTH - len(tail)] + tail
        if candidate in RESERVED_SLUGS or Course.objects.filter(slug=candidate).exists():
            continue
        try:
            with transaction.atomic():
                course = Course.objects.create(slug=candidate, **fields)
                if instructor is not None:
                    Membership.objects.create(course=course, user=instructor, role=Role.INSTRUCTOR)
        except IntegrityError:
            if not Course.objects.filter(slug=candidate).exists():
                raise
            continue  # somebody took the address between the look and the insert
        return course
    raise AssertionError("unreachable")


def update_course(*, course: Course, **fields: Any) -> None:
    """Store new values of the course's own fields."""
    for name, value in fields.items():
        setattr(course, name, value)
    course.save(update_fields=list(fields))
    touch_course(course_id=course.pk)


def touch_course(*, course_id: int) -> None:
    """Say that something a visitor sees has changed, so that cached pages are made again."""
    Course.objects.filter(pk=course_id).update(version=F("version") + 1)


def join_course(*, course: Course, user: User, role: Role = Role.STUDENT) -> Membership:
    """Make ``user`` a member; who is one already keeps their role."""
    membership, _made = Membership.objects.get_or_create(
        course=course, user=user, defaults={"role": role}
    )
    _touch_if_teaching(membership)
    return membership


def change_role(*, membership: Membership, role: Role) -> None:
    """Give a member another role; only students are in groups.  Raises ``LastInstructor``."""
    with transaction.atomic():
        _keep_an_instructor(membership, leaves_role=role != Role.INSTRUCTOR)
        _touch_if_teaching(membership)
        membership.role = role
        membership.save(update_fields=["role"])
        _touch_if_teaching(membership)
        if role != Role.STUDENT:
            _leave_group(membership)


def remove_member(*, membership: Membership) -> None:
    """End a membership; what the person wrote stays.  Raises ``LastInstructor``."""
    with transaction.atomic():
        _keep_an_instructor(membership, leaves_role=True)
        _leave_group(membership)
        _touch_if_teaching(membership)
        membership.delete()


def _touch_if_teaching(membership: Membership) -> None:
    """A public schedule says who teaches."""
    if membership.role == Role.INSTRUCTOR:
        touch_course(course_id=membership.course_id)


def _leave_group(membership: Membership) -> None:
    """Take them out of their group, which stays, with what it holds, even when empty.

    Nor are they invited to one any more.
    """
    # Who is just joining a group finishes first.
    list(Membership.objects.select_for_update(no_key=True).filter(pk=membership.pk))
    GroupMember.objects.filter(course=membership.course_id, user=membership.user_id).delete()
    GroupInvitation.objects.filter(
        group__course=membership.course_id, user=membership.user_id
    ).delete()


def _keep_an_instructor(membership: Membership, *, leaves_role: bool) -> None:
    if membership.role != Role.INSTRUCTOR or not leaves_role:
        return
    # Locking the course makes two instructors who demote each other take turns.
    Course.objects.select_for_update(no_key=True).get(pk=membership.course_id)
    others = Membership.objects.filter(course_id=membership.course_id, role=Role.INSTRUCTOR)
    if not others.exclude(pk=membership.pk).exists():
        raise LastInstructor(
            "A course keeps at least one instructor: make somebody else one first."
        )


def record_visit(*, course: Course, user: User, now: dt.datetime) -> dt.datetime | None:
    """Write down that a member looks at the course; when their visit before this one ended.

    Mostly it only reads (``visits``).  Of two tabs that are opened at once one writes, and both
    are told the same.
    """
    known = Membership.objects.filter(course=course, user=user).values_list(
        "visited_at", "visited_before_at"
    )
    before = Visit(*(known.first() or ()))
    after = after_look(before, now)
    if after != before:
        Membership.objects.filter(course=course, user=user, visited_at=before.seen_at).update(
            visited_at=after.seen_at, visited_before_at=after.before_at
        )
    return after.before_at


def renew_view_token(*, course: Course) -> None:
    """Make the old "by link" address worthless."""
    update_course(course=course, view_token=new_token())


def renew_join_token(*, course: Course) -> None:
    """Make the old join link worthless."""
    update_course(course=course, join_token=new_token())


def record_event(
    *,
    course: Course,
    actor: User | None,
    kind: str,
    summary: str,
    audience: Audience = Audience.MEMBERS,
    recipient: User | None = None,
    details: dict[str, Any] | None = None,
) -> Event:
    """Write down what changed, in the caller's transaction.

    ``kind`` is ``package.what_happened``; ``summary`` the sentence people read, at most 300
    characters; ``recipient`` is whom alone it concerns.
    """
    return Event.objects.create(
        course=course,
        actor=actor,
        kind=kind,
        summary=summary[:300],
        audience=audience,
        recipient=recipient,
        details=details or {},
    )
