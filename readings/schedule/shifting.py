"""What a lost class, a gained one or an exchange does to the agenda of a term.  Pure.

Content moves as a whole from class to class.  Pinned classes and items stay; classes that do not
take place are passed over; what falls off the end of the term is parked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from readings.schedule.plan import PlannedItem, PlannedMeeting

Items: TypeAlias = tuple[PlannedItem, ...]


@dataclass(frozen=True)
class Free:
    """Nothing may stand in this class: it and everything after it moves on, class by class.

    That goes on until something spare takes it up: an item that is open, flex or marked as spare,
    or one of ``buffers``, or a class with nothing on its agenda.  Each carried item takes the place
    of one spare one, which is parked; where there are more carried than spare ones, the class holds
    them all.  What somebody presents moves on as well, though it is spare: it gives way only where
    nothing else can.
    """

    meeting: int
    buffers: frozenset[int] = frozenset()  # items that are spare for this once
    held: frozenset[int] = frozenset()  # items that somebody presents


@dataclass(frozen=True)
class Fill:
    """This class was gained: what comes after it moves up, class by class, up to a spare one."""

    meeting: int


@dataclass(frozen=True)
class Delay:
    """Everything from this class on stands ``by`` classes later; nothing gives way."""

    meeting: int
    by: int


@dataclass(frozen=True)
class Exchange:
    """Two classes exchange what they are about."""

    one: int
    other: int


@dataclass(frozen=True)
class Empty:
    """What stands in a class goes to the end of another one, or is parked (None)."""

    meeting: int
    to: int | None = None


Change: TypeAlias = Free | Fill | Delay | Exchange | Empty


@dataclass(frozen=True)
class Shift:
    """The agenda after a change."""

    agenda: dict[int | None, Items]
    taken_up_in: int | None = None  # the class whose spare items, or free time, ended the shift
    given_way: Items = ()  # spare items that are parked
    fallen_off: Items = ()  # what found no class any more, and is parked
    stays: Items = ()  # what is pinned in the class that was to be emptied


def plan_shift(
    meetings: Sequence[PlannedMeeting],
    agenda: Mapping[int | None, Sequence[PlannedItem]],
    change: Change,
) -> Shift:
    """What ``change`` does to ``agenda``; ``meetings`` are in the order of the term."""
    after = {key: tuple(items) for key, items in agenda.items()}
    after.setdefault(None, ())
    match change:
        case Free():
            shift = _free(meetings, dict(after), change)
            if shift.fallen_off and change.held:
                return _free(meetings, after, replace(change, held=frozenset()))
            return shift
        case Fill():
            return _fill(meetings, after, change)
        case Delay():
            return _delay(meetings, after, change)
        case Exchange(one, other):
            mine, theirs = _movable(after[one]), _movable(after[other])
            after[one] = _with(after[one], theirs)
            after[other] = _with(after[other], mine)
            return Shift(after)
        case Empty(meeting, to):
            carried = _movable(after[meeting])
            stays = _pinned(after[meeting])
            after[meeting] = stays
            after[to] = after[to] + carried
            return Shift(after, stays=stays)


def repeat_free(
    meetings: Sequence[PlannedMeeting],
    agenda: Mapping[int | None, Sequence[PlannedItem]],
    freed: Sequence[int],
    buffers: frozenset[int] = frozenset(),
    held: frozenset[int] = frozenset(),
) -> Shift:
    """Free several classes that follow each other, such as those of a week that is put in."""
    shift = Shift({key: tuple(items) for key, items in agenda.items()})
    for meeting in freed:
        next_one = plan_shift(meetings, shift.agenda, Free(meeting, buffers, held))
        shift = replace(
            next_one,
            given_way=shift.given_way + next_one.given_way,
            fallen_off=shift.fallen_off + next_one.fallen_off,
            stays=shift.stays + next_one.stays,
        )
    return shift


def may_give_way(
    meetings: Sequence[PlannedMeeting],
    agenda: Mapping[int | None, Sequence[PlannedItem]],
    meeting: int,
) -> list[tuple[PlannedMeeting, PlannedItem]]:
    """What stands after a class and could take up what is carried: spare items, and words."""
    return [
        (one, item)
        for one in _receivers(meetings, agenda, after=meeting)
        for item in _movable(agenda[one.id])
        if item.is_buffer or item.paper is None
    ]


def _free(
    meetings: Sequence[PlannedMeeting], after: dict[int | None, Items], change: Free
) -> Shift:
    own = _movable(after[change.meeting])
    # What is spare in the class itself need not be carried on.
    given_way = tuple(item for item in own if _gives_way(item, change))
    carried = tuple(item for item in own if item not in given_way)
    stays = after[change.meeting] = _pinned(after[change.meeting])
    taken_up_in = None
    for meeting in _receivers(meetings, after, after=change.meeting):
        if not carried:
            break
        own = _movable(after[meeting.id])
        spare = [item for item in own if _gives_way(item, change)][: len(carried)]
        if spare or not own:
            kept = tuple(item for item in own if item not in spare)
            after[meeting.id] = _with(after[meeting.id], carried + kept)
            given_way, carried, taken_up_in = given_way + tuple(spare), (), meeting.id
            break
        after[meeting.id] = _with(after[meeting.id], carried)
        carried = own
    after[None] = after[None] + given_way + carried
    return Shift(after, taken_up_in, given_way, carried, stays)


def _fill(
    meetings: Sequence[PlannedMeeting], after: dict[int | None, Items], change: Fill
) -> Shift:
    gap, moved_from = change.meeting, None
    for meeting in _receivers(meetings, after, after=change.meeting):
        own = _movable(after[meeting.id])
        if all(item.is_buffer for item in own):  # also where there is nothing
            break
        after[gap] = _with(after[gap], _movable(after[gap]) + own)
        after[meeting.id] = _pinned(after[meeting.id])
        gap = moved_from = meeting.id
    return Shift(after, taken_up_in=moved_from)


def _delay(
    meetings: Sequence[PlannedMeeting], after: dict[int | None, Items], change: Delay
) -> Shift:
    first = next(one for one in meetings if one.id == change.meeting)
    rest = _receivers(meetings, after, after=change.meeting)
    places = [one.id for one in ([first] if _can_receive(first, after) else []) + rest]
    contents = [_movable(after[key]) for key in places]
    for number, key in enumerate(places):
        earlier = number - change.by
        after[key] = _with(after[key], contents[earlier] if earlier >= 0 else ())
    fallen_off = tuple(item for content in contents[-change.by :] for item in content)
    after[None] = after[None] + fallen_off
    return Shift(after, fallen_off=fallen_off)


def _receivers(
    meetings: Sequence[PlannedMeeting],
    agenda: Mapping[int | None, Sequence[PlannedItem]],
    *,
    after: int,
) -> list[PlannedMeeting]:
    """The classes after one that content can move to."""
    ids = [one.id for one in meetings]
    return [one for one in meetings[ids.index(after) + 1 :] if _can_receive(one, agenda)]


def _can_receive(
    meeting: PlannedMeeting, agenda: Mapping[int | None, Sequence[PlannedItem]]
) -> bool:
    """Whether a class takes place, is not pinned, and is not full of pinned items."""
    items = agenda[meeting.id]
    return meeting.takes_place and not meeting.is_pinned and (not items or bool(_movable(items)))


def _gives_way(item: PlannedItem, change: Free) -> bool:
    if item.is_buffer:
        return item.id not in change.held
    return item.id in change.buffers


def _movable(items: Sequence[PlannedItem]) -> Items:
    return tuple(item for item in items if not item.is_pinned)


def _pinned(items: Sequence[PlannedItem]) -> Items:
    return tuple(item for item in items if item.is_pinned)


def _with(items: Sequence[PlannedItem], movable: Items) -> Items:
    """The agenda with ``movable`` where its own movable items begin; pinned ones stay around."""
    first = next((n for n, item in enumerate(items) if not item.is_pinned), len(items))
    return (*items[:first], *movable, *_pinned(items[first:]))
