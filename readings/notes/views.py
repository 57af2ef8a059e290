"""Writing a note: its page, its draft, preview, submission and history."""

from __future__ import annotations

import dataclasses
import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from readings.core.markdown import render_markdown, trusted
from readings.core.refusals import Refusal
from readings.courses.access import Access, for_members
from readings.notes import queries, services
from readings.notes.diffing import compare, fold
from readings.notes.models import Note
from readings.notes.queries import NoteEditor
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
    now = timezone.now()
    reading = _reading(access, reading_id)
    wants_json = request.get_preferred_type(["text/html", "application/json"]) != "text/html"
    if request.method == "GET":
        if not wants_json:
            return redirect("notes:edit", access.course.slug, reading_id)
        note = Note.objects.filter(reading=reading, author=access.member).first()
        return JsonResponse(_state(access, note, now) | {"csrf_token": get_token(request)})
    text, based_on = _sent(request)
    try:
        note = services.save_draft(
            reading=reading, author=access.member, text=text, based_on=based_on, at=now
        )
    except Refusal as refusal:
        if wants_json:
            return _refused_json(access, refusal, now)
        return _refused(request, access, reading, refusal)
    if wants_json:
        return JsonResponse(_state(access, note, now))
    return redirect("notes:edit", access.course.slug, reading_id)


@for_members
@require_POST
def preview(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """The text as the others would see it; nothing is saved."""
    reading = _reading(access, reading_id)
    text, based_on = _sent(request)
    if len(text) > services.MAX_NOTE:
        rendered = ""
        error = str(services.NoteTooLong(len(text)))
    else:
        rendered = render_markdown(text)
        error = ""
    if request.htmx:  # type: ignore[attr-defined]
        context = {"preview": trusted(rendered), "error": error}
        return render(request, "notes/_editor.html#preview", context)
    editor = _editor(access, reading, text, based_on)
    editor = dataclasses.replace(editor, preview=trusted(rendered), error=error)
    return _page(request, access, reading, editor)


@for_members
@require_POST
def submit(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """Let the others read it."""
    now = timezone.now()  # before anything waits for the database: that makes nobody late
    reading = _reading(access, reading_id)
    text, based_on = _sent(request)
    try:
        services.submit_note(
            reading=reading, author=access.member, text=text, based_on=based_on, at=now
        )
    except Refusal as refusal:
        return _refused(request, access, reading, refusal)
    messages.success(request, "Your note is submitted. You can go on editing it.")
    paper = reverse("pages:paper", args=[access.course.slug, reading_id])
    return redirect(f"{paper}#my-note")


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
    _text, based_on = _sent(request)
    try:
        services.save_draft(
            reading=reading,
            author=access.member,
            text=revision.body,
            based_on=based_on,
            at=timezone.now(),
        )
    except Refusal as refusal:
        return _refused(request, access, reading, refusal, text=revision.body)
    messages.success(request, "The earlier text is in the editor. Submit it to show it to others.")
    return redirect("notes:edit", access.course.slug, reading_id)


def _reading(access: Access, reading_id: int) -> Reading:
    found = Reading.objects.select_related("paper").defer("paper__abstract", "paper__abstract_html")
    return get_object_or_404(found, pk=reading_id, course=access.course)


def _sent(request: HttpRequest) -> tuple[str, int]:
    """The text and the number of the draft it is based on; without a number it replaces none."""
    number = request.POST.get("based_on", "")
    known = number.isascii() and number.isdecimal() and len(number) < 10
    return request.POST.get("text", ""), int(number) if known else 0


def _editor(access: Access, reading: Reading, text: str, based_on: int) -> NoteEditor:
    """The form with a text that the server does not have."""
    empty = queries.empty_editor(access, reading)
    return dataclasses.replace(empty, text=text, based_on=based_on)


def _page(
    request: HttpRequest,
    access: Access,
    reading: Reading,
    editor: NoteEditor | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    mine = queries.my_note(access, reading, now=timezone.now(), editor=editor)
    return render(request, "notes/edit.html", {"mine": mine}, status=status)


def _refused(
    request: HttpRequest,
    access: Access,
    reading: Reading,
    refusal: Refusal,
    *,
    text: str | None = None,
) -> HttpResponse:
    """The page again with what was typed, and why it was not taken."""
    typed, based_on = _sent(request)
    editor = _editor(access, reading, typed if text is None else text, based_on)
    if isinstance(refusal, services.DraftConflict):
        # Whoever saves this text now has been shown the other one.
        editor = dataclasses.replace(
            editor, other=refusal.note, based_on=refusal.note.draft_number, error=str(refusal)
        )
        return _page(request, access, reading, editor, status=CONFLICT)
    editor = dataclasses.replace(editor, error=str(refusal))
    return _page(request, access, reading, editor, status=UNPROCESSABLE)


def _state(access: Access, note: Note | None, now: dt.datetime) -> dict[str, object]:
    """What the server has, for an editor in the browser."""
    saved_at = note.draft_saved_at if note else None
    return {
        "text": note.draft if note else "",
        "draft_number": note.draft_number if note else 0,
        "saved": queries.saved_words(saved_at, access.course, now) if saved_at else "",
    }


def _refused_json(access: Access, refusal: Refusal, now: dt.datetime) -> JsonResponse:
    if isinstance(refusal, services.DraftConflict):
        state = _state(access, refusal.note, now)
        return JsonResponse({"error": str(refusal)} | state, status=CONFLICT)
    return JsonResponse({"error": str(refusal)}, status=UNPROCESSABLE)
