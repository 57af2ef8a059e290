"""The feed of a course: what is in it, who may open it, what it costs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from readings.accounts.models import User
from readings.calendars.models import CalendarEntry
from readings.courses.models import Course, Visibility
from readings.courses.services import renew_view_token, update_course
from readings.papers.models import Paper
from readings.schedule.agenda_services import move_agenda_item
from readings.schedule.models import AgendaItem, Meeting, Status
from readings.schedule.services import delete_meeting, update_meeting, update_reading
from tests import factories
from tests.calendars.conftest import FEED, MONDAY
from tests.calendars.parsing import Told, feed
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


def only(told: dict[str, Told]) -> Told:
    (event,) = told.values()
    return event


# --- What is in it ------------------------------------------------------------------------------


def test_a_class_says_what_is_read_when_and_where(term: Course, monday: Meeting) -> None:
    other = factories.make_reading(
        term, paper=factories.make_paper(title="TVM"), label="TVM", required=False
    )
    factories.put_on_agenda(monday, other, portion="chapters 1-3")
    factories.put_on_agenda(monday, text="[Open]")

    event = only(feed(FEED))

    reading = monday.agenda.all()[0].reading
    assert reading is not None
    assert event.uid == f"meeting-{monday.pk}@{term.uid}"
    assert event.summary == "CSE 598: DSPy, TVM, [Open]"
    assert str(event.start) == "2025-09-08 10:30:00-04:00"
    assert str(event.end) == "2025-09-08 11:50:00-04:00"
    assert event.location == "BBB 1670"
    assert event.description == (
        "DSPy: Compiling Calls\n"
        f"http://testserver/c/compilers/papers/{reading.pk}/\n\n"
        "TVM: TVM (chapters 1-3) (optional)\n"
        f"http://testserver/c/compilers/papers/{other.pk}/\n\n"
        "[Open]\n\n"
        "Compilers for AI, week 3"
    )
    assert not event.is_transparent


def test_visitors_learn_no_names_and_see_no_notes(
    term: Course, dspy: AgendaItem, bob: User
) -> None:
    assert dspy.reading is not None
    factories.make_note(dspy.reading, bob, "What I think.")
    slot = factories.make_slot(dspy)
    slot.sign_ups.create(seat=slot.seats.get(), user=bob, created_by=bob)

    content = Client().get(FEED).content.decode()

    assert "DSPy" in content
    assert "Bob" not in content
    assert "What I think" not in content
    assert "note-" not in content
    assert "slot-" not in content


def test_without_any_time_it_is_a_day_that_is_not_taken(term: Course, monday: Meeting) -> None:
    update_course(course=term, meets_from=None, meets_until=None)

    event = only(feed(FEED))

    assert (type(event.start), event.start) == (dt.date, MONDAY)
    assert event.end == dt.date(2025, 9, 9)
    assert event.is_transparent


def test_a_class_without_a_date_is_not_in_it(term: Course) -> None:
    factories.put_on_agenda(factories.make_meeting(term), text="Some day")

    assert feed(FEED) == {}


def test_a_title_names_three_by_what_people_call_them(term: Course) -> None:
    meeting = factories.make_meeting(term, MONDAY)

    def read(title: str, label: str = "") -> None:
        paper = factories.make_paper(title=title)
        factories.put_on_agenda(meeting, factories.make_reading(term, paper=paper, label=label))

    read("FlashAttention: Fast and Memory-Efficient Exact Attention with IO-Awareness")
    read("Efficient Memory Management for Large Language Model Serving with PagedAttention")
    assert only(feed(FEED)).summary == (
        "CSE 598: FlashAttention, Efficient Memory Management for Large…"
    )

    read("Whatever it is called", label="DSPy")
    factories.put_on_agenda(meeting, text="Tech talk")
    factories.put_on_agenda(meeting, text="[Open]")

    event = only(feed(FEED))
    assert event.summary == (
        "CSE 598: FlashAttention, Efficient Memory Management for Large…, DSPy and 2 more"
    )
    assert "Serving with PagedAttention" in event.description


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Labor Day", "CSE 598: Labor Day"),
        ("Public holiday, no class", "CSE 598: Public holiday, no class"),
        ("Founders meet", "CSE 598: Founders meet (no class)"),
        ("", "CSE 598: holiday"),
    ],
)
def test_a_holiday_is_a_day_that_is_not_taken(words: str, expected: str, term: Course) -> None:
    day_off = factories.make_meeting(term, dt.date(2025, 9, 1), status=Status.HOLIDAY)
    if words:
        factories.put_on_agenda(day_off, text=words)

    event = only(feed(FEED))

    assert event.summary == expected
    assert event.start == dt.date(2025, 9, 1)
    assert event.is_transparent
    assert not event.is_cancelled


def test_a_cancelled_class_stays_and_says_so(term: Course, monday: Meeting, alice: User) -> None:
    before = only(feed(FEED))
    update_meeting(meeting=monday, actor=alice, status=Status.CANCELLED)

    event = only(feed(FEED))

    assert event.is_cancelled
    assert event.is_transparent
    assert event.summary == "Cancelled: CSE 598: DSPy"
    assert (event.uid, event.start) == (before.uid, before.start)
    assert event.sequence > before.sequence


def test_words_of_the_course_break_nothing(term: Course) -> None:
    meeting = factories.make_meeting(term, MONDAY, room="A; B, C\\D")
    words = "演算子融合 👩🏽‍💻, " * 12
    factories.put_on_agenda(meeting, text=f"\\Nabla\nEND:VCALENDAR {words}")

    event = only(feed(FEED))

    assert event.location == "A; B, C\\D"
    assert "\\Nabla END:VCALENDAR" in event.summary
    assert event.summary.endswith("👩🏽‍💻…")
    assert words.strip() in event.description


# --- Changes ------------------------------------------------------------------------------------


def test_a_class_that_moves_is_the_same_event_told_anew(
    term: Course, monday: Meeting, alice: User
) -> None:
    before = only(feed(FEED))

    update_meeting(meeting=monday, actor=alice, meets_on=dt.date(2025, 9, 10))

    after = only(feed(FEED))
    assert after.uid == before.uid
    assert after.sequence > before.sequence
    assert after.changed_at >= before.changed_at
    assert str(after.start) == "2025-09-10 10:30:00-04:00"


def test_over_the_change_of_daylight_saving_the_local_time_stays(
    term: Course, monday: Meeting, alice: User
) -> None:
    summer = only(feed(FEED))

    update_meeting(meeting=monday, actor=alice, meets_on=dt.date(2025, 11, 3))

    winter = only(feed(FEED))
    assert winter.start.time() == summer.start.time() == dt.time(10, 30)
    assert (summer.utc.hour, winter.utc.hour) == (14, 15)


def test_a_corrected_zone_moves_the_instant_and_not_the_hour(term: Course, monday: Meeting) -> None:
    before = only(feed(FEED))

    update_course(course=term, time_zone="Europe/Berlin")

    after = only(feed(FEED))
    assert after.start.time() == dt.time(10, 30)
    assert (before.utc.hour, after.utc.hour) == (14, 8)
    assert after.sequence > before.sequence


def test_in_utc_it_needs_no_zone(term: Course, monday: Meeting) -> None:
    update_course(course=term, time_zone="UTC")

    assert only(feed(FEED)).utc.hour == 10
    assert b"VTIMEZONE" not in Client().get(FEED).content


def test_whatever_changed_it_is_told(term: Course, dspy: AgendaItem, monday: Meeting) -> None:
    numbers = [only(feed(FEED)).sequence]
    reading = dspy.reading
    assert reading is not None

    update_reading(reading=reading, label="DSP")
    numbers.append(only(feed(FEED)).sequence)
    # A title that was fetched raises no version of the course; the paper knows when.
    Paper.objects.update(title="DSPy, second version", updated_at=timezone.now())
    numbers.append(only(feed(FEED)).sequence)
    move_agenda_item(item=dspy, meeting=None, actor=None)
    numbers.append(only(feed(FEED)).sequence)

    assert numbers == sorted(set(numbers))


def test_a_change_of_one_class_is_none_of_another(
    term: Course, monday: Meeting, alice: User
) -> None:
    other = factories.make_meeting(term, dt.date(2025, 9, 10))
    before = feed(FEED)

    update_meeting(meeting=monday, actor=alice, room="Elsewhere")

    after = feed(FEED)
    key = f"meeting-{other.pk}"
    assert after[key] == before[key]
    assert after[f"meeting-{monday.pk}"].sequence > before[f"meeting-{monday.pk}"].sequence


def test_a_class_that_is_taken_off_is_gone(term: Course, alice: User) -> None:
    meeting = factories.make_meeting(term, MONDAY)
    assert len(feed(FEED)) == 1

    delete_meeting(meeting=meeting)

    assert feed(FEED) == {}


def test_an_unchanged_feed_is_the_same_bytes_and_writes_nothing(
    term: Course, monday: Meeting
) -> None:
    first = Client().get(FEED).content
    entries = list(CalendarEntry.objects.values())
    cache.clear()

    with CaptureQueriesContext(connection) as queries:
        second = Client().get(FEED).content

    assert second == first
    assert not [one["sql"] for one in queries if not one["sql"].startswith("SELECT")]
    assert list(CalendarEntry.objects.values()) == entries


def test_what_did_not_change_is_not_sent_again(term: Course, monday: Meeting, alice: User) -> None:
    etag = Client().get(FEED)["ETag"]

    assert Client().get(FEED, headers={"If-None-Match": etag}).status_code == 304
    update_meeting(meeting=monday, actor=alice, room="Elsewhere")
    again = Client().get(FEED, headers={"If-None-Match": etag})
    assert again.status_code == 200
    assert again["ETag"] != etag


def test_a_calendar_may_ask_for_the_head_alone(term: Course, monday: Meeting) -> None:
    head = Client().head(FEED)

    assert head.status_code == 200
    assert head.content == b""
    assert head["ETag"] == Client().get(FEED)["ETag"]
    assert Client().post(FEED).status_code == 405


# --- What it costs ------------------------------------------------------------------------------


def test_a_long_term_makes_as_many_queries(term: Course, monday: Meeting) -> None:
    def count() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(FEED).status_code == 200
        return len(queries)

    feed(FEED)
    # The course, the newest change of its papers, meetings, agenda, what was told.
    assert count() == 5
    for number in range(30):
        meeting = factories.make_meeting(term, MONDAY + dt.timedelta(days=number))
        for _item in range(2):
            factories.put_on_agenda(meeting, factories.make_reading(term))
    update_course(course=term, title="Compilers")
    assert count() <= 10  # once, to write down what is told: lock, read, write
    assert count() == 5


def test_an_unchanged_feed_costs_two_queries(term: Course, monday: Meeting) -> None:
    feed(FEED)

    with CaptureQueriesContext(connection) as queries:
        assert Client().get(FEED).status_code == 200

    assert len(queries) == 2


# --- Who may open it ----------------------------------------------------------------------------


def test_only_a_public_course_has_an_open_feed(
    term: Course, monday: Meeting, dave: User, bob: User, sign_in: SignIn
) -> None:
    update_course(course=term, visibility=Visibility.MEMBERS)

    for browser in (Client(), sign_in(dave)):
        assert browser.get(FEED).status_code == 404
        assert browser.get(f"/l/{term.view_token}/calendar.ics").status_code == 404
        assert browser.get("/c/absent/calendar.ics").content == browser.get(FEED).content
    assert sign_in(bob).get(FEED).status_code == 200


def test_a_course_shared_by_link_has_a_feed_by_its_token(term: Course, monday: Meeting) -> None:
    update_course(course=term, visibility=Visibility.LINK)
    token = term.view_token
    path = f"/l/{token}/calendar.ics"

    event = only(feed(path))
    content = Client().get(path).content.replace(b"\r\n ", b"").decode()

    assert event.summary == "CSE 598: DSPy"
    assert f"URL:http://testserver/l/{token}/#meeting-{monday.pk}\r\n" in content
    assert Client().get(FEED).status_code == 404
    renew_view_token(course=term)
    assert Client().get(path).status_code == 404


def test_by_link_and_by_name_an_event_is_the_same(term: Course, monday: Meeting) -> None:
    assert only(feed(FEED)) == only(feed(f"/l/{term.view_token}/calendar.ics"))


def test_a_template_has_no_feed(
    term: Course, monday: Meeting, alice: User, sign_in: SignIn
) -> None:
    update_course(course=term, is_template=True)

    for browser in (Client(), sign_in(alice)):
        assert browser.get(FEED).status_code == 404
        assert browser.get(f"/l/{term.view_token}/calendar.ics").status_code == 404
        assert browser.get("/c/compilers/calendar/").status_code == 404


def test_a_calendar_that_asks_in_vain_is_told_where_to_go(term: Course) -> None:
    answer = Client().get("/l/mistyped/calendar.ics", headers={"Accept": "text/calendar, */*"})

    assert answer.status_code == 404
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "it was renewed" in answer.content.decode()
    assert "Sign in at http://testserver" in answer.content.decode()


def test_addresses_are_the_site_s_own(term: Course, monday: Meeting, settings: Any) -> None:
    before = only(feed(FEED))
    settings.SITE_URL = "https://seminar.example.edu"

    after = only(feed(FEED))

    assert "https://seminar.example.edu/c/compilers/papers/" in after.description
    assert (after.uid, after.sequence) == (before.uid, before.sequence)
