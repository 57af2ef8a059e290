"""The one writer of slots and their seats."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.db import transaction
from django.db.models import Max

from readings.accounts.models import User
from readings.courses.models import Course
from readings.courses.services import record_event
from readings.presentations import queries, waiting
from readings.presentations.models import Seat, Sheet, SignUp, Slot, TakenBy
from readings.presentations.refusals import (
    ClosesBeforeOpening,
    SeatsTaken,
    SlotGone,
    StillTaken,
)
from readings.schedule.models import AgendaItem, Kind, Stage

MAX_SEATS: Final = 100
MAX_SLOTS_A_MEETING: Final = 30
_TERMS: Final = ("title", "minutes", "opens_at", "closes_at")
_SHEETS: Final = {Stage.PITCH: "Pitches", Stage.UPDATE: "Updates", Stage.FINAL: "Final talks"}


@dataclass(frozen=True)
class Terms:
    """What staff say about a slot; instants are UTC."""

    title: str = ""
    seats: int = 1
    taken_by: str = TakenBy.PERSON
    minutes: int | None = None
    opens_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None


def add_slot(*, item: AgendaItem, terms: Terms, actor: User) -> Slot:
    """Put a slot on an agenda item.  Raises ``ClosesBeforeOpening``."""
    _check(terms)
    with transaction.atomic():
        _take_turns(item.course)
        slot = _create(item, terms)
        _record(
            item.course,
            actor,
            "slot_added",
            f"Sign-up for {queries.describe(slot)}: {_seats(terms.seats)}",
            {"slots": [slot.pk]},
        )
    return slot


def add_reading_slots(
    *, course: Course, items: Collection[AgendaItem], terms: Terms, actor: User
) -> list[Slot]:
    """A slot on each of ``items`` that has none: to lead the class through its reading.

    Items that have a slot are passed over, so that doing it twice changes nothing.
    Raises ``ClosesBeforeOpening``.
    """
    _check(terms)
    with transaction.atomic():
        _take_turns(course)
        busy = set(Slot.objects.filter(course=course).values_list("agenda_item_id", flat=True))
        slots = [_create(item, terms) for item in items if item.pk not in busy]
        if slots:
            _record(
                course,
                actor,
                "slots_added",
                f"Sign-up for {_count(slots, 'reading')}",
                {"slots": [slot.pk for slot in slots]},
            )
    return slots


def add_presentation_slots(
    *, course: Course, items: Collection[AgendaItem], slots_each: int, terms: Terms, actor: User
) -> list[Slot]:
    """Fill each of ``items`` (group presentations) up to ``slots_each`` slots, named and numbered.

    An item that has as many gets none, so that doing it twice changes nothing.
    Raises ``ClosesBeforeOpening``.
    """
    _check(terms)
    with transaction.atomic():
        _take_turns(course)
        slots: list[Slot] = []
        for item in items:
            there = list(Slot.objects.filter(agenda_item=item).values_list("title", flat=True))
            names = (f"{terms.title or stage_word(item)} {n}" for n in itertools.count(1))
            free_names = (name for name in names if name not in there)
            slots += [
                _create(item, replace(terms, title=title))
                for title in itertools.islice(free_names, max(0, slots_each - len(there)))
            ]
        if slots:
            _record(
                course,
                actor,
                "slots_added",
                f"Sign-up for {_count(slots, 'presentation')}",
                {"slots": [slot.pk for slot in slots]},
            )
    return slots


def update_slot(*, slot: Slot, terms: Terms, actor: User) -> None:
    """Store new terms; seats that nobody has are removed first, the highest number first.

    Raises ``ClosesBeforeOpening``, ``SlotGone``, and ``SeatsTaken`` when the terms would push out
    somebody.
    """
    _check(terms)
    with transaction.atomic():
        locked = _lock(slot)
        taken = locked.sign_ups.count()
        if terms.seats < taken:
            raise SeatsTaken(f"{_taken(taken)}: fewer seats would put somebody out.")
        if terms.taken_by != locked.sheet.taken_by:
            _take_turns(locked.course)
            if taken:
                raise SeatsTaken(
                    f"{_taken(taken)}: take them off before changing who a seat is for."
                )
            locked.sheet = sheet_for(locked.agenda_item, terms.taken_by)
        _resize(locked, terms.seats)
        before = {name: getattr(locked, name) for name in _TERMS}
        for name in _TERMS:
            setattr(locked, name, getattr(terms, name))
        locked.save()
        _record(
            locked.course,
            actor,
            "slot_changed",
            f"Changed: sign-up for {queries.describe(locked)}",
            {"slot": locked.pk, "before": {name: str(was) for name, was in before.items()}},
        )
    waiting.move_up([slot.pk])  # to seats that were added, or that open again


def move_windows(*, windows: Mapping[int, tuple[dt.datetime | None, dt.datetime | None]]) -> None:
    """Let sign-up open and close at these instants, by the keys of slots whose classes moved."""
    slots = list(Slot.objects.filter(pk__in=windows))
    for slot in slots:
        slot.opens_at, slot.closes_at = windows[slot.pk]
    Slot.objects.bulk_update(slots, ["opens_at", "closes_at"], batch_size=500)


def delete_slot(*, slot: Slot, agreed_sign_ups: int, actor: User) -> None:
    """Remove a slot with the sign-ups on it, at most as many as were shown and agreed to.

    Raises ``SlotGone``, and ``StillTaken`` when there are more.
    """
    with transaction.atomic():
        locked = _lock(slot)
        sign_ups = list(SignUp.objects.filter(slot=locked).select_related("user", "group"))
        if len(sign_ups) > agreed_sign_ups:
            raise StillTaken(f"{_taken(len(sign_ups))} by now. Look again before you remove it.")
        names = [queries.presenter_name(sign_up) for sign_up in sign_ups]
        name, number, course = queries.describe(locked), locked.pk, locked.course
        SignUp.objects.filter(pk__in=[sign_up.pk for sign_up in sign_ups]).delete()
        locked.delete()
        off = f"; off it: {', '.join(names)}" if names else ""
        _record(
            course,
            actor,
            "slot_removed",
            f"No longer to be presented: {name}{off}",
            {
                "slot": number,
                "users": [sign_up.user_id for sign_up in sign_ups if sign_up.user_id],
                "groups": [sign_up.group_id for sign_up in sign_ups if sign_up.group_id],
            },
        )


def sheet_for(item: AgendaItem, taken_by: str) -> Sheet:
    """The course's sheet for what the item is: its first for these presenters, else a new one."""
    title = sheet_title(item)
    found = Sheet.objects.filter(course=item.course_id, taken_by=taken_by)
    there = found.filter(title__in=[title, _by_presenters(title, taken_by)]).first()
    if there is not None:
        return there
    if Sheet.objects.filter(course=item.course_id, title=title).exists():
        title = _by_presenters(title, taken_by)
    return Sheet.objects.create(course_id=item.course_id, title=title, taken_by=taken_by)


