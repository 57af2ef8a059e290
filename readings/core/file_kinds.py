"""What a file is, by its name and by what is in it, and which are taken.  Pure."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Final

MAX_NAME: Final = 200  # characters
MEGABYTE: Final = 1024 * 1024
_HEAD: Final = 64 * 1024


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


def _names_in(head: bytes, file: IO[bytes]) -> set[str]:
    """What a ZIP archive says is in it; nothing where it is none."""
    if not head.startswith(b"PK\x03\x04"):
        return set()
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as archive:  # reads its list of contents only
            return set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return set()


def _zipped(*members: str) -> Callable[[bytes, IO[bytes]], bool]:
    return lambda head, file: set(members) <= _names_in(head, file)


def _is_keynote(head: bytes, file: IO[bytes]) -> bool:
    # Of 2014 and later; of 2013; of before.
    signs = {"Index/Document.iwa", "Index.zip", "index.apxl", "index.apxl.gz"}
    return not signs.isdisjoint(_names_in(head, file))


def _is_zip(head: bytes, file: IO[bytes]) -> bool:
    return bool(_names_in(head, file))


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
    "odp": FileKind(
        "application/vnd.oasis.opendocument.presentation", _zipped("mimetype", "content.xml")
    ),
    "key": FileKind("application/vnd.apple.keynote", _is_keynote),
    "zip": FileKind("application/zip", _is_zip),
}  # fmt: skip


class WrongFile(ValueError):
    """This file is not taken; ``str()`` is the sentence that says why."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which files one place takes, and how it speaks of them."""

    kinds: Mapping[str, FileKind]  # by ending
    megabytes: int  # each
    words: str  # "PDF and pictures (PNG, JPG)"
    do: str = "attach"
    done: str = "attached"

    @property
    def most(self) -> int:
        """The most bytes a file may have."""
        return self.megabytes * MEGABYTE

    @property
    def accept(self) -> str:
        """What a browser offers to choose from."""
        return ",".join(f".{ending}" for ending in self.kinds)

    @property
    def sentence(self) -> str:
        """What may be chosen instead."""
        return f"You can {self.do} {self.words}, up to {self.megabytes} MB each."

    def kind_of(self, name: str, size: int, file: IO[bytes]) -> FileKind:
        """What the file is; raises ``WrongFile`` where it is not taken here."""
        if size == 0:
            raise WrongFile(f"“{name}” is empty: was it saved before it was chosen?")
        if size > self.most:
            raise self.too_large(name)
        kind = self.kinds.get(ending_of(name))
        if kind is None:
            raise WrongFile(f"“{name}” cannot be {self.done}. {self.sentence}")
        file.seek(0)
        if not kind.fits(file.read(_HEAD), file):
            raise WrongFile(
                f"“{name}” is not what its name says: there is no {ending_of(name).upper()} in it. "
                f"{self.sentence}"
            )
        return kind

    def too_large(self, name: str) -> WrongFile:
        """What is said of a file over the limit."""
        return WrongFile(f"“{name}” is larger than {self.megabytes} MB. {self.sentence}")


def kinds_named(*endings: str) -> dict[str, FileKind]:
    """The kinds of files with these endings."""
    return {ending: KINDS[ending] for ending in endings}


def ending_of(name: str) -> str:
    """What stands behind the last dot, in small letters."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def tidy_name(name: str, *, longest: int = MAX_NAME) -> str:
    """The name without what no name of a file has, and short enough to be stored."""
    plain = re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069/\\]", "", name).strip()
    stem, dot, ending = plain.rpartition(".")
    if len(plain) <= longest or not dot:
        return plain[:longest] or "file"
    return f"{stem[: longest - len(ending) - 1]}.{ending}"
