"""Edits of a plan: what a person changed, which other plan it still fits, and its reverse.  Pure.

An edit says what it saw.  Where that is not so any more, somebody changed the same thing in the
meantime, and the edit is refused with ``DoesNotFit`` instead of overwriting it.  What was changed
beside it does not matter, so that several people can edit one plan at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal, TypeAlias

from readings.core.refusals import Refusal
from readings.schedule.plan import (
    MAX_MEETINGS,
    Agenda,
    Plan,
    PlannedItem,
    PlannedMeeting,
    PlannedReading,
    PlannedWeek,
    day_of,
)

Values: TypeAlias = Mapping[str, Any]
What: TypeAlias = Literal["week", "meeting", "item", "reading"]

_ROWS: Final[Mapping[str, tuple[str, type[Any], str]]] = {
    # what: the part of the plan, its values, and the value that is its key
    "week": ("weeks", PlannedWeek, "id"),
    "meeting": ("meetings", PlannedMeeting, "id"),
    "item": ("items", PlannedItem, "id"),
    "reading": ("readings", PlannedReading, "paper"),
}


class DoesNotFit(Refusal):
    """The plan is not any more as the edit saw it, or would be impossible after it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place on an agenda: the class (None: in none), and the item it stands before."""

    meeting: int | None
    before: int | None = None  # None: at the end


@dataclass(frozen=True, slots=True)
class Set:
    """Other values for a row: what was seen there, and what it becomes."""

    what: What
    id: int
    seen: Values
    to: Values

    def apply(self, plan: Plan) -> Plan:
        """The plan after it.  Raises ``DoesNotFit``."""
        part, _type, _key = _ROWS[self.what]
        rows = getattr(plan, part)
        row = rows.get(self.id)
        if row is None:
            raise DoesNotFit(f"What “{_said(self.to)}” was meant for is gone.")
        for name, value in self.to.items():
            here = getattr(row, name)
            if here not in (self.seen[name], value):
                raise DoesNotFit(
                    f"{name_of(plan, self.what, row)} was changed in the meantime:"
                    f" {_WORDS.get(name, name)} is “{_shown(here)}” now,"
                    f" and was “{_shown(self.seen[name])}”."
                )
        row = replace(row, **self.to)
        return _checked(plan.with_rows(**{part: {**rows, self.id: row}}), self.what, row)

    def reverse(self) -> Edit:
        """The edit that puts it back."""
        return Set(self.what, self.id, seen=self.to, to=self.seen)


@dataclass(frozen=True, slots=True)
class Add:
    """A new row; an item with the place where it stands."""

    what: What
    row: Any
    place: Place | None = None

    def apply(self, plan: Plan) -> Plan:
        """The plan after it.  Raises ``DoesNotFit``."""
        part, _type, key = _ROWS[self.what]
        rows = getattr(plan, part)
        found = getattr(self.row, key)
        if self.what == "reading" and found in rows:
            return plan  # somebody brought the same paper
        changed: dict[str, Any] = {part: {**rows, found: self.row}}
        if self.place is not None:
            changed["agenda"] = _put(plan, plan.agenda, found, self.place)
        if self.what == "meeting":
            changed["agenda"] = {**plan.agenda, found: ()}
        return _checked(plan.with_rows(**changed), self.what, self.row)

    def reverse(self) -> Edit:
        """The edit that takes it away."""
        return Remove(self.what, self.row, self.place)


@dataclass(frozen=True, slots=True)
class Remove:
    """A row that goes; ``row`` and ``place`` are what was seen of it."""

    what: What
    row: Any
    place: Place | None = None

    def apply(self, plan: Plan) -> Plan:
        """The plan after it.  Raises ``DoesNotFit``."""
        part, _type, key = _ROWS[self.what]
        rows = dict(getattr(plan, part))
        found = getattr(self.row, key)
        if rows.pop(found, None) is None:
            return plan  # it is gone already
        changed: dict[str, Any] = {part: rows}
        if self.what == "item":
            changed["agenda"] = _without(plan.agenda, found)
        elif self.what == "meeting":
            changed["agenda"] = self._emptied(plan, found)
        elif self.what == "week" and any(one.week == found for one in plan.meetings.values()):
            raise DoesNotFit(
                f"Week {self.row.number} still has classes: move or remove them first."
            )
        return plan.with_rows(**changed)

    def reverse(self) -> Edit:
        """The edit that brings it back."""
        return Add(self.what, self.row, self.place)

    def _emptied(self, plan: Plan, meeting: int) -> Agenda:
        if plan.agenda[meeting]:
            raise DoesNotFit(
                "There is still something on the agenda of"
                f" {plan.place_of(meeting)}: move it or take it off first."
            )
        return {key: items for key, items in plan.agenda.items() if key != meeting}


@dataclass(frozen=True, slots=True)
class Move:
    """An item goes to another place, with its talks and deadlines."""

    id: int
    seen: Place
    to: Place

    def apply(self, plan: Plan) -> Plan:
        """The plan after it.  Raises ``DoesNotFit``."""
        item = plan.items.get(self.id)
        if item is None:
            raise DoesNotFit("What was to be moved is not in the plan any more.")
        here = plan.meeting_of[self.id]
        if here not in (self.seen.meeting, self.to.meeting):
            raise DoesNotFit(
                f"{plan.name_of(item)} was moved to {plan.place_of(here)} in the meantime."
            )
        if self.to.meeting is not None and self.to.meeting not in plan.meetings:
            raise DoesNotFit(f"The class to which {plan.name_of(item)} was to be moved is gone.")
        agenda = _put(plan, _without(plan.agenda, self.id), self.id, self.to)
        return plan.with_rows(agenda=agenda)

    def reverse(self) -> Edit:
        """The edit that moves it back."""
        return Move(self.id, seen=self.to, to=self.seen)


Edit: TypeAlias = Set | Add | Remove | Move


def apply_edits(plan: Plan, edits: Iterable[Edit]) -> Plan:
    """The plan after all of them, one after the other.  Raises ``DoesNotFit``."""
    for edit in edits:
        plan = edit.apply(plan)
    return plan


def reversed_edits(edits: Sequence[Edit]) -> list[Edit]:
    """The edits that undo these."""
    return [edit.reverse() for edit in reversed(edits)]


def set_values(what: What, row: Any, values: Values) -> list[Edit]:
    """The edit that gives a row these values; none where it has them."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    seen = {name: getattr(row, name) for name in changed}
    key = _ROWS[what][2]
    return [Set(what, getattr(row, key), seen=seen, to=changed)] if changed else []


