"""The page on which marks come in from a file: paste, look, set."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from readings.core.arrival import arrived_at
from readings.core.refusals import Refusal
from readings.courses.access import Access, for_staff
from readings.marking.marks import mark_words
from readings.progress.pasted import PastedPlan
from readings.progress.pasting import plan_paste, set_pasted_marks
from readings.progress.pasting_forms import PasteForm

UNPROCESSABLE = 422


@for_staff
@require_http_methods(["GET", "POST"])
@cache_control(private=True, max_age=0)
def paste(request: HttpRequest, access: Access) -> HttpResponseBase:
    """The box; then what the marks in it would change; then, confirmed, the change.

    A browser may keep what it was shown, for going back to it: it is not told ``no-store``, with
    which the way back to a preview would end in an error.  Set from there, it is looked at again.
    """
    if request.method == "GET":
        return _page(request, {"form": PasteForm()})
    form = PasteForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, {"form": form}, status=UNPROCESSABLE)
    course, now, text = access.course, arrived_at(request), form.document
    if "digest" in request.POST:
        try:
            plan = set_pasted_marks(
                course=course,
                text=text,
                digest=request.POST["digest"],
                marker=access.member,
                at=now,
            )
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _done(plan))
            return redirect("progress:overview", course.slug)
    plan = plan_paste(course=course, text=text, now=now)
    # What was uploaded stands in the box from now on, where it can be mended.
    again = PasteForm(initial={"text": text})
    return _page(
        request,
        {"form": again, "text": text, "plan": plan, "lines": _lines(plan)},
    )


def _lines(plan: PastedPlan) -> list[dict[str, Any]]:
    return [
        {
            "line": one.line,
            "student": one.student.name,
            "reading": one.column.name,
            "before": mark_words(one.before),
            "now": mark_words(one.mark),
            "has_note": one.has_note,
            "is_returned": one.is_returned,
        }
        for one in plan.marks
    ]


def _done(plan: PastedPlan) -> str:
    number = len(plan.marks)
    if not number:
        return "Nothing had to be changed."
    return f"{number} mark{'s' if number > 1 else ''} set: {plan.new} new, {plan.changed} changed."


def _page(request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return render(request, "progress/paste.html", {"section": "notes", **context}, status=status)
