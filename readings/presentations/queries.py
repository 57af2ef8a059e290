"""What is read about slots and sign-ups, by this package's pages and by others'."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.urls import reverse

from readings.accounts.models import User
from readings.core.clock import short_date, short_time
from readings.courses.access import Access
from readings.courses.models import Course, Event, GroupMember, Membership
from readings.presentations.models import Method, Seat, SignUp, Slot, Waiting
from readings.presentations.windows import Phase, Window, end_of_class
from readings.schedule.models import AgendaItem, Kind, Status

_LONG_TEXTS: Final = (
    "agenda_item__reading__paper__abstract",
    "agenda_item__reading__paper__abstract_html",
)


#: The kind of event that tells somebody they moved up on a waiting list.
MOVED_UP: Final = "presentations.moved_up"


@dataclass(slots=True)
class SlotSummary:
    """A slot in a line, for the schedule."""

    slot_id: int
    title: str  # the slot's own, "Pitch 1"; empty: it is called as its item
    seats: int
    presenters: list[str] = field(default_factory=list)  # "You", "Priya Singh", "Group 3"
    is_mine: bool = False

    @property
    def free(self) -> int:
        """How many seats nobody has."""
        return self.seats - len(self.presenters)


@dataclass(slots=True)
class MySlot:
    """A seat that one holds, or one's group does."""

    slot_id: int
    title: str  # "DSPy", "Pitch 1"
    group: str  # for which group; empty for oneself
    day: dt.date | None
    when: str  # "Wed Sep 17, 10:30", "not scheduled at the moment"
    is_off: bool  # a holiday, or cancelled
    url: str


def with_item(slots: QuerySet[Slot]) -> QuerySet[Slot]:
    """Slots with their item, its meeting and its paper, but not the paper's long texts."""
    return slots.select_related(
        "course", "sheet", "agenda_item__meeting", "agenda_item__reading__paper"
    ).defer(*_LONG_TEXTS)


def for_board(slots: QuerySet[Slot]) -> QuerySet[Slot]:
    """Slots with what cards show, but abstracts; their course is known to who asks."""
    return (
        with_seat_count(slots)
        .select_related("sheet", "agenda_item__meeting__week", "agenda_item__reading__paper")
        .defer(*_LONG_TEXTS)
    )


def with_slot(sign_ups: QuerySet[SignUp]) -> QuerySet[SignUp]:
    """Sign-ups with their slot, its item, its meeting and its paper, but not its long texts."""
    return sign_ups.select_related(
        "slot__agenda_item__meeting", "slot__agenda_item__reading__paper"
    ).defer(*(f"slot__{name}" for name in _LONG_TEXTS))


def _seat_count() -> Coalesce:
    counts = Seat.objects.filter(slot=OuterRef("pk")).order_by().values("slot")
    return Coalesce(Subquery(counts.annotate(count=Count("pk")).values("count")), 0)


def with_seat_count(slots: QuerySet[Slot]) -> QuerySet[Slot]:
    """Slots with ``seat_count``."""
    return slots.annotate(seat_count=_seat_count())


def in_order(slots: QuerySet[Slot]) -> QuerySet[Slot]:
    """Slots in the order of the term, those of parked items last."""
    return slots.order_by(*_order_of_slots(""))


def in_order_of_slots(sign_ups: QuerySet[SignUp]) -> QuerySet[SignUp]:
    """Sign-ups in the order of their slots."""
    return sign_ups.order_by(*_order_of_slots("slot__"), "pk")


def _order_of_slots(slot: str) -> list[OrderBy | str]:
    """For rows on which the slot is found under the path ``slot``."""
    return [
        F(f"{slot}agenda_item__meeting__week__number").asc(nulls_last=True),
        f"{slot}agenda_item__meeting__position",
        f"{slot}agenda_item__meeting",
        f"{slot}agenda_item__position",
        f"{slot}agenda_item",
        f"{slot}position",
        f"{slot}pk",
    ]


def lines_of(slots: Collection[int]) -> dict[int, list[Waiting]]:
    """Slot id to who waits for it, in order; two queries at most."""
    lines: dict[int, list[Waiting]] = {}
    rows = Waiting.objects.filter(slot__in=slots)
    if not rows.exists():
        return lines
    for row in rows.select_related("user", "group").order_by("pk"):
        lines.setdefault(row.slot_id, []).append(row)
    return lines


def moved_up(access: Access, *, since: dt.datetime) -> list[tuple[int, str]]:
    """Slot ids and sentences of how one moved up on waiting lists, the latest first; one query."""
    told = Event.objects.filter(
        course=access.course,
        recipient=access.member,
        kind=MOVED_UP,
        created_at__gte=since,
    )
    return [(event.details.get("slot", 0), event.summary) for event in told.order_by("-pk")]


