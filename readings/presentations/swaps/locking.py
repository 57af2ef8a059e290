"""A request and all it touches, held still while somebody acts on it; and what lapses then."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Course
from readings.presentations.models import Slot
from readings.presentations.presenters import Presenter, lock_presenters
from readings.presentations.refusals import SwapGone
from readings.presentations.seating import lock_slots
from readings.presentations.swaps.machine import Action, Part, state_after
from readings.presentations.swaps.models import OPEN_STATES, SwapRequest, SwapState
from readings.presentations.swaps.standing import Standing
from readings.presentations.swaps.telling import concerned, tell
from readings.presentations.swaps.words import (
    is_to_all,
    presenters_of,
    seat_words,
)


@dataclass(frozen=True)
class Locked:
    """Everything about a request, as it stays until the transaction ends."""

    request: SwapRequest
    slots: dict[int, Slot]
    standing: Standing

    @property
    def slot(self) -> Slot:
        """The slot that is offered."""
        return self.slots[self.request.slot_id]

    @property
    def counter(self) -> Slot | None:
        """The slot that is given in return."""
        return self.slots.get(self.request.counter_slot_id or 0)


def with_presenters(requests: QuerySet[SwapRequest]) -> QuerySet[SwapRequest]:
    """Requests with all that their sentences need."""
    item = "agenda_item__meeting", "agenda_item__reading__paper"
    slots = [f"{slot}__{path}" for slot in ("slot", "counter_slot") for path in item]
    long = [
        f"{slot}__agenda_item__reading__paper__{text}"
        for slot in ("slot", "counter_slot")
        for text in ("abstract", "abstract_html")
    ]
    people = "user", "group", "to_user", "to_group", "by_user", "by_group"
    return requests.select_related(
        "course", "slot__sheet", "slot__course", "counter_slot__sheet", *people, *slots
    ).defer(*long)


def find_request(request: SwapRequest) -> SwapRequest:
    """The request as it is now.  Raises ``SwapGone``."""
    found = with_presenters(SwapRequest.objects.filter(pk=request.pk)).first()
    if found is None:
        raise SwapGone("This offer is gone: its slot or its group was removed.")
    return found


def lock_request(request: SwapRequest) -> SwapRequest:
    """The request alone, held still: enough for whoever only says no.  Raises ``SwapGone``."""
    rows = SwapRequest.objects.select_for_update(of=("self",), no_key=True)
    if rows.filter(pk=request.pk).first() is None:
        raise SwapGone("This offer is gone: its slot or its group was removed.")
    return find_request(request)


def lock_all(
    request: SwapRequest,
    presenters: Collection[Presenter] = (),
    slots: Collection[int] = (),
) -> Locked:
    """Hold still who is concerned, then the slots, then the request.

    ``presenters`` and ``slots`` are those that would come in by what is to be done.  Raises
    ``SwapGone``, ``SlotGone``, and ``WrongPresenter`` when a group is gone.
    """
    seen = find_request(request)
    lock_presenters(seen.course_id, [*presenters_of(seen), *presenters])
    wanted = {seen.slot_id, *slots}
    if seen.counter_slot_id is not None:
        wanted.add(seen.counter_slot_id)
    found = lock_slots(wanted)
    now = lock_request(seen)
    if _shape(now) != _shape(seen):
        raise SwapGone("This offer was changed a moment ago: look at it again.")
    return Locked(now, found, Standing(now.course, now.slot.sheet_id))


def open_requests(slots: Collection[Slot]) -> list[SwapRequest]:
    """The open requests on any of these slots, held still by key."""
    rows = SwapRequest.objects.select_for_update(of=("self",), no_key=True)
    touching = Q(slot__in=slots) | Q(counter_slot__in=slots)
    keys = list(rows.filter(touching, state__in=OPEN_STATES).order_by("pk"))
    return list(with_presenters(SwapRequest.objects.filter(pk__in=[one.pk for one in keys])))


def lapse(request: SwapRequest, why: str, actor: User | None) -> None:
    """Write down that an open request cannot be done any more, and tell whom it concerns."""
    request.state = state_after(
        SwapState(request.state),
        Action.LAPSE,
        [Part.NOBODY],
        to_all=is_to_all(request),
        staff_agree=False,
    )
    request.why, request.decided_at = why[:300], timezone.now()
    request.save(update_fields=["state", "why", "decided_at"])
    summary = f"The offer of {seat_words(request)} is off: {why}"
    tell(request, actor, "lapsed", summary, concerned(request))


def lapse_impossible(
    requests: Collection[SwapRequest], course: Course, sheet: int, actor: User | None
) -> None:
    """Let those of these open requests lapse that cannot be done as things stand now."""
    if not requests:
        return
    standing = Standing(course, sheet)
    for request in requests:
        why = standing.why_impossible(request)
        if why:
            lapse(request, why, actor)


def _shape(request: SwapRequest) -> tuple[object, ...]:
    return (
        request.slot_id,
        request.counter_slot_id,
        request.by_user_id,
        request.by_group_id,
        request.slot.sheet_id,
    )
