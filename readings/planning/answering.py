"""How views of the board answer: the board itself to htmx, a redirect to a plain form."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any, ParamSpec, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from readings.core.refusals import Refusal
from readings.courses.access import Access, CourseView, SlugView, for_staff
from readings.planning.board import Board, ReadOnce, build_board, make_board
from readings.planning.drafts import Doing, add_step, known_as, last_to_move
from readings.planning.models import Step
from readings.schedule.edits import DoesNotFit, as_seen
from readings.schedule.plan import Plan

P = ParamSpec("P")


def for_planners(view: CourseView[P]) -> SlugView[P]:
    """The staff.  What was planned and published since is found by the id that it had."""

    @functools.wraps(view)
    def wrapped(
        request: HttpRequest, access: Access, *args: P.args, **ids: P.kwargs
    ) -> HttpResponseBase:
        for name, planned in ids.items():
            if isinstance(planned, int):
                ids[name] = known_as(access.course, planned)
        return view(request, access, *args, **ids)

    return for_staff(cast("CourseView[P]", wrapped))


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of the plan."""
    context = {"section": "plan", **context}
    return render(request, f"planning/{template}.html", context, status=status)


def answer_with_board(
    request: HttpRequest, access: Access, *, refusal: str = "", said: str = ""
) -> HttpResponseBase:
    """The board as it is now: for htmx only the part that changes."""
    if not asks_htmx(request):
        if refusal:
            messages.error(request, refusal)
        return back_to_board(access)
    board = build_board(access.course)
    return render_board(request, access, board, refusal=refusal, said=said)


def render_board(
    request: HttpRequest, access: Access, board: Board, *, refusal: str = "", said: str = ""
) -> HttpResponse:
    """The board: the whole page, or for htmx only the part that changes."""
    context = {
        "board": board,
        "undo": _own_last_step(access, board),
        "refusal": refusal,
        "said": said,
        "section": "plan",
    }
    part = "#board" if asks_htmx(request) else ""
    status = 422 if refusal else 200
    return render(request, f"planning/board.html{part}", context, status=status)


def _own_last_step(access: Access, board: Board) -> Step | None:
    """What the button takes back: the last step of whoever presses it, else the last of all."""
    steps = board.state.steps
    own = [step for step in steps if access.user and step.created_by_id == access.user.pk]
    return (own or steps)[-1] if steps else None


def act(
    request: HttpRequest,
    access: Access,
    make: Callable[[Plan], Doing | None],
    *,
    moves: int | None = None,
) -> HttpResponseBase:
    """Do something to the draft, and answer with the board.

    ``moves`` is the item that is moved: who moved it in the meantime is told where it cannot be.
    """
    read = ReadOnce()
    try:
        done = add_step(course=access.course, actor=access.user, make=make, read=read)
    except DoesNotFit as refusal:
        who = last_to_move(course=access.course, item=moves) if moves is not None else None
        said = f"{str(refusal).removesuffix('.')}, by {who}." if who else str(refusal)
        return answer_with_board(request, access, refusal=said)
    except Refusal as refusal:
        return answer_with_board(request, access, refusal=str(refusal))
    said = done.step.summary if done.step else ""
    if not asks_htmx(request):
        return back_to_board(access)
    board = make_board(access.course, read.agenda, done.state)
    return render_board(request, access, board, said=said)


def was_added(request: HttpRequest, access: Access, make: Callable[[Plan], Doing | None]) -> bool:
    """Do something to the draft from a form; where it does not fit, say so there and False."""
    try:
        add_step(course=access.course, actor=access.user, make=make)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def plan_seen(request: HttpRequest, plan: Plan) -> Plan:
    """The plan as the form that was sent had shown it; where that is not told, as it is."""
    try:
        return as_seen(plan, json.loads(request.POST["seen"]))
    except (ValueError, TypeError, LookupError, AttributeError):
        return plan


def back_to_board(access: Access, anchor: str = "") -> HttpResponseBase:
    """The board, at one of its rows."""
    address = reverse("planning:board", args=[access.course.slug])
    return redirect(f"{address}#{anchor}" if anchor else address)


def anchor_of(meeting: int | None) -> str:
    """The place of a class on the board, or of the shelf."""
    return "shelf" if meeting is None else f"meeting-{meeting}"


def asks_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks, and not the browser itself."""
    return bool(request.htmx)  # type: ignore[attr-defined]
