"""Pages on which staff make sheets, change them, and see how they stand."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.models import Course
from readings.presentations import services
from readings.presentations.day.models import TalkMark
from readings.presentations.models import Method, Seat, Sheet, SignUp, Slot, TakenBy
from readings.presentations.swaps.models import SwapKind
from readings.presentations.swaps.services import offer_seat
from readings.schedule.models import AgendaItem, Kind
from tests import factories
from tests.pages_text import words
from tests.presentations.conftest import days_from_now
from tests.presentations.sheets.conftest import PAGE, RULES

pytestmark = pytest.mark.django_db

NEW = f"{PAGE}sheets/new/"
SLOTS = {"seats": "1", "minutes": "", "slots_each": "4"}


def test_a_sheet_with_a_slot_on_each_reading_is_two_clicks(
    alices: Client, course: Course, dspy: AgendaItem
) -> None:
    meeting = factories.make_meeting(course, days_from_now(16), week=3)
    for label in ("TVM", "Relay"):
        factories.put_on_agenda(meeting, factories.make_reading(course, label=label))
    page = alices.get(NEW).content.decode()
    assert 'value="Lead a paper"' in page
    assert page.count('name="items"') == 3
    ticked = [item.pk for item in AgendaItem.objects.all()]
    sent = RULES | SLOTS | {"source": "readings", "items": ticked, "must_hold": 1, "may_hold": 1}
    response = alices.post(NEW, sent, follow=True)
    assert "The sheet “Lead a paper” is made with 3 slots." in words(response)
    assert Slot.objects.filter(sheet__title="Lead a paper", sheet__must_hold=1).count() == 3


def test_pitches_of_groups_on_every_class_that_has_them(
    alices: Client, course: Course, pitches: AgendaItem
) -> None:
    later = factories.make_meeting(course, days_from_now(30), week=5)
    factories.put_on_agenda(later, text="Pitches", kind="presentations", stage="pitch")
    final = factories.make_meeting(course, days_from_now(60), week=9)
    factories.put_on_agenda(final, text="Finals", kind="presentations", stage="final")
    page = alices.get(f"{NEW}?start=pitches").content.decode()
    assert 'value="Pitches"' in page
    assert '<option value="pitch" selected>' in page
    sent = RULES | SLOTS | {"title": "Pitches", "taken_by": "group", "minutes": "10"}
    sent |= {"source": "presentations", "stage": "pitch", "fewest_members": "2"}
    response = alices.post(NEW, sent, follow=True)
    assert "is made with 8 slots." in words(response)
    sheet = Sheet.objects.get()
    assert (sheet.taken_by, sheet.fewest_members) == (TakenBy.GROUP, 2)
    assert set(Slot.objects.values_list("minutes", flat=True)) == {10}
    assert Seat.objects.count() == 8


def test_every_tech_talk(alices: Client, course: Course) -> None:
    meeting = factories.make_meeting(course, days_from_now(3))
    talk = factories.put_on_agenda(meeting, text="Profilers", kind=Kind.TECH_TALK)
    page = words(alices.get(f"{NEW}?start=talks"))
    assert "One on each tech talk" in page
    sent = RULES | SLOTS | {"title": "Tech talks", "source": "talks", "talks": [talk.pk]}
    alices.post(NEW, sent)
    assert Slot.objects.get().agenda_item == talk


def test_a_sheet_of_wishes_for_some_without_slots(
    alices: Client, course: Course, bob: User
) -> None:
    factories.enrol(course, factories.make_user())
    sent = RULES | SLOTS | {"source": "none", "method": "wishes", "fills_up": "on"}
    sent |= {"is_for_some": "on", "only_users": [bob.pk], "marks_out_of": "7.5"}
    page = words(alices.post(NEW, sent, follow=True))
    sheet = Sheet.objects.get()
    assert (sheet.method, list(sheet.only_users.all())) == (Method.WISHES, [bob])
    assert "No slots yet" in page
    for rule in ("ranked wishes", "only for some", "marks out of 7.5", "what is left goes to"):
        assert rule in page


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"title": ""}, "title", "This field is required."),
        (
            {"opens_at": "2124-09-12T18:00", "closes_at": "2124-09-12T18:00"},
            "closes_at",
            "Sign-up would close before it opens.",
        ),
        ({"must_hold": "3", "may_hold": "2"}, "may_hold", "Each must hold 3"),
        ({"fewest_members": "4", "most_members": "3"}, "most_members", "has 4 already"),
        ({"is_for_some": "on"}, "only_users", "Tick at least one"),
        ({"is_for_some": "on", "taken_by": "group"}, "only_groups", "Tick at least one"),
        ({"taken_by": "dog"}, "taken_by", "Select a valid choice"),
        ({"source": "readings"}, "items", "Tick at least one reading."),
        ({"source": "one"}, "item", "Choose what is presented."),
        (
            {"source": "presentations", "stage": "pitch", "slots_each": "500"},
            "slots_each",
            "less than or equal to 30",
        ),
        ({"seats": "0"}, "seats", "greater than or equal to 1"),
    ],
)
def test_what_is_wrong_is_named_at_the_field_and_what_was_typed_stays(
    wrong: dict[str, str],
    field: str,
    message: str,
    alices: Client,
    dspy: AgendaItem,
    pitches: AgendaItem,
) -> None:
    sent = RULES | SLOTS | {"source": "none", "title": "My own title"} | wrong
    response = alices.post(NEW, sent)
    assert message in words(response)
    page = response.content.decode()
    assert f'id="id_{field}_error"' in page
    assert 'value="My own title"' in page or field == "title"
    assert not Sheet.objects.exists()


def test_the_title_of_another_sheet_is_refused_and_a_free_one_offered(
    alices: Client, papers: Sheet, dspy: AgendaItem
) -> None:
    response = alices.post(NEW, RULES | SLOTS | {"source": "none"})
    assert "Another sheet has this title." in words(response)
    assert 'value="Pitches"' in alices.get(NEW).content.decode()  # of which there is none
    assert 'value="Lead a paper 2"' in alices.get(f"{NEW}?start=papers").content.decode()


def test_items_of_another_course_are_no_choice(alices: Client, dspy: AgendaItem) -> None:
    other = factories.make_meeting(factories.make_course(), days_from_now(3))
    theirs = factories.put_on_agenda(other, text="Secret talk")
    response = alices.post(NEW, RULES | SLOTS | {"source": "one", "item": theirs.pk})
    assert "Select a valid choice" in words(response)
    assert "Secret talk" not in words(response)


def test_slots_are_added_to_a_sheet(alices: Client, papers: Sheet, dspy: AgendaItem) -> None:
    add = f"{PAGE}sheets/{papers.pk}/add/"
    response = alices.post(add, SLOTS | {"source": "readings", "items": [dspy.pk]}, follow=True)
    assert "1 slot added." in words(response)
    assert 'name="items"' not in alices.get(add).content.decode()  # they all have one
    page = alices.get(f"{add}?item={dspy.pk}").content.decode()
    assert f'<option value="{dspy.pk}" selected>' in page
    assert re.search(r'value="one"[^>]* checked', page)
    one = {"source": "one", "item": dspy.pk, "slot_title": "Critic", "seats": "2"}
    alices.post(add, SLOTS | one)
    assert Slot.objects.get(title="Critic").seats.count() == 2


def test_the_sheet_says_who_has_what_and_who_must_take_more(
    alices: Client, course: Course, slot: Slot, bob: User
) -> None:
    grace = factories.make_user("Grace Gao")
    factories.enrol(course, grace)
    Sheet.objects.update(must_hold=1)
    services.claim_seat(slot=slot, actor=bob)
    page = words(alices.get(f"{PAGE}sheets/{slot.sheet_id}/"))
    assert "1 of 2 seats taken" in page
    assert "1/2 Bob Baker" in page
    assert "1 of 2 must hold more than they do Grace Gao" in page
    assert "grace.gao@example.edu" in page
    row = words(alices.get(f"{PAGE}sheets/"))
    assert "Lead a paper persons open 1 1 of 2 1 of 2" in row


def test_ticked_slots_change_together(alices: Client, pitches: AgendaItem, bob: User) -> None:
    slots = [factories.make_slot(pitches, title=f"Talk {n}") for n in range(3)]
    sheet = slots[0].sheet
    page = f"{PAGE}sheets/{sheet.pk}/"
    assert alices.get(f"{page}?tick=all").content.decode().count(" checked") == 3
    keys = [slot.pk for slot in slots[:2]]
    sent = {"do": "change", "slot": keys, "seats": "2", "minutes": "12"}
    assert "2 slots changed." in words(alices.post(f"{page}change/", sent, follow=True))
    assert list(Slot.objects.values_list("minutes", flat=True)) == [12, 12, None]
    assert Seat.objects.count() == 5
    for wrong, message in (
        ({"slot": []}, "Tick the slots that are to change."),
        ({"seats": "", "minutes": ""}, "Say what to change about them."),
        ({"seats": "0"}, "greater than or equal to 1"),
        ({"closes_at": "2124-09-12T18:00", "as_sheet_says": "on"}, "Give them a window, or none."),
    ):
        refused = alices.post(f"{page}change/", sent | wrong)
        assert message in words(refused)
        assert refused.content.decode().count('name="slot"') == 3
    services.claim_seat(slot=slots[0], actor=bob)
    other = factories.make_user()
    factories.enrol(sheet.course, other)
    services.claim_seat(slot=slots[0], actor=other)
    refused = alices.post(f"{page}change/", sent | {"seats": "1"})
    assert "No slot is changed: Talk 0" in words(refused)
    assert 'id="id_seats_error"' in refused.content.decode()
    assert alices.get(f"{page}?tick=free").content.decode().count(" checked") == 2


def test_ticked_slots_that_nobody_has_are_removed(
    alices: Client, pitches: AgendaItem, bob: User
) -> None:
    slots = [factories.make_slot(pitches, title=f"Talk {n}") for n in range(3)]
    services.claim_seat(slot=slots[0], actor=bob)
    page = f"{PAGE}sheets/{slots[0].sheet_id}/change/"
    sent = {"do": "remove", "slot": [slot.pk for slot in slots]}
    assert "2 slots removed. 1 stayed: somebody has them" in words(
        alices.post(page, sent, follow=True)
    )
    assert Slot.objects.get() == slots[0]


def test_new_rules_say_whom_they_hit_before_they_are_saved(
    alices: Client, slot: Slot, bob: User
) -> None:
    for one in (slot, factories.make_slot(slot.agenda_item, title="Critic", sheet=slot.sheet)):
        services.claim_seat(slot=one, actor=bob)
    rules = f"{PAGE}sheets/{slot.sheet_id}/rules/"
    page = words(alices.post(rules, RULES | {"may_hold": "1"}))
    assert "Nothing is saved yet." in page
    assert "Bob Baker holds 2 slots, may hold 1: DSPy, Critic: DSPy" in page
    assert Sheet.objects.get().may_hold is None
    response = alices.post(rules, RULES | {"may_hold": "1", "agreed": "yes"}, follow=True)
    assert "The rules are saved." in words(response)
    assert "Needs attention Bob Baker holds 2 slots, may hold 1" in words(response)
    assert SignUp.objects.count() == 2
    again = alices.post(rules, RULES | {"may_hold": "1", "days_apart": "0"}, follow=True)
    assert "The rules are saved." in words(again)  # nobody is hit anew


def test_who_a_seat_is_for_is_refused_at_the_field(alices: Client, slot: Slot, bob: User) -> None:
    services.claim_seat(slot=slot, actor=bob)
    rules = f"{PAGE}sheets/{slot.sheet_id}/rules/"
    page = alices.post(rules, RULES | {"taken_by": "group"})
    assert "1 seat is taken: take everybody off before changing" in words(page)
    assert 'id="id_taken_by_error"' in page.content.decode()
    Slot.objects.update(closes_at="2124-09-01T12:00Z")
    page = alices.post(rules, RULES | {"opens_at": "2124-10-01T12:00"})
    assert "would close before the sheet opens" in words(page)
    assert 'id="id_opens_at_error"' in page.content.decode()


def test_removing_a_sheet_says_what_goes_with_it(alices: Client, slot: Slot, bob: User) -> None:
    services.claim_seat(slot=slot, actor=bob)
    remove = f"{PAGE}sheets/{slot.sheet_id}/remove/"
    assert "1 slot goes with it, and 1 sign-up , of Bob Baker." in words(alices.get(remove))
    page = words(alices.post(remove, {"sign_ups": "0"}))
    assert "1 seat is taken by now. Look again" in page
    response = alices.post(remove, {"sign_ups": "1"}, follow=True)
    assert "The sheet “Lead a paper” is removed." in words(response)
    assert not Sheet.objects.exists()


def test_an_empty_schedule_offers_what_there_is(alices: Client) -> None:
    assert "No sheet yet" in words(alices.get(f"{PAGE}sheets/"))
    page = words(alices.get(NEW))
    assert "One on a single item of the agenda" in page
    assert "One on each reading" not in page


def fill(course: Course, alice: User, count: int) -> None:
    """Slots of persons and of groups, each with somebody on it."""
    meeting = factories.make_meeting(course, days_from_now(20), week=4)
    for number in range(count):
        item = factories.put_on_agenda(meeting, factories.make_reading(course))
        student = factories.make_user()
        factories.enrol(course, student)
        slot = factories.make_slot(item)
        services.put_on_seat(slot=slot, presenter=student, actor=alice)
        group = factories.make_group(course, student)
        talk = factories.put_on_agenda(meeting, text=f"Talk {number}", kind=Kind.TECH_TALK)
        teams = factories.make_slot(talk, taken_by=TakenBy.GROUP)
        services.put_on_seat(slot=teams, presenter=group, actor=alice)


def test_pages_take_as_many_queries_with_many_slots_as_with_one(
    alices: Client, course: Course, alice: User, django_assert_max_num_queries: Any
) -> None:
    fill(course, alice, 1)
    sheet = Sheet.objects.first()
    assert sheet is not None
    pages = {
        f"{PAGE}sheets/": 14,
        f"{PAGE}sheets/{sheet.pk}/": 15,
        f"{PAGE}sheets/{sheet.pk}/rules/": 9,
        f"{PAGE}sheets/{sheet.pk}/add/": 10,
        NEW: 12,
        f"{PAGE}log/": 9,
        f"{PAGE}log/?sheet={sheet.pk}": 12,
    }
    for count in (0, 12):
        fill(course, alice, count)
        for page, queries in pages.items():
            with django_assert_max_num_queries(queries):
                assert alices.get(page).status_code == 200


def test_a_sheet_for_groups_counts_those_who_are_in_none(
    alices: Client, course: Course, pitch: Slot, bob: User, erin: User
) -> None:
    Sheet.objects.update(must_hold=1)
    page = f"{PAGE}sheets/{pitch.sheet_id}/"
    said = words(alices.get(page))
    assert "1 student is in no group yet." in said  # Erin audits
    assert "holds what" not in said
    group = factories.make_group(course, bob)
    factories.enrol(course, factories.make_user())
    services.put_on_seat(slot=pitch, presenter=group, actor=bob)
    said = words(alices.get(page))
    assert "Every group holds what it must. 1 student is in no group yet." in said


def test_new_rules_say_what_becomes_of_marks_offers_and_lines(
    alices: Client, alice: User, slot: Slot, bob: User
) -> None:
    Sheet.objects.update(marks_out_of=20)
    services.claim_seat(slot=slot, actor=bob)
    TalkMark.objects.create(slot=slot, user=bob, given_by=alice, value=15, out_of=20)
    offer_seat(slot=slot, actor=bob, kind=SwapKind.HAND_OVER, to=None, counter=None, message="")
    slot.waiting.create(user=factories.make_user(), created_by=bob)
    rules = f"{PAGE}sheets/{slot.sheet_id}/rules/"
    sent = {name: value for name, value in RULES.items() if name != "has_waiting_list"}
    sent |= {"marks_out_of": "10", "swaps": "none"}
    page = words(alices.post(rules, sent))
    assert "1 mark keeps being out of 20; new ones are out of 10." in page
    assert "1 waits for a seat, as before; nobody else can join the line." in page
    assert "1 offer of a seat cannot be accepted any more." in page
    assert Sheet.objects.get().marks_out_of == 20
    page = words(alices.post(rules, RULES | {"method": "wishes", "marks_out_of": ""}))
    assert "out of 20; no new ones are given." in page
    assert "1 waits for a seat: nobody moves up any more." in page
    assert "The rules are saved." in words(alices.post(rules, sent | {"agreed": "y"}, follow=True))
    assert words(alices.post(rules, sent, follow=True)).count("The rules are saved.") == 1
