"""The one writer of groups and their members.

Whoever changes who is in a group locks the group's row first (a claim of a seat for the group does
so too), so that a group cannot vanish under somebody who is just joining it or signing it up.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.core.tokens import new_token
from readings.courses.models import Course, Group, GroupMember, Membership, Role
from readings.courses.services import record_event

NAME_LENGTH = 80


class NotAStudent(Refusal):
    """Only students are in groups."""


class NameTaken(Refusal):
    """Another group of the course has this name."""


class InAnotherGroup(Refusal):
    """A student is in one group of a course at most."""


class NotInThisGroup(Refusal):
    """There is nothing to leave."""


class GroupGone(Refusal):
    """Somebody deleted the group, or its last member left it, a moment ago."""


class GroupHoldsSeats(Refusal):
    """A group that holds seats is not left by its last member, nor deleted."""


class GroupHasMembers(Refusal):
    """Only an empty group can be deleted."""


def form_group(*, course: Course, name: str, actor: User) -> Group:
    """Make a group; a student who does is its first member, staff make an empty one.

    Without a ``name`` it becomes "Group N" with the first free number.  Raises ``NameTaken``,
    ``InAnotherGroup`` and, for an auditor, ``NotAStudent``.
    """
    role = Membership.objects.get(course=course, user=actor).role
    if role == Role.AUDITOR:
        raise NotAStudent("Groups are formed by students: auditors do not present.")
    with transaction.atomic():
        if role == Role.STUDENT:
            _refuse_second_group(course, actor)
        group = _create_group(course, name.strip())
        if role == Role.STUDENT:
            _add_member(group, actor)
        record_event(
            course=course,
            actor=actor,
            kind="courses.group_formed",
            summary=f"{actor.display_name} formed {group.name}",
            details={"group": group.pk},
        )
    return group


def join_group(*, group: Group, actor: User) -> bool:
    """Put ``actor`` into the group; False when they were in it already.

    Raises ``NotAStudent`` and ``InAnotherGroup``.
    """
    if not _is_student(group.course, actor):
        raise NotAStudent("Only students join a group; staff place them on the groups page.")
    with transaction.atomic():
        _lock(group)
        mine = _group_of(group.course, actor)
        if mine == group:
            return False
        if mine is not None:
            raise _in_another(mine)
        _add_member(group, actor)
        record_event(
            course=group.course,
            actor=actor,
            kind="courses.group_joined",
            summary=f"{actor.display_name} joined {group.name}",
            details={"group": group.pk},
        )
    return True


def leave_group(*, group: Group, actor: User) -> None:
    """Take ``actor`` out of the group; its last member takes the group along.

    Raises ``NotInThisGroup``, and ``GroupHoldsSeats`` when the last one would leave seats behind.
    """
    with transaction.atomic():
        _lock(group)
        gone, _rows = GroupMember.objects.filter(group=group, user=actor).delete()
        if not gone:
            raise NotInThisGroup(f"You are not in {group.name}.")
        name, number = group.name, group.pk
        ended = not GroupMember.objects.filter(group=group).exists()
        if ended:
            try:
                group.delete()
            except ProtectedError:
                raise GroupHoldsSeats(
                    f"You are the last one in {name}, which has signed up to present. "
                    "Give up its seats first, then leave."
                ) from None
        record_event(
            course=group.course,
            actor=actor,
            kind="courses.group_left",
            summary=f"{actor.display_name} left {name}" + (", which is gone" if ended else ""),
            details={"group": number, "ended": ended},
        )


def rename_group(*, group: Group, name: str, actor: User) -> None:
    """Give the group another name.  Raises ``NameTaken``."""
    name, before = name.strip(), group.name
    if name == before:
        return
    _refuse_taken_name(group.course, name, but=group)
    try:
        with transaction.atomic():
            Group.objects.filter(pk=group.pk).update(name=name)
            record_event(
                course=group.course,
                actor=actor,
                kind="courses.group_renamed",
                summary=f"{before} is called {name} now",
                details={"group": group.pk, "before": before},
            )
    except IntegrityError:
        raise _name_taken(name) from None
    group.name = name


def renew_join_link(*, group: Group, actor: User) -> None:
    """Make the group's old join link worthless."""
    group.join_token = new_token()
    with transaction.atomic():
        group.save(update_fields=["join_token"])
        record_event(
            course=group.course,
            actor=actor,
            kind="courses.group_link_renewed",
            summary=f"{group.name} has a new join link",
            details={"group": group.pk},
        )


