"""Files that answer a prompt: where they are kept, how they are addressed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from django.urls import reverse

from readings.accounts.models import User
from readings.notes.models import Attachment, Note
from readings.schedule.models import Reading

_FOLDER: Final = "attachments"


def path_of(sha256: str) -> str:
    """The name under which the storage has the file."""
    return f"{_FOLDER}/{sha256[:2]}/{sha256}"


def address_of(reading: Reading, attachment: Attachment) -> str:
    """The path from which whoever may read the note downloads it."""
    return reverse("notes:file", args=[reading.course.slug, reading.pk, attachment.pk])


def attached_to(note: Note) -> dict[str, list[Attachment]]:
    """What stands in the note's editor: key of a prompt to its files; one query."""
    found: dict[str, list[Attachment]] = {}
    for one in note.attachments.filter(removed_at__isnull=True):
        found.setdefault(one.prompt, []).append(one)
    return found


def has_files(reading: Reading, author: User) -> bool:
    """Whether anything is attached to the author's note; one query."""
    files = Attachment.objects.filter(note__reading=reading, note__author=author)
    return files.filter(removed_at__isnull=True).exists()


def linked(
    reading: Reading, files: Mapping[str, Sequence[Attachment]]
) -> dict[str, list[tuple[str, str]]]:
    """The same as names and addresses, as ``prompts.pieces`` writes them."""
    return {
        key: [(one.name, address_of(reading, one)) for one in attached]
        for key, attached in files.items()
    }


def hand_in_files(note: Note) -> None:
    """Let the others have what is attached now, and no longer what was taken away."""
    note.attachments.filter(removed_at__isnull=True).update(is_submitted=True)
    note.attachments.filter(removed_at__isnull=False).update(is_submitted=False)
