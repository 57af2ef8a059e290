"""Which groups those without one could be in.  From values to values.

Groups under their minimum are filled first, then those below the maximum evenly, then new groups of
nearly the same size are made.  Students who go into groups that are there already are kept for new
ones where otherwise somebody would be left over: 2 left, groups of 2 to 3 and one place free make a
new group of 2, not a full group and a student alone.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from readings.courses.groups.limits import Limits

USUAL_MOST: Final = 4  # where the course does not say how large a group may be


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who is to go where; students and groups by their keys."""

    into: dict[int, list[int]] = field(default_factory=dict)  # existing group to who joins it
    new: list[list[int]] = field(default_factory=list)
    left_over: list[int] = field(default_factory=list)  # no group within the limits has them

    @property
    def placed(self) -> int:
        """How many students get a group."""
        return sum(map(len, self.into.values())) + sum(map(len, self.new))


def ceiling(limits: Limits) -> int:
    """How large a proposed group is at most, also where the course sets no such limit."""
    if limits.most is not None:
        return limits.most
    # Then every number of students from the minimum on can be split.
    return max(USUAL_MOST, 2 * (limits.fewest or 1) - 1)


def propose(
    *, sizes: Mapping[int, int], students: Sequence[int], limits: Limits, seed: int
) -> Proposal:
    """Groups for ``students``, given how many members each group has; the same seed, the same."""
    draw = random.Random(seed)  # noqa: S311 (a lot that anyone can repeat)
    waiting = sorted(students)
    draw.shuffle(waiting)
    lots = {group: draw.random() for group in sorted(sizes)}
    most = ceiling(limits)
    order = _places(sizes, lots, limits, most)
    needed = sum(limits.missing(size) for size in sizes.values())
    going = _how_many_join(len(waiting), needed, len(order), limits, most)
    into: dict[int, list[int]] = {}
    for group, student in zip(order, waiting[:going], strict=False):
        into.setdefault(group, []).append(student)
    new = _split(waiting[going:], limits, most)
    return Proposal(into, new, waiting[going + sum(map(len, new)) :])


def _places(
    sizes: Mapping[int, int], lots: Mapping[int, float], limits: Limits, most: int
) -> list[int]:
    """The free places of the groups in the order in which they are filled."""
    now = dict(sizes)
    places: list[int] = []
    # Who lacks fewest comes first, so that as many groups as possible become large enough.
    for group in sorted(now, key=lambda one: (limits.missing(now[one]), lots[one])):
        places += [group] * limits.missing(now[group])
        now[group] += limits.missing(now[group])
    for size in range(most):
        for group in sorted(now, key=lots.__getitem__):
            if now[group] == size:
                places.append(group)
                now[group] += 1
    return places


def _how_many_join(students: int, needed: int, places: int, limits: Limits, most: int) -> int:
    """How many go into groups that exist: as many as can, unless more are placed with fewer."""
    highest = min(students, places)
    lowest = min(students, needed)
    return max(
        range(lowest, highest + 1),
        key=lambda going: (going + _in_new(students - going, limits, most), going),
    )


def _in_new(students: int, limits: Limits, most: int) -> int:
    """How many of so many find a place in new groups."""
    return min(students, students // (limits.fewest or 1) * most)


def _split(students: Sequence[int], limits: Limits, most: int) -> list[list[int]]:
    """As few new groups as can be, their sizes at most one apart; who is over is in none."""
    placed = _in_new(len(students), limits, most)
    count = -(-placed // most)
    return [list(students[number:placed:count]) for number in range(count)]
