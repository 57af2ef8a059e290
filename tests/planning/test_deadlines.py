"""How deadlines follow the plan, and which do not: as the class is told, and as it then holds."""

from __future__ import annotations

import datetime as dt

import pytest

from readings.courses.models import Course
from readings.notes.models import Assignment, NotePolicy
from readings.notes.policy import Due
from readings.notes.standings import class_standings
from readings.planning import actions
from readings.planning.consequences import consequences_of
from readings.planning.publishing import publish_draft, undo_published
from readings.planning.rearranging import Way, cancel, exchange, move_term
from readings.schedule.models import Meeting
from readings.schedule.plan_rows import read_plan
from tests.planning.plans import do, item_named, last_change, planned

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2025, 9, 1, 16, 0, tzinfo=dt.UTC)


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[arg-type, misc]


def due(course: Course, name: str) -> dt.datetime | None:
    """When the note on the reading of that name is due by what is published."""
    reading = item_named(course, name).reading
    assert reading is not None
    return class_standings(course, now=NOW).duties[reading.pk].due_at


def foreseen(course: Course) -> dict[str, dt.datetime | None]:
    """The deadlines that the preview of the draft says would move."""
    found = consequences_of(course, read_plan(course), planned(course))
    return {one.name: one.after for one in found.deadlines}


def told(course: Course) -> set[str]:
    """What the class was told of deadlines."""
    events = course.events.filter(kind="planning.deadline_moved")
    return set(events.values_list("summary", flat=True))


def fix(course: Course, name: str, day: dt.date, time: dt.time = dt.time(9)) -> None:
    """Give the reading of that name a deadline of its own."""
    reading = item_named(course, name).reading
    assert reading is not None
    Assignment.objects.create(reading=reading, due_on=day, due_time=time)


def test_what_the_preview_foresees_is_what_then_holds(
    course: Course, term: dict[str, Meeting]
) -> None:
    NotePolicy.objects.create(course=course, due=Due.TIME_OF_DAY, due_time=dt.time(20))
    fix(course, "C", dt.date(2025, 9, 14))
    do(course, cancel(planned(course), term["Sep 10"].pk, Way.SHIFT))
    expected = foreseen(course)

    publish_draft(course=course, actor=None)

    # The evening before class; C goes from Sep 15 to Sep 17, and is due when it was.
    assert expected == {"B": utc(2025, 9, 15, 0, 0), "D": utc(2025, 9, 22, 0, 0)}
    assert {name: due(course, name) for name in expected} == expected
    assert due(course, "C") == utc(2025, 9, 14, 13, 0)
    assert told(course) == {
        "The note on B is now due Sun Sep 14, 20:00, 5 days later",
        "The note on D is now due Sun Sep 21, 20:00, 5 days later",
    }


def test_a_fixed_deadline_falls_with_its_class_and_comes_back_with_it(
    course: Course, term: dict[str, Meeting]
) -> None:
    fix(course, "B", dt.date(2025, 9, 9))
    do(course, cancel(planned(course), term["Sep 10"].pk, Way.STAY))
    assert foreseen(course) == {"B": None}
    publish_draft(course=course, actor=None)
    assert due(course, "B") is None
    assert told(course) == {"No note on B is due for now"}

    undo_published(change=last_change(course), actor=None)

    assert due(course, "B") == utc(2025, 9, 9, 13, 0)


def test_a_fixed_deadline_stands_where_the_reading_leaves_the_schedule(
    course: Course, term: dict[str, Meeting]
) -> None:
    fix(course, "B", dt.date(2025, 10, 1))
    do(course, actions.move_item(planned(course), item_named(course, "B").pk, to=None))
    assert foreseen(course) == {}

    publish_draft(course=course, actor=None)

    assert due(course, "B") == utc(2025, 10, 1, 13, 0)
    assert told(course) == set()


def test_at_a_time_of_day_the_hour_of_the_class_does_not_matter(
    course: Course, term: dict[str, Meeting]
) -> None:
    NotePolicy.objects.create(
        course=course, due=Due.TIME_OF_DAY, due_time=dt.time(8), days_before=0
    )
    Meeting.objects.filter(pk=term["Sep 8"].pk).update(meets_from=dt.time(9))
    assert due(course, "A") == utc(2025, 9, 8, 12, 0)

    do(course, exchange(planned(course), term["Sep 8"].pk, term["Sep 10"].pk))

    assert foreseen(course) == {"A": utc(2025, 9, 10, 12, 0), "B": utc(2025, 9, 8, 12, 0)}


def test_a_term_that_moves_over_the_change_of_the_clocks_keeps_its_local_times(
    course: Course, term: dict[str, Meeting]
) -> None:
    fix(course, "E", dt.date(2025, 9, 23))
    assert due(course, "A") == utc(2025, 9, 8, 12, 30)  # 8:30, summer time

    do(course, move_term(planned(course), days=56))
    publish_draft(course=course, actor=None)

    assert due(course, "A") == utc(2025, 11, 3, 13, 30)  # 8:30, the day after it ended
    assert due(course, "E") == utc(2025, 9, 23, 13, 0)


def test_correcting_the_zone_of_a_course_moves_the_instants_and_no_local_time(
    course: Course, term: dict[str, Meeting]
) -> None:
    fix(course, "B", dt.date(2025, 9, 9))
    course.time_zone = "Asia/Kathmandu"  # 5:45 ahead
    course.save()
    course = Course.objects.get(pk=course.pk)

    assert due(course, "A") == utc(2025, 9, 8, 2, 45)  # 8:30 there
    assert due(course, "B") == utc(2025, 9, 9, 3, 15)  # 9:00 there
