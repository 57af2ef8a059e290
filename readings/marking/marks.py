"""What a mark is: what somebody types for one, and the words for it.  Pure.

A mark is stored as a number (``Feedback.mark``): points with up to two decimals; of checks 1 is a
check minus, 2 a check, 3 a check plus; of completion 1 is done.  0 is no credit everywhere, and
None is no mark.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from readings.core.refusals import Refusal
from readings.notes.policy import Marking, Policy

#: What can be chosen where a mark is no number of points: value, sign, words, key.
CHECKS: Final = (
    ("1", "✓−", "check minus", "-"),
    ("2", "✓", "check", "c"),
    ("3", "✓+", "check plus", "p"),
    ("0", "0", "no credit", "0"),
)
COMPLETION: Final = (("1", "✓", "done", "c"), ("0", "0", "not done", "0"))
_CENT: Final = Decimal("0.01")


class NotAMark(Refusal):
    """The course gives no such mark."""


def read_mark(policy: Policy, typed: str) -> Decimal | None:
    """The mark that was typed or chosen; nothing typed is None.  Raises ``NotAMark``."""
    text = typed.strip().replace(",", ".")
    if not text:
        return None
    try:
        mark = Decimal(text)
    except InvalidOperation:
        raise NotAMark(_wanted(policy, f"“{typed.strip()[:20]}” is no mark.")) from None
    check_mark(policy, mark)
    return mark


def check_mark(policy: Policy, mark: Decimal | None) -> None:
    """Raises ``NotAMark`` for what ``policy`` does not give."""
    if mark is None:
        return
    if not mark.is_finite():
        raise NotAMark(_wanted(policy, "That is no mark."))
    if mark < 0:
        raise NotAMark(_wanted(policy, "A mark cannot be below 0."))
    if mark > most_of(policy):
        raise NotAMark(_wanted(policy, f"{_plain(mark)} is too much."))
    smallest = _CENT if policy.marking == Marking.POINTS else Decimal(1)
    if mark % smallest:
        raise NotAMark(_wanted(policy, f"{_plain(mark)} is no mark here."))


def most_of(policy: Policy) -> int:
    """The highest mark."""
    return {Marking.COMPLETION: 1, Marking.CHECKS: 3, Marking.POINTS: policy.points}[
        Marking(policy.marking)
    ]


def choices_of(policy: Policy) -> tuple[tuple[str, str, str, str], ...]:
    """What can be chosen: value, sign, words and key; empty: points are typed."""
    return {Marking.COMPLETION: COMPLETION, Marking.CHECKS: CHECKS, Marking.POINTS: ()}[
        Marking(policy.marking)
    ]


def mark_text(mark: Decimal | None) -> str:
    """As it stands in a field: ``8.5``, ``2``; empty for no mark."""
    return "" if mark is None else _plain(mark)


def mark_words(policy: Policy, mark: Decimal | None) -> str:
    """``8.5 of 10``, ``✓+ check plus``, ``✓ done``; empty for no mark.

    A mark that was given under other rules is shown as the number that it is.
    """
    if mark is None:
        return ""
    if policy.marking == Marking.POINTS:
        return f"{_plain(mark)} of {policy.points}"
    for value, sign, words, _key in choices_of(policy):
        if Decimal(value) == mark:
            return words if sign == value else f"{sign} {words}"
    return _plain(mark)


def _plain(mark: Decimal) -> str:
    """Without an exponent and without zeros that say nothing."""
    text = f"{mark:f}"[:24]
    return text.rstrip("0").rstrip(".") if "." in text else text


def _wanted(policy: Policy, problem: str) -> str:
    """The problem, and what would have been right."""
    match policy.marking:
        case Marking.POINTS:
            return f"{problem} Type a number from 0 to {policy.points}, with two decimals at most."
        case Marking.CHECKS:
            return f"{problem} Choose check minus, check, check plus, or no credit."
    return f"{problem} Choose done or not done."
