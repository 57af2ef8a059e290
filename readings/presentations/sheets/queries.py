"""What the pages of sheets show."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from readings.core.clock import short_date, short_instant
from readings.core.counting import count_of
from readings.courses.models import Course
from readings.presentations import queries
from readings.presentations.models import Method, Seat, Sheet, Slot, Waiting
from readings.presentations.sheets.standing import Standing
from readings.presentations.windows import Phase
from readings.schedule.models import AgendaItem, Kind, Status


@dataclass(slots=True)
class SheetRow:
    """A sheet in a line."""

    sheet: Sheet
    slots: int
    seats: int
    taken: int
    concerned: int
    missing: int
    window: str  # "open until Fri Sep 12, 18:00"


@dataclass(slots=True)
class SlotRow:
    """A slot in a line of its sheet's table."""

    pk: int
    day: str
    name: str
    seats: int
    holders: list[str]
    waiting: int
    minutes: int | None
    window: str  # its own; empty: as the sheet says
    off: str  # "holiday": no class on this day

    @property
    def free(self) -> int:
        """How many seats nobody has."""
        return self.seats - len(self.holders)


def sheet_rows(standing: Standing, course: Course, now: dt.datetime) -> list[SheetRow]:
    """Every sheet of the course; one query."""
    seats = Counter(Seat.objects.filter(slot__course=course).values_list("slot_id", flat=True))
    taken = Counter(standing.slots[one.slot_id].sheet_id for one in standing.sign_ups)
    return [
        SheetRow(
            sheet=sheet,
            slots=len(slots := standing.slots_on(sheet)),
            seats=sum(seats[slot.pk] for slot in slots),
            taken=taken[sheet.pk],
            concerned=standing.concerned(sheet),
            missing=len(standing.missing(sheet)),
            window=window_words(sheet, slots, now),
        )
        for sheet in standing.sheets.values()
    ]


def slot_rows(standing: Standing, sheet: Sheet) -> list[SlotRow]:
    """The slots of one sheet in the order of the term; two queries."""
    seats = Counter(Seat.objects.filter(slot__sheet=sheet).values_list("slot_id", flat=True))
    waiting = Counter(Waiting.objects.filter(slot__sheet=sheet).values_list("slot_id", flat=True))
    holders: dict[int, list[str]] = defaultdict(list)
    for sign_up in standing.sign_ups:
        holders[sign_up.slot_id].append(queries.presenter_name(sign_up))
    return [
        SlotRow(
            pk=slot.pk,
            day=place_of(slot.agenda_item),
            name=queries.name_of(slot),
            seats=seats[slot.pk],
            holders=holders[slot.pk],
            waiting=waiting[slot.pk],
            minutes=slot.minutes,
            window=_own_window(slot),
            off=_off(slot),
        )
        for slot in standing.slots_on(sheet)
    ]


def window_words(sheet: Sheet, slots: list[Slot], now: dt.datetime) -> str:
    """When the sheet is open, in words, in the course's zone; slots may differ."""

    def local(instant: dt.datetime) -> str:
        return short_instant(instant.astimezone(sheet.course.zone))

    by_wishes = sheet.method == Method.WISHES
    said = ""
    if sheet.closes_at and sheet.closes_at <= now:
        said = f"closed {local(sheet.closes_at)}"
    elif sheet.opens_at and sheet.opens_at > now:
        said = f"opens {local(sheet.opens_at)}"
    elif sheet.closes_at:
        said = f"{'wishes' if by_wishes else 'open'} until {local(sheet.closes_at)}"
    if by_wishes:
        return said or "wishes"
    is_open = sum(queries.window_of(slot).phase(now) == Phase.OPEN for slot in slots)
    if is_open == len(slots) or (said and not is_open):
        return said or "open"
    few = f"{is_open} of {len(slots)} slots open now"
    return f"{said}; {few}" if said else few


def rule_words(sheet: Sheet) -> list[str]:
    """The sheet's rules, a few words each."""
    by_wishes = sheet.method == Method.WISHES
    low, high = sheet.fewest_members or 1, sheet.most_members
    sized = sheet.is_for_groups and (sheet.fewest_members or high)
    marks = "" if sheet.marks_out_of is None else f"{sheet.marks_out_of.normalize():f}"
    words: list[tuple[object, str]] = [
        (True, sheet.get_method_display()),
        (True, sheet.get_taken_by_display()),
        (sheet.must_hold, f"each must hold {sheet.must_hold}"),
        (True, f"may hold {sheet.may_hold or 'any number'}"),
        (sheet.days_apart, f"{count_of(sheet.days_apart, 'day')} apart"),
        (sized, f"groups of {low} to {high}" if high else f"groups of at least {low}"),
        (sheet.is_for_some, "only for some"),
        (sheet.auditors_too, "auditors too"),
        (by_wishes and sheet.fills_up, "what is left goes to those without a wish granted"),
        (not by_wishes and sheet.has_waiting_list, "with a waiting list"),
        (True, f"swaps {sheet.get_swaps_display()}"),
        (sheet.slides_due_hours is not None, f"slides due {sheet.slides_due_hours} h before class"),
        (sheet.asks_class, "the class gives feedback"),
        (marks, f"marks out of {marks}"),
    ]
    return [said for is_said, said in words if is_said]


def place_of(item: AgendaItem) -> str:
    """``Wed Sep 17``, ``no date yet``, ``not scheduled``."""
    if item.meeting is None:
        return "not scheduled"
    return short_date(item.meeting.meets_on) if item.meeting.meets_on else "no date yet"


def tech_talks_of(course: Course) -> QuerySet[AgendaItem]:
    """The tech talks on the schedule, in the order of the term."""
    items = queries.places_for_slots(course)
    return items.filter(kind=Kind.TECH_TALK, meeting__status=Status.CLASS)


def on_same_item(slot: Slot) -> list[Slot]:
    """The slots of the slot's item, itself too, in their order on the day."""
    there = Slot.objects.filter(agenda_item=slot.agenda_item_id)
    return list(queries.with_item(there).order_by("position", "pk"))


def with_work(slots: QuerySet[Slot]) -> QuerySet[Slot]:
    """Those of which slides, feedback or marks keep them from being removed."""
    work = Q(materials__isnull=False) | Q(talk_feedback__isnull=False) | Q(talk_marks__isnull=False)
    return queries.with_item(Slot.objects.filter(pk__in=slots.filter(work).values("pk")))


def _off(slot: Slot) -> str:
    meeting = slot.agenda_item.meeting
    if meeting is None or meeting.status == Status.CLASS:
        return ""
    return meeting.get_status_display().lower()


def _own_window(slot: Slot) -> str:
    def local(instant: dt.datetime) -> str:
        return short_instant(instant.astimezone(slot.course.zone))

    opens = f"from {local(slot.opens_at)}" if slot.opens_at else ""
    closes = f"until {local(slot.closes_at)}" if slot.closes_at else ""
    return f"{opens} {closes}".strip()
