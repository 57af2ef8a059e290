"""Talks: what one presenter does on one slot, whoever has its seat now."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.urls import reverse

from readings.accounts.models import User
from readings.courses.access import Access
from readings.courses.models import Course, Group, GroupMember
from readings.presentations import queries
from readings.presentations.day.access import Part, Right, may, part_of
from readings.presentations.day.hours import Hours, hours_of
from readings.presentations.day.models import Material, TalkFeedback, TalkMark
from readings.presentations.models import SignUp, Slot
from readings.presentations.presenters import Presenter, code_of, columns_of, presenter_of
from readings.schedule.models import Meeting, Status

_KEY: Final = re.compile(r"([ug])([0-9]{1,18})")


@dataclass(slots=True)
class Talk:
    """What a presenter shows on a slot."""

    slot: Slot
    presenter: Presenter
    people: list[User]  # who give it: the person, or the members of the group
    is_current: bool  # whether the presenter has a seat of the slot now
    hours: Hours = field(default_factory=Hours)

    @property
    def key(self) -> str:
        """``u12``, ``g3``: the presenter in addresses."""
        return code_of(self.presenter)

    @property
    def name(self) -> str:
        """What is presented."""
        return queries.name_of(self.slot)

    @property
    def url(self) -> str:
        """The address of its page."""
        return reverse("day:talk", args=[self.slot.course.slug, self.slot.pk, self.key])

    @property
    def columns(self) -> dict[str, object]:
        """What rows of it have in common, for filters and for new ones."""
        return {"slot": self.slot, **columns_of(self.presenter)}

    @property
    def members(self) -> list[User]:
        """The members of a group that presents; nobody for a person."""
        return self.people if isinstance(self.presenter, Group) else []

    def part(self, access: Access) -> Part:
        """What the person of ``access`` is to it."""
        me = access.user
        gives = me is not None and any(one.pk == me.pk for one in self.people)
        return part_of(access, gives=gives, is_current=self.is_current)

    def allows(self, access: Access, right: Right, now: dt.datetime) -> bool:
        """Whether the person may do that now."""
        if right == Right.GIVE_FEEDBACK and not self.slot.sheet.asks_class:
            return False
        return may(right, self.part(access), self.hours.moment(now))


def talk_hours(slot: Slot) -> Hours:
    """The hours of a slot; needs its item's meeting, its sheet and its course."""
    meeting = slot.agenda_item.meeting
    if meeting is None or meeting.status != Status.CLASS:
        return Hours()
    begins, until = times_of(meeting, slot.course)
    zone = slot.course.zone
    return hours_of(meeting.meets_on, begins, until, zone, due_hours=slot.sheet.slides_due_hours)


def times_of(meeting: Meeting, course: Course) -> tuple[dt.time | None, dt.time | None]:
    """From when until when a class is; the course's usual times where it has none of its own."""
    if meeting.meets_from is None and meeting.meets_until is None:
        return course.meets_from, course.meets_until
    return meeting.meets_from or course.meets_from, meeting.meets_until


def talks_of(slots: Sequence[Slot], *, former: bool = False) -> dict[int, list[Talk]]:
    """Slot to its talks, by seat; with ``former``, also of who prepared one and lost the seat.

    As many queries for one slot as for many.
    """
    ids = [slot.pk for slot in slots]
    found: dict[int, dict[str, Presenter]] = {pk: {} for pk in ids}
    seats = (
        SignUp.objects.filter(slot__in=ids)
        .select_related("user", "group")
        .order_by("seat__number", "pk")
    )
    for sign_up in seats:
        presenter = presenter_of(sign_up)
        found[sign_up.slot_id][code_of(presenter)] = presenter
    current = {pk: frozenset(one) for pk, one in found.items()}
    if former:
        for slot_id, presenter in _prepared(ids):
            found[slot_id].setdefault(code_of(presenter), presenter)
    everybody = [one for of_slot in found.values() for one in of_slot.values()]
    people = _people_of(everybody)
    return {
        slot.pk: [
            Talk(slot, presenter, people[key], key in current[slot.pk], talk_hours(slot))
            for key, presenter in found[slot.pk].items()
        ]
        for slot in slots
    }


def find_talk(access: Access, slot_id: int, key: str) -> Talk | None:
    """The talk at an address, if there is or was one."""
    match = _KEY.fullmatch(key)
    if match is None:
        return None
    slots = queries.with_item(Slot.objects.filter(course=access.course, pk=slot_id))
    talks = talks_of(list(slots), former=True).get(slot_id, [])
    return next((talk for talk in talks if talk.key == key), None)


def slots_of(meeting: Meeting) -> list[Slot]:
    """The slots of a class in the order in which they are presented."""
    return list(
        queries.in_order(queries.with_item(Slot.objects.filter(agenda_item__meeting=meeting)))
    )


def _prepared(slots: Collection[int]) -> Iterable[tuple[int, Presenter]]:
    """Who has something on these slots: slides, feedback, marks; three queries."""
    for model in (Material, TalkFeedback, TalkMark):
        rows = model._default_manager.filter(slot__in=slots).select_related("user", "group")
        for row in rows.order_by("pk"):
            yield row.slot_id, presenter_of(row)


def _people_of(presenters: Collection[Presenter]) -> dict[str, list[User]]:
    """Key of a presenter to who that is; at most one query."""
    found: dict[str, list[User]] = defaultdict(list)
    for one in presenters:
        if isinstance(one, User):
            found[code_of(one)] = [one]
    groups = {one.pk for one in presenters if isinstance(one, Group)}
    if groups:
        members = GroupMember.objects.filter(group__in=groups).select_related("user")
        for member in members.order_by("pk"):
            found[f"g{member.group_id}"].append(member.user)
    return found
