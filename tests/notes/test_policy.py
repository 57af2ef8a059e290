"""When a note is due, and how a person stands with it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.notes.policy import (
    Due,
    Late,
    Policy,
    accepted_until,
    days_late,
    due_at,
    due_of,
    in_time_until,
    standing,
)

DETROIT = ZoneInfo("America/Detroit")
ZONES = st.sampled_from(
    [
        "America/Detroit",
        "Europe/Berlin",
        "Asia/Kathmandu",  # 5:45 ahead
        "Australia/Lord_Howe",  # changes by half an hour
        "Pacific/Apia",  # left out a whole day
        "Africa/Casablanca",  # goes back in the month of Ramadan
        "America/Sao_Paulo",  # used to change at midnight
        "UTC",
    ]
).map(ZoneInfo)
DAYS = st.dates(dt.date(2005, 1, 1), dt.date(2040, 12, 31))
TIMES = st.times().map(lambda time: time.replace(second=0, microsecond=0))
MINUTES = st.integers(0, 7 * 24 * 60)


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[arg-type, misc]


def before(minutes: int) -> Policy:
    return Policy(minutes_before=minutes)


def test_due_the_given_minutes_before_class_on_the_wall_clock_of_the_course() -> None:
    due = due_at(before(120), dt.date(2025, 9, 17), dt.time(10, 30), DETROIT)

    assert due == utc(2025, 9, 17, 12, 30)  # 8:30 in Detroit


def test_due_at_the_end_of_the_day_before_where_no_time_is_known() -> None:
    due = due_at(before(120), dt.date(2025, 9, 17), None, DETROIT)

    assert due == dt.datetime(2025, 9, 16, 23, 59, tzinfo=DETROIT)


def test_nothing_is_due_for_a_class_without_date_or_that_does_not_take_place() -> None:
    assert due_at(before(120), None, None, DETROIT) is None
    day, time = dt.date(2025, 9, 1), dt.time(10, 30)
    assert due_at(before(120), day, time, DETROIT, takes_place=False) is None


def test_two_hours_before_a_class_after_the_clocks_went_back_are_two_hours() -> None:
    # In Berlin, 3:00 became 2:00 on October 26, 2025.
    due = due_at(before(120), dt.date(2025, 10, 26), dt.time(4, 0), ZoneInfo("Europe/Berlin"))

    assert due == utc(2025, 10, 26, 1, 0)  # the second 2:00, and not the first


def test_a_class_in_the_hour_that_does_not_exist_begins_an_hour_later_on_the_clock() -> None:
    # In Berlin, 2:00 became 3:00 on March 30, 2025.
    due = due_at(before(0), dt.date(2025, 3, 30), dt.time(2, 30), ZoneInfo("Europe/Berlin"))

    assert due == utc(2025, 3, 30, 1, 30)  # 3:30


@pytest.mark.parametrize("day", [dt.date.min, dt.date.max])
@pytest.mark.parametrize("time", [None, dt.time(0, 0), dt.time(23, 59)])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Detroit"])
def test_a_date_at_the_edge_of_the_calendar_is_no_error(
    day: dt.date, time: dt.time | None, zone: str
) -> None:
    due = due_at(before(120), day, time, ZoneInfo(zone))

    assert due is None or due.tzinfo is dt.UTC


@given(DAYS, TIMES, ZONES, MINUTES)
def test_the_class_begins_exactly_that_many_minutes_after_the_deadline(
    day: dt.date, time: dt.time, zone: ZoneInfo, minutes: int
) -> None:
    due = due_at(before(minutes), day, time, zone)

    assert due is not None
    begins = (due + dt.timedelta(minutes=minutes)).astimezone(zone)
    wall = dt.datetime.combine(day, time, tzinfo=zone)
    exists = wall.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) == wall.replace(
        tzinfo=None
    )
    if exists:
        assert (begins.date(), begins.time()) == (day, time)
    else:
        assert begins.replace(tzinfo=None) > wall.replace(tzinfo=None)


@given(DAYS, st.none() | TIMES, ZONES, MINUTES, st.integers(2, 60))
def test_a_class_that_moves_takes_its_deadline_along(
    day: dt.date, time: dt.time | None, zone: ZoneInfo, minutes: int, days: int
) -> None:
    due = due_at(before(minutes), day, time, zone)
    later = due_at(before(minutes), day + dt.timedelta(days=days), time, zone)

    assert due is not None
    assert later is not None
    # A change of the clocks, and once a day left out, is all that the distance may differ by.
    assert abs((later - due) - dt.timedelta(days=days)) <= dt.timedelta(hours=24)
    assert later > due


@given(DAYS, TIMES, ZONES, MINUTES)
def test_deadlines_are_instants_in_utc(
    day: dt.date, time: dt.time, zone: ZoneInfo, minutes: int
) -> None:
    due = due_at(before(minutes), day, time, zone)

    assert due is not None
    assert due.utcoffset() == dt.timedelta(0)


STRICT = Policy(grace_minutes=0)
DUE = utc(2025, 9, 17, 12, 30)
SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("submitted_at", "has_draft", "now", "words", "tone"),
    [
        (None, False, DUE, "Due", ""),
        (None, True, DUE, "Draft", "accent"),
        (None, False, DUE + SECOND, "Overdue", "warning"),
        (None, True, DUE + SECOND, "Draft, overdue", "warning"),
        (DUE, False, DUE + SECOND, "Submitted", "good"),
        (DUE + SECOND, False, DUE + 2 * SECOND, "Submitted late", "warning"),
        (DUE, True, DUE + SECOND, "Draft changes not submitted", "warning"),
    ],
)
def test_standing_of_somebody_who_owes_the_note(
    submitted_at: dt.datetime | None, has_draft: bool, now: dt.datetime, words: str, tone: str
) -> None:
    state = standing(
        Policy(grace_minutes=0),
        owes=True,
        due=DUE,
        submitted_at=submitted_at,
        has_draft=has_draft,
        now=now,
    )

    assert (state.words, state.tone) == (words, tone)


def test_who_owes_nothing_is_never_late_or_overdue() -> None:
    after = DUE + SECOND
    nothing = standing(STRICT, owes=False, due=DUE, submitted_at=None, has_draft=False, now=after)
    note = standing(STRICT, owes=False, due=DUE, submitted_at=after, has_draft=False, now=after)

    assert (nothing.words, nothing.is_owed, nothing.is_overdue) == ("", False, False)
    assert (note.words, note.is_late) == ("Submitted", False)


def test_nothing_is_owed_without_a_deadline() -> None:
    state = standing(STRICT, owes=True, due=None, submitted_at=None, has_draft=False, now=DUE)

    assert (state.words, state.is_owed, state.is_overdue) == ("", False, False)


# --- Deadlines of their own, grace, the edge of the calendar --------------------------------------


def own(day: dt.date, time: dt.time, **place: bool) -> dt.datetime | None:
    where = {"has_class": True, "takes_place": True} | place
    return due_of(Policy(), (day, time), dt.date(2025, 9, 17), dt.time(10, 30), DETROIT, **where)


def test_a_deadline_of_its_own_stands_unless_its_class_does_not_take_place() -> None:
    day, time = dt.date(2025, 9, 1), dt.time(18)

    assert own(day, time) == utc(2025, 9, 1, 22, 0)
    assert own(day, time, has_class=False, takes_place=False) == utc(2025, 9, 1, 22, 0)
    assert own(day, time, takes_place=False) is None


def test_a_deadline_in_the_hour_that_does_not_exist_is_an_hour_later_on_the_clock() -> None:
    # In Detroit, 2:00 became 3:00 on March 8, 2026.
    assert own(dt.date(2026, 3, 8), dt.time(2, 30)) == utc(2026, 3, 8, 7, 30)  # 3:30


def test_a_deadline_in_the_hour_that_comes_twice_is_in_the_first_of_them() -> None:
    # In Detroit, 2:00 became 1:00 on November 2, 2025.
    assert own(dt.date(2025, 11, 2), dt.time(1, 30)) == utc(2025, 11, 2, 5, 30)


@given(DAYS, st.none() | TIMES, ZONES, MINUTES, st.booleans())
def test_without_one_of_its_own_the_deadline_is_that_of_the_class(
    day: dt.date,
    time: dt.time | None,
    zone: ZoneInfo,
    minutes: int,
    takes_place: bool,
) -> None:
    policy = before(minutes)

    found = due_of(policy, None, day, time, zone, has_class=True, takes_place=takes_place)
    assert found == due_at(policy, day, time, zone, takes_place=takes_place)


@given(DAYS, TIMES, ZONES, st.integers(0, 14))
def test_at_a_time_of_day_it_is_due_then_whatever_the_hour_of_class(
    day: dt.date, time: dt.time, zone: ZoneInfo, days: int
) -> None:
    policy = Policy(due=Due.TIME_OF_DAY, due_time=time, days_before=days)

    found = due_at(policy, day, None, zone)

    assert found is not None
    assert found == due_at(policy, day, dt.time(10), zone)
    there = found.astimezone(zone)
    wall = dt.datetime.combine(day - dt.timedelta(days=days), time)
    skipped = wall.replace(tzinfo=zone).astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None)
    assert there.replace(tzinfo=None) in {wall, skipped}  # but where the clock leaps over it


@pytest.mark.parametrize("day", [dt.date.min, dt.date.max])
@pytest.mark.parametrize("time", [dt.time.min, dt.time(23, 59)])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Detroit"])
def test_a_deadline_at_the_edge_of_the_calendar_is_no_error(
    day: dt.date, time: dt.time, zone: str
) -> None:
    policy = Policy(late=Late.PENALISED, late_days=7, grace_minutes=90)
    found = due_of(
        policy, (day, time), None, None, ZoneInfo(zone), has_class=False, takes_place=False
    )

    state = standing(
        policy, owes=True, due=found, submitted_at=None, has_draft=False, now=utc(2025, 9, 1)
    )
    assert state.is_owed is (found is not None)
    assert days_late(policy, found, utc(2025, 9, 1)) >= 0


def test_the_grace_belongs_to_the_time_and_late_days_begin_after_it() -> None:
    policy = Policy(grace_minutes=1, late=Late.PENALISED, late_days=2)

    assert in_time_until(policy, DUE) == DUE + dt.timedelta(minutes=1)
    assert accepted_until(policy, DUE) == DUE + dt.timedelta(days=2, minutes=1)
    assert days_late(policy, DUE, DUE + dt.timedelta(minutes=1)) == 0
    assert days_late(policy, DUE, DUE + dt.timedelta(minutes=2)) == 1
    refused = Policy(late=Late.REFUSED)
    assert accepted_until(refused, DUE) == DUE + dt.timedelta(minutes=1)
    assert accepted_until(refused, None) is None
