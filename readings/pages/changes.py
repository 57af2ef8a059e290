"""What changed in a course, as headlines: what was done together is told once.  Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from readings.courses.models import Event
from readings.pages.moved import CLASS_CHANGED, ITEM_MOVED
from readings.pages.standing import INVITED, OFFERED, Standing
from readings.presentations.queries import MOVED_UP
from readings.presentations.seating import GIVEN, TAKEN_AWAY
from readings.presentations.wishes.queries import GRANTED, MISSED
from readings.schedule.models import Status

PUBLISHED: Final = "planning.published"
APPLIED: Final = "imports.applied"
RULES_CHANGED: Final = "notes.rules_changed"

# What others did to one's own seats, and to one's group: told to each alone.
_SEATS: Final = (
    MOVED_UP,
    GIVEN,
    TAKEN_AWAY,
    OFFERED,
    "presentations.swap_accepted",
    "presentations.swap_done",
    "presentations.swap_declined",
    "presentations.swap_refused",
    "presentations.swap_withdrawn",
    "presentations.swap_lapsed",
    GRANTED,
    MISSED,
    "presentations.talk_marks_returned",
    INVITED,
    "courses.group_invitation_declined",
)
# Who takes which seat is seen on the rows themselves; in a rush it would drown what has moved.
KINDS: Final = (
    ITEM_MOVED,
    CLASS_CHANGED,
    PUBLISHED,
    "planning.undone",
    "planning.deadline_moved",
    "planning.talk_moved",
    RULES_CHANGED,
    "notes.deadlines_set",
    "notes.mentioned",
    "notes.excused",
    "notes.excuse_taken_back",
    "marking.returned",
    "marking.reminded",
    APPLIED,
    "imports.undone",
    "imports.offered",
    "imports.cannot_follow",
    *_SEATS,
)
#: So many events are looked at: more than what a term's plan moves at once.
LOOKED_AT: Final = 150
#: What is told under a headline that says it all.
_DETAILS: Final = (ITEM_MOVED, CLASS_CHANGED, "planning.deadline_moved")
_HEADS: Final = (PUBLISHED, "planning.undone", APPLIED, "imports.undone")
_SURE: Final = (ITEM_MOVED, CLASS_CHANGED, PUBLISHED, APPLIED)
#: So many without a headline are told one by one.
_A_FEW: Final = 3
# What one import, or one publishing, writes is written within this time.
_AT_ONCE: Final = dt.timedelta(seconds=10)
#: So much stands above the schedule.
_MOST_NEWS: Final = 3
#: A message stands there for so long, whoever has seen it.
_STAYS_FOR: Final = dt.timedelta(days=3)


@dataclass(slots=True)
class Headline:
    """A sentence, with what was done under it."""

    summary: str
    at: dt.datetime
    message: str = ""  # to the class, from who published it
    parts: list[str] = field(default_factory=list)
    parts_word: str = ""  # "12 moves"
    is_mine: bool = False  # it concerns the reader alone
    actor_id: int | None = None
    author: str = ""  # the name of who wrote the message, where it is known
    is_taken_back: bool = False  # it does not hold any more
    withdraws: str = ""  # the message of what it takes back
    moves_deadlines: bool = False  # by other rules of notes
    kind: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


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

    def headlines(self, is_taken_back: Callable[[Event], bool]) -> Iterator[Headline]:
        """One for all of it; without a headline of its own, one each where they are few."""
        if self.head is not None:
            yield _headline(self.head, self.parts, is_taken_back=is_taken_back(self.head))
        elif len(self.parts) > _A_FEW:
            yield Headline(
                summary=f"{len(self.parts)} changes to the schedule",
                at=self.parts[0].created_at,
                parts=[event.summary for event in reversed(self.parts)],
                parts_word="All of them",
                is_taken_back=all(map(is_taken_back, self.parts)),
            )
        else:
            for event in self.parts:
                yield _headline(event, is_taken_back=is_taken_back(event))


def headlines_of(events: Iterable[Event]) -> list[Headline]:
    """The headlines of ``events``, both the newest first."""
    events = list(events)
    is_taken_back = _taken_back(events)
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
        if change is None or event.kind == APPLIED:  # what an import moved has no number
            last = bundle if _is_detail(event) or event.kind in _HEADS else None
        bundle.add(event)
    return [one for bundle in bundles for one in bundle.headlines(is_taken_back)]


def since(
    headlines: Sequence[Headline], before: dt.datetime | None
) -> tuple[list[Headline], list[Headline]]:
    """What is new to somebody who was last here at ``before``, and the rest; all of it if never."""
    new = [one for one in headlines if before is not None and one.at > before]
    return new, [one for one in headlines if before is None or one.at <= before]


def news_of(
    headlines: Iterable[Headline],
    *,
    before: dt.datetime | None,
    now: dt.datetime,
    reader: int,
    standing: Standing,
) -> list[Headline]:
    """What a member is to see before anything else: messages to the class, their own talks,
    and rules that move deadlines.

    ``before`` is as in ``since``; to somebody who was never here, what is a few days old is new.
    Nobody is told what they did themselves, nor what was taken back or does not hold any more.
    """

    def is_news(one: Headline) -> bool:
        is_recent = now - one.at < _STAYS_FOR
        is_new = is_recent if before is None else one.at > before
        if one.actor_id == reader:
            return False
        if one.message and not one.withdraws:
            return is_new or is_recent
        if one.withdraws or one.moves_deadlines:
            return is_new
        return one.is_mine and is_new and standing.still_holds(one.kind, one.details)

    return [one for one in headlines if not one.is_taken_back and is_news(one)][:_MOST_NEWS]


def said_of_cancelled(events: Sequence[Event], *, since: dt.datetime) -> dict[int, str]:
    """Meeting id to the message with which it was cancelled, of what was from an instant on.

    ``events`` are the newest first.
    """
    is_taken_back = _taken_back(events)
    lately = [one for one in events if one.created_at >= since and not is_taken_back(one)]
    messages = {
        one.details.get("change"): str(one.details.get("message") or "")
        for one in lately
        if one.kind == PUBLISHED
    }
    said: dict[int, str] = {}
    for one in lately:
        details = one.details
        if one.kind == CLASS_CHANGED and _cancels(one) and details.get("change") is not None:
            said.setdefault(details.get("meeting", 0), messages.get(details["change"], ""))
    return said


def _cancels(event: Event) -> bool:
    before: str | None = event.details.get("from_status")
    after: str | None = event.details.get("to_status")
    return after == Status.CANCELLED and before != after


def _taken_back(events: Iterable[Event]) -> Callable[[Event], bool]:
    """What tells whether the change that an event is about was taken back after it.

    Taking back is told as well, later, and so it is among the latest events where the change is.
    """
    taken_back_at: dict[int, dt.datetime] = {}
    for event in events:
        if _undoes(event) and "change" in event.details:
            change = event.details["change"]
            at = taken_back_at.get(change, event.created_at)
            taken_back_at[change] = min(at, event.created_at)

    def is_taken_back(event: Event) -> bool:
        at = taken_back_at.get(event.details.get("change", 0))
        return at is not None and event.created_at < at

    return is_taken_back


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


def _headline(
    event: Event, parts: Sequence[Event] = (), *, is_taken_back: bool = False
) -> Headline:
    word = "move" if all(one.kind == ITEM_MOVED for one in parts) else "change"
    # The sentence of what was published with a message is the message.
    summary = str(event.details.get("summary") or event.summary)
    message = str(event.details.get("message") or "")
    message = message if message != summary else ""
    return Headline(
        summary=summary,
        at=event.created_at,
        message=message,
        parts=[one.summary for one in reversed(parts)],
        parts_word=f"{len(parts)} {word}{'s' if len(parts) != 1 else ''}" if parts else "",
        is_mine=event.recipient_id is not None,
        actor_id=event.actor_id,
        author=event.actor.display_name if message and event.actor else "",
        is_taken_back=is_taken_back,
        withdraws=str(event.details.get("withdraws") or ""),
        kind=event.kind,
        details=event.details,
        moves_deadlines=event.kind == RULES_CHANGED and bool(event.details.get("moved")),
    )
