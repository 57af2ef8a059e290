"""How many students a group is to have, and what comes of it."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.groups import inviting, services
from readings.courses.groups.limits import Limits
from readings.courses.groups.refusals import GroupFull, GroupHasMembers, GroupHoldsSeats
from readings.courses.models import Audience, Course, Event, Group, GroupInvitation, GroupMember
from readings.presentations.models import Sheet, SignUp
from tests import factories
from tests.at_once import at_once
from tests.conftest import SignIn
from tests.courses.groups.conftest import members, sign_up
from tests.pages_text import words

PAGE = "/c/compilers/groups/"


@pytest.mark.parametrize(
    ("limits", "members", "expected"),
    [
        (Limits(), 3, ""),
        (Limits(2, 3), 1, "1 of 2–3: 1 more needed"),
        (Limits(2, 3), 2, "2 of 2–3: 1 place left"),
        (Limits(2, 3), 3, "3 of 2–3: full"),
        (Limits(2, 3), 5, "5 of 2–3: 2 too many"),
        (Limits(None, 4), 2, "2 of at most 4: 2 places left"),
        (Limits(2, None), 7, "7 of at least 2"),
        (Limits(3, 3), 0, "0 of 3: 3 more needed"),
    ],
)
def test_a_size_is_said_in_words(limits: Limits, members: int, expected: str) -> None:
    assert limits.words(members) == expected


@pytest.fixture
def limited(course: Course) -> Course:
    """Groups of 2 to 2."""
    Course.objects.filter(pk=course.pk).update(fewest_in_group=2, most_in_group=2)
    course.refresh_from_db()
    return course


@pytest.mark.django_db
def test_staff_set_the_limits(course: Course, alices: Client, bob: User, bobs: Client) -> None:
    factories.make_group(course, bob, name="Owls")
    page = words(alices.post(f"{PAGE}limits/", {"fewest": "2", "most": "3"}, follow=True))
    assert "Groups are to have 2–3 students." in page
    assert "Owls 1 of 2–3: 1 more needed" in page
    assert "1 of 2–3: 1 more needed" in words(bobs.get(PAGE))
    alices.post(f"{PAGE}limits/", {"fewest": "2", "most": "3"})
    assert Event.objects.get().summary == "Groups are to have 2–3 students"
    alices.post(f"{PAGE}limits/", {"fewest": "", "most": ""})
    course.refresh_from_db()
    assert (course.fewest_in_group, course.most_in_group) == (None, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fewest", "most", "message"),
    [
        ("3", "2", "This is below the 3"),
        ("0", "2", "greater than or equal to 1"),
        ("2", "100000", "less than or equal to 99"),
        ("two", "", "Enter a whole number."),
    ],
)
def test_limits_that_cannot_be_are_refused_where_they_were_typed(
    fewest: str, most: str, message: str, course: Course, alices: Client
) -> None:
    response = alices.post(f"{PAGE}limits/", {"fewest": fewest, "most": most})
    assert message in words(response)
    assert f'value="{fewest}"' in response.content.decode()
    course.refresh_from_db()
    assert course.most_in_group is None


@pytest.mark.django_db
def test_a_full_group_takes_nobody_by_link_or_invitation_and_invites_nobody(
    limited: Course, bob: User, priya: User, priyas: Client
) -> None:
    grace = factories.make_user("Grace Gao")
    factories.enrol(limited, grace)
    owls = factories.make_group(limited, bob, name="Owls")
    factories.make_group(limited, factories.make_user("Hal"), name="Larks")
    inviting.invite_student(group=owls, student=priya, actor=bob)
    GroupMember.objects.create(group=owls, course=limited, user=grace)
    page = words(priyas.get(f"{PAGE}join/{owls.join_token}/"))
    assert "Owls is full: nobody else can join it." in page
    assert "Larks : Hal 1 of 2: 1 more needed" in page
    page = words(priyas.post(f"{PAGE}join/{owls.join_token}/", follow=True))
    assert "Owls is full: a group of this course has 2 students, and it has 2." in page
    assert "It is full at the moment: the invitation waits until there is room." in page
    invitation = GroupInvitation.objects.get()
    page = words(priyas.post(f"{PAGE}invitations/{invitation.pk}/accept/", follow=True))
    assert "Owls is full" in page
    assert members(owls) == {bob, grace}
    with pytest.raises(GroupFull):
        inviting.invite_student(group=owls, student=priya, actor=bob)


@pytest.mark.django_db
def test_staff_may_exceed_and_are_told(
    limited: Course, bob: User, priya: User, alices: Client
) -> None:
    group = factories.make_group(limited, bob, factories.make_user(), name="Owls")
    page = alices.post(f"{PAGE}place/", {"students": [priya.pk], "group": group.pk}, follow=True)
    assert "Owls has 3 of 2: 1 too many." in words(page)
    assert priya in members(group)


@pytest.mark.django_db
def test_a_group_that_shrinks_keeps_its_seats_and_all_are_told(
    limited: Course, bob: User, bobs: Client, priya: User, alices: Client
) -> None:
    group = factories.make_group(limited, bob, priya, name="Owls")
    sign_up(group, bob)
    page = words(bobs.get(PAGE))
    assert "Without you it has 1, and 2 are wanted. It keeps its seats" in page
    assert "stays with the others: Pitches" in page
    bobs.post(f"{PAGE}{group.pk}/leave/")
    assert SignUp.objects.get().group == group
    event = Event.objects.get(kind="courses.group_too_small")
    assert event.audience == Audience.STAFF
    assert event.summary.startswith("Owls has 1 of 2: 1 more needed; it presents Pitches")
    page = words(alices.get(PAGE))
    assert "Owls 1 of 2: 1 more needed holds Pitches" in page


@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_the_last_place_one_gets_it(limited: Course, bob: User) -> None:
    group = factories.make_group(limited, bob, name="Owls")
    students = [factories.make_user() for _number in range(6)]
    for student in students:
        factories.enrol(limited, student)
    GroupInvitation.objects.bulk_create(
        GroupInvitation(group=group, user=student, invited_by=bob) for student in students[:3]
    )
    actions: list[Callable[[], object]] = [
        functools.partial(inviting.accept_invitation, invitation=one, actor=one.user)
        for one in GroupInvitation.objects.select_related("group__course", "user")
    ]
    actions += [
        functools.partial(services.join_group, group=Group.objects.get(pk=group.pk), actor=student)
        for student in students[3:]
    ]
    outcomes = at_once(actions)
    assert sum(isinstance(one, GroupFull) for one in outcomes) == 5
    assert group.members.count() == 2


@pytest.mark.django_db
def test_a_full_group_s_link_says_so_first_and_offers_what_can_be_joined(
    course: Course, bob: User, priya: User, sign_in: SignIn
) -> None:
    Course.objects.update(most_in_group=1)
    owls = factories.make_group(course, bob, name="Owls")
    empty = factories.make_group(course, name="Larks")
    link = f"{PAGE}join/{owls.join_token}/"
    priyas = sign_in(priya)
    page = priyas.get(link)
    assert "Owls is full: nobody else can join it." in words(page)
    assert "Join Larks , in which nobody is yet" in words(page)
    assert "ask one of them" not in words(page)
    assert f"{PAGE}{empty.pk}/join/" in priyas.get(PAGE).content.decode()
    assert "You are now in Larks." in words(priyas.post(f"{PAGE}{empty.pk}/join/", follow=True))
    again = words(priyas.get(link))
    assert "Owls is full" in again
    assert "You are in Larks , and stay there." in again
    assert "Leave it first" not in again


@pytest.mark.django_db
def test_only_an_empty_group_that_holds_nothing_is_joined_without_a_link(
    course: Course, bob: User, priya: User, sign_in: SignIn
) -> None:
    owls = factories.make_group(course, bob, name="Owls")
    with pytest.raises(GroupHasMembers, match="let them invite you"):
        services.join_empty_group(group=owls, actor=priya)
    sign_up(owls, bob)
    GroupMember.objects.all().delete()
    with pytest.raises(GroupHoldsSeats, match="ask staff to put you into it"):
        services.join_empty_group(group=owls, actor=priya)
    page = sign_in(priya).get(PAGE).content.decode()
    assert f"{PAGE}{owls.pk}/join/" not in page


@pytest.mark.django_db
def test_who_leaves_reads_that_sheets_want_more_members(
    course: Course, bob: User, priya: User, sign_in: SignIn
) -> None:
    owls = factories.make_group(course, bob, priya, name="Owls")
    sign_up(owls, bob)
    Sheet.objects.update(fewest_members=2)
    page = words(sign_in(bob).get(PAGE))
    assert "Without you it has 1, and at least 2 are wanted." in page
