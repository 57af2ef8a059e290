"""Groups, slots and who has taken which, as they come together in the first weeks of a term.

Everything goes through the services; their events are then given the times at which these things
would have happened.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from django.db.models import Max

from readings.accounts.models import User
from readings.core.clock import instant_of
from readings.courses.groups.services import form_group, join_group
from readings.courses.models import Course, Event, Group
from readings.demo import people
from readings.demo.timetable import PlacedItem
from readings.presentations.models import Sheet, SignUp, Slot, TakenBy
from readings.presentations.services import claim_seat, put_on_seat
from readings.presentations.sheets.adding import add_presentation_slots, add_slot_on_each
from readings.presentations.sheets.services import make_sheet
from readings.presentations.sheets.terms import SheetTerms, Terms
from readings.schedule.models import Kind, Stage

MORNING: Final = dt.time(9, 0)
EVENING: Final = dt.time(18, 0)

# Who leads which reading, by their place among the students; the rest is free.
LEADERS: Final = {
    "DSPy": 1, "TVM": 2, "MTP": 3, "Relay": 4, "GEPA": 5, "Ansor": 0, "PyTorch2": 6,
    "TorchBench": 7, "TorchTitan": 8, "ECLIP": 9, "Geak": 10, "MLIR": 11, "EffPagedAttn": 12,
    "TPUs": 2,
}  # fmt: skip
# Which pitch the first groups have taken: day, place on that day.
PITCHES_TAKEN: Final = ((0, 1), (0, 0), (1, 0))


@dataclass(frozen=True)
class _Offer:
    """Slots on every class of one sort, on a sheet of their own."""

    kind: Kind
    stage: str
    sheet: SheetTerms
    terms: Terms
    opens_weeks_before: int
    closes_on_the_eve: bool = True


def _of_groups(title: str, slides_due_hours: int | None = None) -> SheetTerms:
    return SheetTerms(
        title=title,
        taken_by=TakenBy.GROUP,
        must_hold=1,
        may_hold=1,
        slides_due_hours=slides_due_hours,
    )


PAPERS: Final = SheetTerms(
    title="Lead a paper", must_hold=1, may_hold=2, days_apart=14, slides_due_hours=24
)
_OFFERS: Final = (
    _Offer(Kind.PRESENTATIONS, Stage.PITCH, _of_groups("Pitches"), Terms(minutes=12), 4),
    _Offer(
        Kind.TECH_TALK,
        "",
        SheetTerms(title="Tech talks", may_hold=1),
        Terms(title="Tour", seats=2, minutes=25),
        6,
        closes_on_the_eve=False,
    ),
    _Offer(Kind.PRESENTATIONS, Stage.UPDATE, _of_groups("Updates"), Terms(minutes=12), 3),
    _Offer(Kind.PRESENTATIONS, Stage.FINAL, _of_groups("Final talks", 24), Terms(minutes=15), 3),
)


class SignUpsSoFar:
    """What has been offered and taken in ``course`` until ``now``."""

    def __init__(
        self, course: Course, *, teacher: User, students: Sequence[User], now: dt.datetime
    ) -> None:
        self._course = course
        self._teacher = teacher
        self._students = students
        self._now = now

    def make(self, placed: Sequence[PlacedItem]) -> None:
        """Form the groups, offer the slots, take some of them."""
        first_class = placed[0].class_at
        groups = self._form_groups(first_class + dt.timedelta(days=9))
        self._offer_readings(placed, first_class + dt.timedelta(days=2, hours=2))
        pitches = self._offer_presentations(placed)
        self._take_pitches(pitches, groups)
        created_at = first_class - dt.timedelta(days=2)
        Slot.objects.filter(course=self._course).update(created_at=created_at)
        Sheet.objects.filter(course=self._course).update(created_at=created_at)

    def _form_groups(self, begins_at: dt.datetime) -> list[Group]:
        groups = []
        for number, (name, places) in enumerate(people.groups(len(self._students))):
            first, *others = [self._students[place] for place in places]
            with self._happened_at(begins_at + dt.timedelta(hours=7 * number)):
                group = form_group(course=self._course, name=name, actor=first)
            with self._happened_at(begins_at + dt.timedelta(hours=7 * number, minutes=20)):
                for student in others:
                    join_group(group=group, actor=student)
            groups.append(group)
        return groups

    def _offer_readings(self, placed: Sequence[PlacedItem], at: dt.datetime) -> None:
        items = {one.plan.label: one for one in placed if one.plan.label and not one.is_repeat}
        with self._happened_at(at):
            slots = add_slot_on_each(
                sheet=self._sheet(replace(PAPERS, opens_at=at)),
                items=[one.row for one in items.values()],
                terms=Terms(minutes=25),
                actor=self._teacher,
            )
        slot_on = {slot.agenda_item_id: slot for slot in slots}
        taken = 0
        for label, place in LEADERS.items():
            if label not in items or place >= len(self._students):
                continue
            one, leader = items[label], self._students[place]
            slot = slot_on[one.row.pk]
            if one.class_at <= self._now:  # given out in the first class
                self._take(slot, leader, at + dt.timedelta(minutes=1), by_teacher=True)
            else:
                taken += 1
                self._take(slot, leader, self._now - dt.timedelta(hours=5 + 17 * taken))

    def _offer_presentations(self, placed: Sequence[PlacedItem]) -> list[list[Slot]]:
        """Slots on every presentation; gives those of the first pitches, by day."""
        pitches: list[list[Slot]] = []
        groups = len(people.groups(len(self._students)))
        by_week = itertools.groupby(placed, key=lambda one: one.week)
        for items, offer in itertools.product([list(found) for _week, found in by_week], _OFFERS):
            days = [one for one in items if _is_offered(one, offer)]
            if not days:
                continue
            slots = self._offer(days, offer, slots_each=groups // len(days) + 1)
            if offer.stage == Stage.PITCH and not pitches:
                pitches = [
                    [slot for slot in slots if slot.agenda_item_id == one.row.pk] for one in days
                ]
        return pitches

    def _offer(self, days: list[PlacedItem], offer: _Offer, *, slots_each: int) -> list[Slot]:
        first_day = days[0].meets_on
        zone = self._course.zone
        opens_on = first_day - dt.timedelta(weeks=offer.opens_weeks_before)
        eve = first_day - dt.timedelta(days=1)
        terms = Terms(
            title=offer.terms.title,
            seats=offer.terms.seats,
            minutes=offer.terms.minutes,
            opens_at=instant_of(opens_on, MORNING, zone),
            closes_at=instant_of(eve, EVENING, zone) if offer.closes_on_the_eve else None,
        )
        with self._happened_at(days[0].class_at - dt.timedelta(weeks=days[0].week)):
            return add_presentation_slots(
                sheet=self._sheet(offer.sheet),
                items=[one.row for one in days],
                slots_each=slots_each,
                terms=terms,
                actor=self._teacher,
            )

    def _sheet(self, terms: SheetTerms) -> Sheet:
        """The sheet of this title; the first to ask for it makes it."""
        there = Sheet.objects.filter(course=self._course, title=terms.title).first()
        return there or make_sheet(course=self._course, terms=terms, actor=self._teacher)

    def _take_pitches(self, pitches: list[list[Slot]], groups: list[Group]) -> None:
        if not pitches:
            return
        for number, (group, (day, place)) in enumerate(zip(groups, PITCHES_TAKEN, strict=False)):
            slots = pitches[min(day, len(pitches) - 1)]
            if place < len(slots):
                at = self._now - dt.timedelta(hours=3 + 22 * number)
                self._take(slots[place], group, at)

    def _take(
        self, slot: Slot, presenter: User | Group, at: dt.datetime, *, by_teacher: bool = False
    ) -> None:
        with self._happened_at(at):
            if by_teacher:
                sign_up = put_on_seat(slot=slot, presenter=presenter, actor=self._teacher)
            elif isinstance(presenter, Group):
                first = presenter.members.order_by("pk").select_related("user")[0].user
                sign_up = claim_seat(slot=slot, actor=first)
            else:
                sign_up = claim_seat(slot=slot, actor=presenter)
        SignUp.objects.filter(pk=sign_up.pk).update(created_at=at)

    @contextmanager
    def _happened_at(self, instant: dt.datetime) -> Iterator[None]:
        """What the services record inside happened at ``instant``, or just now if that is later."""
        events = Event.objects.filter(course=self._course)
        last = events.aggregate(last=Max("pk"))["last"] or 0
        yield
        events.filter(pk__gt=last).update(created_at=min(instant, self._now))


def _is_offered(one: PlacedItem, offer: _Offer) -> bool:
    return one.plan.kind == offer.kind and (one.plan.stage or "") == offer.stage
