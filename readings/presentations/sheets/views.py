"""The page of one slot: staff change it, and put people on its seats and take them off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from readings.accounts.models import User
from readings.core.counting import count_of, number_in
from readings.core.refusals import Refusal
from readings.courses.access import Access, for_staff
from readings.courses.models import Group
from readings.presentations import queries, services, waiting
from readings.presentations.models import SignUp, Slot
from readings.presentations.presenters import Presenter
from readings.presentations.refusals import OpensTooLate, SeatsTaken, SlotGone, WrongSheet
from readings.presentations.sheets import slot_services
from readings.presentations.sheets.answering import agreed_to, find_slot, keys_in, show
from readings.presentations.sheets.forms import PutOnSeatForm, SlotForm
from readings.presentations.sheets.log import log_of
from readings.presentations.sheets.queries import on_same_item, with_work

_LOG_SHOWN = 10
_FIELDS: dict[type[Refusal], str | None] = {
    SeatsTaken: "seats",
    OpensTooLate: "opens_at",
    WrongSheet: "sheet",
    SlotGone: None,
}


@for_staff
@require_http_methods(["GET", "POST"])
def slot(request: HttpRequest, access: Access, slot_id: int) -> HttpResponseBase:
    """One slot: its terms, who has its seats."""
    slot = find_slot(access, slot_id)
    form = SlotForm(slot, request.POST or None, initial=_initial(slot))
    if request.method == "POST" and form.is_valid():
        try:
            slot_services.update_slot(
                slot=slot,
                terms=form.terms,
                sheet=form.cleaned_data["sheet"],
                actor=access.member,
            )
        except Refusal as refusal:
            form.add_error(_FIELDS.get(type(refusal), "closes_at"), str(refusal))
        else:
            messages.success(request, f"{queries.describe(slot)} is changed.")
            return redirect("presentations:slot", access.course.slug, slot.pk)
    return _slot_page(request, slot, form=form)


@for_staff
@require_POST
def put(request: HttpRequest, access: Access, slot_id: int) -> HttpResponseBase:
    """Give a seat to somebody."""
    slot = find_slot(access, slot_id)
    form = PutOnSeatForm(slot, request.POST)
    if not form.is_valid():
        return _slot_page(request, slot, put_form=form)
    presenter = form.cleaned_data["presenter"]

    def give() -> str:
        line = waiting.presenters_in_line(slot)
        sign_up = services.put_on_seat(slot=slot, presenter=presenter, actor=access.member)
        return f"{presenter} has a seat now. {services.words_on_given(sign_up, line)}".strip()

    return _tell(request, access, slot, give)


@for_staff
@require_POST
def take_off(
    request: HttpRequest, access: Access, slot_id: int, sign_up_id: int
) -> HttpResponseBase:
    """Free a seat; where it is free already there is nothing to do."""
    slot = find_slot(access, slot_id)
    sign_up = (
        SignUp.objects.filter(slot=slot, pk=sign_up_id).select_related("user", "group").first()
    )

    def free() -> str:
        if sign_up is None or not services.take_off(sign_up=sign_up, actor=access.member):
            return "That seat was free already."
        return f"{queries.presenter_name(sign_up)} is off {queries.describe(slot)}."

    return _tell(request, access, slot, free)


@for_staff
@require_POST
def take_off_all(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Free several seats of one who left, those that were shown."""
    sign_ups = SignUp.objects.filter(slot__course=access.course)
    presenter: Presenter | None
    if "group" in request.POST:
        presenter = Group.objects.filter(
            course=access.course, pk__in=keys_in(request, "group")
        ).first()
    else:
        # Who left is in the course no more; whoever holds a seat of it is known here.
        holders = User.objects.filter(sign_ups__in=sign_ups, pk__in=keys_in(request, "user"))
        presenter = holders.first()
    shown = sign_ups.filter(pk__in=keys_in(request, "sign_up")).values_list("pk", flat=True)
    freed = 0
    if presenter is not None:
        freed = slot_services.take_off_all(
            presenter=presenter, sign_ups=list(shown), actor=access.member
        )
    if freed:
        messages.success(request, f"{count_of(freed, 'seat')} free again.")
    else:
        messages.info(request, "Those seats were free already.")
    return redirect("presentations:sheets", access.course.slug)


