"""The optimiser's task from what is known of a sheet.  From values to values, no database.

What staff put on a seat is fixed.  They may break the sheet's rules with it, which the optimiser
takes for a mistake: such a seat is left out of the task, and so is one slot of those its holder
still needs.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from readings.presentations.assignment import OfferedSlot, Party, Task
from readings.presentations.optimising.values import Pair
from readings.presentations.rules import Rules


@dataclass(frozen=True, slots=True)
class Taken:
    """A seat that somebody has."""

    party: str
    slot: str
    day: dt.date | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a sheet; parties with all they need, as if nobody had a seat."""

    slots: tuple[OfferedSlot, ...]
    parties: tuple[Party, ...]
    taken: Sequence[Taken] = ()
    fixed: Sequence[Pair] = ()  # by staff, for the run
    days_apart: int = 0


@dataclass(slots=True)
class _Holding:
    """What one party has already."""

    kept: list[str] = field(default_factory=list)
    left_out: list[Taken] = field(default_factory=list)


def compose(known: Known) -> Task:
    """The task; parties that need nothing, and have nothing in it, are not in it."""
    slots = {slot.key: slot for slot in known.slots}
    parties = {party.key: party for party in known.parties}
    rules = Rules(days_apart=known.days_apart)
    holdings: dict[str, _Holding] = defaultdict(_Holding)
    days: dict[str, list[dt.date | None]] = defaultdict(list)
    for one in known.taken:
        holding = holdings[one.party]
        slot, party = slots.get(one.slot), parties.get(one.party)
        is_kept = (
            slot is not None
            and party is not None
            and _is_allowed(party, slot)
            and not any(rules.are_too_close(one.day, day) for day in days[one.party])
        )
        if is_kept:
            holding.kept.append(one.slot)
            days[one.party].append(one.day)
            continue
        holding.left_out.append(one)
        if slot is not None:
            slots[one.slot] = replace(slot, seats=max(0, slot.seats - 1))
    fixed = [(key, slot) for key, holding in holdings.items() for slot in holding.kept]
    fixed += [
        (key, slot)
        for key, slot in known.fixed
        if key in parties and slot in slots and (key, slot) not in fixed
    ]
    asked = [
        _asked(party, holdings[key], slots, rules, sum(one == key for one, _slot in fixed))
        for key, party in parties.items()
    ]
    return Task(
        slots=tuple(slots.values()),
        parties=tuple(party for party in asked if party.may_hold),
        fixed=tuple(fixed),
        least_days_apart=known.days_apart,
    )


def _is_allowed(party: Party, slot: OfferedSlot) -> bool:
    if slot.day is not None and slot.day in party.cannot_on:
        return False
    if party.size < slot.fewest_members:
        return False
    return slot.most_members is None or party.size <= slot.most_members


def _asked(
    party: Party,
    holding: _Holding,
    slots: Mapping[str, OfferedSlot],
    rules: Rules,
    fixed: int,
) -> Party:
    """The party with what it still needs, and what goes with what it has."""
    needs = max(0, party.must_hold - len(holding.left_out))
    barred = {
        key
        for key, slot in slots.items()
        for one in holding.left_out
        if key == one.slot or rules.are_too_close(one.day, slot.day)
    }
    return replace(
        party,
        must_hold=needs,
        may_hold=max(needs, fixed),
        cannot=party.cannot | barred,
    )
