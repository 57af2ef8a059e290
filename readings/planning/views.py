"""The board: where the staff arranges the term, several at once."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from readings.core.refusals import Refusal
from readings.courses.access import Access
from readings.planning import actions, drafts
from readings.planning.actions import Action
from readings.planning.answering import (
    act,
    answer_with_board,
    back_to_board,
    for_planners,
    render_board,
)
from readings.planning.board import build_board, slots_on
from readings.planning.forms import SHELF
from readings.reading_lists.models import Entry
from readings.schedule.edits import Place
from readings.schedule.plan import Plan
from readings.schedule.plan_rows import planned_reading


@for_planners
@require_GET
def board(request: HttpRequest, access: Access) -> HttpResponse:
    """The whole term; ``?version=7`` asks whether that is still what there is (then 204)."""
    version = request.GET.get("version")
    if version is not None and version == version_of(access):
        return HttpResponse(status=204)
    return render_board(request, access, build_board(access.course))


@for_planners
@require_POST
def move(request: HttpRequest, access: Access, item_id: int) -> HttpResponseBase:
    """Put an item into a class, or on the shelf.

    ``to`` and ``seen`` are classes or "shelf"; ``before`` is the item it stands before, if any.
    """
    to, seen = _place(request, access, "to"), _place(request, access, "seen")
    before = _number(request, access, "before")

    def make(plan: Plan) -> Action:
        where = Place(seen) if "seen" in request.POST else None
        return actions.move_item(plan, item_id, to=to, before=before, seen=where)

    return act(request, access, make, moves=item_id)


@for_planners
@require_POST
def nudge(request: HttpRequest, access: Access, item_id: int) -> HttpResponseBase:
    """Move an item up or down, at the ends of its class into the next one."""
    by = -1 if request.POST.get("to") == "up" else 1
    return act(request, access, lambda plan: actions.nudge_item(plan, item_id, by))


@for_planners
@require_POST
def take_off(request: HttpRequest, access: Access, item_id: int) -> HttpResponseBase:
    """Take an item off its class."""
    has_slots = bool(slots_on([item_id]))
    return act(request, access, lambda plan: actions.take_off(plan, item_id, has_slots=has_slots))


@for_planners
@require_POST
def remove(request: HttpRequest, access: Access, item_id: int) -> HttpResponseBase:
    """Remove what is not scheduled from the course, if nobody has worked on it."""

    def make(plan: Plan) -> Action:
        found = plan.items.get(item_id)
        if found is not None and plan.meeting_of[item_id] is not None:
            raise actions.Impossible(
                f"{plan.name_of(found)} stands in a class: take it off there first."
            )
        if slots_on([item_id]):
            raise actions.Impossible("Somebody may sign up for it: remove its slots first.")
        return actions.remove_item(plan, item_id)

    return act(request, access, make)


@for_planners
@require_POST
def schedule_entry(request: HttpRequest, access: Access, entry_id: int) -> HttpResponseBase:
    """Put a reading list's entry on an agenda."""
    entries = Entry.objects.filter(section__reading_list__course=access.course, pk=entry_id)
    entry = entries.select_related("reading__paper").first()
    if entry is None or entry.reading is None:
        raise Http404
    reading = planned_reading(entry.reading.paper, entry.reading)
    to, before = _place(request, access, "to"), _number(request, access, "before")
    return act(
        request, access, lambda plan: actions.add_reading(plan, [reading], to=to, before=before)
    )


@for_planners
@require_POST
def undo(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Take back the last step, or the one of that number."""
    try:
        step = drafts.undo_step(course=access.course, number=_number(request, access, "number"))
    except Refusal as refusal:
        return answer_with_board(request, access, refusal=str(refusal))
    if "review" in request.POST:  # the button stood beside the list of what is to be published
        return redirect("planning:publish", access.course.slug)
    return answer_with_board(request, access, said=f"Taken back: {step.summary}")


@for_planners
@require_POST
def discard(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Drop everything that is not published."""
    count = drafts.discard_draft(course=access.course)
    messages.success(request, f"{count} change{'s' if count != 1 else ''} dropped.")
    return back_to_board(access)


def version_of(access: Access) -> str:
    """What a board depends on: the draft, and what is published under it."""
    return f"{drafts.draft_version(access.course)}-{access.course.version}"


def _place(request: HttpRequest, access: Access, name: str) -> int | None:
    is_shelf = request.POST.get(name, SHELF) == SHELF
    return None if is_shelf else _number(request, access, name)


def _number(request: HttpRequest, access: Access, name: str) -> int | None:
    value = request.POST.get(name, "")
    try:
        return drafts.known_as(access.course, int(value)) if value else None
    except ValueError:
        raise Http404 from None
