"""The one writer of templates and of what single readings ask."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction

from readings.accounts.models import User
from readings.core.clock import short_date, short_time
from readings.core.refusals import Refusal
from readings.courses.models import Course
from readings.courses.services import record_event
from readings.notes.asking.queries import (
    MovedDeadlines,
    last_version,
    moved_deadlines,
    role_board,
)
from readings.notes.asking.wording import changes_in_words, summary_of
from readings.notes.models import (
    Assignment,
    NotePolicy,
    NoteTemplate,
    RoleSeat,
    TemplateVersion,
)
from readings.notes.policy import Policy
from readings.notes.prompts import Prompt
from readings.schedule.models import Reading


class NameTaken(Refusal):
    """The course has a template of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a template “{name}” already: give this one another name.")


class TemplateChanged(Refusal):
    """Somebody saved a newer version while this one was edited; ``version`` is theirs."""

    def __init__(self, version: TemplateVersion) -> None:
        who = version.created_by.display_name if version.created_by else "Somebody"
        super().__init__(
            f"{who} saved version {version.number} of this template while you edited. Yours is in "
            "the form and theirs below it. Save again to let yours follow theirs."
        )
        self.version = version


class IsUsual(Refusal):
    """The usual template of a course cannot be hidden."""

    def __init__(self) -> None:
        super().__init__(
            "This is what the course usually asks: make another template the usual one first."
        )


class RulesChanged(Refusal):
    """Somebody saved other rules since the form was shown."""

    def __init__(self, sentences: Sequence[str]) -> None:
        said = " ".join(sentences) or "They differ in something that no sentence here says."
        super().__init__(
            "The rules were changed while you had this form open, and nothing of yours is saved "
            f"yet. By now: {said} Save again to put yours in their place."
        )


