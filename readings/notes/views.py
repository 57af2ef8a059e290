"""Writing a note: its page, its draft, preview, submission and history."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from readings.core.arrival import arrived_at
from readings.core.markdown import trusted
from readings.core.refusals import Refusal
from readings.core.serving import serve_stored_file
from readings.courses.access import Access, for_members
from readings.notes import queries, services
from readings.notes.access import find_attachment, note_access
from readings.notes.asked import Asked, asked_of
from readings.notes.attachments import attached_to, linked, path_of
from readings.notes.diffing import compare, fold
from readings.notes.editing import NoteEditor, editor_with, saved_words
from readings.notes.models import Note
from readings.notes.prompts import Prompt, as_fields, length_of, pieces, read_answers
from readings.notes.writing_out import render_pieces
from readings.schedule.models import Reading

CONFLICT = 409
UNPROCESSABLE = 422


@for_members
@require_GET
@never_cache
def edit(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """The page on which one writes."""
    return _page(request, access, _reading(access, reading_id))


@for_members
@require_http_methods(["GET", "POST"])
@never_cache
def draft(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """Save the draft; asked for JSON, say what was saved, or what the server has.

    GET is for an editor that lost its session and has another one now: it needs a new token.
    """
    now = arrived_at(request)
    reading = _reading(access, reading_id)
    wants_json = request.get_preferred_type(["text/html", "application/json"]) != "text/html"
    note = queries.find_own(access, reading)
    if request.method == "GET":
        if not wants_json:
            return redirect("notes:edit", access.course.slug, reading_id)
        asked = asked_of(reading, access.member, note)
        state = _state(access, note, now, asked.prompts)
        return JsonResponse(state | {"csrf_token": get_token(request)})
    sent = _sent(request, access, reading, note)
    try:
        note = services.save_draft(
            reading=reading,
            author=access.member,
            answers=sent.answers,
            based_on=sent.based_on,
            at=now,
        )
    except Refusal as refusal:
        if wants_json:
            return _refused_json(access, refusal, now)
        return _refused(request, access, reading, refusal, sent)
    if wants_json:
        return JsonResponse(_state(access, note, now, note.prompts))
    return redirect("notes:edit", access.course.slug, reading_id)


@for_members
@require_POST
def preview(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """The text as the others would see it; nothing is saved."""
    reading = _reading(access, reading_id)
    note = queries.find_own(access, reading)
    sent = _sent(request, access, reading, note)
    length = length_of(sent.answers)
    error = str(services.NoteTooLong(length)) if length > services.MAX_NOTE else ""
    files = linked(reading, attached_to(note)) if note else {}
    rendered = (
        ""
        if error
        else render_pieces(pieces(sent.asked.prompts, sent.answers, files), sent.asked.prompts)
    )
    if request.htmx:  # type: ignore[attr-defined]
        context = {"preview": trusted(rendered), "error": error}
        return render(request, "notes/_editor.html#preview", context)
    editor = _editor(access, reading, note, sent)
    return _page(
        request,
        access,
        reading,
        dataclasses.replace(editor, preview=trusted(rendered), error=error),
    )


@for_members
@require_POST
def submit(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """Hand it in."""
    reading = _reading(access, reading_id)
    sent = _sent(request, access, reading, queries.find_own(access, reading))
    try:
        services.submit_note(
            reading=reading,
            author=access.member,
            answers=sent.answers,
            based_on=sent.based_on,
            at=arrived_at(request),
        )
    except Refusal as refusal:
        return _refused(request, access, reading, refusal, sent)
    messages.success(request, "Your note is submitted. You can go on editing it.")
    return redirect(_on_paper(access, reading))


@for_members
@require_POST
def withdraw(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """Take it back: a draft again."""
    reading = _reading(access, reading_id)
    get_object_or_404(Note, reading=reading, author=access.member)
    try:
        services.withdraw_note(reading=reading, author=access.member, at=arrived_at(request))
        messages.success(request, "Your note is withdrawn: it is a draft that nobody else reads.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(_on_paper(access, reading))


@for_members
@require_safe
@never_cache
def file(
    request: HttpRequest, access: Access, reading_id: int, attachment_id: int
) -> HttpResponseBase:
    """A file attached to a note that one may read; always a download, never shown as if ours."""
    reading = _reading(access, reading_id)
    found = find_attachment(
        note_access(access, now=arrived_at(request), only=reading), reading, attachment_id
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


@for_members
@require_GET
@never_cache
def revisions(
    request: HttpRequest, access: Access, reading_id: int, note_id: int, number: int | None = None
) -> HttpResponseBase:
    """What was submitted when, and what changed from one time to the next."""
    reading = _reading(access, reading_id)
    note = queries.find_note(access, reading, note_id)
    if note is None:
        raise Http404
    listed = queries.revision_times(note)
    revision, before = queries.revision_pair(note, listed[0].number if number is None else number)
    if revision is None:
        raise Http404
    context = {
        "reading": reading,
        "note": note,
        "is_mine": note.author_id == access.member.pk,
        "revisions": listed,
        "revision": revision,
        "before": before,
        "blocks": fold(compare(before.body, revision.body)) if before else [],
    }
    return render(request, "notes/revisions.html", context)


@for_members
@require_POST
def restore(request: HttpRequest, access: Access, reading_id: int, number: int) -> HttpResponseBase:
    """Put the text of one of one's own revisions back into the editor."""
    reading = _reading(access, reading_id)
    note = get_object_or_404(Note, reading=reading, author=access.member)
    revision, _before = queries.revision_pair(note, number)
    if revision is None:
        raise Http404
    number_now = _based_on(request)
    try:
        services.save_draft(
            reading=reading,
            author=access.member,
            answers=revision.answers,
            based_on=number_now,
            at=arrived_at(request),
        )
    except Refusal as refusal:
        asked = Asked(note.version, note.role)
        sent = Sent(asked, revision.answers, number_now)
        return _refused(request, access, reading, refusal, sent)
    messages.success(request, "The earlier text is in the editor. Submit it to show it to others.")
    return redirect("notes:edit", access.course.slug, reading_id)


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a form: the answers, to what, and the number of the draft they replace."""

    asked: Asked
    answers: dict[str, Any]
    based_on: int


def _reading(access: Access, reading_id: int) -> Reading:
    found = Reading.objects.select_related("paper", "course", "assignment").defer(
        "paper__abstract", "paper__abstract_html"
    )
    return get_object_or_404(found, pk=reading_id, course=access.course)


def _on_paper(access: Access, reading: Reading) -> str:
    return reverse("pages:paper", args=[access.course.slug, reading.pk]) + "#my-note"


def _based_on(request: HttpRequest) -> int:
    """The number of the draft that is replaced; without a number, none is."""
    number = request.POST.get("based_on", "")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0


def _sent(request: HttpRequest, access: Access, reading: Reading, note: Note | None) -> Sent:
    asked = asked_of(reading, access.member, note)
    answers = read_answers(asked.prompts, request.POST)
    return Sent(asked, answers, _based_on(request))


def _editor(access: Access, reading: Reading, note: Note | None, sent: Sent) -> NoteEditor:
    """The form with a text that the server does not have."""
    return editor_with(
        access, reading, note, sent.asked, answers=sent.answers, based_on=sent.based_on
    )


def _page(
    request: HttpRequest,
    access: Access,
    reading: Reading,
    editor: NoteEditor | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    mine = queries.my_note(access, reading, now=arrived_at(request), editor=editor)
    return render(request, "notes/edit.html", {"mine": mine}, status=status)


def _refused(
    request: HttpRequest, access: Access, reading: Reading, refusal: Refusal, sent: Sent
) -> HttpResponse:
    """The page again with what was typed, and why it was not taken."""
    note = queries.find_own(access, reading)
    other = refusal.note if isinstance(refusal, services.DraftConflict) else None
    was_saved = isinstance(refusal, services.Incomplete | services.TooLate)
    editor = editor_with(
        access,
        reading,
        note,
        sent.asked,
        answers=sent.answers,
        # Whoever saves this text now has been shown the other one.
        based_on=other.draft_number
        if other
        else note.draft_number
        if note and was_saved
        else sent.based_on,
        error=str(refusal),
        problems=refusal.problems if isinstance(refusal, services.Incomplete) else None,
        other=other,
    )
    status = CONFLICT if other else UNPROCESSABLE
    return _page(request, access, reading, editor, status=status)


def _state(
    access: Access, note: Note | None, now: dt.datetime, prompts: Sequence[Prompt]
) -> dict[str, object]:
    """What the server has, for an editor in the browser."""
    saved_at = note.draft_saved_at if note else None
    return {
        "fields": as_fields(prompts, note.draft if note else {}),
        "draft_number": note.draft_number if note else 0,
        "saved": saved_words(saved_at, access.course, now) if saved_at else "",
    }


def _refused_json(access: Access, refusal: Refusal, now: dt.datetime) -> JsonResponse:
    if isinstance(refusal, services.DraftConflict):
        state = _state(access, refusal.note, now, refusal.note.prompts)
        return JsonResponse({"error": str(refusal)} | state, status=CONFLICT)
    return JsonResponse({"error": str(refusal)}, status=UNPROCESSABLE)
