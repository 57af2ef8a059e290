"""Publishing the draft, and the change log."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from readings.core.clock import short_instant
from readings.core.refusals import Refusal
from readings.courses.access import Access, for_staff
from readings.planning.answering import back_to_board, render_page
from readings.planning.comparing import compare_plans, meeting_words
from readings.planning.consequences import consequences_of
from readings.planning.drafts import read_draft
from readings.planning.history import changes_of, states_around
from readings.planning.publishing import KIND, publish_draft, undo_published
from readings.reading_lists import adding as reading_lists
from readings.schedule.models import Change
from readings.schedule.plan import Plan

_A_PAGE = 30
_CHOICES = 100  # states to compare with
_OURS = (KIND, reading_lists.CHANGE)  # imports are undone where they were made


@for_staff
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Everything that is not published yet, what follows from it, and one button."""
    message = request.POST.get("message", "")
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            publish_draft(
                course=access.course,
                actor=access.user,
                message=message,
                version=int(version) if version.isdecimal() else 0,
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Published. The class sees it now.")
            return back_to_board(access)
    state = read_draft(access.course)
    context = {
        "state": state,
        "steps": [(step, state.misfits.get(step.number, "")) for step in reversed(state.steps)],
        "differences": compare_plans(state.published, state.plan),
        "following": consequences_of(
            access.course, state.published, state.plan, now=timezone.now()
        ),
        "message": message[:500],
    }
    return render_page(request, "publish", context)


@for_staff
@require_GET
def history(request: HttpRequest, access: Access) -> HttpResponse:
    """Every change of the plan, the newest first."""
    pages = Paginator(changes_of(access.course), _A_PAGE)
    context = {"changes": pages.get_page(request.GET.get("page"))}
    return render_page(request, "history", context)


@for_staff
@require_GET
def change(request: HttpRequest, access: Access, change_id: int) -> HttpResponse:
    """What a change did, the term as it was after it, and how that differs from another state.

    ``?with=7`` is the state after that change; without, it is the plan of now.
    """
    found = _change(access, change_id)
    states = states_around(found)
    chosen = request.GET.get("with", "")
    other = _change(access, int(chosen)) if chosen.isdecimal() else None
    may_undo = found.kind in _OURS and found.undone_at is None
    context = {
        "change": found,
        "may_undo": may_undo,
        "going_back": consequences_of(access.course, states.after, states.before)
        if may_undo
        else None,
        "differences": compare_plans(states.before, states.after),
        "other": other,
        "others": _other_states(access, found),
        "since": compare_plans(states.after, states_around(other).after if other else states.now),
        "weeks": _written(states.after),
        "parked": [states.after.name_of(item) for item in states.after.items_of(None)],
    }
    return render_page(request, "change", context)


@for_staff
@require_POST
def undo_change(request: HttpRequest, access: Access, change_id: int) -> HttpResponseBase:
    """Take a published change back."""
    found = get_object_or_404(_changes(access), pk=change_id, kind__in=_OURS)
    try:
        undo_published(change=found, actor=access.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("planning:change", access.course.slug, change_id)
    messages.success(request, f"Taken back: {found.summary}")
    return redirect("planning:history", access.course.slug)


def _change(access: Access, change_id: int) -> Change:
    return get_object_or_404(_changes(access), pk=change_id)


def _changes(access: Access) -> QuerySet[Change]:
    return changes_of(access.course).select_related("course")


def _other_states(access: Access, change: Change) -> list[tuple[int, str]]:
    """The changes after which a plan may be compared with, as in ``Wed Sep 17, 8:30: ...``."""
    zone = access.course.zone
    return [
        (one.pk, f"{short_instant(one.created_at.astimezone(zone))}: {one.summary}"[:90])
        for one in changes_of(access.course)[:_CHOICES]
        if one.pk != change.pk
    ]


def _written(plan: Plan) -> list[dict[str, object]]:
    """A term to be read: its weeks with their classes and what is in them."""
    return [
        {
            "number": week.number,
            "topic": week.topic,
            "meetings": [
                {
                    "words": meeting_words(one, plan),
                    "status": "" if one.takes_place else one.status,
                    "names": [plan.name_of(item) for item in plan.items_of(one.id)],
                }
                for one in plan.meetings_of(week.id)
            ],
        }
        for week in plan.weeks_in_order
    ]
