"""What the board shows of a talk: slides on its card, what is due above the cards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from readings.courses.access import Access
from readings.presentations import queries
from readings.presentations.day.access import Part
from readings.presentations.day.hours import Moment
from readings.presentations.day.materials import materials_by_talk, shelves_for
from readings.presentations.day.talks import Talk, talks_of
from readings.presentations.models import SignUp, Slot


@dataclass(slots=True)
class OnCard:
    """What stands on a slot's card."""

    talks: list[tuple[str, str]] = field(default_factory=list)  # whose, and the page's address
    slides: list[tuple[str, str]] = field(default_factory=list)  # words and address
    due_at: dt.datetime | None = None  # of the reader's own slides, as long as none are there
    is_past: bool = False
    handed_in_at: dt.datetime | None = None  # of the reader's own
    is_late: bool = False  # that was after the time
    changed_late: bool = False  # that was not, but something else came after it


@dataclass(frozen=True, slots=True)
class Due:
    """Slides that one still owes."""

    name: str
    url: str
    due_at: dt.datetime
    is_past: bool


def on_cards(
    access: Access, slots: Sequence[Slot], *, now: dt.datetime | None = None
) -> dict[int, OnCard]:
    """Slot to what its card shows; nothing for a slot that nobody has.  Three queries.

    The slots come with their item, its meeting, their sheet and their course.
    """
    now = now or timezone.now()
    materials = materials_by_talk(slots)
    found: dict[int, OnCard] = {}
    for slot_id, talks in talks_of(slots).items():
        card = OnCard()
        for talk in talks:
            card.talks.append((str(talk.presenter), talk.url))
            handed_in = materials.get((slot_id, talk.key), [])
            for shelf in shelves_for(access, talk, handed_in, now=now):
                whose = f"{shelf.label}, {talk.presenter}" if len(talks) > 1 else shelf.label
                card.slides.append((whose, shelf.latest.url))
            if _is_mine(access, talk):
                _add_own(card, talk, [one.created_at for one in handed_in], now)
        if card.talks:
            found[slot_id] = card
    return found


def on_top(access: Access, *, now: dt.datetime | None = None) -> list[Due]:
    """The slides that one has not handed in, by when they are due; until the class is over.

    Four queries, fewer for who has no slot.
    """
    if access.user is None or not access.is_member:
        return []
    now = now or timezone.now()
    mine = queries.held_by(SignUp.objects.filter(slot__course=access.course), access.user)
    with_time = mine.filter(slot__sheet__slides_due_hours__isnull=False)
    ids = list(with_time.values_list("slot", flat=True))
    if not ids:
        return []
    slots = list(queries.with_item(Slot.objects.filter(pk__in=ids)))
    materials = materials_by_talk(slots)
    found = []
    for talk in (talk for talks in talks_of(slots).values() for talk in talks):
        due_at = _due_at(talk, now)
        if due_at and _is_mine(access, talk) and not materials.get((talk.slot.pk, talk.key)):
            found.append(Due(talk.name, talk.url, due_at, talk.hours.is_late(now)))
    return sorted(found, key=lambda one: (one.due_at, one.name))


def _add_own(card: OnCard, talk: Talk, times: list[dt.datetime], now: dt.datetime) -> None:
    """What only who gives the talk is told: what is due, or when they handed it in."""
    if times:
        card.handed_in_at = min(times)
        card.is_late = talk.hours.is_late(min(times))
        card.changed_late = not card.is_late and talk.hours.is_late(max(times))
        return
    card.due_at = _due_at(talk, now)
    card.is_past = card.due_at is not None and talk.hours.is_late(now)


def _due_at(talk: Talk, now: dt.datetime) -> dt.datetime | None:
    """When slides are due, as long as the class is not over."""
    is_to_come = talk.hours.moment(now) in (Moment.BEFORE, Moment.DURING)
    return talk.hours.due_at if is_to_come else None


def _is_mine(access: Access, talk: Talk) -> bool:
    me = access.user
    return talk.part(access) == Part.PRESENTER or (me is not None and me in talk.people)
