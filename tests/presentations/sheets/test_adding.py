"""Making slots, many at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Course, Event
from readings.presentations import queries
from readings.presentations.models import Seat, Sheet, Slot
from readings.presentations.refusals import ClosesBeforeOpening, SlotGone, TitleTaken
from readings.presentations.sheets.adding import (
    Wanted,
    Way,
    add_presentation_slots,
    add_slot,
    add_slot_on_each,
    offer_sheet,
)
from readings.presentations.sheets.terms import SheetTerms, Terms
from readings.schedule.models import AgendaItem, Kind, Stage, Status
from tests import factories
from tests.presentations.conftest import days_from_now

pytestmark = pytest.mark.django_db


def test_a_slot_has_numbered_seats(papers: Sheet, dspy: AgendaItem, alice: User) -> None:
    slot = add_slot(sheet=papers, item=dspy, terms=Terms(seats=3, minutes=20), actor=alice)
    assert list(slot.seats.values_list("number", flat=True)) == [1, 2, 3]
    event = Event.objects.get(kind="presentations.slot_added")
    assert event.summary.endswith(": 3 seats")
    assert event.details == {"slot": slot.pk, "sheet": papers.pk}


def test_a_slot_that_closes_before_it_opens_is_refused(
    papers: Sheet, dspy: AgendaItem, alice: User
) -> None:
    now = timezone.now()
    with pytest.raises(ClosesBeforeOpening):
        add_slot(sheet=papers, item=dspy, terms=Terms(opens_at=now, closes_at=now), actor=alice)
    assert not Slot.objects.exists()


def test_every_reading_gets_a_slot_of_the_sheet_once(
    course: Course, papers: Sheet, dspy: AgendaItem, pitches: AgendaItem, alice: User
) -> None:
    meeting = factories.make_meeting(course, days_from_now(16), week=3)
    tvm = factories.put_on_agenda(meeting, factories.make_reading(course, label="TVM"))
    items = list(queries.readings_to_lead(course))
    assert items == [dspy, tvm]
    for made in (2, 0):
        slots = add_slot_on_each(sheet=papers, items=items, terms=Terms(seats=2), actor=alice)
        assert len(slots) == made
    assert Slot.objects.count() == 2
    event = Event.objects.get(kind="presentations.slots_added")
    assert event.summary == "Lead a paper: 2 slots to sign up for"


def test_a_reading_may_have_slots_of_two_sheets(
    course: Course, papers: Sheet, dspy: AgendaItem, alice: User
) -> None:
    critics = SheetTerms(title="Be the critic")
    add_slot_on_each(sheet=papers, items=[dspy], terms=Terms(), actor=alice)
    _sheet, slots = offer_sheet(
        course=course, terms=critics, wanted=Wanted(Way.ON_EACH, [dspy], Terms()), actor=alice
    )
    assert [slot.position for slot in Slot.objects.order_by("pk")] == [1, 2]
    assert slots[0].agenda_item == dspy


def test_a_reading_on_two_meetings_is_led_where_its_note_is_due(
    course: Course, dspy: AgendaItem
) -> None:
    later = factories.make_meeting(course, days_from_now(20), week=4)
    factories.put_on_agenda(later, dspy.reading, portion="part 2", carries_note=False)
    assert list(queries.readings_to_lead(course)) == [dspy]


def test_presentations_are_filled_up_to_the_number_wanted(
    course: Course, papers: Sheet, pitches: AgendaItem, alice: User
) -> None:
    later = factories.make_meeting(course, days_from_now(30), week=5)
    more = factories.put_on_agenda(
        later, text="More pitches", kind=Kind.PRESENTATIONS, stage=Stage.PITCH
    )
    factories.make_slot(pitches, title="Pitch 2", sheet=papers)

    def fill(slots_each: int) -> int:
        return len(
            add_presentation_slots(
                sheet=papers,
                items=[pitches, more],
                slots_each=slots_each,
                terms=Terms(minutes=10),
                actor=alice,
            )
        )

    assert fill(2) == 3
    assert fill(2) == 0
    for item in (pitches, more):
        titles = Slot.objects.filter(agenda_item=item).values_list("title", flat=True)
        assert sorted(titles) == ["Pitch 1", "Pitch 2"]
    assert fill(1) == 0
    assert Slot.objects.count() == 4


def test_presentation_slots_are_called_as_staff_say(
    papers: Sheet, pitches: AgendaItem, alice: User
) -> None:
    slots = add_presentation_slots(
        sheet=papers,
        items=[pitches],
        slots_each=2,
        terms=Terms(title="Lightning talk"),
        actor=alice,
    )
    assert [slot.title for slot in slots] == ["Lightning talk 1", "Lightning talk 2"]


def test_only_classes_that_take_place_have_presentations(
    course: Course, pitches: AgendaItem
) -> None:
    holiday = factories.make_meeting(course, days_from_now(32), status=Status.HOLIDAY)
    factories.put_on_agenda(holiday, text="Pitches", kind=Kind.PRESENTATIONS, stage=Stage.PITCH)
    assert queries.presentations_of(course) == [pitches]


def test_a_sheet_comes_with_its_slots_or_not_at_all(
    course: Course, papers: Sheet, dspy: AgendaItem, alice: User
) -> None:
    wanted = Wanted(Way.ON_EACH, [dspy], Terms())
    with pytest.raises(TitleTaken):
        offer_sheet(course=course, terms=SheetTerms(title=papers.title), wanted=wanted, actor=alice)
    now = timezone.now()
    with pytest.raises(ClosesBeforeOpening):
        offer_sheet(
            course=course,
            terms=SheetTerms(title="Early", opens_at=now),
            wanted=Wanted(Way.ONE_MORE, [dspy], Terms(closes_at=now)),
            actor=alice,
        )
    assert Sheet.objects.get() == papers
    assert not Slot.objects.exists()


def test_a_sheet_that_somebody_removed_gets_no_slots(
    papers: Sheet, dspy: AgendaItem, alice: User
) -> None:
    Sheet.objects.all().delete()
    with pytest.raises(SlotGone):
        add_slot(sheet=papers, item=dspy, terms=Terms(), actor=alice)


def test_many_slots_take_as_many_queries_as_one(
    course: Course, papers: Sheet, alice: User, django_assert_num_queries: Any
) -> None:
    meeting = factories.make_meeting(course, days_from_now(16), week=3)
    items = [
        factories.put_on_agenda(meeting, text=f"Talk {n}", kind=Kind.TECH_TALK) for n in range(31)
    ]
    for some in (items[:1], items[1:]):
        with django_assert_num_queries(8):
            add_slot_on_each(sheet=papers, items=some, terms=Terms(seats=2), actor=alice)
    assert Seat.objects.count() == 62
