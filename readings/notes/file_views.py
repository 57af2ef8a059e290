"""Files of a note: attaching, taking away, downloading."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from readings.core.arrival import arrived_at
from readings.core.refusals import Refusal
from readings.core.serving import serve_stored_file
from readings.core.stored_files import path_of
from readings.core.uploads import limits_uploads
from readings.courses.access import Access, for_members
from readings.notes import queries
from readings.notes.access import find_attachment, note_access
from readings.notes.attaching import remove_file
from readings.notes.editing import editor_with
from readings.notes.file_kinds import MAX_FILE
from readings.notes.models import Note
from readings.notes.own_forms import own_form_only, post_or_note
from readings.notes.prompts import PromptKind, field_name
from readings.notes.sending import (
    MAX_REQUEST,
    UNPROCESSABLE,
    Sent,
    attach_all,
    find_reading,
    read_form,
    refused,
    save_all,
)
from readings.schedule.models import Reading


@own_form_only
@limits_uploads(most_each=MAX_FILE, most=MAX_REQUEST)
@for_members
@post_or_note
def attach(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """Attach what was chosen.  In place: the files of the one prompt; else the text is saved."""
    reading = find_reading(access, reading_id)
    note = queries.find_own(access, reading)
    sent = read_form(request, access, reading, note)
    if request.htmx:  # type: ignore[attr-defined]
        return _attach_in_place(request, access, reading, sent)
    try:
        save_all(request, access, reading, sent)
    except Refusal as refusal:
        return refused(request, access, reading, refusal, sent)
    return redirect(_back_to(access, reading, request.POST.get("prompt", "")))


def _attach_in_place(
    request: HttpRequest, access: Access, reading: Reading, sent: Sent
) -> HttpResponse:
    key = request.POST.get("prompt", "")
    prompts = [one for one in sent.asked.prompts if one.kind == PromptKind.FILE and one.key == key]
    if not prompts:
        raise Http404
    try:
        problems = attach_all(request, access, reading, prompts[0], sent.asked)
    except Refusal as refusal:
        problems = [str(refusal)]
    note = queries.find_own(access, reading)
    return _files(request, access, reading, note, sent, {key: " ".join(problems)}, key)


def _files(
    request: HttpRequest,
    access: Access,
    reading: Reading,
    note: Note | None,
    sent: Sent,
    problems: dict[str, str],
    key: str,
) -> HttpResponse:
    editor = editor_with(
        access, reading, note, sent.asked, answers={}, based_on=0, problems=problems
    )
    found = [field for field in editor.fields if field.prompt.key == key]
    if not found:
        raise Http404
    context = {"field": found[0], "editor": editor, "access": access, "reading": reading}
    status = UNPROCESSABLE if found[0].problem else 200
    return render(request, "notes/_answer.html#files", context, status=status)


@own_form_only
@limits_uploads(most_each=MAX_FILE, most=MAX_REQUEST)
@for_members
@post_or_note
def remove(
    request: HttpRequest, access: Access, reading_id: int, attachment_id: int
) -> HttpResponseBase:
    """Take one of one's files away.  In place: only that; else the text is saved, too."""
    reading = find_reading(access, reading_id)
    note = queries.find_own(access, reading)
    attachment = note.attachments.filter(pk=attachment_id).first() if note else None
    if note is None or attachment is None:
        raise Http404
    sent = read_form(request, access, reading, note)
    in_place: bool = request.htmx  # type: ignore[attr-defined]
    try:
        if not in_place:
            save_all(request, access, reading, sent)
        remove_file(
            reading=reading,
            author=access.member,
            attachment_id=attachment_id,
            at=arrived_at(request),
        )
    except Refusal as refusal:
        return refused(request, access, reading, refusal, sent)
    if in_place:
        return _files(request, access, reading, note, sent, {}, attachment.prompt)
    return redirect(_back_to(access, reading, attachment.prompt))


def _back_to(access: Access, reading: Reading, key: str) -> str:
    address = reverse("notes:edit", args=[access.course.slug, reading.pk])
    return f"{address}#{field_name(key)}-label" if key else address


@for_members
@require_safe
@never_cache
def file(
    request: HttpRequest, access: Access, reading_id: int, attachment_id: int
) -> HttpResponseBase:
    """A file attached to a note that one may read; always a download, never shown as if ours."""
    reading = find_reading(access, reading_id)
    rights = note_access(access, now=arrived_at(request), only=reading)
    found = find_attachment(rights, reading, attachment_id) or queries.find_past_file(
        access, reading, attachment_id
    )
    if found is None:
        raise Http404
    return serve_stored_file(
        request,
        name=path_of(found.sha256),
        etag=found.sha256,
        content_type=found.content_type,
        filename=found.name,
        as_attachment=True,
    )
