"""What pages read of notes.  Drafts are read here for their own author and nobody else."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from readings.courses.access import Access
from readings.notes.access import NoteAccess, note_access
from readings.notes.appreciating import Helpful, helpful_of
from readings.notes.attachments import is_named_in
from readings.notes.deadline_words import late_words
from readings.notes.duties import students_of
from readings.notes.editing import NoteEditor, editor_of
from readings.notes.models import Attachment, Note, NoteState, Revision
from readings.notes.opening import why_closed
from readings.notes.policy import NoteStanding, Per
from readings.notes.showing import NOBODY, ShownNote, row_of, rows_of, shower
from readings.schedule.models import Reading


@dataclass(frozen=True, slots=True)
class MyNote:
    """A member's own note on a reading, and the form in which they write it."""

    reading: Reading
    standing: NoteStanding
    late: str  # what becomes of a note that comes after the deadline, by the course's rules
    can_withdraw: bool
    editor: NoteEditor
    submitted: ShownNote | None  # as the others see it


@dataclass(frozen=True, slots=True)
class NotesPanel:
    """Everything about notes that a paper page shows."""

    mine: MyNote
    notes: list[ShownNote]  # the others', as they were submitted; without names in no order
    is_open: bool  # the others' notes may be read
    closed: str  # why not, and from when on, in a sentence; empty: they may

    @property
    def count(self) -> int:
        """How many notes there are to read, one's own included."""
        return len(self.notes) + (self.mine.submitted is not None)


def panel(access: Access, reading: Reading, *, now: dt.datetime) -> NotesPanel:
    """The notes of ``reading`` as the member of ``access`` sees them."""
    rights = note_access(access, now=now, only=reading)
    students = students_of(access.course) if access.is_staff else ()
    others = rights.notes().filter(reading=reading).exclude(author=access.member)
    helpful = helpful_of([reading.pk], access.member)
    show = shower(rights, reading, students, helpful=helpful)
    notes = [show(row) for row in rows_of(others)] if rights.opens(reading.pk) else []
    if rights.hides_authors:  # who was first is known to who sat beside them
        notes.sort(key=lambda note: note.place)
    return NotesPanel(
        mine=_my_note(rights, reading, now, editor=None, helpful=helpful),
        notes=notes,
        is_open=rights.opens(reading.pk),
        closed=why_closed(rights, reading.pk),
    )


def my_note(
    access: Access, reading: Reading, *, now: dt.datetime, editor: NoteEditor | None = None
) -> MyNote:
    """The member's own note, with what the server has in its form or with ``editor``."""
    rights = note_access(access, now=now, only=reading)
    return _my_note(rights, reading, now, editor=editor)


def find_own(access: Access, reading: Reading) -> Note | None:
    """The member's own note with the version it answers; one query."""
    mine = Note.objects.filter(reading=reading, author=access.member)
    return mine.select_related("version__template").first()


def _my_note(
    rights: NoteAccess,
    reading: Reading,
    now: dt.datetime,
    *,
    editor: NoteEditor | None,
    helpful: Mapping[int, Helpful] = NOBODY,
) -> MyNote:
    access = rights.access
    note = find_own(access, reading)
    me = access.member
    students = (me.pk,) if access.owes_notes else ()
    show = shower(rights, reading, students, helpful=helpful)
    standing = rights.known.of(me.pk, reading.pk, owes=access.owes_notes)
    return MyNote(
        reading=reading,
        standing=standing,
        late=late_words(rights.policy, standing, now),
        can_withdraw=standing.is_submitted and not (standing.is_owed and standing.is_past),
        editor=editor or editor_of(access, reading, note, now=now),
        submitted=show(row_of(note, me)) if note and note.is_submitted else None,
    )


def note_counts(rights: NoteAccess) -> dict[int, int]:
    """Reading id to the number of notes that may be read, where there are any; one query."""
    counted = rights.notes().values("reading_id").annotate(number=Count("id"))
    return {row["reading_id"]: row["number"] for row in counted}


def note_states(rights: NoteAccess, reading_ids: Iterable[int]) -> dict[int, NoteStanding]:
    """How the member stands with the note on each reading; no query."""
    access = rights.access
    return {
        pk: rights.known.of(access.member.pk, pk, owes=access.owes_notes)
        for pk in reading_ids
        if pk in rights.known.duties  # anything planned in between is told the next time
    }


def one_for_all(rights: NoteAccess) -> dict[int, int]:
    """Reading to its class, of the classes for all of whose readings one note is owed; no query.

    Empty where the course owes a note on each reading.
    """
    known = rights.known
    if known.policy.per == Per.READING:
        return {}
    required = {pk: one.meeting_id for pk, one in known.duties.items() if one.is_required}
    sizes = Counter(required.values())
    return {
        pk: meeting
        for pk, meeting in required.items()
        if meeting is not None and sizes[meeting] > 1
    }


def find_note(access: Access, reading: Reading, note_id: int) -> Note | None:
    """A note whose history the member may see: their own; the staff sees every submitted one.

    What somebody has taken out of a note by editing it is no longer for the others to read, and
    what was withdrawn for nobody but its author.
    """
    visible = Q(author=access.member)
    if access.is_staff:
        visible |= Q(state=NoteState.SUBMITTED)
    has_history = Exists(Revision.objects.filter(note=OuterRef("pk")))
    notes = Note.objects.filter(visible, has_history, reading=reading, pk=note_id)
    return notes.select_related("author").first()


def find_past_file(access: Access, reading: Reading, attachment_id: int) -> Attachment | None:
    """A file that a revision speaks of, for whoever may see the note's history."""
    files = Attachment.objects.filter(note__reading=reading, pk=attachment_id)
    found = files.select_related("note").first()
    if found is None or find_note(access, reading, found.note_id) is None:
        return None
    return found if is_named_in(found, found.note.revisions.all()) else None


def revision_times(note: Note) -> list[Revision]:
    """The revisions without their texts, the newest first."""
    return list(note.revisions.defer("answers", "body", "body_html"))


def revision_pair(note: Note, number: int) -> tuple[Revision | None, Revision | None]:
    """The revision of that number, and the one before it."""
    pair = note.revisions.filter(number__in=[number - 1, number]).select_related("version")
    found = {one.number: one for one in pair}
    return found.get(number), found.get(number - 1)
