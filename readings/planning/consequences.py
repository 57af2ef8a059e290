"""What follows from a change of the plan: whose deadline moves and by how much, whose talk."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from readings.core.clock import short_date, short_instant, short_time
from readings.courses.models import Course
from readings.notes.policy import due_at
from readings.presentations.models import Slot
from readings.presentations.queries import name_of, with_item
from readings.schedule.plan import Plan, PlannedMeeting


@dataclass(frozen=True)
class DeadlineMove:
    """A note that is due at another time than before; None: at none."""

    paper: int
    name: str
    before: dt.datetime | None
    after: dt.datetime | None
    sentence: str


@dataclass(frozen=True)
class TalkMove:
    """A talk that takes place at another time than before, and who holds it."""

    slot: int
    title: str
    people: tuple[str, ...]  # persons, or groups
    users: tuple[int, ...]  # each of them
    place: str  # "to Wed Nov 5", "…, and Nov 5 is no class", "its class is cancelled"

    @property
    def sentence(self) -> str:
        """``“DSPy” (Bob Baker) moves from Mon Nov 3 to Wed Nov 5``."""
        return f"“{self.title}” ({', '.join(self.people)}) {self.place}"


@dataclass(frozen=True)
class Consequences:
    """Everything that follows for the class."""

    deadlines: list[DeadlineMove] = field(default_factory=list)
    talks: list[TalkMove] = field(default_factory=list)
    open_talks: int = 0  # slots that move and that nobody has yet

    def __bool__(self) -> bool:
        return bool(self.deadlines or self.talks or self.open_talks)


def consequences_of(course: Course, before: Plan, after: Plan) -> Consequences:
    """What follows from going from ``before`` to ``after``; three queries at most."""
    talks, open_talks = _talks(course, before, after)
    return Consequences(_deadlines(course, before, after), talks, open_talks)


# --- Deadlines ------------------------------------------------------------------------------------


def _deadlines(course: Course, before: Plan, after: Plan) -> list[DeadlineMove]:
    was, now = (_due_by_paper(course, plan) for plan in (before, after))
    found = []
    for paper, (item, due) in now.items():
        # What is new in the course moves nobody's deadline.
        is_known = item in before.items or paper in was
        old = was.get(paper, (0, None))[1]
        if due != old and is_known and after.readings[paper].required:
            found.append(_deadline(course, after.readings[paper].name, paper, old, due))
    gone = was.keys() - now.keys()
    for paper in sorted(gone):
        old = was[paper][1]
        if old is not None and before.readings[paper].required:
            found.append(_deadline(course, before.readings[paper].name, paper, old, None))
    return found


def _due_by_paper(course: Course, plan: Plan) -> dict[int, tuple[int, dt.datetime | None]]:
    """Paper to the item for which its note is due, and the instant."""
    found: dict[int, tuple[int, dt.datetime | None]] = {}
    for item, meeting in plan.meeting_of.items():
        value = plan.items[item]
        if value.carries_note and value.paper is not None:
            where = plan.meetings[meeting] if meeting is not None else None
            found[value.paper] = (item, _due(course, where))
    return found


def _due(course: Course, meeting: PlannedMeeting | None) -> dt.datetime | None:
    if meeting is None:
        return None
    return due_at(
        meeting.meets_on,
        meeting.meets_from or course.meets_from,
        course.zone,
        course.notes_due_minutes_before,
        takes_place=meeting.takes_place,
    )


def _deadline(
    course: Course, name: str, paper: int, old: dt.datetime | None, new: dt.datetime | None
) -> DeadlineMove:
    if new is None:
        sentence = f"No note on {name} is due for now"
    else:
        sentence = f"The note on {name} is now due {short_instant(new.astimezone(course.zone))}"
        if old is not None:
            sentence += f", {distance(old, new)}"
    return DeadlineMove(paper, name, old, new, sentence)


def distance(before: dt.datetime, after: dt.datetime) -> str:
    """``2 days later``, ``1 week earlier``, ``90 min later``."""
    minutes = round(abs((after - before).total_seconds()) / 60)
    way = "later" if after > before else "earlier"
    days = round(minutes / 1440)
    if minutes < 120:
        words = f"{minutes} min"
    elif minutes < 36 * 60:
        words = f"{round(minutes / 60)} h" if days != 1 else "1 day"
    elif days % 7 == 0:
        words = f"{days // 7} week{'s' if days > 7 else ''}"
    else:
        words = f"{days} days"
    return f"{words} {way}"


# --- Talks ----------------------------------------------------------------------------------------


def _talks(course: Course, before: Plan, after: Plan) -> tuple[list[TalkMove], int]:
    moved = {
        item: words
        for item in before.items.keys() & after.items.keys()
        if (words := _way(before, after, item))
    }
    if not moved:
        return [], 0
    slots = with_item(Slot.objects.filter(course=course, agenda_item__in=moved)).prefetch_related(
        "sign_ups__user", "sign_ups__group__members__user"
    )
    talks, open_talks = [], 0
    for slot in slots.order_by("pk"):
        held = list(slot.sign_ups.all())
        if not held:
            open_talks += 1
            continue
        users = [
            user
            for one in held
            for user in (
                [one.user_id] if one.user_id
                else [member.user_id for member in (one.group.members.all() if one.group else ())]
            )
        ]  # fmt: skip
        people = tuple(str(one.group or one.user) for one in held)
        way = moved[slot.agenda_item_id]
        talks.append(TalkMove(slot.pk, name_of(slot), people, tuple(filter(None, users)), way))
    return talks, open_talks


def _way(before: Plan, after: Plan, item: int) -> str:
    """What becomes of the time at which an item takes place; empty where it is the same."""
    was, now = (plan.meetings.get(plan.meeting_of[item] or 0) for plan in (before, after))
    if _when(was) == _when(now):
        return ""
    old = short_date(was.meets_on) if was and was.meets_on else ""
    start = f"moves from {old} to" if old else "moves to"
    if now is None:
        return (
            f"is not scheduled any more (it was on {old})" if old else "is not scheduled any more"
        )
    if not now.takes_place:
        day = f" on {short_date(now.meets_on)}" if now.meets_on else ""
        return f"has no class any more: there is none{day}"
    if now.meets_on is None:
        return f"{start} a class without a date"
    hour = f", {short_time(now.meets_from)}" if now.meets_from else ""
    if was and was.meets_on == now.meets_on and was.takes_place:
        return f"begins at another time on {old}{hour}"
    if was and was.meets_on == now.meets_on:
        return f"takes place on {short_date(now.meets_on)}{hour} after all"
    return f"{start} {short_date(now.meets_on)}{hour}"


def _when(meeting: PlannedMeeting | None) -> tuple[object, ...]:
    if meeting is None:
        return ()
    return (meeting.meets_on, meeting.meets_from, meeting.takes_place)
