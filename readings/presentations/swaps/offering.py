"""Swaps that are offered by themselves, to presenters whose class is on a day they cannot."""

from __future__ import annotations

import datetime as dt

from readings.accounts.models import User
from readings.core.clock import short_date
from readings.courses.models import Audience, Course, Event
from readings.courses.services import record_event
from readings.presentations import queries
from readings.presentations.models import Blackout, SignUp, Slot, Swaps
from readings.presentations.presenters import (
    Key,
    Presenter,
    columns_of,
    ids_of,
    key_of,
    presenter_of,
)
from readings.presentations.swaps.locking import lapse, with_presenters
from readings.presentations.swaps.models import OPEN_STATES, SwapKind, SwapRequest, SwapState
from readings.presentations.swaps.standing import Standing
from readings.presentations.swaps.telling import concerned, tell, who_may_accept
from readings.presentations.swaps.words import moved_sentence, offered_sentence
from readings.schedule.models import Status

CANNOT = "presentations.cannot_on_day"

Place = tuple[int, Key, dt.date | None]  # a slot, who presents, on which day


def offer_for_blackouts(*, course: Course, actor: User | None = None) -> None:
    """Offer to all the seats of whoever presents on a day on which they cannot; in a transaction.

    To be called when a class has moved, or somebody has marked days.  Nothing is offered twice, nor
    again after it was taken back; what is not needed any more lapses.  Where seats do not change
    hands, staff are told.

    The caller may hold the course, which others wait for at the end: so this waits for nobody.  A
    request that somebody is acting on at this moment is left to them.
    """
    _lapse_unneeded(course, actor)
    if not Blackout.objects.filter(course=course).exists():
        return
    standing = Standing(course)
    stuck = [one for one in _held(course, standing) if _is_stuck(one, standing)]
    if not stuck:
        return
    told = _told(course)
    offered, open_already = _offered(course)
    for sign_up in stuck:
        slot, presenter = standing.slots[sign_up.slot_id], presenter_of(sign_up)
        place = (slot.pk, key_of(presenter), queries.day_of(slot))
        if slot.sheet.swaps == Swaps.NONE:
            if place not in told:
                _tell_staff(course, actor, slot, presenter)
        elif place not in offered and place[:2] not in open_already:
            _offer(course, slot, presenter)


def _held(course: Course, standing: Standing) -> list[SignUp]:
    sign_ups = SignUp.objects.filter(
        slot__in=list(standing.slots), slot__agenda_item__meeting__status=Status.CLASS
    )
    return list(sign_ups.filter(slot__course=course).select_related("user", "group").order_by("pk"))


def _is_stuck(sign_up: SignUp, standing: Standing) -> bool:
    slot, who = standing.slots[sign_up.slot_id], key_of(presenter_of(sign_up))
    return standing.cannot_on(who, queries.day_of(slot)) and not standing.is_over(slot)


def _offer(course: Course, slot: Slot, presenter: Presenter) -> None:
    request = SwapRequest(
        course=course,
        kind=SwapKind.SWAP,
        slot=slot,
        blackout_day=queries.day_of(slot),
        **columns_of(presenter),
    )
    # Their own offer, made at this moment, is as good.
    SwapRequest.objects.bulk_create([request], ignore_conflicts=True)
    made = SwapRequest.objects.filter(
        slot=slot, created_by=None, created_at=request.created_at, **columns_of(presenter)
    ).first()
    if made is None:
        return
    request.pk = made.pk
    mine = concerned(request)
    tell(request, None, "offered", moved_sentence(request), mine)
    others = who_may_accept(request, course) - mine
    if others:
        tell(request, None, "offered", offered_sentence(request), others)


def _lapse_unneeded(course: Course, actor: User | None) -> None:
    rows = SwapRequest.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    automatic = rows.filter(
        course=course, state=SwapState.OFFERED, blackout_day__isnull=False
    ).order_by("pk")
    keys = [one.pk for one in automatic]
    if not keys:
        return
    standing = Standing(course)
    for request in with_presenters(SwapRequest.objects.filter(pk__in=keys)):
        why = standing.why_impossible(request)
        if why:
            lapse(request, why, actor)


def _offered(course: Course) -> tuple[set[Place], set[tuple[int, Key]]]:
    """What was offered by itself and not lapsed since; and the seats that are offered now."""
    requests = SwapRequest.objects.filter(course=course)
    kept = requests.filter(blackout_day__isnull=False).exclude(state=SwapState.LAPSED)
    offered: set[Place] = {
        (slot, (user, group), day)
        for slot, user, group, day in kept.values_list("slot", "user", "group", "blackout_day")
    }
    now = requests.filter(state__in=OPEN_STATES).values_list("slot", "user", "group")
    seats: set[tuple[int, Key]] = {(slot, (user, group)) for slot, user, group in now}
    return offered, seats


def _told(course: Course) -> set[Place]:
    events = Event.objects.filter(course=course, kind=CANNOT)
    return {
        (
            details["slot"],
            (details["user"], details["group"]),
            dt.date.fromisoformat(details["day"]),
        )
        for details in events.values_list("details", flat=True)
    }


def _tell_staff(course: Course, actor: User | None, slot: Slot, presenter: Presenter) -> None:
    day = queries.day_of(slot)
    if day is None:
        return
    record_event(
        course=course,
        actor=actor,
        kind=CANNOT,
        audience=Audience.STAFF,
        summary=f"{presenter} cannot on {short_date(day)}, the day of {queries.describe(slot)}",
        details={"slot": slot.pk, **ids_of(presenter), "day": day.isoformat()},
    )
