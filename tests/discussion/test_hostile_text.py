"""Markup in what people write stays text."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from readings.courses.models import Course
from readings.discussion.models import Comment
from readings.discussion.services import start_thread
from readings.schedule.models import Reading
from tests import factories
from tests.conftest import SignIn
from tests.discussion.addresses import at, paper, poll

pytestmark = pytest.mark.django_db


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](data:text/html,<script>alert(1)</script>)",
    '<a href="https://example.com" onclick="alert(1)">x</a>',
    "</textarea><script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "$\\href{javascript:alert(1)}{x}$",
    "<div hx-get='/healthz' hx-trigger='load'>x</div>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_markup_in_a_comment_never_becomes_markup_of_the_page(
    bobs: Client, reading: Reading, attack: str
) -> None:
    bobs.post(f"{paper(reading)}comments/", {"body": attack, "title": attack})
    comment = Comment.objects.get()

    for html in (
        bobs.get(paper(reading)).content.decode(),
        poll(bobs, reading, 0).content.decode(),
        bobs.get(at(comment, "edit/")).content.decode(),
        bobs.get(at(comment, "reply/")).content.decode(),
    ):
        assert "<script>alert" not in html
        assert not re.search(r"<[^>]*\son\w+\s*=", html)
        assert "hx-trigger='load'" not in re.sub(r"&lt;.*?&gt;", "", html)
        assert 'href="javascript:' not in html
        assert 'href="data:' not in html


def test_a_name_is_text_too(sign_in: SignIn, course: Course, reading: Reading) -> None:
    mallory = factories.make_user("<b>Mallory</b>", email="mallory@example.edu")
    factories.enrol(course, mallory)
    start_thread(reading=reading, author=mallory, body="Hi")

    page = sign_in(mallory).get(paper(reading)).content.decode()

    assert "<b>Mallory" not in page
    assert "&lt;b&gt;Mallory" in page


def test_a_name_is_written_as_it_is(sign_in: SignIn, course: Course, reading: Reading) -> None:
    siobhan = factories.make_user("Siobhán O'Brien & Co")
    factories.enrol(course, siobhan)
    comment = start_thread(reading=reading, author=siobhan, body="Hi")

    for address in (paper(reading), at(comment, "reply/")):
        page = sign_in(siobhan).get(address).content.decode()
        assert "Siobhán O&#x27;Brien &amp; Co" in page
        assert "&amp;#x27;" not in page
        assert "&amp;amp;" not in page
