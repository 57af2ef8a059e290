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
from readings.pages.changes import Headline, headlines_of, news_of, said_of_cancelled, since
from readings.pages.standing import Standing
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


@pytest.mark.once
def test_an_import_that_says_its_change_has_its_deadlines_under_it_too() -> None:
    change = {"change": 4}

    assert told(
        *moves(2),
        an_event("planning.deadline_moved", "DSPy is due later", second=1, details=change),
        an_event("imports.applied", "Imported", second=1, details={"import": 3, **change}),
        an_event("imports.undone", "Taken back: Imported", second=60, details=change),
    ) == [
        ("Taken back: Imported", "", []),
        ("Imported", "3 changes", ["0 moved", "1 moved", "DSPy is due later"]),
    ]


@pytest.mark.once
def test_what_was_taken_back_is_marked_and_its_taking_back_is_not() -> None:
    change = {"change": 7}
    talk = "planning.talk_moved"
    events = [
        an_event(PUBLISHED, "Another", details={"change": 6}),
        *moves(2, **change),
        an_event(PUBLISHED, "Published", second=1, details=change),
        an_event(talk, "Your talk moved", second=1, details=change, recipient_id=3),
        an_event(MOVED, "DSPy moved back", second=60, details={**change, "undo": True}),
        an_event("planning.undone", "Taken back: Published", second=60, details=change),
        an_event(talk, "Your talk moved back", second=61, details=change, recipient_id=3),
    ]

    found = {one.summary: one.is_taken_back for one in headlines_of(reversed(events))}

    assert found == {
        "Another": False,
        "Published": True,
        "Your talk moved": True,
        "Taken back: Published": False,
        "Your talk moved back": False,
    }


@pytest.mark.once
def test_who_is_not_told_the_headline_sees_that_the_moves_were_taken_back() -> None:
    change = {"change": 7}
    back = an_event(MOVED, "Back", second=60, details={**change, "undo": True})

    found = headlines_of(reversed([*moves(5, **change), back]))

    assert [(one.summary, one.is_taken_back) for one in found] == [
        ("Back", False),
        ("5 changes to the schedule", True),
    ]


def a_message(summary: str, **fields: Any) -> Headline:
    return Headline(summary, fields.pop("at", NOON), message="Rain.", **fields)


def news(*headlines: Headline, before: dt.datetime | None, hours: float = 1) -> list[str]:
    """What stands above the schedule of user 1, so many hours after noon."""
    now = NOON + dt.timedelta(hours=hours)
    found = news_of(
        headlines, before=before, now=now, reader=1, standing=Standing(held=[1], asked=[5])
    )
    return [one.summary for one in found]


BEFORE, AFTER = NOON - dt.timedelta(days=1), NOON + dt.timedelta(minutes=30)


@pytest.mark.once
def test_messages_and_ones_own_moves_are_news() -> None:
    found = news(
        a_message("A message"),
        Headline("My talk", NOON, is_mine=True),
        Headline("A move", NOON),
        before=BEFORE,
    )

    assert found == ["A message", "My talk"]


@pytest.mark.once
def test_a_message_stays_three_days_and_a_move_until_it_is_seen() -> None:
    both = a_message("A message"), Headline("My talk", NOON, is_mine=True)

    assert news(*both, before=AFTER, hours=71) == ["A message"]
    assert news(*both, before=AFTER, hours=73) == []
    # Who was away for a month finds it all the same.
    assert news(*both, before=BEFORE, hours=720) == ["A message", "My talk"]


@pytest.mark.once
def test_on_a_first_visit_the_last_three_days_are_new() -> None:
    both = a_message("A message"), Headline("My talk", NOON, is_mine=True)

    assert news(*both, before=None, hours=71) == ["A message", "My talk"]
    assert news(*both, before=None, hours=73) == []


@pytest.mark.once
def test_what_one_wrote_oneself_or_what_was_taken_back_is_no_news() -> None:
    assert news(a_message("Mine", actor_id=1), a_message("Hers", actor_id=2), before=BEFORE) == [
        "Hers"
    ]
    assert news(a_message("Back", is_taken_back=True), before=BEFORE) == []
    talk = Headline("My talk", NOON, is_mine=True, is_taken_back=True)
    assert news(talk, before=BEFORE) == []


