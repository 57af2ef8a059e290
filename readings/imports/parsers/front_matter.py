"""The data that stands before the text of a page: YAML between ``---``, TOML between ``+++``."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FENCES = {"---": "yaml", "+++": "toml"}
_END = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.M),
    "+++": re.compile(r"^\+\+\+[ \t]*$", re.M),
}
_KEY = re.compile(r"^[ \t]*(?:#.*|[\w\"'. -]+\s*[:=].*|\[.*\]|)$")


@dataclass(frozen=True)
class FrontMatter:
    """The data and its language, and the text with empty lines in the place of the data."""

    text: str
    language: str
    body: str


def split_front_matter(text: str) -> FrontMatter | None:
    """The front matter of ``text``; None where there is none.

    A line of its own ends it: ``---`` inside a title does not.
    """
    start = len(text) - len(text.lstrip("\n "))
    fence = text[start : start + 3]
    first_line_end = text.find("\n", start)
    if fence not in _FENCES or first_line_end < 0 or text[start:first_line_end].strip() != fence:
        return None
    end = _END[fence].search(text, first_line_end + 1)
    if end is None:
        return None
    data = text[first_line_end + 1 : end.start()]
    first = next((line for line in data.split("\n") if line.strip()), "")
    if not _KEY.match(first) and not first.startswith("- "):
        return None
    before = text.count("\n", 0, first_line_end + 1)
    blank = "\n" * text.count("\n", 0, end.end())
    return FrontMatter("\n" * before + data, _FENCES[fence], blank + text[end.end() :])
