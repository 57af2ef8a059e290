"""Take a seat, give it up; staff put people on seats and take them off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.models import Group, Membership, Role
from readings.presentations import queries, waiting
from readings.presentations.claim_words import closed_sentence, full_sentence, over_sentence
from readings.presentations.holding import (
    refuse_second_seat,
    require_allowed,
    require_open,
    require_role,
    standings_on,
)
from readings.presentations.models import Seat, Sheet, SignUp, Slot, Waiting
from readings.presentations.presenters import (
    Presenter,
    columns_of,
    lock_presenters,
    presenter_of,
    require_presenter,
)
from readings.presentations.refusals import (
    ClassIsOver,
    GivenByWishes,
    NotWaiting,
    NotYours,
    SignUpClosed,
    SlotFull,
    WrongPresenter,
)
from readings.presentations.seating import (
    GIVEN,
    TAKEN_AWAY,
    find_free_seat,
    lock_slot,
    lock_to_take,
    record,
    reload_slot,
    seat_presenter,
    tell_people,
)
from readings.presentations.windows import Phase

TRIES: Final = 5


class _LineFirst(Refusal):
    """The free seat belongs to somebody who waits for it."""


def claim_seat(*, slot: Slot, actor: User) -> SignUp:
    """Give ``actor``, or their group, a free seat of the slot.

    Raises the refusal that applies: ``NotAStudent``, ``AuditorsDoNotPresent``, ``GroupNeeded``,
    ``NotOpenYet``, ``SignUpClosed``, ``ClassIsOver``, ``GivenByWishes``, ``AlreadyYours``,
    ``SlotFull``, ``SlotGone``, ``NoClass``, and what ``holding.require_allowed`` raises.
    """
    slot = reload_slot(slot)
    require_role(slot.sheet, actor)
    # Look before locking: in a rush most find no seat, and need not wait for those who write.
    presenter = require_presenter(slot.sheet, actor)
    tries = TRIES if _find_seat(slot, presenter, actor) is not None else 0
    for _try in range(tries):
        try:
            with transaction.atomic():
                sign_up = _claim(slot, actor)
        except IntegrityError:
            continue  # somebody who did not lock took this very seat: look again
        except _LineFirst:
            waiting.move_up([slot.pk])
            continue
        if sign_up is not None:
            return sign_up
        break
    # Worded after the transaction, so that the losers of a rush do not hold up each other.
    refuse_second_seat(slot, presenter, actor)  # the seat may have gone to their own group
    raise SlotFull(full_sentence(slot, timezone.now()))


def leave_seat(*, slot: Slot, actor: User) -> None:
    """Give up the seat of ``actor``, or of their group.

    Whoever is next in line for it has it at once.  Raises ``NotYours``, ``SignUpClosed``,
    ``ClassIsOver``, ``GivenByWishes``, ``SlotGone``.
    """
    with transaction.atomic():
        mine = queries.held_by(SignUp.objects.filter(slot=slot), actor)
        seen = mine.first()
        if seen is None:
            reload_slot(slot)
            raise NotYours("You have no seat here to give up.")
        line = waiting.lock_line(slot.course_id, [slot.pk], leaver=presenter_of(seen))
        slot, sign_up = line.slots[slot.pk], mine.first()
        if sign_up is None or presenter_of(sign_up) != presenter_of(seen):
            raise NotYours("You have no seat here to give up any more.")
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
        if sign_up.group is not None:
            words = f"{actor} gave up {queries.describe(slot)} for {presenter}"
            tell_people(slot, sign_up.group, actor, TAKEN_AWAY, words)
        waiting.serve(line)


def put_on_seat(*, slot: Slot, presenter: Presenter, actor: User) -> SignUp:
    """Staff give a free seat to a member or a group, whether sign-up is open or not.

    The sheet's rules are theirs to break: ``words_on_given`` says which they broke.
    Raises ``WrongPresenter``, ``AlreadyYours``, ``SlotFull``, ``SlotGone``.
    """
    try:
        with transaction.atomic():
            lock_presenters(slot.course, [presenter])
            slot = lock_slot(slot)
            if isinstance(presenter, Group) != slot.sheet.is_for_groups:
                wanted = "groups" if slot.sheet.is_for_groups else "single persons"
                raise WrongPresenter(f"This slot is for {wanted}.")
            if isinstance(presenter, User):
                _require_presents(presenter, slot.sheet)
            refuse_second_seat(slot, presenter, actor)
            seat = find_free_seat(slot)
            if seat is None:
                raise SlotFull("Every seat is taken. Add a seat, or take somebody off first.")
            waited = Waiting.objects.filter(slot=slot, **columns_of(presenter)).exists()
            sign_up = seat_presenter(seat, slot, presenter, actor)
            summary = f"{presenter} was given {queries.describe(slot)}"
            record(slot, actor, "put_on_seat", summary, sign_up)
            if waited:
                waiting.tell_moved_up(slot, presenter, actor)
            else:
                whose = presenter if isinstance(presenter, Group) else "You"
                words = f"{whose} got {queries.describe(slot)} from {actor}"
                tell_people(slot, presenter, actor, GIVEN, words)
    except IntegrityError:  # met by somebody who did not lock
        raise SlotFull("Somebody took that seat a moment ago. Look again.") from None
    return sign_up


def words_on_given(sign_up: SignUp, line: Sequence[Presenter]) -> str:
    """What staff should know who gave this seat: a rule it breaks, and who was first in line.

    ``line`` is who waited before.  Empty where there is nothing to say.
    """
    presenter, slot = presenter_of(sign_up), sign_up.slot
    against = standings_on(slot.sheet, [presenter], with_roles=False).breaks(slot, presenter)
    words = [f"This is against the sheet's rules: {presenter} {against}."] if against else []
    if line and line[0] != presenter:
        words.append(f"{line[0]} was first in line, and still waits.")
    return " ".join(words)


def give_to_waiting(*, slot: Slot, waiting_id: int, actor: User) -> SignUp:
    """Staff give a free seat to somebody on the waiting list, when sign-up is no longer open.

    As ``put_on_seat``; raises ``NotWaiting`` too.
    """
    slot = reload_slot(slot)
    rows = Waiting.objects.filter(slot=slot, pk=waiting_id).select_related("user", "group")
    row = rows.first()
    if row is None:
        raise NotWaiting("They do not wait any more. Look again.")
    return put_on_seat(slot=slot, presenter=presenter_of(row), actor=actor)


def take_off(*, sign_up: SignUp, actor: User) -> bool:
    """Staff free a seat, whether sign-up is open or not; False when it was free already.

    While it is open, whoever is next in line has the seat at once.  Raises ``WrongPresenter`` when
    it is somebody else's by now.
    """
    with transaction.atomic():
        rows = SignUp.objects.filter(pk=sign_up.pk).select_related("user", "group")
        seen = rows.first()
        if seen is None:
            return False
        slot = sign_up.slot
        line = waiting.lock_line(slot.course_id, [slot.pk], leaver=presenter_of(seen))
        found = rows.first()
        if found is None:
            return False
        presenter = presenter_of(found)
        if presenter != presenter_of(seen):
            raise WrongPresenter(f"{presenter} has this seat since a moment ago. Look again.")
        found.delete()
        slot = line.slots[slot.pk]
        summary = f"{presenter} was taken off {queries.describe(slot)}"
        record(slot, actor, "taken_off", summary, found)
        whose = f"{presenter} does" if isinstance(presenter, Group) else "You do"
        words = f"{whose} not present {queries.describe(slot)} any more: {actor} changed that"
        tell_people(slot, presenter, actor, TAKEN_AWAY, words)
        waiting.serve(line)
    return True


def _claim(slot: Slot, actor: User) -> SignUp | None:
    """Insert into a free seat, under the locks; None when there is none."""
    locked, presenter = lock_to_take(slot, actor)
    require_role(locked.sheet, actor)  # they may have left the course a moment ago
    seat = _find_seat(locked, presenter, actor)
    if seat is None:
        return None
    if waiting.somebody_goes_first(locked, presenter):
        raise _LineFirst
    sign_up = seat_presenter(seat, locked, presenter, actor)
    record(locked, actor, "seat_taken", f"{presenter} took {queries.describe(locked)}", sign_up)
    if isinstance(presenter, Group):
        words = f"{actor} took {queries.describe(locked)} for {presenter}"
        tell_people(locked, presenter, actor, GIVEN, words)
    return sign_up


def _find_seat(slot: Slot, presenter: Presenter, actor: User) -> Seat | None:
    """A free seat; None when there is none.  Raises what speaks against taking one."""
    require_open(slot)
    refuse_second_seat(slot, presenter, actor)
    require_allowed(slot, presenter)
    return find_free_seat(slot)


def _require_presents(user: User, sheet: Sheet) -> None:
    """Raises ``WrongPresenter`` for people from outside, and auditors unless the sheet has them."""
    members = Membership.objects.filter(course=sheet.course_id, user=user)
    if not sheet.auditors_too:
        members = members.exclude(role=Role.AUDITOR)
    if not members.exists():
        raise WrongPresenter(f"{user} audits this course, or is not in it.")
