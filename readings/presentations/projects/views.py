"""The project of a group: its page, writing it, and the list of all projects."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from readings.core.counting import number_in
from readings.core.refusals import Refusal
from readings.courses.access import Access, for_members, for_staff
from readings.courses.models import Group
from readings.presentations.projects import queries, services
from readings.presentations.projects.forms import ProjectForm
from readings.presentations.projects.models import Project

CONFLICT = 409
UNPROCESSABLE = 422
_HEADINGS = {
    "title": "Title",
    "pitch": "Pitch",
    "update": "Update",
    "final": "Final",
    "repository": "Repository",
    "links": "Links",
}


@for_members
@require_GET
def index(request: HttpRequest, access: Access) -> HttpResponseBase:
    """All projects of the course."""
    context = {"rows": queries.project_index(access), "section": "signups"}
    return render(request, "projects/index.html", context)


@for_members
@require_GET
def project(request: HttpRequest, access: Access, group_id: int) -> HttpResponseBase:
    """What a group works on, and when it presents it."""
    group = get_object_or_404(Group, course=access.course, pk=group_id)
    context = {"page": queries.project_page(access, group), "section": "signups"}
    return render(request, "projects/project.html", context)


@for_members
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, access: Access, group_id: int) -> HttpResponseBase:
    """Write about the project: the members of the group, and staff."""
    group = Group.objects.filter(course=access.course, pk=group_id).first()
    if group is None or not services.may_write(group, access.member):
        return _not_yours(request)
    stored = Project.objects.filter(group=group).first()
    if request.method != "POST":
        texts = services.texts_of(stored)
        form = ProjectForm(initial=texts | {"version": stored.version if stored else 0})
        return _form(request, group, form, services.digests_of(texts))
    form = ProjectForm(request.POST)
    seen = {name: request.POST.get(f"seen-{name}", "") for name in services.FIELDS}
    if not form.is_valid():
        return _form(request, group, form, seen, status=UNPROCESSABLE)
    texts = {name: form.cleaned_data[name] for name in services.FIELDS}
    if "preview" in request.POST:
        parts = queries.rendered_parts(Project(**texts))
        return _form(request, group, form, seen, preview=parts)
    try:
        saved = services.save_project(
            group=group,
            texts=texts,
            version=form.cleaned_data["version"] or 0,
            seen=seen,
            actor=access.member,
        )
    except services.ProjectConflict as conflict:
        return _conflict(request, group, conflict)
    except Refusal:
        return _not_yours(request)
    if saved.with_theirs:
        messages.success(request, "Saved, together with what somebody else wrote meanwhile.")
    elif saved.changed:
        messages.success(request, "Saved.")
    return redirect("projects:project", access.course.slug, group.pk)


@for_staff
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, access: Access, group_id: int) -> HttpResponseBase:
    """Ask, then delete the page; the group stays."""
    found = get_object_or_404(
        Project.objects.select_related("group__course"), group=group_id, group__course=access.course
    )
    refusal = ""
    if request.method == "POST":
        try:
            services.delete_project(
                project=found,
                version=number_in(request.POST.get("version", "")) or 0,
                actor=access.member,
            )
        except Refusal as changed:
            refusal = str(changed)
        else:
            messages.success(request, f"The project page of {found.group.name} is deleted.")
            return redirect("courses:groups", access.course.slug)
    context = {"project": found, "refusal": refusal, "section": "signups"}
    status = CONFLICT if refusal else 200
    return render(request, "projects/delete.html", context, status=status)


def _form(
    request: HttpRequest,
    group: Group,
    form: ProjectForm,
    seen: dict[str, str],
    *,
    status: int = 200,
    **shown: Any,
) -> HttpResponse:
    context = {"group": group, "form": form, "seen": seen, "section": "signups", **shown}
    return render(request, "projects/edit.html", context, status=status)


def _conflict(
    request: HttpRequest, group: Group, conflict: services.ProjectConflict
) -> HttpResponse:
    """Both texts side by side; the form has mine, and replaces theirs when it is sent again."""
    saved = services.texts_of(conflict.project)
    form = ProjectForm(initial=conflict.texts | {"version": conflict.project.version})
    show = form.fields["links"].prepare_value
    both = [
        (_HEADINGS[name], show(conflict.texts[name]), show(saved[name])) for name in conflict.fields
    ]
    seen = services.digests_of(saved)
    return _form(request, group, form, seen, status=CONFLICT, conflict=conflict, both=both)


def _not_yours(request: HttpRequest) -> HttpResponse:
    """Not found; but what was typed before the group was left, or deleted, is not lost."""
    typed = [
        (heading, request.POST[name])
        for name, heading in _HEADINGS.items()
        if request.POST.get(name, "").strip()
    ]
    context = {"typed": typed, "section": "signups"}
    return render(request, "projects/not_yours.html", context, status=404)
