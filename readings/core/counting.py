"""Numbers, in sentences and as forms send them."""

from __future__ import annotations


def count_of(number: int, word: str) -> str:
    """``1 slot``, ``12 slots``."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def ordinal(number: int) -> str:
    """``1st``, ``2nd``, ``3rd``, ``11th``."""
    is_teen = number % 100 in (11, 12, 13)
    return f"{number}{'th' if is_teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def number_in(sent: str) -> int | None:
    """The whole number that a form or an address sent; None for what is none, or is no key."""
    # ``isdecimal`` alone also knows digits of other scripts; no key has more of them than 18.
    is_number = sent.isascii() and sent.isdecimal() and len(sent) <= 18
    return int(sent) if is_number else None
