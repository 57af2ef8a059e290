"""The one writer of weeks, meetings, readings and the agenda.

Every function here leaves the course's ``version`` raised, so that cached pages are made again.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Max, ProtectedError

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.models import Course
from readings.courses.services import record_event, touch_course
from readings.papers.identifiers import Identifier, parse_identifier
from readings.papers.models import Paper, PaperVersion
from readings.papers.services import add_papers
from readings.schedule.models import (
    AgendaItem,
    Kind,
    LinkRole,
    Meeting,
    Reading,
    ReadingLink,
    Status,
    Week,
)
from readings.schedule.terms import meeting_dates

MAX_MEETINGS = 400


class TooManyMeetings(Refusal):
    """A term has at most ``MAX_MEETINGS`` meetings; more is a mistake in a date."""


class MeetingHasAgenda(Refusal):
    """A meeting with something on its agenda is not deleted."""


class WeekHasMeetings(Refusal):
    """A week with meetings is not deleted."""


class StillInUse(Refusal):
    """What people have put work into is not removed."""


class TermIncomplete(Refusal):
    """Meetings cannot be made from a term without dates or days."""


def get_or_make_week(*, course: Course, number: int, topic: str = "") -> Week:
    """The week of that number, made where it is missing; a topic fills an empty one."""
    week, made = Week.objects.get_or_create(course=course, number=number, defaults={"topic": topic})
    if topic and not made and not week.topic:
        week.topic = topic
        week.save(update_fields=["topic"])
    if made:
        touch_course(course_id=course.pk)
    return week


def add_week(*, course: Course) -> Week:
    """An empty week after the last one."""
    with transaction.atomic():
        last = course.weeks.aggregate(last=Max("number"))["last"] or 0
        return get_or_make_week(course=course, number=last + 1)


def update_week(*, week: Week, topic: str) -> None:
    """Name what a week is about."""
    week.topic = topic
    week.save(update_fields=["topic"])
    touch_course(course_id=week.course_id)


def delete_week(*, week: Week) -> None:
    """Remove a week without meetings.  Raises ``WeekHasMeetings``."""
    if week.meetings.exists():
        raise WeekHasMeetings(f"{week} still has classes: move or remove them first.")
    week.delete()
    touch_course(course_id=week.course_id)


def add_meeting(
    *,
    week: Week,
    meets_on: dt.date | None = None,
    meets_from: dt.time | None = None,
    meets_until: dt.time | None = None,
    status: str = Status.CLASS,
    room: str = "",
) -> Meeting:
    """A meeting at its place in the week: by date, and after the others where it has none."""
    with transaction.atomic():
        meeting = Meeting.objects.create(
            course_id=week.course_id,
            week=week,
            meets_on=meets_on,
            meets_from=meets_from if meets_on else None,
            meets_until=meets_until if meets_on else None,
            status=status,
            room=room,
            position=32_000,
        )
        _order_week(week.pk)
        touch_course(course_id=week.course_id)
    meeting.refresh_from_db(fields=["position"])
    return meeting


def update_meeting(*, meeting: Meeting, actor: User | None, **fields: Any) -> None:
    """Store new values of a meeting's own fields; a new date or status is an event."""
    before = (meeting.meets_on, meeting.status)
    with transaction.atomic():
        for name, value in fields.items():
            setattr(meeting, name, value)
        if meeting.meets_on is None:
            meeting.meets_from = meeting.meets_until = None
        meeting.save()
        _order_week(meeting.week_id)
        touch_course(course_id=meeting.course_id)
        if (meeting.meets_on, meeting.status) != before:
            record_event(
                course=meeting.course,
                actor=actor,
                kind="schedule.meeting_changed",
                summary=_meeting_sentence(before, meeting),
                details={"meeting": meeting.pk},
            )


def delete_meeting(*, meeting: Meeting) -> None:
    """Remove a meeting with an empty agenda.  Raises ``MeetingHasAgenda``."""
    with transaction.atomic():
        if meeting.agenda.exists():
            raise MeetingHasAgenda(
                "There is still something on this class's agenda: move it or take it off first."
            )
        meeting.delete()
        touch_course(course_id=meeting.course_id)


