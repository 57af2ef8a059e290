"""What needs staff: seats of which something is the matter, each with what to do about it.

Nothing is taken from anybody by itself: seats stay with whoever has them until staff decide.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from readings.core.counting import count_of
from readings.courses.access import Access
from readings.courses.models import Role
from readings.presentations import queries
from readings.presentations.models import Method, Sheet, SignUp, Slot
from readings.presentations.presenters import Key
from readings.presentations.sheets.standing import Holder, Standing, read_standing
from readings.presentations.windows import Phase
from readings.schedule.models import Status

NAMES_SHOWN = 12


@dataclass(slots=True)
class Concern:
    """Something that staff have to decide."""

    who: str
    what: str  # goes on after ``who``
    todo: str
    url: str
    link: str  # words for ``url``
    sign_ups: tuple[int, ...] = ()  # to be taken off with one button
    presenter: int = 0  # whose they are: the key of a person, or of a group
    is_group: bool = False


def needs_attention(
    access: Access,
    *,
    now: dt.datetime,
    sheet: Sheet | None = None,
    standing: Standing | None = None,
) -> list[Concern]:
    """What needs staff on one sheet, or on all; seven queries, none with a ``standing`` at hand."""
    if not access.is_staff:
        return []
    standing = standing or read_standing(access.course, sheet)
    urls = _Urls(access)
    # Talks that were given are history: whose they are does not change any more.
    to_come = [one for one in standing.sign_ups if not _is_over(standing.slots[one.slot_id], now)]
    found = [
        *_of_people(standing, to_come, urls),
        *_of_groups_without_members(standing, to_come, urls),
    ]
    for one in standing.sheets.values():
        found += _of_breaches(standing, one, urls)
    found += _of_days(standing, urls)
    for one in standing.sheets.values():
        found += _of_missing(standing, one, urls, now)
    return found


class _Urls:
    def __init__(self, access: Access) -> None:
        # One reverse() for all instead of one each.
        self._slot = reverse("presentations:slot", args=[access.course.slug, 0])
        self._sheet = reverse("presentations:sheet", args=[access.course.slug, 0])
        self.groups = reverse("courses:groups", args=[access.course.slug])
        self.plan = reverse("planning:board", args=[access.course.slug])

    def slot(self, pk: int) -> str:
        return self._slot.replace("/0/", f"/{pk}/")

    def sheet(self, pk: int) -> str:
        return self._sheet.replace("/0/", f"/{pk}/")


def _is_over(slot: Slot, now: dt.datetime) -> bool:
    return queries.window_of(slot).phase(now) == Phase.OVER


def _of_people(standing: Standing, to_come: list[SignUp], urls: _Urls) -> Iterable[Concern]:
    """Who left the course, or audits it now, with all that they are still to present."""
    by_person: dict[int, list[SignUp]] = defaultdict(list)
    for sign_up in to_come:
        if sign_up.user_id is None:
            continue
        role = standing.roles.get(sign_up.user_id)
        auditors_too = standing.slots[sign_up.slot_id].sheet.auditors_too
        if role is None or (role == Role.AUDITOR and not auditors_too):
            by_person[sign_up.user_id].append(sign_up)
    for user, sign_ups in by_person.items():
        slots = [standing.slots[sign_up.slot_id] for sign_up in sign_ups]
        has_left = user not in standing.roles
        yield Concern(
            queries.presenter_name(sign_ups[0]),
            f"{'left the course' if has_left else 'audits the course now'} and holds"
            f" {_names(slots)}.",
            "Take them off, so that others can have the seats.",
            urls.slot(slots[0].pk),
            "Look at the slot",
            tuple(sign_up.pk for sign_up in sign_ups),
            user,
        )


def _of_groups_without_members(
    standing: Standing, to_come: list[SignUp], urls: _Urls
) -> Iterable[Concern]:
    empty: dict[int, list[SignUp]] = defaultdict(list)
    for sign_up in to_come:
        if sign_up.group_id is not None and not standing.groups.get(sign_up.group_id):
            empty[sign_up.group_id].append(sign_up)
    for group, sign_ups in empty.items():
        slots = [standing.slots[sign_up.slot_id] for sign_up in sign_ups]
        yield Concern(
            queries.presenter_name(sign_ups[0]),
            f"has no members any more and holds {_names(slots)}.",
            "Place students in the group, or take it off.",
            urls.groups,
            "Groups",
            tuple(sign_up.pk for sign_up in sign_ups),
            group,
            is_group=True,
        )


def _of_breaches(standing: Standing, sheet: Sheet, urls: _Urls) -> Iterable[Concern]:
    """Who holds what the rules do not allow, each once with all that is the matter."""
    by_holder: dict[Key, tuple[Holder, list[str]]] = {}
    for holder, sentence in standing.breaches(sheet):
        by_holder.setdefault(holder.key, (holder, []))[1].append(sentence)
    for holder, sentences in by_holder.values():
        yield Concern(
            holder.name,
            f"{'; '.join(sentences)}.",
            f"The seats are kept. Change the rules of {sheet.title}, or take them off.",
            urls.slot(holder.sign_ups[0].slot_id),
            "Look at the slot",
        )


def _of_days(standing: Standing, urls: _Urls) -> Iterable[Concern]:
    """Slots that somebody has, on a day without class or on none."""
    holders: dict[int, list[str]] = defaultdict(list)
    for sign_up in standing.sign_ups:
        holders[sign_up.slot_id].append(queries.presenter_name(sign_up))
    for slot in standing.slots.values():
        meeting = slot.agenda_item.meeting
        if not holders[slot.pk] or (meeting is not None and meeting.status == Status.CLASS):
            continue
        has = "have" if len(holders[slot.pk]) > 1 else "has"
        off = "a holiday" if meeting and meeting.status == Status.HOLIDAY else "cancelled"
        yield Concern(
            ", ".join(holders[slot.pk]),
            f"{has} {queries.name_of(slot)}, which is in no class now."
            if meeting is None
            else f"{has} {queries.describe(slot)}: that class is {off}.",
            "Whoever has the seat keeps it. Put it into another class, or take them off.",
            urls.plan,
            "Open the plan",
        )


def _of_missing(
    standing: Standing, sheet: Sheet, urls: _Urls, now: dt.datetime
) -> Iterable[Concern]:
    """Who has to hold more, once nobody can take a seat any more."""
    if not standing.has_closed(sheet, now):
        return
    holders: list[Holder] = standing.holders(sheet)
    if sheet.method == Method.WISHES and not holders:
        if standing.slots_on(sheet):
            yield Concern(
                sheet.title,
                "has closed for wishes, and nothing is given out yet.",
                "Give out the slots.",
                urls.sheet(sheet.pk),
                "Open the sheet",
            )
        return
    missing = standing.missing(sheet)
    if missing:
        names = [one.name for one in missing[:NAMES_SHOWN]]
        more = len(missing) - len(names)
        yield Concern(
            sheet.title,
            f"has closed, and {len(missing)} of {standing.concerned(sheet)} do not hold what they"
            f" must ({count_of(sheet.must_hold, 'slot')}): {', '.join(names)}"
            + (f" and {more} more." if more else "."),
            "Put them on free seats, or let sign-up close later.",
            urls.sheet(sheet.pk),
            "Open the sheet",
        )


def _names(slots: list[Slot]) -> str:
    names = ", ".join(queries.describe(slot) for slot in slots)
    return f"{len(slots)} slots: {names}" if len(slots) > 1 else names
