"""The exchange itself: two seats change hands, or one does, and none is empty in between.

Whoever calls holds the locks of both presenters and of the slots.
"""

from __future__ import annotations

from dataclasses import dataclass

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.models import Membership, Role
from readings.presentations import queries
from readings.presentations.claim_words import over_sentence
from readings.presentations.holding import require_allowed, require_role
from readings.presentations.models import SignUp, Slot
from readings.presentations.presenters import Presenter, columns_of
from readings.presentations.refusals import (
    AlreadyYours,
    CannotSwap,
    ClassIsOver,
    NotYours,
    WrongPresenter,
)
from readings.presentations.seating import change_presenter, record
from readings.presentations.swaps.standing import Standing
from readings.presentations.swaps.words import about


@dataclass(frozen=True)
class Deal:
    """Who gives which seat to whom, and which they get for it."""

    slot: Slot
    giver: Presenter
    taker: Presenter
    counter: Slot | None  # None: for nothing

    @property
    def slots(self) -> list[Slot]:
        """The slots whose seats change hands."""
        return [self.slot] if self.counter is None else [self.slot, self.counter]


def require_possible(
    deal: Deal,
    standing: Standing,
    *,
    reader: Presenter | None = None,
    by_staff: bool = False,
) -> None:
    """Raises what speaks against the deal, worded for ``reader``, who may be one of the two.

    ``by_staff``: staff present too when staff say so.  Raises ``ClassIsOver``, ``NotYours`` and
    ``CannotSwap``.
    """
    for slot in deal.slots:
        if standing.is_over(slot):
            raise ClassIsOver(over_sentence(slot))
    if deal.giver == deal.taker:
        raise CannotSwap("A seat is exchanged with somebody else's.")
    if deal.counter is not None and deal.counter.sheet_id != deal.slot.sheet_id:
        raise CannotSwap("Only seats of the same sheet are exchanged.")
    _sign_up(deal.slot, deal.giver)
    given = [] if deal.counter is None else [deal.counter.pk]
    _require_may_get(deal.taker, deal.slot, given, reader=reader, by_staff=by_staff)
    if deal.counter is not None:
        _sign_up(deal.counter, deal.taker)
        given = [deal.slot.pk]
        _require_may_get(deal.giver, deal.counter, given, reader=reader, by_staff=by_staff)


def exchange(deal: Deal, actor: User) -> None:
    """Let the seats change hands, and write it down for each of them."""
    given = _sign_up(deal.slot, deal.giver)
    returned = None if deal.counter is None else _sign_up(deal.counter, deal.taker)
    _move(given, deal.slot, deal.giver, deal.taker, actor)
    if returned is not None and deal.counter is not None:
        _move(returned, deal.counter, deal.taker, deal.giver, actor)


def _move(sign_up: SignUp, slot: Slot, old: Presenter, new: Presenter, actor: User) -> None:
    change_presenter(sign_up, new)
    summary = f"{new} took over {queries.describe(slot)} from {old}"
    record(slot, actor, "seat_taken_over", summary, sign_up)


def _sign_up(slot: Slot, holder: Presenter) -> SignUp:
    sign_up = SignUp.objects.filter(slot=slot, **columns_of(holder)).first()
    if sign_up is None:
        raise NotYours(f"{holder} has no seat of {queries.describe(slot)} any more.")
    return sign_up


def _require_may_get(
    who: Presenter, slot: Slot, given: list[int], *, reader: Presenter | None, by_staff: bool
) -> None:
    try:
        if SignUp.objects.filter(slot=slot, **columns_of(who)).exists():
            raise AlreadyYours("You have a seat here already.")
        if isinstance(who, User):
            _require_presents(slot, who, by_staff=by_staff)
        require_allowed(slot, who, instead_of=given)
    except Refusal as refusal:
        words = str(refusal) if who == reader else about(str(who), refusal)
        raise CannotSwap(words) from None


def _require_presents(slot: Slot, user: User, *, by_staff: bool) -> None:
    if by_staff:
        members = Membership.objects.filter(course=slot.course_id, user=user)
        if members.exclude(role__in=[Role.STUDENT, Role.AUDITOR]).exists():
            return
        if not members.exists():
            raise WrongPresenter(f"{user} is not in this course any more.")
    require_role(slot.sheet, user)
