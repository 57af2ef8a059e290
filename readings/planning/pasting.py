"""Papers that somebody names on the board by links or ids."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from readings.papers.identifiers import Identifier, parse_identifier
from readings.papers.models import Paper
from readings.papers.services import add_papers


@dataclass
class Pasted:
    """What a pasted text names, and what somebody should look at again."""

    papers: list[Paper] = field(default_factory=list)
    not_understood: list[str] = field(default_factory=list)


def read_papers(text: str) -> Pasted:
    """Every paper named in a text; those that are new are owed a fetch from now on."""
    pasted = Pasted()
    understood: list[Identifier] = []
    for line in text.splitlines():
        found, odd = papers_in(line)
        understood += found
        pasted.not_understood += odd
    pasted.papers = list(dict.fromkeys(add_papers(identifiers=understood)))
    return pasted


def papers_in(line: str) -> tuple[list[Identifier], list[str]]:
    """The papers that a line names, and what somebody should look at again.

    Words between links and ids are what they are called.  A word with a digit is more likely a
    mistyped id, and a line without any paper is given back whole.
    """
    words = [word for word in re.split(r"[\s,;]+", line) if word]
    found = [parse_identifier(word) for word in words]
    papers = [one for one in found if one is not None]
    if not papers:
        return [], [line.strip()] if words else []
    odd = [
        word
        for word, one in zip(words, found, strict=True)
        if one is None and any(character.isdigit() for character in word)
    ]
    return papers, odd
