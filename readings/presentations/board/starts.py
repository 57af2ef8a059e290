"""When on their days slots begin: the agendas that ``times`` reckons with."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from readings.presentations.board.times import Planned, starts_of
from readings.presentations.models import Slot
from readings.schedule.models import AgendaItem, Meeting


def find_starts(meetings: Iterable[Meeting], slots: Iterable[Slot]) -> dict[int, dt.time]:
    """Slot id to when on its day it begins, where that is known.

    ``slots`` are all that are on these meetings, in order: also those not shown take their time.
    """
    timed = {one.pk: one.meets_from for one in meetings if one.meets_from}
    if not timed:
        return {}
    on_item: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    for slot in slots:
        on_item[slot.agenda_item_id].append((slot.pk, slot.minutes))
    agendas: dict[int, list[Planned]] = defaultdict(list)
    items = AgendaItem.objects.filter(meeting__in=timed).order_by("position", "pk")
    for pk, meeting in items.values_list("pk", "meeting"):
        agendas[meeting].append(Planned(on_item[pk]))
    return {
        slot: at
        for meeting, begins in timed.items()
        for slot, at in starts_of(begins, agendas[meeting]).items()
    }
