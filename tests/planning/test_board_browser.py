"""The board in real browsers: mouse, finger, keyboard, and two people at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from readings.accounts.models import User
from readings.courses.models import Course
from readings.planning import actions, rearranging
from readings.planning.publishing import publish_draft
from readings.planning.rearranging import Way
from readings.presentations.models import Seat
from readings.reading_lists.services import add_entry, make_list, make_section
from readings.schedule.models import Meeting
from tests import factories
from tests.browsers import AssertAccessible, OpenPage
from tests.planning.plans import agendas, do, planned, published
from tests.scratch import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PLAN = "/c/compilers/plan/"

OpenBoard = Callable[..., Page]


@pytest.fixture
def open_board(open_page: OpenPage, course: Course, term: dict[str, Meeting]) -> OpenBoard:
    """A function that opens the board of the term for somebody."""

    def open_for(user: User, **options: Any) -> Page:
        page = open_page(user, **{"viewport": {"width": 1280, "height": 900}} | options)
        page.goto(PLAN)
        return page

    return open_for


@pytest.fixture
def page(open_board: OpenBoard, alice: User) -> Page:
    """Alice's window on the board."""
    return open_board(alice)


def item(page: Page, name: str) -> Locator:
    """Something on the board."""
    return page.locator(f'#board .board-item[data-name="{name}"]')


def handle(page: Page, name: str) -> Locator:
    """What it is moved by."""
    return item(page, name).locator("[data-handle]")


def agenda(page: Page, day: str) -> Locator:
    """The agenda of a class."""
    return page.locator(f'[data-agenda][data-name$="{day}"]')


