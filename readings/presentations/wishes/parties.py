"""Who takes part in a sheet by wishes: students, or groups of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from readings.accounts.models import User
from readings.courses.models import Group, GroupMember, Membership, Role
from readings.presentations.models import Sheet
from readings.presentations.presenters import Presenter, code_of


@dataclass(frozen=True, slots=True)
class Party:
    """A person, or a group with its members."""

    presenter: Presenter
    people: tuple[User, ...]
    is_free: bool = False  # auditors: only if they hand in wishes

    @property
    def key(self) -> str:
        """How the optimiser knows them."""
        return code_of(self.presenter)

    @property
    def name(self) -> str:
        """How people know them."""
        return str(self.presenter)


def wishing_people(sheet: Sheet) -> QuerySet[User]:
    """The persons who may wish on a sheet for persons."""
    people = User.objects.filter(Exists(_memberships(sheet).filter(user=OuterRef("pk"))))
    if sheet.is_for_some:
        people = people.filter(pk__in=sheet.only_users.values("pk"))
    return people.order_by("name", "pk")


def wishing_groups(sheet: Sheet) -> QuerySet[Group]:
    """The groups that may wish on a sheet for groups: those with members."""
    groups = Group.objects.filter(course=sheet.course_id).filter(
        Exists(GroupMember.objects.filter(group=OuterRef("pk")))
    )
    if sheet.is_for_some:
        groups = groups.filter(pk__in=sheet.only_groups.values("pk"))
    return groups.order_by("name", "pk")


def may_wish(sheet: Sheet, presenter: Presenter) -> bool:
    """Whether the sheet is for this person or group."""
    if isinstance(presenter, Group):
        return sheet.is_for_groups and wishing_groups(sheet).filter(pk=presenter.pk).exists()
    return not sheet.is_for_groups and wishing_people(sheet).filter(pk=presenter.pk).exists()


def parties_of(sheet: Sheet) -> list[Party]:
    """Everybody who may wish, by name, in two queries."""
    if not sheet.is_for_groups:
        auditors = set(
            Membership.objects.filter(course=sheet.course_id, role=Role.AUDITOR).values_list(
                "user_id", flat=True
            )
        )
        return [
            Party(person, (person,), is_free=person.pk in auditors)
            for person in wishing_people(sheet)
        ]
    members: dict[int, list[User]] = defaultdict(list)
    rows = GroupMember.objects.filter(course=sheet.course_id).select_related("user")
    for member in rows.order_by("pk"):
        members[member.group_id].append(member.user)
    return [Party(group, tuple(members[group.pk])) for group in wishing_groups(sheet)]


def _memberships(sheet: Sheet) -> QuerySet[Membership]:
    roles = [Role.STUDENT, Role.AUDITOR] if sheet.auditors_too else [Role.STUDENT]
    return Membership.objects.filter(course=sheet.course_id, role__in=roles)