def move_edits(plan: Plan, agenda: Agenda) -> list[Edit]:
    """The moves that make the plan's agenda this one, of the same items."""
    edits: list[Edit] = []
    for meeting, wanted in agenda.items():
        # From the last to the first, so that what an item stands before is there already.
        for place in range(len(wanted) - 1, -1, -1):
            item = wanted[place]
            before = wanted[place + 1] if place + 1 < len(wanted) else None
            here = Place(plan.meeting_of[item], plan.following(item))
            if here != Place(meeting, before):
                edit = Move(item, seen=here, to=Place(meeting, before))
                plan = edit.apply(plan)
                edits.append(edit)
    return edits


def name_of(plan: Plan, what: What, row: Any) -> str:
    """What people call a row: “DSPy”, the class of Nov 3, week 4."""
    match what:
        case "week":
            return f"Week {row.number}"
        case "meeting":
            return f"The class of {day_of(row.meets_on) or 'no date'}"
        case "item":
            return f"“{plan.name_of(row)}”"
        case _:
            return f"“{row.name}”"


def seen_to_json(plan: Plan, *rows: tuple[What, int]) -> dict[str, Any]:
    """What a form shows of some rows of a plan, to be given back to ``as_seen``."""
    shown: dict[str, Any] = {}
    for what, key in rows:
        shown[what] = _plain(asdict(getattr(plan, _ROWS[what][0])[key]))
        if what == "item":
            shown["place"] = plan.meeting_of[key]
    return shown


def as_seen(plan: Plan, stored: Mapping[str, Any]) -> Plan:
    """The plan with the rows that ``seen_to_json`` showed as they were shown.

    Rows that are gone stay away.  Raises ``ValueError``, ``TypeError`` and ``LookupError`` where
    ``stored`` was not made by it.
    """
    for what, (part, kind, key) in _ROWS.items():
        if what in stored:
            row = kind(**_typed(stored[what]))
            rows = getattr(plan, part)
            if getattr(row, key) in rows:
                plan = plan.with_rows(**{part: {**rows, getattr(row, key): row}})
    if "place" in stored and stored["item"]["id"] in plan.items:
        item, place = stored["item"]["id"], stored["place"]
        rest = _without(plan.agenda, item)
        plan = plan.with_rows(agenda={**rest, place: (*rest.get(place, ()), item)})
    return plan


