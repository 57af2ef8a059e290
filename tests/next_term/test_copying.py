"""What a copy of a course has, and what it never has."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readings.accounts.models import User
from readings.courses.models import Course, Role, Visibility
from readings.discussion.models import Comment, Thread
from readings.next_term.services import NoClassDays, TooManyMeetings, copy_course, save_as_template
from readings.notes.models import Note
from readings.presentations.models import SignUp
from readings.reading_lists.models import Entry, TitleMatch
from readings.reading_lists.services import add_entry, make_list, make_section
from readings.schedule.holidays import Holiday
from readings.schedule.models import AgendaItem, Meeting, Reading, Status
from tests import factories

pytestmark = pytest.mark.django_db

LABOR_DAY = Holiday(dt.date(2026, 9, 7), "Labor Day")


def next_term(course: Course, instructor: User, **other: Any) -> Course:
    fields: dict[str, Any] = {
        "title": "Compilers, again",
        "code": "CSE 598",
        "term": "Fall 2026",
        "starts_on": dt.date(2026, 8, 24),
        "ends_on": dt.date(2026, 10, 5),
        "meeting_days": [0],
        "meets_from": dt.time(9, 0),
        "meets_until": dt.time(10, 20),
        "holidays": [LABOR_DAY],
    }
    return copy_course(course=course, instructor=instructor, **fields | other)


def plan_of(course: Course) -> list[tuple[str, str, list[str]]]:
    return [
        (str(one.meets_on), one.status, [str(item) for item in one.agenda.all()])
        for one in course.meetings.all()
    ]


def test_plan_is_laid_on_the_new_days_in_its_order(taught: Course, alice: User) -> None:
    copy = next_term(taught, alice)
    assert plan_of(copy) == [
        ("2026-08-24", "class", ["TVM"]),
        ("2026-08-31", "class", ["Pitches"]),
        ("2026-09-07", "holiday", ["Labor Day"]),
        ("2026-09-14", "class", ["DSPy"]),
        ("2026-09-21", "class", []),
        ("2026-09-28", "class", ["MLIR", "TVM"]),
        ("2026-10-05", "class", []),
    ]
    assert [str(item) for item in copy.agenda_items.filter(meeting=None)] == ["Guest?"]
    assert {week.number: week.topic for week in copy.weeks.all() if week.topic} == {
        1: "Compilers",
        6: "Intermediate code",
    }
    times = set(copy.meetings.values_list("meets_from", "meets_until"))
    assert times == {(dt.time(9, 0), dt.time(10, 20))}


def test_content_that_finds_no_day_waits_unscheduled(taught: Course, alice: User) -> None:
    copy = next_term(taught, alice, ends_on=dt.date(2026, 9, 14))
    assert [names for _day, status, names in plan_of(copy) if status == "class"] == [
        ["TVM"],
        ["Pitches"],
        ["DSPy"],
    ]
    parked = copy.agenda_items.filter(meeting=None).order_by("position")
    assert [str(item) for item in parked] == ["Guest?", "MLIR", "TVM"]


def test_class_at_a_special_hour_keeps_it(taught: Course, alice: User) -> None:
    evening = (dt.time(18, 0), dt.time(20, 0))
    guest = taught.meetings.filter(meets_on=dt.date(2025, 9, 22))
    guest.update(meets_from=evening[0], meets_until=evening[1])
    times = next_term(taught, alice).meetings.values_list("meets_from", "meets_until")
    assert [one for one in times if one != (dt.time(9, 0), dt.time(10, 20))] == [evening]


def test_each_class_begins_when_it_did_where_no_time_is_given(taught: Course, alice: User) -> None:
    copy = next_term(taught, alice, meets_from=None, meets_until=None)
    first, *_, last = copy.meetings.all()
    assert (first.meets_from, first.meets_until) == (dt.time(10, 30), dt.time(12, 0))
    assert last.meets_from is None  # an empty class after the last one that there was


def test_items_readings_and_pins_are_copied_and_names_of_presenters_are_not(
    taught: Course, alice: User
) -> None:
    copy = next_term(taught, alice)
    [tvm, pitches, dspy, mlir, again] = copy.agenda_items.filter(
        meeting__status=Status.CLASS
    ).order_by("meeting__meets_on", "position")
    assert (tvm.portion, tvm.presenters, tvm.carries_note) == ("1-3", [], True)
    assert (pitches.kind, pitches.stage) == ("presentations", "pitch")
    assert [link["role"] for link in pitches.links] == ["slides"]
    assert dspy.is_pinned
    assert mlir.is_spare
    assert (again.reading, again.carries_note) == (tvm.reading, False)
    assert mlir.meeting is not None
    assert (mlir.meeting.room, mlir.meeting.is_pinned) == ("2246", True)
    readings = {one.label: one for one in copy.readings.all()}
    assert readings.keys() == {"TVM", "DSPy", "MLIR", "Shelf"}
    assert not readings["MLIR"].required
    assert [link.role for link in readings["TVM"].links.all()] == ["code"]
    assert readings["TVM"].paper == taught.readings.get(label="TVM").paper


def test_slots_move_with_their_class_and_nobody_has_a_seat(taught: Course, alice: User) -> None:
    slot = next_term(taught, alice).slots.get()
    assert (slot.title, slot.minutes, slot.sheet.taken_by) == ("First pitch", 12, "group")
    assert slot.seats.count() == 3
    # The class went from Sep 8, 2025 to Aug 31, 2026.
    assert slot.opens_at == dt.datetime(2026, 8, 21, 16, 0, tzinfo=dt.UTC)
    assert slot.closes_at == dt.datetime(2026, 8, 30, 16, 0, tzinfo=dt.UTC)
    assert not slot.sign_ups.exists()


def test_slot_of_what_waits_unscheduled_has_no_times(taught: Course, alice: User) -> None:
    slot = next_term(taught, alice, ends_on=dt.date(2026, 8, 24)).slots.get()
    assert slot.agenda_item.meeting is None
    assert (slot.opens_at, slot.closes_at) == (None, None)


def test_shelf_is_copied_with_what_was_decided_about_it(taught: Course, alice: User) -> None:
    copy = next_term(taught, alice)
    [section] = copy.reading_lists.get(title="More").sections.all()
    entry, under = section.entries.all()
    assert entry.reading == copy.readings.get(label="Shelf")
    assert "<em>Good</em>" in entry.annotation_html
    assert (under.parent, under.year) == (entry, 2024)
    assert [link["role"] for link in under.links] == ["slides"]
    assert TitleMatch.objects.get(entry=under).state == "refused"


def test_nothing_of_a_student_comes_along_and_the_old_course_is_as_it_was(
    taught: Course, alice: User
) -> None:
    def rows() -> list[int]:
        models = [Note, Thread, Comment, SignUp, Meeting, AgendaItem, Reading, Entry]
        return [model._base_manager.count() for model in models[:4]] + [
            taught.meetings.count(), taught.agenda_items.count(), taught.readings.count(),
        ]  # fmt: skip

    before = rows()
    copy = next_term(taught, alice)
    assert rows() == before
    assert not copy.groups.exists()
    assert not copy.events.exists()
    assert not copy.changes.exists()
    [member] = copy.memberships.all()
    assert (member.user, member.role) == (alice, Role.INSTRUCTOR)
    assert copy.uid != taught.uid
    assert not {copy.join_token, copy.view_token} & {taught.join_token, taught.view_token}


def test_copy_is_for_members_only_though_the_course_was_public(taught: Course, alice: User) -> None:
    taught.visibility = Visibility.PUBLIC
    taught.save()
    copy = next_term(taught, alice)
    assert copy.visibility == Visibility.MEMBERS
    assert copy.time_zone == taught.time_zone


def test_assistants_come_along_when_asked(taught: Course, alice: User, carol: User) -> None:
    copy = next_term(taught, alice, with_staff=True)
    assert set(copy.memberships.values_list("user", "role")) == {
        (alice.pk, "instructor"),
        (carol.pk, "assistant"),
    }


def test_upload_stays_pinned_where_the_same_person_teaches(
    taught: Course, fetched: Reading, uploaded: Reading, alice: User, dave: User
) -> None:
    mine, theirs = next_term(taught, alice), next_term(taught, dave)
    assert mine.readings.get(label="DSPy").pinned_version == uploaded.pinned_version
    assert theirs.readings.get(label="DSPy").pinned_version is None
    assert theirs.readings.get(label="TVM").pinned_version == fetched.pinned_version


def test_undated_plan_stays_undated_by_its_weeks(taught: Course, alice: User) -> None:
    taught.meetings.update(meets_on=None, meets_from=None, meets_until=None)
    dateless: dict[str, Any] = {"starts_on": None, "ends_on": None, "meeting_days": [],
                                "holidays": []}  # fmt: skip
    copy = next_term(taught, alice, **dateless)
    weeks = {one.week.number: one for one in copy.meetings.select_related("week")}
    assert sorted(weeks) == [1, 3, 4, 5, 6]
    assert [str(item) for item in weeks[6].agenda.all()] == ["MLIR", "TVM"]
    assert all(one.meets_on is None and one.meets_from is None for one in weeks.values())


def test_reading_on_a_holiday_waits_for_a_class_and_the_holiday_s_name_does_not(
    taught: Course, alice: User
) -> None:
    holiday = taught.meetings.get(status=Status.HOLIDAY)
    factories.put_on_agenda(holiday, factories.make_reading(taught, label="Late"))
    names = [names for _day, _status, names in plan_of(next_term(taught, alice))]
    assert names[:4] == [["TVM"], ["Late"], ["Labor Day"], ["Pitches"]]


@pytest.mark.parametrize(
    ("other", "refusal", "message"),
    [
        ({"ends_on": dt.date(3026, 1, 1)}, TooManyMeetings, "no more than 3 years"),
        (
            {"ends_on": dt.date(2028, 1, 1), "meeting_days": range(7)},
            TooManyMeetings,
            "That would be 496 classes; a term has at most 400.",
        ),
        ({"meeting_days": []}, NoClassDays, "None of these weekdays"),
        ({"ends_on": dt.date(2026, 8, 23)}, NoClassDays, "None of these weekdays"),
        (
            {"starts_on": LABOR_DAY.day, "ends_on": LABOR_DAY.day},
            NoClassDays,
            "Every day of class is a holiday",
        ),
    ],
)
def test_impossible_term_makes_no_course(
    other: dict[str, Any], refusal: type[Exception], message: str, taught: Course, alice: User
) -> None:
    with pytest.raises(refusal, match=message):
        next_term(taught, alice, **other)
    assert Course.objects.count() == 1


def test_failure_in_the_middle_leaves_nothing(
    taught: Course, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_fields: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("readings.next_term.services.join_course", fail)
    with pytest.raises(RuntimeError):
        next_term(taught, alice, with_staff=True)
    assert Course.objects.count() == 1
    assert AgendaItem.objects.exclude(course=taught).count() == 0


def test_template_keeps_weeks_dates_and_holidays(taught: Course, alice: User) -> None:
    template = save_as_template(course=taught, instructor=alice, title="Compilers, the plan")
    assert template.is_template
    assert plan_of(template) == [
        ("2025-08-25", "class", ["TVM"]),
        ("2025-09-01", "holiday", ["Labor Day"]),
        ("2025-09-08", "class", ["Pitches"]),
        ("2025-09-15", "class", ["DSPy"]),
        ("2025-09-22", "class", []),
        ("2025-09-29", "class", ["MLIR", "TVM"]),
    ]
    assert template.slots.get().opens_at == taught.slots.get().opens_at
    assert plan_of(next_term(template, alice)) == plan_of(next_term(taught, alice))
    assert not next_term(template, alice).is_template


def make_long_term(course: Course, weeks: int) -> None:
    """Two classes a week with two items each, and a few entries for each class."""
    reading_list = make_list(course=course, title="Shelf")
    for number in range(weeks):
        section = make_section(reading_list=reading_list, title=f"Part {number}")
        for day in (0, 2):
            meets_on = dt.date(2025, 8, 25) + dt.timedelta(weeks=number, days=day)
            meeting = factories.make_meeting(course, meets_on, week=number + 1)
            for _ in range(2):
                reading = factories.make_reading(course)
                factories.make_slot(factories.put_on_agenda(meeting, reading), seats=2)
            entries = [Entry(section=section, reading=reading, position=n) for n in range(6)]
            Entry.objects.bulk_create(entries)
            add_entry(section=section, parent=entries[0], title="Under it")


def test_whole_term_is_copied_in_few_statements_and_well_under_two_seconds(
    course: Course, alice: User
) -> None:
    used = []
    dates = {"ends_on": dt.date(2026, 12, 7), "meeting_days": [0, 2]}
    for weeks in (1, 15):
        source = factories.make_course()
        make_long_term(source, weeks)
        began = time.perf_counter()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            copy = next_term(source, alice, **dates)
        took = time.perf_counter() - began
        used.append(len(queries))
        assert copy.agenda_items.filter(reading__isnull=False).count() == 4 * weeks
    assert copy.meetings.count() == 31
    assert Entry.objects.filter(section__reading_list__course=copy).count() == 210
    # SQLite takes some eighty rows at once, PostgreSQL all of them.
    assert used[1] <= used[0] + 6
    assert used[1] < 50
    assert took < 2


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    old=st.lists(
        st.tuples(st.sampled_from([*Status.values]), st.integers(0, 2)), min_size=1, max_size=8
    ),
    weeks=st.integers(1, 9),
    off=st.sets(st.integers(0, 8)),
)
def test_no_item_is_lost_or_doubled_and_none_is_on_a_holiday(
    old: list[tuple[str, int]], weeks: int, off: set[int], alice: User
) -> None:
    source = factories.make_course()
    planned = []
    for number, (status, items) in enumerate(old):
        day = dt.date(2025, 8, 25) + dt.timedelta(weeks=number)
        meeting = factories.make_meeting(source, day, week=number + 1, status=status)
        for _ in range(items):
            reading = factories.make_reading(source)
            factories.put_on_agenda(meeting, reading)
            planned.append(reading.paper_id)
    first = dt.date(2026, 8, 24)
    holidays = [Holiday(first + dt.timedelta(weeks=n), "Off") for n in off]
    last = first + dt.timedelta(weeks=weeks - 1)
    if set(range(weeks)) <= off:
        return
    copy = next_term(source, alice, starts_on=first, ends_on=last, holidays=holidays)
    found = copy.agenda_items.filter(reading__isnull=False).select_related("reading", "meeting")
    placed = found.filter(meeting__isnull=False).order_by("meeting__meets_on", "position")
    parked = found.filter(meeting=None).order_by("position")
    assert [one.reading.paper_id for one in [*placed, *parked] if one.reading] == planned
    assert all(one.meeting.status == Status.CLASS for one in placed if one.meeting)
