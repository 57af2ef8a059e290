"""From a list to the schedule, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from readings.accounts.models import User
from readings.reading_lists.models import Entry, MatchState, TitleMatch
from tests import factories
from tests.browsers import OpenPage
from tests.reading_lists.conftest import Shelf, propose

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_instructor_puts_a_reading_of_the_list_on_the_schedule(
    shelf: Shelf, alice: User, open_page: OpenPage, assert_accessible: Callable[[Page], None]
) -> None:
    propose(shelf.words)
    relay = factories.make_reading(shelf.course, label="Relay")
    Entry.objects.create(section=shelf.other, position=9, reading=relay, title="Relay")
    page = open_page(alice, viewport={"width": 1280, "height": 900})
    page.goto("/c/compilers/")
    page.get_by_role("link", name="Reading list").click()
    page.get_by_role("link", name="Compilers", exact=True).click()
    assert_accessible(page)

    page.get_by_role("button", name="is another work").click()
    expect(page.get_by_text("Nothing is left to look at.")).to_be_visible()
    assert TitleMatch.objects.get().state == MatchState.REFUSED

    page.get_by_label("Find on this list").fill("TATE satur")
    expect(page.get_by_text("1 of 4")).to_be_visible()
    expect(page.locator(f"#entry-{shelf.tvm.pk}")).to_be_hidden()
    page.get_by_label("Find on this list").fill("a talk")
    expect(page.locator(f"#entry-{shelf.tvm.pk}")).to_be_visible()
    page.get_by_label("Find on this list").fill("")

    page.get_by_role("link", name="Schedule or edit Relay").click()
    assert_accessible(page)
    page.get_by_role("button", name="Put on the agenda").click()
    expect(page.get_by_text("“Relay” is in week 3 now")).to_be_visible()
    entry = page.locator(f"#entry-{Entry.objects.get(reading=relay).pk}")
    entry.get_by_role("link", name="Week 3").click()
    expect(page.get_by_role("link", name="Relay").first).to_be_visible()
    assert shelf.meeting.agenda.filter(reading=relay).exists()

    page.goto(f"/c/compilers/reading-lists/{shelf.reading_list.pk}/arrange/")
    assert_accessible(page)


def test_a_list_is_read_on_a_narrow_dark_screen_without_a_script(
    shelf: Shelf, bob: User, open_page: OpenPage, assert_accessible: Callable[[Page], None]
) -> None:
    page = open_page(bob, viewport={"width": 360, "height": 740}, color_scheme="dark")
    page.goto(f"/c/compilers/reading-lists/{shelf.reading_list.pk}/")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_text("Contents").click()
    page.get_by_role("link", name="编译器 and more").click()
    assert page.url.endswith(f"#section-{shelf.other.pk}")
    plain = open_page(bob, java_script_enabled=False)
    plain.goto(f"/c/compilers/reading-lists/{shelf.reading_list.pk}/")
    expect(plain.get_by_label("Find on this list")).to_be_hidden()
    expect(plain.get_by_text("A talk about it")).to_be_visible()
