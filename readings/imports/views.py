"""The Import page: paste, look, apply."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from readings.core.refusals import Refusal
from readings.courses.access import Access, for_staff
from readings.imports import services
from readings.imports.checking import NotForACourse
from readings.imports.decoding import decode
from readings.imports.forms import DocumentForm, YearForm
from readings.imports.models import Import, ImportState
from readings.imports.parsing import parse
from readings.imports.plan import plan_import
from readings.imports.queries import applied_imports
from readings.imports.showing import build_preview, problem_rows, sentence_of, summary_of
from readings.imports.sources import SCHEDULE
from readings.imports.understood import Understood

#: Longer documents are read when the button is pressed, not at every pause of the typist.
MAX_LIVE_LENGTH = 200_000


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    return render(request, f"imports/{template}", {"section": "import", **context})


@for_staff
@require_http_methods(["GET", "POST"])
def paste(request: HttpRequest, access: Access) -> HttpResponseBase:
    """The entrance: a document is pasted or uploaded here."""
    if request.method == "GET":
        return _page(
            request, "paste.html", form=DocumentForm(), past=applied_imports(access.course)
        )
    form = DocumentForm(request.POST, request.FILES)
    context: dict[str, Any] = {"form": form, "past": applied_imports(access.course)}
    if form.is_valid():
        document = form.document
        try:
            draft = services.draft_import(
                course=access.course, document=document, actor=access.user, filename=form.filename
            )
        except NotForACourse as refusal:
            # What was uploaded comes back in the box, where it can be mended.
            text = decode(document).text or ""
            context["refusal"], context["problems"] = refusal, problem_rows(refusal.problems, text)
            context["form"] = DocumentForm(initial={"text": text})
        else:
            return redirect("imports:preview", access.course.slug, draft.pk)
    return _page(request, "paste.html", **context)


@for_staff
@require_POST
def live(request: HttpRequest, access: Access) -> HttpResponseBase:
    """What the text in the box would be understood as, while it is being typed."""
    text = request.POST.get("text", "")
    if len(text) > MAX_LIVE_LENGTH:
        return _page(request, "paste.html#live", is_long=True)
    understood = parse(text)
    plan = plan_import(course=access.course, source=SCHEDULE, understood=understood)
    context = {
        "understood": understood if text.strip() else None,
        "summary": summary_of(understood.meetings),
        "changes": sentence_of(plan.counts),
        "problems": problem_rows(understood.problems, decode(text).text or ""),
    }
    return _page(request, "paste.html#live", **context)


@for_staff
@require_GET
def preview(request: HttpRequest, access: Access, import_id: int) -> HttpResponseBase:
    """What was understood, line by line, and what applying it changes."""
    draft = _draft(access, import_id)
    if draft.state == ImportState.APPLIED:
        messages.info(request, "This document was applied; paste it again to see it anew.")
        return redirect("imports:paste", access.course.slug)
    return _show(request, draft, YearForm(initial={"year": draft.understood["year"]}))


@for_staff
@require_POST
def say_year(request: HttpRequest, access: Access, import_id: int) -> HttpResponseBase:
    """A person confirms or corrects the year."""
    draft = _draft(access, import_id)
    form = YearForm(request.POST)
    if not form.is_valid():
        return _show(request, draft, form)
    services.set_year(draft=draft, year=form.cleaned_data["year"])
    return redirect("imports:preview", access.course.slug, draft.pk)


@for_staff
@require_POST
def apply(request: HttpRequest, access: Access, import_id: int) -> HttpResponseBase:
    """Do what the preview showed."""
    draft = _draft(access, import_id)
    try:
        plan = services.apply_import(
            draft=draft, actor=access.user, digest=request.POST.get("digest", "")
        )
    except services.AlreadyApplied as refusal:
        messages.info(request, str(refusal))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("imports:preview", access.course.slug, draft.pk)
    else:
        done = sentence_of(plan.counts)
        said = f"Imported: {done}. Papers are fetched now." if done else "Nothing had changed."
        messages.success(request, said)
    return redirect("pages:schedule", access.course.slug)


def _draft(access: Access, import_id: int) -> Import:
    drafts = Import.objects.select_related("source__course")
    return get_object_or_404(drafts, source__course=access.course, pk=import_id)


def _show(request: HttpRequest, draft: Import, form: YearForm) -> HttpResponse:
    plan = services.plan_draft(draft)
    understood = Understood.from_json(draft.understood)
    return _page(
        request,
        "preview.html",
        draft=draft,
        plan=plan,
        form=form,
        preview=build_preview(understood=understood, plan=plan, text=draft.text),
        doing=sentence_of(plan.counts),
        asks_for_year=understood.year is None and understood.year_reason is not None,
    )
