"""Classes with talks, the running order of one, the page of a talk, its files."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from readings.core.arrival import arrived_at
from readings.core.counting import number_in
from readings.core.serving import serve_stored_file
from readings.core.stored_files import path_of
from readings.courses.access import Access, for_members
from readings.presentations.day import order as orders
from readings.presentations.day.access import Right
from readings.presentations.day.marking import marks_of
from readings.presentations.day.materials import find_file
from readings.presentations.day.talk_page import TalkPage, talk_page
from readings.presentations.day.talks import Talk, find_talk
from readings.schedule.models import Meeting


@for_members
@require_GET
@never_cache
def days(request: HttpRequest, access: Access) -> HttpResponse:
    """All classes with talks, and one's own marks."""
    found = orders.days_of(access, now=arrived_at(request))
    context = {
        "days": [one for one in found if not one.is_over],
        "past": [one for one in found if one.is_over],
        "results": marks_of(access.member, access.course),
        "section": "signups",
    }
    return render(request, "day/days.html", context)


@for_members
@require_GET
@never_cache
def order(request: HttpRequest, access: Access, meeting_id: int) -> HttpResponse:
    """The talks of a class one after another, with a timer."""
    meeting = find_meeting(access, meeting_id)
    page = orders.order_page(access, meeting, now=arrived_at(request))
    return render(request, "day/order.html", {"page": page, "section": "signups"})


@for_members
@require_GET
@never_cache
def talk(request: HttpRequest, access: Access, slot_id: int, key: str) -> HttpResponse:
    """What, when and who; slides, what the class thought of it, marks."""
    found = require_talk(request, access, slot_id, key, Right.SEE)
    page = talk_page(access, found, now=arrived_at(request))
    page.removed = page.find_removed(number_in(request.GET.get("removed", "")))
    return show_talk(request, page)


@for_members
@require_safe
@never_cache
def file(
    request: HttpRequest, access: Access, slot_id: int, key: str, material_id: int
) -> HttpResponseBase:
    """A file that was handed in; always a download, never shown as if ours."""
    talk = require_talk(request, access, slot_id, key, Right.SEE_SLIDES)
    found = find_file(access, talk, material_id, now=arrived_at(request))
    if found is None:
        raise Http404
    return serve_stored_file(
        request,
        name=path_of(found.sha256),
        etag=found.sha256,
        content_type=found.content_type,
        filename=found.name,
        as_attachment=True,
    )


def find_meeting(access: Access, meeting_id: int) -> Meeting:
    """A class of the course; ``Http404`` where there is none."""
    found = Meeting.objects.select_related("course", "week")
    return get_object_or_404(found, course=access.course, pk=meeting_id)


def require_talk(
    request: HttpRequest, access: Access, slot_id: int, key: str, right: Right
) -> Talk:
    """The talk at an address; ``Http404`` for who may not do that with it now."""
    found = find_talk(access, slot_id, key)
    if found is None or not found.allows(access, right, arrived_at(request)):
        raise Http404
    return found


def show_talk(request: HttpRequest, page: TalkPage, *, status: int = 200) -> HttpResponse:
    """The page of a talk; a form that was refused stands in it as it was filled in."""
    context = {"page": page, "talk": page.talk, "section": "signups"}
    return render(request, "day/talk.html", context, status=status)
