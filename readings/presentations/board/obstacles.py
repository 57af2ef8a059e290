"""What speaks against a slot for its reader, or for those who wait for it, in words."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Final

from readings.core.clock import short_date
from readings.core.counting import count_of
from readings.core.refusals import Refusal
from readings.courses.models import Course
from readings.presentations.holding import Standings, held_slot, rules_of
from readings.presentations.models import Blackout, Slot, Waiting
from readings.presentations.presenters import Presenter, key_of, presenter_of
from readings.presentations.refusals import HoldsEnough

#: So many of those in line are named.
_MOST_NAMED: Final = 3


def why_not(standings: Standings, slot: Slot, presenter: Presenter) -> Refusal | None:
    """What the sheet's rules say against the slot; None: nothing."""
    try:
        standings.require(slot, presenter)
    except Refusal as refusal:
        return refusal
    return None


def too_close_words(standings: Standings, slot: Slot, presenter: Presenter) -> str:
    """``DSPy is on Wed Nov 18: 14 days apart, so from Wed Dec 2``; empty where it is not near."""
    rules, wanted = rules_of(standings.sheet), held_slot(slot)
    held = standings.held.get(key_of(presenter), [])
    if any(one.slot == slot.pk for one in held):
        return ""
    for one in held:
        if one.day and wanted.day and rules.are_too_close(one.day, wanted.day):
            apart = dt.timedelta(days=rules.days_apart)
            limit = (
                f"from {short_date(one.day + apart)}"
                if wanted.day >= one.day
                else f"until {short_date(one.day - apart)}"
            )
            days = count_of(rules.days_apart, "day")
            return f"{one.name} is on {short_date(one.day)}: {days} apart, so {limit}"
    return ""


def own_wait_words(refusal: Refusal | None) -> str:
    """To who waits: why they do not move up as things are."""
    if refusal is None:
        return ""
    if isinstance(refusal, HoldsEnough):
        return f"You move up once you may hold another. {refusal}"
    return f"You do not move up as things are: {refusal}"


def stuck_words(standings: Standings, slot: Slot, line: Sequence[Waiting]) -> str:
    """To staff: why nobody in line moves up to a free seat; empty where somebody may."""
    waiting = [presenter_of(row) for row in line]
    if any(standings.allows(slot, one) for one in waiting):
        return ""
    named = [f"{one} {standings.against(slot, one)}" for one in waiting[:_MOST_NAMED]]
    more = len(waiting) - len(named)
    rest = f"; so it is with {more} more" if more else ""
    return f"Nobody in line may have it now: {'; '.join(named)}{rest}."


def away_on(course: Course, people: Collection[int]) -> dict[dt.date, list[int]]:
    """Day to who of these users cannot present on it; one query."""
    found: dict[dt.date, list[int]] = defaultdict(list)
    days = Blackout.objects.filter(course=course, user__in=people).order_by("pk")
    for user, day in days.values_list("user_id", "day"):
        found[day].append(user)
    return found
