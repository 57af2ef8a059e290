"""Why somebody does not read the others' notes yet, and from when on they will: in a sentence."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from readings.core import clock
from readings.notes.access import NoteAccess, reader_of
from readings.notes.gating import Reader
from readings.notes.policy import Policy, Readers


def why_closed(rights: NoteAccess, reading_id: int) -> str:
    """The sentence for one reading; empty: the notes are open.  No query."""
    if rights.opens(reading_id):
        return ""
    duty = rights.known.duties[reading_id]
    return closed_words(
        rights.policy,
        reader_of(rights.access, rights.known, reading_id),
        due=duty.due_at,
        class_at=duty.class_at,
        zone=rights.access.course.zone,
    )


def closed_words(
    policy: Policy,
    reader: Reader,
    *,
    due: dt.datetime | None,
    class_at: dt.datetime | None,
    zone: ZoneInfo,
) -> str:
    """What to say to a ``reader`` to whom ``gating.opens_to`` says no.  Pure."""
    deadline = f"after the deadline, {_local(due, zone)}" if due else "after the deadline"
    match policy.readers:
        case Readers.STAFF:
            words = "Only the instructors and assistants read the others' notes"
        case Readers.AFTER_DEADLINE:
            words = f"The others' notes open {deadline}" + ("" if due else ", once there is one")
        case Readers.AFTER_OWN if reader.owes or due is None:
            words = "The others' notes open when you submit yours"
        case _:
            words = f"The others' notes open {deadline}, or when you submit one of your own"
    early = policy.presenters_read_minutes_before
    if early is not None and class_at is not None and reader.presents:
        opens = class_at - dt.timedelta(minutes=early)
        words += f"; as you present, they open to you on {_local(opens, zone)} in any case"
    return f"{words}."


def _local(instant: dt.datetime, zone: ZoneInfo) -> str:
    return clock.short_instant(instant.astimezone(zone))
