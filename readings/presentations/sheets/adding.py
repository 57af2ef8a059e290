"""Making slots, many at once: on each reading, on every class with presentations, on one item."""

from __future__ import annotations

import enum
import itertools
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from readings.accounts.models import User
from readings.core.counting import count_of
from readings.courses.models import Course
from readings.presentations import queries
from readings.presentations.models import Seat, Sheet, Slot
from readings.presentations.seating import lock_sheet
from readings.presentations.sheets.services import make_sheet
from readings.presentations.sheets.terms import SheetTerms, Terms, require_window
from readings.presentations.sheets.words import record
from readings.schedule.models import AgendaItem


class Way(enum.Enum):
    """How slots come onto agenda items."""

    ON_EACH = "on each"  # one on each item that has none of the sheet
    FILL_UP = "fill up"  # so many on each item, numbered
    ONE_MORE = "one more"  # one, whatever is there already


@dataclass(frozen=True)
class Wanted:
    """Which slots to make."""

    way: Way
    items: Sequence[AgendaItem]
    terms: Terms
    slots_each: int = 1


def offer_sheet(
    *, course: Course, terms: SheetTerms, wanted: Wanted | None, actor: User
) -> tuple[Sheet, list[Slot]]:
    """A sheet with its slots, or neither.  Raises ``ClosesBeforeOpening`` and ``TitleTaken``."""
    with transaction.atomic():
        sheet = make_sheet(course=course, terms=terms, actor=actor)
        slots = add_wanted(sheet=sheet, wanted=wanted, actor=actor) if wanted else []
    return sheet, slots


def add_wanted(*, sheet: Sheet, wanted: Wanted, actor: User) -> list[Slot]:
    """Make the slots; see the services for the three ways."""
    match wanted.way:
        case Way.ON_EACH:
            return add_slot_on_each(
                sheet=sheet, items=wanted.items, terms=wanted.terms, actor=actor
            )
        case Way.FILL_UP:
            return add_presentation_slots(
                sheet=sheet,
                items=wanted.items,
                slots_each=wanted.slots_each,
                terms=wanted.terms,
                actor=actor,
            )
        case Way.ONE_MORE:
            return [
                add_slot(sheet=sheet, item=item, terms=wanted.terms, actor=actor)
                for item in wanted.items
            ]


def add_slot(*, sheet: Sheet, item: AgendaItem, terms: Terms, actor: User) -> Slot:
    """Put one slot on an agenda item.  Raises ``ClosesBeforeOpening`` and ``OpensTooLate``."""
    with transaction.atomic():
        sheet = _take_turns(sheet, terms)
        slot = _create(sheet, [(item, terms.title)], terms)[0]
        record(
            sheet.course,
            actor,
            "slot_added",
            f"Sign-up for {queries.describe(slot)}: {count_of(terms.seats, 'seat')}",
            {"slot": slot.pk, "sheet": sheet.pk},
        )
    return slot


def add_slot_on_each(
    *, sheet: Sheet, items: Sequence[AgendaItem], terms: Terms, actor: User
) -> list[Slot]:
    """A slot on each of ``items`` (readings, tech talks) that has none of this sheet.

    So doing it twice changes nothing.  Raises ``ClosesBeforeOpening`` and ``OpensTooLate``.
    """
    with transaction.atomic():
        sheet = _take_turns(sheet, terms)
        busy = set(Slot.objects.filter(sheet=sheet).values_list("agenda_item_id", flat=True))
        named = [(item, terms.title) for item in items if item.pk not in busy]
        slots = _create(sheet, named, terms)
        _record_added(sheet, slots, actor)
    return slots


def add_presentation_slots(
    *, sheet: Sheet, items: Sequence[AgendaItem], slots_each: int, terms: Terms, actor: User
) -> list[Slot]:
    """Fill each of ``items`` (group presentations) up to ``slots_each`` slots, named and numbered.

    An item that has as many of this sheet gets none, so that doing it twice changes nothing.
    Raises ``ClosesBeforeOpening`` and ``OpensTooLate``.
    """
    with transaction.atomic():
        sheet = _take_turns(sheet, terms)
        names: dict[int, set[str]] = defaultdict(set)
        there: Counter[int] = Counter()
        found = Slot.objects.filter(agenda_item__in=[item.pk for item in items])
        for item_id, title, on_sheet in found.values_list("agenda_item_id", "title", "sheet_id"):
            names[item_id].add(title)
            there[item_id] += on_sheet == sheet.pk
        named: list[tuple[AgendaItem, str]] = []
        for item in items:
            word = terms.title or stage_word(item)
            numbered = (f"{word} {number}" for number in itertools.count(1))
            free = (name for name in numbered if name not in names[item.pk])
            wanted = max(0, slots_each - there[item.pk])
            named += [(item, name) for name in itertools.islice(free, wanted)]
        slots = _create(sheet, named, terms)
        _record_added(sheet, slots, actor)
    return slots


def stage_word(item: AgendaItem) -> str:
    """What one presentation of the item is called: "Pitch", "Final", else "Presentation"."""
    return item.get_stage_display() if item.stage else "Presentation"


def _take_turns(sheet: Sheet, terms: Terms) -> Sheet:
    """The sheet as it is now: two of the staff who make the same slots at once make them once."""
    locked = lock_sheet(sheet)
    require_window(terms.opens_at, terms.closes_at, locked)
    return locked


def _create(sheet: Sheet, named: Sequence[tuple[AgendaItem, str]], terms: Terms) -> list[Slot]:
    """Slots with their seats, each after those that its item has; in as many queries as for one."""
    items = {item.pk for item, _title in named}
    last: Counter[int] = Counter(
        dict(
            Slot.objects.filter(agenda_item__in=items)
            .order_by()
            .values_list("agenda_item_id")
            .annotate(last=Max("position"))
        )
    )
    slots = []
    for item, title in named:
        last[item.pk] += 1
        slots.append(
            Slot(
                course=sheet.course,
                sheet=sheet,
                agenda_item=item,
                position=last[item.pk],
                title=title,
                minutes=terms.minutes,
                opens_at=terms.opens_at,
                closes_at=terms.closes_at,
            )
        )
    Slot.objects.bulk_create(slots)
    Seat.objects.bulk_create(
        Seat(slot=slot, number=number + 1) for slot in slots for number in range(terms.seats)
    )
    return slots


def _record_added(sheet: Sheet, slots: list[Slot], actor: User) -> None:
    if slots:
        record(
            sheet.course,
            actor,
            "slots_added",
            f"{sheet.title}: {count_of(len(slots), 'slot')} to sign up for",
            {"slots": [slot.pk for slot in slots], "sheet": sheet.pk},
        )
