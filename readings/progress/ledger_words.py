"""What a student's notes come to, in plain words.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from readings.notes.policy import Policy, SkipsBy
from readings.notes.totals import Total

_MOST_NAMES = 4


def late_words(policy: Policy, days: int) -> str:
    """``2 days late: 20 % off the mark``; each day that has begun is one."""
    off = min(100, policy.late_percent * days)
    return f"{days} day{'s' if days > 1 else ''} late: {off}\N{NO-BREAK SPACE}% off the mark"


def total_words(total: Total, policy: Policy) -> str:
    """``8.6 of 10``, ``89 %``; empty where nothing counts yet."""
    if total.mean is None:
        return ""
    if total.points is not None:
        return f"{number_words(total.points)} of {policy.points}"
    return f"{number_words(100 * total.mean, digits=0)}\N{NO-BREAK SPACE}%"


def how_counted(total: Total, policy: Policy, names: Mapping[int, str]) -> list[str]:
    """How the total comes about, a sentence for each thing; ``names`` of the readings."""

    def named(readings: Sequence[int]) -> str:
        found = [names.get(one, "") for one in readings[:_MOST_NAMES]]
        more = len(readings) - len(found)
        return ", ".join(found) + (f" and {more} more" if more else "")

    lacking = [one for one in total.counted if one in total.missing]
    is_sample = policy.sample is not None
    waiting = [*total.unmarked, *total.unsampled]
    told = [
        (total.counted, f"{_notes(len(total.counted))} {_verb(total.counted, 'count')}."),
        (lacking, f"Missing, and so 0: {named(lacking)}."),
        (
            total.dropped,
            f"Dropped as the lowest, one for each skip that is left: {named(total.dropped)}.",
        ),
        (total.beyond, f"Not among the best {policy.best_of}, which count: {named(total.beyond)}."),
        (total.skipped, f"Left out for a skip: {named(total.skipped)}."),
        (total.spared, f"Not owed, and left out: {named(total.spared)}."),
        (
            waiting if not is_sample else (),
            f"{_notes(len(waiting))} {_verb(waiting, 'wait')} for a mark.",
        ),
        (
            waiting if is_sample else (),
            f"{policy.sample} of your notes, drawn at random, are marked; "
            "they count once you have the marks.",
        ),
        (total.open, f"{_notes(len(total.open))} {'is' if len(total.open) == 1 else 'are'} not "
                     "due yet."),
    ]  # fmt: skip
    return [sentence for readings, sentence in told if readings]


def skip_words(policy: Policy, left: int) -> tuple[str, str]:
    """``3 of 5 skips left``, and what becomes of them; empty where the course has none."""
    if not policy.skips:
        return "", ""
    how = (
        "They are used up by themselves, on the first notes that are missing."
        if policy.skips_by == SkipsBy.ITSELF
        else "Spend one on a note before it is due, and owe it no more."
    )
    drops = " Each one that you do not use drops your lowest mark." * policy.unused_skip_drops
    return f"{left} of {policy.skips} skip{'s' if policy.skips > 1 else ''} left", how + drops


def number_words(number: float, *, digits: int = 2) -> str:
    """Rounded, without zeros that say nothing: ``8.67``, ``9``."""
    text = f"{number:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _notes(number: int) -> str:
    return f"{number} note{'s' if number != 1 else ''}"


def _verb(readings: Sequence[int], verb: str) -> str:
    return f"{verb}s" if len(readings) == 1 else verb
