"""Take a seat, give it up; staff put people on seats and take them off."""

from __future__ import annotations

from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Course, Group, Membership, Role
from readings.presentations import queries
from readings.presentations.claim_words import (
    already_sentence,
    closed_sentence,
    full_sentence,
    local_words,
    over_sentence,
)
from readings.presentations.holding import require_allowed, require_role
from readings.presentations.models import Seat, SignUp, Slot
from readings.presentations.presenters import (
    Presenter,
    columns_of,
    lock_presenters,
    require_presenter,
)
from readings.presentations.refusals import (
    AlreadyYours,
    ClassIsOver,
    GivenByWishes,
    NotOpenYet,
    NotYours,
    SignUpClosed,
    SlotFull,
    SlotGone,
    WrongPresenter,
)
from readings.presentations.seating import (
    find_free_seat,
    lock_slot,
    record,
    reload_slot,
    seat_presenter,
)
from readings.presentations.windows import Phase

TRIES: Final = 5


def claim_seat(*, slot: Slot, actor: User) -> SignUp:
    """Give ``actor``, or their group, a free seat of the slot.

    Raises the refusal that applies: ``NotAStudent``, ``AuditorsDoNotPresent``, ``GroupNeeded``,
    ``NotOpenYet``, ``SignUpClosed``, ``ClassIsOver``, ``GivenByWishes``, ``AlreadyYours``,
    ``SlotFull``, ``SlotGone``, and what ``holding.require_allowed`` raises.
    """
    slot = reload_slot(slot)
    require_role(slot.sheet, actor)
    # Look before locking: in a rush most find no seat, and need not wait for those who write.
    presenter = require_presenter(slot.sheet, actor)
    if _find_seat(slot, presenter, actor) is not None:
        for _try in range(TRIES):
            try:
                with transaction.atomic():
                    sign_up = _claim(slot, actor)
            except IntegrityError:
                continue  # somebody who did not lock took this very seat: look again
            if sign_up is not None:
                return sign_up
            break
    # Worded after the transaction, so that the losers of a rush do not hold up each other.
    _refuse_second_seat(slot, presenter, actor)  # the seat may have gone to their own group
    raise SlotFull(full_sentence(slot, timezone.now()))


def leave_seat(*, slot: Slot, actor: User) -> None:
    """Give up the seat of ``actor``, or of their group.

    Raises ``NotYours``, ``SignUpClosed``, ``ClassIsOver``, ``SlotGone``.
    """
    with transaction.atomic():
        slot = lock_slot(slot)
        sign_up = queries.held_by(SignUp.objects.filter(slot=slot), actor).first()
        if sign_up is None:
            raise NotYours("You have no seat here to give up.")
        match queries.window_of(slot).phase(timezone.now()):
            case Phase.OVER:
                raise ClassIsOver(over_sentence(slot))
            case Phase.CLOSED:
                raise SignUpClosed(
                    f"{closed_sentence(slot)} Offer the seat to others, or ask the course's staff."
                )
            case Phase.WISHES:
                raise GivenByWishes(
                    "These slots were given out by wishes. Offer the seat to others, or ask the"
                    " course's staff."
                )
        presenter = queries.presenter_name(sign_up)
        sign_up.delete()
        record(slot, actor, "seat_left", f"{presenter} gave up {queries.describe(slot)}", sign_up)


def put_on_seat(*, slot: Slot, presenter: Presenter, actor: User) -> SignUp:
    """Staff give a free seat to a member or a group, whether sign-up is open or not.

    The sheet's rules are theirs to break.  Raises ``WrongPresenter``, ``AlreadyYours``,
    ``SlotFull``, ``SlotGone``.
    """
    if isinstance(presenter, Group) != slot.sheet.is_for_groups:
        wanted = "groups" if slot.sheet.is_for_groups else "single persons"
        raise WrongPresenter(f"This slot is for {wanted}.")
    try:
        with transaction.atomic():
            lock_presenters(slot.course, [presenter])
            if isinstance(presenter, User):
                _require_presents(presenter, slot.course)
            slot = lock_slot(slot)
            _refuse_second_seat(slot, presenter, actor)
            seat = find_free_seat(slot)
            if seat is None:
                raise SlotFull("Every seat is taken. Add a seat, or take somebody off first.")
            sign_up = seat_presenter(seat, slot, presenter, actor)
            summary = f"{presenter} was given {queries.describe(slot)}"
            record(slot, actor, "put_on_seat", summary, sign_up)
    except IntegrityError:  # met by somebody who did not lock
        raise SlotFull("Somebody took that seat a moment ago. Look again.") from None
    return sign_up


def take_off(*, sign_up: SignUp, actor: User) -> bool:
    """Staff free a seat, whether sign-up is open or not; False when it was free already."""
    with transaction.atomic():
        slot = lock_slot(sign_up.slot)
        gone, _rows = SignUp.objects.filter(pk=sign_up.pk).delete()
        if gone:
            presenter = queries.presenter_name(sign_up)
            record(
                slot,
                actor,
                "taken_off",
                f"{presenter} was taken off {queries.describe(slot)}",
                sign_up,
            )
    return bool(gone)


def _claim(slot: Slot, actor: User) -> SignUp | None:
    """Insert into a free seat, under the locks; None when there is none."""
    presenter = require_presenter(slot.sheet, actor)
    lock_presenters(slot.course, [presenter])
    if require_presenter(slot.sheet, actor) != presenter:
        raise SlotGone("Your group changed a moment ago: look at it again.")
    locked = lock_slot(slot)
    if locked.sheet_id != slot.sheet_id or locked.sheet.taken_by != slot.sheet.taken_by:
        raise SlotGone("This slot was changed a moment ago: look at it again.")
    seat = _find_seat(locked, presenter, actor)
    if seat is None:
        return None
    sign_up = seat_presenter(seat, locked, presenter, actor)
    record(locked, actor, "seat_taken", f"{presenter} took {queries.describe(locked)}", sign_up)
    return sign_up


def _find_seat(slot: Slot, presenter: Presenter, actor: User) -> Seat | None:
    """A free seat; None when there is none.  Raises what speaks against taking one."""
    _require_open(slot)
    _refuse_second_seat(slot, presenter, actor)
    require_allowed(slot, presenter)
    return find_free_seat(slot)


def _refuse_second_seat(slot: Slot, presenter: Presenter, actor: User) -> None:
    held = SignUp.objects.filter(slot=slot, **columns_of(presenter))
    mine = held.select_related("user", "group", "created_by").first()
    if mine is not None:
        raise AlreadyYours(already_sentence(mine, actor))


def _require_presents(user: User, course: Course) -> None:
    """Raises ``WrongPresenter`` for auditors and people from outside."""
    members = Membership.objects.filter(course=course, user=user)
    if not members.exclude(role=Role.AUDITOR).exists():
        raise WrongPresenter(f"{user} audits this course, or is not in it.")


def _require_open(slot: Slot) -> None:
    match queries.window_of(slot).phase(timezone.now()):
        case Phase.NOT_YET:
            opens_at = queries.window_of(slot).opens_at
            raise NotOpenYet(f"Sign-up opens on {local_words(opens_at, slot.course)}.")
        case Phase.WISHES:
            raise GivenByWishes(
                "These slots are given out by wishes: rank the ones you would like."
            )
        case Phase.CLOSED:
            raise SignUpClosed(closed_sentence(slot))
        case Phase.OVER:
            raise ClassIsOver(over_sentence(slot))