def sheet_title(item: AgendaItem) -> str:
    """What the sheet of such an item is called: "Lead a paper", "Pitches", "Tech talks"."""
    if item.reading_id is not None:
        return "Lead a paper"
    if item.stage:
        return _SHEETS[Stage(item.stage)]
    names = {Kind.PRESENTATIONS: "Presentations", Kind.TECH_TALK: "Tech talks"}
    return names.get(Kind(item.kind), "Talks")


def _by_presenters(title: str, taken_by: str) -> str:
    return f"{title} in groups" if taken_by == TakenBy.GROUP else f"{title} alone"


def stage_word(item: AgendaItem) -> str:
    """What one presentation of the item is called: "Pitch", "Final", else "Presentation"."""
    return item.get_stage_display() if item.stage else "Presentation"


def _check(terms: Terms) -> None:
    if terms.opens_at and terms.closes_at and terms.closes_at <= terms.opens_at:
        raise ClosesBeforeOpening("Sign-up would close before it opens.")


def _create(item: AgendaItem, terms: Terms) -> Slot:
    last = Slot.objects.filter(agenda_item=item).aggregate(last=Max("position"))["last"] or 0
    slot = Slot.objects.create(
        course_id=item.course_id,
        sheet=sheet_for(item, terms.taken_by),
        agenda_item=item,
        position=last + 1,
        title=terms.title,
        minutes=terms.minutes,
        opens_at=terms.opens_at,
        closes_at=terms.closes_at,
    )
    Seat.objects.bulk_create(Seat(slot=slot, number=number + 1) for number in range(terms.seats))
    return slot


def _resize(slot: Slot, wanted: int) -> None:
    """Add seats after the last, or remove free ones from the end."""
    seats = list(slot.seats.order_by("number").values_list("pk", "number", "sign_up"))
    if wanted > len(seats):
        after = seats[-1][1] if seats else 0
        Seat.objects.bulk_create(
            Seat(slot=slot, number=after + 1 + extra) for extra in range(wanted - len(seats))
        )
    elif wanted < len(seats):
        free = [pk for pk, _number, sign_up in seats if sign_up is None]
        Seat.objects.filter(pk__in=free[wanted - len(seats) :]).delete()


def _lock(slot: Slot) -> Slot:
    """The slot as it is now; nobody takes or leaves a seat of it until the transaction ends."""
    locked = (
        queries.with_item(Slot.objects.select_for_update(of=("self",))).filter(pk=slot.pk).first()
    )
    if locked is None:
        raise SlotGone("This slot was removed a moment ago.")
    return locked


def _take_turns(course: Course) -> None:
    """Two of the staff who make the same slots at once make them once."""
    Course.objects.select_for_update(no_key=True).get(pk=course.pk)


def _seats(number: int) -> str:
    return "1 seat" if number == 1 else f"{number} seats"


def _taken(number: int) -> str:
    return "1 seat is taken" if number == 1 else f"{number} seats are taken"


def _count(slots: list[Slot], word: str) -> str:
    return f"1 {word}" if len(slots) == 1 else f"{len(slots)} {word}s"


def _record(
    course: Course, actor: User, what: str, summary: str, details: dict[str, object]
) -> None:
    record_event(
        course=course,
        actor=actor,
        kind=f"presentations.{what}",
        summary=summary,
        details=details,
    )
