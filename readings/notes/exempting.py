"""The one writer of exemptions: students spend skips, the staff excuses.

Whoever changes the exemptions of a student in a course locks their membership first, on PostgreSQL;
on SQLite every writing transaction has the database for itself.  So two windows together spend no
more skips than there are.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.access import Access
from readings.courses.models import Audience, Course, Event, Membership, Role
from readings.notes.models import Exemption
from readings.notes.policy import EXCUSED, SKIPPED, ExemptionKind, SkipsBy
from readings.notes.standings import Standings, standings_of
from readings.notes.totals import total
from readings.schedule.models import Reading

MAX_REASON: Final = 200  # characters


class NotSkippable(Refusal):
    """No skip can be spent here; the sentence says why."""


class NoSkipLeft(Refusal):
    """All skips are spent."""

    def __init__(self, skips: int) -> None:
        super().__init__(
            f"Your {skips} skips are spent. Take one back from a note that is not due yet, or "
            "write this one."
            if skips > 1
            else "Your skip is spent. Take it back from a note that is not due yet, or write "
            "this one."
        )


class SkipStays(Refusal):
    """A skip is spent for good once its deadline has passed."""

    def __init__(self) -> None:
        super().__init__("The deadline has passed: the skip that you spent here stays spent.")


class CannotExcuse(Refusal):
    """Nobody is excused here; the sentence says why."""


def spend_skip(*, reading: Reading, student: User, at: dt.datetime) -> Exemption:
    """Leave out the note on ``reading``, or on its class where the course owes one for each.

    Until its deadline and the grace, by ``at``, and never afterwards: what is missing then is
    missing.  What is written stays as a draft.  Spending twice on the same note spends one skip.
    Raises ``NotSkippable``, ``NoSkipLeft``.
    """
    with transaction.atomic():
        known = _locked(reading.course, student, at)
        if known is None:
            raise NotSkippable("Only students owe notes, so there is nothing to skip.")
        spent = _of_unit(known, reading, student, ExemptionKind.SKIP).first()
        spared = known.exempt(student.pk, known.duties[reading.pk])
        if spent is not None and spared == SKIPPED:
            return spent
        _require_skippable(known, reading, student, spared)
        if total(known.policy, known.works(student.pk, {}), student.pk).skips_left < 1:
            raise NoSkipLeft(known.policy.skips)
        return Exemption.objects.create(
            reading=reading,
            user=student,
            kind=ExemptionKind.SKIP,
            created_by=student,
            created_at=at,
        )


def _require_skippable(known: Standings, reading: Reading, student: User, spared: str) -> None:
    policy, duty = known.policy, known.duties[reading.pk]
    standing = known.of(student.pk, reading.pk, owes=True)
    if not policy.skips:
        raise NotSkippable("This course has no skips.")
    if policy.skips_by == SkipsBy.ITSELF:
        raise NotSkippable(
            "Skips are spent by themselves here, on the first notes that are missing: there is "
            "nothing to do."
        )
    if spared == EXCUSED:
        raise NotSkippable("You are excused from this note and need no skip.")
    if standing.is_submitted:
        raise NotSkippable("Your note is submitted and needs no skip. Withdraw it first.")
    if spared:
        raise NotSkippable("You owe no note here and need no skip.")
    if not standing.is_owed:
        raise NotSkippable("No note is due here, so there is nothing to skip.")
    if not all(one.is_skippable for one in known.unit(duty)):
        raise NotSkippable("The note on this reading cannot be skipped.")
    if standing.is_past:
        raise NotSkippable(
            "The deadline has passed: a skip can be spent until then. If you could not, ask the "
            "course's staff to excuse you."
        )


def take_back_skip(*, reading: Reading, student: User, at: dt.datetime) -> bool:
    """Owe the note again; False where no skip was spent.  Until the deadline: then ``SkipStays``.

    Where nothing is due any more, as when the class is cancelled, it can be taken back at any time.
    """
    with transaction.atomic():
        known = _locked(reading.course, student, at)
        if known is None:
            return False
        skips = _of_unit(known, reading, student, ExemptionKind.SKIP)
        if not skips.exists():
            return False
        if known.of(student.pk, reading.pk, owes=True).is_past:
            raise SkipStays
        skips.delete()
        return True


def give_back_skip(*, reading: Reading, student: User) -> None:
    """What is handed in needs no skip; in the caller's transaction."""
    Exemption.objects.filter(reading=reading, user=student, kind=ExemptionKind.SKIP).delete()


def excuse(
    *, reading: Reading, student: User, actor: User, reason: str, at: dt.datetime
) -> Exemption:
    """Let a student owe no note on ``reading``, whenever; a skip spent on it is given back.

    ``reason`` may be empty; the student and the staff read it.  The student is told.  Excusing
    twice for the same reason changes nothing.  Raises ``CannotExcuse``.
    """
    reason = " ".join(reason.split())
    if len(reason) > MAX_REASON:
        raise CannotExcuse(
            f"The reason has {len(reason)} characters and may have {MAX_REASON}: shorten it."
        )
    with transaction.atomic():
        if _locked(reading.course, student, at) is None:
            raise CannotExcuse(f"{student} is no student of this course and owes no notes.")
        before = Exemption.objects.filter(reading=reading, user=student).first()
        if before and (before.kind, before.reason) == (ExemptionKind.EXCUSE, reason):
            return before
        excused, _made = Exemption.objects.update_or_create(
            reading=reading,
            user=student,
            defaults={
                "kind": ExemptionKind.EXCUSE,
                "reason": reason,
                "created_by": actor,
                "created_at": at,
            },
        )
        words = f"You are excused from the note on {reading.name}"
        _tell(reading, student, actor, "excused", f"{words}: {reason}" if reason else words)
        return excused


def take_back_excuse(*, reading: Reading, student: User, actor: User, at: dt.datetime) -> bool:
    """Let a student owe the note again, and tell them; False where they were not excused."""
    with transaction.atomic():
        known = _locked(reading.course, student, at)
        gone, _rows = _of_unit(known, reading, student, ExemptionKind.EXCUSE).delete()
        if gone:
            words = f"You are not excused from the note on {reading.name} any more"
            _tell(reading, student, actor, "excuse_taken_back", words)
        return bool(gone)


def _lock(course: Course, student: User) -> Role | None:
    """The role of ``student``, whose exemptions nobody else changes until the transaction ends."""
    members = Membership.objects.select_for_update().filter(course=course, user=student)
    role = members.values_list("role", flat=True).first()
    return Role(role) if role else None


def _locked(course: Course, student: User, at: dt.datetime) -> Standings | None:
    """What is known of ``student`` once nobody else changes it; None: they owe no notes."""
    access = Access(course=course, user=student, role=_lock(course, student))
    return standings_of(access, now=at) if access.owes_notes else None


def _of_unit(
    known: Standings | None, reading: Reading, student: User, kind: ExemptionKind
) -> QuerySet[Exemption]:
    """The exemption on ``reading``, or on another of its class where it stands for that."""
    unit = known.unit(known.duties[reading.pk]) if known else []
    readings = [reading.pk, *(one.reading_id for one in unit)]
    return Exemption.objects.filter(reading__in=readings, user=student, kind=kind)


def _tell(reading: Reading, student: User, actor: User, what: str, summary: str) -> None:
    """Write down what concerns ``student`` alone."""
    Event.objects.create(
        course=reading.course,
        actor=actor,
        recipient=student,
        kind=f"notes.{what}",
        audience=Audience.MEMBERS,
        summary=summary[:300],
        details={"reading": reading.pk},
    )
