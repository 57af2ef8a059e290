"""Real rows for tests, named after the people of every example.

Alice teaches, Carol assists, Bob is enrolled, Erin audits, Dave is outside.
"""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from readings.accounts.models import User
from readings.core.markdown import render_markdown
from readings.courses.models import Course, Group, GroupMember, Membership, Role, Visibility
from readings.discussion.models import Comment, Thread
from readings.notes.models import Note, NoteState, Revision
from readings.papers.models import Paper
from readings.presentations.models import Seat, Sheet, Slot, TakenBy
from readings.schedule.models import AgendaItem, Kind, Meeting, Reading, Stage, Week

_numbers = itertools.count(1)

_SHEETS: dict[str, str] = {
    Kind.PRESENTATIONS: "Presentations",
    Kind.TECH_TALK: "Tech talks",
    Stage.PITCH: "Pitches",
    Stage.UPDATE: "Updates",
    Stage.FINAL: "Final talks",
}
NOON = dt.datetime(2025, 9, 1, 16, 0, tzinfo=dt.UTC)  # 12:00 in Detroit


def make_user(name: str = "", **fields: Any) -> User:
    """A user who signs in with the password ``correct horse``."""
    name = name or f"Person {next(_numbers)}"
    email = fields.pop("email", f"{name.lower().replace(' ', '.')}@example.edu")
    return User.objects.create_user(email, "correct horse", name=name, **fields)


def make_course(**fields: Any) -> Course:
    """A course of fall 2025 in Detroit, for members only unless told otherwise."""
    number = next(_numbers)
    defaults = {
        "slug": f"course-{number}",
        "title": f"Course {number}",
        "starts_on": dt.date(2025, 8, 25),
        "ends_on": dt.date(2025, 12, 3),
        "time_zone": "America/Detroit",
        "visibility": Visibility.MEMBERS,
    }
    return Course.objects.create(**defaults | fields)


def enrol(course: Course, user: User, role: Role = Role.STUDENT) -> Membership:
    """Make ``user`` a member."""
    return Membership.objects.create(course=course, user=user, role=role)


def make_paper(**fields: Any) -> Paper:
    """A paper with an arXiv id of its own and a title."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "arxiv_id": f"2401.{number:05}",
        "title": f"Paper {number}",
        "authors": ["Ada Ahmed", "Ben Brown"],
        "year": 2024,
    }
    return Paper.objects.create(**defaults | fields)


def make_reading(course: Course, **fields: Any) -> Reading:
    """A reading of ``course``, of a new paper unless one is given."""
    paper = fields.pop("paper", None) or make_paper()
    return Reading.objects.create(course=course, paper=paper, **fields)


def make_meeting(course: Course, day: dt.date | None = None, **fields: Any) -> Meeting:
    """A meeting on ``day``, in week 1 unless ``week`` says otherwise."""
    week, _made = Week.objects.get_or_create(course=course, number=fields.pop("week", 1))
    position = week.meetings.count()
    return Meeting.objects.create(
        course=course, week=week, position=position, meets_on=day, **fields
    )


def put_on_agenda(
    meeting: Meeting, reading: Reading | None = None, text: str = "", **fields: Any
) -> AgendaItem:
    """An agenda item at the end of ``meeting``: a reading, or words."""
    return AgendaItem.objects.create(
        course=meeting.course,
        meeting=meeting,
        position=meeting.agenda.count(),
        reading=reading,
        text=text,
        kind=fields.pop("kind", Kind.PAPERS if reading else Kind.OTHER),
        carries_note=fields.pop("carries_note", reading is not None),
        **fields,
    )


def make_note(reading: Reading, author: User, body: str = "A note.", **fields: Any) -> Note:
    """A submitted note with its first revision."""
    rendered = render_markdown(body)
    note = Note.objects.create(
        reading=reading,
        author=author,
        draft={"text": body},
        answers={"text": body},
        body=body,
        body_html=rendered,
        state=NoteState.SUBMITTED,
        submitted_at=fields.pop("submitted_at", NOON),
        **fields,
    )
    Revision.objects.create(
        note=note, number=1, answers={"text": body}, body=body, body_html=rendered
    )
    return note


def make_thread(reading: Reading, author: User, body: str = "A question?") -> Thread:
    """A thread that ``author`` opens with ``body``."""
    thread = Thread.objects.create(reading=reading)
    make_comment(thread, author, body)
    return thread


def make_comment(
    thread: Thread, author: User, body: str = "A comment.", parent: Comment | None = None
) -> Comment:
    """A comment in ``thread``."""
    return Comment.objects.create(
        thread=thread,
        reading=thread.reading,
        parent=parent,
        author=author,
        body=body,
        body_html=render_markdown(body),
    )


def make_group(course: Course, *people: User, name: str = "") -> Group:
    """A group of ``people``."""
    group = Group.objects.create(course=course, name=name or f"Group {next(_numbers)}")
    for user in people:
        GroupMember.objects.create(group=group, course=course, user=user)
    return group


def sheet_for(item: AgendaItem, taken_by: str = TakenBy.PERSON) -> Sheet:
    """The course's sheet for what the item is, and for these presenters."""
    title = "Lead a paper" if item.reading_id is not None else _SHEETS.get(item.kind, "Talks")
    title = _SHEETS.get(item.stage, title)
    found = Sheet.objects.filter(course=item.course_id)
    if found.filter(title=title).exclude(taken_by=taken_by).exists():
        title += " in groups" if taken_by == TakenBy.GROUP else " alone"
    sheet, _made = found.get_or_create(
        title=title, defaults={"course": item.course, "taken_by": taken_by}
    )
    return sheet


def make_slot(item: AgendaItem, seats: int = 1, **fields: Any) -> Slot:
    """A slot on ``item`` with numbered seats, open now; on a sheet of the course."""
    taken_by = fields.pop("taken_by", TakenBy.PERSON)
    sheet = fields.pop("sheet", None) or sheet_for(item, taken_by)
    slot = Slot.objects.create(course=item.course, agenda_item=item, sheet=sheet, **fields)
    Seat.objects.bulk_create(Seat(slot=slot, number=n + 1) for n in range(seats))
    return slot
