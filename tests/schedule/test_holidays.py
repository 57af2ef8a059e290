"""Holidays as people type them and calendars name them."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.schedule.holidays import (
    Holiday,
    HolidaysRead,
    each_once,
    read_calendar,
    read_holidays,
    write_holidays,
)

pytestmark = pytest.mark.once

FIRST, LAST = dt.date(2025, 8, 25), dt.date(2026, 1, 20)


def typed(text: str) -> HolidaysRead:
    return read_holidays(text, starts_on=FIRST, ends_on=LAST)


def said(read: HolidaysRead) -> list[str]:
    return [f"{one.day:%m-%d} {one.name}" for one in read.holidays]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("2025-09-01 Labor Day", ["09-01 Labor Day"]),
        ("Sep 1: Labor Day", ["09-01 Labor Day"]),
        ("Sep 1: Labor Day (Holiday)", ["09-01 Labor Day"]),
        ("Sep 1", ["09-01 Holiday"]),
        ("Oct 13-14 Fall study break", ["10-13 Fall study break", "10-14 Fall study break"]),
        ("Nov 26 - 27 Thanksgiving", ["11-26 Thanksgiving", "11-27 Thanksgiving"]),
        ("Dec 31 – Jan 1 Winter break", ["12-31 Winter break", "01-01 Winter break"]),
        ("Aug 23-25 Orientation", ["08-25 Orientation"]),
        ("Jan 19 MLK Day", ["01-19 MLK Day"]),
        ("Nov 26-27: Thanksgiving", ["11-26 Thanksgiving", "11-27 Thanksgiving"]),
        ("Nov 30 - Dec 1: Break", ["11-30 Break", "12-01 Break"]),
        ("Nov 5, 7 and 10: Strike", ["11-05 Strike", "11-07 Strike", "11-10 Strike"]),
        ("26 Nov - 27 Nov Thanksgiving", ["11-26 Thanksgiving", "11-27 Thanksgiving"]),
        ("Thanksgiving (Nov 26-27)", ["11-26 Thanksgiving", "11-27 Thanksgiving"]),
    ],
)
def test_typed_line_is_read(line: str, found: list[str]) -> None:
    read = typed(line)
    assert said(read) == found
    assert read.problems == ()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Labor Day", "No day is named here. Write it as “Sep 1 Labor Day”."),
        ("Feb 30 Nothing", "There is no Feb 30."),
        ("2025-02-29 Nothing", "There is no Feb 29, 2025."),
        ("May 1 Labour Day", "May 1 is outside the term, Aug 25, 2025 – Jan 20, 2026."),
        ("2024-09-02 Labor Day", "Sep 2, 2024 is outside the term, Aug 25, 2025 – Jan 20, 2026."),
        ("Sep 1 - Nov 1 Away", "Sep 1, 2025 – Nov 1, 2025 is longer than 60 days."),
        ("2025-10-14 – 2025-10-13", "Oct 14, 2025 – Oct 13, 2025 ends before it begins."),
        (
            "Sep 29-1: Break",
            "Sep 29-1 ends before it begins. Name the month of each day if they are in two.",
        ),
        ("Nov 30-31: Break", "There is no Nov 31."),
    ],
)
def test_line_that_cannot_be_taken_is_named_and_the_rest_goes_through(
    line: str, message: str
) -> None:
    read = typed(f"Sep 1 Labor Day\n\n{line}\nNov 27 Thanksgiving")
    assert said(read) == ["09-01 Labor Day", "11-27 Thanksgiving"]
    assert [str(problem) for problem in read.problems] == [f"Line 3: {message}"]


def test_day_that_is_named_twice_keeps_its_first_name() -> None:
    assert said(typed("Nov 27 Thanksgiving\nNov 26-27 Break")) == [
        "11-26 Break",
        "11-27 Thanksgiving",
    ]


def test_book_that_was_pasted_is_not_read_to_its_end() -> None:
    read = typed("Sep 1 Labor Day\n" * 1000)
    assert said(read) == ["09-01 Labor Day"]
    assert [str(one) for one in read.problems] == ["Line 401: Only the first 400 lines were read."]


def test_line_without_end_is_read_at_once() -> None:
    began = time.perf_counter()
    typed("Sep 1" + " " * 100_000 + "Labor Day")
    assert time.perf_counter() - began < 1


_days = st.integers(0, (LAST - FIRST).days).map(lambda n: FIRST + dt.timedelta(days=n))
_names = st.sampled_from(
    ["Labor Day", "Fall break", "Sep 3 make-up", "Friday", "2 days", "冬休み", "5: last days",
     "Break until Sep 3", "2-3 talks", "no class", "10:30 start"]
)  # fmt: skip


@given(st.lists(st.builds(Holiday, _days, _names), max_size=80))
def test_holidays_that_are_written_are_read_again(holidays: list[Holiday]) -> None:
    once = each_once(holidays)
    read = typed(write_holidays(once))
    assert (read.holidays, read.problems) == (once, ())


@given(st.text(), _days)
def test_nothing_typed_is_outside_the_term_or_a_crash(text: str, last: dt.date) -> None:
    read = read_holidays(text, starts_on=FIRST, ends_on=last)
    assert all(FIRST <= one.day <= last and one.name for one in read.holidays)
    days = [one.day for one in read.holidays]
    assert days == sorted(set(days))


def event(summary: str, *lines: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"SUMMARY:{summary}", *lines, "END:VEVENT"])


def calendar_of(*events: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *events, "END:VCALENDAR", ""]).encode()


def from_file(data: bytes) -> HolidaysRead:
    return read_calendar(data, starts_on=FIRST, ends_on=LAST)


def test_days_off_of_an_academic_calendar_are_found_among_its_events() -> None:
    read = from_file(
        calendar_of(
            event("Labor Day (Holiday)", "DTSTART;VALUE=DATE:20250901"),
            event("Fall recess", "DTSTART;VALUE=DATE:20251013", "DTEND;VALUE=DATE:20251015"),
            event("Classes resume after fall break", "DTSTART;VALUE=DATE:20251015"),
            event("Last day to drop", "DTSTART;VALUE=DATE:20250910"),
            event("No class: town hall", "DTSTART:20251020T100000Z"),
            event("Thanksgiving", "DTSTART;VALUE=DATE:20241128"),
            event("No class", "DTSTART;VALUE=DATE:20251103", "STATUS:CANCELLED"),
        )
    )
    assert said(read) == ["09-01 Labor Day", "10-13 Fall recess", "10-14 Fall recess"]
    assert read.problems == ()


@pytest.mark.parametrize(
    ("start", "rule", "found"),
    [
        ("20100101", "FREQ=YEARLY", ["01-01 Holiday"]),
        ("20010903", "FREQ=YEARLY;BYMONTH=9;BYDAY=1MO", ["09-01 Holiday"]),
        ("20011122", "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", ["11-27 Holiday"]),
        ("20011029", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1MO", ["10-27 Holiday"]),
        ("20101111", "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=11", ["11-11 Holiday"]),
        ("20101111", "FREQ=YEARLY;COUNT=15", []),
        ("20101111", "FREQ=YEARLY;COUNT=16", ["11-11 Holiday"]),
        ("20101111", "FREQ=YEARLY;UNTIL=20201111", []),
        ("20101111", "FREQ=YEARLY\r\nEXDATE;VALUE=DATE:20251111", []),
    ],
)
def test_holiday_of_every_year_is_on_its_day_of_the_term(
    start: str, rule: str, found: list[str]
) -> None:
    read = from_file(calendar_of(event("Holiday", f"DTSTART;VALUE=DATE:{start}", f"RRULE:{rule}")))
    assert said(read) == found


@pytest.mark.parametrize(
    "rule",
    ["FREQ=WEEKLY", "FREQ=YEARLY;INTERVAL=2", "FREQ=YEARLY;BYMONTH=9,10", "FREQ=YEARLY;BYDAY=MO",
     "FREQ=YEARLY;BYSETPOS=1;BYDAY=MO", "FREQ=YEARLY;INTERVAL=0", "FREQ=NEVER", "nonsense"],
)  # fmt: skip
def test_repetition_that_is_not_read_is_said_and_the_rest_goes_through(rule: str) -> None:
    read = from_file(
        calendar_of(
            event("Recess", "DTSTART;VALUE=DATE:20250908", f"RRULE:{rule}"),
            event("Labor Day", "DTSTART;VALUE=DATE:20250901"),
        )
    )
    assert said(read) == ["09-01 Labor Day"]
    assert [str(one) for one in read.problems] == [
        "“Recess”: it repeats in a way that is not read. Type its days instead."
    ]


def test_event_with_a_broken_date_is_named() -> None:
    read = from_file(
        calendar_of(
            event("Fall recess", "DTSTART;VALUE=DATE:2025x908"),
            event("Winter break", "DTSTART;VALUE=DATE:20250908", "DTEND:20250909T100000"),
            event("Long recess no class", "DTSTART;VALUE=DATE:20250908", "DURATION:P90D"),
        )
    )
    assert said(read) == []
    assert [str(one) for one in read.problems] == [
        "“Fall recess”: its first day cannot be read.",
        "“Winter break”: its last day cannot be read.",
        "“Long recess no class”: Sep 8, 2025 – Dec 6, 2025 is longer than 60 days.",
    ]


GOOD = calendar_of(event("Labor Day", "DTSTART;VALUE=DATE:20250901"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "This file is empty."),
        (b" \n", "This file is empty."),
        (GOOD + b" " * 1024 * 1024, "This file is larger than 1 MB."),
        (b"<!doctype html><title>Calendar</title>", "This is no calendar file"),
        (b"%PDF-1.7", "This is no calendar file"),
        (b"\xff\xfe\x00B", "This is no calendar file"),
        (GOOD[: len(GOOD) // 2], "This calendar file is broken or cut off."),
        (b"BEGIN:VCALENDAR\nno colon\nEND:VCALENDAR", "This calendar file is broken or cut off."),
        (calendar_of(), "This calendar has no event that lasts a whole day."),
        (
            calendar_of(event("Commencement", "DTSTART;VALUE=DATE:20251201")),
            "None of the 1 all-day events of this calendar looks like a day off.",
        ),
        (
            calendar_of(event("Labor Day", "DTSTART;VALUE=DATE:20200907")),
            "None of its days off is in the term, Aug 25, 2025 – Jan 20, 2026.",
        ),
    ],
)
def test_file_that_is_no_use_says_why(data: bytes, message: str) -> None:
    read = from_file(data)
    assert read.holidays == ()
    [problem] = read.problems
    assert str(problem).startswith(message)


def test_mark_before_a_calendar_is_passed_over() -> None:
    assert said(from_file(b"\xef\xbb\xbf" + GOOD)) == ["09-01 Labor Day"]


_lines = st.sampled_from(
    ["BEGIN:VEVENT", "END:VEVENT", "SUMMARY:Labor Day", "DTSTART;VALUE=DATE:20250901", "RRULE:",
     "DTEND;VALUE=DATE:20250830", "DTEND;VALUE=DATE:99991231", "RRULE:FREQ=YEARLY;BYDAY=9MO",
     "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "DTSTART;VALUE=DATE:00010101", "DURATION:P1D",
     "EXDATE:x", "RDATE;VALUE=DATE:20250902", "SUMMARY:Recess", "DURATION:-P9D", "junk",
     "RRULE:FREQ=YEARLY;UNTIL=x", "RRULE:FREQ=YEARLY;COUNT=0", "END:VCALENDAR"]
)  # fmt: skip


@given(st.lists(_lines, max_size=14))
def test_no_calendar_is_too_broken_to_be_answered(lines: list[str]) -> None:
    read = from_file("\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR"]).encode())
    assert read.holidays or read.problems
