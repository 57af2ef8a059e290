"""The one writer of slides and links."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from readings.accounts.models import User
from readings.core.file_kinds import WrongFile, tidy_name
from readings.core.stored_files import store
from readings.courses.models import Audience
from readings.courses.services import record_event
from readings.presentations.day.materials import MAX_LABEL, MAX_NAME, MAX_VERSIONS, SLIDES, TAKEN
from readings.presentations.day.models import Material
from readings.presentations.day.refusals import NotHandedIn, NotTheirsAnyMore
from readings.presentations.day.talks import Talk
from readings.presentations.models import SignUp
from readings.presentations.presenters import columns_of
from readings.presentations.seating import lock_slot

HANDED_IN = "presentations.material_handed_in"
REMOVED = "presentations.material_removed"
PUT_BACK = "presentations.material_put_back"


def hand_in_file(
    *, talk: Talk, label: str, file: UploadedFile[bytes], actor: User, at: dt.datetime
) -> tuple[Material, bool]:
    """Keep ``file`` as the newest version under ``label``, and whether it is a new one.

    What is there already is not kept twice.  Late is taken, too: what is late is told by ``at``.
    Raises ``NotHandedIn``, ``NotTheirsAnyMore``, ``SlotGone``.
    """
    name = tidy_name(file.name or "", longest=MAX_NAME)
    try:
        kind = TAKEN.kind_of(name, file.size or 0, file)
    except WrongFile as wrong:
        raise NotHandedIn(str(wrong)) from wrong
    # Before the transaction: it may take minutes.
    sha256, size = store(file)
    return _hand_in(
        talk,
        label,
        actor,
        at,
        is_same=lambda one: (one.sha256, one.name) == (sha256, name),
        columns={
            "name": name,
            "sha256": sha256,
            "size": size,
            "content_type": kind.content_type,
        },
    )


def hand_in_link(
    *, talk: Talk, label: str, url: str, actor: User, at: dt.datetime
) -> tuple[Material, bool]:
    """The same for an address on the web.

    Raises ``NotHandedIn``, ``NotTheirsAnyMore``, ``SlotGone``.
    """
    if not url.startswith(("http://", "https://")):
        raise NotHandedIn("Only addresses that begin with https:// or http:// can be handed in.")
    return _hand_in(
        talk, label, actor, at, is_same=lambda one: one.url == url, columns={"url": url}
    )


def remove_material(*, material: Material, talk: Talk, actor: User, at: dt.datetime) -> bool:
    """Take a version away: it is kept, and the one before it counts; False when it was gone."""
    with transaction.atomic():
        lock_slot(talk.slot)
        there = Material.objects.filter(pk=material.pk, removed_at__isnull=True)
        if not there.update(removed_at=at):
            return False
        _record(talk, material, actor, REMOVED, "was removed")
    return True


def put_material_back(*, material: Material, talk: Talk, actor: User) -> bool:
    """Show a version that was removed again; False when it was there."""
    with transaction.atomic():
        lock_slot(talk.slot)
        gone = Material.objects.filter(pk=material.pk, removed_at__isnull=False)
        if not gone.update(removed_at=None):
            return False
        _record(talk, material, actor, PUT_BACK, "was put back")
    return True


def _record(talk: Talk, material: Material, actor: User, kind: str, did: str) -> None:
    record_event(
        course=talk.slot.course,
        actor=actor,
        kind=kind,
        summary=f"{material} for {talk.name} {did} ({talk.presenter})",
        audience=Audience.STAFF,
        details={"slot": talk.slot.pk, "material": material.pk},
    )


def _hand_in(
    talk: Talk,
    label: str,
    actor: User,
    at: dt.datetime,
    *,
    is_same: Callable[[Material], bool],
    columns: dict[str, object],
) -> tuple[Material, bool]:
    with transaction.atomic():
        slot = lock_slot(talk.slot)
        if not SignUp.objects.filter(slot=slot, **columns_of(talk.presenter)).exists():
            raise NotTheirsAnyMore(talk.presenter)
        here = list(Material.objects.filter(**talk.columns))
        label = _tidy_label(label, here)
        under = [one for one in here if one.label == label]
        seen = [one for one in under if one.removed_at is None]
        latest = max(seen, key=lambda one: one.version, default=None)
        if latest is not None and is_same(latest):
            return latest, False
        if len(here) >= MAX_VERSIONS:
            raise NotHandedIn(
                f"{MAX_VERSIONS} files and links were handed in for this talk already: ask the"
                " course's staff."
            )
        made = Material.objects.create(
            **talk.columns,
            label=label,
            version=max((one.version for one in under), default=0) + 1,
            created_by=actor,
            created_at=at,
            **columns,
        )
        _tell(talk, made, actor)
    return made, True


def _tidy_label(label: str, here: list[Material]) -> str:
    """In one line; as it is written already where it stands there."""
    label = " ".join(label.replace("\x00", "").split())[:MAX_LABEL] or SLIDES
    known = {one.label.casefold(): one.label for one in here}
    return known.get(label.casefold(), label)


def _tell(talk: Talk, made: Material, actor: User) -> None:
    """The staff, and who else gives the talk."""
    late = ", late" if talk.hours.is_late(made.created_at) else ""
    summary = f"{made} for {talk.name}{late}"
    details = {"slot": talk.slot.pk, "material": made.pk}
    course = talk.slot.course
    record_event(
        course=course,
        actor=actor,
        kind=HANDED_IN,
        summary=f"{summary} ({talk.presenter})",
        audience=Audience.STAFF,
        details=details,
    )
    for person in talk.people:
        if person != actor:
            record_event(
                course=course,
                actor=actor,
                kind=HANDED_IN,
                summary=f"{actor} handed in {summary}",
                recipient=person,
                details=details,
            )
