"""The names of prompts, under which answers are stored.  Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection
from typing import Final

from django.utils.text import slugify

MAX_KEY: Final = 24
# The fields of some prompts are called "answer-KEY-page" and "answer-KEY-q-0": no other prompt may
# have a key that makes such a name.
_KEY: Final = re.compile(r"[a-z0-9-]{1,40}")
_TAKEN: Final = re.compile(r"-page$|-[qa]-\d+$")


def is_key(text: str) -> bool:
    """Whether a prompt can be stored under ``text``."""
    return bool(_KEY.fullmatch(text)) and not _TAKEN.search(text)


def new_key(text: str, used: Collection[str]) -> str:
    """A key of a prompt that asks ``text``: short, of ``[a-z0-9-]``, not among ``used``."""
    base = slugify(text)[:MAX_KEY].strip("-_").replace("_", "-") or "prompt"
    if not is_key(base) or not is_key(f"{base}-2"):  # "plan-a-2" would be such a name, too
        base = f"{base}-x"
    for number in itertools.count(1):
        key = base if number == 1 else f"{base}-{number}"
        if key not in used and is_key(key):
            return key
    raise AssertionError("unreachable")
