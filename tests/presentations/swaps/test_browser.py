"""A swap between two browsers, by keyboard and without scripts, on a phone and in the dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from readings.accounts.models import User
from readings.presentations.models import Slot
from readings.presentations.swaps import services
from readings.presentations.swaps.models import SwapKind
from tests.browsers import AssertAccessible, OpenPage
from tests.presentations.swaps.conftest import staff_agree

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = "/c/compilers/sign-ups/swaps/"
PHONE = {"width": 360, "height": 740}


def test_a_swap_is_offered_in_one_browser_and_accepted_in_another(
    bobs: Slot,
    priyas: Slot,
    bob: User,
    priya: User,
    lee: User,
    carol: User,
    open_page: OpenPage,
    assert_accessible: AssertAccessible,
) -> None:
    staff_agree(bobs.sheet)
    mine = open_page(bob, viewport=PHONE)
    mine.goto(PAGE)
    mine.get_by_role("link", name="Offer a swap… DSPy").click()
    mine.get_by_label("For which seat").select_option(value=f"u{priya.pk}-{priyas.pk}")
    mine.get_by_label("A word to them").fill("My train is late that day.")
    assert_accessible(mine, schemes=["light", "dark"])
    mine.get_by_role("button", name="Send the offer").press("Enter")
    expect(mine.get_by_text("Offered to Priya Singh ·")).to_be_visible()

    theirs = open_page(priya, viewport=PHONE, java_script_enabled=False)
    theirs.goto(PAGE)
    expect(theirs.get_by_text("My train is late that day.")).to_be_visible()
    theirs.get_by_role("button", name="Swap DSPy").click()
    expect(theirs.get_by_text("It is done as soon as staff agree.")).to_be_visible()

    services.offer_seat(slot=priyas, actor=priya, kind=SwapKind.HAND_OVER)
    staff = open_page(carol, viewport=PHONE)
    staff.goto(PAGE)
    staff.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    for page in (mine, staff):
        page.reload()
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert_accessible(page, schemes=["light", "dark"])
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    staff.get_by_role("button", name="Agree to DSPy").click()
    expect(staff.get_by_text("Agreed: the seats have changed hands.")).to_be_visible()

    mine.goto("/c/compilers/sign-ups/")
    expect(mine.locator("#yours")).to_contain_text("TVM")
    expect(mine.locator(f"#slot-{bobs.pk} .slot-holders")).to_contain_text("Priya Singh")
    others = open_page(lee)
    others.goto(PAGE)  # what Priya offered went with her seat
    expect(others.get_by_role("heading", name="Nobody offers a seat")).to_be_visible()
