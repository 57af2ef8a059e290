"""A line on each sheet: how its slots are given out, until when, and how one stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from readings.core.counting import count_of
from readings.presentations.holding import Standings
from readings.presentations.models import Method, Sheet
from readings.presentations.windows import Phase, Window
from readings.presentations.wishes.queries import ToRank


@dataclass(slots=True)
class SheetLine:
    """What the page says about one sheet."""

    sheet: Sheet
    phase: Phase
    opens_at: dt.datetime | None
    closes_at: dt.datetime | None
    terms: str  # "You must hold 2, at least 14 days apart; you hold 1."
    is_owing: bool  # the reader has to take more
    seats: int  # that can be had, now or later
    free: int
    is_chosen: bool  # the page shows this sheet alone
    to_rank: ToRank | None = None  # the reader may rank its slots now

    @property
    def is_open(self) -> bool:
        """Seats can be taken now."""
        return self.phase == Phase.OPEN

    @property
    def opens_later(self) -> bool:
        """Seats can be taken, or wishes handed in, from a time on."""
        return self.phase == Phase.NOT_YET

    @property
    def takes_wishes(self) -> bool:
        """Its slots are given out by wishes, which are handed in now."""
        return self.phase == Phase.WISHES

    @property
    def is_by_wishes(self) -> bool:
        """Its slots are given out by wishes, at some time."""
        return self.sheet.method == Method.WISHES


def sheet_line(
    sheet: Sheet,
    mine: Standings | None,
    *,
    windows: Collection[Window],
    seats: int,
    free: int,
    is_chosen: bool,
    now: dt.datetime,
) -> SheetLine:
    """The line for a reader who stands so on the sheet; None: who does not sign up there.

    ``windows`` are those of its slots, which may have their own.
    """
    held = sum(map(len, mine.held.values())) if mine else 0
    if mine is None:
        terms = terms_for_staff(sheet)
    elif mine.chosen == frozenset():
        terms = "It is for some of the class, and you are not among them."
    else:
        terms = terms_for_presenter(sheet, held)
    phase, opens_at = phase_of_sheet(sheet, now), sheet.opens_at
    to_come = [one.opens_at for one in windows if one.phase(now) == Phase.NOT_YET and one.opens_at]
    if phase == Phase.OPEN and to_come and not any(one.phase(now) == phase for one in windows):
        phase, opens_at = Phase.NOT_YET, min(to_come)
    return SheetLine(
        sheet=sheet,
        phase=phase,
        opens_at=opens_at,
        closes_at=sheet.closes_at,
        terms=terms,
        is_owing=mine is not None and held < sheet.must_hold,
        seats=seats,
        free=free,
        is_chosen=is_chosen,
    )


def phase_of_sheet(sheet: Sheet, now: dt.datetime) -> Phase:
    """Where the sheet stands; WISHES only while they can be handed in."""
    phase = Window(opens_at=sheet.opens_at, closes_at=sheet.closes_at).phase(now)
    if phase == Phase.OPEN and sheet.method == Method.WISHES:
        return Phase.WISHES
    return phase


def terms_for_presenter(sheet: Sheet, held: int) -> str:
    """What the sheet asks of its reader, who has so many of its slots, in a sentence."""
    you, they, hold = (
        ("Your group", "it", "holds") if sheet.is_for_groups else ("You", "you", "hold")
    )
    limits = _limits(sheet, you)
    if limits:
        return f"{limits}; {they} {hold} {held or 'none'} so far."
    return f"{you} {hold} {held}." if held else ""


def terms_for_staff(sheet: Sheet) -> str:
    """What the sheet asks of everybody, in a sentence; empty where it asks nothing."""
    limits = _limits(sheet, "Each group" if sheet.is_for_groups else "Each")
    return f"{limits}." if limits else ""


def sizes_of(sheet: Sheet) -> str:
    """``Groups of 2–3``; empty where any size will do."""
    fewest, most = sheet.fewest_members, sheet.most_members
    if not sheet.is_for_groups or (fewest is None and most is None):
        return ""
    if fewest is None:
        return f"Groups of at most {most}"
    if most is None:
        return f"Groups of at least {fewest}"
    return f"Groups of {fewest}" if fewest == most else f"Groups of {fewest}–{most}"


def _limits(sheet: Sheet, who: str) -> str:
    must, may = sheet.must_hold, sheet.may_hold
    if must and may is not None and may > must:
        words = f"{who} must hold {must} and may hold {may}"
    elif must:
        words = f"{who} must hold {must}"
    elif may is not None:
        words = f"{who} may hold {may}"
    else:
        words = f"{who} may hold any number" if sheet.days_apart else ""
    if sheet.days_apart:
        words += f", at least {count_of(sheet.days_apart, 'day')} apart"
    return words
