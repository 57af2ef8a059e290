"""What the sample class writes: notes and conversations, from texts of our own.  Pure.

The same arguments give the same texts, in every process: whatever is chosen is chosen by a
generator that is seeded with the paper's label.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

_FOLDER: Final = Path(__file__).with_name("talk")
_LONGEST_THREAD: Final = 9
_DEEPEST: Final = 4

_RATINGS: Final = (2, 3, 3, 4, 4, 5)
# "> [edited] Carol: what she says": one > for each level, the rest may be missing.
_REMARK: Final = re.compile(
    r"(>*)\s*(?:\[(edited|deleted)\]\s*)?(?:(Alice|Bob|Carol): )?(.*)", re.DOTALL
)


class Fate(Enum):
    """What became of a remark after it was made."""

    STANDS = ""
    EDITED = "edited"
    DELETED = "deleted"


@dataclass(frozen=True)
class Remark:
    """One contribution; it answers the latest one before it that is a level higher."""

    depth: int
    text: str
    by: str = ""  # a first name; empty: any student
    fate: Fate = Fate.STANDS


@dataclass(frozen=True)
class Conversation:
    """A thread."""

    title: str
    remarks: tuple[Remark, ...]


@dataclass(frozen=True)
class Material:
    """What there is to say about one paper; every text stands on its own."""

    gist: tuple[str, ...]
    liked: tuple[str, ...]
    doubt: tuple[str, ...]
    asks: tuple[str, ...]
    answers: tuple[str, ...]
    written: tuple[Conversation, ...]


@dataclass(frozen=True)
class _General:
    replies: tuple[str, ...]
    follow_ups: tuple[str, ...]
    titles: tuple[str, ...]


def chooser(purpose: str) -> Random:
    """A generator that chooses the same way for the same purpose, everywhere."""
    return Random(purpose)  # noqa: S311 (nothing here is a secret)


@cache
def material_on(label: str) -> Material:
    """What there is to say about the paper with this label."""
    parsed = _read(label)
    return Material(
        gist=_texts(parsed["gist"]),
        liked=_texts(parsed["liked"]),
        doubt=_texts(parsed["doubt"]),
        asks=_texts(parsed["asks"]),
        answers=_texts(parsed["answers"]),
        written=tuple(
            Conversation(one["title"], tuple(map(_remark, _texts(one["said"]))))
            for one in parsed.get("threads", [])
        ),
    )


def answers_on(label: str, count: int) -> list[dict[str, Any]]:
    """``count`` notes, all different as long as there is enough to say.

    Their keys are those of the prompts in ``note_rules``; some leave out what is not required.
    """
    material = material_on(label)
    choose = chooser(f"notes on {label}")
    parts = (material.gist, material.liked, material.doubt, material.asks, _RATINGS)
    drawn = zip(*(_dealt(part, choose) for part in parts), strict=True)
    said = [
        {"gist": gist, "doubt": doubt, "asks": asks}
        | ({"liked": liked} if number % 4 else {})
        | ({"build": rating} if number % 5 else {})
        for number, (gist, liked, doubt, asks, rating) in enumerate(
            itertools.islice(drawn, 20 * count)
        )
    ]
    different = {repr(one): one for one in said}
    return list(itertools.islice(itertools.cycle(different.values()), count))


def _dealt(cards: Sequence[Any], choose: Random) -> Iterator[Any]:
    """Cards of a deck that is shuffled again whenever it is used up."""
    while True:
        yield from choose.sample(cards, len(cards))


def conversations_on(label: str, remarks: int | None = None) -> list[Conversation]:
    """The written conversations about a paper, or as many as have ``remarks`` remarks in all.

    After the written ones come ones that are put together.
    """
    material = material_on(label)
    if remarks is None:
        return list(material.written)
    found: list[Conversation] = []
    for conversation in itertools.chain(material.written, _put_together(label, material)):
        if remarks <= 0:
            break
        # A conversation that is cut off is one: what is answered stands before its answer.
        said = conversation.remarks[:remarks]
        found.append(Conversation(conversation.title, said))
        remarks -= len(said)
    return found


def _put_together(label: str, material: Material) -> Iterator[Conversation]:
    choose = chooser(f"conversations on {label}")
    general = _general()
    openings = [*material.asks, *material.doubt]
    while True:
        opening = choose.choice(openings)
        remarks = [Remark(0, opening)]
        for _further in range(choose.randint(0, _LONGEST_THREAD - 1)):
            depth = choose.randint(1, min(remarks[-1].depth + 1, _DEEPEST))
            first = choose.choice(general.replies)
            if choose.random() < 0.3:
                first = choose.choice(material.answers)
            more = f" {choose.choice(general.follow_ups)}" if choose.random() < 0.4 else ""
            fate = Fate.EDITED if choose.random() < 0.05 else Fate.STANDS
            remarks.append(Remark(depth, first + more, fate=fate))
        title = choose.choice(general.titles) if choose.random() < 0.5 else ""
        yield Conversation(title, tuple(remarks))


@cache
def _general() -> _General:
    parsed = _read("general")
    return _General(
        replies=_texts(parsed["replies"]),
        follow_ups=_texts(parsed["follow_ups"]),
        titles=tuple(parsed["titles"]),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def _texts(raw: list[str]) -> tuple[str, ...]:
    """Texts without the line breaks of the file, but with their paragraphs."""
    return tuple(
        "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n")) for text in raw
    )


def _remark(line: str) -> Remark:
    match = _REMARK.fullmatch(line)
    assert match is not None  # noqa: S101 (every part of the pattern may be empty)
    return Remark(len(match[1]), match[4], match[3] or "", Fate(match[2] or ""))
