"""The Import page in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from readings.accounts.models import User
from readings.courses.models import Course
from tests.browsers import AssertAccessible, OpenPage
from tests.imports.samples import sample

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_paste_look_and_apply(open_page: OpenPage, course: Course, alice: User) -> None:
    page = open_page(alice)
    page.goto(f"/c/{course.slug}/import/")
    page.get_by_label("The schedule, as text").fill(sample())
    # What is understood appears beside the box before anything is sent.
    expect(page.locator("#live")).to_contain_text("12 weeks, 24 classes")
    page.get_by_role("button", name="Look at what it says").click()
    expect(page.get_by_role("heading", name="Look, then apply")).to_be_visible()
    page.get_by_role("button", name="Apply:").click()
    expect(page.get_by_text("Papers are fetched now")).to_be_visible()
    assert course.meetings.count() == 24


@pytest.mark.parametrize("width", [360, 1280])
def test_entrance_and_preview_fit_the_screen_and_are_accessible(
    open_page: OpenPage,
    assert_accessible: AssertAccessible,
    course: Course,
    alice: User,
    width: int,
) -> None:
    page = open_page(alice, viewport={"width": width, "height": 800})
    page.goto(f"/c/{course.slug}/import/")
    page.get_by_label("The schedule, as text").fill(without_year(sample()))
    expect(page.locator("#live")).to_contain_text("12 weeks, 24 classes")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert_accessible(page, schemes=["dark", "light"])
    page.get_by_role("button", name="Look at what it says").click()
    expect(page.get_by_text("Which year?")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert_accessible(page, schemes=["dark", "light"])
    page.get_by_label("Year of the first date").fill("2025")
    page.get_by_role("button", name="Take this year").click()
    expect(page.get_by_role("button", name="Apply:")).to_be_visible()
    assert_accessible(page, schemes=["dark", "light"])


def without_year(text: str) -> str:
    """The sample as it is when nothing in it tells the year."""
    text = text.replace("SystemsSeminar2025", "systems").replace("Labor Day", "Free")
    return (
        text.replace("Thanksgiving", "Autumn")
        .replace("arxiv.org", "example.org")
        .replace("arXiv:", "")
    )
