"""What staff say about a sheet and about a slot, as values; instants are UTC."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from readings.core.clock import short_instant
from readings.presentations import queries
from readings.presentations.models import Method, Sheet, Slot, Swaps, TakenBy
from readings.presentations.refusals import ClosesBeforeOpening, OpensTooLate
from readings.presentations.rules import Rules

MAX_SEATS: Final = 100
MAX_SLOTS_A_MEETING: Final = 30


@dataclass(frozen=True)
class SheetTerms:
    """The rules of a sheet; the fields are those of ``Sheet``."""

    title: str
    taken_by: str = TakenBy.PERSON
    method: str = Method.FIRST_COME
    opens_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None
    must_hold: int = 0
    may_hold: int | None = None
    days_apart: int = 0
    fewest_members: int | None = None
    most_members: int | None = None
    auditors_too: bool = False
    is_for_some: bool = False
    only_users: frozenset[int] = frozenset()  # keys
    only_groups: frozenset[int] = frozenset()
    has_waiting_list: bool = True
    fills_up: bool = True
    swaps: str = Swaps.FREE
    slides_due_hours: int | None = None
    asks_class: bool = True
    marks_out_of: Decimal | None = None

    @property
    def rules(self) -> Rules:
        """What it says about each presenter."""
        return Rules(
            may_hold=self.may_hold,
            days_apart=self.days_apart,
            fewest_members=self.fewest_members,
            most_members=self.most_members,
        )


CHOSEN: Final = ("only_users", "only_groups")
COLUMNS: Final = tuple(name for name in SheetTerms.__dataclass_fields__ if name not in CHOSEN)


@dataclass(frozen=True)
class Terms:
    """What is said about one slot."""

    title: str = ""
    seats: int = 1
    minutes: int | None = None
    opens_at: dt.datetime | None = None  # its own window; None: as the sheet says
    closes_at: dt.datetime | None = None


def terms_of_sheet(sheet: Sheet) -> SheetTerms:
    """The rules that the sheet has now."""
    return SheetTerms(
        **{name: getattr(sheet, name) for name in COLUMNS},
        only_users=frozenset(sheet.only_users.values_list("pk", flat=True)),
        only_groups=frozenset(sheet.only_groups.values_list("pk", flat=True)),
    )


def require_window(
    opens_at: dt.datetime | None, closes_at: dt.datetime | None, sheet: Sheet | None = None
) -> None:
    """Raises ``ClosesBeforeOpening`` and, about ``opens_at``, ``OpensTooLate``.

    With a ``sheet`` it is the window of one of its slots: what the slot leaves open is as the
    sheet says.
    """
    if opens_at and closes_at and closes_at <= opens_at:
        raise ClosesBeforeOpening("Sign-up would close before it opens.")
    if sheet is None or (opens_at and closes_at):
        return
    if closes_at and sheet.opens_at and closes_at <= sheet.opens_at:
        opens = short_instant(sheet.opens_at.astimezone(sheet.course.zone))
        raise ClosesBeforeOpening(
            f"It would close before the sheet opens, on {opens}: say when this one opens."
        )
    if opens_at and sheet.closes_at and opens_at >= sheet.closes_at:
        closes = short_instant(sheet.closes_at.astimezone(sheet.course.zone))
        raise OpensTooLate(
            f"It would open after the sheet closes, on {closes}: say when this one closes."
        )


def require_windows_of_slots(
    slots: list[Slot], opens_at: dt.datetime | None, closes_at: dt.datetime | None
) -> None:
    """The window of a sheet whose ``slots`` may have one of their own.

    Raises ``OpensTooLate`` and ``ClosesBeforeOpening`` with the name of the first that does not go
    with it.
    """
    for slot in slots:
        if opens_at and slot.closes_at and slot.opens_at is None and slot.closes_at <= opens_at:
            raise OpensTooLate(
                f"{queries.describe(slot)} has a window of its own, and would close before the"
                " sheet opens."
            )
        if closes_at and slot.opens_at and slot.closes_at is None and slot.opens_at >= closes_at:
            raise ClosesBeforeOpening(
                f"{queries.describe(slot)} has a window of its own, and would open after the sheet"
                " has closed."
            )
