"""How members stand with the notes of a course: the policy asked with what the database knows.

``standings_of`` reads for one member, in three queries, ``standings_in`` for all their courses at
once, ``class_standings`` for everybody in a course, in five; all give the same object.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import FilteredRelation, Q, QuerySet

from readings.accounts.models import User
from readings.courses.access import Access
from readings.courses.models import Course, Membership, Role
from readings.notes.duties import (
    DUTY_COLUMNS,
    Duty,
    duties_of,
    duty_from,
    duty_rows,
    policy_of,
)
from readings.notes.models import Exemption, Note
from readings.notes.policy import (
    OTHER_NOTE,
    PRESENTS,
    SKIPPED,
    Exempt,
    ExemptionKind,
    Mark,
    NoteStanding,
    Per,
    Policy,
    Readers,
    SkipsBy,
    in_time_until,
    standing,
)
from readings.notes.totals import Work, total, unit_of
from readings.presentations.queries import Talks, talks_in
from readings.schedule.models import Reading

Key = tuple[int, int]  # user id, reading id


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """What a standing is made of, of one note."""

    submitted_at: dt.datetime | None
    has_draft: bool


NO_NOTE = NoteFacts(None, has_draft=False)


@dataclass(frozen=True)
class Standings:
    """What is known of duties, notes and exemptions, of one member or of all."""

    policy: Policy
    duties: Mapping[int, Duty]  # by reading
    notes: Mapping[Key, NoteFacts]
    exemptions: Mapping[Key, ExemptionKind]
    talks: Talks
    now: dt.datetime
    # Where one note is owed for each class: by user and meeting.
    _handed_in: dict[tuple[int, int], int] = field(default_factory=dict)
    _spared: dict[tuple[int, int], ExemptionKind] = field(default_factory=dict)
    # Where skips are used up by themselves: by user, the readings that one went to.
    _used_up: dict[int, frozenset[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.policy.per != Per.MEETING:
            return
        for (user, reading), note in self.notes.items():
            duty = self.duties.get(reading)
            if duty and duty.meeting_id is not None and note.submitted_at is not None:
                self._handed_in.setdefault((user, duty.meeting_id), reading)
        for (user, reading), kind in self.exemptions.items():
            duty = self.duties.get(reading)
            if duty and duty.meeting_id is not None:
                self._spared.setdefault((user, duty.meeting_id), kind)

    def of(self, user: int, reading: int, *, owes: bool) -> NoteStanding:
        """How ``user`` stands with ``reading``; ``owes``: hands in notes in this course."""
        duty = self.duties[reading]
        note = self.notes.get((user, reading), NO_NOTE)
        return standing(
            self.policy,
            owes=owes and duty.is_required,
            due=duty.due_at,
            submitted_at=note.submitted_at,
            has_draft=note.has_draft,
            now=self.now,
            exempt=self.exempt(user, duty) if owes and note.submitted_at is None else "",
        )

    def exempt(self, user: int, duty: Duty) -> str:
        """Why ``user`` owes no note there, in a word; empty: for no reason.

        A skip or an excuse is from the one note that is owed for a class, if one is.
        """
        if word := self._spared_by(user, duty):
            return word
        if duty.reading_id in self._skipped_by_itself(user):
            return SKIPPED
        if duty.meeting_id is not None:
            other = self._handed_in.get((user, duty.meeting_id))
            if other not in (None, duty.reading_id):
                return OTHER_NOTE
        return ""

    def _skipped_by_itself(self, user: int) -> frozenset[int]:
        if not _spends_by_itself(self.policy):
            return frozenset()
        if user not in self._used_up:
            found = total(self.policy, self.works(user, {}), user)
            self._used_up[user] = frozenset(
                one.reading_id
                for reading in found.skipped
                for one in self.unit(self.duties[reading])
            )
        return self._used_up[user]

    def _spared_by(self, user: int, duty: Duty) -> str:
        kind = self.exemptions.get((user, duty.reading_id))
        if kind is None and duty.meeting_id is not None:
            kind = self._spared.get((user, duty.meeting_id))
        if kind:
            return str(kind.label)
        return PRESENTS if self._is_exempt_presenter(user, duty) else ""

    def unit(self, duty: Duty) -> list[Duty]:
        """Everything that one note is owed for: the reading, or all of its class."""
        if self.policy.per == Per.READING or duty.meeting_id is None:
            return [duty]
        return [one for one in self.duties.values() if one.meeting_id == duty.meeting_id]

    def works(self, user: int, marks: Mapping[int, Mark | None]) -> list[Work]:
        """The work of one student, for ``totals``; ``marks``: their marks by reading.

        Notes on optional readings do not count, but that one of them will do for its class where
        one note is owed for each.
        """
        required = {duty.meeting_id for duty in self.duties.values() if duty.is_required}
        found = []
        for duty in self.duties.values():
            note = self.notes.get((user, duty.reading_id), NO_NOTE)
            stands_in = (
                self.policy.per == Per.MEETING
                and note.submitted_at is not None
                and duty.meeting_id is not None
                and duty.meeting_id in required
            )
            if duty.is_required or stands_in:
                due = duty.due_at
                work = Work(
                    reading=duty.reading_id,
                    unit=unit_of(self.policy, duty.reading_id, duty.meeting_id),
                    due_at=due,
                    is_past=due is not None and self.now > in_time_until(self.policy, due),
                    is_skippable=duty.is_skippable,
                    exempt=self._spared_by(user, duty),
                    submitted_at=note.submitted_at,
                    mark=marks.get(duty.reading_id),
                )
                found.append(work)
        return found

    def _is_exempt_presenter(self, user: int, duty: Duty) -> bool:
        if self.policy.presenters_exempt == Exempt.NOTHING:
            return False
        if (user, duty.reading_id) in self.talks.on_readings:
            return True
        return (
            self.policy.presenters_exempt == Exempt.MEETING
            and duty.meeting_id is not None
            and (user, duty.meeting_id) in self.talks.in_meetings
        )

    def presents(self, user: int, duty: Duty) -> bool:
        """Whether ``user`` presents this reading, or something in the class it is for."""
        return (user, duty.reading_id) in self.talks.on_readings or (
            duty.meeting_id is not None and (user, duty.meeting_id) in self.talks.in_meetings
        )


def standings_of(
    access: Access,
    *,
    now: dt.datetime,
    policy: Policy | None = None,
    only: Reading | None = None,
) -> Standings:
    """What is known of the member of ``access``, about ``only`` one reading or all.

    Three queries, two where nobody's talk matters, one less with the ``policy``.
    """
    course = access.course
    policy = policy or policy_of(course)
    readings = duty_rows([course])
    if only is not None and not _others_matter(policy):
        readings = readings.filter(pk=only.pk)
    return _member_standings([course], access.member, {course.pk: policy}, readings, now)[course.pk]


def standings_in(
    courses: Collection[Course], user: User, *, now: dt.datetime, policies: Mapping[int, Policy]
) -> dict[int, Standings]:
    """What is known of ``user`` in each of ``courses``, by course.

    Two queries, however many courses; one where nobody's talk matters.
    """
    return _member_standings(courses, user, policies, duty_rows(courses), now)


def _member_standings(
    courses: Collection[Course],
    user: User,
    policies: Mapping[int, Policy],
    readings: QuerySet[Reading],
    now: dt.datetime,
) -> dict[int, Standings]:
    by_id = {course.pk: course for course in courses}
    duties: dict[int, dict[int, Duty]] = {pk: {} for pk in by_id}
    notes: dict[Key, NoteFacts] = {}
    exemptions: dict[Key, ExemptionKind] = {}
    rows = readings.alias(
        mine=FilteredRelation("notes", condition=Q(notes__author=user)),
        spared=FilteredRelation("exemptions", condition=Q(exemptions__user=user)),
    ).values_list(
        "course_id", *DUTY_COLUMNS, "mine__submitted_at", "mine__has_draft", "spared__kind"
    )
    for course_id, *columns, submitted_at, has_draft, kind in rows:
        duty = duty_from(by_id[course_id], policies[course_id], *columns)
        duties[course_id][duty.reading_id] = duty
        if has_draft is not None:
            notes[user.pk, duty.reading_id] = NoteFacts(submitted_at, has_draft)
        if kind:
            exemptions[user.pk, duty.reading_id] = ExemptionKind(kind)
    talks = _talks([course for course in courses if _talks_matter(policies[course.pk])], user)
    return {pk: Standings(policies[pk], duties[pk], notes, exemptions, talks, now) for pk in by_id}


def class_standings(course: Course, *, now: dt.datetime, policy: Policy | None = None) -> Standings:
    """What is known of everybody; five queries, four with the ``policy``."""
    policy = policy or policy_of(course)
    notes = Note.objects.filter(reading__course=course).values_list(
        "author_id", "reading_id", "submitted_at", "has_draft"
    )
    spared = Exemption.objects.filter(reading__course=course).values_list(
        "user_id", "reading_id", "kind"
    )
    return Standings(
        policy,
        duties_of(course, policy),
        {
            (user, reading): NoteFacts(submitted_at, has_draft)
            for user, reading, submitted_at, has_draft in notes
        },
        {(user, reading): ExemptionKind(kind) for user, reading, kind in spared},
        _talks([course] if _talks_matter(policy) else []),
        now,
    )


def _others_matter(policy: Policy) -> bool:
    """Whether a note's standing depends on others: of its class, or on which skips went before."""
    return policy.per == Per.MEETING or _spends_by_itself(policy)


def _spends_by_itself(policy: Policy) -> bool:
    return bool(policy.skips) and policy.skips_by == SkipsBy.ITSELF


def _talks_matter(policy: Policy) -> bool:
    return policy.presenters_exempt != Exempt.NOTHING or policy.readers != Readers.OPEN


def _talks(courses: Collection[Course], user: User | None = None) -> Talks:
    return talks_in(courses, user) if courses else Talks(frozenset(), frozenset())


def find_standing(reading: Reading, user: User, now: dt.datetime) -> NoteStanding:
    """How ``user`` stands with one reading; four queries."""
    course = reading.course
    role = Membership.objects.filter(course=course, user=user).values_list("role", flat=True)
    found = role.first()
    access = Access(course=course, user=user, role=Role(found) if found else None)
    return standings_of(access, now=now, only=reading).of(
        user.pk, reading.pk, owes=access.owes_notes
    )
