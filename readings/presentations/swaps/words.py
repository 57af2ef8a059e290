"""What people read about seats that change hands."""

from __future__ import annotations

from readings.core.refusals import Refusal
from readings.courses.models import Group
from readings.presentations import queries
from readings.presentations.presenters import Presenter, presenter_of
from readings.presentations.refusals import (
    AlreadyYours,
    AuditorsDoNotPresent,
    GroupTooLarge,
    GroupTooSmall,
    HoldsEnough,
    NotAStudent,
    NotForYou,
    TooClose,
)
from readings.presentations.swaps.models import SwapKind, SwapRequest


def giver_of(request: SwapRequest) -> Presenter:
    """Whose seat is offered."""
    return presenter_of(request)


def asked_of(request: SwapRequest) -> Presenter | None:
    """To whom it is offered; None: to all."""
    return request.to_group or request.to_user


def taker_of(request: SwapRequest) -> Presenter | None:
    """Who accepted."""
    return request.by_group or request.by_user


def presenters_of(request: SwapRequest) -> list[Presenter]:
    """Everybody whom it concerns: who gives, who was asked, who accepted."""
    known = (giver_of(request), asked_of(request), taker_of(request))
    return [one for one in known if one is not None]


def is_to_all(request: SwapRequest) -> bool:
    """Whether everybody may accept it."""
    return request.to_user_id is None and request.to_group_id is None


def about(who: str, refusal: Refusal) -> str:
    """What a refusal that was worded for one person says about ``who`` to others."""
    match refusal:
        case AlreadyYours():
            return f"{who} has a seat there already."
        case HoldsEnough():
            return f"{who} would hold more slots of this sheet than one may."
        case TooClose():
            return f"{who} has another slot that is too few days away."
        case GroupTooSmall():
            return f"{who} has fewer members than this is for."
        case GroupTooLarge():
            return f"{who} has more members than this is for."
        case NotForYou():
            return f"{who} is not among those whom this sheet is for."
        case AuditorsDoNotPresent():
            return f"{who} audits this course."
        case NotAStudent():
            return f"{who} is not a student of this course."
    return str(refusal)


def gone_sentence(presenter: Presenter) -> str:
    """They are not there any more to hold a seat."""
    if isinstance(presenter, Group):
        return f"{presenter} has no members any more."
    return f"{presenter} is not in the course any more."


def seat_words(request: SwapRequest) -> str:
    """``DSPy (Wed Sep 17)``, or both of a swap."""
    seat = queries.describe(request.slot)
    if request.counter_slot is None:
        return seat
    return f"{seat} for {queries.describe(request.counter_slot)}"


def offered_sentence(request: SwapRequest) -> str:
    """What the one, or everybody, is asked."""
    giver, seat = giver_of(request), queries.describe(request.slot)
    if request.counter_slot is not None:
        wanted = queries.describe(request.counter_slot)
        return f"{giver} offers you a swap: {seat} for your {wanted}"
    if request.kind == SwapKind.SWAP:
        return f"{giver} offers {seat} for another slot"
    if is_to_all(request):
        return f"{giver} looks for somebody to take {seat}"
    return f"{giver} would hand {seat} over to you"


def moved_sentence(request: SwapRequest) -> str:
    """What a presenter reads whose class moved on to a day on which they cannot."""
    seat = queries.describe(request.slot)
    return f"Your talk {seat} is on a day on which you cannot: a swap is offered to all for you"


def accepted_sentence(request: SwapRequest) -> str:
    """Somebody accepted, and staff have to agree."""
    return f"{taker_of(request)} accepts: {seat_words(request)}. Staff have to agree"


def waiting_sentence(request: SwapRequest) -> str:
    """What staff are told of what waits for them."""
    return (
        f"{taker_of(request)} accepts what {giver_of(request)} offered, {seat_words(request)}:"
        " it waits for staff to agree"
    )


def done_sentence(request: SwapRequest) -> str:
    """Who has what now."""
    taker = f"{taker_of(request)} has {queries.describe(request.slot)} now"
    if request.counter_slot is None:
        return taker
    return f"{taker}, and {giver_of(request)} has {queries.describe(request.counter_slot)}"
