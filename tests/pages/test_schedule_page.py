"""The course's home, for members and for visitors."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Course, GroupInvitation, Role, Visibility
from readings.courses.services import change_role, record_event, update_course
from readings.notes.exempting import excuse
from readings.notes.models import NotePolicy
from readings.notes.policy import Per, Readers
from readings.notes.services import save_draft
from readings.papers.models import Fetch, FetchStage, FetchState, Paper
from readings.presentations.models import Method, Sheet, TakenBy
from readings.schedule.agenda_services import move_agenda_item
from readings.schedule.models import AgendaItem
from readings.schedule.services import update_meeting
from tests import factories
from tests.conftest import SignIn
from tests.pages.conftest import Term

pytestmark = pytest.mark.django_db


def schedule(client: Client, course: Course, **headers: str) -> Any:
    return client.get(reverse("pages:schedule", args=[course.slug]), headers=headers)


def test_rows_say_what_is_read_by_whom_it_is_and_how_long_it_takes(
    term: Term, bob: User, sign_in: SignIn
) -> None:
    page = schedule(sign_in(bob), term.course).content.decode()
    assert "A Compiler for <math><mi>O</mi></math>" in page
    assert (
        "Chen, Moreau, Jiang and 2 more · 2018 · 16\N{NO-BREAK SPACE}p · 10\N{NO-BREAK SPACE}min"
        in page
    )
    assert "Guest: a speaker" in page
    assert "Study break" in page
    assert "10:30–12:00" in page
    assert "Detroit time" in page


def test_student_sees_what_they_owe_and_staff_owes_nothing(
    term: Term, bob: User, alice: User, erin: User, sign_in: SignIn
) -> None:
    assert "Note due" in schedule(sign_in(bob), term.course).content.decode()
    assert "1 overdue" in schedule(sign_in(bob), term.course).content.decode()
    for other in (alice, erin):
        page = schedule(sign_in(other), term.course).content.decode()
        assert "Note due" not in page
        assert "You owe" not in page


def test_student_sees_what_is_to_do_for_talks_and_staff_does_not(
    term: Term, bob: User, alice: User, sign_in: SignIn
) -> None:
    course, soon = term.course, timezone.now() + dt.timedelta(hours=1)
    item = AgendaItem.objects.filter(meeting=term.next_meeting)[0]
    sheets: dict[str, dict[str, Any]] = {
        "Lead": {"must_hold": 2, "slides_due_hours": 1},
        "Enough": {"must_hold": 1},
        "Others": {"must_hold": 1, "is_for_some": True},
        "Groups": {"must_hold": 1, "taken_by": TakenBy.GROUP},
        "Wishes": {"must_hold": 1, "method": Method.WISHES},
    }
    made = {
        title: Sheet.objects.create(course=course, title=title, closes_at=soon, **fields)
        for title, fields in sheets.items()
    }
    for title in ("Lead", "Enough"):
        slot = factories.make_slot(item, sheet=made[title], title=title)
        slot.sign_ups.create(seat=slot.seats.get(), user=bob, created_by=bob)

    def to_do(user: User) -> list[str]:
        return [one.words for one in schedule(sign_in(user), course).context["page"].to_do]

    found = to_do(bob)
    assert found[:2] == ["Rank your wishes: Wishes", "Sign up for 1 slot more: Lead"]
    assert [one.partition(" for ")[0] for one in found[2:]] == ["Slides"]
    assert to_do(alice) == []
    group = factories.make_group(course, bob)
    made["Others"].only_users.add(bob)
    assert {"Sign up for 1 slot: Others", "Sign up for 1 slot: Groups"} <= set(to_do(bob))
    priya = factories.make_user("Priya Singh")
    factories.enrol(course, priya)
    GroupInvitation.objects.create(group=group, user=priya, invited_by=bob)
    assert f"{group} invites you" in to_do(priya)
    page = schedule(sign_in(bob), course).content.decode()
    assert f'<a href="/c/compilers/sign-ups/?sheet={made["Lead"].pk}">' in page


def test_submitted_note_is_no_longer_owed(term: Term, bob: User, sign_in: SignIn) -> None:
    factories.make_note(term.tvm, bob, submitted_at=timezone.now())
    page = schedule(sign_in(bob), term.course).content.decode()
    assert "badge-good" in page
    assert "Submitted" in page


def test_past_weeks_are_folded_and_not_gone(term: Term, bob: User, sign_in: SignIn) -> None:
    page = schedule(sign_in(bob), term.course).content.decode()
    assert "1 past week" in page
    assert "DSPy" in page


def test_visitor_sees_schedule_and_papers_and_no_names(term: Term, bob: User) -> None:
    update_course(course=term.course, visibility=Visibility.PUBLIC)
    factories.make_note(term.tvm, bob)
    factories.make_thread(term.tvm, bob, "A question of Bob's?")
    slot = factories.make_slot(term.tvm.agenda_items.get())
    seat = slot.seats.get()
    slot.sign_ups.create(seat=seat, user=bob, created_by=bob)
    page = schedule(Client(), term.course).content.decode()
    assert "TVM" in page
    assert bob.name not in page
    assert "Presented by" not in page
    assert "comment" not in page.lower().replace("htmx", "")
    assert "Alice Abbott" in page  # who teaches is no secret


def test_members_see_who_presents_next(term: Term, bob: User, erin: User, sign_in: SignIn) -> None:
    update_course(course=term.course, visibility=Visibility.PUBLIC)
    slot = factories.make_slot(term.tvm.agenda_items.get(), seats=2)
    slot.sign_ups.create(seat=slot.seats.all()[0], user=bob, created_by=bob)

    page = schedule(sign_in(erin), term.course).content.decode()

    assert f"Presented by \u2068{bob.name}\u2069 · 1 seat free</p>\n            </section>" in page
    assert "next-presenters" not in schedule(Client(), term.course).content.decode()


def test_unchanged_course_answers_visitors_from_its_version(term: Term) -> None:
    update_course(course=term.course, visibility=Visibility.PUBLIC)
    first = schedule(Client(), term.course)
    again = schedule(Client(), term.course, if_none_match=first["ETag"])
    assert (first.status_code, again.status_code) == (200, 304)
    assert "Cookie" in first["Vary"]
    assert not first.cookies


def test_unchanged_course_is_not_drawn_again(
    term: Term, django_assert_max_num_queries: Any
) -> None:
    update_course(course=term.course, visibility=Visibility.PUBLIC)
    schedule(Client(), term.course)
    with django_assert_max_num_queries(2):
        assert schedule(Client(), term.course).status_code == 200


def test_every_change_reaches_the_visitor(term: Term) -> None:
    update_course(course=term.course, visibility=Visibility.PUBLIC)
    etags = {schedule(Client(), term.course)["ETag"]}

    update_meeting(meeting=term.next_meeting, actor=None, room="Lecture hall 7", status="cancelled")
    etags.add(schedule(Client(), term.course)["ETag"])

    Paper.objects.filter(pk=term.tvm.paper_id).update(
        title_html="Renamed", updated_at=timezone.now()
    )
    page = schedule(Client(), term.course)
    etags.add(page["ETag"])
    assert "Renamed" in page.content.decode()
    assert len(etags) == 3

    membership = factories.enrol(term.course, factories.make_user("Frank Fox"), Role.STUDENT)
    change_role(membership=membership, role=Role.INSTRUCTOR)
    assert "Frank Fox" in schedule(Client(), term.course).content.decode()


def test_signed_in_pages_are_never_kept_for_others(
    term: Term, bob: User, dave: User, sign_in: SignIn
) -> None:
    update_course(course=term.course, visibility=Visibility.PUBLIC)
    mine = schedule(sign_in(bob), term.course)
    assert "ETag" not in mine.headers
    assert "You owe" in mine.content.decode()
    for visitor in (Client(), sign_in(dave)):
        assert "You owe" not in schedule(visitor, term.course).content.decode()


def test_progress_brings_new_metadata_without_reload(
    term: Term, bob: User, sign_in: SignIn
) -> None:
    browser = sign_in(bob)
    fetch = Fetch.objects.create(paper=term.relay.paper, stage=FetchStage.METADATA)
    page = schedule(browser, term.course).content.decode()
    assert "2 of 3" in page
    address = reverse("pages:progress", args=[term.course.slug])
    assert address in page

    seen = timezone.now().isoformat()
    quiet = browser.get(address, {"seen": seen}).content.decode()
    assert "item-" not in quiet
    assert address in quiet  # goes on asking

    fetch.state = FetchState.DONE
    fetch.save()
    Paper.objects.filter(pk=term.relay.paper_id).update(
        title="Relay, fetched", updated_at=timezone.now()
    )
    news = browser.get(address, {"seen": seen}).content.decode()
    assert "Relay, fetched" in news
    assert 'hx-swap-oob="true"' in news
    assert "hx-get" not in news  # done: it stops asking


def test_progress_is_not_there_for_outsiders(term: Term, dave: User, sign_in: SignIn) -> None:
    address = reverse("pages:progress", args=[term.course.slug])
    assert sign_in(dave).get(address).status_code == 404
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize("seen", ["", "nonsense", "2025-02-31", "2025-09-01T10:00:00"])
def test_progress_takes_any_time(seen: str, term: Term, bob: User, sign_in: SignIn) -> None:
    address = reverse("pages:progress", args=[term.course.slug])
    assert sign_in(bob).get(address, {"seen": seen}).status_code == 200


def test_reason_is_shown_when_arxiv_cannot_be_reached(
    term: Term, bob: User, sign_in: SignIn
) -> None:
    Fetch.objects.create(
        paper=term.tvm.paper,
        stage=FetchStage.METADATA,
        reason="Could not reach arXiv",
        next_attempt_at=timezone.now() + dt.timedelta(minutes=9),
    )
    page = schedule(sign_in(bob), term.course).content.decode()
    assert "Could not reach arXiv" in page
    assert "TVM" in page


def test_empty_course_teaches_staff_how_to_fill_it(
    course: Course, alice: User, bob: User, sign_in: SignIn
) -> None:
    page = schedule(sign_in(alice), course).content.decode()
    assert "Three ways" in page
    assert f'<a href="{reverse("planning:generate", args=[course.slug])}">Add the term' in page
    assert "Three ways" not in schedule(sign_in(bob), course).content.decode()


def grow(course: Course, weeks: int, people: int) -> None:
    """Weeks of two classes of two papers, with notes and comments of many."""
    authors = [factories.make_user() for _ in range(people)]
    for author in authors:
        factories.enrol(course, author, Role.STUDENT)
    monday = timezone.now().date()
    for number in range(weeks):
        for day in (0, 2):
            meeting = factories.make_meeting(
                course, monday + dt.timedelta(weeks=number, days=day), week=number + 1
            )
            for _ in range(2):
                reading = factories.make_reading(course)
                item = factories.put_on_agenda(meeting, reading)
                factories.make_slot(item, seats=2)
                for author in authors[:2]:
                    factories.make_note(reading, author)
                    factories.make_thread(reading, author)


def change_all(course: Course) -> None:
    """Every paper and every class moves, and somebody says so."""
    meetings = list(course.meetings.all())
    for item in list(course.agenda_items.select_related("meeting")):
        assert item.meeting
        target = meetings[(meetings.index(item.meeting) + 1) % len(meetings)]
        move_agenda_item(item=item, meeting=target, actor=None)
    for meeting in meetings:
        assert meeting.meets_on
        update_meeting(
            meeting=meeting, actor=None, meets_on=meeting.meets_on + dt.timedelta(days=1)
        )
    record_event(course=course, actor=None, kind="imports.applied", summary="Imported")


@pytest.mark.parametrize("weeks", [1, 15])
def test_schedule_asks_the_same_whatever_the_term(
    weeks: int, course: Course, bob: User, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    grow(course, weeks, people=4)
    change_all(course)
    for number in range(weeks * 2):
        Sheet.objects.create(
            course=course,
            title=f"Sheet {number}",
            must_hold=1,
            method=Method.WISHES if number % 2 else Method.FIRST_COME,
        )
    for number in range(weeks):
        details = {"change": number, "message": "Rain."}
        record_event(
            course=course, actor=factories.make_user(), kind="planning.published",
            summary="Moved", details=details,
        )  # fmt: skip
    browser = sign_in(bob)
    schedule(browser, course)
    with django_assert_max_num_queries(25):
        page = schedule(browser, course)
    assert page.content.count(b"news-said") == min(weeks, 3)
    assert len(page.context["page"].to_do) == weeks * 2
    assert page.content.count(b"badge-moved") == weeks * 6
    assert len(page.content) < 70 * 1024


@pytest.mark.parametrize("weeks", [1, 15])
def test_a_visitors_page_asks_the_same_whatever_the_term(
    weeks: int, course: Course, django_assert_max_num_queries: Any
) -> None:
    update_course(course=course, visibility=Visibility.PUBLIC)
    grow(course, weeks, people=1)
    change_all(course)
    with django_assert_max_num_queries(8):
        page = schedule(Client(), course)
    assert page.content.count(b"badge-moved") == weeks * 6


def test_who_is_spared_a_note_sees_why_and_does_not_owe_it(
    term: Term, bob: User, alice: User, sign_in: SignIn
) -> None:
    now = timezone.now()
    excuse(reading=term.tvm, student=bob, actor=alice, reason="", at=now)

    page = schedule(sign_in(bob), term.course).content.decode()

    assert '<span class="badge">Excused</span>' in page
    assert "Note due" not in page
    assert "You are excused from the note on" in page  # what is new for Bob
    assert "You are excused" not in schedule(sign_in(alice), term.course).content.decode()


def test_a_class_leads_to_all_its_notes_where_there_are_some_to_be_read(
    term: Term, bob: User, alice: User, sign_in: SignIn
) -> None:
    def links(client: Client) -> list[str]:
        rows = schedule(client, term.course).context["page"]
        weeks = [*rows.past, *rows.weeks]
        return [one.notes_url for week in weeks for one in week.meetings if one.notes_url]

    bobs, alices = sign_in(bob), sign_in(alice)
    (past,) = links(bobs)
    assert links(alices) == [past]
    assert bobs.get(past).status_code == 200
    assert "All notes<span" in schedule(bobs, term.course).content.decode()

    factories.make_note(term.tvm, bob)  # one's own can be read before the class
    assert len(links(bobs)) == 2
    NotePolicy.objects.create(course=term.course, readers=Readers.STAFF)
    assert len(links(bobs)) == 1
    assert links(alices) == [past]

    update_course(course=term.course, visibility=Visibility.PUBLIC)
    assert links(Client()) == []


def test_of_a_class_with_one_note_owed_one_is_owed(
    course: Course, bob: User, sign_in: SignIn
) -> None:
    NotePolicy.objects.create(course=course, per=Per.MEETING)
    day = timezone.now().date() + dt.timedelta(days=5)
    meeting = factories.make_meeting(course, day)
    readings = [factories.make_reading(course, label=name) for name in ("MLIR", "Glow")]
    for reading in readings:
        factories.put_on_agenda(meeting, reading)

    page = schedule(sign_in(bob), course).content.decode()
    assert "<strong>MLIR or Glow</strong> note" in page
    assert "You owe 1" in page
    assert page.count("One note for the class due in") == 4  # in the next class, and in its week

    save_draft(
        reading=readings[1], author=bob, answers={"text": "Hm"}, based_on=0, at=timezone.now()
    )
    page = schedule(sign_in(bob), course).content.decode()
    assert f'<a href="/c/compilers/papers/{readings[1].pk}/"><strong>MLIR or Glow' in page

    factories.make_note(readings[0], bob, submitted_at=timezone.now())
    page = schedule(sign_in(bob), course).content.decode()
    assert "You owe 1" not in page
