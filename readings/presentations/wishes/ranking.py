"""Ranks as people type them.  From values to values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from readings.core.counting import number_in

MAX_RANK: Final = 999
FIELD: Final = "rank-"  # and the slot's key


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form says: slots with their ranks, and what is wrong with the others."""

    ranks: dict[int, int]
    problems: dict[int, str]
    text: dict[int, str]  # as it was typed


def read_ranks(fields: Mapping[str, Sequence[str]]) -> Typed:
    """The ranks in fields called ``rank-12``; an empty one is no wish."""
    ranks: dict[int, int] = {}
    problems: dict[int, str] = {}
    text: dict[int, str] = {}
    for name, values in fields.items():
        slot = number_in(name.removeprefix(FIELD)) if name.startswith(FIELD) else None
        if slot is None:
            continue
        said = list(dict.fromkeys(value.strip() for value in values if value.strip()))
        text[slot] = ", ".join(said)
        if len(said) > 1:
            problems[slot] = "This one was ranked twice: give it one number."
        elif said:
            rank = rank_of(said[0])
            if rank is None:
                problems[slot] = f"A rank is a whole number from 1 to {MAX_RANK}."
            else:
                ranks[slot] = rank
    return Typed(ranks, problems, text)


def rank_of(text: str) -> int | None:
    """The rank that somebody typed, None where it is none."""
    rank = number_in(text)
    return rank if rank is not None and 1 <= rank <= MAX_RANK else None


def close_gaps(ranks: Mapping[int, int]) -> dict[int, int]:
    """The same order from 1 on without a number left out; what was equal stays equal."""
    places = {rank: place for place, rank in enumerate(sorted(set(ranks.values())), start=1)}
    return {slot: places[rank] for slot, rank in ranks.items()}


@dataclass(frozen=True, slots=True)
class Standing:
    """How many wishes there are, and whether they are enough."""

    ranked: int
    needed: int
    possible: int  # of those ranked, on days on which they can

    @property
    def is_short(self) -> bool:
        """Fewer are ranked than they have to hold."""
        return self.ranked < self.needed

    @property
    def is_blocked(self) -> bool:
        """Enough are ranked, but too many of them on days on which they cannot."""
        return not self.is_short and self.possible < self.needed


def standing_of(ranked: Collection[int], impossible: Collection[int], *, needed: int) -> Standing:
    """Counts of the slots that are ranked, some of which are on days on which they cannot."""
    barred = set(impossible)
    return Standing(len(ranked), needed, sum(slot not in barred for slot in ranked))
