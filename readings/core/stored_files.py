"""Files that people hand in: where the storage has them, under the hash of their content."""

from __future__ import annotations

import hashlib
import os
from typing import IO, Final

from django.core.files.base import File
from django.core.files.storage import default_storage

_FOLDER: Final = "attachments"


def path_of(sha256: str) -> str:
    """The name under which the storage has the file."""
    return f"{_FOLDER}/{sha256[:2]}/{sha256}"


def store(file: IO[bytes] | File[bytes]) -> tuple[str, int]:
    """Put a file into the storage unless it is there; its hash and size; it may take a while.

    Safe to be interrupted and done again, and to be done by two at the same time.
    """
    file.seek(0)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    size = file.seek(0, os.SEEK_END)
    name = path_of(sha256)
    if not default_storage.exists(name):
        file.seek(0)
        taken = default_storage.save(name, File(file))
        if taken != name:  # somebody stored the same content meanwhile
            default_storage.delete(taken)
    return sha256, size
