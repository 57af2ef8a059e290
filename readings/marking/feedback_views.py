"""What a student sees of the feedback on their note, and what both sides say under it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from readings.core.arrival import arrived_at
from readings.core.refusals import Refusal
from readings.courses.access import Access, for_members
from readings.marking import queries, services
from readings.marking.feedback import feedback_for
from readings.marking.walking import address
from readings.schedule.models import Reading

UNPROCESSABLE = 422


@for_members
@require_http_methods(["GET", "POST"])
@never_cache
def feedback(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """What came back on one's own note; POST answers it."""
    reading = _reading(access, reading_id)
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            services.answer(
                reading=reading, student=access.member, text=text, at=arrived_at(request)
            )
        except services.NotReturned:
            raise Http404 from None
        except Refusal as refusal:
            return _page(request, access, reading, text=text, error=str(refusal))
        messages.success(request, "Your answer is there: whoever marks your note sees it.")
        return redirect("marking:feedback", access.course.slug, reading.pk)
    return _page(request, access, reading)


@for_members
@require_http_methods(["GET", "POST"])
@never_cache
def remark(
    request: HttpRequest, access: Access, reading_id: int, remark_id: int
) -> HttpResponseBase:
    """Change something that one has said oneself."""
    reading = _reading(access, reading_id)
    found = queries.find_own_remark(access, reading, remark_id)
    if found is None:
        raise Http404
    is_answer = found.feedback.student_id == access.member.pk
    back = (
        reverse("marking:feedback", args=[access.course.slug, reading.pk])
        if is_answer
        else address(reading, found.feedback.student_id)
    )
    text, error = found.body, ""
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            services.edit_remark(remark=found, text=text, at=arrived_at(request))
        except Refusal as refusal:
            error = str(refusal)
        else:
            messages.success(request, "Changed.")
            return redirect(back)
    context = {"reading": reading, "text": text, "error": error, "back": back}
    context |= {"is_answer": is_answer, "section": "notes"}
    return render(request, "marking/remark.html", context, status=UNPROCESSABLE if error else 200)


def _reading(access: Access, reading_id: int) -> Reading:
    found = Reading.objects.select_related("paper", "course").defer(
        "paper__abstract", "paper__abstract_html"
    )
    return get_object_or_404(found, pk=reading_id, course=access.course)


def _page(
    request: HttpRequest, access: Access, reading: Reading, *, text: str = "", error: str = ""
) -> HttpResponse:
    context = {
        "reading": reading,
        "feedback": feedback_for(access, reading),
        "answer": text,
        "error": error,
        "section": "notes",
    }
    in_place = bool(request.htmx)  # type: ignore[attr-defined]
    template = "marking/_feedback.html" if in_place else "marking/feedback.html"
    return render(request, template, context, status=UNPROCESSABLE if error else 200)
