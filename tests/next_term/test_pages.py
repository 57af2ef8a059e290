"""The pages on which a plan is used again, and who may use them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from readings.accounts.models import User
from readings.courses.models import Course, Visibility
from readings.next_term.services import save_as_template
from tests import factories
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db

TERM: dict[str, Any] = {
    "title": "Compilers, again",
    "code": "CSE 598",
    "term": "Fall 2026",
    "starts_on": "2026-08-24",
    "ends_on": "2026-10-05",
    "meeting_days": ["0"],
    "meets_from": "09:00",
    "meets_until": "10:20",
    "holidays": "Sep 7 Labor Day",
}
CALENDAR = b"""BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY:Fall recess
DTSTART;VALUE=DATE:20260914
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def address(taught: Course) -> str:
    return reverse("next_term:copy", args=[taught.slug])


@pytest.fixture
def template(taught: Course, alice: User) -> Course:
    return save_as_template(course=taught, instructor=alice, title="Compilers, the plan")


def look(browser: Client, address: str, **other: Any) -> str:
    return browser.post(address, {**TERM, **other}).content.decode()


def agreed(page: str) -> str:
    found = re.search(r'name="agreed" value="(\w+)"', page)
    assert found, page
    return found[1]


def test_form_begins_with_what_is_known_of_the_course(
    address: str, alice: User, sign_in: SignIn
) -> None:
    page = sign_in(alice).get(address).content.decode()
    assert 'value="Compilers for AI"' in page
    assert 'value="10:30"' in page
    assert re.search(r'value="0"[^>]*checked', page)


def test_alice_looks_and_then_makes_the_course(address: str, alice: User, sign_in: SignIn) -> None:
    browser = sign_in(alice)
    page = look(browser, address)
    assert "6 classes on Mondays, Aug 24 – Oct 5, 2026; 2 of them still empty." in page
    assert "1 holiday on days of class: Labor Day (Sep 7)." in page
    assert "Copied: 4 readings, 1 sign-up slot and 2 entries of reading lists." in page
    assert "Everything planned for a class finds its day." in page
    assert "Not copied: 1 note, 1 comment, 1 sign-up and 4 members." in page
    assert Course.objects.count() == 1
    answer = browser.post(address, {**TERM, "agreed": agreed(page)})
    made = Course.objects.get(title="Compilers, again")
    assert answer["Location"] == reverse("planning:board", args=[made.slug])
    assert made.slug == "cse-598-fall-2026"
    assert made.meetings.count() == 7


def test_what_finds_no_day_is_named_before_anything_is_made(
    address: str, alice: User, sign_in: SignIn
) -> None:
    page = look(sign_in(alice), address, ends_on="2026-09-14")
    assert (
        "2 items of the plan find no day and wait unscheduled:<ul><li>MLIR</li><li>TVM</li></ul>"
        in page
    )


def test_other_term_than_the_one_looked_at_is_looked_at_first(
    address: str, taught: Course, alice: User, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    digest = agreed(look(browser, address))
    page = look(browser, address, agreed=digest, ends_on="2026-10-12")
    assert "Something is different from what you looked at" in page
    assert Course.objects.count() == 1


def test_note_that_is_written_meanwhile_is_no_reason_to_look_again(
    address: str, taught: Course, alice: User, erin: User, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    digest = agreed(look(browser, address))
    factories.make_note(taught.readings.get(label="TVM"), erin)
    assert browser.post(address, {**TERM, "agreed": digest}).status_code == 302


def test_holidays_of_a_file_stand_in_the_text_and_count(
    address: str, alice: User, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    page = look(browser, address, calendar=SimpleUploadedFile("u.ics", CALENDAR))
    assert "Sep 7 Labor Day\n2026-09-14: Fall recess</textarea>" in page
    text = "Sep 7 Labor Day\r\n2026-09-14: Fall recess"
    answer = browser.post(address, {**TERM, "holidays": text, "agreed": agreed(page)})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "This file is empty."),
        (b"<html>", "This is no calendar file"),
        (CALENDAR[:60], "This calendar file is broken or cut off."),
        (b"BEGIN:VCALENDAR" + b" " * 1_100_000, "This file is larger than 1 MB."),
    ],
)
def test_broken_file_is_named_and_what_was_typed_goes_through(
    data: bytes, message: str, address: str, alice: User, sign_in: SignIn
) -> None:
    page = look(sign_in(alice), address, calendar=SimpleUploadedFile("u.ics", data))
    assert message in page
    assert "1 holiday on days of class" in page


