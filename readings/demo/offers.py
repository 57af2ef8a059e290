"""The sign-up sheets of the sample course, and the slots on them."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from readings.accounts.models import User
from readings.core.clock import instant_of
from readings.courses.models import Group
from readings.demo.past import Past
from readings.demo.timetable import PlacedItem
from readings.presentations.models import Method, Sheet, Slot, TakenBy
from readings.presentations.sheets.adding import (
    add_presentation_slots,
    add_slot,
    add_slot_on_each,
)
from readings.presentations.sheets.services import make_sheet
from readings.presentations.sheets.terms import SheetTerms, Terms
from readings.schedule.models import Kind, Stage

MORNING: Final = dt.time(9, 0)
EVENING: Final = dt.time(18, 0)
WISHES_OPENED: Final = dt.timedelta(days=9)  # ago
WISHES_CLOSE: Final = dt.timedelta(days=5)  # from now

PAPERS: Final = SheetTerms(
    title="Lead a paper",
    must_hold=1,
    may_hold=2,
    days_apart=14,
    slides_due_hours=2,
    marks_out_of=Decimal(10),
)
TECH_TALKS: Final = SheetTerms(
    title="Tech talks", method=Method.WISHES, must_hold=1, may_hold=1, slides_due_hours=2
)
# Two on each class with tech talks.
TOURS: Final = (
    "TVM: from Relay to a schedule",
    "Triton: from Python to PTX",
    "PyTorch: Dynamo and Inductor",
    "MLIR: dialects and their lowering",
    "XLA: fusion, pass by pass",
    "vLLM: the scheduler",
    "IREE: from model to phone",
    "llama.cpp: kernels by hand",
)
TOURS_EACH: Final = 2


@dataclass(frozen=True)
class _Offer:
    """Slots for groups on every class of one stage, on a sheet of their own."""

    stage: Stage
    sheet: SheetTerms
    minutes: int
    opens_weeks_before: int


def _of_groups(title: str, *, slides_due_hours: int | None = None) -> SheetTerms:
    return SheetTerms(
        title=title,
        taken_by=TakenBy.GROUP,
        must_hold=1,
        may_hold=1,
        slides_due_hours=slides_due_hours,
    )


PITCHES: Final = replace(_of_groups("Pitches"), fewest_members=2, most_members=3)
_FINAL_TALKS: Final = replace(
    _of_groups("Final talks", slides_due_hours=24), marks_out_of=Decimal(20)
)
_OFFERS: Final = (
    _Offer(Stage.PITCH, PITCHES, 12, opens_weeks_before=4),
    _Offer(Stage.UPDATE, _of_groups("Updates"), 12, opens_weeks_before=3),
    _Offer(Stage.FINAL, _FINAL_TALKS, 15, opens_weeks_before=3),
)


class Offers:
    """Makes the sheets of a course that has none yet."""

    def __init__(
        self,
        past: Past,
        placed: Sequence[PlacedItem],
        *,
        teacher: User,
        students: Sequence[User],
        groups: Sequence[Group],
    ) -> None:
        self._past = past
        self._course = past.course
        self._placed = placed
        self._teacher = teacher
        self._students = students
        self._groups = groups

    def readings(self, at: dt.datetime) -> dict[str, tuple[PlacedItem, Slot]]:
        """A slot on each reading, by its label."""
        items = {
            one.plan.label: one for one in self._placed if one.plan.label and not one.is_repeat
        }
        with self._past.at(at):
            slots = add_slot_on_each(
                sheet=self._sheet(replace(PAPERS, opens_at=at)),
                items=[one.row for one in items.values()],
                terms=Terms(minutes=25),
                actor=self._teacher,
            )
        slot_on = {slot.agenda_item_id: slot for slot in slots}
        return {label: (one, slot_on[one.row.pk]) for label, one in items.items()}

    def presentations(self) -> list[list[Slot]]:
        """Slots on every presentation of groups; gives those of the first pitches, by day."""
        pitches: list[list[Slot]] = []
        by_week = itertools.groupby(self._placed, key=lambda one: one.week)
        for items, offer in itertools.product([list(found) for _week, found in by_week], _OFFERS):
            days = [one for one in items if one.plan.stage == offer.stage]
            if not days:
                continue
            slots = self._present_on(days, offer)
            if offer.stage == Stage.PITCH and not pitches:
                pitches = [
                    [slot for slot in slots if slot.agenda_item_id == one.row.pk] for one in days
                ]
        return pitches

    def tours(self) -> list[Slot]:
        """Two on each class with tech talks, for which everybody hands in wishes."""
        days = [one for one in self._placed if one.plan.kind == Kind.TECH_TALK]
        if not days:
            return []
        seats = -(-len(self._students) // (TOURS_EACH * len(days)))
        titles = itertools.cycle(TOURS)
        opens_at = self._on_the_clock(-WISHES_OPENED, MORNING)
        terms = replace(
            TECH_TALKS, opens_at=opens_at, closes_at=self._on_the_clock(WISHES_CLOSE, EVENING)
        )
        with self._past.at(opens_at - dt.timedelta(hours=16)):
            sheet = self._sheet(terms)
            return [
                add_slot(
                    sheet=sheet,
                    item=one.row,
                    terms=Terms(title=next(titles), seats=seats, minutes=25),
                    actor=self._teacher,
                )
                for one in days
                for _number in range(TOURS_EACH)
            ]

    def _present_on(self, days: list[PlacedItem], offer: _Offer) -> list[Slot]:
        first_day, zone = days[0].meets_on, self._course.zone
        opens_on = first_day - dt.timedelta(weeks=offer.opens_weeks_before)
        opens_at = instant_of(opens_on, MORNING, zone)
        closes_at = instant_of(first_day - dt.timedelta(days=1), EVENING, zone)
        with self._past.at(days[0].class_at - dt.timedelta(weeks=days[0].week)):
            sheet = self._sheet(replace(offer.sheet, opens_at=opens_at, closes_at=closes_at))
            # A term that goes round again has such talks twice, the later ones in their own time.
            is_first = sheet.opens_at == opens_at
            terms = Terms(
                minutes=offer.minutes,
                opens_at=None if is_first else opens_at,
                closes_at=None if is_first else closes_at,
            )
            return add_presentation_slots(
                sheet=sheet,
                items=[one.row for one in days],
                slots_each=len(self._groups) // len(days) + 1,
                terms=terms,
                actor=self._teacher,
            )

    def _on_the_clock(self, away: dt.timedelta, time: dt.time) -> dt.datetime:
        """That time of day, so far from now."""
        zone = self._course.zone
        return instant_of((self._past.now + away).astimezone(zone).date(), time, zone)

    def _sheet(self, terms: SheetTerms) -> Sheet:
        """The sheet of this title; the first to ask for it makes it."""
        there = Sheet.objects.filter(course=self._course, title=terms.title).first()
        return there or make_sheet(course=self._course, terms=terms, actor=self._teacher)
