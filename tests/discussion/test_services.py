"""Posting, editing and deleting comments."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from readings.accounts.models import User
from readings.discussion.models import Comment, Discussion, Thread
from readings.discussion.services import (
    CommentGone,
    delete_comment,
    edit_comment,
    reply,
    start_thread,
)
from readings.schedule.models import Reading
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_thread_begins_with_its_first_comment(reading: Reading, bob: User) -> None:
    comment = start_thread(reading=reading, author=bob, body="Why *two* passes?", title="Passes")

    stored = Comment.objects.get()
    assert (stored.pk, stored.author, stored.parent, stored.reading) == (
        comment.pk,
        bob,
        None,
        reading,
    )
    assert stored.body_html == "<p>Why <em>two</em> passes?</p>"
    assert stored.thread.title == "Passes"


def test_a_reply_stays_in_the_thread_of_what_it_answers(
    reading: Reading, bob: User, carol: User
) -> None:
    question = start_thread(reading=reading, author=bob, body="Why?")

    answer = reply(parent=question, author=carol, body="Because.")

    assert (answer.thread_id, answer.parent_id, answer.reading_id) == (
        question.thread_id,
        question.pk,
        reading.pk,
    )


def test_a_double_press_posts_once(reading: Reading, bob: User) -> None:
    first = start_thread(reading=reading, author=bob, body="Why?", nonce="n1")

    second = start_thread(reading=reading, author=bob, body="Why?", nonce="n1")

    assert second.pk == first.pk
    assert (Comment.objects.count(), Thread.objects.count()) == (1, 1)


def test_another_text_in_a_used_form_is_posted_and_not_swallowed(
    reading: Reading, bob: User
) -> None:
    first = start_thread(reading=reading, author=bob, body="Why?", nonce="n1")
    answer = reply(parent=first, author=bob, body="Ah.", nonce="n1")
    again = reply(parent=first, author=bob, body="Ah, no.", nonce="n1")

    bodies = Comment.objects.order_by("id").values_list("body", flat=True)
    assert list(bodies) == ["Why?", "Ah.", "Ah, no."]
    assert len({first.pk, answer.pk, again.pk}) == 3


def test_two_people_may_be_given_the_same_nonce(reading: Reading, bob: User, erin: User) -> None:
    start_thread(reading=reading, author=bob, body="Why?", nonce="n1")
    start_thread(reading=reading, author=erin, body="Why?", nonce="n1")

    assert Comment.objects.count() == 2


def test_every_change_takes_the_next_number(reading: Reading, bob: User, alice: User) -> None:
    first = start_thread(reading=reading, author=bob, body="Why?")
    second = reply(parent=first, author=bob, body="Anyone?")
    edit_comment(comment=first, body="Why so?")
    delete_comment(comment=second, actor=alice)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.appeared_in, first.changed_in) == (1, 3)
    assert (second.appeared_in, second.changed_in) == (2, 4)
    assert Discussion.objects.get(reading=reading).change_count == 4


def test_discussions_of_two_readings_count_by_themselves(reading: Reading, bob: User) -> None:
    other = factories.make_reading(reading.course)
    start_thread(reading=reading, author=bob, body="Here.")

    assert start_thread(reading=other, author=bob, body="There.").appeared_in == 1


def test_editing_keeps_the_place_and_marks_the_comment(reading: Reading, bob: User) -> None:
    comment = start_thread(reading=reading, author=bob, body="Teh")

    edit_comment(comment=comment, body="The **point**")

    comment.refresh_from_db()
    assert comment.body == "The **point**"
    assert comment.body_html == "<p>The <strong>point</strong></p>"
    assert comment.edited_at is not None


def test_saving_the_same_text_is_no_edit(reading: Reading, bob: User) -> None:
    comment = start_thread(reading=reading, author=bob, body="The")

    edit_comment(comment=comment, body="The")

    comment.refresh_from_db()
    assert (comment.edited_at, comment.changed_in) == (None, 1)


def test_deleting_empties_the_comment_and_keeps_its_replies(
    reading: Reading, bob: User, carol: User
) -> None:
    question = start_thread(reading=reading, author=bob, body="Secret?")
    answer = reply(parent=question, author=carol, body="No.")

    delete_comment(comment=question, actor=bob)

    question.refresh_from_db()
    answer.refresh_from_db()
    assert (question.body, question.body_html, question.deleted_by) == ("", "", bob)
    assert (answer.body, answer.parent_id) == ("No.", question.pk)


def test_deleting_twice_keeps_who_did_it_first(reading: Reading, bob: User, alice: User) -> None:
    comment = start_thread(reading=reading, author=bob, body="Oops")
    delete_comment(comment=comment, actor=bob)
    comment.refresh_from_db()
    when = comment.deleted_at

    delete_comment(comment=comment, actor=alice)

    comment.refresh_from_db()
    assert (comment.deleted_by, comment.deleted_at) == (bob, when)


def test_editing_a_comment_that_was_just_deleted_is_refused(
    reading: Reading, bob: User, alice: User
) -> None:
    comment = start_thread(reading=reading, author=bob, body="Oops")
    delete_comment(comment=comment, actor=alice)

    with pytest.raises(CommentGone):
        edit_comment(comment=comment, body="Better")

    comment.refresh_from_db()
    assert (comment.body, comment.edited_at) == ("", None)


@pytest.mark.django_db(transaction=True)
def test_forty_people_post_at_once_and_every_number_is_given_once(reading: Reading) -> None:
    people = [factories.make_user() for _ in range(40)]

    def post(author: User) -> int:
        try:
            return start_thread(reading=reading, author=author, body="Me!").appeared_in
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(post, people))

    assert sorted(numbers) == list(range(1, 41))
    assert Comment.objects.count() == 40


@pytest.mark.django_db(transaction=True)
def test_one_person_pressing_in_eight_windows_posts_once(reading: Reading, bob: User) -> None:
    def press(_time: int) -> int:
        try:
            return start_thread(reading=reading, author=bob, body="Me!", nonce="n1").pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        posted = set(pool.map(press, range(8)))

    assert posted == set(Comment.objects.values_list("pk", flat=True))
    assert len(posted) == 1
