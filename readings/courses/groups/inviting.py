"""The one writer of invitations: a group asks a student who is in none, who says yes or no."""

from __future__ import annotations

from django.db import transaction

from readings.accounts.models import User
from readings.courses.groups.membership import (
    add_member,
    group_of,
    in_another,
    lock_group,
    require_place,
    require_student,
)
from readings.courses.groups.refusals import InAnotherGroup, InvitationGone, NotInThisGroup
from readings.courses.models import Group, GroupInvitation, GroupMember
from readings.courses.services import record_event


def invite_student(*, group: Group, student: User, actor: User) -> bool:
    """Ask a student to join; False when they were asked already.

    Raises ``NotInThisGroup`` for an actor who left, ``NotAStudent`` and ``InAnotherGroup`` about
    the student, ``GroupFull`` and ``GroupGone``.
    """
    with transaction.atomic():
        lock_group(group)
        if not GroupMember.objects.filter(group=group, user=actor).exists():
            raise NotInThisGroup(f"You are not in {group.name}: its members invite.")
        name = student.display_name
        require_student(group.course, student, f"{name} is not a student of this course any more.")
        theirs = group_of(group.course, student)
        if theirs is not None:
            raise InAnotherGroup(f"{name} is in {theirs.name} by now.")
        require_place(group)
        _invitation, made = GroupInvitation.objects.get_or_create(
            group=group, user=student, defaults={"invited_by": actor}
        )
        if made:
            _tell(
                group,
                actor,
                "group_invitation",
                f"{actor.display_name} invites you to join {group.name}",
                student,
            )
    return made


def accept_invitation(*, invitation: GroupInvitation, actor: User) -> Group:
    """Join the group that asked; other invitations of the student are void then.

    Raises ``InvitationGone``, ``NotAStudent``, ``InAnotherGroup``, ``GroupFull``, ``GroupGone``.
    """
    group = invitation.group
    with transaction.atomic():
        lock_group(group)
        require_student(group.course, actor, "Only students join a group.")
        mine = group_of(group.course, actor)
        if mine is not None:
            raise in_another(mine)
        if not GroupInvitation.objects.filter(pk=invitation.pk, user=actor).exists():
            raise InvitationGone(f"{group.name} has withdrawn its invitation.")
        require_place(group)
        add_member(group, actor)
        record_event(
            course=group.course,
            actor=actor,
            kind="courses.group_joined",
            summary=f"{actor.display_name} joined {group.name}",
            details={"group": group.pk, "invited_by": invitation.invited_by_id},
        )
    return group


def decline_invitation(*, invitation: GroupInvitation, actor: User) -> None:
    """Say no; who invited is told, and nobody else.  Twice does nothing."""
    group = invitation.group
    with transaction.atomic():
        gone, _rows = GroupInvitation.objects.filter(pk=invitation.pk, user=actor).delete()
        if gone:
            _tell(
                group,
                actor,
                "group_invitation_declined",
                f"{actor.display_name} will not join {group.name}",
                invitation.invited_by,
            )


def withdraw_invitation(*, invitation: GroupInvitation, actor: User) -> bool:
    """Take an invitation back; False when it was answered already."""
    group = invitation.group
    with transaction.atomic():
        gone, _rows = GroupInvitation.objects.filter(pk=invitation.pk).delete()
        if gone:
            _tell(
                group,
                actor,
                "group_invitation_withdrawn",
                f"{group.name} has withdrawn its invitation",
                invitation.user,
            )
    return bool(gone)


def _tell(group: Group, actor: User, what: str, summary: str, recipient: User) -> None:
    record_event(
        course=group.course,
        actor=actor,
        kind=f"courses.{what}",
        summary=summary,
        recipient=recipient,
        details={"group": group.pk},
    )
