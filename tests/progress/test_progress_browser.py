"""The staff's journey through the ledger, by keyboard alone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from readings.accounts.models import User
from readings.courses.models import Course
from readings.progress.models import Reminder
from tests import factories
from tests.browsers import AssertAccessible, OpenPage
from tests.marking.classes import add_readings, add_students, give_marks, hand_in, set_policy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = "/c/compilers/progress/"


def test_alice_finds_who_owes_a_note_and_reminds_them(
    course: Course,
    alice: User,
    bob: User,
    open_page: OpenPage,
    assert_accessible: AssertAccessible,
) -> None:
    set_policy(course, marking="points", skips=2)
    today = timezone.now().astimezone(course.zone).date()
    readings = add_readings(course, 12, today - dt.timedelta(days=5))
    ada, ben = add_students(course, 2)
    hand_in([ada, ben], readings[:4], timezone.now() - dt.timedelta(days=9))
    give_marks([ada], readings[:2], alice)
    factories.make_group(course, ada, bob, name="Loop Invariants")
    page = open_page(alice, viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    keys = page.keyboard
    focused = page.locator(":focus")

    page.goto(PAGE)
    assert_accessible(page, schemes=["light", "dark"])
    # One stop for Tab; then the arrows, as far as there is something, and back.
    page.locator("#group").focus()
    keys.press("Tab")
    keys.press("Tab")
    expect(focused).to_have_text("missing")
    keys.press("ArrowUp")
    expect(focused).to_have_text("R01")
    keys.press("Home")
    expect(focused).to_have_text("R01")
    keys.press("End")
    expect(focused).to_have_text("R12")
    keys.press("ArrowDown")
    expect(focused).to_have_text("due")
    keys.press("Control+Home")
    expect(focused).to_have_text("Bob Baker")
    keys.press("Control+End")
    expect(focused).to_have_text("due")
    expect(focused).to_be_in_viewport()
    keys.press("Home")
    expect(focused).to_have_text("Student 002")
    for _ in range(3):
        keys.press("ArrowRight")
    expect(focused).to_have_text("submitted, to mark")
    keys.press("ArrowUp")
    expect(focused).to_have_text("8.5")
    keys.press("ArrowDown")
    keys.press("Enter")
    page.wait_for_url(f"**/marking/{readings[0].pk}/{ben.pk}/")
    page.go_back()

    # Where there is no note, the student is.
    page.locator(".matrix a", has_text="Bob Baker").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "Enter"):
        keys.press(key)
    page.wait_for_url(f"**/progress/students/{bob.pk}/#reading-{readings[0].pk}")
    page.go_back()

    # Who is missing what.
    page.get_by_role("link", name="Missing").focus()
    keys.press("Enter")
    page.wait_for_url("**show=missing*")
    expect(page.locator(".matrix tbody tr")).to_have_count(1)
    assert_accessible(page, schemes=["light", "dark"])
    page.locator(".matrix a", has_text="Bob Baker").focus()
    keys.press("ArrowRight")  # total
    for _ in range(2):
        keys.press("ArrowRight")
    keys.press("ArrowUp")
    expect(focused).to_have_text("R01")
    keys.press("Enter")
    page.wait_for_url(f"**/progress/readings/{readings[0].pk}/")
    expect(page.locator("tbody th").first).to_have_text("Bob Baker")

    # A reminder: shown, then sent.
    page.get_by_role("link", name="Remind these 1").focus()
    keys.press("Enter")
    page.wait_for_url("**/reminders/?which=reading*")
    page.get_by_label("In your words").focus()
    keys.type("It is not too late.")
    page.get_by_role("button", name="See who would get it").focus()
    keys.press("Enter")
    expect(page.get_by_role("heading", name="1 mail")).to_be_visible()
    page.locator("summary", has_text="The mail to Bob Baker").focus()
    keys.press("Enter")
    expect(page.get_by_text("It is not too late.").last).to_be_visible()
    assert_accessible(page, schemes=["light", "dark"])
    page.get_by_label("In your words").fill("It is not too late!")
    page.get_by_role("button", name="Send").focus()
    keys.press("Enter")
    expect(page.get_by_text("You changed the words since you looked")).to_be_visible()
    page.get_by_role("button", name="Send").focus()
    keys.press("Enter")
    expect(page.get_by_text("1 mail is on the way.")).to_be_visible()
    reminder = Reminder.objects.get()
    assert (reminder.user, reminder.words) == (bob, "It is not too late!")

    # On a phone the table scrolls in itself.
    page.set_viewport_size({"width": 390, "height": 800})
    for path in ("", f"students/{bob.pk}/", f"readings/{readings[0].pk}/", "reminders/", "export/",
                 "import/"):  # fmt: skip
        page.goto(PAGE + path)
        room = page.evaluate("document.documentElement.clientWidth")
        assert page.evaluate("document.documentElement.scrollWidth") <= room, path
        assert_accessible(page)
