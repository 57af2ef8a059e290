"""The dates of a term."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from readings.schedule.terms import meeting_dates, week_number

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
