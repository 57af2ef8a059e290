"""The staff's page of a sheet by wishes: who handed in, what to fix, run, publish."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from readings.core.counting import number_in
from readings.core.csv_cells import escape_cell
from readings.core.refusals import Refusal
from readings.courses.access import Access, for_staff
from readings.presentations.models import Sheet
from readings.presentations.refusals import ClosesBeforeOpening
from readings.presentations.wishes import queries, services
from readings.presentations.wishes.forms import FixForm, OpenRestForm, RunForm
from readings.presentations.wishes.models import AssignmentRun, FixedPlace, RunState
from readings.presentations.wishes.outcome import outcome_of
from readings.presentations.wishes.overseeing import ask_before_publishing, oversee, show_run
from readings.presentations.wishes.publishing import publish_run
from readings.presentations.wishes.stating import slots_to_give


@for_staff
@never_cache
@require_GET
def assignment(request: HttpRequest, access: Access, sheet_id: int) -> HttpResponseBase:
    """Everything about a sheet; ``?run=7`` shows that run."""
    sheet = _sheet(access, sheet_id)
    return _page(request, access, sheet, run=number_in(request.GET.get("run", "")))


@for_staff
@never_cache
@require_GET
def run_progress(
    request: HttpRequest, access: Access, sheet_id: int, run_id: int
) -> HttpResponseBase:
    """The part of the page about one run, for a page that waits for it."""
    sheet = _sheet(access, sheet_id)
    shown = show_run(sheet, run_id)
    if shown is None:
        raise Http404
    if "HX-Request" not in request.headers:
        return redirect(_at(access, sheet, run_id))
    context = {"shown": shown, "sheet": sheet, "is_by_wishes": sheet.method == "wishes"}
    return render(request, "wishes/assignment.html#run", context)


@for_staff
@require_POST
def run(request: HttpRequest, access: Access, sheet_id: int) -> HttpResponseBase:
    """Have an assignment worked out."""
    sheet = _sheet(access, sheet_id)
    form = RunForm(request.POST)
    if not form.is_valid():
        return _page(request, access, sheet, run_form=form)
    try:
        made = services.ask_for_run(
            sheet=sheet, actor=access.member, seed=form.cleaned_data["seed"]
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(_at(access, sheet))
    return redirect(_at(access, sheet, made.pk))


@for_staff
@require_POST
def fix(request: HttpRequest, access: Access, sheet_id: int) -> HttpResponseBase:
    """Decide who gets a slot."""
    sheet = _sheet(access, sheet_id)
    form = FixForm(sheet, slots_to_give(sheet, now=timezone.now()), request.POST)
    if not form.is_valid():
        return _page(request, access, sheet, fix_form=form)
    try:
        services.fix_place(
            slot=form.cleaned_data["slot"],
            presenter=form.cleaned_data["presenter"],
            actor=access.member,
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _page(request, access, sheet, fix_form=form)
    messages.success(request, f"{form.cleaned_data['presenter']} is fixed. Run it again.")
    return redirect(_at(access, sheet) + "#fixed")


@for_staff
@require_POST
def unfix(request: HttpRequest, access: Access, sheet_id: int, fixed_id: int) -> HttpResponseBase:
    """Leave it to the wishes again."""
    sheet = _sheet(access, sheet_id)
    rows = FixedPlace.objects.filter(slot__sheet=sheet, pk=fixed_id)
    fixed = rows.select_related(
        "user", "group", "slot__course", "slot__sheet", "slot__agenda_item__meeting",
        "slot__agenda_item__reading__paper",
    ).first()  # fmt: skip
    if fixed is not None and services.unfix_place(fixed=fixed, actor=access.member):
        messages.success(request, "It is left to the wishes again. Run it again.")
    else:
        messages.info(request, "It was left to the wishes already.")
    return redirect(_at(access, sheet) + "#fixed")


@for_staff
@never_cache
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, access: Access, sheet_id: int, run_id: int) -> HttpResponseBase:
    """Say what publishing a run does; with ``sure=yes``, give everybody what the run says."""
    sheet = _sheet(access, sheet_id)
    found = get_object_or_404(AssignmentRun, sheet=sheet, pk=run_id)
    if request.method == "GET" or request.POST.get("sure") != "yes":
        asked = ask_before_publishing(sheet, found, now=timezone.now())
        if asked is None:
            return redirect(_at(access, sheet, run_id))
        context = {"asked": asked, "sheet": sheet, "section": "signups"}
        return render(request, "wishes/publish.html", context)
    found.sheet = sheet
    try:
        given = publish_run(run=found, actor=access.member)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        seats = "1 seat was" if given == 1 else f"{given} seats were"
        messages.success(request, f"Published: {seats} given, and everybody is told why.")
    return redirect(_at(access, sheet, run_id))


@for_staff
@require_POST
def open_rest(request: HttpRequest, access: Access, sheet_id: int) -> HttpResponseBase:
    """Let what is left be taken, first come, first served."""
    sheet = _sheet(access, sheet_id)
    form = OpenRestForm(access.course, request.POST)
    if form.is_valid():
        try:
            services.open_rest(
                sheet=sheet, closes_at=form.cleaned_data["closes_at"], actor=access.member
            )
        except ClosesBeforeOpening as refusal:
            form.add_error("closes_at", str(refusal))
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect(_at(access, sheet))
        else:
            messages.success(request, "What is left can be taken now, first come, first served.")
            return redirect("presentations:sign_ups", access.course.slug)
    return _page(request, access, sheet, rest_form=form)


@for_staff
@never_cache
@require_GET
def download(_request: HttpRequest, access: Access, sheet_id: int, run_id: int) -> HttpResponseBase:
    """A run as a table for spreadsheets."""
    sheet = _sheet(access, sheet_id)
    found = get_object_or_404(AssignmentRun, sheet=sheet, pk=run_id, state=RunState.DONE)
    outcome = outcome_of(found.task, found.answer)
    out = io.StringIO()
    write = csv.writer(out).writerow
    write(["Group" if sheet.is_for_groups else "Person", "Slot", "Date", "Wish", "Why"])
    for row in outcome.rows:
        for place in row.places:
            cells = [row.name, place.name, place.day.isoformat() if place.day else ""]
            write([escape_cell(cell) for cell in (*cells, place.rank_words, place.why)])
        if row.short:
            write([escape_cell(cell) for cell in (row.name, "", "", "missing", row.lacks)])
    # Spreadsheets take a file for UTF-8 by its mark.
    response = HttpResponse(
        out.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8"
    )
    name = f"{access.course.slug}-assignment-{found.pk}-seed-{found.seed}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _sheet(access: Access, sheet_id: int) -> Sheet:
    sheet = queries.sheets_by_wishes(access.course).filter(pk=sheet_id).first()
    if sheet is None:
        raise Http404
    sheet.course = access.course
    return sheet


def _at(access: Access, sheet: Sheet, run_id: int | None = None) -> str:
    address = reverse("wishes:assignment", args=[access.course.slug, sheet.pk])
    return address if run_id is None else f"{address}?run={run_id}"


def _page(
    request: HttpRequest,
    access: Access,
    sheet: Sheet,
    *,
    run: int | None = None,
    fix_form: FixForm | None = None,
    run_form: RunForm | None = None,
    rest_form: OpenRestForm | None = None,
) -> HttpResponse:
    """The page; a form that was refused stands in it as it was filled in."""
    page = oversee(sheet, run=run, now=timezone.now())
    context: dict[str, Any] = {
        "page": page,
        "shown": page.shown,
        "sheet": sheet,
        "is_by_wishes": page.is_by_wishes,
        "fix_form": fix_form or FixForm(sheet, page.choices),
        "run_form": run_form or RunForm(),
        "rest_form": rest_form or OpenRestForm(access.course),
        "section": "signups",
    }
    return render(request, "wishes/assignment.html", context)
