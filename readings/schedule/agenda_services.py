"""The one writer of the agenda: what happens in which meeting, and what is parked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.models import Audience, Course
from readings.courses.services import record_event, touch_course
from readings.schedule.models import (
    AgendaItem,
    Meeting,
    Reading,
)
from readings.schedule.services import iso_day, place_name, store_positions


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