def shown(page: Page) -> dict[str, list[str]]:
    """The agendas as they stand on a board, without what waits for the server."""
    found: dict[str, list[str]] = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("[data-agenda]")].map(list =>
             [list.dataset.agenda === "shelf" ? "shelf" : list.dataset.name.slice(4),
              [...list.querySelectorAll(".board-item:not(.is-waiting)")]
                .map(item => item.dataset.name)]))"""
    )
    return found


def wait_for(page: Page, **wanted: list[str]) -> None:
    """Until a board shows these agendas (``Sep_10=["B", "A"]``), and nothing waits."""
    days = {day.replace("_", " "): names for day, names in wanted.items()}
    wait_until(lambda: days.items() <= shown(page).items(), seconds=10)
    expect(page.locator("body")).not_to_have_class("is-sending")


def centre(found: Locator) -> tuple[float, float]:
    """The middle of what it shows."""
    found.scroll_into_view_if_needed()
    box = found.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag_to(page: Page, name: str, target: Locator, *, above: bool = False) -> None:
    """With the mouse: onto ``target``, or into its upper half."""
    page.mouse.move(*centre(item(page, name)))
    page.mouse.down()
    x, y = centre(target)
    page.mouse.move(x, y - (8 if above else -8), steps=8)
    page.mouse.up()


def refusal(page: Page) -> Locator:
    """What the board says went wrong."""
    return page.locator("#board-bar [data-refusal]")


# --- Mouse and finger -----------------------------------------------------------------------------


def test_an_item_lands_between_two_others_of_another_class(
    page: Page, course: Course, term: dict[str, Meeting]
) -> None:
    drag_to(page, "B", item(page, "A"))
    wait_for(page, Sep_8=["A", "B"], Sep_10=[])
    drag_to(page, "D", item(page, "B"), above=True)
    wait_for(page, Sep_8=["A", "D", "B"], Sep_17=[])
    assert agendas(planned(course))["Sep 8"] == ["A", "D", "B"]
    expect(page.locator("#board-bar")).to_contain_text("2 changes not published")
    expect(page.locator("#board-bar")).to_contain_text("D moved from Sep 17 to Sep 8, Alice Abbott")
    # Within the class, and back.
    drag_to(page, "B", item(page, "A"), above=True)
    wait_for(page, Sep_8=["B", "A", "D"])
    page.get_by_role("button", name="Undo").click()
    wait_for(page, Sep_8=["A", "D", "B"])
    expect(page.locator("#board-says")).to_contain_text("Taken back")
    assert published(course)["Sep 8"] == ["A"]


def test_an_item_goes_to_the_shelf_and_an_entry_of_the_reading_list_into_a_class(
    open_board: OpenBoard, alice: User, course: Course
) -> None:
    section = make_section(reading_list=make_list(course=course, title="More"), title="Later")
    for name in ("X", "Y"):
        add_entry(section=section, reading=factories.make_reading(course, label=name), title="")
    page = open_board(alice)
    drag_to(page, "A", page.locator(".board-shelf [data-agenda]"))
    wait_for(page, Sep_8=[], shelf=["A"])
    drag_to(page, "Y", item(page, "B"), above=True)
    wait_for(page, Sep_10=["Y", "B"])
    expect(page.locator("[data-entry]")).to_have_count(1)
    # Dropped on its own list it stays there.
    drag_to(page, "X", page.locator(".board-lists-title ~ .board-entries"))
    drag_to(page, "A", agenda(page, "Sep 8"))
    wait_for(page, Sep_8=["A"], Sep_10=["Y", "B"], shelf=[])
    assert agendas(planned(course))["shelf"] == []


def test_a_drag_that_is_given_up_moves_nothing_and_follows_no_link(
    page: Page, course: Course
) -> None:
    page.mouse.move(*centre(item(page, "A").locator(".board-name")))
    page.mouse.down()
    page.mouse.move(*centre(item(page, "B").locator(".board-name")), steps=5)
    expect(page.locator(".board-ghost")).to_be_visible()
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".board-ghost, .board-gap")).to_have_count(0)
    assert shown(page)["Sep 8"] == ["A"]
    # The next click is a click again.
    item(page, "A").locator(".board-name").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A")


def test_a_finger_drags_by_the_handle_and_scrolls_beside_it(
    open_board: OpenBoard, alice: User, course: Course
) -> None:
    page = open_board(alice, has_touch=True, viewport={"width": 390, "height": 844})
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    x, y = centre(handle(page, "A"))
    _x, end = centre(item(page, "B"))
    x, y = centre(handle(page, "A"))
    _x, end = centre(item(page, "B"))
    send("touchStart", (x, y))
    for part in range(1, 6):
        send("touchMove", (x + 40, y + (end + 8 - y) * part / 5))
    expect(page.locator(".board-ghost")).to_be_visible()
    send("touchEnd")
    wait_for(page, Sep_8=[], Sep_10=["B", "A"])

    # A tap on the handle asks for a class.
    def dialog_after_a_tap() -> bool:
        handle(page, "A").tap()
        return page.get_by_role("dialog").is_visible()

    wait_until(dialog_after_a_tap)
    page.get_by_label("To", exact=True).select_option("Not scheduled")
    page.get_by_role("button", name="Move", exact=True).click()
    wait_for(page, Sep_10=["B"], shelf=["A"])
    assert agendas(planned(course))["shelf"] == ["A"]


def test_three_quick_moves_are_all_done(page: Page, course: Course) -> None:
    held: list[Route] = []
    page.route("**/move/", lambda route: held.append(route))
    drag_to(page, "A", item(page, "C"))
    drag_to(page, "B", item(page, "C"))
    drag_to(page, "D", item(page, "C"))
    expect(page.locator(".is-waiting")).to_have_count(3)
    page.unroute("**/move/")  # which lets the first one go
    assert len(held) == 1
    wait_for(page, Sep_8=[], Sep_10=[], Sep_15=["C", "D", "B", "A"], Sep_17=[])
    assert agendas(planned(course))["Sep 15"] == ["C", "D", "B", "A"]


# --- Keyboard -------------------------------------------------------------------------------------


def test_a_week_is_planned_with_the_keyboard_alone(page: Page, course: Course) -> None:
    def press(*keys: str) -> None:
        for key in keys:
            page.keyboard.press(key)

    def go_to(found: Locator) -> None:
        """With the Tab key, from wherever the keyboard is."""
        expect(found).to_be_attached()
        for _ in range(80):
            if found.evaluate("one => one === document.activeElement"):
                return
            page.keyboard.press("Tab")
        pytest.fail("the Tab key does not get there")

    # Papers are added to a class.
    go_to(page.get_by_role("link", name="Add to Mon Sep 8"))
    press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Add to Mon Sep 8")
    go_to(page.get_by_label("Links or ids, one or many"))
    page.keyboard.type("1802.04799")
    go_to(page.get_by_role("button", name="Add papers"))
    press("Enter")
    expect(page.get_by_text("1 paper added")).to_be_visible()
    added = planned(course).items_of(planned(course).in_order[0].id)[-1]
    name = planned(course).name_of(added)

    # Lifted, carried into the next class and up over what stands there, and dropped.
    go_to(handle(page, name))
    press("Enter")
    expect(page.locator("#board-says")).to_contain_text(f"{name} lifted")
    press("ArrowDown", "ArrowDown")
    expect(page.locator("#board-says")).to_contain_text(f"{name}: Wed Sep 10, place 2 of 2")
    press("ArrowUp", "Enter")
    wait_for(page, Sep_8=["A"], Sep_10=[name, "B"])
    expect(handle(page, name)).to_be_focused()

    # Lifted and put back.
    press(" ", "ArrowRight", "Escape")
    expect(page.locator("#board-says")).to_contain_text("stays where it was")
    expect(handle(page, name)).to_be_focused()
    assert shown(page)["Sep 10"] == [name, "B"]

    # Moved to a class that is asked for; the focus goes with it.
    press("m")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.type("Week 2: Wed")
    press("Tab", "Enter")
    wait_for(page, Sep_10=["B"], Sep_17=["D", name])
    expect(handle(page, name)).to_be_focused()

    go_to(page.get_by_role("button", name="Undo"))
    press("Enter")
    wait_for(page, Sep_10=[name, "B"], Sep_17=["D"])
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    go_to(page.get_by_role("link", name="Review and publish"))
    press("Enter")
    go_to(page.get_by_label("Message to the class"))
    page.keyboard.type("Week 1 is complete.")
    go_to(page.get_by_role("button", name="Publish"))
    press("Enter")
    expect(page.get_by_text("Published. The class sees it now.")).to_be_visible()
    assert published(course)["Sep 10"] == [name, "B"]
    assert course.changes.get().message == "Week 1 is complete."


def test_the_keyboard_is_not_lost_when_the_last_step_is_undone(page: Page) -> None:
    drag_to(page, "A", item(page, "B"))
    wait_for(page, Sep_10=["B", "A"])
    page.get_by_role("button", name="Undo").press("Enter")
    wait_for(page, Sep_8=["A"])
    expect(page.locator("#board-bar")).to_be_focused()


# --- Several people -------------------------------------------------------------------------------


def test_two_people_drag_at_the_same_time_and_nothing_is_lost(
    open_board: OpenBoard, alice: User, carol: User, course: Course
) -> None:
    alices, carols = open_board(alice), open_board(carol)
    # Both have lifted something before either drops it.
    for page, name in ((alices, "A"), (carols, "D")):
        page.mouse.move(*centre(item(page, name)))
        page.mouse.down()
        x, y = centre(item(page, "C"))
        page.mouse.move(x, y + 8, steps=5)
    alices.mouse.up()
    carols.mouse.up()
    for page in (alices, carols):  # each sees the other's without a reload
        wait_for(page, Sep_8=[], Sep_17=[])
        assert sorted(shown(page)["Sep 15"]) == ["A", "C", "D"]
        expect(page.locator("#board-bar")).to_contain_text("2 changes not published")
    assert shown(alices) == shown(carols) == agendas(planned(course))


def test_of_two_who_move_the_same_the_second_is_told_who_and_where(
    open_board: OpenBoard, alice: User, carol: User, course: Course
) -> None:
    alices, carols = open_board(alice), open_board(carol)
    carols.mouse.move(*centre(item(carols, "A")))
    carols.mouse.down()
    carols.mouse.move(*centre(item(carols, "D")), steps=5)
    drag_to(alices, "A", item(alices, "B"))
    wait_for(alices, Sep_10=["B", "A"])
    carols.mouse.up()
    expect(refusal(carols)).to_have_text("A was moved to Sep 10 in the meantime, by Alice Abbott.")
    wait_for(carols, Sep_10=["B", "A"], Sep_17=["D"])
    assert agendas(planned(course))["Sep 10"] == ["B", "A"]
    # It stands there until she does something else, also when others go on.
    drag_to(alices, "B", item(alices, "C"))
    wait_until(lambda: "B" in shown(carols)["Sep 15"])
    expect(refusal(carols)).to_be_visible()
    drag_to(carols, "A", item(carols, "D"))
    wait_until(lambda: "A" in shown(carols)["Sep 17"])
    expect(refusal(carols)).to_have_count(0)


def test_others_changes_wait_while_something_is_carried(
    open_board: OpenBoard, alice: User, carol: User, course: Course
) -> None:
    alices, carols = open_board(alice), open_board(carol)
    handle(carols, "E").press("Enter")
    drag_to(alices, "A", item(alices, "B"))
    wait_for(alices, Sep_10=["B", "A"])
    expect(item(carols, "E")).to_have_class("board-item kind-papers is-lifted")
    carols.keyboard.press("ArrowUp")
    carols.keyboard.press("Enter")
    wait_for(carols, Sep_10=["B", "A"], Sep_22=["Talks", "E"])
    expect(handle(carols, "E")).to_be_focused()


# --- What goes wrong ------------------------------------------------------------------------------


def test_what_the_server_never_got_goes_back_and_the_page_says_so(
    page: Page, course: Course
) -> None:
    page.route("**/move/", lambda route: route.abort())
    drag_to(page, "A", item(page, "B"))
    expect(refusal(page)).to_have_text(
        "NOT done: moving A to Wed Sep 10. The server did not answer. Try again."
    )
    expect(page.locator("#board-says")).to_contain_text("NOT done")
    wait_for(page, Sep_8=["A"], Sep_10=["B"])
    handle(page, "C").focus()
    for key in ("Enter", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(refusal(page)).to_contain_text("NOT done: moving C to Wed Sep 17.")
    expect(handle(page, "C")).to_be_focused()
    wait_for(page, Sep_15=["C"], Sep_17=["D"])
    page.unroute("**/move/")
    drag_to(page, "A", item(page, "B"))
    wait_for(page, Sep_8=[], Sep_10=["B", "A"])
    expect(refusal(page)).to_have_count(0)


def test_whoever_is_signed_out_is_told(page: Page, course: Course) -> None:
    page.context.clear_cookies()
    drag_to(page, "A", item(page, "B"))
    expect(refusal(page)).to_contain_text("NOT done: moving A to Wed Sep 10. You are signed out")
    wait_for(page, Sep_8=["A"], Sep_10=["B"])
    assert agendas(planned(course))["Sep 8"] == ["A"]


# --- Without a script, and for everybody ----------------------------------------------------------


def test_a_class_is_cancelled_without_a_script(
    open_board: OpenBoard, alice: User, course: Course
) -> None:
    page = open_board(alice, java_script_enabled=False)
    page.get_by_role("link", name="Cancel… the class of Mon Sep 8").click()
    page.get_by_label("goes to another class").check()
    page.get_by_label("The other class").select_option(label="Week 2: Wed Sep 17 (D)")
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.locator("#preview")).to_contain_text("Mon Sep 8 → Wed Sep 17")
    page.get_by_role("button", name="Put it on the board only").click()
    expect(page.get_by_text("Not published yet.")).to_be_visible()
    assert agendas(planned(course))["Sep 17"] == ["D", "A"]
    assert published(course)["Sep 8"] == ["A"]


def test_the_preview_follows_every_choice_and_keeps_the_message(
    open_board: OpenBoard, alice: User, course: Course
) -> None:
    page = open_board(alice, viewport={"width": 390, "height": 844})
    page.get_by_role("link", name="Cancel… the class of Wed Sep 17").click()
    preview = page.locator("#preview")
    expect(preview).to_contain_text("Gives way and waits unscheduled: Talks")
    expect(page.get_by_label("The other class")).to_be_hidden()
    page.get_by_label("Message to the class").fill("The room is flooded.")
    page.get_by_label("waits, not scheduled").check()
    expect(preview).to_contain_text("Wed Sep 17 → not scheduled")
    expect(page.get_by_text("What may give way").first).to_be_hidden()
    page.get_by_label("goes to another class").check()
    expect(preview).to_contain_text("Say to which class it goes.")
    expect(preview.get_by_role("button")).to_have_count(0)
    page.get_by_label("The other class").select_option(label="Week 1: Wed Sep 10 (B)")
    expect(preview).to_contain_text("Wed Sep 17 → Wed Sep 10")
    page.get_by_label("moves on, and so does").check()
    expect(preview).to_contain_text("Wed Sep 17 → Mon Sep 22")
    page.get_by_role("button", name="Do it and publish").click()
    expect(page.get_by_text("Published: Class on Wed Sep 17 cancelled")).to_be_visible()
    assert published(course) | {"shelf": []} == agendas(planned(course)) | {"shelf": []}
    assert published(course)["Sep 22"] == ["D"]


def test_pages_of_the_plan_are_accessible_with_everything_on_them(
    open_board: OpenBoard,
    alice: User,
    bob: User,
    course: Course,
    term: dict[str, Meeting],
    assert_accessible: AssertAccessible,
) -> None:
    factories.make_slot(term["Sep 8"].agenda.get()).sign_ups.create(
        seat=Seat.objects.get(), user=bob, created_by=bob
    )
    do(course, rearranging.cancel(planned(course), term["Sep 8"].pk, Way.SHIFT), alice)
    publish_draft(course=course, actor=alice, message="The room is flooded.")
    do(course, actions.move_item(planned(course), planned(course).agenda[term["Sep 24"].pk][0],
                                 to=None), alice)  # fmt: skip
    add_entry(
        section=make_section(reading_list=make_list(course=course, title="More"), title="Later"),
        reading=factories.make_reading(course, label="X"),
        title="",
    )
    page = open_board(alice, reduced_motion="reduce")
    for path in (
        "",
        "publish/",
        "history/",
        f"history/{course.changes.get().pk}/",
        f"classes/{term['Sep 10'].pk}/cancel/",
        f"classes/{term['Sep 10'].pk}/exchange/?other={term['Sep 15'].pk}",
        "weeks/insert/?after=1&at_end=yes",
    ):
        page.emulate_media(color_scheme="light")
        page.goto(PLAN + path)
        assert_accessible(page, schemes=["dark"])
    page.goto(PLAN)
    handle(page, "B").click()
    assert_accessible(page)
