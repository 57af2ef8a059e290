"""What the staff sees of one student's term, and of the whole class's notes on one reading."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from readings.courses.access import Access
from readings.courses.models import Course, Membership, Role
from readings.discussion.models import Comment
from readings.marking.models import Feedback, Remark
from readings.notes.models import Exemption
from readings.notes.policy import ExemptionKind, Marking, Policy
from readings.notes.totals import Total
from readings.presentations.models import SignUp
from readings.presentations.queries import describe, held_by
from readings.progress.class_book import (
    Cell,
    ClassBook,
    Column,
    Student,
    read_class_book,
    read_student_book,
)
from readings.progress.ledger_words import CountedLine, counted_lines, total_words
from readings.progress.links import MarkingLinks, marking_links
from readings.progress.states import State, plain_words

_TONES: Final = {
    State.HANDED_IN: "good",
    State.MARKED: "good",
    State.LATE: "warning",
    State.MISSING: "warning",
}
#: What stands first on a reading's page.
_RANK: Final = {State.MISSING: 0, State.DUE: 1}


@dataclass(frozen=True, slots=True)
class Marked:
    """Who gave a mark, and when."""

    marker: str
    at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One note in a line."""

    student: Student
    column: Column
    cell: Cell
    words: str  # "submitted", "late, to mark"
    tone: str
    mark: str  # "8.5"; empty: none
    url: str  # where it is read and marked
    excuse: Exemption | None = None
    remarks: Sequence[Remark] = ()
    marked: Marked | None = None

    @property
    def is_handed_in(self) -> bool:
        """Whether there is something to read."""
        return self.cell.submitted_at is not None

    @property
    def is_excused(self) -> bool:
        """Whether the staff excused them from this very note."""
        return self.excuse is not None and self.excuse.kind == ExemptionKind.EXCUSE

    @property
    def says_excuse(self) -> bool:
        """Whether the excuse or skip says more than the state does."""
        own = self.excuse is not None and self.excuse.created_by_id == self.student.id
        return not own or self.cell.state != State.SKIPPED

    @property
    def may_be_excused(self) -> bool:
        """Whether an excuse would make a difference."""
        return self.cell.state in (State.MISSING, State.DUE)


@dataclass(frozen=True, slots=True)
class StudentTerm:
    """All of one student's work."""

    student: Student
    lines: Sequence[NoteLine]
    total: Total
    total_words: str
    counted: Sequence[CountedLine]
    comments: int
    talks: Sequence[str]
    policy: Policy


@dataclass(frozen=True, slots=True)
class ReadingClass:
    """Everybody's note on one reading: who has none first."""

    column: Column
    lines: Sequence[NoteLine]

    @property
    def may_remind(self) -> int:
        """How many owe one and can still hand it in."""
        return sum(one.may_be_excused and not one.cell.is_closed for one in self.lines)

    @property
    def handed_in(self) -> int:
        """How many are there."""
        return sum(one.is_handed_in for one in self.lines)

    @property
    def to_mark(self) -> int:
        """How many wait to be marked."""
        return sum(one.cell.is_to_mark for one in self.lines)


def student_access(course: Course, user_id: int) -> Access | None:
    """The access of a student of ``course``, or None: there is no such student; one query."""
    member = Membership.objects.filter(course=course, user=user_id, role=Role.STUDENT)
    found = member.select_related("user").first()
    return Access(course, found.user, Role.STUDENT) if found else None


def student_term(access: Access, *, now: dt.datetime) -> StudentTerm:
    """The term of the student whose ``access`` it is; nine queries."""
    book, links = read_student_book(access, now=now), marking_links(access.course)
    student, user = book.students[0], access.member
    spared = Exemption.objects.filter(reading__course=access.course, user=user)
    exemptions = {one.reading_id: one for one in spared.select_related("created_by")}
    said: dict[int, list[Remark]] = {}
    remarks = Remark.objects.filter(
        feedback__reading__course=access.course, feedback__student=user
    ).select_related("author", "feedback")
    for remark in remarks:
        said.setdefault(remark.feedback.reading_id, []).append(remark)
    seats = held_by(SignUp.objects.filter(slot__course=access.course), user).select_related(
        "slot__agenda_item__meeting", "slot__agenda_item__reading__paper"
    )
    total = book.total(student.id)
    return StudentTerm(
        student=student,
        lines=[
            line_of(
                book, links, student, column, exemptions.get(column.id), said.get(column.id, ())
            )
            for column in book.columns
        ],
        total=total,
        total_words=total_words(total, book.policy) or "–",
        counted=counted_lines(total, book.policy, _named(book), is_own=False),
        comments=Comment.objects.filter(
            reading__course=access.course, author=user, deleted_at=None
        ).count(),
        talks=[describe(one.slot) for one in seats.order_by("pk")],
        policy=book.policy,
    )


def reading_class(course: Course, reading_id: int, *, now: dt.datetime) -> ReadingClass | None:
    """Everybody's note on a reading, or None: there is no such column; nine queries."""
    book, links = read_class_book(course, now=now), marking_links(course)
    column = next((one for one in book.columns if one.id == reading_id), None)
    if column is None:
        return None
    marked = {
        one.student_id: Marked(str(one.marked_by), one.marked_at)
        for one in Feedback.objects.filter(reading=reading_id, mark__isnull=False).select_related(
            "marked_by"
        )
    }
    lines = [
        line_of(book, links, student, column, marked=marked.get(student.id))
        for student in book.students
    ]
    lines.sort(key=lambda one: _RANK.get(one.cell.state, 2))
    return ReadingClass(column, lines)


def line_of(
    book: ClassBook,
    links: MarkingLinks,
    student: Student,
    column: Column,
    excuse: Exemption | None = None,
    remarks: Sequence[Remark] = (),
    marked: Marked | None = None,
) -> NoteLine:
    """One note as a line."""
    cell = book.cell(student.id, column)
    mark = cell.given.mark
    words = cell.state.value
    if mark is not None and cell.submitted_at is not None:  # the mark has a place of its own
        words = State.LATE.value if cell.is_late else State.HANDED_IN.value
    elif cell.is_to_mark:
        words += ", to mark"
    return NoteLine(
        student,
        column,
        cell,
        words,
        "warning" if cell.is_late else _TONES.get(cell.state, ""),
        plain_words(book.policy, mark) if mark is not None else "",
        links.to_note(column.id, student.id),
        excuse,
        remarks,
        marked,
    )


def _named(book: ClassBook) -> dict[int, str]:
    """The readings of which a total speaks: not those of a class without a date, with no note."""
    student = book.students[0].id
    return {
        one.id: one.name
        for one in book.columns
        if one.day
        or one.duty.due_at
        or book.cell(student, one).submitted_at
        or book.given(student, one.id).mark is not None
    }


def policy_words(policy: Policy) -> str:
    """In a sentence, what a mark is."""
    return {
        Marking.COMPLETION: "A note counts fully when it is submitted.",
        Marking.CHECKS: (
            f"A check minus is worth {policy.percent_minus}\N{NO-BREAK SPACE}%, a check "
            f"{policy.percent_check}\N{NO-BREAK SPACE}%, a check plus "
            f"{policy.percent_plus}\N{NO-BREAK SPACE}%."
        ),
        Marking.POINTS: f"A note has up to {policy.points} points.",
    }[policy.marking]
