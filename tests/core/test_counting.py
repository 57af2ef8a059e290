"""Numbers, in sentences and as forms send them."""

from __future__ import annotations

import pytest

from readings.core.counting import number_in


@pytest.mark.parametrize(
    ("sent", "number"),
    [("7", 7), ("007", 7), ("", None), ("-7", None), ("7.0", None), ("٧", None), ("²", None)],
)
def test_only_digits_are_a_number(sent: str, number: int | None) -> None:
    assert number_in(sent) == number


def test_what_is_longer_than_any_key_is_none() -> None:
    assert number_in("9" * 18) == int("9" * 18)
    assert number_in("9" * 19) is None
    assert number_in("9" * 10_000) is None  # which ``int`` itself refuses
