"""From the bytes or characters that came in to text that can be parsed.  Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from readings.imports.understood import Problem

#: Longer documents are refused; a course's are a thousand times shorter, and 10 MB take seconds.
MAX_LENGTH = 10 * 1024 * 1024

_MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
)
_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_LINE_END = re.compile(r"\r\n?")
# NBSP and its relatives stand between words; marks of no width stand anywhere.
_SPACE = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
_NOTHING = re.compile("[\ufeff\u200b\u2060]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# UTF-8 that was once read as Windows-1252: "Ã©", "â€™", "â†’".
_HIGH = "".join(bytes([byte]).decode("cp1252", errors="replace") for byte in range(0x80, 0xC0))
_FOLLOWING = re.escape(_HIGH.replace("\ufffd", "")) + "\x80-\xbf"
_MOJIBAKE = re.compile(f"[ÂÃ][{_FOLLOWING}]|[à-ï][{_FOLLOWING}]{{2}}|ð[{_FOLLOWING}]{{3}}")
# So many control characters in a hundred are no text.
_BINARY_SHARE = 0.02
_A_FEW = 5


@dataclass(frozen=True)
class Decoded:
    """The text with plain line ends and spaces; None where it is no text, ``problems`` say why."""

    text: str | None
    problems: tuple[Problem, ...] = ()


def decode(document: str | bytes) -> Decoded:
    """Characters as the parsers want them: lines end in ``\\n``, a space is a space.

    The number of lines is what an editor shows.  Bytes that are no UTF-8 (or UTF-16 with its mark)
    are read as Windows-1252, which is said.
    """
    if len(document) > MAX_LENGTH:
        return _refused(f"This is longer than {MAX_LENGTH // 1_000_000} MB and was not read.")
    if isinstance(document, bytes):
        return _decode_bytes(document)
    return _tidy(document, [])


def _decode_bytes(document: bytes) -> Decoded:
    for magic, name in _MAGIC:
        if document.startswith(magic):
            return _refused(f"This is {name}, not text.")
    for mark, encoding in _BYTE_ORDER_MARKS:
        if document.startswith(mark):
            return _tidy(document[len(mark) :].decode(encoding, errors="replace"), [])
    wide = _wide_encoding(document)
    if wide:
        return _tidy(document.decode(wide, errors="replace"), [])
    try:
        return _tidy(document.decode(), [])
    except UnicodeDecodeError as error:
        if b"\x00" in document:
            return _refused("This is no text.")
        line = document.count(b"\n", 0, error.start) + 1
        problem = Problem(
            line, "warning", "This line is not UTF-8; the document was read as Windows-1252."
        )
        return _tidy(document.decode("cp1252", errors="replace"), [problem])


def _wide_encoding(document: bytes) -> str | None:
    """UTF-16 without its mark: in the text of a course, every second byte is then zero."""
    sample = document[:2_000]
    half = len(sample) // 2
    for encoding, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if half > 1 and zeros.count(0) > 0.7 * half and sample.count(0) < 0.6 * len(sample):
            return encoding
    return None


def _tidy(text: str, problems: list[Problem]) -> Decoded:
    controls = len(_CONTROL.findall(text))
    if controls > max(_A_FEW, _BINARY_SHARE * len(text)):
        return _refused("This is no text.")
    text = _LINE_END.sub("\n", text)
    text = _NOTHING.sub("", _SPACE.sub(" ", _CONTROL.sub("\ufffd", text)))
    text = _SURROGATE.sub("\ufffd", text)
    for said, found in (
        ("looks like a wrong encoding; kept as is", _MOJIBAKE.search(text)),
        ("stands for characters that are no text", re.search("\ufffd", text)),
    ):
        if found:
            line = text.count("\n", 0, found.start()) + 1
            problems.append(Problem(line, "warning", f"“{found.group()}” {said}."))
    return Decoded(text, tuple(problems))


def _refused(message: str) -> Decoded:
    return Decoded(None, (Problem(1, "error", message),))
