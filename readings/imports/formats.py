"""What sort of document a text is: told by what is in it, its file's name being a hint.  Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import dropwhile, pairwise
from pathlib import PurePath

from readings.core.dates import read_dates
from readings.imports.parsers.csv_table import find_delimiter
from readings.imports.parsers.front_matter import split_front_matter
from readings.imports.parsers.links import is_listing
from readings.papers.identifiers import find_identifiers, parse_identifier

UNKNOWN = "unknown"
MARKDOWN = "markdown"
MARKDOWN_TABLE = "markdown-table"
MARKDOWN_LIST = "markdown-list"
MARKDOWN_DEFINITIONS = "markdown-definitions"
YAML, TOML, CSV, HTML = "yaml", "toml", "csv", "html"
BIBTEX, RIS, CSL_JSON, JSON, LINKS = "bibtex", "ris", "csl-json", "json", "links"

#: What a person may say a document is, and the words for it.
FORMATS = (
    (MARKDOWN, "Markdown"),
    (MARKDOWN_TABLE, "Markdown, a schedule"),
    (MARKDOWN_LIST, "Markdown, a reading list"),
    (MARKDOWN_DEFINITIONS, "Markdown, a schedule of dated definitions"),
    (YAML, "YAML"),
    (TOML, "TOML"),
    (CSV, "CSV"),
    (HTML, "HTML"),
    (BIBTEX, "BibTeX"),
    (RIS, "RIS"),
    (CSL_JSON, "CSL-JSON (Zotero)"),
    (JSON, "JSON"),
    (LINKS, "Links or ids, one a line"),
)
LABELS = {**dict(FORMATS), UNKNOWN: "nothing that is known"}

# So much of a text shows what it is.
_SAMPLE = 200_000
_LINES = 400

_BIBTEX = re.compile(
    r"^[ \t]*@(?:string|comment|preamble|[a-z]+[ \t]*[{(][^\s,{}]+[ \t]*,)", re.I | re.M
)
_RIS = re.compile(r"^[ \t]*TY {0,2}- ?[A-Z]{3,6}[ \t]*$", re.M)
_JSON = re.compile(r"\s*(?:\[\s*(?:[{\]])|\{\s*[\"}])")
_CSL = re.compile(r'"(?:issued|container-title|citation-key|title-short|DOI|event-title)"\s*:'
                  r'|"type"\s*:\s*"(?:article|book|chapter|paper|thesis|report|post)')  # fmt: skip
_HTML = re.compile(r"\s*(?:<!--.*?-->\s*|<\?xml.*?\?>\s*)*"
                   r"<(?:!doctype\s+html|html|head|body|table|thead|tbody|tr)\b",
                   re.I | re.S)  # fmt: skip
_MARKDOWN_TABLE = re.compile(
    r"^[ \t>]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*$", re.M
)
_MARKDOWN = re.compile(r"^[ \t>]{0,6}(?:#{1,6} |[-*+] |\d{1,3}[.)] |```)|\]\(|^\|.*\|", re.M)
_DEFINITION = re.compile(r"^([^\s:|#>\-*+][^\n]*)\n+[ \t]{0,3}: {0,3}\S", re.M)
_TOML = re.compile(
    r"^[ \t]*(?:\[\[[\w.\"' -]+\]\]|\[[\w.\"'-]+\]|[\w\"'.-]+[ \t]*=[ \t]*[\"'\[{\d tf].*)$", re.M
)
_YAML_KEY = re.compile(r"^[ \t]*(?:- +)?[\w\"'][\w\"' /-]{0,60}:(?:[ \t]|$)")
_YAML_LINE = re.compile(r"^[ \t]*(?:#|- |-$|---|\.\.\.|[}\]])")
_HEADS = re.compile(
    r"date|week|session|title|paper|topic|author|reading|presenter|speaker|url|link|doi|arxiv|year",
    re.IGNORECASE,
)
_ENDINGS = {
    ".bib": BIBTEX, ".bibtex": BIBTEX, ".ris": RIS, ".yml": YAML, ".yaml": YAML, ".toml": TOML,
    ".csv": CSV, ".tsv": CSV, ".html": HTML, ".htm": HTML,
}  # fmt: skip


def recognise(text: str, filename: str | None = None) -> str:
    """The format of ``text``; for Markdown just ``markdown``, what is in it being seen later.

    What stands in the text decides; its file's name only where that could be two things.
    """
    sample = text[:_SAMPLE]
    lines = [line for line in sample.split("\n") if line.strip()][:_LINES]
    if not lines:
        return UNKNOWN
    for name, is_such in _SURE:
        if is_such(sample, lines):
            return name
    hint = _ENDINGS.get(PurePath(filename).suffix.lower()) if filename else None
    if hint in {YAML, TOML, CSV}:
        return hint
    for name, is_such in _LIKELY:
        if is_such(sample, lines):
            return name
    return MARKDOWN


def _is_json(sample: str, _lines: Sequence[str]) -> bool:
    return _JSON.match(sample) is not None and '"' in sample


def _is_csl(sample: str, lines: Sequence[str]) -> bool:
    return _is_json(sample, lines) and _CSL.search(sample) is not None


def _is_bibtex(sample: str, _lines: Sequence[str]) -> bool:
    found = _BIBTEX.search(sample)
    before = sample[: found.start()] if found else ""
    return found is not None and not _MARKDOWN.search(before) and "```" not in sample


def _is_html(sample: str, _lines: Sequence[str]) -> bool:
    return _HTML.match(sample) is not None and not _MARKDOWN_TABLE.search(sample)


def _is_toml(_sample: str, lines: Sequence[str]) -> bool:
    if lines[0].strip() == "+++":
        return False  # front matter of Markdown
    matching = sum(_TOML.match(line) is not None for line in lines)
    return matching >= 2 and 2 * matching >= len(lines)


def _is_definitions(sample: str, _lines: Sequence[str]) -> bool:
    front = split_front_matter(sample)
    body = front.body if front else sample
    return any(read_dates(match[1]).days for match in _DEFINITION.finditer(body))


def _is_yaml(sample: str, lines: Sequence[str]) -> bool:
    if _MARKDOWN_TABLE.search(sample) or any(line.startswith("#" * 2) for line in lines):
        return False
    front = split_front_matter(sample)
    if front and front.body.strip():
        return False
    keys = sum(_YAML_KEY.match(line) is not None for line in lines)
    other = sum(_YAML_LINE.match(line) is not None and not _YAML_KEY.match(line) for line in lines)
    indented = sum(line.startswith("  ") for line in lines)
    nested = any(
        _YAML_KEY.match(one) and _YAML_KEY.match(below) and _goes_on(one, below)
        for one, below in pairwise(lines)
    )
    return nested and keys >= 3 and 2 * (keys + max(other, indented - keys)) >= len(lines) and (
        2 * keys >= len(lines) or keys + indented >= len(lines)
    )  # fmt: skip


def _goes_on(line: str, below: str) -> bool:
    """Whether the key below belongs to the same record, or to one inside it: no list of words."""
    starts_item = below.lstrip().startswith("-")
    if _indent(below) > _indent(line):
        return line.rstrip().endswith(":")
    return not starts_item and _indent(below) == _indent(line)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" -"))


def _is_csv(sample: str, lines: Sequence[str]) -> bool:
    if _MARKDOWN_TABLE.search(sample) or lines[0].lstrip().startswith("|"):
        return False
    rows = list(dropwhile(lambda line: line.lstrip().startswith("#"), lines))
    delimiter = find_delimiter(rows)
    if delimiter is None or delimiter == "|":
        return False
    heads = [head.strip(" \"'") for head in rows[0].split(delimiter)]
    named = sum(_HEADS.search(head) is not None and len(head) < 40 for head in heads)
    return named > 1 or (named == 1 and len(heads) > 1 and all(len(head) < 40 for head in heads))


def _is_links(_sample: str, lines: Sequence[str]) -> bool:
    """Mostly lines of ids and links with few words, and none of Markdown's marks."""
    if any(_MARKDOWN.search(line) for line in lines if not line.lstrip().startswith("# ")):
        return False
    with_ids = sum(
        bool(find_identifiers(line[:2_000], urls=True)) or _spells_ids(line) for line in lines
    )
    return (
        with_ids > 0 and 3 * with_ids >= len(lines) and not any(len(line) > 500 for line in lines)
    )


def _spells_ids(line: str) -> bool:
    words = re.split(r"[\s,;]+", line.strip())[:50]
    return any(parse_identifier(word) is not None for word in words if any(map(str.isdigit, word)))


_SURE = (
    (MARKDOWN, lambda sample, _lines: "<!-- Seminar:" in sample),  # an export says what it is
    (RIS, lambda sample, _lines: _RIS.search(sample) is not None),
    (BIBTEX, _is_bibtex),
    (CSL_JSON, _is_csl),
    (JSON, _is_json),
    (HTML, _is_html),
    (LINKS, lambda _sample, lines: is_listing(lines)),
    (MARKDOWN_DEFINITIONS, _is_definitions),
)
_LIKELY = ((TOML, _is_toml), (YAML, _is_yaml), (CSV, _is_csv), (LINKS, _is_links))
