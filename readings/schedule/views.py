"""The plan: where instructors and assistants arrange the term."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from readings.core.refusals import Refusal
from readings.courses.access import Access, for_staff
from readings.schedule import agenda_services, queries, services
from readings.schedule.forms import (
    AddPapersForm,
    AddWordsForm,
    ItemForm,
    MeetingForm,
    ReadingForm,
    WeekForm,
)
from readings.schedule.models import AgendaItem, Meeting, Status, Week


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"schedule/{template}.html", {"section": "plan", **context})


def _back_to_plan(access: Access, anchor: str = "") -> HttpResponseBase:
    address = reverse("schedule:plan", args=[access.course.slug])
    return redirect(f"{address}#{anchor}" if anchor else address)


@for_staff
@require_GET
def plan(request: HttpRequest, access: Access) -> HttpResponse:
    """The whole term with its controls, and what is in no class."""
    return _page(request, "plan", {"agenda": queries.agenda_of(access.course, empty_weeks=True)})


@for_staff
@require_POST
def generate(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Make the term's classes from its dates and days."""
    try:
        made = services.generate_meetings(course=access.course)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{len(made)} classes added.")
    return _back_to_plan(access)


@for_staff
@require_POST
def add_week(_request: HttpRequest, access: Access) -> HttpResponseBase:
    """An empty week at the end."""
    week = services.add_week(course=access.course)
    return _back_to_plan(access, f"week-{week.number}")


@for_staff
@require_http_methods(["GET", "POST"])
def change_week(request: HttpRequest, access: Access, week_id: int) -> HttpResponseBase:
    """What a week is about."""
    week = get_object_or_404(Week, course=access.course, pk=week_id)
    form = WeekForm(request.POST or None, instance=week)
    if request.method == "POST" and form.is_valid():
        services.update_week(week=week, topic=form.cleaned_data["topic"])
        return _back_to_plan(access, f"week-{week.number}")
    return _page(request, "week", {"week": week, "form": form})


@for_staff
@require_POST
def delete_week(request: HttpRequest, access: Access, week_id: int) -> HttpResponseBase:
    """Remove an empty week."""
    week = get_object_or_404(Week, course=access.course, pk=week_id)
    try:
        services.delete_week(week=week)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return _back_to_plan(access)


@for_staff
@require_http_methods(["GET", "POST"])
def add_meeting(request: HttpRequest, access: Access, week_id: int) -> HttpResponseBase:
    """A class in a week."""
    week = get_object_or_404(Week, course=access.course, pk=week_id)
    course = access.course
    hours = {"meets_from": course.meets_from, "meets_until": course.meets_until}
    form = MeetingForm(course, request.POST or None, initial=hours)
    if request.method == "POST" and form.is_valid():
        meeting = services.add_meeting(week=week, **form.cleaned_data)
        return _back_to_plan(access, f"meeting-{meeting.pk}")
    return _page(request, "meeting", {"week": week, "form": form})


@for_staff
@require_http_methods(["GET", "POST"])
def change_meeting(request: HttpRequest, access: Access, meeting_id: int) -> HttpResponseBase:
    """When a class takes place, and whether it does."""
    meeting = _meeting(access, meeting_id)
    # The form gets a copy: what it writes into its instance is not what the service compares with.
    form = MeetingForm(access.course, request.POST or None, instance=_meeting(access, meeting_id))
    if request.method == "POST" and form.is_valid():
        was = meeting.status
        services.update_meeting(meeting=meeting, actor=access.user, **form.cleaned_data)
        if meeting.status != was and meeting.status != Status.CLASS and meeting.agenda.exists():
            messages.warning(
                request,
                "No class on that day any more, and no note is due for it. What stood on its "
                "agenda still stands there, with its talks: move it to another class.",
            )
        return _back_to_plan(access, f"meeting-{meeting.pk}")
    return _page(request, "meeting", {"meeting": meeting, "week": meeting.week, "form": form})


@for_staff
@require_POST
def delete_meeting(request: HttpRequest, access: Access, meeting_id: int) -> HttpResponseBase:
    """Remove a class with an empty agenda."""
    meeting = _meeting(access, meeting_id)
    try:
        services.delete_meeting(meeting=meeting)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return _back_to_plan(access, f"week-{meeting.week.number}")


