"""Pages on which people rank what they would like to present, and name days they cannot."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from readings.core.counting import number_in
from readings.core.refusals import Refusal
from readings.courses.access import Access, for_members
from readings.courses.models import Role
from readings.presentations import blackouts
from readings.presentations.holding import require_role
from readings.presentations.presenters import require_presenter
from readings.presentations.refusals import WishesChanged
from readings.presentations.swaps.offering import offer_for_blackouts
from readings.presentations.wishes import queries, services
from readings.presentations.wishes.days import Wanted, days_to_tick, read_days
from readings.presentations.wishes.offers import ranking_page
from readings.presentations.wishes.parties import may_wish
from readings.presentations.wishes.ranking import Typed, read_ranks


@for_members
@never_cache
@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest, access: Access) -> HttpResponseBase:
    """The sheets by wishes, and the days on which one cannot."""
    has_days = access.role == Role.STUDENT or (
        access.role == Role.AUDITOR and queries.have_auditors_a_sheet(access.course)
    )
    wanted = None
    if request.method == "POST":
        if not has_days:
            raise Http404
        wanted = _save_days(request, access)
        if not wanted.problem:
            return redirect(reverse("wishes:overview", args=[access.course.slug]) + "#days")
    now = timezone.now()
    sheets = list(queries.sheets_by_wishes(access.course))
    context = {
        "sheets": [
            (
                sheet,
                queries.wishing_of(sheet, is_given=sheet.is_given, now=now).name.lower(),  # type: ignore[attr-defined]
                access.role != Role.AUDITOR or sheet.auditors_too,
            )
            for sheet in sheets
        ],
        "told": queries.told_to(access, access.member, now=now),
        "has_days": has_days,
        "days": days_to_tick(access.course, access.member, now=now) if has_days else [],
        "wanted": wanted,
    }
    return _page(request, "overview", context)


@for_members
@never_cache
@require_http_methods(["GET", "POST"])
def rank(request: HttpRequest, access: Access, sheet_id: int) -> HttpResponseBase:
    """One's wishes on a sheet, or those of one's group."""
    sheet = queries.sheets_by_wishes(access.course).filter(pk=sheet_id).first()
    if sheet is None:
        raise Http404
    if access.is_staff:
        return redirect("wishes:assignment", access.course.slug, sheet.pk)
    try:
        require_role(sheet, access.member)
        presenter = require_presenter(sheet, access.member)
    except Refusal as refusal:
        return _page(request, "not_yours", {"sheet": sheet, "sentence": str(refusal)})
    if not may_wish(sheet, presenter):
        sentence = f"“{sheet.title}” is for some of the class, and {presenter} is not among them."
        return _page(request, "not_yours", {"sheet": sheet, "sentence": sentence})
    if request.method != "POST":
        page = ranking_page(access, sheet, presenter, now=timezone.now())
        return _page(request, "rank", {"page": page, "sheet": sheet})
    typed = read_ranks(dict(request.POST.lists()))
    refusal_words, shows_others = "", False
    if typed.problems:
        refusal_words = "Not saved: look at the numbers that are marked."
    else:
        try:
            left_out = services.save_wishes(
                sheet=sheet, actor=access.member, ranks=typed.ranks, version=_version(request)
            )
        except Refusal as refusal:
            refusal_words, shows_others = str(refusal), isinstance(refusal, WishesChanged)
        else:
            _tell_saved(request, typed, left_out)
            return redirect("wishes:rank", access.course.slug, sheet.pk)
    page = ranking_page(
        access, sheet, presenter, now=timezone.now(), typed=typed, shows_others=shows_others
    )
    context = {"page": page, "sheet": sheet, "refusal": refusal_words, "conflict": shows_others}
    return _page(request, "rank", context)


def _version(request: HttpRequest) -> int:
    """The version of the wishes that the form showed; 0 for none."""
    return number_in(request.POST.get("version", "")) or 0


def _tell_saved(request: HttpRequest, typed: Typed, left_out: int) -> None:
    kept = len(typed.ranks) - left_out
    words = f"Saved: {kept} wish{'' if kept == 1 else 'es'}." if kept else "Saved: no wishes."
    if left_out:
        gone = "1 slot is" if left_out == 1 else f"{left_out} slots are"
        messages.warning(request, f"{words} {gone} not on this sheet any more, and left out.")
    else:
        messages.success(request, words)


def _save_days(request: HttpRequest, access: Access) -> Wanted:
    """Do what the form says; gives what it says, with a problem where it was refused."""
    wanted = read_days(
        shown=request.POST.getlist("shown"),
        ticked=request.POST.getlist("day"),
        first=request.POST.get("first", ""),
        last=request.POST.get("last", ""),
        today=timezone.now().astimezone(access.course.zone).date(),
    )
    if wanted.problem:
        return wanted
    try:
        with transaction.atomic():
            is_new = blackouts.change_blackouts(
                course=access.course, user=access.member, add=wanted.add, remove=wanted.remove
            )
            offer_for_blackouts(course=access.course, actor=access.member)
    except Refusal as refusal:
        wanted.problem = str(refusal)
    else:
        messages.success(request, "Your days are saved." if is_new else "Nothing was changed.")
    return wanted


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"wishes/{template}.html", {"section": "signups", **context})
