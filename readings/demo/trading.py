"""Days on which somebody of the sample cannot, swaps that are offered, and a waiting list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from readings.accounts.models import User
from readings.demo.past import Past
from readings.demo.sign_ups import SignedUp
from readings.presentations.blackouts import change_blackouts
from readings.presentations.models import Slot, Waiting
from readings.presentations.presenters import find_presenter, people_of, presenter_of
from readings.presentations.swaps.models import SwapKind, SwapRequest
from readings.presentations.swaps.offering import offer_for_blackouts
from readings.presentations.swaps.services import offer_seat
from readings.presentations.waiting import join_waiting_list

# Readings, and students by their place: who leads these is in ``sign_ups.LEADERS``.
BOB: Final = 0
WAITED_FOR, WAITS = "Geak", 13
OFFERED_TO_ALL, OFFERS = "MLIR", 11
CANNOT_LEAD, CANNOT = "TPUs", 2


class Trading:
    """What was asked for and offered until now."""

    def __init__(self, past: Past, students: Sequence[User]) -> None:
        self._past = past
        self._students = students

    def make(self, signed_up: SignedUp) -> None:
        """Each of these things once, where the term and the class are large enough for it."""
        readings, pitches, tours = signed_up.readings, signed_up.pitches, signed_up.tours
        if WAITED_FOR in readings and len(self._students) > WAITS:
            self._wait(readings[WAITED_FOR], self._students[WAITS])
        if OFFERED_TO_ALL in readings and len(self._students) > OFFERS:
            self._offer_to_all(readings[OFFERED_TO_ALL], self._students[OFFERS])
        if len(pitches) > 1:
            self._offer_to_bob(pitches[-1], pitches[0])
        if tours:
            self._cannot(self._students[BOB], tours[-1], self._past.before(days=4))
        if CANNOT_LEAD in readings and len(self._students) > CANNOT:
            self._cannot(self._students[CANNOT], readings[CANNOT_LEAD], self._past.before(hours=2))

    def _wait(self, slot: Slot, student: User) -> None:
        with self._past.at(self._past.before(hours=7)) as at:
            join_waiting_list(slot=slot, actor=student)
        Waiting.objects.filter(slot=slot).update(created_at=at)

    def _offer_to_all(self, slot: Slot, student: User) -> None:
        with self._past.at(self._past.before(hours=5)) as at:
            request = offer_seat(
                slot=slot,
                actor=student,
                kind=SwapKind.SWAP,
                message="That week I have two exams. Any paper after it would do.",
            )
        self._date(request, at)

    def _offer_to_bob(self, slot: Slot, wanted: Slot) -> None:
        """A group would change places with Bob's."""
        giver = presenter_of(slot.sign_ups.select_related("user", "group").get())
        with self._past.at(self._past.before(hours=1.5)) as at:
            request = offer_seat(
                slot=slot,
                actor=people_of(giver)[0],
                kind=SwapKind.SWAP,
                to=find_presenter(wanted.sheet, self._students[BOB]),
                counter=wanted,
                message="Would you change with us? We want to hear early whether it is too large.",
            )
        self._date(request, at)

    def _cannot(self, student: User, slot: Slot, at: dt.datetime) -> None:
        """Somebody cannot on the day of a slot; if it is theirs, it is offered by itself."""
        meeting = slot.agenda_item.meeting
        if meeting is None or meeting.meets_on is None:
            return
        offered = SwapRequest.objects.filter(course=self._past.course, created_by=None)
        there = set(offered.values_list("pk", flat=True))
        with self._past.at(at) as happened:
            change_blackouts(course=self._past.course, user=student, add=[meeting.meets_on])
            offer_for_blackouts(course=self._past.course, actor=student)
        offered.exclude(pk__in=there).update(created_at=happened)

    def _date(self, request: SwapRequest, at: dt.datetime) -> None:
        SwapRequest.objects.filter(pk=request.pk).update(created_at=at)
