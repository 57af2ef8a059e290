"""What staff put right: who is in which group, two groups made one, empty groups gone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import ProtectedError

from readings.accounts.models import User
from readings.courses.groups.holding import holding_of, holdings_of
from readings.courses.groups.membership import (
    current_limits,
    lock_group,
    lock_groups,
    lock_students,
    size_of,
    void_invitations,
)
from readings.courses.groups.refusals import (
    GroupGone,
    GroupHasMembers,
    GroupHoldsSeats,
    GroupHoldsWork,
    SameGroup,
)
from readings.courses.models import Course, Group, GroupMember
from readings.courses.services import record_event


@dataclass(frozen=True, slots=True)
class Placed:
    """How many students were moved, and what staff should know about it."""

    moved: int
    warnings: list[str] = field(default_factory=list)


def place_students(
    *, course: Course, students: Sequence[User], group: Group | None, actor: User
) -> Placed:
    """Put students into ``group``, out of whichever they are in; None: into no group.

    Those who are there already, or are no students of the course, are passed over.  A group that is
    left empty stays, with what it holds.  Staff may exceed the limits: what comes of it is said.
    Raises ``GroupGone``.
    """
    with transaction.atomic():
        before = _groups_of(course, students)
        target = group.pk if group is not None else None
        locked = lock_groups({*before.values()} | ({target} if target else set()))
        if group is not None and target not in locked:
            raise GroupGone(f"{group.name} is gone: its last member left it, or it was deleted.")
        enrolled = lock_students(course, students)
        before = _groups_of(course, students)
        moved = [
            student
            for student in students
            if student.pk in enrolled and before.get(student.pk) != target
        ]
        _move(moved, course, group)
        if not moved:
            return Placed(0)
        if group is not None:
            void_invitations(course, moved)
        record_event(
            course=course,
            actor=actor,
            kind="courses.students_placed",
            summary=f"{_names(moved)}: now in {group.name if group else 'no group'}",
            details={
                "group": target,
                "before": {str(student.pk): before.get(student.pk) for student in moved},
            },
        )
        sources = {before[student.pk] for student in moved if student.pk in before}
        return Placed(len(moved), _warnings(course, sources, group))


def merge_groups(*, group: Group, into: Group, actor: User) -> Placed:
    """Move the members of ``group`` into another one and delete it.

    Raises ``SameGroup``, ``GroupGone``, and ``GroupHoldsSeats`` or ``GroupHoldsWork`` when
    something would be left without anybody: then it is merged the other way round.
    """
    if group == into:
        raise SameGroup("A group is merged with another one.")
    with transaction.atomic():
        locked = lock_groups([group.pk, into.pk])
        for one in (group, into):
            if one.pk not in locked:
                raise GroupGone(f"{one.name} is gone: its last member left it, or it was deleted.")
        number, name = group.pk, group.name
        moved = GroupMember.objects.filter(group=group).update(group=into)
        _delete(group, f"Merge {into.name} into it instead, or free it first.")
        record_event(
            course=into.course,
            actor=actor,
            kind="courses.groups_merged",
            summary=f"{name} is part of {into.name} now",
            details={"group": number, "into": into.pk, "moved": moved},
        )
        return Placed(moved, _warnings(into.course, (), into))


def delete_group(*, group: Group, actor: User) -> None:
    """Remove an empty group.

    Raises ``GroupHasMembers``, ``GroupHoldsSeats`` and ``GroupHoldsWork``.
    """
    with transaction.atomic():
        lock_group(group)
        if GroupMember.objects.filter(group=group).exists():
            raise GroupHasMembers(f"{group.name} has members: take them out first.")
        number = group.pk
        _delete(group, "Take that away first, if nobody needs it any more.")
        record_event(
            course=group.course,
            actor=actor,
            kind="courses.group_deleted",
            summary=f"{group.name} was deleted",
            details={"group": number},
        )


def _delete(group: Group, way_out: str) -> None:
    """Delete, or say what holds the group."""
    holding = holding_of(group)
    if holding.seats:
        raise GroupHoldsSeats(
            f"{group.name} has signed up to present {holding.seats_words}: "
            f"take it off its seats first."
        )
    if holding.project:
        raise GroupHoldsWork(f"{group.name} has a project page. {way_out}")
    try:
        with transaction.atomic():
            group.delete()
    except ProtectedError:
        raise GroupHoldsWork(
            f"{group.name} has presented: its slides, feedback and marks stay, and so does it."
        ) from None


def _warnings(course: Course, sources: Collection[int], target: Group | None) -> list[str]:
    """What is odd about these groups now."""
    limits = current_limits(course)
    found = []
    if target is not None and limits.is_over(size_of(target)):
        found.append(f"{target.name} has {limits.words(size_of(target))}.")
    holdings = holdings_of(sources)
    for group in Group.objects.filter(pk__in=sources).order_by("pk"):
        left, words = size_of(group), holdings[group.pk].words
        if words:
            students = "1 student" if left == 1 else f"{left or 'no'} students"
            found.append(f"{group.name} {words}, and has {students} now.")
    return found


def _groups_of(course: Course, students: Sequence[User]) -> dict[int, int]:
    rows = GroupMember.objects.filter(course=course, user__in=students)
    return dict(rows.values_list("user_id", "group_id"))


def _move(students: Sequence[User], course: Course, group: Group | None) -> None:
    """Needs the students' locks: nobody of them is just joining another group."""
    rows = GroupMember.objects.filter(course=course, user__in=students)
    if group is None:
        rows.delete()
        return
    there = set(rows.values_list("user_id", flat=True))
    rows.update(group=group)
    GroupMember.objects.bulk_create(
        GroupMember(group=group, course=course, user=student)
        for student in students
        if student.pk not in there
    )


def _names(students: Sequence[User]) -> str:
    if len(students) > 3:
        return f"{len(students)} students"
    return ", ".join(student.display_name for student in students)
