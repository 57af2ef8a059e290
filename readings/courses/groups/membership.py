"""Who is in a group: the steps that forming, joining, inviting and placing share.

Whoever changes who is in a group locks the groups' rows first, by key (a claim of a seat for a
group does so too), and then the memberships of the students concerned: so a group does not vanish
under somebody who is just joining it, its last place is not given twice, and nobody is invited who
is just joining another one.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from readings.accounts.models import User
from readings.courses.groups.limits import Limits, limits_of
from readings.courses.groups.refusals import (
    GroupFull,
    GroupGone,
    InAnotherGroup,
    NameTaken,
    NoName,
    NotAStudent,
)
from readings.courses.models import (
    Course,
    Group,
    GroupInvitation,
    GroupMember,
    Membership,
    Role,
)

NAME_LENGTH = 80


def lock_group(group: Group) -> None:
    """Wait for whoever is changing the group.  Raises ``GroupGone``."""
    if not lock_groups([group.pk]):
        raise GroupGone(f"{group.name} is gone: its last member left it, or it was deleted.")


def lock_groups(groups: Collection[int]) -> dict[int, Group]:
    """These groups as they are now, locked by key; those that are gone are missing."""
    rows = Group.objects.select_for_update(no_key=True).filter(pk__in=groups).order_by("pk")
    return {group.pk: group for group in rows}


def lock_students(course: Course, users: Collection[User]) -> set[int]:
    """The ids of those who are students of the course; they stay so until the transaction ends."""
    rows = Membership.objects.select_for_update(no_key=True).filter(
        course=course, role=Role.STUDENT, user__in=users
    )
    return set(rows.order_by("user").values_list("user_id", flat=True))


def require_student(course: Course, user: User, refusal: str) -> None:
    """Lock the membership of a student.  Raises ``NotAStudent`` with the sentence."""
    if not lock_students(course, [user]):
        raise NotAStudent(refusal)


def group_of(course: Course, user: User) -> Group | None:
    """The group in which ``user`` is."""
    return Group.objects.filter(course=course, members__user=user).first()


def require_no_group(course: Course, user: User) -> None:
    """Raises ``InAnotherGroup``."""
    mine = group_of(course, user)
    if mine is not None:
        raise in_another(mine)


def in_another(group: Group) -> InAnotherGroup:
    """The refusal for somebody who is in ``group``."""
    return InAnotherGroup(f"You are in {group.name} already. Leave it first.")


def size_of(group: Group) -> int:
    """How many members it has."""
    return GroupMember.objects.filter(group=group).count()


def current_limits(course: Course) -> Limits:
    """The limits as they are now, which may have changed since the course was read."""
    return limits_of(Course.objects.only("fewest_in_group", "most_in_group").get(pk=course.pk))


def require_place(group: Group) -> None:
    """Raises ``GroupFull``; needs the group's lock."""
    limits = current_limits(group.course)
    members = size_of(group)
    if limits.is_full(members):
        raise GroupFull(
            f"{group.name} is full: a group of this course has {limits.span} students,"
            f" and it has {members}."
        )


def add_member(group: Group, user: User) -> None:
    """Insert, and let go of their invitations; two presses at once are decided by the constraint.

    Raises ``InAnotherGroup``.
    """
    try:
        with transaction.atomic():
            GroupMember.objects.create(group=group, course=group.course, user=user)
    except IntegrityError:
        raise InAnotherGroup("You have just joined a group. Leave it first.") from None
    void_invitations(group.course, [user])


def void_invitations(course: Course, users: Collection[User]) -> None:
    """Who is in a group is invited to none."""
    GroupInvitation.objects.filter(group__course=course, user__in=users).delete()


def tidy_name(name: str) -> str:
    """The name with single spaces and without what cannot be seen.  Raises ``NoName``."""
    tidy = " ".join(name.split())
    # Letters of other scripts need joiners inside; a name of nothing else cannot be seen.
    if tidy and all(unicodedata.category(one)[0] in "CZ" for one in tidy):
        raise NoName("Nothing of this name can be seen. Choose letters, digits or signs.")
    return tidy


def create_group(course: Course, name: str) -> Group:
    """Make an empty group; without a name "Group N".  Raises ``NameTaken``."""
    if name:
        require_free_name(course, name)
        try:
            with transaction.atomic():
                return Group.objects.create(course=course, name=name)
        except IntegrityError:
            raise name_taken(name) from None
    taken = _names_in(Group.objects.filter(course=course))
    for number in itertools.count(1):
        candidate = f"Group {number}"
        if _alike(candidate) in taken:
            continue
        try:
            with transaction.atomic():
                return Group.objects.create(course=course, name=candidate)
        except IntegrityError:
            continue  # somebody else took the number between the look and the insert
    raise AssertionError("unreachable")


def require_free_name(course: Course, name: str, but: Group | None = None) -> None:
    """Names that differ only in capitals, or in how a letter is put together, are the same.

    Raises ``NameTaken``.
    """
    others = Group.objects.filter(course=course)
    if but is not None:
        others = others.exclude(pk=but.pk)
    if _alike(name) in _names_in(others):
        raise name_taken(name)


def name_taken(name: str) -> NameTaken:
    """The refusal of a name."""
    return NameTaken(f"There is a group called {name} already. Choose another name.")


def _names_in(groups: QuerySet[Group]) -> set[str]:
    return {_alike(name) for name in groups.values_list("name", flat=True)}


def _alike(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()
