"""In which order talks are given on the day."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from readings.accounts.models import User
from readings.courses.services import record_event
from readings.presentations import queries
from readings.presentations.day.refusals import OrderChanged
from readings.presentations.models import Slot
from readings.presentations.refusals import SlotGone
from readings.presentations.seating import lock_slots
from readings.schedule.models import AgendaItem

REORDERED = "presentations.talks_reordered"


def reorder(*, item: AgendaItem, slots: Sequence[int], actor: User) -> bool:
    """Put the slots of an agenda item in this order, by their keys; False when they were in it.

    Raises ``OrderChanged`` when the item has other slots by now.
    """
    with transaction.atomic():
        try:
            locked = lock_slots(slots)
        except SlotGone:
            raise OrderChanged from None
        there = [slot.pk for slot in _in_order(item)]
        if sorted(there) != sorted(slots):
            raise OrderChanged
        return _place([locked[pk] for pk in slots], there, actor)


def move_slot(*, slot: Slot, by: int, actor: User) -> bool:
    """Move a talk up (-1) or down (+1) among those of its agenda item; False at the end.

    Raises ``OrderChanged`` when a talk was removed in this moment.
    """
    with transaction.atomic():
        try:
            locked = lock_slots([one.pk for one in _in_order(slot.agenda_item)])
        except SlotGone:
            raise OrderChanged from None
        there = [one.pk for one in _in_order(slot.agenda_item) if one.pk in locked]
        if slot.pk not in there:
            raise OrderChanged
        wanted = list(there)
        at = wanted.index(slot.pk)
        wanted.insert(min(max(at + by, 0), len(wanted) - 1), wanted.pop(at))
        return _place([locked[pk] for pk in wanted], there, actor)


def _in_order(item: AgendaItem) -> list[Slot]:
    return list(Slot.objects.filter(agenda_item=item).order_by("position", "pk"))


def _place(wanted: list[Slot], there: list[int], actor: User) -> bool:
    if [slot.pk for slot in wanted] == there:
        return False
    for position, slot in enumerate(wanted, start=1):
        slot.position = position
    Slot.objects.bulk_update(wanted, ["position"])
    first = wanted[0]
    names = ", ".join(queries.name_of(slot) for slot in wanted)
    record_event(
        course=first.course,
        actor=actor,
        kind=REORDERED,
        summary=f"The talks are in another order now: {names}",
        details={"item": first.agenda_item_id, "slots": [slot.pk for slot in wanted]},
    )
    return True
