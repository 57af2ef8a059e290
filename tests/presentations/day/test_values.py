"""What is typed for a mark."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readings.presentations.day.refusals import NotAMark
from readings.presentations.day.values import plain, read_value, value_words

TEN = Decimal(10)


@pytest.mark.parametrize(
    ("typed", "value"), [("", None), (" 8 ", "8"), ("8,5", "8.5"), ("0", "0"), ("10.0", "10")]
)
def test_a_mark_is_read(typed: str, value: str | None) -> None:
    assert read_value(typed, TEN) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    "typed", ["good", "-1", "10.5", "8.25", "NaN", "Infinity", "1e9", "0x8", "1e-9", "9" * 200]
)
def test_what_is_no_mark_is_refused_with_what_would_be_one(typed: str) -> None:
    with pytest.raises(NotAMark, match="Type a number from 0 to 10"):
        read_value(typed, TEN)


def test_where_nothing_is_said_marks_have_no_number() -> None:
    assert read_value("", None) is None
    with pytest.raises(NotAMark, match="say first what they are out of"):
        read_value("8", None)


@given(st.decimals(min_value=0, max_value=10, places=1))
def test_what_is_shown_is_read_again(value: Decimal) -> None:
    assert read_value(plain(value), TEN) == value


@given(st.text(max_size=12))
def test_nothing_typed_breaks_it(typed: str) -> None:
    try:
        value = read_value(typed, TEN)
    except NotAMark:
        return
    assert value is None or 0 <= value <= TEN


def test_a_mark_says_what_it_is_out_of() -> None:
    assert value_words(Decimal("8.5"), Decimal("10.0")) == "8.5 of 10"
    assert value_words(None, TEN) == ""
