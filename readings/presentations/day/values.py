"""What a mark of a talk is: what somebody types for one, and the words for it.  Pure."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from readings.presentations.day.refusals import NotAMark

_TENTH: Final = Decimal("0.1")


def read_value(typed: str, out_of: Decimal | None) -> Decimal | None:
    """The mark that was typed; nothing typed is None.  Raises ``NotAMark``."""
    text = typed.strip().replace(",", ".")
    if not text:
        return None
    if out_of is None:
        raise NotAMark("Talks on this sheet have no marks: say first what they are out of.")
    wanted = f"Type a number from 0 to {plain(out_of)}, with one decimal at most."
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise NotAMark(f"“{typed.strip()[:20]}” is no mark. {wanted}") from None
    if not value.is_finite():
        raise NotAMark(f"That is no mark. {wanted}")
    if value < 0:
        raise NotAMark(f"A mark cannot be below 0. {wanted}")
    if value > out_of:
        raise NotAMark(f"{plain(value)} is too much. {wanted}")
    if value % _TENTH:
        raise NotAMark(f"{plain(value)} has too many decimals. {wanted}")
    return value


def plain(value: Decimal | None) -> str:
    """Without zeros that say nothing: ``8.5``, ``10``; empty for None."""
    if value is None:
        return ""
    text = f"{value:f}"[:24]
    return text.rstrip("0").rstrip(".") if "." in text else text


def value_words(value: Decimal | None, out_of: Decimal | None) -> str:
    """``8.5 of 10``; empty where none was given."""
    if value is None:
        return ""
    return f"{plain(value)} of {plain(out_of)}" if out_of is not None else plain(value)
