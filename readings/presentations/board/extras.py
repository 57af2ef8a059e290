"""What the other parts of presentations say on the cards and at the top of the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from readings.courses.access import Access
from readings.courses.groups import queries as groups
from readings.presentations.day import queries as day
from readings.presentations.models import Slot
from readings.presentations.projects import queries as projects
from readings.presentations.sheets.attention import Concern, needs_attention
from readings.presentations.swaps import queries as swaps
from readings.presentations.wishes import queries as wishes


@dataclass(frozen=True, slots=True)
class Extras:
    """What stands on one card besides the slot; None: nothing to say."""

    wish: wishes.OnCard | None = None
    swap: swaps.OnCard | None = None
    talk: day.OnCard | None = None
    projects: Sequence[projects.OnCard] = ()


@dataclass(frozen=True, slots=True)
class Top:
    """What waits for the reader, and for staff what needs them."""

    told: Sequence[wishes.Told] = ()
    swaps: swaps.OnTop | None = None
    slides: Sequence[day.Due] = ()
    invitations: Sequence[groups.InvitationCard] = ()
    concerns: Sequence[Concern] = ()
    to_rank: dict[int, wishes.ToRank] = field(default_factory=dict)  # by sheet


def extras_of(
    access: Access, slots: Sequence[Slot], *, taken: Collection[int], now: dt.datetime
) -> dict[int, Extras]:
    """Slot id to what every part says about it; ``taken`` are those that somebody has.

    The number of queries is constant.  The slots come with all that cards show.
    """
    held = [slot for slot in slots if slot.pk in taken]
    by_groups = [slot for slot in held if slot.sheet.is_for_groups]
    wished = wishes.on_cards(access, slots, now=now)
    offered = swaps.on_cards(access, held)
    talks = day.on_cards(access, held, now=now) if held else {}
    written = projects.on_cards(access, by_groups) if by_groups else {}
    return {
        pk: Extras(wished.get(pk), offered.get(pk), talks.get(pk), written.get(pk, ()))
        for pk in (slot.pk for slot in slots)
    }


def top_of(access: Access, *, now: dt.datetime) -> Top:
    """What stands at the top of the page for this reader."""
    ranked = wishes.on_top(access, now=now)
    return Top(
        told=ranked.told,
        swaps=swaps.on_top(access),
        slides=day.on_top(access, now=now),
        invitations=groups.invitations_of(access) if access.owes_notes else (),
        concerns=needs_attention(access, now=now),
        to_rank={one.sheet.pk: one for one in ranked.to_rank},
    )
