"""The dates of a term."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from readings.schedule.holidays import Holiday
from readings.schedule.terms import TermDay, class_days, meeting_dates, week_number

days = st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2100, 1, 1))


def test_mondays_and_wednesdays_of_a_fall_term() -> None:
    found = list(meeting_dates(dt.date(2025, 8, 25), dt.date(2025, 12, 3), [0, 2]))
    assert len(found) == 30
    assert found[0] == (1, dt.date(2025, 8, 25))
    assert found[-1] == (15, dt.date(2025, 12, 3))


@given(days, st.integers(0, 200), st.sets(st.integers(0, 6)))
def test_each_wanted_weekday_of_the_term_comes_once_and_in_order(
    start: dt.date, length: int, weekdays: set[int]
) -> None:
    end = start + dt.timedelta(days=length)
    found = [day for _week, day in meeting_dates(start, end, weekdays)]
    assert found == sorted(set(found))
    assert all(start <= day <= end and day.weekday() in weekdays for day in found)
    everything = (start + dt.timedelta(days=n) for n in range(length + 1))
    assert len(found) == sum(day.weekday() in weekdays for day in everything)


@given(days, st.integers(0, 400))
def test_weeks_begin_on_monday(start: dt.date, later: int) -> None:
    day = start + dt.timedelta(days=later)
    tomorrow = day + dt.timedelta(days=1)
    step = week_number(tomorrow, start) - week_number(day, start)
    assert step == (1 if tomorrow.weekday() == 0 else 0)
    assert week_number(start, start) == 1


def test_holiday_on_a_class_day_is_named_and_one_on_another_day_is_not_there() -> None:
    holidays = [Holiday(dt.date(2025, 9, 1), "Labor Day"), Holiday(dt.date(2025, 9, 4), "Fair")]
    found = class_days(dt.date(2025, 8, 25), dt.date(2025, 9, 5), [0, 2], holidays)
    assert found == [
        TermDay(1, dt.date(2025, 8, 25)),
        TermDay(1, dt.date(2025, 8, 27)),
        TermDay(2, dt.date(2025, 9, 1), "Labor Day"),
        TermDay(2, dt.date(2025, 9, 3)),
    ]


def test_term_on_the_last_days_of_the_calendar_ends() -> None:
    last = dt.date.max
    assert [one.day for one in class_days(last, last, [last.weekday()], [])] == [last]


@given(days, st.integers(0, 200), st.sets(st.integers(0, 6)), st.lists(st.integers(0, 200)))
def test_holidays_take_days_from_classes_and_nothing_else(
    start: dt.date, length: int, weekdays: set[int], off: list[int]
) -> None:
    end = start + dt.timedelta(days=length)
    holidays = [Holiday(start + dt.timedelta(days=n), f"Day {n}") for n in off]
    found = class_days(start, end, weekdays, holidays)
    assert [(one.week, one.day) for one in found] == list(meeting_dates(start, end, weekdays))
    closed = {holiday.day for holiday in holidays}
    assert all(bool(one.holiday) == (one.day in closed) for one in found)
