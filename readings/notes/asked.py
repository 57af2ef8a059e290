"""What is asked of one person about one reading: the template's version, and their role's seat."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Max, Subquery
from django.db.models.functions import Coalesce

from readings.accounts.models import User
from readings.notes.models import (
    Assignment,
    Note,
    NotePolicy,
    RoleSeat,
    TemplateVersion,
    prompts_of,
)
from readings.notes.prompts import Prompt
from readings.notes.rotation import next_role
from readings.schedule.models import Reading


@dataclass(frozen=True, slots=True)
class Asked:
    """The form of a note: which version of which template, and from which seat."""

    version: TemplateVersion | None  # None: free text
    role: str = ""  # empty: the template has none

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """What is asked."""
        return prompts_of(self.version, self.role)

    @property
    def key(self) -> tuple[int | None, str]:
        """The same as values that can be compared."""
        return (self.version.pk if self.version else None, self.role)


def has_begun(note: Note) -> bool:
    """Whether the note answers something already, so that it stays with its questions."""
    return bool(note.draft or note.answers or note.is_submitted or note.has_draft)


def may_begin_with(form: Asked, reading: Reading, user: User) -> bool:
    """Whether a note may answer what ``form`` asks: any version of the template that the reading
    has, from the seat that ``user`` was given; at most two queries."""
    current = current_version(reading)
    if form.version is None or current is None:
        return form.version is None and current is None and not form.role
    if form.version.template_id != current.template_id:
        return False
    if not form.version.roles:
        return not form.role
    if form.role not in form.version.roles:
        return False
    held = RoleSeat.objects.filter(reading=reading, user=user).values_list("role", flat=True)
    return held.first() in (None, form.role)


def asked_of(reading: Reading, user: User, note: Note | None) -> Asked:
    """What ``user`` is asked about ``reading``: what their note has begun with, else what the
    template asks now; at most three queries."""
    if note is not None and has_begun(note):
        return Asked(note.version, note.role)
    version = current_version(reading)
    if version is None or not version.roles:
        return Asked(version)
    return Asked(version, role_of(reading, user, version))


def current_version(reading: Reading) -> TemplateVersion | None:
    """The version of the template that a new note on ``reading`` gets; one query."""
    own = Assignment.objects.filter(reading=reading).values("template")
    usual = NotePolicy.objects.filter(course=reading.course_id).values("template")
    versions = TemplateVersion.objects.filter(template=Coalesce(Subquery(own), Subquery(usual)))
    return versions.select_related("template").order_by("-number").first()


def role_of(reading: Reading, user: User, version: TemplateVersion) -> str:
    """The seat of ``user``: the one they were given, else the next of the rotation (not stored)."""
    held = list(
        RoleSeat.objects.filter(user=user, reading__course_id=reading.course_id)
        .order_by("pk")
        .values_list("reading_id", "role")
    )
    mine = dict(held).get(reading.pk)
    if mine in version.roles:
        return str(mine)
    taken = RoleSeat.objects.filter(reading=reading).values_list("role", flat=True)
    return next_role(version.roles, [role for _reading, role in held], Counter(taken))


def seat(reading: Reading, user: User, asked: Asked) -> None:
    """Write down that ``user`` has the role with which their note began; does nothing twice."""
    if asked.role:
        RoleSeat.objects.get_or_create(reading=reading, user=user, defaults={"role": asked.role})


def next_number(note: Note) -> int:
    """The number of the note's next revision."""
    return (note.revisions.aggregate(last=Max("number"))["last"] or 0) + 1
