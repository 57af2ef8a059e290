"""Where words stand in a paper: passages of its pages, to be quoted.  Pure.

PDFs break words at line ends and set letters as ligatures, so words are compared without spaces,
hyphens and capitals, in the compatible form of Unicode (NFKC).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

MAX_PASSAGES: Final = 8
MAX_WORDS: Final = 2000  # characters that are looked for
FEWEST_LETTERS: Final = 3
AROUND: Final = 220  # characters before and after that may belong to the sentence

_HYPHENS: Final = "-\u00ad\u2010\u2011\u2012\u2013\u2212"
_SENTENCE_END: Final = re.compile(r"[.!?][\"”’)\]]*\s+(?=[\"“(\[]?[A-Z0-9])")
_BROKEN_WORD: Final = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]\s*\n\s*(?=[a-z])")
#: Lines that belong to no sentence: what arXiv prints on a margin, and titles of sections.
_APART: Final = re.compile(
    r"^(?:arXiv:\d{4}\.\d{4,5}\b.*|(?:\d+(?:\.\d+)*\.?|[IVX]+\.)[ \t]+[A-Z][^\n.!?]{1,60}"
    r"|Abstract|ABSTRACT|References|REFERENCES)[ \t]*$\n?",
    re.MULTILINE,
)
_SPACES: Final = re.compile(r"\s+")

Pages = Iterable[tuple[int, str]]  # number and text


@dataclass(frozen=True, slots=True)
class Passage:
    """Words on a page, with the sentence around them."""

    page: int
    before: str
    found: str
    after: str

    @property
    def quote(self) -> str:
        """The whole of it."""
        return self.before + self.found + self.after


def squeezed(text: str) -> str:
    """The text as it is compared: NFKC, lower case, without spaces and hyphens."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(plain.split())
    for hyphen in _HYPHENS:
        plain = plain.replace(hyphen, "")
    return plain


def find_passages(pages: Pages, words: str) -> list[Passage]:
    """The first passages that have ``words``, in the order of ``pages``, at most eight."""
    wanted = squeezed(words[:MAX_WORDS])
    found: list[Passage] = []
    if len(wanted) < FEWEST_LETTERS:
        return found
    for number, text in pages:
        if wanted not in squeezed(text):
            continue
        for start, end in _places(text, wanted):
            passage = _passage(number, text, start, end)
            if found and (found[-1].page, found[-1].quote) == (number, passage.quote):
                continue  # twice in one sentence
            found.append(passage)
            if len(found) == MAX_PASSAGES:
                return found
    return found


def only_page_with(pages: Pages, quote: str) -> int | None:
    """The page on which ``quote`` stands; None where it is none, or several, or too short."""
    wanted = _core(quote)
    if len(wanted) < FEWEST_LETTERS:
        return None
    found = None
    for number, text in pages:
        if wanted in squeezed(text):
            if found is not None:
                return None
            found = number
    return found


def stands_in(pages: Pages, quote: str) -> bool:
    """Whether ``quote`` stands on any of the pages."""
    wanted = _core(quote)
    return bool(wanted) and any(wanted in squeezed(text) for _number, text in pages)


def _core(quote: str) -> str:
    """A quote as it is compared, without the marks around it."""
    return squeezed(quote[:MAX_WORDS]).strip("\"'“”‘’«».…")


def _places(text: str, wanted: str) -> Iterator[tuple[int, int]]:
    """Where ``wanted`` stands in ``text``: begin and end, in characters of the text itself."""
    squeezed_parts: list[str] = []
    origin: list[int] = []  # of each squeezed character
    for index, character in enumerate(text):
        part = squeezed(character)
        squeezed_parts.append(part)
        origin += [index] * len(part)
    # Letter by letter it may differ from the whole (a letter and its accent): then it is not found
    # at its place, and the page has to do.
    plain = "".join(squeezed_parts)
    place = plain.find(wanted)
    if place < 0:
        yield 0, 0
    while place >= 0:
        yield origin[place], origin[place + len(wanted) - 1] + 1
        place = plain.find(wanted, place + len(wanted))


def _passage(number: int, text: str, start: int, end: int) -> Passage:
    room = text[max(0, start - AROUND) : start]
    ends = [match.end() for match in _SENTENCE_END.finditer(room + text[start : start + 1])]
    before = room[ends[-1] :] if ends and ends[-1] <= len(room) else _from_word(room, start)
    apart = [match.end() for match in _APART.finditer(before)]
    before = before[apart[-1] :] if apart else before
    room = text[end : end + AROUND]
    last = re.search(r"[.!?][\"”’)\]]*(?=\s|$)", text[max(0, end - 1) : end + AROUND])
    after = room[: last.end() - 1] if last and end else _to_word(room, len(text) - end)
    apart_after = _APART.search(after, after.find("\n") + 1) if "\n" in after else None
    after = after[: apart_after.start()] if apart_after else after
    return Passage(number, _tidy(before).lstrip(), _tidy(text[start:end]), _tidy(after).rstrip())


def _from_word(room: str, start: int) -> str:
    """The room without the half of a word at its begin, unless the page begins there."""
    return room if start <= AROUND else room.partition(" ")[2]


def _to_word(room: str, left: int) -> str:
    return room if left <= AROUND else room.rpartition(" ")[0]


def _tidy(text: str) -> str:
    """On one line, with words that a line end broke put together."""
    return _SPACES.sub(" ", _BROKEN_WORD.sub("", text))
