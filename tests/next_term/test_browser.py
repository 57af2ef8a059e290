"""The next term in a real browser: looked at, then made, accessible all the way."""

from __future__ import annotations

import pytest

from readings.accounts.models import User
from readings.courses.models import Course
from tests.browsers import AssertAccessible, OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_alice_makes_the_next_term(
    taught: Course, alice: User, open_page: OpenPage, assert_accessible: AssertAccessible
) -> None:
    page = open_page(alice, viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page.goto(f"/c/{taught.slug}/settings/")
    page.get_by_role("link", name="Copy to next term").click()
    page.get_by_label("First day").fill("2026-08-24")
    page.get_by_label("Last day").fill("2026-09-14")
    page.get_by_label("Days without class, one a line").fill("Sep 7 Labor Day\nFeb 30 Nothing")
    page.get_by_role("button", name="Look at the new term").click()
    page.get_by_text("Day by day", exact=True).click()
    assert page.get_by_role("row", name="Labor Day").is_visible()
    assert page.get_by_text("Line 2: There is no Feb 30.").is_visible()
    assert_accessible(page)
    room = page.evaluate("document.documentElement.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= room
    page.get_by_role("button", name="Make this course").click()
    page.wait_for_url("**/c/cse-598/plan/")
    assert Course.objects.get(slug="cse-598").meetings.count() == 4
