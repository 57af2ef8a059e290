"""Running ``text.py`` on a PDF, within limits, and understanding what came of it."""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

logger = logging.getLogger(__name__)

_PROJECT = Path(__file__).resolve().parents[2]
_SNIFFED_BYTES = 1024  # readers look for the header this far in (PDF 32000-1, annex H.3.4.1)


class Unreadable(StrEnum):
    """Why a PDF has no text for us, as the end of a sentence that begins with "The PDF"."""

    EMPTY = "is empty"
    WEB_PAGE = "is a web page, not a PDF"
    NOT_PDF = "is not a PDF"
    ENCRYPTED = "is encrypted and needs a password"
    DAMAGED = "is damaged, or made in a way we cannot read"
    TOO_SLOW = "took too long to read"
    TOO_BIG = "needs too much memory to read"
    NO_TEXT = "has no text (a scan?)"


@dataclass(frozen=True)
class Limits:
    """What reading one PDF may take; a paper of 30 pages takes 1 s and 80 MB."""

    cpu_seconds: int = 120
    wall_seconds: float = 300.0
    memory_bytes: int = 1024**3
    output_bytes: int = 64 * 1024**2


@dataclass(frozen=True)
class PdfText:
    """What was read of a PDF.

    ``page_count`` is None when it could not even be opened; ``pages`` holds the text of pages 1, 2,
    ... and may end early; a page without text is an empty string.  ``problem`` says, in words, what
    is missing: one of ``Unreadable`` or which pages; empty when all went well.
    """

    page_count: int | None
    pages: tuple[str, ...] = ()
    outline: list[dict[str, Any]] = field(default_factory=list)
    problem: str = ""

    @property
    def has_text(self) -> bool:
        """Whether there is anything to search, quote and count."""
        return any(self.pages)


def recognise(beginning: bytes) -> Unreadable | None:
    """Why the file that begins so (1 KB suffices) cannot be a PDF, or None if it looks like one."""
    beginning = beginning[:_SNIFFED_BYTES]
    if not beginning:
        return Unreadable.EMPTY
    if b"%PDF-" in beginning:
        return None
    start = beginning.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<?xml", b"<!--")):
        return Unreadable.WEB_PAGE
    return Unreadable.NOT_PDF


def read_pdf(path: Path, limits: Limits | None = None) -> PdfText:
    """The pages of the PDF at ``path``, read in a subprocess within ``limits``.

    Pages read before a limit was reached are kept, and ``problem`` says so.  Never raises for
    anything that is in the file.
    """
    limits = limits or Limits()
    with path.open("rb") as file:
        if reason := recognise(file.read(_SNIFFED_BYTES)):
            return PdfText(page_count=None, problem=reason)
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        ending = _run(path, limits, output, errors)
        output.seek(0)
        lines = list(_complete_lines(output))
        if ending is _Ending.CRASHED:
            errors.seek(0)
            said = errors.read(4000).decode("utf-8", "replace")
            logger.error("reading %s ended unexpectedly: %s", path.name, said[-1500:])
    return _understood(lines, ending)


class _Ending(StrEnum):
    REGULAR = "regular"
    TOO_SLOW = "too slow"
    CRASHED = "crashed"


def _run(path: Path, limits: Limits, output: BinaryIO, errors: BinaryIO) -> _Ending:
    """Run the reader to its end or to the end of its time."""
    try:
        finished = subprocess.run(  # noqa: S603 (our own program on a path of ours)
            [
                sys.executable,
                "-m",
                "readings.papers.text",
                str(path.resolve()),
                f"--cpu-seconds={limits.cpu_seconds}",
                f"--memory-bytes={limits.memory_bytes}",
                f"--output-bytes={limits.output_bytes}",
            ],
            cwd=_PROJECT,
            # Its own environment: whoever breaks the reader finds no password there.
            env={"PYTHONIOENCODING": "utf-8", "MALLOC_ARENA_MAX": "2"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            timeout=limits.wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _Ending.TOO_SLOW
    if finished.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return _Ending.TOO_SLOW
    return _Ending.REGULAR if finished.returncode == 0 else _Ending.CRASHED


def _complete_lines(output: Iterable[bytes]) -> Iterable[dict[str, Any]]:
    """The lines that were written to their end: the last one may have been cut."""
    for line in output:
        if line.endswith(b"\n"):
            yield json.loads(line)


def _understood(lines: list[dict[str, Any]], ending: _Ending) -> PdfText:
    """What the lines of ``text.py`` and the way it ended say about the file."""
    page_count: int | None = None
    pages: list[str] = []
    unread: list[int] = []
    outline: list[dict[str, Any]] = []
    failure: Unreadable | None = None
    for line in lines:
        if "page_count" in line:
            page_count = line["page_count"]
        elif "text" in line:
            pages.append(line["text"])
        elif "unread" in line:
            pages.append("")
            unread.append(len(pages))
        elif "outline" in line:
            outline = line["outline"]
        elif "failure" in line:
            failure = _FAILURES[line["failure"]]
    if failure is None and ending is not _Ending.REGULAR:
        failure = Unreadable.TOO_SLOW if ending is _Ending.TOO_SLOW else Unreadable.DAMAGED
    problem = _problem(page_count, pages, unread, failure)
    return PdfText(page_count, tuple(pages), outline, problem)


_FAILURES = {
    "encrypted": Unreadable.ENCRYPTED,
    "damaged": Unreadable.DAMAGED,
    "memory": Unreadable.TOO_BIG,
}


def _problem(
    page_count: int | None, pages: list[str], unread: list[int], failure: Unreadable | None
) -> str:
    """What is missing, in words for the paper page."""
    if not any(pages):
        if failure is None and page_count is not None and not unread:
            return Unreadable.NO_TEXT
        return failure or Unreadable.DAMAGED
    if page_count and len(pages) < page_count:
        why = failure or "is very long"
        return f"{why}: only the first {len(pages)} of {page_count} pages have their text"
    if unread:
        return f"has {_pages_in_words(unread)} whose text could not be read"
    return ""


def _pages_in_words(numbers: list[int]) -> str:
    """``a page (3)``, ``pages (3, 5)``, ``12 pages (the first is 3)``."""
    if len(numbers) == 1:
        return f"a page ({numbers[0]})"
    if len(numbers) <= 5:
        return f"pages ({', '.join(map(str, numbers))})"
    return f"{len(numbers)} pages (the first is {numbers[0]})"
