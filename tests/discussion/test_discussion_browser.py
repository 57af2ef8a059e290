"""A discussion in real browsers: it goes on by itself and disturbs nobody."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Locator, Page, expect

from readings.accounts.models import User
from readings.discussion.models import Comment
from readings.discussion.services import delete_comment, edit_comment, reply, start_thread
from readings.schedule.models import Reading
from tests.browsers import AssertAccessible, OpenPage
from tests.discussion.addresses import at, paper

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(open_page: OpenPage, bob: User, reading: Reading) -> Page:
    """Bob's window on the paper's page, before anybody has said anything."""
    page = open_page(bob)
    page.clock.install()
    page.goto(paper(reading))
    return page


def shown(page: Page, comment: Comment) -> Locator:
    """The comment with its replies."""
    return page.locator(f"#comment-{comment.pk}")


def ten_seconds_pass(page: Page) -> None:
    """In the window's clock; the answer to its question has come when this returns."""
    with page.expect_response("**/comments/new/**"):
        page.clock.fast_forward(10_000)


def test_posting_shows_the_comment_at_once_and_empties_the_form(page: Page) -> None:
    page.get_by_label("Title").fill("Bound")
    page.get_by_label("Question or remark").fill("Is $O(n^2)$ *tight*?")
    page.get_by_role("button", name="Post").click()

    comment = page.locator(".comment")
    expect(comment.locator("em")).to_have_text("tight")
    expect(comment.locator("math")).to_be_visible()
    expect(comment).to_be_focused()
    expect(page.get_by_role("heading", name="Bound")).to_be_visible()
    expect(page.get_by_label("Question or remark")).to_have_value("")
    expect(page.locator("#comment-count")).to_have_text("1 comment")
    expect(page.locator("#discussion-status")).to_have_text("Posted.")


def test_two_posts_in_a_row_are_two_comments(page: Page) -> None:
    for number in (1, 2):
        page.get_by_label("Question or remark").fill(f"Remark {number}")
        page.get_by_role("button", name="Post").click()
        expect(page.locator(".comment")).to_have_count(number)

    assert Comment.objects.count() == 2


def test_new_comments_come_to_their_places_and_leave_typing_alone(
    page: Page, reading: Reading, bob: User, carol: User
) -> None:
    first = start_thread(reading=reading, author=carol, body="First")
    page.reload()
    shown(page, first).get_by_role("link", name="Reply").click()
    area = page.get_by_label("Reply to Carol Chen")
    area.press_sequentially("Half a sen")

    early = reply(parent=first, author=carol, body="An answer")
    late = reply(parent=early, author=carol, body="An answer to that")
    other = start_thread(reading=reading, author=carol, body="Second thread")
    ten_seconds_pass(page)

    expect(shown(page, first).locator(f"#comment-{early.pk} #comment-{late.pk}")).to_be_visible()
    expect(shown(page, other)).to_be_visible()
    expect(page.locator("#discussion-status")).to_have_text("3 new comments.")
    expect(area).to_be_focused()
    area.press_sequentially("tence")
    expect(area).to_have_value("Half a sentence")
    # As a page that is loaded anew has it:
    order = page.locator(".comment").evaluate_all("all => all.map(one => one.id)")
    page.reload()
    expect(shown(page, other)).to_be_visible()
    assert page.locator(".comment").evaluate_all("all => all.map(one => one.id)") == order


def test_edits_and_deletions_of_others_arrive_too(
    page: Page, reading: Reading, carol: User, alice: User
) -> None:
    first = start_thread(reading=reading, author=carol, body="Teh point")
    second = reply(parent=first, author=carol, body="Rude")
    page.reload()
    edit_comment(comment=first, body="The point")
    delete_comment(comment=second, actor=alice)
    ten_seconds_pass(page)

    expect(shown(page, first).locator("> article")).to_contain_text("The point")
    expect(shown(page, first).locator("> article")).to_contain_text("edited")
    expect(shown(page, second)).to_have_text("Deleted by the course staff.")


