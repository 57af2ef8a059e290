"""A class that is cancelled or gained, classes exchanged, a week put in, a term moved.  Pure.

Each gives the edits and says, before anybody confirms them, what became of what.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias

from readings.planning.actions import Impossible, arranged
from readings.planning.comparing import meeting_words
from readings.schedule.edits import Add, DoesNotFit, Edit, Remove, apply_edits, set_values
from readings.schedule.plan import Plan, PlannedItem, PlannedMeeting, PlannedWeek
from readings.schedule.shifting import (
    Delay,
    Empty,
    Exchange,
    Fill,
    Free,
    Shift,
    plan_shift,
    repeat_free,
)
from readings.schedule.terms import week_number

LONGEST_MOVE = 400  # days

Held: TypeAlias = Mapping[int, Sequence[str]]  # item id to who presents it


class Way(StrEnum):
    """What becomes of what was planned for a class that is cancelled."""

    SHIFT = "shift"  # everything moves on until something spare takes it up
    SHELF = "shelf"  # it waits, unscheduled
    MOVE = "move"  # it goes to another class
    STAY = "stay"  # it stays where it is, to be seen to later


@dataclass(frozen=True)
class Rearranged:
    """The edits, and what a person should know of them."""

    summary: str
    edits: Sequence[Edit]
    remarks: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def cancel(
    plan: Plan,
    meeting: int,
    way: Way,
    *,
    to: int | None = None,
    buffers: frozenset[int] = frozenset(),
    held: Held | None = None,
) -> Rearranged:
    """There is no class on that day.  Raises ``Impossible``."""
    found = _meeting(plan, meeting)
    if not found.takes_place:
        raise Impossible(f"There is no class on {meeting_words(found, plan)} anyway.")
    edits = set_values("meeting", found, {"status": "cancelled"})
    shift = Shift(_agenda(plan))
    if way is Way.SHIFT:
        shift = _shifted(plan, Free(meeting, buffers, frozenset(held or ())))
    elif way is Way.SHELF:
        shift = _shifted(plan, Empty(meeting))
    elif way is Way.MOVE:
        if to is None or to == meeting:
            raise Impossible("Say to which class it goes.")
        _taking_place(plan, to)
        shift = _shifted(plan, Empty(meeting, to))
    edits = [*edits, *arranged(plan, shift.agenda)]
    name = meeting_words(found, plan)
    ways = {
        Way.SHIFT: "what follows moves on",
        Way.SHELF: "its agenda waits unscheduled",
        Way.MOVE: f"its agenda goes to {plan.place_of(to)}",
        Way.STAY: "its agenda stays there",
    }
    said = f"; {ways[way]}" if plan.agenda[meeting] else ""
    remarks = [*_remarks(plan, shift), *_topics_left(plan, shift)]
    warnings = [*_left_without(plan, shift, held), *_stays(plan, shift, name)]
    return Rearranged(f"Class on {name} cancelled{said}", edits, remarks, warnings)


def free(
    plan: Plan,
    meeting: int,
    *,
    buffers: frozenset[int] = frozenset(),
    held: Held | None = None,
) -> Rearranged:
    """Make room in a class: its agenda and everything after it move on.  Raises ``Impossible``."""
    found = _taking_place(plan, meeting)
    shift = _shifted(plan, Free(meeting, buffers, frozenset(held or ())))
    name = meeting_words(found, plan)
    summary = f"Room made on {name}; what follows moves on"
    remarks = [*_remarks(plan, shift), *_topics_left(plan, shift)]
    edits = arranged(plan, shift.agenda)
    warnings = [*_left_without(plan, shift, held), *_stays(plan, shift, name)]
    return Rearranged(summary, edits, remarks, warnings)


def restore(plan: Plan, meeting: int, *, fill: bool) -> Rearranged:
    """A class takes place after all, or was gained; ``fill``: what follows moves up into it."""
    found = _meeting(plan, meeting)
    edits = set_values("meeting", found, {"status": "class"})
    plan_after = apply_edits(plan, edits)
    shift = _shifted(plan_after, Fill(meeting)) if fill else Shift(_agenda(plan_after))
    name = meeting_words(found, plan)
    summary = f"Class on {name} takes place" if edits else f"{name} filled"
    if fill:
        summary += "; what follows moves up"
    edits = [*edits, *arranged(plan_after, shift.agenda)]
    remarks = []
    if fill and shift.taken_up_in is not None:
        gap = plan.meetings[shift.taken_up_in]
        remarks.append(f"{meeting_words(gap, plan)} has room then.")
    elif fill:
        remarks.append("Nothing that follows can move up.")
    return Rearranged(summary, edits, [*remarks, *_topics_left(plan_after, shift)])


def exchange(plan: Plan, one: int, other: int) -> Rearranged:
    """Two classes exchange what they are about.  Raises ``Impossible``."""
    if one == other:
        raise Impossible("Choose two different classes.")
    first, second = _taking_place(plan, one), _taking_place(plan, other)
    shift = _shifted(plan, Exchange(one, other))
    names = f"{meeting_words(first, plan)} and {meeting_words(second, plan)}"
    pinned = [item for key in (one, other) for item in plan.items_of(key) if item.is_pinned]
    warnings = [f"{plan.name_of(item)} is pinned and stays." for item in pinned]
    return Rearranged(f"{names} exchanged", arranged(plan, shift.agenda), [], warnings)


def insert_week(
    plan: Plan,
    after: int,
    *,
    at_end: bool,
    meets_from: dt.time | None = None,
    meets_until: dt.time | None = None,
    held: Held | None = None,
) -> Rearranged:
    """A week's classes after the week of that number become free; what stood there comes later.

    ``at_end``: the term gets a week more, and everything, topics too, moves by a week into it.
    Without, what is spare takes it up.  Raises ``Impossible``.
    """
    week = next((one for one in plan.weeks_in_order if one.number > after), None)
    freed = [one for one in plan.meetings_of(week.id) if one.takes_place] if week else []
    if week is None or not freed:
        raise Impossible(f"No week with a class comes after week {after}: add one at the end.")
    if not at_end:
        ids = [one.id for one in freed]
        shift = repeat_free(plan.in_order, _agenda(plan), ids, held=frozenset(held or ()))
        edits = arranged(plan, shift.agenda)
        remarks = [*_remarks(plan, shift), *_topics_left(plan, shift)]
        summary = f"Week {week.number} is free; what follows moves on"
        return Rearranged(summary, edits, remarks, _left_without(plan, shift, held))
    edits = _week_at_end(plan, meets_from, meets_until)
    longer = apply_edits(plan, edits)
    shift = _shifted(longer, Delay(freed[0].id, len(freed)))
    edits = [*edits, *arranged(longer, shift.agenda), *_topics_later(longer, week.number)]
    last = longer.weeks_in_order[-1]
    return Rearranged(
        f"A week put in after week {after}; everything after it is a week later",
        edits,
        [f"Week {last.number} is new at the end of the term.", *_remarks(longer, shift)],
        _left_without(longer, shift, held),
    )


def move_term(plan: Plan, days: int, *, since: dt.date | None = None) -> Rearranged:
    """Every class so many days later (negative: earlier); holidays keep their dates.

    ``since``: only the classes from that day on.  A class that would fall on a holiday takes the
    next day on which there would be one.  Weeks are counted anew.  Raises ``Impossible``.
    """
    before = [one for one in plan.in_order if one.meets_on and since and one.meets_on < since]
    dated = [one for one in plan.in_order if one.meets_on and one not in before]
    if not days or abs(days) > LONGEST_MOVE:
        raise Impossible(f"A term moves by 1 to {LONGEST_MOVE} days.")
    holidays = [one for one in dated if one.status == "holiday"]
    classes = [one for one in dated if one.status != "holiday"]
    if not classes:
        raise Impossible("No class has a date yet.")
    off = {one.meets_on for one in holidays} | {one.meets_on for one in before}
    step = dt.timedelta(days=days)
    offered = sorted({one.meets_on + step for one in dated if one.meets_on} - off)
    weekdays = {day.weekday() for day in offered}
    while len(offered) < len(classes):  # as many more as fell on holidays
        day = offered[-1] + dt.timedelta(days=1)
        while day.weekday() not in weekdays or day in off:
            day += dt.timedelta(days=1)
        offered.append(day)
    moved = [replace(one, meets_on=day) for one, day in zip(classes, offered, strict=False)]
    if before and offered[0] < max(one.meets_on for one in before if one.meets_on):
        raise Impossible("The classes would come before some that keep their dates.")
    edits = _laid(plan, [*before, *moved], holidays)
    way = "later" if days > 0 else "earlier"
    fixed = [f"{meeting_words(one, plan)} keeps its date." for one in holidays]
    what = "The rest of the term" if before else "The term"
    return Rearranged(f"{what} moved by {abs(days)} days {way}", edits, fixed)


def _laid(
    plan: Plan, classes: Sequence[PlannedMeeting], holidays: Sequence[PlannedMeeting]
) -> list[Edit]:
    """The edits that give these classes their dates, in weeks counted from the first of them."""
    first = min(one.meets_on for one in classes if one.meets_on)
    weeks = {week.number: week.id for week in plan.weeks.values()}
    edits: list[Edit] = []
    values = []
    for meeting in (*classes, *holidays):
        assert meeting.meets_on is not None  # noqa: S101 (only dated ones are laid)
        number = max(1, week_number(meeting.meets_on, first))
        if number not in weeks:
            weeks[number] = plan.next_new_id() - len(edits)
            edits.append(Add("week", PlannedWeek(weeks[number], number)))
        values.append((meeting.id, {"meets_on": meeting.meets_on, "week": weeks[number]}))
    laid = apply_edits(plan, edits)
    # Where one class takes the day of another, that one has to be gone from there.
    while values:
        waiting = []
        for meeting_id, value in values:
            step = set_values("meeting", laid.meetings[meeting_id], value)
            try:
                laid = apply_edits(laid, step)
            except DoesNotFit:
                waiting.append((meeting_id, value))
                continue
            edits += step
        if len(waiting) == len(values):
            raise Impossible("Two classes would be at the same time.")
        values = waiting
    emptied = [
        week
        for week in plan.weeks.values()
        if plan.meetings_of(week.id) and not laid.meetings_of(week.id)
    ]
    return [*edits, *(Remove("week", week) for week in emptied)]


def _week_at_end(plan: Plan, meets_from: dt.time | None, meets_until: dt.time | None) -> list[Edit]:
    """A week after the last one that has classes, with classes on the same weekdays."""
    week = next(week for week in reversed(plan.weeks_in_order) if plan.meetings_of(week.id))
    model = plan.meetings_of(week.id)
    number = plan.weeks_in_order[-1].number + 1
    new = PlannedWeek(plan.next_new_id(), number)
    later = dt.timedelta(weeks=number - week.number)
    return [
        Add("week", new),
        *(
            Add(
                "meeting",
                PlannedMeeting(
                    new.id - 1 - place,
                    week=new.id,
                    meets_on=one.meets_on + later if one.meets_on else None,
                    meets_from=(one.meets_from or meets_from) if one.meets_on else None,
                    meets_until=(one.meets_until or meets_until) if one.meets_on else None,
                    position=place,
                ),
            )
            for place, one in enumerate(model)
        ),
    ]


def _topics_later(plan: Plan, first: int) -> list[Edit]:
    """The topics from a week on, each a week later."""
    weeks = [week for week in plan.weeks_in_order if week.number >= first]
    topics = ["", *(week.topic for week in weeks)]
    return [
        edit
        for week, topic in zip(weeks, topics, strict=False)
        for edit in set_values("week", week, {"topic": topic})
    ]


def _remarks(plan: Plan, shift: Shift) -> list[str]:
    said = []
    if shift.given_way:
        names = ", ".join(plan.name_of(item) for item in shift.given_way)
        said.append(f"Gives way and waits unscheduled: {names}.")
    elif shift.taken_up_in is not None:
        said.append(f"{meeting_words(plan.meetings[shift.taken_up_in], plan)} had room for it.")
    if shift.fallen_off:
        names = ", ".join(plan.name_of(item) for item in shift.fallen_off)
        said.append(f"Falls off the end of the term and waits unscheduled: {names}.")
    return said


def _topics_left(plan: Plan, shift: Shift) -> list[str]:
    """Weeks whose topic stays while something else stands in them."""
    weeks = []
    for week in plan.weeks_in_order:
        meetings = [one.id for one in plan.meetings_of(week.id)]
        was = {item for key in meetings for item in plan.agenda[key]}
        now = {item.id for key in meetings for item in shift.agenda[key]}
        if week.topic and now - was:
            weeks.append(f"{week.number} (“{week.topic}”)")
    if not weeks:
        return []
    return [f"Topics stay with their weeks. See whether they still fit: week {', '.join(weeks)}."]


def _left_without(plan: Plan, shift: Shift, held: Held | None) -> list[str]:
    """Talks that would be in no class any more: nobody is to find that out on the day."""
    parked = {item.id for item in shift.agenda[None]} - set(plan.agenda[None])
    return [
        f"{_talks_of(people)} would be in no class: {plan.name_of(plan.items[item])} would not be"
        " scheduled any more."
        for item, people in (held or {}).items()
        if item in parked
    ]


def _talks_of(people: Sequence[str]) -> str:
    if len(people) == 1:
        return f"The talk of {people[0]}"
    return f"The talks of {', '.join(people[:-1])} and {people[-1]}"


def _stays(plan: Plan, shift: Shift, name: str) -> list[str]:
    return [f"{plan.name_of(item)} is pinned and stays on {name}." for item in shift.stays]


def _shifted(plan: Plan, change: Free | Fill | Delay | Exchange | Empty) -> Shift:
    return plan_shift(plan.in_order, _agenda(plan), change)


def _agenda(plan: Plan) -> dict[int | None, tuple[PlannedItem, ...]]:
    return {key: tuple(plan.items_of(key)) for key in plan.agenda}


def _meeting(plan: Plan, meeting: int) -> PlannedMeeting:
    found = plan.meetings.get(meeting)
    if found is None:
        raise Impossible("That class is not in the plan any more.")
    return found


def _taking_place(plan: Plan, meeting: int) -> PlannedMeeting:
    found = _meeting(plan, meeting)
    if not found.takes_place:
        raise Impossible(f"There is no class on {meeting_words(found, plan)}.")
    return found
