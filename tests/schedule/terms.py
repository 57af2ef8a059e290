"""Made-up terms for property tests."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from readings.schedule.plan import (
    Plan,
    PlannedItem,
    PlannedMeeting,
    PlannedReading,
    PlannedWeek,
    plan_from,
)

MONDAY = dt.date(2025, 8, 25)
KINDS = ["papers", "lecture", "presentations", "open", "flex", "exam"]


@st.composite
def plans(draw: st.DrawFn, most: int = 12) -> Plan:
    """A term of two classes a week, of any status, with up to three things on each agenda."""
    count = draw(st.integers(1, most))
    meetings, number = [], 0
    agenda: dict[int | None, list[PlannedItem]] = {}
    for place in range(count):
        meetings.append(
            PlannedMeeting(
                place + 1,
                week=place // 2 + 1,
                meets_on=MONDAY + dt.timedelta(days=place // 2 * 7 + place % 2 * 2),
                status=draw(st.sampled_from(["class"] * 4 + ["holiday", "cancelled"])),
                is_pinned=draw(st.sampled_from([False] * 5 + [True])),
            )
        )
        items = []
        for _ in range(draw(st.integers(0, 3))):
            number += 1
            items.append(
                PlannedItem(
                    number,
                    kind=draw(st.sampled_from(KINDS)),
                    text=f"Item {number}",
                    is_pinned=draw(st.sampled_from([False] * 5 + [True])),
                    is_spare=draw(st.sampled_from([False] * 3 + [True])),
                )
            )
        agenda[place + 1] = items
    parked = [PlannedItem(1000 + n, text=f"Parked {n}") for n in range(draw(st.integers(0, 2)))]
    return plan_from(
        weeks=[PlannedWeek(n + 1, n + 1) for n in range((count + 1) // 2)],
        meetings=meetings,
        agenda=agenda | {None: parked},
        readings=[],
    )


def term(*agendas: str, **fields: str) -> Plan:
    """A term of a class a string: ``"MLIR Glow*"`` are two papers, the second one spare.

    ``!`` after a name pins it; ``-`` alone is a holiday, and an empty string an empty class.
    """
    meetings, readings, number = [], [], 0
    agenda: dict[int | None, list[PlannedItem]] = {}
    for place, words in enumerate(agendas):
        key = place + 1
        is_off = words == "-"
        meetings.append(
            PlannedMeeting(
                key,
                week=place // 2 + 1,
                meets_on=MONDAY + dt.timedelta(days=place // 2 * 7 + place % 2 * 2),
                status="holiday" if is_off else "class",
            )
        )
        items = []
        for word in [] if is_off else words.split():
            number += 1
            readings.append(PlannedReading(number, label=word.rstrip("*!")))
            items.append(
                PlannedItem(
                    number,
                    paper=number,
                    carries_note=True,
                    is_spare=word.endswith("*"),
                    is_pinned=word.endswith("!"),
                )
            )
        agenda[key] = items
    return plan_from(
        weeks=[PlannedWeek(n + 1, n + 1) for n in range((len(agendas) + 1) // 2)],
        meetings=meetings,
        agenda=agenda | {None: []},
        readings=readings,
    )


def said(plan: Plan) -> list[str]:
    """The agendas as ``term`` takes them, without marks; what is parked comes last after ``|``."""
    keys: list[int | None] = [*(one.id for one in plan.in_order), None]
    words = [" ".join(plan.name_of(item) for item in plan.items_of(key)) for key in keys]
    return [*words[:-1], f"| {words[-1]}".strip()]