def held_by(sign_ups: QuerySet[SignUp], user: User) -> QuerySet[SignUp]:
    """The sign-ups of ``user`` and of the groups they are in."""
    mine = GroupMember.objects.filter(group=OuterRef("group"), user=user)
    return sign_ups.filter(Q(user=user) | Exists(mine)).select_related("user", "group")


def window_of(slot: Slot) -> Window:
    """When seats of the slot may be taken; needs its item's meeting, its sheet and its course."""
    meeting = slot.agenda_item.meeting
    return Window(
        opens_at=slot.opens_at or slot.sheet.opens_at,
        closes_at=slot.closes_at or slot.sheet.closes_at,
        by_wishes=slot.sheet.method == Method.WISHES,
        class_ends_at=end_of_class(meeting.meets_on, meeting.meets_until, slot.course.zone)
        if meeting
        else None,
    )


def day_of(slot: Slot) -> dt.date | None:
    """The day of its class; needs its item's meeting."""
    meeting = slot.agenda_item.meeting
    return meeting.meets_on if meeting else None


def when_of(slot: Slot) -> str:
    """``Wed Sep 17, 10:30``, ``no date yet``; needs its item's meeting."""
    meeting = slot.agenda_item.meeting
    if meeting is None:
        return "not scheduled at the moment"
    if meeting.meets_on is None:
        return "no date yet"
    start = f", {short_time(meeting.meets_from)}" if meeting.meets_from else ""
    return f"{short_date(meeting.meets_on)}{start}"


def off_words(slot: Slot) -> str:
    """Why nobody takes a seat whatever the hour; empty where class is held.

    Needs its item's meeting.
    """
    meeting = slot.agenda_item.meeting
    if meeting is None:
        return "not scheduled at the moment"
    return "" if meeting.status == Status.CLASS else "no class on this day"


def can_take(slot: Slot, now: dt.datetime) -> bool:
    """Whether a free seat of the slot can be taken now; as ``window_of`` and ``off_words``."""
    return not off_words(slot) and window_of(slot).phase(now) == Phase.OPEN


def name_of(slot: Slot) -> str:
    """What people call it: "DSPy", "Tech talk: DSPy", "Pitch 1"."""
    item = slot.agenda_item
    if item.reading is None:
        return slot.title or item.text
    return f"{slot.title}: {item.reading.name}" if slot.title else item.reading.name


def describe(slot: Slot) -> str:
    """Name and date: ``DSPy (Wed Sep 17)``."""
    meeting = slot.agenda_item.meeting
    if meeting is None or meeting.meets_on is None:
        return name_of(slot)
    return f"{name_of(slot)} ({short_date(meeting.meets_on)})"


def presenter_name(sign_up: SignUp) -> str:
    """The name of whoever has the seat."""
    return str(sign_up.group or sign_up.user)


def still_free(slot: Slot, now: dt.datetime, *, limit: int) -> list[Slot]:
    """Other slots that whoever missed ``slot`` could take now, in the order of the term."""
    seats = Seat.objects.filter(slot__sheet=slot.sheet, sign_up__isnull=True).exclude(slot=slot)
    free = set(seats.order_by().values_list("slot", flat=True))
    if not free:
        return []  # at the end of a rush
    others = in_order(with_item(Slot.objects.filter(pk__in=free)))
    found = (other for other in others if can_take(other, now))
    return [other for other, _number in zip(found, range(limit), strict=False)]


def presenters_by_item(access: Access) -> dict[int, list[SlotSummary]]:
    """Agenda item to its slots and who has them, in two queries; nothing for visitors."""
    if not access.is_member:
        return {}
    by_item: dict[int, list[SlotSummary]] = {}
    by_slot: dict[int, SlotSummary] = {}
    slots = Slot.objects.filter(course=access.course).order_by("pk")
    # Columns, not rows of models: a term has a hundred slots.
    for pk, item_id, title, seats in slots.values_list(
        "pk", "agenda_item_id", "title", _seat_count()
    ):
        by_slot[pk] = SlotSummary(slot_id=pk, title=title, seats=seats)
        by_item.setdefault(item_id, []).append(by_slot[pk])
    if not by_slot:
        return {}
    mine = GroupMember.objects.filter(group=OuterRef("group"), user=access.user)
    sign_ups = (
        SignUp.objects.filter(slot__course=access.course)
        .select_related("user", "group")
        .only("slot_id", "user__name", "user__email", "group__name")
        .annotate(is_my_groups=Exists(mine))
        .order_by("pk")
    )
    for sign_up in sign_ups:
        summary = by_slot.get(sign_up.slot_id)
        if summary is None:
            continue  # made between the two queries
        if sign_up.user_id is not None and sign_up.user_id == access.member.pk:
            summary.is_mine = True
            summary.presenters.insert(0, "You")
        else:
            summary.is_mine = summary.is_mine or sign_up.is_my_groups
            summary.presenters.append(presenter_name(sign_up))
    return by_item


