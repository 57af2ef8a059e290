"""Weeks, classes and what is on their agendas: the pages behind the board, which need no script."""

from __future__ import annotations

import json
from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST

from readings.courses.access import Access
from readings.planning import actions
from readings.planning.actions import Action
from readings.planning.answering import (
    act,
    anchor_of,
    back_to_board,
    for_planners,
    plan_seen,
    render_page,
    was_added,
)
from readings.planning.board import slots_on
from readings.planning.comparing import meeting_words
from readings.planning.drafts import read_draft
from readings.planning.forms import (
    AddPapersForm,
    AddWordsForm,
    ItemForm,
    MeetingForm,
    ReadingForm,
    TermForm,
    WeekForm,
)
from readings.planning.pasting import Pasted, read_papers
from readings.schedule.edits import What, seen_to_json, set_values
from readings.schedule.plan import Plan, PlannedMeeting
from readings.schedule.plan_rows import planned_reading


@for_planners
@require_http_methods(["GET", "POST"])
def generate(request: HttpRequest, access: Access) -> HttpResponseBase:
    """The term's classes from its days and times, with its holidays."""
    form = TermForm(access.course, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        times = {name: form.cleaned_data[name] for name in ("meets_from", "meets_until")}
        if was_added(request, access, lambda plan: actions.build_term(plan, form.days, **times)):
            return back_to_board(access)
    return render_page(request, "generate", {"form": form})


@for_planners
@require_POST
def add_week(request: HttpRequest, access: Access) -> HttpResponseBase:
    """An empty week at the end."""
    return act(request, access, actions.add_week)


@for_planners
@require_http_methods(["GET", "POST"])
def week(request: HttpRequest, access: Access, week_id: int) -> HttpResponseBase:
    """What a week is about."""
    plan = read_draft(access.course).plan
    found = plan.weeks.get(week_id)
    if found is None:
        raise Http404
    form = WeekForm(request.POST or None, initial={"topic": found.topic})
    if request.method == "POST" and form.is_valid():
        seen = plan_seen(request, plan).weeks[week_id]
        edits = set_values("week", seen, form.cleaned_data)
        if was_added(request, access, lambda _plan: Action(f"Week {found.number} named", edits)):
            return back_to_board(access, f"week-{found.number}")
    context = {
        "week": found,
        "form": form,
        "seen": _seen(request, plan, ("week", week_id)),
        "is_empty": not plan.meetings_of(week_id),
    }
    return render_page(request, "week", context)


@for_planners
@require_POST
def remove_week(request: HttpRequest, access: Access, week_id: int) -> HttpResponseBase:
    """Remove an empty week."""

    def make(plan: Plan) -> Action:
        if week_id not in plan.weeks:
            raise actions.Impossible("That week is gone already.")
        return actions.remove_week(plan, week_id)

    return act(request, access, make)


@for_planners
@require_http_methods(["GET", "POST"])
def new_meeting(request: HttpRequest, access: Access, week_id: int) -> HttpResponseBase:
    """A class in a week."""
    plan = read_draft(access.course).plan
    week = plan.weeks.get(week_id)
    if week is None:
        raise Http404
    course = access.course
    hours = {"meets_from": course.meets_from, "meets_until": course.meets_until}
    form = MeetingForm(course, plan, None, request.POST or None, initial=hours)
    if request.method == "POST" and form.is_valid():
        values = form.values()
        if was_added(request, access, lambda plan: actions.add_meeting(plan, week_id, values)):
            return back_to_board(access, f"week-{week.number}")
    return render_page(request, "meeting", {"week": week, "form": form})


@for_planners
@require_http_methods(["GET", "POST"])
def meeting(request: HttpRequest, access: Access, meeting_id: int) -> HttpResponseBase:
    """When a class takes place, and everything else that can be done with it."""
    plan = read_draft(access.course).plan
    found = find_meeting(plan, meeting_id)
    form = MeetingForm(access.course, plan, found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        seen, values = plan_seen(request, plan), form.values()
        kind, starts_on = form.cleaned_data.get("kind", ""), access.course.starts_on
        if was_added(
            request,
            access,
            lambda plan: actions.change_meeting(
                plan, meeting_id, values, kind=kind, starts_on=starts_on, seen=seen
            ),
        ):
            return back_to_board(access, anchor_of(meeting_id))
    context = {
        "meeting": found,
        "heading": meeting_words(found, plan),
        "week": plan.weeks[found.week],
        "items": [(item, plan.name_of(item)) for item in plan.items_of(meeting_id)],
        "seen": _seen(request, plan, ("meeting", meeting_id)),
        "form": form,
    }
    return render_page(request, "meeting", context)


@for_planners
@require_POST
def remove_meeting(request: HttpRequest, access: Access, meeting_id: int) -> HttpResponseBase:
    """Remove a class; ``agenda`` says that what is on it goes to the shelf first."""

    def make(plan: Plan) -> Action:
        find_meeting(plan, meeting_id)
        to_shelf = "agenda" in request.POST
        return actions.remove_meeting(plan, meeting_id, agenda_to_shelf=to_shelf)

    return act(request, access, make)


@for_planners
@require_http_methods(["GET", "POST"])
def add_papers(
    request: HttpRequest, access: Access, meeting_id: int | None = None
) -> HttpResponseBase:
    """Put papers on a class's agenda, or on the shelf, by links or ids."""
    plan = read_draft(access.course).plan
    form = AddPapersForm(request.POST or None)
    pasted = Pasted()
    if request.method == "POST" and form.is_valid():
        pasted = read_papers(form.cleaned_data["papers"])
        required = form.cleaned_data["required"]
        readings = [
            plan.readings.get(paper.pk) or replace(planned_reading(paper), required=required)
            for paper in pasted.papers
        ]
        if not was_added(
            request, access, lambda plan: actions.add_reading(plan, readings, to=meeting_id)
        ):
            return render_page(request, "add", _adding(plan, meeting_id, form))
        if not pasted.not_understood:
            messages.success(request, _added_words(plan, pasted, meeting_id))
            return back_to_board(access, anchor_of(meeting_id))
        # What was understood is on the agenda; the rest stays in the box to be mended.
        form = AddPapersForm(initial={"papers": "\n".join(pasted.not_understood)})
    return render_page(request, "add", _adding(plan, meeting_id, form, pasted=pasted))


@for_planners
@require_POST
def add_words(
    request: HttpRequest, access: Access, meeting_id: int | None = None
) -> HttpResponseBase:
    """Put words on a class's agenda, or on the shelf."""
    form = AddWordsForm(request.POST)
    plan = read_draft(access.course).plan
    if form.is_valid():
        values = form.cleaned_data
        if was_added(
            request, access, lambda plan: actions.add_words(plan, to=meeting_id, **values)
        ):
            return back_to_board(access, anchor_of(meeting_id))
    context = _adding(plan, meeting_id, AddPapersForm()) | {"words": form}
    return render_page(request, "add", context)


@for_planners
@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, access: Access, item_id: int) -> HttpResponseBase:
    """What an item is and where it stands; for a paper also what the course says of it."""
    plan = read_draft(access.course).plan
    found = plan.items.get(item_id)
    if found is None:
        raise Http404
    posted = request.POST or None
    form = ItemForm(plan, found, posted, prefix="item")
    said = plan.readings.get(found.paper) if found.paper is not None else None
    initial = {name: getattr(said, name) for name in ("label", "title", "required")} if said else {}
    reading_form = ReadingForm(posted, initial=initial, prefix="reading") if said else None
    if (
        request.method == "POST"
        and form.is_valid()
        and (reading_form is None or reading_form.is_valid())
    ):
        seen, values, to = plan_seen(request, plan), form.values(), form.to
        reading = reading_form.cleaned_data if reading_form else {}
        if was_added(
            request,
            access,
            lambda plan: actions.change_item(
                plan, item_id, values=values, reading=reading, to=to, seen=seen
            ),
        ):
            return back_to_board(access, anchor_of(form.to))
    shown: list[tuple[What, int]] = [("item", item_id)]
    if found.paper is not None:
        shown.append(("reading", found.paper))
    context = {
        "item": found,
        "name": plan.name_of(found),
        "seen": _seen(request, plan, *shown),
        "place": plan.place_of(plan.meeting_of[item_id]),
        "is_parked": plan.meeting_of[item_id] is None,
        "talks": slots_on([item_id]).get(item_id, 0),
        "other_items": [
            other
            for other in plan.items.values()
            if found.paper is not None and other.paper == found.paper and other.id != item_id
        ],
        "form": form,
        "reading_form": reading_form,
    }
    return render_page(request, "item", context)


@for_planners
@require_POST
def carry_note(request: HttpRequest, access: Access, item_id: int) -> HttpResponseBase:
    """Let the note of a paper that stands on several agendas be due here."""
    return act(request, access, lambda plan: actions.carry_note(plan, item_id))


def _seen(request: HttpRequest, plan: Plan, *rows: tuple[What, int]) -> str:
    """What the form shows of these rows; sent again it keeps what it showed first."""
    return request.POST.get("seen") or json.dumps(seen_to_json(plan, *rows))


def find_meeting(plan: Plan, meeting_id: int) -> PlannedMeeting:
    """The class of the plan.  Raises ``Http404``."""
    found = plan.meetings.get(meeting_id)
    if found is None:
        raise Http404
    return found


def _adding(
    plan: Plan, meeting_id: int | None, form: AddPapersForm, *, pasted: Pasted | None = None
) -> dict[str, object]:
    found = find_meeting(plan, meeting_id) if meeting_id is not None else None
    return {
        "meeting": found,
        "heading": meeting_words(found, plan) if found else "",
        "form": form,
        "words": AddWordsForm(),
        "not_understood": pasted.not_understood if pasted else [],
        "none_added": pasted is not None and not pasted.papers,
    }


def _added_words(plan: Plan, pasted: Pasted, meeting_id: int | None) -> str:
    """``2 papers added; fetching begins at once. 1 stood there already.``"""
    there = {one.paper for one in plan.items_of(meeting_id)}
    repeated = sum(paper.pk in there for paper in pasted.papers)
    count = len(pasted.papers) - repeated
    said = f"{count} paper{'s' if count != 1 else ''} added; fetching begins at once."
    return f"{said} {repeated} stood there already." if repeated else said