def test_line_that_is_not_understood_is_named_and_hinders_nothing(
    address: str, alice: User, sign_in: SignIn
) -> None:
    text = "Sep 7 Labor Day\nFeb 30 Nothing\nsometime"
    page = look(sign_in(alice), address, holidays=text)
    assert "Line 2: There is no Feb 30." in page
    assert "Line 3: No day is named here." in page
    assert agreed(page)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"ends_on": "2026-08-01"}, "The last day is before the first."),
        ({"ends_on": "3026-08-01"}, "no more than 3 years"),
        ({"ends_on": "2028-08-01", "meeting_days": ["0", "1", "2", "3", "4"]}, "at most 400"),
        ({"ends_on": "2026-02-30"}, "Enter a valid date."),
        ({"starts_on": ""}, "This field is required."),
        ({"meeting_days": []}, "This field is required."),
        ({"meeting_days": ["9"]}, "Select a valid choice."),
        ({"meeting_days": ["6"], "ends_on": "2026-08-25"}, "None of these weekdays"),
        ({"holidays": "Aug 24 - Oct 5 Strike"}, "Every day of class is a holiday"),
        ({"title": "x" * 201}, "at most 200 characters"),
        ({"title": " "}, "This field is required."),
        ({"meets_until": "08:00"}, "Class would end before it starts."),
        ({"meets_from": ""}, "Say when class starts, too."),
    ],
)  # fmt: skip
def test_bad_input_is_named_and_nothing_typed_is_lost(
    other: dict[str, Any], message: str, address: str, alice: User, sign_in: SignIn
) -> None:
    page = look(sign_in(alice), address, **{"term": "Fall of 2026"} | other)
    assert message in page
    assert 'value="Fall of 2026"' in page
    assert 'name="agreed"' not in page
    assert Course.objects.count() == 1


def test_file_beside_impossible_dates_is_asked_for_again(
    address: str, alice: User, sign_in: SignIn
) -> None:
    calendar = SimpleUploadedFile("u.ics", CALENDAR)
    page = look(sign_in(alice), address, ends_on="2026-08-01", calendar=calendar)
    assert "Choose this file again" in page


def test_undated_course_is_copied_without_dates(
    address: str, taught: Course, alice: User, sign_in: SignIn
) -> None:
    taught.meetings.update(meets_on=None, meets_from=None, meets_until=None)
    browser = sign_in(alice)
    empty = {"starts_on": "", "ends_on": "", "meeting_days": [], "holidays": ""}
    page = look(browser, address, **empty)
    assert "5 classes without dates, in their weeks" in page
    assert browser.post(address, {**TERM, **empty, "agreed": agreed(page)}).status_code == 302
    assert "A term with dates needs this, too." in look(browser, address, ends_on="")
    assert "Holidays need the first" in look(browser, address, **empty | {"holidays": "Sep 7"})


@pytest.mark.parametrize("name", ["bob", "carol", "dave", "erin"])
@pytest.mark.parametrize("page", ["next_term:copy", "next_term:save_template"])
def test_only_instructors_use_a_plan_again(
    name: str, page: str, taught: Course, request: pytest.FixtureRequest, sign_in: SignIn
) -> None:
    taught.visibility = Visibility.PUBLIC
    taught.save()
    browser = sign_in(request.getfixturevalue(name))
    url = reverse(page, args=[taught.slug])
    assert browser.get(url).status_code == 404
    assert browser.post(url, TERM).status_code == 404
    assert Client().post(url, TERM).status_code == 404
    assert Course.objects.count() == 1
    settings_page = browser.get(reverse("courses:settings", args=[taught.slug]))
    assert settings_page.status_code == 404


