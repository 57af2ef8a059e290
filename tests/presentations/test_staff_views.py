"""Pages on which staff make slots and put everything right."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.models import Course, Visibility
from readings.presentations import services
from readings.presentations.models import Seat, SignUp, Slot, TakenBy
from readings.schedule.models import AgendaItem
from tests import factories
from tests.conftest import SignIn
from tests.pages_text import words
from tests.presentations.conftest import days_from_now

pytestmark = pytest.mark.django_db

PAGE = "/c/compilers/sign-ups/"
TERMS = {"seats": "2", "taken_by": "person", "minutes": "", "opens_at": "", "closes_at": ""}


@pytest.fixture
def alices(sign_in: SignIn, course: Course, alice: User) -> Client:
    return sign_in(alice)


STAFF_PATHS = [
    ("get", "new/"),
    ("post", "new/"),
    ("get", "new/readings/"),
    ("post", "new/readings/"),
    ("get", "new/presentations/"),
    ("post", "new/presentations/"),
    ("get", "{slot}/"),
    ("post", "{slot}/"),
    ("post", "{slot}/put/"),
    ("get", "{slot}/remove/"),
    ("post", "{slot}/remove/"),
    ("post", "{slot}/take-off/1/"),
]


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
    for client in (sign_in(bob), sign_in(erin), sign_in(dave), Client()):
        response = getattr(client, method)(PAGE + path.format(slot=slot.pk), TERMS)
        assert response.status_code == 404
    assert Slot.objects.count() == 1


def test_an_assistant_makes_a_slot_on_one_item(
    sign_in: SignIn, carol: User, dspy: AgendaItem
) -> None:
    client = sign_in(carol)
    page = client.get(f"{PAGE}new/?item={dspy.pk}").content.decode()
    assert f'<option value="{dspy.pk}" selected>' in page
    response = client.post(
        f"{PAGE}new/", TERMS | {"item": dspy.pk, "title": "Tech talk", "minutes": "20"}
    )
    slot = Slot.objects.get()
    assert response["Location"] == f"{PAGE}#slot-{slot.pk}"
    assert (slot.agenda_item, slot.title, slot.minutes) == (dspy, "Tech talk", 20)
    assert slot.seats.count() == 2
    assert "Tech talk: DSPy" in words(client.get(PAGE))


def test_times_are_typed_and_shown_in_the_course_s_zone(alices: Client, dspy: AgendaItem) -> None:
    alices.post(
        f"{PAGE}new/",
        TERMS | {"item": dspy.pk, "opens_at": "2124-07-01T18:00", "closes_at": "2124-12-01T18:00"},
    )
    slot = Slot.objects.get()
    assert slot.opens_at == dt.datetime(2124, 7, 1, 22, 0, tzinfo=dt.UTC)
    assert slot.closes_at == dt.datetime(2124, 12, 1, 23, 0, tzinfo=dt.UTC)
    page = alices.get(f"{PAGE}{slot.pk}/").content.decode()
    assert 'value="2124-07-01T18:00"' in page
    assert 'value="2124-12-01T18:00"' in page
    assert "In Detroit time." in page


def test_a_time_that_daylight_saving_leaves_out_is_taken_an_hour_later(
    alices: Client, dspy: AgendaItem
) -> None:
    alices.post(f"{PAGE}new/", TERMS | {"item": dspy.pk, "opens_at": "2026-03-08T02:30"})
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
        ({"taken_by": "dog"}, "Select a valid choice"),
        ({"title": "x" * 121}, "at most 120 characters"),
    ],
)
def test_bad_terms_are_named_and_what_was_typed_stays(
    wrong: dict[str, str], message: str, alices: Client, dspy: AgendaItem
) -> None:
    response = alices.post(f"{PAGE}new/", TERMS | {"item": dspy.pk, "title": "Talk"} | wrong)
    assert response.status_code == 200
    assert message in words(response)
    name, typed = next(iter(wrong.items()))
    if name != "taken_by":
        assert f'value="{typed}"' in response.content.decode()
    assert not Slot.objects.exists()


def test_an_item_of_another_course_is_no_choice(alices: Client, dspy: AgendaItem) -> None:
    other = factories.make_meeting(factories.make_course(), days_from_now(3))
    theirs = factories.put_on_agenda(other, text="Secret talk")
    response = alices.post(f"{PAGE}new/", TERMS | {"item": theirs.pk})
    assert "Select a valid choice" in words(response)
    assert "Secret talk" not in words(response)


def test_a_slot_on_every_reading(alices: Client, course: Course, dspy: AgendaItem) -> None:
    meeting = factories.make_meeting(course, days_from_now(16), week=3)
    items = [
        factories.put_on_agenda(meeting, factories.make_reading(course, label=label))
        for label in ("TVM", "Relay")
    ]
    factories.put_on_agenda(meeting, text="Words")
    page = alices.get(f"{PAGE}new/readings/")
    assert page.content.decode().count('name="items"') == 3
    assert page.content.decode().count(" checked") == 4  # every reading, and "one person"
    wanted = [dspy.pk, items[0].pk]
    response = alices.post(f"{PAGE}new/readings/", TERMS | {"items": wanted}, follow=True)
    assert "2 slots added." in words(response)
    assert {slot.agenda_item_id for slot in Slot.objects.all()} == set(wanted)
    left = alices.get(f"{PAGE}new/readings/").content.decode()
    assert left.count('name="items"') == 1


def test_ticking_no_reading_is_named(alices: Client, dspy: AgendaItem) -> None:
    response = alices.post(f"{PAGE}new/readings/", TERMS)
    assert "Tick at least one reading." in words(response)


def test_slots_on_every_class_of_a_stage(
    alices: Client, course: Course, pitches: AgendaItem
) -> None:
    later = factories.make_meeting(course, days_from_now(30), week=5)
    factories.put_on_agenda(later, text="Pitches", kind="presentations", stage="pitch")
    final = factories.make_meeting(course, days_from_now(60), week=9)
    factories.put_on_agenda(final, text="Finals", kind="presentations", stage="final")
    terms = TERMS | {"seats": "1", "taken_by": "group", "minutes": "10", "title": ""}
    response = alices.post(
        f"{PAGE}new/presentations/", terms | {"stage": "pitch", "slots_each": "4"}, follow=True
    )
    assert "8 slots added." in words(response)
    assert set(Slot.objects.values_list("sheet__taken_by", "minutes")) == {(TakenBy.GROUP, 10)}
    assert Seat.objects.count() == 8
    again = alices.post(
        f"{PAGE}new/presentations/", terms | {"stage": "pitch", "slots_each": "4"}, follow=True
    )
    assert "nothing was added" in words(again)
    assert Slot.objects.count() == 8


def test_five_hundred_slots_in_a_class_are_refused(alices: Client, pitches: AgendaItem) -> None:
    response = alices.post(
        f"{PAGE}new/presentations/", TERMS | {"stage": "pitch", "slots_each": "500", "title": ""}
    )
    assert "less than or equal to 30" in words(response)
    assert not Slot.objects.exists()


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("new/", "nothing on the agenda yet"),
        ("new/readings/", "there is no reading yet"),
        ("new/presentations/", "No class on the schedule has presentations"),
    ],
)
def test_an_empty_schedule_says_what_is_missing(path: str, message: str, alices: Client) -> None:
    assert message in words(alices.get(PAGE + path))


def test_fewer_seats_than_are_taken_is_named_at_the_field(
    alices: Client, alice: User, bob: User, slot: Slot
) -> None:
    services.claim_seat(slot=slot, actor=bob)
    services.put_on_seat(slot=slot, presenter=alice, actor=alice)
    response = alices.post(f"{PAGE}{slot.pk}/", TERMS | {"seats": "1", "title": "New name"})
    page = words(response)
    assert "2 seats are taken: fewer seats would put somebody out." in page
    assert 'value="New name"' in response.content.decode()
    assert slot.seats.count() == 2
    response = alices.post(f"{PAGE}{slot.pk}/", TERMS | {"taken_by": "group", "title": ""})
    assert "take them off before changing who a seat is for" in words(response)


def test_a_slot_is_changed(alices: Client, slot: Slot) -> None:
    response = alices.post(f"{PAGE}{slot.pk}/", TERMS | {"seats": "3", "title": "Lead"})
    assert response["Location"] == f"{PAGE}#slot-{slot.pk}"
    slot.refresh_from_db()
    assert (slot.title, slot.seats.count()) == ("Lead", 3)


def test_staff_put_somebody_on_a_seat_and_take_them_off(
    alices: Client, slot: Slot, bob: User, erin: User, dave: User
) -> None:
    page = alices.get(f"{PAGE}{slot.pk}/").content.decode()
    assert "Bob Baker &lt;bob.baker@example.edu&gt;" in page
    assert "Erin Evans" not in page
    response = alices.post(f"{PAGE}{slot.pk}/put/", {"presenter": bob.pk}, follow=True)
    assert "Bob Baker has a seat now." in words(response)
    assert "1 seat free." in words(response)
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


def test_removing_a_slot_says_what_goes_with_it(
    alices: Client, alice: User, bob: User, slot: Slot
) -> None:
    services.claim_seat(slot=slot, actor=bob)
    services.put_on_seat(slot=slot, presenter=alice, actor=alice)
    page = alices.get(f"{PAGE}{slot.pk}/remove/")
    assert "2 sign-ups go with it: Bob Baker, Alice Abbott." in words(page)
    assert Slot.objects.exists()
    response = alices.post(f"{PAGE}{slot.pk}/remove/", {"sign_ups": "2"}, follow=True)
    assert "is removed." in words(response)
    assert not Slot.objects.exists()
    assert not SignUp.objects.exists()


@pytest.mark.parametrize("agreed", ["0", "", "-1", "many"])
def test_a_sign_up_that_came_meanwhile_is_shown_before_it_goes(
    agreed: str, alices: Client, bob: User, slot: Slot
) -> None:
    services.claim_seat(slot=slot, actor=bob)
    response = alices.post(f"{PAGE}{slot.pk}/remove/", {"sign_ups": agreed})
    assert "1 seat is taken by now. Look again" in words(response)
    assert "1 sign-up goes with it: Bob Baker." in words(response)
    assert Slot.objects.exists()


def test_a_slot_of_another_course_is_not_found(alices: Client) -> None:
    other = factories.make_meeting(factories.make_course(), days_from_now(3))
    theirs = factories.make_slot(factories.put_on_agenda(other, text="Talk"))
    for method, path in STAFF_PATHS:
        if "{slot}" in path:
            response = getattr(alices, method)(PAGE + path.format(slot=theirs.pk), TERMS)
            assert response.status_code == 404


def test_the_page_of_a_slot_takes_as_many_queries_with_many_sign_ups_as_with_one(
    alices: Client, course: Course, pitch: Slot, django_assert_max_num_queries: Any
) -> None:
    Seat.objects.bulk_create(Seat(slot=pitch, number=2 + n) for n in range(20))
    for _number in range(20):
        student = factories.make_user()
        factories.enrol(course, student)
        factories.make_group(course, student)
        services.claim_seat(slot=pitch, actor=student)
    with django_assert_max_num_queries(13):
        alices.get(f"{PAGE}{pitch.pk}/")
