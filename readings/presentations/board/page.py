"""The sign-ups page: its sheets, and its slots by day."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse

from readings.core.clock import day_span, short_date, short_time
from readings.core.counting import ordinal
from readings.courses.access import Access
from readings.courses.models import Group
from readings.presentations import queries
from readings.presentations.board.banners import SheetLine, sheet_line
from readings.presentations.board.cards import Card, Cards, seats_of
from readings.presentations.board.choice import FREE, MINE, Choice
from readings.presentations.board.starts import find_starts
from readings.presentations.holding import Standings, held_slot
from readings.presentations.models import Sheet, SignUp, Slot, Waiting
from readings.presentations.presenters import Key, key_of
from readings.presentations.windows import Phase, Window
from readings.schedule.models import AgendaItem, Meeting, Status

#: So many cards stand on one page; a longer one has parts, each of whole days.
CARDS_A_PART: Final = 100
#: For so long the page says that one moved up on a waiting list.
MOVED_UP_DAYS: Final = 7


@dataclass(slots=True)
class Day:
    """The cards of one meeting, or those in none."""

    key: str
    title: str  # "Wed Sep 17"
    cards: list[Card]
    iso: str = ""
    hours: str = ""
    kinds: Sequence[tuple[str, str]] = ()  # CSS name and word
    off: str = ""  # "Holiday": there is no class on this day


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a long page."""

    title: str  # "Sep 8 – Oct 1"
    slots: int
    query: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A way to see other slots."""

    word: str
    query: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """A line in which the reader stands, or their group."""

    title: str
    group: str  # empty for oneself
    place: str  # "3rd"
    url: str


@dataclass(slots=True)
class SignUpsPage:
    """Everything the page shows."""

    choice: Choice
    sheets: list[SheetLine]
    filters: list[Link]
    days: list[Day]
    parts: list[Part]  # empty: all of it is shown
    past_count: int  # classes that were, of the chosen slots
    has_slots: bool
    group: Group | None
    group_people: str
    wants_groups: bool
    mine: list[queries.MySlot]
    waits: list[Wait]  # for slots in classes to come
    moved_up: list[str] = field(default_factory=list)

    @property
    def cards(self) -> Iterable[Card]:
        """All cards that are shown."""
        return (card for day in self.days for card in day.cards)

    @property
    def owing_sheets(self) -> list[SheetLine]:
        """Those on which the reader has something to do, now."""
        return [line for line in self.sheets if line.is_owing and not line.opens_later]

    @property
    def settled_sheets(self) -> list[SheetLine]:
        """The others."""
        return [line for line in self.sheets if not line.is_owing or line.opens_later]

    @property
    def folds_sheets(self) -> bool:
        """Whether they would push the slots off a small screen."""
        return len(self.settled_sheets) > 2

    @property
    def auditors_present(self) -> bool:
        """Whether auditors take seats on one of the sheets."""
        return any(line.sheet.auditors_too for line in self.sheets)

    @property
    def all_sheets_query(self) -> str:
        """The choice without a sheet."""
        return self.choice.but(sheet=None).query

    @property
    def now_query(self) -> str:
        """The choice with classes to come."""
        return self.choice.but(is_past=False).query

    @property
    def past_query(self) -> str:
        """The choice with classes that were."""
        return self.choice.but(is_past=True).query


@dataclass(slots=True)
class _Places:
    """The slots of a meeting, or of none, before they are cards."""

    meeting: Meeting | None
    slots: list[Slot]
    is_over: bool


def sign_ups_page(access: Access, choice: Choice, *, now: dt.datetime) -> SignUpsPage:
    """The page for ``access``; the number of queries does not depend on the number of slots."""
    course = _Course(access, now)
    chosen = [slot for slot in course.slots if course.is_chosen(slot, choice)]
    places = [
        _Places(meeting, found, all(course.is_over(slot) for slot in found))
        for meeting, found in (
            (meeting, list(group))
            for meeting, group in itertools.groupby(chosen, lambda slot: slot.agenda_item.meeting)
        )
    ]
    parts = _parts([one for one in places if one.is_over == choice.is_past])
    part = min(choice.part, len(parts)) - 1
    shown = parts[part] if parts else []
    mine = queries.my_slots(access, now=now)
    return SignUpsPage(
        choice=choice,
        sheets=course.sheet_lines(choice),
        filters=_filters(choice),
        days=course.days(shown),
        parts=_links(parts, part, choice),
        past_count=sum(one.is_over for one in places),
        has_slots=bool(course.slots),
        group=course.maker.group,
        group_people=course.maker.people(course.maker.group.pk) if course.maker.group else "",
        wants_groups=any(slot.sheet.is_for_groups for slot in course.slots),
        mine=mine,
        waits=course.waits(),
        moved_up=_moved_up(access, mine, now),
    )


class _Course:
    """All slots of a course with who sits where, for one reader: what lines and filters need."""

    def __init__(self, access: Access, now: dt.datetime) -> None:
        self._access = access
        self._now = now
        self.maker = Cards(access, now)
        slots = queries.for_board(Slot.objects.filter(course=access.course))
        self.slots = list(queries.in_order(slots))
        for slot in self.slots:
            slot.course = access.course  # known; not to be asked for again
        self._sheets = list(Sheet.objects.filter(course=access.course).order_by("pk"))
        self._seated: dict[int, list[Key]] = defaultdict(list)  # slot id to who sits there
        rows = SignUp.objects.filter(slot__course=access.course).order_by("pk")
        for pk, user, group in rows.values_list("slot", "user", "group"):
            self._seated[pk].append((user, group))
        self._in_line: dict[int, list[Key]] = defaultdict(list)  # slot id to who waits, in order
        waiting = Waiting.objects.filter(slot__course=access.course).order_by("pk")
        for pk, user, group in waiting.values_list("slot", "user", "group"):
            self._in_line[pk].append((user, group))
        self._standings = dict(self._find_standings())

    def _find_standings(self) -> Iterator[tuple[int, Standings]]:
        """How the reader stands on each sheet on which they sign up."""
        for sheet in self._sheets:
            presenter = self.maker.presenter(sheet)
            if presenter is None or not self.maker.presents(sheet):
                continue
            chosen = None
            if sheet.is_for_some:
                rows: QuerySet[Any] = (
                    sheet.only_groups.all() if sheet.is_for_groups else sheet.only_users.all()
                )
                is_among = rows.filter(pk=presenter.pk).exists()
                chosen = frozenset([key_of(presenter)] if is_among else [])
            held = [
                held_slot(slot)
                for slot in self.slots
                if slot.sheet_id == sheet.pk and key_of(presenter) in self._seated[slot.pk]
            ]
            yield (
                sheet.pk,
                Standings(
                    sheet,
                    held={key_of(presenter): held},
                    members=self.maker.members(),
                    chosen=chosen,
                ),
            )

    def is_over(self, slot: Slot) -> bool:
        """Whether its class was."""
        return queries.window_of(slot).phase(self._now) == Phase.OVER

    def _may_be_free(self, slot: Slot) -> bool:
        """Whether a seat that nobody has can be had, now or later."""
        phase = queries.window_of(slot).phase(self._now)
        return phase not in (Phase.CLOSED, Phase.OVER) and not queries.off_words(slot)

    def is_chosen(self, slot: Slot, choice: Choice) -> bool:
        """Whether somebody wants to see it."""
        if choice.sheet is not None and slot.sheet_id != choice.sheet:
            return False
        seated = self._seated[slot.pk]
        if choice.show == FREE:
            return len(seated) < seats_of(slot) and self._may_be_free(slot)
        if choice.show == MINE:
            presenter = self.maker.presenter(slot.sheet)
            return presenter is not None and (
                key_of(presenter) in seated or key_of(presenter) in self._in_line[slot.pk]
            )
        return True

    def waits(self) -> list[Wait]:
        """The lines in which the reader stands."""
        page = reverse("presentations:sign_ups", args=[self._access.course.slug])
        found = []
        for slot in self.slots:
            presenter, line = self.maker.presenter(slot.sheet), self._in_line[slot.pk]
            if presenter and key_of(presenter) in line and not self.is_over(slot):
                place = ordinal(line.index(key_of(presenter)) + 1)
                group = str(presenter) if slot.sheet.is_for_groups else ""
                url = f"{page}#slot-{slot.pk}"
                found.append(Wait(queries.name_of(slot), group, place, url))
        return found

    def days(self, shown: Sequence[_Places]) -> list[Day]:
        """The cards of these days."""
        slots = [slot for one in shown for slot in one.slots]
        lines = queries.lines_of([slot.pk for slot in slots])
        cards = {card.slot.pk: card for card in self.maker.of(slots, lines, self._standings)}
        meetings = [one.meeting for one in shown if one.meeting]
        for slot_id, at in find_starts(meetings, self.slots).items():
            if slot_id in cards and cards[slot_id].slot.minutes:
                cards[slot_id].starts_at = short_time(at)
        return [_day(one.meeting, [cards[slot.pk] for slot in one.slots]) for one in shown]

    def sheet_lines(self, choice: Choice) -> list[SheetLine]:
        """A line on each sheet that has slots; staff see the empty ones too."""
        windows: dict[int, list[Window]] = defaultdict(list)
        seats: dict[int, int] = defaultdict(int)  # that can be had, now or later
        free: dict[int, int] = defaultdict(int)
        for slot in self.slots:
            windows[slot.sheet_id].append(queries.window_of(slot))
            if self._may_be_free(slot):
                seats[slot.sheet_id] += seats_of(slot)
                free[slot.sheet_id] += seats_of(slot) - len(self._seated[slot.pk])
        return [
            sheet_line(
                sheet,
                self._standings.get(sheet.pk),
                windows=windows[sheet.pk],
                seats=seats[sheet.pk],
                free=free[sheet.pk],
                is_chosen=sheet.pk == choice.sheet,
                now=self._now,
            )
            for sheet in self._sheets
            if windows[sheet.pk] or self._access.is_staff
        ]


def _parts(places: Sequence[_Places]) -> list[list[_Places]]:
    """Whole days, as many together as fit one page; a single day may be more."""
    parts: list[list[_Places]] = []
    room = 0
    for one in places:
        if len(one.slots) > room:
            parts.append([])
            room = CARDS_A_PART
        parts[-1].append(one)
        room -= len(one.slots)
    return parts


def _span(places: Sequence[_Places]) -> str:
    days = [one.meeting.meets_on for one in places if one.meeting and one.meeting.meets_on]
    return day_span(days) or "No date yet"


def _links(parts: Sequence[Sequence[_Places]], shown: int, choice: Choice) -> list[Part]:
    """The way from one part of the page to the others; none where there is one."""
    if len(parts) < 2:
        return []
    return [
        Part(
            title=_span(part),
            slots=sum(len(one.slots) for one in part),
            query=choice.but(part=number + 1).query,
            is_shown=number == shown,
        )
        for number, part in enumerate(parts)
    ]


def _moved_up(access: Access, mine: Sequence[queries.MySlot], now: dt.datetime) -> list[str]:
    """That the reader moved up lately, to what they still have."""
    if not mine:
        return []
    since = now - dt.timedelta(days=MOVED_UP_DAYS)
    held = {one.slot_id for one in mine}
    return [words for slot, words in queries.moved_up(access, since=since) if slot in held]


def _filters(choice: Choice) -> list[Link]:
    words = {"": "All", FREE: "With free seats", MINE: "Mine"}
    return [
        Link(word, choice.but(show=show).query, choice.show == show) for show, word in words.items()
    ]


def _day(meeting: Meeting | None, cards: list[Card]) -> Day:
    """The cards of one meeting under its date."""
    items = [card.slot.agenda_item for card in cards]
    if meeting is None:
        return Day(key="parked", title="Not scheduled at the moment", cards=cards)
    day = meeting.meets_on
    return Day(
        key=str(meeting.pk),
        title=short_date(day) if day else f"Week {meeting.week.number}, no date yet",
        iso=day.isoformat() if day else "",
        hours=_hours(meeting),
        kinds=_kinds(items),
        off=meeting.get_status_display() if meeting.status != Status.CLASS else "",
        cards=cards,
    )


def _hours(meeting: Meeting) -> str:
    if meeting.meets_from is None:
        return ""
    start = short_time(meeting.meets_from)
    return f"{start}–{short_time(meeting.meets_until)}" if meeting.meets_until else start


def _kinds(items: Iterable[AgendaItem]) -> list[tuple[str, str]]:
    """The kinds of the items, each once: CSS name and word."""
    words = {
        (item.kind, item.stage): f"{item.get_kind_display()}: {item.get_stage_display().lower()}"
        if item.stage
        else item.get_kind_display()
        for item in items
    }
    return [(kind, word) for (kind, _stage), word in words.items()]
