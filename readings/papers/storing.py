"""PDFs in the storage, each under the address of its content."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import IO

from django.core.files.base import File
from django.core.files.storage import default_storage

from readings.papers.models import pdf_name


@dataclass(frozen=True)
class StoredPdf:
    """Where a PDF went: the hash of its content, and its size in bytes."""

    sha256: str
    size: int

    @property
    def name(self) -> str:
        """Its name in the storage."""
        return pdf_name(self.sha256)


def store_pdf(file: IO[bytes] | File[bytes]) -> StoredPdf:
    """Put a file into the storage unless it is there already; it may take minutes.

    Safe to be interrupted and done again, and to be done by two at the same time.
    """
    file.seek(0)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    stored = StoredPdf(sha256, size=file.seek(0, os.SEEK_END))
    if default_storage.exists(stored.name):
        return stored
    file.seek(0)
    taken = default_storage.save(stored.name, File(file))
    if taken != stored.name:  # somebody stored the same content meanwhile
        default_storage.delete(taken)
    return stored
