"""The ledger of a whole course: every student's note on every reading, its state and its mark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from django.db.models import F, FilteredRelation, Q, QuerySet

from readings.accounts.models import User
from readings.courses.access import Access
from readings.courses.models import Course, Membership, Role
from readings.marking.models import MARK_COLUMNS, Feedback, mark_from
from readings.notes.duties import Duty
from readings.notes.policy import Mark, Policy, days_late
from readings.notes.standings import (
    NO_NOTE,
    Key,
    NoteFacts,
    Standings,
    class_standings,
    standings_of,
)
from readings.notes.totals import Total, sampled, total
from readings.progress.states import State, can_be_late, state_of
from readings.schedule.models import Reading
from readings.schedule.queries import in_term_order


@dataclass(frozen=True, slots=True)
class Student:
    """Somebody who hands in notes."""

    id: int
    name: str
    email: str
    group: str  # empty: in none
    is_sample: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A reading on which notes are owed, or were written."""

    id: int
    name: str  # the label, else the title
    title: str
    rest: str  # of the title, as it stands beside the name; empty: that says it all
    day: dt.date | None  # of the class for which its note is due
    duty: Duty


@dataclass(frozen=True, slots=True)
class Given:
    """A mark, and since when the student sees it."""

    mark: Mark | None
    returned_at: dt.datetime | None


NOT_GIVEN: Final = Given(None, None)


@dataclass(frozen=True, slots=True)
class Cell:
    """One student's note on one reading."""

    state: State
    submitted_at: dt.datetime | None
    is_late: bool
    is_to_mark: bool  # handed in, and somebody has to look at it
    given: Given
    is_owed: bool
    is_closed: bool  # nothing is taken any more


@dataclass(frozen=True)
class ClassBook:
    """Students by name, readings in the order of the term, and what is known of both."""

    course: Course
    policy: Policy
    students: Sequence[Student]
    columns: Sequence[Column]
    standings: Standings
    marks: Mapping[Key, Given]
    _totals: dict[int, Total] = field(default_factory=dict)
    _samples: dict[int, frozenset[int]] = field(default_factory=dict)
    _skipped: dict[int, frozenset[int]] = field(default_factory=dict)

    @property
    def now(self) -> dt.datetime:
        """The moment for which it holds."""
        return self.standings.now

    def note(self, student: int, reading: int) -> NoteFacts:
        """What is handed in."""
        return self.standings.notes.get((student, reading), NO_NOTE)

    def given(self, student: int, reading: int) -> Given:
        """The mark, if there is one."""
        return self.marks.get((student, reading), NOT_GIVEN)

    def total(self, student: int) -> Total:
        """What the student's notes come to so far."""
        if student not in self._totals:
            marks = self._marks_by_student.get(student, {})
            works = self.standings.works(student, marks)
            self._totals[student] = found = total(self.policy, works, student)
            units = {one.reading: one.unit for one in works}
            skipped = {units[reading] for reading in found.skipped}
            self._skipped[student] = frozenset(
                reading for reading, unit in units.items() if unit in skipped
            )
            self._samples[student] = sampled(self.policy, student, works)
        return self._totals[student]

    @cached_property
    def _marks_by_student(self) -> Mapping[int, Mapping[int, Mark | None]]:
        found: dict[int, dict[int, Mark | None]] = {}
        for (student, reading), given in self.marks.items():
            found.setdefault(student, {})[reading] = given.mark
        return found

    def cell(self, student: int, column: Column) -> Cell:
        """How the student stands with the reading of ``column``."""
        self.total(student)
        one = self.standings.of(student, column.id, owes=True)
        given = self.given(student, column.id)
        is_late = (
            one.submitted_at is not None
            and column.duty.is_required
            and days_late(self.policy, column.duty.due_at, one.submitted_at) > 0
            and can_be_late(self.standings.exempt(student, column.duty))
        )
        state, is_to_mark = state_of(
            one,
            marking=self.policy.marking,
            mark=given.mark,
            is_late=is_late,
            is_sampled=column.id in self._samples[student] or not column.duty.is_required,
            is_skipped=column.id in self._skipped[student],
        )
        return Cell(
            state,
            one.submitted_at,
            is_late,
            is_to_mark,
            given,
            is_owed=one.is_owed,
            is_closed=one.is_closed,
        )


def read_class_book(course: Course, *, now: dt.datetime) -> ClassBook:
    """Everything about the notes of ``course``; eight queries."""
    standings = class_standings(course, now=now)
    marks = _marks(Feedback.objects.filter(reading__course=course))
    return _book(course, students_in(course), standings, marks)


def read_student_book(access: Access, *, now: dt.datetime) -> ClassBook:
    """The same of one student alone, whose ``access`` it is; five queries."""
    user = access.member
    standings = standings_of(access, now=now)
    marks = _marks(Feedback.objects.filter(reading__course=access.course, student=user))
    student = Student(user.pk, user.display_name, user.email, "", user.is_sample)
    return _book(access.course, [student], standings, marks)


def _book(
    course: Course,
    students: Sequence[Student],
    standings: Standings,
    marks: Mapping[Key, Given],
) -> ClassBook:
    return ClassBook(
        course=course,
        policy=standings.policy,
        students=students,
        columns=_columns(course, standings, marks),
        standings=standings,
        marks=marks,
    )


def students_in(course: Course) -> list[Student]:
    """Those who hand in notes, by name; one query."""
    rows = (
        Membership.objects.filter(course=course, role=Role.STUDENT)
        .alias(
            seat=FilteredRelation(
                "user__group_memberships", condition=Q(user__group_memberships__course=course)
            )
        )
        .values_list("user_id", "user__name", "user__email", "seat__group__name", "user__is_sample")
    )
    found = [
        Student(pk, User(name=name, email=email).display_name, email, group or "", is_sample)
        for pk, name, email, group, is_sample in rows
    ]
    return sorted(found, key=lambda one: (one.name.casefold(), one.email))


def _marks(feedback: QuerySet[Feedback]) -> dict[Key, Given]:
    # Only what all of thousands of rows are asked for: each column costs.
    rows = feedback.values_list("student_id", "reading_id", "returned_at", *MARK_COLUMNS)
    return {
        (student, reading): Given(mark_from(*mark), returned_at)
        for student, reading, returned_at, *mark in rows
    }


def _columns(course: Course, standings: Standings, marks: Mapping[Key, Given]) -> list[Column]:
    touched = {
        reading for (_user, reading), note in standings.notes.items() if note.submitted_at
    } | {reading for (_user, reading) in [*marks, *standings.exemptions]}
    rows = (
        in_term_order(Reading.objects.filter(course=course))
        .annotate(day=F("carrier__meeting__meets_on"))
        .select_related("paper")
        .only("label", "title", "paper__title", "paper__arxiv_id", "paper__doi", "paper__url")
    )
    found = []
    for reading in rows:
        duty = standings.duties.get(reading.pk)
        if duty is None:
            continue  # made between two queries
        # What only lies on the shelf, or is optional and nobody wrote about, owes no column.
        if reading.pk in touched or (
            duty.is_required and (duty.meeting_id is not None or duty.due_at is not None)
        ):
            found.append(
                Column(
                    reading.pk,
                    reading.name,
                    reading.full_title,
                    reading.rest_of_title if reading.label else "",
                    reading.day,
                    duty,
                )
            )
    return found
