"""Groups, sheets and who has taken what, as they come together in the first weeks of a term.

Everything goes through the services; what they leave is then given the times at which these things
would have happened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from readings.accounts.models import User
from readings.courses.groups.inviting import invite_student
from readings.courses.groups.limits import Limits
from readings.courses.groups.services import form_group, join_group, set_limits
from readings.courses.models import Group, GroupInvitation
from readings.demo import people
from readings.demo.offers import Offers
from readings.demo.past import Past
from readings.demo.timetable import PlacedItem
from readings.demo.wishing import hand_in_wishes
from readings.presentations.models import Sheet, SignUp, Slot
from readings.presentations.services import claim_seat, put_on_seat

# Who leads which reading, by their place among the students; the rest is free.
LEADERS: Final = {
    "DSPy": 0, "TVM": 2, "MTP": 3, "Relay": 4, "GEPA": 5, "Ansor": 1, "PyTorch2": 6,
    "TorchBench": 7, "TorchTitan": 8, "ECLIP": 9, "Geak": 10, "MLIR": 11, "EffPagedAttn": 12,
    "TPUs": 2,
}  # fmt: skip
# Which pitch the first groups have taken: day, place on that day.
PITCHES_TAKEN: Final = ((0, 1), (0, 0), (1, 0))
GROUP_SIZE: Final = Limits(2, 3)


@dataclass(frozen=True)
class SignedUp:
    """What there is to sign up for, and who does."""

    groups: list[Group]
    readings: dict[str, Slot]  # by label
    pitches: list[Slot]  # that groups have taken, in the order of the groups
    tours: list[Slot]


class SignUpsSoFar:
    """What has been offered, taken and asked for until now."""

    def __init__(self, past: Past, *, teacher: User, students: Sequence[User]) -> None:
        self._past = past
        self._course = past.course
        self._teacher = teacher
        self._students = students

    def make(self, placed: Sequence[PlacedItem]) -> SignedUp:
        """Form the groups, offer the slots, take some of them."""
        first_class = placed[0].class_at
        groups = self._form_groups(first_class + dt.timedelta(days=9))
        offers = Offers(
            self._past, placed, teacher=self._teacher, students=self._students, groups=groups
        )
        given_out_at = first_class + dt.timedelta(days=2, hours=2)
        readings = offers.readings(given_out_at)
        self._take_readings(readings, given_out_at + dt.timedelta(minutes=1))
        pitches = self._take_pitches(offers.presentations(), groups)
        tours = offers.tours()
        created_at = first_class - dt.timedelta(days=2)
        Slot.objects.filter(course=self._course).update(created_at=created_at)
        Sheet.objects.filter(course=self._course).update(created_at=created_at)
        hand_in_wishes(self._past, tours, self._students)
        return SignedUp(
            groups=groups,
            readings={label: slot for label, (_one, slot) in readings.items()},
            pitches=pitches,
            tours=tours,
        )

    def _form_groups(self, begins_at: dt.datetime) -> list[Group]:
        with self._past.at(begins_at - dt.timedelta(days=1)):
            set_limits(course=self._course, limits=GROUP_SIZE, actor=self._teacher)
        groups = []
        for number, (name, places) in enumerate(people.groups(len(self._students))):
            first, *others = [self._students[place] for place in places]
            with self._past.at(begins_at + dt.timedelta(hours=7 * number)):
                group = form_group(course=self._course, name=name, actor=first)
            with self._past.at(begins_at + dt.timedelta(hours=7 * number, minutes=20)):
                for student in others:
                    join_group(group=group, actor=student)
            groups.append(group)
        self._invite(groups)
        return groups

    def _invite(self, groups: Sequence[Group]) -> None:
        """The last group, which has a place left, asks the first student who is in none."""
        if not groups:
            return
        *_others, (_name, places) = people.groups(len(self._students))
        inviting, alone = self._students[places[0]], self._students[places[-1] + 1]
        with self._past.at(self._past.before(hours=26)) as at:
            invite_student(group=groups[-1], student=alone, actor=inviting)
        GroupInvitation.objects.filter(group=groups[-1]).update(created_at=at)

    def _take_readings(
        self, readings: Mapping[str, tuple[PlacedItem, Slot]], given_out_at: dt.datetime
    ) -> None:
        taken = 0
        for label, place in LEADERS.items():
            if label not in readings or place >= len(self._students):
                continue
            one, slot = readings[label]
            leader = self._students[place]
            if one.class_at <= self._past.now:  # given out in the first class
                self._take(slot, leader, given_out_at, by_teacher=True)
            else:
                taken += 1
                self._take(slot, leader, self._past.before(hours=5 + 17 * taken))

    def _take_pitches(self, pitches: list[list[Slot]], groups: Sequence[Group]) -> list[Slot]:
        """Gives what the first groups have taken, in their order."""
        found: list[Slot] = []
        if not pitches:
            return found
        for number, (group, (day, place)) in enumerate(zip(groups, PITCHES_TAKEN, strict=False)):
            slots = pitches[min(day, len(pitches) - 1)]
            if place < len(slots):
                self._take(slots[place], group, self._past.before(hours=3 + 22 * number))
                found.append(slots[place])
        return found

    def _take(
        self, slot: Slot, presenter: User | Group, at: dt.datetime, *, by_teacher: bool = False
    ) -> None:
        with self._past.at(at) as happened:
            if by_teacher:
                sign_up = put_on_seat(slot=slot, presenter=presenter, actor=self._teacher)
            elif isinstance(presenter, Group):
                first = presenter.members.order_by("pk").select_related("user")[0].user
                sign_up = claim_seat(slot=slot, actor=first)
            else:
                sign_up = claim_seat(slot=slot, actor=presenter)
        SignUp.objects.filter(pk=sign_up.pk).update(created_at=happened)
