"""What the sign-ups page computes from values: choices, times on the day, words on a sheet."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.http import QueryDict

from readings.presentations.board.banners import (
    phase_of_sheet,
    sheet_line,
    sizes_of,
    terms_for_presenter,
)
from readings.presentations.board.choice import FREE, Choice
from readings.presentations.board.times import Planned, starts_of
from readings.presentations.models import Method, Sheet, TakenBy
from readings.presentations.windows import Phase, Window

NOW = dt.datetime(2025, 9, 1, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    "query", ["", "?sheet=3", "?show=free", "?past=yes", "?sheet=3&show=mine&past=yes&part=2"]
)
def test_a_choice_and_its_address_say_the_same(query: str) -> None:
    assert Choice.of(QueryDict(query.lstrip("?"))).query == query


def test_what_makes_no_sense_is_left_out() -> None:
    asked = QueryDict("sheet=-1&show=all&part=99999999999999999999")
    assert Choice.of(asked) == Choice()


def test_other_slots_begin_with_their_first_part() -> None:
    choice = Choice(sheet=3, part=2)
    assert choice.but(show=FREE).query == "?sheet=3&show=free"
    assert choice.but(part=4).query == "?sheet=3&part=4"


def test_slots_begin_one_after_the_other() -> None:
    agenda = [Planned([(1, 12), (2, 12)]), Planned([(3, 25)])]
    assert starts_of(dt.time(10, 30), agenda) == {
        1: dt.time(10, 30),
        2: dt.time(10, 42),
        3: dt.time(10, 54),
    }


def test_nobody_knows_when_what_follows_an_unknown_length_begins() -> None:
    assert starts_of(None, [Planned([(1, 10)])]) == {}
    assert starts_of(dt.time(9), [Planned([]), Planned([(1, 10)])]) == {}
    assert set(starts_of(dt.time(9), [Planned([(1, 10), (2, None), (3, 10)])])) == {1, 2}
    assert set(starts_of(dt.time(23, 50), [Planned([(1, 10), (2, 10)])])) == {1}


@pytest.mark.parametrize(
    ("fields", "held", "words"),
    [
        ({}, 0, ""),
        ({}, 2, "You hold 2."),
        ({"must_hold": 2}, 1, "You must hold 2; you hold 1 so far."),
        (
            {"must_hold": 2, "may_hold": 2, "days_apart": 14},
            1,
            "You must hold 2, at least 14 days apart; you hold 1 so far.",
        ),
        ({"may_hold": 1}, 0, "You may hold 1; you hold none so far."),
        (
            {"must_hold": 1, "may_hold": 3},
            0,
            "You must hold 1 and may hold 3; you hold none so far.",
        ),
        (
            {"must_hold": 1, "taken_by": TakenBy.GROUP},
            0,
            "Your group must hold 1; it holds none so far.",
        ),
        ({"days_apart": 1}, 1, "You may hold any number, at least 1 day apart; you hold 1 so far."),
    ],
)
def test_a_sheet_says_what_it_asks(fields: dict[str, object], held: int, words: str) -> None:
    assert terms_for_presenter(Sheet(title="Lead a paper", **fields), held) == words


def test_sizes_of_groups_in_words() -> None:
    def sized(fewest: int | None, most: int | None) -> str:
        return sizes_of(Sheet(taken_by=TakenBy.GROUP, fewest_members=fewest, most_members=most))

    assert [sized(2, 3), sized(2, 2), sized(2, None), sized(None, 4), sized(None, None)] == [
        "Groups of 2–3",
        "Groups of 2",
        "Groups of at least 2",
        "Groups of at most 4",
        "",
    ]


@pytest.mark.parametrize(
    ("opens", "closes", "method", "phase"),
    [
        (None, None, Method.FIRST_COME, Phase.OPEN),
        (HOUR, None, Method.FIRST_COME, Phase.NOT_YET),
        (None, -HOUR, Method.FIRST_COME, Phase.CLOSED),
        (None, HOUR, Method.WISHES, Phase.WISHES),
        (HOUR, None, Method.WISHES, Phase.NOT_YET),
        (None, -HOUR, Method.WISHES, Phase.CLOSED),
    ],
)
def test_where_a_sheet_stands(
    opens: dt.timedelta | None, closes: dt.timedelta | None, method: str, phase: Phase
) -> None:
    sheet = Sheet(
        method=method,
        opens_at=NOW + opens if opens is not None else None,
        closes_at=NOW + closes if closes is not None else None,
    )
    assert phase_of_sheet(sheet, NOW) == phase


def test_a_sheet_whose_slots_all_open_later_says_when_the_first_does() -> None:
    later = [Window(opens_at=NOW + dt.timedelta(days=days)) for days in (3, 2)]
    facts: dict[str, Any] = {"mine": None, "seats": 2, "free": 2, "is_chosen": False, "now": NOW}
    line = sheet_line(Sheet(title="Updates"), windows=later, **facts)
    assert (line.opens_later, line.opens_at) == (True, NOW + dt.timedelta(days=2))
    assert sheet_line(Sheet(title="Updates"), windows=[*later, Window()], **facts).is_open
