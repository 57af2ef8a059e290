"""What the sample class has written by now: notes, drafts, discussions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from readings.accounts.models import User
from readings.demo.class_talk import answers_on, chooser, conversations_on
from readings.demo.sign_ups import LEADERS
from readings.demo.timetable import PlacedItem
from readings.demo.writing import Period, Speakers, WrittenNote, insert_discussion, insert_notes
from readings.notes.models import Note, TemplateVersion
from readings.notes.policy import Policy
from readings.notes.services import save_draft, submit_note

MINUTE: Final = dt.timedelta(minutes=1)
HOUR: Final = dt.timedelta(hours=1)
DAY: Final = dt.timedelta(days=1)

DILIGENCE: Final = 0.78  # of ten students, nearly eight write a note
EARLY_BIRDS: Final = 3  # have written for the next class already
ALWAYS_WRITES: Final = 0  # place among the students; late once
LATE_FOR: Final = "Relay"
HAS_SECOND_THOUGHTS: Final = 1  # on the first paper
DRAFT: Final = {
    "doubt": "So far:\n\n- what is new here, compared with last week?\n- the second figure, and "
    "what the baseline is\n"
}
AFTERTHOUGHT: Final = "\n\n*After class:* I take back half of my doubts. The discussion helped."


class ClassWork:
    """What was written about the readings in ``placed`` until ``now``."""

    def __init__(
        self,
        placed: Sequence[PlacedItem],
        *,
        version: TemplateVersion,
        students: Sequence[User],
        staff: Sequence[User],
        now: dt.datetime,
    ) -> None:
        readings = [one for one in placed if one.plan.label and not one.is_repeat]
        self._past = [one for one in readings if one.class_at <= now]
        coming = [one for one in readings if one.class_at > now]
        self._next = [one for one in coming if one.meets_on == coming[0].meets_on]
        self._version = version
        self._students = students
        self._staff = staff
        self._now = now

    def make(self, *, comments: int | None, notes_per_paper: int | None) -> None:
        """Put down the notes, a draft and the discussions.

        That many comments in all, and notes on each paper that was discussed; ``None``: what the
        class does of its own accord.
        """
        insert_notes(
            [note for one in self._past for note in self._notes(one, notes_per_paper)]
            + [note for one in self._next for note in self._early_notes(one)]
        )
        self._think_again()
        self._begin_a_draft()
        self._discuss(comments)

    def _notes(self, one: PlacedItem, count: int | None) -> list[WrittenNote]:
        choose = chooser(f"who writes about {one.plan.label}, and when")
        due_at = self._due_at(one)
        if count is None:
            authors = [
                student
                for place, student in enumerate(self._students)
                if (choose.random() < DILIGENCE or place == ALWAYS_WRITES)
                and LEADERS.get(one.plan.label) != place  # who presents is exempt
            ]
        else:
            authors = list(self._students[:count])
        notes = []
        answers = answers_on(one.plan.label, len(authors))
        for author, said in zip(authors, answers, strict=True):
            at = due_at - choose.uniform(0.2, 30) * HOUR
            if author == self._students[ALWAYS_WRITES] and one.plan.label == LATE_FOR:
                at = due_at + 40 * MINUTE
            notes.append(self._note(one, author, said, at))
        return notes

    def _early_notes(self, one: PlacedItem) -> list[WrittenNote]:
        choose = chooser(f"who is early with {one.plan.label}")
        others = [*self._students[:ALWAYS_WRITES], *self._students[ALWAYS_WRITES + 1 :]]
        authors = choose.sample(others, min(EARLY_BIRDS, len(others)))
        latest = min(self._now - 10 * MINUTE, self._due_at(one))
        answers = answers_on(one.plan.label, len(authors))
        return [
            self._note(one, author, said, latest - choose.uniform(0, 20) * HOUR)
            for author, said in zip(authors, answers, strict=True)
        ]

    def _note(
        self, one: PlacedItem, author: User, said: dict[str, Any], at: dt.datetime
    ) -> WrittenNote:
        assert one.row.reading is not None  # noqa: S101 (only readings are written about)
        at = at.replace(microsecond=0)
        return WrittenNote(one.row.reading, author, self._version, said, at)

    def _think_again(self) -> None:
        """One note is submitted a second time."""
        if not self._past or len(self._students) <= HAS_SECOND_THOUGHTS:
            return
        first, author = self._past[0], self._students[HAS_SECOND_THOUGHTS]
        assert first.row.reading is not None  # noqa: S101
        note = first.row.reading.notes.filter(author=author).first()
        if note is not None:
            submit_note(
                reading=first.row.reading,
                author=author,
                answers=note.answers | {"doubt": note.answers["doubt"] + AFTERTHOUGHT},
                based_on=note.draft_number,
                at=min(first.class_at + 5 * HOUR, self._now),
            )

    def _begin_a_draft(self) -> None:
        """Who always writes has begun with the next class."""
        if self._next:
            reading = self._next[0].row.reading
            assert reading is not None  # noqa: S101
            at = self._now - 25 * MINUTE
            author = self._students[ALWAYS_WRITES]
            note = save_draft(reading=reading, author=author, answers=DRAFT, based_on=0, at=at)
            Note.objects.filter(pk=note.pk).update(created_at=at)

    def _discuss(self, comments: int | None) -> None:
        """On past readings; those of the next class are talked about already."""
        places = [*self._past, *self._next] if comments is None else (self._past or self._next)
        shares: list[int | None] = [None] * len(places)
        if comments is not None:
            shares = [*spread(comments, len(places))]
        for one, share in zip(places, shares, strict=True):
            choose = chooser(f"who says what about {one.plan.label}")
            assert one.row.reading is not None  # noqa: S101
            insert_discussion(
                one.row.reading,
                conversations_on(one.plan.label, share),
                period=self._period(one, goes_on=comments is not None),
                speakers=Speakers(
                    self._students, [*self._staff, self._students[ALWAYS_WRITES]], choose
                ),
                choose=choose,
            )

    def _period(self, one: PlacedItem, *, goes_on: bool) -> Period:
        """From three days before class to just before it, or to some days after it."""
        latest = self._now - 10 * MINUTE
        ends_at = one.class_at + (2.5 * DAY if goes_on else -0.5 * HOUR)
        begins_at = min(one.class_at - 3 * DAY, latest - 2 * DAY)
        return Period(begins_at.replace(microsecond=0), min(ends_at, latest))

    def _due_at(self, one: PlacedItem) -> dt.datetime:
        return one.class_at - Policy.minutes_before * MINUTE


def spread(total: int, places: int) -> list[int]:
    """``total`` over ``places``: a sixth on the first, which people argue most about, else even."""
    if places < 2:
        return [total] * places
    first = total // 6
    rest, others = total - first, places - 1
    return [first, *(rest // others + (place < rest % others) for place in range(others))]
