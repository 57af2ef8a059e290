"""The first lines of an abstract, without cutting through a word or a formula."""

from __future__ import annotations

import re
from typing import Final

_DOLLAR: Final = re.compile(r"(?<!\\)\$")
_SENTENCE_END: Final = re.compile(r"[.!?](?=\s+[^\s\d(]|$)|[。！？]")


def first_lines(abstract: str, *, limit: int) -> str:
    """The first sentences of ``abstract`` that fit ``limit`` characters.

    Where not even a third of the limit ends with a sentence, the words that fit and "…".  Never
    ends inside ``$...$``.  White space is made single.
    """
    text = " ".join(abstract.split())
    if len(text) <= limit:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, limit)]
    for end in reversed(ends):
        if end < limit // 3:
            break
        if not _inside_formula(text, end):
            return text[:end]
    end = text.rfind(" ", 0, limit)
    end = limit if end < 0 else end
    if _inside_formula(text, end):
        end = _dollars(text, end)[-1]
    return f"{text[:end].rstrip(' ,;:')}…"


def _inside_formula(text: str, end: int) -> bool:
    """Whether a dollar sign before ``end`` is still waiting for its partner."""
    return len(_dollars(text, end)) % 2 == 1


def _dollars(text: str, end: int) -> list[int]:
    """Where formulas begin and end before ``end``: a dollar after a backslash is only a dollar."""
    return [match.start() for match in _DOLLAR.finditer(text, 0, end)]
