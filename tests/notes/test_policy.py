"""When a note is due, and how a person stands with it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.notes.policy import Policy, due_at, standing

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
