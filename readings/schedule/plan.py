"""The plan of a term as values: its weeks, its classes, and what happens in them.  Pure.

Rows are the published plan (``plan_rows``); a draft is edits of these values (``edits``).  What was
planned and has no row yet has a negative id.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, TypeAlias

MAX_MEETINGS: Final = 400

#: The agenda of each class, and under None what is in no class: ids of items, in order.
Agenda: TypeAlias = Mapping[int | None, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class PlannedWeek:
    """A numbered week."""

    id: int
    number: int
    topic: str = ""


@dataclass(frozen=True, slots=True)
class PlannedMeeting:
    """A class; date and times are local."""

    id: int
    week: int  # the id of its week
    meets_on: dt.date | None = None
    meets_from: dt.time | None = None
    meets_until: dt.time | None = None
    status: str = "class"
    room: str = ""
    is_pinned: bool = False
    position: int = 0  # in its week, among those without a date

    @property
    def takes_place(self) -> bool:
        """Whether there is class."""
        return self.status == "class"


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """What happens in a class: a paper, or words."""

    id: int
    kind: str = "papers"
    stage: str = ""
    paper: int | None = None
    text: str = ""
    portion: str = ""
    links: tuple[Mapping[str, str], ...] = ()
    presenters: tuple[str, ...] = ()
    carries_note: bool = False
    is_pinned: bool = False
    is_spare: bool = False

    @property
    def is_buffer(self) -> bool:
        """Whether it gives way when a class is lost."""
        return not self.is_pinned and (self.is_spare or self.kind in {"open", "flex"})


@dataclass(frozen=True, slots=True)
class PlannedReading:
    """What a course says of a paper; ``known_as`` is the paper's own title."""

    paper: int
    label: str = ""
    title: str = ""
    required: bool = True
    known_as: str = ""

    @property
    def name(self) -> str:
        """What people call it."""
        return self.label or self.title or self.known_as


@dataclass(frozen=True)
class Plan:
    """A whole term."""

    weeks: Mapping[int, PlannedWeek]
    meetings: Mapping[int, PlannedMeeting]
    items: Mapping[int, PlannedItem]
    agenda: Agenda
    readings: Mapping[int, PlannedReading]  # by paper
    # Of what was planned at any time, also if it is not there now.
    lowest_id: int = field(default=0, compare=False)

    @cached_property
    def in_order(self) -> list[PlannedMeeting]:
        """The classes in the order of the term: by week, and in it by date, undated ones last."""
        return sorted(self.meetings.values(), key=self._place_in_term)

    @cached_property
    def weeks_in_order(self) -> list[PlannedWeek]:
        """The weeks by their number."""
        return sorted(self.weeks.values(), key=lambda week: (week.number, week.id))

    @cached_property
    def meeting_of(self) -> dict[int, int | None]:
        """Item to the class in which it stands; None: in none."""
        return {item: meeting for meeting, items in self.agenda.items() for item in items}

    def items_of(self, meeting: int | None) -> list[PlannedItem]:
        """What is on the agenda of a class, in order."""
        return [self.items[item] for item in self.agenda.get(meeting, ())]

    def meetings_of(self, week: int) -> list[PlannedMeeting]:
        """The classes of a week, in order."""
        return [one for one in self.in_order if one.week == week]

    def following(self, item: int) -> int | None:
        """The item that stands after this one in its class."""
        agenda = self.agenda[self.meeting_of[item]]
        after = agenda[agenda.index(item) + 1 :]
        return after[0] if after else None

    def name_of(self, item: PlannedItem) -> str:
        """What people call an item."""
        if item.paper is None:
            return item.text
        reading = self.readings.get(item.paper)
        return reading.name if reading else "A paper"

    def place_of(self, meeting: int | None) -> str:
        """``Nov 3``, as it stands in a sentence."""
        if meeting is None:
            return "“not scheduled”"
        found = self.meetings.get(meeting)
        if found is None:
            return "a class that is gone"
        return day_of(found.meets_on) or f"a class of week {self.weeks[found.week].number}"

    def next_new_id(self) -> int:
        """An id for what has no row yet."""
        return min((self.lowest_id, *self.weeks, *self.meetings, *self.items)) - 1

    def with_rows(self, **changed: Any) -> Plan:
        """The plan with other rows in some of its parts."""
        return replace(self, **changed)

    def _place_in_term(self, meeting: PlannedMeeting) -> tuple[Any, ...]:
        return (
            self.weeks[meeting.week].number,
            meeting.meets_on or dt.date.max,
            meeting.meets_from or dt.time.min,
            meeting.position,
            # What was added last stands last.
            abs(meeting.id) + (meeting.id < 0) * 2**62,
        )


def plan_from(
    *,
    weeks: Iterable[PlannedWeek],
    meetings: Iterable[PlannedMeeting],
    agenda: Mapping[int | None, Sequence[PlannedItem]],
    readings: Iterable[PlannedReading],
) -> Plan:
    """The plan of these rows."""
    found = {one.id: one for one in meetings}
    return Plan(
        weeks={one.id: one for one in weeks},
        meetings=found,
        items={one.id: one for items in agenda.values() for one in items},
        agenda={key: tuple(one.id for one in agenda.get(key, ())) for key in (*found, None)},
        readings={one.paper: one for one in readings},
    )


def day_of(day: dt.date | None) -> str:
    """``Nov 3``; empty without a date."""
    return f"{day:%b} {day.day}" if day else ""
