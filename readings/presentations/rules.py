"""The rules of a sheet: what one presenter may hold at once.  From values to values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from readings.core.clock import short_date
from readings.presentations.refusals import GroupTooLarge, GroupTooSmall, HoldsEnough, TooClose


@dataclass(frozen=True, slots=True)
class Held:
    """A slot that a presenter has, or wants."""

    slot: int
    name: str  # "DSPy"
    day: dt.date | None  # None: not on a day yet, and so near to nothing


@dataclass(frozen=True, slots=True)
class Rules:
    """What a sheet says about each presenter; None and 0: no such rule."""

    may_hold: int | None = None
    days_apart: int = 0
    fewest_members: int | None = None
    most_members: int | None = None

    def require_size(self, members: int) -> None:
        """Raises ``GroupTooSmall`` and ``GroupTooLarge`` for a group of so many."""
        if self.fewest_members is not None and members < self.fewest_members:
            raise GroupTooSmall(
                f"This is for groups of at least {self.fewest_members}: yours has {members}."
            )
        if self.most_members is not None and members > self.most_members:
            raise GroupTooLarge(
                f"This is for groups of at most {self.most_members}: yours has {members}."
            )

    def require_room(
        self, held: Collection[Held], wanted: Held, *, is_exchange: bool = False
    ) -> None:
        """Raises ``HoldsEnough`` and ``TooClose`` when ``wanted`` cannot come to ``held``.

        In an exchange one that is not in ``held`` is given for it: nobody holds more than before.
        """
        if self.may_hold is not None and len(held) >= self.may_hold and not is_exchange:
            names = ", ".join(one.name for one in held)
            most = "one slot" if self.may_hold == 1 else f"{self.may_hold} slots"
            raise HoldsEnough(f"You may hold {most} on this sheet, and have {names}.")
        near = next((one for one in held if self.are_too_close(one.day, wanted.day)), None)
        if near is not None and near.day is not None:
            raise TooClose(
                f"Your slots have to be {self.days_apart} days apart,"
                f" and you have {near.name} on {short_date(near.day)}."
            )

    def are_too_close(self, one: dt.date | None, other: dt.date | None) -> bool:
        """Whether two of somebody's slots on these days are closer than the sheet allows."""
        if not self.days_apart or one is None or other is None:
            return False
        return abs((one - other).days) < self.days_apart