@dataclass(frozen=True, slots=True)
class Talks:
    """Who presents what: pairs of a user's id and the id of a reading, or of a meeting."""

    on_readings: frozenset[tuple[int, int]]
    in_meetings: frozenset[tuple[int, int]]


def talks_in(courses: Collection[Course], user: User | None = None) -> Talks:
    """What everybody presents in these courses, or ``user`` does, also in groups; one query."""
    where = ("slot__agenda_item__reading_id", "slot__agenda_item__meeting_id")
    sign_ups = SignUp.objects.filter(slot__course__in=courses).order_by()
    alone, together = sign_ups.filter(user__isnull=False), sign_ups.filter(group__isnull=False)
    if user is not None:
        alone, together = alone.filter(user=user), together.filter(group__members__user=user)
    pairs = list(
        alone.values_list("user_id", *where).union(
            together.values_list("group__members__user_id", *where)
        )
    )
    return Talks(
        frozenset((one, reading) for one, reading, _meeting in pairs if reading),
        frozenset((one, meeting) for one, _reading, meeting in pairs if meeting),
    )


def my_slots(access: Access, *, now: dt.datetime) -> list[MySlot]:
    """What one presents from the day of ``now`` on, in two queries: the parked ones last."""
    if access.user is None or not access.is_member:
        return []
    mine = held_by(SignUp.objects.filter(slot__course=access.course), access.user)
    if not mine.exists():
        return []
    sign_ups = with_slot(mine).select_related("group").order_by("pk")
    page = reverse("presentations:sign_ups", args=[access.course.slug])
    today = now.astimezone(access.course.zone).date()
    found = [_my_slot(sign_up, page) for sign_up in sign_ups]
    return sorted(
        (one for one in found if one.day is None or one.day >= today),
        key=lambda one: (one.day or dt.date.max, one.slot_id),
    )


def _my_slot(sign_up: SignUp, page: str) -> MySlot:
    meeting = sign_up.slot.agenda_item.meeting
    return MySlot(
        slot_id=sign_up.slot_id,
        title=name_of(sign_up.slot),
        group=str(sign_up.group) if sign_up.group else "",
        day=day_of(sign_up.slot),
        when=when_of(sign_up.slot),
        is_off=meeting is not None and meeting.status != Status.CLASS,
        url=f"{page}#slot-{sign_up.slot_id}",
    )


def readings_to_lead(course: Course) -> QuerySet[AgendaItem]:
    """The items on which a reading is discussed, one a reading, in the order of the term.

    Where a reading stands on several meetings it is the item its note is due for.
    """
    return (
        AgendaItem.objects.filter(course=course, carries_note=True, meeting__isnull=False)
        .select_related("meeting", "reading__paper")
        .defer("reading__paper__abstract", "reading__paper__abstract_html")
        .order_by("meeting__week__number", "meeting__position", "meeting", "position", "pk")
    )


def presentations_of(course: Course) -> list[AgendaItem]:
    """The items of group presentations, the first of each stage of a meeting, in order."""
    items = (
        AgendaItem.objects.filter(
            course=course, kind=Kind.PRESENTATIONS, meeting__status=Status.CLASS
        )
        .select_related("meeting", "reading__paper")
        .order_by("meeting__week__number", "meeting__position", "meeting", "position", "pk")
    )
    firsts: dict[tuple[int | None, str], AgendaItem] = {}
    for item in items:
        firsts.setdefault((item.meeting_id, item.stage), item)
    return list(firsts.values())


def places_for_slots(course: Course) -> QuerySet[AgendaItem]:
    """Every agenda item, for the choice of one: in the order of the term, parked ones last."""
    return (
        AgendaItem.objects.filter(course=course)
        .select_related("meeting", "reading__paper")
        .defer("reading__paper__abstract", "reading__paper__abstract_html")
        .order_by(
            F("meeting__week__number").asc(nulls_last=True),
            "meeting__position",
            "meeting",
            "position",
            "pk",
        )
    )


def members_still(sign_ups: QuerySet[SignUp]) -> QuerySet[SignUp]:
    """Sign-ups with ``has_left``: whether the person is no longer in the course."""
    membership = Membership.objects.filter(course=OuterRef("slot__course"), user=OuterRef("user"))
    return sign_ups.annotate(has_left=Q(user__isnull=False) & ~Exists(membership))
