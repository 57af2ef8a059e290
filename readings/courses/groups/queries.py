"""What the pages of groups read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.db.models import Prefetch, QuerySet

from readings.accounts.models import User
from readings.courses.access import Access
from readings.courses.groups.holding import Holding, holdings_of, wanted_sizes
from readings.courses.groups.limits import Limits, limits_of
from readings.courses.models import Group, GroupInvitation, GroupMember, Membership, Role

_NUMBER: Final = re.compile(r"(\d+)")


@dataclass(frozen=True)
class GroupCard:
    """One group as the page shows it."""

    group: Group
    members: list[User]
    is_mine: bool
    limits: Limits
    holding: Holding
    wanted: Limits  # ``limits``; of one's own group, where the course sets none, the sheets'

    @property
    def is_open(self) -> bool:
        """Whether a student in no group may just join: nobody is in it, and it holds nothing."""
        return not self.members and not self.holding.words

    @property
    def size_words(self) -> str:
        """``1 of 2–3: 1 more needed``; empty in a course without limits."""
        return self.limits.words(len(self.members))

    @property
    def is_too_small(self) -> bool:
        """Whether it needs more members."""
        return self.limits.missing(len(self.members)) > 0

    @property
    def is_too_large(self) -> bool:
        """Whether it has more than it may."""
        return self.limits.is_over(len(self.members))

    @property
    def is_full(self) -> bool:
        """Whether nobody may join it."""
        return self.limits.is_full(len(self.members))

    @property
    def leaving(self) -> str:
        """What becomes of the group when one of its members leaves; for them, beforehand."""
        left, seats = len(self.members) - 1, self.holding.seats_words
        if not left:
            if seats:
                return (
                    f"You are its only member, and it presents {seats}. "
                    "Give up its seats first, then leave."
                )
            if self.holding.project:
                return (
                    "You are its only member: the group stays without anybody in it, with its "
                    "project page. Staff can put others into it."
                )
            return "You are its only member: the group goes with you."
        named = f": {seats}" if seats else ""
        stays = f"What the group has signed up for stays with the others{named}."
        if not self.wanted.missing(left):
            return stays
        small = f"Without you it has {left}, and {self.wanted.span} are wanted."
        if seats:
            return f"{stays} {small} It keeps its seats, and staff see that it is too small."
        return f"{stays} {small}"

    @property
    def may_leave(self) -> bool:
        """Whether leaving is offered; the service decides."""
        return len(self.members) > 1 or not self.holding.seats


@dataclass(frozen=True)
class InvitationCard:
    """An invitation, for whom it asks."""

    invitation: GroupInvitation
    members: str  # "Bob Baker, Priya Singh"
    is_full: bool


@dataclass(frozen=True)
class GroupsPage:
    """All groups of a course, one's own first, and the students who are in none."""

    groups: list[GroupCard]
    without: list[User]
    asked: list[GroupInvitation]  # whom one's own group has invited
    invitations: list[InvitationCard]  # who invites the person who looks

    @property
    def mine(self) -> GroupCard | None:
        """The group of the person who looks."""
        return next((card for card in self.groups if card.is_mine), None)

    @property
    def odd_sizes(self) -> list[GroupCard]:
        """The groups that are too small or too large."""
        return [card for card in self.groups if card.is_too_small or card.is_too_large]

    @property
    def with_places(self) -> list[GroupCard]:
        """The groups with members that take one more, to be asked for an invitation."""
        return [card for card in self.groups if card.members and not card.is_full]

    @property
    def empty(self) -> list[GroupCard]:
        """The groups that a student in none may just join."""
        return [card for card in self.groups if card.is_open]

    @property
    def to_invite(self) -> list[User]:
        """Those in no group whom one's own group has not asked yet."""
        asked = {one.user_id for one in self.asked}
        return [student for student in self.without if student.pk not in asked]


def groups_page(access: Access) -> GroupsPage:
    """The groups, their members and what they hold: as many queries, however many there are."""
    cards = _cards(access, Group.objects.filter(course=access.course))
    placed = {member.pk for card in cards for member in card.members}
    students = [
        membership.user
        for membership in Membership.objects.filter(
            course=access.course, role=Role.STUDENT
        ).select_related("user")
        if membership.user_id not in placed
    ]
    mine = next((card for card in cards if card.is_mine), None)
    return GroupsPage(
        groups=sorted(cards, key=lambda card: (not card.is_mine, natural(card.group.name))),
        without=sorted(students, key=lambda student: student.display_name.lower()),
        asked=list(mine.group.invitations.select_related("user")) if mine else [],
        invitations=[] if mine else invitations_of(access),
    )


def invitations_of(access: Access) -> list[InvitationCard]:
    """Who invites the person who looks, in two queries; nobody who is in a group already."""
    if not access.owes_notes:
        return []
    limits = limits_of(access.course)
    invitations = (
        GroupInvitation.objects.filter(group__course=access.course, user=access.member)
        .exclude(user__group_memberships__course=access.course)
        .select_related("group", "invited_by")
        .prefetch_related(Prefetch("group__members", queryset=_members()))
    )
    return [
        InvitationCard(
            invitation=one,
            members=", ".join(member.user.display_name for member in one.group.members.all()),
            is_full=limits.is_full(len(one.group.members.all())),
        )
        for one in invitations
    ]


def natural(name: str) -> list[str | int]:
    """A key that sorts "Group 2" before "Group 10": text and numbers by turns."""
    return [int(part) if at % 2 else part for at, part in enumerate(_NUMBER.split(name.lower()))]


def _members() -> QuerySet[GroupMember]:
    return GroupMember.objects.select_related("user").order_by("pk")


def _cards(access: Access, groups: QuerySet[Group]) -> list[GroupCard]:
    found = list(groups.prefetch_related(Prefetch("members", queryset=_members())))
    holdings = holdings_of([group.pk for group in found])
    limits = limits_of(access.course)
    cards = []
    for group in found:
        members = [member.user for member in group.members.all()]
        is_mine = access.user in members
        wanted = wanted_sizes(access.course) if is_mine and not limits.span else limits
        cards.append(GroupCard(group, members, is_mine, limits, holdings[group.pk], wanted))
    return cards