# --- As they are stored ---------------------------------------------------------------------------


def edits_to_json(edits: Iterable[Edit]) -> list[dict[str, Any]]:
    """The edits as JSON has them."""
    return [{"edit": type(edit).__name__.lower(), **_plain(asdict(edit))} for edit in edits]


def edits_from_json(stored: Iterable[Mapping[str, Any]]) -> list[Edit]:
    """The edits that ``edits_to_json`` wrote."""
    return [_read_edit(dict(one)) for one in stored]


def _read_edit(one: dict[str, Any]) -> Edit:
    kind = one.pop("edit")
    if kind == "move":
        return Move(one["id"], seen=Place(**one["seen"]), to=Place(**one["to"]))
    if kind == "set":
        return Set(one["what"], one["id"], seen=_typed(one["seen"]), to=_typed(one["to"]))
    row = _ROWS[one["what"]][1](**_typed(one["row"]))
    place = Place(**one["place"]) if one["place"] else None
    return (Add if kind == "add" else Remove)(one["what"], row, place)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


def _typed(values: Values) -> dict[str, Any]:
    read = {
        "meets_on": dt.date.fromisoformat,
        "meets_from": dt.time.fromisoformat,
        "meets_until": dt.time.fromisoformat,
        "links": tuple,
        "presenters": tuple,
    }
    return {
        name: read[name](value) if name in read and value is not None else value
        for name, value in values.items()
    }


# --- What is possible -----------------------------------------------------------------------------


def _put(plan: Plan, agenda: Agenda, item: int, place: Place) -> Agenda:
    if place.meeting is not None and place.meeting not in plan.meetings:
        raise DoesNotFit("The class for which this was meant is gone.")
    there = agenda.get(place.meeting, ())
    # What it was to stand before may have gone elsewhere: then it stands last.
    spot = there.index(place.before) if place.before in there else len(there)
    return {**agenda, place.meeting: (*there[:spot], item, *there[spot:])}


def _without(agenda: Agenda, item: int) -> Agenda:
    return {
        key: tuple(one for one in items if one != item) if item in items else items
        for key, items in agenda.items()
    }


def _checked(plan: Plan, what: What, row: Any) -> Plan:
    """The plan, unless the row is impossible in it.  Raises ``DoesNotFit``."""
    if what == "meeting":
        _check_meeting(plan, row)
    elif what == "week" and any(
        one.number == row.number and one.id != row.id for one in plan.weeks.values()
    ):
        raise DoesNotFit(f"There is a week {row.number} already.")
    return plan


def _check_meeting(plan: Plan, meeting: PlannedMeeting) -> None:
    if meeting.week not in plan.weeks:
        raise DoesNotFit("The week of that class is gone.")
    if len(plan.meetings) > MAX_MEETINGS:
        raise DoesNotFit(f"A term has at most {MAX_MEETINGS} classes.")
    if meeting.meets_from and not meeting.meets_on:
        raise DoesNotFit("A time needs a date.")
    if meeting.meets_from and meeting.meets_until and meeting.meets_until <= meeting.meets_from:
        raise DoesNotFit("Class would end before it starts.")
    for other in plan.meetings.values():
        if other.id != meeting.id and at_same_time(meeting, other):
            raise DoesNotFit(
                f"There is a class on {day_of(meeting.meets_on)} at that time already."
            )


def at_same_time(one: PlannedMeeting, other: PlannedMeeting) -> bool:
    """Whether two classes begin together, or one goes on when the other begins."""
    if one.meets_on is None or one.meets_on != other.meets_on:
        return False
    if one.meets_from == other.meets_from:
        return True
    if one.meets_from is None or other.meets_from is None:
        return False
    first, second = sorted((one, other), key=lambda each: each.meets_from or dt.time.min)
    assert second.meets_from is not None  # noqa: S101 (both have a time here)
    return first.meets_until is not None and first.meets_until > second.meets_from


_WORDS: Final = {
    "meets_on": "its date",
    "meets_from": "its beginning",
    "meets_until": "its end",
    "status": "what it is",
    "room": "its room",
    "topic": "its topic",
    "kind": "its kind",
    "stage": "its stage",
    "text": "its words",
    "portion": "the part to be read",
    "label": "its short name",
    "title": "its title",
}


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, dt.date):
        return day_of(value)
    if isinstance(value, dt.time):
        return f"{value.hour}:{value.minute:02}"
    return (
        {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    )


def _said(values: Values) -> str:
    return ", ".join(_shown(value) for value in values.values())
