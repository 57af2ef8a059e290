"""The one writer of sign-ups: take a seat, give it up; staff put people on seats and take them off.

Constraints decide who gets a seat (one sign-up a seat; a person or group once a slot).  So that
most people never meet them, whoever changes the sign-ups of a slot locks the slot's row first, on
PostgreSQL; on SQLite every writing transaction has the database for itself.  A group's row is
locked before the slot's, always in this order.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from readings.accounts.models import User
from readings.core.clock import short_date, short_instant
from readings.courses.models import Course, Group, Membership, Role
from readings.courses.services import record_event
from readings.presentations import queries
from readings.presentations.models import Seat, SignUp, Slot, TakenBy
from readings.presentations.refusals import (
    AlreadyYours,
    AuditorsDoNotPresent,
    ClassIsOver,
    GroupNeeded,
    NotAStudent,
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
    ``NotOpenYet``, ``SignUpClosed``, ``ClassIsOver``, ``AlreadyYours``, ``SlotFull``, ``SlotGone``.
    """
    _require_student(slot.course, actor)
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
                    f"{_closed_sentence(slot)} Ask the course's staff to take you off."
                )
        presenter = queries.presenter_name(sign_up)
        sign_up.delete()
        _record(slot, actor, "seat_left", f"{presenter} gave up {queries.describe(slot)}", sign_up)


def put_on_seat(*, slot: Slot, presenter: User | Group, actor: User) -> SignUp:
    """Staff give a free seat to a member or a group, whether sign-up is open or not.

    Raises ``WrongPresenter``, ``AlreadyYours``, ``SlotFull``, ``SlotGone``.
    """
    group = presenter if isinstance(presenter, Group) else None
    user = presenter if isinstance(presenter, User) else None
    if (group is not None) != (slot.taken_by == TakenBy.GROUP):
        wanted = "groups" if slot.taken_by == TakenBy.GROUP else "single persons"
        raise WrongPresenter(f"This slot is for {wanted}.")
    try:
        with transaction.atomic():
            if group is not None and _lock_group(group.pk, slot.course) is None:
                raise WrongPresenter(f"{group} is not a group of this course.")
            if user is not None and not _may_be_put(slot.course, user):
                raise WrongPresenter(f"{user} audits this course, or is not in it.")
            slot = _lock(slot)
            sign_up = _take_free_seat(slot, user=user, group=group, actor=actor)
            if sign_up is None:
                raise SlotFull("Every seat is taken. Add a seat, or take somebody off first.")
            _record(
                slot,
                actor,
                "put_on_seat",
                f"{presenter} was given {queries.describe(slot)}",
                sign_up,
            )
    except IntegrityError:
        raise AlreadyYours(f"{presenter} has a seat here already.") from None
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
    group = None
    if slot.taken_by == TakenBy.GROUP:
        group = _group_of(slot.course, actor)
        if group is None:
            raise GroupNeeded(
                "This one is for groups, and you are in none yet: form a group or join one first."
            )
    slot = _lock(slot)
    if (group is not None) != (slot.taken_by == TakenBy.GROUP):
        raise SlotGone("This slot was changed a moment ago: look at it again.")
    _require_open(slot)
    user = actor if group is None else None
    sign_up = _take_free_seat(slot, user=user, group=group, actor=actor)
    if sign_up is not None:
        _record(
            slot, actor, "seat_taken", f"{group or actor} took {queries.describe(slot)}", sign_up
        )
    return sign_up


def _take_free_seat(
    slot: Slot, *, user: User | None, group: Group | None, actor: User
) -> SignUp | None:
    held = SignUp.objects.filter(slot=slot, user=user, group=group).select_related("created_by")
    for mine in held:
        raise AlreadyYours(_already_sentence(mine, actor))
    seat = Seat.objects.filter(slot=slot, sign_up__isnull=True).order_by("number").first()
    if seat is None:
        return None
    return SignUp.objects.create(seat=seat, slot=slot, user=user, group=group, created_by=actor)


def _lock(slot: Slot) -> Slot:
    """The slot as it is now, with all that its sentences need, locked for the transaction.

    Not the key lock: inserting a sign-up refers to the slot and need not wait.
    """
    locked = (
        queries.with_item(Slot.objects.select_for_update(of=("self",), no_key=True))
        .filter(pk=slot.pk)
        .first()
    )
    if locked is None:
        raise SlotGone("This slot was removed a moment ago.")
    return locked


def _lock_group(group_id: int, course: Course) -> Group | None:
    groups = Group.objects.select_for_update(of=("self",), no_key=True)
    return groups.filter(pk=group_id, course=course).first()


def _group_of(course: Course, user: User) -> Group | None:
    """The group of ``user``, locked so that its last member cannot leave it meanwhile."""
    groups = Group.objects.select_for_update(of=("self",), no_key=True)
    return groups.filter(course=course, members__user=user).first()


def _held_by(slot: Slot, user: User) -> SignUp | None:
    """The sign-up of ``user``, or of a group they are in."""
    return queries.held_by(SignUp.objects.filter(slot=slot), user).first()


def _may_be_put(course: Course, user: User) -> bool:
    members = Membership.objects.filter(course=course, user=user)
    return members.exclude(role=Role.AUDITOR).exists()


def _require_student(course: Course, user: User) -> None:
    membership = Membership.objects.filter(course=course, user=user).first()
    if membership is None or membership.role != Role.STUDENT:
        if membership is not None and membership.role == Role.AUDITOR:
            raise AuditorsDoNotPresent("You audit this course: auditors do not present.")
        raise NotAStudent("Only students sign up. Staff give out seats under Manage.")


def _require_open(slot: Slot) -> None:
    match queries.window_of(slot).phase(timezone.now()):
        case Phase.NOT_YET:
            raise NotOpenYet(f"Sign-up opens on {_instant(slot.opens_at, slot.course)}.")
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
    return f"Sign-up closed on {_instant(slot.closes_at, slot.course)}."


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
