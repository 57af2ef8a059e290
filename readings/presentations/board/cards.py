"""Slots as cards that are ready to be shown."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from readings.core.clock import short_time
from readings.core.counting import ordinal
from readings.courses.access import Access
from readings.courses.models import Group, GroupMember, Role
from readings.papers.citing import short_authors
from readings.papers.models import Paper
from readings.presentations import queries
from readings.presentations.board.banners import sizes_of
from readings.presentations.board.extras import Extras, extras_of
from readings.presentations.board.obstacles import (
    away_on,
    own_wait_words,
    stuck_words,
    too_close_words,
    why_not,
)
from readings.presentations.board.starts import find_starts
from readings.presentations.holding import Standings, standings_on
from readings.presentations.models import Sheet, SignUp, Slot, Waiting
from readings.presentations.presenters import Presenter, presenter_of
from readings.presentations.texts import (
    OPENING,
    SHORT_OPENING,
    Lengths,
    lengths_of,
    opening_of,
    size_of,
    title_of,
)
from readings.presentations.windows import Phase
from readings.schedule.models import AgendaItem

Lines = Mapping[int, Sequence[Waiting]]  # slot id: who waits, in order


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
    off: str  # "no class on this day": nobody takes a seat for now
    opens_at: dt.datetime | None  # said on the card where the line on its sheet does not say it
    closes_at: dt.datetime | None
    wishes_until: dt.datetime | None
    is_mine: bool
    may_present: bool  # a student, in a group if the slot wants one, and the rules let them
    needs_group: bool
    too_close: str  # "DSPy is on Wed Nov 18: 14 days apart, so from Wed Dec 2"
    stuck: str  # why one does not move up; to staff, why nobody does who is in line
    for_group: str  # whom one would sign up
    page_url: str  # of staff's page about the slot; claim/ and leave/ are below it
    waiting: Sequence[Waiting]
    place: str  # "3rd": one's own in line
    next_up: Waiting | None  # whom staff may give a free seat when sign-up is not open
    starts_at: str = ""  # "10:30"
    cannot: str = ""  # "You cannot on this day": by what they said themselves; no rule
    extras: Extras | None = None
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
        return self.may_present and not self.is_mine and self.free > 0 and self.can_be_taken

    @property
    def may_wait(self) -> bool:
        """Whether to offer a place in line; the service decides."""
        return (
            self.may_present
            and not self.is_mine
            and not self.place
            and self.free <= 0
            and self.can_be_taken
            and self.slot.sheet.has_waiting_list
        )

    @property
    def may_leave(self) -> bool:
        """Whether to offer giving up one's seat; the service decides."""
        return self.is_mine and self.phase in (Phase.OPEN, Phase.NOT_YET)

    @property
    def can_be_taken(self) -> bool:
        """Seats can be taken now, and class is to be held."""
        return self.phase == Phase.OPEN and not self.off

    @property
    def is_open(self) -> bool:
        """Seats can be taken now."""
        return self.phase == Phase.OPEN

    @property
    def seats_go(self) -> bool:
        """A seat that nobody has can be had, now or later."""
        return self.phase not in (Phase.CLOSED, Phase.OVER) and not self.off

    @property
    def opens_later(self) -> bool:
        """Sign-up has not opened."""
        return self.phase == Phase.NOT_YET

    @property
    def is_by_wishes(self) -> bool:
        """Nobody takes seats: they are given out by wishes."""
        return self.phase == Phase.WISHES

    @property
    def is_closed(self) -> bool:
        """Sign-up has closed and class is to come."""
        return self.phase == Phase.CLOSED


