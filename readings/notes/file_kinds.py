"""Which files may be attached to a note, by their names and by what is in them.  Pure."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Final

MAX_FILE: Final = 20 * 1024 * 1024  # bytes
MAX_NAME: Final = 200
_HEAD: Final = 64 * 1024

ALLOWED: Final = (
    "PDF, pictures (PNG, JPG, GIF, WebP), text (TXT, MD, CSV, JSON), notebooks (IPYNB), and "
    "documents (DOCX, PPTX, ODT), up to 20 MB each"
)


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file: what it is served as, and whether a file is one."""

    content_type: str
    fits: Callable[[bytes, IO[bytes]], bool]  # its first bytes, and the file


def _begins(*marks: bytes) -> Callable[[bytes, IO[bytes]], bool]:
    return lambda head, _file: head.startswith(marks)


def _is_pdf(head: bytes, _file: IO[bytes]) -> bool:
    return b"%PDF-" in head[:1024]  # as readers of PDFs have it


def _is_webp(head: bytes, _file: IO[bytes]) -> bool:
    return head[:4] == b"RIFF" and head[8:12] == b"WEBP"


def _is_text(head: bytes, _file: IO[bytes]) -> bool:
    return b"\x00" not in head and not head.startswith((b"MZ", b"PK\x03\x04", b"\x7fELF", b"%PDF-"))


def _is_json(head: bytes, file: IO[bytes]) -> bool:
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return begin in (b"{", b"[") and _is_text(head, file)


def _zipped(*members: str) -> Callable[[bytes, IO[bytes]], bool]:
    def fits(head: bytes, file: IO[bytes]) -> bool:
        if not head.startswith(b"PK\x03\x04"):
            return False
        try:
            file.seek(0)
            with zipfile.ZipFile(file) as archive:  # reads its list of contents only
                return set(members) <= set(archive.namelist())
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            return False

    return fits


_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_JPEG: Final = FileKind("image/jpeg", _begins(b"\xff\xd8\xff"))
KINDS: Final = {
    "pdf": FileKind("application/pdf", _is_pdf),
    "png": FileKind("image/png", _begins(b"\x89PNG\r\n\x1a\n")),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "gif": FileKind("image/gif", _begins(b"GIF87a", b"GIF89a")),
    "webp": FileKind("image/webp", _is_webp),
    "txt": FileKind("text/plain", _is_text),
    "md": FileKind("text/plain", _is_text),
    "csv": FileKind("text/csv", _is_text),
    "json": FileKind("application/json", _is_json),
    "ipynb": FileKind("application/json", _is_json),
    "docx": FileKind(
        f"{_OFFICE}.wordprocessingml.document",
        _zipped("[Content_Types].xml", "word/document.xml"),
    ),
    "pptx": FileKind(
        f"{_OFFICE}.presentationml.presentation",
        _zipped("[Content_Types].xml", "ppt/presentation.xml"),
    ),
    "odt": FileKind("application/vnd.oasis.opendocument.text", _zipped("mimetype", "content.xml")),
}  # fmt: skip
#: What a browser offers to choose from.
ACCEPT: Final = ",".join(f".{ending}" for ending in KINDS)


class WrongFile(ValueError):
    """This file cannot be attached; ``str()`` is the sentence that says why."""


def kind_of(name: str, size: int, file: IO[bytes]) -> FileKind:
    """What the file is; raises ``WrongFile`` where it may not be attached."""
    if size == 0:
        raise WrongFile(f"“{name}” is empty: was it saved before it was chosen?")
    if size > MAX_FILE:
        raise too_large(name)
    kind = KINDS.get(ending_of(name))
    if kind is None:
        raise WrongFile(f"“{name}” cannot be attached. You can attach {ALLOWED}.")
    file.seek(0)
    if not kind.fits(file.read(_HEAD), file):
        raise WrongFile(
            f"“{name}” is not what its name says: there is no {ending_of(name).upper()} in it. "
            f"You can attach {ALLOWED}."
        )
    return kind


def too_large(name: str) -> WrongFile:
    """What is said of a file over the limit."""
    return WrongFile(f"“{name}” is larger than 20 MB. You can attach {ALLOWED}.")


def ending_of(name: str) -> str:
    """What stands behind the last dot, in small letters."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def tidy_name(name: str) -> str:
    """The name without what no name of a file has, and short enough to be stored."""
    plain = re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069/\\]", "", name).strip()
    stem, dot, ending = plain.rpartition(".")
    if len(plain) <= MAX_NAME or not dot:
        return plain[:MAX_NAME] or "file"
    return f"{stem[: MAX_NAME - len(ending) - 1]}.{ending}"
