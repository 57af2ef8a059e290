"""When a class begins and ends and slides are due: by the clock on the wall."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.presentations.day.hours import Hours, Moment, hours_of, running_order

DETROIT = ZoneInfo("America/Detroit")
DAY = dt.date(2025, 9, 15)  # a Monday
HALF_PAST_TEN = dt.time(10, 30)
NOON = dt.time(12, 0)
MINUTE = dt.timedelta(minutes=1)
HOURS = hours_of(DAY, HALF_PAST_TEN, NOON, DETROIT, due_hours=24)


def local(hours: Hours) -> tuple[str, ...]:
    instants = (hours.begins_at, hours.ends_at, hours.due_at)
    return tuple(f"{one.astimezone(DETROIT):%a %d %H:%M}" if one else "" for one in instants)


def test_slides_are_due_so_many_hours_before() -> None:
    assert local(HOURS) == ("Mon 15 10:30", "Mon 15 12:00", "Sun 14 10:30")


def test_a_change_of_clocks_in_between_moves_no_time_of_day() -> None:
    hours = hours_of(dt.date(2025, 11, 2), HALF_PAST_TEN, NOON, DETROIT, due_hours=24)
    assert local(hours) == ("Sun 02 10:30", "Sun 02 12:00", "Sat 01 10:30")


def test_presenters_see_feedback_of_the_class_when_it_ends_and_later_ones_by_the_day() -> None:
    assert HOURS.ends_at is not None
    for later, shown in (
        (MINUTE, "Mon 15 12:00"),
        (dt.timedelta(hours=11, minutes=59), "Mon 15 12:00"),
        (dt.timedelta(hours=12), "Tue 16 00:00"),
        (dt.timedelta(hours=35), "Tue 16 00:00"),
    ):
        until = HOURS.feedback_seen_until(HOURS.ends_at + later, DETROIT)
        assert f"{until.astimezone(DETROIT):%a %d %H:%M}" == shown


def test_a_class_without_times_lasts_all_day_and_one_without_a_day_has_none() -> None:
    assert local(hours_of(DAY, None, None, DETROIT)) == ("Mon 15 00:00", "Tue 16 00:00", "")
    assert hours_of(None, HALF_PAST_TEN, NOON, DETROIT, due_hours=1) == Hours()
    assert hours_of(dt.date.max, None, None, DETROIT, due_hours=1) == Hours()


@given(st.dates(dt.date(2024, 1, 1), dt.date(2030, 1, 1)), st.integers(0, 400), st.integers(1, 99))
def test_what_is_due_moves_with_the_class(day: dt.date, hours: int, by: int) -> None:
    before = hours_of(day, NOON, None, DETROIT, due_hours=hours).due_at
    after = hours_of(day + dt.timedelta(days=by), NOON, None, DETROIT, due_hours=hours).due_at
    assert before is not None
    assert after is not None
    was, now = (one.astimezone(DETROIT).replace(tzinfo=None) for one in (before, after))
    # An hour that a change of clocks leaves out is the only one that can be another.
    assert abs(now - was - dt.timedelta(days=by)) <= dt.timedelta(hours=1)


def test_the_minute_after_is_in_time() -> None:
    assert HOURS.due_at is not None
    assert not HOURS.is_late(HOURS.due_at + MINUTE)
    assert HOURS.is_late(HOURS.due_at + MINUTE + dt.timedelta(microseconds=1))
    assert not Hours().is_late(HOURS.due_at)


@pytest.mark.parametrize(
    ("minutes", "moment"),
    [
        (-1, Moment.BEFORE),
        (0, Moment.DURING),
        (89, Moment.DURING),
        (90, Moment.AFTER),
        (90 + 7 * 24 * 60 - 1, Moment.AFTER),
        (90 + 7 * 24 * 60, Moment.LATER),
    ],
)
def test_an_instant_belongs_to_what_comes_after_it(minutes: int, moment: Moment) -> None:
    assert HOURS.begins_at is not None
    assert HOURS.moment(HOURS.begins_at + minutes * MINUTE) == moment
    assert Hours().moment(HOURS.begins_at) == Moment.UNKNOWN


def test_talks_begin_one_after_another_until_a_length_is_unknown() -> None:
    begin = HOURS.begins_at
    assert begin is not None
    starts = running_order(begin, [20, 15, None, 10])
    assert starts == [begin, begin + 20 * MINUTE, begin + 35 * MINUTE, None]
    assert running_order(None, [20, 15]) == [None, None]
