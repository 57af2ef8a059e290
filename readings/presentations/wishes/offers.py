"""The ranking page: slots that can be wished for, ready to be shown."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString

from readings.accounts.models import User
from readings.core.clock import short_date
from readings.core.counting import count_of, number_in
from readings.courses.access import Access
from readings.papers.citing import short_authors
from readings.presentations import queries as slot_queries
from readings.presentations.blackouts import blackouts_of
from readings.presentations.holding import held_on
from readings.presentations.models import Sheet, SignUp, Slot
from readings.presentations.presenters import Presenter, people_of
from readings.presentations.texts import Lengths, lengths_of, opening_of, size_of, title_of
from readings.presentations.windows import Phase
from readings.presentations.wishes.models import Ballot
from readings.presentations.wishes.queries import (
    Told,
    Wishing,
    find_ballot,
    is_given,
    ranks_of,
    told_to,
    wished_by,
    wishing_of,
)
from readings.presentations.wishes.ranking import Standing, Typed, standing_of
from readings.schedule.models import Status

_DAYS_SAID = 8  # of one person


@dataclass(slots=True)
class Offer:
    """One slot, for one presenter."""

    slot_id: int
    place: int  # in the order of the term
    name: str  # with its date, for two may have one title
    title: SafeString | str
    what: str  # "Pitch 1", "10 min"
    url: str  # of the reading's page
    authors: str
    size: str  # "38 p · 66 min to read"
    opening: SafeString | str
    when: str  # "Wed Sep 17, 10:30"
    off: str  # "Holiday": there is no class on this day
    seats: int
    free: int  # seats that nobody has
    is_mine: bool  # they have a seat of it
    wished_by: int
    cannot: str  # "You cannot on this day."
    rank: str  # as stored, or as typed
    others: int | None = None  # the rank that another member saved meanwhile
    problem: str = ""

    @property
    def is_ranked(self) -> bool:
        """Whether it has a rank, or what was meant for one."""
        return self.rank != ""


@dataclass(slots=True)
class RankingPage:
    """Everything the ranking page shows."""

    sheet: Sheet
    presenter: Presenter
    people: list[User]
    ballot: Ballot | None
    version: int
    wishing: Wishing
    ranked: list[Offer]
    unranked: list[Offer]
    standing: Standing
    held: list[str]  # what they have on the sheet already
    told: list[Told]
    days: list[str]  # of a group: on which its members cannot, "Priya Singh Wed Sep 17"

    @property
    def is_open(self) -> bool:
        """Whether wishes can be saved now."""
        return self.wishing == Wishing.OPEN

    @property
    def opens_later(self) -> bool:
        """Whether it is too early."""
        return self.wishing == Wishing.NOT_YET

    @property
    def is_closed(self) -> bool:
        """Whether wishing ended, and nothing was published yet."""
        return self.wishing == Wishing.CLOSED

    @property
    def is_given(self) -> bool:
        """Whether the slots were given out."""
        return self.wishing == Wishing.GIVEN


def ranking_page(
    access: Access,
    sheet: Sheet,
    presenter: Presenter,
    *,
    now: dt.datetime,
    typed: Typed | None = None,
    shows_others: bool = False,
) -> RankingPage:
    """The page; the number of queries does not depend on the number of slots.

    ``typed`` is what was refused and stays in its fields; with ``shows_others`` what another member
    saved meanwhile stands beside it.
    """
    ballot = find_ballot(sheet, presenter)
    stored = ranks_of(ballot)
    people = people_of(presenter)
    held = {one.slot: one.name for one in held_on(sheet, presenter)}
    offers = _Offers(access, sheet, people, now).all(stored, typed)
    for offer in offers:
        offer.is_mine = offer.slot_id in held
    if shows_others:
        for offer in offers:
            offer.others = stored.get(offer.slot_id)
    ranked = [offer for offer in offers if offer.is_ranked]
    # What is no number, or too large, comes last; sorting is stable, so that ties stay by date.
    ranked.sort(key=lambda offer: rank if (rank := number_in(offer.rank)) is not None else 10**18)
    return RankingPage(
        sheet=sheet,
        presenter=presenter,
        people=people,
        ballot=ballot,
        version=ballot.version if ballot else 0,
        wishing=wishing_of(sheet, is_given=is_given(sheet), now=now),
        ranked=ranked,
        unranked=[offer for offer in offers if not offer.is_ranked],
        standing=standing_of(
            [offer.slot_id for offer in ranked],
            [offer.slot_id for offer in ranked if offer.cannot],
            needed=max(0, max(1, sheet.must_hold) - len(held)),
        ),
        held=list(held.values()),
        told=[one for one in told_to(access, access.member, now=now) if one.sheet_id == sheet.pk],
        days=_days_of(access, people, now) if sheet.is_for_groups else [],
    )


def _days_of(access: Access, people: Sequence[User], now: dt.datetime) -> list[str]:
    """Those who cannot on some day to come, with their days."""
    cannot, today = blackouts_of(access.course), now.astimezone(access.course.zone).date()
    lines = []
    for person in people:
        days = sorted(day for day in cannot.get(person.pk, ()) if day >= today)
        said = ", ".join(short_date(day) for day in days[:_DAYS_SAID])
        if len(days) > _DAYS_SAID:
            said += f" and {len(days) - _DAYS_SAID} more"
        if said:
            lines.append(f"{'you' if person == access.member else person} {said}")
    return lines


class _Offers:
    """Makes the offers of one sheet for one presenter."""

    def __init__(self, access: Access, sheet: Sheet, people: Sequence[User], now: dt.datetime):
        self._access, self._sheet, self._people, self._now = access, sheet, people, now
        self._cannot = blackouts_of(access.course)
        # One reverse() for the whole page instead of one an offer.
        self._paper_url = reverse("pages:paper", args=[access.course.slug, 0])

    def all(self, stored: Mapping[int, int], typed: Typed | None) -> list[Offer]:
        """What is to come, in the order of the term."""
        rows = slot_queries.with_seat_count(Slot.objects.filter(sheet=self._sheet))
        rows = rows.select_related(
            "course", "sheet", "agenda_item__meeting__week", "agenda_item__reading__paper"
        ).defer("agenda_item__reading__paper__abstract_html")
        slots = [
            slot
            for slot in slot_queries.in_order(rows)
            if slot_queries.window_of(slot).phase(self._now) != Phase.OVER
        ]
        lengths = lengths_of(slots)
        many = wished_by([slot.pk for slot in slots])
        taken = Counter(
            SignUp.objects.filter(slot__sheet=self._sheet).values_list("slot_id", flat=True)
        )
        offers = []
        for place, slot in enumerate(slots):
            offer = self._offer(slot, place, lengths, many.get(slot.pk, 0))
            offer.free = max(0, offer.seats - taken[slot.pk])
            if typed is not None:
                offer.rank = typed.text.get(slot.pk, "")
                offer.problem = typed.problems.get(slot.pk, "")
            elif slot.pk in stored:
                offer.rank = str(stored[slot.pk])
            offers.append(offer)
        return offers

    def _offer(self, slot: Slot, place: int, lengths: Lengths, wished: int) -> Offer:
        item = slot.agenda_item
        reading, meeting = item.reading, item.meeting
        paper = reading.paper if reading else None
        seats: int = slot.seat_count  # type: ignore[attr-defined]
        terms = [
            slot.title if reading else "",
            f"{slot.minutes} min" if slot.minutes else "",
            count_of(seats, "seat").replace(" ", "\u00a0") if seats > 1 else "",
        ]
        return Offer(
            slot_id=slot.pk,
            place=place,
            name=slot_queries.describe(slot),
            title=title_of(reading) if reading else slot_queries.name_of(slot),
            what=" · ".join(term for term in terms if term),
            url=self._paper_url.replace("/0/", f"/{reading.pk}/") if reading else "",
            authors=short_authors(paper.authors) if paper else "",
            size=size_of(item, lengths),
            opening=opening_of(paper.abstract) if paper else "",
            when=_when(slot),
            off=meeting.get_status_display() if meeting and meeting.status != Status.CLASS else "",
            seats=seats,
            free=seats,
            is_mine=False,
            wished_by=wished,
            cannot=self._who_cannot(meeting.meets_on if meeting else None),
            rank="",
        )

    def _who_cannot(self, day: dt.date | None) -> str:
        if day is None:
            return ""
        names = [
            "You" if person == self._access.member else person.display_name
            for person in self._people
            if day in self._cannot.get(person.pk, ())
        ]
        return f"{' and '.join(names)} cannot on this day" if names else ""


def _when(slot: Slot) -> str:
    """As elsewhere; a slot without a date is found by its week."""
    meeting = slot.agenda_item.meeting
    if meeting is not None and meeting.meets_on is None:
        return f"Week {meeting.week.number}, no date yet"
    words = slot_queries.when_of(slot)
    return f"{words[0].upper()}{words[1:]}"
