"""The pages of one slot: staff put everything right."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.models import Course, Membership, Visibility
from readings.courses.services import remove_member
from readings.presentations import services
from readings.presentations.day.models import TalkMark
from readings.presentations.models import Seat, Sheet, SignUp, Slot
from readings.schedule.models import AgendaItem
from tests import factories
from tests.conftest import SignIn
from tests.pages_text import words
from tests.presentations.conftest import days_from_now
from tests.presentations.sheets.conftest import PAGE, RULES

pytestmark = pytest.mark.django_db

STAFF_PATHS = [
    ("get", "log/"),
    ("post", "take-off/"),
    ("get", "sheets/"),
    ("get", "sheets/new/"),
    ("post", "sheets/new/"),
    ("get", "sheets/{sheet}/"),
    ("get", "sheets/{sheet}/rules/"),
    ("post", "sheets/{sheet}/rules/"),
    ("get", "sheets/{sheet}/add/"),
    ("post", "sheets/{sheet}/add/"),
    ("post", "sheets/{sheet}/change/"),
    ("get", "sheets/{sheet}/remove/"),
    ("post", "sheets/{sheet}/remove/"),
    ("get", "{slot}/"),
    ("post", "{slot}/"),
    ("post", "{slot}/put/"),
    ("post", "{slot}/move/"),
    ("get", "{slot}/remove/"),
    ("post", "{slot}/remove/"),
    ("post", "{slot}/take-off/1/"),
]


def form(slot: Slot, **typed: str) -> dict[str, Any]:
    """The form of the slot as it is sent."""
    terms = {"title": "", "seats": "2", "minutes": "", "opens_at": "", "closes_at": ""}
    return terms | {"sheet": slot.sheet_id} | typed


@pytest.mark.parametrize(("method", "path"), STAFF_PATHS)
def test_staff_s_pages_do_not_exist_for_others(
    method: str,
    path: str,
    course: Course,
    slot: Slot,
    sign_in: SignIn,
    bob: User,
    erin: User,
    dave: User,
) -> None:
    course.visibility = Visibility.PUBLIC
    course.save()
    address = PAGE + path.format(slot=slot.pk, sheet=slot.sheet_id)
    for client in (sign_in(bob), sign_in(erin), sign_in(dave), Client()):
        assert getattr(client, method)(address, RULES).status_code == 404
    assert Slot.objects.count() == Sheet.objects.count() == 1


def test_what_belongs_to_another_course_is_not_found(alices: Client) -> None:
    other = factories.make_meeting(factories.make_course(), days_from_now(3))
    theirs = factories.make_slot(factories.put_on_agenda(other, text="Talk"))
    for method, path in STAFF_PATHS:
        if "{" in path:
            address = PAGE + path.format(slot=theirs.pk, sheet=theirs.sheet_id)
            assert getattr(alices, method)(address, RULES).status_code == 404


def test_an_assistant_changes_a_slot(sign_in: SignIn, carol: User, slot: Slot) -> None:
    client = sign_in(carol)
    response = client.post(
        f"{PAGE}{slot.pk}/", form(slot, title="Tech talk", seats="3", minutes="20")
    )
    assert response["Location"] == f"{PAGE}{slot.pk}/"
    slot.refresh_from_db()
    assert (slot.title, slot.minutes, slot.seats.count()) == ("Tech talk", 20, 3)
    assert "Tech talk · 20 min" in words(client.get(PAGE))


def test_times_are_typed_and_shown_in_the_course_s_zone(alices: Client, slot: Slot) -> None:
    window = {"opens_at": "2124-07-01T18:00", "closes_at": "2124-12-01T18:00"}
    alices.post(f"{PAGE}{slot.pk}/", form(slot, **window))
    slot.refresh_from_db()
    assert slot.opens_at == dt.datetime(2124, 7, 1, 22, 0, tzinfo=dt.UTC)
    assert slot.closes_at == dt.datetime(2124, 12, 1, 23, 0, tzinfo=dt.UTC)
    page = alices.get(f"{PAGE}{slot.pk}/").content.decode()
    assert 'value="2124-07-01T18:00"' in page
    assert 'value="2124-12-01T18:00"' in page
    assert "In Detroit time." in page


def test_a_time_that_daylight_saving_leaves_out_is_taken_an_hour_later(
    alices: Client, slot: Slot
) -> None:
    alices.post(f"{PAGE}{slot.pk}/", form(slot, opens_at="2026-03-08T02:30"))
    assert Slot.objects.get().opens_at == dt.datetime(2026, 3, 8, 7, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"opens_at": "2124-09-12T18:00", "closes_at": "2124-09-12T17:00"},
            "Sign-up would close before it opens.",
        ),
        ({"opens_at": "next Friday"}, "Enter a valid date/time."),
        ({"seats": "0"}, "greater than or equal to 1"),
        ({"seats": "500"}, "less than or equal to 100"),
        ({"minutes": "-5"}, "greater than or equal to 1"),
        ({"title": "x" * 121}, "at most 120 characters"),
        ({"sheet": "999999"}, "Select a valid choice"),
    ],
)
def test_bad_terms_are_named_and_what_was_typed_stays(
    wrong: dict[str, str], message: str, alices: Client, slot: Slot
) -> None:
    response = alices.post(f"{PAGE}{slot.pk}/", form(slot, title="Talk") | wrong)
    assert response.status_code == 200
    assert message in words(response)
    name, typed = next(iter(wrong.items()))
    if name != "sheet":
        assert f'value="{typed}"' in response.content.decode()
    slot.refresh_from_db()
    assert slot.title == ""


def test_a_slot_that_would_close_before_its_sheet_opens_is_named_at_the_field(
    alices: Client, slot: Slot
) -> None:
    Sheet.objects.update(opens_at=dt.datetime(2124, 9, 1, 16, 0, tzinfo=dt.UTC))
    page = alices.post(f"{PAGE}{slot.pk}/", form(slot, closes_at="2124-08-01T12:00"))
    assert 'id="id_closes_at_error"' in page.content.decode()
    assert "It would close before the sheet opens, on Fri Sep 1, 12:00" in words(page)


def test_fewer_seats_than_are_taken_is_named_at_the_field(
    alices: Client, alice: User, bob: User, slot: Slot
) -> None:
    services.claim_seat(slot=slot, actor=bob)
    services.put_on_seat(slot=slot, presenter=alice, actor=alice)
    response = alices.post(f"{PAGE}{slot.pk}/", form(slot, seats="1", title="New name"))
    assert "2 seats are taken, fewer seats would put somebody out." in words(response)
    assert 'value="New name"' in response.content.decode()
    assert slot.seats.count() == 2


def test_staff_put_somebody_on_a_seat_and_take_them_off(
    alices: Client, slot: Slot, bob: User, erin: User, dave: User
) -> None:
    page = alices.get(f"{PAGE}{slot.pk}/").content.decode()
    assert "Bob Baker &lt;bob.baker@example.edu&gt;" in page
    assert "Erin Evans" not in page
    response = alices.post(f"{PAGE}{slot.pk}/put/", {"presenter": bob.pk}, follow=True)
    assert "Bob Baker has a seat now." in words(response)
    assert "1 seat free." in words(response)
    assert "Bob Baker was given DSPy" in words(response)  # what happened to it
    for nobody in (erin.pk, dave.pk, "x", ""):
        refused = alices.post(f"{PAGE}{slot.pk}/put/", {"presenter": nobody})
        assert 'class="error"' in refused.content.decode()
    sign_up = SignUp.objects.get()
    response = alices.post(f"{PAGE}{slot.pk}/take-off/{sign_up.pk}/", follow=True)
    assert "Bob Baker is off DSPy" in words(response)
    assert not SignUp.objects.exists()
    response = alices.post(f"{PAGE}{slot.pk}/take-off/{sign_up.pk}/", follow=True)
    assert "That seat was free already." in words(response)


def test_staff_put_a_group_on_a_seat(
    alices: Client, course: Course, pitch: Slot, bob: User
) -> None:
    group = factories.make_group(course, bob, name="Group 2")
    response = alices.post(f"{PAGE}{pitch.pk}/put/", {"presenter": group.pk}, follow=True)
    assert "Group 2 Bob Baker" in words(response)
    assert "Every seat is taken." in words(response)


def test_slots_of_one_day_change_places_from_the_page_of_any(
    alices: Client, pitches: AgendaItem
) -> None:
    first, second = (factories.make_slot(pitches, title=name) for name in ("Pitch 1", "Pitch 2"))
    page = words(alices.get(f"{PAGE}{first.pk}/"))
    assert "Order on the day Pitch 1 Later : Pitch 1 Pitch 2 Earlier : Pitch 2" in page
    response = alices.post(
        f"{PAGE}{second.pk}/move/", {"to": "earlier", "from": first.pk}, follow=True
    )
    assert response.redirect_chain == [(f"{PAGE}{first.pk}/", 302)]
    assert "Pitch 2 comes earlier now." in words(response)
    response = alices.post(f"{PAGE}{second.pk}/move/", {"to": "earlier"}, follow=True)
    assert "Pitch 2 is the first already." in words(response)


def test_removing_a_slot_says_what_goes_with_it(
    alices: Client, alice: User, bob: User, slot: Slot
) -> None:
    services.claim_seat(slot=slot, actor=bob)
    services.put_on_seat(slot=slot, presenter=alice, actor=alice)
    slot.waiting.create(user=factories.make_user(), created_by=bob)
    page = words(alices.get(f"{PAGE}{slot.pk}/remove/"))
    assert "2 sign-ups go with it: Bob Baker, Alice Abbott." in page
    assert "1 waits for it." in page
    assert Slot.objects.exists()
    response = alices.post(f"{PAGE}{slot.pk}/remove/", {"sign_ups": "2"}, follow=True)
    assert "is removed." in words(response)
    assert not Slot.objects.exists()
    assert not SignUp.objects.exists()


@pytest.mark.parametrize("agreed", ["0", "many"])
def test_a_sign_up_that_came_meanwhile_is_shown_before_it_goes(
    agreed: str, alices: Client, bob: User, slot: Slot
) -> None:
    services.claim_seat(slot=slot, actor=bob)
    response = alices.post(f"{PAGE}{slot.pk}/remove/", {"sign_ups": agreed})
    assert "1 seat is taken by now. Look again" in words(response)
    assert "1 sign-up goes with it: Bob Baker." in words(response)
    assert Slot.objects.exists()


def test_a_slot_with_a_mark_on_it_is_not_removed(
    alices: Client, alice: User, bob: User, slot: Slot
) -> None:
    TalkMark.objects.create(slot=slot, user=bob, given_by=alice)
    for page in (f"{PAGE}{slot.pk}/remove/", f"{PAGE}sheets/{slot.sheet_id}/remove/"):
        before = alices.get(page)
        assert "feedback or marks hang on" in words(before)
        assert "button-danger" not in before.content.decode()
    response = alices.post(f"{PAGE}{slot.pk}/remove/", {"sign_ups": "0"})
    assert "Slides, feedback or marks hang on it. It stays" in words(response)
    assert Slot.objects.exists()


def test_one_button_takes_off_whoever_left(
    alices: Client, bob: User, alice: User, slot: Slot, pitches: AgendaItem
) -> None:
    for one in (slot, factories.make_slot(pitches, title="Talk")):
        services.claim_seat(slot=one, actor=bob)
    services.put_on_seat(slot=slot, presenter=alice, actor=alice)
    remove_member(membership=Membership.objects.get(user=bob))
    page = alices.get(f"{PAGE}sheets/")
    assert "Take off all 2… of Bob Baker" in words(page)
    every = list(SignUp.objects.values_list("pk", flat=True))  # hers too, were it forged
    response = alices.post(f"{PAGE}take-off/", {"user": bob.pk, "sign_up": every}, follow=True)
    assert "2 seats free again." in words(response)
    assert SignUp.objects.get().user == alice
    response = alices.post(f"{PAGE}take-off/", {"user": bob.pk, "sign_up": every}, follow=True)
    assert "Those seats were free already." in words(response)


def test_one_button_takes_off_a_group_without_members(
    alices: Client, course: Course, alice: User, pitch: Slot
) -> None:
    group = factories.make_group(course, name="Group 2")
    sign_up = services.put_on_seat(slot=pitch, presenter=group, actor=alice)
    response = alices.post(
        f"{PAGE}take-off/", {"group": group.pk, "sign_up": sign_up.pk}, follow=True
    )
    assert "1 seat free again." in words(response)
    assert not SignUp.objects.exists()


def test_the_page_of_a_slot_takes_as_many_queries_with_many_sign_ups_as_with_one(
    alices: Client, course: Course, pitch: Slot, django_assert_max_num_queries: Any
) -> None:
    Seat.objects.bulk_create(Seat(slot=pitch, number=2 + n) for n in range(20))
    for _number in range(20):
        student = factories.make_user()
        factories.enrol(course, student)
        factories.make_group(course, student)
        services.claim_seat(slot=pitch, actor=student)
    with django_assert_max_num_queries(19):
        alices.get(f"{PAGE}{pitch.pk}/")
