"""What changed between two texts, for people to read.  Pure.

Lines first, then the words of lines that were replaced.  Texts that differ in too many places to be
compared in reasonable time are shown as one replaced piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

Change = Literal["same", "added", "removed"]

# ``SequenceMatcher`` takes time in proportion to the product of both lengths, or worse.  This many
# are about a second of the least favourable text.
MAX_COMPARISONS: Final = 1_500_000
# With the space behind it: by itself it would be the most frequent word.
_WORDS: Final = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a line; ``marked`` is what makes it differ from the line it replaces."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the old text, the new one, or both, without its line end."""

    change: Change
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The whole line."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together; ``folded`` is how many same lines were left out before it."""

    lines: tuple[Line, ...]
    folded: int = 0


def compare(old: str, new: str) -> list[Line]:
    """The lines of both texts in order: same and removed ones give ``old``, same and added ones
    ``new``."""
    return list(_Comparison().lines(old.split("\n"), new.split("\n")))


def fold(lines: Sequence[Line], *, context: int = 2) -> list[Block]:
    """Only what changed, with ``context`` same lines around it."""
    near = [False] * len(lines)
    for index, line in enumerate(lines):
        if line.change != "same":
            for place in range(max(0, index - context), min(len(lines), index + context + 1)):
                near[place] = True
    blocks: list[Block] = []
    current: list[Line] = []
    folded = left_out = 0
    for line, shown in zip(lines, near, strict=True):
        if shown:
            if not current:
                folded, left_out = left_out, 0
            current.append(line)
            continue
        if current:
            blocks.append(Block(tuple(current), folded))
            current = []
        left_out += 1
    if current:
        blocks.append(Block(tuple(current), folded))
        folded = 0
    if left_out:
        blocks.append(Block((), left_out))
    return blocks


class _Comparison:
    """One comparison, which ends in time: what it spends on one place is missing at the next."""

    def __init__(self) -> None:
        self._left = MAX_COMPARISONS

    def lines(self, old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
        for same, old_part, new_part in list(self._align(old, new)):
            if same:
                yield from (_plain("same", line) for line in old_part)
            else:
                yield from self._replaced(old_part, new_part)

    def _align(
        self, old: Sequence[str], new: Sequence[str]
    ) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
        """Runs that are the same, and runs that replace one another."""
        start, end = _common_ends(old, new)
        old_middle, new_middle = old[start : len(old) - end], new[start : len(new) - end]
        if start:
            yield True, old[:start], new[:start]
        cost = len(old_middle) * len(new_middle)
        if cost > self._left:
            yield False, old_middle, new_middle
        else:
            self._left -= cost
            matcher = SequenceMatcher(None, old_middle, new_middle, autojunk=False)
            for tag, a, b, c, d in matcher.get_opcodes():
                yield tag == "equal", old_middle[a:b], new_middle[c:d]
        if end:
            yield True, old[len(old) - end :], new[len(new) - end :]

    def _replaced(self, old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
        """Lines that took the place of others, with the words that changed marked."""
        if not old or not new:
            yield from (_plain("removed", line) for line in old)
            yield from (_plain("added", line) for line in new)
            return
        removed: list[Piece] = []
        added: list[Piece] = []
        for same, old_words, new_words in self._align(_words(old), _words(new)):
            removed.append(Piece("".join(old_words), marked=not same))
            added.append(Piece("".join(new_words), marked=not same))
        yield from _lines("removed", removed)
        yield from _lines("added", added)


def _common_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many elements both begin with, and how many of the others both end with."""
    shorter = min(len(old), len(new))
    start = 0
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, end


def _words(lines: Sequence[str]) -> list[str]:
    return _WORDS.findall("\n".join(lines))


def _lines(change: Change, pieces: Sequence[Piece]) -> Iterator[Line]:
    line: list[Piece] = []
    for piece in pieces:
        first, *rest = piece.text.split("\n")
        line.append(Piece(first, piece.marked))
        for text in rest:
            yield Line(change, _nonempty(line))
            line = [Piece(text, piece.marked)]
    yield Line(change, _nonempty(line))


def _nonempty(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    return tuple(piece for piece in pieces if piece.text)


def _plain(change: Change, line: str) -> Line:
    return Line(change, (Piece(line, marked=False),) if line else ())
