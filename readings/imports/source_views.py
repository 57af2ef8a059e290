"""Documents that are fetched: the page that waits for one, and those that are followed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from readings.core.refusals import Refusal
from readings.courses.access import Access, for_staff
from readings.imports import following, services
from readings.imports.models import DocumentFetch, FetchState, Import, ImportState, Source
from readings.imports.remote import CannotFetch


@for_staff
@require_GET
def arriving(request: HttpRequest, access: Access, fetch_id: int) -> HttpResponseBase:
    """A document is on its way: the page asks every second whether it is here."""
    fetch = get_object_or_404(DocumentFetch, course=access.course, pk=fetch_id)
    return _wait(request, fetch, "arriving.html")


@for_staff
@require_POST
def arrived(request: HttpRequest, access: Access, fetch_id: int) -> HttpResponseBase:
    """Go on to the preview if the document is here, back to the entrance if it cannot be had."""
    fetch = get_object_or_404(DocumentFetch, course=access.course, pk=fetch_id)
    slug = access.course.slug
    again = f"{reverse('imports:paste', args=[slug])}?{urlencode({'url': fetch.url})}"
    if fetch.state == FetchState.OWED:
        template = "arriving.html#waiting" if _asks_htmx(request) else "arriving.html"
        return _wait(request, fetch, template)
    if fetch.state == FetchState.FAILED:
        messages.error(request, f"{fetch.problem} You can paste the document instead.")
        return _go(request, again)
    source = Source.objects.filter(course=access.course, url=fetch.url).first()
    try:
        draft = services.draft_import(
            course=access.course,
            document=bytes(fetch.body),
            actor=access.user,
            filename=fetch.filename or None,
            source=source,
            url=fetch.url,
            base_url=fetch.base_url,
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _go(request, again)
    return _go(request, reverse("imports:preview", args=[slug, draft.pk]))


@for_staff
@require_POST
def fetch(request: HttpRequest, access: Access, source_id: int) -> HttpResponseBase:
    """Look at the address of a document now."""
    source = get_object_or_404(Source, course=access.course, pk=source_id)
    try:
        asked = following.ask_for_document(course=access.course, url=source.url, actor=access.user)
    except CannotFetch as refusal:
        messages.error(request, str(refusal))
        return redirect("imports:paste", access.course.slug)
    return redirect("imports:arriving", access.course.slug, asked.pk)


@for_staff
@require_POST
def follow(request: HttpRequest, access: Access, source_id: int) -> HttpResponseBase:
    """Look at a document once a day from now on, or no longer."""
    source = get_object_or_404(Source, course=access.course, pk=source_id)
    if request.POST.get("follow") != "yes":
        following.unfollow(source=source)
        messages.success(request, f"“{source}” is no longer looked at.")
    else:
        try:
            following.follow(source=source, url=source.url)
        except CannotFetch as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, f"“{source}” is looked at once a day; what changes is offered here."
            )
    return redirect("imports:paste", access.course.slug)


@for_staff
@require_POST
def dismiss(request: HttpRequest, access: Access, import_id: int) -> HttpResponseBase:
    """Leave a change be that was offered."""
    offers = Import.objects.filter(
        source__course=access.course, state=ImportState.DRAFT, created_by=None
    )
    following.dismiss_offer(offer=get_object_or_404(offers, pk=import_id))
    messages.success(request, "Left as it is here. The next change is offered again.")
    return redirect("imports:paste", access.course.slug)


def _wait(request: HttpRequest, fetch: DocumentFetch, template: str) -> HttpResponse:
    return render(request, f"imports/{template}", {"section": "import", "fetch": fetch})


def _go(request: HttpRequest, url: str) -> HttpResponseBase:
    return HttpResponseClientRedirect(url) if _asks_htmx(request) else redirect(url)


def _asks_htmx(request: HttpRequest) -> bool:
    return bool(request.htmx)  # type: ignore[attr-defined]
