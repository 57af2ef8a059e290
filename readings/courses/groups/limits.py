"""How many students a group is to have.  From values to values."""

from __future__ import annotations

from dataclasses import dataclass

from readings.courses.models import Course


@dataclass(frozen=True, slots=True)
class Limits:
    """The fewest and the most members; None: no such limit."""

    fewest: int | None = None
    most: int | None = None

    @property
    def span(self) -> str:
        """``2–3``, ``3``, ``at least 2``, ``at most 3``; empty without limits."""
        if self.fewest is None and self.most is None:
            return ""
        if self.most is None:
            return f"at least {self.fewest}"
        if self.fewest is None:
            return f"at most {self.most}"
        return str(self.most) if self.fewest == self.most else f"{self.fewest}–{self.most}"

    def missing(self, members: int) -> int:
        """How many more a group of so many needs."""
        return max(0, (self.fewest or 0) - members)

    def places(self, members: int) -> int | None:
        """How many more it takes; None: as many as like."""
        return None if self.most is None else max(0, self.most - members)

    def is_full(self, members: int) -> bool:
        """Whether nobody may join a group of so many."""
        return self.places(members) == 0

    def is_over(self, members: int) -> bool:
        """Whether it has more than the limit; staff may do that."""
        return self.most is not None and members > self.most

    def words(self, members: int) -> str:
        """``1 of 2–3: 1 more needed``, ``2 of 2–3: 1 place left``, ``3 of 2–3: full``."""
        if not self.span:
            return ""
        places = self.places(members)
        if self.missing(members):
            state = f"{self.missing(members)} more needed"
        elif self.is_over(members):
            state = f"{members - (self.most or 0)} too many"
        elif places is None:
            return f"{members} of {self.span}"
        else:
            left = "1 place left" if places == 1 else f"{places} places left"
            state = left if places else "full"
        return f"{members} of {self.span}: {state}"


def limits_of(course: Course) -> Limits:
    """The limits of the course."""
    return Limits(course.fewest_in_group, course.most_in_group)
