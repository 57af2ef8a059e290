"""What kind of thing words announce: "Group Presentations", "[Open]", "Labor Day (Holiday)"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from readings.core.days_off import says_day_off
from readings.imports.understood import Status


@dataclass(frozen=True)
class Meaning:
    """What words say of themselves; None where they say nothing."""

    kind: str | None = None
    stage: str | None = None
    status: Status = "class"


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE)


_CANCELLED = _words(r"cancell?ed")

# The first that matches is the kind: "Final Project Presentations" are presentations, and a
# "Guest lecture" is a guest.
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("guest", _words(r"(?:special\s+)?guests?(?:\s+\w+)?", r"invited (?:talk|speaker|lecture)")),
    ("tech_talk", _words(r"tech(?:nical|nology)?[ -]talks?", r"lightning talks?", r"demos?")),
    (
        "presentations",
        _words(
            r"presentations?",
            r"(?:project|proposal|group|student|final|team)s?\s+(?:pitch(?:es)?|updates?|talks?)",
            r"pitch(?:es)?",
            r"poster session",
            r"(?:project|final)\s+(?:proposals?|demos?|showcase)",
        ),
    ),
    (
        "exam",
        _words(
            r"(?:mid-?term|final)\s+exam(?:ination)?s?",
            r"mid-?terms?(?!\s+(?:project|report|review|break))",
            r"finals(?:\s+week)?",
            r"exam(?:ination)?s?",
            r"quiz(?:zes)?",
        ),
    ),
    ("flex", _words(r"flex(?:ible)?", r"buffer", r"catch[ -]?up", r"slack day")),
    (
        "lecture",
        _words(
            r"lectures?",
            r"(?:course |class )?(?:introductions?|intro|overview|logistics|kick-?off|welcome)",
            r"(?:course |class )?(?:wrap[ -]?up|recap|conclusions?|summary)",
            r"tutorials?",
        ),
    ),
    ("project", _words(r"projects?", r"hack(?:athon| day)", r"work(?:ing)? (?:day|session)")),
    ("papers", _words(r"papers?", r"readings?", r"discussions?", r"literature", r"articles?")),
)
_OPEN = re.compile(
    r"\W*(?:open(?:\s+(?:slot|day|session|class|discussion))?|t\.?b\.?[ad]\.?|free|tbc|\?+"
    r"|to be (?:announced|decided|determined|confirmed))\W*",
    re.IGNORECASE,
)
_STAGES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("pitch", _words(r"pitch(?:es)?", r"proposals?")),
    (
        "update",
        _words(r"updates?", r"progress", r"check-?(?:point|in)s?", r"mid-?(?:term|semester)"),
    ),
    ("final", _words(r"finals?")),
)
_STAGED = {"presentations", "project", None}
_ONLY_HOLIDAY = re.compile(r"\W*(?:public\s+|university\s+)?holiday\W*", re.IGNORECASE)
_CLASS_CANCELLED = (
    r"(?:(?:the\s+|this\s+|all\s+)?(?:class(?:es)?|lectures?|meetings?|seminars?|sessions?)\s+"
    r"(?:(?:is|are|was|were|ha(?:s|ve)\s+been)\s+)?)?cancell?ed\b"
)
_CANCELLED_LEAD = re.compile(
    rf"\s*(?:{_CLASS_CANCELLED}(?:\s*[:;,.!–—-]+\s*|\s*(?=[\(\[])|\s*$)"
    rf"|[\(\[]\s*{_CLASS_CANCELLED}\s*[\)\]]\s*[:;,–—-]*\s*)",
    re.IGNORECASE,
)
_CANCELLED_END = re.compile(
    rf"(?:\s*[\(\[]\s*{_CLASS_CANCELLED}\s*[\)\]]|\s*[:–—]\s*{_CLASS_CANCELLED}|\s-\s*{_CLASS_CANCELLED})"
    r"[\s.!]*$",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def meaning_of(words: str) -> Meaning:
    """What ``words`` of an agenda or of a description announce by themselves."""
    if _CANCELLED.search(words):
        return Meaning(status="cancelled")
    if says_day_off(words):
        return Meaning(status="holiday")
    if _OPEN.fullmatch(words):
        return Meaning(kind="open")
    kind = next((kind for kind, pattern in _KINDS if pattern.search(words)), None)
    stage = None
    if kind in _STAGED:
        stage = next((stage for stage, pattern in _STAGES if pattern.search(words)), None)
    return Meaning(kind=kind, stage=stage)


def says_only_holiday(words: str) -> bool:
    """Whether ``words`` name no holiday: "Holiday" is all there is to say of an empty one."""
    return _ONLY_HOLIDAY.fullmatch(words) is not None


def after_cancelled(words: str) -> str | None:
    """What follows where ``words`` begin by cancelling the class, perhaps nothing; else None.

    ``snow day`` for ``Class cancelled: snow day``.
    """
    match = _CANCELLED_LEAD.match(words)
    return words[match.end() :] if match else None


def before_cancelled(words: str) -> str | None:
    """``Guest lecture`` for ``Guest lecture (cancelled)``; None where they do not end like that."""
    match = _CANCELLED_END.search(words)
    return words[: match.start()] if match else None
