"""What pages read of a discussion."""

from __future__ import annotations

import re
from typing import Any

import pytest

from readings.accounts.models import User
from readings.courses.access import Access, find_access
from readings.discussion.queries import comment_counts, panel
from readings.discussion.services import delete_comment, reply, start_thread
from readings.schedule.models import Reading
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def access(reading: Reading, bob: User) -> Access:
    return find_access(user=bob, slug=reading.course.slug)


def test_threads_come_in_the_order_they_were_opened(
    access: Access, reading: Reading, bob: User, carol: User
) -> None:
    first = start_thread(reading=reading, author=bob, body="First", title="One")
    start_thread(reading=reading, author=carol, body="Second")
    reply(parent=first, author=carol, body="Answer")

    shown = panel(access, reading)

    assert [thread.title for thread in shown.threads] == ["One", ""]
    said = [re.findall(r"<strong>(.*?)</strong>.*?<p>(.*?)</p>", thread.comments, re.S)
            for thread in shown.threads]  # fmt: skip
    assert said == [
        [("Bob Baker", "First"), ("Carol Chen", "Answer")],
        [("Carol Chen", "Second")],
    ]
    assert (shown.comment_count, shown.change_count) == (3, 3)


def test_one_may_edit_and_delete_ones_own_only(
    access: Access, reading: Reading, bob: User, carol: User
) -> None:
    start_thread(reading=reading, author=bob, body="Bob's")
    start_thread(reading=reading, author=carol, body="Carol's")

    own, others = (thread.comments for thread in panel(access, reading).threads)

    assert re.findall(r">(Edit|Delete)<", own) == ["Edit", "Delete"]
    assert re.findall(r">(Edit|Delete)<", others) == []


def test_a_tombstone_names_nobody(access: Access, reading: Reading, bob: User, alice: User) -> None:
    by_author = start_thread(reading=reading, author=bob, body="Oops")
    by_staff = start_thread(reading=reading, author=bob, body="Rude")
    delete_comment(comment=by_author, actor=bob)
    delete_comment(comment=by_staff, actor=alice)

    comments = [thread.comments for thread in panel(access, reading).threads]

    assert [re.findall(r"<article>(.*?)</article>", comment) for comment in comments] == [
        ['<p class="muted">Deleted by its author.</p>'],
        ['<p class="muted">Deleted by the course staff.</p>'],
    ]
    assert "Bob" not in "".join(comments)


def test_times_are_the_courses(access: Access, reading: Reading, bob: User) -> None:
    comment = start_thread(reading=reading, author=bob, body="Now")
    type(comment).objects.filter(pk=comment.pk).update(created_at=factories.NOON)

    (thread,) = panel(access, reading).threads

    assert '<time datetime="2025-09-01T12:00:00-04:00">Mon Sep 1, 12:00</time>' in thread.comments


@pytest.mark.parametrize("size", [1, 30, 100])
def test_a_whole_discussion_is_one_query(
    access: Access, reading: Reading, size: int, django_assert_num_queries: Any
) -> None:
    people = [factories.make_user() for _ in range(min(size, 10))]
    thread = factories.make_thread(reading, people[0])
    last = thread.comments.get()
    for number in range(size - 1):
        last = factories.make_comment(thread, people[number % len(people)], parent=last)

    with django_assert_num_queries(1):
        shown = panel(access, reading)

    assert shown.comment_count == size


def test_counts_leave_out_what_was_deleted(reading: Reading, bob: User) -> None:
    quiet = factories.make_reading(reading.course)
    kept = start_thread(reading=reading, author=bob, body="Kept")
    gone = reply(parent=kept, author=bob, body="Gone")
    delete_comment(comment=gone, actor=bob)

    assert comment_counts([reading.pk, quiet.pk]) == {reading.pk: 1}
