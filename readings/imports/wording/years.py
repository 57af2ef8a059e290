"""Years that a document writes, and how much each says about the term of its schedule."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from readings.core.dates import read_dates
from readings.papers.identifiers import find_identifiers


class Weight(IntEnum):
    """How surely a written year is the schedule's."""

    WEAK = 1  # some year: of a conference, of a copyright
    FAIR = 2  # in a heading, or a whole date
    STRONG = 3  # "Fall 2025", "CompilersForAIClass2025"


@dataclass(frozen=True)
class WrittenYear:
    """A year, where it stands and in which words; ``month`` and ``day`` if it is a whole date."""

    year: int
    weight: Weight
    line: int
    where: str  # "the link", "the heading", "line 7"
    words: str
    month: int | None = None
    day: int | None = None


_SEASON = r"(?:spring|summer|fall|autumn|winter|michaelmas|hilary|wise|sose)"
_TERM_WORD = r"(?:semester|term|quarter|session)"
_COURSE = r"(?:class|course|seminar|lectures?|syllabus|reading[\s_-]?group|schedule)"
_FULL = r"(?:19|20)\d\d(?!\d)"
_STRONG = re.compile(
    rf"{_SEASON}[\s_-]*(?:{_TERM_WORD}[\s_-]*)?(?:of\s+)?(?P<season>{_FULL}|['’]?\d\d(?![\d:]))"
    rf"|(?<!\d)(?P<before>(?:19|20)\d\d)[\s_/-]*(?:{_SEASON}|{_TERM_WORD}|{_COURSE})"
    r"|(?<![a-z])(?:fa|sp|su|wi|au)['’]?(?P<short>\d\d)(?![\d\w])"
    r"|(?<![a-z])[fswu]['’](?P<initial>\d\d)(?![\d\w])"
    rf"|(?:{_COURSE}|{_TERM_WORD})[\s_/-]*(?P<course>{_FULL})",
    re.IGNORECASE | re.ASCII,
)
# Without one of these words or signs no line says a year strongly; looking for them first is fast.
_STRONG_WORDS = (
    "spring", "summer", "fall", "autumn", "winter", "michaelmas", "hilary", "wise", "sose",
    "semester", "term", "quarter", "session", "class", "course", "seminar", "lecture", "syllabus",
    "group", "schedule",
)  # fmt: skip
_STRONG_SIGNS = re.compile(r"(?:fa|sp|su|wi|au)['’]?\d\d|[fswu]['’]\d\d")
_PLAIN = re.compile(r"(?<![\d./])(?:19[89]|20\d)\d(?!\d)", re.ASCII)
# "OSDI 2018", "ICML'20", "Chen et al., 2018", "(2018)", "© 2019": the year of something else.
_ELSEWHERE = re.compile(
    r"(?:et al\.?,?\s*\(?|\(|©\s*|\(c\)\s*|copyright\s*|since\s+|updated:?\s*|accessed:?\s*"
    r"|published:?\s*)$",
    re.IGNORECASE,
)
_VENUE = re.compile(r"\b[A-Z]{3,}\w*[\s'’-]*$")
_DATED = re.compile(r"updated|accessed|published|retrieved|copyright|©", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s<>\"()\[\]]+")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s")
_DATE_WORDS = re.compile(r"\b(?:19|20)\d\d\b", re.ASCII)


def written_years(lines: Sequence[str], rows: Collection[int]) -> list[WrittenYear]:
    """The years in ``lines``, the surest first; ``rows`` are the lines (from 1) of the schedule.

    Ids, DOIs and their links write no years.  In the rows of the schedule only "Fall 2025" and the
    like count: what else stands there is about papers.
    """
    found = [
        year
        for number, line in enumerate(lines, start=1)
        if _may_write(line, is_row=number in rows)
        for year in _in_line(_without_ids(line), number, is_row=number in rows)
    ]
    return sorted(found, key=lambda year: (-year.weight, year.line))


def _may_write(line: str, *, is_row: bool) -> bool:
    if not is_row and ("19" in line or "20" in line):
        return True
    lower = line.lower()
    if any(word in lower for word in _STRONG_WORDS) or _STRONG_SIGNS.search(lower):
        return _STRONG.search(line) is not None
    return False


def year_in_name(filename: str) -> WrittenYear | None:
    """The year in the name of a file such as ``fall2025.md``."""
    for match in _STRONG.finditer(filename):
        return WrittenYear(
            _strong_year(match), Weight.STRONG, 1, "the file's name", match.group().strip()
        )
    return None


def _in_line(line: str, number: int, *, is_row: bool) -> Iterator[WrittenYear]:
    is_heading = _HEADING.match(line) is not None
    for match in _URL.finditer(line):
        yield from _in_link(match.group(), number, is_row=is_row)
    text = _URL.sub(" ", line)
    where = "the heading" if is_heading else f"line {number}"
    for match in _STRONG.finditer(text):
        words = match.group().strip(" _-/")
        yield WrittenYear(_strong_year(match), Weight.STRONG, number, where, words)
    if is_row:
        return
    if not _DATED.search(text) and _DATE_WORDS.search(text):
        for day in read_dates(text[:2000]).days:
            if day.year and day.exists:
                yield WrittenYear(
                    day.year, Weight.FAIR, number, where, str(day), day.month, day.day
                )
    text = _STRONG.sub(" ", text)
    for match in _PLAIN.finditer(text):
        before = text[max(0, match.start() - 30) : match.start()]
        of_venue = _VENUE.search(before) is not None
        fair = is_heading and not of_venue
        if fair or not (of_venue or _ELSEWHERE.search(before)):
            weight = Weight.FAIR if fair else Weight.WEAK
            yield WrittenYear(int(match.group()), weight, number, where, match.group())


def _in_link(url: str, number: int, *, is_row: bool) -> Iterator[WrittenYear]:
    for match in _STRONG.finditer(url):
        segment = _segment(url, match.start())
        yield WrittenYear(_strong_year(match), Weight.STRONG, number, "the link", segment)
    if not is_row:
        for match in _PLAIN.finditer(_STRONG.sub(" ", url)):
            yield WrittenYear(int(match.group()), Weight.WEAK, number, "the link", url[:80])


def _segment(url: str, position: int) -> str:
    """The part between slashes in which ``position`` lies."""
    start = url.rfind("/", 0, position) + 1
    end = url.find("/", position)
    return url[start : end if end >= 0 else len(url)].rstrip(".,;)")


def _strong_year(match: re.Match[str]) -> int:
    digits = next(group for group in match.groups() if group).strip("'’")
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _without_ids(line: str) -> str:
    """``line`` with spaces where identifiers of papers stand."""
    if "/" not in line and ":" not in line:
        return line
    for found in find_identifiers(line):
        line = f"{line[: found.start]}{' ' * (found.end - found.start)}{line[found.end :]}"
    return line
