"""What pages read of notes.  Drafts are read here for their own author and nobody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Q,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from readings.core import clock
from readings.core.markdown import trusted
from readings.courses.access import Access
from readings.courses.models import Course, Membership, Role
from readings.notes.models import Note, NoteState, Revision
from readings.notes.policy import NoteStanding, due_at, standing
from readings.schedule.models import AgendaItem, Reading, Status


@dataclass(frozen=True, slots=True)
class NoteEditor:
    """The form in which somebody writes: its text, what the text is based on, what is wrong."""

    url: str  # of the note's own page; the addresses of its actions begin with it
    storage_key: str  # under which the browser keeps what the server does not have yet
    text: str
    based_on: int
    saved: str  # when the server saved this text, in words; empty: it has another one, or none
    error: str = ""
    preview: SafeString | None = None
    other: Note | None = None  # the newer draft that this text must not overwrite


@dataclass(frozen=True, slots=True)
class ShownNote:
    """A submitted note as the template writes it."""

    id: int
    name: str
    initials: str
    submitted: str
    submitted_iso: str
    edited: bool
    late: bool  # the author's and the staff's business
    body: SafeString
    revisions_url: str  # empty for those who may not see them


@dataclass(frozen=True, slots=True)
class MyNote:
    """A member's own note on a reading, and the form in which they write it."""

    reading: Reading
    note: Note | None
    standing: NoteStanding
    editor: NoteEditor
    submitted: ShownNote | None  # as the others see it


@dataclass(frozen=True, slots=True)
class NotesPanel:
    """Everything about notes that a paper page shows."""

    mine: MyNote
    notes: list[ShownNote]  # the others'

    @property
    def count(self) -> int:
        """How many notes are submitted, one's own included."""
        return len(self.notes) + (self.mine.submitted is not None)


def panel(access: Access, reading: Reading, *, now: dt.datetime | None = None) -> NotesPanel:
    """The notes of ``reading`` as the member of ``access`` sees them; three queries."""
    mine = my_note(access, reading, now=now)
    others = [note for note in submitted_notes(reading) if note.author_id != access.member.pk]
    due = mine.standing.due_at
    return NotesPanel(mine, [_show(access, reading, note, due) for note in others])


def my_note(
    access: Access,
    reading: Reading,
    *,
    now: dt.datetime | None = None,
    editor: NoteEditor | None = None,
) -> MyNote:
    """The member's own note, with what the server has in its form or with ``editor``."""
    note = Note.objects.filter(reading=reading, author=access.member).first()
    now = now or timezone.now()
    due = due_of(access.course, reading)
    own = standing(
        owes=access.owes_notes and reading.required,
        due=due,
        submitted_at=note.submitted_at if note else None,
        has_draft=note is not None and note.draft != note.body,
        now=now,
    )
    submitted = None
    if note is not None and note.is_submitted:
        note.author, note.author_owes = access.member, access.owes_notes  # type: ignore[attr-defined]
        submitted = _show(access, reading, note, due)
    return MyNote(
        reading=reading,
        note=note,
        standing=own,
        editor=editor or editor_of(access, reading, note, now=now),
        submitted=submitted,
    )


def editor_of(
    access: Access, reading: Reading, note: Note | None, *, now: dt.datetime
) -> NoteEditor:
    """The form with what the server has."""
    saved_at = note.draft_saved_at if note else None
    return NoteEditor(
        url=reverse("notes:edit", args=[access.course.slug, reading.pk]),
        storage_key=f"seminar:note:{access.member.pk}:{reading.pk}",
        text=note.draft if note else "",
        based_on=note.draft_number if note else 0,
        saved=saved_words(saved_at, access.course, now) if saved_at else "",
    )


def saved_words(saved_at: dt.datetime, course: Course, now: dt.datetime) -> str:
    """When a draft was saved, in the course's zone: ``12:04:31``, another day's with the date."""
    local = saved_at.astimezone(course.zone)
    if local.date() == now.astimezone(course.zone).date():
        return f"{local:%H:%M:%S}"
    return clock.short_instant(local)


def submitted_notes(reading: Reading) -> list[Note]:
    """The submitted notes with their authors, in the order they were submitted; one query.

    Each has ``author_owes``: whether its author is a student of the course.
    """
    students = Membership.objects.filter(
        course=reading.course_id, user=OuterRef("author"), role=Role.STUDENT
    )
    return list(
        Note.objects.filter(reading=reading, state=NoteState.SUBMITTED)
        .select_related("author")
        .annotate(author_owes=Exists(students))
        .only(
            "reading_id",
            "body_html",
            "submitted_at",
            "edited_at",
            "author__name",
            "author__email",
        )
        .order_by("submitted_at", "id")
    )


