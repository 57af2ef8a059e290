"""Staff put everything right: merge, delete, place all who are left."""

from __future__ import annotations

import functools
import re

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.groups import filling, services
from readings.courses.groups.holding import wanted_sizes
from readings.courses.groups.limits import Limits
from readings.courses.groups.refusals import OtherProposal
from readings.courses.models import Course, Event, Group, GroupInvitation, GroupMember
from readings.presentations.models import Sheet, SignUp, TakenBy
from readings.presentations.projects.models import Project
from tests import factories
from tests.at_once import at_once
from tests.courses.groups.conftest import members, sign_up
from tests.pages_text import words

PAGE = "/c/compilers/groups/"

pytestmark = pytest.mark.django_db


def make_students(course: Course, number: int) -> list[User]:
    students = [factories.make_user() for _number in range(number)]
    for student in students:
        factories.enrol(course, student)
    return students


def confirm(alices: Client, seed: int = 1) -> dict[str, str]:
    """What the button under the proposal sends."""
    page = alices.get(f"{PAGE}place/all/?seed={seed}").content.decode()
    return dict(re.findall(r'name="(seed|digest)" value="(\w+)"', page))


# --- Merging and deleting ------------------------------------------------------------------------


def test_two_groups_become_one(course: Course, bob: User, priya: User, alices: Client) -> None:
    owls = factories.make_group(course, bob, name="Owls")
    larks = factories.make_group(course, priya, name="Larks")
    sign_up(larks, priya)
    page = words(alices.post(f"{PAGE}{owls.pk}/merge/", {"into": larks.pk}, follow=True))
    assert "Owls is part of Larks now." in page
    assert members(larks) == {bob, priya}
    assert list(Group.objects.all()) == [larks]
    assert Event.objects.get(kind="courses.groups_merged").summary == "Owls is part of Larks now"


@pytest.mark.parametrize("holds", ["seats", "project"])
def test_a_group_that_holds_something_is_not_merged_away(
    holds: str, course: Course, bob: User, priya: User, alices: Client
) -> None:
    owls = factories.make_group(course, bob, name="Owls")
    larks = factories.make_group(course, priya, name="Larks")
    if holds == "seats":
        sign_up(owls, bob)
    else:
        Project.objects.create(group=owls, title="Fusing", updated_by=bob)
    page = words(alices.post(f"{PAGE}{owls.pk}/merge/", {"into": larks.pk}, follow=True))
    assert {
        "seats": "Owls has signed up to present Pitches",
        "project": "Owls has a project page. Merge Larks into it instead",
    }[holds] in page
    assert (members(owls), members(larks)) == ({bob}, {priya})


@pytest.mark.parametrize("into", ["", "same", "elsewhere", "gone"])
def test_merging_with_nothing_changes_nothing(
    into: str, course: Course, bob: User, alices: Client
) -> None:
    owls = factories.make_group(course, bob, name="Owls")
    elsewhere = factories.make_group(factories.make_course(), name="Far away")
    key = {"": "", "same": owls.pk, "elsewhere": elsewhere.pk, "gone": 10**6}[into]
    page = words(alices.post(f"{PAGE}{owls.pk}/merge/", {"into": key}, follow=True))
    assert "Choose the group it is to be part of." in page or "merged with another one" in page
    assert members(owls) == {bob}


def test_a_group_with_a_project_stays_when_the_last_one_leaves(
    course: Course, bob: User, bobs: Client, alices: Client
) -> None:
    owls = factories.make_group(course, bob, name="Owls")
    Project.objects.create(group=owls, title="Fusing", updated_by=bob)
    assert "the group stays without anybody in it, with its project page" in words(bobs.get(PAGE))
    bobs.post(f"{PAGE}{owls.pk}/leave/")
    assert members(owls) == set()
    page = words(alices.post(f"{PAGE}{owls.pk}/delete/", follow=True))
    assert "Owls has a project page." in page
    assert Project.objects.get().group == owls


def test_who_is_moved_out_leaves_seats_behind_and_staff_are_told(
    course: Course, bob: User, priya: User, alices: Client
) -> None:
    owls = factories.make_group(course, bob, name="Owls")
    larks = factories.make_group(course, priya, name="Larks")
    sign_up(owls, bob)
    assert "Presents Pitches" in words(alices.get(PAGE))
    page = alices.post(f"{PAGE}place/", {"students": [bob.pk], "group": larks.pk}, follow=True)
    assert re.search(r"Owls presents Pitches( \(.*\))?, and has no students now\.", words(page))
    assert SignUp.objects.get().group == owls


def test_two_hundred_students_are_placed_at_once(course: Course, alices: Client) -> None:
    group = factories.make_group(course, name="Everybody")
    students = make_students(course, 200)
    data = {"students": [student.pk for student in students], "group": group.pk}
    assert "200 students are now in Everybody." in words(
        alices.post(f"{PAGE}place/", data, follow=True)
    )
    assert group.members.count() == 200


# --- Placing all who are left --------------------------------------------------------------------


def test_what_is_confirmed_is_what_was_shown(
    course: Course, bob: User, priya: User, alices: Client
) -> None:
    course.fewest_in_group, course.most_in_group = 2, 3
    course.save()
    owls = factories.make_group(course, bob, name="Owls")
    GroupInvitation.objects.create(group=owls, user=priya, invited_by=bob)
    make_students(course, 5)
    shown = words(alices.get(f"{PAGE}place/all/"))
    assert "6 students without a group. A group is to have 2–3." in shown
    found = filling.read_filling(course, 1)
    page = words(alices.post(f"{PAGE}place/all/", confirm(alices), follow=True))
    assert "6 students are now in a group." in page
    assert "Every student is in a group." in page
    sizes = sorted(group.members.count() for group in Group.objects.all())
    assert sizes == [2, 2, 3]
    for key, students in found.proposal.into.items():
        assert {member.pk for member in members(Group.objects.get(pk=key))} >= set(students)
    assert not GroupInvitation.objects.exists()
    assert Event.objects.get().summary == "6 students without a group placed into groups"


