"""An instructor decides about notes: by keyboard alone, and without scripts."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from readings.accounts.models import User
from readings.courses.models import Course
from readings.notes.models import NotePolicy, TemplateVersion
from tests import factories
from tests.browsers import AssertAccessible, OpenPage
from tests.notes.asking.conftest import MakeTemplate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOTES = "/c/compilers/notes/"


def tab_to(page: Page, css: str, *, back: bool = False) -> None:
    """Press Tab until the focus is there."""
    for _press in range(80):
        if page.evaluate("css => document.activeElement?.matches(css) ?? false", css):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"the focus never came to {css}")


def asks_before_leaving(page: Page) -> bool:
    """Whether the browser would ask what becomes of the input."""
    asks: bool = page.evaluate("!dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    return asks


def texts(page: Page) -> list[str]:
    """What the prompts in the form ask."""
    found: list[str] = page.eval_on_selector_all(
        ".prompt [name$='-text']", "all => all.map(one => one.value)"
    )
    return found


def test_alice_decides_about_notes_by_keyboard_alone(
    course: Course, alice: User, open_page: OpenPage, assert_accessible: AssertAccessible
) -> None:
    today = timezone.now().astimezone(course.zone).date()
    reading = factories.make_reading(course, label="DSPy")
    day = today + dt.timedelta(days=3)
    factories.put_on_agenda(factories.make_meeting(course, day, meets_from=dt.time(10)), reading)
    page = open_page(alice, viewport={"width": 1280, "height": 900}, reduced_motion="reduce")

    # A preset.
    page.goto(f"{NOTES}templates/")
    tab_to(page, "a[href$='/templates/new/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/new/")
    tab_to(page, "a[aria-label='Start with Summary, strengths, weaknesses, questions']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/new/?from=summary")

    # Its words, its order; the focus stays where the work is.
    tab_to(page, "#id_p2-text")
    page.keyboard.press("Control+A")
    page.keyboard.type("What would you keep of it?")
    tab_to(page, "#up-p2", back=True)
    page.keyboard.press("Enter")
    expect(page.locator(".prompt").first).to_have_id("prompt-p2")
    assert texts(page)[0] == "What would you keep of it?"
    assert page.evaluate("document.activeElement.id") == "up-p2"
    assert asks_before_leaving(page)
    tab_to(page, "#remove-p4")
    page.keyboard.press("Enter")
    tab_to(page, "#restore-p4")
    assert_accessible(page, schemes=["light"])
    page.keyboard.press("Enter")
    expect(page.locator("#id_p4-text")).to_be_focused()
    tab_to(page, "#add-prompt")
    page.keyboard.press("Enter")
    expect(page.locator("#id_p5-text")).to_be_focused()
    page.keyboard.type("How sure are you?")
    tab_to(page, "#id_p5-kind")
    page.keyboard.type("Scale")
    tab_to(page, "#id_p5-labels")
    page.keyboard.type("Guessing\nRather sure\nSure")
    assert_accessible(page, schemes=["dark"])
    tab_to(page, ".prompt-save [value='save']")
    page.keyboard.press("Enter")

    # As a student sees it.
    page.wait_for_url("**/preview/")
    expect(page.get_by_label("What would you keep of it?")).to_be_visible()
    expect(page.get_by_text("Rather sure")).to_be_visible()
    version = TemplateVersion.objects.get()
    assert [one.key for one in version.all_prompts] == [
        "strengths", "summary", "weaknesses", "question", "how-sure-are-you",
    ]  # fmt: skip

    # The rules say what they mean while they are made.
    page.goto(f"{NOTES}rules/")
    assert not asks_before_leaving(page)
    tab_to(page, "#id_template")
    page.keyboard.type("Summary")
    tab_to(page, "[name='due']:checked")
    page.keyboard.press("ArrowDown")
    before = day - dt.timedelta(days=1)
    expect(page.locator("#meaning")).to_contain_text(f"{before:%a %b} {before.day}, 20:00")
    expect(page.locator("#meaning")).to_contain_text("1 deadline moves")
    tab_to(page, "#id_skips")
    page.keyboard.press("Control+A")
    page.keyboard.type("5")
    page.keyboard.press("Tab")
    expect(page.locator("#meaning")).to_contain_text("skip 5 notes")
    assert_accessible(page, schemes=["dark"])
    assert not NotePolicy.objects.filter(skips=5).exists()
    assert asks_before_leaving(page)
    tab_to(page, ".rules-save [value='save']")
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("Notes are now due 20:00 the day before")
    policy = NotePolicy.objects.get()
    assert (policy.skips, policy.due, policy.template) == (5, "time_of_day", version.template)


def test_templates_are_edited_without_scripts(
    course: Course, alice: User, open_page: OpenPage, make_template: MakeTemplate
) -> None:
    version = make_template("questions")
    page = open_page(alice, java_script_enabled=False)
    page.goto(f"{NOTES}templates/{version.template_id}/")
    page.get_by_label("What it asks").first.fill("What puzzled you?")
    page.get_by_role("button", name="Move prompt 1 down").click()
    assert page.url.endswith("#prompt-p1")
    page.get_by_role("button", name="Remove prompt 4").click()
    page.get_by_role("button", name="Save").last.click()
    last = TemplateVersion.objects.get(number=2)
    assert [one.text for one in last.all_prompts] == [
        "Second question", "What puzzled you?", "Third question",
    ]  # fmt: skip
    assert last.all_prompts[1].key == "first"
