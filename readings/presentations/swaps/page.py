"""The page of all swaps, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from django.db.models import Q, QuerySet

from readings.courses.access import Access
from readings.courses.models import Group
from readings.presentations import queries
from readings.presentations.models import SignUp, Slot, Swaps
from readings.presentations.presenters import Key, Presenter, key_of
from readings.presentations.swaps.locking import with_presenters
from readings.presentations.swaps.machine import Action, actions
from readings.presentations.swaps.models import OPEN_STATES, SwapKind, SwapRequest, SwapState
from readings.presentations.swaps.reader import Reader
from readings.presentations.swaps.standing import Standing
from readings.presentations.swaps.words import (
    about,
    asked_of,
    giver_of,
    is_to_all,
    taker_of,
)

PAST: Final = 40  # settled requests that are shown


@dataclass(frozen=True, slots=True)
class Return:
    """A seat of the reader's that could be given for another."""

    slot_id: int
    name: str


@dataclass(slots=True)
class Offer:
    """One request as one reader sees it."""

    request: SwapRequest
    giver: str
    gives: str  # "DSPy (Wed Sep 17)"
    gets: str  # what is given in return; empty for nothing, or not chosen yet
    to: str  # empty: to all
    taker: str
    is_mine: bool
    may: set[Action]
    off: str = ""  # why it cannot be done any more
    cannot: str = ""  # why the reader cannot accept it
    returns: list[Return] = field(default_factory=list)  # of which the reader chooses one

    @property
    def is_swap(self) -> bool:
        """Whether a seat is given in return."""
        return self.request.kind == SwapKind.SWAP

    @property
    def may_accept(self) -> bool:
        """Whether to offer the button; the service decides."""
        return Action.ACCEPT in self.may and not self.off and not self.cannot

    @property
    def may_decline(self) -> bool:
        """To say no, or to take back that one accepted."""
        return Action.DECLINE in self.may

    @property
    def may_withdraw(self) -> bool:
        """To take the offer back."""
        return Action.WITHDRAW in self.may

    @property
    def waits_for_staff(self) -> bool:
        """Accepted, and not agreed to."""
        return self.request.state == SwapState.ACCEPTED

    @property
    def is_automatic(self) -> bool:
        """Offered by itself, because of a day on which the presenter cannot."""
        return self.request.blackout_day is not None

    @property
    def history(self) -> str:
        """Who offered what to whom, and what came of it; for what is settled."""
        gives = f"{self.gives} for {self.gets or 'another slot'}" if self.is_swap else self.gives
        sentence = f"{self.giver} offered {gives} to {self.to or 'all'}"
        sentence = sentence[0].upper() + sentence[1:]
        match SwapState(self.request.state):
            case SwapState.DONE if self.taker == self.to:
                return f"{sentence}, and it was done."
            case SwapState.DONE:
                return f"{sentence}, and {self.taker} took it."
            case SwapState.DECLINED:
                return f"{sentence}, and it was declined."
            case SwapState.WITHDRAWN:
                return f"{sentence}, and the offer was taken back."
            case SwapState.REFUSED:
                accepted = self.taker or "somebody"
                return f"{sentence}, {accepted} accepted, and staff did not agree."
        return f"{sentence}; that is no longer possible."


@dataclass(frozen=True, slots=True)
class MySeat:
    """A seat of the reader's that may be offered."""

    slot_id: int
    name: str
    group: str


