"""The one writer of notes and their revisions."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction
from django.db.models import Max

from readings.accounts.models import User
from readings.core.markdown import render_markdown
from readings.core.refusals import Refusal
from readings.notes.models import Note, NoteState, Revision
from readings.schedule.models import Reading

MAX_NOTE: Final = 100_000  # characters


class EmptyNote(Refusal):
    """There is nothing to submit."""

    def __init__(self) -> None:
        super().__init__("There is nothing in the note yet: write something before submitting it.")


class NoteTooLong(Refusal):
    """The text is longer than a note may be."""

    def __init__(self, length: int) -> None:
        super().__init__(
            f"This text has {length:,} characters and a note may have {MAX_NOTE:,}: shorten it. "
            "Nothing of it was saved."
        )


class DraftConflict(Refusal):
    """A newer text was saved from elsewhere; ``note`` has it."""

    def __init__(self, note: Note) -> None:
        super().__init__(
            "Someone, probably you in another tab, saved a newer text. Both are kept: choose one."
        )
        self.note = note


def save_draft(
    *, reading: Reading, author: User, text: str, based_on: int, at: dt.datetime
) -> Note:
    """Keep ``text`` as the draft, which nobody but its author sees.

    ``based_on`` is the number of the draft that the editor began with (0: none); it must still be
    the latest.  A text that is there already is saved whatever it was based on: its answer was
    lost on the way.  Raises ``NoteTooLong`` and ``DraftConflict``.
    """
    text = _clean(text)
    if len(text) > MAX_NOTE:
        raise NoteTooLong(len(text))
    note, _made = Note.objects.get_or_create(reading=reading, author=author)
    if note.draft_number == based_on and note.draft != text:
        changed = Note.objects.filter(pk=note.pk, draft_number=based_on).update(
            draft=text, draft_number=based_on + 1, draft_saved_at=at
        )
        if changed:
            note.draft, note.draft_number, note.draft_saved_at = text, based_on + 1, at
            return note
        note.refresh_from_db()  # another tab was a moment faster
    if note.draft != text:
        raise DraftConflict(note)
    return note


def submit_note(
    *, reading: Reading, author: User, text: str, based_on: int, at: dt.datetime
) -> Note:
    """Let the others read ``text``; a changed text becomes a new revision.

    ``at`` is when the request came in: waiting for the database makes nobody late.  Submitting
    the same text twice changes nothing.  Raises ``EmptyNote`` and what ``save_draft`` raises.
    """
    text = _clean(text)
    if not text.strip():
        raise EmptyNote
    if len(text) > MAX_NOTE:
        raise NoteTooLong(len(text))
    rendered = render_markdown(text)  # before the transaction: a long one takes its time
    with transaction.atomic():
        saved = save_draft(reading=reading, author=author, text=text, based_on=based_on, at=at)
        note = Note.objects.select_for_update().get(pk=saved.pk)
        if note.is_submitted and note.body == text:
            return note
        last = note.revisions.aggregate(last=Max("number"))["last"] or 0
        Revision.objects.create(
            note=note, number=last + 1, body=text, body_html=rendered, created_at=at
        )
        if note.submitted_at is None:
            note.submitted_at = at
        else:
            note.edited_at = at
        note.state = NoteState.SUBMITTED
        note.body, note.body_html = text, rendered
        note.save(update_fields=["state", "body", "body_html", "submitted_at", "edited_at"])
    return note


def _clean(text: str) -> str:
    """Line ends as one character; no NUL, which PostgreSQL cannot keep."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
