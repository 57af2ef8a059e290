"""How the pages of sheets and slots answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from readings.core.counting import number_in
from readings.courses.access import Access
from readings.presentations import queries
from readings.presentations.models import Sheet, Slot


def find_sheet(access: Access, sheet_id: int) -> Sheet:
    """A sheet of the course; raises ``Http404``."""
    return get_object_or_404(
        Sheet.objects.select_related("course"), course=access.course, pk=sheet_id
    )


def find_slot(access: Access, slot_id: int) -> Slot:
    """A slot of the course; raises ``Http404``."""
    slots = queries.with_item(Slot.objects.filter(course=access.course))
    return get_object_or_404(slots, pk=slot_id)


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page of ``templates/presentations``."""
    return render(request, f"presentations/{template}.html", {"section": "signups", **context})


def agreed_to(request: HttpRequest) -> int:
    """How many sign-ups were shown to whoever agreed to remove them."""
    return number_in(request.POST.get("sign_ups", "")) or 0


def keys_in(request: HttpRequest, name: str) -> list[int]:
    """The keys that a form sent under ``name``; what is none is passed over."""
    sent = map(number_in, request.POST.getlist(name))
    return [key for key in sent if key is not None]
