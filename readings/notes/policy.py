"""When a note is due, and how a person stands with it.  Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from readings.core.clock import instant_of

END_OF_DAY: Final = dt.time(23, 59)


def due_at(
    meets_on: dt.date | None,
    meets_from: dt.time | None,
    zone: ZoneInfo,
    minutes_before: int,
    *,
    takes_place: bool = True,
) -> dt.datetime | None:
    """The instant (UTC) until which the note for a class is in time, or None: nothing is due.

    That many minutes of elapsed time before the class begins; the night in which the clocks change
    makes it neither longer nor shorter.  A class whose time nobody wrote down might begin in the
    morning, so its note is due at 23:59 of the day before.  Nothing is due for a class without a
    date, and none for one that does not take place (a holiday, a cancelled class).
    """
    if meets_on is None or not takes_place:
        return None
    try:
        if meets_from is None:
            return instant_of(meets_on - dt.timedelta(days=1), END_OF_DAY, zone)
        return instant_of(meets_on, meets_from, zone) - dt.timedelta(minutes=minutes_before)
    except OverflowError:  # a date at the edge of the calendar, typed by mistake
        return None


@dataclass(frozen=True, slots=True)
class NoteStanding:
    """How one person stands with the note on one reading at one moment."""

    is_owed: bool  # who owes nothing may write all the same
    due_at: dt.datetime | None
    submitted_at: dt.datetime | None  # the first time
    has_draft: bool  # something is written that nobody else sees yet
    is_overdue: bool
    is_late: bool  # was submitted after the deadline

    @property
    def is_submitted(self) -> bool:
        """Whether the others can read it."""
        return self.submitted_at is not None

    @property
    def words(self) -> str:
        """The state in one or two words; empty where there is nothing to say."""
        if self.is_submitted:
            if self.has_draft:
                return "Draft changes not submitted"
            return "Submitted late" if self.is_late else "Submitted"
        if self.is_overdue:
            return "Draft, overdue" if self.has_draft else "Overdue"
        if self.has_draft:
            return "Draft"
        return "Due" if self.is_owed else ""

    @property
    def tone(self) -> str:
        """The colour that goes with it: good, warning, accent or none."""
        if self.is_submitted:
            return "warning" if self.has_draft or self.is_late else "good"
        if self.is_overdue:
            return "warning"
        return "accent" if self.has_draft else ""


def standing(
    *,
    owes: bool,
    due: dt.datetime | None,
    submitted_at: dt.datetime | None,
    has_draft: bool,
    now: dt.datetime,
) -> NoteStanding:
    """The state of a note.

    ``owes``: the person hands in notes in this course, and this reading is a required one;
    ``has_draft``: there is text that was not submitted.  A note is in time up to and including the
    instant it is due.
    """
    is_owed = owes and due is not None
    return NoteStanding(
        is_owed=is_owed,
        due_at=due,
        submitted_at=submitted_at,
        has_draft=has_draft,
        is_overdue=is_owed and submitted_at is None and due is not None and now > due,
        is_late=is_owed and submitted_at is not None and due is not None and submitted_at > due,
    )
