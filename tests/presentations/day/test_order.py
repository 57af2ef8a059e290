"""The running order: times one after another, talks moved up and down, what each may see."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.models import Course, Event, Visibility
from readings.presentations.models import Sheet, Slot
from readings.presentations.queries import describe
from readings.schedule.models import Meeting
from tests import factories
from tests.conftest import SignIn
from tests.pages_text import words
from tests.presentations.day.conftest import day_of, give, move_class

pytestmark = pytest.mark.django_db


@pytest.fixture
def talks(course: Course, sheet: Sheet) -> list[Slot]:
    """Three talks in a class from 10:30 to 11:15."""
    meeting = factories.make_meeting(
        course, day_of(course, 3), meets_from=dt.time(10, 30), meets_until=dt.time(11, 15)
    )
    item = factories.put_on_agenda(meeting, text="Tech talks")
    return [
        factories.make_slot(item, sheet=sheet, title=f"Talk {n}", minutes=20, position=n)
        for n in (1, 2, 3)
    ]


@pytest.fixture
def meeting(talks: list[Slot]) -> Meeting:
    assert talks[0].agenda_item.meeting is not None
    return talks[0].agenda_item.meeting


@pytest.fixture
def page(meeting: Meeting) -> str:
    return f"/c/compilers/classes/{meeting.pk}/talks/"


@pytest.fixture
def alices(sign_in: SignIn, alice: User) -> Client:
    return sign_in(alice)


def names(slots: list[Slot]) -> list[str]:
    there = Slot.objects.filter(agenda_item=slots[0].agenda_item).order_by("position")
    return [slot.title[-1] for slot in there]


def test_talks_begin_one_after_another(alices: Client, page: str, talks: list[Slot]) -> None:
    text = words(alices.get(page))
    for piece in ("10:30 Talk 1", "10:50 Talk 2", "11:10 Talk 3", "10:30 – 11:15", "Detroit time"):
        assert piece in text
    assert "The talks take 15 minutes more than the class has." in text
    assert "Talk 1 Nobody yet" in text


def test_after_a_talk_without_length_there_is_no_time(
    alices: Client, page: str, talks: list[Slot]
) -> None:
    talks[0].minutes = None
    talks[0].save()
    text = words(alices.get(page))
    assert "10:30 Talk 1" in text
    assert "2. Talk 2" in text
    assert "After a talk of no set length there is no time to tell." in text


def test_staff_move_a_talk_and_it_is_told_once(
    alices: Client, page: str, talks: list[Slot]
) -> None:
    def move(slot: Slot, way: str) -> Any:
        return alices.post(f"{page}move/", {"slot": slot.pk, "way": way})

    assert move(talks[2], "up")["Location"] == f"{page}#slot-{talks[2].pk}"
    assert names(talks) == ["1", "3", "2"]
    move(talks[0], "up")  # it is the first
    move(talks[0], "down")
    assert names(talks) == ["3", "1", "2"]
    told = Event.objects.filter(kind="presentations.slot_moved").order_by("pk")
    assert [one.summary for one in told] == [
        f"{describe(talks[2])} comes earlier on the day",
        f"{describe(talks[0])} comes later on the day",
    ]
    assert "10:30 Talk 3" in words(alices.get(page))


def test_students_see_the_order_and_do_not_move_it(
    page: str, talks: list[Slot], sign_in: SignIn, bob: User
) -> None:
    give(talks[1], bob, bob)
    bobs = sign_in(bob)
    text = words(bobs.get(page))
    assert "Talk 2 Bob Baker you" in text
    assert "Earlier" not in text
    assert bobs.post(f"{page}move/", {"slot": talks[1].pk, "way": "up"}).status_code == 404


@pytest.mark.parametrize("sent", ["", "x", "9" * 30, "1"])
def test_a_slot_that_is_not_there_is_not_moved(
    sent: str, alices: Client, page: str, talks: list[Slot]
) -> None:
    answer = alices.post(f"{page}move/", {"slot": sent, "way": "up"})
    assert answer.status_code == (302 if sent == str(talks[0].pk) else 404)


def test_outsiders_and_visitors_find_nothing(
    page: str, course: Course, sign_in: SignIn, dave: User
) -> None:
    course.visibility = Visibility.PUBLIC
    course.save()
    for client in (sign_in(dave), Client()):
        for path in (page, f"{page}marks/", "/c/compilers/sign-ups/talks/"):
            assert client.get(path).status_code == 404


def test_a_class_without_talks_and_a_course_without_any_say_so(
    alices: Client, course: Course
) -> None:
    meeting = factories.make_meeting(course)
    assert "No talks in this class" in words(
        alices.get(f"/c/compilers/classes/{meeting.pk}/talks/")
    )
    assert "Nobody to mark" in words(alices.get(f"/c/compilers/classes/{meeting.pk}/talks/marks/"))
    assert "No talks yet" in words(alices.get("/c/compilers/sign-ups/talks/"))
    assert alices.get("/c/compilers/classes/999999/talks/").status_code == 404


def test_all_classes_stand_on_one_page(
    alices: Client, talks: list[Slot], slot: Slot, course: Course
) -> None:
    text = words(alices.get("/c/compilers/sign-ups/talks/"))
    assert "3 slots that nobody has" in text
    assert "0 of 1 with slides DSPy 20 min Bob Baker" in text
    # Nothing is missing before the slides are due, and nothing to mark before the day.
    assert "no slides yet" not in text
    assert "0 of 1 marked" not in text
    move_class(slot, 1)  # its slides were due at midnight
    assert "Bob Baker no slides yet" in words(alices.get("/c/compilers/sign-ups/talks/"))
    move_class(slot, 0)
    assert "0 of 1 marked" in words(alices.get("/c/compilers/sign-ups/talks/"))
