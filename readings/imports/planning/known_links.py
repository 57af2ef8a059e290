"""Links that name no reading of their row, but stand beside one in the course already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from readings.imports.queries import CourseState
from readings.imports.understood import Item, Link, Session


def with_known_links(sessions: Sequence[Session], state: CourseState) -> list[Session]:
    """The meetings, each loose link put to the reading that has it here.

    "DSPy Notes" are found by their name; a reading that was renamed in the document keeps its
    notes, whose address has stayed the same.
    """
    owners = {
        link.url: reading.pk for reading in state.readings.values() for link in reading.links.all()
    }
    found: dict[int, list[Link]] = {}
    for session in sessions:
        for link in session.links:
            if link.url in owners:
                found.setdefault(owners[link.url], []).append(link)
    if not found:
        return list(sessions)
    placed: set[str] = set()
    agendas = [[_with_links(item, state, found, placed) for item in one.agenda] for one in sessions]
    return [
        replace(
            session,
            agenda=agenda,
            links=[link for link in session.links if link.url not in placed],
        )
        for session, agenda in zip(sessions, agendas, strict=True)
    ]


def _with_links(
    item: Item, state: CourseState, found: dict[int, list[Link]], placed: set[str]
) -> Item:
    """The item with the links of its reading; the first item of a reading gets them."""
    reading = state.readings.get(item.identity) if item.identity else None
    links = found.pop(reading.pk, []) if reading is not None else []
    if not links:
        return item
    placed.update(link.url for link in links)
    return replace(item, links=[*item.links, *links])
