"""A group invites; the invited says yes or no."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from readings.accounts.models import User
from readings.courses.access import find_access
from readings.courses.groups import inviting, placing, queries, services
from readings.courses.groups.refusals import GroupGone, InvitationGone, NotAStudent
from readings.courses.models import (
    Course,
    Event,
    Group,
    GroupInvitation,
    Membership,
    Role,
)
from readings.courses.services import change_role, remove_member
from tests import factories
from tests.conftest import SignIn
from tests.courses.groups.conftest import members
from tests.pages_text import words

pytestmark = pytest.mark.django_db

PAGE = "/c/compilers/groups/"


@pytest.fixture
def owls(course: Course, bob: User) -> Group:
    return factories.make_group(course, bob, name="Owls")


@pytest.fixture
def invitation(owls: Group, bob: User, priya: User) -> GroupInvitation:
    """Bob's group has invited Priya."""
    inviting.invite_student(group=owls, student=priya, actor=bob)
    return GroupInvitation.objects.get()


def test_a_member_invites_and_only_the_invited_is_told(
    owls: Group, bobs: Client, priya: User, priyas: Client, alices: Client
) -> None:
    assert "Priya Singh</option>" in bobs.get(PAGE).content.decode()
    response = bobs.post(f"{PAGE}{owls.pk}/invite/", {"student": priya.pk}, follow=True)
    assert "Priya Singh is invited." in words(response)
    assert "Priya Singh</option>" not in bobs.get(PAGE).content.decode()
    event = Event.objects.get()
    assert event.recipient == priya
    assert event.summary == "Bob Baker invites you to join Owls"
    assert "Bob Baker invites you to join Owls" in words(priyas.get(PAGE))
    assert "invites you" not in words(alices.get(PAGE))


def test_accepting_joins_and_voids_the_other_invitations(
    course: Course, invitation: GroupInvitation, owls: Group, priya: User, priyas: Client
) -> None:
    other = factories.make_group(course, factories.make_user(), name="Larks")
    GroupInvitation.objects.create(group=other, user=priya, invited_by=priya)
    elsewhere = factories.make_group(factories.make_course(), name="Far away")
    kept = GroupInvitation.objects.create(group=elsewhere, user=priya, invited_by=priya)
    page = words(priyas.post(f"{PAGE}invitations/{invitation.pk}/accept/", follow=True))
    assert "You are now in Owls." in page
    assert priya in members(owls)
    assert list(GroupInvitation.objects.all()) == [kept]


def test_declining_tells_who_invited_and_nobody_else(
    invitation: GroupInvitation, owls: Group, bob: User, priya: User, priyas: Client
) -> None:
    for _press in range(2):
        priyas.post(f"{PAGE}invitations/{invitation.pk}/decline/")
    event = Event.objects.get(kind="courses.group_invitation_declined")
    assert (event.recipient, event.summary) == (bob, "Priya Singh will not join Owls")
    assert members(owls) == {bob}
    assert not GroupInvitation.objects.exists()


def test_a_withdrawn_invitation_is_not_accepted(
    invitation: GroupInvitation, owls: Group, bob: User, bobs: Client, priya: User, priyas: Client
) -> None:
    assert "is no longer invited" in words(
        bobs.post(f"{PAGE}invitations/{invitation.pk}/withdraw/", follow=True)
    )
    page = words(priyas.post(f"{PAGE}invitations/{invitation.pk}/accept/", follow=True))
    assert "This invitation is no longer there" in page
    with pytest.raises(InvitationGone):  # withdrawn between the look and the press
        inviting.accept_invitation(invitation=invitation, actor=priya)
    assert members(owls) == {bob}


@pytest.mark.parametrize("answer", ["accept", "decline", "withdraw"])
def test_nobody_answers_for_another(
    answer: str, course: Course, invitation: GroupInvitation, owls: Group, sign_in: SignIn
) -> None:
    grace = factories.make_user("Grace Gao")
    factories.enrol(course, grace)
    sign_in(grace).post(f"{PAGE}invitations/{invitation.pk}/{answer}/")
    assert GroupInvitation.objects.get() == invitation
    assert grace not in members(owls)


