"""The one writer of notes and their revisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from django.db import transaction

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.notes.asked import Asked, asked_of, has_begun, may_begin_with, next_number, seat
from readings.notes.attachments import (
    attached_to,
    differ_from_submitted,
    hand_in_files,
    has_files,
    linked,
)
from readings.notes.exempting import give_back_skip
from readings.notes.mentions import mentions_in, tell_mentioned, whom_to_tell
from readings.notes.models import Attachment, Note, NoteState, Revision
from readings.notes.prompts import (
    Answers,
    PromptKind,
    as_text,
    length_of,
    longest_answer,
    pieces,
    problems,
    says_something,
    tidied,
)
from readings.notes.quoting import fill_pages, quote_problems
from readings.notes.standings import find_standing
from readings.notes.writing_out import render_pieces
from readings.schedule.models import Reading

MAX_NOTE: Final = 100_000  # characters


class EmptyNote(Refusal):
    """There is nothing to submit; ``problems`` are the places that need something, and words."""

    def __init__(self, found: Mapping[str, str]) -> None:
        super().__init__("There is nothing in the note yet: write something before submitting it.")
        self.problems = dict(found)


class NoteTooLong(Refusal):
    """The text is longer than a note may be; of several answers it names the ``longest``."""

    def __init__(self, length: int, longest: str = "") -> None:
        where = f" The longest answer is the one to “{longest}”." if longest else ""
        super().__init__(
            f"This text has {length:,} characters and a note may have {MAX_NOTE:,}: shorten it. "
            f"Nothing of it was saved.{where}"
        )


class Incomplete(Refusal):
    """Something that the template asks for is missing; ``problems`` are its places and words."""

    def __init__(self, found: Mapping[str, str]) -> None:
        number = len(found)
        super().__init__(
            f"The note is saved but not submitted: {number} answer{'s' if number > 1 else ''} "
            f"{'are' if number > 1 else 'is'} missing or not right yet."
        )
        self.problems = dict(found)


class TooLate(Refusal):
    """The course takes no note after this instant."""

    def __init__(self) -> None:
        super().__init__(
            "The time for this note is over, and the course takes none afterwards. What you wrote "
            "is kept as a draft."
        )


class Kept(Refusal):
    """A note that is handed in stays so once its deadline has passed."""

    def __init__(self) -> None:
        super().__init__(
            "The deadline has passed: your note stays submitted. You can still change its text, "
            "and what changed is shown to whoever marks it."
        )


class DraftConflict(Refusal):
    """A newer text was saved from elsewhere; ``note`` has it."""

    def __init__(self, note: Note) -> None:
        super().__init__(
            "You saved a newer text in another tab or on another device. Both are kept: choose one."
        )
        self.note = note


class QuestionsChanged(Refusal):
    """The answers are to other questions than those of the note."""

    def __init__(self) -> None:
        super().__init__(
            "What this note asks has changed since this page was opened, so nothing of it was "
            "saved. Open the note once more in another tab, and copy over what you wrote here."
        )


def save_draft(
    *,
    reading: Reading,
    author: User,
    answers: Answers,
    based_on: int,
    at: dt.datetime,
    asked: Asked | None = None,
) -> Note:
    """Keep ``answers`` as the draft of a note, which is made if there is none.

    ``based_on`` is the number of the draft that the text replaces, 0 where there was none.  Saving
    what is saved already changes nothing, whatever it is based on, so that a browser may send the
    same text again when an answer was lost on the way.  ``asked`` is the form that was filled in;
    None: the one of the note.  Raises ``NoteTooLong``, ``QuestionsChanged`` and ``DraftConflict``.
    """
    if length_of(answers) > MAX_NOTE:
        longest = longest_answer(asked.prompts, answers) if asked else ""
        raise NoteTooLong(length_of(answers), longest)
    note = find_or_begin(reading, author, asked)
    text = tidied(note.prompts, answers)
    if note.draft_number == based_on and note.draft != text:
        differs = text != note.answers or _has_other_files(note)
        changed = Note.objects.filter(pk=note.pk, draft_number=based_on).update(
            draft=text,
            has_draft=differs,
            draft_number=based_on + 1,
            draft_saved_at=at,
            version=note.version,
            role=note.role,
        )
        if changed:
            note.draft, note.draft_number, note.draft_saved_at = text, based_on + 1, at
            note.has_draft = differs
            return note
        note = Note.objects.select_related("version").get(pk=note.pk)  # another tab was faster
    if note.draft != text:
        raise DraftConflict(note)
    return note


def _has_other_files(note: Note) -> bool:
    """Whether what is attached is not what was submitted; no query where no file is asked for."""
    return _wants_files(note) and differ_from_submitted(note)


def _wants_files(note: Note) -> bool:
    return any(prompt.kind == PromptKind.FILE for prompt in note.prompts)


def find_or_begin(reading: Reading, author: User, form: Asked | None = None) -> Note:
    """The note, with what it is asked: an empty one takes what the ``form`` asked, or the newest
    version of the template.  Raises ``QuestionsChanged``."""
    mine = Note.objects.filter(reading=reading, author=author).select_related("version")
    note = mine.first()
    if note is not None and has_begun(note):
        if form is not None and form.key != (note.version_id, note.role):
            raise QuestionsChanged
        return note
    if form is not None and not may_begin_with(form, reading, author):
        raise QuestionsChanged
    asked = form or asked_of(reading, author, note)
    if note is None:
        fields = {"version": asked.version, "role": asked.role}
        note, made = mine.get_or_create(reading=reading, author=author, defaults=fields)
        if not made:  # another tab was faster, perhaps with another form
            return find_or_begin(reading, author, form)
        seat(reading, author, asked)
    elif asked.key != (note.version_id, note.role):
        note.version, note.role = asked.version, asked.role
        seat(reading, author, asked)
    return note


def submit_note(
    *,
    reading: Reading,
    author: User,
    answers: Answers,
    based_on: int,
    at: dt.datetime,
    asked: Asked | None = None,
) -> Note:
    """Hand in ``answers``; what has changed becomes a new revision.

    ``at`` is when the request came in: waiting for the database makes nobody late.  Submitting the
    same twice changes nothing.  A quote without its page gets it, where exactly one page has it.
    What is refused is saved as a draft all the same, as far as that can be.  Raises ``EmptyNote``,
    ``Incomplete``, ``TooLate`` and what ``save_draft`` raises.
    """
    if not says_something(answers) and not has_files(reading, author):
        raise EmptyNote(problems(asked.prompts, answers, ()) if asked else {})
    answers = fill_pages(reading, answers)
    note = save_draft(
        reading=reading, author=author, answers=answers, based_on=based_on, at=at, asked=asked
    )
    answers = note.draft
    files = attached_to(note)
    found = problems(note.prompts, answers, files.keys())
    found |= quote_problems(reading, note.prompts, answers)
    if found:
        raise Incomplete(found)
    if find_standing(reading, author, at).is_closed:
        raise TooLate
    written = pieces(note.prompts, answers, linked(reading, files))
    body = as_text(written, note.prompts)
    mentions = mentions_in(reading.course, [body])
    rendered = render_pieces(written, note.prompts, mentions)
    wants_files = _wants_files(note)
    told = whom_to_tell(reading, author, rendered, at) if mentions else None
    with transaction.atomic():
        note = Note.objects.select_for_update().select_related(None).get(pk=note.pk)
        if note.is_submitted and (note.body, note.answers) == (body, answers):
            _hand_in_again(note, files)
            return note
        Revision.objects.create(
            note=note,
            number=next_number(note),
            version_id=note.version_id,
            role=note.role,
            answers=answers,
            body=body,
            body_html=rendered,
            created_at=at,
        )
        if note.submitted_at is None:
            note.submitted_at = at
        else:
            note.edited_at = at
        note.state = NoteState.SUBMITTED
        note.answers, note.body, note.body_html = answers, body, rendered
        hand_in_files(note, files)
        # What another tab has saved or attached in this moment was not handed in.
        note.has_draft = note.draft != note.answers or (wants_files and differ_from_submitted(note))
        note.save(
            update_fields=[
                "state", "answers", "body", "body_html", "submitted_at", "edited_at", "has_draft",
            ]
        )  # fmt: skip
        give_back_skip(reading=reading, student=author)
        if told is not None:
            tell_mentioned(note, told, at)
    return note


def _hand_in_again(note: Note, files: Mapping[str, Sequence[Attachment]]) -> None:
    """What was attached and taken away again, or the other way round, is no change any more."""
    if note.has_draft and note.draft == note.answers:
        hand_in_files(note, files)
        note.has_draft = differ_from_submitted(note)
        note.save(update_fields=["has_draft"])


def withdraw_note(*, reading: Reading, author: User, at: dt.datetime) -> Note:
    """Take a submitted note back: it is a draft again until it is submitted, and nobody reads it.

    Its revisions stay for its author and the staff.  After the deadline it is there to be marked
    and cannot be taken back: raises ``Kept``.  Withdrawing twice changes nothing.
    """
    standing = find_standing(reading, author, at)
    if standing.is_owed and standing.is_past:
        raise Kept
    with transaction.atomic():
        note = Note.objects.select_for_update().get(reading=reading, author=author)
        if not note.is_submitted:
            return note
        note.state, note.submitted_at, note.edited_at = NoteState.DRAFT, None, None
        # The editor keeps what was written; the answers are no longer handed in.
        note.answers, note.body, note.body_html = {}, "", ""
        note.has_draft = bool(note.draft) or has_files(reading, author)
        note.save(
            update_fields=[
                "state", "answers", "body", "body_html", "submitted_at", "edited_at", "has_draft",
            ]
        )  # fmt: skip
        note.attachments.update(is_submitted=False)
    return note