def place_students(
    *, course: Course, students: Sequence[User], group: Group | None, actor: User
) -> int:
    """Put students into ``group``, out of whichever they are in; None: into no group.

    Says how many it moved.  Those who are there already, or are no students of the course, are
    passed over.  A group that is left empty stays, with the seats it holds.
    """
    with transaction.atomic():
        if group is not None:
            _lock(group)
        enrolled = Membership.objects.filter(course=course, role=Role.STUDENT, user__in=students)
        wanted = set(enrolled.values_list("user_id", flat=True))
        before = dict(
            GroupMember.objects.filter(course=course, user__in=wanted).values_list(
                "user_id", "group_id"
            )
        )
        target = group.pk if group is not None else None
        moved = [
            student
            for student in students
            if student.pk in wanted and before.get(student.pk) != target
        ]
        for student in moved:
            _place(student, course, group)
        if moved:
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
    return len(moved)


def delete_group(*, group: Group, actor: User) -> None:
    """Remove an empty group.  Raises ``GroupHasMembers`` and ``GroupHoldsSeats``."""
    with transaction.atomic():
        _lock(group)
        if GroupMember.objects.filter(group=group).exists():
            raise GroupHasMembers(f"{group.name} has members: take them out first.")
        number = group.pk
        try:
            group.delete()
        except ProtectedError:
            raise GroupHoldsSeats(
                f"{group.name} has signed up to present: take it off its seats first."
            ) from None
        record_event(
            course=group.course,
            actor=actor,
            kind="courses.group_deleted",
            summary=f"{group.name} was deleted",
            details={"group": number},
        )


def _lock(group: Group) -> None:
    """Wait for whoever is changing the group.  Raises ``GroupGone``."""
    if Group.objects.select_for_update().filter(pk=group.pk).first() is None:
        raise GroupGone(f"{group.name} is gone: its last member left it, or it was deleted.")


def _is_student(course: Course, user: User) -> bool:
    return Membership.objects.filter(course=course, user=user, role=Role.STUDENT).exists()


def _group_of(course: Course, user: User) -> Group | None:
    return Group.objects.filter(course=course, members__user=user).first()


def _refuse_second_group(course: Course, user: User) -> None:
    mine = _group_of(course, user)
    if mine is not None:
        raise _in_another(mine)


def _in_another(group: Group) -> InAnotherGroup:
    return InAnotherGroup(f"You are in {group.name} already. Leave it first.")


def _add_member(group: Group, user: User) -> None:
    """Insert; two presses, or two groups at once, are decided by the constraint."""
    try:
        with transaction.atomic():
            GroupMember.objects.create(group=group, course=group.course, user=user)
    except IntegrityError:
        raise InAnotherGroup("You have just joined a group. Leave it first.") from None


def _create_group(course: Course, name: str) -> Group:
    if name:
        _refuse_taken_name(course, name)
        try:
            with transaction.atomic():
                return Group.objects.create(course=course, name=name)
        except IntegrityError:
            raise _name_taken(name) from None
    taken = set(Group.objects.filter(course=course).values_list("name", flat=True))
    for number in itertools.count(1):
        candidate = f"Group {number}"
        if candidate in taken:
            continue
        try:
            with transaction.atomic():
                return Group.objects.create(course=course, name=candidate)
        except IntegrityError:
            continue  # somebody else took the number between the look and the insert
    raise AssertionError("unreachable")


def _refuse_taken_name(course: Course, name: str, but: Group | None = None) -> None:
    """Names that differ only in capitals are the same to people."""
    others = Group.objects.filter(course=course, name__iexact=name)
    if but is not None:
        others = others.exclude(pk=but.pk)
    if others.exists():
        raise _name_taken(name)


def _name_taken(name: str) -> NameTaken:
    return NameTaken(f"There is a group called {name} already. Choose another name.")


def _place(student: User, course: Course, group: Group | None) -> None:
    if group is None:
        GroupMember.objects.filter(course=course, user=student).delete()
    else:
        # The student may be joining a group of their own this very moment: staff win.
        GroupMember.objects.update_or_create(course=course, user=student, defaults={"group": group})


def _names(students: Sequence[User]) -> str:
    if len(students) > 3:
        return f"{len(students)} students"
    return ", ".join(student.display_name for student in students)
