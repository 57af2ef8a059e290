"""The sign-ups page: sheets, waiting lists, filters and parts, for each who may see them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from readings.accounts.models import User
from readings.core.clock import short_date
from readings.courses.models import Course, Event
from readings.presentations import services, waiting
from readings.presentations.blackouts import change_blackouts
from readings.presentations.board import page as board_page
from readings.presentations.models import Method, Seat, Sheet, SignUp, Slot, TakenBy, Waiting
from readings.schedule.models import AgendaItem, Status
from tests import factories
from tests.conftest import SignIn
from tests.pages_text import words
from tests.presentations.conftest import days_from_now

pytestmark = pytest.mark.django_db

PAGE = "/c/compilers/sign-ups/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def priya(course: Course) -> User:
    user = factories.make_user("Priya Singh")
    factories.enrol(course, user)
    return user


@pytest.fixture
def full(dspy: AgendaItem, priya: User) -> Slot:
    """A slot whose only seat Priya has."""
    slot = factories.make_slot(dspy)
    services.claim_seat(slot=slot, actor=priya)
    return slot


@pytest.fixture
def bobs(sign_in: SignIn, course: Course, bob: User) -> Client:
    return sign_in(bob)


def set_rules(slot: Slot, **fields: object) -> None:
    for name, value in fields.items():
        setattr(slot.sheet, name, value)
    slot.sheet.save()


def test_one_waits_is_shown_the_place_and_leaves_the_line(bobs: Client, full: Slot) -> None:
    assert "Wait in line" in words(bobs.get(PAGE))
    answer = words(bobs.post(f"{PAGE}{full.pk}/wait/", headers=HTMX))
    assert "You are 1st in line. You move up by yourself." in answer
    assert "Leave the line" in answer
    assert "You are in line already: 1st." in words(
        bobs.post(f"{PAGE}{full.pk}/wait/", headers=HTMX)
    )
    response = bobs.post(f"{PAGE}{full.pk}/stop-waiting/?show=free")
    assert response["Location"] == f"{PAGE}?show=free#slot-{full.pk}"
    assert not Waiting.objects.exists()
    answer = words(bobs.post(f"{PAGE}{full.pk}/stop-waiting/", headers=HTMX))
    assert "You are not in line here." in answer


def test_who_moved_up_reads_so(bobs: Client, bob: User, priya: User, full: Slot) -> None:
    waiting.join_waiting_list(slot=full, actor=bob)
    assert "You are 1st in line" in words(bobs.get(PAGE))
    services.leave_seat(slot=full, actor=priya)
    page = words(bobs.get(PAGE))
    assert "You moved up: DSPy (" in page
    assert "You present: DSPy" in page
    services.leave_seat(slot=full, actor=bob)
    assert "You moved up" not in words(bobs.get(PAGE))


def test_others_see_only_how_long_the_line_is(
    sign_in: SignIn, erin: User, bob: User, full: Slot
) -> None:
    waiting.join_waiting_list(slot=full, actor=bob)
    page = words(sign_in(erin).get(PAGE))
    assert "1 in line" in page
    assert "Bob Baker" not in page
    assert "Wait in line" not in page


def test_after_closing_staff_give_the_seat_to_who_is_next(
    sign_in: SignIn, carol: User, bobs: Client, bob: User, full: Slot
) -> None:
    waiting.join_waiting_list(slot=full, actor=bob)
    row = Waiting.objects.get()
    full.closes_at = timezone.now() - dt.timedelta(hours=1)
    full.save()
    services.take_off(sign_up=SignUp.objects.get(), actor=carol)
    carols = sign_in(carol)
    assert "Give it to Bob Baker, next in line" in words(carols.get(PAGE))
    assert "Give it to" not in words(bobs.get(PAGE))
    give = f"{PAGE}{full.pk}/give/{row.pk}/"
    assert bobs.post(give).status_code == 404
    assert "Bob Baker has the seat now, and is told." in words(carols.post(give, headers=HTMX))
    assert "They do not wait any more." in words(carols.post(give, headers=HTMX))
    assert SignUp.objects.get().user == bob


@pytest.mark.parametrize("what", ["wait/", "stop-waiting/", "give/1/"])
def test_people_from_outside_get_404(what: str, full: Slot, sign_in: SignIn, dave: User) -> None:
    for client in (sign_in(dave), Client()):
        assert client.post(f"{PAGE}{full.pk}/{what}").status_code == 404


def test_a_sheet_says_how_it_is_given_out_and_how_one_stands(
    bobs: Client, bob: User, slot: Slot, sign_in: SignIn, alice: User
) -> None:
    set_rules(
        slot,
        must_hold=2,
        may_hold=2,
        days_apart=14,
        closes_at=dt.datetime(2124, 9, 12, 22, tzinfo=dt.UTC),
    )
    services.claim_seat(slot=slot, actor=bob)
    page = words(bobs.get(PAGE))
    assert "Lead a paper: first come, first served until Tue Sep 12, 18:00 ." in page
    assert "You must hold 2, at least 14 days apart; you hold 1 so far. 1 of 2 seats free." in page
    assert "Each must hold 2, at least 14 days apart." in words(sign_in(alice).get(PAGE))


def test_slots_given_out_by_wishes_say_so_and_are_not_taken(bobs: Client, slot: Slot) -> None:
    set_rules(slot, method=Method.WISHES, closes_at=dt.datetime(2124, 9, 12, 22, tzinfo=dt.UTC))
    page = words(bobs.get(PAGE))
    assert "Lead a paper: rank your wishes until Tue Sep 12, 18:00 ." in page
    assert "given out by wishes until Tue Sep 12, 18:00" in page
    assert "Take it" not in page
    set_rules(slot, closes_at=timezone.now() - dt.timedelta(days=1))
    assert "Lead a paper: given out by wishes." in words(bobs.get(PAGE))


def test_what_the_rules_forbid_is_not_offered(
    bobs: Client, bob: User, course: Course, slot: Slot
) -> None:
    meeting = factories.make_meeting(course, days_from_now(17), week=4)
    factories.make_slot(factories.put_on_agenda(meeting, factories.make_reading(course)))
    services.claim_seat(slot=slot, actor=bob)
    assert words(bobs.get(PAGE)).count("Take it") == 1
    set_rules(slot, days_apart=7)
    page = words(bobs.get(PAGE))
    assert "Take it" not in page
    day = short_date(days_from_now(14))
    assert f"DSPy is on {day}: 7 days apart, so from {short_date(days_from_now(21))}" in page
    set_rules(slot, days_apart=0, is_for_some=True)
    page = words(bobs.get(PAGE))
    assert "Take it" not in page
    assert "It is for some of the class, and you are not among them." in page


def test_auditors_are_offered_seats_where_they_may_present(
    sign_in: SignIn, erin: User, slot: Slot
) -> None:
    set_rules(slot, auditors_too=True)
    erins = sign_in(erin)
    page = words(erins.get(PAGE))
    assert "Take it" in page
    assert "and take no seat" not in page
    assert "The seat is yours." in words(erins.post(f"{PAGE}{slot.pk}/claim/", headers=HTMX))


def test_filters_show_a_sheet_what_is_free_and_what_is_mine(
    bobs: Client, bob: User, course: Course, full: Slot, pitch: Slot
) -> None:
    factories.make_group(course, bob, name="Owls")
    services.claim_seat(slot=pitch, actor=bob)
    free = factories.make_slot(pitch.agenda_item, title="Demo")

    def shown(query: str) -> set[int]:
        page = bobs.get(f"{PAGE}{query}").content.decode()
        return {one.pk for one in (full, pitch, free) if f'id="slot-{one.pk}"' in page}

    assert shown("") == {full.pk, pitch.pk, free.pk}
    assert shown("?show=free") == {free.pk}
    assert shown("?show=mine") == {pitch.pk}
    assert shown(f"?sheet={full.sheet_id}") == {full.pk}
    assert shown(f"?sheet={full.sheet_id}&show=free") == set()
    assert "No seat is free here in the classes to come." in words(
        bobs.get(f"{PAGE}?sheet={full.sheet_id}&show=free")
    )


def test_a_long_page_has_parts_of_whole_days(
    bobs: Client, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_page, "CARDS_A_PART", 4)
    for week in range(3):
        meeting = factories.make_meeting(course, dt.date(2124, 9, 6 + 7 * week), week=week + 1)
        item = factories.put_on_agenda(meeting, text="Talks")
        for number in range(3):
            factories.make_slot(item, title=f"Talk {week}.{number}")
    page = words(bobs.get(PAGE))
    assert "Talk 0.2" in page
    assert "Talk 1.0" not in page
    assert "Sep 13 3 slots" in page
    assert "Talk 1.0" in words(bobs.get(f"{PAGE}?part=2"))
    assert "Talk 2.0" in words(bobs.get(f"{PAGE}?part=99"))


def test_pitches_begin_one_after_the_other(bobs: Client, pitch: Slot) -> None:
    assert pitch.agenda_item.meeting is not None
    pitch.agenda_item.meeting.meets_from = dt.time(10, 30)
    pitch.agenda_item.meeting.save()
    factories.make_slot(
        pitch.agenda_item, title="Pitch 2", taken_by=TakenBy.GROUP, minutes=12, position=1
    )
    page = words(bobs.get(PAGE))
    assert "10:30 · Pitch: Project pitches · 10 min" in page
    assert "10:40 · Pitch: Project pitches · 12 min" in page
    assert "10:40" in words(bobs.get(f"{PAGE}?show=free"))


def test_a_card_that_was_pressed_still_says_when_it_begins(bobs: Client, pitch: Slot) -> None:
    assert pitch.agenda_item.meeting is not None
    pitch.agenda_item.meeting.meets_from = dt.time(10, 30)
    pitch.agenda_item.meeting.save()
    second = factories.make_slot(
        pitch.agenda_item, title="Pitch 2", taken_by=TakenBy.GROUP, minutes=12, position=1
    )
    answer = words(bobs.post(f"{PAGE}{second.pk}/claim/", headers=HTMX))
    assert "10:40 · Pitch: Project pitches · 12 min" in answer


@pytest.mark.parametrize("is_parked", [True, False])
def test_what_is_in_no_class_is_neither_offered_nor_counted_nor_given(
    is_parked: bool, bobs: Client, slot: Slot, dspy: AgendaItem
) -> None:
    assert "2 of 2 seats free." in words(bobs.get(PAGE))
    assert dspy.meeting is not None
    if is_parked:
        dspy.meeting = None
        dspy.save()
    else:
        dspy.meeting.status = Status.CANCELLED
        dspy.meeting.save()
    page = words(bobs.get(PAGE))
    assert "nobody can take it for now" in page
    assert "Take it" not in page
    assert "seats free" not in page
    assert "No seat is free here" in words(bobs.get(f"{PAGE}?show=free"))
    refusal = words(bobs.post(f"{PAGE}{slot.pk}/claim/", headers=HTMX))
    assert "can be taken once it is in a class again" in refusal
    assert not SignUp.objects.exists()


def test_a_line_that_does_not_move_says_why_to_staff_and_to_who_waits(
    bobs: Client, bob: User, sign_in: SignIn, alice: User, full: Slot, pitches: AgendaItem
) -> None:
    other = factories.make_slot(pitches, title="Demo", sheet=full.sheet)
    waiting.join_waiting_list(slot=full, actor=bob)
    services.claim_seat(slot=other, actor=bob)
    set_rules(full, may_hold=1)
    assert "You move up once you may hold another." in words(bobs.get(PAGE))
    services.take_off(sign_up=SignUp.objects.get(slot=full), actor=alice)
    assert SignUp.objects.get().slot == other
    assert "You may hold one slot on this sheet, and have Demo." in words(bobs.get(PAGE))
    page = words(sign_in(alice).get(PAGE))
    said = "Nobody in line may have it now: Bob Baker has Demo already, and may hold 1."
    assert said in page
    assert "Give it to" not in page


def test_days_on_which_one_cannot_are_said_beside_the_button(
    bobs: Client, course: Course, bob: User, priya: User, slot: Slot, pitch: Slot
) -> None:
    factories.make_group(course, bob, priya, name="Owls")
    change_blackouts(course=course, user=bob, add=[days_from_now(14)])
    change_blackouts(course=course, user=priya, add=[days_from_now(14), days_from_now(28)])
    page = words(bobs.get(PAGE))
    assert page.count("cannot on this day") == 2
    assert page.count("You cannot on this day") == 1
    assert page.count("Priya Singh cannot on this day Take it for Owls") == 1
    assert "The seat is yours." in words(bobs.post(f"{PAGE}{slot.pk}/claim/", headers=HTMX))


def test_what_a_press_changes_elsewhere_on_the_page_comes_with_it(
    bobs: Client, slot: Slot, pitches: AgendaItem
) -> None:
    other = factories.make_slot(pitches, title="Demo", sheet=slot.sheet)
    elsewhere = factories.make_slot(pitches, title="Pitch 9")
    set_rules(slot, may_hold=1)
    answer = bobs.post(f"{PAGE}{slot.pk}/claim/", headers=HTMX)
    html = answer.content.decode()
    assert f'aria-labelledby="slot-{other.pk}-title" hx-swap-oob="true"' in html
    assert f'id="slot-{elsewhere.pk}"' not in html
    said = words(answer)
    assert "You may hold 1; you hold 1 so far. 2 of 3 seats free." in said
    assert "You present: DSPy" in said
    assert "Take it" not in said
    refusal = bobs.post(f"{PAGE}{other.pk}/claim/", headers=HTMX).content.decode()
    assert refusal.count("<article") == 1
    assert "board-top" not in refusal
    again = words(bobs.post(f"{PAGE}{slot.pk}/leave/", headers=HTMX))
    assert again.count("Take it") == 2
    assert "You present: DSPy" not in again


def test_where_one_waits_is_said_at_the_top_and_is_mine(
    bobs: Client, bob: User, full: Slot, sign_in: SignIn, erin: User
) -> None:
    waiting.join_waiting_list(slot=full, actor=bob)
    assert "You wait for DSPy (1st in line)" in words(bobs.get(PAGE))
    assert f'id="slot-{full.pk}"' in bobs.get(f"{PAGE}?show=mine").content.decode()
    assert "You wait for" not in words(sign_in(erin).get(PAGE))


def test_settled_sheets_are_folded_for_small_screens_and_what_is_owed_is_not(
    bobs: Client, slot: Slot, pitches: AgendaItem
) -> None:
    for title in ("Talks", "Demos", "Posters"):
        sheet = Sheet.objects.create(course=slot.course, title=title)
        factories.make_slot(pitches, sheet=sheet)
    set_rules(slot, must_hold=1)
    page = bobs.get(PAGE).content.decode()
    fold = page[page.index('<details class="sheet-fold">') :]
    fold = fold[: fold.index("</details>")]
    assert "3 other sheets" in fold
    assert "Lead a paper" not in fold
    assert "Lead a paper: first come, first served." in words(bobs.get(PAGE))
    assert 'href="#slots"' in page


def test_staff_are_told_which_rule_and_whose_turn_they_passed_over(
    sign_in: SignIn, alice: User, bob: User, priya: User, full: Slot, pitches: AgendaItem
) -> None:
    other = factories.make_slot(pitches, title="Demo", sheet=full.sheet)
    services.claim_seat(slot=other, actor=priya)
    waiting.join_waiting_list(slot=other, actor=bob)
    set_rules(full, may_hold=1)
    carl = factories.make_user("Carl Cho")
    factories.enrol(full.course, carl)
    Seat.objects.create(slot=other, number=2)
    Waiting.objects.create(slot=other, user=carl, created_by=carl)
    alices = sign_in(alice)
    put = {"presenter": carl.pk}
    said = words(alices.post(f"{PAGE}{other.pk}/put/", put, follow=True))
    assert "Carl Cho has a seat now. Bob Baker was first in line, and still waits." in said
    told = Event.objects.get(kind="presentations.moved_up")
    assert told.summary.startswith("You were given Demo (")
    third = factories.make_slot(pitches, title="Talk", sheet=full.sheet)
    said = words(alices.post(f"{PAGE}{third.pk}/put/", put, follow=True))
    assert (
        "Carl Cho has a seat now. This is against the sheet's rules:"
        " Carl Cho has Demo already, and may hold 1." in said
    )


def test_the_schedule_tells_who_moved_up_only_while_the_seat_is_theirs(
    bobs: Client, bob: User, priya: User, full: Slot
) -> None:
    waiting.join_waiting_list(slot=full, actor=bob)
    services.leave_seat(slot=full, actor=priya)
    assert "You moved up: DSPy" in words(bobs.get("/c/compilers/"))
    services.leave_seat(slot=full, actor=bob)
    assert "You moved up" not in words(bobs.get("/c/compilers/"))
