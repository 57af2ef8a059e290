"""The sign-ups page: slots as cards that are ready to be shown."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from readings.core.clock import short_date, short_time
from readings.core.markdown import render_with_maths, trusted
from readings.courses.access import Access
from readings.courses.models import Group, GroupMember
from readings.papers.citing import short_authors
from readings.papers.reading_time import minutes_to_read
from readings.presentations import queries
from readings.presentations.abstracts import first_lines
from readings.presentations.models import SignUp, Slot
from readings.presentations.windows import Phase
from readings.schedule.models import AgendaItem, Meeting, Reading, Status
from readings.schedule.queries import with_length

Lengths = dict[int, tuple[int | None, int | None]]  # reading id: pages, words


@dataclass(slots=True)
class Holder:
    """Who has one seat."""

    sign_up_id: int
    name: str
    people: str  # who is in the group
    is_mine: bool
    has_left: bool  # the person is no longer in the course


@dataclass(slots=True)
class Card:
    """One slot, for one reader."""

    slot: Slot
    title: SafeString | str
    what: str  # "Lead the discussion", "Pitch": what one does
    url: str  # of the reading's page
    authors: str
    size: str  # "38 p · 66 min to read"
    abstract: SafeString | str
    terms: str  # "10 min · one group a seat"
    holders: list[Holder]
    seats: int
    phase: Phase
    is_mine: bool
    may_present: bool  # a student, and in a group if the slot wants one
    needs_group: bool
    for_group: str  # whom one would sign up
    page_url: str  # of staff's page about the slot; claim/ and leave/ are below it
    notice: str = ""  # what came of the button that was pressed on this card
    is_refused: bool = False

    @property
    def anchor(self) -> str:
        """The card's place on the page."""
        return f"slot-{self.slot.pk}"

    @property
    def free(self) -> int:
        """How many seats nobody has."""
        return self.seats - len(self.holders)

    @property
    def may_claim(self) -> bool:
        """Whether to offer the seat; the service decides."""
        return self.may_present and not self.is_mine and self.free > 0 and self.phase == Phase.OPEN

    @property
    def may_leave(self) -> bool:
        """Whether to offer giving up one's seat; the service decides."""
        return self.is_mine and self.phase in (Phase.OPEN, Phase.NOT_YET)

    @property
    def is_open(self) -> bool:
        """Seats can be taken now."""
        return self.phase == Phase.OPEN

    @property
    def opens_later(self) -> bool:
        """Sign-up has not opened."""
        return self.phase == Phase.NOT_YET

    @property
    def is_closed(self) -> bool:
        """Sign-up has closed and class is to come."""
        return self.phase == Phase.CLOSED


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
    is_over: bool = False


@dataclass(slots=True)
class SignUpsPage:
    """Everything the page shows."""

    days: list[Day]
    past: list[Day]
    group: Group | None
    group_people: str
    wants_groups: bool
    mine: list[queries.MySlot]

    @property
    def cards(self) -> Iterable[Card]:
        """All cards."""
        return (card for day in self.days + self.past for card in day.cards)


def sign_ups_page(access: Access, *, now: dt.datetime) -> SignUpsPage:
    """The page for ``access``; the number of queries does not depend on the number of slots."""
    maker = _Cards(access, now)
    slots = list(queries.in_order(_with_texts(Slot.objects.filter(course=access.course))))
    cards = maker.of(slots)
    days = [
        maker.day(meeting, list(group))
        for meeting, group in itertools.groupby(
            cards, key=lambda card: card.slot.agenda_item.meeting
        )
    ]
    return SignUpsPage(
        days=[day for day in days if not day.is_over],
        past=[day for day in days if day.is_over],
        group=maker.group,
        group_people=maker.people(maker.group.pk) if maker.group else "",
        wants_groups=any(slot.sheet.is_for_groups for slot in slots),
        mine=queries.my_slots(access, now=now),
    )


def card_of(access: Access, slot: Slot, *, now: dt.datetime) -> Card:
    """One card as it is now."""
    slots = _with_texts(Slot.objects.filter(course=access.course, pk=slot.pk))
    return _Cards(access, now).of(list(slots))[0]


def _with_texts(slots: QuerySet[Slot]) -> QuerySet[Slot]:
    """Slots with what cards show; the abstract as text, for its first lines."""
    return (
        queries.with_seat_count(slots)
        .select_related("sheet", "agenda_item__meeting__week", "agenda_item__reading__paper")
        .defer("agenda_item__reading__paper__abstract_html")
    )


