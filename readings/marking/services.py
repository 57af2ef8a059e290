"""The one writer of marks and remarks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db import transaction

from readings.accounts.models import User
from readings.core import clock
from readings.core.markdown import render_markdown
from readings.core.refusals import Refusal
from readings.courses.models import Audience, Event, Membership, Role
from readings.marking.marks import check_mark, mark_words, on_scale
from readings.marking.models import MARK_COLUMNS, Feedback, Remark
from readings.marking.queries import waiting_to_return
from readings.notes.duties import policy_of
from readings.notes.prompts import clean_text
from readings.schedule.models import Reading

MAX_REMARK: Final = 20_000  # characters
RETURNED: Final = "marking.returned"  # to the student alone; never says which mark
ANSWERED: Final = "marking.answered"  # to the staff


class NotAStudent(Refusal):
    """Only students have marks."""

    def __init__(self) -> None:
        super().__init__("This person is no student of the course, so there is nothing to mark.")


class MarkConflict(Refusal):
    """Somebody else gave another mark in the meantime; ``feedback`` has it."""

    def __init__(self, feedback: Feedback, words: str, marker: str) -> None:
        given = mark_words(feedback.given)
        did = f"gave this note “{given}”" if given else "took the mark of this note away"
        super().__init__(
            f"{marker} {did} {words}, after this page was opened. "
            "Yours is not saved: save again to put it in the place of theirs."
        )
        self.feedback = feedback


class EmptyRemark(Refusal):
    """There is nothing to say."""

    def __init__(self) -> None:
        super().__init__("There is nothing in it yet: write something first.")


class RemarkTooLong(Refusal):
    """The text is longer than a remark may be."""

    def __init__(self, length: int) -> None:
        super().__init__(
            f"This text has {length:,} characters and may have {MAX_REMARK:,}: shorten it. "
            "It was not saved."
        )


class NothingToReturn(Refusal):
    """There is neither a mark nor a remark."""

    def __init__(self) -> None:
        super().__init__("There is neither a mark nor a remark yet, so there is nothing to return.")


class NotReturned(Refusal):
    """The student does not see the feedback, and so cannot answer it."""

    def __init__(self) -> None:
        super().__init__("There is nothing to answer at the moment.")


class ReturnChanged(Refusal):
    """Other notes are marked now than those that were agreed to."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"Meanwhile {count} marked note{' is' if count == 1 else 's are'} waiting to be "
            "returned. Nothing was returned: look again."
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """The mark that somebody saw when they began to give another one."""

    mark: Decimal | None = None  # on the scale of now; None too for one on another scale
    marked_at: dt.datetime | None = None


UNMARKED: Final = Shown()


def mark_note(
    *,
    reading: Reading,
    student: User,
    mark: Decimal | None,
    marker: User,
    at: dt.datetime,
    shown: Shown = UNMARKED,
) -> Feedback:
    """Give ``student`` a mark for ``reading``, whether or not there is a note; None takes it away.

    ``mark`` is on the scale that the course has now, and keeps it.  What is as it was ``shown``
    changes nothing, nor does the mark that is there already.  Where somebody else has given another
    one since, nothing is overwritten: raises ``MarkConflict``; also ``NotAMark``, ``NotAStudent``.
    """
    policy = policy_of(reading.course)
    check_mark(policy, mark)
    given = None if mark is None else on_scale(policy, mark)
    with transaction.atomic():
        feedback = _hold(reading, student)
        if mark == shown.mark or given == feedback.given:
            return feedback
        if feedback.marked_at != shown.marked_at:
            raise _conflict(feedback)
        feedback.mark, feedback.marked_by, feedback.marked_at = mark, marker, at
        feedback.scale = given.scale if given else ""
        feedback.out_of = given.out_of if given else None
        feedback.save(update_fields=[*MARK_COLUMNS, "marked_by", "marked_at"])
        _tell_if_returned(feedback, marker, at, "The mark of your note on {} was changed.")
    return feedback


def write_remark(
    *, reading: Reading, student: User, author: User, text: str, at: dt.datetime
) -> Remark:
    """Write a remark (Markdown) under the student's note.

    Saying the same again changes nothing: a second press of the button is no second remark.
    Raises ``EmptyRemark``, ``RemarkTooLong``, ``NotAStudent``.
    """
    text = _checked(text)
    with transaction.atomic():
        feedback = _hold(reading, student)
        remark, is_new = _say(feedback, author, text, at)
        if is_new:
            _tell_if_returned(feedback, author, at, "There is a new remark on your note on {}.")
    return remark


def edit_remark(*, remark: Remark, text: str, at: dt.datetime) -> None:
    """Change one's own remark or answer; that it was changed is shown.

    Raises ``EmptyRemark`` and ``RemarkTooLong``.
    """
    text = _checked(text)
    if text != remark.body:
        Remark.objects.filter(pk=remark.pk).update(
            body=text, body_html=render_markdown(text), edited_at=at
        )


