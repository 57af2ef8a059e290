"""The board's rows: the draft as the staff sees it, ready to be shown.

Computed here, once, so that the template only writes it down.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from readings.core.clock import day_span, short_date, short_time
from readings.core.markdown import trusted
from readings.courses.models import Course
from readings.papers.models import Paper
from readings.papers.reading_time import minutes_to_read
from readings.planning.drafts import DraftState, draft_over
from readings.planning.showing import show_entry, show_item
from readings.presentations.models import Slot
from readings.reading_lists.models import Entry
from readings.schedule.models import AgendaItem, Kind, Stage, Status
from readings.schedule.naming import after_label
from readings.schedule.plan import Plan, PlannedItem, PlannedMeeting, PlannedReading
from readings.schedule.plan_rows import plan_of
from readings.schedule.queries import CourseAgenda, agenda_of

MOST_ENTRIES = 200  # of the reading lists, beside the board
_KINDS = dict(Kind.choices)
_STAGES = dict(Stage.choices)
_STATUSES = dict(Status.choices)


@dataclass(slots=True)
class BoardItem:
    """Something on an agenda, or on the shelf."""

    id: int
    name: str  # for those who hear it
    kind: str
    kind_words: str
    label: str
    title: SafeString | str
    meta: str  # "16 p · 44 min"
    marks: list[str]  # "pinned", "optional"
    moved: str  # "from Oct 15"; "new"
    talks: int


@dataclass(slots=True)
class BoardMeeting:
    """A class."""

    id: int
    day: str
    name: str  # for those who hear it
    hours: str
    status: str
    status_words: str
    is_off: bool
    is_pinned: bool
    moved: str
    minutes: int
    items: list[SafeString]


@dataclass(slots=True)
class BoardWeek:
    """A week."""

    id: int
    number: int
    topic: str
    span: str
    minutes: int
    meetings: list[BoardMeeting]


@dataclass(slots=True)
class BoardEntry:
    """A reading list's entry that stands on no agenda."""

    id: int
    label: str
    title: str
    where: str


@dataclass(slots=True)
class Board:
    """Everything the board shows."""

    state: DraftState
    base: str  # its address
    weeks: list[BoardWeek]
    shelf: list[SafeString]
    entries: list[SafeString] = field(default_factory=list)
    more_entries: int = 0
    next_class: tuple[int, str] | None = None  # of today or later, and its day

    @property
    def version(self) -> int:
        """The state of the draft that it shows."""
        return self.state.version


def build_board(course: Course) -> Board:
    """The board of a course; the number of queries does not depend on the term."""
    read = ReadOnce()
    state = draft_over(course, read(course))
    return make_board(course, read.agenda, state)


class ReadOnce:
    """Reads what is published, and keeps the rows for the board that shows it."""

    agenda: CourseAgenda

    def __call__(self, course: Course) -> Plan:
        """The published plan."""
        self.agenda = agenda_of(course, empty_weeks=True)
        return plan_of(self.agenda)


def make_board(course: Course, agenda: CourseAgenda, state: DraftState) -> Board:
    """The board of a draft over these rows."""
    rows = _Rows(course, agenda, state)
    entries, more = _entries(course, state.plan)
    lists = reverse("reading_lists:entry", args=[course.slug, 0]).removesuffix("0/")
    return Board(
        state=state,
        base=rows.base,
        weeks=[rows.week(week.id) for week in state.plan.weeks_in_order],
        shelf=[rows.item(item) for item in state.plan.items_of(None)],
        entries=[show_entry(entry, lists) for entry in entries],
        more_entries=more,
        next_class=_next_class(course, state.plan),
    )


def _next_class(course: Course, plan: Plan) -> tuple[int, str] | None:
    """Where somebody looks first in the middle of a term."""
    today = timezone.now().astimezone(course.zone).date()
    for one in plan.in_order:
        if one.takes_place and one.meets_on and one.meets_on >= today:
            return one.id, short_date(one.meets_on)
    return None