@pytest.mark.once
def test_that_a_message_was_withdrawn_is_news_until_it_is_seen() -> None:
    back = Headline("Taken back: Class cancelled", NOON, withdraws="I am ill.", actor_id=2)

    assert news(back, before=BEFORE) == ["Taken back: Class cancelled"]
    assert news(back, before=AFTER) == []


@pytest.mark.once
def test_rules_of_notes_that_move_deadlines_are_news_until_they_are_seen() -> None:
    details = {"moved": 2}
    rules = an_event("notes.rules_changed", "Due earlier", details=details, actor_id=2)
    harmless = an_event("notes.rules_changed", "Marks", details={"moved": 0}, actor_id=2)
    [moved, marks] = (headlines_of([one])[0] for one in (rules, harmless))

    assert news(moved, marks, before=BEFORE) == ["Due earlier"]
    assert news(moved, before=AFTER) == []
    moved.actor_id = 1
    assert news(moved, before=BEFORE) == []


@pytest.mark.once
@pytest.mark.parametrize(
    ("kind", "true", "settled"),
    [
        ("presentations.moved_up", {"slot": 1}, {"slot": 2}),
        ("presentations.swap_offered", {"swap": 5, "slot": 2}, {"swap": 6, "slot": 2}),
        ("courses.group_invitation", None, {"group": 3}),
        ("presentations.swap_done", {"slot": 2}, None),
    ],
)
def test_what_others_did_is_news_while_it_holds(
    kind: str, true: dict[str, Any] | None, settled: dict[str, Any] | None
) -> None:
    for details, expected in ((true, ["Yours"]), (settled, [])):
        if details is not None:
            event = an_event(kind, "Yours", details=details, actor_id=2, recipient_id=1)
            assert news(*headlines_of([event]), before=BEFORE) == expected
            event.actor_id = 1
            assert news(*headlines_of([event]), before=BEFORE) == []


@pytest.mark.once
def test_there_are_three_news_at_most_the_newest() -> None:
    assert news(*(a_message(f"{one}") for one in range(9)), before=BEFORE) == ["0", "1", "2"]


def cancelling(change: int, *, second: float, **fields: Any) -> Event:
    details = {"meeting": 5, "change": change, "from_status": "class", "to_status": "cancelled"}
    details |= fields
    return an_event("schedule.meeting_changed", "Cancelled", second=second, details=details)


def a_publishing(change: int, message: str, *, second: float) -> Event:
    details = {"change": change, "message": message}
    return an_event(PUBLISHED, "Published", second=second, details=details)


def said(*events: Event, since: dt.datetime = NOON) -> dict[int, str]:
    return said_of_cancelled(events[::-1], since=since)


@pytest.mark.once
def test_a_class_is_cancelled_with_the_message_of_its_last_cancelling() -> None:
    first = cancelling(1, second=0), a_publishing(1, "I am ill.", second=1)
    moved = cancelling(2, second=2, from_status="cancelled"), a_publishing(2, "Moved.", second=3)
    again = cancelling(3, second=4), a_publishing(3, "Rain.", second=5)
    silent = cancelling(4, second=6), a_publishing(4, "", second=7)

    assert said(*first) == said(*first, *moved) == {5: "I am ill."}
    assert said(*first, *moved, *again) == {5: "Rain."}
    assert said(*first, *silent) == {5: ""}
    assert said(a_publishing(1, "I am ill.", second=1)) == {}
    assert said(*first, since=AFTER) == {}


@pytest.mark.once
def test_a_cancelling_that_was_taken_back_says_nothing() -> None:
    back = an_event("planning.undone", "Taken back", second=60, details={"change": 1})

    assert said(cancelling(1, second=0), a_publishing(1, "I am ill.", second=1), back) == {}


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
    return words_in(page_of(client, course), r'aria-labelledby="changed-title">(.*?)</section>')


def banner(client: Client, course: Course) -> str:
    """What stands above the schedule, without its tags."""
    return words_in(page_of(client, course), r'aria-labelledby="news-title">(.*?)</section>')


def page_of(client: Client, course: Course) -> str:
    return client.get(reverse("pages:schedule", args=[course.slug])).content.decode()


