"""The ledger of one member: their notes on every reading, what they owe, what it comes to.

Of marks and remarks it knows only what was returned.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import F
from django.urls import reverse

from readings.core import clock
from readings.courses.access import Access
from readings.marking.marks import mark_words
from readings.marking.models import MARK_COLUMNS, Feedback, mark_from
from readings.notes.duties import Duty
from readings.notes.models import Exemption
from readings.notes.policy import (
    SKIPPED,
    Late,
    Mark,
    NoteStanding,
    Per,
    Policy,
    SkipsBy,
    days_late,
)
from readings.notes.standings import Standings, standings_of
from readings.notes.totals import Total, total
from readings.progress.ledger_words import (
    CountedLine,
    counted_lines,
    late_words,
    skip_words,
    total_words,
)
from readings.schedule.models import Reading, Status
from readings.schedule.queries import in_term_order

MOST_NAMES: Final = 4


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One reading."""

    id: int
    name: str
    title: str  # what more there is to its name
    url: str  # the paper's page
    day: str  # "Wed Sep 17" of its class; empty: it is in none, or that has no date
    iso: str
    off: str  # "cancelled", "holiday": why there is no class
    due_at: dt.datetime | None
    words: str
    tone: str
    remark: str  # why it is not owed, what else will do, what lateness costs
    mark: str  # only when it was returned
    feedback_url: str  # what was returned; empty: nothing
    act: str  # what there is to write: "Write", "Go on writing", "Edit"
    may_skip: bool
    may_take_back: bool
    has_note: bool  # begun, handed in, or marked
    is_owed: bool  # and not handed in
    is_overdue: bool
    is_next: bool  # the next one that is due


@dataclass(frozen=True, slots=True)
class Ledger:
    """The page."""

    rows: list[LedgerRow]
    owes: bool  # a student; nobody else has a total
    next_due: LedgerRow | None
    overdue: list[LedgerRow]  # missing, and still taken
    skips: str  # "3 of 5 skips left"
    skips_how: str
    total: str  # "8.6 of 10"; empty: nothing counts yet
    counted: list[CountedLine]


def build_ledger(access: Access, *, now: dt.datetime) -> Ledger:
    """The ledger of the member of ``access``; six queries at most."""
    known = standings_of(access, now=now)
    me = access.member.pk
    given = _returned(access)
    marks = {reading: mark for reading, mark in given.items() if mark is not None}
    works = known.works(me, marks) if access.owes_notes else []
    sums = total(known.policy, works, me)
    maker = _RowMaker(access, known, sums, given, _reasons(access))
    rows = [row for reading in _readings(access) if (row := maker.row(reading))]
    words, how = skip_words(known.policy, sums.skips_left)
    return Ledger(
        rows=rows,
        owes=access.owes_notes,
        next_due=next((row for row in rows if row.is_next), None),
        overdue=[row for row in rows if row.is_overdue],
        skips=words,
        skips_how=how,
        total=total_words(sums, known.policy),
        counted=counted_lines(
            sums,
            known.policy,
            {row.id: row.name for row in rows if row.day or row.due_at or row.has_note},
            is_own=True,
            most=MOST_NAMES,
        ),
    )


def _returned(access: Access) -> dict[int, Mark | None]:
    """Reading to the mark on one's note, where it was returned; None: only words were."""
    feedback = Feedback.objects.filter(
        student=access.member, reading__course=access.course, returned_at__isnull=False
    )
    rows = feedback.values_list("reading_id", *MARK_COLUMNS)
    return {reading: mark_from(*mark) for reading, *mark in rows}


def _reasons(access: Access) -> dict[int, str]:
    """Reading to why one was excused."""
    mine = Exemption.objects.filter(user=access.member, reading__course=access.course)
    return dict(mine.exclude(reason="").values_list("reading_id", "reason"))


def _readings(access: Access) -> list[Reading]:
    """In the order of the schedule, what is in no class last; with ``meets_on`` and ``status``."""
    return list(
        in_term_order(Reading.objects.filter(course=access.course))
        .annotate(meets_on=F("carrier__meeting__meets_on"), status=F("carrier__meeting__status"))
        .select_related("paper")
        .defer("paper__abstract", "paper__abstract_html")
    )


