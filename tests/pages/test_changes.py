"""What changed since somebody was here: headlines, and what was done under them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Audience, Course, Event, Membership, Visibility
from readings.courses.services import update_course
from readings.pages.changes import Headline, headlines_of, since
from readings.planning.publishing import publish_draft, undo_published
from readings.planning.rearranging import Way, cancel
from tests import factories
from tests.conftest import SignIn
from tests.planning.plans import do, last_change
from tests.planning.plans import planned as planned_of

MOVED, PUBLISHED = "schedule.item_moved", "planning.published"
NOON = dt.datetime(2025, 10, 15, 12, tzinfo=dt.UTC)


def an_event(kind: str, summary: str, *, second: float = 0, **fields: Any) -> Event:
    at = NOON + dt.timedelta(seconds=second)
    return Event(kind=kind, summary=summary, created_at=at, **fields)


def told(*events: Event) -> list[tuple[str, str, list[str]]]:
    """The headlines of events that are written here in the order of time."""
    found = headlines_of(reversed(events))
    return [(one.summary, one.parts_word, one.parts) for one in found]


def moves(count: int, **details: Any) -> list[Event]:
    return [
        an_event(MOVED, f"{number} moved", second=number / 100, details=details)
        for number in range(count)
    ]


@pytest.mark.once
@pytest.mark.parametrize("is_first", [True, False])
def test_what_was_published_together_is_told_under_its_headline(is_first: bool) -> None:
    head = an_event(PUBLISHED, "Oct 15 is cancelled", details={"change": 7, "message": "Rain."})
    parts = moves(12, change=7)

    (one,) = headlines_of(reversed([head, *parts] if is_first else [*parts, head]))

    assert (one.summary, one.message, one.parts_word) == (
        "Oct 15 is cancelled",
        "Rain.",
        "12 moves",
    )
    assert one.parts == [f"{number} moved" for number in range(12)]


@pytest.mark.once
def test_deadlines_and_classes_are_told_there_too() -> None:
    change = {"change": 7}

    assert told(
        an_event(MOVED, "DSPy moved", details=change),
        an_event("schedule.meeting_changed", "Class on Oct 15 is cancelled", details=change),
        an_event("planning.deadline_moved", "The note on DSPy is due later", details=change),
        an_event(PUBLISHED, "Published", details=change),
    ) == [
        ("Published", "3 changes", [
            "DSPy moved", "Class on Oct 15 is cancelled", "The note on DSPy is due later",
        ])
    ]  # fmt: skip


@pytest.mark.once
def test_what_is_for_one_alone_stands_by_itself() -> None:
    mine = an_event("planning.talk_moved", "Your talk moved", details={"change": 7}, recipient_id=3)
    head = an_event(PUBLISHED, "Published", details={"change": 7})

    first, second = headlines_of([head, mine])

    assert (first.summary, first.parts, first.is_mine) == ("Published", [], False)
    assert (second.summary, second.is_mine) == ("Your talk moved", True)


@pytest.mark.once
def test_publishing_and_its_undoing_are_two_headlines() -> None:
    change = {"change": 7}

    assert told(
        *moves(2, **change),
        an_event(PUBLISHED, "Published", second=1, details=change),
        an_event(MOVED, "DSPy moved back", second=60, details={**change, "undo": True}),
        an_event("planning.undone", "Taken back: Published", second=60, details=change),
    ) == [
        ("Taken back: Published", "1 move", ["DSPy moved back"]),
        ("Published", "2 moves", ["0 moved", "1 moved"]),
    ]


@pytest.mark.once
def test_what_is_undone_at_once_is_told_apart() -> None:
    change = {"change": 7}
    due = "planning.deadline_moved"

    assert told(
        *moves(2, **change),
        an_event(due, "Due later", second=1, details=change),
        an_event(PUBLISHED, "Published", second=1, details=change),
        an_event(MOVED, "DSPy moved back", second=3, details={**change, "undo": True}),
        an_event("planning.undone", "Taken back: Published", second=3, details=change),
        an_event(due, "Due as before", second=3, details=change),
    ) == [
        ("Taken back: Published", "2 changes", ["DSPy moved back", "Due as before"]),
        ("Published", "3 changes", ["0 moved", "1 moved", "Due later"]),
    ]


@pytest.mark.once
def test_a_message_stands_under_what_was_published() -> None:
    details = {"change": 7, "message": "Rain.", "summary": "Oct 15 is cancelled"}
    with_both = an_event(PUBLISHED, "Rain.", details=details)
    alone = an_event(PUBLISHED, "Rain.", details={"change": 8, "message": "Rain."})

    found = [(one.summary, one.message) for one in headlines_of([with_both, alone])]

    assert found == [("Oct 15 is cancelled", "Rain."), ("Rain.", "")]


@pytest.mark.once
def test_what_an_import_moved_is_told_under_it() -> None:
    by_hand = an_event(MOVED, "By hand", second=-60)
    applied = an_event("imports.applied", "Imported: 5 moved", second=1, details={"import": 3})

    assert told(by_hand, *moves(5), applied, an_event(MOVED, "Later", second=2)) == [
        ("Later", "", []),
        ("Imported: 5 moved", "5 moves", [f"{number} moved" for number in range(5)]),
        ("By hand", "", []),
    ]


@pytest.mark.once
def test_what_somebody_else_did_meanwhile_is_no_part_of_an_import() -> None:
    other = an_event(MOVED, "Carol's", actor_id=2)
    applied = an_event("imports.applied", "Imported", second=1, actor_id=1)

    assert told(other, applied) == [("Imported", "", []), ("Carol's", "", [])]


@pytest.mark.once
def test_many_moves_without_a_headline_are_one_and_a_few_are_themselves() -> None:
    assert told(*moves(2)) == [("1 moved", "", []), ("0 moved", "", [])]
    assert told(*moves(4, change=9)) == [
        ("4 changes to the schedule", "All of them", [f"{number} moved" for number in range(4)])
    ]


@pytest.mark.once
def test_a_first_visit_has_nothing_new() -> None:
    old, new = Headline("old", NOON), Headline("new", NOON + dt.timedelta(hours=1))

    assert since([new, old], NOON) == ([new], [old])
    assert since([new, old], None) == ([], [new, old])


# --- On the page ----------------------------------------------------------------------------------


@pytest.fixture
def planned(course: Course, alice: User) -> Course:
    """A course with an old change, and what was published an hour ago."""
    factories.put_on_agenda(factories.make_meeting(course, week=1), text="Introduction")
    now = timezone.now()
    everyone = {"course": course, "actor": alice, "audience": Audience.EVERYONE}
    ago = dt.timedelta
    Event.objects.create(
        kind=MOVED, summary="TVM moved long ago", created_at=now - ago(days=30), **everyone
    )
    hour = now - ago(hours=1)
    details = {"change": 7, "message": "Get well soon, Ben!"}
    for number in range(12):
        Event.objects.create(
            kind=MOVED, summary=f"P{number} moved", created_at=hour, details={"change": 7},
            **everyone,
        )  # fmt: skip
    Event.objects.create(
        kind=PUBLISHED, summary="Nov 3 is cancelled", created_at=hour, details=details, **everyone
    )
    return course


def aside(client: Client, course: Course) -> str:
    """The section about changes, without its tags."""
    page = client.get(reverse("pages:schedule", args=[course.slug])).content.decode()
    found = re.search(r'aria-labelledby="changed-title">(.*?)</section>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", found[1] if found else "").split())


def was_here(course: Course, user: User, **ago: float) -> None:
    Membership.objects.filter(course=course, user=user).update(
        visited_at=timezone.now() - dt.timedelta(**ago)
    )


@pytest.mark.django_db
def test_a_member_sees_what_is_new_and_what_changed_before(
    planned: Course, bob: User, sign_in: SignIn
) -> None:
    was_here(planned, bob, days=2)

    new, _, earlier = aside(sign_in(bob), planned).partition("Earlier")

    assert new.startswith("Since your last visit Nov 3 is cancelled Get well soon, Ben!")
    assert "12 moves P0 moved P1 moved" in new
    assert "TVM moved long ago" in earlier
    assert "P0 moved" not in earlier
    # And when the page is looked at again in the same visit.
    assert aside(sign_in(bob), planned).startswith("Since your last visit Nov 3 is cancelled")


@pytest.mark.django_db
def test_on_a_first_visit_all_changed_earlier(planned: Course, bob: User, sign_in: SignIn) -> None:
    assert aside(sign_in(bob), planned).startswith(
        "Since your last visit This is your first. Earlier Nov 3 is cancelled"
    )


@pytest.mark.django_db
def test_who_saw_it_all_is_told_so(planned: Course, bob: User, sign_in: SignIn) -> None:
    was_here(planned, bob, minutes=45)

    assert "Nothing changed since" in aside(sign_in(bob), planned)


@pytest.mark.django_db
def test_visitors_see_what_changed_lately_and_no_message(
    planned: Course, dave: User, sign_in: SignIn
) -> None:
    update_course(course=planned, visibility=Visibility.PUBLIC)

    for visitor in (Client(), sign_in(dave)):
        said = aside(visitor, planned)
        assert said.startswith("Changed lately Nov 3 is cancelled")
        assert "Get well" not in said
        assert "Earlier" not in said


@pytest.mark.django_db
def test_ones_own_talk_is_marked_and_seen_by_nobody_else(
    planned: Course, alice: User, bob: User, carol: User, erin: User, sign_in: SignIn
) -> None:
    update_course(course=planned, visibility=Visibility.PUBLIC)
    Event.objects.create(
        course=planned, kind="planning.talk_moved", summary="Your talk moved to Nov 5",
        details={"change": 7}, recipient=bob,
    )  # fmt: skip

    assert "Yours Your talk moved to Nov 5" in aside(sign_in(bob), planned)
    for other in (alice, carol, erin):
        assert "Your talk" not in aside(sign_in(other), planned)
    assert "Your talk" not in aside(Client(), planned)


@pytest.mark.django_db
def test_a_class_that_is_cancelled_on_the_board_is_one_headline(
    course: Course, alice: User, bob: User, erin: User, sign_in: SignIn
) -> None:
    update_course(course=course, visibility=Visibility.PUBLIC, meets_from=dt.time(10, 30))
    today = timezone.now().astimezone(course.zone).date()
    first, *_ = (
        factories.make_meeting(
            course, today + dt.timedelta(days=7 * week), week=week, meets_from=dt.time(10, 30)
        )
        for week in range(1, 7)
    )
    for meeting in course.meetings.all():
        factories.put_on_agenda(meeting, factories.make_reading(course))
    slot = factories.make_slot(first.agenda.get(), title="Lead")
    slot.sign_ups.create(seat=slot.seats.get(), user=bob, created_by=bob)
    was_here(course, bob, days=1)

    do(course, cancel(planned_of(course), first.pk, Way.SHIFT))
    publish_draft(course=course, actor=alice, message="Get well soon, Ben!")

    for who, is_mine in ((bob, True), (alice, False), (erin, False), (None, False)):
        said = aside(sign_in(who) if who else Client(), course)
        assert ("Yours Your talk" in said) == is_mine
        assert ("Get well soon, Ben!" in said) == (who is not None)
        folded = "13 changes Class on" if who else "7 changes to the schedule today All of them"
        assert folded in said
    page = Client().get(reverse("pages:schedule", args=[course.slug])).content.decode()
    assert page.count("badge-moved") == 5

    undo_published(change=last_change(course), actor=alice)

    assert "Taken back: " in aside(sign_in(bob), course)
    page = Client().get(reverse("pages:schedule", args=[course.slug])).content.decode()
    assert "badge-moved" not in page


@pytest.mark.django_db
def test_many_new_things_are_counted(planned: Course, bob: User, sign_in: SignIn) -> None:
    was_here(planned, bob, days=2)
    for number in range(14):
        Event.objects.create(
            course=planned, kind="planning.deadline_moved", summary=f"Note {number} is due later",
            created_at=timezone.now() - dt.timedelta(minutes=number),
        )  # fmt: skip

    assert "and 5 more" in aside(sign_in(bob), planned)
