"""Pages on which seats are offered, accepted and agreed to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from readings.accounts.models import User
from readings.core.counting import number_in
from readings.core.refusals import Refusal
from readings.courses.access import Access, for_members, for_staff
from readings.courses.models import Group
from readings.presentations import queries as slot_queries
from readings.presentations.models import SignUp, Slot
from readings.presentations.presenters import Presenter, presenter_of
from readings.presentations.swaps import services
from readings.presentations.swaps.choosing import Choices, seats_to_ask_for, whom_to_ask
from readings.presentations.swaps.forms import DisagreeForm, ExchangeForm, OfferForm
from readings.presentations.swaps.models import SwapKind, SwapRequest, SwapState
from readings.presentations.swaps.page import swaps_page
from readings.presentations.swaps.queries import find_visible, offer_of
from readings.presentations.swaps.words import asked_of

# The ways to pass a seat on: for a tab, and as the page's heading.
WAYS: Final = {
    "swap": ("Swap", "Offer a swap"),
    "hand_over": ("Hand over", "Hand your seat over"),
    "all": ("Fill in", "Find somebody to fill in"),
}


@for_members
@require_GET
def swaps(request: HttpRequest, access: Access) -> HttpResponse:
    """What is offered to one, to all, by one, and what waits for staff."""
    return _page(request, access)


@for_members
@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest, access: Access, slot_id: int) -> HttpResponseBase:
    """Offer one's seat: ``?way=swap``, ``hand_over`` or ``all``."""
    slot = get_object_or_404(
        slot_queries.with_item(Slot.objects.filter(course=access.course)), pk=slot_id
    )
    mine = slot_queries.held_by(SignUp.objects.filter(slot=slot), access.member).first()
    if mine is None:
        messages.error(request, "You have no seat there to offer.")
        return redirect("swaps:swaps", access.course.slug)
    giver = presenter_of(mine)
    offered = offer_of(slot, giver)
    way = request.GET.get("way", "swap")
    way = way if way in WAYS else "swap"
    found = _choices(way, slot, giver)
    form = OfferForm(way, found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        to, counter = _chosen(access, form.cleaned_data.get("whom", "all"))
        try:
            services.offer_seat(
                slot=slot,
                actor=access.member,
                kind=SwapKind.SWAP if way == "swap" else SwapKind.HAND_OVER,
                to=to,
                counter=counter,
                message=form.cleaned_data["message"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            whom = "to all" if to is None else f"to {to}"
            messages.success(request, f"{slot_queries.describe(slot)} is offered {whom}.")
            return redirect("swaps:swaps", access.course.slug)
    context = {
        "slot": slot,
        "name": slot_queries.describe(slot),
        "group": giver if isinstance(giver, Group) else None,
        "way": way,
        "ways": WAYS,
        "heading": WAYS[way][1],
        "form": form,
        "found": found,
        "nobody": way != "hand_over" and not found.choices,
        "offered": offered,
        "offered_to": asked_of(offered) if offered else None,
        "section": "signups",
    }
    return render(request, "swaps/offer.html", context)


@for_members
@require_POST
def accept(request: HttpRequest, access: Access, swap_id: int) -> HttpResponseBase:
    """Accept, with the seat that is given in return where one is chosen."""
    swap = _find(access, swap_id)
    chosen = number_in(request.POST.get("counter", ""))
    counter = Slot.objects.filter(course=access.course, pk=chosen or 0).first()

    def take() -> str:
        state = services.accept(request=swap, actor=access.member, counter=counter)
        if state == SwapState.ACCEPTED:
            return "Accepted. It is done as soon as staff agree."
        return f"{slot_queries.describe(swap.slot)} is yours now."

    return _tell(request, access, take)


@for_members
@require_POST
def decline(request: HttpRequest, access: Access, swap_id: int) -> HttpResponseBase:
    """Say no, or think again before staff agreed."""
    swap = _find(access, swap_id)

    def say_no() -> str:
        services.decline(request=swap, actor=access.member)
        return "Declined. Nobody's seat has changed."

    return _tell(request, access, say_no)


@for_members
@require_POST
def withdraw(request: HttpRequest, access: Access, swap_id: int) -> HttpResponseBase:
    """Take one's offer back."""
    swap = _find(access, swap_id)

    def take_back() -> str:
        services.withdraw(request=swap, actor=access.member)
        return "The offer is taken back: you keep your seat."

    return _tell(request, access, take_back)


@for_staff
@require_POST
def agree(request: HttpRequest, access: Access, swap_id: int) -> HttpResponseBase:
    """Let what was accepted happen."""
    swap = _find(access, swap_id)

    def let_it_be() -> str:
        services.agree(request=swap, actor=access.member)
        return "Agreed: the seats have changed hands."

    return _tell(request, access, let_it_be)


@for_staff
@require_POST
def disagree(request: HttpRequest, access: Access, swap_id: int) -> HttpResponseBase:
    """Do not let it happen, and say why."""
    swap = _find(access, swap_id)
    form = DisagreeForm(request.POST)
    if not form.is_valid():
        return _page(request, access, disagree_form=form, disagree_with=swap.pk)

    def refuse() -> str:
        why = form.cleaned_data["why"]
        services.disagree(request=swap, actor=access.member, why=why)
        return "They are told that you do not agree, and why."

    return _tell(request, access, refuse)


@for_staff
@require_POST
def exchange(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Exchange two seats."""
    form = ExchangeForm(access, swaps_page(access).exchangeable, request.POST)
    if not form.is_valid():
        return _page(request, access, exchange_form=form)
    one, other = form.cleaned_data["one"], form.cleaned_data["other"]
    try:
        services.exchange_seats(one=one, other=other, actor=access.member)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _page(request, access, exchange_form=form)
    first, second = presenter_of(one), presenter_of(other)
    messages.success(request, f"{first} and {second} have exchanged their seats.")
    return redirect("swaps:swaps", access.course.slug)


def _find(access: Access, swap_id: int) -> SwapRequest:
    swap = find_visible(access, swap_id)
    if swap is None:
        raise Http404
    return swap


def _choices(way: str, slot: Slot, giver: Presenter) -> Choices:
    return seats_to_ask_for(slot, giver) if way == "swap" else whom_to_ask(slot, giver)


def _chosen(access: Access, choice: str) -> tuple[Presenter | None, Slot | None]:
    """The presenter and the slot of ``u12-34``, ``g5`` or ``all``: one of the form's choices."""
    if choice == "all":
        return None, None
    who, _dash, slot = choice.partition("-")
    presenter: Presenter
    if who.startswith("g"):
        presenter = get_object_or_404(Group, course=access.course, pk=int(who[1:]))
    else:
        presenter = get_object_or_404(User, memberships__course=access.course, pk=int(who[1:]))
    if not slot:
        return presenter, None
    return presenter, get_object_or_404(Slot, course=access.course, pk=int(slot))


def _page(request: HttpRequest, access: Access, **more: Any) -> HttpResponse:
    """The page; a form that was refused stands in it as it was filled in."""
    page = swaps_page(access)
    context = {
        "page": page,
        "disagree_form": DisagreeForm(),
        "exchange_form": ExchangeForm(access, page.exchangeable),
        "section": "signups",
    }
    return render(request, "swaps/swaps.html", context | more)


def _tell(request: HttpRequest, access: Access, action: Callable[[], str]) -> HttpResponseBase:
    """Do ``action``, say what came of it, and go back to the page."""
    try:
        messages.success(request, action())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("swaps:swaps", access.course.slug)
