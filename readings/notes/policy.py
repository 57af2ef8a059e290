"""By which rules notes are due, late, excused and counted.  Pure: values in, values out.

``Policy`` holds what a course has decided.  What follows for one person's note on one reading is
``standing``; what follows for their marks is ``totals``, for who reads what ``gating``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import TextChoices

from readings.core.clock import instant_of

END_OF_DAY: Final = dt.time(23, 59)


class Due(TextChoices):
    """From what a deadline is counted."""

    BEFORE_CLASS = "before_class", "so many minutes before class"
    TIME_OF_DAY = "time_of_day", "at a time of day, so many days before class"


class Late(TextChoices):
    """What becomes of a note that is handed in after its deadline."""

    ACCEPTED = "accepted", "is accepted, and called late"
    PENALISED = "penalised", "is accepted, and its mark is lowered"
    REFUSED = "refused", "is not accepted"


class SkipsBy(TextChoices):
    """Who decides for which missing note a skip is used up."""

    STUDENT = "student", "by the student, beforehand"
    ITSELF = "itself", "by itself, on the first notes that are missing"


class Exempt(TextChoices):
    """From what presenters are exempt."""

    NOTHING = "nothing", "nothing: presenters write notes like everybody"
    READING = "reading", "the note on the reading they present"
    MEETING = "meeting", "all notes for the class in which they present"


class Per(TextChoices):
    """For what one note is owed."""

    READING = "reading", "each reading"
    MEETING = "meeting", "each class: a note on any one of its readings"


class Marking(TextChoices):
    """What a mark is."""

    COMPLETION = "completion", "handed in or not"
    CHECKS = "checks", "check minus, check, check plus"
    POINTS = "points", "points"


class Readers(TextChoices):
    """From when on members read each other's notes."""

    OPEN = "open", "as soon as they are handed in"
    AFTER_OWN = "after_own", "after handing in one's own"
    AFTER_DEADLINE = "after_deadline", "after the deadline"
    STAFF = "staff", "never: instructors and assistants alone read them"


class ExemptionKind(TextChoices):
    """Why somebody owes no note that others owe."""

    SKIP = "skip", "Skipped"
    EXCUSE = "excuse", "Excused"


# Why somebody owes no note that others owe, in a word.
SKIPPED: Final = str(ExemptionKind.SKIP.label)
EXCUSED: Final = str(ExemptionKind.EXCUSE.label)
PRESENTS: Final = "Presents"
OTHER_NOTE: Final = "Other note"  # they handed in another one for the class

#: Who is exempt for these may write at any time; what a skip or another note spares may be handed
#: in until the same time as everybody's, or a skip would buy more time.
_UNBOUND: Final = frozenset({EXCUSED, PRESENTS})


