"""The sample course's term: what happens when, laid around any day.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from readings.schedule.models import Kind, Stage, Status

MONDAY: Final = 0
WEDNESDAY: Final = 2
MEETING_DAYS: Final = (MONDAY, WEDNESDAY)
CURRENT_WEEK: Final = 5  # the week of the next class: some papers are behind, most are to come
WEEKS: Final = 15

# The readings by the label under which the class knows them; every spelling is a fact.
PAPERS: Final = {
    "DSPy": "arXiv:2310.03714",
    "TVM": "arXiv:1802.04799",
    "MTP": "arXiv:2405.08965",
    "Relay": "arXiv:1904.08368",
    "GEPA": "arXiv:2507.19457",
    "Ansor": "arXiv:2006.06762",
    "PyTorch2": "doi:10.1145/3620665.3640366",
    "TorchBench": "arXiv:2304.14226",
    "TorchTitan": "arXiv:2410.06511",
    "ECLIP": "arXiv:2506.12598",
    "Triton": "doi:10.1145/3315508.3329973",
    "Geak": "arXiv:2507.23194",
    "OpFusion": "arXiv:2301.13062",
    "MemSafeXLA": "arXiv:2206.14148",
    "MLIR": "arXiv:2002.11054",
    "Glow": "arXiv:1805.00907",
    "EffPagedAttn": "arXiv:2309.06180",
    "EffLLMServ": "arXiv:2503.18292",
    "NvidiaAmpere": "arXiv:2208.11174",
    "AMDsDTW": "arXiv:2403.06931",
    "TPUs": "arXiv:2304.01433",
    "MTIA": "doi:10.1145/3579371.3589348",
    "MLFleet": "arXiv:2502.06982",
}

OPTIONAL: Final = frozenset({"AMDsDTW"})
CODE: Final = {
    "DSPy": "https://github.com/stanfordnlp/dspy",
    "TVM": "https://github.com/apache/tvm",
    "MTP": "https://github.com/jaseci-labs/jaseci",
    "GEPA": "https://github.com/gepa-ai/gepa",
    "PyTorch2": "https://github.com/pytorch/pytorch",
    "TorchBench": "https://github.com/pytorch/benchmark",
    "TorchTitan": "https://github.com/pytorch/torchtitan",
    "Triton": "https://github.com/triton-lang/triton",
    "MLIR": "https://mlir.llvm.org",
    "Glow": "https://github.com/pytorch/glow",
    "EffPagedAttn": "https://github.com/vllm-project/vllm",
}


@dataclass(frozen=True)
class Item:
    """One agenda item: a reading by its label, or words."""

    kind: Kind
    label: str = ""
    words: str = ""
    stage: Stage | None = None


@dataclass(frozen=True)
class Class:
    """What one meeting has on its agenda."""

    items: tuple[Item, ...]
    status: Status = Status.CLASS


@dataclass(frozen=True)
class PlannedWeek:
    """A week: its topic, and a class for each of ``MEETING_DAYS``."""

    topic: str
    classes: tuple[Class, Class]


@dataclass(frozen=True)
class PlannedMeeting:
    """A class on its date."""

    week: int
    meets_on: dt.date
    plan: Class
    is_repeat: bool = False  # a longer term goes round again


@dataclass(frozen=True)
class Term:
    """The whole term."""

    name: str  # "Fall 2025"
    starts_on: dt.date
    ends_on: dt.date
    topics: tuple[str, ...]  # of the weeks, in order
    meetings: tuple[PlannedMeeting, ...]


def _reads(*labels: str) -> Class:
    return Class(tuple(Item(Kind.PAPERS, label=label) for label in labels))


def _says(kind: Kind, words: str, stage: Stage | None = None) -> Class:
    return Class((Item(kind, words=words, stage=stage),))


def _is_off(words: str) -> Class:
    return Class((Item(Kind.OTHER, words=words),), Status.HOLIDAY)


_PITCHES: Final = _says(Kind.PRESENTATIONS, "Groups pitch their projects", Stage.PITCH)
_UPDATES: Final = _says(Kind.PRESENTATIONS, "Groups report on their projects", Stage.UPDATE)
_TALKS: Final = _says(Kind.TECH_TALK, "Repository tours: how a real compiler is laid out")

PLAN: Final = (
    PlannedWeek(
        "Beginnings",
        (
            _says(Kind.LECTURE, "How this seminar works, and how to read a paper for it"),
            _says(Kind.LECTURE, "What a compiler for AI has to do"),
        ),
    ),
    PlannedWeek(
        "Foundations",
        (
            _is_off("Public holiday, no class"),
            _says(Kind.LECTURE, "From a graph of operators to kernels, and what runs them"),
        ),
    ),
    PlannedWeek(
        "Prompts and tensors as programs",
        (_says(Kind.OPEN, "Open: bring a paper you would like to add"), _reads("DSPy", "TVM")),
    ),
    PlannedWeek(
        "Languages in between, and search", (_reads("MTP", "Relay"), _reads("GEPA", "Ansor"))
    ),
    PlannedWeek(
        "PyTorch, and sharing a GPU",
        (_reads("PyTorch2", "TorchBench"), _reads("TorchTitan", "ECLIP")),
    ),
    PlannedWeek(
        "Kernels, fusion, memory", (_reads("Triton", "Geak"), _reads("OpFusion", "MemSafeXLA"))
    ),
    PlannedWeek("Project pitches", (_PITCHES, _PITCHES)),
    PlannedWeek("Infrastructure", (_is_off("Study break, no class"), _reads("MLIR", "Glow"))),
    PlannedWeek("Inside a repository", (_TALKS, _TALKS)),
    PlannedWeek(
        "Serving, and the silicon below",
        (_reads("EffPagedAttn", "EffLLMServ"), _reads("NvidiaAmpere", "AMDsDTW")),
    ),
    PlannedWeek("Project updates", (_UPDATES, _UPDATES)),
    PlannedWeek(
        "Accelerators by the thousand",
        (
            _reads("TPUs", "MTIA"),
            Class(
                (
                    Item(Kind.PAPERS, label="MLFleet"),
                    Item(Kind.GUEST, words="A guest who runs such a fleet (to be confirmed)"),
                )
            ),
        ),
    ),
    PlannedWeek("Inside a repository, again", (_TALKS, _TALKS)),
    PlannedWeek(
        "Room to breathe",
        (
            _says(Kind.FLEX, "Flex day: what we did not get to"),
            _is_off("Recess, no class"),
        ),
    ),
    PlannedWeek(
        "The end",
        (
            _says(Kind.PRESENTATIONS, "Groups present their projects", Stage.FINAL),
            _says(Kind.LECTURE, "Looking back, and what to read next"),
        ),
    ),
)


def term_around(today: dt.date, *, weeks: int = WEEKS) -> Term:
    """A term of ``weeks`` weeks in which the next class is in ``CURRENT_WEEK``.

    "Next" is today or later.  A shorter term has it in its last week; a longer one goes through
    the plan again, where each reading is a second look at the same reading.
    """
    next_class = next(
        day for day in (today + dt.timedelta(days) for days in range(7)) if _has_class(day)
    )
    first_monday = next_class - dt.timedelta(
        days=next_class.weekday(), weeks=min(weeks, CURRENT_WEEK) - 1
    )
    meetings = tuple(_meetings(first_monday, weeks))
    return Term(
        name=_name(first_monday),
        starts_on=first_monday,
        ends_on=meetings[-1].meets_on,
        topics=tuple(PLAN[number % len(PLAN)].topic for number in range(weeks)),
        meetings=meetings,
    )


def _has_class(day: dt.date) -> bool:
    return day.weekday() in MEETING_DAYS


def _meetings(first_monday: dt.date, weeks: int) -> Iterator[PlannedMeeting]:
    for number in range(weeks):
        planned = PLAN[number % len(PLAN)]
        for weekday, plan in zip(MEETING_DAYS, planned.classes, strict=True):
            yield PlannedMeeting(
                week=number + 1,
                meets_on=first_monday + dt.timedelta(days=weekday, weeks=number),
                plan=plan,
                is_repeat=number >= len(PLAN),
            )


def _name(first_monday: dt.date) -> str:
    seasons = {1: "Winter", 5: "Summer", 8: "Fall"}  # by the month from which on
    season = next(
        seasons[month] for month in sorted(seasons, reverse=True) if first_monday.month >= month
    )
    return f"{season} {first_monday.year}"