class _Cards:
    """Makes cards of one course for one reader."""

    def __init__(self, access: Access, now: dt.datetime) -> None:
        self._access = access
        self._now = now
        self._groups: dict[int, list[GroupMember]] = defaultdict(list)
        self.group: Group | None = None
        for member in (
            GroupMember.objects.filter(course=access.course)
            .select_related("user", "group")
            .order_by("pk")
        ):
            self._groups[member.group_id].append(member)
            if member.user_id == access.member.pk:
                self.group = member.group
        # One reverse() for the whole page instead of one a card.
        self._paper_url = reverse("pages:paper", args=[access.course.slug, 0])
        self._slot_url = reverse("presentations:slot", args=[access.course.slug, 0])

    def people(self, group_id: int) -> str:
        """The names of a group's members."""
        return ", ".join(member.user.display_name for member in self._groups[group_id])

    def of(self, slots: Sequence[Slot]) -> list[Card]:
        """Cards of ``slots``, in their order."""
        lengths = _lengths(slots)
        holders = self._holders(slots)
        for slot in slots:
            slot.course = self._access.course  # known; not to be asked for again
        return [self._card(slot, lengths, holders[slot.pk]) for slot in slots]

    def day(self, meeting: Meeting | None, cards: list[Card]) -> Day:
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
            is_over=all(card.phase == Phase.OVER for card in cards),
            cards=cards,
        )

    def _holders(self, slots: Sequence[Slot]) -> dict[int, list[Holder]]:
        found: dict[int, list[Holder]] = defaultdict(list)
        sign_ups = SignUp.objects.filter(slot__in=[slot.pk for slot in slots])
        mine = self._access.member.pk
        for sign_up in (
            queries.members_still(sign_ups).select_related("user", "group").order_by("seat__number")
        ):
            group_id = sign_up.group_id
            found[sign_up.slot_id].append(
                Holder(
                    sign_up_id=sign_up.pk,
                    name=queries.presenter_name(sign_up),
                    people=self.people(group_id) if group_id else "",
                    is_mine=sign_up.user_id == mine
                    or (self.group is not None and group_id == self.group.pk),
                    has_left=sign_up.has_left,  # type: ignore[attr-defined]
                )
            )
        return found

    def _card(self, slot: Slot, lengths: Lengths, holders: list[Holder]) -> Card:
        item = slot.agenda_item
        reading = item.reading
        wants_group = slot.sheet.is_for_groups
        student = self._access.owes_notes
        paper = reading.paper if reading else None
        return Card(
            slot=slot,
            title=_title(reading) if reading else queries.name_of(slot),
            what=_what(slot, item),
            url=self._paper_url.replace("/0/", f"/{reading.pk}/") if reading else "",
            authors=short_authors(paper.authors) if paper else "",
            size=_size(item, lengths),
            abstract=_first_lines(paper.abstract) if paper else "",
            terms=_terms(slot),
            holders=holders,
            seats=slot.seat_count,  # type: ignore[attr-defined]
            phase=queries.window_of(slot).phase(self._now),
            is_mine=any(holder.is_mine for holder in holders),
            may_present=student and (not wants_group or self.group is not None),
            needs_group=student and wants_group and self.group is None,
            for_group=str(self.group) if wants_group and self.group else "",
            page_url=self._slot_url.replace("/0/", f"/{slot.pk}/"),
        )


def _lengths(slots: Iterable[Slot]) -> Lengths:
    wanted = [slot.agenda_item.reading_id for slot in slots if slot.agenda_item.reading_id]
    if not wanted:
        return {}
    return {
        reading.pk: (reading.page_count, reading.word_count)
        for reading in with_length(Reading.objects.filter(pk__in=wanted)).only("pk")
    }


def _title(reading: Reading) -> SafeString | str:
    """The course's own title, else the fetched one with its maths, else the identifier."""
    if not reading.title and reading.paper.title_html:
        return trusted(reading.paper.title_html)
    return reading.full_title


def _what(slot: Slot, item: AgendaItem) -> str:
    """What one does in the slot, above its title."""
    if item.reading is not None:
        return slot.title or "Lead the discussion"
    kind = item.get_stage_display() if item.stage else item.get_kind_display()
    return f"{kind}: {item.text}" if slot.title and item.text != slot.title else kind


def _size(item: AgendaItem, lengths: Lengths) -> str:
    pages, words = lengths.get(item.reading_id or 0, (None, None))
    minutes = minutes_to_read(words)
    parts = [
        item.portion,
        f"{pages} p" if pages else "",
        f"{minutes} min to read" if minutes else "",
    ]
    return " · ".join(part for part in parts if part)


def _first_lines(abstract: str) -> SafeString | str:
    """The first lines, as HTML only where there is maths in them."""
    text = first_lines(abstract)
    return trusted(render_with_maths(text)) if "$" in text else escape(text)


def _terms(slot: Slot) -> str:
    parts = [
        f"{slot.minutes} min" if slot.minutes else "",
        "for a group" if slot.sheet.is_for_groups else "",
    ]
    return " · ".join(part for part in parts if part)


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