def test_alice_saves_a_template_and_changes_it_on_the_plan_page(
    taught: Course, alice: User, sign_in: SignIn
) -> None:
    browser = sign_in(alice)
    settings_page = browser.get(reverse("courses:settings", args=[taught.slug])).content.decode()
    url = reverse("next_term:save_template", args=[taught.slug])
    assert url in settings_page
    assert 'value="Compilers for AI"' in browser.get(url).content.decode()
    assert "This field is required." in browser.post(url, {"title": ""}).content.decode()
    page = browser.post(url, {"title": "The plan"}, follow=True).content.decode()
    assert "This is a template" in page
    template = Course.objects.get(is_template=True)
    for name in ("pages:schedule", "reading_lists:index", "courses:people", "courses:settings"):
        assert browser.get(reverse(name, args=[template.slug])).status_code == 200


def test_templates_are_among_templates_and_nowhere_among_courses(
    template: Course, taught: Course, alice: User, carol: User, sign_in: SignIn
) -> None:
    Course.objects.filter(pk=template.pk).update(visibility=Visibility.PUBLIC)
    front = sign_in(alice).get("/").content.decode()
    [courses, templates] = front.split('id="templates-title"')
    assert template.title not in courses
    assert template.title in templates
    assert reverse("next_term:copy", args=[template.slug]) in templates
    new = sign_in(alice).get(reverse("courses:new")).content.decode()
    for source in (template, taught):
        assert reverse("next_term:copy", args=[source.slug]) in new
    for browser in (sign_in(carol), Client()):
        assert template.title not in browser.get("/").content.decode()
    assert "Start from a plan" not in sign_in(carol).get(reverse("courses:new")).content.decode()


def test_template_is_never_public_and_nobody_joins_it(
    template: Course, alice: User, bob: User, sign_in: SignIn
) -> None:
    settings_url = reverse("courses:settings", args=[template.slug])
    browser = sign_in(alice)
    assert "Who may look at it" not in browser.get(settings_url).content.decode()
    fields = {"title": "T", "time_zone": "UTC"}
    browser.post(settings_url, {**fields, "visibility": "public"})
    template.refresh_from_db()
    assert (template.title, template.visibility) == ("T", Visibility.MEMBERS)
    for visibility in (Visibility.PUBLIC, Visibility.LINK):
        Course.objects.filter(pk=template.pk).update(visibility=visibility)
        for visitor in (sign_in(bob), Client()):
            for url in (
                reverse("pages:schedule", args=[template.slug]),
                reverse("courses:open_link", args=[template.view_token]),
                reverse("courses:join", args=[template.join_token]),
            ):
                assert visitor.get(url).status_code == 404, url
            join = reverse("courses:join", args=[template.join_token])
            assert visitor.post(join).status_code == 404
    assert template.memberships.count() == 1
    people = browser.get(reverse("courses:people", args=[template.slug])).content.decode()
    assert "Invite by link" not in people


def test_course_starts_from_a_template(template: Course, alice: User, sign_in: SignIn) -> None:
    browser = sign_in(alice)
    url = reverse("next_term:copy", args=[template.slug])
    browser.post(url, {**TERM, "agreed": agreed(look(browser, url))})
    made = Course.objects.get(title="Compilers, again")
    assert not made.is_template
    assert made.meetings.filter(meets_on__gte=dt.date(2026, 1, 1)).count() == 7


@pytest.mark.parametrize("size", [1, 30])
def test_form_asks_the_same_for_one_class_and_thirty(
    size: int, course: Course, alice: User, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    for number in range(size):
        meeting = factories.make_meeting(course, dt.date(2025, 8, 25), week=number + 1)
        factories.put_on_agenda(meeting, factories.make_reading(course))
    browser = sign_in(alice)
    with django_assert_max_num_queries(24):
        look(browser, reverse("next_term:copy", args=[course.slug]))
