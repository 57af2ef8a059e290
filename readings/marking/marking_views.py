"""The pages on which the staff marks notes."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from readings.accounts.models import User
from readings.core.arrival import arrived_at
from readings.core.refusals import Refusal
from readings.courses.access import Access, for_staff
from readings.courses.models import Role
from readings.marking import queries, services
from readings.marking.forms import MarkForm
from readings.marking.walking import Filter, address, marking_page, walk
from readings.notes.duties import policy_of
from readings.schedule.models import Reading

CONFLICT = 409
UNPROCESSABLE = 422


@for_staff
@require_GET
@never_cache
def queue(request: HttpRequest, access: Access) -> HttpResponse:
    """What there is to mark."""
    found = queries.queue_of(access, now=arrived_at(request))
    # The reading whose last note was marked a moment ago: what is there to be done about it?
    done = next(
        (one for one in found.piles if str(one.reading.pk) == request.GET.get("done")), None
    )
    context = {"queue": found, "done": done, "section": "notes"}
    return render(request, "marking/queue.html", context)


@for_staff
@require_GET
@never_cache
def reading(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """Go to the first note on a reading that has to be marked."""
    found = _reading(access, reading_id)
    desk = queries.desk_of(access, now=arrived_at(request), only=found)
    chosen = Filter.read(request.GET)
    here = walk(access, desk, found, chosen)
    if here is None:
        if desk.sequence(found.pk):
            messages.success(request, f"Nothing is left to mark on {found.name} this way.")
        else:
            messages.info(request, f"Nobody has submitted a note on {found.name} yet.")
        return redirect("marking:queue", access.course.slug)
    return redirect(address(found, here.student) + chosen.query)


@for_staff
@require_http_methods(["GET", "POST"])
@never_cache
def note(
    request: HttpRequest, access: Access, reading_id: int, student_id: int
) -> HttpResponseBase:
    """One note: read it, mark it, go on to the next."""
    found = _reading(access, reading_id)
    if request.method == "GET":
        return _page(request, access, found, student_id)
    student = _student(access, student_id)
    form = MarkForm(policy_of(access.course), request.POST)
    if not form.is_valid():
        return _page(request, access, found, student_id, form=form, status=UNPROCESSABLE)
    then = request.POST.get("then", "next")
    try:
        services.save_feedback(
            reading=found,
            student=student,
            marker=access.member,
            mark=form.cleaned_data["mark"],
            shown=form.shown,
            text=form.cleaned_data["remark"],
            at=arrived_at(request),
            returns=then == "return",
        )
    except services.MarkConflict as conflict:
        return _page(
            request, access, found, student_id, form=form, error=str(conflict), status=CONFLICT
        )
    except Refusal as refusal:
        return _page(
            request, access, found, student_id, form=form, error=str(refusal), status=UNPROCESSABLE
        )
    return _onwards(request, access, found, student, then)


@for_staff
@require_http_methods(["GET", "POST"])
@never_cache
def return_marked(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """Show who would get what back, and return it."""
    found = _reading(access, reading_id)
    error = ""
    if request.method == "POST":
        agreed = request.POST.get("agreed", "")
        try:
            count = services.return_marked(
                reading=found,
                actor=access.member,
                at=arrived_at(request),
                agreed=int(agreed) if agreed.isascii() and agreed.isdecimal() else 0,
            )
        except Refusal as refusal:
            error = str(refusal)
        else:
            words = f"{count} student{'s see' if count != 1 else ' sees'} the feedback now."
            messages.success(request, words if count else "Everything was returned already.")
            return redirect("marking:queue", access.course.slug)
    preview = queries.return_preview(access, found, now=arrived_at(request))
    context = {"reading": found, "preview": preview, "error": error, "section": "notes"}
    return render(request, "marking/return.html", context, status=CONFLICT if error else 200)


@for_staff
@require_POST
def take_back(
    request: HttpRequest, access: Access, reading_id: int, student_id: int
) -> HttpResponseBase:
    """Hide from a student what was returned."""
    found = _reading(access, reading_id)
    student = _student(access, student_id)
    services.take_back(reading=found, student=student)
    messages.success(request, f"{student} does not see mark and remarks any more.")
    return redirect(address(found, student.pk) + Filter.read(request.GET).query)


def _reading(access: Access, reading_id: int) -> Reading:
    found = Reading.objects.select_related("paper", "course").defer(
        "paper__abstract", "paper__abstract_html"
    )
    return get_object_or_404(found, pk=reading_id, course=access.course)


def _student(access: Access, student_id: int) -> User:
    students = User.objects.filter(
        memberships__course=access.course, memberships__role=Role.STUDENT
    )
    return get_object_or_404(students, pk=student_id)


def _page(
    request: HttpRequest,
    access: Access,
    found: Reading,
    student_id: int,
    *,
    form: MarkForm | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of one note; a form that was refused stands in it as it was filled in."""
    chosen = Filter.read(request.GET)
    # What was typed on another scale would mean something else in the fields of this one.
    typed = None if form is None or form.is_outdated else form
    is_stale = status == UNPROCESSABLE
    page = marking_page(access, found, student_id, chosen, now=arrived_at(request))
    if page is None:
        raise Http404
    context = {
        "page": page,
        "reading": found,
        "note": page.note,
        "mark": typed["mark"].value() or "" if typed else page.mark,
        # After a conflict the marker has seen the other mark; else what they saw still counts.
        "shown_mark": typed["shown_mark"].value() if typed and is_stale else page.mark,
        "based_on": typed["based_on"].value() if typed and is_stale else page.based_on,
        "mark_error": " ".join(map(str, form.errors.get("mark", ()))) if form else "",
        "remark": form["remark"].value() or "" if form else "",
        "error": error,
        "section": "notes",
    }
    return render(request, "marking/note.html", context, status=status)


def _onwards(
    request: HttpRequest, access: Access, found: Reading, student: User, then: str
) -> HttpResponseBase:
    """Where one goes after a note was saved: to the next, or one stays."""
    chosen = Filter.read(request.GET)
    here = address(found, student.pk) + chosen.query
    if then == "return":
        messages.success(request, f"Saved. {student} sees mark and remarks now.")
        return redirect(here)
    if then == "stay":
        messages.success(request, "Saved.")
        return redirect(here)
    desk = queries.desk_of(access, now=arrived_at(request), only=found)
    now_at = walk(access, desk, found, chosen, student.pk)
    following = None
    if now_at is not None:
        following = now_at.next_open if chosen.is_unmarked else now_at.following
    if following is not None:
        return redirect(address(found, following) + chosen.query)
    messages.success(request, f"Saved. That was the last note on {found.name}.")
    return redirect(f"{reverse('marking:queue', args=[access.course.slug])}?done={found.pk}")
