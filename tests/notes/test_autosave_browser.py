"""The editor in a real browser: it saves itself, says the truth, and loses nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import BrowserContext, Page, Route, expect

from readings.accounts.models import User
from readings.notes.models import Note
from readings.notes.services import save_draft
from readings.schedule.models import Reading
from tests import factories
from tests.browsers import AssertAccessible, OpenPage
from tests.notes.addresses import note

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAVED = re.compile(r"^Saved \d\d:\d\d:\d\d$")


def wait_until(holds: Callable[[], bool], *, seconds: float = 10) -> None:
    """Until ``holds()``, with a deadline."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def stored() -> str:
    """What the server has."""
    return Note.objects.values_list("draft__text", flat=True).first() or ""


@pytest.fixture
def page(open_page: OpenPage, bob: User, reading: Reading) -> Page:
    """Bob's window on the page of his note."""
    page = open_page(bob)
    page.clock.install()
    page.goto(note(reading))
    return page


class Gate:
    """Keeps the drafts of a window on their way until it is opened."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._held: list[Route] = []
        self._is_open = False
        page.route("**/note/draft/", self._arrive)

    def _arrive(self, route: Route) -> None:
        if self._is_open:
            route.continue_()
        else:
            self._held.append(route)

    def wait(self) -> None:
        """Until a draft stands before it."""
        # Playwright hands out events only while it is asked something.
        wait_until(lambda: self._page.evaluate("true") and bool(self._held))

    def open(self) -> None:
        """Let everything through."""
        self._is_open = True
        for route in self._held:
            route.continue_()


@pytest.fixture
def sign_in_again(live_site: str) -> Callable[[Page, User], None]:
    """A function that gives a window a new session."""

    def give_session(page: Page, user: User) -> None:
        client = Client()
        client.force_login(user)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_site}])

    return give_session


def type_text(page: Page, text: str) -> None:
    """Type at the end, in less time than makes the editor save."""
    page.get_by_label("Your note").press("Control+End")
    page.get_by_label("Your note").press_sequentially(text)


def write(page: Page, text: str) -> None:
    """Type, and let the clock of the window run on until the editor saves."""
    type_text(page, text)
    page.clock.fast_forward(2000)


def test_what_is_typed_is_saved_by_itself(page: Page) -> None:
    write(page, "It is clear.")

    expect(page.locator("[data-save-state]")).to_have_text(SAVED)
    assert stored() == "It is clear."


def test_it_saves_while_typing_goes_on(page: Page) -> None:
    for word in range(7):
        type_text(page, f"{word} ")
        page.clock.fast_forward(1100)  # never a pause of 1.5 seconds
    assert not stored()

    type_text(page, "7")
    page.clock.fast_forward(1100)

    wait_until(lambda: stored() == "0 1 2 3 4 5 6 7")


def test_leaving_the_page_saves(page: Page, reading: Reading) -> None:
    type_text(page, "Last words")
    page.goto("about:blank")

    wait_until(lambda: stored() == "Last words")


def test_nothing_says_saved_while_the_server_is_silent(page: Page) -> None:
    gate = Gate(page)
    write(page, "Patience")
    gate.wait()

    expect(page.locator("[data-save-state]")).to_have_text("Saving…")
    assert not stored()

    gate.open()
    expect(page.locator("[data-save-state]")).to_have_text(SAVED)
    assert stored() == "Patience"


def test_a_dropped_connection_is_said_loudly_and_made_good(page: Page) -> None:
    context: BrowserContext = page.context
    context.set_offline(True)
    write(page, "Written in a tunnel.")
    place = page.locator("[data-save-state]")
    expect(place).to_contain_text("NOT saved")
    expect(page.locator("[data-save-news]")).to_contain_text("NOT saved")
    write(page, " And more.")

    context.set_offline(False)

    expect(place).to_have_text(SAVED)
    assert stored() == "Written in a tunnel. And more."


def test_an_answer_that_is_lost_is_no_conflict(page: Page) -> None:
    lost: list[int] = []

    def lose_the_answer(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/note/draft/", lose_the_answer)
    write(page, "First.")
    expect(page.locator("[data-save-state]")).to_contain_text("NOT saved")
    write(page, " Second.")

    expect(page.locator("[data-save-state]")).to_have_text(SAVED)
    expect(page.locator("[data-conflict]")).to_be_hidden()
    assert (lost, stored()) == ([200], "First. Second.")


def test_a_text_the_server_never_got_is_offered_back(
    page: Page, reading: Reading, bob: User, sign_in_again: Callable[[Page, User], None]
) -> None:
    page.on("dialog", lambda dialog: dialog.accept())  # yes, leave
    Session.objects.all().delete()
    write(page, "Nearly lost.")
    expect(page.locator("[data-save-state]")).to_contain_text("NOT saved")
    page.context.set_offline(True)  # what is sent on leaving could find the new session already
    page.goto("about:blank")
    page.context.set_offline(False)
    sign_in_again(page, bob)
    assert not stored()

    page.goto(note(reading))

    offer = page.locator("[data-kept]")
    expect(offer).to_be_visible()
    expect(page.get_by_label("Your note")).to_have_value("")
    offer.get_by_role("button", name="Use it").click()
    expect(page.get_by_label("Your note")).to_have_value("Nearly lost.")
    expect(page.locator("[data-save-state]")).to_have_text(SAVED)
    assert stored() == "Nearly lost."
    page.reload()
    expect(offer).to_be_hidden()


def test_a_kept_text_can_be_discarded(page: Page, reading: Reading, bob: User) -> None:
    key = f"seminar:note:{bob.pk}:{reading.pk}"
    page.evaluate("key => localStorage.setItem(key, JSON.stringify({text: 'Old', at: 0}))", key)
    page.reload()

    page.locator("[data-kept]").get_by_role("button", name="Discard it").click()

    expect(page.locator("[data-kept]")).to_be_hidden()
    page.reload()
    expect(page.locator("[data-kept]")).to_be_hidden()
    assert not stored()


def test_a_kept_answer_to_what_is_asked_no_more_goes_where_there_is_room(
    page: Page, reading: Reading, bob: User
) -> None:
    key = f"seminar:note:{bob.pk}:{reading.pk}"
    fields = {"answer-text": "Still asked.", "answer-gone": "Asked no more."}
    page.evaluate(
        "([key, fields]) => localStorage.setItem(key, JSON.stringify({fields, at: 0}))",
        [key, fields],
    )
    page.reload()

    offer = page.locator("[data-kept]")
    expect(offer.get_by_role("heading", name="Something that is not asked here")).to_be_visible()
    offer.get_by_role("button", name="Use it").click()

    expect(page.locator("[data-save-state]")).to_have_text(SAVED)
    assert stored() == "Still asked.\n\nAsked no more."


def test_of_two_tabs_the_later_one_is_asked(page: Page, reading: Reading) -> None:
    other = page.context.new_page()
    other.clock.install()
    other.goto(note(reading))
    write(page, "From this tab.")
    expect(page.locator("[data-save-state]")).to_have_text(SAVED)

    write(other, "From the other tab.")

    choice = other.locator("[data-conflict]")
    expect(choice).to_be_visible()
    expect(choice.locator("pre")).to_have_text(["From the other tab.", "From this tab."])
    expect(other.locator("[data-save-state]")).to_contain_text("NOT saved")
    for button in ("Submit", "Save draft"):  # neither is a choice
        other.get_by_role("button", name=button).click()
        expect(choice).to_be_focused()
        expect(other.locator("[data-save-news]")).to_contain_text("choose one of the two")
    assert stored() == "From this tab."
    choice.get_by_role("button", name="Keep mine").click()
    expect(other.locator("[data-save-state]")).to_have_text(SAVED)
    assert stored() == "From the other tab."

    write(page, " Again.")
    page.locator("[data-conflict]").get_by_role("link", name="Use the other one").click()
    expect(page.get_by_label("Your note")).to_have_value("From the other tab.")
    write(page, " Together.")
    expect(page.locator("[data-save-state]")).to_have_text(SAVED)
    assert stored() == "From the other tab. Together."


def test_a_conflict_that_the_server_shows_is_not_settled_by_typing(
    page: Page, reading: Reading, bob: User
) -> None:
    page.get_by_label("Your note").fill("Mine.")
    save_draft(
        reading=reading, author=bob, answers={"text": "Theirs."}, based_on=0, at=factories.NOON
    )
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("[data-conflict]")).to_be_visible()

    write(page, " Still mine.")
    write(page, " And still.")

    assert stored() == "Theirs."
    page.get_by_role("button", name="Keep mine").click()
    expect(page.locator("[data-save-state]")).to_have_text(SAVED)
    assert stored() == "Mine. Still mine. And still."


def test_a_lost_session_is_said_and_made_good_after_signing_in_again(
    page: Page, bob: User, sign_in_again: Callable[[Page, User], None]
) -> None:
    Session.objects.all().delete()
    write(page, "Signed out meanwhile.")
    place = page.locator("[data-save-state]")
    expect(place).to_contain_text("signed out")
    assert not stored()

    sign_in_again(page, bob)
    page.clock.fast_forward(60_000)

    expect(place).to_have_text(SAVED)
    assert stored() == "Signed out meanwhile."


def test_what_one_wrote_never_goes_into_the_note_of_who_signs_in_next(
    page: Page,
    reading: Reading,
    bob: User,
    erin: User,
    sign_in_again: Callable[[Page, User], None],
) -> None:
    sign_in_again(page, erin)
    other = page.context.new_page()
    other.goto(note(reading))  # with a token of Erin's
    write(page, "Bob's own.")
    place = page.locator("[data-save-state]")
    expect(place).to_contain_text("signed in as somebody else now")
    page.clock.fast_forward(60_000)
    page.get_by_role("button", name="Submit").click()
    expect(place).to_contain_text("signed in as somebody else now")
    assert not Note.objects.exists()

    sign_in_again(page, bob)
    page.clock.fast_forward(60_000)

    expect(place).to_have_text(SAVED)
    assert list(Note.objects.values_list("author", "draft__text")) == [(bob.pk, "Bob's own.")]


def test_a_text_that_arrives_after_the_page_was_asked_for_is_taken_up_silently(
    page: Page, reading: Reading
) -> None:
    gate = Gate(page)
    type_text(page, "Typed just before.")
    page.reload(wait_until="commit")
    gate.open()

    expect(page.get_by_label("Your note")).to_have_value("Typed just before.")
    expect(page.locator("[data-kept]")).to_be_hidden()
    write(page, " And on.")
    expect(page.locator("[data-save-state]")).to_have_text(SAVED)
    expect(page.locator("[data-conflict]")).to_be_hidden()
    assert stored() == "Typed just before. And on."


def test_too_long_a_text_is_refused_with_the_reason(page: Page) -> None:
    area = page.get_by_label("Your note")
    area.fill("x" * 100_001)
    page.clock.fast_forward(2000)
    expect(page.locator("[data-save-state]")).to_contain_text("100,001 characters")

    area.fill("x")
    page.clock.fast_forward(2000)

    expect(page.locator("[data-save-state]")).to_have_text(SAVED)
    assert stored() == "x"


def test_submitting_right_after_typing_sends_the_newest_text(page: Page, reading: Reading) -> None:
    write(page, "Half")
    expect(page.locator("[data-save-state]")).to_have_text(SAVED)
    type_text(page, " and whole.")
    page.get_by_role("button", name="Submit").click()

    expect(page).to_have_url(re.compile(r"/papers/\d+/$"))
    written = Note.objects.get()
    assert (written.body, written.draft["text"]) == ("Half and whole.", "Half and whole.")


def test_submitting_while_a_draft_is_on_its_way_is_no_conflict(page: Page) -> None:
    gate = Gate(page)
    write(page, "Quick")
    gate.wait()
    type_text(page, " fox")
    page.get_by_role("button", name="Submit").click()
    gate.open()

    expect(page).to_have_url(re.compile(r"/papers/\d+/$"))
    assert Note.objects.get().body == "Quick fox"


def test_a_preview_opens_below_without_leaving_the_page(page: Page) -> None:
    page.get_by_label("Your note").fill("$x^2$ is *square*")
    page.get_by_role("button", name="Preview").click()

    preview = page.locator("#note-preview")
    expect(preview.locator("math")).to_be_visible()
    expect(preview.locator("em")).to_have_text("square")
    expect(page.get_by_label("Your note")).to_have_value("$x^2$ is *square*")


def test_a_note_is_written_and_submitted_by_keyboard_alone(page: Page, reading: Reading) -> None:
    page.get_by_label("Your note").focus()
    page.keyboard.type("By hand")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Submit")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/papers/\d+/$"))
    assert Note.objects.get().body == "By hand"


def test_pages_of_notes_break_no_rule_of_accessibility(
    page: Page, reading: Reading, assert_accessible: AssertAccessible
) -> None:
    assert_accessible(page, schemes=["dark", "light"])
    page.get_by_label("Your note").fill("One")
    page.get_by_role("button", name="Submit").click()
    page.goto(note(reading))
    page.get_by_label("Your note").fill("Two")
    page.get_by_role("button", name="Submit again").click()
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("History of your note")
    assert_accessible(page, schemes=["dark", "light"])