@pytest.mark.parametrize("what", ["joined", "formed", "limits", "tampered"])
def test_another_proposal_is_shown_when_something_changed(
    what: str, course: Course, bob: User, priya: User, alices: Client, alice: User
) -> None:
    owls = factories.make_group(course, bob, name="Owls")
    make_students(course, 3)
    data = confirm(alices)
    if what == "joined":
        services.join_group(group=owls, actor=priya)
    elif what == "formed":
        services.form_group(course=course, name="", actor=priya)
    elif what == "limits":
        Course.objects.filter(pk=course.pk).update(most_in_group=2)
    else:
        data["seed"] = "2"
    before = GroupMember.objects.count()
    response = alices.post(f"{PAGE}place/all/", data)
    assert response.status_code == 409
    assert "This is a new proposal." in words(response)
    assert GroupMember.objects.count() == before


@pytest.mark.parametrize("seed", ["", "x", "-1", "9" * 30])
def test_a_seed_that_is_none_is_the_first(seed: str, course: Course, alices: Client) -> None:
    make_students(course, 2)
    assert "Drawn with the number 1:" in words(alices.get(f"{PAGE}place/all/?seed={seed}"))


def test_those_for_whom_there_is_no_group_are_named(
    course: Course, bob: User, alices: Client
) -> None:
    course.fewest_in_group = 2
    course.save()
    page = words(alices.get(f"{PAGE}place/all/"))
    assert "No group within the limits for Bob Baker" in page
    assert "Place 0" not in page


def test_there_is_nobody_to_place(course: Course, bob: User, alices: Client) -> None:
    factories.make_group(course, bob)
    assert "there is nobody to place" in words(alices.get(f"{PAGE}place/all/"))


@pytest.mark.django_db(transaction=True)
def test_placing_all_while_students_form_groups_loses_nobody(course: Course, alice: User) -> None:
    students = make_students(course, 4)
    digest = filling.read_filling(course, 1).digest
    outcomes = at_once(
        [
            functools.partial(
                filling.apply_filling, course=course, seed=1, digest=digest, actor=alice
            ),
            *(
                functools.partial(services.form_group, course=course, name="", actor=student)
                for student in students
            ),
        ]
    )
    placed = outcomes[0]
    assert placed == 5 or isinstance(placed, OtherProposal)  # Bob is a student too
    assert GroupMember.objects.count() == (5 if placed == 5 else 4)
    assert Group.objects.filter(members__isnull=True).count() == 0


# --- Names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("🦉🦉", "🦉🦉"),
        ("كتاب  Owls", "كتاب Owls"),
        ("نیم\u200cفاصله", "نیم\u200cفاصله"),
        ("Owls\n\tof night", "Owls of night"),
    ],
)
def test_names_of_all_scripts_are_kept(typed: str, stored: str, bobs: Client) -> None:
    page = words(bobs.post(PAGE, {"name": typed}, follow=True))
    assert Group.objects.get().name == stored
    assert stored in page


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("\u200b\u200f", "Nothing of this name can be seen."),
        ("ÖWLS", "There is a group called ÖWLS already."),
        ("O\u0308wls", "already. Choose another name."),
    ],
)
def test_names_that_look_alike_or_like_nothing_are_refused(
    typed: str, message: str, course: Course, bobs: Client
) -> None:
    factories.make_group(course, name="öwls")
    assert message in words(bobs.post(PAGE, {"name": typed}))
    assert Group.objects.count() == 1


def test_where_the_course_sets_no_sizes_the_sheets_do(
    course: Course, alices: Client, bob: User
) -> None:
    make_students(course, 6)  # with Bob seven
    meeting = factories.make_meeting(course)
    for title, fewest, most in (("Pitches", 2, 4), ("Finals", 3, None)):
        item = factories.put_on_agenda(meeting, text=title)
        sheet = factories.make_slot(item, taken_by=TakenBy.GROUP).sheet
        Sheet.objects.filter(pk=sheet.pk).update(fewest_members=fewest, most_members=most)
        sheet.title = title
        sheet.save(update_fields=["title"])
    page = words(alices.get(f"{PAGE}place/all/"))
    assert "for its sign-up sheets a group has to have 3–4." in page
    alices.post(f"{PAGE}place/all/", confirm(alices))
    assert sorted(group.members.count() for group in Group.objects.all()) == [3, 4]
    assert wanted_sizes(course) == Limits(3, 4)
    Sheet.objects.filter(title="Finals").update(fewest_members=5)  # no size goes with both
    assert wanted_sizes(course) == Limits()


def test_merging_is_asked_first_and_says_what_comes_of_it(
    course: Course, bob: User, priya: User, alices: Client
) -> None:
    Course.objects.update(most_in_group=1)
    owls = factories.make_group(course, bob, name="Owls")
    larks = factories.make_group(course, priya, name="Larks")
    page = words(alices.get(f"{PAGE}{owls.pk}/merge/?into={larks.pk}"))
    assert "1 student moves, and Owls is gone." in page
    assert "Larks has 2 of at most 1: 1 too many then." in page
    assert Group.objects.count() == 2
    sign_up(owls, bob)
    response = alices.get(f"{PAGE}{owls.pk}/merge/?into={larks.pk}")
    assert "would be left without anybody. Merge Larks into it instead" in words(response)
    assert "button-danger" not in response.content.decode()
