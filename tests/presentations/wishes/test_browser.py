"""Ranking in a real browser: by mouse, by keyboard, by number, and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from readings.accounts.models import User
from readings.presentations.models import Sheet, Slot
from readings.presentations.wishes.models import Preference
from tests.browsers import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def stored() -> dict[str, int]:
    rows = Preference.objects.order_by("rank", "pk").select_related("slot__agenda_item__reading")
    return {str(row.slot): row.rank for row in rows}


def order(page: Page) -> list[tuple[str, str]]:
    """The ranked cards from the top: names, and the numbers in their fields."""
    cards = page.locator("[data-list=ranked] > [data-offer]")
    return [
        (str(card.get_attribute("data-name")), card.locator("input").input_value())
        for card in cards.all()
    ]


def save(page: Page, wishes: int) -> None:
    page.get_by_role("button", name="Save ranking").click()
    expect(page.get_by_text(f"Saved: {wishes} wishes.")).to_be_visible()


def test_wishes_are_ranked_by_mouse_by_keyboard_and_by_number(
    sheet: Sheet, slots: list[Slot], open_page: OpenPage, bob: User
) -> None:
    address = f"/c/compilers/sign-ups/wishes/{sheet.pk}/"
    page = open_page(bob)
    page.goto(address)
    page.get_by_role("button", name="Rank it TVM").press("Enter")
    assert order(page) == [("TVM", "1")]
    expect(page.locator("[data-says]")).to_have_text("TVM: rank 1, place 1 of 1")
    expect(page.locator("[data-count]")).to_have_text("1")
    # The keyboard stays on the card that moved.
    expect(page.get_by_role("button", name="Rank TVM higher")).to_be_focused()
    page.get_by_role("button", name="Rank it MLIR").press("Enter")
    page.get_by_role("button", name="Rank MLIR higher").press("Enter")
    assert order(page) == [("MLIR", "1"), ("TVM", "2")]
    page.locator(f"#offer-{slots[0].pk} [data-grip]").drag_to(
        page.locator(f"#offer-{slots[2].pk}"), target_position={"x": 200, "y": 4}
    )
    assert order(page) == [("DSPy", "1"), ("MLIR", "2"), ("TVM", "3")]
    page.get_by_label("Rank of TVM").fill("2")
    page.get_by_label("Rank of TVM").press("Enter")
    assert order(page) == [("DSPy", "1"), ("MLIR", "2"), ("TVM", "2")]
    page.get_by_role("button", name="Rank DSPy lower").click()
    assert order(page) == [("MLIR", "1"), ("DSPy", "2"), ("TVM", "3")]
    save(page, 3)
    assert stored() == {"MLIR": 1, "DSPy": 2, "TVM": 3}
    page.get_by_role("button", name="Take out MLIR").click()
    save(page, 2)
    assert stored() == {"DSPy": 1, "TVM": 2}

    plain = open_page(bob, java_script_enabled=False)
    plain.goto(address)
    expect(plain.get_by_role("button", name="Rank it MLIR")).to_be_hidden()
    plain.get_by_label("Rank of MLIR").fill("1")
    plain.get_by_label("Rank of DSPy").fill("5")
    plain.get_by_label("Rank of TVM").fill("")
    save(plain, 2)
    assert stored() == {"MLIR": 1, "DSPy": 2}
