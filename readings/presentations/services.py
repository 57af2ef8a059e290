"""The one writer of sign-ups: take a seat, give it up; staff put people on seats and take them off.

Constraints decide who gets a seat (one sign-up a seat; a person or group once a slot).  So that
most people never meet them, whoever changes the sign-ups of a slot locks the presenters' rows first
(``lock_presenters``) and the slot's then, on PostgreSQL; on SQLite every writing transaction has
the database for itself.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from readings.accounts.models import User
from readings.core.clock import short_date, short_instant
from readings.courses.models import Course, Group, Membership, Role
from readings.courses.services import record_event
from readings.presentations import queries
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
from readings.presentations.windows import Phase

TRIES: Final = 5
A_MOMENT: Final = dt.timedelta(minutes=1)


def claim_seat(*, slot: Slot, actor: User) -> SignUp:
    """Give ``actor``, or their group, a free seat of the slot.

    Raises the refusal that applies: ``NotAStudent``, ``AuditorsDoNotPresent``, ``GroupNeeded``,
    ``NotOpenYet``, ``SignUpClosed``, ``ClassIsOver``, ``GivenByWishes``, ``AlreadyYours``,
    ``SlotFull``, ``SlotGone``, and what ``holding.require_allowed`` raises.
    """
    slot = _reload(slot, Slot.objects.all())
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
    raise SlotFull(_full_sentence(slot, timezone.now()))


def leave_seat(*, slot: Slot, actor: User) -> None:
    """Give up the seat of ``actor``, or of their group.

    Raises ``NotYours``, ``SignUpClosed``, ``ClassIsOver``, ``SlotGone``.
    """
    with transaction.atomic():
        slot = _lock(slot)
        sign_up = _held_by(slot, actor)
        if sign_up is None:
            raise NotYours("You have no seat here to give up.")
        match queries.window_of(slot).phase(timezone.now()):
            case Phase.OVER:
                raise ClassIsOver(_over_sentence(slot))
            case Phase.CLOSED:
                raise SignUpClosed(
                    f"{_closed_sentence(slot)} Offer the seat to others, or ask the course's staff."
                )
            case Phase.WISHES:
                raise GivenByWishes(
                    "These slots were given out by wishes. Offer the seat to others, or ask the"
                    " course's staff."
                )
        presenter = queries.presenter_name(sign_up)
        sign_up.delete()
        _record(slot, actor, "seat_left", f"{presenter} gave up {queries.describe(slot)}", sign_up)


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
            _require_of_course(presenter, slot.course)
            slot = _lock(slot)
            _refuse_second_seat(slot, presenter, actor)
            seat = _free_seat(slot)
            if seat is None:
                raise SlotFull("Every seat is taken. Add a seat, or take somebody off first.")
            sign_up = _sign_up(seat, slot, presenter, actor)
            summary = f"{presenter} was given {queries.describe(slot)}"
            _record(slot, actor, "put_on_seat", summary, sign_up)
    except IntegrityError:  # met by somebody who did not lock
        raise SlotFull("Somebody took that seat a moment ago. Look again.") from None
    return sign_up


def take_off(*, sign_up: SignUp, actor: User) -> bool:
    """Staff free a seat, whether sign-up is open or not; False when it was free already."""
    with transaction.atomic():
        slot = _lock(sign_up.slot)
        gone, _rows = SignUp.objects.filter(pk=sign_up.pk).delete()
        if gone:
            presenter = queries.presenter_name(sign_up)
            _record(
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
    locked = _lock(slot)
    if locked.sheet_id != slot.sheet_id or locked.sheet.taken_by != slot.sheet.taken_by:
        raise SlotGone("This slot was changed a moment ago: look at it again.")
    seat = _find_seat(locked, presenter, actor)
    if seat is None:
        return None
    sign_up = _sign_up(seat, locked, presenter, actor)
    _record(locked, actor, "seat_taken", f"{presenter} took {queries.describe(locked)}", sign_up)
    return sign_up


def _find_seat(slot: Slot, presenter: Presenter, actor: User) -> Seat | None:
    """A free seat; None when there is none.  Raises what speaks against taking one."""
    _require_open(slot)
    _refuse_second_seat(slot, presenter, actor)
    require_allowed(slot, presenter)
    return _free_seat(slot)


def _free_seat(slot: Slot) -> Seat | None:
    return Seat.objects.filter(slot=slot, sign_up__isnull=True).order_by("number").first()


def _refuse_second_seat(slot: Slot, presenter: Presenter, actor: User) -> None:
    held = SignUp.objects.filter(slot=slot, **columns_of(presenter))
    mine = held.select_related("user", "group", "created_by").first()
    if mine is not None:
        raise AlreadyYours(_already_sentence(mine, actor))


def _sign_up(seat: Seat, slot: Slot, presenter: Presenter, actor: User) -> SignUp:
    return SignUp.objects.create(seat=seat, slot=slot, created_by=actor, **columns_of(presenter))


def _lock(slot: Slot) -> Slot:
    """The slot as it is now, locked for the transaction.

    Not the key lock: inserting a sign-up refers to the slot and need not wait.
    """
    return _reload(slot, Slot.objects.select_for_update(of=("self",), no_key=True))


def _reload(slot: Slot, slots: QuerySet[Slot]) -> Slot:
    """The slot as it is now, with all that its sentences need.  Raises ``SlotGone``."""
    now = queries.with_item(slots).filter(pk=slot.pk).first()
    if now is None:
        raise SlotGone("This slot was removed a moment ago.")
    return now


def _held_by(slot: Slot, user: User) -> SignUp | None:
    """The sign-up of ``user``, or of a group they are in."""
    return queries.held_by(SignUp.objects.filter(slot=slot), user).first()


def _require_of_course(presenter: Presenter, course: Course) -> None:
    """Raises ``WrongPresenter``; a group is locked, so that it does not vanish meanwhile."""
    if isinstance(presenter, Group):
        groups = Group.objects.select_for_update(of=("self",), no_key=True)
        if groups.filter(pk=presenter.pk, course=course).first() is None:
            raise WrongPresenter(f"{presenter} is not a group of this course.")
    else:
        members = Membership.objects.filter(course=course, user=presenter)
        if not members.exclude(role=Role.AUDITOR).exists():
            raise WrongPresenter(f"{presenter} audits this course, or is not in it.")


def _require_open(slot: Slot) -> None:
    match queries.window_of(slot).phase(timezone.now()):
        case Phase.NOT_YET:
            opens_at = queries.window_of(slot).opens_at
            raise NotOpenYet(f"Sign-up opens on {_instant(opens_at, slot.course)}.")
        case Phase.WISHES:
            raise GivenByWishes(
                "These slots are given out by wishes: rank the ones you would like."
            )
        case Phase.CLOSED:
            raise SignUpClosed(_closed_sentence(slot))
        case Phase.OVER:
            raise ClassIsOver(_over_sentence(slot))


def _instant(instant: dt.datetime | None, course: Course) -> str:
    """``Fri Sep 12, 18:00 (Detroit time)``."""
    if instant is None:
        return "an unknown date"
    return f"{short_instant(instant.astimezone(course.zone))} ({course.zone_name})"


def _closed_sentence(slot: Slot) -> str:
    return f"Sign-up closed on {_instant(queries.window_of(slot).closes_at, slot.course)}."


def _over_sentence(slot: Slot) -> str:
    meeting = slot.agenda_item.meeting
    if meeting is None or meeting.meets_on is None:
        return "This class is over."
    return f"This class was on {short_date(meeting.meets_on)}."


def _already_sentence(sign_up: SignUp, actor: User) -> str:
    if sign_up.group is not None:
        by = "you" if sign_up.created_by == actor else str(sign_up.created_by)
        return f"{sign_up.group} has a seat here already: {by} took it."
    if sign_up.user == actor:
        return "You have a seat here already."
    return f"{sign_up.user} has a seat here already."


def _full_sentence(slot: Slot, now: dt.datetime) -> str:
    """What the loser of a race reads: who was faster, and what is still free."""
    sign_ups = list(
        SignUp.objects.filter(slot=slot).select_related("user", "group").order_by("created_at")
    )
    if sign_ups and now - sign_ups[-1].created_at < A_MOMENT:
        first = f"{queries.presenter_name(sign_ups[-1])} took the last seat a moment ago."
    elif sign_ups:
        names = ", ".join(queries.presenter_name(sign_up) for sign_up in sign_ups)
        first = f"Every seat is taken: {names}."
    else:
        first = "There is no free seat."
    free = queries.still_free(slot, now, limit=3)
    if not free:
        return f"{first} No other seat is free at the moment."
    return f"{first} Still free: {', '.join(queries.describe(other) for other in free)}."


def _record(slot: Slot, actor: User, what: str, summary: str, sign_up: SignUp) -> None:
    record_event(
        course=slot.course,
        actor=actor,
        kind=f"presentations.{what}",
        summary=summary,
        details={"slot": slot.pk, "user": sign_up.user_id, "group": sign_up.group_id},
    )
