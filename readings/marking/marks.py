"""What a mark is: what somebody types for one, and the words for it.  Pure.

What is typed is a number on the scale that the course has now; what was given keeps the scale that
the course had then, see ``policy.Mark``.  None is no mark.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from readings.core.refusals import Refusal
from readings.notes.policy import Mark, Marking, Policy, most

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
    if mark > most(policy.marking, policy.points):
        raise NotAMark(_wanted(policy, f"{_plain(mark)} is too much."))
    smallest = _CENT if policy.marking == Marking.POINTS else Decimal(1)
    if mark % smallest:
        raise NotAMark(_wanted(policy, f"{_plain(mark)} is no mark here."))


def on_scale(policy: Policy, mark: Decimal) -> Mark:
    """``mark`` as it is given now."""
    return Mark(mark, Marking(policy.marking), most(policy.marking, policy.points))


def is_current(policy: Policy, mark: Mark | None) -> bool:
    """Whether ``mark`` is on the scale on which marks are given now; no mark is on each."""
    return mark is None or mark.is_on(policy.marking, policy.points)


def scale_key(policy: Policy) -> str:
    """``points/10``: the scale on which marks are given now, for a form to send back."""
    return f"{Marking(policy.marking).value}/{most(policy.marking, policy.points)}"


def choices_of(marking: Marking) -> tuple[tuple[str, str, str, str], ...]:
    """What can be chosen: value, sign, words and key; empty: points are typed."""
    return {Marking.COMPLETION: COMPLETION, Marking.CHECKS: CHECKS, Marking.POINTS: ()}[
        Marking(marking)
    ]


def mark_text(mark: Decimal | None) -> str:
    """As it stands in a field: ``8.5``, ``2``; empty for no mark."""
    return "" if mark is None else _plain(mark)


def mark_words(mark: Mark | None) -> str:
    """``8.5 of 10``, ``✓+ check plus``, ``✓ done``, as it was given; empty for no mark."""
    if mark is None:
        return ""
    for value, sign, words, _key in choices_of(mark.scale):
        if Decimal(value) == mark.value:
            return words if sign == value else f"{sign} {words}"
    return f"{_plain(mark.value)} of {mark.out_of}"


def spoken(mark: Mark) -> str:
    """``8.5 of 10``, ``check plus``, ``done``: the same without a sign, as it is read aloud."""
    for value, _sign, words, _key in choices_of(mark.scale):
        if Decimal(value) == mark.value:
            return words
    return mark_words(mark)


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
