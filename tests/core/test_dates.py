"""What days a cell names."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.core.dates import (
    MONTH_NAMES,
    read_dates,
    spread,
    writes_day_first,
)

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("text", "days", "is_range"),
    [
        ("Aug 25-27", [(8, 25), (8, 27)], True),
        ("Sep 29 - Oct 1", [(9, 29), (10, 1)], True),
        ("Sep 29–Oct 1", [(9, 29), (10, 1)], True),
        ("Dec 30-2", [(12, 30), (1, 2)], True),
        ("Sep  5", [(9, 5)], False),
        ("Sept. 8", [(9, 8)], False),
        ("September 8th", [(9, 8)], False),
        ("8 September", [(9, 8)], False),
        ("8-Sep", [(9, 8)], False),
        ("10-12 Sep", [(9, 10), (9, 12)], True),
        ("Sep 8, 10", [(9, 8), (9, 10)], False),
        ("Sep 8 & 10", [(9, 8), (9, 10)], False),
        ("Sep 8\nSep 10", [(9, 8), (9, 10)], False),
        ("Sep 8 to 10", [(9, 8), (9, 10)], True),
        ("Sep 8-10: Parsing", [(9, 8), (9, 10)], True),
        ("Sep 8 - 3: Parsing", [(9, 8)], False),
        ("Sep 8, 10. Parsing", [(9, 8)], False),
        ("9/8 - 9/10", [(9, 8), (9, 10)], True),
        ("9/8, 9/10", [(9, 8), (9, 10)], False),
        ("8.9.", [(9, 8)], False),
        ("Week 3 (Sep 8-10)", [(9, 8), (9, 10)], True),
        ("W 10/22", [(10, 22)], False),
        ("", [], False),
        ("TBD", [], False),
        ("Week 3", [], False),
        ("3", [], False),
        ("Maybe 5", [], False),
        ("Chapter 3", [], False),
    ],
)
def test_days_without_a_year(text: str, days: list[tuple[int, int]], is_range: bool) -> None:
    found = read_dates(text)
    assert [(day.month, day.day) for day in found.days] == days
    assert found.is_range is is_range
    assert all(day.year is None for day in found.days)


@pytest.mark.parametrize(
    "text",
    ["2025-09-08", "Sep 8, 2025", "8 Sep 2025", "9/8/2025", "9/8/25", "08-Sep-2025", "8.9.2025"],
)
def test_days_with_a_year(text: str) -> None:
    (day,) = read_dates(text).days
    assert (day.year, day.month, day.day) == (2025, 9, 8)


def test_weekdays_belong_to_the_days_they_stand_by() -> None:
    assert [day.weekday for day in read_dates("Mon Sep 8").days] == [0]
    assert [day.weekday for day in read_dates("Mon/Wed Sep 8/10").days] == [0, 2]
    assert [day.weekday for day in read_dates("Tuesday, 9/9 and Thursday, 9/11").days] == [1, 3]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Sep 8 10:30am", "10:30"),
        ("Tue, Sep 8, 2-3:30pm", "14:00"),
        ("Sep 8 - 10:30am", "10:30"),
        ("9/8 11am-1pm", "11:00"),
        ("9/8 14:00-15:30", "14:00"),
        ("Sep 8 12 am", "00:00"),
        ("Sep 8 25:00", None),
        ("Sep 8-10", None),
    ],
)
def test_times_beside_the_day(text: str, time: str | None) -> None:
    found = read_dates(text)
    assert found.time == time
    assert (found.days[0].month, found.days[0].day) == (9, 8)


def test_days_that_cannot_be_are_kept_to_be_named() -> None:
    (day,) = read_dates("Sep 31").days
    assert not day.exists
    assert str(day) == "Sep 31"
    assert read_dates("Feb 29").days[0].exists
    assert not read_dates("13/45").days[0].exists


def test_numbers_above_twelve_tell_which_is_the_day() -> None:
    assert writes_day_first(["3/4", "24/4"])
    assert not writes_day_first(["3/4", "4/24"])
    assert not writes_day_first(["3/4", "24/4", "4/24"])
    assert [(day.month, day.day) for day in read_dates("3/4", day_first=True).days] == [(4, 3)]


def test_weeks_are_numbered_where_they_say_so() -> None:
    assert read_dates("Week 3 (Sep 8-10)").week == 3
    assert read_dates("12").week == 12
    assert read_dates("Sep 8").week is None


@given(st.dates(dt.date(1990, 1, 1), dt.date(2099, 12, 31)), st.booleans())
def test_every_date_is_read_back(date: dt.date, with_year: bool) -> None:
    month = MONTH_NAMES[date.month - 1]
    year = f", {date.year}" if with_year else ""
    for text in (
        f"{month} {date.day}{year}",
        f"**{month}.  {date.day}{year}**",
        f"{date:%A} {month} {date.day}{year}",
    ):
        (day,) = read_dates(text).days
        assert (day.month, day.day, day.year) == (
            date.month,
            date.day,
            date.year if with_year else None,
        )
        assert day.in_year(date.year) == date


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    for day in read_dates(f"{text} Sep 8 {text}").days:
        str(day)
        assert day.in_year(2025) is None or day.exists or day.year


@given(st.dates(dt.date(2000, 1, 1), dt.date(2050, 1, 1)), st.integers(0, 30), st.integers(1, 6))
def test_spread_begins_and_ends_where_it_should(first: dt.date, span: int, count: int) -> None:
    last = first + dt.timedelta(days=span)
    dates = spread(first, last, count)
    assert len(dates) == count
    assert dates[0] == first
    assert dates == sorted(dates)
    assert count == 1 or dates[-1] == last
