"""The export page, what it downloads, and the addresses at which the current text always is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_safe

from readings.courses.access import Access, for_staff, for_visitors
from readings.courses.models import Course, Visibility
from readings.exports import documents
from readings.exports.forms import ExportForm
from readings.exports.term import Options
from readings.reading_lists.models import ReadingList
from readings.schedule.visitors import answer_from_cache

MARKDOWN = "text/markdown; charset=utf-8"
_USUAL = {"what": "schedule", "notes": "on", "presenters": "on"}


@for_staff
@require_GET
def export(request: HttpRequest, access: Access) -> HttpResponse:
    """The Markdown, with choices of what is in it."""
    form = _form(request, access)
    chosen = form.data if form.is_valid() else _USUAL
    query = urlencode({name: chosen[name] for name in form.fields if chosen.get(name)})
    download = reverse("exports:download", args=[access.course.slug])
    context = {
        "form": form,
        "text": form.document(),
        "download": f"{download}?{query}",
        "address": _address(request, access.course, form),
        "by_link": access.course.visibility == Visibility.LINK,
        "section": "import",
    }
    template = "exports/export.html#document" if _asks_htmx(request) else "exports/export.html"
    return render(request, template, context)


@for_staff
@require_GET
def download(request: HttpRequest, access: Access) -> HttpResponse:
    """The same as a file."""
    form = _form(request, access)
    response = HttpResponse(form.document(), content_type=MARKDOWN)
    reading_list = form.lists.get(form.chosen)
    name = slugify(reading_list.title) if reading_list else ""
    if form.chosen == "schedule":
        name = "schedule"
    filename = f"{access.course.slug}-{name or form.chosen}.md"
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


@for_visitors
@require_safe
def schedule(request: HttpRequest, access: Access) -> HttpResponse:
    """The current schedule, as anybody may see it who may see the course."""
    return _current_schedule(request, access)


@for_visitors
@require_safe
def reading_list(request: HttpRequest, access: Access, list_id: int) -> HttpResponse:
    """A reading list as it is now."""
    return _current_list(request, access, list_id)


@require_safe
def schedule_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The current schedule of a course that is shared by link: the token is in the address."""
    return _current_schedule(request, _by_link(token))


@require_safe
def list_by_link(request: HttpRequest, token: str, list_id: int) -> HttpResponse:
    """A reading list of a course that is shared by link."""
    return _current_list(request, _by_link(token), list_id)


def _current_schedule(request: HttpRequest, access: Access) -> HttpResponse:
    options = _asked_options(request)
    return _kept(
        request,
        access,
        f"schedule.md {options}",
        lambda: documents.schedule_document(access.course, options),
    )


def _current_list(request: HttpRequest, access: Access, list_id: int) -> HttpResponse:
    found = get_object_or_404(ReadingList, course=access.course, pk=list_id)
    return _kept(
        request,
        access,
        f"list.md {list_id}",
        lambda: documents.list_document(found, documents.FOR_VISITORS),
    )


def _kept(
    request: HttpRequest, access: Access, page: str, write: Callable[[], str]
) -> HttpResponse:
    """A text that is the same for everybody, written once for each state of the course."""
    return answer_from_cache(
        request,
        access,
        lambda: HttpResponse(write(), content_type=MARKDOWN),
        page=page,
        content_type=MARKDOWN,
    )


def _asked_options(request: HttpRequest) -> Options:
    """Authors and years on request; whom and what the course does not show, to nobody."""
    return Options(
        authors="authors" in request.GET,
        years="years" in request.GET,
        notes=documents.FOR_VISITORS.notes,
        presenters=documents.FOR_VISITORS.presenters,
    )


def _by_link(token: str) -> Access:
    shared = [Visibility.LINK, Visibility.PUBLIC]
    course = get_object_or_404(Course, view_token=token, visibility__in=shared)
    return Access(course=course, user=None, role=None)


def _form(request: HttpRequest, access: Access) -> ExportForm:
    given: Any = request.GET if "what" in request.GET else _USUAL
    return ExportForm(access.course, given)


def _address(request: HttpRequest, course: Course, form: ExportForm) -> str:
    """Where the chosen text always is for visitors; empty where the course has none."""
    if course.visibility == Visibility.MEMBERS or form.chosen == "all":
        return ""
    by_link = course.visibility == Visibility.LINK
    key = course.view_token if by_link else course.slug
    if form.chosen in form.lists:
        name = "exports:list_by_link" if by_link else "exports:list"
        return request.build_absolute_uri(reverse(name, args=[key, int(form.chosen)]))
    name = "exports:schedule_by_link" if by_link else "exports:schedule"
    query = "&".join(one for one in ("authors", "years") if getattr(form.options, one))
    return request.build_absolute_uri(reverse(name, args=[key]) + (f"?{query}" if query else ""))


def _asks_htmx(request: HttpRequest) -> bool:
    return bool(request.htmx)  # type: ignore[attr-defined]
