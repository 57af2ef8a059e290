"""Offer a seat, accept, decline, take back, agree: the one writer of swap requests.

Whatever is accepted is checked again under the locks of both presenters and of the slots, so that
it does not matter in which order people press.  What cannot be done any more lapses, with a reason.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import GroupMember
from readings.presentations import queries, waiting
from readings.presentations.claim_words import over_sentence
from readings.presentations.models import SignUp, Slot, Swaps
from readings.presentations.presenters import (
    Presenter,
    columns_of,
    find_presenter,
    lock_presenters,
    presenter_of,
    require_presenter,
)
from readings.presentations.refusals import (
    AlreadyOffered,
    CannotSwap,
    ClassIsOver,
    NotNow,
    NotYours,
    SwapLapsed,
    SwapsNotAllowed,
    WrongPresenter,
)
from readings.presentations.seating import lock_slots, reload_slot
from readings.presentations.swaps.exchanging import Deal, exchange, require_possible
from readings.presentations.swaps.locking import (
    Locked,
    find_request,
    lapse,
    lapse_impossible,
    lock_all,
    lock_request,
    open_requests,
)
from readings.presentations.swaps.machine import Action, Part, state_after
from readings.presentations.swaps.models import SwapKind, SwapRequest, SwapState
from readings.presentations.swaps.standing import Standing
from readings.presentations.swaps.telling import (
    concerned,
    people_in,
    tell,
    tell_staff,
    who_may_accept,
)
from readings.presentations.swaps.words import (
    accepted_sentence,
    asked_of,
    done_sentence,
    giver_of,
    is_to_all,
    offered_sentence,
    seat_words,
    taker_of,
    waiting_sentence,
)

T = TypeVar("T")

OFFERED_ALREADY: Final = "This seat is offered already. Take that offer back first."


def offer_seat(
    *,
    slot: Slot,
    actor: User,
    kind: SwapKind,
    to: Presenter | None = None,
    counter: Slot | None = None,
    message: str = "",
) -> SwapRequest:
    """Offer the seat of ``actor``, or of their group, to one presenter or, without ``to``, to all.

    A swap that is offered to one is for their seat of ``counter``; to all, for whichever seat of
    the sheet is given.  Raises ``NotYours``, ``SwapsNotAllowed``, ``ClassIsOver``, ``CannotSwap``,
    ``AlreadyOffered``, ``SlotGone``.
    """
    if (kind == SwapKind.SWAP and to is not None) != (counter is not None):
        raise CannotSwap("Choose a seat in return when you offer a swap to somebody.")
    giver = _require_holder(slot, actor)
    try:
        with transaction.atomic():
            lock_presenters(slot.course_id, [one for one in (giver, to) if one is not None])
            wanted = [slot.pk] if counter is None else [slot.pk, counter.pk]
            slots = lock_slots(wanted)
            if _require_holder(slot, actor) != giver:
                raise NotYours("Your group changed a moment ago: look at it again.")
            offered, returned = slots[slot.pk], slots.get(counter.pk) if counter else None
            _require_offerable(offered, giver, to, returned)
            before = [one for one in open_requests([offered]) if one.slot_id == offered.pk]
            lapse_impossible(before, offered.course, offered.sheet_id, actor)
            request = SwapRequest.objects.create(
                course=offered.course,
                kind=kind,
                slot=offered,
                counter_slot=returned,
                message=message.strip()[:300],
                created_by=actor,
                **columns_of(giver),
                **_columns("to", to),
            )
            people = who_may_accept(request, offered.course) if to is None else people_in([to])
            tell(request, actor, "offered", offered_sentence(request), people)
    except IntegrityError:
        raise AlreadyOffered(OFFERED_ALREADY) from None
    return request


def accept(*, request: SwapRequest, actor: User, counter: Slot | None = None) -> SwapState:
    """Accept for ``actor``, or their group; ``counter`` is the seat that they give in return.

    The seats change hands, or staff have to agree first; says which.  Raises ``NotNow``,
    ``NotYours``, ``CannotSwap``, ``SwapLapsed``, ``SwapGone``, ``GroupNeeded``.
    """
    request = find_request(request)
    taker = require_presenter(request.slot.sheet, actor)
    chosen = counter if request.kind == SwapKind.SWAP else None

    def decide(locked: Locked) -> SwapState:
        now = locked.request
        if find_presenter(locked.slot.sheet, actor) != taker:
            raise WrongPresenter("Your group changed a moment ago: look at it again.")
        parts = [Part.ASKED] if _may_accept(now, taker) else []
        state = _next(now, Action.ACCEPT, parts)
        if now.kind == SwapKind.SWAP and now.counter_slot_id is None:
            if chosen is None:
                raise CannotSwap("Choose which of your seats you give in return.")
            now.counter_slot = locked.slots[chosen.pk]
        deal = Deal(locked.slot, giver_of(now), taker, now.counter_slot and locked.counter)
        require_possible(deal, locked.standing, reader=taker)
        for name, value in _columns("by", taker).items():
            setattr(now, name, value)
        _decide(now, state, actor)
        if state == SwapState.DONE:
            _perform(now, deal, actor)
        else:
            tell(now, actor, "accepted", accepted_sentence(now), concerned(now))
            tell_staff(now, actor, "accepted", waiting_sentence(now))
        return state

    return _act(request, actor, decide, presenters=[taker], slots=[chosen.pk] if chosen else [])


def agree(*, request: SwapRequest, actor: User) -> None:
    """Staff agree to what was accepted: the seats change hands.

    Raises ``NotNow``, ``SwapLapsed`` and ``SwapGone``.
    """

    def decide(locked: Locked) -> None:
        now = locked.request
        state = _next(now, Action.AGREE, [Part.STAFF])
        taker = taker_of(now)
        if taker is None:  # ``why_impossible`` has said so already
            raise NotNow("Who accepted it is not there any more.")
        deal = Deal(locked.slot, giver_of(now), taker, locked.counter)
        require_possible(deal, locked.standing)
        _decide(now, state, actor)
        _perform(now, deal, actor)

    _act(request, actor, decide, lapses_when_refused=True)


def disagree(*, request: SwapRequest, actor: User, why: str) -> None:
    """Staff do not agree, and say why.  Raises ``NotNow`` and ``SwapGone``."""
    with transaction.atomic():
        now = lock_request(request)
        _decide(now, _next(now, Action.REFUSE, [Part.STAFF]), actor, why=why)
        summary = f"Staff did not agree to {seat_words(now)}: {now.why}"
        tell(now, actor, "refused", summary, concerned(now))


def decline(*, request: SwapRequest, actor: User) -> None:
    """Say no to what one was asked, or take back that one accepted it, before staff agreed.

    Then an offer to all is open to the others again.  Raises ``NotNow`` and ``SwapGone``.
    """
    with transaction.atomic():
        now = lock_request(request)
        parts = []
        asked, taker = asked_of(now), taker_of(now)
        if asked is not None and acts_for(actor, asked):
            parts.append(Part.ASKED)
        if taker is not None and acts_for(actor, taker):
            parts.append(Part.TAKER)
        state = _next(now, Action.DECLINE, parts)
        summary = f"{taker or asked} declined: {seat_words(now)}"
        people = concerned(now)
        if state == SwapState.OFFERED:
            now.counter_slot = now.by_user = now.by_group = None
        _decide(now, state, actor)
        tell(now, actor, "declined", summary, people)


def withdraw(*, request: SwapRequest, actor: User) -> None:
    """Take back what one offered, before it is done.  Raises ``NotNow`` and ``SwapGone``."""
    with transaction.atomic():
        now = lock_request(request)
        parts = [Part.GIVER] if acts_for(actor, giver_of(now)) else []
        _decide(now, _next(now, Action.WITHDRAW, parts), actor)
        summary = f"{giver_of(now)} took back the offer of {seat_words(now)}"
        tell(now, actor, "withdrawn", summary, concerned(now))


def exchange_seats(*, one: SignUp, other: SignUp, actor: User) -> None:
    """Staff let two presenters exchange their seats, under the rules of the sheet.

    Raises ``NotYours``, ``CannotSwap``, ``ClassIsOver``, ``SlotGone``.
    """
    first, second = presenter_of(one), presenter_of(other)
    with transaction.atomic():
        lock_presenters(one.slot.course_id, [first, second])
        slots = lock_slots([one.slot_id, other.slot_id])
        slot, counter = slots[one.slot_id], slots[other.slot_id]
        deal = Deal(slot, first, second, counter)
        require_possible(deal, Standing(slot.course, slot.sheet_id), by_staff=True)
        _exchange(deal, actor)


def acts_for(actor: User, presenter: Presenter) -> bool:
    """Whether they are this presenter, or a member of the group."""
    if isinstance(presenter, User):
        return presenter == actor
    return GroupMember.objects.filter(group=presenter, user=actor).exists()


def _act(
    request: SwapRequest,
    actor: User,
    decide: Callable[[Locked], T],
    *,
    presenters: list[Presenter] | None = None,
    slots: list[int] | None = None,
    lapses_when_refused: bool = False,
) -> T:
    """Decide under all locks; what cannot be done any more is written down as lapsed."""
    with transaction.atomic():
        locked = lock_all(request, presenters or [], slots or [])
        now = locked.request
        is_open = now.state in (SwapState.OFFERED, SwapState.ACCEPTED)
        why = locked.standing.why_impossible(now) if is_open else ""
        if not why:
            try:
                with transaction.atomic():
                    return decide(locked)
            except CannotSwap as refusal:
                if not lapses_when_refused:
                    raise
                why = str(refusal)
                now = find_request(now)  # as it was before
        lapse(now, why, actor)
    raise SwapLapsed(f"This offer is off: {why}")


def _next(request: SwapRequest, action: Action, parts: list[Part]) -> SwapState:
    return state_after(
        SwapState(request.state),
        action,
        parts,
        to_all=is_to_all(request),
        staff_agree=request.slot.sheet.swaps == Swaps.AGREED,
    )


def _decide(request: SwapRequest, state: SwapState, actor: User, *, why: str = "") -> None:
    request.state, request.why = state, why.strip()[:300]
    request.decided_by, request.decided_at = actor, timezone.now()
    request.save()


def _perform(request: SwapRequest, deal: Deal, actor: User) -> None:
    _exchange(deal, actor)
    tell(request, actor, "done", done_sentence(request), concerned(request))


def _exchange(deal: Deal, actor: User) -> None:
    """Exchange; the other offers of these seats lapse, now and not when they are looked at.

    Otherwise one of them would come to life again with the next seat of its giver.
    """
    course, sheet = deal.slot.course, deal.slot.sheet_id
    before = open_requests(deal.slots)
    lapse_impossible(before, course, sheet, actor)
    exchange(deal, actor)
    still = [one for one in before if one.state != SwapState.LAPSED]
    lapse_impossible(still, course, sheet, actor)
    # What they gave away may have kept them from moving up elsewhere.
    waiting.move_up_later(course, [deal.giver, deal.taker])


def _may_accept(request: SwapRequest, taker: Presenter) -> bool:
    asked = asked_of(request)
    return taker != giver_of(request) and (asked is None or asked == taker)


def _require_holder(slot: Slot, actor: User) -> Presenter:
    sign_up = queries.held_by(SignUp.objects.filter(slot=slot), actor).first()
    if sign_up is None:
        reload_slot(slot)  # it may be gone altogether
        raise NotYours("You have no seat here to offer.")
    return presenter_of(sign_up)


def _require_offerable(
    slot: Slot, giver: Presenter, to: Presenter | None, counter: Slot | None
) -> None:
    if slot.sheet.swaps == Swaps.NONE:
        raise SwapsNotAllowed(f"On “{slot.sheet.title}” seats do not change hands.")
    standing = Standing(slot.course, slot.sheet_id)
    if standing.is_over(slot):
        raise ClassIsOver(over_sentence(slot))
    if to is not None:
        require_possible(Deal(slot, giver, to, counter), standing, reader=giver)


def _columns(prefix: str, presenter: Presenter | None) -> dict[str, Presenter | None]:
    if presenter is None:
        return {}
    return {f"{prefix}_{name}": value for name, value in columns_of(presenter).items()}