def words_in(page: str, pattern: str) -> str:
    found = re.search(pattern, page, re.DOTALL)
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

    said = banner(sign_in(bob), course)
    assert said.startswith("New for you Get well soon, Ben! Alice Abbott , now · Class on ")
    assert "Your talk “Lead: " in said
    assert "Get well soon, Ben!" in banner(sign_in(erin), course)
    assert "Your talk" not in banner(sign_in(erin), course)
    assert banner(sign_in(alice), course) == ""  # she wrote it
    assert banner(Client(), course) == ""
    below = r'class="meeting-said meta">(.*?)</p>'
    for who in (alice, bob, erin):
        assert words_in(page_of(sign_in(who), course), below) == "Get well soon, Ben!"
    assert "meeting-said" not in page_of(Client(), course)

    undo_published(change=last_change(course), actor=alice)

    said = aside(sign_in(bob), course)
    assert "Taken back: " in said
    assert said.count("taken back") == 2  # what was published, and what it said of the talk
    assert "taken back" in aside(Client(), course)
    page = Client().get(reverse("pages:schedule", args=[course.slug])).content.decode()
    assert "badge-moved" not in page
    # The message is withdrawn where it stood, for whoever has read it.
    for who in (bob, erin):
        said = banner(sign_in(who), course)
        assert "Taken back: Class on" in said
        assert said.count("It was said: “Get well soon, Ben!”") == 1
        assert said.count("Get well soon, Ben!") == 1
    assert banner(sign_in(bob), course).count("Your talk") == 1  # that it is back
    assert "meeting-said" not in page_of(sign_in(bob), course)


@pytest.mark.django_db
def test_many_new_things_are_counted(planned: Course, bob: User, sign_in: SignIn) -> None:
    was_here(planned, bob, days=2)
    for number in range(14):
        Event.objects.create(
            course=planned, kind="planning.deadline_moved", summary=f"Note {number} is due later",
            created_at=timezone.now() - dt.timedelta(minutes=number),
        )  # fmt: skip

    assert "and 5 more" in aside(sign_in(bob), planned)


@pytest.mark.django_db
def test_a_message_stands_above_the_schedule_with_who_wrote_it(
    planned: Course, bob: User, dave: User, sign_in: SignIn
) -> None:
    update_course(course=planned, visibility=Visibility.PUBLIC)

    # On a first visit, and when it was seen.
    for _ in range(2):
        assert banner(sign_in(bob), planned) == (
            "New for you Get well soon, Ben! Alice Abbott , 1 h ago · Nov 3 is cancelled"
        )
    assert banner(sign_in(dave), planned) == ""
    Event.objects.update(created_at=timezone.now() - dt.timedelta(days=3, hours=1))
    assert banner(sign_in(bob), planned) == ""
    was_here(planned, bob, days=4)
    assert banner(sign_in(bob), planned).startswith("New for you Get well soon, Ben!")


@pytest.mark.django_db
def test_on_a_phone_links_lead_to_what_stands_below(
    planned: Course, bob: User, erin: User, sign_in: SignIn
) -> None:
    today = timezone.now().astimezone(planned.zone).date()
    update_course(course=planned, visibility=Visibility.PUBLIC, meets_from=dt.time(10, 30))
    for week, days in ((2, 3), (3, -7)):
        meeting = factories.make_meeting(planned, today + dt.timedelta(days=days), week=week)
        factories.put_on_agenda(meeting, factories.make_reading(planned))
    slot = factories.make_slot(planned.agenda_items.get(meeting__week__number=2))
    slot.sign_ups.create(seat=slot.seats.get(), user=bob, created_by=bob)
    was_here(planned, bob, days=2)

    page = page_of(sign_in(bob), planned)

    links = re.findall(r'<li><a href="#([\w-]*-title)">([^<]*)</a>', page)
    assert links == [
        ("owe-title", "You owe 2"),
        ("talks-title", "You present 1"),
        ("changed-title", "1 change"),
    ]
    assert all(f'id="{place}"' in page for place, _words in links)
    assert 'class="jumps' not in page_of(sign_in(erin), planned)
    assert 'class="jumps' not in page_of(Client(), planned)
