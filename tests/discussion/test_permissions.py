"""Who may see and do what in a discussion."""

from __future__ import annotations

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.models import Course
from readings.discussion.models import Comment
from readings.discussion.services import delete_comment, start_thread
from readings.schedule.models import Reading
from tests import factories
from tests.conftest import SignIn
from tests.discussion.addresses import HTMX, at, paper, poll

pytestmark = pytest.mark.django_db


def test_a_student_cannot_touch_anothers_comment(
    bobs: Client, reading: Reading, carol: User
) -> None:
    comment = start_thread(reading=reading, author=carol, body="Mine")

    for act in ("edit/", "delete/"):
        assert bobs.get(at(comment, act)).status_code == 404
        assert bobs.post(at(comment, act), {"body": "Bob's"}).status_code == 404
        assert bobs.post(at(comment, act), {"body": "Bob's", "since": 0}, **HTMX).status_code == 404
    comment.refresh_from_db()
    assert (comment.body, comment.deleted_at) == ("Mine", None)
    assert f"{at(comment)}edit/" not in bobs.get(paper(reading)).content.decode()


@pytest.mark.parametrize("person", ["alice", "carol"])
def test_staff_may_delete_anybodys_comment_and_edit_nobodys(
    person: str, request: pytest.FixtureRequest, sign_in: SignIn, reading: Reading, bob: User
) -> None:
    comment = start_thread(reading=reading, author=bob, body="Rude")
    staff = sign_in(request.getfixturevalue(person))

    assert staff.post(at(comment, "edit/"), {"body": "Polite"}).status_code == 404
    assert staff.post(at(comment, "delete/")).status_code == 302

    page = staff.get(paper(reading)).content.decode()
    assert "Deleted by the course staff." in page
    assert "Rude" not in page
    assert "Bob Baker" not in page[page.index('id="threads"') :]


def test_a_deleted_comment_can_be_neither_edited_nor_deleted(
    bobs: Client, reading: Reading, bob: User
) -> None:
    comment = start_thread(reading=reading, author=bob, body="Oops")
    delete_comment(comment=comment, actor=bob)

    assert bobs.post(at(comment, "edit/"), {"body": "Back"}).status_code == 404
    assert bobs.post(at(comment, "delete/")).status_code == 404


def test_a_reply_to_what_was_just_deleted_is_not_lost(
    bobs: Client, reading: Reading, bob: User
) -> None:
    question = start_thread(reading=reading, author=bob, body="Oops")
    delete_comment(comment=question, actor=bob)

    bobs.post(at(question, "reply/"), {"body": "I had typed this."})

    assert "I had typed this." in bobs.get(paper(reading)).content.decode()


def members_addresses(reading: Reading, comment: Comment) -> list[tuple[str, str]]:
    slug = reading.course.slug
    page, one = f"/c/{slug}/papers/{reading.pk}/", f"/c/{slug}/comments/{comment.pk}/"
    return [
        ("post", f"{page}comments/"),
        ("get", f"{page}comments/new/?since=0"),
        ("get", one),
        *(
            (method, f"{one}{act}/")
            for act in ("reply", "edit", "delete")
            for method in ("get", "post")
        ),
    ]


@pytest.mark.parametrize("visibility", ["public", "link", "members"])
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
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
    comment = start_thread(reading=reading, author=bob, body="Members only")

    for client in (sign_in(dave), Client()):
        for method, address in members_addresses(reading, comment):
            response = getattr(client, method)(
                address, {"body": "Hello"} if method == "post" else {}, **headers
            )
            assert response.status_code == 404, (method, address)
            assert b"Members only" not in response.content
    assert Comment.objects.count() == 1


def test_a_visitor_of_a_public_course_sees_no_comment_name_or_count(
    course: Course, reading: Reading, bob: User
) -> None:
    course.visibility = "public"
    course.save()
    start_thread(reading=reading, author=bob, body="Members only", title="Hush")

    page = Client().get(paper(reading)).content.decode()

    assert "Members only" not in page
    assert "Hush" not in page
    assert "Bob Baker" not in page
    assert "1 comment" not in page


def test_a_comment_of_another_course_is_not_found(
    sign_in: SignIn, course: Course, bob: User, reading: Reading
) -> None:
    other = factories.make_course(slug="other")
    factories.enrol(other, bob)
    theirs = start_thread(reading=factories.make_reading(other), author=bob, body="Theirs")
    client = sign_in(bob)

    assert client.get(f"/c/other/comments/{theirs.pk}/").status_code == 302
    for act in ("", "reply/", "edit/", "delete/"):
        assert client.get(at(theirs, act)).status_code == 404
    assert poll(client, theirs.reading, 0).status_code == 404
    posted = client.post(f"/c/compilers/papers/{theirs.reading_id}/comments/", {"body": "Hello"})
    assert posted.status_code == 404
