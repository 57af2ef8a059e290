"""Who reads whose note, from when on.  Pure.

``access`` asks the database and this module, and is asked by everything that shows notes or counts
them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from readings.notes.policy import Policy, Readers, in_time_until


@dataclass(frozen=True, slots=True)
class Reader:
    """A member who wants to read the others' notes on one reading."""

    is_staff: bool
    has_submitted: bool  # their own note on this reading stands handed in
    owes: bool  # hands in a note on it, or should have
    presents: bool  # this reading, or in its class


def opens_to(
    policy: Policy,
    reader: Reader,
    *,
    due: dt.datetime | None,
    class_at: dt.datetime | None,
    now: dt.datetime,
) -> bool:
    """Whether ``reader`` may read what the others handed in.

    ``due`` is the deadline (UTC) of the reading, ``class_at`` when its class begins; either may be
    unknown.  A class without a known time has nobody read early.  Where notes open after one's own,
    who owes none (an auditor, a presenter, who is excused or skips, or whose note for the class is
    on another reading) has them after the deadline; without a deadline they have to write one, too.
    """
    if reader.is_staff or policy.readers == Readers.OPEN:
        return True
    early = policy.presenters_read_minutes_before
    if (
        reader.presents
        and early is not None
        and class_at is not None
        and now >= class_at - dt.timedelta(minutes=early)
    ):
        return True
    if policy.readers == Readers.STAFF:
        return False
    is_past = due is not None and now > in_time_until(policy, due)
    if policy.readers == Readers.AFTER_DEADLINE:
        return is_past
    return reader.has_submitted or (is_past and not reader.owes)


def shows_author(policy: Policy, *, is_staff: bool, is_own: bool) -> bool:
    """Whether the name stands at a note."""
    return is_staff or is_own or not policy.anonymous
