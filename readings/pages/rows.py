"""The rows of a schedule: weeks, meetings and agenda items, ready to be shown.

Everything is computed here, once, so that the template only writes it down: a term has sixty rows,
and what costs a microsecond in Python costs twenty in a template.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from readings.core import clock
from readings.core.markdown import trusted
from readings.courses.access import Access
from readings.notes.policy import NoteStanding
from readings.pages.moved import Moves
from readings.papers.citing import short_authors
from readings.papers.queries import FetchProgress
from readings.papers.reading_time import minutes_to_read
from readings.presentations.queries import SlotSummary
from readings.schedule.models import AgendaItem, Kind, Meeting, Reading, Stage, Status
from readings.schedule.naming import after_label
from readings.schedule.queries import (
    CourseAgenda,
    MeetingAgenda,
    WeekAgenda,
    needs_pdf,
)

_KIND_WORDS = dict(Kind.choices)
SOON = dt.timedelta(days=14)
_STAGE_WORDS: dict[str, str] = {
    Stage.PITCH: "pitches",
    Stage.UPDATE: "updates",
    Stage.FINAL: "final",
}


@dataclass(slots=True)
class NoteBadge:
    """How the reader stands with a note, in words."""

    tone: str
    text: str
    is_open: bool  # there is something left to do
    has_draft: bool


@dataclass(slots=True)
class ItemRow:
    """One agenda item."""

    id: int
    label: str = ""
    title: SafeString | str = ""
    url: str = ""
    meta: str = ""  # "Chen, Moreau and Jiang · 2018 · 16 p · 44 min"
    words: str = ""
    links: Sequence[Mapping[str, str]] = ()
    note: NoteBadge | None = None
    comments: int = 0
    problem: str = ""
    optional: bool = False
    moved: str = ""  # "moved from Nov 3"
    role: str = ""  # from whose point of view one reads it


@dataclass(slots=True)
class MeetingRow:
    """One meeting."""

    id: int
    day: str
    iso: str
    long_day: str
    hours: str
    kinds: list[tuple[str, str]]  # CSS name and word
    is_next: bool
    is_off: bool
    items: list[ItemRow]
    presenters: str
    minutes: int
    moved: str  # "moved from Nov 3"
    said: str  # with which message it was cancelled
    notes_url: str  # all notes on one page; empty: none that the reader may read are expected yet
    talks_url: str  # the order of its talks; empty: nobody presents


@dataclass(slots=True)
class WeekRow:
    """One week."""

    number: int
    span: str
    topic: str
    is_current: bool
    meetings: list[MeetingRow]


@dataclass(slots=True)
class Owed:
    """A note the signed-in person still owes."""

    name: str
    url: str
    due_at: dt.datetime
    is_overdue: bool
    has_draft: bool


@dataclass(slots=True)
class Talk:
    """A slot that the signed-in person has, or their group."""

    name: str
    when: str
    url: str


class ScheduleRows:
    """Makes rows of one course for one reader."""

    def __init__(
        self,
        access: Access,
        *,
        progress: FetchProgress,
        notes: Mapping[int, NoteStanding],
        open_notes: Collection[int],
        one_for_all: Mapping[int, int],
        comments: Mapping[int, int],
        slots: Mapping[int, list[SlotSummary]],
        moves: Moves,
        said: Mapping[int, str],
        roles: Mapping[int, str],
        now: dt.datetime,
    ) -> None:
        self._access = access
        self._now = now
        self._progress = progress
        self._notes = notes
        self._open_notes = open_notes
        self._class_of = one_for_all  # reading to its class, where that has one note together
        self._comments = comments
        self._slots = slots
        self._moves = moves
        self._said = said
        self._roles = roles
        # One reverse() for the whole page instead of one a row.
        self._paper_url = reverse("pages:paper", args=[access.course.slug, 0])
        self._notes_url = reverse("notes:of_meeting", args=[access.course.slug, 0])
        self._talks_url = reverse("day:order", args=[access.course.slug, 0])

    def url_of(self, reading: Reading) -> str:
        """The address of a reading's page."""
        return self._paper_url.replace("/0/", f"/{reading.pk}/")

    def week(self, week: WeekAgenda, next_up: MeetingAgenda | None, today: dt.date) -> WeekRow:
        """One week with its meetings."""
        days = [one.meeting.meets_on for one in week.meetings if one.meeting.meets_on]
        monday = today - dt.timedelta(days=today.weekday())
        return WeekRow(
            number=week.week.number,
            span=clock.day_span(days),
            topic=week.week.topic,
            is_current=any(monday <= day < monday + dt.timedelta(days=7) for day in days),
            meetings=[self.meeting(one, is_next=one is next_up) for one in week.meetings],
        )

    def meeting(self, agenda: MeetingAgenda, *, is_next: bool) -> MeetingRow:
        """One meeting with its items."""
        meeting = agenda.meeting
        day = meeting.meets_on
        slots = [slot for item in agenda.items for slot in self._slots.get(item.pk, ())]
        return MeetingRow(
            id=meeting.pk,
            day=f"{day:%a} {day.day}" if day else "",
            iso=day.isoformat() if day else "",
            long_day=f"{day:%A, %B} {day.day}" if day else "No date yet",
            hours=_hours(meeting),
            kinds=_kinds(agenda),
            is_next=is_next,
            is_off=meeting.status != Status.CLASS,
            items=[self.item(item, meeting) for item in agenda.items],
            presenters=presenters_line(slots, takes_place=meeting.status == Status.CLASS),
            minutes=agenda.minutes,
            # Of a class that does not take place, that it does not is all there is to know.
            moved=self._moves.of_class(meeting.pk, meets_on=day)
            if meeting.status == Status.CLASS
            else "",
            said=self._said.get(meeting.pk, "") if meeting.status == Status.CANCELLED else "",
            notes_url=self._notes_url.replace("/0/", f"/{meeting.pk}/")
            if any(self._has_notes(item) for item in agenda.items)
            else "",
            talks_url=self._talks_url.replace("/0/", f"/{meeting.pk}/")
            if meeting.status == Status.CLASS and any(slot.presenters for slot in slots)
            else "",
        )

    def _has_notes(self, item: AgendaItem) -> bool:
        """Whether the reader may read notes on it and there ought to be some."""
        one = self._notes.get(item.reading_id or 0)
        if one is None or not item.carries_note:
            return False
        return one.is_submitted or (one.is_past and item.reading_id in self._open_notes)

    def item(self, item: AgendaItem, meeting: Meeting | None = None) -> ItemRow:
        """One agenda item, in its meeting (None: parked)."""
        reading = item.reading
        moved = self._moves.of_item(
            item.pk,
            meeting=meeting.pk if meeting else None,
            meets_on=meeting.meets_on if meeting else None,
        )
        if reading is None:
            return ItemRow(id=item.pk, words=item.text, links=item.links, moved=moved)
        return ItemRow(
            id=item.pk,
            label=reading.label,
            title=shown_title(reading),
            url=self.url_of(reading),
            meta=item_meta(item, reading),
            note=self._note(reading) if item.carries_note else None,
            comments=self._comments.get(reading.pk, 0),
            problem=self._problem(reading),
            optional=not reading.required,
            moved=moved,
            role=self._roles.get(reading.pk, "") if item.carries_note else "",
        )

    def _problem(self, reading: Reading) -> str:
        problem = self._progress.problems.get(reading.paper_id, "")
        if not problem and self._access.is_staff and needs_pdf(reading):
            return "No open PDF is known: upload one on its page"
        return problem

    def owed(self, readings: Sequence[Reading]) -> list[Owed]:
        """The notes that are still owed, the most urgent first; one for a class that owes one."""
        owed: dict[tuple[str, int], Owed] = {}
        for reading in readings:
            one = self._notes.get(reading.pk)
            if not (one and one.is_owed and not one.is_submitted and one.due_at):
                continue
            if one.due_at - self._now >= SOON:
                continue
            found = Owed(
                reading.name, self.url_of(reading), one.due_at, one.is_overdue, one.has_draft
            )
            meeting = self._class_of.get(reading.pk)
            key = ("reading", reading.pk) if meeting is None else ("class", meeting)
            owed[key] = _either(owed[key], found) if key in owed else found
        return sorted(owed.values(), key=lambda one: one.due_at)

    def my_talks(self, agenda: CourseAgenda, today: dt.date) -> list[Talk]:
        """What one presents from today on, in the order of the term; parked ones last."""
        page = reverse("presentations:sign_ups", args=[self._access.course.slug])
        places = [(item, one.meeting) for one in agenda.meetings for item in one.items] + [
            (item, None) for item in agenda.parked
        ]
        return [
            Talk(
                name=f"{slot.title}: {item}"
                if slot.title and item.reading_id
                else slot.title or str(item),
                when=_when(meeting),
                url=f"{page}#slot-{slot.slot_id}",
            )
            for item, meeting in places
            if meeting is None or meeting.meets_on is None or meeting.meets_on >= today
            for slot in self._slots.get(item.pk, ())
            if slot.is_mine
        ]

    def _note(self, reading: Reading) -> NoteBadge | None:
        one = self._notes.get(reading.pk)
        if one is None or not one.words:
            return None
        words = one.words
        if one.is_owed and not one.is_submitted and not one.is_overdue and one.due_at:
            if one.due_at - self._now > SOON and not one.has_draft:
                return None  # next month's notes are no news
            due = "One note for the class" if reading.pk in self._class_of else "Note"
            words = f"{words}, due" if one.has_draft else f"{due} due"
            words = f"{words} {clock.relative(one.due_at, self._now, self._access.course.zone)}"
        return NoteBadge(one.tone, words, one.is_owed and not one.is_submitted, one.has_draft)


