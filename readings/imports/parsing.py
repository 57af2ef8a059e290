"""The one entrance for documents: what a text was understood to say.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readings.imports.decoding import decode
from readings.imports.holidays import holiday_named
from readings.imports.parsers.markdown_table import read_markdown
from readings.imports.placing import place_meetings
from readings.imports.sessions import Dated, Schedule, read_schedule
from readings.imports.tables import Document
from readings.imports.understood import Item, Mention, Problem, Session, Understood
from readings.imports.wording.links import identifiers_of
from readings.imports.wording.years import WrittenYear, written_years, year_in_name
from readings.imports.years import (
    FIRST_YEAR,
    LAST_YEAR,
    ArxivMonth,
    TermDay,
    YearFound,
    arxiv_month,
    find_year,
)
from readings.papers.identifiers import FoundIdentifier, IdentifierKind, find_identifiers

MARKDOWN_TABLE, UNKNOWN = "markdown-table", "unknown"
#: More problems than a person reads; the count of the others is said.
MAX_PROBLEMS = 500


def parse(
    document: str | bytes,
    *,
    filename: str | None = None,
    year: int | None = None,
    format: str | None = None,  # noqa: A002
    base_url: str | None = None,
) -> Understood:
    """What ``document`` says, with the problems at their lines; never raises for what is in it.

    ``year`` is the year of the first date, if a person gave it; else it is looked for
    (``years.find_year``), and without it the meetings have no dates.  Takes time linear in the
    length of the document.
    """
    decoded = decode(document)
    if decoded.text is None:
        return Understood(UNKNOWN, problems=list(decoded.problems))
    markdown = read_markdown(decoded.text)
    schedule = read_schedule(markdown)
    found_ids = _found_ids(markdown.lines)
    understood = Understood(MARKDOWN_TABLE if markdown.tables else UNKNOWN, title=markdown.title)
    understood.meetings = [dated.session for dated in schedule.meetings]
    understood.says = sorted(schedule.says)
    understood.mentions = list(_mentions(found_ids, understood.meetings))
    _settle_year(understood, schedule, markdown, found_ids, filename=filename, given=year)
    place_meetings(schedule, understood.year)
    problems = [*decoded.problems, *markdown.problems, *schedule.problems, *understood.problems]
    if not markdown.tables:
        problems.append(Problem(1, "error", "There is no Markdown table in this document."))
    elif not understood.meetings:
        problems.append(Problem(1, "error", "No table of this document is a schedule."))
    understood.problems = _sorted(problems)
    return understood


def _settle_year(
    understood: Understood,
    schedule: Schedule,
    document: Document,
    found_ids: Sequence[tuple[int, FoundIdentifier]],
    *,
    filename: str | None,
    given: int | None,
) -> None:
    dated = [one for one in schedule.meetings if one.day]
    if not dated:
        return
    line = dated[0].session.line
    newest = _newest(str(found.identifier.value) for _, found in found_ids if _is_arxiv(found))
    rows = {one.session.line for one in schedule.meetings}
    found = find_year(
        [_term_day(one) for one in dated],
        written=_written(document, rows, filename),
        newest=newest,
    )
    understood.year_candidates = list(found.candidates)
    if given is None:
        understood.year, understood.year_reason = found.year, found.reason
        if found.year is None:
            understood.problems.append(
                Problem(line, "error", f"{found.reason} Say which year it is.")
            )
    elif not FIRST_YEAR <= given <= LAST_YEAR:
        understood.problems.append(Problem(line, "error", f"{given} cannot be the year."))
    else:
        understood.year, understood.year_reason = given, "you said so"
        _compare(understood, found, given, line)


def _compare(understood: Understood, found: YearFound, given: int, line: int) -> None:
    if found.candidates and given not in found.candidates:
        reason = found.reason.rstrip(".")
        understood.problems.append(
            Problem(line, "warning", f"{given} does not agree with the document: {reason}.")
        )


def _written(document: Document, rows: set[int], filename: str | None) -> list[WrittenYear]:
    written = written_years(document.lines, rows)
    named = year_in_name(filename) if filename else None
    return [*written, named] if named else written


def _term_day(dated: Dated) -> TermDay:
    if dated.day is None:
        raise ValueError("a meeting without a day says nothing about the year")
    words = " ".join(item.text for item in dated.session.agenda if item.text)
    return TermDay(
        day=dated.day,
        holiday=holiday_named(words, dated.day.month) if dated.session.status != "class" else None,
        newest=_newest(
            str(item.identifiers["arxiv"])
            for item in dated.session.agenda
            if "arxiv" in item.identifiers
        ),
    )


def _newest(arxiv_ids: Iterator[str]) -> ArxivMonth | None:
    months = [arxiv_month(arxiv_id) for arxiv_id in arxiv_ids]
    possible = [month for month in months if 1 <= month.month <= 12 and month.year <= LAST_YEAR]
    return max(possible, key=lambda month: month.key, default=None)


def _is_arxiv(found: FoundIdentifier) -> bool:
    return found.identifier.kind is IdentifierKind.ARXIV


def _found_ids(lines: Sequence[str]) -> list[tuple[int, FoundIdentifier]]:
    return [
        (number, found)
        for number, line in enumerate(lines, start=1)
        if "/" in line or "arxiv" in line.lower()
        for found in find_identifiers(line)
    ]


def _mentions(
    found_ids: Sequence[tuple[int, FoundIdentifier]], meetings: Sequence[Session]
) -> Iterator[Mention]:
    """The ids that stand in the document and are on no agenda of their line."""
    taken = {
        (item.line, *name) for meeting in meetings for item in meeting.agenda
        for name in _names(item)
    }  # fmt: skip
    for line, found in found_ids:
        if (line, found.identifier.kind.value, found.identifier.value) not in taken:
            yield Mention(identifiers_of(found.identifier), line)


def _names(item: Item) -> Iterator[tuple[str, str]]:
    """The names of the work and of what its links lead to."""
    if item.identity:
        yield item.identity
    for link in item.links:
        for found in find_identifiers(link.url):
            yield found.identifier.kind.value, found.identifier.value


def _sorted(problems: Sequence[Problem]) -> list[Problem]:
    ordered = sorted(dict.fromkeys(problems), key=lambda problem: problem.line)
    if len(ordered) <= MAX_PROBLEMS:
        return ordered
    more = len(ordered) - MAX_PROBLEMS
    last = Problem(ordered[MAX_PROBLEMS].line, "error", f"{more} more problems follow.")
    return [*ordered[:MAX_PROBLEMS], last]
