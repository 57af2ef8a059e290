"""What a student's notes come to, in plain words.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from readings.notes.policy import Policy, SkipsBy
from readings.notes.totals import Total


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


@dataclass(frozen=True, slots=True)
class CountedLine:
    """One step of how a total comes about."""

    words: str  # "Missing, and count 0"
    names: str  # "DSPy, MLIR"
    count: int


def counted_lines(
    total: Total, policy: Policy, names: Mapping[int, str], *, is_own: bool, most: int | None = None
) -> list[CountedLine]:
    """How the total comes about: what became of the notes, each of them in one line.

    ``names`` of the readings that are shown: what only lies on the shelf is nothing that anybody
    waits for.  ``is_own``: for the student, who is not told which notes were drawn to be marked.
    At most so many names are said (all, if it is None).
    """
    missing, counted = set(total.missing), set(total.counted)
    told = {*counted, *total.dropped, *total.beyond}
    steps = [
        ("Count, each as much as the others", [one for one in total.counted if one not in missing]),
        ("Missing, and count 0", [one for one in total.missing if one in counted]),
        (
            "Missing, and not needed: enough others count",
            [one for one in total.missing if one not in told],
        ),
        ("Dropped: the lowest, one for each skip left over", total.dropped),
        (f"Beyond the best {policy.best_of}", total.beyond),
        ("Skipped", total.skipped),
        ("Not owed: presents, excused, or no class", total.spared),
        *_waiting(total, policy, is_own=is_own),
        ("Not due yet", total.open),
    ]
    lines = []
    for words, found in steps:
        shown = [names[one] for one in found if one in names]
        if shown:
            more = len(shown[most:]) if most is not None else 0
            said = ", ".join(shown[:most]) + (f" and {more} more" if more else "")
            lines.append(CountedLine(words, said, len(shown)))
    return lines


def _waiting(total: Total, policy: Policy, *, is_own: bool) -> list[tuple[str, Sequence[int]]]:
    """What is handed in and does not count yet."""
    if is_own and policy.sample is not None:
        words = (
            f"Wait: {policy.sample} of your notes, drawn at random, count once you have the marks"
        )
        return [(words, [*total.unmarked, *total.unsampled])]
    return [
        ("Wait for a mark, and do not count yet", total.unmarked),
        ("Submitted, and not among those that are marked", total.unsampled),
    ]


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