class _RowMaker:
    """Makes the rows of one member."""

    def __init__(
        self,
        access: Access,
        known: Standings,
        sums: Total,
        given: Mapping[int, Mark | None],
        reasons: Mapping[int, str],
    ) -> None:
        self._access = access
        self._known = known
        self._given = given
        self._reasons = reasons
        self._left = sums.skips_left
        self._me = access.member.pk
        self._skipped = self._units(sums.skipped)
        self._missing = self._units(sums.missing)
        self._next = self._next_due()
        slug = access.course.slug
        # One reverse() for the whole page instead of one a row.
        self._paper = reverse("pages:paper", args=[slug, 0])
        self._feedback = reverse("marking:feedback", args=[slug, 0])

    def _units(self, readings: tuple[int, ...]) -> frozenset[int]:
        """All the readings of units that are named by one of theirs."""
        duties = self._known.duties
        return frozenset(
            one.reading_id for reading in readings for one in self._known.unit(duties[reading])
        )

    def _standing(self, reading: int) -> NoteStanding:
        return self._known.of(self._me, reading, owes=self._access.owes_notes)

    def _next_due(self) -> int | None:
        """The reading whose note is due next."""
        owed = [
            (one.due_at, reading)
            for reading in self._known.duties
            if (one := self._standing(reading)).is_owed
            and one.due_at
            and not one.is_submitted
            and not one.is_past
        ]
        return min(owed)[1] if owed else None

    def row(self, reading: Reading) -> LedgerRow | None:
        """One reading; None: nothing about it is to be told."""
        duty = self._known.duties.get(reading.pk)
        if duty is None:  # made between two queries
            return None
        one = self._standing(reading.pk)
        has_note = one.is_submitted or one.has_draft or reading.pk in self._given
        is_listed = self._access.owes_notes and (duty.meeting_id or one.due_at)
        if not has_note and not is_listed:
            return None
        day: dt.date | None = reading.meets_on  # type: ignore[attr-defined]
        status: str | None = reading.status  # type: ignore[attr-defined]
        words, tone = self._words(one, reading)
        is_skipped = one.exempt == SKIPPED and not one.is_submitted
        url = self._paper.replace("/0/", f"/{reading.pk}/")
        returned = reading.pk in self._given
        mark = self._given.get(reading.pk)
        is_missing = one.is_overdue and reading.pk not in self._skipped
        return LedgerRow(
            id=reading.pk,
            name=reading.name,
            title=reading.rest_of_title if reading.label else "",
            url=url,
            day=clock.short_date(day) if day else "",
            iso=day.isoformat() if day else "",
            off=status if status and status != Status.CLASS else "",
            due_at=one.due_at if one.is_owed or one.exempt or not self._access.owes_notes else None,
            words=words,
            tone=tone,
            remark=self._remark(one, duty),
            mark=mark_words(mark),
            feedback_url=self._feedback.replace("/0/", f"/{reading.pk}/") if returned else "",
            act=_act(one),
            may_skip=self._may_skip(one, duty),
            may_take_back=is_skipped and not one.is_past and _spends(self._known.policy),
            has_note=has_note,
            is_owed=one.is_owed and not one.is_submitted,
            is_overdue=is_missing and not one.is_closed,
            is_next=reading.pk == self._next,
        )

    def _words(self, one: NoteStanding, reading: Reading) -> tuple[str, str]:
        """The state, with what the skips come to: some are used up by themselves."""
        if not one.is_submitted and not one.has_draft:
            if reading.pk in self._skipped:
                return SKIPPED, ""
            if reading.pk in self._missing and one.exempt == SKIPPED:  # more than there are
                return "Missed", "warning"
        if not one.words:
            return ("Optional" if not reading.required else "Nothing due"), ""
        return one.words, one.tone

    def _remark(self, one: NoteStanding, duty: Duty) -> str:
        unit = self._known.unit(duty)
        reasons = (self._reasons.get(other.reading_id, "") for other in unit)
        if reason := next(filter(None, reasons), ""):
            return reason
        policy = self._known.policy
        if one.is_late and one.submitted_at and policy.late == Late.PENALISED:
            return late_words(policy, days_late(policy, one.due_at, one.submitted_at))
        if one.is_owed and policy.per == Per.MEETING and len(unit) > 1:
            return "One note for the class"
        return ""

    def _may_skip(self, one: NoteStanding, duty: Duty) -> bool:
        return (
            _spends(self._known.policy)
            and self._left > 0
            and one.is_owed
            and not one.is_submitted
            and not one.is_past
            and all(other.is_skippable for other in self._known.unit(duty))
        )


def _spends(policy: Policy) -> bool:
    return bool(policy.skips) and policy.skips_by == SkipsBy.STUDENT


def _act(one: NoteStanding) -> str:
    if one.is_closed:
        return ""
    if one.is_submitted:
        return "Edit"
    return "Go on writing" if one.has_draft else "Write"
