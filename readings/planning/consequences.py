"""What follows from a change of the plan: whose deadline moves and by how much, whose talk."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils import timezone

from readings.accounts.models import User
from readings.core.clock import moved_moment, short_date, short_instant, short_time
from readings.core.counting import count_of
from readings.courses.models import Course
from readings.notes.duties import policy_of
from readings.notes.models import Assignment
from readings.notes.policy import Policy, due_of
from readings.planning.comparing import meeting_words
from readings.presentations.blackouts import blackouts_of
from readings.presentations.models import SignUp, Slot, Swaps
from readings.presentations.queries import name_of, presenter_name, with_item
from readings.schedule.plan import Plan, PlannedMeeting


@dataclass(frozen=True)
class DeadlineMove:
    """A note that is due at another time than before; None: at none."""

    paper: int
    name: str
    before: dt.datetime | None
    after: dt.datetime | None
    words: str  # "Mon Nov 3, 8:30, 2 days later"; empty where none is due
    sentence: str
    is_new: bool = False  # the paper was not in the plan before


@dataclass(frozen=True)
class TalkMove:
    """A talk that takes place at another time than before, and who holds it."""

    slot: int
    title: str
    people: tuple[str, ...]  # persons, or groups
    users: tuple[int, ...]  # each of them
    place: str  # "to Wed Nov 5", "…, and Nov 5 is no class", "its class is cancelled"
    cannot: str = ""  # "Bob Baker cannot on Wed Nov 5: a swap will be offered"

    @property
    def sentence(self) -> str:
        """``“DSPy” (Bob Baker) moves from Mon Nov 3 to Wed Nov 5``."""
        said = f"“{self.title}” ({', '.join(self.people)}) {self.place}"
        return f"{said}. {self.cannot}" if self.cannot else said


@dataclass(frozen=True)
class WindowMove:
    """When sign-up for a slot opens and closes, which goes along with its class."""

    slot: int
    title: str
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None
    words: str  # "closes Sun Dec 13, 18:00"


@dataclass(frozen=True)
class Consequences:
    """Everything that follows for the class."""

    deadlines: list[DeadlineMove] = field(default_factory=list)
    talks: list[TalkMove] = field(default_factory=list)
    open_moves: int = 0  # slots that move and that nobody has yet
    open_without: int = 0  # slots that nobody has yet, and that have no class any more
    too_long: list[str] = field(default_factory=list)  # days on which talks take more than there is
    windows: list[WindowMove] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.deadlines or self.talks_said or self.windows)

    @property
    def talks_said(self) -> bool:
        """Whether there is anything to be said of talks."""
        return bool(self.talks or self.open_sentences or self.too_long)

    @property
    def open_sentences(self) -> list[str]:
        """What becomes of slots that nobody has yet."""
        return [
            f"{count_of(many, 'slot')} that nobody has yet {one if many == 1 else more}"
            for many, one, more in (
                (self.open_moves, "moves too", "move too"),
                (self.open_without, "has no class any more", "have no class any more"),
            )
            if many
        ]

    @property
    def sentences(self) -> list[str]:
        """All of it, one after the other."""
        return [
            *(one.sentence for one in self.deadlines),
            *(one.sentence for one in self.talks),
            *self.too_long,
            *(f"Sign-up for {one.title} {one.words}" for one in self.windows),
        ]


def consequences_of(
    course: Course, before: Plan, after: Plan, *, now: dt.datetime | None = None
) -> Consequences:
    """What follows from going from ``before`` to ``after``; seven queries at most."""
    now = now or timezone.now()
    slots = _moved_slots(course, before, after)
    held = [slot for slot in slots if slot.sign_ups.all()]
    free = [_takes_place(after, slot.agenda_item_id) for slot in slots if slot not in held]
    blackouts = blackouts_of(course) if held else {}
    today = now.astimezone(course.zone).date()
    return Consequences(
        deadlines=_deadlines(course, before, after),
        talks=[_talk(slot, before, after, blackouts, today) for slot in held],
        open_moves=sum(free),
        open_without=len(free) - sum(free),
        too_long=_too_long(course, before, after) if slots else [],
        windows=[one for slot in slots if (one := _window(course, before, after, slot, now))],
    )


# --- Deadlines ------------------------------------------------------------------------------------


def _deadlines(course: Course, before: Plan, after: Plan) -> list[DeadlineMove]:
    rules = _Rules(course, policy_of(course), _own_deadlines(course))
    was, now = (_due_by_paper(rules, plan) for plan in (before, after))
    found = []
    for paper, (item, due) in now.items():
        is_new = item not in before.items and paper not in was
        old = was.get(paper, (0, None))[1]
        if due != old and after.readings[paper].required:
            one = _deadline(course, after.readings[paper].name, paper, old, due)
            found.append(replace(one, words=f"{one.words}, new", is_new=True) if is_new else one)
    gone = was.keys() - now.keys()
    for paper in sorted(gone):
        old = was[paper][1]
        stays = old is not None and old == _due(rules, paper, None)
        if old is not None and not stays and before.readings[paper].required:
            found.append(_deadline(course, before.readings[paper].name, paper, old, None))
    return found


@dataclass(frozen=True, slots=True)
class _Rules:
    """By which notes are due."""

    course: Course
    policy: Policy
    own: Mapping[int, tuple[dt.date, dt.time]]  # by paper: a deadline that does not follow a class


def _own_deadlines(course: Course) -> dict[int, tuple[dt.date, dt.time]]:
    fixed = Assignment.objects.filter(reading__course=course, due_on__isnull=False)
    rows = fixed.values_list("reading__paper_id", "due_on", "due_time")
    return {paper: (day, time) for paper, day, time in rows if day and time}


def _due_by_paper(rules: _Rules, plan: Plan) -> dict[int, tuple[int, dt.datetime | None]]:
    """Paper to the item for which its note is due, and the instant."""
    found: dict[int, tuple[int, dt.datetime | None]] = {}
    for item, meeting in plan.meeting_of.items():
        value = plan.items[item]
        if value.carries_note and value.paper is not None:
            where = plan.meetings[meeting] if meeting is not None else None
            found[value.paper] = (item, _due(rules, value.paper, where))
    return found


def _due(rules: _Rules, paper: int, meeting: PlannedMeeting | None) -> dt.datetime | None:
    course = rules.course
    return due_of(
        rules.policy,
        rules.own.get(paper),
        meeting.meets_on if meeting else None,
        (meeting and meeting.meets_from) or course.meets_from,
        course.zone,
        has_class=meeting is not None,
        takes_place=meeting is not None and meeting.takes_place,
    )


def _deadline(
    course: Course, name: str, paper: int, old: dt.datetime | None, new: dt.datetime | None
) -> DeadlineMove:
    words = short_instant(new.astimezone(course.zone)) if new else ""
    if new is not None and old is not None:
        words += f", {distance(old, new)}"
    sentence = (
        f"The note on {name} is now due {words}" if words else (f"No note on {name} is due for now")
    )
    return DeadlineMove(paper, name, old, new, words, sentence)


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


def presented_items(course: Course) -> dict[int, list[str]]:
    """Agenda item to the persons and groups who present on it; one query."""
    sign_ups = SignUp.objects.filter(slot__course=course).select_related("slot", "user", "group")
    found: dict[int, list[str]] = {}
    for one in sign_ups.order_by("slot__agenda_item", "slot__position", "pk"):
        found.setdefault(one.slot.agenda_item_id, []).append(presenter_name(one))
    return found


def _moved_slots(course: Course, before: Plan, after: Plan) -> list[Slot]:
    """The slots on items that take place at another time, with who holds them."""
    both = before.items.keys() & after.items.keys()
    moved = [item for item in both if _way(before, after, item)]
    if not moved:
        return []
    slots = with_item(Slot.objects.filter(course=course, agenda_item__in=moved))
    held = ("sign_ups__user", "sign_ups__group__members__user")
    return list(slots.prefetch_related(*held).order_by("pk"))


def _talk(
    slot: Slot,
    before: Plan,
    after: Plan,
    blackouts: Mapping[int, Collection[dt.date]],
    today: dt.date,
) -> TalkMove:
    held = list(slot.sign_ups.all())
    users = [one.user for one in held if one.user]
    users += [member.user for one in held if one.group for member in one.group.members.all()]
    return TalkMove(
        slot.pk,
        name_of(slot),
        people=tuple(presenter_name(one) for one in held),
        users=tuple(user.pk for user in users),
        place=_way(before, after, slot.agenda_item_id),
        cannot=_cannot(slot, after, users, blackouts, today),
    )


def _cannot(
    slot: Slot,
    after: Plan,
    users: Sequence[User],
    blackouts: Mapping[int, Collection[dt.date]],
    today: dt.date,
) -> str:
    """Who cannot present on the new day, and what comes of it."""
    meeting = _meeting_of(after, slot.agenda_item_id)
    day = meeting.meets_on if meeting and meeting.takes_place else None
    names = [str(user) for user in users if day in blackouts.get(user.pk, ())]
    if day is None or day < today or not names:
        return ""
    swaps = slot.sheet.swaps != Swaps.NONE
    follows = "a swap will be offered" if swaps else "seats of this sheet are not swapped"
    return f"{', '.join(names)} cannot on {short_date(day)}: {follows}"


def _too_long(course: Course, before: Plan, after: Plan) -> list[str]:
    """The classes whose talks take more time than there is, and more than they did."""
    lengths: Counter[int] = Counter()
    slots = Slot.objects.filter(course=course, minutes__isnull=False)
    for item, minutes in slots.order_by().values_list("agenda_item", "minutes"):
        lengths[item] += minutes or 0

    def excess(plan: Plan, key: int) -> int:
        meeting = plan.meetings.get(key)
        if meeting is None or not meeting.takes_place:
            return 0
        start = meeting.meets_from or course.meets_from
        end = meeting.meets_until or course.meets_until
        if start is None or end is None:
            return 0
        length = (end.hour - start.hour) * 60 + end.minute - start.minute
        return max(0, sum(lengths[item] for item in plan.agenda[key]) - length)

    return [
        f"The talks on {meeting_words(meeting, after)} take {more} min more than the class has"
        for meeting in after.in_order
        if (more := excess(after, meeting.id)) > excess(before, meeting.id)
    ]


def _takes_place(plan: Plan, item: int) -> bool:
    meeting = _meeting_of(plan, item)
    return meeting is not None and meeting.takes_place


def _window(
    course: Course, before: Plan, after: Plan, slot: Slot, now: dt.datetime
) -> WindowMove | None:
    """Sign-up that opens or closes in time to come does so as far from its class as before."""
    was, will = (_meeting_of(plan, slot.agenda_item_id) for plan in (before, after))
    if was is None or will is None or not will.takes_place or was.meets_on == will.meets_on:
        return None
    instants = {"opens": slot.opens_at, "closes": slot.closes_at}
    moved = {
        name: moved_moment(at, was.meets_on, will.meets_on, course.zone) or at
        for name, at in instants.items()
        if at is not None and at > now
    }
    if not any(at != instants[name] for name, at in moved.items()):
        return None
    words = " and ".join(
        f"{name} {short_instant(at.astimezone(course.zone))}" for name, at in moved.items() if at
    )
    found = instants | moved
    return WindowMove(slot.pk, name_of(slot), found["opens"], found["closes"], words)


def _meeting_of(plan: Plan, item: int) -> PlannedMeeting | None:
    return plan.meetings.get(plan.meeting_of[item] or 0)


def _way(before: Plan, after: Plan, item: int) -> str:
    """What becomes of the time at which an item takes place; empty where it is the same."""
    was, now = (_meeting_of(plan, item) for plan in (before, after))
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
