"""What was submitted when, and what changed from one time to the next."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from readings.core.arrival import arrived_at
from readings.core.refusals import Refusal
from readings.courses.access import Access, for_members
from readings.notes import queries, services
from readings.notes.asked import Asked
from readings.notes.carrying import carry_over
from readings.notes.history import changes_between
from readings.notes.models import Note
from readings.notes.own_forms import check_author, own_form_only, post_or_note
from readings.notes.sending import Sent, based_on, find_reading, refused


@for_members
@require_GET
@never_cache
def revisions(
    request: HttpRequest, access: Access, reading_id: int, note_id: int, number: int | None = None
) -> HttpResponseBase:
    """A revision, what changed in it, and the list of all."""
    reading = find_reading(access, reading_id)
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
        "changes": changes_between(before, revision, reading) if before else [],
    }
    return render(request, "notes/revisions.html", context)


@own_form_only
@for_members
@post_or_note
def restore(request: HttpRequest, access: Access, reading_id: int, number: int) -> HttpResponseBase:
    """Put the text of one of one's own revisions back into the editor."""
    check_author(request, access)
    reading = find_reading(access, reading_id)
    mine = Note.objects.select_related("version")
    note = get_object_or_404(mine, reading=reading, author=access.member)
    revision, _before = queries.revision_pair(note, number)
    if revision is None:
        raise Http404
    asked = Asked(note.version, note.role)
    earlier = Asked(revision.version, revision.role)
    sent = Sent(
        asked, carry_over(revision.answers, earlier.prompts, asked.prompts), based_on(request)
    )
    try:
        services.save_draft(
            reading=reading,
            author=access.member,
            answers=sent.answers,
            based_on=sent.based_on,
            at=arrived_at(request),
        )
    except Refusal as refusal:
        return refused(request, access, reading, refusal, sent)
    messages.success(request, "The earlier text is in the editor. Submit it to show it to others.")
    return redirect("notes:edit", access.course.slug, reading_id)