class SeatTaken(Refusal):
    """A note was begun from a seat, which it keeps."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__(f"{name} has begun to write as {role or 'somebody without a role'}.")


# --- Templates -----------------------------------------------------------------------------------


def create_template(
    *, course: Course, actor: User, name: str, prompts: Sequence[Prompt], roles: Sequence[str]
) -> TemplateVersion:
    """A new template with its first version.  Raises ``NameTaken``."""
    with transaction.atomic():
        template = NoteTemplate(course=course)
        _name(template, name)
        return _add_version(template, 1, prompts, roles, actor)


def save_template(
    *,
    template: NoteTemplate,
    actor: User,
    name: str,
    prompts: Sequence[Prompt],
    roles: Sequence[str],
    based_on: int,
) -> TemplateVersion:
    """Let the template ask this from now on: a new version, if it is anything else than before.

    ``based_on`` is the number of the version that was edited.  What was written stays with its
    version.  Raises ``NameTaken`` and, where another version was saved since, ``TemplateChanged``.
    """
    with transaction.atomic():
        template = NoteTemplate.objects.select_for_update().get(pk=template.pk)
        last = last_version(template.course, template.pk)
        assert last is not None  # noqa: S101 (no template is without one)
        is_same = last.all_prompts == tuple(prompts) and tuple(last.roles) == tuple(roles)
        if last.number != based_on and not is_same:
            raise TemplateChanged(last)
        if name != template.name:
            _name(template, name)
        if is_same:
            return last
        return _add_version(template, last.number + 1, prompts, roles, actor)


def _name(template: NoteTemplate, name: str) -> None:
    template.name = name
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError:
        raise NameTaken(name) from None


def _add_version(
    template: NoteTemplate,
    number: int,
    prompts: Sequence[Prompt],
    roles: Sequence[str],
    actor: User,
) -> TemplateVersion:
    return TemplateVersion.objects.create(
        template=template,
        number=number,
        prompts=[prompt.as_json() for prompt in prompts],
        roles=list(roles),
        created_by=actor,
    )


def hide_template(*, template: NoteTemplate) -> None:
    """Offer it no more; readings and notes that have it keep it.  Raises ``IsUsual``."""
    with transaction.atomic():
        _lock(template.course)
        if NotePolicy.objects.filter(template=template).exists():
            raise IsUsual
        NoteTemplate.objects.filter(pk=template.pk).update(is_hidden=True)


def show_template(*, template: NoteTemplate) -> None:
    """Offer it again."""
    NoteTemplate.objects.filter(pk=template.pk).update(is_hidden=False)


def make_usual(*, course: Course, template: NoteTemplate | None) -> None:
    """Let every reading ask by ``template`` that has none of its own; None: free text."""
    with transaction.atomic():
        _lock(course)
        NotePolicy.objects.update_or_create(course=course, defaults={"template": template})
        if template is not None:
            show_template(template=template)


def _lock(course: Course) -> None:
    """Let people who decide about the same course take turns."""
    Course.objects.select_for_update().get(pk=course.pk)


# --- Rules ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SavedRules:
    """What came of saving rules."""

    sentences: tuple[str, ...]  # what is different now
    moved: MovedDeadlines


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
        _lock(course)
        policy = NotePolicy.objects.filter(course=course).first() or NotePolicy(course=course)
        old = policy.rules
        if digest_of(policy) != seen:
            raise RulesChanged(changes_in_words(_rules(values), old))
        for name, value in values.items():
            setattr(policy, name, value)
        if policy.sample and not policy.sample_seed:
            policy.sample_seed = secrets.token_hex(4)
        moved = moved_deadlines(course, old, policy.rules, now=now)
        sentences = changes_in_words(old, policy.rules)
        policy.save()
        if sentences:
            record_event(
                course=course,
                actor=actor,
                kind="notes.rules_changed",
                summary=summary_of(sentences),
                details={"moved": moved.number},
            )
    return SavedRules(tuple(sentences), moved)


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
    *, course: Course, actor: User, rules: Mapping[int, ReadingRules], seen: Mapping[int, str]
) -> int:
    """Store what readings ask, those that are different from what the form had shown; how many.

    ``rules`` and ``seen`` are by reading.  Raises ``ReadingsChanged``.
    """
    wanted = {pk: one for pk, one in rules.items() if one.seen != seen.get(pk)}
    if not wanted:
        return 0
    with transaction.atomic():
        _lock(course)
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
        told = [
            _deadline_words(rows[pk], one) for pk, one in new.items() if _moves(before[pk], one)
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


def _deadline_words(reading: Reading, rules: ReadingRules) -> str:
    if rules.due_on is None or rules.due_time is None:
        return f"The note on {reading.name} is now due for its class."
    when = f"{short_date(rules.due_on)}, {short_time(rules.due_time)}"
    return f"The note on {reading.name} is now due {when}."


# --- Roles ---------------------------------------------------------------------------------------


def give_roles(*, course: Course, today: dt.date) -> int:
    """Write down the roles of the coming readings, as the rotation has them; how many were new."""
    with transaction.atomic():
        _lock(course)
        seats = [
            RoleSeat(reading_id=reading, user_id=user, role=role)
            for reading, user, role in role_board(course, today=today).to_give()
        ]
        RoleSeat.objects.bulk_create(
            seats,
            update_conflicts=True,
            unique_fields=["reading", "user"],
            update_fields=["role"],
        )
    return len(seats)


def set_roles(*, course: Course, reading_id: int, roles: Mapping[int, str], today: dt.date) -> int:
    """Give students (by id) other roles on one reading; how many are different now.

    An empty role takes the seat back, for the rotation to decide.  Raises ``SeatTaken`` for whoever
    has begun to write, and then changes nothing; roles and students that are not there are left
    out.
    """
    with transaction.atomic():
        _lock(course)
        board = role_board(course, today=today)
        found = next((one for one in board.readings if one.planned.reading.pk == reading_id), None)
        if found is None:
            return 0
        names = {one.user_id: one.user.display_name for one in board.students}
        changed = 0
        for user, role in roles.items():
            seat = found.seats.get(user)
            before = seat.role if seat is not None and seat.is_given else ""
            if user not in names or role == before or role not in ("", *found.roles):
                continue
            if seat is not None and seat.is_begun:
                raise SeatTaken(names[user], seat.role)
            mine = RoleSeat.objects.filter(reading_id=reading_id, user_id=user)
            if role:
                mine.update_or_create(reading_id=reading_id, user_id=user, defaults={"role": role})
            else:
                mine.delete()
            changed += 1
    return changed
