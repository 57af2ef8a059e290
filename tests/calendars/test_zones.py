"""What is said of a zone gives the same offset as the zone itself."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Timezone

from readings.calendars.zones import zone_lines

ZONES = ["America/Detroit", "Europe/Berlin", "Europe/Dublin", "Australia/Lord_Howe",
         "Asia/Kolkata", "Asia/Tokyo", "Africa/Casablanca", "Asia/Jerusalem", "America/Nuuk",
         "Africa/Cairo", "America/Sao_Paulo", "Pacific/Apia", "UTC"]  # fmt: skip


def offset_told(lines: tuple[str, ...], instant: dt.datetime) -> dt.timedelta:
    """The offset at ``instant`` (naive, UTC) by RFC 5545, 3.6.5: that of the latest onset."""
    zone = Timezone.from_ical("\r\n".join(lines))
    latest: tuple[dt.datetime, dt.timedelta] | None = None
    for observance in zone.subcomponents:
        told: Any = observance
        start, before = told["DTSTART"].dt, told["TZOFFSETFROM"].td
        if "RRULE" in told:
            rule = rrulestr(told["RRULE"].to_ical().decode(), dtstart=start)
            onset = rule.before(instant + before, inc=True)
        else:
            onset = start if start - before <= instant else None
        if onset is not None and (latest is None or onset - before > latest[0]):
            latest = (onset - before, told["TZOFFSETTO"].td)
    assert latest is not None
    return latest[1]


@given(
    key=st.sampled_from(ZONES) | st.sampled_from(sorted(zoneinfo.available_timezones())),
    instant=st.datetimes(min_value=dt.datetime(2024, 1, 1), max_value=dt.datetime(2028, 12, 31)),
)
def test_offsets_are_those_of_the_zone(key: str, instant: dt.datetime) -> None:
    lines = zone_lines(key, instant.year, instant.year)

    local = instant.replace(tzinfo=dt.UTC).astimezone(zoneinfo.ZoneInfo(key))
    assert offset_told(lines, instant) == local.utcoffset()


@pytest.mark.parametrize(
    ("second", "hours"),
    [
        (dt.datetime(2025, 3, 9, 6, 59, 59), -5),
        (dt.datetime(2025, 3, 9, 7, 0, 0), -4),
        (dt.datetime(2025, 11, 2, 5, 59, 59), -4),
        (dt.datetime(2025, 11, 2, 6, 0, 0), -5),
    ],
)
def test_the_clock_changes_in_the_right_second(second: dt.datetime, hours: int) -> None:
    lines = zone_lines("America/Detroit", 2025, 2025)

    assert offset_told(lines, second) == dt.timedelta(hours=hours)


def test_yearly_changes_are_told_as_rules_because_outlook_reads_no_dates() -> None:
    lines = zone_lines("Europe/Berlin", 2025, 2026)

    assert "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU" in lines
    assert "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU" in lines
    assert not any(line.startswith("RDATE") for line in lines)


@pytest.mark.parametrize("years", [(1, 1), (1, 9999), (9999, 9999)])
def test_a_year_typed_by_mistake_costs_nothing(years: tuple[int, int]) -> None:
    assert len(zone_lines("America/Detroit", *years)) < 500
