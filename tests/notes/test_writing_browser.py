"""Notes with several prompts in a real browser: whole journeys."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from readings.accounts.models import User
from readings.courses.models import Course
from readings.notes.models import Attachment, Note
from readings.schedule.models import Reading
from tests.browsers import AssertAccessible, OpenPage
from tests.notes.addresses import note, paper
from tests.notes.asking_for import EVERY_KIND, ask, store_pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d$")


SUBMIT = "button[formaction$='/submit/']"


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the keyboard is there."""
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard does not get to {selector}")


@pytest.fixture
def every_kind(reading: Reading) -> Reading:
    """A reading that asks for everything that can be asked for."""
    ask(reading, *EVERY_KIND)
    return reading


def test_a_note_of_many_prompts_is_written_by_keyboard_alone(
    every_kind: Reading, bob: User, open_page: OpenPage, assert_accessible: AssertAccessible
) -> None:
    page = open_page(bob, viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page.goto(paper(every_kind))
    keys = page.keyboard
    tab_to(page, "textarea[name=answer-claims]")
    keys.type("It is fast")
    expect(page.locator("[data-word-count]")).to_have_text("3")
    for text in ("Fast.", "Is it?"):
        keys.press("Tab")
        keys.type(text)
    keys.press("Tab")
    keys.press("ArrowDown")  # the second of three
    keys.press("Tab")
    keys.press("Space")  # no answer is answered, with yes beside it
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.type("A line")
    keys.press("Tab")
    keys.type("7")
    keys.press("Tab")
    keys.type("nowhere")
    for text in ("What is it?", "A compiler.", "Why?", "Speed."):
        keys.press("Tab")
        keys.type(text)
    keys.press("Tab")
    expect(page.get_by_role("button", name="One more question")).to_be_focused()
    keys.press("Enter")
    keys.type("For whom?")
    keys.press("Tab")
    keys.type("Me.")

    tab_to(page, SUBMIT)
    keys.press("Enter")  # the link is no link

    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(width) <= 0
    assert_accessible(page, schemes=["dark", "light"])
    keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_label("Code that you looked at")).to_be_focused()
    keys.press("Control+A")
    keys.type("https://example.org/code")
    keys.press("Enter")  # saves, as a form with one button would
    expect(page.locator("[data-save-state]")).to_have_text(SAVED)
    tab_to(page, SUBMIT)
    keys.press("Enter")

    expect(page).to_have_url(re.compile(r"/papers/\d+/$"))
    written = Note.objects.get()
    assert written.answers == {
        "claims": "It is fast",
        "one": "Fast.",
        "ask": "Is it?",
        "rigor": 2,
        "again": written.answers["again"],
        "line": {"text": "A line", "page": 7},
        "code": "https://example.org/code",
        "log": [
            {"q": "What is it?", "a": "A compiler."},
            {"q": "Why?", "a": "Speed."},
            {"q": "For whom?", "a": "Me."},
        ],
    }
    expect(page.locator("[data-kept]")).to_be_hidden()
    assert_accessible(page, schemes=["dark", "light"])


def test_of_two_tabs_with_several_answers_both_versions_are_offered(
    every_kind: Reading, bob: User, open_page: OpenPage, assert_accessible: AssertAccessible
) -> None:
    page = open_page(bob, reduced_motion="reduce")
    page.goto(note(every_kind))
    other = page.context.new_page()
    other.goto(note(every_kind))
    page.get_by_label("In one sentence").fill("From here")
    page.get_by_label("2 Somewhat").check()
    page.get_by_label("Question 2").fill("Later than the first")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("[data-save-state]")).to_have_text(SAVED)

    other.get_by_label("In one sentence").fill("From there")
    other.get_by_label("3 Very").check()
    other.get_by_role("button", name="Save draft").click()

    choice = other.locator("[data-conflict]")
    expect(choice.get_by_role("heading")).to_have_text(
        ["In one sentence", re.compile("How rigorous"), "What you asked a model"]
    )
    expect(choice.locator("pre")).to_have_text(
        ["From there", "From here", "3 Very", "2 Somewhat", "", re.compile("Later than the first")]
    )
    assert Note.objects.get().draft["rigor"] == 2
    assert_accessible(other, schemes=["dark", "light"])
    choice.get_by_role("link", name="Use the other one").click()
    expect(other.get_by_label("In one sentence")).to_have_value("From here")
    expect(other.get_by_label("2 Somewhat")).to_be_checked()
    expect(other.get_by_label("Question 1")).to_have_value("Later than the first")

    other.get_by_label("In one sentence").fill("Together")
    other.get_by_role("button", name="Save draft").click()
    expect(other.locator("[data-save-state]")).to_have_text(SAVED)
    page.get_by_label("In one sentence").fill("Mine after all")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("button", name="Keep mine").click()
    expect(page.locator("[data-save-state]")).to_have_text(SAVED)
    draft = Note.objects.get().draft
    assert (draft["one"], draft["rigor"]) == ("Mine after all", 2)


