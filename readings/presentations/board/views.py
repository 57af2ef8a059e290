"""The sign-ups page: take a seat or wait for one, give it up, see who has what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from readings.core.counting import ordinal
from readings.core.refusals import Refusal
from readings.courses.access import Access, for_members, for_staff
from readings.presentations import queries, services, waiting
from readings.presentations.board.cards import card_of
from readings.presentations.board.choice import Choice
from readings.presentations.board.extras import top_of
from readings.presentations.board.page import SignUpsPage, sign_ups_page
from readings.presentations.models import Slot
from readings.presentations.refusals import (
    AlreadyWaiting,
    AlreadyYours,
    NotWaiting,
    NotYours,
    SlotGone,
)


@for_members
@require_GET
def sign_ups(request: HttpRequest, access: Access) -> HttpResponse:
    """The slots by date: all that are to come, or those that were asked for."""
    now = timezone.now()
    context = _page_context(request, access, now)
    context |= {"messages": _pin_messages(request, context["page"]), "section": "signups"}
    return render(request, "presentations/sign_ups.html", context)


@for_members
@require_POST
def claim(request: HttpRequest, access: Access, slot_id: int) -> HttpResponseBase:
    """Take a free seat, for oneself or for one's group."""

    def take(slot: Slot) -> str:
        try:
            services.claim_seat(slot=slot, actor=access.member)
        except AlreadyYours as already:
            return str(already)  # a second press of the button is no mistake
        return "The seat is yours."

    return _act(request, access, slot_id, take)


@for_members
@require_POST
def leave(request: HttpRequest, access: Access, slot_id: int) -> HttpResponseBase:
    """Give up one's seat."""

    def give_up(slot: Slot) -> str:
        try:
            services.leave_seat(slot=slot, actor=access.member)
        except NotYours as gone:
            return str(gone)
        return "You gave up the seat."

    return _act(request, access, slot_id, give_up)


@for_members
@require_POST
def wait(request: HttpRequest, access: Access, slot_id: int) -> HttpResponseBase:
    """Stand in line for a slot whose seats are taken."""

    def join(slot: Slot) -> str:
        try:
            place = waiting.join_waiting_list(slot=slot, actor=access.member)
        except (AlreadyWaiting, AlreadyYours) as already:
            return str(already)
        return f"You are {ordinal(place)} in line. You move up by yourself."

    return _act(request, access, slot_id, join)


@for_members
@require_POST
def stop_waiting(request: HttpRequest, access: Access, slot_id: int) -> HttpResponseBase:
    """Give up one's place in line."""

    def step_out(slot: Slot) -> str:
        try:
            waiting.leave_waiting_list(slot=slot, actor=access.member)
        except NotWaiting as gone:
            return str(gone)
        return "You are not in line any more."

    return _act(request, access, slot_id, step_out)


@for_staff
@require_POST
def give(request: HttpRequest, access: Access, slot_id: int, waiting_id: int) -> HttpResponseBase:
    """Give a free seat to who is next in line, when sign-up is not open."""

    def give_seat(slot: Slot) -> str:
        sign_up = services.give_to_waiting(slot=slot, waiting_id=waiting_id, actor=access.member)
        return f"{queries.presenter_name(sign_up)} has the seat now, and is told."

    return _act(request, access, slot_id, give_seat)


def _act(
    request: HttpRequest, access: Access, slot_id: int, action: Callable[[Slot], str]
) -> HttpResponseBase:
    """Do ``action`` and say what came of it on the slot's card.

    To htmx a refusal is the card alone, for in a rush most are refused; with what is done comes all
    that it changes on the page.
    """
    if not Slot.objects.filter(course=access.course, pk=slot_id).exists():
        return _gone(request, access, "This slot is gone: it was removed a moment ago.")
    slot, refused = Slot(pk=slot_id, course=access.course), False  # services look for themselves
    try:
        words = action(slot)
    except SlotGone as gone:
        return _gone(request, access, str(gone))
    except Refusal as refusal:
        words, refused = str(refusal), True
    if "HX-Request" in request.headers:
        return _answer_part(request, access, slot, words, refused=refused)
    tell = messages.error if refused else messages.success
    tell(request, words, extra_tags=_anchor(slot_id))
    page = reverse("presentations:sign_ups", args=[access.course.slug])
    return redirect(f"{page}{Choice.of(request.GET).query}#{_anchor(slot_id)}")


def _answer_part(
    request: HttpRequest, access: Access, slot: Slot, words: str, *, refused: bool
) -> HttpResponse:
    """The slot's card with ``words`` on it; with what was done, all else that it changes."""
    now = timezone.now()
    if refused:
        card = card_of(access, slot, now=now)
        card.notice, card.is_refused = words, True
        alone = {"card": card, "query": Choice.of(request.GET).query, "is_swap": True}
        return render(request, "presentations/sign_ups.html#card", alone)
    context = _page_context(request, access, now)
    shown = {one.slot.pk: one for one in context["page"].cards}
    # The page may leave it out by now: among the free, a slot that was just taken.
    card = shown.get(slot.pk) or card_of(access, slot, now=now)
    card.notice = words
    others = [
        one for one in shown.values() if one.slot.sheet_id == card.slot.sheet_id and one is not card
    ]
    context |= {"card": card, "others": others, "is_swap": True}
    return render(request, "presentations/sign_ups.html#swap", context)


def _page_context(request: HttpRequest, access: Access, now: dt.datetime) -> dict[str, Any]:
    """What the templates of the page and of its parts are given."""
    page = sign_ups_page(access, Choice.of(request.GET), now=now)
    top = top_of(access, now=now)
    for line in page.sheets:
        line.to_rank = top.to_rank.get(line.sheet.pk)
    return {"page": page, "top": top, "mine": page.mine, "query": page.choice.query}


def _gone(request: HttpRequest, access: Access, sentence: str) -> HttpResponseBase:
    """There is no card to put the sentence on: the whole page is shown anew."""
    messages.error(request, sentence)
    page = reverse("presentations:sign_ups", args=[access.course.slug])
    if "HX-Request" in request.headers:
        return HttpResponse(headers={"HX-Redirect": page})
    return redirect(page)


def _anchor(slot_id: int) -> str:
    return f"slot-{slot_id}"


def _pin_messages(request: HttpRequest, page: SignUpsPage) -> list[Message]:
    """Show each message about a card on the card; gives the others, for the top of the page."""
    cards = {_anchor(card.slot.pk): card for card in page.cards}
    elsewhere = []
    for message in messages.get_messages(request):
        card = cards.get(message.extra_tags or "")
        if card is None:
            elsewhere.append(Message(message.level, message.message))
        else:
            card.notice = str(message.message)
            card.is_refused = message.level >= messages.WARNING
    return elsewhere