def test_nobody_asks_for_news_while_the_window_is_not_looked_at(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(
        "Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true})"
    )
    page.clock.fast_forward(60_000)
    assert page.evaluate("document.visibilityState") == "hidden"
    assert not [url for url in asked if "/comments/new/" in url]

    with page.expect_response("**/comments/new/**") as answer:
        page.evaluate("delete document.visibilityState")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert answer.value.status == 204


def test_a_post_and_a_poll_bring_a_comment_once(page: Page, reading: Reading, carol: User) -> None:
    start_thread(reading=reading, author=carol, body="Meanwhile")
    page.get_by_label("Question or remark").fill("Mine")
    page.get_by_role("button", name="Post").click()
    expect(page.locator(".comment")).to_have_count(2)

    ten_seconds_pass(page)

    expect(page.locator(".comment")).to_have_count(2)


def test_replying_editing_and_deleting_happen_in_place(
    page: Page, reading: Reading, bob: User
) -> None:
    question = start_thread(reading=reading, author=bob, body="Why?")
    page.reload()
    here = shown(page, question)

    here.get_by_role("link", name="Reply").click()
    page.get_by_label("Reply to Bob Baker").fill("Because.")
    here.get_by_role("button", name="Post").click()
    expect(here.locator(".comment")).to_contain_text("Because.")
    expect(here.locator("form")).to_have_count(0)

    here.locator("> article").get_by_role("link", name="Edit").click()
    page.get_by_label("Your comment").fill("Why so?")
    here.get_by_role("button", name="Save").click()
    expect(here.locator("> article")).to_contain_text("Why so?")

    answer = here.locator(".comment")
    answer.get_by_role("link", name="Delete").click()
    answer.get_by_role("button", name="Delete it").click()
    expect(answer).to_have_text("Deleted by its author.")
    expect(page).to_have_url(re.compile(f"{paper(reading)}$"))


def test_the_keyboard_opens_writes_closes_and_posts(
    page: Page, reading: Reading, carol: User
) -> None:
    question = start_thread(reading=reading, author=carol, body="Why?")
    page.reload()
    link = shown(page, question).get_by_role("link", name="Reply")
    link.press("Enter")
    area = page.get_by_label("Reply to Carol Chen")
    expect(area).to_be_focused()
    page.keyboard.press("Escape")
    expect(area).to_have_count(0)
    expect(link).to_be_focused()

    page.keyboard.press("Enter")
    expect(area).to_be_focused()
    page.keyboard.type("Because.")
    page.keyboard.press("Escape")
    expect(area).to_have_value("Because.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    answer = shown(page, question).locator(".comment")
    expect(answer).to_be_focused()
    expect(answer).to_contain_text("Because.")


def test_an_empty_comment_gets_its_message_in_place(page: Page) -> None:
    page.get_by_role("button", name="Post").click()

    expect(page.locator("#thread-body-error")).to_contain_text("an empty comment cannot be posted")
    expect(page.get_by_label("Question or remark")).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize("trouble", ["offline", "signed out"])
def test_what_could_not_be_posted_stays_in_the_form(page: Page, trouble: str) -> None:
    page.get_by_label("Question or remark").fill("Precious")
    if trouble == "offline":
        page.context.set_offline(True)
    else:
        Session.objects.all().delete()
    page.get_by_role("button", name="Post").click()

    expect(page.locator("#thread-form [data-form-error]")).to_contain_text("Not posted")
    expect(page.get_by_label("Question or remark")).to_have_value("Precious")
    expect(page.get_by_role("button", name="Post")).to_be_enabled()


def test_a_link_to_a_comment_leads_to_it(page: Page, reading: Reading, bob: User) -> None:
    for _ in range(12):
        last = start_thread(reading=reading, author=bob, body="A remark.\n\n" * 6)

    page.goto(at(last))

    expect(shown(page, last)).to_be_in_viewport()


def test_without_scripts_people_discuss_all_the_same(
    open_page: OpenPage, reading: Reading, bob: User, carol: User
) -> None:
    start_thread(reading=reading, author=carol, body="Why?")
    page = open_page(bob, java_script_enabled=False)
    page.goto(paper(reading))
    page.get_by_role("link", name="Reply to Carol Chen").click()
    page.get_by_label("Reply to Carol Chen").fill("Because.")
    page.get_by_role("button", name="Post").click()
    page.locator(".comment .comment").get_by_role("link", name="Edit").click()
    page.get_by_label("Your comment").fill("Because!")
    page.get_by_role("button", name="Save").click()

    expect(page.locator(".comment .comment")).to_contain_text("Because!")
    page.locator(".comment .comment").get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.locator(".comment .comment")).to_have_text("Deleted by its author.")


def test_pages_of_discussions_break_no_rule_of_accessibility(
    page: Page,
    reading: Reading,
    bob: User,
    carol: User,
    assert_accessible: AssertAccessible,
) -> None:
    question = start_thread(reading=reading, author=bob, body="Why $x^2$?", title="Squares")
    answer = reply(parent=question, author=carol, body="Because.\n\n| a | b |\n|-|-|\n| 1 | 2 |")
    edit_comment(comment=answer, body="Because!")
    gone = reply(parent=answer, author=carol, body="Gone")
    delete_comment(comment=gone, actor=carol)
    page.goto(paper(reading))
    shown(page, question).locator("> article").get_by_role("link", name="Reply").click()
    page.get_by_label("Reply to Bob Baker").wait_for()
    assert_accessible(page, schemes=["dark", "light"])
    page.goto(at(question, "delete/"))
    assert_accessible(page, schemes=["dark", "light"])
