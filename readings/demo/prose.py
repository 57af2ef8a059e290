"""Body text for stand-in PDFs: always the same for the same paper, and never the paper's own.

It says what a careful reader would look for in such a section, so that there is something to read,
search, quote and discuss.  Every page of the PDF says what it is.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from readings.demo.library import Library, SamplePaper

Section = tuple[str, list[str]]  # heading and paragraphs

_SENTENCES: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("prose.toml").read_text(encoding="utf-8")
)
_BEFOREHAND = (
    "The abstract above sums the work up in other words than its authors'. What follows speaks of "
    "how such a paper is read, so that Seminar can be tried; for the argument, the measurements "
    "and the figures, read the paper itself."
)

_COMMANDS = {
    r"\leftarrow": "<-", r"\alpha": "alpha", r"\beta": "beta", r"\times": "x", r"\dots": "...",
    r"\ell": "l", r"\,": " ",
}  # fmt: skip


def sections_of(paper: SamplePaper, library: Library) -> Iterator[Section]:
    """All sections before the references, numbered, with their paragraphs."""
    draw = random.Random(paper.arxiv_id)  # noqa: S311 (the same text every time is the aim)
    number = 1
    yield f"{number} Introduction", [_BEFOREHAND, *_paragraphs(draw, 3)]
    number += 1
    yield f"{number} Background and related work", [*_related(paper, library, draw)]
    for heading, gist in paper.sections:
        number += 1
        yield f"{number} {plain(heading)}", [plain(gist), *_paragraphs(draw, draw.randint(4, 7))]
    for heading in ("Evaluation", "Discussion"):
        number += 1
        yield f"{number} {heading}", _paragraphs(draw, draw.randint(3, 5))
    yield f"{number + 1} Conclusion", _paragraphs(draw, 1)


def plain(text: str) -> str:
    """``text`` with its formulas in letters: ``$O(N^2)$`` as ``O(N^2)``."""
    for command, letters in _COMMANDS.items():
        text = text.replace(command, letters)
    text = re.sub(r"\\[a-z]+\{([^}]*)\}", r"\1", text)
    return re.sub(r"\\([a-z]+)", r"\1", text).replace("$", "")


def _paragraphs(draw: random.Random, count: int) -> list[str]:
    return [" ".join(draw.sample(_SENTENCES["general"], draw.randint(5, 8))) for _ in range(count)]


def _related(paper: SamplePaper, library: Library, draw: random.Random) -> Iterator[str]:
    """A paragraph for each reference, that names it and its number in the list."""
    related = _SENTENCES["related"]
    for position, key in enumerate(paper.cites):
        cited = library.papers.get(key)
        name = cited.short if cited else library.references[key].title.partition(":")[0]
        sentence = related[position % len(related)].format(name=name, number=position + 1)
        yield " ".join([sentence, *draw.sample(_SENTENCES["general"], 4)])
