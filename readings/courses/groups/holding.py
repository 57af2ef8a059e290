"""What groups hold and how large they have to be; who gives seats out, and keeps projects, says it.

This package is below those that hang seats and projects on a group, and does not ask upwards: when
the app is ready it is told whom to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TypeAlias

from readings.courses.groups.limits import Limits
from readings.courses.models import Course, Group


@dataclass(slots=True)
class Holding:
    """What one group has signed up for, and the title of its project."""

    seats: list[str] = field(default_factory=list)  # "Pitch 1 (Wed Sep 17)"
    project: str = ""

    @property
    def seats_words(self) -> str:
        """``Pitch 1 (Wed Sep 17), Final 2 (Wed Dec 3)``."""
        return ", ".join(self.seats)

    @property
    def words(self) -> str:
        """``presents Pitch 1 (Wed Sep 17) and has a project page``; empty for nothing."""
        parts = [f"presents {self.seats_words}"] if self.seats else []
        parts += ["has a project page"] if self.project else []
        return " and ".join(parts)


Ask: TypeAlias = Callable[[Collection[int]], dict[int, Holding]]
AskSizes: TypeAlias = Callable[[Course], list[Limits]]

_ask: list[Ask] = []
_ask_sizes: list[AskSizes] = []


def ask_for_holdings(ask: Ask) -> None:
    """Let ``ask`` say what groups, given by their keys, hold; groups without anything left out."""
    _ask[:] = [ask]


def holdings_of(groups: Collection[int]) -> dict[int, Holding]:
    """Group to what it holds; as many queries for many as for one."""
    found = {key: Holding() for key in groups}
    for ask in _ask:
        found |= ask(groups)
    return found


def ask_for_sizes(ask: AskSizes) -> None:
    """Let ``ask`` say of which sizes groups of a course have to be to sign up for something."""
    _ask_sizes[:] = [ask]


def wanted_sizes(course: Course) -> Limits:
    """The sizes that go with all that groups of the course sign up for; none where none do."""
    limits = [one for ask in _ask_sizes for one in ask(course)]
    fewest = max((one.fewest for one in limits if one.fewest is not None), default=None)
    most = min((one.most for one in limits if one.most is not None), default=None)
    if fewest is not None and most is not None and fewest > most:
        return Limits()
    return Limits(fewest, most)


def holding_of(group: Group) -> Holding:
    """What the group holds."""
    return holdings_of([group.pk])[group.pk]
