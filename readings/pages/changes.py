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
_SURE: Final = (ITEM_MOVED, CLASS_CHANGED, "planning.published", "imports.applied")
#: So many without a headline are told one by one.
_A_FEW: Final = 3
# What one import, or one publishing, writes is written within this time.
_AT_ONCE: Final = dt.timedelta(seconds=10)


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
    undoes: bool | None = None  # what it is about; None: not known yet

    def takes(self, event: Event) -> bool:
        """Whether an event that is older by a little was written with these.

        A change and its undoing have the same number, and may follow each other at once.
        """
        undoes = _undoes(event)
        return (
            self.oldest.created_at - event.created_at <= _AT_ONCE
            and (self.head is None or _is_detail(event))
            and (undoes is None or self.undoes is None or undoes == self.undoes)
        )

    def is_apart(self, event: Event) -> bool:
        """Whether it was something else, or somebody else, as far as only its time tells."""
        return not _is_detail(event) or event.actor_id != self.oldest.actor_id

    def add(self, event: Event) -> None:
        self.oldest = event
        if self.undoes is None:
            self.undoes = _undoes(event)
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
    known: dict[int, _Bundle] = {}  # by the change of the plan that they are about
    last: _Bundle | None = None  # which others join by their time alone
    for event in events:
        change = _change_of(event)
        bundle = last if change is None else known.get(change)
        if bundle is None or not bundle.takes(event) or (bundle is last and bundle.is_apart(event)):
            bundle = _Bundle(event)
            bundles.append(bundle)
        if change is not None:
            known[change] = bundle
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


def _change_of(event: Event) -> int | None:
    """The publishing that an event is known to belong to."""
    if not (_is_detail(event) or event.kind in _HEADS):
        return None
    change: int | None = event.details.get("change")
    return change


def _undoes(event: Event) -> bool | None:
    """Whether an event is about taking something back; None where it does not say."""
    if event.details.get("undo") or event.kind.endswith(".undone"):
        return True
    return False if event.kind in _SURE else None


def _is_detail(event: Event) -> bool:
    return event.kind in _DETAILS and event.recipient_id is None


def _headline(event: Event, parts: Sequence[Event] = ()) -> Headline:
    word = "move" if all(one.kind == ITEM_MOVED for one in parts) else "change"
    # The sentence of what was published with a message is the message.
    summary = str(event.details.get("summary") or event.summary)
    message = str(event.details.get("message") or "")
    return Headline(
        summary=summary,
        at=event.created_at,
        message=message if message != summary else "",
        parts=[one.summary for one in reversed(parts)],
        parts_word=f"{len(parts)} {word}{'s' if len(parts) != 1 else ''}" if parts else "",
        is_mine=event.recipient_id is not None,
    )
