"""Puts the planned term into a course: weeks, classes, readings and their papers."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from readings.core.clock import instant_of
from readings.courses.models import Course
from readings.demo.term import CODE, OPTIONAL, PAPERS, Item, PlannedMeeting, Term
from readings.papers.identifiers import Identifier, parse_identifier
from readings.papers.services import add_papers, type_in_details
from readings.schedule.agenda_services import add_agenda_item
from readings.schedule.models import AgendaItem, LinkRole, Meeting, Reading
from readings.schedule.services import add_meeting, add_reading, add_reading_link, get_or_make_week

_TYPED_FILE: Final = Path(__file__).with_name("typed.toml")


@dataclass(frozen=True)
class PlacedItem:
    """An agenda item in its class."""

    plan: Item
    row: AgendaItem
    week: int
    meets_on: dt.date
    class_at: dt.datetime  # when the class begins
    is_repeat: bool


def lay_out(course: Course, term: Term) -> list[PlacedItem]:
    """Make the schedule of ``course``, which has none yet; its items in the order of the term."""
    readings = _add_readings(course, term)
    placed: list[PlacedItem] = []
    for planned in term.meetings:
        week = get_or_make_week(
            course=course, number=planned.week, topic=term.topics[planned.week - 1]
        )
        meeting = add_meeting(
            week=week,
            meets_on=planned.meets_on,
            meets_from=course.meets_from,
            meets_until=course.meets_until,
            status=planned.plan.status,
        )
        placed += [_place(course, meeting, planned, item, readings) for item in planned.plan.items]
    return placed


def _place(
    course: Course,
    meeting: Meeting,
    planned: PlannedMeeting,
    item: Item,
    readings: dict[str, Reading],
) -> PlacedItem:
    row = add_agenda_item(
        course=course,
        meeting=meeting,
        kind=item.kind,
        reading=readings[item.label] if item.label else None,
        text=item.words,
        stage=item.stage or "",
        portion="a second look" if item.label and planned.is_repeat else "",
    )
    begins = course.meets_from or dt.time.min
    return PlacedItem(
        plan=item,
        row=row,
        week=planned.week,
        meets_on=planned.meets_on,
        class_at=instant_of(planned.meets_on, begins, course.zone),
        is_repeat=planned.is_repeat,
    )


def _add_readings(course: Course, term: Term) -> dict[str, Reading]:
    """Label to reading, for every label of the term; its papers are owed a fetch from now on."""
    labels = list(
        dict.fromkeys(
            item.label for planned in term.meetings for item in planned.plan.items if item.label
        )
    )
    papers = add_papers(identifiers=[_identifier(PAPERS[label]) for label in labels])
    typed = _typed_papers()
    readings = {}
    for label, paper in zip(labels, papers, strict=True):
        if paper.doi in typed:
            type_in_details(paper=paper, **typed[paper.doi])
        readings[label] = add_reading(
            course=course, paper=paper, label=label, required=label not in OPTIONAL
        )
        if label in CODE:
            add_reading_link(
                reading=readings[label], url=CODE[label], role=LinkRole.CODE, label="Code"
            )
    return readings


def _identifier(spelling: str) -> Identifier:
    identifier = parse_identifier(spelling)
    if identifier is None:
        raise ValueError(f"{spelling} names no paper")
    return identifier


def _typed_papers() -> dict[str, dict[str, Any]]:
    """DOI to title, authors, venue and year of the papers that nothing is fetched for."""
    return tomllib.loads(_TYPED_FILE.read_text(encoding="utf-8"))
