"""What the class thought: who says it, when, and who reads it with or without names."""

from __future__ import annotations

import datetime as dt
import html
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.access import find_access
from readings.courses.models import Course, Event
from readings.courses.queries import events_for
from readings.presentations.day.models import TalkFeedback
from readings.presentations.day.opinions import Opinion, give_feedback, version_of
from readings.presentations.day.talks import Talk
from readings.presentations.models import Sheet, Slot
from tests import factories
from tests.conftest import SignIn
from tests.pages_text import words
from tests.presentations.day.conftest import move_class, talk_on

pytestmark = pytest.mark.django_db

SAID = {"clarity": "4", "depth": "3", "liked": "The running example.", "improve": "Fewer words."}


def say(client: Client, talk: Talk, **fields: Any) -> Any:
    return client.post(f"{talk.url}feedback/", SAID | fields)


@pytest.fixture
def priyas(sign_in: SignIn, priya: User) -> Client:
    return sign_in(priya)


@pytest.fixture
def bobs(sign_in: SignIn, bob: User) -> Client:
    return sign_in(bob)


def test_the_form_says_who_will_read_it(priyas: Client, talk: Talk, slot: Slot) -> None:
    move_class(slot, 0)
    assert (
        "The presenters see what you write when the class is over, without your name;"
        " what you write after it, from the next day on. Staff see your name."
        in words(priyas.get(talk.url))
    )


def test_feedback_is_given_once_and_can_be_changed_and_withdrawn(
    priyas: Client, talk: Talk, slot: Slot, priya: User
) -> None:
    move_class(slot, 0)
    say(priyas, talk)
    say(priyas, talk)  # a second press
    assert Event.objects.filter(kind="presentations.feedback_given").count() == 1
    say(priyas, talk, clarity="5", improve="", version=version_of(TalkFeedback.objects.get()))
    feedback = TalkFeedback.objects.get()
    assert (feedback.author, feedback.clarity, feedback.improve) == (priya, 5, "")
    page = words(priyas.get(talk.url))
    assert "Save the change" in page
    priyas.post(f"{talk.url}feedback/withdraw/")
    assert not TalkFeedback.objects.exists()
    assert "There was no feedback" in words(
        priyas.get(priyas.post(f"{talk.url}feedback/withdraw/")["Location"])
    )


def test_of_two_windows_the_second_is_shown_both_and_decides(
    priyas: Client, talk: Talk, slot: Slot
) -> None:
    move_class(slot, 0)
    say(priyas, talk, liked="From the first window")
    response = say(priyas, talk, liked="From the second window")
    assert response.status_code == 422
    shown = words(response)
    assert "You saved something else after this page was opened" in shown
    assert "From the first window" in shown
    assert "From the second window" in shown
    assert TalkFeedback.objects.get().liked == "From the first window"
    version = version_of(TalkFeedback.objects.get())
    assert f'name="version" value="{version}"' in html.unescape(response.content.decode())
    assert say(priyas, talk, liked="From the second window", version=version).status_code == 302
    assert TalkFeedback.objects.get().liked == "From the second window"


@pytest.mark.parametrize(("days", "status"), [(3, 422), (0, 302), (-2, 302), (-9, 422)])
def test_it_is_taken_from_the_class_to_a_week_after_and_never_swallowed(
    days: int, status: int, priyas: Client, talk: Talk, slot: Slot
) -> None:
    move_class(slot, days)
    response = say(priyas, talk)
    assert response.status_code == status
    assert TalkFeedback.objects.exists() == (status == 302)
    if status == 422:
        assert "The running example." in words(response)
        assert "Feedback can be given from the beginning of the class" in words(response)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"clarity": "", "depth": "", "liked": " ", "improve": ""}, "There is nothing in it yet"),
        ({"clarity": "9"}, "not one of the available choices"),
        ({"liked": "x" * 4001}, "at most 4000 characters"),
    ],
)
def test_what_says_nothing_or_too_much_comes_back(
    fields: dict[str, str], why: str, priyas: Client, talk: Talk, slot: Slot
) -> None:
    move_class(slot, 0)
    response = say(priyas, talk, **fields)
    assert response.status_code == 422
    assert why in words(response)
    assert not TalkFeedback.objects.exists()


def test_presenters_staff_and_outsiders_give_none(
    talk: Talk, slot: Slot, sign_in: SignIn, bob: User, alice: User, dave: User
) -> None:
    move_class(slot, 0)
    for user in (bob, alice, dave):
        assert say(sign_in(user), talk).status_code == 404
    assert not TalkFeedback.objects.exists()


def test_a_member_of_the_presenting_group_gives_none(
    pitch: Slot, sign_in: SignIn, priya: User, erin: User
) -> None:
    move_class(pitch, 0)
    talk = talk_on(pitch)
    assert say(sign_in(priya), talk).status_code == 404
    assert say(sign_in(erin), talk).status_code == 302
    assert TalkFeedback.objects.get().author == erin


def test_a_class_that_is_not_asked_says_nothing(
    priyas: Client, talk: Talk, slot: Slot, sheet: Sheet
) -> None:
    sheet.asks_class = False
    sheet.save()
    move_class(slot, 0)
    assert "What did you think" not in words(priyas.get(talk.url))
    assert say(priyas, talk).status_code == 404


def test_presenters_read_it_without_names_when_the_class_is_over(
    talk: Talk,
    slot: Slot,
    bobs: Client,
    priyas: Client,
    sign_in: SignIn,
    alice: User,
    priya: User,
    erin: User,
) -> None:
    for author, clarity in ((priya, 2), (erin, 5)):
        opinion = Opinion(clarity, None, f"Liked by {clarity}", "")
        give_feedback(talk=talk, author=author, opinion=opinion, at=factories.NOON)
    move_class(slot, 0)
    assert "Liked by" not in words(bobs.get(talk.url))
    move_class(slot, -1)
    page = words(bobs.get(talk.url))
    assert "Clear 3.5 of 5" in page
    assert "Liked by 2" in page
    assert "Liked by 5" in page
    assert "Priya" not in page
    assert "Erin" not in page
    # Not to each other.
    assert "Liked by 5" not in words(priyas.get(talk.url))
    page = words(sign_in(alice).get(talk.url))
    assert "Priya Singh clear 2" in page
    assert "Erin Evans clear 5" in page


def test_what_is_said_after_the_class_is_seen_from_the_next_day_on(
    talk: Talk, slot: Slot, bobs: Client, priya: User, erin: User, sign_in: SignIn, alice: User
) -> None:
    move_class(slot, -2)
    now = timezone.now()
    for author, text, at in (
        (priya, "Said before", now - dt.timedelta(days=1)),
        (erin, "Said just now", now),
    ):
        give_feedback(talk=talk, author=author, opinion=Opinion(liked=text), at=at)
    page = words(bobs.get(talk.url))
    assert "From 1" in page
    assert "Said before" in page
    assert "Said just now" not in page
    assert "From 2" in words(sign_in(alice).get(talk.url))
    TalkFeedback.objects.update(updated_at=now - dt.timedelta(days=1))
    assert "From 2" in words(bobs.get(talk.url))


def test_nobody_learns_from_events_who_said_something(
    priyas: Client, talk: Talk, slot: Slot, bob: User, alice: User, course: Course
) -> None:
    move_class(slot, 0)
    say(priyas, talk)
    seen = events_for(find_access(user=bob, slug=course.slug))
    assert not seen.filter(kind__startswith="presentations.feedback").exists()
    seen = events_for(find_access(user=alice, slug=course.slug))
    assert seen.filter(kind="presentations.feedback_given").count() == 1
