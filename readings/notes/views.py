"""Writing a note: its page, its draft, preview, submission."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from readings.core.arrival import arrived_at
from readings.core.markdown import trusted
from readings.core.refusals import Refusal
from readings.core.uploads import limits_uploads
from readings.courses.access import Access, for_members
from readings.notes import queries, services
from readings.notes.asked import asked_of
from readings.notes.attachments import attached_to, linked
from readings.notes.editing import editor_of
from readings.notes.file_kinds import MAX_FILE
from readings.notes.mentions import mentions_in
from readings.notes.models import Note
from readings.notes.own_forms import check_author, own_form_only, post_or_note
from readings.notes.prompts import Answers, Prompt, field_name, length_of, longest_answer, pieces
from readings.notes.sending import (
    MAX_REQUEST,
    Sent,
    find_reading,
    has_files,
    page,
    page_with,
    read_form,
    refused,
    refused_json,
    save_all,
    state_of,
)
from readings.notes.writing_out import render_pieces
from readings.schedule.models import Reading


@for_members
@require_GET
@never_cache
def edit(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """The page on which one writes; ``?more=`` a prompt for pairs shows one line more."""
    reading = find_reading(access, reading_id)
    editor = None
    if more := request.GET.get("more", ""):
        note = queries.find_own(access, reading)
        editor = editor_of(access, reading, note, now=arrived_at(request), more=more)
    return page(request, access, reading, editor)


@own_form_only
@limits_uploads(most_each=MAX_FILE, most=MAX_REQUEST)
@for_members
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def draft(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """Save the draft; asked for JSON, say what was saved, or what the server has.

    GET is for an editor that lost its session and has another one now: it needs a new token.
    """
    now = arrived_at(request)
    reading = find_reading(access, reading_id)
    wants_json = request.get_preferred_type(["text/html", "application/json"]) != "text/html"
    note = queries.find_own(access, reading)
    if request.method != "POST":
        if not wants_json:
            return redirect("notes:edit", access.course.slug, reading_id)
        asked = asked_of(reading, access.member, note)
        state = state_of(access, note, now, asked.prompts)
        return JsonResponse(state | {"csrf_token": get_token(request)})
    sent = read_form(request, access, reading, note)
    try:
        note = save_all(request, access, reading, sent)
    except Refusal as refusal:
        if wants_json:
            return refused_json(access, refusal, now)
        return refused(request, access, reading, refusal, sent)
    if wants_json:
        return JsonResponse(state_of(access, note, now, note.prompts))
    address = reverse("notes:edit", args=[access.course.slug, reading_id])
    if more := request.POST.get("more", ""):
        return redirect(f"{address}?{urlencode({'more': more})}#{field_name(more)}")
    return redirect(address)


@own_form_only
@limits_uploads(most_each=MAX_FILE, most=MAX_REQUEST)
@for_members
@post_or_note
def preview(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """The text as the others would see it; nothing is saved."""
    reading = find_reading(access, reading_id)
    note = queries.find_own(access, reading)
    sent = read_form(request, access, reading, note)
    length = length_of(sent.answers)
    error = ""
    if length > services.MAX_NOTE:
        error = str(services.NoteTooLong(length, longest_answer(sent.asked.prompts, sent.answers)))
    rendered = "" if error else _render(reading, note, sent)
    if request.htmx:  # type: ignore[attr-defined]
        context = {"preview": trusted(rendered), "error": error}
        return render(request, "notes/_editor.html#preview", context)
    return page_with(request, access, reading, note, sent, preview=trusted(rendered), error=error)


def _render(reading: Reading, note: Note | None, sent: Sent) -> str:
    prompts = sent.asked.prompts
    written = pieces(prompts, sent.answers, linked(reading, attached_to(note)) if note else {})
    mentions = mentions_in(reading.course, [piece.markdown for piece in written])
    return render_pieces(written, prompts, mentions)


@own_form_only
@limits_uploads(most_each=MAX_FILE, most=MAX_REQUEST)
@for_members
@post_or_note
def submit(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """Hand it in."""
    reading = find_reading(access, reading_id)
    sent = read_form(request, access, reading, queries.find_own(access, reading))
    try:
        number = sent.based_on
        if has_files(request):
            number = save_all(request, access, reading, sent).draft_number
        note = services.submit_note(
            reading=reading,
            author=access.member,
            answers=sent.answers,
            based_on=number,
            at=arrived_at(request),
            asked=sent.asked,
        )
    except Refusal as refusal:
        return refused(request, access, reading, refusal, sent)
    messages.success(request, "Your note is submitted. You can go on editing it.")
    for prompt, number in _pages_found(note.prompts, sent.answers, note.draft):
        messages.info(request, f"“{prompt.text}”: the quote was found on page {number}.")
    return redirect("pages:paper", access.course.slug, reading.pk)


def _pages_found(
    prompts: tuple[Prompt, ...], sent: Answers, stored: Answers
) -> list[tuple[Prompt, int]]:
    """The quotes that came without a page and have one now."""
    found = []
    for prompt in prompts:
        before, after = sent.get(prompt.key), stored.get(prompt.key)
        if isinstance(before, dict) and isinstance(after, dict) and before["page"] is None:
            found.append((prompt, after["page"]))
    return [(prompt, number) for prompt, number in found if number]


@own_form_only
@for_members
@post_or_note
def withdraw(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """Take it back: a draft again."""
    check_author(request, access)
    reading = find_reading(access, reading_id)
    get_object_or_404(Note, reading=reading, author=access.member)
    try:
        services.withdraw_note(reading=reading, author=access.member, at=arrived_at(request))
        messages.success(request, "Your note is withdrawn: it is a draft that nobody else reads.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("pages:paper", access.course.slug, reading.pk)
