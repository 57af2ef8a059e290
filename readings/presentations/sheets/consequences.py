"""What other rules of a sheet mean for what was given, handed in and offered under the old ones."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from readings.core.counting import count_of
from readings.presentations.models import Method, Sheet, Slot, Swaps, Waiting
from readings.presentations.sheets.terms import SheetTerms

# The states of a swap that is not settled; swaps are above this package.
_OPEN_SWAPS = ("offered", "accepted")


def consequences(sheet: Sheet, terms: SheetTerms) -> list[str]:
    """Sentences for staff, before they save; none where nothing of the kind is there."""
    found = []
    if terms.marks_out_of != sheet.marks_out_of:
        found += _of_marks(sheet, terms.marks_out_of)
    waiting = 0
    if terms.method != sheet.method or sheet.has_waiting_list > terms.has_waiting_list:
        waiting = Waiting.objects.filter(slot__sheet=sheet).count()
    if terms.method != sheet.method:
        ballots = sheet.ballots.count() if sheet.method == Method.WISHES else 0
        if ballots:
            found.append(f"{count_of(ballots, 'list')} of wishes will decide nothing.")
        if waiting and terms.method == Method.WISHES:
            found.append(f"{_wait(waiting)} for a seat: nobody moves up any more.")
    elif waiting:
        found.append(f"{_wait(waiting)} for a seat, as before; nobody else can join the line.")
    if terms.swaps == Swaps.NONE != sheet.swaps:
        offers = Slot.objects.filter(sheet=sheet, swap_requests__state__in=_OPEN_SWAPS).count()
        if offers:
            found.append(f"{count_of(offers, 'offer')} of a seat cannot be accepted any more.")
    return found


def _of_marks(sheet: Sheet, out_of: Decimal | None) -> list[str]:
    given = Slot.objects.filter(sheet=sheet, talk_marks__out_of__isnull=False)
    by_scale = Counter(given.values_list("talk_marks__out_of", flat=True))
    new = "no new ones are given" if out_of is None else f"new ones are out of {_plain(out_of)}"
    return [
        f"{count_of(marks, 'mark')} {'keeps' if marks == 1 else 'keep'} being out of"
        f" {_plain(scale)}; {new}."
        for scale, marks in sorted(by_scale.items())
        if scale != out_of
    ]


def _wait(number: int) -> str:
    return "1 waits" if number == 1 else f"{number} wait"


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"
