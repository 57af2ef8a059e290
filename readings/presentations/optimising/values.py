"""What goes into an assignment and what comes out of it: values that know nothing.

Names are for sentences and may be made anonymous; keys are what is compared, and may be anything.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from readings.core.refusals import Refusal

Pair = tuple[str, str]  # a party's key and a slot's key


class ImpossibleFixed(Refusal):
    """What was fixed breaks a rule, or is not there."""


@dataclass(frozen=True)
class OfferedSlot:
    """A slot that can be wished for."""

    key: str
    name: str
    seats: int
    day: dt.date | None = None  # None: not dated yet, and never too near to another one
    fewest_members: int = 1  # how large a party has to be
    most_members: int | None = None  # how large it may be; None: any size
    clashes: frozenset[str] = frozenset()  # slots at the same time: keys, said on either side
    least_taken: int = 0  # seats that must not stay free where enough parties could take them


@dataclass(frozen=True)
class Party:
    """A person, or a group that presents together."""

    key: str
    name: str
    wishes: tuple[tuple[str, ...], ...] = ()  # slots, rank 1 first; several in one rank are a tie
    must_hold: int = 1  # so many slots they need
    may_hold: int = 1  # so many they have at most
    size: int = 1  # members
    is_group: bool = False  # for sentences; more than one are a group in any case
    cannot: frozenset[str] = frozenset()
    cannot_on: frozenset[dt.date] = frozenset()
    takes_unranked: bool = False  # a slot that they did not wish for is better than none
    rest_is_next: bool = False  # what is no wish counts as one rank after their last wish
    past_load: int = 0  # how many they had before


@dataclass(frozen=True)
class Task:
    """Everything an assignment depends on, but for its seed; in which order does not matter."""

    slots: tuple[OfferedSlot, ...]
    parties: tuple[Party, ...]
    fixed: tuple[Pair, ...] = ()  # what the staff decided, and seats that are held already
    forbidden: tuple[Pair, ...] = ()
    least_days_apart: int = 0  # between two slots of one party; 0: any two days, or one
    fills_up: bool = (
        False  # seats that nobody needs go to whoever wished for them and may have more
    )


class Cause(StrEnum):
    """Why a wish was not granted.  What names a taker comes first, from the weakest claim on."""

    TAKEN = "taken"  # and no more is known: the time ran out
    LOT = "lot"  # either could have had it; the seed decided
    LOAD = "load"  # either could have had it; the taker had fewer before
    PREFERRED = "preferred"  # the taker ranked it higher
    WORSE = "worse"  # the taker would be left with a worse wish than this party has
    COVER = "cover"  # the slot that this party has must not stay free
    LEFT = "left"  # the taker would be left with nothing in its stead
    ONLY = "only"  # it is the only slot that the taker could have at all
    FIXED = "fixed"  # it was the taker's before anything was computed
    FREE = "free"  # nobody has it: the time ran out
    DATE = "date"
    CANNOT = "cannot"
    SIZE = "size"
    FORBIDDEN = "forbidden"
    NEAR = "near"  # to another slot of this party
    CLASH = "clash"  # with another slot of this party


@dataclass(frozen=True)
class Unmet:
    """A wish that was not granted, and why."""

    rank: int
    slot: str  # its name
    cause: Cause
    taker: str = ""  # the name of who has it; of several, who had the weakest claim to it
    taker_is_group: bool = False
    other_takers: int = 0
    taker_rank: int | None = None  # PREFERRED: of this slot; WORSE: of what is left; None: no wish
    other_slot: str = ""  # NEAR, CLASH: the one it does not go with; COVER: the one to be taken
    day: dt.date | None = None  # DATE
    days: int = 0  # NEAR: so many have to be between the two
    fewest: int = 0  # SIZE
    most: int | None = None  # SIZE


class How(StrEnum):
    """In what way somebody came to a slot, or to none."""

    WISH = "wish"
    UNRANKED = "unranked"  # did not wish for it
    FIXED = "fixed"  # by the staff, or because it was held already
    EXTRA = "extra"  # more than was needed: a seat was free
    SHORT = "short"  # has fewer than were needed
    NOTHING = "nothing"  # needed some, and has none


@dataclass(frozen=True)
class Reason:
    """What one party is told of one slot, or of what it does not have."""

    how: How
    rank: int | None = None  # None: not a wish
    unmet: tuple[Unmet, ...] = ()  # the better wishes, best first
    short: int = 0  # how many are missing
    has_wishes: bool = True


@dataclass(frozen=True)
class Granted:
    """A party gets a slot."""

    party: str
    slot: str
    rank: int | None
    reason: Reason


@dataclass(frozen=True)
class Missing:
    """A party has fewer slots than it needs."""

    party: str
    short: int
    reason: Reason


class Rule(StrEnum):
    """A constraint that could be relaxed."""

    WISHES = "wishes"  # the party wished for too little
    SEATS = "seats"
    SPACING = "spacing"
    DATE = "date"
    CANNOT = "cannot"
    SIZE = "size"
    FORBIDDEN = "forbidden"
    FIXED = "fixed"


@dataclass(frozen=True)
class Constraint:
    """One rule, as it stands for one party, one slot, or both."""

    rule: Rule
    party: str = ""  # keys, for whoever wants to lead there
    slot: str = ""
    party_name: str = ""
    slot_name: str = ""
    size: int = 0  # SIZE: of the party
    day: dt.date | None = None  # DATE
    days: int = 0  # SPACING


@dataclass(frozen=True)
class Relaxation:
    """What, given up together, lets more be placed: one constraint wherever one is enough."""

    parts: tuple[Constraint, ...]


@dataclass(frozen=True)
class Assignment:
    """Who gets what, in the order of keys.

    ``vector``: how many of the slots needed were granted, then how many of what is held is no wish,
    of the worst rank, of the next better, and so on to the first; what is no wish of parties with
    ``rest_is_next`` is counted at the rank that it has for them; seats beyond need, which
    ``fills_up`` gives out afterwards, are not in it.
    """

    granted: tuple[Granted, ...]
    missing: tuple[Missing, ...]
    seed: int
    vector: tuple[int, ...]
    uncovered: tuple[tuple[str, int], ...]  # slots, with how many seats are free that must not be
    relaxations: tuple[
        Relaxation, ...
    ]  # each of which would place more; empty if nobody is missing
    is_proven_optimal: bool
    seconds: float = field(compare=False)  # what it took
