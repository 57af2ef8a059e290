"""Files that answer a prompt: which are where, how they are addressed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from django.db.models import Q, QuerySet
from django.urls import reverse

from readings.accounts.models import User
from readings.notes.models import Attachment, Note, Revision
from readings.schedule.models import Reading

MAX_FILES: Final = 5  # to one prompt
_ADDRESS: Final = re.compile(r"/note/files/(\d{1,18})/\)")


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


def differ_from_submitted(note: Note) -> bool:
    """Whether something was attached or taken away since the note was submitted; one query."""
    added = Q(removed_at__isnull=True, is_submitted=False)
    gone = Q(removed_at__isnull=False, is_submitted=True)
    return note.attachments.filter(added | gone).exists()


def files_in(revision: Revision) -> dict[str, list[Attachment]]:
    """What was attached when the revision was submitted: key of a prompt to files; one query."""
    ids = {int(one) for one in _ADDRESS.findall(revision.body)}
    found: dict[str, list[Attachment]] = {}
    if ids:
        for one in Attachment.objects.filter(note=revision.note_id, pk__in=ids):
            found.setdefault(one.prompt, []).append(one)
    return found


def is_named_in(attachment: Attachment, revisions: QuerySet[Revision]) -> bool:
    """Whether one of these revisions was submitted with the file; one query."""
    return revisions.filter(body__contains=f"/note/files/{attachment.pk}/)").exists()


def hand_in_files(note: Note, files: Mapping[str, Sequence[Attachment]]) -> None:
    """Let the others have ``files``, and no longer what was attached before; two queries."""
    ids = [one.pk for attached in files.values() for one in attached]
    note.attachments.filter(pk__in=ids).update(is_submitted=True)
    note.attachments.exclude(pk__in=ids).update(is_submitted=False)
