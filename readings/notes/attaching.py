"""The one writer of attachments."""

from __future__ import annotations

import datetime as dt

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from readings.accounts.models import User
from readings.core.file_kinds import WrongFile, tidy_name
from readings.core.refusals import Refusal
from readings.core.stored_files import store
from readings.notes.asked import Asked
from readings.notes.attachments import MAX_FILES, differ_from_submitted
from readings.notes.file_kinds import ATTACHED
from readings.notes.models import Attachment, Note
from readings.notes.prompts import PromptKind
from readings.notes.services import find_or_begin
from readings.schedule.models import Reading


class NotAttached(Refusal):
    """A file was not taken; ``prompt`` is the key of what it should answer."""

    def __init__(self, prompt: str, words: str) -> None:
        super().__init__(words)
        self.prompt = prompt


def attach_file(
    *,
    reading: Reading,
    author: User,
    prompt: str,
    file: UploadedFile[bytes],
    at: dt.datetime,
    asked: Asked | None = None,
) -> Attachment:
    """Keep ``file`` as an answer to the prompt with this key; the note begins if there is none.

    The others get it when the note is submitted the next time.  Attaching what is attached already
    changes nothing.  Raises ``NotAttached`` and ``QuestionsChanged``.
    """
    name = tidy_name(file.name or "")
    try:
        kind = ATTACHED.kind_of(name, file.size or 0, file)
    except WrongFile as wrong:
        raise NotAttached(prompt, str(wrong)) from wrong
    note = find_or_begin(reading, author, asked)
    if not any(one.key == prompt and one.kind == PromptKind.FILE for one in note.prompts):
        raise NotAttached(prompt, "The note does not ask for a file there.")
    # Before the transaction: it may take minutes.
    sha256, size = store(file)
    with transaction.atomic():
        locked = Note.objects.select_for_update().get(pk=note.pk)
        here = locked.attachments.filter(prompt=prompt, removed_at__isnull=True)
        same = here.filter(sha256=sha256, name=name).first()
        if same is not None:
            return same
        if here.count() >= MAX_FILES:
            raise NotAttached(
                prompt,
                f"“{name}” was not attached: {MAX_FILES} files may be here. Remove one first.",
            )
        attachment = Attachment.objects.create(
            note=locked,
            prompt=prompt,
            name=name,
            sha256=sha256,
            size=size,
            content_type=kind.content_type,
            created_at=at,
        )
        locked.version, locked.role, locked.has_draft = note.version, note.role, True
        locked.save(update_fields=["version", "role", "has_draft"])
    return attachment


def remove_file(*, reading: Reading, author: User, attachment_id: int, at: dt.datetime) -> None:
    """Take a file out of one's note; it is kept for the revisions that speak of it.

    The others have it until the note is submitted again.  Removing twice, or what is not one's
    own, changes nothing.
    """
    with transaction.atomic():
        note = Note.objects.select_for_update().filter(reading=reading, author=author).first()
        if note is None:
            return
        attached = note.attachments.filter(pk=attachment_id, removed_at__isnull=True)
        if attached.update(removed_at=at):
            note.has_draft = note.draft != note.answers or differ_from_submitted(note)
            note.save(update_fields=["has_draft"])
