"""Making a course, joining it, changing who does what."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from readings.accounts.models import User
from readings.courses import services
from readings.courses.models import Course, Membership, Role
from tests import factories
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db

FIELDS = {
    "title": "Compilers and Runtimes",
    "code": "CSE 598",
    "term": "Fall 2025",
    "starts_on": "2025-08-25",
    "ends_on": "2025-12-03",
    "meeting_days": ["0", "2"],
    "meets_from": "10:30",
    "meets_until": "12:00",
    "time_zone": "America/Detroit",
    "visibility": "members",
}


def test_whoever_makes_a_course_teaches_it(alice: User, sign_in: SignIn) -> None:
    answer = sign_in(alice).post(reverse("courses:new"), FIELDS)
    course = Course.objects.get()
    assert answer["Location"] == reverse("pages:schedule", args=[course.slug])
    assert course.slug == "cse-598-fall-2025"
    assert course.meeting_days == [0, 2]
    assert course.memberships.get().user == alice
    assert course.memberships.get().role == Role.INSTRUCTOR


def test_two_courses_of_one_name_get_two_addresses(alice: User) -> None:
    made = [services.create_course(title="Reading group", instructor=alice).slug for _ in range(3)]
    assert made == ["reading-group", "reading-group-2", "reading-group-3"]


@pytest.mark.parametrize("title", ["编译器", "!!!", "new"])
def test_any_title_gives_an_address(title: str, alice: User) -> None:
    course = services.create_course(title=title, instructor=alice)
    assert course.slug not in {"", "new"}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"ends_on": "2025-08-01"}, "The last day is before the first."),
        ({"meets_until": "09:00"}, "Class would end before it starts."),
        ({"meets_from": "", "meets_until": "12:00"}, "Say when class starts, too."),
        ({"time_zone": "Detroit"}, "This is not the name of a time zone"),
        ({"title": ""}, "This field is required."),
    ],
)
def test_wrong_dates_are_named_and_nothing_typed_is_lost(
    changed: dict[str, str], message: str, alice: User, sign_in: SignIn
) -> None:
    page = sign_in(alice).post(reverse("courses:new"), FIELDS | changed).content.decode()
    assert message in page
    assert "CSE 598" in page
    assert not Course.objects.exists()


def test_join_link_enrols_a_student_once(course: Course, dave: User, sign_in: SignIn) -> None:
    browser = sign_in(dave)
    url = reverse("courses:join", args=[course.join_token])
    assert course.title in browser.get(url).content.decode()
    assert not course.memberships.filter(user=dave).exists()  # looking is not joining
    for _press in range(2):
        answer = browser.post(url)
        assert answer["Location"] == reverse("pages:schedule", args=[course.slug])
    assert course.memberships.get(user=dave).role == Role.STUDENT


def test_join_link_leads_through_signing_in(course: Course) -> None:
    url = reverse("courses:join", args=[course.join_token])
    answer = Client().post(url)
    assert answer["Location"] == f"{reverse('account_login')}?next={url}"


def test_join_link_does_not_demote_a_member(course: Course, carol: User, sign_in: SignIn) -> None:
    sign_in(carol).post(reverse("courses:join", args=[course.join_token]))
    assert course.memberships.get(user=carol).role == Role.ASSISTANT


def test_renewed_join_link_makes_the_old_one_worthless(
    course: Course, alice: User, dave: User, sign_in: SignIn
) -> None:
    old = course.join_token
    sign_in(alice).post(reverse("courses:renew_link", args=[course.slug, "join"]))
    assert sign_in(dave).post(reverse("courses:join", args=[old])).status_code == 404
    assert not course.memberships.filter(user=dave).exists()


def test_instructor_makes_a_student_an_assistant(
    course: Course, alice: User, bob: User, sign_in: SignIn
) -> None:
    membership = course.memberships.get(user=bob)
    url = reverse("courses:set_role", args=[course.slug, membership.pk])
    sign_in(alice).post(url, {"role": "assistant"})
    membership.refresh_from_db()
    assert membership.role == Role.ASSISTANT


@pytest.mark.parametrize("address", ["courses:set_role", "courses:remove"])
def test_course_keeps_an_instructor(
    address: str, course: Course, alice: User, sign_in: SignIn
) -> None:
    membership = course.memberships.get(user=alice)
    url = reverse(address, args=[course.slug, membership.pk])
    page = sign_in(alice).post(url, {"role": "student"}, follow=True)
    assert "keeps at least one instructor" in page.content.decode()
    membership.refresh_from_db()
    assert membership.role == Role.INSTRUCTOR


def test_removed_student_loses_sight_and_leaves_what_they_wrote(
    course: Course, alice: User, bob: User, sign_in: SignIn
) -> None:
    note = factories.make_note(factories.make_reading(course), bob)
    membership = course.memberships.get(user=bob)
    url = reverse("courses:remove", args=[course.slug, membership.pk])
    assert bob.name in sign_in(alice).get(url).content.decode()
    sign_in(alice).post(url)
    assert not Membership.objects.filter(course=course, user=bob).exists()
    assert sign_in(bob).get(f"/c/{course.slug}/").status_code == 404
    note.refresh_from_db()
    assert note.body


def test_another_courses_membership_cannot_be_changed(
    course: Course, alice: User, dave: User, sign_in: SignIn
) -> None:
    elsewhere = factories.enrol(factories.make_course(), dave)
    url = reverse("courses:set_role", args=[course.slug, elsewhere.pk])
    assert sign_in(alice).post(url, {"role": "auditor"}).status_code == 404


def test_addresses_of_people_are_for_staff(
    course: Course, bob: User, carol: User, alice: User, sign_in: SignIn
) -> None:
    url = reverse("courses:people", args=[course.slug])
    assert alice.email in sign_in(carol).get(url).content.decode()
    seen_by_bob = sign_in(bob).get(url).content.decode()
    assert alice.name in seen_by_bob
    assert alice.email not in seen_by_bob
    assert course.join_token not in seen_by_bob


@pytest.mark.parametrize("address", ["courses:people", "courses:settings"])
def test_pages_do_not_ask_more_for_more_people(
    address: str,
    course: Course,
    alice: User,
    sign_in: SignIn,
    django_assert_max_num_queries: object,
) -> None:
    browser = sign_in(alice)
    url = reverse(address, args=[course.slug])
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        browser.get(url)
    for _number in range(30):
        factories.enrol(course, factories.make_user())
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        browser.get(url)


def test_every_change_of_a_course_raises_its_version(course: Course) -> None:
    before = course.version
    services.update_course(course=course, term="Winter 2026")
    services.touch_course(course_id=course.pk)
    assert Course.objects.get(pk=course.pk).version == before + 2
