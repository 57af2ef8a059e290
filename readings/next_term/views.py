"""Pages that make a course from another one's plan."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from readings.courses.access import Access, for_instructors
from readings.next_term import queries, services
from readings.next_term.forms import NextTermForm, TemplateForm
from readings.next_term.preview import Preview, describe


@for_instructors
@require_http_methods(["GET", "POST"])
def copy(request: HttpRequest, access: Access) -> HttpResponseBase:
    """A new term from this plan: looked at first, made when that very preview is agreed to."""
    contents = queries.contents_of(access.course)
    form = NextTermForm(access.course, contents, request.POST or None, request.FILES or None)
    preview = None
    if request.method == "POST" and form.is_valid():
        preview = _preview(access, form)
        if request.POST.get("agreed") == preview.digest:
            return _make(request, access, form)
    context = {
        "form": form,
        "preview": preview,
        "section": "settings",
        "has_changed": preview is not None and "agreed" in request.POST,
    }
    return render(request, "next_term/copy.html", context)


@for_instructors
@require_http_methods(["GET", "POST"])
def save_template(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Keep this plan to start courses from."""
    form = TemplateForm(request.POST or None, initial={"title": access.course.title})
    if request.method == "POST" and form.is_valid():
        template = services.save_as_template(
            course=access.course, instructor=access.member, title=form.cleaned_data["title"]
        )
        messages.success(request, "Saved as a template. Change it here; the course stays as it is.")
        return redirect("planning:board", template.slug)
    context = {"form": form, "section": "settings"}
    return render(request, "next_term/template.html", context)


def _preview(access: Access, form: NextTermForm) -> Preview:
    return describe(
        form.contents,
        form.layout,
        holidays=form.dates.holidays,
        left=queries.left_behind(access.course),
    )


def _make(request: HttpRequest, access: Access, form: NextTermForm) -> HttpResponseBase:
    fields = dict(form.cleaned_data)
    fields.pop("calendar")
    course = services.copy_course(course=access.course, instructor=access.member, **fields)
    messages.success(request, f"{course.title} is made. Only its staff sees it so far.")
    return redirect("planning:board", course.slug)
