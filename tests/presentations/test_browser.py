"""Sign-ups and groups in a real browser: races, keyboard, no script, small screens."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from readings.accounts.models import User
from readings.courses.models import Course, Group
from readings.presentations import services
from readings.presentations.models import SignUp, Slot, TakenBy
from readings.schedule.models import AgendaItem
from tests import factories
from tests.browsers import AssertAccessible, OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = "/c/compilers/sign-ups/"
CLICK_AT = """([selector, at]) =>
    setTimeout(() => document.querySelector(selector).click(), at - Date.now())"""


@pytest.fixture
def priya(course: Course) -> User:
    """Another student."""
    user = factories.make_user("Priya Singh")
    factories.enrol(course, user)
    return user


def test_two_browsers_press_the_last_seat_in_the_same_moment(
    dspy: AgendaItem, pitches: AgendaItem, open_page: OpenPage, bob: User, priya: User
) -> None:
    slot = factories.make_slot(dspy)
    free = factories.make_slot(pitches, title="Talk", sheet=slot.sheet)
    pages = [open_page(bob), open_page(priya)]
    for page in pages:
        page.goto(PAGE)
    at = time.time() * 1000 + 500
    for page in pages:
        page.evaluate(CLICK_AT, [f"#slot-{slot.pk} .button-primary", at])
    answers = []
    for page in pages:
        notice = page.locator(f"#slot-{slot.pk} [role=status]")
        expect(notice).to_be_visible()
        answers.append(notice.inner_text())
    holder = SignUp.objects.get().user
    winner, loser = (0, 1) if holder == bob else (1, 0)
    assert answers[winner] == "The seat is yours."
    assert answers[loser].startswith(f"{holder} took the last seat a moment ago. Still free: Talk")
    # The loser's page is up to date without a reload: the seat is taken, the other one is offered.
    expect(pages[loser].locator(f"#slot-{slot.pk} .slot-holders")).to_contain_text(str(holder))
    expect(pages[loser].locator(f"#slot-{slot.pk} .button-primary")).to_have_count(0)
    expect(pages[loser].locator(f"#slot-{free.pk} .button-primary")).to_be_visible()
    # The loser waits in line; the winner thinks better of it, and the loser has the seat.
    pages[loser].get_by_role("button", name="Wait in line").click()
    expect(pages[loser].locator(f"#slot-{slot.pk} [role=status]")).to_contain_text("1st in line")
    winners = pages[winner].locator(f"#slot-{slot.pk}")
    winners.get_by_text("Give it up…").click()
    winners.get_by_role("button", name="Give up the seat").click()
    expect(winners.locator("[role=status]")).to_have_text("You gave up the seat.")
    pages[loser].reload()
    expect(pages[loser].get_by_text("You moved up: DSPy")).to_be_visible()
    expect(pages[loser].locator(f"#slot-{slot.pk} .slot-holders")).to_contain_text("you")


def test_a_double_click_takes_the_seat_and_does_not_give_it_up_again(
    slot: Slot, open_page: OpenPage, bob: User
) -> None:
    page = open_page(bob)
    page.goto(PAGE)
    page.locator(f"#slot-{slot.pk} .button-primary").dblclick()
    expect(page.locator(f"#slot-{slot.pk} [role=status]")).to_be_visible()
    expect(page.locator(f"#slot-{slot.pk}")).to_contain_text("you")
    assert SignUp.objects.get().user == bob


def test_a_seat_is_taken_and_given_up_by_keyboard(
    slot: Slot, open_page: OpenPage, bob: User
) -> None:
    page = open_page(bob)
    page.goto(PAGE)
    page.get_by_role("button", name="Take it Compiling").focus()
    page.keyboard.press("Enter")
    notice = page.locator(f"#slot-{slot.pk} [role=status]")
    expect(notice).to_have_text("The seat is yours.")
    expect(notice).to_be_focused()
    expect(page.locator("#yours")).to_contain_text("DSPy")
    page.keyboard.press("Tab")  # to what can be done next: swapping it,
    page.keyboard.press("Tab")  # or giving it up
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(notice).to_have_text("You gave up the seat.")
    expect(page.locator("#yours")).to_be_hidden()
    assert not SignUp.objects.exists()


def test_everything_works_without_script(slot: Slot, open_page: OpenPage, bob: User) -> None:
    page = open_page(bob, java_script_enabled=False)
    page.goto(PAGE)
    page.get_by_role("button", name="Take it Compiling").click()
    assert page.url.endswith(f"{PAGE}#slot-{slot.pk}")
    card = page.locator(f"#slot-{slot.pk}")
    expect(card.locator("[role=status]")).to_have_text("The seat is yours.")
    card.get_by_text("Give it up…").click()
    card.get_by_role("button", name="Give up the seat").click()
    expect(card.locator("[role=status]")).to_have_text("You gave up the seat.")


def test_a_group_is_formed_joined_by_its_link_and_signed_up(
    pitch: Slot, open_page: OpenPage, bob: User, priya: User
) -> None:
    bobs, priyas = open_page(bob), open_page(priya)
    bobs.goto(PAGE)
    bobs.get_by_role("link", name="Form a group first").click()
    bobs.get_by_label("Name").fill("Owls")
    bobs.get_by_role("button", name="Form the group").click()
    priyas.goto(bobs.get_by_label("Link to join Owls").input_value())
    priyas.get_by_role("button", name="Join Owls").click()
    expect(priyas.get_by_role("heading", name="You are in Owls")).to_be_visible()
    priyas.goto(PAGE)
    priyas.get_by_role("button", name="Take it for Owls").click()
    expect(priyas.locator(f"#slot-{pitch.pk} .slot-holders")).to_contain_text("Bob Baker")
    bobs.goto(PAGE)
    expect(bobs.locator("#yours")).to_contain_text("Pitch 1 with Owls")


def test_an_instructor_makes_pitches_and_puts_a_group_on_one(
    course: Course, pitches: AgendaItem, open_page: OpenPage, alice: User, bob: User
) -> None:
    factories.make_group(course, bob, name="Owls")
    page = open_page(alice)
    page.goto(PAGE)
    page.get_by_role("link", name="New sheet").click()
    page.get_by_role("link", name="Pitches").click()
    expect(
        page.get_by_label("What is presented")
    ).to_be_hidden()  # only what belongs to what is chosen
    page.get_by_label("Slots in each class").fill("3")
    page.get_by_role("button", name="Make the sheet").click()
    expect(page.get_by_text("The sheet “Pitches” is made with 3 slots.")).to_be_visible()
    page.get_by_role("link", name="Pitch 2").click()
    page.get_by_label("Group", exact=True).select_option(label="Owls")
    page.get_by_role("button", name="Put on a seat").click()
    expect(page.locator(".seat-list").first).to_contain_text("Bob Baker")
    assert SignUp.objects.get().slot.title == "Pitch 2"


def fill(course: Course, slot: Slot, pitch: Slot, bob: User, priya: User) -> Group:
    """Some of everything on every page."""
    group = factories.make_group(course, bob, name="The Very Long Names of Group Number Two")
    factories.make_group(course, name="Nobody")
    services.claim_seat(slot=slot, actor=priya)
    services.claim_seat(slot=slot, actor=bob)
    services.claim_seat(slot=pitch, actor=bob)
    factories.make_slot(pitch.agenda_item, title="Pitch 2", taken_by=TakenBy.GROUP)
    parked = factories.put_on_agenda(
        factories.make_meeting(course), text="Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"
    )
    parked.meeting = None
    parked.save()
    lost = factories.make_slot(parked, seats=3)  # which needs attention
    services.put_on_seat(slot=lost, presenter=priya, actor=priya)
    return group


STUDENT_PAGES = [PAGE, "/c/compilers/groups/", "/c/compilers/groups/join/{group.join_token}/"]
STAFF_PAGES = [
    PAGE,
    f"{PAGE}sheets/",
    f"{PAGE}{{slot.pk}}/",
    f"{PAGE}{{slot.pk}}/remove/",
    "/c/compilers/groups/",
]


def test_every_page_is_accessible_in_both_schemes_and_fits_a_small_phone(
    course: Course,
    slot: Slot,
    pitch: Slot,
    open_page: OpenPage,
    assert_accessible: AssertAccessible,
    alice: User,
    bob: User,
    priya: User,
) -> None:
    group = fill(course, slot, pitch, bob, priya)
    meeting = factories.make_meeting(course)
    factories.put_on_agenda(meeting, factories.make_reading(course))
    for user, addresses in ((priya, STUDENT_PAGES), (alice, STAFF_PAGES)):
        page = open_page(user, viewport={"width": 360, "height": 740})
        for address in addresses:
            page.emulate_media(color_scheme="light")
            page.goto(address.format(slot=slot, group=group))
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert_accessible(page, schemes=["dark"])
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= 360, (address, width)
