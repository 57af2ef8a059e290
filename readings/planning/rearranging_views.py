"""Cancelling a class and everything like it: choose, see what follows, confirm."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from readings.core.refusals import Refusal
from readings.courses.access import Access
from readings.planning import rearranging
from readings.planning.answering import (
    anchor_of,
    back_to_board,
    for_planners,
    render_page,
)
from readings.planning.comparing import compare_plans, meeting_words
from readings.planning.consequences import consequences_of, presented_items
from readings.planning.drafts import DraftState, add_step, draft_version, read_draft
from readings.planning.forms import CancelForm, ExchangeForm, InsertWeekForm, MoveTermForm
from readings.planning.publishing import DraftChanged, publish_draft
from readings.planning.rearranging import Held, Rearranged, Way
from readings.planning.row_views import find_meeting
from readings.schedule.edits import apply_edits, edits_to_json
from readings.schedule.plan import Plan, PlannedItem, PlannedMeeting
from readings.schedule.shifting import may_give_way


@for_planners
@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, access: Access, meeting_id: int) -> HttpResponseBase:
    """No class on that day: what becomes of what was planned for it?"""
    state = read_draft(access.course)
    found = find_meeting(state.plan, meeting_id)
    data = _data(request)
    form = CancelForm(state.plan, meeting_id, _today(access), data or {"way": Way.SHIFT})
    buffers = _buffers(request, state.plan, meeting_id)
    held = presented_items(access.course)
    page = _Preview(request, access, state, f"No class on {meeting_words(found, state.plan)}")
    page.context |= {
        "form": form,
        "meeting": found,
        "items": [state.plan.name_of(item) for item in state.plan.items_of(meeting_id)],
    } | _offered(state.plan, meeting_id, buffers, held)
    if not form.is_valid():
        return page.show()
    to = form.cleaned_data["to"]
    return page.propose(
        lambda plan: rearranging.cancel(
            plan,
            meeting_id,
            Way(form.cleaned_data["way"]),
            to=int(to) if to else None,
            buffers=frozenset(buffers),
            held=held,
        ),
        anchor=anchor_of(meeting_id),
    )


@for_planners
@require_http_methods(["GET", "POST"])
def free(request: HttpRequest, access: Access, meeting_id: int) -> HttpResponseBase:
    """Make room in a class: what stands there, and everything after it, moves on."""
    state = read_draft(access.course)
    found = find_meeting(state.plan, meeting_id)
    buffers = _buffers(request, state.plan, meeting_id)
    held = presented_items(access.course)
    page = _Preview(request, access, state, f"Make room on {meeting_words(found, state.plan)}")
    page.context |= _offered(state.plan, meeting_id, buffers, held)
    return page.propose(
        lambda plan: rearranging.free(plan, meeting_id, buffers=frozenset(buffers), held=held),
        anchor=anchor_of(meeting_id),
    )


@for_planners
@require_http_methods(["GET", "POST"])
def fill(request: HttpRequest, access: Access, meeting_id: int) -> HttpResponseBase:
    """A class was gained, or takes place after all: what follows moves up into it."""
    state = read_draft(access.course)
    found = find_meeting(state.plan, meeting_id)
    words = meeting_words(found, state.plan)
    page = _Preview(request, access, state, f"Fill {words} from what follows")
    return page.propose(
        lambda plan: rearranging.restore(plan, meeting_id, fill=True),
        anchor=anchor_of(meeting_id),
    )


@for_planners
@require_http_methods(["GET", "POST"])
def exchange(request: HttpRequest, access: Access, meeting_id: int) -> HttpResponseBase:
    """Two classes exchange what they are about."""
    state = read_draft(access.course)
    found = find_meeting(state.plan, meeting_id)
    form = ExchangeForm(state.plan, meeting_id, _today(access), _data(request))
    page = _Preview(request, access, state, f"Exchange {meeting_words(found, state.plan)}")
    page.context["form"] = form
    if not form.is_valid():
        return page.show()
    other = int(form.cleaned_data["other"])
    return page.propose(
        lambda plan: rearranging.exchange(plan, meeting_id, other), anchor=anchor_of(meeting_id)
    )


@for_planners
@require_http_methods(["GET", "POST"])
def insert_week(request: HttpRequest, access: Access) -> HttpResponseBase:
    """A week put in: everything after it is a week later."""
    state = read_draft(access.course)
    form = InsertWeekForm(state.plan, _data(request))
    page = _Preview(request, access, state, "Put a week in")
    page.context["form"] = form
    if not form.is_valid():
        return page.show()
    course = access.course
    return page.propose(
        lambda plan: rearranging.insert_week(
            plan,
            form.cleaned_data["after"],
            at_end=form.cleaned_data["at_end"],
            meets_from=course.meets_from,
            meets_until=course.meets_until,
            held=presented_items(course),
        )
    )


@for_planners
@require_http_methods(["GET", "POST"])
def move_term(request: HttpRequest, access: Access) -> HttpResponseBase:
    """The whole term earlier or later."""
    state = read_draft(access.course)
    form = MoveTermForm(_data(request))
    page = _Preview(request, access, state, "Move the whole term")
    page.context["form"] = form
    if not form.is_valid():
        return page.show()
    since = None if form.cleaned_data["all_of_it"] else _today(access)
    days = form.cleaned_data["days"]
    return page.propose(lambda plan: rearranging.move_term(plan, days, since=since))


class _Preview:
    """The page on which something is chosen, seen and confirmed, all with one form.

    What is confirmed is what was shown: the digest of its edits comes back with the form.
    """

    def __init__(
        self, request: HttpRequest, access: Access, state: DraftState, heading: str
    ) -> None:
        self.request, self.access, self.state = request, access, state
        self.context: dict[str, Any] = {
            "heading": heading,
            "form": forms.Form(),
            "other_steps": len(state.steps),
            "has_misfits": bool(state.misfits),
        }

    def show(self) -> HttpResponseBase:
        """The page as far as it goes."""
        return render_page(self.request, "rearrange", self.context)

    def propose(self, make: Callable[[Plan], Rearranged], *, anchor: str = "") -> HttpResponseBase:
        """Show what would be done; do it when it is confirmed."""
        if self.request.method == "POST":
            try:
                return self._confirm(make, anchor)
            except DraftChanged as refusal:
                messages.warning(self.request, str(refusal))
            except Refusal as refusal:
                messages.error(self.request, str(refusal))
            self.state = read_draft(self.access.course)
        try:
            done = make(self.state.plan)
            after = apply_edits(self.state.plan, done.edits)
        except Refusal as refusal:
            self.context["refusal"] = str(refusal)
            return self.show()
        self.context |= {
            "done": done,
            "differences": compare_plans(self.state.plan, after),
            "following": consequences_of(
                self.access.course, self.state.plan, after, now=timezone.now()
            ),
            "digest": _digest(done),
            "version": self.state.version,
        }
        return self.show()

    def _confirm(self, make: Callable[[Plan], Rearranged], anchor: str) -> HttpResponseBase:
        course, user, posted = self.access.course, self.access.user, self.request.POST
        publishes = "publish" in posted

        def shown(plan: Plan) -> Rearranged:
            done = make(plan)
            # What else is in the draft is published with it, and has to be what was there, too.
            is_same = not publishes or posted.get("version") == str(draft_version(course))
            if not is_same or posted.get("digest") != _digest(done):
                raise DraftChanged(
                    "The plan was changed since you looked at it. Here is what would be done now."
                )
            return done

        with transaction.atomic():
            step = add_step(course=course, actor=user, make=shown).step
            said = step.summary if step else "Nothing had to be changed"
            if publishes:
                publish_draft(course=course, actor=user, message=posted.get("message", ""))
        messages.success(
            self.request, f"Published: {said}." if publishes else f"{said}. Not published yet."
        )
        return back_to_board(self.access, anchor)


def _today(access: Access) -> dt.date:
    return timezone.now().astimezone(access.course.zone).date()


def _data(request: HttpRequest) -> Any:
    """What was chosen: posted with the confirmation, or in the address."""
    return request.POST if request.method == "POST" else (request.GET or None)


def _buffers(request: HttpRequest, plan: Plan, meeting: int) -> set[int]:
    """Which items may give way: those that were ticked; at first the spare ones."""
    data = _data(request)
    offered = {item.id: item for _meeting, item in _may_give_way(plan, meeting)}
    if data is None or ("way" not in data and "ticked" not in data):
        return {key for key, item in offered.items() if item.is_buffer}
    ticked = set(data.getlist("buffer"))
    return {key for key in offered if str(key) in ticked}


def _offered(plan: Plan, meeting: int, chosen: set[int], held: Held) -> dict[str, Any]:
    buffers = [
        {
            "id": item.id,
            "words": f"{meeting_words(one, plan)}: {plan.name_of(item)}",
            "is_chosen": item.id in chosen or item.is_buffer,
            "is_fixed": item.is_buffer,
            "presented_by": ", ".join(held.get(item.id, ())),
        }
        for one, item in _may_give_way(plan, meeting)
    ]
    # What is spare gives way anyway: only another choice has to be seen at once.
    has_chosen = any(one["is_chosen"] and not one["is_fixed"] for one in buffers)
    return {"buffers": buffers, "has_chosen": has_chosen}


def _may_give_way(plan: Plan, meeting: int) -> list[tuple[PlannedMeeting, PlannedItem]]:
    agenda = {key: plan.items_of(key) for key in plan.agenda}
    return may_give_way(plan.in_order, agenda, meeting)


def _digest(done: Rearranged) -> str:
    return hashlib.sha256(repr(edits_to_json(done.edits)).encode()).hexdigest()[:16]
