"""What a computed assignment says, in words and rows for people.  Values only."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from readings.core.clock import short_date
from readings.core.counting import ordinal
from readings.presentations.assignment import (
    Assignment,
    Granted,
    How,
    OfferedSlot,
    Task,
    assignment_from_json,
    sentence_of,
    sentence_of_relaxation,
    task_from_json,
)


@dataclass(frozen=True, slots=True)
class Place:
    """One slot that somebody gets."""

    slot: str
    name: str
    day: dt.date | None
    rank: int | None
    is_fixed: bool
    is_new: bool  # they did not get it in the run before
    why: str

    @property
    def when(self) -> str:
        """The day, in short, where the name does not say it."""
        when = short_date(self.day) if self.day else "no date yet"
        return "" if when in self.name else when

    @property
    def rank_words(self) -> str:
        """ "1st wish", "fixed", "no wish"."""
        if self.is_fixed:
            return "fixed"
        return f"{ordinal(self.rank)} wish" if self.rank else "no wish"


@dataclass(slots=True)
class Row:
    """What one person or group gets, and lacks."""

    key: str
    name: str
    load: int
    places: list[Place] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)  # what they got in the run before
    short: int = 0
    lacks: str = ""  # why


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run in words."""

    rows: list[Row]
    summary: str  # "38 of 40 placed; 30 got their 1st wish, 6 their 2nd."
    relaxations: list[str]
    empty: list[tuple[str, int]]  # slots with free seats, and how many
    is_proven_optimal: bool
    moved: int  # rows that differ from the run before
    gone: list[Row]  # who got something in the run before, and is not in this one

    @property
    def missing(self) -> list[Row]:
        """Who lacks something."""
        return [row for row in self.rows if row.short]


def outcome_of(
    task: Mapping[str, Any],
    answer: Mapping[str, Any],
    before: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None,
) -> Outcome:
    """From the stored forms of a task and its answer; ``before`` are those of an earlier run."""
    asked, found = task_from_json(task), assignment_from_json(answer)
    slots = {slot.key: slot for slot in asked.slots}
    asked_before, found_before = None, None
    if before is not None:
        asked_before, found_before = task_from_json(before[0]), assignment_from_json(before[1])
    earlier = _pairs(found_before) if found_before is not None else None
    rows = {party.key: Row(party.key, party.name, party.past_load) for party in asked.parties}
    for one in found.granted:
        is_new = earlier is not None and one.slot not in earlier[one.party]
        rows[one.party].places.append(
            Place(
                slot=one.slot,
                name=slots[one.slot].name,
                day=slots[one.slot].day,
                rank=one.rank,
                is_fixed=_is_fixed(one),
                is_new=is_new,
                why="Decided by the staff, or taken before."
                if _is_fixed(one)
                else sentence_of(one.reason),
            )
        )
    for lack in found.missing:
        rows[lack.party].short = lack.short
        rows[lack.party].lacks = sentence_of(lack.reason)
    lacked, gone = {}, []
    if earlier is not None and asked_before is not None and found_before is not None:
        _say_lost(rows, earlier, slots)
        lacked = {lack.party: lack.short for lack in found_before.missing}
        gone = _gone(rows, earlier, asked_before)
    for row in rows.values():
        row.places.sort(key=lambda place: (place.day or dt.date.max, place.slot))
    ordered = sorted(rows.values(), key=lambda row: (row.name.casefold(), row.key))
    return Outcome(
        rows=ordered,
        summary=summary_of(asked, found),
        relaxations=[sentence_of_relaxation(one) for one in found.relaxations],
        empty=_empty(asked, found),
        is_proven_optimal=found.is_proven_optimal,
        moved=sum(
            bool(row.lost)
            or any(one.is_new for one in row.places)
            or (earlier is not None and row.short != lacked.get(row.key, 0))
            for row in ordered
        ),
        gone=gone,
    )


def summary_of(task: Task, found: Assignment) -> str:
    """``38 of 40 placed; 30 got their 1st wish, 6 their 2nd, 2 something else.``"""
    needed = sum(min(party.must_hold, party.may_hold) for party in task.parties)
    ranks = Counter(one.rank for one in found.granted if not _is_fixed(one))
    fixed = sum(_is_fixed(one) for one in found.granted)
    got = [f"{ranks[rank]} their {ordinal(rank)}" for rank in sorted(one for one in ranks if one)]
    if ranks[None]:
        got.append(f"{ranks[None]} what they had not wished for")
    if got:
        first, _their, rest = got[0].partition(" ")
        got[0] = f"{first} got {rest}" + (" wish" if rest.startswith("their") else "")
    if fixed:
        got.append(
            f"{fixed} fixed before"
            if got
            else f"{fixed} {'was' if fixed == 1 else 'were'} fixed before"
        )
    placed = found.vector[0] if found.vector else len(found.granted)
    words = f"{placed} of {needed} placed"
    return f"{words}; {', '.join(got)}." if got else f"{words}."


def _is_fixed(one: Granted) -> bool:
    """Whether it was so before anything was computed."""
    return one.reason.how == How.FIXED


def _pairs(found: Assignment) -> dict[str, set[str]]:
    pairs: dict[str, set[str]] = defaultdict(set)
    for one in found.granted:
        pairs[one.party].add(one.slot)
    return pairs


def _say_lost(
    rows: Mapping[str, Row], earlier: Mapping[str, set[str]], slots: Mapping[str, OfferedSlot]
) -> None:
    for key, had in earlier.items():
        if key not in rows:
            continue
        now = {place.slot for place in rows[key].places}
        rows[key].lost = [
            slots[slot].name if slot in slots else "a slot that is gone"
            for slot in sorted(had - now)
        ]


def _gone(rows: Mapping[str, Row], earlier: Mapping[str, set[str]], task: Task) -> list[Row]:
    names = {slot.key: slot.name for slot in task.slots}
    gone = [
        Row(
            party.key,
            party.name,
            party.past_load,
            lost=[names[slot] for slot in sorted(earlier[party.key])],
        )
        for party in task.parties
        if party.key not in rows and earlier.get(party.key)
    ]
    return sorted(gone, key=lambda row: (row.name.casefold(), row.key))


def _empty(task: Task, found: Assignment) -> list[tuple[str, int]]:
    taken = Counter(one.slot for one in found.granted)
    free = [(slot, slot.seats - taken[slot.key]) for slot in task.slots]
    return [(_dated(slot), many) for slot, many in free if many > 0]


def _dated(slot: OfferedSlot) -> str:
    """The name with the day, which it may say already."""
    if slot.day is None or short_date(slot.day) in slot.name:
        return slot.name
    return f"{slot.name} ({short_date(slot.day)})"
