"""The one writer of the agenda: what happens in which meeting, and what is parked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.models import Audience, Course
from readings.courses.services import record_event, touch_course
from readings.papers.identifiers import Identifier, parse_identifier
from readings.papers.services import add_papers
from readings.schedule.models import (
    AgendaItem,
    Kind,
    Meeting,
    Reading,
)
from readings.schedule.services import add_reading, iso_day, place_name, store_positions


class StillInUse(Refusal):
    """What people have put work into is not removed."""


def add_agenda_item(
    *,
    course: Course,
    meeting: Meeting | None,
    kind: str,
    reading: Reading | None = None,
    text: str = "",
    stage: str = "",
    portion: str = "",
    links: Sequence[dict[str, str]] = (),
    presenters: Sequence[str] = (),
) -> AgendaItem:
    """Put a reading, or words, at the end of a meeting's agenda (``None``: parked).

    The first item of a reading is the one its note is due for.
    """
    with transaction.atomic():
        last = AgendaItem.objects.filter(course=course, meeting=meeting).aggregate(
            last=Max("position")
        )["last"]
        carries = (
            reading is not None
            and not AgendaItem.objects.filter(reading=reading, carries_note=True).exists()
        )
        item = AgendaItem.objects.create(
            course=course,
            meeting=meeting,
            position=0 if last is None else last + 1,
            kind=kind,
            stage=stage,
            reading=reading,
            text="" if reading else text[:300],
            portion=portion[:80],
            links=list(links),
            presenters=list(presenters),
            carries_note=carries,
        )
        touch_course(course_id=course.pk)
    return item


def update_agenda_item(*, item: AgendaItem, **fields: Any) -> None:
    """Store new values of an item's own fields."""
    for name, value in fields.items():
        setattr(item, name, value)
    item.save(update_fields=list(fields))
    touch_course(course_id=item.course_id)


def move_agenda_item(*, item: AgendaItem, meeting: Meeting | None, actor: User | None) -> None:
    """Move an item, with its talks and deadlines, to the end of another meeting or park it."""
    before = item.meeting
    if before == meeting:
        return
    with transaction.atomic():
        last = AgendaItem.objects.filter(course=item.course, meeting=meeting).aggregate(
            last=Max("position")
        )["last"]
        item.meeting = meeting
        item.position = 0 if last is None else last + 1
        item.save(update_fields=["meeting", "position"])
        touch_course(course_id=item.course_id)
        record_event(
            course=item.course,
            actor=actor,
            kind="schedule.item_moved",
            summary=f"{item} moved from {place_name(before)} to {place_name(meeting)}",
            # Names and dates that stand on the schedule, and nobody's name.
            audience=Audience.EVERYONE,
            details={
                "item": item.pk,
                "reading": item.reading_id,
                "name": str(item),
                "from": before and before.pk,
                "to": meeting and meeting.pk,
                "from_on": iso_day(before.meets_on if before else None),
                "to_on": iso_day(meeting.meets_on if meeting else None),
            },
        )


def order_agenda(*, ordered: Sequence[AgendaItem]) -> None:
    """Put the items of a meeting in this order; nothing is stored where they are in it."""
    if list(ordered) != sorted(ordered, key=lambda item: (item.position, item.pk)):
        store_positions(ordered)
        touch_course(course_id=ordered[0].course_id)


def shift_agenda_item(*, item: AgendaItem, by: int) -> None:
    """Move an item up (-1) or down (+1) within its meeting."""
    with transaction.atomic():
        siblings = list(
            AgendaItem.objects.select_for_update()
            .filter(course=item.course, meeting=item.meeting)
            .order_by("position", "id")
        )
        place = siblings.index(item)
        target = min(max(place + by, 0), len(siblings) - 1)
        siblings.insert(target, siblings.pop(place))
        store_positions(siblings)
        touch_course(course_id=item.course_id)


def remove_agenda_item(*, item: AgendaItem) -> bool:
    """Take an item off the agenda; whether it is gone, not parked.

    Words go away; a reading's item is parked when it is the last one, or when somebody presents
    it, so that notes, talks and sign-ups stay where they can be found.
    """
    with transaction.atomic():
        others = AgendaItem.objects.filter(reading=item.reading).exclude(pk=item.pk)
        keeps = (item.reading_id is not None and not others.exists()) or item.slots.exists()
        if keeps:
            item.meeting = None
            item.save(update_fields=["meeting"])
        else:
            item.delete()
            heir = others.first() if item.reading_id and item.carries_note else None
            if heir is not None:
                heir.carries_note = True
                heir.save(update_fields=["carries_note"])
        touch_course(course_id=item.course_id)
    return not keeps


