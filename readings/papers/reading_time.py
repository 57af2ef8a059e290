"""How long a text takes to read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

WORDS_PER_MINUTE = 238
"""Adults reading English non-fiction silently: the mean of 190 studies in M. Brysbaert, "How many
words do we read per minute? A review and meta-analysis of reading rate", Journal of Memory and
Language 109 (2019) 104047. A paper with much maths takes longer: read the result as a lower bound.
"""

CHARACTERS_PER_WORD = 2
"""Of scripts that set no spaces (Chinese, Japanese); a rule of thumb."""

_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LETTER = re.compile(r"[^\W\d_]")


def count_words(pages: Iterable[str]) -> int:
    """Words in all pages: what stands between spaces and has a letter in it."""
    words = characters = 0
    for page in pages:
        spaced, found = _UNSPACED.subn(" ", page)
        words += sum(1 for word in spaced.split() if _LETTER.search(word))
        characters += found
    return words + math.ceil(characters / CHARACTERS_PER_WORD)


def minutes_to_read(word_count: int | None) -> int | None:
    """Whole minutes, rounded up; None when the number of words is not known or zero."""
    return math.ceil(word_count / WORDS_PER_MINUTE) if word_count else None
