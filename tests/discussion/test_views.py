"""Taking part in a discussion on plain pages."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.discussion.models import Comment, Thread
from readings.discussion.services import reply, start_thread
from readings.schedule.models import Reading
from tests.discussion.addresses import at, paper

pytestmark = pytest.mark.django_db


def test_posting_leads_to_the_comment_on_the_papers_page(bobs: Client, reading: Reading) -> None:
    response = bobs.post(
        f"{paper(reading)}comments/", {"body": "Is $O(n^2)$ tight?", "title": "Bound"}
    )

    comment = Comment.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"{paper(reading)}#comment-{comment.pk}"
    page = bobs.get(paper(reading)).content.decode()
    assert f'id="comment-{comment.pk}"' in page
    assert "<math>" in page
    assert "<h3>Bound</h3>" in page


def test_replying_editing_and_deleting_are_pages_with_forms(
    bobs: Client, reading: Reading, bob: User
) -> None:
    question = start_thread(reading=reading, author=bob, body="Why?")

    for act in ("reply/", "edit/", "delete/"):
        page = bobs.get(at(question, act)).content.decode()
        assert f'method="post" action="{at(question, act)}"' in page
    bobs.post(at(question, "reply/"), {"body": "Because."})
    bobs.post(at(question, "edit/"), {"body": "Why so?"})
    answer = Comment.objects.get(parent=question)
    response = bobs.post(at(answer, "delete/"))

    assert response["Location"] == f"{paper(reading)}#comment-{answer.pk}"
    page = bobs.get(paper(reading)).content.decode()
    assert "Why so?" in page
    assert "edited" in page
    assert "Because." not in page
    assert "Deleted by its author." in page


def test_the_edit_form_begins_with_the_text(bobs: Client, reading: Reading, bob: User) -> None:
    comment = start_thread(reading=reading, author=bob, body="Why <so>?")

    assert "Why &lt;so&gt;?</textarea>" in bobs.get(at(comment, "edit/")).content.decode()


def test_an_empty_comment_is_refused_with_a_message(bobs: Client, reading: Reading) -> None:
    response = bobs.post(f"{paper(reading)}comments/", {"body": " \n ", "title": "Kept"})

    assert response.status_code == 422
    page = response.content.decode()
    assert "an empty comment cannot be posted" in page
    assert 'value="Kept"' in page
    assert not Comment.objects.exists()
    assert not Thread.objects.exists()


@pytest.mark.parametrize("act", ["reply/", "edit/"])
def test_too_long_a_comment_is_refused_and_kept_in_the_form(
    bobs: Client, reading: Reading, bob: User, act: str
) -> None:
    comment = start_thread(reading=reading, author=bob, body="Why?")
    text = "x" * 20_001

    response = bobs.post(at(comment, act), {"body": text})

    assert response.status_code == 422
    page = response.content.decode()
    assert "has 20,001 characters and may have 20,000" in page
    assert text in page
    assert list(Comment.objects.values_list("body", flat=True)) == ["Why?"]


def test_a_comment_of_exactly_the_limit_is_posted(bobs: Client, reading: Reading) -> None:
    # A browser sends two characters for a line end; it counts as one.
    text = "x\r\n" * 10_000
    bobs.post(f"{paper(reading)}comments/", {"body": text[:-2] + "y"})

    assert len(Comment.objects.get().body) == 20_000


def test_a_nul_character_is_refused_with_a_message(bobs: Client, reading: Reading) -> None:
    response = bobs.post(f"{paper(reading)}comments/", {"body": "a\x00b"})

    assert response.status_code == 422
    assert "Null characters are not allowed" in response.content.decode()


def test_too_long_a_title_is_refused_beside_its_field(bobs: Client, reading: Reading) -> None:
    response = bobs.post(f"{paper(reading)}comments/", {"body": "Text", "title": "t" * 201})

    assert response.status_code == 422
    assert "A title has at most 200 characters." in response.content.decode()


def test_pressing_twice_posts_once(bobs: Client, reading: Reading) -> None:
    page = bobs.get(paper(reading)).content.decode()
    (nonce,) = re.findall(r'name="nonce" value="([^"]+)"', page)
    form = {"body": "Why?", "nonce": nonce}

    first = bobs.post(f"{paper(reading)}comments/", form)
    second = bobs.post(f"{paper(reading)}comments/", form)

    assert first["Location"] == second["Location"]
    assert Comment.objects.count() == 1


def test_a_comment_has_a_lasting_address(bobs: Client, reading: Reading, bob: User) -> None:
    comment = start_thread(reading=reading, author=bob, body="Why?")

    response = bobs.get(at(comment))

    assert response["Location"] == f"{paper(reading)}#comment-{comment.pk}"


def test_the_page_is_written_as_a_tree(bobs: Client, reading: Reading, bob: User) -> None:
    question = start_thread(reading=reading, author=bob, body="Why?")
    answer = reply(parent=question, author=bob, body="Because.")
    reply(parent=answer, author=bob, body="I see.")
    reply(parent=question, author=bob, body="Thanks.")

    page = bobs.get(paper(reading)).content.decode()
    section = page[page.index('id="threads"') : page.index('id="thread-form-title"')]

    assert section.count("<ol") == section.count("</ol>") == 5
    assert section.count("<li") == section.count("</li>") == 4
    assert re.findall(r"<p>([A-Z][^<]*)</p>", section) == [
        "Why?",
        "Because.",
        "I see.",
        "Thanks.",
    ]