@for_staff
@require_POST
def move(request: HttpRequest, access: Access, slot_id: int) -> HttpResponseBase:
    """Let the slot come earlier or later on its day."""
    slot = find_slot(access, slot_id)
    by = -1 if request.POST.get("to") == "earlier" else 1

    def nudge() -> str:
        if not slot_services.move_slot(slot=slot, by=by, actor=access.member):
            return f"{queries.name_of(slot)} is the {'first' if by < 0 else 'last'} already."
        return f"{queries.name_of(slot)} comes {'earlier' if by < 0 else 'later'} now."

    back = number_in(request.POST.get("from", ""))
    shown = slot if back is None else find_slot(access, back)
    return _tell(request, access, shown, nudge)


@for_staff
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, access: Access, slot_id: int) -> HttpResponseBase:
    """Remove a slot, after saying what goes with it."""
    slot = find_slot(access, slot_id)
    refusal = ""
    if request.method == "POST":
        try:
            slot_services.delete_slot(
                slot=slot, agreed_sign_ups=agreed_to(request), actor=access.member
            )
        except SlotGone:
            return redirect("presentations:sheet", access.course.slug, slot.sheet_id)
        except Refusal as refused:
            refusal = str(refused)
        else:
            messages.success(request, f"{queries.describe(slot)} is removed.")
            return redirect("presentations:sheet", access.course.slug, slot.sheet_id)
    context = {
        "slot": slot,
        "name": queries.describe(slot),
        "refusal": refusal,
        "has_work": with_work(Slot.objects.filter(pk=slot.pk)).exists(),
        "sign_ups": _sign_ups(slot),
        "waiting": slot.waiting.count(),
        "wishes": slot.preferences.count(),
    }
    return show(request, "remove_slot", context)


def _sign_ups(slot: Slot) -> list[SignUp]:
    sign_ups = queries.members_still(SignUp.objects.filter(slot=slot))
    return list(
        sign_ups.select_related("user", "group")
        .prefetch_related("group__members__user")
        .order_by("seat__number")
    )


def _initial(slot: Slot) -> dict[str, Any]:
    names = ("title", "minutes", "opens_at", "closes_at")
    return {name: getattr(slot, name) for name in names} | {
        "sheet": slot.sheet_id,
        "seats": slot.seats.count(),
    }


def _slot_page(
    request: HttpRequest,
    slot: Slot,
    *,
    form: SlotForm | None = None,
    put_form: PutOnSeatForm | None = None,
) -> HttpResponse:
    """The page of one slot; a form that was refused stands in it as it was filled in."""
    sign_ups = _sign_ups(slot)
    order = on_same_item(slot)
    events = list(log_of(slot.course, slot=slot.pk)[: _LOG_SHOWN + 1])
    context = {
        "slot": slot,
        "name": queries.describe(slot),
        "form": form or SlotForm(slot, initial=_initial(slot)),
        "put_form": put_form or PutOnSeatForm(slot),
        "sign_ups": sign_ups,
        "free": slot.seats.count() - len(sign_ups),
        "waiting": list(slot.waiting.select_related("user", "group")),
        "order": [(one, queries.name_of(one)) for one in order] if len(order) > 1 else [],
        "events": events[:_LOG_SHOWN],
        "has_more_events": len(events) > _LOG_SHOWN,
        "log_url": reverse("presentations:log", args=[slot.course.slug]) + f"?slot={slot.pk}",
    }
    return show(request, "slot", context)


def _tell(
    request: HttpRequest, access: Access, slot: Slot, action: Callable[[], str]
) -> HttpResponseBase:
    """Do ``action``, say what came of it, and go back to the slot's page."""
    try:
        messages.success(request, action())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        if not Slot.objects.filter(pk=slot.pk).exists():
            return redirect("presentations:sheet", access.course.slug, slot.sheet_id)
    return redirect("presentations:slot", access.course.slug, slot.pk)
