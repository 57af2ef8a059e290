"""Which files may be attached to a note."""

from __future__ import annotations

from typing import Final

from readings.core.file_kinds import Allowed, kinds_named

ATTACHED: Final = Allowed(
    kinds=kinds_named(
        "pdf", "png", "jpg", "jpeg", "gif", "webp", "txt", "md", "csv", "json", "ipynb", "docx",
        "pptx", "odt",
    ),
    megabytes=20,
    words=(
        "PDF, pictures (PNG, JPG, GIF, WebP), text (TXT, MD, CSV, JSON), notebooks (IPYNB), and "
        "documents (DOCX, PPTX, ODT)"
    ),
)  # fmt: skip
MAX_FILE: Final = ATTACHED.most
