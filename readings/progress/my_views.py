"""A member's own ledger, and the skips they spend on it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from readings.core.arrival import arrived_at
from readings.core.refusals import Refusal
from readings.courses.access import Access, for_members
from readings.notes.exempting import spend_skip, take_back_skip
from readings.progress.ledger import build_ledger
from readings.schedule.models import Reading


@for_members
@require_safe
@never_cache
def mine(request: HttpRequest, access: Access) -> HttpResponseBase:
    """One's own notes across the term; the staff goes on to everybody's."""
    if access.is_staff:
        return redirect("progress:overview", access.course.slug)
    return _page(request, access)


@for_members
@require_POST
def spend(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """Spend a skip on a note."""
    reading = _reading(access, reading_id)

    def act() -> str:
        spend_skip(reading=reading, student=access.member, at=arrived_at(request))
        return f"You skip the note on {reading.name}. Until it is due you can take the skip back."

    return _done(request, access, act)


@for_members
@require_POST
def take_back(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """Take a skip back: the note is owed again."""
    reading = _reading(access, reading_id)

    def act() -> str:
        take_back_skip(reading=reading, student=access.member, at=arrived_at(request))
        return f"You have the skip back, and owe the note on {reading.name} again."

    return _done(request, access, act)


def _reading(access: Access, reading_id: int) -> Reading:
    found = Reading.objects.select_related("paper", "course")
    return get_object_or_404(found, pk=reading_id, course=access.course)


def _done(request: HttpRequest, access: Access, act: Callable[[], str]) -> HttpResponseBase:
    """Do it, and say how it went: in the page itself, or beside what htmx swaps in."""
    try:
        said, is_refused = act(), False
    except Refusal as refusal:
        said, is_refused = str(refusal), True
    if request.htmx:  # type: ignore[attr-defined]
        return _page(request, access, "#ledger", said=said, is_refused=is_refused)
    if is_refused:
        messages.error(request, said)
    else:
        messages.success(request, said)
    return redirect("progress:mine", access.course.slug)


def _page(
    request: HttpRequest,
    access: Access,
    part: str = "",
    *,
    said: str = "",
    is_refused: bool = False,
) -> HttpResponse:
    context = {
        "section": "notes",
        "ledger": build_ledger(access, now=arrived_at(request)),
        "said": said,
        "is_refused": is_refused,
    }
    return render(request, f"progress/mine.html{part}", context)
