"""The Import page in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from readings.accounts.models import User
from readings.courses.models import Course
from readings.imports.services import apply_import, draft_import
from readings.reading_lists.models import Entry
from readings.reading_lists.services import update_entry
from tests.browsers import AssertAccessible, OpenPage
from tests.imports.samples import sample

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_paste_look_and_apply(open_page: OpenPage, course: Course, alice: User) -> None:
    page = open_page(alice)
    page.goto(f"/c/{course.slug}/import/")
    page.get_by_label("The document, as text").fill(sample())
    # What is understood appears beside the box before anything is sent.
    expect(page.locator("#live")).to_contain_text("12 weeks, 24 classes")
    page.get_by_role("button", name="Look at what it says").click()
    expect(page.get_by_role("heading", name="Look, then apply")).to_be_visible()
    page.get_by_role("button", name="Apply:").click()
    expect(page.get_by_text("Papers are fetched now")).to_be_visible()
    assert course.meetings.count() == 24


DROP = """async (text) => {
    const carried = new DataTransfer();
    carried.items.add(new File([text], "schedule.md", { type: "text/markdown" }));
    const dropped = { dataTransfer: carried, bubbles: true, cancelable: true };
    document.querySelector("main form textarea").dispatchEvent(new DragEvent("drop", dropped));
}"""


def test_a_file_is_dropped_on_the_box(open_page: OpenPage, course: Course, alice: User) -> None:
    page = open_page(alice)
    page.goto(f"/c/{course.slug}/import/")
    page.evaluate(DROP, sample())
    page.get_by_role("button", name="Look at what it says").click()
    expect(page.get_by_text("12 weeks, 24 classes")).to_be_visible()


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
    page.get_by_label("The document, as text").fill(without_year(sample()))
    expect(page.locator("#live")).to_contain_text("12 weeks, 24 classes")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert_accessible(page, schemes=["dark"] if width > 1000 else [])
    page.get_by_role("button", name="Look at what it says").click()
    expect(page.get_by_text("Which year?")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert_accessible(page, schemes=["dark"] if width > 1000 else [])
    page.get_by_label("Year of the first date").fill("2025")
    page.get_by_role("button", name="Take this year").click()
    expect(page.get_by_role("button", name="Apply:")).to_be_visible()
    assert_accessible(page, schemes=["dark"] if width > 1000 else [])


LIST = """# Shelf

Ask on the [forum](https://forum.example.org/) first.

## Papers
- [MLIR](https://arxiv.org/abs/2002.11054) [[slides](https://example.org/mlir.pdf)], CGO 2021
  - A first look at *dialects*.
  - repo: https://github.com/llvm/llvm-project
- **TVM: an automated compiler for deep learning**
  - Chen et al., OSDI 2018
"""


@pytest.mark.parametrize("width", [360, 1280])
def test_a_list_that_changed_on_both_sides_fits_the_screen_and_is_accessible(
    open_page: OpenPage,
    assert_accessible: AssertAccessible,
    course: Course,
    alice: User,
    width: int,
) -> None:
    draft = draft_import(course=course, document=LIST, actor=alice)
    apply_import(draft=draft, actor=alice)
    mlir = Entry.objects.get(reading__paper__arxiv_id="2002.11054")
    update_entry(entry=mlir, venue="CGO 2021, Seoul")
    page = open_page(alice, viewport={"width": width, "height": 800})
    page.goto(f"/c/{course.slug}/import/")
    changed = LIST.replace("CGO 2021", "PLDI 2020").partition("- **TVM")[0]
    page.get_by_label("The document, as text").fill(changed)
    page.get_by_role("button", name="Look at what it says").click()
    expect(page.get_by_role("heading", name="Changed here and in the document")).to_be_visible()
    expect(page.get_by_role("heading", name="No longer in the document")).to_be_visible()
    page.get_by_text("1 link in the running text").click()
    page.get_by_text("Is it something else?").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert_accessible(page, schemes=["dark"] if width > 1000 else [])
    page.get_by_role("radio", name="document").first.check()
    page.get_by_role("checkbox", name="forum").check()
    page.get_by_role("button", name="Apply:").click()
    expect(page.get_by_text("Imported:")).to_be_visible()
    mlir.refresh_from_db()
    assert mlir.venue == "PLDI"
    assert not Entry.objects.filter(title__startswith="TVM").exists()
    assert Entry.objects.filter(reading__paper__url="https://forum.example.org/").exists()
    page.goto(f"/c/{course.slug}/import/")
    page.get_by_role("button", name="Undo this import").click()
    expect(page.get_by_text("Taken back:")).to_be_visible()
    assert Entry.objects.filter(title__startswith="TVM").exists()


def without_year(text: str) -> str:
    """The sample as it is when nothing in it tells the year."""
    text = text.replace("SystemsSeminar2025", "systems").replace("Labor Day", "Free")
    return (
        text.replace("Thanksgiving", "Autumn")
        .replace("arxiv.org", "example.org")
        .replace("arXiv:", "")
    )
