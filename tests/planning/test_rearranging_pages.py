"""The pages on which a class is cancelled and the like: choose, look, confirm."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from readings.accounts.models import User
from readings.courses.models import Course
from readings.planning import actions
from readings.planning.drafts import read_draft
from readings.schedule.models import Kind, Meeting
from tests import factories
from tests.conftest import SignIn
from tests.planning.plans import agendas, do, item_named, last_change, planned, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(alice: User, sign_in: SignIn) -> Client:
    return sign_in(alice)


def address(course: Course, name: str, *keys: int) -> str:
    return reverse(f"planning:{name}", args=[course.slug, *keys])


def hidden(page: str) -> dict[str, Any]:
    """What the form of confirmation carries."""
    form = page[page.index("What would happen") :]
    found: dict[str, Any] = defaultdict(list)
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form):
        found[name].append(value)
    return dict(found)


def confirm(browser: Client, url: str, **data: str) -> str:
    """Look at what would happen, and press the button."""
    page = browser.get(url).content.decode()
    return browser.post(url, hidden(page) | data, follow=True).content.decode()


def test_a_class_is_cancelled_after_a_look_at_what_follows(
    course: Course, term: dict[str, Meeting], browser: Client, bob: User
) -> None:
    slot = factories.make_slot(item_named(course, "B"))
    slot.sign_ups.create(seat=slot.seats.get(), user=bob, created_by=bob)
    url = address(course, "cancel", term["Sep 10"].pk)
    page = browser.get(url).content.decode()
    for words in ("Wed Sep 10 → Mon Sep 15", "Bob Baker", "5 days later", "Gives way"):
        assert words in page
    assert published(course)["Sep 10"] == ["B"]
    page = confirm(browser, url, publish="yes", message="I am ill.")
    assert "Published: Class on Wed Sep 10 cancelled" in page
    assert published(course)["Sep 15"] == ["B"]
    assert last_change(course).message == "I am ill."


def test_talks_that_would_lose_their_class_are_said_before_anybody_confirms(
    course: Course, term: dict[str, Meeting], browser: Client, bob: User
) -> None:
    slot = factories.make_slot(item_named(course, "Talks"))
    slot.sign_ups.create(seat=slot.seats.get(), user=bob, created_by=bob)
    url = address(course, "cancel", term["Sep 10"].pk)
    page = browser.get(url).content.decode()
    assert "The talk of Bob Baker would be in no class: Talks would not be scheduled" in page
    assert "presented by <bdi>Bob Baker</bdi>" in page
    factories.put_on_agenda(term["Sep 24"], text="Flex", kind=Kind.FLEX)
    page = browser.get(url).content.decode()
    assert "would be in no class" not in page
    assert "Gives way and waits unscheduled: Flex." in page


def test_it_can_be_put_on_the_board_only(
    course: Course, term: dict[str, Meeting], browser: Client
) -> None:
    url = address(course, "cancel", term["Sep 10"].pk)
    assert "Not published yet" in confirm(browser, url + "?way=shelf&ticked=yes")
    assert agendas(planned(course))["shelf"] == ["B"]
    assert published(course)["Sep 10"] == ["B"]


def test_a_plan_that_was_changed_meanwhile_is_looked_at_again(
    course: Course, term: dict[str, Meeting], browser: Client
) -> None:
    url = address(course, "cancel", term["Sep 10"].pk)
    seen = hidden(browser.get(url).content.decode())
    do(course, actions.move_item(planned(course), item_named(course, "C").pk, to=None))
    page = browser.post(url, seen | {"publish": "yes"}).content.decode()
    assert "was changed since you looked at it" in page
    assert published(course)["Sep 10"] == ["B"]
    assert len(read_draft(course).steps) == 1


def test_what_somebody_else_planned_meanwhile_is_not_published_unseen(
    course: Course, term: dict[str, Meeting], browser: Client
) -> None:
    url = address(course, "exchange", term["Sep 8"].pk) + f"?other={term['Sep 10'].pk}"
    seen = hidden(browser.get(url).content.decode())
    do(course, actions.add_week(planned(course)))  # the exchange itself would be the same
    page = browser.post(url, seen | {"publish": "yes"}).content.decode()
    assert "was changed since you looked at it" in page
    assert course.weeks.count() == 3
    page = browser.post(url, hidden(page) | {"publish": "yes"}, follow=True).content.decode()
    assert course.weeks.count() == 4
    assert published(course)["Sep 8"] == ["B"]


def test_ticked_things_give_way(course: Course, term: dict[str, Meeting], browser: Client) -> None:
    guest = factories.put_on_agenda(term["Sep 15"], text="Guest?")
    url = address(course, "cancel", term["Sep 10"].pk)
    confirm(browser, f"{url}?way=shift&ticked=yes&buffer={guest.pk}")
    assert agendas(planned(course))["Sep 15"] == ["B", "C"]
    assert agendas(planned(course))["shelf"] == ["Guest?"]


@pytest.mark.parametrize(
    ("name", "query", "days"),
    [
        ("free", "", {"Sep 8": [], "Sep 10": ["A"]}),
        ("fill", "", {"Sep 8": ["A", "B"], "Sep 10": ["C"]}),
        ("exchange", "?other={Sep 24}", {"Sep 8": ["E"], "Sep 24": ["A"]}),
        ("cancel", "?way=move&to={Sep 24}", {"Sep 8": [], "Sep 24": ["E", "A"]}),
    ],
)
def test_everything_else_that_can_be_done_with_a_class(
    name: str,
    query: str,
    days: dict[str, list[str]],
    course: Course,
    term: dict[str, Meeting],
    browser: Client,
) -> None:
    for day, meeting in term.items():
        query = query.replace(f"{{{day}}}", str(meeting.pk))
    confirm(browser, address(course, name, term["Sep 8"].pk) + query)
    found = agendas(planned(course))
    assert {day: found[day] for day in days} == days


def test_a_week_is_put_in_and_a_term_is_moved(
    course: Course, term: dict[str, Meeting], browser: Client
) -> None:
    confirm(browser, address(course, "insert_week") + "?after=1&at_end=yes")
    assert agendas(planned(course))["Sep 22"] == ["C"]
    confirm(browser, address(course, "move_term") + "?days=-7&all_of_it=yes")
    assert agendas(planned(course))["Sep 15"] == ["C"]


@pytest.mark.parametrize(
    ("name", "query", "message"),
    [
        ("cancel", "?way=move", "Say to which class it goes."),
        ("cancel", "?way=nonsense", "Select a valid choice"),
        ("exchange", "?other=0", "Select a valid choice"),
        ("insert_week", "?after=99&at_end=yes", "Select a valid choice"),
        ("move_term", "?days=9999&all_of_it=yes", "less than or equal to 400"),
        ("move_term", "?days=0&all_of_it=yes", "A term moves by 1 to 400 days."),
    ],
)
def test_nonsense_is_named(
    name: str,
    query: str,
    message: str,
    course: Course,
    term: dict[str, Meeting],
    browser: Client,
) -> None:
    keys = [term["Sep 8"].pk] if name in {"cancel", "exchange"} else []
    page = browser.get(address(course, name, *keys) + query).content.decode()
    assert message in page
    assert "What would happen" not in page
    assert read_draft(course).is_empty
