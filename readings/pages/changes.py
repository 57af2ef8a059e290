"""What changed in a course, as headlines: what was done together is told once.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from readings.courses.models import Event
from readings.pages.moved import CLASS_CHANGED, ITEM_MOVED

# Who takes which seat is seen on the rows themselves; in a rush it would drown what has moved.
KINDS: Final = (
    ITEM_MOVED,
    CLASS_CHANGED,
    "planning.published",
    "planning.undone",
    "planning.deadline_moved",
    "planning.talk_moved",
    "imports.applied",
    "imports.undone",
    "imports.offered",
    "imports.cannot_follow",
)
#: So many events are looked at: more than what a term's plan moves at once.
LOOKED_AT: Final = 150
#: What is told under a headline that says it all.
_DETAILS: Final = (ITEM_MOVED, CLASS_CHANGED, "planning.deadline_moved")
_HEADS: Final = ("planning.published", "planning.undone", "imports.applied", "imports.undone")
#: So many without a headline are told one by one.
_A_FEW: Final = 3
# What one import writes is written within this time, by one person.
_AT_ONCE: Final = dt.timedelta(seconds=10)

Key = tuple[int, bool]


@dataclass(slots=True)
class Headline:
    """A sentence, with what was done under it."""

    summary: str
    at: dt.datetime
    message: str = ""  # to the class, from who published it
    parts: list[str] = field(default_factory=list)
    parts_word: str = ""  # "12 moves"
    is_mine: bool = False  # it concerns the reader alone


@dataclass
class _Bundle:
    """What was done together: its headline, if there is one, and the rest, the newest first."""

    oldest: Event
    head: Event | None = None
    parts: list[Event] = field(default_factory=list)

    def add(self, event: Event) -> None:
        self.oldest = event
        if _is_detail(event):
            self.parts.append(event)
        else:
            self.head = event

    def headlines(self) -> Iterator[Headline]:
        """One for all of it; without a headline of its own, one each where they are few."""
        if self.head is not None:
            yield _headline(self.head, self.parts)
        elif len(self.parts) > _A_FEW:
            yield Headline(
                summary=f"{len(self.parts)} changes to the schedule",
                at=self.parts[0].created_at,
                parts=[event.summary for event in reversed(self.parts)],
                parts_word="All of them",
            )
        else:
            yield from map(_headline, self.parts)


def headlines_of(events: Iterable[Event]) -> list[Headline]:
    """The headlines of ``events``, both the newest first."""
    bundles: list[_Bundle] = []
    known: dict[Key, _Bundle] = {}
    last: _Bundle | None = None  # which others join by their time alone
    for event in events:
        key = _key(event)
        if key in known:
            bundle = known[key]
        elif key is None and last is not None and _joins(event, last.oldest):
            bundle = last
        else:
            bundle = _Bundle(event)
            bundles.append(bundle)
            if key is not None:
                known[key] = bundle
            else:
                last = bundle if _is_detail(event) or event.kind in _HEADS else None
        bundle.add(event)
    return [one for bundle in bundles for one in bundle.headlines()]


def since(
    headlines: Sequence[Headline], before: dt.datetime | None
) -> tuple[list[Headline], list[Headline]]:
    """What is new to somebody who was last here at ``before``, and the rest; all of it if never."""
    new = [one for one in headlines if before is not None and one.at > before]
    return new, [one for one in headlines if before is None or one.at <= before]


def _key(event: Event) -> Key | None:
    """By what an event is known to belong to one publishing, or to its undoing."""
    change = event.details.get("change")
    if change is None or not (_is_detail(event) or event.kind in _HEADS):
        return None
    return change, bool(event.details.get("undo")) or event.kind.endswith(".undone")


def _is_detail(event: Event) -> bool:
    return event.kind in _DETAILS and event.recipient_id is None


def _joins(event: Event, later: Event) -> bool:
    """Whether an event was written with a later one, as those of an import are."""
    return (
        _is_detail(event)
        and event.actor_id == later.actor_id
        and later.created_at - event.created_at <= _AT_ONCE
    )


def _headline(event: Event, parts: Sequence[Event] = ()) -> Headline:
    word = "move" if all(one.kind == ITEM_MOVED for one in parts) else "change"
    return Headline(
        summary=event.summary,
        at=event.created_at,
        message=str(event.details.get("message") or ""),
        parts=[one.summary for one in reversed(parts)],
        parts_word=f"{len(parts)} {word}{'s' if len(parts) != 1 else ''}" if parts else "",
        is_mine=event.recipient_id is not None,
    )
