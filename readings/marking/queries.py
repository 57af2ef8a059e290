"""What the pages on which notes are marked read, and what a student sees of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from readings.accounts.models import User
from readings.courses.access import Access
from readings.courses.models import Course, Membership, Role
from readings.marking.models import Feedback, Remark
from readings.marking.sampling import to_be_marked
from readings.marking.share import in_order, share
from readings.notes.access import NoteAccess, note_access
from readings.notes.duties import Duty, duties_of
from readings.notes.models import Note, NoteState
from readings.notes.policy import Policy
from readings.schedule.models import Reading

Key = tuple[int, int]  # student id, reading id
ANSWERS_STAY: Final = dt.timedelta(days=14)
MOST_ANSWERS: Final = 20


@dataclass(frozen=True, slots=True)
class MarkFacts:
    """What is known of the feedback on one note, without its remarks."""

    mark: Decimal | None
    is_returned: bool


NO_FEEDBACK = MarkFacts(None, is_returned=False)


@dataclass(frozen=True)
class Desk:
    """Everything that the students of a course handed in, and how far it is marked."""

    rights: NoteAccess
    students: Mapping[int, int]  # in the order in which they joined: id to place
    markers: list[int]  # who marks: the assistants; without any all of the staff
    handed_in: frozenset[Key]
    wanted: frozenset[Key]  # of these, what has to be marked
    feedback: Mapping[Key, MarkFacts]
    turns: Mapping[int, int]  # reading to its number in the course, where markers share the notes

    @property
    def policy(self) -> Policy:
        """The rules of the course."""
        return self.rights.policy

    def duty(self, reading: int) -> Duty:
        """When its note is due."""
        return self.rights.known.duties[reading]

    def of(self, student: int, reading: int) -> MarkFacts:
        """How far a note is marked."""
        return self.feedback.get((student, reading), NO_FEEDBACK)

    def markers_of(self, reading: int) -> Mapping[int, int]:
        """Student to marker; empty where nobody in particular marks them."""
        if reading not in self.turns:
            return {}
        return share(list(self.students), self.markers, self.turns[reading])

    def is_open(self, student: int, reading: int) -> bool:
        """Whether the note has still to be marked."""
        key = student, reading
        return key in self.wanted and self.of(*key).mark is None

    def sequence(self, reading: int) -> list[int]:
        """The students who handed in a note on it, in the order in which these are marked."""
        return in_order(reading, [one for one, about in self.handed_in if about == reading])


def desk_of(access: Access, *, now: dt.datetime, only: Reading | None = None) -> Desk:
    """What there is to mark, on ``only`` one reading or on all; six queries, seven where a sample
    is marked and the notes are shared."""
    course = access.course
    rights = note_access(access, now=now, only=only)
    policy = rights.policy
    members = list(
        Membership.objects.filter(course=course)
        .exclude(role=Role.AUDITOR)
        .order_by("pk")
        .values_list("user_id", "role")
    )
    students = [user for user, role in members if role == Role.STUDENT]
    notes = rights.notes()
    given = Feedback.objects.filter(reading__course=course)
    if only is not None and policy.sample is None:  # to draw some of the notes takes all of them
        given, notes = given.filter(reading=only), notes.filter(reading=only)
    known = set(students)
    handed_in = frozenset(
        (author, reading)
        for author, reading in notes.values_list("author_id", "reading_id")
        if author in known
    )
    feedback = {
        (student, reading): MarkFacts(mark, returned_at is not None)
        for student, reading, mark, returned_at in given.values_list(
            "student_id", "reading_id", "mark", "returned_at"
        )
    }
    # What was handed in on paper counts as well once it has a mark.
    on_paper = {key for key, facts in feedback.items() if facts.mark and key[0] in known}
    done = handed_in | on_paper
    return Desk(
        rights=rights,
        students={student: place for place, student in enumerate(students)},
        markers=_markers(members),
        handed_in=handed_in,
        wanted=handed_in & to_be_marked(policy, done, _all_duties(rights, course, done)),
        feedback=feedback,
        turns=_turns(course, only) if policy.marking_split else {},
    )


def _markers(members: Collection[tuple[int, str]]) -> list[int]:
    assistants = [user for user, role in members if role == Role.ASSISTANT]
    return assistants or [user for user, role in members if role == Role.INSTRUCTOR]


def _all_duties(
    rights: NoteAccess, course: Course, handed_in: Collection[Key]
) -> Mapping[int, Duty]:
    """The duties of everything that was handed in; a query where only one of them is known."""
    known = rights.known.duties
    if all(reading in known for _student, reading in handed_in):
        return known
    return duties_of(course, rights.policy)


def _turns(course: Course, only: Reading | None) -> dict[int, int]:
    """Reading to its number in the order in which they were added: a new one moves none."""
    if only is not None:
        return {only.pk: Reading.objects.filter(course=course, pk__lt=only.pk).count()}
    ids = Reading.objects.filter(course=course).order_by("pk").values_list("pk", flat=True)
    return {reading: turn for turn, reading in enumerate(ids)}


# --- The queue -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pile:
    """The notes on one reading, as a marker sees them."""

    reading: Reading
    due_at: dt.datetime | None
    handed_in: int
    marked: int
    left: int  # to be marked
    mine: int  # of these, by the one who looks
    returned: int
    to_return: int  # marked, and the students do not know


@dataclass(frozen=True, slots=True)
class Queue:
    """What there is to mark in a course, the longest due first."""

    piles: list[Pile]
    is_split: bool  # each note has its marker
    is_mine: bool  # the one who looks has a share
    is_sampled: bool
    answers: list[Remark]  # of students, the newest first, to which nobody has replied

    @property
    def to_mark(self) -> list[Pile]:
        """Where somebody has something left to do."""
        return [pile for pile in self.piles if pile.left]

    @property
    def done(self) -> list[Pile]:
        """The others."""
        return [pile for pile in self.piles if not pile.left]

    @property
    def left(self) -> int:
        """How many notes have to be marked."""
        return sum(pile.left for pile in self.piles)

    @property
    def mine(self) -> int:
        """How many of these by the one who looks."""
        return sum(pile.mine for pile in self.piles)

    @property
    def next(self) -> Pile | None:
        """What is next."""
        return next((pile for pile in self.piles if pile.mine), None)


_NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


def queue_of(access: Access, *, now: dt.datetime) -> Queue:
    """The readings on which notes were handed in; a constant number of queries."""
    desk = desk_of(access, now=now)
    me = access.member.pk
    by_reading: dict[int, list[int]] = {}
    for student, reading in desk.handed_in:
        by_reading.setdefault(reading, []).append(student)
    given: dict[int, list[MarkFacts]] = {}
    for (_student, reading), facts in desk.feedback.items():
        given.setdefault(reading, []).append(facts)
    # A mark on what was handed in on paper waits to be returned, too.
    ids = by_reading.keys() | {
        reading
        for reading, all_of_it in given.items()
        if any(one.mark is not None for one in all_of_it)
    }
    readings = Reading.objects.filter(pk__in=ids).select_related("paper")
    readings = readings.defer("paper__abstract", "paper__abstract_html")
    piles = [
        _pile(desk, reading, by_reading.get(reading.pk, []), given.get(reading.pk, []), me)
        for reading in readings
    ]
    piles.sort(key=lambda pile: (pile.due_at or _NEVER, pile.reading.pk))
    return Queue(
        piles=piles,
        is_split=desk.policy.marking_split,
        is_mine=me in desk.markers,
        is_sampled=desk.policy.sample is not None,
        answers=open_answers(access.course, now=now),
    )


def open_answers(course: Course, *, now: dt.datetime) -> list[Remark]:
    """What students said last about feedback, of the last two weeks; one query."""
    later = Remark.objects.filter(feedback=OuterRef("feedback"), pk__gt=OuterRef("pk"))
    notes = Note.objects.filter(
        reading=OuterRef("feedback__reading"),
        author=OuterRef("author"),
        state=NoteState.SUBMITTED,
    )
    answers = Remark.objects.filter(
        ~Exists(later),
        Exists(notes),  # they are read beside the note
        feedback__reading__course=course,
        author=F("feedback__student"),
        created_at__gt=now - ANSWERS_STAY,
    )
    return list(
        answers.select_related("author", "feedback__reading__paper")
        .defer("body_html", "feedback__reading__paper__abstract",
               "feedback__reading__paper__abstract_html")
        .order_by("-pk")[:MOST_ANSWERS]
    )  # fmt: skip


def _pile(
    desk: Desk, reading: Reading, students: list[int], given: list[MarkFacts], me: int
) -> Pile:
    markers = desk.markers_of(reading.pk)
    left = [student for student in students if desk.is_open(student, reading.pk)]
    return Pile(
        reading=reading,
        due_at=desk.duty(reading.pk).due_at,
        handed_in=len(students),
        marked=sum(desk.of(student, reading.pk).mark is not None for student in students),
        left=len(left),
        mine=sum(markers.get(student, me) == me for student in left),
        returned=sum(facts.is_returned for facts in given),
        to_return=sum(facts.mark is not None and not facts.is_returned for facts in given),
    )


def waiting_to_return(reading: Reading) -> QuerySet[Feedback]:
    """What is marked and not returned."""
    return Feedback.objects.filter(reading=reading, mark__isnull=False, returned_at__isnull=True)


@dataclass(frozen=True, slots=True)
class ReturnPreview:
    """What returning all that is marked would do."""

    feedback: list[Feedback]  # with the students, and ``remark_count``
    unmarked: int  # notes that are handed in and have to be marked

    @property
    def count(self) -> int:
        """How many students get something."""
        return len(self.feedback)


def return_preview(access: Access, reading: Reading, *, now: dt.datetime) -> ReturnPreview:
    """What would be returned, by name."""
    desk = desk_of(access, now=now, only=reading)
    waiting = waiting_to_return(reading).select_related("student")
    return ReturnPreview(
        feedback=list(
            waiting.annotate(remark_count=Count("remarks")).order_by("student__name", "pk")
        ),
        unmarked=sum(desk.is_open(student, reading.pk) for student in desk.sequence(reading.pk)),
    )


# --- What was said -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownRemark:
    """Something that was said, as one person may see it."""

    remark: Remark
    is_own: bool


def find_feedback(reading: Reading, student: int) -> Feedback | None:
    """What is thought of one student's note; one query."""
    found = Feedback.objects.filter(reading=reading, student_id=student)
    return found.select_related("marked_by").first()


def remarks_of(feedback: Feedback | None, reader: User) -> list[ShownRemark]:
    """What was said about one note, in order; one query."""
    if feedback is None:
        return []
    return [
        ShownRemark(remark, is_own=remark.author_id == reader.pk)
        for remark in feedback.remarks.select_related("author")
    ]


def returned_to(access: Access, reading: Reading) -> Feedback | None:
    """What came back to the member of ``access`` on their own note; None: nothing did."""
    own = Feedback.objects.filter(reading=reading, student=access.member, returned_at__isnull=False)
    return own.first()


def find_own_remark(access: Access, reading: Reading, remark_id: int) -> Remark | None:
    """Something that one has said oneself and still sees: a student only what is returned."""
    visible = Q(author=access.member, feedback__reading=reading)
    if not access.is_staff:
        visible &= Q(feedback__student=access.member, feedback__returned_at__isnull=False)
    return Remark.objects.filter(visible, pk=remark_id).select_related("feedback").first()
