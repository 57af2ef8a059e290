"""The waiting lists of slots: who stands in line, and who moves up when a seat is free.

A place in line moves by itself while a slot's sign-up is open.  Whoever frees a seat locks those
who wait for it (``lock_line``) and serves them in the same transaction (``serve``), so that nobody
slips in between.  Where a seat becomes free in another way (a seat more, other rules, a class that
moves), ``move_up`` does it afterwards, and whoever claims a seat lets the line go first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from readings.accounts.models import User
from readings.core.counting import ordinal
from readings.courses.models import Audience, Course
from readings.courses.services import record_event
from readings.presentations import queries
from readings.presentations.holding import (
    Standings,
    refuse_second_seat,
    require_allowed,
    require_open,
    require_role,
    standings_on,
)
from readings.presentations.models import Seat, SignUp, Slot, Waiting
from readings.presentations.presenters import (
    Key,
    Presenter,
    columns_of,
    ids_of,
    key_of_row,
    lock_who_is_there,
    people_of,
    presenter_of,
)
from readings.presentations.refusals import (
    AlreadyWaiting,
    NotWaiting,
    NoWaitingList,
    SeatFree,
    SlotGone,
)
from readings.presentations.seating import (
    find_free_seat,
    lock_slots,
    lock_to_take,
    record,
    reload_slot,
    seat_presenter,
    stop_waiting,
)


def join_waiting_list(*, slot: Slot, actor: User) -> int:
    """Put ``actor``, or their group, at the end of the line; gives their place in it, from 1.

    Raises what ``services.claim_seat`` raises, but ``SlotFull``, and ``NoWaitingList``,
    ``SeatFree``, ``AlreadyWaiting``.
    """
    slot = reload_slot(slot)
    require_role(slot.sheet, actor)
    try:
        with transaction.atomic():
            locked, presenter = lock_to_take(slot, actor)
            require_role(locked.sheet, actor)  # they may have left the course a moment ago
            if not locked.sheet.has_waiting_list:
                raise NoWaitingList("There is no waiting list here.")
            require_open(locked)
            refuse_second_seat(locked, presenter, actor)
            place = place_in_line(locked, presenter)
            if place:
                raise AlreadyWaiting(f"You are in line already: {ordinal(place)}.")
            require_allowed(locked, presenter)
            if find_free_seat(locked) is not None:
                raise SeatFree("A seat is free: take it.")
            Waiting.objects.create(slot=locked, created_by=actor, **columns_of(presenter))
            _record_line(locked, actor, "waiting_joined", presenter, "waits for")
            return place_in_line(locked, presenter)
    except IntegrityError:  # met by somebody who did not lock
        raise AlreadyWaiting("You are in line already.") from None


def leave_waiting_list(*, slot: Slot, actor: User) -> None:
    """Give up the place in line, at any time.  Raises ``NotWaiting``, ``SlotGone``."""
    slot = reload_slot(slot)
    with transaction.atomic():
        locked, presenter = lock_to_take(slot, actor)
        if not stop_waiting(locked, presenter):
            raise NotWaiting("You are not in line here.")
        _record_line(locked, actor, "waiting_left", presenter, "waits no longer for")


def place_in_line(slot: Slot, presenter: Presenter) -> int:
    """Whose turn it is: 1 for the next one, 0 for who does not wait."""
    mine = Waiting.objects.filter(slot=slot, **columns_of(presenter)).first()
    if mine is None:
        return 0
    return Waiting.objects.filter(slot=slot, pk__lte=mine.pk).count()


def presenters_in_line(slot: Slot) -> list[Presenter]:
    """Who waits for the slot, in order."""
    rows = Waiting.objects.filter(slot=slot).select_related("user", "group").order_by("pk")
    return [presenter_of(row) for row in rows]


def somebody_goes_first(slot: Slot, presenter: Presenter) -> bool:
    """Whether a free seat of the slot belongs to somebody in line; its rules are asked."""
    return _first_allowed(slot, but=presenter) is not None


@dataclass(frozen=True, slots=True)
class Line:
    """Slots, and who may move up on them: locked until the transaction ends."""

    slots: dict[int, Slot]
    presenters: frozenset[Key]


def lock_line(
    course: Course | int, slots: Collection[int], leaver: Presenter | None = None
) -> Line:
    """Lock who waits for these slots and whoever leaves one, then the slots.

    Also the slots for which the leaver waits: what they give up may be what kept them from moving
    up there.  Raises ``SlotGone``.
    """
    waiting = Waiting.objects.filter(slot__in=slots).select_related("user", "group")
    concerned = [presenter_of(row) for row in waiting]
    if leaver is None:
        locked = lock_who_is_there(course, concerned)
        return Line(lock_slots(slots), locked)
    locked = lock_who_is_there(course, [leaver, *concerned])
    theirs = Waiting.objects.filter(slot__course=course, **columns_of(leaver))
    return Line(lock_slots({*slots, *theirs.values_list("slot", flat=True)}), locked)


def serve(line: Line) -> list[SignUp]:
    """Give free seats to those who wait, in order; who may not have one now keeps their place.

    Only while sign-up is open and class is to be held: otherwise staff decide.
    """
    now = timezone.now()
    is_open = [pk for pk, slot in line.slots.items() if queries.can_take(slot, now)]
    rows = list(
        Waiting.objects.filter(slot__in=is_open)
        .select_related("user", "group", "created_by")
        .order_by("pk")
    )
    seats: dict[int, list[Seat]] = defaultdict(list)
    if rows:
        free = Seat.objects.filter(slot__in=is_open, sign_up__isnull=True)
        for seat in free.order_by("number"):
            seats[seat.slot_id].append(seat)
    rows = [row for row in rows if seats[row.slot_id]]
    standings = _standings(line, rows)
    served: list[SignUp] = []
    # Whoever joined between the look and the lock is not locked: their slots wait for a moment.
    later: set[int] = set()
    for row in rows:
        slot, presenter = line.slots[row.slot_id], presenter_of(row)
        if not seats[slot.pk] or slot.pk in later:
            continue
        if not standings[slot.sheet_id].allows(slot, presenter):
            continue
        if key_of_row(row) not in line.presenters:
            later.add(slot.pk)
        else:
            sign_up = seat_presenter(seats[slot.pk].pop(0), slot, presenter, row.created_by)
            standings[slot.sheet_id].add(slot, presenter)
            summary = f"{presenter} moved up to {queries.describe(slot)}"
            record(slot, None, "seat_taken", summary, sign_up)
            tell_moved_up(slot, presenter, None)
            served.append(sign_up)
    if later:
        transaction.on_commit(partial(move_up, later), robust=True)
    return served


def move_up_later(course: Course, presenters: Collection[Presenter]) -> None:
    """Let these move up wherever they wait, as soon as the transaction is done."""
    theirs = Q()
    for one in presenters:
        theirs |= Q(**columns_of(one))
    slots = set(
        Waiting.objects.filter(theirs, slot__course=course).values_list("slot_id", flat=True)
    )
    if slots:
        transaction.on_commit(partial(move_up, slots), robust=True)


def move_up(slots: Collection[int]) -> list[SignUp]:
    """Give free seats of slots of one course to those who wait; asked twice, nothing more happens.

    In a transaction of its own, after the one that made a seat free.
    """
    with transaction.atomic():
        there = dict(
            Slot.objects.filter(pk__in=slots, waiting__isnull=False).values_list("pk", "course_id")
        )
        if not there:
            return []
        try:
            return serve(lock_line(next(iter(there.values())), there))
        except SlotGone:
            return []  # with those who waited for it


def owed_slots() -> dict[int, list[int]]:
    """Course id to its slots where a seat is free and somebody who waits may have it."""
    free = Seat.objects.filter(slot=OuterRef("pk"), sign_up__isnull=True)
    slots = queries.with_item(
        Slot.objects.filter(Exists(free), Exists(Waiting.objects.filter(slot=OuterRef("pk"))))
    )
    owed: dict[int, list[int]] = defaultdict(list)
    now = timezone.now()
    for slot in slots.order_by("pk"):
        if queries.can_take(slot, now) and _first_allowed(slot):
            owed[slot.course_id].append(slot.pk)
    return dict(owed)


def _first_allowed(slot: Slot, but: Presenter | None = None) -> Presenter | None:
    """Who in line may have a free seat of the slot, as it looks without locks."""
    rows = Waiting.objects.filter(slot=slot).select_related("user", "group")
    if but is not None:
        rows = rows.exclude(**columns_of(but))
    line = [presenter_of(row) for row in rows]
    if not line:
        return None
    standings = standings_on(slot.sheet, line)
    return next((one for one in line if standings.allows(slot, one)), None)


def tell_moved_up(slot: Slot, presenter: Presenter, actor: User | None) -> None:
    """Tell each person that the seat is theirs, and for what they wait no longer because of it.

    ``actor`` is who gave it to them, out of turn or in it; None: they moved up by themselves.
    """
    dropped = _leave_other_lists(slot, presenter)
    words = f"You moved up: {queries.describe(slot)} is yours."
    if actor is not None:
        words = f"You were given {queries.describe(slot)}, for which you waited."
    if dropped:
        words += f" You no longer wait for {', '.join(map(queries.name_of, dropped))}."
    for person in people_of(presenter):
        record_event(
            course=slot.course,
            actor=actor,
            kind=queries.MOVED_UP,
            summary=words[:300],
            recipient=person,
            details={"slot": slot.pk, "dropped": [one.pk for one in dropped]},
        )


def _leave_other_lists(slot: Slot, presenter: Presenter) -> list[Slot]:
    """Take who moved up off the lists of the sheet where its rules no longer let them."""
    theirs = Waiting.objects.filter(slot__sheet=slot.sheet, **columns_of(presenter))
    waits = list(queries.with_item(Slot.objects.filter(waiting__in=theirs)).order_by("pk"))
    if not waits:
        return []
    standings = standings_on(slot.sheet, [presenter])
    dropped = [one for one in waits if not standings.allows(one, presenter)]
    theirs.filter(slot__in=dropped).delete()
    return dropped


def _standings(line: Line, rows: Sequence[Waiting]) -> dict[int, Standings]:
    """Of those who wait, by sheet."""
    by_sheet: dict[int, list[Presenter]] = defaultdict(list)
    for row in rows:
        by_sheet[line.slots[row.slot_id].sheet_id].append(presenter_of(row))
    sheets = {slot.sheet_id: slot.sheet for slot in line.slots.values()}
    return {pk: standings_on(sheets[pk], presenters) for pk, presenters in by_sheet.items()}


def _record_line(slot: Slot, actor: User, what: str, presenter: Presenter, does: str) -> None:
    """Write down who joined or left a line, for staff: the others see only how long it is."""
    record_event(
        course=slot.course,
        actor=actor,
        kind=f"presentations.{what}",
        summary=f"{presenter} {does} {queries.describe(slot)}"[:300],
        audience=Audience.STAFF,
        details={"slot": slot.pk, **ids_of(presenter)},
    )
