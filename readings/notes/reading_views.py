"""Reading the others' notes: all on one page, and finding one helpful."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from readings.core.arrival import arrived_at
from readings.courses.access import Access, for_members
from readings.notes.access import NoteAccess, note_access
from readings.notes.all_notes import BY_HELPFUL, BY_TIME, notes_of_meeting, notes_of_reading
from readings.notes.appreciating import helpful_one, set_appreciation
from readings.notes.models import Note
from readings.notes.showing import NAMELESS, find_other, place_of
from readings.schedule.models import Meeting, Reading


@for_members
@require_GET
@never_cache
def of_reading(request: HttpRequest, access: Access, reading_id: int) -> HttpResponse:
    """All notes on a paper that one may read."""
    reading = _reading(access, reading_id)
    page = notes_of_reading(access, reading, now=arrived_at(request), sort=_sort(request))
    context = {"page": page, "reading": reading, "back": "all", "section": "paper"}
    return render(request, "notes/all.html", context)


@for_members
@require_GET
@never_cache
def of_meeting(request: HttpRequest, access: Access, meeting_id: int) -> HttpResponse:
    """All notes for a class that one may read."""
    found = Meeting.objects.select_related("week").filter(course=access.course)
    meeting = get_object_or_404(found, pk=meeting_id)
    page = notes_of_meeting(access, meeting, now=arrived_at(request), sort=_sort(request))
    context = {"page": page, "meeting": meeting, "back": meeting.pk, "section": "schedule"}
    return render(request, "notes/all.html", context)


@for_members
@require_POST
def helpful(request: HttpRequest, access: Access, reading_id: int, place: str) -> HttpResponseBase:
    """Find another's note helpful, or no longer."""
    now = arrived_at(request)
    reading = _reading(access, reading_id)
    rights = note_access(access, now=now, only=reading)
    note = find_other(rights, reading, place)
    if note is None:
        raise Http404
    is_helpful = request.POST.get("helpful") != "no"
    set_appreciation(note=note, user=access.member, is_helpful=is_helpful, at=now)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(f"{_back(request, access, reading)}#note-{place}")
    return render(request, "notes/_helpful.html", {"note": _button(rights, reading, note)})


def _button(rights: NoteAccess, reading: Reading, note: Note) -> dict[str, object]:
    """What the button says now; the name is shown as beside the note."""
    access = rights.access
    liked = helpful_one(note, access.member)
    is_named = rights.shows_author(note.author_id)
    place = place_of(rights, note.pk, note.author_id)
    return {
        "id": place,
        "name": str(note.author) if is_named else NAMELESS,
        "helpful": liked.number,
        "helpful_url": reverse("notes:helpful", args=[access.course.slug, reading.pk, place]),
        "is_liked": liked.number > 0,
        "likes": liked.is_mine,
    }


def _back(request: HttpRequest, access: Access, reading: Reading) -> str:
    """The page on which the button was pressed."""
    back = request.POST.get("back", "")
    slug = access.course.slug
    if back == "all":
        return reverse("notes:of_reading", args=[slug, reading.pk])
    if back.isascii() and back.isdecimal() and len(back) < 16:
        return reverse("notes:of_meeting", args=[slug, int(back)])
    return reverse("pages:paper", args=[slug, reading.pk])


def _sort(request: HttpRequest) -> str:
    return BY_HELPFUL if request.GET.get("sort") == BY_HELPFUL else BY_TIME


def _reading(access: Access, reading_id: int) -> Reading:
    found = Reading.objects.select_related("paper", "course").defer(
        "paper__abstract", "paper__abstract_html"
    )
    return get_object_or_404(found, pk=reading_id, course=access.course)
