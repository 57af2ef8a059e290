"""Groups: formed by students, joined by a link, put right by staff."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.groups import placing, queries, services
from readings.courses.models import (
    Course,
    Event,
    Group,
    GroupMember,
    Membership,
    Role,
    Visibility,
)
from readings.courses.services import change_role, remove_member
from readings.presentations.models import SignUp, TakenBy
from tests import factories
from tests.at_once import at_once
from tests.conftest import SignIn
from tests.courses.groups.conftest import members, sign_up
from tests.pages_text import words

pytestmark = pytest.mark.django_db

PAGE = "/c/compilers/groups/"


# --- Forming and joining -----------------------------------------------------------------------


def test_a_student_forms_a_group_and_is_in_it(bobs: Client, bob: User) -> None:
    page = words(bobs.post(PAGE, {"name": " The Compilers "}, follow=True))
    group = Group.objects.get()
    assert (group.name, members(group)) == ("The Compilers", {bob})
    assert "You are in The Compilers" in page
    assert "Form a group" not in page
    assert Event.objects.get().summary == "Bob Baker formed The Compilers"


def test_a_group_without_a_name_gets_the_next_number(
    course: Course, bobs: Client, priya: User
) -> None:
    factories.make_group(course, name="Group 1")
    factories.make_group(course, name="Group 3")
    bobs.post(PAGE, {"name": ""})
    assert set(Group.objects.values_list("name", flat=True)) == {"Group 1", "Group 2", "Group 3"}


@pytest.mark.parametrize("typed", ["Owls", "owls", " OWLS "])
def test_a_name_is_taken_however_it_is_capitalised(
    typed: str, course: Course, bobs: Client
) -> None:
    factories.make_group(course, name="Owls")
    response = bobs.post(PAGE, {"name": typed})
    assert f"There is a group called {typed.strip()} already." in words(response)
    assert typed in response.content.decode()
    assert Group.objects.count() == 1


def test_the_same_name_in_another_course_is_free(bobs: Client) -> None:
    factories.make_group(factories.make_course(), name="Owls")
    bobs.post(PAGE, {"name": "Owls"})
    assert Group.objects.filter(name="Owls").count() == 2


def test_a_name_that_is_too_long_is_named(bobs: Client) -> None:
    assert "at most 80 characters" in words(bobs.post(PAGE, {"name": "x" * 81}))


def test_nobody_forms_a_second_group(course: Course, bobs: Client, bob: User) -> None:
    group = factories.make_group(course, bob, name="Owls")
    assert "You are in Owls already" in words(bobs.post(PAGE, {"name": "Larks"}, follow=True))
    assert list(Group.objects.all()) == [group]


def test_the_link_shows_who_is_in_it_and_a_press_joins(
    course: Course, bobs: Client, bob: User, priya: User
) -> None:
    group = factories.make_group(course, priya, name="Owls")
    link = f"{PAGE}join/{group.join_token}/"
    page = words(bobs.get(link))
    assert "In it: Priya Singh." in page
    assert members(group) == {priya}
    assert "You are now in Owls." in words(bobs.post(link, follow=True))
    assert members(group) == {priya, bob}
    assert "You are already in Owls." in words(bobs.post(link, follow=True))
    assert Event.objects.filter(kind="courses.group_joined").count() == 1


def test_the_members_see_the_link_and_others_do_not(
    course: Course, bobs: Client, sign_in: SignIn, bob: User, priya: User
) -> None:
    group = factories.make_group(course, bob)
    link = f"http://testserver{PAGE}join/{group.join_token}/"
    assert link in bobs.get(PAGE).content.decode()
    assert group.join_token not in sign_in(priya).get(PAGE).content.decode()


def test_a_renewed_link_makes_the_old_one_worthless(
    course: Course, bobs: Client, bob: User, sign_in: SignIn, priya: User
) -> None:
    group = factories.make_group(course, bob)
    old = f"{PAGE}join/{group.join_token}/"
    bobs.post(f"{PAGE}{group.pk}/link/")
    group.refresh_from_db()
    assert sign_in(priya).get(old).status_code == 404
    assert sign_in(priya).get(f"{PAGE}join/{group.join_token}/").status_code == 200


def test_who_is_in_a_group_is_told_to_leave_it_first(
    course: Course, bobs: Client, bob: User, priya: User
) -> None:
    factories.make_group(course, bob, name="Larks")
    owls = factories.make_group(course, priya, name="Owls")
    link = f"{PAGE}join/{owls.join_token}/"
    assert "You are in Larks already" in words(bobs.get(link))
    assert "You are in Larks already" in words(bobs.post(link, follow=True))
    assert members(owls) == {priya}


@pytest.mark.parametrize("person", ["alice", "carol", "erin"])
def test_only_students_join(
    person: str, course: Course, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    group = factories.make_group(course, name="Owls")
    client = sign_in(request.getfixturevalue(person))
    link = f"{PAGE}join/{group.join_token}/"
    assert "Only students join a group" in words(client.get(link))
    assert "Only students join a group" in words(client.post(link, follow=True))
    assert members(group) == set()


def test_an_auditor_forms_no_group(course: Course, sign_in: SignIn, erin: User) -> None:
    client = sign_in(erin)
    assert "Form a group" not in words(client.get(PAGE))
    page = words(client.post(PAGE, {"name": "Owls"}, follow=True))
    assert "auditors do not present" in page
    assert not Group.objects.exists()


def test_the_link_of_another_course_s_group_is_not_found(bobs: Client) -> None:
    group = factories.make_group(factories.make_course())
    assert bobs.get(f"{PAGE}join/{group.join_token}/").status_code == 404


# --- Leaving and renaming ----------------------------------------------------------------------


def test_leaving_keeps_the_group_for_the_others(
    course: Course, bobs: Client, bob: User, priya: User
) -> None:
    group = factories.make_group(course, bob, priya, name="Owls")
    sign_up(group, bob)
    assert "You left Owls." in words(bobs.post(f"{PAGE}{group.pk}/leave/", follow=True))
    assert members(group) == {priya}
    assert SignUp.objects.get().group == group


def test_the_last_one_takes_the_group_along(course: Course, bobs: Client, bob: User) -> None:
    group = factories.make_group(course, bob, name="Owls")
    assert "the group goes with you" in words(bobs.get(PAGE))
    bobs.post(f"{PAGE}{group.pk}/leave/")
    assert not Group.objects.exists()
    assert Event.objects.get().summary == "Bob Baker left Owls, which is gone"


def test_the_last_one_cannot_leave_seats_behind(course: Course, bobs: Client, bob: User) -> None:
    group = factories.make_group(course, bob, name="Owls")
    sign_up(group, bob)
    page = words(bobs.post(f"{PAGE}{group.pk}/leave/", follow=True))
    assert "You are the last one in Owls, which has signed up to present." in page
    assert members(group) == {bob}
    assert SignUp.objects.get().group == group
    assert not Event.objects.filter(kind="courses.group_left").exists()


def test_leaving_twice_or_leaving_others_groups_does_nothing(
    course: Course, bobs: Client, bob: User, priya: User
) -> None:
    owls = factories.make_group(course, priya, name="Owls")
    assert "You are not in Owls." in words(bobs.post(f"{PAGE}{owls.pk}/leave/", follow=True))
    mine = factories.make_group(course, bob)
    bobs.post(f"{PAGE}{mine.pk}/leave/")
    assert bobs.post(f"{PAGE}{mine.pk}/leave/").status_code == 404
    assert members(owls) == {priya}


def test_a_member_renames_the_group(course: Course, bobs: Client, bob: User) -> None:
    group = factories.make_group(course, bob, name="Group 1")
    response = bobs.post(f"{PAGE}{group.pk}/rename/", {"name": "Owls"})
    assert response["Location"] == f"{PAGE}#group-{group.pk}"
    group.refresh_from_db()
    assert group.name == "Owls"
    assert Event.objects.get().summary == "Group 1 is called Owls now"


def test_only_a_change_of_capitals_is_a_new_name_too(
    course: Course, bobs: Client, bob: User
) -> None:
    group = factories.make_group(course, bob, name="owls")
    bobs.post(f"{PAGE}{group.pk}/rename/", {"name": "Owls"})
    group.refresh_from_db()
    assert group.name == "Owls"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("Larks", "There is a group called Larks already."),
        ("", "This field is required."),
        ("x" * 81, "at most 80 characters"),
    ],
)
def test_a_refused_name_stands_where_it_was_typed(
    typed: str, message: str, course: Course, bobs: Client, bob: User
) -> None:
    factories.make_group(course, name="Larks")
    group = factories.make_group(course, bob, name="Owls")
    response = bobs.post(f"{PAGE}{group.pk}/rename/", {"name": typed})
    assert message in words(response)
    group.refresh_from_db()
    assert group.name == "Owls"


def test_others_groups_are_not_mine_to_rename(course: Course, bobs: Client, priya: User) -> None:
    group = factories.make_group(course, priya, name="Owls")
    assert bobs.post(f"{PAGE}{group.pk}/rename/", {"name": "Mine"}).status_code == 404
    assert bobs.post(f"{PAGE}{group.pk}/link/").status_code == 404


# --- Staff -------------------------------------------------------------------------------------


def test_those_without_a_group_are_shown(
    course: Course, alices: Client, bob: User, priya: User
) -> None:
    factories.make_group(course, priya, name="Owls")
    page = words(alices.get(PAGE))
    assert page.index("Without a group 1") < page.index("Bob Baker") < page.index("All groups 1")
    assert page.index("All groups 1") < page.index("Priya Singh")
    assert "Erin Evans" not in page
    assert "Carol Chen" not in page


def test_staff_make_an_empty_group_and_move_students_into_it(
    course: Course, sign_in: SignIn, carol: User, bob: User, priya: User
) -> None:
    client = sign_in(carol)
    client.post(PAGE, {"name": "Owls"})
    group = Group.objects.get()
    assert members(group) == set()
    factories.make_group(course, priya, name="Larks")
    response = client.post(
        f"{PAGE}place/", {"students": [bob.pk, priya.pk], "group": group.pk}, follow=True
    )
    assert "2 students are now in Owls." in words(response)
    assert members(group) == {bob, priya}
    assert "Every student is in a group." in words(client.get(PAGE))
    assert Event.objects.get(kind="courses.students_placed").summary == (
        "Bob Baker, Priya Singh: now in Owls"
    )


def test_staff_take_students_out_and_the_group_keeps_its_seats(
    course: Course, alices: Client, bob: User
) -> None:
    group = factories.make_group(course, bob, name="Owls")
    sign_up(group, bob)
    response = alices.post(f"{PAGE}place/", {"students": [bob.pk], "out": "1"}, follow=True)
    assert "1 student is now in no group." in words(response)
    assert not GroupMember.objects.exists()
    assert SignUp.objects.get().group == group


def test_who_is_there_already_is_not_moved(course: Course, alices: Client, bob: User) -> None:
    group = factories.make_group(course, bob)
    alices.post(f"{PAGE}place/", {"students": [bob.pk], "group": group.pk})
    assert members(group) == {bob}
    assert not Event.objects.exists()


@pytest.mark.parametrize("person", ["erin", "dave", "alice"])
def test_only_students_are_placed(
    person: str, course: Course, alices: Client, request: pytest.FixtureRequest
) -> None:
    group = factories.make_group(course)
    user = request.getfixturevalue(person)
    response = alices.post(f"{PAGE}place/", {"students": [user.pk], "group": group.pk})
    assert 'role="alert"' in response.content.decode()
    placed = placing.place_students(
        course=course, students=[user], group=group, actor=request.getfixturevalue("alice")
    )
    assert placed.moved == 0
    assert members(group) == set()


def test_moving_to_no_chosen_group_is_named_and_takes_nobody_out(
    course: Course, alices: Client, bob: User
) -> None:
    group = factories.make_group(course, bob)
    response = alices.post(f"{PAGE}place/", {"students": [bob.pk], "group": ""})
    assert "This field is required." in words(response)
    assert members(group) == {bob}


def test_moving_nobody_is_named(course: Course, alices: Client) -> None:
    group = factories.make_group(course)
    assert "Tick the students first." in words(alices.post(f"{PAGE}place/", {"group": group.pk}))


def test_staff_delete_an_empty_group_only(course: Course, alices: Client, bob: User) -> None:
    group = factories.make_group(course, bob, name="Owls")
    url = f"{PAGE}{group.pk}/delete/"
    assert "Owls has members" in words(alices.post(url, follow=True))
    sign_up(group, bob)
    GroupMember.objects.all().delete()
    assert "Owls has signed up to present" in words(alices.post(url, follow=True))
    SignUp.objects.all().delete()
    assert "Owls is deleted." in words(alices.post(url, follow=True))
    assert not Group.objects.exists()


def test_staff_rename_any_group(course: Course, sign_in: SignIn, carol: User, bob: User) -> None:
    group = factories.make_group(course, bob, name="Group 1")
    sign_in(carol).post(f"{PAGE}{group.pk}/rename/", {"name": "Owls"})
    group.refresh_from_db()
    assert group.name == "Owls"


@pytest.mark.parametrize("how", ["removed", "auditor", "assistant"])
def test_who_is_no_student_any_more_is_in_no_group(how: str, course: Course, bob: User) -> None:
    group = factories.make_group(course, bob)
    sign_up(group, bob)
    membership = Membership.objects.get(course=course, user=bob)
    if how == "removed":
        remove_member(membership=membership)
    else:
        change_role(membership=membership, role=Role(how))
    assert members(group) == set()
    assert SignUp.objects.get().group == group


# --- Who sees it -------------------------------------------------------------------------------

EVERY_PATH = [
    ("get", ""),
    ("post", ""),
    ("post", "place/"),
    ("get", "join/{group.join_token}/"),
    ("post", "join/{group.join_token}/"),
    ("post", "{group.pk}/rename/"),
    ("post", "{group.pk}/join/"),
    ("post", "{group.pk}/leave/"),
    ("post", "{group.pk}/link/"),
    ("post", "{group.pk}/delete/"),
    ("post", "{group.pk}/invite/"),
    ("get", "{group.pk}/merge/"),
    ("post", "{group.pk}/merge/"),
    ("post", "limits/"),
    ("get", "place/all/"),
    ("post", "place/all/"),
    ("post", "invitations/1/accept/"),
    ("post", "invitations/1/withdraw/"),
]


@pytest.mark.parametrize(("method", "path"), EVERY_PATH)
def test_outsiders_and_visitors_get_404_even_in_a_public_course(
    method: str, path: str, course: Course, sign_in: SignIn, bob: User, dave: User
) -> None:
    course.visibility = Visibility.PUBLIC
    course.save()
    group = factories.make_group(course, bob, name="Owls")
    for client in (sign_in(dave), Client()):
        response = getattr(client, method)(PAGE + path.format(group=group), {"name": "Mine"})
        assert response.status_code == 404
    assert list(Group.objects.values_list("name", flat=True)) == ["Owls"]
    assert members(group) == {bob}


@pytest.mark.parametrize(
    "path", ["place/", "place/all/", "limits/", "{group.pk}/merge/", "{group.pk}/delete/"]
)
def test_students_do_not_put_things_right(
    path: str, course: Course, bobs: Client, bob: User
) -> None:
    group = factories.make_group(course)
    data = {"students": [bob.pk], "group": group.pk}
    assert bobs.post(PAGE + path.format(group=group), data).status_code == 404
    assert members(group) == set()
    assert 'name="students"' not in bobs.get(PAGE).content.decode()


def test_a_group_of_another_course_is_not_found(alices: Client) -> None:
    group = factories.make_group(factories.make_course(), name="Theirs")
    for method, path in EVERY_PATH:
        if "{group" in path:
            response = getattr(alices, method)(PAGE + path.format(group=group), {"name": "Mine"})
            assert response.status_code == 404
    assert "Theirs" not in words(alices.get(PAGE))


def test_groups_are_in_the_order_people_expect_mine_first(
    course: Course, bobs: Client, bob: User
) -> None:
    for name in ("Group 10", "Group 2", "group 1"):
        factories.make_group(course, name=name)
    factories.make_group(course, bob, name="Zebras")
    page = words(bobs.get(PAGE))
    page = page[page.index("All groups") :]
    places = [page.index(name) for name in ("Zebras", "group 1", "Group 2", "Group 10")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("first", "second"),
    [("Group 2", "Group 10"), ("a", "B"), ("7 dwarfs", "12 monkeys"), ("a", "a1"), ("", "1")],
)
def test_names_sort_with_their_numbers(first: str, second: str) -> None:
    assert queries.natural(first) < queries.natural(second)


def test_the_page_takes_as_many_queries_with_thirty_groups_as_with_one(
    course: Course, alices: Client, bob: User, django_assert_num_queries: Any
) -> None:
    factories.make_group(course, bob)
    with django_assert_num_queries(9):
        alices.get(PAGE)
    slot = factories.make_slot(
        factories.put_on_agenda(factories.make_meeting(course), text="Pitches"),
        seats=30,
        taken_by=TakenBy.GROUP,
    )
    for seat in slot.seats.all():
        student = factories.make_user()
        factories.enrol(course, student)
        group = factories.make_group(course, student)
        slot.sign_ups.create(seat=seat, group=group, created_by=student)
    with django_assert_num_queries(9):
        alices.get(PAGE)


# --- At once -----------------------------------------------------------------------------------


def forming(course: Course, user: User) -> Callable[[], object]:
    return functools.partial(services.form_group, course=course, name="", actor=user)


@pytest.mark.django_db(transaction=True)
def test_unnamed_groups_formed_at_once_get_numbers_of_their_own(course: Course) -> None:
    students = [factories.make_user() for _number in range(8)]
    for student in students:
        factories.enrol(course, student)
    formed = at_once([forming(course, student) for student in students])
    assert {str(group) for group in formed} == {f"Group {n}" for n in range(1, 9)}


@pytest.mark.django_db(transaction=True)
def test_pressing_in_many_windows_makes_one_group(course: Course, bob: User) -> None:
    outcomes = at_once([forming(course, bob)] * 5)
    assert sum(isinstance(one, Group) for one in outcomes) == 1
    assert Group.objects.count() == GroupMember.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_student_who_joins_while_the_last_member_leaves_is_not_lost(
    course: Course, bob: User, priya: User
) -> None:
    for _round in range(5):
        group = factories.make_group(course, bob)
        mine, hers = Group.objects.get(pk=group.pk), Group.objects.get(pk=group.pk)
        joined, left = at_once(
            [
                functools.partial(services.join_group, group=hers, actor=priya),
                functools.partial(services.leave_group, group=mine, actor=bob),
            ]
        )
        assert left is None
        alive = Group.objects.filter(pk=group.pk).exists()
        assert alive == (joined is True) == GroupMember.objects.filter(user=priya).exists()
        GroupMember.objects.all().delete()
        Group.objects.all().delete()
