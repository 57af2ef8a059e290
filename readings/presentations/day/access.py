"""Who may do what with a talk, and when: the one table that decides.  Pure.

What the table does not name is not allowed.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final

from readings.courses.access import Access
from readings.presentations.day.hours import Moment


class Part(enum.Enum):
    """What somebody is to a talk."""

    NOBODY = "nobody"  # from outside, a visitor, or in class and the talk is nobody's any more
    CLASS = "class"  # students and auditors who do not give it
    PRESENTER = "presenter"
    FORMER = "former"  # had the seat and prepared something; somebody else may have it now
    STAFF = "staff"


class Right(enum.Enum):
    """What somebody may do."""

    SEE = "see"
    SEE_SLIDES = "see slides"
    SEE_REMOVED = "see removed slides"
    HAND_IN = "hand in"
    GIVE_FEEDBACK = "give feedback"
    SEE_FEEDBACK = "see feedback"
    SEE_AUTHORS = "see whose feedback it is"
    SEE_RETURNED = "see returned marks"
    MARK = "mark"


_ALWAYS: Final = frozenset(Moment)
_BEGUN: Final = frozenset({Moment.DURING, Moment.AFTER, Moment.LATER})
_ENDED: Final = frozenset({Moment.AFTER, Moment.LATER})
_OPEN: Final = frozenset({Moment.DURING, Moment.AFTER})

Rules = Mapping[Right, Mapping[Part, frozenset[Moment]]]
RULES: Final[Rules] = {
    Right.SEE: {
        Part.CLASS: _ALWAYS,
        Part.PRESENTER: _ALWAYS,
        Part.FORMER: _ALWAYS,
        Part.STAFF: _ALWAYS,
    },
    Right.SEE_SLIDES: {
        Part.CLASS: _BEGUN,
        Part.PRESENTER: _ALWAYS,
        Part.FORMER: _ALWAYS,
        Part.STAFF: _ALWAYS,
    },
    Right.SEE_REMOVED: {Part.STAFF: _ALWAYS},
    Right.HAND_IN: {Part.PRESENTER: _ALWAYS, Part.STAFF: _ALWAYS},
    Right.GIVE_FEEDBACK: {Part.CLASS: _OPEN},
    Right.SEE_FEEDBACK: {Part.PRESENTER: _ENDED, Part.FORMER: _ENDED, Part.STAFF: _ALWAYS},
    Right.SEE_AUTHORS: {Part.STAFF: _ALWAYS},
    Right.SEE_RETURNED: {Part.PRESENTER: _ALWAYS, Part.FORMER: _ALWAYS},
    Right.MARK: {Part.STAFF: _ALWAYS},
}


def may(right: Right, part: Part, moment: Moment) -> bool:
    """Whether somebody who is ``part`` of a talk may do it at that moment."""
    return moment in RULES.get(right, {}).get(part, frozenset())


def part_of(access: Access, *, gives: bool, is_current: bool) -> Part:
    """What the person is to a talk.

    ``gives``: it is theirs, or their group's.  ``is_current``: whose talk it is has the seat now.
    """
    if not access.is_member:
        return Part.NOBODY
    if access.is_staff:
        return Part.STAFF
    if gives:
        return Part.PRESENTER if is_current else Part.FORMER
    return Part.CLASS if is_current else Part.NOBODY
