"""In which state the staff sees a note.  Pure.

A draft is its author's alone: to the staff nothing is there.
"""

from __future__ import annotations

from enum import Enum

from readings.marking.marks import mark_text, spoken
from readings.notes.policy import Mark, Marking, NoteStanding, Policy


class State(Enum):
    """The words for a note's state."""

    HANDED_IN = "submitted"
    LATE = "late"
    MARKED = "marked"
    MISSING = "missing"
    SKIPPED = "skipped"
    EXCUSED = "excused"
    PRESENTS = "presents"
    OTHER_NOTE = "other note"  # on another reading of the class, which is enough
    DUE = "due"
    NOTHING = "nothing due"

    @property
    def is_spared(self) -> bool:
        """Whether no note is owed, for a reason."""
        return self in _SPARED


_BY_WORD = {
    "Skipped": State.SKIPPED,
    "Excused": State.EXCUSED,
    "Presents": State.PRESENTS,
    "Other note": State.OTHER_NOTE,
}
_SPARED = frozenset(_BY_WORD.values())


def can_be_late(exempt: str) -> bool:
    """Whether somebody who is ``exempt``, in a word of ``policy``, was bound by the deadline.

    Who is excused or presents may write when they like; a skip buys no more time.
    """
    return _BY_WORD.get(exempt) not in (State.EXCUSED, State.PRESENTS)


def state_of(
    one: NoteStanding,
    *,
    marking: Marking,
    mark: Mark | None,
    is_late: bool,
    is_sampled: bool,
    is_skipped: bool,
) -> tuple[State, bool]:
    """The state, and whether the note waits for somebody to mark it.

    ``is_sampled``: it is among the notes that are marked; ``is_skipped``: a skip is used up for it,
    by the student or by itself.  What needs no more than to be handed in waits for nobody.
    """
    if mark is not None:
        return State.MARKED, False
    if one.is_submitted:
        is_to_mark = marking != Marking.COMPLETION and is_sampled
        return (State.LATE if is_late else State.HANDED_IN), is_to_mark
    if is_skipped:
        return State.SKIPPED, False
    if one.exempt and one.exempt != "Skipped":
        return _BY_WORD.get(one.exempt, State.EXCUSED), False
    if one.is_overdue or (one.exempt and one.is_past):  # a skip more than there were
        return State.MISSING, False
    return (State.DUE if one.is_owed else State.NOTHING), False


def plain_words(policy: Policy, mark: Mark) -> str:
    """``8.5``, ``check plus``, ``done``: a mark without its sign, as it is read aloud.

    Points out of another number than the policy's say of how many: ``8.5 of 20``.
    """
    if mark.scale == Marking.POINTS and mark.is_on(policy.marking, policy.points):
        return mark_text(mark.value)
    return spoken(mark)