def _either(first: Owed, second: Owed) -> Owed:
    """One note on either: where one has begun, it is that one."""
    begun = second if second.has_draft and not first.has_draft else first
    return Owed(
        name=f"{first.name} or {second.name}",
        url=begun.url,
        due_at=max(first.due_at, second.due_at),
        is_overdue=first.is_overdue and second.is_overdue,
        has_draft=begun.has_draft,
    )


def shown_title(reading: Reading) -> SafeString | str:
    """The course's own title, else the fetched one with its maths, else the identifier.

    A title that begins with the label, as "TVM: An Automated ..." does, goes on after it: the
    label stands beside it.
    """
    if reading.title:
        return after_label(reading.title, reading.label)
    if reading.paper.title_html:
        return trusted(after_label(reading.paper.title_html, reading.label))
    return after_label(str(reading.paper), reading.label)


def presenters_line(slots: Sequence[SlotSummary], *, takes_place: bool = True) -> str:
    """``Presented by Group 2 and you · 1 seat free``; empty where nothing is to be presented.

    Nobody is invited to take a seat in a class that does not take place.
    """
    # Isolated, or a name that is written from right to left turns the whole line around.
    called = ("you" if name == "You" else name for slot in slots for name in slot.presenters)
    names = list(dict.fromkeys(f"\u2068{name}\u2069" for name in called))
    free = sum(slot.free for slot in slots) if takes_place else 0
    who = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
    parts = [
        f"Presented by {who}" if who else "",
        f"{free} seat{'s' if free > 1 else ''} free" if free else "",
    ]
    return " · ".join(part for part in parts if part)


