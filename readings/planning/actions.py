"""What a person does on the board, as edits of the plan with a sentence about them.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from readings.core.refusals import Refusal
from readings.schedule.edits import (
    Add,
    Edit,
    Move,
    Place,
    Remove,
    apply_edits,
    move_edits,
    name_of,
    set_values,
)
from readings.schedule.plan import (
    Plan,
    PlannedItem,
    PlannedMeeting,
    PlannedReading,
    PlannedWeek,
)
from readings.schedule.terms import TermDay, week_number


class Impossible(Refusal):
    """The plan does not allow what was asked for."""


@dataclass(frozen=True)
class Action:
    """Edits that belong together, and what they are."""

    summary: str
    edits: Sequence[Edit]


# --- Items ----------------------------------------------------------------------------------------


def move_item(
    plan: Plan,
    item: int,
    *,
    to: int | None,
    before: int | None = None,
    seen: Place | None = None,
) -> Action:
    """Put an item into a class (None: on the shelf) before another one, or at the end.

    ``seen`` is where whoever moves it saw it; None: where it is.  Raises ``Impossible``.
    """
    found = _item(plan, item)
    if to is not None and to not in plan.meetings:
        raise Impossible("That class is not in the plan any more.")
    here = plan.meeting_of[item]
    place = Place(here, plan.following(item))
    if seen is not None and seen.meeting != here:
        place = seen
    edit = Move(item, seen=place, to=Place(to, before if before != item else None))
    name = plan.name_of(found)
    if to == here:
        return Action(f"{name} has another place on {plan.place_of(to)}", [edit])
    if to is None:
        return Action(f"{name} taken off {plan.place_of(here)}", [edit])
    return Action(f"{name} moved from {plan.place_of(here)} to {plan.place_of(to)}", [edit])


def nudge_item(plan: Plan, item: int, by: int) -> Action:
    """Move an item up (-1) or down (+1) in its class, and beyond its ends into the next class."""
    here = plan.meeting_of[_item(plan, item).id]
    agenda = [one for one in plan.agenda[here] if one != item]
    place = plan.agenda[here].index(item) + by
    if 0 <= place <= len(agenda) or here is None:
        place = min(max(place, 0), len(agenda))
        before = agenda[place] if place < len(agenda) else None
        return move_item(plan, item, to=here, before=before)
    order = [one.id for one in plan.in_order]
    spot = order.index(here) + by
    if not 0 <= spot < len(order):
        raise Impossible(f"{plan.name_of(plan.items[item])} stands at the end of the term.")
    there = plan.agenda[order[spot]]
    return move_item(plan, item, to=order[spot], before=there[0] if by > 0 and there else None)


def add_reading(
    plan: Plan, readings: Sequence[PlannedReading], *, to: int | None, before: int | None = None
) -> Action | None:
    """Put papers on an agenda, or on the shelf; None where all of them stand there already."""
    there = {item.paper for item in plan.items_of(to)}
    edits: list[Edit] = []
    names: list[str] = []
    for reading in readings:
        if reading.paper in there:
            continue
        there.add(reading.paper)
        if reading.paper not in plan.readings:
            edits.append(Add("reading", reading))
        item = PlannedItem(
            plan.next_new_id() - len(names),
            paper=reading.paper,
            carries_note=_carrier(plan, reading.paper) is None,
        )
        edits.append(Add("item", item, Place(to, before)))
        names.append(reading.name)
    if not names:
        return None
    said = names[0] if len(names) == 1 else f"{len(names)} papers"
    return Action(
        f"{said} added to {plan.place_of(to)}"
        if to is not None
        else f"{said} added, not scheduled",
        edits,
    )


def add_words(plan: Plan, *, to: int | None, before: int | None = None, **values: Any) -> Action:
    """Put something on an agenda that is no paper."""
    item = PlannedItem(plan.next_new_id(), **values)
    return Action(
        f"“{item.text}” added to {plan.place_of(to)}", [Add("item", item, Place(to, before))]
    )


def take_off(plan: Plan, item: int, *, has_slots: bool) -> Action:
    """Take an item off its class: a paper that stands nowhere else, and what is presented, waits.

    Words go; so does one of several items of a paper, and its note is due for another one.
    """
    found = _item(plan, item)
    others = [one.id for one in plan.items.values() if one.paper == found.paper and one.id != item]
    if has_slots or (found.paper is not None and not others):
        return move_item(plan, item, to=None)
    return remove_item(plan, item)


def remove_item(plan: Plan, item: int) -> Action:
    """Remove an item from the course; the note of its paper is due where that stands next."""
    found = _item(plan, item)
    here = plan.meeting_of[item]
    edits: list[Edit] = [Remove("item", found, Place(here, plan.following(item)))]
    heir = next(
        (
            one
            for meeting in (*(meeting.id for meeting in plan.in_order), None)
            for one in plan.items_of(meeting)
            if one.paper == found.paper and one.id != item
        ),
        None,
    )
    if found.carries_note and heir is not None:
        edits += set_values("item", heir, {"carries_note": True})
    return Action(f"{plan.name_of(found)} removed from {plan.place_of(here)}", edits)


def change_item(
    plan: Plan,
    item: int,
    *,
    values: Mapping[str, Any],
    reading: Mapping[str, Any],
    to: int | None,
    seen: Plan | None = None,
) -> Action:
    """Give an item other values, its paper other words, and perhaps another class.

    ``seen`` is the plan as whoever changes it saw it (None: as it is): what they left as it was
    there stays as it is now.
    """
    found = _item(plan, item)
    shown = seen or plan
    edits = set_values("item", shown.items[item], values)
    if found.paper is not None:
        edits += set_values("reading", shown.readings[found.paper], reading)
    name = plan.name_of(found)
    if shown.meeting_of[item] == to:
        return Action(f"{name} changed", edits)
    moved = move_item(plan, item, to=to, seen=Place(shown.meeting_of[item]))
    return Action(moved.summary, [*edits, *moved.edits])


def carry_note(plan: Plan, item: int) -> Action:
    """Let the note of a paper that stands on several agendas be due for this one."""
    found = _item(plan, item)
    carrier = _carrier(plan, found.paper)
    edits = set_values("item", carrier, {"carries_note": False}) if carrier else []
    edits += set_values("item", found, {"carries_note": True})
    place = plan.place_of(plan.meeting_of[item])
    return Action(f"The note on {plan.name_of(found)} is due for {place}", edits)


# --- Classes and weeks ----------------------------------------------------------------------------


def add_week(plan: Plan) -> Action:
    """A week after the last one, without classes."""
    number = max((week.number for week in plan.weeks.values()), default=0) + 1
    return Action(f"Week {number} added", [Add("week", PlannedWeek(plan.next_new_id(), number))])


def remove_week(plan: Plan, week: int) -> Action:
    """Remove a week without classes; ``DoesNotFit`` is raised where there are some."""
    found = plan.weeks[week]
    return Action(f"Week {found.number} removed", [Remove("week", found)])


def add_meeting(plan: Plan, week: int, values: Mapping[str, Any]) -> Action:
    """A class in a week."""
    meeting = PlannedMeeting(plan.next_new_id(), week=week, position=len(plan.meetings), **values)
    return Action(f"{name_of(plan, 'meeting', meeting)} added", [Add("meeting", meeting)])


def change_meeting(
    plan: Plan,
    meeting: int,
    values: Mapping[str, Any],
    *,
    kind: str = "",
    starts_on: dt.date | None = None,
    seen: Plan | None = None,
) -> Action:
    """Give a class another time, room or status; ``kind`` is for all that is on its agenda.

    With a date in another week it goes there.  ``seen`` is as in ``change_item``.
    """
    found = plan.meetings.get(meeting)
    if found is None:
        raise Impossible("That class is not in the plan any more.")
    shown = (seen or plan).meetings[meeting]
    edits: list[Edit] = []
    week = shown.week
    day = values.get("meets_on")
    if day is not None and day != shown.meets_on:
        week, added = week_for(plan, day, found, starts_on)
        edits += added
    edits += set_values("meeting", shown, {**values, "week": week})
    for item in plan.items_of(meeting) if kind else ():
        edits += set_values("item", item, {"kind": kind, "stage": item.stage if kind in
                            {"presentations", "project"} else ""})  # fmt: skip
    return Action(f"{name_of(plan, 'meeting', found)} changed", edits)


def remove_meeting(plan: Plan, meeting: int, *, agenda_to_shelf: bool = False) -> Action:
    """Remove a class; what is on its agenda is put on the shelf first, if that is wanted.

    ``DoesNotFit`` is raised where something is on it.
    """
    edits: list[Edit] = []
    if agenda_to_shelf:
        for item in plan.agenda[meeting]:
            edits += move_item(apply_edits(plan, edits), item, to=None).edits
    found = plan.meetings[meeting]
    return Action(f"{name_of(plan, 'meeting', found)} removed", [*edits, Remove("meeting", found)])


def week_for(
    plan: Plan, day: dt.date, meeting: PlannedMeeting, starts_on: dt.date | None
) -> tuple[int, list[Edit]]:
    """The week in which a class on ``day`` belongs, and the edit that makes it where it is missing.

    It is the week with another class between the same Monday and Sunday, else the one whose
    number the term's first day gives; without either the class stays in its week.
    """
    monday = day - dt.timedelta(days=day.weekday())
    for other in plan.in_order:
        if other.id != meeting.id and other.meets_on and 0 <= (other.meets_on - monday).days < 7:
            return other.week, []
    if starts_on is None or week_number(day, starts_on) < 1:
        return meeting.week, []
    number = week_number(day, starts_on)
    for week in plan.weeks.values():
        if week.number == number:
            return week.id, []
    new = PlannedWeek(plan.next_new_id(), number)
    return new.id, [Add("week", new)]


def build_term(
    plan: Plan,
    days: Sequence[TermDay],
    *,
    meets_from: dt.time | None = None,
    meets_until: dt.time | None = None,
) -> Action:
    """A class on each of these days, and the holidays; a day that has a class stays as it is.

    A day off on which a class without an agenda stands becomes a holiday.
    """
    edits: list[Edit] = []
    taken = {one.meets_on: one for one in plan.meetings.values()}
    weeks = {week.number: week.id for week in plan.weeks.values()}
    new_id = plan.next_new_id()
    count = 0
    for day in days:
        there = taken.get(day.day)
        if there is not None:
            if day.holiday and there.takes_place and not plan.agenda[there.id]:
                edits += set_values("meeting", there, {"status": "holiday"})
                edits.append(_holiday_words(new_id, day.holiday, there.id))
                new_id -= 1
            continue
        if day.week not in weeks:
            weeks[day.week] = new_id
            edits.append(Add("week", PlannedWeek(new_id, day.week)))
            new_id -= 1
        meeting = PlannedMeeting(
            new_id,
            week=weeks[day.week],
            meets_on=day.day,
            meets_from=None if day.holiday else meets_from,
            meets_until=None if day.holiday else meets_until,
            status="holiday" if day.holiday else "class",
        )
        edits.append(Add("meeting", meeting))
        new_id -= 1
        count += not day.holiday
        if day.holiday:
            edits.append(_holiday_words(new_id, day.holiday, meeting.id))
            new_id -= 1
    off = sum(bool(day.holiday) for day in days)
    with_holidays = f" and {off} holiday{'s' if off != 1 else ''}" if off else ""
    return Action(f"{count} classes{with_holidays} of the term added", edits)


def arranged(plan: Plan, agenda: Mapping[int | None, Sequence[PlannedItem]]) -> list[Edit]:
    """The moves that make the plan's agenda this one."""
    return move_edits(plan, {key: tuple(one.id for one in items) for key, items in agenda.items()})


def _holiday_words(key: int, name: str, meeting: int) -> Edit:
    return Add("item", PlannedItem(key, kind="other", text=name), Place(meeting))


def _carrier(plan: Plan, paper: int | None) -> PlannedItem | None:
    return next(
        (one for one in plan.items.values() if one.paper == paper and one.carries_note), None
    )


def _item(plan: Plan, item: int) -> PlannedItem:
    found = plan.items.get(item)
    if found is None:
        raise Impossible("That is not in the plan any more: it was published or removed meanwhile.")
    return found
