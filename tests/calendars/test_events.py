"""Events as values: hours, numbers, names, and any text in a file that two parsers read."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.calendars.events import (
    CalendarEvent,
    Line,
    cut_at_word,
    hours_of,
    in_brief,
    numbered,
    one_line,
    short_title,
)
from readings.calendars.ics import write_calendar
from tests.calendars.parsing import events_of

DETROIT = ZoneInfo("America/Detroit")
MONDAY = dt.date(2025, 9, 8)
CHANGED = dt.datetime(2025, 9, 1, 12, tzinfo=dt.UTC)
EVENT = CalendarEvent(
    course_id=1,
    course_uid=uuid.UUID(int=7),
    key="meeting-12",
    start=dt.datetime(2025, 9, 8, 10, 30, tzinfo=DETROIT),
    end=dt.datetime(2025, 9, 8, 11, 50, tzinfo=DETROIT),
    summary="CSE 598: DSPy",
)
HOURS = (dt.time(10, 30), dt.time(11, 50))
NONE = (None, None)


def written(event: CalendarEvent) -> bytes:
    return write_calendar(
        "Compilers", [numbered(event, changes=0, changed_at=CHANGED)], site="https://x.example.edu"
    )


def hours(
    meets: tuple[dt.time | None, dt.time | None],
    usual: tuple[dt.time | None, dt.time | None],
    day: dt.date = MONDAY,
) -> str:
    start, end = hours_of(day, *meets, usual=usual, zone=DETROIT)
    return f"{start:%d %H:%M} to {end:%d %H:%M}" if end else f"{start:%d %H:%M}"


@pytest.mark.parametrize(
    ("meets", "usual", "expected"),
    [
        (HOURS, NONE, "08 10:30 to 08 11:50"),
        (NONE, HOURS, "08 10:30 to 08 11:50"),
        ((dt.time(9), None), HOURS, "08 09:00 to 08 10:20"),  # as long as usual
        ((dt.time(23), None), HOURS, "08 23:00 to 09 00:20"),
        ((None, dt.time(12)), HOURS, "08 10:30 to 08 12:00"),
        ((None, dt.time(10)), HOURS, "08 10:30 to 08 11:50"),  # an end before the beginning
        ((dt.time(9), None), NONE, "08 09:00"),  # nobody knows how long
        (NONE, NONE, "08 00:00 to 09 00:00"),  # a day
        (NONE, (None, dt.time(12)), "08 00:00 to 09 00:00"),
    ],
)
def test_a_class_has_its_own_hours_else_the_usual_ones(
    meets: tuple[dt.time | None, dt.time | None],
    usual: tuple[dt.time | None, dt.time | None],
    expected: str,
) -> None:
    assert hours(meets, usual) == expected


def test_a_class_without_a_time_is_a_day_and_no_instant() -> None:
    start, end = hours_of(MONDAY, None, None, usual=NONE, zone=DETROIT)

    assert (type(start), start, end) == (dt.date, MONDAY, MONDAY + dt.timedelta(days=1))


def test_a_class_in_the_hour_that_is_left_out_has_no_end_before_its_start() -> None:
    assert hours((dt.time(2, 30), dt.time(3, 10)), NONE, dt.date(2025, 3, 9)) == "09 02:30"


@pytest.mark.parametrize("day", [dt.date.min, dt.date.max])
@pytest.mark.parametrize("meets", [NONE, HOURS, (dt.time(23, 50), None)])
def test_a_date_typed_by_mistake_is_written_all_the_same(
    day: dt.date, meets: tuple[dt.time | None, dt.time | None]
) -> None:
    start, end = hours_of(day, *meets, usual=(dt.time(8), dt.time(20)), zone=DETROIT)
    event = replace(EVENT, start=start, end=end)

    assert b"BEGIN:VEVENT" in written(event)


@given(
    changes=st.lists(st.booleans(), max_size=20),
    done_after=st.integers(min_value=0, max_value=20),
)
def test_every_change_raises_the_number_and_so_does_being_done(
    changes: list[bool], done_after: int
) -> None:
    done = replace(EVENT, done_at=CHANGED)
    told = [
        numbered(done if turn >= done_after else EVENT, changes=turn, changed_at=CHANGED).sequence
        for turn, _change in enumerate(changes)
    ]

    assert told == sorted(set(told))
    assert (
        numbered(done, changes=3, changed_at=CHANGED).sequence
        > numbered(EVENT, changes=3, changed_at=CHANGED).sequence
    )


def test_what_the_reader_did_is_not_part_of_what_the_event_is() -> None:
    assert replace(EVENT, done_at=CHANGED).digest == EVENT.digest
    assert replace(EVENT, path="/l/secret/").digest == EVENT.digest
    assert replace(EVENT, is_cancelled=True).digest != EVENT.digest


def test_the_zone_is_part_of_it_even_where_the_hour_is_the_same() -> None:
    start = dt.datetime(2025, 9, 8, 10, 30, tzinfo=ZoneInfo("America/New_York"))

    assert replace(EVENT, start=start).digest != EVENT.digest


def test_long_agendas_are_told_in_brief() -> None:
    names = ["DSPy", "TVM", "EffPagedAttn", "Glow", "Halide"]

    assert in_brief(names, most=3) == "DSPy, TVM, EffPagedAttn and 2 more"
    assert in_brief(names[:3], most=3) == "DSPy, TVM, EffPagedAttn"
    assert in_brief(names[:1], most=3) == "DSPy"
    assert in_brief([], most=3) == ""


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("FlashAttention: Fast and Memory-Efficient Exact Attention", "FlashAttention"),
        ("演算子融合：深層学習コンパイラ", "演算子融合"),
        ("Attention Is All You Need", "Attention Is All You Need"),
        (
            "Efficient Memory Management for Large Language Model Serving with PagedAttention",
            "Efficient Memory Management for Large…",
        ),
        (
            "Efficient Memory Management for Large Language Models, and: What Else",
            "Efficient Memory Management for Large…",
        ),
        ("arXiv:1802.04799", "arXiv:1802.04799"),
        ("https://example.org/a", "https://example.org/a"),
        (": what remains", ": what remains"),
        ("Four:", "Four:"),
    ],
)
def test_a_title_is_called_by_what_stands_before_its_colon(title: str, expected: str) -> None:
    assert short_title(title, limit=40) == expected


def test_what_is_long_is_cut_between_words() -> None:
    assert cut_at_word("one two three", limit=7) == "one two…"
    assert cut_at_word("one two, three", limit=9) == "one two…"
    assert cut_at_word("one two three", limit=13) == "one two three"
    assert cut_at_word("演算子融合", limit=3) == "演算子…"
    assert cut_at_word("A 演算子融合による", limit=6) == "A 演算子融…"


@given(text=st.text(min_size=1, max_size=120), limit=st.integers(min_value=1, max_value=60))
def test_what_is_cut_is_no_longer_than_it_may_be(text: str, limit: int) -> None:
    assert len(cut_at_word(text, limit=limit)) <= limit + 1


ANY_TEXT = st.text(max_size=300) | st.sampled_from(
    [
        'a, b; c: d \\ e " f',
        "\\Nabla and \\nu, C:\\Notes",
        "the first line\r\nBEGIN:VEVENT\nSUMMARY:not one",
        "演算子融合による深層学習コンパイラの最適化" * 5,
        "👩🏽‍💻🇩🇪" * 20,
        "\u202eright to left \u2028 and a separator \x85 \x0b \x1c \x00",
        "x" * 300,
    ]
)


@given(summary=ANY_TEXT, title=ANY_TEXT, room=ANY_TEXT, name=ANY_TEXT)
def test_any_text_comes_back_as_it_went(summary: str, title: str, room: str, name: str) -> None:
    event = replace(
        EVENT,
        summary=f"C {summary}",
        description=(Line(f"T {title}", "/c/compilers/papers/5/"), Line("Week 1")),
        location=f"R {room}",
        path="/c/compilers/#meeting-12",
    )

    content = write_calendar(
        name, [numbered(event, changes=1, changed_at=CHANGED)], site="https://seminar.example.edu"
    )

    (told,) = events_of(content).values()
    assert told.summary == one_line(f"C {summary}")
    assert told.location == one_line(f"R {room}")
    assert told.description.split("\n") == [
        one_line(f"T {title}"),
        "https://seminar.example.edu/c/compilers/papers/5/",
        "",
        "Week 1",
    ]
    assert (told.start, told.end, told.sequence) == (EVENT.start, EVENT.end, 2)


def test_a_title_is_one_line_without_what_cannot_be_written() -> None:
    assert one_line(" A\r\nB\u2028C\x00\x07D\tE ") == "A B CD E"


def test_the_file_says_what_it_is_and_when_to_ask_again() -> None:
    head = written(EVENT).split(b"BEGIN:VTIMEZONE")[0].decode().split("\r\n")

    assert head[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert {"NAME:Compilers", "X-WR-CALNAME:Compilers", "X-PUBLISHED-TTL:PT1H"} <= set(head)
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in head
    assert not any(line.startswith("METHOD") for line in head)


def test_what_takes_no_time_has_a_start_alone() -> None:
    content = written(replace(EVENT, end=None))

    assert b"DTEND" not in content
    assert b"DURATION:PT0" not in content


def test_an_empty_calendar_is_a_calendar() -> None:
    assert events_of(write_calendar("Seminar", [], site="")) == {}
