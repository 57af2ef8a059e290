"""The one writer of wishes, and of what staff decide before an assignment."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Final

from django.db import transaction
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Audience, Group
from readings.courses.services import record_event
from readings.papers.tasks import hint
from readings.presentations import queries as slot_queries
from readings.presentations.claim_words import local_words
from readings.presentations.holding import require_role
from readings.presentations.models import Method, Sheet, SignUp, Slot
from readings.presentations.presenters import (
    Presenter,
    columns_of,
    ids_of,
    lock_presenters,
    require_presenter,
)
from readings.presentations.refusals import (
    BadRank,
    CannotFix,
    ClosesBeforeOpening,
    NotByWishes,
    NotForYou,
    NothingToAssign,
    RunAgain,
    WishesChanged,
    WishesClosed,
    WishesNotOpen,
)
from readings.presentations.seating import lock_sheet, lock_slot, lock_those_there
from readings.presentations.wishes import queries
from readings.presentations.wishes.models import AssignmentRun, Ballot, FixedPlace, Preference
from readings.presentations.wishes.parties import may_wish
from readings.presentations.wishes.queries import Wishing
from readings.presentations.wishes.ranking import MAX_RANK, close_gaps
from readings.presentations.wishes.running import create_run
from readings.presentations.wishes.tasks import compute_assignment

MAX_SEED: Final = 2**31 - 1
_SEEDS: Final = 1_000_000  # of those that nobody typed: short enough to be told somebody


def save_wishes(*, sheet: Sheet, actor: User, ranks: Mapping[int, int], version: int) -> int:
    """Store the ranks, by the keys of slots, as the wishes of ``actor`` or of their group.

    ``version`` is that of the wishes which the form showed, 0 for none.  Gaps between ranks are
    closed.  Gives how many slots were left out because they are not on the sheet, or not any more.

    Raises ``NotByWishes``, ``NotAStudent``, ``AuditorsDoNotPresent``, ``GroupNeeded``,
    ``NotForYou``, ``WishesNotOpen``, ``WishesClosed``, ``WishesChanged``, ``BadRank``.
    """
    if any(not 1 <= rank <= MAX_RANK for rank in ranks.values()):
        raise BadRank(f"A rank is a whole number from 1 to {MAX_RANK}.")
    require_role(sheet, actor)
    presenter = require_presenter(sheet, actor)
    with transaction.atomic():
        lock_presenters(sheet.course, [presenter])
        if require_presenter(sheet, actor) != presenter:
            raise WishesChanged("Your group changed a moment ago: look at its wishes again.")
        # Locked, so that none is removed before the wishes for it are there to be removed, too.
        there = lock_those_there(Slot.objects.filter(sheet=sheet, pk__in=ranks))
        require_wishing(sheet, presenter, now=timezone.now())
        kept = close_gaps({slot: rank for slot, rank in ranks.items() if slot in there})
        ballot = queries.find_ballot(sheet, presenter)
        if queries.ranks_of(ballot) != kept:
            _refuse_other_version(ballot, version, actor)
            _store(sheet, presenter, actor, ballot, kept)
    return len(ranks) - len(there)


def require_wishing(sheet: Sheet, presenter: Presenter, *, now: dt.datetime) -> None:
    """Raises why the presenter may not hand in wishes now."""
    sheet.refresh_from_db(fields=["method", "opens_at", "closes_at", "taken_by", "is_for_some"])
    if sheet.method != Method.WISHES:
        raise NotByWishes(f"“{sheet.title}” is not given out by wishes any more.")
    if not may_wish(sheet, presenter):
        whom = f"{presenter} is not" if isinstance(presenter, Group) else "you are not"
        raise NotForYou(f"“{sheet.title}” is for some of the class, and {whom} among them.")
    match queries.wishing_of(sheet, is_given=queries.is_given(sheet), now=now):
        case Wishing.NOT_YET:
            opens = local_words(sheet.opens_at, sheet.course)
            raise WishesNotOpen(f"Not saved: wishes can be handed in from {opens} on.")
        case Wishing.CLOSED:
            closed = local_words(sheet.closes_at, sheet.course)
            raise WishesClosed(f"Not saved: wishes had to be handed in until {closed}.")
        case Wishing.GIVEN:
            raise WishesClosed("Not saved: the slots were given out already.")


def fix_place(*, slot: Slot, presenter: Presenter, actor: User) -> None:
    """Staff decide that the presenter gets the slot, whatever anybody wishes.

    Doing it twice changes nothing.  Raises ``CannotFix``, ``SlotGone``, ``WrongPresenter``.
    """
    with transaction.atomic():
        lock_presenters(slot.course, [presenter])
        slot = lock_slot(slot)
        mine = columns_of(presenter)
        if not may_wish(slot.sheet, presenter):
            raise CannotFix(f"{presenter} takes no part in “{slot.sheet.title}”.")
        if SignUp.objects.filter(slot=slot, **mine).exists():
            raise CannotFix(f"{presenter} has {slot_queries.describe(slot)} already.")
        fixed = FixedPlace.objects.filter(slot=slot)
        if fixed.filter(**mine).exists():
            return
        if SignUp.objects.filter(slot=slot).count() + fixed.count() >= slot.seats.count():
            raise CannotFix(
                f"Every seat of {slot_queries.describe(slot)} is taken or fixed already."
            )
        FixedPlace.objects.create(slot=slot, created_by=actor, **mine)
        _tell_staff(
            slot.sheet,
            actor,
            "place_fixed",
            f"{presenter} is to have {slot_queries.describe(slot)}",
            {"slot": slot.pk, **ids_of(presenter)},
        )


def unfix_place(*, fixed: FixedPlace, actor: User) -> bool:
    """Leave it to the wishes again; False when it was so already."""
    with transaction.atomic():
        gone, _rows = FixedPlace.objects.filter(pk=fixed.pk).delete()
        if gone:
            presenter = fixed.group or fixed.user
            name = slot_queries.describe(fixed.slot)
            _tell_staff(
                fixed.slot.sheet,
                actor,
                "place_unfixed",
                f"Whether {presenter} gets {name} is left to the wishes again",
                {"slot": fixed.slot_id, "user": fixed.user_id, "group": fixed.group_id},
            )
    return bool(gone)


def ask_for_run(*, sheet: Sheet, actor: User, seed: int | None = None) -> AssignmentRun:
    """Have an assignment worked out, of everything as it is now.

    ``seed`` (0 to ``MAX_SEED``) breaks ties; None for a random one.  Raises ``NotByWishes`` and
    ``NothingToAssign``.
    """
    if sheet.method != Method.WISHES:
        raise NotByWishes(f"“{sheet.title}” is not given out by wishes any more.")
    with transaction.atomic():
        run = create_run(sheet, actor, secrets.randbelow(_SEEDS) if seed is None else seed)
        if run is None:
            raise NothingToAssign(
                "There is nothing to work out: no slot whose class is to come, or nobody who needs"
                " one."
            )
        hint(compute_assignment, run.pk)
    return run


def open_rest(*, sheet: Sheet, closes_at: dt.datetime | None, actor: User) -> None:
    """After publishing: what is left can be taken now, first come, first served.

    Until ``closes_at``, None for until class.  Doing it twice changes nothing.  Raises
    ``RunAgain`` when nothing was published, ``ClosesBeforeOpening``, ``SlotGone``.
    """
    now = timezone.now()
    if closes_at is not None and closes_at <= now:
        raise ClosesBeforeOpening("Sign-up would close before it opens.")
    with transaction.atomic():
        locked = lock_sheet(sheet)
        if locked.method != Method.WISHES:
            return
        if not queries.is_given(locked):
            raise RunAgain("Publish an assignment first: what is left is known only then.")
        locked.method, locked.opens_at, locked.closes_at = Method.FIRST_COME, now, closes_at
        locked.save(update_fields=["method", "opens_at", "closes_at"])
        record_event(
            course=locked.course,
            actor=actor,
            kind="presentations.rest_opened",
            summary=f"What is left of “{locked.title}” can be taken now: first come, first served",
            details={"sheet": locked.pk},
        )


def _refuse_other_version(ballot: Ballot | None, version: int, actor: User) -> None:
    if ballot is None or ballot.version == version:
        return
    if ballot.updated_by == actor:
        raise WishesChanged("Not saved: you saved other wishes in another window.")
    raise WishesChanged(
        f"Not saved: {ballot.updated_by} saved other wishes while you were ranking."
    )


def _store(
    sheet: Sheet,
    presenter: Presenter,
    actor: User,
    ballot: Ballot | None,
    ranks: Mapping[int, int],
) -> None:
    if ballot is None:
        ballot = Ballot.objects.create(sheet=sheet, updated_by=actor, **columns_of(presenter))
    else:
        ballot.version += 1
        ballot.updated_by, ballot.updated_at = actor, timezone.now()
        ballot.save(update_fields=["version", "updated_by", "updated_at"])
        ballot.preferences.all().delete()
    Preference.objects.bulk_create(
        Preference(ballot=ballot, slot_id=slot, rank=rank) for slot, rank in sorted(ranks.items())
    )
    # That somebody ranked is for the staff to know, and what they wish for is in no event.
    _tell_staff(
        sheet,
        actor,
        "wishes_saved",
        f"{presenter} handed in wishes for “{sheet.title}”",
        ids_of(presenter),
    )


def _tell_staff(
    sheet: Sheet, actor: User, what: str, summary: str, details: Mapping[str, object]
) -> None:
    record_event(
        course=sheet.course,
        actor=actor,
        kind=f"presentations.{what}",
        summary=summary,
        audience=Audience.STAFF,
        details={"sheet": sheet.pk, **details},
    )