@for_staff
@require_http_methods(["GET", "POST"])
def add_papers(
    request: HttpRequest, access: Access, meeting_id: int | None = None
) -> HttpResponseBase:
    """Put papers on a class's agenda, or with those not scheduled, by links or ids."""
    meeting = _meeting(access, meeting_id) if meeting_id else None
    form = AddPapersForm(request.POST or None)
    context: dict[str, Any] = {"meeting": meeting, "form": form, "words": AddWordsForm()}
    if request.method == "POST" and form.is_valid():
        added = agenda_services.add_papers_to_agenda(
            course=access.course,
            meeting=meeting,
            text=form.cleaned_data["papers"],
            required=form.cleaned_data["required"],
        )
        if added.items:
            messages.success(request, added.sentence)
        if not added.not_understood:
            return _back_to_plan(access, _anchor(meeting))
        context["none_added"] = not added.items
        # What was understood is on the agenda; the rest stays in the box to be mended.
        context["form"] = AddPapersForm(initial={"papers": "\n".join(added.not_understood)})
        context["not_understood"] = added.not_understood
    return _page(request, "add", context)


@for_staff
@require_POST
def add_words(request: HttpRequest, access: Access, meeting_id: int) -> HttpResponseBase:
    """Put words on a class's agenda."""
    meeting = _meeting(access, meeting_id)
    form = AddWordsForm(request.POST)
    if not form.is_valid():
        return _page(request, "add", {"meeting": meeting, "form": AddPapersForm(), "words": form})
    agenda_services.add_agenda_item(course=access.course, meeting=meeting, **form.cleaned_data)
    return _back_to_plan(access, _anchor(meeting))


@for_staff
@require_http_methods(["GET", "POST"])
def change_item(request: HttpRequest, access: Access, item_id: int) -> HttpResponseBase:
    """What an item is and where it stands; for a reading also what the course says of it."""
    item = _item(access, item_id)
    posted = request.POST or None
    form = ItemForm(posted, instance=_item(access, item_id), prefix="item")
    reading_form = (
        ReadingForm(posted, instance=item.reading, prefix="reading") if item.reading else None
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and (reading_form is None or reading_form.is_valid())
    ):
        fields = dict(form.cleaned_data)
        agenda_services.move_agenda_item(
            item=item, meeting=fields.pop("meeting"), actor=access.user
        )
        agenda_services.update_agenda_item(item=item, **fields)
        if reading_form is not None and item.reading:
            services.update_reading(reading=item.reading, **reading_form.cleaned_data)
        return _back_to_plan(access, _anchor(item.meeting))
    return _page(request, "item", {"item": item, "form": form, "reading_form": reading_form})


@for_staff
@require_POST
def shift_item(request: HttpRequest, access: Access, item_id: int) -> HttpResponseBase:
    """Move an item up or down within its class."""
    item = _item(access, item_id)
    agenda_services.shift_agenda_item(item=item, by=-1 if request.POST.get("to") == "up" else 1)
    return _back_to_plan(access, _anchor(item.meeting))


@for_staff
@require_POST
def remove_item(request: HttpRequest, access: Access, item_id: int) -> HttpResponseBase:
    """Take an item off its class's agenda."""
    item = _item(access, item_id)
    meeting = item.meeting
    if agenda_services.remove_agenda_item(item=item):
        messages.success(request, f"{item} is off the agenda.")
    else:
        messages.success(request, f"{item} is not scheduled now; what hangs on it is kept.")
    return _back_to_plan(access, _anchor(meeting))


@for_staff
@require_POST
def drop_item(request: HttpRequest, access: Access, item_id: int) -> HttpResponseBase:
    """Remove what is not scheduled and what nobody has worked on."""
    item = _item(access, item_id)
    try:
        agenda_services.drop_from_shelf(item=item)
        messages.success(request, f"{item} is gone from the course.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return _back_to_plan(access, "shelf")


def _anchor(meeting: Meeting | None) -> str:
    return f"meeting-{meeting.pk}" if meeting else "shelf"


def _meeting(access: Access, meeting_id: int) -> Meeting:
    found = Meeting.objects.select_related("week", "course")
    return get_object_or_404(found, course=access.course, pk=meeting_id)


def _item(access: Access, item_id: int) -> AgendaItem:
    found = AgendaItem.objects.select_related("meeting", "reading__paper", "course")
    return get_object_or_404(found, course=access.course, pk=item_id)
