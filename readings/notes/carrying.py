"""Answers to earlier questions, put into a form that asks others.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from readings.notes.prompts import Answers, Prompt, PromptKind, pieces


def carry_over(answers: Answers, before: Sequence[Prompt], now: Sequence[Prompt]) -> dict[str, Any]:
    """The answers as the prompts ``now`` can hold them.

    What is still asked in the same way stays; the rest is written, under what was asked, at the end
    of the first long text.  Without one it is left out: it stays in its revision.
    """
    same = {(one.key, one.kind, one.labels) for one in before}
    kept = {
        one.key: answers[one.key]
        for one in now
        if one.key in answers and (one.key, one.kind, one.labels) in same
    }
    rest = [piece for piece in pieces(before, answers, {}) if piece.key not in kept]
    place = next((one.key for one in now if one.kind == PromptKind.LONG), None)
    if not rest or place is None:
        return kept
    headed = [f"### {piece.heading}\n\n{piece.markdown}" for piece in rest]
    return kept | {place: "\n\n".join([*filter(None, [kept.get(place)]), *headed])}
