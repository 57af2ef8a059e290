"""What single readings ask: one form for all of them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from readings.accounts.models import User
from readings.courses.models import Course, Event
from readings.notes.asking.rules_services import ReadingRules, assign
from readings.notes.duties import duties_of
from readings.notes.models import Assignment
from readings.notes.policy import Policy
from readings.schedule.models import Meeting, Reading
from tests import factories
from tests.conftest import SignIn
from tests.notes.asking.conftest import MakeTemplate

pytestmark = pytest.mark.django_db

READINGS = "/c/compilers/notes/readings/"


def row(reading: Reading, **fields: Any) -> dict[str, Any]:
    """What the form sends of one reading; ``seen`` is what it had shown."""
    name = f"r{reading.pk}"
    shown = {"seen": ReadingRules().seen, "template": "", "due_on": "", "due_time": ""}
    values = shown | {"is_skippable": "on"} | fields
    return {f"{name}-{field}": value for field, value in values.items() if value is not None}


def test_template_deadline_and_skips_of_a_reading_are_stored(
    alices: Client, reading: Reading, course: Course, make_template: MakeTemplate
) -> None:
    other = factories.make_reading(course, label="TVM")
    template = make_template("questions").template
    form = row(
        reading, template=template.pk, due_on="2025-09-20", due_time="23:59", is_skippable=None
    )

    page = alices.post(READINGS, form | row(other), follow=True).content.decode()

    assert "1 reading changed" in page
    stored = Assignment.objects.get()
    assert (stored.reading, stored.template, stored.is_skippable) == (reading, template, False)
    duty = duties_of(course, Policy())[reading.pk]
    assert duty.due_at == dt.datetime(2025, 9, 21, 3, 59, tzinfo=dt.UTC)
    event = Event.objects.get()
    assert event.summary == "The note on DSPy is now due Sat Sep 20, 2025, 23:59."
    assert 'value="2025-09-20"' in page
    assert 'value="23:59"' in page


def test_an_own_deadline_that_is_emptied_follows_the_class_again(
    alices: Client, reading: Reading
) -> None:
    Assignment.objects.create(reading=reading, due_on=dt.date(2025, 9, 20), due_time=dt.time(9))
    alices.post(READINGS, row(reading, seen="|2025-09-20 09:00|yes"))
    assert Assignment.objects.get().due_on is None
    assert Event.objects.get().summary == "The note on DSPy is now due for its class."


def test_only_changed_rows_are_written(alices: Client, reading: Reading, course: Course) -> None:
    others = [factories.make_reading(course) for _number in range(5)]
    form: dict[str, Any] = {}
    for one in others:
        form |= row(one)
    alices.post(READINGS, form | row(reading, is_skippable=None))
    assert list(Assignment.objects.values_list("reading", flat=True)) == [reading.pk]
    page = alices.post(READINGS, form, follow=True).content.decode()
    assert "Nothing was changed" in page


def test_two_who_change_different_readings_keep_both_and_the_same_one_is_told(
    alices: Client, reading: Reading, course: Course
) -> None:
    other = factories.make_reading(course, label="TVM")
    alices.post(READINGS, row(reading, is_skippable=None) | row(other))

    # Another window, opened before that, knows nothing of it.
    alices.post(READINGS, row(reading) | row(other, is_skippable=None))
    assert Assignment.objects.filter(is_skippable=False).count() == 2

    dated = row(reading, due_on="2025-09-20", due_time="09:00")
    page = alices.post(READINGS, dated | row(other)).content.decode()
    assert "1 reading was changed by somebody else meanwhile" in page
    assert "changed meanwhile" in page
    assert 'value="2025-09-20"' in page
    assert Assignment.objects.get(reading=reading).due_on is None
    seen = re.search(rf'name="r{reading.pk}-seen" value="([^"]*)"', page)
    assert seen is not None
    alices.post(READINGS, dated | row(other) | {f"r{reading.pk}-seen": seen[1]})
    assert Assignment.objects.get(reading=reading).due_on == dt.date(2025, 9, 20)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"due_on": "2026-03-08", "due_time": "02:30"},
         "On Sunday, March 8, 2026 the clocks go forward and 2:30 does not exist: take 3:30"),
        ({"due_on": "9999-12-31", "due_time": "23:00"}, "at the edge of the calendar"),
        ({"due_on": "2062-09-20", "due_time": "23:00"},
         "Wednesday, September 20, 2062 is more than a year away from its class: is the year"),
        ({"due_on": "2024-09-01", "due_time": "23:00"}, "more than a year away from its class"),
        ({"due_on": "2026-03-08"}, "Say at what time, too"),
        ({"due_time": "09:00"}, "Say on which day, too"),
        ({"due_on": "2026-02-30", "due_time": "09:00"}, "Enter a valid date"),
        ({"due_on": "2026-03-01", "due_time": "9 o'clock"}, "Enter a valid time"),
        ({"template": "999"}, "Select a valid choice"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field_and_nothing_typed_is_lost(
    fields: dict[str, str], words: str, alices: Client, reading: Reading, course: Course
) -> None:
    other = factories.make_reading(course, label="TVM")
    form = row(reading, **fields) | row(other, due_on="2026-03-20", due_time="10:00")
    page = alices.post(READINGS, form).content.decode()
    error = re.search(rf'<p class="error" id="id_r{reading.pk}-\w+_error">([^<]*)', page)
    assert error is not None
    assert words in error[1]
    assert "Nothing is saved yet" in page
    assert 'value="2026-03-20"' in page
    for name in ("due_on", "due_time"):
        if name in fields:
            assert fields[name].replace("'", "&#x27;") in page
    assert not Assignment.objects.exists()


def test_an_hour_that_comes_twice_is_the_first_and_said_so(
    alices: Client, reading: Reading, course: Course
) -> None:
    form = row(reading, due_on="2025-11-02", due_time="01:30")
    page = alices.post(READINGS, form, follow=True).content.decode()
    assert "DSPy: On Sunday, November 2, 2025 the clocks go back and 1:30 comes twice" in page
    duty = duties_of(course, Policy())[reading.pk]
    assert duty.due_at == dt.datetime(2025, 11, 2, 5, 30, tzinfo=dt.UTC)


def test_readings_stand_in_the_order_of_the_schedule_with_their_deadlines(
    alices: Client, reading: Reading, course: Course
) -> None:
    factories.make_reading(course, label="Shelf")
    early = factories.make_reading(course, label="Early")
    meeting = factories.make_meeting(course, dt.date(2025, 9, 10), week=1, meets_from=dt.time(9))
    factories.put_on_agenda(meeting, early)
    meeting.position = 0
    meeting.save()
    Meeting.objects.filter(agenda__reading=reading).update(position=1)

    page = alices.get(READINGS).content.decode()

    assert re.findall(r'<th scope="row">(\w+)', page) == ["Early", "DSPy", "Shelf"]
    assert "Wed Sep 17, 8:30</time>" in page
    assert "not scheduled" in page


def test_a_template_or_reading_of_another_course_is_not_touched(
    alices: Client, reading: Reading, alice: User
) -> None:
    other = factories.make_course(slug="other")
    theirs = factories.make_reading(other)
    alices.post(READINGS, row(reading) | row(theirs, is_skippable=None))
    assert not Assignment.objects.exists()


def test_only_instructors_have_the_page(
    sign_in: SignIn, course: Course, reading: Reading, bob: User, carol: User, dave: User,
    erin: User,
) -> None:  # fmt: skip
    course.visibility = "public"
    course.save()
    for client in (sign_in(dave), sign_in(bob), sign_in(erin), sign_in(carol), Client()):
        assert client.get(READINGS).status_code == 404
        assert client.post(READINGS, row(reading, is_skippable=None)).status_code == 404
    assert not Assignment.objects.exists()


def test_an_empty_course_says_where_readings_come_from(alices: Client) -> None:
    assert "No readings yet" in alices.get(READINGS).content.decode()


def test_the_page_takes_as_many_queries_with_30_readings_as_with_one(
    alices: Client, reading: Reading, course: Course, make_template: MakeTemplate
) -> None:
    version = make_template("summary", usual=True)
    Assignment.objects.create(reading=reading, template=version.template)
    alices.get(READINGS)
    with CaptureQueriesContext(connection) as one:
        alices.get(READINGS)
    meeting = reading.agenda_items.get().meeting
    assert meeting is not None
    form: dict[str, Any] = {}
    for number in range(29):
        other = factories.make_reading(course, label=f"Paper {number}")
        factories.put_on_agenda(meeting, other)
        Assignment.objects.create(reading=other, template=version.template)
        form |= row(other, seen=f"{version.template_id}||yes")
    with CaptureQueriesContext(connection) as thirty:
        alices.get(READINGS)
    assert len(thirty) == len(one)
    with CaptureQueriesContext(connection) as saving:
        alices.post(READINGS, form)
    assert len(saving) < 22


def test_a_reading_without_a_class_has_its_deadline_in_a_year_of_the_term(
    alices: Client, course: Course
) -> None:
    reading = factories.make_reading(course, label="Shelf")
    page = alices.post(READINGS, row(reading, due_on="2027-09-20", due_time="9:00"))
    assert "is more than a year away from the term" in page.content.decode()
    alices.post(READINGS, row(reading, due_on="2026-09-20", due_time="9:00"))
    assert Assignment.objects.get().due_on == dt.date(2026, 9, 20)
    # What was stored before is no error of who changes something else.
    Assignment.objects.update(due_on=dt.date(2062, 9, 20))
    stored = {"seen": "|2062-09-20 09:00|yes", "due_on": "2062-09-20", "due_time": "09:00"}
    alices.post(READINGS, row(reading, **stored, is_skippable=None))
    assert not Assignment.objects.get().is_skippable


def test_the_year_of_a_deadline_is_told_unless_it_is_this_one(
    course: Course, reading: Reading, alice: User
) -> None:
    rules = {reading.pk: ReadingRules(None, dt.date(2025, 9, 20), dt.time(9))}
    seen = {reading.pk: ReadingRules().seen}
    assign(course=course, actor=alice, rules=rules, seen=seen, now=factories.NOON)
    assert Event.objects.get().summary == "The note on DSPy is now due Sat Sep 20, 9:00."


def test_the_usual_template_and_the_same_one_for_good_differ_in_words(
    alices: Client, reading: Reading, make_template: MakeTemplate
) -> None:
    make_template("summary", usual=True, name="Short")
    make_template("questions", name="Three")
    page = alices.get(READINGS).content.decode()
    assert ">The usual: Short</option>" in page
    assert ">Short, also if the usual one changes</option>" in page
    assert ">Three</option>" in page
