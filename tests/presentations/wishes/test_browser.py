"""Ranking in a real browser: by mouse, by keyboard, by number, and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from readings.accounts.models import User
from readings.presentations.models import Sheet, Slot
from readings.presentations.queries import describe
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
        (str(card.get_attribute("data-name")).split(" (")[0], card.locator("input").input_value())
        for card in cards.all()
    ]


def move(page: Page, slot: Slot, where: str) -> Locator:
    """The button that moves a card: up, down, in or out."""
    return page.locator(f"#offer-{slot.pk} [data-move={where}]")


def rank(page: Page, slot: Slot) -> Locator:
    """The field with a card's rank."""
    return page.get_by_label(f"Rank of {describe(slot)}")


def save(page: Page, wishes: int) -> None:
    page.get_by_role("button", name="Save ranking").click()
    expect(page.get_by_text(f"Saved: {wishes} wishes.")).to_be_visible()


def test_wishes_are_ranked_by_mouse_by_keyboard_and_by_number(
    sheet: Sheet, slots: list[Slot], open_page: OpenPage, bob: User
) -> None:
    address = f"/c/compilers/sign-ups/wishes/{sheet.pk}/"
    page = open_page(bob)
    dspy, tvm, mlir = slots
    page.goto(address)
    expect(move(page, tvm, "in")).to_have_accessible_name(f"Rank it {describe(tvm)}")
    move(page, tvm, "in").press("Enter")
    assert order(page) == [("TVM", "1")]
    expect(page.locator("[data-says]")).to_have_text(f"{describe(tvm)}: rank 1, place 1 of 1")
    expect(page.locator("[data-count]")).to_have_text("1")
    expect(move(page, tvm, "up")).to_be_focused()  # the keyboard stays on the card that moved
    move(page, mlir, "in").press("Enter")
    move(page, mlir, "up").press("Enter")
    assert order(page) == [("MLIR", "1"), ("TVM", "2")]
    page.locator(f"#offer-{dspy.pk} [data-grip]").drag_to(
        page.locator(f"#offer-{mlir.pk}"), target_position={"x": 200, "y": 4}
    )
    assert order(page) == [("DSPy", "1"), ("MLIR", "2"), ("TVM", "3")]
    rank(page, tvm).fill("2")
    rank(page, tvm).press("Enter")
    assert order(page) == [("DSPy", "1"), ("MLIR", "2"), ("TVM", "2")]
    move(page, dspy, "down").click()
    assert order(page) == [("MLIR", "1"), ("DSPy", "2"), ("TVM", "3")]
    save(page, 3)
    assert stored() == {"MLIR": 1, "DSPy": 2, "TVM": 3}
    move(page, mlir, "out").click()
    save(page, 2)
    assert stored() == {"DSPy": 1, "TVM": 2}

    plain = open_page(bob, java_script_enabled=False)
    plain.goto(address)
    expect(move(plain, mlir, "in")).to_be_hidden()
    rank(plain, mlir).fill("1")
    rank(plain, dspy).fill("5")
    rank(plain, tvm).fill("")
    save(plain, 2)
    assert stored() == {"MLIR": 1, "DSPy": 2}