@dataclass(slots=True)
class SwapsPage:
    """Everything the page shows."""

    to_me: list[Offer] = field(default_factory=list)
    to_all: list[Offer] = field(default_factory=list)
    to_others: list[Offer] = field(default_factory=list)  # one presenter to another; for staff
    mine: list[Offer] = field(default_factory=list)  # offered, or accepted and waiting
    waiting: list[Offer] = field(default_factory=list)  # for staff to agree
    past: list[Offer] = field(default_factory=list)
    seats: list[MySeat] = field(default_factory=list)
    exchangeable: list[tuple[str, list[tuple[int, str]]]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Nothing goes on that the reader may know of."""
        return not (self.to_me or self.to_all or self.to_others or self.mine or self.waiting)


def swaps_page(access: Access) -> SwapsPage:
    """The page; the number of queries does not depend on the number of requests or seats."""
    reader = Reader(access)
    requests = SwapRequest.objects.filter(course=access.course)
    offered = list(with_presenters(requests.filter(state__in=OPEN_STATES)))
    settled = list(with_presenters(_settled(access, reader))[:PAST])
    standing = Standing(access.course)
    maker = _Offers(reader, standing)
    page = SwapsPage(seats=_my_seats(reader, standing, offered))
    if access.is_staff:
        page.exchangeable = _exchangeable(access, standing)
    for request in offered:
        if reader.sees(request):
            _put(page, maker.of(request), reader, is_staff=access.is_staff)
    page.past += [maker.of(request) for request in settled]
    return page


def _put(page: SwapsPage, offer: Offer, reader: Reader, *, is_staff: bool) -> None:
    """Put an open request where its reader looks for it."""
    request = offer.request
    is_offered = request.state == SwapState.OFFERED
    is_taken_by_me, is_to_me = reader.is_me(taker_of(request)), reader.is_me(asked_of(request))
    if offer.off:
        if offer.is_mine or is_taken_by_me or is_to_me:
            page.past.append(offer)
        return
    if offer.is_mine or is_taken_by_me:
        page.mine.append(offer)
    elif is_to_me:
        page.to_me.append(offer)
    elif is_to_all(request) and is_offered:
        page.to_all.append(offer)
    elif is_staff and is_offered:
        page.to_others.append(offer)
    if is_staff and not is_offered:
        page.waiting.append(offer)


class _Offers:
    """Makes what is shown of requests."""

    def __init__(self, reader: Reader, standing: Standing) -> None:
        self._reader, self._standing = reader, standing

    def of(self, request: SwapRequest) -> Offer:
        giver, asked, taker = giver_of(request), asked_of(request), taker_of(request)
        state = SwapState(request.state)
        is_open = state in OPEN_STATES
        offer = Offer(
            request=request,
            giver=self._name(giver),
            gives=queries.describe(request.slot),
            gets=queries.describe(request.counter_slot) if request.counter_slot else "",
            to=self._name(asked) if asked else "",
            taker=self._name(taker) if taker else "",
            is_mine=self._reader.is_me(giver),
            may=actions(state, self._reader.parts(request), to_all=is_to_all(request)),
            off=self._standing.why_impossible(request) if is_open else "",
        )
        if Action.ACCEPT in offer.may and not offer.off:
            self._consider(offer, giver)
        return offer

    def _name(self, presenter: Presenter) -> str:
        if not self._reader.is_me(presenter):
            return str(presenter)
        return f"your group, {presenter}" if isinstance(presenter, Group) else "you"

    def _consider(self, offer: Offer, giver: Presenter) -> None:
        """Whether the reader could accept, and what they could give in return."""
        slot = self._standing.slots[offer.request.slot_id]
        me = self._reader.presenter(slot)
        if me is None:
            offer.cannot = "This one is for groups, and you are in none yet."
            return
        if not offer.is_swap:
            offer.cannot = str(self._standing.against(key_of(me), slot) or "")
            return
        fixed = offer.request.counter_slot_id
        mine = [
            one
            for one in self._standing.slots_of(key_of(me), slot.sheet_id)
            if fixed in (None, one.pk) and not self._standing.is_over(one)
        ]
        for counter in mine:
            why = self._against_both(key_of(me), slot, key_of(giver), counter, str(giver))
            if not why:
                offer.returns.append(Return(counter.pk, queries.describe(counter)))
            offer.cannot = why
        if offer.returns:
            offer.cannot = ""
        elif not mine:
            offer.cannot = "You have no seat of this sheet to give in return."

    def _against_both(self, me: Key, slot: Slot, giver: Key, counter: Slot, name: str) -> str:
        refusal = self._standing.against(me, slot, instead_of=[counter.pk])
        if refusal is not None:
            return str(refusal)
        refusal = self._standing.against(giver, counter, instead_of=[slot.pk])
        return "" if refusal is None else about(name, refusal)


def _settled(access: Access, reader: Reader) -> QuerySet[SwapRequest]:
    """What is over and done, of everybody for staff and of their own for the others."""
    settled = SwapRequest.objects.filter(course=access.course).exclude(state__in=OPEN_STATES)
    if access.is_staff:
        return settled
    mine = Q(user=reader.user) | Q(to_user=reader.user) | Q(by_user=reader.user)
    if reader.group is not None:
        mine |= Q(group=reader.group) | Q(to_group=reader.group) | Q(by_group=reader.group)
    return settled.filter(mine)


def _my_seats(reader: Reader, standing: Standing, offered: list[SwapRequest]) -> list[MySeat]:
    """What the reader may offer: not over, not offered, on a sheet whose seats change hands."""
    taken = {
        one.slot_id
        for one in offered
        if reader.is_me(giver_of(one)) and not standing.why_impossible(one)
    }
    found = []
    for slot in standing.slots.values():
        me = reader.presenter(slot)
        if (
            me is None
            or slot.pk in taken
            or not standing.holds(key_of(me), slot.pk)
            or slot.sheet.swaps == Swaps.NONE
            or standing.is_over(slot)
        ):
            continue
        group = str(me) if isinstance(me, Group) else ""
        found.append(MySeat(slot.pk, queries.describe(slot), group))
    return found


def _exchangeable(access: Access, standing: Standing) -> list[tuple[str, list[tuple[int, str]]]]:
    """Taken seats of classes to come, by sheet, for staff to choose two of."""
    sign_ups = SignUp.objects.filter(slot__course=access.course).select_related("user", "group")
    by_sheet: dict[str, list[tuple[int, str]]] = {}
    order = {pk: place for place, pk in enumerate(standing.slots)}
    for sign_up in sorted(
        (one for one in sign_ups if one.slot_id in order), key=lambda one: order[one.slot_id]
    ):
        slot = standing.slots[sign_up.slot_id]
        if not standing.is_over(slot):
            words = f"{queries.describe(slot)}, {queries.presenter_name(sign_up)}"
            by_sheet.setdefault(slot.sheet.title, []).append((sign_up.pk, words))
    return [(title, seats) for title, seats in by_sheet.items() if len(seats) > 1]