def generate_meetings(*, course: Course) -> list[Meeting]:
    """The term's meetings from the course's dates and days; those that exist stay as they are.

    Weeks are numbered from the week of the first day.  Raises ``TermIncomplete`` and
    ``TooManyMeetings``.
    """
    if not (course.starts_on and course.ends_on and course.meeting_days):
        raise TermIncomplete(
            "Say in the settings when the term starts and ends, and on which days the class meets."
        )
    planned = list(meeting_dates(course.starts_on, course.ends_on, course.meeting_days))
    if len(planned) > MAX_MEETINGS:
        raise TooManyMeetings(
            f"That would be {len(planned)} classes; a term has at most {MAX_MEETINGS}. "
            "Check the term's dates."
        )
    made = []
    with transaction.atomic():
        taken = set(course.meetings.values_list("meets_on", flat=True))
        for number, day in planned:
            if day in taken:
                continue
            week = get_or_make_week(course=course, number=number)
            made.append(
                add_meeting(
                    week=week,
                    meets_on=day,
                    meets_from=course.meets_from,
                    meets_until=course.meets_until,
                )
            )
    return made


def add_reading(*, course: Course, paper: Paper, label: str = "", required: bool = True) -> Reading:
    """The reading of ``paper`` in ``course``: the one that is there, or a new one."""
    reading, made = Reading.objects.get_or_create(
        course=course, paper=paper, defaults={"label": label, "required": required}
    )
    if label and not made and not reading.label:
        reading.label = label
        reading.save(update_fields=["label"])
    touch_course(course_id=course.pk)
    return reading


def update_reading(*, reading: Reading, **fields: Any) -> None:
    """Store new values of a reading's own fields."""
    for name, value in fields.items():
        setattr(reading, name, value)
    reading.save(update_fields=list(fields))
    touch_course(course_id=reading.course_id)


def pin_version(*, reading: Reading, version: PaperVersion | None) -> None:
    """Read this version in the course; ``None`` follows the newest."""
    update_reading(reading=reading, pinned_version=version)


def add_reading_link(*, reading: Reading, url: str, role: str, label: str = "") -> ReadingLink:
    """A link beside a reading; the same address twice is one link."""
    known_role = role if role in LinkRole.values else LinkRole.OTHER
    link, made = ReadingLink.objects.get_or_create(
        reading=reading, url=url, defaults={"role": known_role, "label": label[:120]}
    )
    if made:
        touch_course(course_id=reading.course_id)
    return link


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
            summary=f"{item} moved from {_place(before)} to {_place(meeting)}",
            details={
                "item": item.pk,
                "from": before and before.pk,
                "to": meeting and meeting.pk,
            },
        )


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
        _store_positions(siblings)
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


def drop_from_shelf(*, item: AgendaItem) -> None:
    """Remove a parked item, and its reading where this was the last of it.

    Raises ``StillInUse`` when somebody has written about the reading or presents it.
    """
    if item.meeting_id is not None:
        raise StillInUse(f"{item} stands in a class: take it off there first.")
    reading = item.reading
    try:
        with transaction.atomic():
            item.delete()
            if reading is not None and not reading.agenda_items.exists():
                reading.delete()
            touch_course(course_id=item.course_id)
    except ProtectedError:
        raise StillInUse(
            f"{item} stays on the shelf: somebody has written about it, or signed up for it."
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
    """Put every paper named in a pasted text, by link or id, on a meeting's agenda or the shelf."""
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


def _order_week(week_id: int) -> None:
    """Number a week's meetings by date; undated ones keep their order after the dated."""
    meetings = list(
        Meeting.objects.filter(week_id=week_id).order_by(
            F("meets_on").asc(nulls_last=True), "meets_from", "position", "id"
        )
    )
    _store_positions(meetings)


def _store_positions(rows: Iterable[Any]) -> None:
    for position, row in enumerate(rows):
        if row.position != position:
            type(row).objects.filter(pk=row.pk).update(position=position)


def _place(meeting: Meeting | None) -> str:
    if meeting is None:
        return "the shelf"
    return (
        f"{meeting.meets_on:%b} {meeting.meets_on.day}" if meeting.meets_on else "an undated class"
    )


def _meeting_sentence(before: tuple[dt.date | None, str], meeting: Meeting) -> str:
    day, status = before
    if meeting.status != status and meeting.status == Status.CANCELLED:
        return f"Class on {_place(meeting)} is cancelled"
    if meeting.status != status:
        return f"{_place(meeting)} is now: {meeting.get_status_display().lower()}"
    was = f"{day:%b} {day.day}" if day else "an undated class"
    return f"Class moved from {was} to {_place(meeting)}"
