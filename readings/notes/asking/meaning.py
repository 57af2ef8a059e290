"""What rules come to: deadlines of the next classes, who reads from when, what is lost.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from readings.core.clock import instant_of, short_instant
from readings.notes.asking.clock_changes import (
    doubled_words,
    is_doubled,
    is_left_out,
    left_out_words,
)
from readings.notes.asking.wording import cost_of_missing
from readings.notes.policy import (
    Due,
    Late,
    Policy,
    Readers,
    accepted_until,
    due_at,
    in_time_until,
)

SHOWN: Final = 3


@dataclass(frozen=True)
class ClassDay:
    """A class that takes place, as far as deadlines go: local date and time."""

    day: dt.date
    begins: dt.time | None


@dataclass(frozen=True)
class ClassMeaning:
    """What the rules say about the notes for one class."""

    day: dt.date
    begins: dt.time | None
    due_at: dt.datetime | None
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Meaning:
    """What is shown beside the rules."""

    classes: tuple[ClassMeaning, ...]
    is_over: bool  # no class is to come: these were the last ones
    missing: str
    warnings: tuple[str, ...]  # about hours that clocks leave out or show twice


def meaning_of(
    policy: Policy, days: Sequence[ClassDay], zone: ZoneInfo, *, today: dt.date, notes: int
) -> Meaning:
    """What ``policy`` means for a course with these classes, in order, and ``notes`` to write."""
    coming = [one for one in days if one.day >= today]
    shown = coming[:SHOWN] or list(days)[-SHOWN:]
    return Meaning(
        classes=tuple(_of_class(policy, one, zone) for one in shown),
        is_over=bool(days) and not coming,
        missing=cost_of_missing(policy, notes),
        warnings=tuple(clock_warnings(policy, days, zone)),
    )


def _of_class(policy: Policy, one: ClassDay, zone: ZoneInfo) -> ClassMeaning:
    due = due_at(policy, one.day, one.begins, zone)
    try:
        said = [_after(policy, due, zone), _peers(policy, due, zone), _presenter(policy, one, zone)]
    except OverflowError:  # a date at the edge of the calendar, typed by mistake
        due, said = None, []
    return ClassMeaning(one.day, one.begins, due, tuple(filter(None, said)))


def _presenter(policy: Policy, one: ClassDay, zone: ZoneInfo) -> str:
    early = policy.presenters_read_minutes_before
    if early is None or one.begins is None or policy.readers == Readers.OPEN:
        return ""
    since = instant_of(one.day, one.begins, zone) - dt.timedelta(minutes=early)
    return f"Who presents reads them from {_local(since, zone)} on."


def _after(policy: Policy, due: dt.datetime | None, zone: ZoneInfo) -> str:
    if due is None:
        return "No note is due."
    last = accepted_until(policy, due)
    if policy.late == Late.REFUSED:
        return f"Nothing is taken after {_local(in_time_until(policy, due), zone)}."
    cost = f", less {policy.late_percent} % a day" if policy.late == Late.PENALISED else ""
    if last is None:
        return f"Taken afterwards, too{cost}."
    return f"Taken until {_local(last, zone)}{cost}."


def _peers(policy: Policy, due: dt.datetime | None, zone: ZoneInfo) -> str:
    match policy.readers:
        case Readers.AFTER_OWN:
            return "Classmates read the others' once they handed in their own."
        case Readers.AFTER_DEADLINE if due is not None:
            return f"Classmates read them after {_local(in_time_until(policy, due), zone)}."
        case Readers.AFTER_DEADLINE | Readers.STAFF:
            return "Only instructors and assistants read them."
    return "Classmates read each one as soon as it is handed in."


def _local(instant: dt.datetime, zone: ZoneInfo) -> str:
    return short_instant(instant.astimezone(zone))


def clock_warnings(policy: Policy, days: Iterable[ClassDay], zone: ZoneInfo) -> list[str]:
    """A sentence for each deadline at an hour that clocks leave out or show twice."""
    if policy.due != Due.TIME_OF_DAY:
        return []
    said = []
    for one in days:
        try:
            day = one.day - dt.timedelta(days=policy.days_before)
            if is_left_out(day, policy.due_time, zone):
                said.append(left_out_words(day, policy.due_time, zone))
            elif is_doubled(day, policy.due_time, zone):
                said.append(doubled_words(day, policy.due_time))
        except OverflowError:  # a date at the edge of the calendar, typed by mistake
            continue
    return list(dict.fromkeys(said))
