"""Pages on which staff make slots, change them, and put everything right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from readings.core.refusals import Refusal
from readings.courses.access import Access, for_staff
from readings.presentations import queries, services
from readings.presentations.models import SignUp, Slot
from readings.presentations.refusals import SeatsTaken, StillTaken
from readings.presentations.sheets import services as sheet_services
from readings.presentations.sheets.forms import (
    NewSlotForm,
    PresentationSlotsForm,
    PutOnSeatForm,
    ReadingSlotsForm,
    SlotForm,
)


@for_staff
@require_http_methods(["GET", "POST"])
def new_slot(request: HttpRequest, access: Access) -> HttpResponseBase:
    """One slot on one agenda item; ``?item=7`` chooses it."""
    form = NewSlotForm(
        access.course, request.POST or None, initial={"item": request.GET.get("item")}
    )
    if request.method == "POST" and form.is_valid():
        slot = sheet_services.add_slot(
            item=form.cleaned_data["item"], terms=form.terms, actor=access.member
        )
        messages.success(request, f"{queries.describe(slot)} can be signed up for.")
        return redirect(_at(access, slot))
    context = {
        "form": form,
        "heading": "One slot",
        "purpose": "Something on the agenda that somebody presents.",
        "nothing": "There is nothing on the agenda yet that a slot could hang on.",
    }
    return _page(request, "new_slots", context)


@for_staff
@require_http_methods(["GET", "POST"])
def new_reading_slots(request: HttpRequest, access: Access) -> HttpResponseBase:
    """A slot on each of many readings: to lead the class through it."""
    form = ReadingSlotsForm(access.course, request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = sheet_services.add_reading_slots(
            course=access.course,
            items=list(form.cleaned_data["items"]),
            terms=form.terms,
            actor=access.member,
        )
        return _made(request, access, len(made))
    context = {
        "form": form,
        "heading": "A slot on each reading",
        "purpose": "Who leads the discussion of which paper.",
        "nothing": "Every reading on the schedule has a slot, or there is no reading yet.",
    }
    return _page(request, "new_slots", context)


@for_staff
@require_http_methods(["GET", "POST"])
def new_presentation_slots(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Several slots on every class in which groups present a stage of their project."""
    form = PresentationSlotsForm(access.course, request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = sheet_services.add_presentation_slots(
            course=access.course,
            items=form.chosen,
            slots_each=form.cleaned_data["slots_each"],
            terms=form.terms,
            actor=access.member,
        )
        return _made(request, access, len(made))
    context = {
        "form": form,
        "heading": "Slots for presentations",
        "purpose": "Classes that have some slots already are filled up to the number you give.",
        "nothing": "No class on the schedule has presentations on its agenda yet.",
    }
    return _page(request, "new_slots", context)


@for_staff
@require_http_methods(["GET", "POST"])
def slot(request: HttpRequest, access: Access, slot_id: int) -> HttpResponseBase:
    """One slot: its terms, who has its seats."""
    slot = _slot(access, slot_id)
    form = SlotForm(access.course, request.POST or None, initial=_initial(slot))
    if request.method == "POST" and form.is_valid():
        try:
            sheet_services.update_slot(slot=slot, terms=form.terms, actor=access.member)
        except SeatsTaken as taken:
            field = "taken_by" if form.terms.taken_by != slot.sheet.taken_by else "seats"
            form.add_error(field, str(taken))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{queries.describe(slot)} is changed.")
            return redirect(_at(access, slot))
    return _slot_page(request, slot, form=form)


@for_staff
@require_POST
def put(request: HttpRequest, access: Access, slot_id: int) -> HttpResponseBase:
    """Give a seat to somebody."""
    slot = _slot(access, slot_id)
    form = PutOnSeatForm(slot, request.POST)
    if not form.is_valid():
        return _slot_page(request, slot, put_form=form)
    presenter = form.cleaned_data["presenter"]

    def give() -> str:
        services.put_on_seat(slot=slot, presenter=presenter, actor=access.member)
        return f"{presenter} has a seat now."

    return _tell(request, access, slot, give)


@for_staff
@require_POST
def take_off(
    request: HttpRequest, access: Access, slot_id: int, sign_up_id: int
) -> HttpResponseBase:
    """Free a seat; where it is free already there is nothing to do."""
    slot = _slot(access, slot_id)
    sign_up = (
        SignUp.objects.filter(slot=slot, pk=sign_up_id).select_related("user", "group").first()
    )

    def free() -> str:
        if sign_up is None or not services.take_off(sign_up=sign_up, actor=access.member):
            return "That seat was free already."
        return f"{queries.presenter_name(sign_up)} is off {queries.describe(slot)}."

    return _tell(request, access, slot, free)


@for_staff
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, access: Access, slot_id: int) -> HttpResponseBase:
    """Remove a slot, after saying who is on it."""
    slot = _slot(access, slot_id)
    refusal = ""
    if request.method == "POST":
        agreed = request.POST.get("sign_ups", "")
        try:
            sheet_services.delete_slot(
                slot=slot,
                agreed_sign_ups=int(agreed) if agreed.isdecimal() else 0,
                actor=access.member,
            )
        except StillTaken as taken:
            refusal = str(taken)
        else:
            messages.success(request, f"{queries.describe(slot)} is removed.")
            return redirect("presentations:sign_ups", access.course.slug)
    context = {"slot": slot, "name": queries.describe(slot), "refusal": refusal}
    return _page(request, "remove_slot", context | {"sign_ups": _sign_ups(slot)})


def _slot(access: Access, slot_id: int) -> Slot:
    return get_object_or_404(
        queries.with_item(Slot.objects.filter(course=access.course)), pk=slot_id
    )


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
        "taken_by": slot.sheet.taken_by,
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
    context = {
        "slot": slot,
        "name": queries.describe(slot),
        "form": form or SlotForm(slot.course, initial=_initial(slot)),
        "put_form": put_form or PutOnSeatForm(slot),
        "sign_ups": sign_ups,
        "free": slot.seats.count() - len(sign_ups),
    }
    return _page(request, "slot", context)


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"presentations/{template}.html", {"section": "signups", **context})


def _at(access: Access, slot: Slot) -> str:
    return reverse("presentations:sign_ups", args=[access.course.slug]) + f"#slot-{slot.pk}"


def _made(request: HttpRequest, access: Access, made: int) -> HttpResponseBase:
    if made:
        messages.success(request, f"{made} slot{'' if made == 1 else 's'} added.")
    else:
        messages.info(request, "They all had their slots already: nothing was added.")
    return redirect("presentations:sign_ups", access.course.slug)


def _tell(
    request: HttpRequest, access: Access, slot: Slot, action: Callable[[], str]
) -> HttpResponseBase:
    """Do ``action``, say what came of it, and go back to the slot's page."""
    try:
        messages.success(request, action())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        if not Slot.objects.filter(pk=slot.pk).exists():
            return redirect("presentations:sign_ups", access.course.slug)
    return redirect("presentations:slot", access.course.slug, slot.pk)
