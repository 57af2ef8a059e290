"""When a seat may be taken."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readings.presentations.windows import Phase, Window, end_of_class

DETROIT = ZoneInfo("America/Detroit")
OPENS = dt.datetime(2025, 9, 12, 22, 0, tzinfo=dt.UTC)
CLOSES = dt.datetime(2025, 9, 14, 22, 0, tzinfo=dt.UTC)
ENDS = dt.datetime(2025, 9, 17, 16, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


@pytest.mark.parametrize(
    ("now", "phase"),
    [
        (OPENS - SECOND, Phase.NOT_YET),
        (OPENS, Phase.OPEN),
        (CLOSES - SECOND, Phase.OPEN),
        (CLOSES, Phase.CLOSED),
        (ENDS - SECOND, Phase.CLOSED),
        (ENDS, Phase.OVER),
    ],
)
def test_a_limit_belongs_to_what_comes_after_it(now: dt.datetime, phase: Phase) -> None:
    assert Window(OPENS, CLOSES, ENDS).phase(now) == phase


def test_a_slot_without_limits_is_open() -> None:
    assert Window().phase(OPENS) == Phase.OPEN


def test_a_past_class_is_over_whatever_its_sign_up_says() -> None:
    assert Window(opens_at=ENDS + SECOND, class_ends_at=ENDS).phase(ENDS) == Phase.OVER


instants = st.datetimes(
    min_value=dt.datetime(2025, 1, 1),
    max_value=dt.datetime(2026, 1, 1),
    timezones=st.just(dt.UTC),
)
ORDER = [Phase.NOT_YET, Phase.OPEN, Phase.CLOSED, Phase.OVER]


@settings(max_examples=100)
@given(st.lists(st.none() | instants, min_size=3, max_size=3), instants, instants)
def test_time_only_moves_a_slot_forward(
    limits: list[dt.datetime | None], one: dt.datetime, other: dt.datetime
) -> None:
    opens, closes, ends = limits
    if opens and closes and closes <= opens:
        opens, closes = closes, opens
    window = Window(opens, closes, ends)
    earlier, later = sorted([one, other])
    assert ORDER.index(window.phase(earlier)) <= ORDER.index(window.phase(later))


def test_a_class_is_over_when_it_ends_in_the_course_s_zone() -> None:
    day = dt.date(2025, 9, 17)
    assert end_of_class(day, dt.time(12, 0), DETROIT) == dt.datetime(2025, 9, 17, 16, tzinfo=dt.UTC)


def test_a_class_without_hours_is_over_with_its_day() -> None:
    day = dt.date(2025, 9, 17)
    assert end_of_class(day, None, DETROIT) == dt.datetime(2025, 9, 18, 4, tzinfo=dt.UTC)


def test_a_class_without_a_date_is_never_over() -> None:
    assert end_of_class(None, None, DETROIT) is None
