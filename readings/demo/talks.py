"""Talks that were given in the sample course: slides, what the class thought of them, marks."""

from __future__ import annotations

import datetime as dt
import itertools
import tomllib
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile

from readings.accounts.models import User
from readings.demo.class_talk import chooser
from readings.demo.past import Past
from readings.presentations import queries
from readings.presentations.day.handing import hand_in_file, hand_in_link
from readings.presentations.day.marking import Given, give_mark, return_marks, waiting_in
from readings.presentations.day.materials import SLIDES
from readings.presentations.day.opinions import Opinion, give_feedback
from readings.presentations.day.talks import Talk, talks_of
from readings.presentations.models import Slot

_FILE: Final = Path(__file__).with_name("talks.toml")
VIEWS_EACH: Final = 3  # of a talk, from the class
STAYS_SILENT: Final = 0  # place of Bob, so that whoever tries his part has something to say
MARKED_AFTER: Final = dt.timedelta(hours=20)  # class
RETURNED_AFTER: Final = dt.timedelta(hours=44)


class TalksSoFar:
    """What became of the talks on readings until now."""

    def __init__(self, past: Past, *, teacher: User, students: Sequence[User]) -> None:
        self._past = past
        self._teacher = teacher
        self._students = students
        self._said: dict[str, Any] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
        self._views = itertools.cycle(self._said["view"])

    def make(self) -> None:
        """Hand in slides, say what one thought, mark and return all but the last class's."""
        rows = Slot.objects.filter(course=self._past.course, agenda_item__reading__isnull=False)
        slots = list(queries.in_order(queries.with_item(rows)))
        talks = [talk for found in talks_of(slots).values() for talk in found]
        for talk in talks:
            self._hand_in(talk)
        over = [one for one in talks if one.hours.ends_at and one.hours.ends_at <= self._past.now]
        for talk in over:
            self._say(talk)
        by_class = [
            list(found)
            for _key, found in itertools.groupby(
                over, key=lambda one: one.slot.agenda_item.meeting_id
            )
        ]
        for of_class in by_class[:-1]:
            self._mark(of_class)
            self._return(of_class)
        for of_class in by_class[-1:]:
            self._mark(of_class[:1])  # the other one's is still to be thought about

    def _hand_in(self, talk: Talk) -> None:
        """What the text file says of it, if the time for that has come."""
        begins_at = talk.hours.begins_at
        if begins_at is None:
            return
        for one in self._said["slides"].get(talk.name, []):
            handed_in_at = begins_at - dt.timedelta(hours=one["hours_before"])
            if handed_in_at > self._past.now:
                continue
            actor = talk.people[0]
            label = one.get("label", SLIDES)
            with self._past.at(handed_in_at) as at:
                if "pages" in one:
                    # Here, so that a start which makes no sample does not wait for reportlab.
                    from readings.demo.pdfs import make_slides

                    file = make_slides(talk.name, str(talk.presenter), one["pages"])
                    upload = SimpleUploadedFile(f"{talk.name.lower()}.pdf", file)
                    hand_in_file(talk=talk, label=label, file=upload, actor=actor, at=at)
                else:
                    hand_in_link(talk=talk, label=label, url=one["url"], actor=actor, at=at)

    def _say(self, talk: Talk) -> None:
        choose = chooser(f"what the class thinks of the talk on {talk.name}")
        others = [
            one
            for place, one in enumerate(self._students)
            if place != STAYS_SILENT and one not in talk.people
        ]
        authors = choose.sample(others, min(VIEWS_EACH, len(others)))
        views = itertools.islice(self._views, len(authors))
        assert talk.hours.ends_at is not None  # noqa: S101 (it is over)
        for number, (author, view) in enumerate(zip(authors, views, strict=True)):
            said_at = talk.hours.ends_at + dt.timedelta(minutes=4 + 170 * number)
            if said_at > self._past.now:
                return
            with self._past.at(said_at) as at:
                give_feedback(talk=talk, author=author, opinion=Opinion(**view), at=at)

    def _mark(self, talks: Sequence[Talk]) -> None:
        for talk in talks:
            mark = chooser(f"mark of the talk on {talk.name}").choice(self._said["mark"])
            assert talk.hours.ends_at is not None  # noqa: S101
            with self._past.at(talk.hours.ends_at + MARKED_AFTER) as at:
                give_mark(
                    talk=talk,
                    member=None,
                    given=Given(
                        Decimal(mark["value"]), mark["comment"], talk.slot.sheet.marks_out_of
                    ),
                    version=0,
                    marker=self._teacher,
                    at=at,
                )

    def _return(self, talks: Sequence[Talk]) -> None:
        meeting, ends_at = talks[0].slot.agenda_item.meeting, talks[0].hours.ends_at
        assert meeting is not None  # noqa: S101 (it is over)
        assert ends_at is not None  # noqa: S101
        with self._past.at(ends_at + RETURNED_AFTER) as at:
            return_marks(
                meeting=meeting, actor=self._teacher, at=at, agreed=waiting_in(meeting).count()
            )
