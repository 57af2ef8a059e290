"""A preview of an import as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from readings.core.clock import short_date
from readings.imports.merging import links_beside
from readings.imports.plan import ItemStep, MeetingStep, Plan, Step
from readings.imports.understood import Link, Problem, Session, Understood
from readings.schedule.models import Kind, LinkRole, Stage, Status

#: So many meetings and problems are shown; a page of thousands helps nobody.
MOST_SHOWN = 150

_TONES = {"new": "good", "changed": "accent", "moved": "accent", "conflict": "warning"}
_WORDS = {
    "new": "new",
    "changed": "changed",
    "moved": "moved",
    "conflict": "differs",
    "unchanged": "no change",
}


@dataclass(frozen=True)
class Change:
    """What happens to a row, as a badge and a few words."""

    word: str
    tone: str
    note: str


@dataclass(frozen=True)
class ItemRow:
    """One item of a meeting's agenda."""

    kind: str
    kind_name: str
    label: str
    title: str
    beside: str
    identifier: str
    links: list[tuple[str, Link]]
    presenters: str
    required: bool
    change: Change


@dataclass(frozen=True)
class MeetingRow:
    """One meeting; ``opens_week`` where the first of a week stands."""

    week: int
    opens_week: bool
    line: int
    date: str
    date_text: str
    status: str
    items: list[ItemRow]
    change: Change


@dataclass(frozen=True)
class ProblemRow:
    """A problem with the line it is on."""

    problem: Problem
    text: str


@dataclass(frozen=True)
class Preview:
    """Everything the page says about a document."""

    understood: Understood
    counts: dict[str, int]
    summary: str
    meetings: list[MeetingRow]
    hidden_meetings: int
    problems: list[ProblemRow]
    hidden_problems: int


def build_preview(*, understood: Understood, plan: Plan, text: str) -> Preview:
    """What was understood, what it changes, and what was not understood, line by line."""
    shown = plan.meetings[:MOST_SHOWN]
    rows = []
    week = 0
    for step in shown:
        rows.append(_meeting_row(step, opens_week=step.session.week != week))
        week = step.session.week
    problems = problem_rows(understood.problems, text)
    return Preview(
        understood=understood,
        counts=plan.counts,
        summary=summary_of(understood.meetings),
        meetings=rows,
        hidden_meetings=len(plan.meetings) - len(shown),
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


def summary_of(meetings: Sequence[Session]) -> str:
    """``15 weeks, 30 classes (3 holidays), 23 papers``; empty without meetings."""
    if not meetings:
        return ""
    papers = {item.identity for one in meetings for item in one.agenda if item.identity}
    holidays = sum(one.status == "holiday" for one in meetings)
    beside = f" ({_counted(holidays, 'holiday')})" if holidays else ""
    weeks = _counted(len({one.week for one in meetings}), "week")
    classes = _counted(len(meetings), "class", "classes")
    return f"{weeks}, {classes}{beside}, {_counted(len(papers), 'paper')}"


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def _meeting_row(step: MeetingStep, *, opens_week: bool) -> MeetingRow:
    session = step.session
    return MeetingRow(
        week=session.week,
        opens_week=opens_week,
        line=session.line,
        date=short_date(session.date) if session.date else "",
        date_text=session.date_text,
        status=Status(session.status).label if session.status != "class" else "",
        items=[_item_row(item, in_class=session.status == "class") for item in step.items],
        change=_change(step),
    )


def _item_row(step: ItemStep, *, in_class: bool) -> ItemRow:
    item = step.item
    # "Other" beside the name of a holiday says nothing.
    kind = Kind(item.kind).label if in_class or item.kind != "other" else ""
    identity, links = item.identity, links_beside(item)
    words = "" if identity or item.text in {link.label for link in links} else item.text or ""
    shown = {"arxiv": "arXiv:{}", "doi": "doi:{}", "url": "{}"}
    return ItemRow(
        kind=item.kind,
        kind_name=f"{kind}: {Stage(item.stage).label.lower()}" if item.stage else kind,
        label=item.label or "",
        title=item.title or words,
        beside=(item.text or "") if identity else "",
        identifier=shown[identity[0]].format(identity[1]) if identity else "",
        links=[(LinkRole(link.role).label, link) for link in links],
        presenters=", ".join(item.presenters),
        required=item.required,
        change=_change(step, moved_from=step.moved_from),
    )


def _change(step: Step, moved_from: str = "") -> Change:
    note = "; ".join(
        part for part in (f"from {moved_from}" if moved_from else "", step.note) if part
    )
    return Change(_WORDS[step.action], _TONES.get(step.action, ""), note)


def sentence_of(counts: dict[str, Any]) -> str:
    """``53 new, 2 changed``; empty where nothing is to be done."""
    return ", ".join(
        f"{counts[name]} {name}" for name in ("new", "changed", "moved") if counts[name]
    )
