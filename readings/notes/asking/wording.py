"""The rules of a course's notes as sentences: on the rules page, and when they change.  Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from readings.core.clock import short_time
from readings.notes.asking.lengths import in_words
from readings.notes.policy import Due, Exempt, Late, Marking, Per, Policy, Readers, SkipsBy

_MOST: Final = 300  # characters of a summary


@dataclass(frozen=True)
class Rule:
    """What a policy says about one thing."""

    title: str
    text: str


def _due(policy: Policy, now: str) -> str:
    if policy.due == Due.TIME_OF_DAY:
        when = f"{short_time(policy.due_time)} {_day(policy.days_before)}"
    else:
        length = in_words(policy.minutes_before)
        when = f"{length} before class" if policy.minutes_before else "when class begins"
    return f"Notes are{now} due {when}."


def _day(days_before: int) -> str:
    match days_before:
        case 0:
            return "on the day of class"
        case 1:
            return "the day before class"
    return f"{days_before} days before class"


def _late(policy: Policy, now: str) -> str:
    if policy.late == Late.REFUSED:
        return f"Notes are{now} not taken late."
    until = ""
    if policy.late_days is not None:
        days = policy.late_days
        until = f" up to {days} day{'s' if days != 1 else ''}"
    if policy.late == Late.PENALISED:
        return (
            f"Late notes are{now} taken{until}, and each day begun costs "
            f"{policy.late_percent} % of the mark."
        )
    return f"Late notes are{now} taken{until}, and called late."


def _grace(policy: Policy, now: str) -> str:
    if not policy.grace_minutes:
        return f"Notes are{now} late from the first second after their deadline."
    return f"Notes are{now} in time up to {in_words(policy.grace_minutes)} after their deadline."


def _skips(policy: Policy, now: str) -> str:
    number = policy.skips
    if not number:
        return f"There are{now} no skips: a missing note counts nothing."
    notes = f"note{'s' if number != 1 else ''}"
    if policy.skips_by == SkipsBy.ITSELF:
        said = f"Up to {number} missing {notes} of each student{now} cost nothing"
    else:
        said = f"Each student may{now} skip {number} {notes}, and says so beforehand"
    drops = "; each skip left over drops one lowest mark" if policy.unused_skip_drops else ""
    return f"{said}{drops}."


def _presenters(policy: Policy, now: str) -> str:
    match policy.presenters_exempt:
        case Exempt.READING:
            return f"Presenters{now} owe no note on the reading they present."
        case Exempt.MEETING:
            return f"Presenters{now} owe no notes for the class in which they present."
    return f"Presenters{now} write notes like everybody."


def _counts(policy: Policy, now: str) -> str:
    each = "reading" if policy.per == Per.READING else "class, on any one of its readings"
    best = f"; the best {policy.best_of} count" if policy.best_of else ""
    return f"One note is{now} owed for each {each}{best}."


def _marks(policy: Policy, now: str) -> str:
    match policy.marking:
        case Marking.POINTS:
            said = f"Each note can{now} have {policy.points} point{'s' * (policy.points != 1)}"
        case Marking.CHECKS:
            said = (
                f"Marks are{now} check minus ({policy.percent_minus} %), check "
                f"({policy.percent_check} %) and check plus ({policy.percent_plus} %)"
            )
        case _:
            said = f"A note that is handed in has{now} the full mark"
    if policy.sample:
        number = policy.sample
        notes = "one note" if number == 1 else f"{number} notes"
        said += f"; {notes} of each student, drawn by lot, {'is' if number == 1 else 'are'} marked"
    return f"{said}."


def _reading(policy: Policy, now: str) -> str:
    match policy.readers:
        case Readers.AFTER_OWN:
            said = f"Students{now} read each other's notes once they handed in their own"
        case Readers.AFTER_DEADLINE:
            said = f"Students{now} read each other's notes after the deadline"
        case Readers.STAFF:
            said = f"Notes are{now} read by instructors and assistants only"
        case _:
            said = f"Students{now} read each other's notes as soon as they are handed in"
    return f"{said}."


def _early(policy: Policy, now: str) -> str:
    early = policy.presenters_read_minutes_before
    if policy.readers == Readers.OPEN:
        return ""
    if early is None:
        return f"Presenters{now} read notes when everybody does."
    return f"Presenters{now} read all notes from {in_words(early)} before class on."


def _names(policy: Policy, now: str) -> str:
    if policy.readers == Readers.STAFF:
        return ""
    if policy.anonymous:
        return f"Students{now} do not see whose note it is."
    return f"Students{now} see whose note it is."


_RULES: Final[tuple[tuple[str, Callable[[Policy, str], str]], ...]] = (
    ("When notes are due", _due),
    ("Late notes", _late),
    ("Grace", _grace),
    ("Skips", _skips),
    ("Presenters", _presenters),
    ("What counts", _counts),
    ("Marks", _marks),
    ("Who reads what", _reading),
    ("Presenters read", _early),
    ("Names", _names),
)


def rules_in_words(policy: Policy) -> list[Rule]:
    """The whole policy, a sentence for each part of it."""
    return [Rule(title, text) for title, say in _RULES if (text := say(policy, ""))]


def changes_in_words(old: Policy, new: Policy) -> list[str]:
    """A sentence for each part that was decided otherwise in ``new`` than in ``old``.

    What only comes to bear by another decision, and is as every course begins with, is not told.
    """
    as_begun = replace(Policy(), readers=new.readers)
    return [
        say(new, " now")
        for _title, say in _RULES
        if say(new, "") not in ("", say(old, "") or say(as_begun, ""))
    ]


def summary_of(sentences: list[str]) -> str:
    """One line for the course's news, at most 300 characters, whole sentences."""
    said = ""
    for place, sentence in enumerate(sentences):
        rest = len(sentences) - place
        more = f" And {rest} more." if place and rest else ""
        if place and len(said) + len(sentence) + len(more) + 1 > _MOST:
            return said + more
        said = f"{said} {sentence}".strip()
    return said[:_MOST]


def cost_of_missing(policy: Policy, notes: int) -> str:
    """What a note costs that is not handed in, of ``notes`` that the term asks for."""
    if not notes:
        return "No note is due yet, so none can be missing."
    what = "class without a note" if policy.per == Per.MEETING else "missing note"
    counted = min(policy.best_of or notes, notes)
    free = notes - counted
    shares = min(counted, policy.sample or counted)
    part = "the whole mark" if shares == 1 else f"one {_ordinal(shares)} of the mark for notes"
    lot = ", if it is drawn," if policy.sample and policy.sample < counted else ""
    spared = [f"is not among the best {counted}"] if free else []
    if policy.skips:
        by_itself = policy.skips_by == SkipsBy.ITSELF
        is_first = f"is one of the first {policy.skips}" if policy.skips > 1 else "is the first"
        spared.append(is_first if by_itself else "was skipped beforehand")
    unless = f", unless it {' or '.join(spared)}" if spared else ""
    return f"A {what} counts 0{unless}. Of {notes} this term, one is worth{lot} {part}."


def _ordinal(number: int) -> str:
    words = {2: "half", 3: "third", 4: "quarter", 5: "fifth", 6: "sixth", 8: "eighth", 10: "tenth"}
    if number in words:
        return words[number]
    teen = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