@pytest.mark.parametrize("how", ["forms", "joins", "placed"])
def test_who_is_in_a_group_is_invited_to_none(
    how: str, course: Course, invitation: GroupInvitation, alice: User, priya: User
) -> None:
    larks = factories.make_group(course, factories.make_user(), name="Larks")
    if how == "forms":
        services.form_group(course=course, name="Mine", actor=priya)
    elif how == "joins":
        services.join_group(group=larks, actor=priya)
    else:
        placing.place_students(course=course, students=[priya], group=larks, actor=alice)
    assert not GroupInvitation.objects.exists()


@pytest.mark.parametrize("how", ["removed", "auditor"])
def test_who_left_the_course_is_invited_no_more(
    how: str, course: Course, invitation: GroupInvitation, owls: Group, bob: User, priya: User
) -> None:
    membership = Membership.objects.get(course=course, user=priya)
    if how == "removed":
        remove_member(membership=membership)
    else:
        change_role(membership=membership, role=Role.AUDITOR)
    assert not GroupInvitation.objects.exists()
    with pytest.raises(NotAStudent, match="Priya Singh is not a student of this course any more"):
        inviting.invite_student(group=owls, student=priya, actor=bob)


def test_an_invitation_to_a_group_that_is_gone_is_not_accepted(
    invitation: GroupInvitation, owls: Group, bob: User, priya: User
) -> None:
    read = GroupInvitation.objects.select_related("group__course").get()
    services.leave_group(group=owls, actor=bob)
    with pytest.raises(GroupGone):
        inviting.accept_invitation(invitation=read, actor=priya)
    assert not Group.objects.exists()


@pytest.mark.parametrize(
    ("person", "message"),
    [
        ("", "Choose a name first."),
        ("priya", "They are in a group by now, or not in this course any more."),
        ("erin", "They are in a group by now"),
        ("dave", "They are in a group by now"),
    ],
)
def test_only_students_without_a_group_are_invited(
    person: str,
    message: str,
    course: Course,
    owls: Group,
    bobs: Client,
    priya: User,
    request: pytest.FixtureRequest,
) -> None:
    factories.make_group(course, priya)
    student = request.getfixturevalue(person).pk if person else ""
    assert message in words(bobs.post(f"{PAGE}{owls.pk}/invite/", {"student": student}))
    assert not GroupInvitation.objects.exists()


def test_only_members_invite(
    owls: Group, priya: User, priyas: Client, alices: Client, bob: User
) -> None:
    for client in (priyas, alices):
        response = client.post(f"{PAGE}{owls.pk}/invite/", {"student": priya.pk})
        assert response.status_code == 404
    assert not GroupInvitation.objects.exists()


def test_two_hundred_names_at_once_invite_one(course: Course, owls: Group, bobs: Client) -> None:
    students = [factories.make_user() for _number in range(20)]
    for student in students:
        factories.enrol(course, student)
    bobs.post(f"{PAGE}{owls.pk}/invite/", {"student": [one.pk for one in students] * 10})
    assert GroupInvitation.objects.count() == 1


def test_what_stands_on_top_of_the_sign_ups(
    course: Course,
    invitation: GroupInvitation,
    bob: User,
    priya: User,
    django_assert_num_queries: Any,
) -> None:
    access = find_access(user=priya, slug=course.slug)
    with django_assert_num_queries(2):
        (one,) = queries.invitations_of(access)
    assert (one.invitation, one.members, one.is_full) == (invitation, "Bob Baker", False)
    html = render_to_string("courses/_invitations.html", {"invitations": [one], "access": access})
    assert f'action="{PAGE}invitations/{invitation.pk}/accept/"' in html
    assert queries.invitations_of(find_access(user=bob, slug=course.slug)) == []
