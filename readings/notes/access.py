"""Who may read which notes: the one place that decides, for pages, fragments, feeds and counts.

Whoever shows or counts notes of others takes them from ``NoteAccess.notes`` and asks
``shows_author`` before it writes a name.  Drafts are their author's alone.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import Http404

from readings.courses.access import Access
from readings.notes import gating
from readings.notes.gating import Reader
from readings.notes.models import Attachment, Note, NoteState
from readings.notes.policy import Policy
from readings.notes.standings import Standings, standings_of
from readings.schedule.models import Reading


@dataclass(frozen=True)
class NoteAccess:
    """Which notes of a course one person may read at one moment."""

    access: Access
    standings: Standings | None  # None: a visitor, who reads none
    open_readings: frozenset[int]  # whose notes of others the person may read; staff: all

    @property
    def known(self) -> Standings:
        """What is known of duties and notes; only for members."""
        if self.standings is None:
            raise Http404
        return self.standings

    @property
    def policy(self) -> Policy:
        """The course's rules."""
        return self.standings.policy if self.standings else Policy()

    def opens(self, reading_id: int) -> bool:
        """Whether the others' notes on this reading may be read, or counted."""
        return reading_id in self.open_readings

    def notes(self) -> QuerySet[Note]:
        """The submitted notes that may be read, one's own among them."""
        handed_in = Note.objects.filter(
            reading__course=self.access.course, state=NoteState.SUBMITTED
        )
        if self.standings is None:
            return handed_in.none()
        if self.access.is_staff:
            return handed_in
        return handed_in.filter(Q(author=self.access.member) | Q(reading_id__in=self.open_readings))

    @property
    def hides_authors(self) -> bool:
        """Whether the others' notes are shown without names, and so in no order that tells them."""
        return self.policy.anonymous and not self.access.is_staff

    def shows_author(self, author_id: int) -> bool:
        """Whether the name of the author stands at their note."""
        return gating.shows_author(
            self.policy,
            is_staff=self.access.is_staff,
            is_own=self.access.user is not None and author_id == self.access.user.pk,
        )


def note_access(
    access: Access,
    *,
    now: dt.datetime,
    only: Reading | None = None,
    standings: Standings | None = None,
) -> NoteAccess:
    """What the person of ``access`` may read, of ``only`` one reading or of all.

    As many queries as ``standings_of``; none with their ``standings``.
    """
    if not access.is_member:
        return NoteAccess(access, None, frozenset())
    known = standings or standings_of(access, now=now, only=only)
    is_open = set()
    for reading_id, duty in known.duties.items():
        reader = reader_of(access, known, reading_id)
        if gating.opens_to(known.policy, reader, due=duty.due_at, class_at=duty.class_at, now=now):
            is_open.add(reading_id)
    return NoteAccess(access, known, frozenset(is_open))


def reader_of(access: Access, known: Standings, reading_id: int) -> Reader:
    """What counts of the member of ``access`` when they want to read the others' notes."""
    me = access.member.pk
    own = known.of(me, reading_id, owes=access.owes_notes)
    return Reader(
        is_staff=access.is_staff,
        has_submitted=own.is_submitted,
        owes=own.is_owed,
        presents=known.presents(me, known.duties[reading_id]),
    )


def find_attachment(rights: NoteAccess, reading: Reading, attachment_id: int) -> Attachment | None:
    """A file of one's own, or one that was handed in with a note that one may read."""
    handed_in = Q(is_submitted=True, note__in=rights.notes())
    files = Attachment.objects.filter(note__reading=reading, pk=attachment_id)
    return files.filter(handed_in | Q(note__author=rights.access.member)).first()
