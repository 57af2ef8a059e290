"""The one writer of sign-up sheets: their rules."""

from __future__ import annotations

from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from readings.accounts.models import User
from readings.core.counting import count_of
from readings.courses.models import Course, Group
from readings.presentations import waiting
from readings.presentations.models import Sheet, SignUp, Slot, Waiting
from readings.presentations.refusals import HasWork, SeatsTaken, StillTaken, TitleTaken
from readings.presentations.seating import lock_sheet, lock_those_there
from readings.presentations.sheets.changes import changes_words
from readings.presentations.sheets.terms import (
    COLUMNS,
    SheetTerms,
    require_window,
    require_windows_of_slots,
    terms_of_sheet,
)
from readings.presentations.sheets.words import (
    HAS_WORK,
    record,
    record_taken_off,
    taken_words,
)

TITLE_TAKEN: Final = "Another sheet has this title."


def make_sheet(*, course: Course, terms: SheetTerms, actor: User) -> Sheet:
    """A sheet without slots.  Raises ``ClosesBeforeOpening`` and ``TitleTaken``."""
    require_window(terms.opens_at, terms.closes_at)
    try:
        with transaction.atomic():
            sheet = Sheet(course=course)
            _store(sheet, terms)
            record(
                course,
                actor,
                "sheet_made",
                f"New sign-up sheet: {sheet.title}",
                {"sheet": sheet.pk},
            )
    except IntegrityError:
        if not _is_title_taken(course, terms.title):
            raise
        raise TitleTaken(TITLE_TAKEN) from None
    return sheet


def update_sheet(*, sheet: Sheet, terms: SheetTerms, actor: User) -> None:
    """Give the sheet other rules; whoever has a seat keeps it, whatever the new rules say.

    Raises ``ClosesBeforeOpening``, ``OpensTooLate``, ``TitleTaken``, ``SlotGone``, and
    ``SeatsTaken`` when it would be for others while somebody has a seat, or waits for one.
    """
    require_window(terms.opens_at, terms.closes_at)
    try:
        with transaction.atomic():
            locked = lock_sheet(sheet)
            slots = _lock_slots_of(locked)
            before = terms_of_sheet(locked)
            if terms == before:
                return
            require_windows_of_slots(slots, terms.opens_at, terms.closes_at)
            if terms.taken_by != before.taken_by:
                _require_nobody(slots)
            _store(locked, terms)
            # Whom it is for is nobody's business but the staff's, who see it on the page.
            was = {name: getattr(before, name) for name in COLUMNS}
            words = changes_words(was, terms.__dict__, locked.course.zone)
            record(
                locked.course,
                actor,
                "sheet_changed",
                f"The rules of the sign-up sheet {locked.title} changed"
                + (f": {words}" if words else ""),
                {
                    "sheet": locked.pk,
                    "before": {
                        name: str(value)
                        for name, value in was.items()
                        if value != getattr(terms, name)
                    },
                },
            )
    except IntegrityError:
        if not _is_title_taken(sheet.course, terms.title, but=sheet):
            raise
        raise TitleTaken(TITLE_TAKEN) from None
    waiting.move_up([slot.pk for slot in slots])  # whom the rules let now


def delete_sheet(*, sheet: Sheet, agreed_sign_ups: int, actor: User) -> None:
    """Remove a sheet, its slots and the sign-ups on them, at most as many as were agreed to.

    Raises ``SlotGone``, ``HasWork``, and ``StillTaken`` when there are more.
    """
    try:
        with transaction.atomic():
            locked = lock_sheet(sheet)
            slots = _lock_slots_of(locked)
            keys = [slot.pk for slot in slots]
            sign_ups = list(SignUp.objects.filter(slot__in=keys).select_related("user", "group"))
            if len(sign_ups) > agreed_sign_ups:
                raise StillTaken(
                    f"{taken_words(len(sign_ups))} by now. Look again before you remove it."
                )
            for slot in slots:
                record_taken_off(slot, [one for one in sign_ups if one.slot_id == slot.pk], actor)
            record(
                locked.course,
                actor,
                "sheet_removed",
                f"Sign-up sheet removed: {locked.title}, with {count_of(len(slots), 'slot')}",
                {"sheet": locked.pk, "slots": keys},
            )
            SignUp.objects.filter(pk__in=[one.pk for one in sign_ups]).delete()
            Slot.objects.filter(pk__in=keys).delete()
            locked.delete()
    except ProtectedError:
        raise HasWork(HAS_WORK) from None


def _store(sheet: Sheet, terms: SheetTerms) -> None:
    for name in COLUMNS:
        setattr(sheet, name, getattr(terms, name))
    sheet.save()
    course = sheet.course_id
    members = User.objects.filter(memberships__course=course, pk__in=terms.only_users)
    sheet.only_users.set(members)
    sheet.only_groups.set(Group.objects.filter(course=course, pk__in=terms.only_groups))


def _lock_slots_of(sheet: Sheet) -> list[Slot]:
    """The sheet's slots: nobody takes or leaves a seat until the transaction ends."""
    return list(lock_those_there(Slot.objects.filter(sheet=sheet)).values())


def _require_nobody(slots: list[Slot]) -> None:
    keys = [slot.pk for slot in slots]
    taken = SignUp.objects.filter(slot__in=keys).count()
    if taken:
        raise SeatsTaken(
            f"{taken_words(taken)}: take everybody off before changing who a seat is for."
        )
    if Waiting.objects.filter(slot__in=keys).exists():
        raise SeatsTaken("Somebody waits for a seat: who a seat is for cannot change now.")
    if Slot.objects.filter(pk__in=keys, preferences__isnull=False).exists():
        raise SeatsTaken("Wishes were handed in: who a seat is for cannot change now.")


def _is_title_taken(course: Course, title: str, but: Sheet | None = None) -> bool:
    others = Sheet.objects.filter(course=course, title=title)
    return (others.exclude(pk=but.pk) if but else others).exists()
