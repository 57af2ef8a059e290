"""The one writer of papers: they are added here, and what is owed for them is put down."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.papers.identifiers import Identifier
from readings.papers.models import (
    Fetch,
    FetchStage,
    FetchState,
    Paper,
    PaperVersion,
    VersionOrigin,
)


class NotAPdf(Refusal):
    """What was uploaded is no PDF, is empty, or is too large."""


def add_papers(*, identifiers: Sequence[Identifier]) -> list[Paper]:
    """The papers with these identifiers, in their order; those that are new are owed a fetch.

    Safe to call at the same time from several processes: an identifier is one row.
    """
    with transaction.atomic():
        papers = [_get_or_add(identifier) for identifier in identifiers]
    return papers


def _get_or_add(identifier: Identifier) -> Paper:
    field = {"arxiv": "arxiv_id", "doi": "doi", "url": "url"}[identifier.kind]
    wanted: dict[str, Any] = {field: identifier.value}
    paper, made = Paper.objects.get_or_create(**wanted)
    if made and identifier.kind == "arxiv":
        Fetch.objects.get_or_create(paper=paper, stage=FetchStage.METADATA)
    return paper


def retry_fetches(*, paper_ids: Collection[int]) -> int:
    """Owe again, from now, what failed or waits for these papers; how many fetches that is."""
    waiting = Fetch.objects.filter(
        paper_id__in=paper_ids, state__in=[FetchState.FAILED, FetchState.OWED]
    )
    return waiting.update(
        state=FetchState.OWED, reason="", attempts=0, next_attempt_at=timezone.now()
    )


def upload_pdf(*, paper: Paper, file: File[bytes], uploaded_by: User) -> PaperVersion:
    """Store somebody's PDF as a version of ``paper`` without a number.  Raises ``NotAPdf``.

    It is seen only through the reading that pins it.
    """
    if not file.size:
        raise NotAPdf("This file is empty.")
    if file.size > settings.PDF_MAX_BYTES:
        raise NotAPdf(
            f"This file is larger than {settings.PDF_MAX_BYTES // (1024 * 1024)} MB, the limit here."
        )
    if b"%PDF-" not in file.open("rb").read(1024):
        raise NotAPdf("This is not a PDF: it does not begin like one.")
    sha256 = _digest(file)
    version = PaperVersion(
        paper=paper, origin=VersionOrigin.UPLOAD, sha256=sha256, pdf_bytes=file.size
    )
    version.uploaded_by = uploaded_by
    # Stored outside the transaction: it may take minutes.
    if not default_storage.exists(version.pdf_name):
        file.seek(0)
        default_storage.save(version.pdf_name, file)
    with transaction.atomic():
        version.save()
        Fetch.objects.create(paper=paper, version=version, stage=FetchStage.TEXT)
    return version


def _digest(file: IO[bytes] | File[bytes]) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
