"""What changed between the task of an assignment and the course as it is now; values only."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from readings.core.clock import short_date
from readings.presentations.assignment import OfferedSlot, Party, Task
from readings.presentations.optimising.values import Pair
from readings.presentations.rules import Rules


@dataclass(frozen=True, slots=True)
class Change:
    """One change, as a sentence; one that forbids goes against what was granted."""

    sentence: str
    forbids: bool = False


def changes_between(was: Task, now: Task, granted: Collection[Pair]) -> list[Change]:
    """What changed, first what forbids publishing ``granted``."""
    then = _Look(was)
    forbidding = [Change(one, forbids=True) for one in _Against(then, _Look(now), granted).all()]
    return forbidding + [Change(one) for one in _mild(then, _Look(now))]


class _Look:
    """A task, looked up."""

    def __init__(self, task: Task) -> None:
        self.slots: Mapping[str, OfferedSlot] = {slot.key: slot for slot in task.slots}
        self.parties: Mapping[str, Party] = {party.key: party for party in task.parties}
        self.fixed = set(task.fixed)
        self.rules = Rules(days_apart=task.least_days_apart)


class _Against:
    """What speaks against granting what was granted."""

    def __init__(self, was: _Look, now: _Look, granted: Collection[Pair]) -> None:
        self._was, self._now, self._granted = was, now, set(granted)
        self._slots_of: dict[str, list[str]] = defaultdict(list)
        for party, slot in sorted(self._granted):
            self._slots_of[party].append(slot)

    def all(self) -> Iterator[str]:
        yield from self._gone()
        yield from self._seats()
        yield from self._moved_hands()
        for party, slots in self._slots_of.items():
            if party in self._now.parties:
                yield from self._breaks(self._now.parties[party], slots)
        yield from self._wishes()

    def _slot(self, key: str) -> str:
        slot = self._now.slots.get(key) or self._was.slots.get(key)
        return slot.name if slot else "a slot that is gone"

    def _party(self, key: str) -> str:
        party = self._now.parties.get(key) or self._was.parties.get(key)
        return party.name if party else "somebody who is gone"

    def _gone(self) -> Iterator[str]:
        for slot in sorted({slot for _party, slot in self._granted} - set(self._now.slots)):
            yield f"{self._slot(slot)} is gone, or its class is over."
        for party in sorted(set(self._slots_of) - set(self._now.parties)):
            yield f"{self._party(party)} takes no part any more, or has enough by now."

    def _seats(self) -> Iterator[str]:
        wanted = Counter(slot for _party, slot in self._granted)
        for key, number in sorted(wanted.items()):
            slot = self._now.slots.get(key)
            if slot is not None and slot.seats < number:
                seats = "1 seat is" if slot.seats == 1 else f"{slot.seats} seats are"
                yield f"{slot.name}: {seats} left for {number}."

    def _moved_hands(self) -> Iterator[str]:
        for party, slot in sorted(self._now.fixed - self._granted):
            yield f"{self._party(party)} has {self._slot(slot)} by now, or is fixed there."
        for party, slot in sorted((self._was.fixed - self._now.fixed) & self._granted):
            if slot in self._now.slots and party in self._now.parties:
                name = self._party(party)
                yield f"{name} does not have {self._slot(slot)} any more, or is not fixed there."

    def _wishes(self) -> Iterator[str]:
        """Who would be given something by wishes that are not theirs any more."""
        for party in sorted(self._now.parties.values(), key=lambda one: (one.name, one.key)):
            before = self._was.parties.get(party.key)
            if before is None:
                if party.wishes:
                    yield f"{party.name} has wishes by now that were not weighed."
            elif _still_there(before.wishes, self._now) != party.wishes:
                yield f"{party.name} has other wishes by now."

    def _breaks(self, party: Party, keys: list[str]) -> Iterator[str]:
        if len(keys) > party.may_hold:
            yield f"{party.name} needs only {party.may_hold} by now, and would get {len(keys)}."
        slots = [self._now.slots[key] for key in keys if key in self._now.slots]
        for slot in slots:
            if slot.day is not None and slot.day in party.cannot_on:
                yield f"{party.name} cannot on {short_date(slot.day)}, the day of {slot.name}."
            if party.size < slot.fewest_members or party.size > (slot.most_members or party.size):
                yield f"{party.name} has {party.size} members by now: not what {slot.name} is for."
        for one, other in combinations(slots, 2):
            if self._now.rules.are_too_close(one.day, other.day):
                days = self._now.rules.days_apart
                yield f"{party.name}: {one.name} and {other.name} are not {days} days apart."


def _mild(was: _Look, now: _Look) -> Iterator[str]:
    """What does not forbid anything, and may be a reason to run again."""
    new = [
        party.name
        for key, party in now.parties.items()
        if key not in was.parties and not party.wishes
    ]
    for name in sorted(new):
        yield f"{name} takes part by now."
    for key in sorted(now.slots.keys() - was.slots.keys()):
        yield f"{now.slots[key].name} is new."
    for key in sorted(now.slots.keys() & was.slots.keys()):
        before, slot = was.slots[key], now.slots[key]
        if slot.day != before.day:
            yield f"{slot.name} moved from {_day(before.day)} to {_day(slot.day)}."
        if slot.seats > before.seats:
            yield f"{slot.name} has more seats."


def _still_there(wishes: tuple[tuple[str, ...], ...], now: _Look) -> tuple[tuple[str, ...], ...]:
    """The wishes without the slots that are gone, which nobody took back."""
    levels = (tuple(slot for slot in level if slot in now.slots) for level in wishes)
    return tuple(level for level in levels if level)


def _day(day: dt.date | None) -> str:
    return short_date(day) if day else "no date"
