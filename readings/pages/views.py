"""Course home, paper page, and the state of the fetches."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_POST, require_safe

from readings.core.refusals import Refusal
from readings.core.serving import serve_stored_file
from readings.courses.access import Access, for_members, for_staff, for_visitors
from readings.courses.services import record_visit
from readings.pages.fetches import build_fetches, build_update
from readings.pages.forms import UploadForm
from readings.pages.paper import PaperPage, build_paper
from readings.pages.schedule import build_schedule
from readings.papers import services as paper_services
from readings.papers.citing import bibtex as bibtex_of
from readings.papers.citing import cite_key
from readings.papers.models import VersionOrigin
from readings.papers.queries import shown_version
from readings.schedule.models import Reading
from readings.schedule.queries import reading_of
from readings.schedule.services import pin_version
from readings.schedule.visitors import answer_from_cache, is_plain_visitor


@for_visitors
@require_safe
def schedule(request: HttpRequest, access: Access) -> HttpResponse:
    """The course's home."""

    now = timezone.now()

    def make() -> HttpResponse:
        before = None
        if access.is_member:
            before = record_visit(course=access.course, user=access.member, now=now)
        page = build_schedule(access, now=now, before=before)
        context = {"page": page, "course": access.course, "section": "schedule"}
        return render(request, "pages/schedule.html", context)

    return answer_from_cache(request, access, make) if is_plain_visitor(request, access) else make()


@for_visitors
@require_GET
def progress(request: HttpRequest, access: Access) -> HttpResponse:
    """How far the fetches are, and the rows that changed since the page was drawn."""
    seen = parse_datetime(request.GET.get("seen", "").replace(" ", "+")) or timezone.now()
    if seen.tzinfo is None:
        seen = seen.replace(tzinfo=dt.UTC)
    page = build_update(access, seen=seen)
    context = {"page": page, "course": access.course}
    return render(request, "pages/schedule.html#update", context)


@for_staff
@require_GET
def fetches(request: HttpRequest, access: Access) -> HttpResponse:
    """Every paper of the course with the state of its fetches."""
    template = "pages/fetches.html#table" if request.htmx else "pages/fetches.html"  # type: ignore[attr-defined]
    context = {
        "page": build_fetches(access),
        "course": access.course,
        "section": "fetches",
    }
    return render(request, template, context)


@for_staff
@require_POST
def retry(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Try one paper again, or all that failed or wait."""
    papers = access.course.readings.values_list("paper_id", flat=True)
    chosen = request.POST.get("paper", "")
    if chosen:
        papers = papers.filter(paper_id=int(chosen) if chosen.isdecimal() else 0)
    count = paper_services.retry_fetches(paper_ids=list(papers))
    messages.success(request, f"{count} fetches are tried again now.")
    return redirect("pages:fetches", access.course.slug)


@for_visitors
@require_safe
def paper(request: HttpRequest, access: Access, reading_id: int) -> HttpResponse:
    """One reading: the paper, and for members notes and discussion."""
    return _render_paper(request, access, _reading(access, reading_id))


def _render_paper(
    request: HttpRequest, access: Access, reading: Reading, form: UploadForm | None = None
) -> HttpResponse:
    page: PaperPage = build_paper(access, reading, now=timezone.now())
    context = {
        "page": page,
        "reading": reading,
        "course": access.course,
        "upload_form": form or UploadForm(),
        "section": "paper",
    }
    return render(request, "pages/paper.html", context, status=400 if form else 200)


@for_staff
@require_POST
def upload(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """A PDF of the course's own for a reading; it is seen in this course only."""
    reading = _reading(access, reading_id)
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            version = paper_services.upload_pdf(
                paper=reading.paper, file=form.cleaned_data["pdf"], uploaded_by=access.member
            )
        except Refusal as refusal:
            form.add_error("pdf", str(refusal))
        else:
            pin_version(reading=reading, version=version)
            messages.success(request, "Uploaded. Its text is being read now.")
            return redirect("pages:paper", access.course.slug, reading.pk)
    return _render_paper(request, access, reading, form)


@for_members
@require_safe
def pdf(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """The stored PDF of the version that this course reads."""
    reading = _reading(access, reading_id)
    version = shown_version(reading.paper, pinned=reading.pinned_version)
    if version is None or not version.sha256:
        raise Http404("There is no PDF of this paper yet.")
    return serve_stored_file(
        request,
        name=version.pdf_name,
        etag=version.sha256,
        content_type="application/pdf",
        filename=f"{cite_key(reading.paper)}.pdf",
        # What somebody uploaded is never opened as if it were ours.
        as_attachment=version.origin == VersionOrigin.UPLOAD,
    )


@for_visitors
@require_safe
def bibtex(_request: HttpRequest, access: Access, reading_id: int) -> HttpResponse:
    """The paper's BibTeX entry as a file."""
    found = _reading(access, reading_id)
    response = HttpResponse(
        bibtex_of(found.paper, title=found.title),
        content_type="application/x-bibtex; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="{cite_key(found.paper)}.bib"'
    return response


def _reading(access: Access, reading_id: int) -> Reading:
    found = reading_of(access.course, reading_id)
    if found is None:
        raise Http404
    return found
