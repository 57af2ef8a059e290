"""A preview of an import as its page shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from readings.imports.planning.steps import Conflict, Plan
from readings.imports.rows import (
    MeetingRow,
    RemovedRow,
    SectionRow,
    meeting_row,
    offered_title,
    removed_row,
    section_row,
)
from readings.imports.understood import Entry, Problem, Session, Understood

#: So many meetings and problems are shown; a page of thousands helps nobody.
MOST_SHOWN = 150
MOST_ENTRIES = 800


@dataclass(frozen=True)
class ProblemRow:
    """A problem with the line it is on."""

    problem: Problem
    text: str


@dataclass(frozen=True)
class OfferedRow:
    """A link in the running text, which is taken if a person says so."""

    line: int
    title: str
    url: str
    section: str
    is_taken: bool


@dataclass(frozen=True)
class Preview:
    """Everything the page says about a document."""

    understood: Understood
    counts: dict[str, int]
    summary: str
    meetings: list[MeetingRow]
    hidden_meetings: int
    sections: list[SectionRow]
    hidden_entries: int
    list_title: str
    removed: list[RemovedRow]
    conflicts: list[Conflict]
    offered: list[OfferedRow]
    problems: list[ProblemRow]
    hidden_problems: int

    @property
    def is_again(self) -> bool:
        """Whether some of it is in the course already."""
        return bool(self.counts["unchanged"])


def build_preview(
    *, understood: Understood, plan: Plan, text: str, taken: Iterable[int] = ()
) -> Preview:
    """What was understood, what it changes, and what was not understood, line by line.

    ``taken`` are the lines of the links in prose that a person wanted.
    """
    shown = plan.meetings[:MOST_SHOWN]
    rows = []
    week = 0
    for step in shown:
        rows.append(meeting_row(step, opens_week=step.session.week != week))
        week = step.session.week
    sections, hidden_entries = _sections(plan)
    problems = problem_rows(understood.problems, text)
    return Preview(
        understood=understood,
        counts=plan.counts,
        summary=summary_of(understood),
        meetings=rows,
        hidden_meetings=len(plan.meetings) - len(shown),
        sections=sections,
        hidden_entries=hidden_entries,
        list_title=plan.list_title,
        removed=[removed_row(step) for step in plan.removed],
        conflicts=plan.conflicts,
        offered=_offered(understood.offered, set(taken)),
        problems=problems,
        hidden_problems=len(understood.problems) - len(problems),
    )


def problem_rows(problems: Sequence[Problem], text: str) -> list[ProblemRow]:
    """The first problems, each with the text of its line."""
    lines = text.split("\n")
    rows = []
    for problem in problems[:MOST_SHOWN]:
        line = lines[problem.line - 1].strip() if problem.line <= len(lines) else ""
        rows.append(ProblemRow(problem, line if len(line) <= 240 else f"{line[:239]}…"))
    return rows


def summary_of(understood: Understood) -> str:
    """``15 weeks, 30 classes (3 holidays), 23 papers; a reading list of 40 entries``."""
    parts = [_schedule_summary(understood.meetings)] if understood.meetings else []
    if understood.entries:
        sections = len({tuple(entry.section) for entry in understood.entries})
        within = f" in {sections} sections" if sections > 1 else ""
        entries = _counted(len(understood.entries), "entry", "entries")
        parts.append(f"a reading list of {entries}{within}")
    said = "; ".join(parts)
    return said[:1].upper() + said[1:]


def _schedule_summary(meetings: Sequence[Session]) -> str:
    papers = {item.identity for one in meetings for item in one.agenda if item.identity}
    holidays = sum(one.status == "holiday" for one in meetings)
    beside = f" ({_counted(holidays, 'holiday')})" if holidays else ""
    weeks = _counted(len({one.week for one in meetings}), "week")
    classes = _counted(len(meetings), "class", "classes")
    return f"{weeks}, {classes}{beside}, {_counted(len(papers), 'paper')}"


def _sections(plan: Plan) -> tuple[list[SectionRow], int]:
    """The sections with their first entries, and how many are left out."""
    rows: list[SectionRow] = []
    depths: dict[str, int] = {}
    shown = hidden = 0
    for step in plan.sections:
        if shown >= MOST_ENTRIES:
            hidden += len(step.entries)
        else:
            rows.append(section_row(step, depths))
            shown += len(step.entries)
    return rows, hidden


def _offered(offered: Sequence[Entry], taken: set[int]) -> list[OfferedRow]:
    return [
        OfferedRow(
            line=entry.line,
            title=offered_title(entry),
            url=entry.links[0].url if entry.links else "",
            section=" › ".join(entry.section),
            is_taken=entry.line in taken,
        )
        for entry in offered[:MOST_SHOWN]
    ]


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}"
