"""Place all who are left: a proposal that staff look at, and what applies exactly that."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Count

from readings.accounts.models import User
from readings.courses.groups.holding import wanted_sizes
from readings.courses.groups.limits import Limits
from readings.courses.groups.membership import (
    create_group,
    current_limits,
    lock_groups,
    lock_students,
    void_invitations,
)
from readings.courses.groups.proposing import Proposal, propose
from readings.courses.groups.refusals import OtherProposal
from readings.courses.models import Course, Group, GroupMember, Role
from readings.courses.services import record_event


@dataclass(frozen=True, slots=True)
class Filling:
    """A proposal, what it was made from, and a digest of both."""

    groups: Mapping[int, Group]  # with ``size``
    students: dict[int, User]
    limits: Limits
    seed: int
    proposal: Proposal
    by_sheets: bool  # the course sets no sizes: ``limits`` are those of its sheets

    @property
    def digest(self) -> str:
        """The same only as long as nobody joins, leaves, comes or goes."""
        state = (
            sorted((key, group.size) for key, group in self.groups.items()),  # type: ignore[attr-defined]
            sorted(self.students),
            self.limits,
            self.seed,
            self.proposal,
        )
        return hashlib.sha256(repr(state).encode()).hexdigest()[:16]


def read_filling(course: Course, seed: int) -> Filling:
    """What is proposed for the course as it is now."""
    groups = Group.objects.filter(course=course).annotate(size=Count("members"))
    in_groups = GroupMember.objects.filter(course=course).values("user")
    students = User.objects.filter(
        memberships__course=course, memberships__role=Role.STUDENT
    ).exclude(pk__in=in_groups)
    by_key = {group.pk: group for group in groups}
    without = {student.pk: student for student in students}
    limits = current_limits(course)
    by_sheets = not limits.span
    if by_sheets:
        limits = wanted_sizes(course)
    return Filling(
        groups=by_key,
        students=without,
        limits=limits,
        seed=seed,
        proposal=propose(
            sizes={key: group.size for key, group in by_key.items()},
            students=list(without),
            limits=limits,
            seed=seed,
        ),
        by_sheets=by_sheets and bool(limits.span),
    )


def apply_filling(*, course: Course, seed: int, digest: str, actor: User) -> int:
    """Do what was proposed and looked at, all of it or nothing; how many students were placed.

    Raises ``OtherProposal`` when somebody joined, left, came or went meanwhile.
    """
    try:
        with transaction.atomic():
            lock_groups(list(Group.objects.filter(course=course).values_list("pk", flat=True)))
            filling = read_filling(course, seed)
            enrolled = lock_students(course, list(filling.students.values()))
            if filling.digest != digest or enrolled != set(filling.students):
                raise OtherProposal(
                    "Somebody joined or left a group meanwhile. This is a new proposal."
                )
            _store(course, filling, actor)
    except IntegrityError:  # a student has just formed a group of their own
        raise OtherProposal("Somebody formed a group meanwhile. This is a new proposal.") from None
    return filling.proposal.placed


def _store(course: Course, filling: Filling, actor: User) -> None:
    proposal = filling.proposal
    placed = [(filling.groups[key], keys) for key, keys in proposal.into.items()]
    placed += [(create_group(course, ""), keys) for keys in proposal.new]
    GroupMember.objects.bulk_create(
        GroupMember(group=group, course=course, user_id=key)
        for group, keys in placed
        for key in keys
    )
    students = [filling.students[key] for _group, keys in placed for key in keys]
    void_invitations(course, students)
    if placed:
        count = "1 student" if proposal.placed == 1 else f"{proposal.placed} students"
        record_event(
            course=course,
            actor=actor,
            kind="courses.students_placed",
            summary=f"{count} without a group placed into groups",
            details={
                "seed": filling.seed,
                "placed": {str(group.pk): list(keys) for group, keys in placed},
            },
        )