def test_quotes_names_files_and_a_preview_come_while_writing(
    every_kind: Reading,
    course: Course,
    bob: User,
    open_page: OpenPage,
    tmp_path: Path,
    assert_accessible: AssertAccessible,
) -> None:
    store_pages(every_kind, "Nothing here.", "First. We pro-\npose a new compiler. It is fast.")
    page = open_page(bob, viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page.goto(note(every_kind))
    claims = page.get_by_label("What does it claim?")

    # A live preview that is remembered.
    page.get_by_label("Preview as you type").check()
    claims.fill("It costs $n^2$ says ")
    expect(page.locator("#note-preview math")).to_be_visible()

    # A name, found with the keyboard.
    claims.press("Control+End")
    claims.press_sequentially("@ca")
    names = page.get_by_role("listbox", name="People and papers")
    expect(names.get_by_role("option", selected=True)).to_contain_text("Carol Chen")
    assert_accessible(page, schemes=["dark", "light"])
    claims.press("Enter")
    claims.press_sequentially("of @dsp")
    expect(names.get_by_role("option")).to_have_count(1)
    claims.press("Escape")
    expect(names).to_be_hidden()
    expect(claims).to_have_value("It costs $n^2$ says @Carol Chen of @dsp")

    # A quote with its page.
    page.get_by_text("Quote the paper").click()
    page.get_by_label("Words that stand in the paper").fill("propose a NEW compiler")
    page.get_by_label("Words that stand in the paper").press("Enter")
    insert = page.get_by_role("button", name="Insert this quote of page 2")
    insert.click()
    expect(claims).to_have_value(re.compile(r"\n\n> We propose a new compiler\. \(p\. 2\)\n\n$"))
    page.get_by_label("A line worth quoting").focus()
    insert.click()
    expect(page.get_by_label("A line worth quoting")).to_have_value("We propose a new compiler.")
    expect(page.get_by_label("Page", exact=True)).to_have_value("2")

    # A file that is none of those that can be attached, and one that is.
    page.get_by_label("Your annotated copy").set_input_files(
        {"name": "all.zip", "mimeType": "application/zip", "buffer": b"PK\x03\x04"}
    )
    expect(page.get_by_text("“all.zip” cannot be attached")).to_be_visible()
    (tmp_path / "copy.pdf").write_bytes(b"%PDF-1.7 words")
    (tmp_path / "more.txt").write_bytes(b"words")
    page.get_by_label("Your annotated copy").set_input_files(
        [tmp_path / "copy.pdf", tmp_path / "more.txt"]
    )
    expect(page.locator("[data-files] li")).to_have_count(2)
    expect(page.get_by_text("2 files: attached.")).to_be_visible()
    page.get_by_role("button", name="Remove more.txt").click()
    expect(page.locator("[data-files] li")).to_have_count(1)
    page.get_by_label("3 Very").check()
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("[data-save-state]")).to_have_text(SAVED)
    page.reload()
    expect(page.get_by_label("Preview as you type")).to_be_checked()
    expect(page.locator("#note-preview")).to_contain_text("We propose a new compiler.")
    page.get_by_role("button", name="Submit").click()

    expect(page).to_have_url(re.compile(r"/papers/\d+/$"))
    expect(page.locator("#my-note .note")).to_contain_text("@Carol Chen")
    with page.expect_download() as download:
        page.locator("#my-note .note").get_by_role("link", name="copy.pdf").click()
    assert Path(download.value.path()).read_bytes() == b"%PDF-1.7 words"
    assert list(Attachment.objects.values_list("name", "is_submitted")) == [
        ("copy.pdf", True),
        ("more.txt", False),
    ]
