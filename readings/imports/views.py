"""The Import pages: paste, look, apply, undo."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from readings.core.refusals import Refusal
from readings.courses.access import Access, for_staff
from readings.imports import following, services
from readings.imports.checking import NotForACourse
from readings.imports.decoding import decode
from readings.imports.formats import LABELS
from readings.imports.forms import DocumentForm, ReadAsForm, YearForm
from readings.imports.models import Import, ImportState
from readings.imports.overview import documents_of, draft_of, past_imports
from readings.imports.parsing import parse
from readings.imports.plan import plan_import
from readings.imports.planning.steps import sentence_of
from readings.imports.remote import CannotFetch
from readings.imports.showing import build_preview, problem_rows, summary_of
from readings.imports.sources import default_source
from readings.imports.understood import Understood

#: Longer documents are read when the button is pressed, not at every pause of the typist.
MAX_LIVE_LENGTH = 200_000
_CONFLICT = "conflict-"


def _page(
    request: HttpRequest, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    return render(request, f"imports/{template}", {"section": "import", **context}, status=status)


@for_staff
@require_http_methods(["GET", "POST"])
def paste(request: HttpRequest, access: Access) -> HttpResponseBase:
    """The entrance: a document is pasted, uploaded, or named by its address here."""
    course = access.course
    if request.method == "GET":
        form = DocumentForm(initial={"url": request.GET.get("url", "")})
        return _entrance(request, access, form=form)
    form = DocumentForm(request.POST, request.FILES)
    if not form.is_valid():
        return _entrance(request, access, form=form)
    if form.address:
        try:
            asked = following.ask_for_document(course=course, url=form.address, actor=access.user)
        except CannotFetch as refusal:
            form.add_error("url", str(refusal))
            return _entrance(request, access, form=form)
        return redirect("imports:arriving", course.slug, asked.pk)
    document = form.document
    try:
        draft = services.draft_import(
            course=course,
            document=document,
            actor=access.user,
            filename=form.filename,
            format=form.cleaned_data["format"] or None,
        )
    except NotForACourse as refusal:
        # What was uploaded comes back in the box, where it can be mended.
        text = decode(document).text or ""
        again = {"text": text, "format": form.cleaned_data["format"]}
        return _entrance(
            request,
            access,
            form=DocumentForm(initial=again),
            refusal=refusal,
            problems=problem_rows(refusal.problems, text),
        )
    return redirect("imports:preview", course.slug, draft.pk)


def _entrance(request: HttpRequest, access: Access, **context: Any) -> HttpResponse:
    return _page(
        request,
        "paste.html",
        past=past_imports(access.course),
        sources=documents_of(access.course),
        offers=following.offers_in(access.course),
        **context,
    )


@for_staff
@require_POST
def live(request: HttpRequest, access: Access) -> HttpResponseBase:
    """What the text in the box would be understood as, while it is being typed."""
    text = request.POST.get("text", "")
    if len(text) > MAX_LIVE_LENGTH:
        return _page(request, "paste.html#live", is_long=True)
    said = request.POST.get("format", "")
    understood = parse(text, format=said if said in LABELS else None)
    source = default_source(course=access.course, understood=understood, filename=None)
    plan = plan_import(course=access.course, source=source, understood=understood)
    context: dict[str, Any] = {
        "understood": understood if text.strip() else None,
        "summary": summary_of(understood),
        "taken_for": LABELS[understood.format],
        "changes": sentence_of(plan.counts),
        "problems": problem_rows(understood.problems, decode(text).text or ""),
    }
    return _page(request, "paste.html#live", **context)


@for_staff
@require_GET
def preview(request: HttpRequest, access: Access, import_id: int) -> HttpResponseBase:
    """What was understood, line by line, and what applying it changes."""
    draft = draft_of(access.course, import_id)
    if draft is None:
        return _page(request, "gone.html", status=404)
    if draft.state == ImportState.APPLIED:
        messages.info(request, "This document was applied; paste it again to see it anew.")
        return redirect("imports:paste", access.course.slug)
    return _show(request, draft)


@for_staff
@require_POST
def say_year(request: HttpRequest, access: Access, import_id: int) -> HttpResponseBase:
    """A person confirms or corrects the year."""
    draft = _draft(access, import_id)
    form = YearForm(request.POST)
    if not form.is_valid():
        return _show(request, draft, form=form)
    services.set_year(draft=draft, year=form.cleaned_data["year"])
    return redirect("imports:preview", access.course.slug, draft.pk)


@for_staff
@require_POST
def read_as(request: HttpRequest, access: Access, import_id: int) -> HttpResponseBase:
    """A person says what the document is, and which of the course's documents."""
    draft = _draft(access, import_id)
    form = ReadAsForm(request.POST)
    if not form.is_valid():
        return _show(request, draft, read_as=form)
    wanted, source = form.cleaned_data["format"], form.cleaned_data["source"].strip()
    try:
        if wanted != draft.format:
            services.set_format(draft=draft, format=wanted)
        if source and source != draft.source.name:
            services.set_source(draft=draft, source=source)
    except Refusal as refusal:
        form.add_error("format", str(refusal))
        draft.refresh_from_db()
        return _show(request, draft, read_as=form)
    return redirect("imports:preview", access.course.slug, draft.pk)


