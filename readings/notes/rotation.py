"""Whose turn it is with which role.  Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence


def next_role(roles: Sequence[str], held: Sequence[str], taken: Mapping[str, int]) -> str:
    """The role of ``roles`` for somebody who has ``held`` these elsewhere, in order.

    Nobody holds a role again before they have held all of them; among those that are left, the one
    that the fewest have on this reading (``taken``), and of these the first after the role they
    held last.  ``roles`` is not empty.
    """
    times = Counter(role for role in held if role in roles)
    fewest = min(times[role] for role in roles)
    last = next((roles.index(role) for role in reversed(held) if role in roles), -1)
    turn = [*roles[last + 1 :], *roles[: last + 1]]
    left = [role for role in turn if times[role] == fewest]
    return min(left, key=lambda role: taken.get(role, 0))


def held_around(place: int, seats: Sequence[Mapping[int, str]]) -> dict[int, list[str]]:
    """What each person holds on all readings but the one at ``place``.

    ``seats`` are person to role, a reading each, in the order of the schedule.  What stands after
    the place comes first, so that the turn goes on from the reading before it, and what was given
    out ahead of time counts all the same.
    """
    held: dict[int, list[str]] = {}
    for one in (*seats[place + 1 :], *seats[:place]):
        for person, role in one.items():
            held.setdefault(person, []).append(role)
    return held


def deal(
    roles: Sequence[str],
    people: Iterable[int],
    held: Mapping[int, Sequence[str]],
    taken: Mapping[str, int],
) -> dict[int, str]:
    """A role for each of ``people`` on one reading, one after the other.

    ``held`` says what each has elsewhere, see ``held_around``; ``taken`` how many have which role
    on this reading already.  People who began together and come in the same order each time fill
    every reading evenly: no role is held by two more than another.
    """
    counts = Counter(taken)
    dealt = {}
    for person in people:
        dealt[person] = next_role(roles, held.get(person, ()), counts)
        counts[dealt[person]] += 1
    return dealt
