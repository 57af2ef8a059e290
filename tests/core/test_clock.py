"""Dates and times as people read them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.core import clock

DETROIT = ZoneInfo("America/Detroit")
NOW = dt.datetime(2025, 9, 15, 16, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("later", "words"),
    [
        (dt.timedelta(seconds=10), "now"),
        (dt.timedelta(minutes=5), "in 5 min"),
        (dt.timedelta(hours=-3), "3 h ago"),
        (dt.timedelta(hours=13), "tomorrow"),
        (dt.timedelta(days=2), "in 2 days"),
        (dt.timedelta(days=-1), "yesterday"),
        (dt.timedelta(days=21), "in 3 weeks"),
        (dt.timedelta(days=-90), "3 months ago"),
        (dt.timedelta(days=800), "in 2 years"),
    ],
)
def test_distance_in_words(later: dt.timedelta, words: str) -> None:
    assert clock.relative(NOW + later, NOW, DETROIT) == words


def test_instant_is_written_in_the_courses_zone() -> None:
    there = NOW.astimezone(DETROIT)
    assert clock.short_instant(there) == "Mon Sep 15, 12:00"
    assert clock.long_instant(there) == "Monday, September 15, 2025, 12:00"


@given(st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2040, 1, 1)))
def test_local_time_gives_the_instant_at_which_clocks_show_it(local: dt.datetime) -> None:
    instant = clock.instant_of(local.date(), local.time(), DETROIT)
    back = instant.astimezone(DETROIT).replace(tzinfo=None)
    # In the hour that a change of daylight saving leaves out, clocks show the next one.
    assert back in (local, local + dt.timedelta(hours=1))
