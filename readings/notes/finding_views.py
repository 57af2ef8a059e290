"""What the editor of a note looks up: names to mention, passages to quote."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from readings.core.uploads import limits_uploads
from readings.courses.access import Access, for_members
from readings.notes import queries
from readings.notes.file_kinds import MAX_FILE
from readings.notes.mentions import nameables
from readings.notes.own_forms import own_form_only, post_or_note
from readings.notes.quoting import passages_in
from readings.notes.sending import MAX_REQUEST, find_reading, page_with, read_form


@for_members
@require_GET
@never_cache
def names(_request: HttpRequest, access: Access) -> HttpResponseBase:
    """The people and the papers that an @ may name, as JSON."""
    found = [
        {"name": one.name, "about": one.about, "is_paper": bool(one.url)}
        for one in nameables(access.course)
    ]
    return JsonResponse({"names": found})


@own_form_only
@limits_uploads(most_each=MAX_FILE, most=MAX_REQUEST)
@for_members
@post_or_note
def passages(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """Where the paper has the words that somebody wants to quote; nothing is saved."""
    reading = find_reading(access, reading_id)
    words = request.POST.get("quote_words", "").strip()
    found = passages_in(reading, words)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "notes/_quoting.html#passages", {"passages": found, "words": words})
    note = queries.find_own(access, reading)
    sent = read_form(request, access, reading, note)
    return page_with(request, access, reading, note, sent, passages=found, words=words)