@for_staff
@require_POST
def apply(request: HttpRequest, access: Access, import_id: int) -> HttpResponseBase:
    """Do what the preview showed, with what was decided in it."""
    draft = _draft(access, import_id)
    try:
        with transaction.atomic():
            if draft.state == ImportState.DRAFT:
                _decide(request, draft)
            plan = services.apply_import(draft=draft, actor=access.user)
    except services.AlreadyApplied as refusal:
        messages.info(request, str(refusal))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("imports:preview", access.course.slug, draft.pk)
    else:
        done = sentence_of(plan.counts)
        said = f"Imported: {done}. Papers are fetched now. It can be undone under Import."
        messages.success(request, said if done else "Nothing had changed.")
        _follow(request, draft)
    understood = Understood.from_json(draft.understood)
    page = "pages:schedule" if understood.meetings else "reading_lists:index"
    return redirect(page, access.course.slug)


@for_staff
@require_POST
def undo(request: HttpRequest, access: Access, import_id: int) -> HttpResponseBase:
    """Put the course back as it was before an import."""
    imported = get_object_or_404(
        Import, source__course=access.course, pk=import_id, state=ImportState.APPLIED
    )
    try:
        services.undo_import(imported=imported, actor=access.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Taken back: the course is as it was before that import.")
    return redirect("imports:paste", access.course.slug)


def _draft(access: Access, import_id: int) -> Import:
    draft = draft_of(access.course, import_id)
    if draft is None:
        raise Http404
    return draft


def _decide(request: HttpRequest, draft: Import) -> None:
    """Store what was decided in a preview, if it is still what would be shown."""
    theirs = [
        name.removeprefix(_CONFLICT)
        for name, value in request.POST.items()
        if name.startswith(_CONFLICT) and value == "theirs"
    ]
    lines = [int(line) for line in request.POST.getlist("offered") if line.isdecimal()]
    services.set_choices(
        draft=draft, conflicts=theirs, offered=lines, digest=request.POST.get("digest", "")
    )


def _follow(request: HttpRequest, draft: Import) -> None:
    """Look at the document's address from now on, if that was wanted."""
    if draft.url and request.POST.get("follow") == "yes":
        try:
            following.follow(source=draft.source, url=draft.url)
        except CannotFetch as refusal:
            messages.error(request, str(refusal))


def _show(
    request: HttpRequest,
    draft: Import,
    *,
    form: YearForm | None = None,
    read_as: ReadAsForm | None = None,
) -> HttpResponse:
    plan = services.plan_draft(draft)
    understood = Understood.from_json(draft.understood)
    said = {"format": draft.format, "source": draft.source.name}
    taken = draft.choices.get("offered", ())
    return _page(
        request,
        "preview.html",
        draft=draft,
        plan=plan,
        form=form or YearForm(initial={"year": understood.year}),
        read_as=read_as or ReadAsForm(initial=said),
        preview=build_preview(understood=understood, plan=plan, text=draft.text, taken=taken),
        taken_for=LABELS[understood.format],
        doing=sentence_of(plan.counts),
        asks_for_year=understood.year is None and understood.year_reason is not None,
    )
