"""The one writer of groups, as students make them: form, join, leave, rename; and their limits.

``inviting`` writes invitations, ``placing`` what staff put right; all lock as ``membership`` says.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from readings.accounts.models import User
from readings.core.tokens import new_token
from readings.courses.groups.holding import Holding, holding_of
from readings.courses.groups.limits import Limits
from readings.courses.groups.membership import (
    add_member,
    create_group,
    current_limits,
    group_of,
    in_another,
    lock_group,
    name_taken,
    require_free_name,
    require_no_group,
    require_place,
    require_student,
    size_of,
    tidy_name,
)
from readings.courses.groups.refusals import (
    GroupHasMembers,
    GroupHoldsSeats,
    GroupHoldsWork,
    NotAStudent,
    NotInThisGroup,
)
from readings.courses.models import Audience, Course, Group, GroupMember, Membership, Role
from readings.courses.services import record_event


def form_group(*, course: Course, name: str, actor: User) -> Group:
    """Make a group; a student who does is its first member, staff make an empty one.

    Without a ``name`` it becomes "Group N" with the first free number.  Raises ``NameTaken``,
    ``NoName``, ``InAnotherGroup`` and, for an auditor, ``NotAStudent``.
    """
    name = tidy_name(name)
    role = Membership.objects.get(course=course, user=actor).role
    if role == Role.AUDITOR:
        raise NotAStudent("Groups are formed by students: auditors do not present.")
    with transaction.atomic():
        if role == Role.STUDENT:
            require_student(course, actor, "You are not a student of this course any more.")
            require_no_group(course, actor)
        group = create_group(course, name)
        if role == Role.STUDENT:
            add_member(group, actor)
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

    Raises ``NotAStudent``, ``InAnotherGroup`` and ``GroupFull``.
    """
    with transaction.atomic():
        lock_group(group)
        require_student(
            group.course, actor, "Only students join a group; staff place them on the groups page."
        )
        mine = group_of(group.course, actor)
        if mine == group:
            return False
        if mine is not None:
            raise in_another(mine)
        require_place(group)
        add_member(group, actor)
        record_event(
            course=group.course,
            actor=actor,
            kind="courses.group_joined",
            summary=f"{actor.display_name} joined {group.name}",
            details={"group": group.pk},
        )
    return True


def join_empty_group(*, group: Group, actor: User) -> None:
    """Put ``actor`` into a group in which nobody is, and which holds nothing: no link is needed.

    Raises ``GroupHasMembers``, ``GroupHoldsSeats``, ``GroupHoldsWork``, and as ``join_group``.
    """
    with transaction.atomic():
        lock_group(group)
        # Whoever is in it already, by a second press, is told so by ``join_group``.
        if GroupMember.objects.filter(group=group).exclude(user=actor).exists():
            raise GroupHasMembers(f"Somebody is in {group.name} by now: let them invite you.")
        holding = holding_of(group)
        if holding.seats:
            raise GroupHoldsSeats(f"{group.name} {holding.words}: ask staff to put you into it.")
        if holding.project:
            raise GroupHoldsWork(f"{group.name} {holding.words}: ask staff to put you into it.")
        join_group(group=group, actor=actor)


def leave_group(*, group: Group, actor: User) -> None:
    """Take ``actor`` out of the group; its last member takes the group along.

    A group with a project, or with slides or marks, stays without anybody in it: what was written
    is not lost, and staff can put others into it.  Raises ``NotInThisGroup``, and
    ``GroupHoldsSeats`` when the last one would leave seats behind.
    """
    with transaction.atomic():
        lock_group(group)
        gone, _rows = GroupMember.objects.filter(group=group, user=actor).delete()
        if not gone:
            raise NotInThisGroup(f"You are not in {group.name}.")
        name, number = group.name, group.pk
        left, holding = size_of(group), holding_of(group)
        if not left and holding.seats:
            raise GroupHoldsSeats(
                f"You are the last one in {name}, which has signed up to present. "
                "Give up its seats first, then leave."
            )
        ended = not left and _delete_if_unused(group)
        record_event(
            course=group.course,
            actor=actor,
            kind="courses.group_left",
            summary=f"{actor.display_name} left {name}" + (", which is gone" if ended else ""),
            details={"group": number, "ended": ended},
        )
        if left:
            _record_if_too_small(group, actor, left, holding)


def _delete_if_unused(group: Group) -> bool:
    try:
        with transaction.atomic():
            group.delete()
    except ProtectedError:
        return False
    return True


def _record_if_too_small(group: Group, actor: User, left: int, holding: Holding) -> None:
    """A group that shrinks keeps its seats; staff are told."""
    limits = current_limits(group.course)
    if holding.seats and limits.missing(left):
        record_event(
            course=group.course,
            actor=actor,
            kind="courses.group_too_small",
            summary=f"{group.name} has {limits.words(left)}; it presents {holding.seats_words}",
            audience=Audience.STAFF,
            details={"group": group.pk, "members": left},
        )


def rename_group(*, group: Group, name: str, actor: User) -> None:
    """Give the group another name.  Raises ``NameTaken`` and ``NoName``."""
    name, before = tidy_name(name), group.name
    if name == before:
        return
    require_free_name(group.course, name, but=group)
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
        raise name_taken(name) from None
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


def set_limits(*, course: Course, limits: Limits, actor: User) -> bool:
    """Say how many students a group is to have; False when nothing changes.

    Groups that are there keep their members: those of another size are shown to staff.
    """
    with transaction.atomic():
        row = Course.objects.select_for_update(no_key=True).get(pk=course.pk)
        before = Limits(row.fewest_in_group, row.most_in_group)
        if limits == before:
            return False
        Course.objects.filter(pk=course.pk).update(
            fewest_in_group=limits.fewest, most_in_group=limits.most
        )
        record_event(
            course=course,
            actor=actor,
            kind="courses.group_limits_changed",
            summary=f"Groups are to have {limits.span} students"
            if limits.span
            else "Groups may be of any size",
            details={"before": [before.fewest, before.most]},
        )
    return True