def give_work(*, item: AgendaItem, reading: Reading, portion: str = "") -> None:
    """Make words a reading: "DSPy" was said before there was a link to it."""
    carries = not AgendaItem.objects.filter(reading=reading, carries_note=True).exists()
    update_agenda_item(
        item=item, reading=reading, text="", links=[], portion=portion[:80], carries_note=carries
    )


def delete_agenda_item(*, item: AgendaItem) -> None:
    """Remove an item for good; the note of its reading is due where it stands next.

    Raises ``StillInUse`` when somebody presents it.  The reading stays in the course.
    """
    course_id = item.course_id
    try:
        with transaction.atomic():
            others = AgendaItem.objects.filter(reading=item.reading).exclude(pk=item.pk)
            heir = others.first() if item.reading_id and item.carries_note else None
            item.delete()
            if heir is not None:
                update_agenda_item(item=heir, carries_note=True)
            touch_course(course_id=course_id)
    except ProtectedError:
        raise StillInUse(f"{item} stays: somebody signed up for it.") from None


def delete_reading(*, reading: Reading) -> None:
    """Remove a reading that is nowhere.  Raises ``StillInUse`` when anything hangs on it."""
    course_id = reading.course_id
    try:
        with transaction.atomic():
            reading.delete()
            touch_course(course_id=course_id)
    except ProtectedError:
        raise StillInUse(f"{reading} stays: somebody has written about it.") from None


def drop_agenda_item(*, item: AgendaItem, keeps_reading: bool = False) -> None:
    """Remove an item for good, and its reading where this was the last of it.

    A reading that stands on a reading list stays.  Raises ``StillInUse`` when somebody has written
    about the reading or presents it.
    """
    reading = item.reading
    try:
        with transaction.atomic():
            item.delete()
            if (
                reading is not None
                and not keeps_reading
                and not reading.agenda_items.exists()
                and not reading.entries.exists()
            ):
                reading.delete()
            touch_course(course_id=item.course_id)
    except ProtectedError:
        raise StillInUse(
            f"{item} stays: somebody has written about it, or signed up for it."
        ) from None


@dataclass(frozen=True)
class AddedPapers:
    """What became of a pasted list of papers."""

    items: list[AgendaItem]
    repeated: int  # were on that agenda already
    not_understood: list[str]

    @property
    def sentence(self) -> str:
        """What to tell whoever pasted it."""
        count = len(self.items)
        words = f"{count} paper{'s' if count != 1 else ''} added; fetching begins at once."
        return f"{words} {self.repeated} stood there already." if self.repeated else words


def add_papers_to_agenda(
    *, course: Course, meeting: Meeting | None, text: str, required: bool = True
) -> AddedPapers:
    """Put every paper named in a pasted text, by link or id, on a meeting's agenda, or parked."""
    understood: list[Identifier] = []
    not_understood: list[str] = []
    for line in text.splitlines():
        found, odd = _papers_in(line)
        understood += found
        not_understood += odd
    items: list[AgendaItem] = []
    with transaction.atomic():
        papers = add_papers(identifiers=understood)
        there = set(
            AgendaItem.objects.filter(course=course, meeting=meeting).values_list(
                "reading__paper_id", flat=True
            )
        )
        for paper in dict.fromkeys(papers):
            if paper.pk in there:
                continue
            reading = add_reading(course=course, paper=paper, required=required)
            items.append(
                add_agenda_item(course=course, meeting=meeting, kind=Kind.PAPERS, reading=reading)
            )
    return AddedPapers(items, len(set(papers)) - len(items), not_understood)


def _papers_in(line: str) -> tuple[list[Identifier], list[str]]:
    """The papers that a line names, and what somebody should look at again.

    Words between links and ids are what they are called.  A word with a digit is more likely a
    mistyped id, and a line without any paper is given back whole.
    """
    words = [word for word in re.split(r"[\s,;]+", line) if word]
    found = [parse_identifier(word) for word in words]
    papers = [one for one in found if one is not None]
    if not papers:
        return [], [line.strip()] if words else []
    odd = [
        word
        for word, one in zip(words, found, strict=True)
        if one is None and any(character.isdigit() for character in word)
    ]
    return papers, odd
