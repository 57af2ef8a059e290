"""Reading lists as everybody who sees the schedule sees them."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_safe

from readings.courses.access import Access, for_staff, for_visitors
from readings.reading_lists.models import ReadingList
from readings.reading_lists.queries import Searches, lists_of, searches_of, whole_list
from readings.reading_lists.showing import SectionRow, Showing


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list as one reader sees it; ``searches`` is for staff."""

    reading_list: ReadingList
    sections: list[SectionRow]
    contents: list[SectionRow]  # the sections that have a heading
    count: int
    searches: Searches | None


@for_visitors
@require_safe
def index(request: HttpRequest, access: Access) -> HttpResponse:
    """The lists of the course."""
    context = {"lists": lists_of(access.course), "section": "reading_lists"}
    return render(request, "reading_lists/index.html", context)


@for_visitors
@require_safe
def show(request: HttpRequest, access: Access, list_id: int) -> HttpResponse:
    """One list, section by section."""
    found = whole_list(list_of(access, list_id))
    showing = Showing(access, found.places)
    sections = [showing.section(section) for section in found.sections]
    page = ListPage(
        reading_list=found.reading_list,
        sections=sections,
        contents=[section for section in sections if section.title],
        count=sum(section.count for section in sections),
        searches=searches_of(found.reading_list) if access.is_staff else None,
    )
    return render(request, "reading_lists/show.html", {"page": page, "section": "reading_lists"})


@for_staff
@require_GET
def searches(request: HttpRequest, access: Access, list_id: int) -> HttpResponse:
    """How far the searches by title are; asked for again while some are owed."""
    found = searches_of(list_of(access, list_id))
    return render(request, "reading_lists/show.html#searches", {"searches": found})


def list_of(access: Access, list_id: int) -> ReadingList:
    """A list of the course; 404 where it has no such list."""
    return get_object_or_404(
        ReadingList.objects.select_related("course"), course=access.course, pk=list_id
    )