def item_meta(item: AgendaItem, reading: Reading) -> str:
    """``Chen, Moreau and Jiang · 2018 · 16 p · 44 min``, as far as it is known."""
    pages = reading.page_count
    minutes = minutes_to_read(reading.word_count)
    parts = [
        item.portion,
        short_authors(reading.paper.authors),
        str(reading.paper.year or ""),
        f"{pages}\N{NO-BREAK SPACE}p" if pages else "",
        f"{minutes}\N{NO-BREAK SPACE}min" if minutes else "",
    ]
    return " · ".join(part for part in parts if part)


def _when(meeting: Meeting | None) -> str:
    if meeting is None:
        return "not scheduled at the moment"
    if meeting.meets_on is None:
        return "no date yet"
    words = clock.short_date(meeting.meets_on)
    if meeting.status != Status.CLASS:
        return f"{words}: {meeting.get_status_display().lower()}, no class"
    return f"{words}, {clock.short_time(meeting.meets_from)}" if meeting.meets_from else words


def _hours(meeting: Meeting) -> str:
    if meeting.meets_from is None:
        return ""
    start = clock.short_time(meeting.meets_from)
    return f"{start}–{clock.short_time(meeting.meets_until)}" if meeting.meets_until else start


def _kinds(agenda: MeetingAgenda) -> list[tuple[str, str]]:
    if agenda.meeting.status != Status.CLASS:
        return [("off", agenda.meeting.get_status_display())]
    stages = {item.kind: item.stage for item in agenda.items if item.stage}
    return [
        (
            kind,
            f"{_KIND_WORDS[kind]}: {_STAGE_WORDS[stages[kind]]}"
            if kind in stages
            else _KIND_WORDS[kind],
        )
        for kind in agenda.kinds
    ]