def save_feedback(
    *,
    reading: Reading,
    student: User,
    marker: User,
    mark: Decimal | None,
    shown: Shown,
    text: str,
    at: dt.datetime,
    returns: bool = False,
) -> None:
    """What a marker does with one note at once: mark, remark where there is ``text``, return.

    All of it or nothing.  Raises what ``mark_note``, ``write_remark``, ``return_feedback`` raise.
    """
    with transaction.atomic():
        mark_note(reading=reading, student=student, mark=mark, marker=marker, at=at, shown=shown)
        if text.strip():
            write_remark(reading=reading, student=student, author=marker, text=text, at=at)
        if returns:
            return_feedback(reading=reading, student=student, actor=marker, at=at)


def return_feedback(*, reading: Reading, student: User, actor: User, at: dt.datetime) -> Feedback:
    """Let the student see mark and remarks.  Returning twice changes nothing.

    Raises ``NothingToReturn``.
    """
    with transaction.atomic():
        feedback = _hold(reading, student)
        if feedback.returned_at is not None:
            return feedback
        if feedback.mark is None and not feedback.remarks.exists():
            raise NothingToReturn
        feedback.returned_at = at
        feedback.save(update_fields=["returned_at"])
        _told(feedback, actor, at, "Your note on {} came back with feedback.").save()
    return feedback


def return_marked(*, reading: Reading, actor: User, at: dt.datetime, agreed: int) -> int:
    """Return everything on ``reading`` that is marked and not returned; how many that were.

    ``agreed`` is how many there were when somebody said yes.  Raises ``ReturnChanged``.  There is
    nothing to do where all are returned already: a second press returns 0.
    """
    with transaction.atomic():
        waiting = list(waiting_to_return(reading).select_for_update())
        if not waiting:
            return 0
        if len(waiting) != agreed:
            raise ReturnChanged(len(waiting))
        Feedback.objects.filter(pk__in=[one.pk for one in waiting]).update(returned_at=at)
        for one in waiting:
            one.reading = reading
        Event.objects.bulk_create(
            [_told(one, actor, at, "Your note on {} came back with feedback.") for one in waiting],
            batch_size=500,
        )
    return len(waiting)


def take_back(*, reading: Reading, student: User) -> None:
    """Hide mark and remarks from the student again; what they answered stays.

    Taking back what was not returned changes nothing.
    """
    Feedback.objects.filter(reading=reading, student=student).update(returned_at=None)


def answer(*, reading: Reading, student: User, text: str, at: dt.datetime) -> Remark:
    """The student says something to the feedback that came back; the staff is told.

    Raises ``NotReturned``, ``EmptyRemark``, ``RemarkTooLong``.
    """
    text = _checked(text)
    with transaction.atomic():
        found = Feedback.objects.filter(reading=reading, student=student)
        feedback = found.select_for_update().first()
        if feedback is None or feedback.returned_at is None:
            raise NotReturned
        remark, is_new = _say(feedback, student, text, at)
        if is_new:
            Event.objects.create(
                course=reading.course,
                actor=student,
                kind=ANSWERED,
                audience=Audience.STAFF,
                summary=f"{student} answered what was said about the note on {reading.name}."[:300],
                details={"reading": reading.pk, "student": student.pk},
                created_at=at,
            )
    return remark


def _hold(reading: Reading, student: User) -> Feedback:
    """The feedback, made if there is none; nobody else changes it before the commit."""
    feedback = _locked(reading, student)
    if feedback is None:
        members = Membership.objects.filter(course_id=reading.course_id, role=Role.STUDENT)
        if not members.filter(user=student).exists():
            raise NotAStudent
        Feedback.objects.get_or_create(reading=reading, student=student)
        feedback = _locked(reading, student)
    assert feedback is not None  # noqa: S101 (feedback is never deleted)
    feedback.reading = reading
    return feedback


def _locked(reading: Reading, student: User) -> Feedback | None:
    found = Feedback.objects.filter(reading=reading, student=student)
    return found.select_for_update().first()


def _say(feedback: Feedback, author: User, text: str, at: dt.datetime) -> tuple[Remark, bool]:
    """A remark at the end of the thread, and whether it was not there already."""
    last = feedback.remarks.order_by("created_at", "pk").last()
    if last is not None and (last.author_id, last.body) == (author.pk, text):
        return last, False
    remark = Remark.objects.create(
        feedback=feedback,
        author=author,
        body=text,
        body_html=render_markdown(text),
        created_at=at,
    )
    return remark, True


def _checked(text: str) -> str:
    text = clean_text(text).strip()
    if not text:
        raise EmptyRemark
    if len(text) > MAX_REMARK:
        raise RemarkTooLong(len(text))
    return text


def _conflict(feedback: Feedback) -> MarkConflict:
    course = feedback.reading.course
    at = feedback.marked_at
    words = f"on {clock.short_instant(at.astimezone(course.zone))}" if at else ""
    return MarkConflict(feedback, words, str(feedback.marked_by))


def _tell_if_returned(feedback: Feedback, actor: User, at: dt.datetime, words: str) -> None:
    if feedback.returned_at is not None:
        _told(feedback, actor, at, words).save()


def _told(feedback: Feedback, actor: User, at: dt.datetime, words: str) -> Event:
    """What the student alone is told; never which mark."""
    reading = feedback.reading
    return Event(
        course=reading.course,
        actor=actor,
        kind=RETURNED,
        audience=Audience.MEMBERS,
        recipient_id=feedback.student_id,
        summary=words.format(reading.name)[:300],
        details={"reading": reading.pk},
        created_at=at,
    )
