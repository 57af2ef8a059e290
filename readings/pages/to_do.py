"""What one still has to do for one's talks, beside the schedule."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse

from readings.core.counting import count_of
from readings.courses.access import Access
from readings.courses.groups.queries import invitations_of
from readings.presentations.day import queries as day
from readings.presentations.holding import short_on
from readings.presentations.swaps import queries as swaps
from readings.presentations.wishes import queries as wishes


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing, and until when."""

    words: str
    url: str
    due_at: dt.datetime | None = None
    is_past: bool = False


def to_do_of(access: Access, *, now: dt.datetime) -> list[ToDo]:
    """What waits for a member who may present, the first due at the top.

    Nothing for staff and visitors; the number of queries is constant.
    """
    if access.user is None or not access.is_member or access.is_staff:
        return []
    found = [*_slides(access, now), *_to_rank(access, now), *_to_take(access, now)]
    found.sort(key=lambda one: (one.due_at is None, one.due_at or now))
    return [*found, *_asked(access)]


def _slides(access: Access, now: dt.datetime) -> list[ToDo]:
    return [
        ToDo(f"Slides for {one.name}", f"{one.url}#slides", one.due_at, one.is_past)
        for one in day.on_top(access, now=now)
    ]


def _to_rank(access: Access, now: dt.datetime) -> list[ToDo]:
    return [
        ToDo(f"Rank your wishes: {one.sheet.title}", one.url, one.sheet.closes_at)
        for one in wishes.to_rank(access, now=now)
        if one.standing.possible < one.standing.needed
    ]


def _to_take(access: Access, now: dt.datetime) -> list[ToDo]:
    page = reverse("presentations:sign_ups", args=[access.course.slug])
    return [
        ToDo(
            f"Sign up for {count_of(sheet.must_hold - held, 'slot')}"
            f"{' more' if held else ''}: {sheet.title}",
            f"{page}?sheet={sheet.pk}",
            sheet.closes_at,
        )
        for sheet, held in short_on(access, now=now)
    ]


def _asked(access: Access) -> list[ToDo]:
    offered = swaps.on_top(access)
    groups = reverse("courses:groups", args=[access.course.slug])
    return [
        *([ToDo(line, offered.url) for line in offered.lines] if offered else []),
        *(
            ToDo(f"{one.invitation.group} invites you", groups)
            for one in invitations_of(access)
            if not one.is_full
        ),
    ]
