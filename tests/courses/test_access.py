"""Who may look at a course, by every way there is into it."""

from __future__ import annotations

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse

from readings.accounts.models import User
from readings.courses import services
from readings.courses.access import find_access
from readings.courses.models import Course, Role, Visibility
from tests import factories
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


def open_as(client: Client, course: Course) -> int:
    return client.get(reverse("pages:schedule", args=[course.slug])).status_code


def test_members_course_is_not_there_for_outsiders(
    course: Course, bob: User, dave: User, sign_in: SignIn
) -> None:
    assert open_as(sign_in(bob), course) == 200
    assert open_as(sign_in(dave), course) == 404
    assert open_as(Client(), course) == 404


def test_outsiders_hear_the_same_of_a_hidden_course_and_of_none(
    course: Course, dave: User, sign_in: SignIn
) -> None:
    hidden = sign_in(dave).get(f"/c/{course.slug}/")
    absent = sign_in(dave).get("/c/no-such-course/")
    assert hidden.status_code == absent.status_code == 404
    assert course.title not in hidden.content.decode()


def test_public_course_shows_itself_and_no_more_to_visitors(
    course: Course, bob: User, dave: User, sign_in: SignIn
) -> None:
    services.update_course(course=course, visibility=Visibility.PUBLIC)
    for client in (Client(), sign_in(dave)):
        page = client.get(reverse("pages:schedule", args=[course.slug]))
        assert page.status_code == 200
        assert bob.name not in page.content.decode()
        for address in ("courses:people", "planning:board", "courses:settings", "pages:fetches"):
            assert client.get(reverse(address, args=[course.slug])).status_code == 404


def test_link_opens_a_course_until_it_is_renewed(course: Course) -> None:
    services.update_course(course=course, visibility=Visibility.LINK)
    visitor = Client()
    assert open_as(visitor, course) == 404
    opened = visitor.get(reverse("courses:open_link", args=[course.view_token]), follow=True)
    assert opened.status_code == 200
    assert open_as(visitor, course) == 200

    services.renew_view_token(course=course)
    assert open_as(visitor, course) == 404
    course.refresh_from_db()
    assert open_as(Client(), course) == 404


def test_link_does_not_open_a_members_course(course: Course) -> None:
    visitor = Client()
    address = reverse("courses:open_link", args=[course.view_token])
    assert visitor.get(address).status_code == 404
    assert open_as(visitor, course) == 404


@pytest.mark.parametrize(
    ("role", "member", "staff", "instructor", "owes"),
    [
        (Role.INSTRUCTOR, True, True, True, False),
        (Role.ASSISTANT, True, True, False, False),
        (Role.STUDENT, True, False, False, True),
        (Role.AUDITOR, True, False, False, False),
    ],
)
def test_role_decides(role: Role, member: bool, staff: bool, instructor: bool, owes: bool) -> None:
    course, user = factories.make_course(), factories.make_user()
    factories.enrol(course, user, role)
    access = find_access(user=user, slug=course.slug)
    assert (access.is_member, access.is_staff, access.is_instructor, access.owes_notes) == (
        member,
        staff,
        instructor,
        owes,
    )


def test_visitor_of_a_public_course_has_no_role(dave: User) -> None:
    course = factories.make_course(visibility=Visibility.PUBLIC)
    assert find_access(user=dave, slug=course.slug).role is None
    assert find_access(user=None, slug=course.slug).role is None
    with pytest.raises(Http404):
        find_access(user=dave, slug=factories.make_course().slug)


STAFF_PAGES = ["planning:board", "imports:paste", "pages:fetches", "planning:add_to_shelf"]


@pytest.mark.parametrize("address", STAFF_PAGES)
def test_staff_pages_are_for_staff(
    address: str,
    course: Course,
    alice: User,
    carol: User,
    bob: User,
    erin: User,
    dave: User,
    sign_in: SignIn,
) -> None:
    url = reverse(address, args=[course.slug])
    assert [sign_in(one).get(url).status_code for one in (alice, carol)] == [200, 200]
    assert [sign_in(one).get(url).status_code for one in (bob, erin, dave)] == [404, 404, 404]


def test_settings_and_roles_are_for_instructors(
    course: Course, alice: User, carol: User, bob: User, sign_in: SignIn
) -> None:
    url = reverse("courses:settings", args=[course.slug])
    membership = course.memberships.get(user=bob)
    role = reverse("courses:set_role", args=[course.slug, membership.pk])
    assert sign_in(alice).get(url).status_code == 200
    assert sign_in(carol).get(url).status_code == 404
    assert sign_in(carol).post(role, {"role": "instructor"}).status_code == 404
    assert sign_in(bob).post(role, {"role": "instructor"}).status_code == 404
    membership.refresh_from_db()
    assert membership.role == Role.STUDENT