@dataclass(frozen=True)
class Policy:
    """The rules of one course; the defaults are those of a course that has decided nothing."""

    due: Due = Due.BEFORE_CLASS
    minutes_before: int = 120
    days_before: int = 1  # for TIME_OF_DAY; 0 is the day of class
    due_time: dt.time = dt.time(20, 0)  # in the course's zone
    grace_minutes: int = 1  # handed in so much after the deadline is still in time
    late: Late = Late.ACCEPTED
    late_percent: int = 10  # off the mark, for each day or part of one
    late_days: int | None = None  # after which nothing is accepted; None: until the end
    skips: int = 0  # notes that each student may leave out
    skips_by: SkipsBy = SkipsBy.STUDENT
    unused_skip_drops: bool = False  # each skip left over drops one lowest mark
    presenters_exempt: Exempt = Exempt.NOTHING
    per: Per = Per.READING
    best_of: int | None = None  # only so many best marks count; None: all
    marking: Marking = Marking.COMPLETION
    points: int = 10  # the most one note can have
    percent_minus: int = 70  # percent that a check minus is worth
    percent_check: int = 85
    percent_plus: int = 100
    sample: int | None = None  # only so many notes of each student are marked; None: all
    sample_seed: str = ""
    readers: Readers = Readers.OPEN
    presenters_read_minutes_before: int | None = 720  # before class, they read all; None: as others
    anonymous: bool = False  # peers do not see whose note it is; staff does
    marking_split: bool = False  # each note has one of the assistants to mark it


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark, with the scale on which it was given: when the rules change, it stays what it was.

    ``value``: points with up to two decimals; of checks 1 is a check minus, 2 a check, 3 a check
    plus; of completion 1 is done.  0 is no credit everywhere.
    """

    value: Decimal
    scale: Marking
    out_of: int  # the most there was to have: so many points, 3 of checks, 1 of completion

    def is_on(self, marking: Marking, points: int) -> bool:
        """Whether marks are given on its scale where they are ``marking``, out of ``points``."""
        return self.scale == marking and self.out_of == most(marking, points)


def most(marking: Marking, points: int) -> int:
    """The highest mark where marks are ``marking``, out of ``points``."""
    return {Marking.COMPLETION: 1, Marking.CHECKS: 3, Marking.POINTS: points}[Marking(marking)]


def due_at(
    policy: Policy,
    meets_on: dt.date | None,
    meets_from: dt.time | None,
    zone: ZoneInfo,
    *,
    takes_place: bool = True,
) -> dt.datetime | None:
    """The instant (UTC) at which the note for a class is due, or None: nothing is due.

    Minutes before class are elapsed time: the night in which the clocks change makes it neither
    longer nor shorter.  A class whose time nobody wrote down might begin in the morning, so its
    note is due at 23:59 of the day before, unless the policy names a time of day.  Nothing is due
    for a class without a date, and none for one that does not take place (a holiday, a cancelled
    class).
    """
    if meets_on is None or not takes_place:
        return None
    try:
        if policy.due == Due.TIME_OF_DAY:
            day = meets_on - dt.timedelta(days=policy.days_before)
            return instant_of(day, policy.due_time, zone)
        if meets_from is None:
            return instant_of(meets_on - dt.timedelta(days=1), END_OF_DAY, zone)
        begins = instant_of(meets_on, meets_from, zone)
        return begins - dt.timedelta(minutes=policy.minutes_before)
    except OverflowError:  # a date at the edge of the calendar, typed by mistake
        return None


def due_of(
    policy: Policy,
    own: tuple[dt.date, dt.time] | None,
    meets_on: dt.date | None,
    meets_from: dt.time | None,
    zone: ZoneInfo,
    *,
    has_class: bool,
    takes_place: bool,
) -> dt.datetime | None:
    """The instant (UTC) at which the note on a reading is due, or None: nothing is due.

    ``own`` is a deadline of the reading's own, local in the course's ``zone``; it stands where the
    class moves, and where the reading ``has_class`` no more.  Without one the deadline follows the
    class, see ``due_at``.  Nothing is due for a class that does not take place.
    """
    if own is None or (has_class and not takes_place):
        return due_at(policy, meets_on, meets_from, zone, takes_place=takes_place)
    try:
        return instant_of(*own, zone)
    except OverflowError:  # a date at the edge of the calendar, typed by mistake
        return None


def in_time_until(policy: Policy, due: dt.datetime) -> dt.datetime:
    """The last instant at which a note due at ``due`` is in time: the grace is part of it."""
    return _after(due, dt.timedelta(minutes=policy.grace_minutes))


def _after(instant: dt.datetime, span: dt.timedelta) -> dt.datetime:
    """So much later; at the end of the calendar, its end."""
    try:
        return instant + span
    except OverflowError:
        return dt.datetime.max.replace(tzinfo=dt.UTC)


def accepted_until(policy: Policy, due: dt.datetime | None) -> dt.datetime | None:
    """The last instant at which a note is taken at all; None: it always is."""
    if due is None:
        return None
    if policy.late == Late.REFUSED:
        return in_time_until(policy, due)
    if policy.late_days is None:
        return None
    return _after(in_time_until(policy, due), dt.timedelta(days=policy.late_days))


def days_late(policy: Policy, due: dt.datetime | None, submitted_at: dt.datetime) -> int:
    """How many days late, each begun one counted: 0 is in time, 1 up to 24 hours after."""
    if due is None or submitted_at <= in_time_until(policy, due):
        return 0
    return -(-(submitted_at - due) // dt.timedelta(days=1))


@dataclass(frozen=True, slots=True)
class NoteStanding:
    """How one person stands with the note on one reading at one moment."""

    is_owed: bool  # who owes nothing may write all the same
    due_at: dt.datetime | None
    submitted_at: dt.datetime | None  # None: the others cannot read it
    has_draft: bool  # something is written that nobody else sees yet
    is_overdue: bool
    is_late: bool  # was submitted after the deadline and the grace
    exempt: str = ""  # why it is not owed, in one word: "Presents", "Skipped", "Excused", ...
    is_past: bool = False  # the deadline and the grace are over
    is_closed: bool = False  # it is too late to hand it in, or to change it

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
        if self.exempt and not self.has_draft:
            return self.exempt
        if self.is_overdue:
            if self.is_closed:
                return "Missed"
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
    policy: Policy,
    *,
    owes: bool,
    due: dt.datetime | None,
    submitted_at: dt.datetime | None,
    has_draft: bool,
    now: dt.datetime,
    exempt: str = "",
) -> NoteStanding:
    """The state of a note.

    ``owes``: the person hands in notes in this course, and this reading is a required one;
    ``has_draft``: there is text that was not submitted; ``exempt``: why this person owes none all
    the same.  A note is in time up to and including the instant it is due, and the grace after it.
    """
    is_owed = owes and due is not None and not exempt
    last = in_time_until(policy, due) if due is not None else None
    is_bound = owes and exempt not in _UNBOUND
    closes = accepted_until(policy, due) if is_bound else None
    return NoteStanding(
        is_owed=is_owed,
        due_at=due,
        submitted_at=submitted_at,
        has_draft=has_draft,
        is_overdue=is_owed and submitted_at is None and last is not None and now > last,
        is_late=is_owed and submitted_at is not None and last is not None and submitted_at > last,
        exempt=exempt if owes else "",
        is_past=last is not None and now > last,
        is_closed=closes is not None and now > closes,
    )
