"""What the pages of groups read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.db.models import Prefetch, QuerySet

from readings.accounts.models import User
from readings.courses.access import Access
from readings.courses.models import Group, GroupMember, Membership, Role

_NUMBER: Final = re.compile(r"(\d+)")


@dataclass(frozen=True)
class GroupCard:
    """One group as the page shows it."""

    group: Group
    members: list[User]
    is_mine: bool


@dataclass(frozen=True)
class GroupsPage:
    """All groups of a course, one's own first, and the students who are in none."""

    groups: list[GroupCard]
    without: list[User]

    @property
    def mine(self) -> GroupCard | None:
        """The group of the person who looks."""
        return next((card for card in self.groups if card.is_mine), None)


def groups_page(access: Access) -> GroupsPage:
    """The groups and their members in three queries, however many there are."""
    groups = _with_members(Group.objects.filter(course=access.course))
    cards = [_card(group, access.user) for group in groups]
    placed = {member.pk for card in cards for member in card.members}
    students = [
        membership.user
        for membership in Membership.objects.filter(
            course=access.course, role=Role.STUDENT
        ).select_related("user")
        if membership.user_id not in placed
    ]
    return GroupsPage(
        groups=sorted(cards, key=lambda card: (not card.is_mine, natural(card.group.name))),
        without=sorted(students, key=lambda student: student.display_name.lower()),
    )


def group_card(access: Access, group: Group) -> GroupCard:
    """One group with its members."""
    return _card(_with_members(Group.objects.filter(pk=group.pk)).get(), access.user)


def natural(name: str) -> list[str | int]:
    """A key that sorts "Group 2" before "Group 10": text and numbers by turns."""
    return [int(part) if at % 2 else part for at, part in enumerate(_NUMBER.split(name.lower()))]


def _with_members(groups: QuerySet[Group]) -> QuerySet[Group]:
    members = GroupMember.objects.select_related("user").order_by("pk")
    return groups.prefetch_related(Prefetch("members", queryset=members))


def _card(group: Group, viewer: User | None) -> GroupCard:
    members = [member.user for member in group.members.all()]
    return GroupCard(group=group, members=members, is_mine=viewer in members)
