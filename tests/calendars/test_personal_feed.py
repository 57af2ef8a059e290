"""A person's own feed: classes, deadlines and talks, behind an address that can be renewed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from readings.accounts.models import User
from readings.calendars.services import calendar_token_of, renew_calendar_token
from readings.courses.models import Course, Role, Visibility
from readings.courses.services import change_role, remove_member, update_course
from readings.notes.models import Assignment, Exemption, NotePolicy
from readings.notes.policy import Exempt, ExemptionKind, Per
from readings.notes.services import submit_note
from readings.presentations.models import TakenBy
from readings.presentations.services import put_on_seat, take_off
from readings.schedule.agenda_services import move_agenda_item
from readings.schedule.models import AgendaItem, Kind, Meeting, Status
from readings.schedule.services import update_meeting
from tests import factories
from tests.calendars.conftest import FEED, MONDAY
from tests.calendars.parsing import Told, feed
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


def path_of(user: User) -> str:
    return f"/calendar/{calendar_token_of(user)}.ics"


def note_key(item: AgendaItem) -> str:
    return f"note-{item.reading_id}"


def feed_of(user: User) -> dict[str, Told]:
    return feed(path_of(user))


# --- What is in it ------------------------------------------------------------------------------


def test_a_student_has_classes_and_deadlines(
    term: Course, dspy: AgendaItem, monday: Meeting, bob: User
) -> None:
    told = feed_of(bob)

    assert set(told) == {f"meeting-{monday.pk}", note_key(dspy)}
    deadline = told[note_key(dspy)]
    assert deadline.summary == "Note due: DSPy (CSE 598)"
    assert deadline.start == dt.datetime(2025, 9, 8, 12, 30, tzinfo=dt.UTC)  # two hours before
    assert deadline.end is None
    assert deadline.is_transparent
    assert f"/c/compilers/papers/{dspy.reading_id}/" in deadline.description


def test_it_has_the_course_s_own_events(term: Course, monday: Meeting, bob: User) -> None:
    key = f"meeting-{monday.pk}"

    assert feed_of(bob)[key] == feed(FEED)[key]


@pytest.mark.parametrize("who", ["alice", "carol", "erin"])
def test_who_owes_no_notes_has_no_deadlines(
    who: str, monday: Meeting, request: pytest.FixtureRequest
) -> None:
    assert set(feed_of(request.getfixturevalue(who))) == {f"meeting-{monday.pk}"}


def test_nothing_is_due_for_an_optional_reading_or_one_that_is_due_elsewhere(
    term: Course, monday: Meeting, dspy: AgendaItem, bob: User
) -> None:
    factories.put_on_agenda(monday, factories.make_reading(term, required=False))
    again = factories.make_meeting(term, dt.date(2025, 9, 10))
    factories.put_on_agenda(again, dspy.reading, carries_note=False)

    assert [key for key in feed_of(bob) if key.startswith("note")] == [note_key(dspy)]


def test_a_submitted_note_is_ticked_and_told_anew(dspy: AgendaItem, bob: User) -> None:
    assert dspy.reading is not None
    before = feed_of(bob)[note_key(dspy)]

    submit_note(
        reading=dspy.reading,
        author=bob,
        answers={"text": "My note."},
        based_on=0,
        at=timezone.now(),
    )

    after = feed_of(bob)[note_key(dspy)]
    assert after.summary == "✓ Note due: DSPy (CSE 598)"
    assert after.uid == before.uid
    assert after.sequence > before.sequence
    assert after.changed_at >= before.changed_at


def test_one_student_s_tick_is_none_of_the_others_(
    term: Course, dspy: AgendaItem, bob: User, dave: User
) -> None:
    factories.enrol(term, dave)
    before = feed_of(dave)
    assert dspy.reading is not None

    factories.make_note(dspy.reading, bob)

    assert feed_of(bob)[note_key(dspy)].summary.startswith("✓")
    assert feed_of(dave) == before


def test_a_deadline_moves_with_its_class(
    term: Course, dspy: AgendaItem, monday: Meeting, bob: User
) -> None:
    before = feed_of(bob)[note_key(dspy)]
    winter = factories.make_meeting(term, dt.date(2025, 11, 3))

    move_agenda_item(item=dspy, meeting=winter, actor=None)

    after = feed_of(bob)[note_key(dspy)]
    assert after.uid == before.uid
    assert after.sequence > before.sequence
    assert after.start == dt.datetime(2025, 11, 3, 13, 30, tzinfo=dt.UTC)


def test_nothing_is_due_for_a_cancelled_class(
    dspy: AgendaItem, monday: Meeting, bob: User, alice: User
) -> None:
    update_meeting(meeting=monday, actor=alice, status=Status.CANCELLED)

    told = feed_of(bob)

    assert note_key(dspy) not in told
    assert told[f"meeting-{monday.pk}"].is_cancelled


def test_a_talk_says_what_and_how_long(
    term: Course, dspy: AgendaItem, bob: User, erin: User, alice: User
) -> None:
    slot = factories.make_slot(dspy, title="Lead", minutes=20)
    sign_up = put_on_seat(slot=slot, presenter=bob, actor=alice)

    told = feed_of(bob)[f"slot-{slot.pk}"]

    assert told.summary == "You present: Lead: DSPy (CSE 598)"
    assert "DSPy: Compiling Calls\nhttp://testserver/c/compilers/papers/" in told.description
    assert "20 minutes" in told.description
    assert str(told.start) == "2025-09-08 10:30:00-04:00"
    assert told.location == "BBB 1670"
    assert f"slot-{slot.pk}" not in feed_of(erin)
    take_off(sign_up=sign_up, actor=alice)
    assert f"slot-{slot.pk}" not in feed_of(bob)


def test_a_group_s_slot_reaches_each_of_them_and_nobody_else(
    term: Course, monday: Meeting, bob: User, dave: User, erin: User, alice: User
) -> None:
    factories.enrol(term, dave)
    pitches = factories.put_on_agenda(monday, text="Pitches", kind=Kind.PRESENTATIONS)
    slot = factories.make_slot(pitches, title="Pitch 1", taken_by=TakenBy.GROUP)
    put_on_seat(slot=slot, presenter=factories.make_group(term, bob, dave), actor=alice)
    key = f"slot-{slot.pk}"

    assert feed_of(bob)[key].summary == "Your group presents: Pitch 1 (CSE 598)"
    assert feed_of(bob)[key] == feed_of(dave)[key]
    assert key not in feed_of(erin)
    assert key not in feed_of(alice)


def test_a_talk_in_a_cancelled_class_is_marked_and_a_parked_one_is_gone(
    dspy: AgendaItem, monday: Meeting, bob: User, alice: User
) -> None:
    slot = factories.make_slot(dspy)
    put_on_seat(slot=slot, presenter=bob, actor=alice)
    update_meeting(meeting=monday, actor=alice, status=Status.CANCELLED)
    assert feed_of(bob)[f"slot-{slot.pk}"].is_cancelled

    move_agenda_item(item=dspy, meeting=None, actor=alice)

    assert f"slot-{slot.pk}" not in feed_of(bob)


def test_all_one_s_courses_are_in_it_each_in_its_zone(
    term: Course, monday: Meeting, bob: User
) -> None:
    berlin = factories.make_course(title="Datenbanken", time_zone="Europe/Berlin")
    factories.enrol(berlin, bob, Role.AUDITOR)
    other = factories.make_meeting(berlin, MONDAY, meets_from=dt.time(14), meets_until=dt.time(16))
    template = factories.make_course(is_template=True)
    factories.enrol(template, bob, Role.INSTRUCTOR)
    factories.make_meeting(template, MONDAY)

    told = feed_of(bob)

    assert str(told[f"meeting-{other.pk}"].start) == "2025-09-08 14:00:00+02:00"
    assert told[f"meeting-{other.pk}"].summary == "Datenbanken"
    assert len([key for key in told if key.startswith("meeting")]) == 2


def test_a_members_course_is_in_it_as_long_as_one_is_a_member(
    term: Course, monday: Meeting, bob: User
) -> None:
    update_course(course=term, visibility=Visibility.MEMBERS)
    assert feed_of(bob)

    remove_member(membership=term.memberships.get(user=bob))

    assert feed_of(bob) == {}


def test_who_becomes_an_auditor_owes_no_more(term: Course, dspy: AgendaItem, bob: User) -> None:
    change_role(membership=term.memberships.get(user=bob), role=Role.AUDITOR)

    assert note_key(dspy) not in feed_of(bob)


def test_who_is_in_no_course_has_an_empty_calendar(dave: User, monday: Meeting) -> None:
    assert feed_of(dave) == {}


# --- Its address --------------------------------------------------------------------------------


def test_a_renewed_address_opens_and_the_old_one_does_not(monday: Meeting, bob: User) -> None:
    old = path_of(bob)
    assert Client().get(old).status_code == 200

    renew_calendar_token(user=bob)

    assert Client().get(old).status_code == 404
    assert path_of(bob) != old
    assert Client().get(path_of(bob)).status_code == 200


def test_a_wrong_address_is_told_in_words_and_to_a_browser_in_a_page() -> None:
    plain = Client().get("/calendar/mistyped.ics")
    page = Client().get("/calendar/mistyped.ics", headers={"Accept": "text/html"})

    assert (plain.status_code, page.status_code) == (404, 404)
    assert "it was renewed" in plain.content.decode()
    assert "There is no calendar at this address" in page.content.decode()
    assert "/you/calendar/" in page.content.decode()


def test_a_closed_account_has_no_feed(monday: Meeting, bob: User) -> None:
    path = path_of(bob)
    bob.is_active = False
    bob.save()

    assert Client().get(path).status_code == 404


def test_nobody_has_the_empty_address(bob: User) -> None:
    assert bob.calendar_token is None
    for path in ("/calendar/None.ics", "/calendar/.ics", "/calendar/%20.ics"):
        assert Client().get(path).status_code == 404


def test_it_is_kept_by_nobody_between_and_named_without_the_token(
    monday: Meeting, bob: User
) -> None:
    answer = Client().get(path_of(bob))

    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["Content-Disposition"] == 'attachment; filename="seminar.ics"'
    assert "Cookie" not in answer.get("Vary", "")


# --- Unchanged ----------------------------------------------------------------------------------


def test_what_did_not_change_is_not_sent_again(
    monday: Meeting, dspy: AgendaItem, bob: User, alice: User
) -> None:
    path = path_of(bob)
    first = Client().get(path)

    with CaptureQueriesContext(connection) as queries:
        second = Client().get(path)
    third = Client().get(path, headers={"If-None-Match": first["ETag"]})
    head = Client().head(path)

    assert second.content == first.content
    assert not [one["sql"] for one in queries if not one["sql"].startswith("SELECT")]
    assert (third.status_code, third.content) == (304, b"")
    assert third["ETag"] == head["ETag"] == first["ETag"]
    assert head.content == b""
    update_meeting(meeting=monday, actor=alice, room="Elsewhere")
    changed = Client().get(path, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_a_long_term_makes_as_many_queries(
    term: Course, monday: Meeting, dspy: AgendaItem, bob: User, alice: User
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(path).status_code == 200
        return len(queries)

    path = path_of(bob)
    put_on_seat(slot=factories.make_slot(dspy), presenter=bob, actor=alice)
    feed(path)
    # The person, their courses, policies, notes, meetings, agendas, sign-ups, what was told.
    assert count() == 8
    for number in range(30):
        course = factories.make_course() if number % 10 == 0 else term
        if course is not term:
            factories.enrol(course, bob)
        meeting = factories.make_meeting(course, MONDAY + dt.timedelta(days=number))
        for _item in range(2):
            item = factories.put_on_agenda(meeting, factories.make_reading(course))
        put_on_seat(slot=factories.make_slot(item), presenter=bob, actor=alice)
        factories.make_note(factories.make_reading(course), bob)
    feed(path)
    assert count() == 8


# --- The page -----------------------------------------------------------------------------------


def test_the_page_shows_the_address_and_makes_it_once(
    monday: Meeting, bob: User, sign_in: SignIn
) -> None:
    first = sign_in(bob).get("/you/calendar/").content.decode()
    second = sign_in(bob).get("/you/calendar/").content.decode()

    token = User.objects.get(pk=bob.pk).calendar_token
    assert token
    assert f"http://testserver/calendar/{token}.ics" in first
    assert f"webcal://testserver/calendar/{token}.ics" in first
    assert token in second


def test_the_address_is_renewed_by_a_press_and_by_nothing_else(bob: User, sign_in: SignIn) -> None:
    browser = sign_in(bob)
    old = path_of(bob)

    assert browser.get("/you/calendar/renew/").status_code == 405
    page = browser.post("/you/calendar/renew/", follow=True).content.decode()

    assert "The old address no longer works" in page
    assert old not in page
    assert Client().get(old).status_code == 404


def test_who_is_not_signed_in_is_asked_to() -> None:
    assert Client().get("/you/calendar/")["Location"].startswith("/accounts/login/")
    assert Client().post("/you/calendar/renew/")["Location"].startswith("/accounts/login/")


def test_the_course_s_page_shows_each_what_they_may_have(
    term: Course, bob: User, carol: User, dave: User, sign_in: SignIn
) -> None:
    page = "/c/compilers/calendar/"
    secret = f"/l/{term.view_token}/calendar.ics"

    for browser in (Client(), sign_in(bob), sign_in(dave)):
        assert FEED in browser.get(page).content.decode()
    assert "/you/calendar/" in sign_in(bob).get(page).content.decode()
    update_course(course=term, visibility=Visibility.LINK)
    visitor = Client()
    visitor.get(f"/l/{term.view_token}/")
    assert secret in visitor.get(page).content.decode()
    assert secret in sign_in(carol).get(page).content.decode()
    assert term.view_token not in sign_in(bob).get(page).content.decode()
    assert sign_in(dave).get(page).status_code == 404
    update_course(course=term, visibility=Visibility.MEMBERS)
    assert ".ics" not in sign_in(bob).get(page).content.decode()
    assert sign_in(dave).get(page).status_code == 404
    assert Client().get(page).status_code == 404


def test_the_schedule_leads_to_it(term: Course, monday: Meeting, bob: User) -> None:
    assert "/c/compilers/calendar/" in Client().get("/c/compilers/").content.decode()


# --- What one is spared ---------------------------------------------------------------------------


def test_a_presenter_who_is_exempt_has_no_deadline(
    term: Course, dspy: AgendaItem, bob: User, alice: User
) -> None:
    put_on_seat(slot=factories.make_slot(dspy), presenter=bob, actor=alice)
    assert note_key(dspy) in feed_of(bob)

    NotePolicy.objects.create(course=term, presenters_exempt=Exempt.READING)

    assert note_key(dspy) not in feed_of(bob)


@pytest.mark.parametrize("kind", ExemptionKind)
def test_what_is_skipped_or_excused_has_no_deadline(
    dspy: AgendaItem, bob: User, dave: User, term: Course, kind: ExemptionKind
) -> None:
    factories.enrol(term, dave)
    assert dspy.reading is not None
    Exemption.objects.create(reading=dspy.reading, user=bob, kind=kind, created_by=bob)

    assert note_key(dspy) not in feed_of(bob)
    assert note_key(dspy) in feed_of(dave)


def test_of_a_class_with_one_note_owed_the_others_are_gone_once_it_is_handed_in(
    term: Course, dspy: AgendaItem, monday: Meeting, bob: User
) -> None:
    NotePolicy.objects.create(course=term, per=Per.MEETING)
    tvm = factories.put_on_agenda(monday, factories.make_reading(term, label="TVM"))
    assert {note_key(dspy), note_key(tvm)} <= feed_of(bob).keys()

    assert dspy.reading is not None
    factories.make_note(dspy.reading, bob)

    told = feed_of(bob)
    assert told[note_key(dspy)].summary.startswith("✓")
    assert note_key(tvm) not in told


def test_a_deadline_of_its_own_is_told_also_outside_the_schedule(
    term: Course, dspy: AgendaItem, monday: Meeting, bob: User
) -> None:
    essay = factories.make_reading(term, label="Essay")
    assert dspy.reading is not None
    for reading in (essay, dspy.reading):
        Assignment.objects.create(reading=reading, due_on=dt.date(2025, 11, 3), due_time=dt.time(9))

    told = feed_of(bob)

    for key in (f"note-{essay.pk}", note_key(dspy)):
        assert told[key].start == dt.datetime(2025, 11, 3, 14, 0, tzinfo=dt.UTC)
    assert told[f"note-{essay.pk}"].summary == "Note due: Essay (CSE 598)"
