"""The log of sign-ups."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from readings.accounts.models import User
from readings.core.counting import number_in
from readings.courses.access import Access, for_staff
from readings.presentations import queries
from readings.presentations.models import Sheet, Slot
from readings.presentations.sheets.answering import show
from readings.presentations.sheets.log import log_of

_A_PAGE = 100


@for_staff
@require_GET
def log(request: HttpRequest, access: Access) -> HttpResponse:
    """Who did what when: all of it, or of ``?sheet=``, ``?slot=``, ``?person=``."""
    course = access.course
    asked = {name: request.GET.get(name, "") for name in ("sheet", "slot", "person")}
    keys = {name: number_in(value) for name, value in asked.items()}
    slots = Slot.objects.filter(course=course)
    sheets = list(Sheet.objects.filter(course=course).order_by("title"))
    # Members, and whoever left with seats.
    concerned = Q(memberships__course=course) | Q(sign_ups__slot__course=course)
    people = list(User.objects.filter(concerned).distinct().order_by("name", "email"))
    sheet = next((one for one in sheets if one.pk == keys["sheet"]), None)
    person = next((one for one in people if one.pk == keys["person"]), None)
    slot = next(iter(queries.with_item(slots.filter(pk__in=[keys["slot"] or 0]))), None)
    events = log_of(course, sheet=sheet, slot=keys["slot"], user=person)
    chosen = {
        name: key
        for name, key in (
            ("sheet", sheet and sheet.pk),
            ("slot", keys["slot"]),
            ("person", person and person.pk),
        )
        if key is not None
    }
    context = {
        "events": Paginator(events, _A_PAGE).get_page(request.GET.get("page")),
        "sheets": sheets,
        "people": people,
        "sheet": sheet,
        "person": person,
        "slot": slot,
        "slot_name": queries.describe(slot) if slot else "a slot that is gone",
        "slot_id": keys["slot"],
        "chosen": urlencode(chosen),
    }
    return show(request, "log", context)
