"""The only writer of sign-ups: what claims, waiting lists, swaps and assignments have in common.

Constraints decide who gets a seat (one sign-up a seat; a person or group once a slot).  So that
most people never meet them, whoever changes sign-ups locks the presenters' rows first
(``lock_presenters``) and then the slots', by key, on PostgreSQL; on SQLite every writing
transaction has the database for itself.
"""

from __future__ import annotations

from collections.abc import Collection

from readings.accounts.models import User
from readings.courses.services import record_event
from readings.presentations import queries
from readings.presentations.models import Seat, SignUp, Slot, Waiting
from readings.presentations.presenters import (
    Presenter,
    columns_of,
    lock_presenters,
    require_presenter,
)
from readings.presentations.refusals import SlotGone


def lock_slots(slots: Collection[int]) -> dict[int, Slot]:
    """The slots with these keys as they are now, locked for the transaction.  Raises ``SlotGone``.

    Not the key lock: inserting a sign-up refers to the slot and need not wait.
    """
    rows = Slot.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    found = {slot.pk: slot for slot in queries.with_item(rows.filter(pk__in=slots))}
    if len(found) < len(set(slots)):
        raise SlotGone("This slot was removed a moment ago.")
    return found


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
