"""Who may read and write which note."""

from __future__ import annotations

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.models import Course
from readings.notes.models import Note
from readings.schedule.models import Reading
from tests import factories
from tests.conftest import SignIn
from tests.notes.addresses import JSON, autosave, note, paper, submit

pytestmark = pytest.mark.django_db


def addresses(reading: Reading, written: Note) -> list[tuple[str, str]]:
    page = f"/c/{reading.course.slug}/papers/{reading.pk}/note/"
    return [
        ("get", page),
        ("get", f"{page}draft/"),
        ("post", f"{page}draft/"),
        ("post", f"{page}preview/"),
        ("post", f"{page}submit/"),
        ("post", f"{page}passages/"),
        ("post", f"{page}withdraw/"),
        ("post", f"{page}files/"),
        ("get", f"{page}files/1/"),
        ("post", f"{page}files/1/remove/"),
        ("post", f"{page}restore/1/"),
        ("get", f"{page}{written.pk}/revisions/"),
        ("get", f"{page}{written.pk}/revisions/1/"),
    ]


@pytest.mark.parametrize("visibility", ["public", "link", "members"])
@pytest.mark.parametrize(
    "headers", [{}, JSON, {"HTTP_HX_REQUEST": "true"}], ids=["plain", "json", "htmx"]
)
def test_outsiders_and_visitors_get_404_everywhere(
    visibility: str,
    headers: dict[str, str],
    sign_in: SignIn,
    course: Course,
    reading: Reading,
    bob: User,
    dave: User,
) -> None:
    course.visibility = visibility
    course.save()
    written = factories.make_note(reading, bob, "Members only")

    for client in (sign_in(dave), Client()):
        for method, address in addresses(reading, written):
            form = {"answer-text": "Hello", "based_on": 0} if method == "post" else {}
            response = getattr(client, method)(address, form, **headers)
            assert response.status_code == 404, (method, address)
            assert b"Members only" not in response.content
    assert Note.objects.count() == 1


def test_a_visitor_of_a_public_course_sees_no_note_name_or_count(
    course: Course, reading: Reading, bob: User
) -> None:
    course.visibility = "public"
    course.save()
    factories.make_note(reading, bob, "Members only")

    page = Client().get(paper(reading)).content.decode()

    assert "Members only" not in page
    assert "Bob Baker" not in page
    assert "submitted" not in page


def test_a_draft_is_read_by_its_author_only(
    bobs: Client, sign_in: SignIn, reading: Reading, alice: User, carol: User, erin: User
) -> None:
    autosave(bobs, reading, "Not yet for others", 0)
    written = Note.objects.get()

    assert "Not yet for others" in bobs.get(paper(reading)).content.decode()
    for person in (alice, carol, erin):
        client = sign_in(person)
        for address in (paper(reading), note(reading), note(reading, "draft/")):
            assert b"Not yet for others" not in client.get(address, **JSON).content
            assert b"Not yet for others" not in client.get(address).content
        assert client.get(note(reading, f"{written.pk}/revisions/")).status_code == 404
        assert "0 submitted" in client.get(paper(reading)).content.decode()


def test_a_draft_of_a_submitted_note_stays_its_authors(
    bobs: Client, sign_in: SignIn, reading: Reading, alice: User
) -> None:
    submit(bobs, reading, "For all")
    autosave(bobs, reading, "Not yet for others", 1)
    written = Note.objects.get()

    teacher = sign_in(alice)
    for address in (paper(reading), note(reading, f"{written.pk}/revisions/")):
        page = teacher.get(address).content.decode()
        assert "For all" in page
        assert "Not yet for others" not in page


@pytest.mark.parametrize("person", ["alice", "bob", "carol", "erin"])
def test_every_member_reads_submitted_notes(
    person: str, request: pytest.FixtureRequest, sign_in: SignIn, course: Course, reading: Reading
) -> None:
    frank = factories.make_user("Frank Fox")
    factories.enrol(course, frank)
    factories.make_note(reading, frank, "For all")

    page = sign_in(request.getfixturevalue(person)).get(paper(reading)).content.decode()

    assert "For all" in page
    assert "Frank Fox" in page


def test_history_is_for_the_author_and_the_staff(
    bobs: Client, sign_in: SignIn, course: Course, reading: Reading, alice: User, carol: User,
    erin: User,
) -> None:  # fmt: skip
    submit(bobs, reading, "Said in anger")
    submit(bobs, reading, "Said calmly", 1)
    address = note(reading, f"{Note.objects.get().pk}/revisions/")
    frank = factories.make_user("Frank Fox")
    factories.enrol(course, frank)

    for person in (alice, carol):
        page = sign_in(person).get(f"{address}1/").content.decode()
        assert "Said in anger" in page
        assert "Put this text into the editor" not in page
    assert bobs.get(address).status_code == 200
    for person in (erin, frank):
        client = sign_in(person)
        assert client.get(address).status_code == 404
        page = client.get(paper(reading)).content.decode()
        assert "Said calmly" in page
        assert "revisions/" not in page


def test_lateness_is_between_the_author_and_the_staff(
    bobs: Client, sign_in: SignIn, course: Course, reading: Reading, alice: User
) -> None:
    submit(bobs, reading, "Years after the class")
    frank = factories.make_user("Frank Fox")
    factories.enrol(course, frank)
    badge = '<span class="badge badge-warning">late</span>'

    assert badge in bobs.get(paper(reading)).content.decode()
    assert badge in sign_in(alice).get(paper(reading)).content.decode()
    assert badge not in sign_in(frank).get(paper(reading)).content.decode()


def test_an_auditor_is_never_late(
    sign_in: SignIn, reading: Reading, erin: User, alice: User
) -> None:
    submit(sign_in(erin), reading, "Years after the class")

    for person in (erin, alice):
        page = sign_in(person).get(paper(reading)).content.decode()
        assert "Years after the class" in page
        assert ">late<" not in page
        assert "Submitted late" not in page


def test_nobody_restores_anothers_revision(
    sign_in: SignIn, reading: Reading, bob: User, alice: User
) -> None:
    factories.make_note(reading, bob, "Bob's")

    assert sign_in(alice).post(note(reading, "restore/1/"), {"based_on": 0}).status_code == 404
    assert Note.objects.get().author == bob


def test_a_reading_of_another_course_is_not_found(bobs: Client, bob: User) -> None:
    other = factories.make_course(slug="other")
    theirs = factories.make_reading(other)
    factories.enrol(other, bob)
    written = factories.make_note(theirs, bob)

    assert bobs.get(f"/c/other/papers/{theirs.pk}/note/").status_code == 200
    for method, address in addresses(theirs, written):
        elsewhere = address.replace("/c/other/", "/c/compilers/")
        form = {"answer-text": "Hello", "based_on": 0} if method == "post" else {}
        assert getattr(bobs, method)(elsewhere, form).status_code == 404, elsewhere
