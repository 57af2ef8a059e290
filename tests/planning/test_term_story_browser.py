"""One term in two browsers: planned, disturbed twice, finished."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from readings.accounts.models import User
from readings.core.clock import short_date
from readings.courses.models import Course
from readings.schedule.models import AgendaItem
from tests import factories
from tests.browsers import OpenPage
from tests.planning.plans import item_named, published

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAPERS = ["1706.03762", "1802.04799", "1904.08368", "2205.14135", "2309.06180"]
HOURS = ("10:30", "12:00")


class Term:
    """Mondays and Wednesdays of four weeks, from the Monday after next on."""

    def __init__(self, course: Course) -> None:
        today = timezone.now().astimezone(course.zone).date()
        monday = today + dt.timedelta(days=14 - today.weekday())
        self.days = [monday + dt.timedelta(days=n // 2 * 7 + n % 2 * 2) for n in range(8)]

    def words(self, number: int) -> str:
        """``Mon Nov 3``, counted from 1."""
        return short_date(self.days[number - 1])

    def agendas(self, course: Course) -> list[list[str]]:
        """What the class sees, class by class, and last what is not scheduled."""
        return list(published(course).values())


def add_papers(page: Page, day: str, *ids: str) -> None:
    """From the board, and back."""
    page.get_by_role("link", name=f"Add to {day}").click()
    page.get_by_label("Links or ids, one or many").fill("\n".join(ids))
    page.get_by_role("button", name="Add papers").click()
    expect(page.get_by_text("fetching begins at once")).to_be_visible()


def add_words(page: Page, day: str, words: str, kind: str) -> None:
    """From the board, and back."""
    page.get_by_role("link", name=f"Add to {day}").click()
    page.get_by_label("Words").fill(words)
    page.get_by_label("Kind").select_option(label=kind)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#board-bar")).to_contain_text(f"“{words}” added to")


def cancel(page: Page, day: str, message: str) -> None:
    """As on a bad morning; the preview is looked at by whoever calls this in between."""
    page.get_by_role("link", name=f"Cancel… the class of {day}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"No class on {day}")
    page.get_by_label("Message to the class").fill(message)


def confirm(page: Page) -> None:
    """Do what was shown, and publish it."""
    page.get_by_role("button", name="Do it and publish").click()
    expect(page.get_by_text("Published: Class on")).to_be_visible()
    expect(page.locator("#board-bar")).to_contain_text("Everything is published")


def test_a_term_is_planned_disturbed_twice_and_finished(
    course: Course, alice: User, bob: User, open_page: OpenPage
) -> None:
    term = Term(course)
    alices = open_page(alice, viewport={"width": 1280, "height": 900})
    bobs = open_page(bob, viewport={"width": 390, "height": 844})

    # The term: four weeks, with one holiday.
    alices.goto("/c/compilers/plan/")
    alices.get_by_role("link", name="add the term’s classes", exact=True).click()
    alices.get_by_label("First day").fill(f"{term.days[0]}")
    alices.get_by_label("Last day").fill(f"{term.days[-1]}")
    alices.get_by_label("Mon").check()
    alices.get_by_label("Wed").check()
    alices.get_by_label("From").fill(HOURS[0])
    alices.get_by_label("Until").fill(HOURS[1])
    holiday = term.days[3]
    alices.get_by_label("Days without class").fill(f"{holiday:%b} {holiday.day}: Study break")
    alices.get_by_role("button", name="Put them on the board").click()
    expect(alices.locator(".board-meeting")).to_have_count(8)

    # What happens in it; nobody sees anything yet.
    for number, paper in zip((1, 2, 3, 6, 7), PAPERS, strict=True):
        add_papers(alices, term.words(number), paper)
    add_words(alices, term.words(5), "Tech talks", "Tech talk")
    alices.get_by_role("link", name="Tech talks", exact=True).click()
    alices.get_by_label("Spare: gives way when a class is lost").check()
    alices.get_by_role("button", name="Save").click()
    add_words(alices, term.words(8), "Catching up", "Flex")
    bobs.goto("/c/compilers/")
    assert not course.agenda_items.exists()
    alices.get_by_role("link", name="Review and publish").click()
    expect(alices.get_by_text("5 note deadlines")).to_be_visible()
    expect(alices.get_by_text(f"{term.words(1)}, 8:30, new")).to_be_visible()
    alices.get_by_role("button", name="Publish").click()
    expect(alices.get_by_text("Published. The class sees it now.")).to_be_visible()
    one, two, three, four, five = names = [str(_item_of(course, paper)) for paper in PAPERS]
    assert term.agendas(course) == [
        [one], [two], [three], ["Study break"], ["Tech talks"], [four], [five], ["Catching up"], [],
    ]  # fmt: skip
    keys = {str(item): item.pk for item in course.agenda_items.all()}

    # Bob takes a talk on the third paper.
    slot = factories.make_slot(item_named(course, three))
    bobs.goto("/c/compilers/sign-ups/")
    bobs.get_by_role("button", name="Take it").click()
    expect(bobs.get_by_text("The seat is yours.")).to_be_visible()

    # A class is lost: what follows moves on until the spare talk gives way.
    cancel(alices, term.words(2), "The room is flooded: see the new dates.")
    preview = alices.locator("#preview")
    expect(preview).to_contain_text("Gives way and waits unscheduled: Tech talks.")
    expect(preview).to_contain_text(f"{term.words(2)} → {term.words(3)}")
    expect(preview.get_by_text("1 talk changes")).to_be_visible()
    expect(preview.get_by_text("Bob Baker")).to_be_visible()
    expect(preview).to_contain_text(f"moves from {term.words(3)} to {term.words(5)}, 10:30")
    expect(preview.get_by_text("2 note deadlines")).to_be_visible()
    expect(preview).to_contain_text(f"{term.words(5)}, 8:30, 1 week later")
    assert term.agendas(course)[1:3] == [[two], [three]]  # nothing is done yet
    confirm(alices)
    assert term.agendas(course) == [
        [one], [], [two], ["Study break"], [three], [four], [five], ["Catching up"], ["Tech talks"],
    ]  # fmt: skip
    _bob_sees(bobs, three, term.days[4])

    # And another one, later.
    cancel(alices, term.words(5), "The train does not run.")
    expect(preview).to_contain_text("Gives way and waits unscheduled: Catching up.")
    expect(preview).to_contain_text(f"moves from {term.words(5)} to {term.words(6)}, 10:30")
    expect(preview.get_by_text("3 note deadlines")).to_be_visible()
    confirm(alices)
    _bob_sees(bobs, three, term.days[5])

    # Nothing is lost, nothing is there twice, and everything is what it was.
    assert term.agendas(course) == [
        [one], [], [two], ["Study break"], [], [three], [four], [five],
        ["Tech talks", "Catching up"],
    ]  # fmt: skip
    assert {str(item): item.pk for item in course.agenda_items.all()} == keys
    assert [str(_item_of(course, paper)) for paper in PAPERS] == names
    assert [sign_up.user for sign_up in slot.sign_ups.all()] == [bob]
    told = course.events.filter(kind="planning.talk_moved", recipient=bob)
    assert [event.summary.split(" moves ")[1] for event in told.order_by("pk")] == [
        f"from {term.words(3)} to {term.words(5)}, 10:30",
        f"from {term.words(5)} to {term.words(6)}, 10:30",
    ]
    alices.get_by_role("link", name="History").click()
    expect(alices.get_by_text("“The train does not run.”")).to_be_visible()
    expect(alices.get_by_text("“The room is flooded: see the new dates.”")).to_be_visible()


def _item_of(course: Course, paper: str) -> AgendaItem:
    """The only item of a paper."""
    items = course.agenda_items.select_related("reading__paper")
    return items.get(reading__paper__arxiv_id=paper)


def _bob_sees(page: Page, paper: str, day: dt.date) -> None:
    """The paper on that day of the schedule, and nowhere else."""
    page.goto("/c/compilers/")
    meeting = page.locator(".meeting", has_text=paper)
    expect(meeting).to_have_count(1)
    expect(meeting).to_contain_text("Presented by")
    expect(meeting.locator("h3 time")).to_have_attribute("datetime", f"{day}")
