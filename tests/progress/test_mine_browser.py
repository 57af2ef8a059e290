"""A student's ledger by keyboard, on a telephone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from readings.accounts.models import User
from readings.courses.models import Course
from readings.notes.models import Exemption, NotePolicy
from tests import factories
from tests.browsers import AssertAccessible, OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_student_spends_a_skip_and_takes_it_back_by_keyboard(
    course: Course, bob: User, open_page: OpenPage, assert_accessible: AssertAccessible
) -> None:
    NotePolicy.objects.create(course=course, skips=2, unused_skip_drops=True)
    today = timezone.now().date()
    for number, label in enumerate(["DSPy", "TVM", "MLIR"]):
        reading = factories.make_reading(course, label=label)
        meeting = factories.make_meeting(course, today + dt.timedelta(days=7 * number - 5))
        factories.put_on_agenda(meeting, reading)
    page = open_page(bob, viewport={"width": 390, "height": 800})
    page.goto("/c/compilers/notes/")
    expect(page.get_by_role("region", name="Due next")).to_contain_text("TVM")
    page.locator("summary", has_text="How it is counted").click()
    assert_accessible(page)

    page.get_by_role("link", name="Write about TVM").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("You skip the note on TVM")
    expect(page.get_by_text("1 of 2 skips left")).to_be_visible()
    expect(page.get_by_role("region", name="Due next")).to_contain_text("MLIR")
    assert Exemption.objects.count() == 1

    # The button under the finger is now the one that takes it back.
    expect(page.get_by_role("button", name="Take the skip back from TVM")).to_be_focused()
    assert_accessible(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("owe the note on TVM again")
    assert not Exemption.objects.exists()

    # A double click is one: the button that is then in its place waits for a moment.
    page.get_by_role("button", name="Skip the note on TVM").dblclick()
    expect(page.get_by_role("status")).to_contain_text("You skip the note on TVM")
    expect(page.get_by_text("1 of 2 skips left")).to_be_visible()
    assert Exemption.objects.count() == 1