class Cards:
    """Makes cards of one course for one reader."""

    def __init__(self, access: Access, now: dt.datetime, *, with_groups: bool = True) -> None:
        self._access = access
        self._now = now
        self._groups: dict[int, list[GroupMember]] = defaultdict(list)
        self.group: Group | None = None
        members = GroupMember.objects.filter(course=access.course)
        for member in members.select_related("user", "group").order_by("pk") if with_groups else ():
            self._groups[member.group_id].append(member)
            if member.user_id == access.member.pk:
                self.group = member.group
        # One reverse() for the whole page instead of one a card.
        self._paper_url = reverse("pages:paper", args=[access.course.slug, 0])
        self._slot_url = reverse("presentations:slot", args=[access.course.slug, 0])

    def people(self, group_id: int) -> str:
        """The names of a group's members."""
        return ", ".join(member.user.display_name for member in self._groups[group_id])

    def members(self) -> dict[int, int]:
        """Group id to how many are in it."""
        return {pk: len(members) for pk, members in self._groups.items()}

    def presents(self, sheet: Sheet) -> bool:
        """Whether the reader signs up on this sheet, by their role."""
        return self._access.owes_notes or (sheet.auditors_too and self._access.role == Role.AUDITOR)

    def presenter(self, sheet: Sheet) -> Presenter | None:
        """As whom the reader signs up there, as ``find_presenter`` says without a query."""
        return self.group if sheet.is_for_groups else self._access.member

    def of(self, slots: Sequence[Slot], lines: Lines, mine: Mapping[int, Standings]) -> list[Card]:
        """Cards of ``slots``, in their order; ``mine`` is how the reader stands, by sheet."""
        lengths = lengths_of(slots)
        abstracts = _abstracts(slots, SHORT_OPENING if len(slots) > 30 else OPENING)
        holders = self._holders(slots)
        for slot in slots:
            slot.course = self._access.course  # known; not to be asked for again
        cards = [
            self._card(slot, lengths, abstracts, holders[slot.pk], lines.get(slot.pk, ()), mine)
            for slot in slots
        ]
        if self._access.is_staff:
            _find_next(cards)
        taken = {card.slot.pk for card in cards if card.holders}
        self._find_who_cannot(cards)
        extras = extras_of(self._access, slots, taken=taken, now=self._now)
        for card in cards:
            card.extras = extras[card.slot.pk]
        return cards

    def _find_who_cannot(self, cards: Sequence[Card]) -> None:
        """Say on which days the reader, or who is in their group, cannot present."""
        offered = [card for card in cards if card.may_claim or card.may_wait]
        if not offered:
            return
        members = self._groups[self.group.pk] if self.group else []
        me = self._access.member
        names = {one.user_id: one.user.display_name for one in members} | {me.pk: "You"}
        away = away_on(self._access.course, names)
        for card in offered:
            day = queries.day_of(card.slot)
            found = away.get(day, []) if day else []
            who = [names[one] for one in found if one == me.pk or card.slot.sheet.is_for_groups]
            card.cannot = f"{' and '.join(who)} cannot on this day" if who else ""

    def _holders(self, slots: Sequence[Slot]) -> dict[int, list[Holder]]:
        found: dict[int, list[Holder]] = defaultdict(list)
        sign_ups = SignUp.objects.filter(slot__in=[slot.pk for slot in slots])
        mine = self._access.member.pk
        for sign_up in (
            queries.members_still(sign_ups)
            .select_related("user", "group")
            .only("slot_id", "user__name", "user__email", "group__name")
            .order_by("seat__number")
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

    def _card(
        self,
        slot: Slot,
        lengths: Lengths,
        abstracts: Mapping[int, SafeString | str],
        holders: list[Holder],
        line: Sequence[Waiting],
        mine: Mapping[int, Standings],
    ) -> Card:
        item, sheet = slot.agenda_item, slot.sheet
        reading = item.reading
        paper = reading.paper if reading else None
        presents, presenter = self.presents(sheet), self.presenter(sheet)
        standings = mine.get(sheet.pk)
        window = queries.window_of(slot)
        phase = window.phase(self._now)
        place = _place(line, presenter)
        refusal = why_not(standings, slot, presenter) if standings and presenter else None
        return Card(
            slot=slot,
            title=title_of(reading) if reading else queries.name_of(slot),
            what=_what(slot, item),
            url=self._paper_url.replace("/0/", f"/{reading.pk}/") if reading else "",
            authors=short_authors(paper.authors) if paper else "",
            size=size_of(item, lengths),
            abstract=abstracts.get(paper.pk, "") if paper else "",
            terms=_terms(slot),
            holders=holders,
            seats=seats_of(slot),
            phase=phase,
            off=queries.off_words(slot),
            opens_at=window.opens_at,
            closes_at=slot.closes_at or (window.closes_at if phase == Phase.CLOSED else None),
            wishes_until=window.closes_at
            if window.closes_at and self._now < window.closes_at
            else None,
            is_mine=any(holder.is_mine for holder in holders),
            may_present=presents and presenter is not None and refusal is None,
            needs_group=presents and presenter is None,
            too_close=too_close_words(standings, slot, presenter)
            if presents and presenter and standings and phase == Phase.OPEN
            else "",
            stuck=own_wait_words(refusal) if place and phase == Phase.OPEN else "",
            for_group=str(self.group) if sheet.is_for_groups and self.group else "",
            page_url=self._slot_url.replace("/0/", f"/{slot.pk}/"),
            waiting=line,
            place=place,
            next_up=None,
        )


def seats_of(slot: Slot) -> int:
    """How many seats a slot of ``queries.for_board`` has."""
    count: int = slot.seat_count  # type: ignore[attr-defined]
    return count


def card_of(access: Access, slot: Slot, *, now: dt.datetime) -> Card:
    """One card as it is now."""
    slots = list(queries.for_board(Slot.objects.filter(course=access.course, pk=slot.pk)))
    maker = Cards(access, now, with_groups=slots[0].sheet.is_for_groups)
    sheet = slots[0].sheet
    presenter = maker.presenter(sheet)
    mine: dict[int, Standings] = {}
    if presenter is not None and maker.presents(sheet):
        mine[sheet.pk] = standings_on(sheet, [presenter], with_roles=False)
    card = maker.of(slots, queries.lines_of([slot.pk]), mine)[0]
    meeting = card.slot.agenda_item.meeting
    if card.slot.minutes and meeting and meeting.meets_from:
        that_day = queries.in_order(Slot.objects.filter(agenda_item__meeting=meeting))
        start = find_starts([meeting], that_day).get(slot.pk)
        card.starts_at = short_time(start) if start else ""
    return card


def _place(line: Sequence[Waiting], presenter: Presenter | None) -> str:
    for number, row in enumerate(line, start=1):
        if presenter is not None and presenter_of(row) == presenter:
            return ordinal(number)
    return ""


def _find_next(cards: Sequence[Card]) -> None:
    """Say who is next where a seat is free and nobody moves up by themselves, or why nobody is."""
    waited = [card for card in cards if card.waiting and card.free > 0]
    by_sheet: dict[int, list[Card]] = defaultdict(list)
    for card in waited:
        if card.phase != Phase.OVER:
            by_sheet[card.slot.sheet_id].append(card)
    for found in by_sheet.values():
        sheet = found[0].slot.sheet
        standings = standings_on(
            sheet, [presenter_of(row) for card in found for row in card.waiting]
        )
        for card in found:
            card.stuck = stuck_words(standings, card.slot, card.waiting)
            if card.can_be_taken:
                continue  # whoever may have it is about to move up
            allowed = (
                row for row in card.waiting if standings.allows(card.slot, presenter_of(row))
            )
            card.next_up = next(allowed, None)


def _abstracts(slots: Iterable[Slot], limit: int) -> dict[int, SafeString | str]:
    """Paper id to the first lines of its abstract, as HTML only where there is maths in them."""
    wanted = {slot.agenda_item.reading.paper_id for slot in slots if slot.agenda_item.reading}
    if not wanted:
        return {}
    rows = Paper.objects.filter(pk__in=wanted).exclude(abstract="").values_list("pk", "abstract")
    return {pk: opening_of(abstract, limit=limit) for pk, abstract in rows}


def _what(slot: Slot, item: AgendaItem) -> str:
    """What one does in the slot, above its title."""
    if item.reading is not None:
        return slot.title or "Lead the discussion"
    kind = item.get_stage_display() if item.stage else item.get_kind_display()
    return f"{kind}: {item.text}" if slot.title and item.text != slot.title else kind


def _terms(slot: Slot) -> str:
    parts = [
        f"{slot.minutes} min" if slot.minutes else "",
        (sizes_of(slot.sheet) or "for a group") if slot.sheet.is_for_groups else "",
    ]
    return " · ".join(part for part in parts if part)
