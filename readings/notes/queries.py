"""What pages read of notes.  Drafts are read here for their own author and nobody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Q,
    TextField,
    Value,
    When,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from readings.core import clock
from readings.courses.access import Access
from readings.courses.models import Course, Membership, Role
from readings.notes.models import Note, NoteState, Revision
from readings.notes.policy import NoteStanding, due_at, standing
from readings.notes.showing import NoteRow, ShownNote, shower
from readings.schedule.models import AgendaItem, Meeting, Reading, Status


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
class MyNote:
    """A member's own note on a reading, and the form in which they write it."""

    reading: Reading
    standing: NoteStanding
    editor: NoteEditor
    submitted: ShownNote | None  # as the others see it


@dataclass(frozen=True, slots=True)
class NotesPanel:
    """Everything about notes that a paper page shows."""

    mine: MyNote
    notes: list[ShownNote]  # the others', in the order they were submitted

    @property
    def count(self) -> int:
        """How many notes are submitted, one's own included."""
        return len(self.notes) + (self.mine.submitted is not None)


def panel(
    access: Access, reading: Reading, *, due: dt.datetime | None, now: dt.datetime
) -> NotesPanel:
    """The notes of ``reading``, due at ``due``, as the member of ``access`` sees them.

    One query, and one more for the staff, who see which are late.
    """
    me = access.member
    rows = _rows(access, reading, Q(state=NoteState.SUBMITTED) | Q(author=me))
    mine = next((row for row in rows if row.author_id == me.pk), None)
    students = _students(access.course) if access.is_staff else ()
    show = shower(access, reading, due, students)
    return NotesPanel(
        mine=_my_note(access, reading, mine, due, now, editor=None),
        notes=[show(row) for row in rows if row.author_id != me.pk],
    )


def my_note(
    access: Access, reading: Reading, *, now: dt.datetime, editor: NoteEditor | None = None
) -> MyNote:
    """The member's own note, with what the server has in its form or with ``editor``."""
    rows = _rows(access, reading, Q(author=access.member))
    due = _due_of(access.course, reading)
    return _my_note(access, reading, next(iter(rows), None), due, now, editor=editor)


def _my_note(
    access: Access,
    reading: Reading,
    row: NoteRow | None,
    due: dt.datetime | None,
    now: dt.datetime,
    *,
    editor: NoteEditor | None,
) -> MyNote:
    submitted_at = row.submitted_at if row else None
    students = (access.member.pk,) if access.owes_notes else ()
    return MyNote(
        reading=reading,
        standing=standing(
            owes=access.owes_notes and reading.required,
            due=due,
            submitted_at=submitted_at,
            has_draft=row is not None and row.has_draft,
            now=now,
        ),
        editor=editor or _editor_of(access, reading, row, now),
        submitted=shower(access, reading, due, students)(row) if row and submitted_at else None,
    )


def empty_editor(access: Access, reading: Reading) -> NoteEditor:
    """The form with nothing in it."""
    return NoteEditor(
        url=reverse("notes:edit", args=[access.course.slug, reading.pk]),
        storage_key=f"seminar:note:{access.member.pk}:{reading.pk}",
        text="",
        based_on=0,
        saved="",
    )


def _editor_of(
    access: Access, reading: Reading, row: NoteRow | None, now: dt.datetime
) -> NoteEditor:
    """The form with what the server has."""
    empty = empty_editor(access, reading)
    if row is None:
        return empty
    saved_at = row.draft_saved_at
    return replace(
        empty,
        text=row.draft,
        based_on=row.draft_number,
        saved=saved_words(saved_at, access.course, now) if saved_at else "",
    )


def _rows(access: Access, reading: Reading, which: Q) -> list[NoteRow]:
    """The notes on ``reading`` that ``which`` selects, in the order they were submitted."""
    columns = (
        Note.objects.filter(which, reading=reading)
        .order_by("submitted_at", "id")
        .values_list(
            "id",
            "author_id",
            "author__name",
            "author__email",
            "body_html",
            "submitted_at",
            "edited_at",
            "draft_number",
            "draft_saved_at",
            # Nobody's draft but the reader's own leaves the database.
            Case(When(author=access.member, then=F("draft")), default=Value("", TextField())),
            ExpressionWrapper(~Q(draft=F("body")), output_field=BooleanField()),
        )
    )
    return [NoteRow._make(row) for row in columns]


def _students(course: Course) -> frozenset[int]:
    members = Membership.objects.filter(course=course, role=Role.STUDENT)
    return frozenset(members.values_list("user_id", flat=True))


def saved_words(saved_at: dt.datetime, course: Course, now: dt.datetime) -> str:
    """When a draft was saved, in the course's zone: ``12:04:31``, another day's with the date."""
    local = saved_at.astimezone(course.zone)
    if local.date() == now.astimezone(course.zone).date():
        return f"{local:%H:%M:%S}"
    return clock.short_instant(local)


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


def due_on(course: Course, meeting: Meeting | None) -> dt.datetime | None:
    """Until when a note that is due for ``meeting`` is in time; None: none is due."""
    if meeting is None:
        return None
    return _due(course, meeting.meets_on, meeting.meets_from, meeting.status)


def _due_of(course: Course, reading: Reading) -> dt.datetime | None:
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
