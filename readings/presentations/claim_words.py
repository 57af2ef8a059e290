"""What somebody reads who does not get a seat, or cannot give one up."""

from __future__ import annotations

import datetime as dt
from typing import Final

from readings.accounts.models import User
from readings.core.clock import short_date, short_instant
from readings.courses.models import Course
from readings.presentations import queries
from readings.presentations.models import SignUp, Slot

A_MOMENT: Final = dt.timedelta(minutes=1)


def local_words(instant: dt.datetime | None, course: Course) -> str:
    """``Fri Sep 12, 18:00 (Detroit time)``."""
    if instant is None:
        return "an unknown date"
    return f"{short_instant(instant.astimezone(course.zone))} ({course.zone_name})"


def closed_sentence(slot: Slot) -> str:
    """When sign-up closed."""
    return f"Sign-up closed on {local_words(queries.window_of(slot).closes_at, slot.course)}."


def over_sentence(slot: Slot) -> str:
    """When class was."""
    meeting = slot.agenda_item.meeting
    if meeting is None or meeting.meets_on is None:
        return "This class is over."
    return f"This class was on {short_date(meeting.meets_on)}."


def off_sentence(slot: Slot) -> str:
    """Why nobody takes a seat although sign-up is open."""
    if slot.agenda_item.meeting is None:
        return "This is not scheduled at the moment: it can be taken once it is in a class again."
    return "There is no class on this day: this can be taken once it is in a class again."


def already_sentence(sign_up: SignUp, actor: User) -> str:
    """Who took the seat that ``actor``, or their group, has already."""
    if sign_up.group is not None:
        by = "you" if sign_up.created_by == actor else str(sign_up.created_by)
        return f"{sign_up.group} has a seat here already: {by} took it."
    if sign_up.user == actor:
        return "You have a seat here already."
    return f"{sign_up.user} has a seat here already."


def full_sentence(slot: Slot, now: dt.datetime) -> str:
    """What the loser of a race reads: who was faster, and what is still free."""
    sign_ups = list(
        SignUp.objects.filter(slot=slot)
        .select_related("user", "group")
        .only("created_at", "user__name", "user__email", "group__name")
        .order_by("created_at")
    )
    if sign_ups and now - sign_ups[-1].created_at < A_MOMENT:
        first = f"{queries.presenter_name(sign_ups[-1])} took the last seat a moment ago."
    elif sign_ups:
        names = ", ".join(queries.presenter_name(sign_up) for sign_up in sign_ups)
        first = f"Every seat is taken: {names}."
    else:
        first = "There is no free seat."
    free = queries.still_free(slot, now, limit=3)
    if not free:
        return f"{first} No other seat is free at the moment."
    return f"{first} Still free: {', '.join(queries.describe(other) for other in free)}."
