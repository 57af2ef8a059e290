"""The three sides of one step, and the conflicts in it, as a person decided them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from readings.imports.planning.merging import Values, merge
from readings.imports.planning.steps import Conflict, Step, settled
from readings.imports.queries import Base


@dataclass(frozen=True)
class Comparison:
    """What the document speaks of, and the conflicts that a person decided for it."""

    said: Collection[str]
    takes_theirs: Collection[str] = frozenset()

    def compare(
        self,
        step: Step,
        *,
        what: str,
        row: int,
        mine: Values,
        base: Base | None,
        shown: Mapping[str, str] | None = None,
        name: str = "",
    ) -> None:
        """Settle what ``step`` takes of its values; ``mine`` has those that are compared.

        ``shown`` are words for values that are none for a person.
        """
        before = base.values if base else None
        theirs: Values = {}
        for key in mine:
            if step.values[key] or key in self.said:
                theirs[key] = step.values[key]
            elif base is not None and key in base.values:
                # The document does not speak of it any more: what it said last still counts.
                step.values[key] = base.values[key]
        merged = merge(base=before, mine=mine, theirs=theirs)
        step.id, step.take = row, merged.take
        for key in merged.conflicts:
            conflict = self.conflict(
                step, what, row, key, name,
                mine=mine[key], theirs=theirs[key], before=(before or {}).get(key),
                shown=shown,
            )  # fmt: skip
            if conflict.takes_theirs:
                step.take[key] = theirs[key]
        step.action = settled(step.take, mine, step.conflicts)

    def conflict(
        self,
        step: Step,
        what: str,
        row: int,
        key: str,
        name: str,
        *,
        mine: Any,
        theirs: Any,
        before: Any = "",
        shown: Mapping[str, str] | None = None,
    ) -> Conflict:
        """A conflict of ``step``, put down with it."""
        conflict_id = f"{what}-{row}-{key}"
        words = shown or {}
        conflict = Conflict(
            id=conflict_id,
            name=name or step.name,
            field=key,
            mine=words.get(str(mine), in_words(mine)),
            theirs=words.get(str(theirs), in_words(theirs)),
            before=words.get(str(before), in_words(before)),
            line=step.line,
            takes_theirs=conflict_id in self.takes_theirs,
        )
        step.conflicts.append(conflict)
        return conflict


def in_words(value: Any) -> str:
    """A value for a person to read."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return "" if value is None else str(value)
