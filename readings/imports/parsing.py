"""The one entrance for documents: what a text was understood to say.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from readings.imports.addresses import Addresses
from readings.imports.decoding import decode
from readings.imports.formats import LABELS, MARKDOWN, UNKNOWN, recognise
from readings.imports.found import Found
from readings.imports.readers import read_as
from readings.imports.schedules.holidays import holiday_named
from readings.imports.schedules.placing import place_meetings, put_in_order
from readings.imports.schedules.sessions import Dated, Schedule
from readings.imports.schedules.years import (
    FIRST_YEAR,
    LAST_YEAR,
    ArxivMonth,
    TermDay,
    YearFound,
    arxiv_month,
    find_year,
)
from readings.imports.tables import Document
from readings.imports.understood import Entry, Item, Mention, Problem, Understood
from readings.imports.wording.links import identifiers_of
from readings.imports.wording.years import WrittenYear, written_years, year_in_name
from readings.papers.identifiers import (
    FoundIdentifier,
    IdentifierKind,
    find_identifiers,
    parse_identifier,
)

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

    ``format`` (``formats.FORMATS``) is what a person says it is; else it is recognised.  ``year``
    is the year of the first date, if a person gave it; else it is looked for (``years.find_year``),
    and without it the meetings have no dates.  Relative links are read against ``base_url``.
    Takes time linear in the length of the document.
    """
    decoded = decode(document)
    if decoded.text is None:
        return Understood(UNKNOWN, problems=list(decoded.problems))
    found = _read(decoded.text, filename, format, Addresses(base_url))
    found_ids = _found_ids(found.document.lines)
    understood = Understood(found.format, title=found.document.title)
    put_in_order(found.schedule)
    understood.meetings = [dated.session for dated in found.schedule.meetings]
    understood.says = sorted(found.schedule.says)
    understood.entries, understood.offered = found.entries, found.offered
    understood.mentions = list(_mentions(found_ids, understood))
    _settle_year(
        understood, found.schedule, found.document, found_ids, filename=filename, given=year
    )
    place_meetings(found.schedule, understood.year)
    problems = [*decoded.problems, *found.problems, *found.schedule.problems, *understood.problems]
    understood.problems = _sorted(problems, len(found.document.lines))
    return understood


def _read(text: str, filename: str | None, given: str | None, addresses: Addresses) -> Found:
    """Read the text as what it is said to be, else as what it looks like."""
    recognised = recognise(text, filename)
    problems: list[Problem] = []
    if given and given not in LABELS:
        problems.append(Problem(1, "warning", f"There is no format “{given[:40]}”."))
        given = None
    wanted = given if given and given != UNKNOWN else recognised
    if wanted == UNKNOWN:
        found = Found(UNKNOWN, Document(lines=text.split("\n")))
        problems.append(Problem(1, "error", "There is nothing in this document."))
    else:
        found = read_as(wanted, text, addresses)
        if found.is_empty and not any(one.severity == "error" for one in found.problems):
            problems.append(Problem(1, "error", _nothing_found(found, recognised, given)))
    found.problems += problems
    return found


def _nothing_found(found: Found, recognised: str, given: str | None) -> str:
    """Why nothing came of a document, in a sentence."""
    if given and given != recognised:
        return (
            f"Read as {LABELS[given]}, this document has no meeting and no entry. "
            f"It looks like {LABELS[recognised]}."
        )
    if recognised == MARKDOWN and found.document.tables:
        return "No table of this document is a schedule, and it has no list of readings."
    if recognised == MARKDOWN:
        return "There is no schedule and no list of readings in this document."
    return f"This looks like {LABELS[recognised]}, but has no meeting and no entry."


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
    # The rows of a schedule that was too long to be read say nothing of its year.
    lines = document.lines[: max(rows)] if schedule.was_full else document.lines
    found = find_year(
        [_term_day(one) for one in dated],
        written=_written(lines, rows, filename),
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


def _written(lines: Sequence[str], rows: set[int], filename: str | None) -> list[WrittenYear]:
    written = written_years(lines, rows)
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
    found_ids: Sequence[tuple[int, FoundIdentifier]], understood: Understood
) -> Iterator[Mention]:
    """The ids that stand in the document and became no reading, entry or link of one.

    What is only offered is still a mention.
    """
    items = [item for meeting in understood.meetings for item in meeting.agenda]
    works: list[Item | Entry] = [*items, *understood.entries]
    names: set[tuple[str, str]] = {
        (kind, str(one.identifiers[kind]))
        for one in works
        for kind in ("arxiv", "doi")
        if kind in one.identifiers
    }
    left = [
        (line, found.identifier)
        for line, found in found_ids
        if (found.identifier.kind.value, found.identifier.value) not in names
    ]
    if left:  # the others that links lead to: a work may go by two names
        found_in_links = (parse_identifier(link.url) for one in works for link in one.links)
        names |= {(found.kind.value, found.value) for found in found_in_links if found}
    for line, identifier in left:
        if (identifier.kind.value, identifier.value) not in names:
            yield Mention(identifiers_of(identifier), line)


def _sorted(problems: Sequence[Problem], lines: int) -> list[Problem]:
    """The problems by line, each once; of too many, what was not taken rather than warnings."""
    inside = (
        one if 1 <= one.line <= lines else replace(one, line=min(max(one.line, 1), lines))
        for one in problems
    )
    ordered = sorted(dict.fromkeys(inside), key=lambda problem: problem.line)
    if len(ordered) <= MAX_PROBLEMS:
        return ordered
    more = len(ordered) - MAX_PROBLEMS
    last = Problem(ordered[-1].line, "error", f"There are {more} more problems.")
    errors_first = sorted(ordered, key=lambda problem: problem.severity != "error")
    return [*sorted(errors_first[:MAX_PROBLEMS], key=lambda problem: problem.line), last]
