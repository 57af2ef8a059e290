"""What is different between two states of a plan, in words.  Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from readings.core.clock import short_time
from readings.schedule.plan import Plan, PlannedItem, PlannedMeeting

_STATUS_WORDS = {"class": "a class", "holiday": "a holiday", "cancelled": "cancelled"}


@dataclass(frozen=True)
class ItemMove:
    """An item that stands in another class than before."""

    item: int
    name: str
    paper: int | None
    before: int | None  # the classes; None: not scheduled
    after: int | None
    from_words: str
    to_words: str

    @property
    def way(self) -> str:
        """``Nov 3 → Nov 5``."""
        return f"{self.from_words} → {self.to_words}"

    @property
    def sentence(self) -> str:
        """``DSPy moves from Nov 3 to Nov 5``."""
        if self.after is None:
            return f"{self.name} is taken off {self.from_words} and waits unscheduled"
        if self.before is None:
            return f"{self.name} is scheduled for {self.to_words}"
        return f"{self.name} moves from {self.from_words} to {self.to_words}"


@dataclass(frozen=True)
class Differences:
    """Sentences about what changed, by what it was about."""

    meetings: list[str] = field(default_factory=list)
    moves: list[ItemMove] = field(default_factory=list)
    agenda: list[str] = field(default_factory=list)  # added, removed, changed, put in another order

    def __bool__(self) -> bool:
        return bool(self.meetings or self.moves or self.agenda)

    @property
    def count(self) -> int:
        """How many things are different."""
        return len(self.meetings) + len(self.moves) + len(self.agenda)

    @property
    def term_count(self) -> int:
        """How many of them are no moves."""
        return len(self.meetings) + len(self.agenda)

    @property
    def sentences(self) -> list[str]:
        """All of them: classes first, then what moves, then the rest."""
        return [*self.meetings, *(move.sentence for move in self.moves), *self.agenda]

    @property
    def summary(self) -> str:
        """``Class on Nov 3 is cancelled; 4 moves``, in at most 300 characters."""
        if self.count <= 2:
            return "; ".join(self.sentences)[:300]
        heads = self.meetings[:2]
        rest = len(self.meetings) - len(heads) + len(self.agenda)
        moves = len(self.moves)
        counted = [f"{moves} move{'s' if moves != 1 else ''}"] if moves else []
        if rest:
            counted.append(f"{rest} other change{'s' if rest != 1 else ''}")
        return "; ".join([*heads, " and ".join(counted)] if counted else heads)[:300]


def compare_plans(before: Plan, after: Plan) -> Differences:
    """What changes from ``before`` to ``after``, in the order of the term."""
    return Differences(
        meetings=[*_weeks(before, after), *_meetings(before, after)],
        moves=_moves(before, after),
        agenda=_agenda(before, after),
    )


def without_marks(plan: Plan) -> Plan:
    """The plan as the class sees it: what is pinned or spare is for those who plan."""
    return plan.with_rows(
        items={
            key: replace(one, is_pinned=False, is_spare=False) for key, one in plan.items.items()
        },
        meetings={key: replace(one, is_pinned=False) for key, one in plan.meetings.items()},
    )


def meeting_words(meeting: PlannedMeeting, plan: Plan) -> str:
    """``Mon Nov 3``, ``a class of week 4``: a class that may be named in another state, too."""
    if meeting.meets_on is None:
        return f"a class of week {plan.weeks[meeting.week].number}"
    return f"{meeting.meets_on:%a %b} {meeting.meets_on.day}"


def _moves(before: Plan, after: Plan) -> list[ItemMove]:
    keys: list[int | None] = [*(one.id for one in after.in_order), None]
    found = []
    for key in keys:
        for item in after.items_of(key):
            if item.id not in before.items or before.meeting_of[item.id] == key:
                continue
            was = before.meeting_of[item.id]
            found.append(
                ItemMove(
                    item=item.id,
                    name=after.name_of(item),
                    paper=item.paper,
                    before=was,
                    after=key,
                    from_words=_place(before, was),
                    to_words=_place(after, key),
                )
            )
    return found


def _place(plan: Plan, meeting: int | None) -> str:
    return meeting_words(plan.meetings[meeting], plan) if meeting is not None else "not scheduled"


def _weeks(before: Plan, after: Plan) -> list[str]:
    found = []
    for week in after.weeks_in_order:
        was = before.weeks.get(week.id)
        if was is None:
            found.append(f"Week {week.number} is new")
        elif was.number != week.number:
            found.append(f"Week {was.number} becomes week {week.number}")
        elif was.topic != week.topic:
            found.append(f"Week {week.number} is about “{week.topic}”" if week.topic else
                         f"Week {week.number} has no topic any more")  # fmt: skip
    gone = [week for week in before.weeks_in_order if week.id not in after.weeks]
    return found + [f"Week {week.number} is removed" for week in gone]


def _meetings(before: Plan, after: Plan) -> list[str]:
    found = []
    for meeting in after.in_order:
        was = before.meetings.get(meeting.id)
        name = meeting_words(meeting, after)
        if was is None:
            found.append(f"New {_new(meeting)}: {name}{_hours(meeting)}")
        elif said := _changes(was, meeting, before):
            found.append(said)
    gone = [one for one in before.in_order if one.id not in after.meetings]
    return found + [f"Class on {meeting_words(one, before)} is removed" for one in gone]


def _new(meeting: PlannedMeeting) -> str:
    return "class" if meeting.takes_place else _STATUS_WORDS[meeting.status].removeprefix("a ")


def _changes(was: PlannedMeeting, now: PlannedMeeting, before: Plan) -> str:
    name = f"Class on {meeting_words(was, before)}"
    parts = []
    if was.meets_on != now.meets_on:
        day = f"{now.meets_on:%a %b} {now.meets_on.day}" if now.meets_on else "no date"
        parts.append(f"moves to {day}")
    if was.status != now.status:
        parts.append(f"is {_STATUS_WORDS[now.status]}{' again' if now.takes_place else ''}")
    if (was.meets_from, was.meets_until) != (now.meets_from, now.meets_until):
        parts.append(f"is{_hours(now) or ' at the usual time'}")
    if was.room != now.room:
        parts.append(f"is in {now.room}" if now.room else "has no room any more")
    if was.is_pinned != now.is_pinned:
        parts.append("is pinned" if now.is_pinned else "is not pinned any more")
    return f"{name} {' and '.join(parts)}" if parts else ""


def _hours(meeting: PlannedMeeting) -> str:
    if meeting.meets_from is None:
        return ""
    until = f"–{short_time(meeting.meets_until)}" if meeting.meets_until else ""
    return f" at {short_time(meeting.meets_from)}{until}"


def _agenda(before: Plan, after: Plan) -> list[str]:
    found = []
    for key, ids in after.agenda.items():
        for item in after.items_of(key):
            was = before.items.get(item.id)
            if was is None:
                place = f"on {_place(after, key)}" if key is not None else "and not scheduled"
                found.append(f"{after.name_of(item)} is new {place}")
            elif said := _item_changes(was, item):
                found.append(f"{after.name_of(item)} {said}")
        kept = [one for one in before.agenda.get(key, ()) if one in ids]
        if key is not None and [one for one in ids if one in kept] != kept:
            found.append(f"The order on {_place(after, key)} is another one")
    for item in before.items.values():
        if item.id not in after.items:
            key = before.meeting_of[item.id]
            place = f" on {_place(before, key)}" if key is not None else ""
            found.append(f"{before.name_of(item)}{place} is removed")
    return found + _readings(before, after)


def _item_changes(was: PlannedItem, now: PlannedItem) -> str:
    parts = []
    if was.text != now.text:
        parts.append(f"was “{was.text}”")
    if (was.kind, was.stage) != (now.kind, now.stage):
        parts.append(f"becomes: {now.kind.replace('_', ' ')} {now.stage}".rstrip())
    if was.portion != now.portion:
        parts.append(f"is read in part: {now.portion}" if now.portion else "is read whole")
    for name, words in (("is_pinned", "pinned"), ("is_spare", "spare")):
        if getattr(was, name) != getattr(now, name):
            parts.append(f"is {words}" if getattr(now, name) else f"is not {words} any more")
    if not was.carries_note and now.carries_note:
        parts.append("is where the note is due")
    return " and ".join(parts)


def _readings(before: Plan, after: Plan) -> list[str]:
    found = []
    for paper, now in after.readings.items():
        was = before.readings.get(paper)
        if was is None or was == now:
            continue
        if was.required != now.required:
            found.append(f"{now.name} is {'required' if now.required else 'optional'}")
        if (was.label, was.title) != (now.label, now.title):
            found.append(f"{was.name} is called {now.name}")
    return found
