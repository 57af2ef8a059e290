"""Several people at once: nobody's wishes are overwritten, nothing is published twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from readings.accounts.models import User
from readings.courses.models import Event, Group
from readings.presentations.models import Sheet, SignUp, Slot
from readings.presentations.refusals import RunAgain, SlotFull, WishesChanged
from readings.presentations.services import put_on_seat
from readings.presentations.wishes import running, services
from readings.presentations.wishes.models import AssignmentRun, Ballot, Preference
from readings.presentations.wishes.publishing import publish_run
from readings.presentations.wishes.queries import GRANTED
from tests.at_once import at_once
from tests.presentations.wishes.conftest import MakeRun, close, make_slots

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_members_who_save_at_once_one_is_told(
    group_sheet: Sheet, owls: Group, bob: User, priya: User
) -> None:
    one, other = make_slots(group_sheet, ("A", "B"))

    def saving(actor: User, slot: Slot) -> Callable[[], object]:
        sheet = Sheet.objects.select_related("course").get(pk=group_sheet.pk)
        return lambda: services.save_wishes(sheet=sheet, actor=actor, ranks={slot.pk: 1}, version=0)

    outcomes = at_once([saving(bob, one), saving(priya, other)])
    assert Counter(type(outcome) for outcome in outcomes) == {int: 1, WishesChanged: 1}
    assert (Ballot.objects.count(), Preference.objects.count()) == (1, 1)


def test_publishing_at_once_gives_each_seat_once(
    sheet: Sheet, slots: list[Slot], bob: User, priya: User, alice: User, carol: User,
    make_run: MakeRun,
) -> None:  # fmt: skip
    run = make_run((bob, slots[0], 1), (priya, slots[1], 1))
    outcomes = at_once(
        [
            lambda: publish_run(run=run, actor=alice),
            lambda: publish_run(run=run, actor=carol),
        ]
    )
    assert Counter(map(repr, outcomes)) == {"2": 1, "0": 1}
    assert SignUp.objects.count() == 2
    assert Event.objects.filter(kind=GRANTED).count() == 2


def test_a_seat_that_somebody_is_put_on_meanwhile_is_not_doubled(
    sheet: Sheet, slots: list[Slot], bob: User, priya: User, alice: User, carol: User,
    make_run: MakeRun,
) -> None:  # fmt: skip
    run = make_run((bob, slots[0], 1), (priya, slots[1], 1))
    published, put = at_once(
        [
            lambda: publish_run(run=run, actor=alice),
            lambda: put_on_seat(slot=slots[0], presenter=priya, actor=carol),
        ]
    )
    taken = sorted(str(one.user) for one in SignUp.objects.filter(slot=slots[0]))
    if isinstance(published, RunAgain):
        assert isinstance(put, SignUp)
        assert taken == ["Priya Singh"]
        assert SignUp.objects.count() == 1
    else:
        assert (published, type(put)) == (2, SlotFull)
        assert taken == ["Bob Baker"]


def test_two_sweeps_owe_one_run(sheet: Sheet, slots: list[Slot], bob: User) -> None:
    close(sheet)
    now = sheet.closes_at
    assert now is not None
    at_once([lambda: running.owe_closed_sheets(now)] * 3)
    assert AssignmentRun.objects.count() == 1
