"""The one writer of a course's rules, and of what single readings ask."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any

from django.db import transaction

from readings.accounts.models import User
from readings.core.clock import short_date, short_time
from readings.core.refusals import Refusal
from readings.courses.models import Course
from readings.courses.services import record_event
from readings.notes.asking.effects import Effects, effects_of
from readings.notes.asking.turns import lock_course
from readings.notes.asking.wording import changes_in_words, summary_of
from readings.notes.models import Assignment, NotePolicy
from readings.notes.policy import Policy
from readings.schedule.models import Reading


class RulesChanged(Refusal):
    """Somebody saved other rules since the form was shown."""

    def __init__(self, sentences: Sequence[str]) -> None:
        said = " ".join(sentences) or "They differ in something that no sentence here says."
        super().__init__(
            "The rules were changed while you had this form open, and nothing of yours is saved "
            f"yet. By now: {said} Save again to put yours in their place."
        )


# --- Rules ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SavedRules:
    """What came of saving rules."""

    sentences: tuple[str, ...]  # what is different now
    effects: Effects


def digest_of(policy: NotePolicy) -> str:
    """Names the rules as they are, so that a form can say which ones it had shown."""
    text = "|".join(map(str, (*astuple(policy.rules), policy.template_id)))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def save_rules(
    *, course: Course, actor: User, values: Mapping[str, Any], seen: str, now: dt.datetime
) -> SavedRules:
    """Store the course's rules, and tell the members what is different.

    ``values`` are fields of ``NotePolicy``; ``seen`` is the digest of the rules that the form had
    shown.  A random sample without a seed gets one.  Raises ``RulesChanged``.
    """
    with transaction.atomic():
        lock_course(course)
        policy = NotePolicy.objects.filter(course=course).first() or NotePolicy(course=course)
        old = policy.rules
        if digest_of(policy) != seen:
            raise RulesChanged(changes_in_words(_rules(values), old))
        for name, value in values.items():
            setattr(policy, name, value)
        if policy.sample and not policy.sample_seed:
            policy.sample_seed = secrets.token_hex(4)
        effects = effects_of(course, old, policy.rules, now=now)
        sentences = changes_in_words(old, policy.rules)
        policy.save()
        if sentences:
            record_event(
                course=course,
                actor=actor,
                kind="notes.rules_changed",
                summary=summary_of(sentences),
                details={"moved": effects.moved},
            )
    return SavedRules(tuple(sentences), effects)


def _rules(values: Mapping[str, Any]) -> Policy:
    return replace(
        Policy(), **{name: value for name, value in values.items() if name != "template"}
    )


# --- Readings ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ReadingRules:
    """What one reading asks; the local date and time of a deadline of its own, or neither."""

    template_id: int | None = None  # None: the usual one
    due_on: dt.date | None = None
    due_time: dt.time | None = None
    is_skippable: bool = True

    @classmethod
    def of(cls, assignment: Assignment | None) -> ReadingRules:
        """As they are stored."""
        if assignment is None:
            return cls()
        return cls(
            assignment.template_id,
            assignment.due_on,
            assignment.due_time,
            assignment.is_skippable,
        )

    @property
    def seen(self) -> str:
        """What a form says of them that it had shown."""
        due = f"{self.due_on} {self.due_time:%H:%M}" if self.due_on and self.due_time else ""
        return f"{self.template_id or ''}|{due}|{'yes' if self.is_skippable else 'no'}"


class ReadingsChanged(Refusal):
    """Others changed these readings since the form was shown; nothing is saved."""

    def __init__(self, ids: Sequence[int]) -> None:
        number = len(ids)
        super().__init__(
            f"Nothing is saved yet: {number} reading{'s were' if number != 1 else ' was'} changed "
            "by somebody else meanwhile, and marked below. Save again to put yours in place."
        )
        self.ids = list(ids)


def assign(
    *,
    course: Course,
    actor: User,
    rules: Mapping[int, ReadingRules],
    seen: Mapping[int, str],
    now: dt.datetime,
) -> int:
    """Store what readings ask, those that are different from what the form had shown; how many.

    ``rules`` and ``seen`` are by reading; at ``now`` a year that is another one is told, too.
    Raises ``ReadingsChanged``.
    """
    wanted = {pk: one for pk, one in rules.items() if one.seen != seen.get(pk)}
    if not wanted:
        return 0
    with transaction.atomic():
        lock_course(course)
        readings = Reading.objects.filter(course=course, pk__in=wanted)
        rows = {one.pk: one for one in readings.select_related("assignment", "paper")}
        stored = {pk: getattr(one, "assignment", None) for pk, one in rows.items()}
        before = {pk: ReadingRules.of(one) for pk, one in stored.items()}
        others = [
            pk for pk, was in before.items() if was.seen not in (seen.get(pk), wanted[pk].seen)
        ]
        if others:
            raise ReadingsChanged(others)
        new = {pk: wanted[pk] for pk, was in before.items() if was != wanted[pk]}
        Assignment.objects.bulk_create(
            [
                Assignment(
                    reading_id=pk,
                    template_id=one.template_id,
                    due_on=one.due_on,
                    due_time=one.due_time,
                    is_skippable=one.is_skippable,
                )
                for pk, one in new.items()
            ],
            update_conflicts=True,
            unique_fields=["reading"],
            update_fields=["template", "due_on", "due_time", "is_skippable"],
        )
        this_year = now.astimezone(course.zone).year
        told = [
            _deadline_words(rows[pk], one, this_year)
            for pk, one in new.items()
            if _moves(before[pk], one)
        ]
        if told:
            record_event(
                course=course,
                actor=actor,
                kind="notes.deadlines_set",
                summary=summary_of(told),
            )
    return len(new)


def _moves(old: ReadingRules, new: ReadingRules) -> bool:
    return (old.due_on, old.due_time) != (new.due_on, new.due_time)


def _deadline_words(reading: Reading, rules: ReadingRules, this_year: int) -> str:
    if rules.due_on is None or rules.due_time is None:
        return f"The note on {reading.name} is now due for its class."
    year = f", {rules.due_on.year}" if rules.due_on.year != this_year else ""
    when = f"{short_date(rules.due_on)}{year}, {short_time(rules.due_time)}"
    return f"The note on {reading.name} is now due {when}."
