"""Taking part in a discussion through htmx: posts in place, and polls."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.models import Course
from readings.discussion.models import Comment
from readings.discussion.services import delete_comment, edit_comment, reply, start_thread
from readings.schedule.models import Reading
from tests import factories
from tests.discussion.addresses import HTMX, at, paper, poll

pytestmark = pytest.mark.django_db


def test_a_post_in_place_brings_the_comment_and_an_empty_form(
    bobs: Client, reading: Reading
) -> None:
    response = bobs.post(
        f"{paper(reading)}comments/", {"body": "Why?", "since": 0, "nonce": "used"}, **HTMX
    )

    comment = Comment.objects.get()
    html = response.content.decode()
    assert response.status_code == 200
    assert html.count(f'id="comment-{comment.pk}"') == 1
    assert f'<section class="thread" id="thread-{comment.thread_id}">' in html
    assert 'hx-swap-oob="beforeend:#threads"' in html
    assert 'name="since" value="1"' in html
    assert "Why?</textarea>" not in html
    assert 'value="used"' not in html
    assert response["HX-Trigger-After-Settle"] == f'{{"commentStored": {{"id": {comment.pk}}}}}'


def test_a_post_in_place_brings_what_others_posted_meanwhile_too(
    bobs: Client, reading: Reading, bob: User, carol: User
) -> None:
    question = start_thread(reading=reading, author=bob, body="Why?")
    carols = reply(parent=question, author=carol, body="Hm.")

    response = bobs.post(at(question, "reply/"), {"body": "Anyone?", "since": 1}, **HTMX)

    html = response.content.decode()
    own = Comment.objects.latest("id")
    assert re.findall(r'<li id="comment-(\d+)"', html) == [str(carols.pk), str(own.pk)]
    assert html.count(f'hx-swap-oob="beforeend:#comment-{question.pk} &gt; ol"') == 2
    assert 'name="since" value="3"' in html


def test_a_refused_post_in_place_brings_the_form_with_text_and_message(
    bobs: Client, reading: Reading, bob: User
) -> None:
    question = start_thread(reading=reading, author=bob, body="Why?")

    response = bobs.post(at(question, "reply/"), {"body": "", "nonce": "n", "since": 1}, **HTMX)

    html = response.content.decode()
    assert response.status_code == 422
    assert "an empty comment cannot be posted" in html
    assert 'value="n"' in html
    assert "<html" not in html


def test_a_form_sent_from_another_page_leads_to_the_papers_page(
    bobs: Client, reading: Reading, bob: User
) -> None:
    question = start_thread(reading=reading, author=bob, body="Why?")

    response = bobs.post(at(question, "reply/"), {"body": "Because."}, **HTMX)

    answer = Comment.objects.latest("id")
    assert response["HX-Redirect"] == f"{paper(reading)}#comment-{answer.pk}"


def test_a_poll_is_answered_emptily_while_nothing_changes(
    bobs: Client, reading: Reading, bob: User
) -> None:
    assert poll(bobs, reading, 0).status_code == 204
    start_thread(reading=reading, author=bob, body="Why?")

    assert poll(bobs, reading, 0).status_code == 200
    response = poll(bobs, reading, 1)
    assert (response.status_code, response.content) == (204, b"")


def test_a_poll_brings_each_new_comment_to_its_list(
    bobs: Client, reading: Reading, bob: User, carol: User
) -> None:
    chain = [start_thread(reading=reading, author=bob, body="0")]
    for depth in range(1, 4):
        chain.append(reply(parent=chain[-1], author=carol, body=str(depth)))
    deep = reply(parent=chain[3], author=carol, body="4")

    html = poll(bobs, reading, 4).content.decode()

    assert re.findall(r'<li id="comment-(\d+)"', html) == [str(deep.pk)]
    assert f'hx-swap-oob="beforeend:#comment-{chain[2].pk} &gt; ol"' in html
    assert "to Carol Chen" in html
    assert "5 comments" in html
    assert "1 new comment." in html


def test_a_poll_replaces_what_was_edited_or_deleted(
    bobs: Client, reading: Reading, carol: User, alice: User
) -> None:
    first = start_thread(reading=reading, author=carol, body="One")
    second = start_thread(reading=reading, author=carol, body="Two")
    edit_comment(comment=first, body="One!")
    delete_comment(comment=second, actor=alice)

    html = poll(bobs, reading, 2).content.decode()

    assert "<li" not in html
    assert re.findall(r'hx-swap-oob="innerHTML:#comment-(\d+) > article"', html) == [
        str(first.pk),
        str(second.pk),
    ]
    assert "One!" in html
    assert "Two" not in html
    assert "Deleted by the course staff." in html
    assert "1 comment<" in html


def test_polling_from_where_the_last_answer_ended_brings_every_comment_once(
    bobs: Client, reading: Reading, carol: User
) -> None:
    since = 0
    seen: list[str] = []
    for burst in (1, 3, 2):
        for _ in range(burst):
            start_thread(reading=reading, author=carol, body="Hm.")
        html = poll(bobs, reading, since).content.decode()
        seen += re.findall(r'<li id="comment-(\d+)"', html)
        (number,) = re.findall(r'name="since" value="(\d+)"', html)
        since = int(number)

    assert seen == [str(pk) for pk in Comment.objects.order_by("id").values_list("pk", flat=True)]
    assert poll(bobs, reading, since).status_code == 204


def test_a_window_that_knows_more_than_there_is_is_put_right(
    bobs: Client, reading: Reading, bob: User
) -> None:
    """The database was put back to an earlier state while the window was open."""
    comment = start_thread(reading=reading, author=bob, body="Why?")

    polled = poll(bobs, reading, 41).content.decode()
    saved = bobs.post(at(comment, "edit/"), {"body": "Why?", "since": 41}, **HTMX)

    for html in (polled, saved.content.decode()):
        assert 'name="since" value="1"' in html
        assert "<li" not in html


def test_saving_an_unchanged_comment_brings_nothing_twice(
    bobs: Client, reading: Reading, bob: User
) -> None:
    comment = start_thread(reading=reading, author=bob, body="Why?")
    reply(parent=comment, author=bob, body="Anyone?")

    saved = bobs.post(at(comment, "edit/"), {"body": "Why?", "since": 2}, **HTMX)

    html = saved.content.decode()
    assert 'name="since" value="2"' in html
    assert "<li" not in html


@pytest.mark.parametrize("since", ["", "x", "-1", "1" * 40, "²"])
def test_a_poll_since_nonsense_is_refused(bobs: Client, reading: Reading, since: str) -> None:
    response = bobs.get(f"{paper(reading)}comments/new/", {"since": since})

    assert response.status_code == 400


def fill(reading: Reading, people: list[User], comments: int) -> None:
    thread = factories.make_thread(reading, people[0])
    last = thread.comments.get()
    for number in range(comments - 1):
        last = factories.make_comment(
            thread, people[number % len(people)], parent=last if number % 3 else None
        )


def test_polls_and_posts_take_as_many_queries_with_1_comment_as_with_30(
    bobs: Client,
    course: Course,
    bob: User,
    carol: User,
    django_assert_max_num_queries: Any,
) -> None:
    few, many = factories.make_reading(course), factories.make_reading(course)
    people = [factories.make_user() for _ in range(10)]
    fill(few, [carol], 1)
    fill(many, people, 30)
    for reading in (few, many):
        start_thread(reading=reading, author=carol, body="The news")
        with django_assert_max_num_queries(9):  # of which 4 are session, user, course, role
            assert poll(bobs, reading, 0).status_code == 200
        with django_assert_max_num_queries(5):
            assert poll(bobs, reading, 1).status_code == 204
        last = Comment.objects.filter(reading=reading).latest("id")
        with django_assert_max_num_queries(10):
            bobs.post(at(last, "reply/"), {"body": "Because."})
