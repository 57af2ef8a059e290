"""Which words on a list are a work's title, and how likely it is that arXiv's paper is that work.

Pure: what is searched, and how, is said in ``searching``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz

TAKEN_FROM: Final = 95  # from this confidence on, and with an author that agrees
PROPOSED_FROM: Final = 70
_SAME_TITLE: Final = 85

_LATIN_WORD: Final = re.compile(r"[A-Za-z][A-Za-z'’-]*[A-Za-z]|[A-Za-z]")
_LETTERS_OR_DIGITS: Final = re.compile(r"[^\W_]+")
_ENOUGH_WORDS: Final = 4  # of a title that stands without authors, venue or year
_TOO_MANY_WORDS: Final = 25  # for a title: somebody's remark
# What ends in one of these is a place where works are, or something to do, and no work.
_PLACES: Final = {
    "blog", "blogs", "book", "books", "channel", "channels", "club", "community", "communities",
    "conference", "conferences", "course", "courses", "discord", "documentation", "docs",
    "forum", "forums", "github", "group", "groups", "homepage", "lecture", "lectures",
    "library", "libraries", "list", "lists", "meeting", "meetings", "meetup", "newsletter",
    "newsletters", "note", "notes", "page", "playlist", "podcast", "project", "projects",
    "reading", "recordings", "repo", "repository", "repositories", "resource", "resources",
    "seminar", "seminars", "slack", "slides", "talk", "talks", "tutorial", "tutorials", "video",
    "videos", "website", "websites", "wiki", "workshop", "workshops",
}  # fmt: skip
# "Stanford CS217: ...", "CMU 15-849": a course by its number.
_COURSE_NUMBER: Final = re.compile(r"\b(?:[A-Z]{2,5}[ -]?\d{2,4}[A-Z]?|\d{1,2}[-.]\d{3,4})\b")
_ABBREVIATION: Final = re.compile(r"\s*[A-Za-z]\w*\s*\([^()]*\)\s*")  # with what it stands for
_ARXIV_BEGAN: Final = 1991
_YEARS_BEFORE: Final = 6  # a preprint that long before its publication is none
_YEARS_AFTER: Final = 3  # put on arXiv that long after it was published
_NAME_SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii", "iv", "phd"})


def looks_like_work(
    *, title: str, authors: str = "", venue: str = "", year: int | None = None
) -> bool:
    """Whether words without a link are worth a search: a work that somebody wrote.

    A citation (authors, or venue and year) says so itself.  Without one it takes four words in
    Latin letters that are no sentence, and neither the number of a course nor an ending such as
    "Blog" or "Tutorials".
    """
    words = _LATIN_WORD.findall(title)
    if not any(len(word) > 2 for word in words) or len(words) > _TOO_MANY_WORDS:
        return False
    ends_in_place = words[-1].casefold() in _PLACES
    if authors or (venue and year):
        return len(words) > 1 or not ends_in_place
    if ends_in_place or _COURSE_NUMBER.search(title) or _ABBREVIATION.fullmatch(title):
        return False
    if title.rstrip().endswith((".", ":", ";")):  # a sentence
        return False
    enough = _ENOUGH_WORDS - bool(venue or year)
    return len(words) >= enough


def surname(authors: str) -> str:
    """The first author's surname, folded: ``chen`` of "Chen et al.", "T. Chen", "Chen, Tianqi"."""
    first = re.split(r"\bet al\b|\band\b|&|;|等", authors, maxsplit=1)[0].strip(" ,.")
    head, comma, rest = first.partition(",")
    # "Chen, T." and "Chen, Tianqi" turn a name around; "Tianqi Chen, Thierry Moreau" parts two.
    if comma and " " not in head.strip():
        first = head
    elif comma:
        first = head if rest.strip() else first.rstrip(",")
    parts = [part for part in _words(first) if part not in _NAME_SUFFIXES]
    return parts[-1] if parts else ""


def confidence(
    *,
    title: str,
    authors: str,
    year: int | None,
    found_title: str,
    found_authors: Sequence[str],
    found_year: int | None,
) -> int:
    """How likely, 0-100, ``found_...`` is the work that the list means.

    Begins with how alike the titles are (rapidfuzz's ratio of their folded words, so that case,
    accents, hyphens and TeX's dollar signs count for nothing).  A subtitle that one of them leaves
    out costs 8.  A first author who is none of the paper's takes 25; one who is known and agrees
    lets it be as it is; none named takes 6.  A year that arXiv cannot have (more than 6 years
    before or 3 after the list's; a preprint appears within that of its publication) takes 20, one
    that is more than 2 away 4.
    """
    score = _title_likeness(title, found_title)
    if not surname(authors):
        score -= 6
    elif not author_agrees(authors, found_authors):
        score -= 25
    if year and found_year:
        if not year - _YEARS_BEFORE <= found_year <= year + _YEARS_AFTER:
            score -= 20
        elif abs(year - found_year) > 2:
            score -= 4
    return max(0, min(100, round(score)))


def author_agrees(authors: str, found_authors: Sequence[str]) -> bool:
    """Whether the first author that the list names is among the paper's."""
    sought = surname(authors)
    return bool(sought) and any(sought in _words(author) for author in found_authors)


def is_same_title(one: str, other: str) -> bool:
    """Whether two spellings are of one title; a short name of it is another."""
    return one == other or _ratio(one, other) >= _SAME_TITLE


def could_be_on_arxiv(year: int | None) -> bool:
    """Whether a work of this year may be there: hardly any was put there decades later."""
    return year is None or year >= _ARXIV_BEGAN


def _title_likeness(one: str, other: str) -> float:
    whole = _ratio(one, other)
    for short, long in ((one, other), (other, one)):
        head, colon, _subtitle = long.partition(":")
        # "Glow" is no title to be found by its head; "Attention Is All You Need" is.
        if colon and len(_words(head)) >= 3:
            whole = max(whole, _ratio(short, head) - 8)
    return whole


def _ratio(one: str, other: str) -> float:
    first, second = " ".join(_words(one)), " ".join(_words(other))
    return fuzz.ratio(first, second) if first and second else 0.0


def _words(text: str) -> list[str]:
    """Folded words: without accents, case and punctuation."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return _LETTERS_OR_DIGITS.findall(plain.casefold())
