"""The one writer of projects."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.access import STAFF
from readings.courses.models import Group, GroupMember, Membership
from readings.courses.services import record_event
from readings.presentations.presenters import lock_presenters
from readings.presentations.projects.models import Project

FIELDS: Final = ("title", "pitch", "update", "final", "repository", "links")


class NotYourProject(Refusal):
    """Only members of the group and staff write about its project."""


class ProjectChanged(Refusal):
    """What was agreed to be deleted has been written on since."""


class ProjectConflict(Refusal):
    """The same texts were changed since; ``texts`` has mine there, and the saved ones elsewhere."""

    def __init__(
        self, project: Project, fields: list[str], texts: dict[str, Any], actor: User
    ) -> None:
        self.is_own = project.updated_by == actor  # in another window
        who = "You" if self.is_own else project.updated_by.display_name
        where = "in another window" if self.is_own else "while you were writing"
        super().__init__(f"{who} changed the same {where}. Nothing is lost: both are here.")
        self.project = project
        self.fields = fields
        self.texts = texts


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of saving."""

    project: Project
    changed: list[str] = field(default_factory=list)  # names of fields
    with_theirs: bool = False  # somebody else's changes of other fields were kept


def texts_of(project: Project | None) -> dict[str, Any]:
    """The fields as they are stored; of a project that is not begun, empty ones."""
    if project is None:
        return {name: [] if name == "links" else "" for name in FIELDS}
    return {name: getattr(project, name) for name in FIELDS}


def digests_of(texts: Mapping[str, Any]) -> dict[str, str]:
    """A digest of each field, by which one that somebody has not touched is known again."""
    return {name: _digest(texts[name]) for name in FIELDS}


def may_write(group: Group, user: User) -> bool:
    """Whether they are of the group, or staff of its course."""
    return (
        GroupMember.objects.filter(group=group, user=user).exists()
        or Membership.objects.filter(course=group.course_id, user=user, role__in=STAFF).exists()
    )


def save_project(
    *, group: Group, texts: Mapping[str, Any], version: int, seen: Mapping[str, str], actor: User
) -> Saved:
    """Store what ``actor`` wrote, having begun with ``version`` (0: there was none).

    ``seen`` are digests of what they began with.  When somebody else has saved since, fields that
    only one of them touched are taken from whoever did; of the others none is overwritten.  Raises
    ``ProjectConflict``, ``NotYourProject``, and ``WrongPresenter`` when the group is gone.
    """
    with transaction.atomic():
        lock_presenters(group.course_id, [group])
        if not may_write(group, actor):
            raise NotYourProject(f"You are not in {group.name} any more.")
        project = Project.objects.select_related("updated_by").filter(group=group).first()
        before = texts_of(project)
        is_newer = project is not None and project.version != version
        wanted = dict(texts)
        if is_newer:
            clashes = take_theirs(wanted, before, seen)
            if project is not None and clashes:
                raise ProjectConflict(project, clashes, wanted, actor)
        changed = [name for name in FIELDS if wanted[name] != before[name]]
        if project is None:
            project = Project(group=group, version=0)
        elif not changed:
            return Saved(project, with_theirs=is_newer)
        _store(project, wanted, changed, actor)
        return Saved(project, changed, with_theirs=is_newer)


def delete_project(*, project: Project, version: int, actor: User) -> None:
    """Remove the page with its texts, as it was looked at.  Raises ``ProjectChanged``."""
    group = project.group
    with transaction.atomic():
        lock_presenters(group.course_id, [group])
        gone, _rows = Project.objects.filter(pk=project.pk, version=version).delete()
        if not gone:
            raise ProjectChanged("The page was changed a moment ago. Look again first.")
        record_event(
            course=group.course,
            actor=actor,
            kind="presentations.project_deleted",
            summary=f"The project page of {group.name} was deleted",
            details={"group": group.pk, "title": project.title},
        )


def take_theirs(
    wanted: dict[str, Any], saved: Mapping[str, Any], seen: Mapping[str, str]
) -> list[str]:
    """Put what only the other one changed into ``wanted``; the names of what both did."""
    clashes = []
    for name in FIELDS:
        if wanted[name] == saved[name]:
            continue
        if _digest(wanted[name]) == seen.get(name):
            wanted[name] = saved[name]
        elif _digest(saved[name]) != seen.get(name):
            clashes.append(name)
    return clashes


def _store(project: Project, texts: Mapping[str, Any], changed: list[str], actor: User) -> None:
    for name in FIELDS:
        setattr(project, name, texts[name])
    is_new = project.pk is None
    project.version += 1
    project.updated_by = actor
    project.updated_at = timezone.now()
    project.save()
    did = "began" if is_new else "changed"
    record_event(
        course=project.group.course,
        actor=actor,
        kind="presentations.project_changed",
        summary=f"{actor.display_name} {did} the project page of {project.group.name}",
        details={"group": project.group_id, "version": project.version, "fields": changed},
    )


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
