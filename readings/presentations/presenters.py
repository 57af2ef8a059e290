"""Who presents: a person or a group, as one thing."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Protocol, TypeAlias

from readings.accounts.models import User
from readings.courses.models import Course, Group, GroupMember, Membership
from readings.presentations.models import Sheet
from readings.presentations.refusals import GroupNeeded, WrongPresenter

Presenter: TypeAlias = User | Group
Key: TypeAlias = tuple[int | None, int | None]  # of the person, of the group; one of them is None


class OfPresenter(Protocol):
    """A row of exactly one person or one group."""

    user: Any
    group: Any
    user_id: int | None
    group_id: int | None


def key_of(presenter: Presenter) -> Key:
    """By what one presenter is told from others; the same as ``key_of_row`` of a row of theirs."""
    return (None, presenter.pk) if isinstance(presenter, Group) else (presenter.pk, None)


def key_of_row(row: OfPresenter) -> Key:
    """By what the person or the group of a row is told from others, without looking them up."""
    return row.user_id, row.group_id


def code_of(presenter: Presenter) -> str:
    """The key as one word, for addresses, forms and the optimiser: ``u12`` or ``g3``."""
    return code_of_key(key_of(presenter))


def code_of_key(key: Key) -> str:
    """``u12`` for a person, ``g3`` for a group."""
    user, group = key
    return f"u{user}" if group is None else f"g{group}"


def ids_of(presenter: Presenter) -> dict[str, int | None]:
    """The key by its names, for the details of events."""
    user, group = key_of(presenter)
    return {"user": user, "group": group}


def presenter_of(row: OfPresenter) -> Presenter:
    """The person or the group of a row."""
    presenter: Presenter = row.group or row.user
    return presenter


def columns_of(presenter: Presenter) -> dict[str, Any]:
    """The values of ``user`` and ``group`` that a row of theirs has; for filters too."""
    is_group = isinstance(presenter, Group)
    return {"user": None if is_group else presenter, "group": presenter if is_group else None}


def people_of(presenter: Presenter) -> list[User]:
    """The person, or the members of the group in the order in which they joined."""
    if not isinstance(presenter, Group):
        return [presenter]
    members = GroupMember.objects.filter(group=presenter).select_related("user").order_by("pk")
    return [member.user for member in members]


def find_presenter(sheet: Sheet, user: User) -> Presenter | None:
    """As whom ``user`` signs up on the sheet: themselves, or their group, if they have one."""
    if not sheet.is_for_groups:
        return user
    return Group.objects.filter(course=sheet.course_id, members__user=user).first()


def require_presenter(sheet: Sheet, user: User) -> Presenter:
    """As ``find_presenter``.  Raises ``GroupNeeded``."""
    presenter = find_presenter(sheet, user)
    if presenter is None:
        raise GroupNeeded(
            "This one is for groups, and you are in none yet: form a group or join one first."
        )
    return presenter


def lock_presenters(course: Course | int, presenters: Collection[Presenter]) -> None:
    """Keep what these hold from changing until the transaction ends.

    In which order all lock is said in ``seating``.  A group's members cannot leave it meanwhile.
    Raises ``WrongPresenter`` when a group is not in the course any more.
    """
    there = lock_who_is_there(course, presenters)
    for one in presenters:
        if isinstance(one, Group) and key_of(one) not in there:
            raise WrongPresenter(f"{one} is not a group of this course any more.")


def lock_who_is_there(course: Course | int, presenters: Collection[Presenter]) -> frozenset[Key]:
    """As ``lock_presenters``; gives the keys of those who are locked, for groups may be gone.

    A person counts as locked who left the course: they may still hand a seat over.
    """
    locked: set[Key] = set()
    groups = {one.pk for one in presenters if isinstance(one, Group)}
    if groups:
        rows = Group.objects.select_for_update(of=("self",), no_key=True)
        there = rows.filter(course=course, pk__in=groups).order_by("pk")
        locked.update((None, one.pk) for one in there)
    people = {one.pk for one in presenters if isinstance(one, User)}
    if people:
        memberships = Membership.objects.select_for_update(of=("self",), no_key=True)
        list(memberships.filter(course=course, user__in=people).order_by("user"))  # for the lock
        locked.update((pk, None) for pk in people)
    return frozenset(locked)
