"""What changed from one revision of a note to the next, for its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from readings.notes.attachments import files_in, linked
from readings.notes.diffing import Block, compare, fold
from readings.notes.models import Revision, prompts_of
from readings.notes.prompts import FREE_TEXT, Piece, pieces
from readings.schedule.models import Reading


@dataclass(frozen=True, slots=True)
class Change:
    """What changed in one answer; no heading: in the note as a whole."""

    heading: str
    blocks: Sequence[Block]


def changes_between(before: Revision, after: Revision, reading: Reading) -> list[Change]:
    """What was changed, answer by answer where the same was asked, else in the whole text.

    Two queries at most, for what was attached.
    """
    asked = prompts_of(after.version, after.role)
    same = (before.version_id, before.role) == (after.version_id, after.role)
    if not same or asked == FREE_TEXT:
        return [Change("", fold(compare(before.body, after.body)))]
    old, new = _written(before, reading), _written(after, reading)
    changes = []
    for prompt in asked:
        was, now = old.get(prompt.key), new.get(prompt.key)
        texts = [piece.markdown if piece else "" for piece in (was, now)]
        if texts[0] != texts[1]:
            changes.append(Change(prompt.text, fold(compare(*texts))))
    return changes


def _written(revision: Revision, reading: Reading) -> dict[str, Piece]:
    prompts = prompts_of(revision.version, revision.role)
    files = linked(reading, files_in(revision))
    return {piece.key: piece for piece in pieces(prompts, revision.answers, files)}
