"""Making sheets, changing their rules, removing them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Course, Event
from readings.presentations import services
from readings.presentations.day.models import TalkMark
from readings.presentations.models import Method, Sheet, SignUp, Slot, Swaps, TakenBy
from readings.presentations.refusals import (
    ClosesBeforeOpening,
    HasWork,
    OpensTooLate,
    SeatsTaken,
    SlotGone,
    StillTaken,
    TitleTaken,
)
from readings.presentations.sheets.services import delete_sheet, make_sheet, update_sheet
from readings.presentations.sheets.terms import SheetTerms, terms_of_sheet
from tests import factories

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def everything(bob: User) -> SheetTerms:
    now = timezone.now()
    return SheetTerms(
        title="Everything",
        method=Method.WISHES,
        opens_at=now,
        closes_at=now + HOUR,
        must_hold=1,
        may_hold=2,
        days_apart=7,
        auditors_too=True,
        is_for_some=True,
        only_users=frozenset([bob.pk]),
        has_waiting_list=False,
        fills_up=False,
        swaps=Swaps.AGREED,
        slides_due_hours=24,
        asks_class=False,
        marks_out_of=Decimal("7.5"),
    )


def test_a_sheet_keeps_every_rule(course: Course, alice: User, bob: User, dave: User) -> None:
    terms = everything(bob)
    stranger = replace(terms, only_users=frozenset([bob.pk, dave.pk]))
    sheet = make_sheet(course=course, terms=stranger, actor=alice)
    assert terms_of_sheet(Sheet.objects.get(pk=sheet.pk)) == terms
    plain = SheetTerms(title="Plain")
    update_sheet(sheet=sheet, terms=plain, actor=alice)
    assert terms_of_sheet(Sheet.objects.get(pk=sheet.pk)) == plain
    event = Event.objects.get(kind="presentations.sheet_changed")
    assert event.details["before"]["may_hold"] == "2"
    assert "only_users" not in event.details["before"]  # members read events
    update_sheet(sheet=sheet, terms=plain, actor=alice)
    assert Event.objects.filter(kind="presentations.sheet_changed").count() == 1


def test_two_sheets_do_not_have_one_title(course: Course, papers: Sheet, alice: User) -> None:
    terms = SheetTerms(title=papers.title)
    with pytest.raises(TitleTaken):
        make_sheet(course=course, terms=terms, actor=alice)
    other = make_sheet(course=course, terms=SheetTerms(title="Other"), actor=alice)
    with pytest.raises(TitleTaken):
        update_sheet(sheet=other, terms=terms, actor=alice)
    assert make_sheet(course=factories.make_course(), terms=terms, actor=alice)


def test_a_sheet_s_window_goes_with_those_of_its_slots(slot: Slot, alice: User) -> None:
    now = timezone.now()
    terms = terms_of_sheet(slot.sheet)
    with pytest.raises(ClosesBeforeOpening):
        update_sheet(
            sheet=slot.sheet, terms=replace(terms, opens_at=now, closes_at=now), actor=alice
        )
    Slot.objects.update(closes_at=now)
    with pytest.raises(OpensTooLate, match=r"DSPy .* would close before the sheet opens"):
        update_sheet(sheet=slot.sheet, terms=replace(terms, opens_at=now), actor=alice)
    Slot.objects.update(opens_at=now, closes_at=None)
    with pytest.raises(ClosesBeforeOpening, match="would open after the sheet has closed"):
        update_sheet(sheet=slot.sheet, terms=replace(terms, closes_at=now), actor=alice)
    Slot.objects.update(closes_at=now + HOUR)
    update_sheet(sheet=slot.sheet, terms=replace(terms, closes_at=now), actor=alice)


def test_who_a_seat_is_for_stays_while_somebody_has_waits_or_wishes(
    slot: Slot, alice: User, bob: User
) -> None:
    sheet = slot.sheet
    groups = replace(terms_of_sheet(sheet), taken_by=TakenBy.GROUP)
    sign_up = services.claim_seat(slot=slot, actor=bob)
    with pytest.raises(SeatsTaken, match="1 seat is taken: take everybody off"):
        update_sheet(sheet=sheet, terms=groups, actor=alice)
    services.take_off(sign_up=sign_up, actor=alice)
    row = slot.waiting.create(user=bob, created_by=bob)
    with pytest.raises(SeatsTaken, match="Somebody waits"):
        update_sheet(sheet=sheet, terms=groups, actor=alice)
    row.delete()
    sheet.ballots.create(user=bob, updated_by=bob).preferences.create(slot=slot, rank=1)
    with pytest.raises(SeatsTaken, match="Wishes were handed in"):
        update_sheet(sheet=sheet, terms=groups, actor=alice)
    sheet.ballots.all().delete()
    update_sheet(sheet=sheet, terms=groups, actor=alice)
    assert Sheet.objects.get().is_for_groups


def test_other_rules_take_nothing_from_anybody(
    course: Course, slot: Slot, alice: User, bob: User
) -> None:
    more = factories.make_slot(slot.agenda_item, title="Critic", sheet=slot.sheet)
    for one in (slot, more):
        services.claim_seat(slot=one, actor=bob)
    strict = replace(terms_of_sheet(slot.sheet), may_hold=1, days_apart=30, is_for_some=True)
    update_sheet(sheet=slot.sheet, terms=strict, actor=alice)
    assert SignUp.objects.filter(user=bob).count() == 2


def test_a_sheet_is_removed_with_no_more_sign_ups_than_were_agreed_to(
    slot: Slot, alice: User, bob: User
) -> None:
    services.claim_seat(slot=slot, actor=bob)
    with pytest.raises(StillTaken, match="1 seat is taken by now"):
        delete_sheet(sheet=slot.sheet, agreed_sign_ups=0, actor=alice)
    mark = TalkMark.objects.create(slot=slot, user=bob, given_by=alice)
    with pytest.raises(HasWork):
        delete_sheet(sheet=slot.sheet, agreed_sign_ups=1, actor=alice)
    assert SignUp.objects.get().user == bob
    mark.delete()
    delete_sheet(sheet=slot.sheet, agreed_sign_ups=1, actor=alice)
    assert not Sheet.objects.exists()
    assert not SignUp.objects.exists()
    assert Event.objects.get(kind="presentations.taken_off").details["user"] == bob.pk
    with pytest.raises(SlotGone):
        delete_sheet(sheet=slot.sheet, agreed_sign_ups=0, actor=alice)
    with pytest.raises(SlotGone):
        update_sheet(sheet=slot.sheet, terms=SheetTerms(title="Late"), actor=alice)
