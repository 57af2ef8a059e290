"""What the staff does on the day: order, marks."""

from __future__ import annotations

import csv
import io
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from readings.core.arrival import arrived_at
from readings.core.counting import count_of, number_in
from readings.core.csv_cells import escape_cell
from readings.courses.access import Access, for_staff
from readings.presentations import queries
from readings.presentations.day.marking import return_marks, take_back_marks
from readings.presentations.day.marks_page import (
    MarksPage,
    marks_of_course,
    marks_page,
    save_marks,
    table_of,
)
from readings.presentations.day.refusals import MarksChanged
from readings.presentations.day.views import find_meeting
from readings.presentations.models import Slot
from readings.presentations.sheets.slot_services import move_slot

CONFLICT: Final = 409


@for_staff
@require_POST
def move(request: HttpRequest, access: Access, meeting_id: int) -> HttpResponseBase:
    """Let a talk be given earlier or later on its day."""
    meeting = find_meeting(access, meeting_id)
    slots = queries.with_item(Slot.objects.filter(agenda_item__meeting=meeting))
    slot = get_object_or_404(slots, pk=number_in(request.POST.get("slot", "")) or 0)
    by = -1 if request.POST.get("way") == "up" else 1
    move_slot(slot=slot, by=by, actor=access.member)
    page = reverse("day:order", args=[access.course.slug, meeting.pk])
    return redirect(f"{page}#slot-{slot.pk}")


@for_staff
@require_http_methods(["GET", "POST"])
@never_cache
def marks(request: HttpRequest, access: Access, meeting_id: int) -> HttpResponseBase:
    """All marks of a class on one page."""
    meeting = find_meeting(access, meeting_id)
    page = marks_page(meeting)
    if request.method == "GET":
        return _show(request, page)
    saved = save_marks(page, request.POST.dict(), marker=access.member, at=arrived_at(request))
    if page.problems:
        return _show(request, page, saved=saved, status=CONFLICT)
    if saved:
        messages.success(request, f"{count_of(saved, 'mark')} saved.")
    else:
        messages.info(request, "Nothing was changed.")
    return redirect("day:marks", access.course.slug, meeting.pk)


@for_staff
@require_POST
def give_back(request: HttpRequest, access: Access, meeting_id: int) -> HttpResponseBase:
    """Return the marks of a class, as many as the page said."""
    meeting = find_meeting(access, meeting_id)
    try:
        count = return_marks(
            meeting=meeting,
            actor=access.member,
            at=arrived_at(request),
            agreed=number_in(request.POST.get("agreed", "")) or 0,
        )
    except MarksChanged as changed:
        messages.error(request, str(changed))
    else:
        words = f"{count_of(count, 'mark')} returned: the presenters see them now."
        messages.success(request, words if count else "Everything was returned already.")
    return redirect("day:marks", access.course.slug, meeting.pk)


@for_staff
@require_POST
def take_back(request: HttpRequest, access: Access, meeting_id: int) -> HttpResponseBase:
    """Hide the marks of a class from the presenters again."""
    meeting = find_meeting(access, meeting_id)
    if take_back_marks(meeting=meeting, actor=access.member):
        messages.success(request, "The presenters do not see these marks any more.")
    else:
        messages.info(request, "None of these marks was returned.")
    return redirect("day:marks", access.course.slug, meeting.pk)


@for_staff
@require_safe
@never_cache
def export(request: HttpRequest, access: Access) -> HttpResponse:
    """The marks of all talks, one row a person, for a spreadsheet."""
    out = io.StringIO()
    table = table_of(marks_of_course(access.course))
    csv.writer(out).writerows([escape_cell(cell) for cell in row] for row in table)
    # Spreadsheets take a file for UTF-8 by its mark.
    response = HttpResponse(
        out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8"
    )
    today = arrived_at(request).astimezone(access.course.zone).date()
    name = f"{access.course.slug}-talk-marks-{today}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _show(
    request: HttpRequest, page: MarksPage, *, saved: int = 0, status: int = 200
) -> HttpResponse:
    context = {"page": page, "meeting": page.meeting, "saved": saved, "section": "signups"}
    return render(request, "day/marks.html", context, status=status)
