"""The sign-ups page: who sees what, and what a press of a button answers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Course, Membership, Visibility
from readings.presentations import services
from readings.presentations.models import SignUp, Slot, TakenBy
from readings.schedule.models import AgendaItem, Status
from tests import factories
from tests.conftest import SignIn
from tests.pages_text import words
from tests.presentations.conftest import days_from_now

pytestmark = pytest.mark.django_db

PAGE = "/c/compilers/sign-ups/"
HTMX = {"HX-Request": "true"}


def claim_url(slot: Slot) -> str:
    return f"{PAGE}{slot.pk}/claim/"


def leave_url(slot: Slot) -> str:
    return f"{PAGE}{slot.pk}/leave/"


@pytest.fixture
def bobs(sign_in: SignIn, course: Course, bob: User) -> Client:
    return sign_in(bob)


def test_a_card_shows_what_one_would_present(bobs: Client, slot: Slot) -> None:
    page = words(bobs.get(PAGE))
    assert "Lead the discussion" in page
    assert "Compiling Declarative Language Model Calls into Self-Improving Pipelines" in page
    assert "Khattab and Singhvi" in page
    assert "Pipelines are hard-coded. We compile them." in page
    assert "2 of 2 seats free" in page
    assert "Take it" in page
    assert "All times are Detroit time." in page


def test_an_item_of_words_shows_its_words_and_its_stage(bobs: Client, pitch: Slot) -> None:
    page = words(bobs.get(PAGE))
    assert "Pitch: Project pitches · 10 min · for a group" in page
    assert "Pitch 1" in page
    assert "Presentations: pitch" in page


@pytest.mark.parametrize("path", ["", "{slot}/claim/", "{slot}/leave/"])
def test_outsiders_and_visitors_get_404_even_in_a_public_course(
    path: str, course: Course, slot: Slot, sign_in: SignIn, dave: User
) -> None:
    course.visibility = Visibility.PUBLIC
    course.save()
    address = PAGE + path.format(slot=slot.pk)
    for client in (sign_in(dave), Client()):
        method = client.post if path else client.get
        assert method(address).status_code == 404
    assert not SignUp.objects.exists()


def test_a_slot_of_another_course_is_as_good_as_gone(bobs: Client, bob: User, slot: Slot) -> None:
    other = factories.make_course()
    meeting = factories.make_meeting(other, days_from_now(3))
    theirs = factories.make_slot(factories.put_on_agenda(meeting, text="Secret talk"))
    factories.enrol(other, bob)
    assert bobs.post(claim_url(theirs))["Location"] == PAGE
    assert not SignUp.objects.exists()
    assert "Secret talk" not in words(bobs.get(PAGE))


def test_a_claim_leads_back_to_the_card_and_says_so_there(bobs: Client, slot: Slot) -> None:
    response = bobs.post(claim_url(slot))
    assert response["Location"] == f"{PAGE}#slot-{slot.pk}"
    page = bobs.get(PAGE).content.decode()
    card = page[page.index(f'id="slot-{slot.pk}"') :]
    assert "The seat is yours." in card
    assert page.count("The seat is yours.") == 1
    assert "The seat is yours." not in bobs.get(PAGE).content.decode()


def test_a_claim_by_htmx_answers_with_the_card_and_the_top(bobs: Client, slot: Slot) -> None:
    page = bobs.post(claim_url(slot), headers=HTMX).content.decode()
    assert "<html" not in page
    assert page.count("<article") == 1
    assert f'id="slot-{slot.pk}-title"' in page
    assert "The seat is yours." in page
    assert "1 of 2 seats free" in page
    assert 'id="board-top" hx-swap-oob="true"' in page


def test_pressing_twice_takes_one_seat_and_is_no_error(bobs: Client, slot: Slot) -> None:
    bobs.post(claim_url(slot))
    response = bobs.post(claim_url(slot), headers=HTMX)
    assert "You have a seat here already." in words(response)
    assert "banner-warning" not in response.content.decode()
    assert SignUp.objects.count() == 1


def test_the_loser_reads_a_kind_sentence_on_the_card(
    bobs: Client, course: Course, dspy: AgendaItem
) -> None:
    slot = factories.make_slot(dspy)
    priya = factories.make_user("Priya Singh")
    factories.enrol(course, priya)
    services.claim_seat(slot=slot, actor=priya)
    answer = bobs.post(claim_url(slot), headers=HTMX)
    assert answer.status_code == 200
    assert "Priya Singh took the last seat a moment ago." in words(answer)
    bobs.post(claim_url(slot))
    page = bobs.get(PAGE).content.decode()
    assert "Priya Singh took the last seat a moment ago." in page
    assert "banner-warning" in page
    assert "Take it" not in page


def test_giving_up_frees_the_seat(bobs: Client, slot: Slot) -> None:
    bobs.post(claim_url(slot))
    page = bobs.get(PAGE)
    assert "You present:" in words(page)
    assert "Give up the seat" in words(page)
    response = bobs.post(leave_url(slot))
    assert response["Location"] == f"{PAGE}#slot-{slot.pk}"
    assert not SignUp.objects.exists()
    assert "You gave up the seat." in words(bobs.get(PAGE))


def test_giving_up_twice_is_no_error(bobs: Client, slot: Slot) -> None:
    assert "You have no seat here to give up." in words(bobs.post(leave_url(slot), headers=HTMX))


def test_a_card_whose_slot_was_removed_gives_way_to_the_page(bobs: Client, slot: Slot) -> None:
    Slot.objects.all().delete()
    response = bobs.post(claim_url(slot), headers=HTMX)
    assert response["HX-Redirect"] == PAGE
    assert "it was removed a moment ago" in words(bobs.get(PAGE))
    assert bobs.post(leave_url(slot))["Location"] == PAGE
    assert "it was removed a moment ago" in words(bobs.get(PAGE))


def test_taking_a_seat_needs_a_post(bobs: Client, slot: Slot) -> None:
    assert bobs.get(claim_url(slot)).status_code == 405


def test_an_auditor_sees_who_presents_and_is_offered_no_seat(
    sign_in: SignIn, erin: User, bob: User, slot: Slot
) -> None:
    services.claim_seat(slot=slot, actor=bob)
    erins = sign_in(erin)
    page = words(erins.get(PAGE))
    assert "Bob Baker" in page
    assert "you see who presents, and take no seat" in page
    assert "Take it" not in page
    assert "auditors do not present" in words(erins.post(claim_url(slot), headers=HTMX))
    assert SignUp.objects.count() == 1


def test_staff_see_everything_and_manage(sign_in: SignIn, carol: User, slot: Slot) -> None:
    page = words(sign_in(carol).get(PAGE))
    assert "Manage" in page
    assert "New sheet" in page
    assert "Take it" not in page


def test_a_student_is_offered_no_management(bobs: Client, slot: Slot) -> None:
    page = words(bobs.get(PAGE))
    assert "Manage" not in page
    assert "One on each reading" not in page


def test_a_student_without_a_group_is_shown_the_way_to_one(bobs: Client, pitch: Slot) -> None:
    page = bobs.get(PAGE)
    assert "Form a group first" in words(page)
    assert 'href="/c/compilers/groups/"' in page.content.decode()
    assert "Take it" not in words(page)


def test_a_group_s_members_see_their_group_and_take_the_slot_for_it(
    bobs: Client, course: Course, bob: User, pitch: Slot
) -> None:
    priya = factories.make_user("Priya Singh")
    factories.enrol(course, priya)
    factories.make_group(course, bob, priya, name="Group 2")
    page = words(bobs.get(PAGE))
    assert "You are in Group 2 : Bob Baker, Priya Singh." in page
    assert "Take it for Group 2" in page
    bobs.post(claim_url(pitch))
    page = words(bobs.get(PAGE))
    assert "Group 2 your group Bob Baker, Priya Singh" in page
    assert "Pitch 1 with Group 2" in page


def test_when_sign_up_opens_is_said_in_the_course_s_time(bobs: Client, slot: Slot) -> None:
    slot.opens_at = dt.datetime(2124, 9, 12, 22, 0, tzinfo=dt.UTC)
    slot.save()
    page = bobs.get(PAGE)
    assert "opens Tue Sep 12, 18:00" in words(page)
    assert "America/Detroit" in page.content.decode()
    assert "Take it" not in words(page)


def test_closed_slots_say_so(bobs: Client, slot: Slot) -> None:
    bobs.post(claim_url(slot))
    slot.closes_at = dt.datetime(2025, 9, 12, 22, 0, tzinfo=dt.UTC)
    slot.save()
    page = words(bobs.get(PAGE))
    assert "closed Fri Sep 12, 18:00" in page
    assert "1 of 2 seats empty" in page
    assert "Give up the seat" not in page


@pytest.mark.parametrize("status", [Status.HOLIDAY, Status.CANCELLED])
def test_a_day_without_class_says_so_and_the_seat_is_kept(
    status: Status, bobs: Client, slot: Slot, dspy: AgendaItem
) -> None:
    bobs.post(claim_url(slot))
    assert dspy.meeting is not None
    dspy.meeting.status = status
    dspy.meeting.save()
    page = words(bobs.get(PAGE))
    assert f"{status.label} No class on this day. Whoever has a seat keeps it." in page
    assert "(no class on this day)" in page


def test_a_parked_reading_s_slot_is_shown_as_not_scheduled(
    bobs: Client, slot: Slot, dspy: AgendaItem, pitch: Slot
) -> None:
    dspy.meeting = None
    dspy.save()
    page = words(bobs.get(PAGE))
    assert "Not scheduled at the moment" in page
    assert page.index("Pitch 1") < page.index("Not scheduled at the moment")


def test_the_date_follows_the_agenda_item(
    bobs: Client, course: Course, slot: Slot, dspy: AgendaItem
) -> None:
    dspy.meeting = factories.make_meeting(course, dt.date(2124, 9, 20), week=9)
    dspy.save()
    assert '<time datetime="2124-09-20">Wed Sep 20</time>' in bobs.get(PAGE).content.decode()


def test_past_classes_are_folded_but_not_gone(
    bobs: Client, bob: User, slot: Slot, dspy: AgendaItem
) -> None:
    services.claim_seat(slot=slot, actor=bob)
    assert dspy.meeting is not None
    dspy.meeting.meets_on = dt.date(2025, 9, 10)
    dspy.meeting.save()
    page = words(bobs.get(PAGE))
    assert "1 past class" in page
    assert slot.agenda_item.reading is not None
    title = slot.agenda_item.reading.full_title
    assert title not in page
    page = words(bobs.get(f"{PAGE}?past=yes"))
    assert title in page
    assert "Bob Baker" in page
    assert "Take it" not in page
    assert "To the classes to come" in page


def test_who_left_the_course_is_marked(
    bobs: Client, course: Course, slot: Slot, alice: User
) -> None:
    gone = factories.make_user("Gone Garcia")
    factories.enrol(course, gone)
    services.put_on_seat(slot=slot, presenter=gone, actor=alice)
    assert "left the course" not in words(bobs.get(PAGE))
    Membership.objects.filter(user=gone).delete()
    assert "Gone Garcia left the course" in words(bobs.get(PAGE))


def test_names_and_titles_are_shown_as_text(bobs: Client, course: Course, slot: Slot) -> None:
    reading = slot.agenda_item.reading
    assert reading is not None
    reading.title = "<script>alert(1)</script> & $x$"
    reading.save()
    page = bobs.get(PAGE).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; $x$" in page
    assert "<script>alert" not in page


def test_maths_in_the_abstract_is_shown_as_maths(bobs: Client, slot: Slot) -> None:
    reading = slot.agenda_item.reading
    assert reading is not None
    reading.paper.abstract = "It takes $O(n)$ steps & <b>no</b> more."
    reading.paper.save()
    page = bobs.get(PAGE).content.decode()
    assert "<math>" in page
    assert "<b>no</b>" not in page


def test_an_empty_page_teaches_staff_and_comforts_students(
    bobs: Client, sign_in: SignIn, alice: User
) -> None:
    assert "Whoever teaches the course will put here" in words(bobs.get(PAGE))
    assert "Make the first sheet" in words(sign_in(alice).get(PAGE))


def test_the_page_takes_as_many_queries_with_thirty_slots_as_with_one(
    bobs: Client, course: Course, bob: User, slot: Slot, django_assert_num_queries: Any
) -> None:
    services.claim_seat(slot=slot, actor=bob)
    factories.make_group(course, bob)
    pitch = factories.put_on_agenda(factories.make_meeting(course, days_from_now(4)), text="Pitch")
    group_slot = factories.make_slot(pitch, taken_by=TakenBy.GROUP)
    services.claim_seat(slot=group_slot, actor=bob)
    factories.make_slot(slot.agenda_item, title="Offered to him")
    with django_assert_num_queries(27):
        bobs.get(PAGE)
    for number in range(30):
        meeting = factories.make_meeting(course, days_from_now(5 + number), week=2 + number)
        reading = factories.make_reading(course)
        one = factories.make_slot(factories.put_on_agenda(meeting, reading), seats=2)
        student = factories.make_user()
        factories.enrol(course, student)
        services.claim_seat(slot=one, actor=student)
        text = factories.put_on_agenda(meeting, text="Pitches")
        group_slot = factories.make_slot(text, taken_by=TakenBy.GROUP)
        factories.make_group(course, student)
        services.claim_seat(slot=group_slot, actor=student)
    with django_assert_num_queries(27):
        page = bobs.get(PAGE)
    assert page.content.decode().count("<article") == 63


def test_messages_of_other_pages_are_shown_at_the_top(
    bobs: Client, slot: Slot, course: Course
) -> None:
    bobs.post("/c/compilers/groups/", {"name": "The Compilers"})
    assert "The Compilers is formed." in words(bobs.get(PAGE))
    assert "The Compilers is formed." not in words(bobs.get(PAGE))


def test_a_seat_taken_a_while_ago_is_still_mine(bobs: Client, bob: User, slot: Slot) -> None:
    services.claim_seat(slot=slot, actor=bob)
    SignUp.objects.update(created_at=timezone.now() - dt.timedelta(days=3))
    assert "slot-mine" in bobs.get(PAGE).content.decode()
