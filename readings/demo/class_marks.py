"""How the sample class's notes were received: marks, remarks, skips, and what classmates liked."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from django.db.models import QuerySet

from readings.accounts.models import User
from readings.core.markdown import render_markdown
from readings.demo.class_talk import chooser
from readings.demo.timetable import PlacedItem
from readings.marking.models import Feedback, Remark
from readings.notes.models import Appreciation, Exemption, Note, NoteState
from readings.notes.policy import ExemptionKind, Marking

BATCH: Final = 500
MARKED_AFTER: Final = dt.timedelta(days=2)  # class
RETURNED_AFTER: Final = dt.timedelta(days=3)
LAST_MARKED: Final = 0.6  # of the notes for the last class
SKIPS_EACH: Final = 2
MARKS: Final = (1, 2, 2, 2, 3, 3)  # check minus, check, check plus
REMARKS: Final = {
    1: (
        "You say *what* they built. Tell me also why it was hard before.",
        "Good start. What would have to be measured for you to believe the claim?",
    ),
    2: (
        "Clear, and the doubt is a real one. Where in the paper would the answer have to stand?",
        "I would have liked one number here.",
        "Nice. Compare the cost with what we saw two weeks ago.",
    ),
    3: (
        "This question opened the class for us. Thank you.",
        "Exactly the weak spot, and well put.",
    ),
}
ANSWERS: Final = (
    "Thanks! In section 4, I think, but they only show the best case.",
    "Fair. I looked again: there is a number, in the appendix.",
)


class ClassMarks:
    """What became of the notes on the readings in ``placed`` until ``now``."""

    def __init__(
        self,
        placed: Sequence[PlacedItem],
        *,
        students: Sequence[User],
        markers: Sequence[User],
        now: dt.datetime,
    ) -> None:
        self._past = [
            one
            for one in placed
            if one.plan.label and not one.is_repeat and one.class_at <= now and one.row.reading
        ]
        self._students = students
        self._markers = markers
        self._now = now

    def make(self) -> None:
        """Mark and return, skip and excuse, and find helpful."""
        self._mark()
        self._spare()
        self._appreciate()

    def _mark(self) -> None:
        by_reading: dict[int, list[Note]] = defaultdict(list)
        for note in self._notes().order_by("pk"):
            by_reading[note.reading_id].append(note)
        feedback, remarks = [], []
        for one in self._past:
            assert one.row.reading is not None  # noqa: S101 (chosen so)
            choose = chooser(f"marks on {one.plan.label}")
            returned_at = one.class_at + RETURNED_AFTER
            is_returned = returned_at <= self._now
            for note in by_reading[one.row.reading.pk]:
                if not is_returned and choose.random() > LAST_MARKED:
                    continue
                mark = choose.choice(MARKS)
                marked_at = min(one.class_at + MARKED_AFTER, self._now)
                given = Feedback(
                    reading_id=note.reading_id,
                    student_id=note.author_id,
                    mark=Decimal(mark),
                    scale=Marking.CHECKS,
                    out_of=3,
                    marked_by=choose.choice(self._markers),
                    marked_at=marked_at,
                    returned_at=returned_at if is_returned else None,
                    created_at=marked_at,
                )
                feedback.append(given)
                if choose.random() < 0.4:
                    assert given.marked_by is not None  # noqa: S101
                    remarks.append(
                        _remark(given, given.marked_by, choose.choice(REMARKS[mark]), marked_at)
                    )
                    if is_returned and choose.random() < 0.2:
                        at = min(returned_at + dt.timedelta(hours=5), self._now)
                        remarks.append(_remark(given, note.author, choose.choice(ANSWERS), at))
        Feedback.objects.bulk_create(feedback, BATCH)
        for remark in remarks:
            remark.feedback_id = remark.feedback.pk
        Remark.objects.bulk_create(remarks, BATCH)

    def _spare(self) -> None:
        """The first notes that each second student left out were skipped, and one was excused."""
        written = set(self._notes().values_list("author_id", "reading_id"))
        spent: Counter[int] = Counter()
        spared: list[Exemption] = []
        for one in self._past:
            assert one.row.reading is not None  # noqa: S101
            for place, student in enumerate(self._students):
                if (student.pk, one.row.reading.pk) in written or place % 2 == 0:
                    continue
                if spent[student.pk] >= SKIPS_EACH:
                    continue
                spent[student.pk] += 1
                is_excuse = not spared
                spared.append(
                    Exemption(
                        reading=one.row.reading,
                        user=student,
                        kind=ExemptionKind.EXCUSE if is_excuse else ExemptionKind.SKIP,
                        reason="At a conference" if is_excuse else "",
                        created_by=self._markers[0] if is_excuse else student,
                        created_at=one.class_at - dt.timedelta(hours=5),
                    )
                )
        Exemption.objects.bulk_create(spared, BATCH)

    def _appreciate(self) -> None:
        found = []
        for note in self._notes().order_by("pk"):
            choose = chooser(f"who finds helpful what {note.author} wrote on {note.reading_id}")
            fans = [one for one in self._students if one.pk != note.author_id]
            count = min(len(fans), choose.choice((0, 0, 0, 1, 1, 2, 4)))
            found += [Appreciation(note=note, user=fan) for fan in choose.sample(fans, count)]
        Appreciation.objects.bulk_create(found, BATCH)

    def _notes(self) -> QuerySet[Note]:
        readings = [one.row.reading for one in self._past]
        return Note.objects.filter(reading__in=readings, state=NoteState.SUBMITTED).select_related(
            "author"
        )


def _remark(feedback: Feedback, author: User, text: str, at: dt.datetime) -> Remark:
    return Remark(
        feedback=feedback, author=author, body=text, body_html=render_markdown(text), created_at=at
    )
