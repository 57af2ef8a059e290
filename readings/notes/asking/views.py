"""Templates: which there are, what they ask, and what a student sees of them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from readings.core.arrival import arrived_at
from readings.core.refusals import Refusal
from readings.courses.access import Access, for_instructors, for_staff
from readings.notes.asked import Asked
from readings.notes.asking import queries, services
from readings.notes.asking.presets import PRESETS, find_preset
from readings.notes.asking.prompt_forms import MAX_PROMPTS, TemplateEditor
from readings.notes.editing import editor_with
from readings.notes.models import TemplateVersion
from readings.schedule.models import Reading


@for_staff
@require_GET
def templates(request: HttpRequest, access: Access) -> HttpResponse:
    """Which there are, and which is the usual one."""
    found = queries.templates_of(access, now=arrived_at(request))
    context = {
        "shown": [one for one in found if not one.template.is_hidden],
        "hidden": [one for one in found if one.template.is_hidden],
        "is_free": not any(one.is_usual for one in found),
        "section": "notes",
    }
    return render(request, "asking/templates.html", context)


@for_instructors
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Choose what to start from; then the form of a template that does not exist yet."""
    if request.method == "POST":
        act = request.POST.get("do", "save")
        if act != "save":
            return _form(request, TemplateEditor.rearranged(request.POST, act))
        editor = TemplateEditor.sent(request.POST)
        if editor.is_valid():
            try:
                version = services.create_template(
                    course=access.course,
                    actor=access.member,
                    name=editor.template.cleaned_data["name"],
                    prompts=editor.prompts,
                    roles=editor.roles,
                )
            except services.NameTaken as refusal:
                editor.template.add_error("name", str(refusal))
            else:
                messages.success(request, f"“{version.template.name}” can be asked from now on.")
                return redirect("asking:preview", access.course.slug, version.template_id)
        return _form(request, editor)
    preset = find_preset(request.GET.get("from", ""))
    if preset is None:
        return render(request, "asking/new.html", {"presets": PRESETS, "section": "notes"})
    return _form(request, TemplateEditor.showing(preset.name, preset.prompts, preset.roles))


@for_instructors
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, access: Access, template_id: int) -> HttpResponseBase:
    """Change what a template asks from now on."""
    version = _version(access, template_id)
    template = version.template
    if request.method == "GET":
        editor = TemplateEditor.showing(template.name, version.all_prompts, version.roles)
        return _form(request, editor, version, based_on=version.number, name_seen=template.name)
    name_seen = request.POST.get("name_seen", template.name)
    based_on = _number(request.POST.get("based_on", ""))
    act = request.POST.get("do", "save")
    if act != "save":
        editor = TemplateEditor.rearranged(request.POST, act)
        return _form(request, editor, version, based_on=based_on, name_seen=name_seen)
    editor = TemplateEditor.sent(request.POST)
    theirs = None
    if editor.is_valid():
        name = editor.template.cleaned_data["name"]
        try:
            saved = services.save_template(
                template=template,
                actor=access.member,
                # Who did not touch the name does not undo what another called it meanwhile.
                name=name if name != name_seen else "",
                prompts=editor.prompts,
                roles=editor.roles,
                based_on=based_on,
            )
        except services.NameTaken as refusal:
            editor.template.add_error("name", str(refusal))
        except services.TemplateChanged as refusal:
            editor.problem, theirs = str(refusal), refusal.version
            based_on = theirs.number
        else:
            messages.success(request, _saved_words(version, saved))
            return redirect("asking:preview", access.course.slug, template_id)
    return _form(request, editor, version, based_on=based_on, name_seen=name_seen, theirs=theirs)


def _saved_words(before: TemplateVersion, saved: TemplateVersion) -> str:
    if saved.number == before.number:
        return "Saved."
    return (
        f"Saved as version {saved.number}. Notes that are begun keep what they answer; new ones "
        "get this."
    )


def _form(
    request: HttpRequest,
    editor: TemplateEditor,
    version: TemplateVersion | None = None,
    *,
    based_on: int = 0,
    name_seen: str = "",
    theirs: TemplateVersion | None = None,
) -> HttpResponse:
    context = {
        "editor": editor,
        "version": version,
        "based_on": based_on,
        "name_seen": name_seen,
        "theirs": theirs,
        "is_full": len(editor.kept) >= MAX_PROMPTS,
        "section": "notes",
    }
    return render(request, "asking/edit.html", context)


@for_instructors
@require_POST
def hide(request: HttpRequest, access: Access, template_id: int) -> HttpResponseBase:
    """Offer a template no more, or again."""
    template = _version(access, template_id).template
    try:
        if request.POST.get("show"):
            services.show_template(template=template)
        else:
            services.hide_template(template=template)
            messages.success(
                request,
                f"“{template.name}” is not offered any more. Readings and notes that have it "
                "keep it.",
            )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("asking:templates", access.course.slug)


@for_instructors
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, access: Access, template_id: int) -> HttpResponseBase:
    """Ask whether a template that nothing uses is to be deleted, and do it."""
    version = _version(access, template_id)
    if request.method == "GET":
        return render(request, "asking/delete.html", {"version": version, "section": "notes"})
    name = version.template.name
    try:
        services.delete_template(template=version.template)
        messages.success(request, f"“{name}” is deleted.")
    except services.IsUsed as refusal:
        messages.error(request, str(refusal))
    return redirect("asking:templates", access.course.slug)


@for_instructors
@require_POST
def usual(request: HttpRequest, access: Access) -> HttpResponseBase:
    """What is asked on readings without a template of their own."""
    chosen = request.POST.get("template", "")
    template = _version(access, _number(chosen)).template if chosen else None
    services.make_usual(course=access.course, template=template)
    name = f"“{template.name}”" if template else "Free text"
    messages.success(
        request, f"{name} is what notes ask from now on, where a reading has no other."
    )
    return redirect("asking:templates", access.course.slug)


@for_staff
@require_GET
def preview(request: HttpRequest, access: Access, template_id: int) -> HttpResponse:
    """The form as a student gets it, of one role."""
    version = _version(access, template_id)
    role = request.GET.get("role", "")
    if role not in version.roles:
        role = version.roles[0] if version.roles else ""
    # The form of a note on no reading: the same that students get, and nothing of it is kept.
    nothing = Reading(pk=0, course=access.course)
    editor = editor_with(access, nothing, None, Asked(version, role), answers={}, based_on=0)
    context = {"version": version, "role": role, "editor": editor, "section": "notes"}
    return render(request, "asking/preview.html", context)


def _version(access: Access, template_id: int) -> TemplateVersion:
    version = queries.last_version(access.course, template_id)
    if version is None:
        raise Http404
    return version


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
