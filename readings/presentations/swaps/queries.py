"""What is read about swaps: by the pages, and by the cards of the board."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from readings.core.counting import count_of
from readings.courses.access import Access
from readings.courses.models import Group
from readings.presentations import queries
from readings.presentations.models import SignUp, Slot, Swaps
from readings.presentations.presenters import Presenter, columns_of
from readings.presentations.swaps.locking import with_presenters
from readings.presentations.swaps.models import OPEN_STATES, SwapKind, SwapRequest, SwapState
from readings.presentations.swaps.reader import Reader
from readings.presentations.swaps.standing import Standing
from readings.presentations.swaps.words import asked_of, giver_of, is_to_all, taker_of
from readings.presentations.windows import Phase


def find_visible(access: Access, pk: int) -> SwapRequest | None:
    """The request, if the reader may know of it, also when it is settled."""
    found = with_presenters(SwapRequest.objects.filter(course=access.course, pk=pk)).first()
    if found is None:
        return None
    reader = Reader(access)
    # Whoever presses on an offer to all that somebody else was faster to take is told so.
    may_know = is_to_all(found) and (access.owes_notes or found.slot.sheet.auditors_too)
    return found if may_know or reader.sees(found) else None


def offer_of(slot: Slot, giver: Presenter) -> SwapRequest | None:
    """The open offer of the giver's seat that can still be accepted."""
    found = SwapRequest.objects.filter(slot=slot, state__in=OPEN_STATES, **columns_of(giver))
    request = with_presenters(found).first()
    if request is None or Standing(slot.course, slot.sheet_id).why_impossible(request):
        return None
    return request


# --- For the board --------------------------------------------------------------------------------


@dataclass(slots=True)
class OnCard:
    """What a slot's card says about swaps."""

    offer_url: str = ""  # where the reader offers their seat
    lines: list[str] = field(default_factory=list)
    swaps_url: str = ""


def on_cards(access: Access, slots: Collection[Slot]) -> dict[int, OnCard]:
    """Slot to what its card says; slots of which there is nothing to say are left out.

    The slots need their sheet, their item's meeting and the course.
    """
    if not access.is_member or not slots:
        return {}
    reader = Reader(access)
    by_slot = {slot.pk: slot for slot in slots}
    sign_ups = SignUp.objects.filter(slot__in=by_slot)
    mine = {one.slot_id for one in queries.held_by(sign_ups, access.member)}
    requests = SwapRequest.objects.filter(slot__in=by_slot, state__in=OPEN_STATES)
    offered = list(with_presenters(requests).order_by("pk"))
    page = reverse("swaps:swaps", args=[access.course.slug])
    pattern = reverse("swaps:offer", args=[access.course.slug, 0])
    found: dict[int, OnCard] = {}
    standing = Standing(access.course) if offered else None
    offered_by_me = set()
    for request in offered:
        if standing is None or not reader.sees(request) or standing.why_impossible(request):
            continue
        if reader.is_me(giver_of(request)):
            offered_by_me.add(request.slot_id)
        card = found.setdefault(request.slot_id, OnCard(swaps_url=page))
        card.lines.append(_line(request, reader))
    for pk in mine - offered_by_me:
        slot = by_slot[pk]
        over = queries.window_of(slot).phase(timezone.now()) == Phase.OVER
        if slot.sheet.swaps != Swaps.NONE and not over:
            card = found.setdefault(pk, OnCard(swaps_url=page))
            card.offer_url = pattern.replace("/0/", f"/{pk}/")
    return found


def waiting_for(access: Access, requests: Collection[int]) -> set[int]:
    """Those of these requests that are offered to the reader, or their group, alone; one query."""
    mine = Q(to_user=access.user) | Q(to_group__members__user=access.user)
    offered = SwapRequest.objects.filter(mine, pk__in=requests, state=SwapState.OFFERED)
    return set(offered.values_list("pk", flat=True))


@dataclass(slots=True)
class OnTop:
    """What waits for the reader: said at the top of the sign-ups page."""

    lines: list[str]
    url: str


def on_top(access: Access) -> OnTop | None:
    """What somebody offers to the reader, and what waits for staff; None: nothing."""
    if not access.is_member:
        return None
    offered = list(
        with_presenters(SwapRequest.objects.filter(course=access.course, state__in=OPEN_STATES))
    )
    if not offered:
        return None
    reader, standing = Reader(access), Standing(access.course)
    possible = [one for one in offered if not standing.why_impossible(one)]
    lines = [
        _to_me(request)
        for request in possible
        if request.state == SwapState.OFFERED and reader.is_me(asked_of(request))
    ]
    waiting = sum(request.state == SwapState.ACCEPTED for request in possible)
    if access.is_staff and waiting:
        lines.append(f"{count_of(waiting, 'swap')} for you to agree to")
    if not lines:
        return None
    return OnTop(lines=lines, url=reverse("swaps:swaps", args=[access.course.slug]))


def _to_me(request: SwapRequest) -> str:
    what = "a swap" if request.kind == SwapKind.SWAP else queries.describe(request.slot)
    return f"{giver_of(request)} offers you {what}"


def _line(request: SwapRequest, reader: Reader) -> str:
    giver = giver_of(request)
    who = ("Your group offers" if isinstance(giver, Group) else "You offer") + " this"
    if not reader.is_me(giver):
        who = f"{giver} offers this"
    if request.state == SwapState.ACCEPTED:
        return f"{who}, and {taker_of(request)} accepts: it waits for staff"
    asked = asked_of(request)
    if asked is not None:
        return f"{who} to {'you' if reader.is_me(asked) else asked}"
    return f"{who} to all" + (" for another slot" if request.kind == SwapKind.SWAP else "")
