"""The only writer of sign-ups: what claims, waiting lists, swaps and assignments have in common.

Constraints decide who gets a seat (one sign-up a seat; a person or group once a slot).  So that
most people never meet them, rows are locked on PostgreSQL; on SQLite every writing transaction has
the database for itself.  Nobody waits for somebody who waits for them, as all lock in this order
and leave out what they do not need:

1. the course (who publishes its plan), or the run (who publishes an assignment);
2. presenters (``lock_presenters``): groups by key, then memberships by user;
3. sheets by key (``lock_sheet``: who changes their rules, or puts slots on them);
4. slots by key (``lock_slots``), as whoever changes a seat, a place in line or a wish does;
5. swap requests by key.

All are locked without their keys: a row that refers to them, such as an event to its course, does
not wait.  What was read before a lock, or by a join while waiting for it, may be old: it is read
again under the lock.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.db.models import QuerySet

from readings.accounts.models import User
from readings.courses.models import Audience, Event
from readings.courses.services import record_event
from readings.presentations import queries
from readings.presentations.models import Seat, Sheet, SignUp, Slot, Waiting
from readings.presentations.presenters import (
    Presenter,
    columns_of,
    lock_presenters,
    people_of,
    require_presenter,
)
from readings.presentations.refusals import SlotGone

# To those alone whose seat it is, about what somebody else did.
GIVEN: Final = "presentations.seat_given"
TAKEN_AWAY: Final = "presentations.seat_taken_away"


def lock_slots(slots: Collection[int]) -> dict[int, Slot]:
    """The slots with these keys as they are now, locked until the transaction ends.

    Raises ``SlotGone``.
    """
    found = lock_those_there(Slot.objects.filter(pk__in=slots))
    if len(found) < len(set(slots)):
        raise SlotGone("This slot was removed a moment ago.")
    return found


def lock_those_there(slots: QuerySet[Slot]) -> dict[int, Slot]:
    """As ``lock_slots``, those of these slots that are there, by key."""
    rows = slots.select_for_update(of=("self",), no_key=True).order_by("pk")
    keys = list(rows.values_list("pk", flat=True))
    # By itself: who waited for the lock would be given the sheet and the class of before.
    found = queries.with_item(Slot.objects.filter(pk__in=keys)).order_by("pk")
    return {slot.pk: slot for slot in found}


def lock_sheet(sheet: Sheet) -> Sheet:
    """The sheet as it is now: nobody else changes its rules or adds slots to it meanwhile.

    Raises ``SlotGone``.
    """
    rows = Sheet.objects.select_for_update(of=("self",), no_key=True).select_related("course")
    locked = rows.filter(pk=sheet.pk).first()
    if locked is None:
        raise SlotGone("This sheet was removed a moment ago.")
    return locked


def lock_slot(slot: Slot) -> Slot:
    """One slot as it is now, locked for the transaction.  Raises ``SlotGone``."""
    return lock_slots([slot.pk])[slot.pk]


def lock_to_take(slot: Slot, actor: User) -> tuple[Slot, Presenter]:
    """The slot, and as whom ``actor`` takes a seat or a place in line there: both locked.

    ``slot`` is as somebody saw it.  Raises ``GroupNeeded``, ``WrongPresenter``, ``SlotGone``.
    """
    presenter = require_presenter(slot.sheet, actor)
    lock_presenters(slot.course, [presenter])
    if require_presenter(slot.sheet, actor) != presenter:
        raise SlotGone("Your group changed a moment ago: look at it again.")
    locked = lock_slot(slot)
    if locked.sheet_id != slot.sheet_id or locked.sheet.taken_by != slot.sheet.taken_by:
        raise SlotGone("This slot was changed a moment ago: look at it again.")
    return locked, presenter


def reload_slot(slot: Slot) -> Slot:
    """The slot as it is now, with all that its sentences need.  Raises ``SlotGone``."""
    now = queries.with_item(Slot.objects.filter(pk=slot.pk)).first()
    if now is None:
        raise SlotGone("This slot was removed a moment ago.")
    return now


def find_free_seat(slot: Slot) -> Seat | None:
    """The free seat with the lowest number."""
    return Seat.objects.filter(slot=slot, sign_up__isnull=True).order_by("number").first()


def seat_presenter(seat: Seat, slot: Slot, presenter: Presenter, actor: User) -> SignUp:
    """Give the seat to the presenter, who waits for one no longer.

    Raises ``IntegrityError`` when it is taken, or they sit.
    """
    sign_up = SignUp.objects.create(seat=seat, slot=slot, created_by=actor, **columns_of(presenter))
    stop_waiting(slot, presenter)
    return sign_up


def change_presenter(sign_up: SignUp, presenter: Presenter) -> None:
    """Let the seat be somebody else's.  Raises ``IntegrityError`` when they sit in the slot."""
    for name, value in columns_of(presenter).items():
        setattr(sign_up, name, value)
    sign_up.save(update_fields=["user", "group"])
    stop_waiting(sign_up.slot, presenter)


def stop_waiting(slot: Slot, presenter: Presenter) -> bool:
    """Take the presenter off the slot's waiting list; False when they were not on it."""
    gone, _rows = Waiting.objects.filter(slot=slot, **columns_of(presenter)).delete()
    return bool(gone)


def tell_people(
    slot: Slot, presenter: Presenter, actor: User | None, kind: str, summary: str
) -> None:
    """Tell each whom a seat concerns, but the one who did it, what became of it."""
    Event.objects.bulk_create(
        [
            Event(
                course=slot.course,
                actor=actor,
                kind=kind,
                summary=summary[:300],
                audience=Audience.MEMBERS,
                recipient=person,
                details={"slot": slot.pk},
            )
            for person in people_of(presenter)
            if person != actor
        ]
    )


def record(
    slot: Slot,
    actor: User | None,
    what: str,
    summary: str,
    sign_up: SignUp,
    *,
    recipient: User | None = None,
) -> None:
    """Write down what happened to a seat."""
    record_event(
        course=slot.course,
        actor=actor,
        kind=f"presentations.{what}",
        summary=summary[:300],
        recipient=recipient,
        details={"slot": slot.pk, "user": sign_up.user_id, "group": sign_up.group_id},
    )