class _Rows:
    """Makes the rows of one plan."""

    def __init__(self, course: Course, agenda: CourseAgenda, state: DraftState) -> None:
        self.plan, self.published = state.plan, state.published
        # Looked up once: it costs more than everything else about an item.
        self.base = reverse("planning:board", args=[course.slug])
        self.lengths: dict[int, tuple[int | None, int | None]] = {
            one.paper_id: (one.page_count, one.word_count) for one in agenda.readings
        }
        self.papers = {one.paper_id: one.paper for one in agenda.readings}
        new = self.plan.readings.keys() - self.papers.keys()
        if new:
            self.papers |= Paper.objects.defer("abstract", "abstract_html").in_bulk(new)
        self.talks = Counter(
            Slot.objects.filter(course=course).values_list("agenda_item_id", flat=True)
        )

    def week(self, key: int) -> BoardWeek:
        week = self.plan.weeks[key]
        meetings = [self.meeting(one) for one in self.plan.meetings_of(key)]
        days = [one.meets_on for one in self.plan.meetings_of(key) if one.meets_on]
        return BoardWeek(
            id=week.id,
            number=week.number,
            topic=week.topic,
            span=day_span(days),
            minutes=sum(one.minutes for one in meetings),
            meetings=meetings,
        )

    def meeting(self, meeting: PlannedMeeting) -> BoardMeeting:
        items = self.plan.items_of(meeting.id)
        day = short_date(meeting.meets_on) if meeting.meets_on else ""
        return BoardMeeting(
            id=meeting.id,
            day=day or "No date",
            name=day or f"a class of week {self.plan.weeks[meeting.week].number} without a date",
            hours=_hours(meeting),
            status=meeting.status,
            status_words=_STATUSES[meeting.status],
            is_off=not meeting.takes_place,
            is_pinned=meeting.is_pinned,
            moved=self.meeting_moved(meeting),
            minutes=sum(map(self.minutes, items)) if meeting.takes_place else 0,
            items=[self.item(item) for item in items],
        )

    def meeting_moved(self, meeting: PlannedMeeting) -> str:
        was = self.published.meetings.get(meeting.id)
        if was is None:
            return "new"
        if was.status != meeting.status:
            return "changed"
        if was.meets_on != meeting.meets_on:
            return f"from {short_date(was.meets_on)}" if was.meets_on else "dated"
        return "changed" if was != meeting and was.week == meeting.week else ""

    def item(self, item: PlannedItem) -> SafeString:
        reading = self.plan.readings.get(item.paper) if item.paper is not None else None
        row = BoardItem(
            id=item.id,
            name=self.plan.name_of(item),
            kind=item.kind,
            kind_words=_kind_words(item),
            label=reading.label if reading else "",
            title=self.title(reading) if reading else item.text,
            meta=self.meta(item),
            marks=_marks(item, reading),
            moved=self.moved(item),
            talks=self.talks[item.id],
        )
        return show_item(row, self.base)

    def title(self, reading: PlannedReading) -> SafeString | str:
        paper = self.papers.get(reading.paper)
        if reading.title or paper is None:
            return after_label(reading.title or reading.known_as, reading.label)
        if paper.title_html:
            return trusted(after_label(paper.title_html, reading.label))
        return after_label(str(paper), reading.label)

    def meta(self, item: PlannedItem) -> str:
        pages, words = self.lengths.get(item.paper or 0, (None, None))
        minutes = minutes_to_read(words)
        parts = [
            item.portion,
            f"{pages}\N{NO-BREAK SPACE}p" if pages else "",
            f"{minutes}\N{NO-BREAK SPACE}min" if minutes else "",
        ]
        return " · ".join(filter(None, parts))

    def minutes(self, item: PlannedItem) -> int:
        """What everyone has to read for it."""
        reading = self.plan.readings.get(item.paper) if item.paper is not None else None
        if reading is None or not reading.required or not item.carries_note:
            return 0
        return minutes_to_read(self.lengths.get(reading.paper, (None, None))[1]) or 0

    def moved(self, item: PlannedItem) -> str:
        if item.id not in self.published.items:
            return "new"
        was = self.published.meeting_of[item.id]
        if was != self.plan.meeting_of[item.id]:
            return f"from {self.published.place_of(was)}" if was is not None else "scheduled"
        return "changed" if self.published.items[item.id] != item else ""


def slots_on(items: Iterable[int]) -> Mapping[int, int]:
    """Item to how many slots hang on it."""
    return Counter(
        Slot.objects.filter(agenda_item__in=list(items)).values_list("agenda_item_id", flat=True)
    )


def _entries(course: Course, plan: Plan) -> tuple[list[BoardEntry], int]:
    """The entries of the reading lists that are works and stand on no agenda."""
    on_agenda = AgendaItem.objects.filter(reading=OuterRef("reading"))
    found = list(
        Entry.objects.filter(~Exists(on_agenda), section__reading_list__course=course)
        .exclude(reading=None)
        .select_related("reading__paper", "section__reading_list")
        .defer("annotation", "annotation_html", "reading__paper__abstract",
               "reading__paper__abstract_html")
        .order_by("section__reading_list__position", "section__position", "position", "pk")
    )  # fmt: skip
    planned = {item.paper for item in plan.items.values()}
    shown: dict[int, BoardEntry] = {}
    for entry in found:
        reading = entry.reading
        if reading is None or reading.paper_id in planned or reading.pk in shown:
            continue
        title = entry.title or reading.full_title
        where = entry.section.title or str(entry.section.reading_list)
        shown[reading.pk] = BoardEntry(entry.pk, reading.label, title, where)
    entries = list(shown.values())
    return entries[:MOST_ENTRIES], max(0, len(entries) - MOST_ENTRIES)


def _kind_words(item: PlannedItem) -> str:
    return (
        f"{_KINDS[item.kind]}: {_STAGES[item.stage].lower()}" if item.stage else _KINDS[item.kind]
    )


def _marks(item: PlannedItem, reading: PlannedReading | None) -> list[str]:
    marks = [word for word, has in (("pinned", item.is_pinned), ("spare", item.is_spare)) if has]
    if reading is not None and not reading.required:
        marks.append("optional")
    return marks


def _hours(meeting: PlannedMeeting) -> str:
    if meeting.meets_from is None:
        return ""
    until = f"–{short_time(meeting.meets_until)}" if meeting.meets_until else ""
    return f"{short_time(meeting.meets_from)}{until}"
