"""The page of a group's project: read by the course, written by the group and staff."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from readings.accounts.models import User
from readings.courses.access import find_access
from readings.courses.models import Course, Event, Group, GroupMember, Visibility
from readings.presentations.models import Slot, TakenBy
from readings.presentations.projects import queries, services
from readings.presentations.projects.models import Project
from tests import factories
from tests.conftest import SignIn
from tests.pages_text import words

pytestmark = pytest.mark.django_db

GROUPS = "/c/compilers/groups/"
TEXTS = {
    "title": "Fusing loops",
    "pitch": "It is $O(n^2)$.",
    "update": "",
    "final": "",
    "repository": "github.com/owls/fusing",
    "links": "https://example.org/a.pdf Slides of the pitch\nTalk: https://www.example.net/v",
    "version": "0",
}


@pytest.fixture
def priya(course: Course) -> User:
    """Another student."""
    user = factories.make_user("Priya Singh")
    factories.enrol(course, user)
    return user


@pytest.fixture
def owls(course: Course, bob: User) -> Group:
    return factories.make_group(course, bob, name="Owls")


@pytest.fixture
def bobs(sign_in: SignIn, owls: Group, bob: User) -> Client:
    return sign_in(bob)


@pytest.fixture
def project(owls: Group, bob: User) -> Project:
    return Project.objects.create(group=owls, title="Fusing loops", pitch="It.", updated_by=bob)


def page_of(group: Group) -> str:
    return f"{GROUPS}{group.pk}/project/"


def give_slot(group: Group, **fields: Any) -> Slot:
    """A pitch that the group presents."""
    item = factories.put_on_agenda(factories.make_meeting(group.course), text="Pitches")
    slot = factories.make_slot(item, taken_by=TakenBy.GROUP, **fields)
    member = factories.make_user()
    slot.sign_ups.create(seat=slot.seats.get(), group=group, created_by=member)
    return slot


def test_a_member_writes_and_the_course_reads(
    owls: Group, bobs: Client, sign_in: SignIn, erin: User
) -> None:
    assert "What are you working on?" in words(bobs.get(page_of(owls)))
    response = bobs.post(f"{page_of(owls)}edit/", TEXTS)
    assert response["Location"] == page_of(owls)
    page = sign_in(erin).get(page_of(owls))
    html = page.content.decode()
    assert "<math" in html
    assert (
        '<a href="https://github.com/owls/fusing" rel="noopener noreferrer nofollow ugc">' in html
    )
    shown = words(page)
    assert "Repository github.com" in shown
    assert "Slides of the pitch example.org" in shown
    assert "Talk example.net" in shown
    assert "Edit" not in shown
    assert "Update" not in shown
    assert Event.objects.get().summary == "Bob Baker began the project page of Owls"


def test_staff_write_too_and_saving_the_same_again_is_no_change(
    project: Project, owls: Group, sign_in: SignIn, carol: User
) -> None:
    client = sign_in(carol)
    texts = TEXTS | {"version": "1", "pitch": "New."}
    for _press in range(2):
        client.post(f"{page_of(owls)}edit/", texts)
        project.refresh_from_db()
        texts["version"] = str(project.version)
    assert (project.pitch, project.version, project.updated_by) == ("New.", 2, carol)
    assert Event.objects.get().kind == "presentations.project_changed"


def test_text_is_shown_safely(owls: Group, bobs: Client) -> None:
    evil = "<script>alert(1)</script> [x](javascript:alert(1)) ![p](https://example.org/p.png)"
    bobs.post(f"{page_of(owls)}edit/", TEXTS | {"pitch": evil, "title": "<b>Bold</b> 🦉 كتاب"})
    for path in (page_of(owls), f"{GROUPS}projects/", GROUPS):
        html = bobs.get(path).content.decode()
        assert "<script>alert" not in html
        assert 'href="javascript:' not in html
        assert "<b>Bold" not in html
        assert "🦉 كتاب" in html


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("title", "", "Give the project a title"),
        ("title", "x" * 201, "at most 200 characters"),
        ("pitch", "x" * 20_001, "has 20,001 characters and may have 20,000"),
        ("repository", "javascript:alert(1)", "is no web address"),
        ("repository", "https://github.com@example.org/", "is no web address"),
        ("repository", "ftp://example.org/x", "is no web address"),
        ("repository", "https://example.org/" + "x" * 490, "at most 500 characters"),
        ("links", "https://example.org/ fine\nno address here", "“no” is no web address"),
        ("links", "https://[bad/ x", "is no web address"),
        ("links", "https://example.org/\n" * 31, "These are 31 links, and there may be 30."),
    ],
)
def test_what_cannot_be_is_refused_where_it_was_typed(
    field: str, typed: str, message: str, owls: Group, bobs: Client
) -> None:
    response = bobs.post(f"{page_of(owls)}edit/", TEXTS | {field: typed})
    assert response.status_code == 422
    assert message in words(response)
    assert "It is $O(n^2)$." in response.content.decode() or field == "pitch"
    assert not Project.objects.exists()


def test_a_form_that_does_not_say_what_it_began_with_overwrites_nothing(
    project: Project, owls: Group, bobs: Client
) -> None:
    response = bobs.post(f"{page_of(owls)}edit/", TEXTS | {"version": ""})
    assert response.status_code == 409
    project.refresh_from_db()
    assert (project.pitch, project.version) == ("It.", 1)


def test_a_preview_saves_nothing(owls: Group, bobs: Client) -> None:
    response = bobs.post(f"{page_of(owls)}edit/", TEXTS | {"preview": "1"})
    assert "<math" in response.content.decode()
    assert "Preview: not saved yet" in words(response)
    assert not Project.objects.exists()


def test_two_who_change_the_same_see_both_side_by_side(
    project: Project, owls: Group, bobs: Client, sign_in: SignIn, priya: User
) -> None:
    GroupMember.objects.create(group=owls, course=owls.course, user=priya)
    seen = services.digests_of(services.texts_of(project))
    hidden = {f"seen-{name}": digest for name, digest in seen.items()} | {"version": "1"}
    texts = {"title": "Fusing loops", "links": "", "repository": "", "update": "", "final": ""}
    bobs.post(f"{page_of(owls)}edit/", texts | hidden | {"pitch": "Bob's.", "final": "Done."})
    priyas = sign_in(priya)
    response = priyas.post(
        f"{page_of(owls)}edit/", texts | hidden | {"pitch": "Priya's.", "update": "Going."}
    )
    assert response.status_code == 409
    shown = words(response)
    assert "Bob Baker changed the same while you were writing." in shown
    assert "Bob's." in shown
    assert shown.count("Priya's.") == 2  # beside it, and in the form
    assert "Done." in shown  # what only Bob touched is in the form already
    form = response.context["form"]
    again = {name: form[name].value() for name in services.FIELDS} | {"links": ""}
    priyas.post(f"{page_of(owls)}edit/", again | {"version": form["version"].value()})
    project.refresh_from_db()
    assert (project.pitch, project.update, project.final) == ("Priya's.", "Going.", "Done.")


@pytest.mark.parametrize("how", ["left", "deleted", "other"])
def test_what_was_typed_for_a_group_that_is_not_ones_own_is_not_lost(
    how: str, course: Course, owls: Group, bobs: Client, sign_in: SignIn, priya: User
) -> None:
    client = bobs
    if how == "other":
        client = sign_in(priya)
    else:
        GroupMember.objects.all().delete()
    if how == "deleted":
        Group.objects.all().delete()
    response = client.post(f"{page_of(owls)}edit/", TEXTS)
    assert response.status_code == 404
    assert "What you typed was not saved. Copy it" in words(response)
    assert "It is $O(n^2)$." in words(response)
    assert not Project.objects.exists()
    assert client.get(f"{page_of(owls)}edit/").status_code == 404


@pytest.mark.parametrize("path", ["{page}", "{page}edit/", "{page}delete/", "{groups}projects/"])
def test_outsiders_and_visitors_get_404_even_in_a_public_course(
    path: str, course: Course, project: Project, owls: Group, sign_in: SignIn, dave: User
) -> None:
    course.visibility = Visibility.PUBLIC
    course.save()
    url = path.format(page=page_of(owls), groups=GROUPS)
    for client in (sign_in(dave), Client()):
        for answer in (client.get(url), client.post(url, TEXTS)):
            assert answer.status_code in (404, 405)
            assert "Fusing" not in words(answer)
    project.refresh_from_db()
    assert project.version == 1


def test_a_project_of_another_course_is_not_found(bobs: Client, bob: User) -> None:
    group = factories.make_group(factories.make_course(), bob)
    Project.objects.create(group=group, title="Theirs", updated_by=bob)
    for url in (page_of(group), f"{page_of(group)}edit/"):
        assert bobs.get(url).status_code == 404
    assert bobs.post(f"{page_of(group)}edit/", TEXTS).status_code == 404


def test_staff_delete_the_page_they_have_seen(
    project: Project, owls: Group, sign_in: SignIn, alice: User, bobs: Client
) -> None:
    url = f"{page_of(owls)}delete/"
    assert bobs.post(url, {"version": "1"}).status_code == 404
    alices = sign_in(alice)
    assert "cannot be brought back" in words(alices.get(url))
    for stale in ("0", "7", "x", ""):
        assert "changed a moment ago" in words(alices.post(url, {"version": stale}))
    alices.post(url, {"version": "1"})
    assert not Project.objects.exists()
    assert Group.objects.get() == owls


def test_talks_are_listed_with_their_dates(owls: Group, bobs: Client) -> None:
    assert "Sign up for one" in words(bobs.get(page_of(owls)))
    slot = give_slot(owls, title="Pitch 1")
    html = bobs.get(page_of(owls)).content.decode()
    assert f"/c/compilers/sign-ups/#slot-{slot.pk}" in html
    assert "Pitch 1" in html


def test_the_list_of_projects(
    project: Project, course: Course, owls: Group, bobs: Client, priya: User
) -> None:
    factories.make_group(course, priya, name="Larks")
    page = words(bobs.get(f"{GROUPS}projects/"))
    assert "Fusing loops yours Owls : Bob Baker" in page
    assert "Larks Priya Singh Nothing written yet." in page


def test_an_empty_list_says_how_projects_begin(course: Course, sign_in: SignIn, bob: User) -> None:
    assert "Form a group first" in words(sign_in(bob).get(f"{GROUPS}projects/"))


def test_on_cards(
    course: Course, project: Project, owls: Group, priya: User, bob: User, erin: User
) -> None:
    larks = factories.make_group(course, priya, name="Larks")
    first, second = give_slot(owls), give_slot(larks)
    found = queries.on_cards(find_access(user=priya, slug=course.slug), [first, second])
    assert [(one.title, one.url) for one in found[first.pk]] == [("Fusing loops", page_of(owls))]
    assert [(one.title, one.group) for one in found[second.pk]] == [("", "Larks")]
    html = render_to_string("projects/_on_card.html", {"one": found[first.pk] + found[second.pk]})
    assert f'Project: <a href="{page_of(owls)}"><bdi>Fusing loops</bdi></a>' in html
    assert f'<a href="{page_of(larks)}">Write about your project' in html
    assert set(queries.on_cards(find_access(user=erin, slug=course.slug), [first, second])) == {
        first.pk
    }


def test_pages_take_as_many_queries_with_thirty_as_with_one(
    course: Course, project: Project, owls: Group, bobs: Client, bob: User,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    slots = [give_slot(owls)]
    access = find_access(user=bob, slug=course.slug)
    for many in (False, True):
        if many:
            for _number in range(30):
                student = factories.make_user()
                factories.enrol(course, student)
                group = factories.make_group(course, student)
                Project.objects.create(group=group, title="Theirs", updated_by=student)
                slots.append(give_slot(group))
            slots += [give_slot(owls) for _number in range(5)]
        with django_assert_num_queries(5):
            bobs.get(f"{GROUPS}projects/")
        with django_assert_num_queries(7):
            bobs.get(page_of(owls))
        with django_assert_num_queries(1):
            queries.on_cards(access, slots)


def test_who_wrote_in_two_windows_is_not_told_of_another_person(
    project: Project, owls: Group, bobs: Client
) -> None:
    seen = services.digests_of(services.texts_of(project))
    hidden = {f"seen-{name}": digest for name, digest in seen.items()} | {"version": "1"}
    texts = {"title": "Fusing loops", "links": "", "repository": "", "update": "", "final": ""}
    bobs.post(f"{page_of(owls)}edit/", texts | hidden | {"pitch": "First."})
    shown = words(bobs.post(f"{page_of(owls)}edit/", texts | hidden | {"pitch": "Second."}))
    assert "You changed the same in another window." in shown
    assert "Saved by you, in another window" in shown
    assert "Save mine instead" in shown
