"""References in BibTeX, read by bibtexparser."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import DuplicateBlockKeyBlock, ParsingFailedBlock
from bibtexparser.model import Entry as Reference

from readings.imports.lists.works import Work, tidy, year_in
from readings.imports.understood import Entry, Problem
from readings.papers.identifiers import find_identifiers, parse_identifier

# What it says of broken references is said here as problems, at their lines.
logging.getLogger("bibtexparser").addHandler(logging.NullHandler())
logging.getLogger("bibtexparser").propagate = False

_VENUES = ("booktitle", "journal", "journaltitle", "school", "institution", "publisher", "series")
_NOTES = ("annote", "annotation", "comment", "note")
_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306",
    ".": "\u0307", '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323",
    "c": "\u0327", "k": "\u0328", "b": "\u0331",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ",
    "aa": "å", "AA": "Å", "i": "ı", "j": "ȷ", "textendash": "–", "textemdash": "—",
    "LaTeX": "LaTeX", "TeX": "TeX",
}  # fmt: skip
_ACCENT = re.compile(r"\{?\\(?:([`'^~=.\"])\s*|([uvHcdbkr])(?:\s+|(?=\{)))\{?\\?([A-Za-z])\}?\}?")
_LETTER = re.compile(rf"\\({'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?![A-Za-z])\s*")
_ESCAPED = re.compile(r"\\([&%$#_{}])")
_COMMAND = re.compile(r"\\(?:emph|textit|textbf|textsc|texttt|url|mathrm|text|path)\s*(?=\{)")
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)


def read_bibtex(text: str) -> tuple[list[Entry], list[Problem]]:
    """The references of a BibTeX file as entries, and those that are broken as problems."""
    library = parse_string(text)
    entries = [_entry(reference) for reference in library.entries]
    problems: list[Problem] = []
    for block in library.failed_blocks:
        line = (block.start_line or 0) + 1
        known = getattr(block, "ignore_error_block", None)
        if isinstance(known, Reference):
            entries.append(_entry(known))
            same = isinstance(block, DuplicateBlockKeyBlock)
            said = (
                f"There is another reference with the key “{known.key[:80]}”"
                if same
                else "This reference has a field twice"
            )
            problems.append(Problem(line, "warning", f"{said}; it was taken all the same."))
        elif isinstance(block, ParsingFailedBlock):
            message = "This reference is broken (a brace or quote is missing); it was left out."
            problems.append(Problem(line, "error", message))
    return sorted(entries, key=lambda entry: entry.line), problems


def plain(text: str) -> str:
    """What LaTeX markup in a field stands for: ``{\\"U}ber`` is ``Über``."""
    if "\\" in text:
        text = _ACCENT.sub(_accented, text)
        text = _LETTER.sub(lambda match: _LETTERS[match[1]], text)
        text = _COMMAND.sub("", text)
        text = _ESCAPED.sub(r"\1", text)
    text = text.replace("{", "").replace("}", "").replace("---", "—").replace("--", "–")
    return tidy(text.replace("~", " "))


def _accented(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", match[3] + _ACCENTS[match[1] or match[2]])


def _entry(reference: Reference) -> Entry:
    fields: dict[str, str] = {}
    for field in reference.fields:
        fields.setdefault(field.key.lower(), str(field.value))
    addresses: list[tuple[str, str | None]] = []
    role = "thesis" if reference.entry_type.lower().endswith("thesis") else None
    for name in ("url", "howpublished", "pdf", "file"):
        text = fields.get(name, "").replace("\\", "")
        addresses += [
            (text[found.start : found.end], role) for found in find_identifiers(text, urls=True)
        ]
    venue = next((plain(fields[name]) for name in _VENUES if fields.get(name)), None)
    return Work(
        line=(reference.start_line or 0) + 1,
        title=plain(fields.get("title", "")) or None,
        authors=_names(fields.get("author") or fields.get("editor") or ""),
        venue=venue,
        year=year_in(fields.get("year") or fields.get("date") or ""),
        annotation="\n\n".join(_annotations(fields)),
        names=list(_ids(fields)),
        addresses=addresses,
    ).entry()


def _ids(fields: dict[str, str]) -> Iterator[str]:
    """The texts in which an identifier may stand."""
    eprint = fields.get("eprint", "").strip()
    kind = fields.get("archiveprefix", fields.get("eprinttype", "arxiv")).lower()
    if eprint and kind == "arxiv":
        yield eprint if parse_identifier(eprint) else f"arXiv:{eprint}"
    if fields.get("doi"):
        yield plain(fields["doi"].replace("\\", "")).replace("–", "--").replace(" ", "")
    for name in ("url", "journal", "note", "howpublished", "volume", "number", "ee"):
        if fields.get(name):
            yield " ".join(found for found in _found(fields[name]))


def _found(text: str) -> Iterator[str]:
    for one in find_identifiers(text.replace("\\", "")):
        yield str(one.identifier)


def _annotations(fields: dict[str, str]) -> Iterator[str]:
    """What the person who keeps the list says; not the abstract, nor an id in a note."""
    for name in _NOTES:
        said = plain(fields.get(name, ""))
        if said and not (name == "note" and find_identifiers(said, urls=True)):
            yield said


def _names(authors: str) -> str | None:
    """``Ashish Vaswani, Noam Shazeer`` for ``Vaswani, Ashish and Noam Shazeer``."""
    names = []
    for name in _AND.split(tidy(authors)):
        parts = [part.strip() for part in name.split(",")]
        shown = " ".join([*parts[1:][::-1], parts[0]]) if len(parts) > 1 else name
        names.append(plain(shown))
    return ", ".join(name for name in names if name and name != "others") or None
