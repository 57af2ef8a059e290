"""Slides and links of talks, as they are shown: by label, the newest version first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from django.urls import reverse

from readings.core.file_kinds import Allowed, kinds_named
from readings.courses.access import Access
from readings.presentations.day.access import Right
from readings.presentations.day.models import Material
from readings.presentations.day.talks import Talk
from readings.presentations.models import Slot
from readings.presentations.presenters import code_of_key, key_of_row

SLIDES: Final = "Slides"
LINK: Final = "Link"
LABELS: Final = frozenset({SLIDES, LINK, "Code", "Handout", "Video"})  # to choose from
MAX_VERSIONS: Final = 40  # of one talk, removed ones among them
MAX_LABEL: Final = 60
MAX_NAME: Final = 150
TAKEN: Final = Allowed(
    kinds=kinds_named("pdf", "pptx", "odp", "key", "png", "jpg", "jpeg", "gif", "webp", "zip"),
    megabytes=50,
    words="PDF, slides (PPTX, ODP, KEY), pictures (PNG, JPG, GIF, WebP) and ZIP",
    do="hand in",
    done="handed in",
)


@dataclass(frozen=True, slots=True)
class Version:
    """One version as somebody sees it."""

    material: Material
    url: str
    is_late: bool

    @property
    def is_link(self) -> bool:
        """Whether it leads elsewhere."""
        return bool(self.material.url)

    @property
    def name(self) -> str:
        """The name of the file, or the host of the link."""
        return self.material.name or urlsplit(self.material.url).hostname or self.material.url

    @property
    def is_removed(self) -> bool:
        """Whether it was taken away again."""
        return self.material.removed_at is not None


@dataclass(slots=True)
class Shelf:
    """What stands under one label."""

    label: str
    versions: list[Version] = field(default_factory=list)

    @property
    def latest(self) -> Version:
        """The one that counts."""
        return self.versions[0]

    @property
    def has_removed(self) -> bool:
        """Whether something that was taken away is among the older ones."""
        return any(one.is_removed for one in self.older)

    @property
    def older(self) -> list[Version]:
        """What it replaced."""
        return self.versions[1:]


def address_of(talk: Talk, material: Material) -> str:
    """Where the file is downloaded, or where the link leads."""
    if material.url:
        return material.url
    return reverse("day:file", args=[talk.slot.course.slug, talk.slot.pk, talk.key, material.pk])


def shelves_of(
    talk: Talk, materials: Collection[Material], *, removed: bool = False
) -> list[Shelf]:
    """``materials`` of the talk by label, slides first; ``removed``: also what was taken away."""
    found: dict[str, Shelf] = {}
    for one in sorted(materials, key=lambda one: -one.version):
        if one.removed_at is not None and not removed:
            continue
        shelf = found.setdefault(one.label, Shelf(one.label))
        late = talk.hours.is_late(one.created_at)
        shelf.versions.append(Version(one, address_of(talk, one), late))
    for shelf in found.values():
        shelf.versions.sort(key=lambda one: one.is_removed)  # stable: the newest first
    return sorted(found.values(), key=lambda one: (one.label != SLIDES, one.label.casefold()))


def materials_by_talk(slots: Sequence[Slot]) -> dict[tuple[int, str], list[Material]]:
    """Slot and presenter to what they handed in and did not remove; one query."""
    found: dict[tuple[int, str], list[Material]] = {}
    rows = Material.objects.filter(slot__in=slots, removed_at__isnull=True)
    for one in rows.order_by("label", "-version"):
        found.setdefault((one.slot_id, code_of_key(key_of_row(one))), []).append(one)
    return found


def shelves_for(
    access: Access, talk: Talk, materials: Collection[Material], *, now: dt.datetime
) -> list[Shelf]:
    """As ``shelves_of``, nothing for who may not see it yet."""
    if not talk.allows(access, Right.SEE_SLIDES, now):
        return []
    removed = talk.allows(access, Right.SEE_REMOVED, now)
    return shelves_of(talk, materials, removed=removed)


def find_file(access: Access, talk: Talk, material_id: int, *, now: dt.datetime) -> Material | None:
    """A file of the talk that the person may have."""
    if not talk.allows(access, Right.SEE_SLIDES, now):
        return None
    files = Material.objects.filter(**talk.columns, pk=material_id, url="")
    if not talk.allows(access, Right.SEE_REMOVED, now):
        files = files.filter(removed_at__isnull=True)
    return files.first()
