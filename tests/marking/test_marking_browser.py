"""A marker's evening and what the student sees of it, by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from readings.accounts.models import User
from readings.courses.models import Course
from readings.marking.marks import mark_words
from readings.marking.models import Feedback
from readings.marking.share import in_order
from readings.notes.models import NotePolicy
from readings.schedule.models import Reading
from tests import factories
from tests.browsers import AssertAccessible, OpenPage
from tests.scratch import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def focus(page: Page, name: str, role: str = "button") -> None:
    """Go on with the Tab key until something has the focus."""
    wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    for _press in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"The Tab key never reaches {name}")


def test_five_notes_are_marked_and_returned_and_one_is_answered_without_a_mouse(
    open_page: OpenPage,
    assert_accessible: AssertAccessible,
    course: Course,
    reading: Reading,
    bob: User,
    carol: User,
) -> None:
    NotePolicy.objects.create(course=course, marking="checks")
    others = [factories.make_user() for _number in range(4)]
    for person in others:
        factories.enrol(course, person)
    people = {person.pk: person for person in (bob, *others)}
    for person in people.values():
        factories.make_note(reading, person, f"What {person} thinks")
    turn = [people[pk] for pk in in_order(reading.pk, people)]

    page = open_page(carol, viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page.goto("/c/compilers/marking/")
    assert_accessible(page, schemes=["light", "dark"])
    focus(page, "Mark next: DSPy", "link")
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(str(turn[0]))
    assert_accessible(page, schemes=["light", "dark"])

    # There and back again; without a note after the last one nothing happens.
    page.keyboard.press("j")
    expect(heading).to_have_text(str(turn[1]))
    page.keyboard.press("ArrowLeft")
    expect(heading).to_have_text(str(turn[0]))

    # What is not saved does not get lost by a wrong key.
    page.keyboard.press("p")
    expect(page.get_by_label("check plus")).to_be_checked()
    page.keyboard.press("j")
    expect(page.get_by_text("Not saved yet.")).to_be_visible()
    expect(heading).to_have_text(str(turn[0]))
    page.keyboard.press("Enter")

    keys = ["-", "c", "p", "0"]
    for number, key in enumerate(keys, start=1):
        expect(heading).to_have_text(str(turn[number]))
        page.keyboard.press(key)
        page.keyboard.press("r")
        page.keyboard.type("just jokes, 3 of them?")  # keys that mean something elsewhere
        expect(heading).to_have_text(str(turn[number]))
        page.keyboard.press("Control+Enter")
    expect(page.get_by_text("That was the last note on DSPy.")).to_be_visible()
    marks = {one.student_id: one for one in Feedback.objects.all()}
    assert [int(marks[one.pk].mark or 0) for one in turn] == [3, 1, 2, 3, 0]
    assert [marks[one.pk].remarks.count() for one in turn] == [0, 1, 1, 1, 1]

    focus(page, "Return 5 marked on DSPy", "link")
    page.keyboard.press("Enter")
    expect(page.get_by_text("5 students will see")).to_be_visible()
    assert_accessible(page, schemes=["light", "dark"])
    focus(page, "Return 5")
    page.keyboard.press("Enter")
    expect(page.get_by_text("5 students see the feedback now.")).to_be_visible()

    # Where points are given, a digit begins to type the mark.
    NotePolicy.objects.update(marking="points", points=10)
    page.goto(f"/c/compilers/marking/{reading.pk}/{turn[0].pk}/")
    for key in ("7", ".", "5", "Enter"):
        page.keyboard.press(key)
    expect(heading).to_have_text(str(turn[1]))
    marks[turn[0].pk].refresh_from_db()
    assert float(marks[turn[0].pk].mark or 0) == 7.5

    # On the page of a note every key can be seen, and be turned off.
    page.goto(f"/c/compilers/marking/{reading.pk}/{bob.pk}/")
    page.keyboard.press("?")
    page.keyboard.press("?")
    expect(page.locator("[data-keys] summary")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Single keys work on this device")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.get_by_label("Single keys work on this device")).to_be_visible()
    focus(page, "Single keys work on this device", "checkbox")
    page.keyboard.press("Space")
    page.reload()
    page.keyboard.press("-")
    page.keyboard.press("r")
    expect(page.get_by_label("Remark", exact=True)).not_to_be_focused()

    theirs = open_page(bob, viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    theirs.goto(f"/c/compilers/papers/{reading.pk}/")
    expect(theirs.get_by_role("heading", name="Feedback on my note")).to_be_visible()
    expect(theirs.locator(".feedback-mark")).to_contain_text(mark_words(marks[bob.pk].given))
    theirs.locator("#feedback summary").focus()
    theirs.keyboard.press("Enter")
    theirs.keyboard.press("Tab")
    theirs.keyboard.type("Because of page 3.")
    theirs.keyboard.press("Tab")
    theirs.keyboard.press("Enter")
    expect(theirs.get_by_text("Your answer is there")).to_be_visible()
    assert_accessible(theirs, schemes=["light", "dark"])
    assert marks[bob.pk].remarks.filter(author=bob).count() == 1

    # Another's note is found helpful in place.
    theirs.goto(f"/c/compilers/papers/{reading.pk}/notes/")
    assert_accessible(theirs, schemes=["light", "dark"])
    button = theirs.get_by_role("button", name="Helpful").first
    button.focus()
    theirs.keyboard.press("Enter")
    expect(theirs.locator("button[aria-pressed=true]")).to_have_count(1)
    expect(theirs.locator("button[aria-pressed=true]")).to_be_focused()
    wait_until(lambda: bob.appreciations.count() == 1, seconds=10)
