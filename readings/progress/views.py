"""The ledger's pages for the staff: the matrix, a student, a reading, the marks as a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from readings.core.arrival import arrived_at
from readings.core.refusals import Refusal
from readings.courses.access import Access, for_staff
from readings.notes.exempting import excuse, take_back_excuse
from readings.progress.class_book import read_class_book
from readings.progress.exporting import book_of, file_name
from readings.progress.gradebook import Columns, Form, write
from readings.progress.links import marking_links
from readings.progress.matrix import Order, Show, build_matrix
from readings.progress.student import (
    policy_words,
    reading_class,
    student_access,
    student_term,
)
from readings.schedule.models import Reading


@for_staff
@require_safe
@never_cache
def progress(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Students x readings."""
    book = read_class_book(access.course, now=arrived_at(request))
    show, order = _chosen(Show, request.GET.get("show")), _chosen(Order, request.GET.get("order"))
    groups = sorted({one.group for one in book.students if one.group})
    group = request.GET.get("group", "")
    group = group if group in groups else ""
    context = {
        "matrix": build_matrix(book, show=show, order=order, group=group),
        "show": show.value,
        "order": order.value,
        "group": group,
        "groups": groups,
        "links": marking_links(access.course),
    }
    return _page(request, "overview", context)


@for_staff
@require_safe
@never_cache
def student(request: HttpRequest, access: Access, user_id: int) -> HttpResponseBase:
    """All of one student's work across the term."""
    whose = student_access(access.course, user_id)
    if whose is None:
        raise Http404
    term = student_term(whose, now=arrived_at(request))
    return _page(request, "student", {"term": term, "rule": policy_words(term.policy)})


@for_staff
@require_POST
def excuse_student(request: HttpRequest, access: Access, user_id: int) -> HttpResponseBase:
    """Excuse a student from the note on one reading, or take that back."""
    whose = student_access(access.course, user_id)
    if whose is None:
        raise Http404
    about = get_object_or_404(
        Reading.objects.select_related("course", "paper"),
        course=access.course,
        pk=request.POST.get("reading") if request.POST.get("reading", "").isdecimal() else None,
    )
    now, who = arrived_at(request), whose.member
    try:
        if "take_back" in request.POST:
            take_back_excuse(reading=about, student=who, actor=access.member, at=now)
            messages.success(request, f"{who} owes the note on {about.name} again.")
        else:
            reason = request.POST.get("reason", "")
            excuse(reading=about, student=who, actor=access.member, reason=reason, at=now)
            messages.success(request, f"{who} is excused from the note on {about.name}.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    page = reverse("progress:student", args=[access.course.slug, user_id])
    return redirect(f"{page}#reading-{about.pk}")


@for_staff
@require_safe
@never_cache
def reading(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """Everybody's note on one reading."""
    found = reading_class(access.course, reading_id, now=arrived_at(request))
    if found is None:
        raise Http404
    links = marking_links(access.course)
    context = {
        "found": found,
        "paper": links.to_paper(reading_id),
        "queue": links.to_queue(reading_id),
    }
    return _page(request, "reading", context)


@for_staff
@require_safe
@never_cache
def export(request: HttpRequest, access: Access) -> HttpResponseBase:
    """The choice of a file for a grade book; with ``form`` in the address, the file."""
    if "form" not in request.GET:
        forms = [(one.value, one.label) for one in Form]
        return _page(request, "export", {"forms": forms, "columns": Columns.choices})
    form = _chosen(Form, request.GET["form"], Form.PLAIN)
    columns = _chosen(Columns, request.GET.get("columns"), Columns.READINGS)
    now = arrived_at(request)
    book = read_class_book(access.course, now=now)
    text = write(book_of(book), form, columns)
    # Spreadsheets take a file for UTF-8 by its mark; a grade book would read it into a name.
    encoding = "utf-8-sig" if form == Form.PLAIN else "utf-8"
    response = HttpResponse(text.encode(encoding), content_type="text/csv; charset=utf-8")
    name = file_name(access.course, form, now)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _chosen(kind: Any, value: str | None, default: Any = None) -> Any:
    """The member of an enumeration that ``value`` names, else the first."""
    try:
        return kind(value or "")
    except ValueError:
        return default or next(iter(kind))


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"progress/{template}.html", {"section": "notes", **context})
