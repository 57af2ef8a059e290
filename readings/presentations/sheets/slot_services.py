"""The one writer of slots and their seats, once they are made (see ``adding``)."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from readings.accounts.models import User
from readings.core.counting import count_of
from readings.core.refusals import Refusal
from readings.courses.models import Course
from readings.presentations import queries, services, waiting
from readings.presentations.models import Seat, Sheet, SignUp, Slot
from readings.presentations.presenters import Presenter, columns_of
from readings.presentations.refusals import (
    HasWork,
    SeatsTaken,
    SlotGone,
    StillTaken,
    WrongPresenter,
    WrongSheet,
)
from readings.presentations.seating import lock_sheet, lock_slot, lock_slots, lock_those_there
from readings.presentations.sheets.changes import changes_words, values_words
from readings.presentations.sheets.terms import Terms, require_window
from readings.presentations.sheets.words import (
    HAS_WORK,
    record,
    record_taken_off,
    taken_words,
)
from readings.presentations.windows import Phase

_TERMS: Final = ("title", "minutes", "opens_at", "closes_at")


@dataclass(frozen=True)
class Changes:
    """What to change about many slots at once; None: leave it as it is."""

    seats: int | None = None
    minutes: int | None = None
    opens_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None
    as_sheet_says: bool = False  # no window of their own any more
    sheet: Sheet | None = None

    def words(self, course: Course) -> str:
        """``seats 2; opens Wed Sep 17, 8:30``."""
        fields = ("seats", "minutes", "opens_at", "closes_at")
        given = {name: getattr(self, name) for name in fields}
        said = [values_words(given, course.zone)]
        said += ["no window of their own"] if self.as_sheet_says else []
        said += [f"moved to {self.sheet.title}"] if self.sheet else []
        return "; ".join(filter(None, said))

    @property
    def says_nothing(self) -> bool:
        """Whether there is nothing to change."""
        return self == Changes()


def update_slot(*, slot: Slot, terms: Terms, sheet: Sheet | None = None, actor: User) -> None:
    """Store new terms, and the ``sheet`` to which it moves.

    Seats that nobody has are removed first, the highest number first.  Raises
    ``ClosesBeforeOpening``, ``OpensTooLate``, ``SlotGone``, ``WrongSheet``, and ``SeatsTaken`` when
    the terms would push out somebody.
    """
    with transaction.atomic():
        sheet = _lock_other_sheet([slot.pk], sheet)
        locked = lock_slot(slot)
        before = _state_of(locked)
        _move_to_sheet([locked], sheet)
        require_window(terms.opens_at, terms.closes_at, locked.sheet)
        _resize([locked], terms.seats)
        for name in _TERMS:
            setattr(locked, name, getattr(terms, name))
        locked.save()
        words = changes_words(before, _state_of(locked), locked.course.zone)
        record(
            locked.course,
            actor,
            "slot_changed",
            f"Changed: sign-up for {queries.describe(locked)}" + (f": {words}" if words else ""),
            {
                "slot": locked.pk,
                "sheet": locked.sheet_id,
                "before": {name: str(was) for name, was in before.items()},
            },
        )
    waiting.move_up([slot.pk])  # to seats that were added, or that open again


def change_slots(*, course: Course, slots: Collection[int], changes: Changes, actor: User) -> int:
    """Change many slots at once, all or none; how many there were.

    Raises as ``update_slot``, naming the slot.
    """
    if not slots or changes.says_nothing:
        return 0
    with transaction.atomic():
        sheet = _lock_other_sheet(slots, changes.sheet)
        locked = list(lock_slots(_keys(course, slots)).values())
        _move_to_sheet(locked, sheet)
        if changes.seats is not None:
            _resize(locked, changes.seats)
        for slot in locked:
            if changes.minutes is not None:
                slot.minutes = changes.minutes
            if changes.as_sheet_says:
                slot.opens_at = slot.closes_at = None
            slot.opens_at = changes.opens_at or slot.opens_at
            slot.closes_at = changes.closes_at or slot.closes_at
            _require_window_of(slot)
        fields = ["sheet", "minutes", "opens_at", "closes_at"]
        Slot.objects.bulk_update(locked, fields, batch_size=500)
        sheets = {slot.sheet_id: slot.sheet for slot in locked}
        for pk, on in sheets.items():
            mine = [slot.pk for slot in locked if slot.sheet_id == pk]
            record(
                course,
                actor,
                "slots_changed",
                f"Changed: {count_of(len(mine), 'slot')} of {on.title}: {changes.words(course)}",
                {"slots": mine, "sheet": pk},
            )
    waiting.move_up([slot.pk for slot in locked])  # as in ``update_slot``
    return len(locked)


def move_slot(*, slot: Slot, by: int, actor: User) -> bool:
    """Let the slot come earlier (``by=-1``) or later (``by=1``) than its neighbour on the item.

    False when there is no neighbour.
    """
    with transaction.atomic():
        there = lock_those_there(Slot.objects.filter(agenda_item=slot.agenda_item_id))
        # By the item's order, whatever the order in which they are locked.
        order = sorted(there.values(), key=lambda one: (one.position, one.pk))
        place = next((n for n, one in enumerate(order) if one.pk == slot.pk), None)
        if place is None or not 0 <= place + by < len(order):
            return False
        order.insert(place + by, order.pop(place))
        for position, one in enumerate(order, start=1):
            one.position = position
        Slot.objects.bulk_update(order, ["position"])
        locked = order[place + by]
        record(
            locked.course,
            actor,
            "slot_moved",
            f"{queries.describe(locked)} comes {'earlier' if by < 0 else 'later'} on the day",
            {"slot": locked.pk, "sheet": locked.sheet_id},
        )
    return True


def move_windows(*, windows: Mapping[int, tuple[dt.datetime | None, dt.datetime | None]]) -> None:
    """Let sign-up open and close at these instants, by the keys of slots whose classes moved.

    In the transaction that moves the classes.
    """
    slots = list(lock_those_there(Slot.objects.filter(pk__in=windows)).values())
    for slot in slots:
        slot.opens_at, slot.closes_at = windows[slot.pk]
    Slot.objects.bulk_update(slots, ["opens_at", "closes_at"], batch_size=500)


def delete_slot(*, slot: Slot, agreed_sign_ups: int, actor: User) -> None:
    """Remove a slot with the sign-ups on it, at most as many as were shown and agreed to.

    Raises ``SlotGone``, ``HasWork``, and ``StillTaken`` when there are more.
    """
    try:
        with transaction.atomic():
            locked = lock_slot(slot)
            sign_ups = list(SignUp.objects.filter(slot=locked).select_related("user", "group"))
            if len(sign_ups) > agreed_sign_ups:
                raise StillTaken(
                    f"{taken_words(len(sign_ups))} by now. Look again before you remove it."
                )
            record_taken_off(locked, sign_ups, actor)
            names = [queries.presenter_name(sign_up) for sign_up in sign_ups]
            off = f"; off it: {', '.join(names)}" if names else ""
            record(
                locked.course,
                actor,
                "slot_removed",
                f"No longer to be presented: {queries.describe(locked)}{off}",
                {
                    "slot": locked.pk,
                    "sheet": locked.sheet_id,
                    "users": [sign_up.user_id for sign_up in sign_ups if sign_up.user_id],
                    "groups": [sign_up.group_id for sign_up in sign_ups if sign_up.group_id],
                },
            )
            SignUp.objects.filter(pk__in=[sign_up.pk for sign_up in sign_ups]).delete()
            locked.delete()
    except ProtectedError:
        raise HasWork(HAS_WORK) from None


def delete_free_slots(*, course: Course, slots: Collection[int], actor: User) -> tuple[int, int]:
    """Remove those of ``slots`` that nobody has, waits for or wished for, and no work hangs on.

    How many went, and how many stay.  Raises ``SlotGone``.
    """
    with transaction.atomic():
        locked = lock_slots(_keys(course, slots))
        quiet = Slot.objects.filter(
            pk__in=locked,
            sign_ups__isnull=True,
            waiting__isnull=True,
            preferences__isnull=True,
            materials__isnull=True,
            talk_feedback__isnull=True,
            talk_marks__isnull=True,
        )
        gone = [locked[pk] for pk in sorted(quiet.values_list("pk", flat=True))]
        for sheet in {slot.sheet_id: slot.sheet for slot in gone}.values():
            mine = [slot for slot in gone if slot.sheet_id == sheet.pk]
            record(
                course,
                actor,
                "slots_removed",
                f"{sheet.title}: {count_of(len(mine), 'slot')} fewer",
                {"slots": [slot.pk for slot in mine], "sheet": sheet.pk},
            )
        Slot.objects.filter(pk__in=[slot.pk for slot in gone]).delete()
    return len(gone), len(locked) - len(gone)


def take_off_all(*, presenter: Presenter, sign_ups: Collection[int], actor: User) -> int:
    """Free those of these seats that are still the presenter's; how many there were.

    Talks that were given stay theirs.  One after the other, each by itself: whoever waits for one
    of them gets it at once.
    """
    rows = SignUp.objects.filter(pk__in=sign_ups, **columns_of(presenter))
    found = list(queries.with_slot(rows).select_related("user", "group").order_by("slot"))
    now = timezone.now()
    freed = 0
    for one in found:
        if queries.window_of(one.slot).phase(now) == Phase.OVER:
            continue
        with contextlib.suppress(SlotGone, WrongPresenter):  # removed or handed over a moment ago
            freed += services.take_off(sign_up=one, actor=actor)
    return freed


def _keys(course: Course, slots: Collection[int]) -> list[int]:
    """Those of this course; one that is gone stays in, and is missed when it is locked."""
    foreign = Slot.objects.filter(pk__in=slots).exclude(course=course)
    return sorted(set(slots) - set(foreign.values_list("pk", flat=True)))


def _lock_other_sheet(slots: Collection[int], sheet: Sheet | None) -> Sheet | None:
    """The sheet to which some of these move, as it is now; None where all are on it already."""
    if sheet is None or not Slot.objects.filter(pk__in=slots).exclude(sheet=sheet).exists():
        return None
    return lock_sheet(sheet)


def _move_to_sheet(slots: list[Slot], sheet: Sheet | None) -> None:
    moving = [slot for slot in slots if sheet is not None and slot.sheet_id != sheet.pk]
    if sheet is None or not moving:
        return
    for slot in moving:
        if slot.sheet.taken_by != sheet.taken_by:
            wanted = "groups" if slot.sheet.is_for_groups else "single persons"
            raise WrongSheet(
                f"{queries.describe(slot)} is for {wanted}, and “{sheet.title}” is not."
            )
    wished = Slot.objects.filter(pk__in=[slot.pk for slot in moving], preferences__isnull=False)
    first = queries.with_item(wished).first()
    if first is not None:
        raise WrongSheet(f"{queries.describe(first)} is wished for on its sheet: it stays there.")
    for slot in moving:
        slot.sheet = sheet


def _require_window_of(slot: Slot) -> None:
    try:
        require_window(slot.opens_at, slot.closes_at, slot.sheet)
    except Refusal as refusal:
        raise type(refusal)(f"{queries.describe(slot)}: {refusal}") from None


def _state_of(slot: Slot) -> dict[str, object]:
    """What ``update_slot`` may change about it."""
    terms = {name: getattr(slot, name) for name in _TERMS}
    return {"seats": slot.seats.count(), **terms, "sheet": slot.sheet.title}


def _resize(slots: list[Slot], wanted: int) -> None:
    """Add seats after the last, or remove free ones from the end."""
    seats: dict[int, list[tuple[int, int, int | None]]] = {slot.pk: [] for slot in slots}
    rows = Seat.objects.filter(slot__in=seats).order_by("slot", "number")
    for slot_id, *seat in rows.values_list("slot_id", "pk", "number", "sign_up"):
        seats[slot_id].append((seat[0], seat[1], seat[2]))
    added: list[Seat] = []
    removed: list[int] = []
    for slot in slots:
        there = seats[slot.pk]
        free = [pk for pk, _number, sign_up in there if sign_up is None]
        taken = len(there) - len(free)
        if wanted < taken:
            raise SeatsTaken(
                f"{queries.describe(slot)}: {taken_words(taken)}, fewer seats would put somebody"
                " out."
            )
        after = there[-1][1] if there else 0
        added += [Seat(slot=slot, number=after + n + 1) for n in range(wanted - len(there))]
        removed += free[len(free) - max(0, len(there) - wanted) :]
    Seat.objects.bulk_create(added)
    Seat.objects.filter(pk__in=removed).delete()