def note_counts(reading_ids: Iterable[int]) -> dict[int, int]:
    """Reading id to the number of submitted notes, where there are any; one query."""
    counted = (
        Note.objects.filter(reading_id__in=list(reading_ids), state=NoteState.SUBMITTED)
        .values("reading_id")
        .annotate(number=Count("id"))
    )
    return {row["reading_id"]: row["number"] for row in counted}


def note_states(
    access: Access, reading_ids: Iterable[int], *, now: dt.datetime | None = None
) -> dict[int, NoteStanding]:
    """How the member stands with the note on each reading; one query."""
    now = now or timezone.now()
    meeting = "carrier__meeting__"
    rows = (
        Reading.objects.filter(pk__in=list(reading_ids))
        .alias(
            carrier=FilteredRelation("agenda_items", condition=Q(agenda_items__carries_note=True)),
            mine=FilteredRelation("notes", condition=Q(notes__author=access.member)),
        )
        .annotate(
            has_draft=ExpressionWrapper(
                ~Q(mine__draft=F("mine__body")) & Q(mine__isnull=False),
                output_field=BooleanField(),
            )
        )
        .values_list(
            "pk",
            "required",
            meeting + "meets_on",
            meeting + "meets_from",
            meeting + "status",
            "mine__submitted_at",
            "has_draft",
        )
    )
    return {
        pk: standing(
            owes=access.owes_notes and required,
            due=_due(access.course, meets_on, meets_from, status),
            submitted_at=submitted_at,
            has_draft=has_draft,
            now=now,
        )
        for pk, required, meets_on, meets_from, status, submitted_at, has_draft in rows
    }


def due_of(course: Course, reading: Reading) -> dt.datetime | None:
    """Until when notes on ``reading`` are in time; None where no class takes place for it."""
    items = AgendaItem.objects.filter(
        reading=reading, carries_note=True, meeting__isnull=False
    ).values_list("meeting__meets_on", "meeting__meets_from", "meeting__status")
    return next((_due(course, *when) for when in items), None)


def find_note(access: Access, reading: Reading, note_id: int) -> Note | None:
    """A submitted note whose history the member may see: their own; the staff sees every one.

    What somebody has taken out of a note by editing it is no longer for the others to read.
    """
    notes = Note.objects.filter(reading=reading, pk=note_id, state=NoteState.SUBMITTED)
    if not access.is_staff:
        notes = notes.filter(author=access.member)
    return notes.select_related("author").first()


def revision_times(note: Note) -> list[Revision]:
    """The revisions without their texts, the newest first."""
    return list(note.revisions.defer("body", "body_html"))


def revision_pair(note: Note, number: int) -> tuple[Revision | None, Revision | None]:
    """The revision of that number, and the one before it."""
    found = {one.number: one for one in note.revisions.filter(number__in=[number - 1, number])}
    return found.get(number), found.get(number - 1)


def _due(
    course: Course, meets_on: dt.date | None, meets_from: dt.time | None, status: str | None
) -> dt.datetime | None:
    return due_at(
        meets_on,
        meets_from or course.meets_from,
        course.zone,
        course.notes_due_minutes_before,
        takes_place=status == Status.CLASS,
    )


def _show(access: Access, reading: Reading, note: Note, due: dt.datetime | None) -> ShownNote:
    assert note.submitted_at is not None  # noqa: S101 (a constraint of the table)
    local = note.submitted_at.astimezone(access.course.zone)
    may_see_history = access.is_staff or note.author_id == access.member.pk
    owes = reading.required and note.author_owes  # type: ignore[attr-defined]
    return ShownNote(
        id=note.pk,
        name=note.author.display_name,
        initials=note.author.initials,
        submitted=clock.short_instant(local),
        submitted_iso=local.isoformat(timespec="seconds"),
        edited=note.edited_at is not None,
        late=may_see_history and owes and due is not None and note.submitted_at > due,
        body=trusted(note.body_html),
        revisions_url=(
            reverse("notes:revisions", args=[access.course.slug, reading.pk, note.pk])
            if may_see_history
            else ""
        ),
    )
