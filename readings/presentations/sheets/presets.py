"""Sheets that courses often have, to start from."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from readings.presentations.models import TakenBy
from readings.presentations.sheets.terms import SheetTerms
from readings.schedule.models import Stage


@dataclass(frozen=True)
class Preset:
    """Rules to start from, and which slots go with them."""

    key: str
    about: str
    terms: SheetTerms
    slots: Mapping[str, Any] = field(default_factory=dict)  # values of the form of slots

    @property
    def name(self) -> str:
        """What it is called."""
        return self.terms.title


def _of_groups(title: str) -> SheetTerms:
    return SheetTerms(title=title, taken_by=TakenBy.GROUP, must_hold=1, may_hold=1)


PRESETS: Final = (
    Preset(
        "papers",
        "each student leads the class through one reading",
        SheetTerms(title="Lead a paper", must_hold=1, may_hold=1, slides_due_hours=24),
        {"source": "readings"},
    ),
    Preset(
        "pitches",
        "groups present what they are up to",
        _of_groups("Pitches"),
        {"source": "presentations", "stage": Stage.PITCH, "minutes": 10},
    ),
    Preset(
        "updates",
        "groups say how far they are",
        _of_groups("Updates"),
        {"source": "presentations", "stage": Stage.UPDATE, "minutes": 10},
    ),
    Preset(
        "finals",
        "groups present what came of it",
        replace(_of_groups("Final talks"), slides_due_hours=24),
        {"source": "presentations", "stage": Stage.FINAL, "minutes": 15},
    ),
    Preset(
        "talks",
        "a tool, a tour, a demonstration",
        SheetTerms(title="Tech talks", may_hold=1),
        {"source": "talks", "seats": 2, "minutes": 20},
    ),
    Preset("own", "rules of your own", SheetTerms(title=""), {"source": "none"}),
)


def preset_called(key: str, taken: Collection[str]) -> Preset:
    """The preset, else the first of which there is no sheet yet."""
    named = (one for one in PRESETS if one.key == key)
    return next(itertools.chain(named, (one for one in PRESETS if one.name not in taken)))


def free_title(title: str, taken: Collection[str]) -> str:
    """``Pitches``, or ``Pitches 2`` where a sheet is called that already."""
    numbered = (f"{title} {number}" for number in itertools.count(2))
    return next(one for one in itertools.chain([title], numbered) if one not in taken)
