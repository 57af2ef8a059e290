"""A whole cycle of project pitches in four browsers: from forming groups to the mark."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from readings.accounts.models import User
from readings.calendars.services import calendar_token_of
from readings.core.clock import short_date
from readings.courses.models import Course
from readings.presentations.day.models import TalkFeedback
from readings.presentations.models import Sheet, Slot
from readings.presentations.wishes.tasks import compute_assignment, sweep_assignments
from readings.schedule.models import Kind, Meeting, Stage
from tests import factories
from tests.browsers import OpenPage
from tests.calendars.parsing import feed
from tests.planning.test_term_story_browser import cancel, confirm
from tests.presentations.conftest import days_from_now
from tests.presentations.day.conftest import PDF, move_class

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
HOME = "/c/compilers/"
SIGN_UPS = f"{HOME}sign-ups/"
SWAPS = f"{SIGN_UPS}swaps/"
GROUPS = f"{HOME}groups/"

# By date, what a page says in each of its boxes.
SAID = """(selector) => [...document.querySelectorAll(selector)].map(box =>
    [box.querySelector("time")?.dateTime ?? "", box.textContent])"""


@pytest.fixture
def classes(course: Course) -> list[Meeting]:
    """Three classes of pitches, a week apart, and a free one."""
    meetings = [
        factories.make_meeting(course, days_from_now(14 + 7 * week), week=week + 3)
        for week in range(4)
    ]
    for meeting in meetings[:3]:
        factories.put_on_agenda(meeting, text="Pitches", kind=Kind.PRESENTATIONS, stage=Stage.PITCH)
    return meetings


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is hinted at is worked out at once, in a process of its own as ever."""
    monkeypatch.setattr(
        compute_assignment,
        "apply_async",
        lambda keys, **_options: compute_assignment.apply(keys, throw=True),
    )


def pitch(meeting: Meeting) -> str:
    """What the first slot of a class is called: ``Pitch 1 (Wed Sep 17)``."""
    return f"Pitch 1 ({day(meeting)})"


def day(meeting: Meeting) -> str:
    """``Wed Sep 17``."""
    assert meeting.meets_on is not None
    return short_date(meeting.meets_on)


class Places:
    """Everywhere that a student can read when which group pitches: the page is the first one's."""

    def __init__(self, page: Page, members: dict[str, User]) -> None:
        self._page, self._members = page, members
        self._own = next(iter(members))

    def all_say(self, **where: Meeting) -> None:
        """That each group presents in its class, and nowhere else."""
        days = {group: meeting.meets_on for group, meeting in where.items()}
        for address, box in ((HOME, ".meeting"), (SIGN_UPS, ".slot-day")):
            self._page.goto(address)
            said = self._page.evaluate(SAID, box)
            for group, on in days.items():
                assert [one for one, text in said if group in text] == [f"{on}"], (address, group)
            mine = self._page.locator("#yours, [aria-labelledby=talks-title]")
            expect(mine).to_contain_text(day(where[self._own]))
        for group, person in self._members.items():
            told = feed(f"/calendar/{calendar_token_of(person)}.ics")
            talks = [one for key, one in told.items() if key.startswith("slot-")]
            assert [one.start for one in talks] == [days[group]], group
            assert not talks[0].is_cancelled


def wish_field(page: Page, meeting: Meeting) -> Locator:
    """Where the rank of a class's pitch is typed."""
    return page.get_by_label(f"Rank of {pitch(meeting)}")


def rank_it(page: Page, meeting: Meeting) -> Locator:
    """The button that puts a class's pitch at the end of the ranking."""
    return page.get_by_role("button", name=f"Rank it {pitch(meeting)}")


def move_to(page: Page, lost: Meeting, other: Meeting) -> None:
    """Cancel a class; its pitch goes to another one."""
    page.goto(f"{HOME}plan/")
    cancel(page, day(lost), "")
    page.get_by_label("goes to another class").check()
    page.get_by_label("The other class").select_option(str(other.pk))
    expect(page.locator("#preview")).to_contain_text(f"moves from {day(lost)} to {day(other)}")


def test_from_forming_groups_to_the_mark(
    course: Course,
    classes: list[Meeting],
    alice: User,
    bob: User,
    open_page: OpenPage,
    worker: None,
) -> None:
    priya, lee, mia, noor = [
        factories.make_user(name)
        for name in ("Priya Singh", "Lee Lopez", "Mia Moss", "Noor Nasser")
    ]
    for student in (priya, lee, mia, noor):
        factories.enrol(course, student)
    first, second, third, spare = classes
    alices = open_page(alice, viewport=DESK)
    bobs, priyas, lees = (open_page(one, viewport=PHONE) for one in (bob, priya, lee))

    # Groups: one by invitation, one by a link that somebody sent, one that is there.
    factories.make_group(course, noor, name="Hares")
    link = factories.make_group(course, mia, name="Foxes").join_token
    bobs.goto(GROUPS)
    bobs.get_by_label("Name").fill("Owls")
    bobs.get_by_role("button", name="Form the group").click()
    bobs.get_by_label("Invite somebody").select_option("Priya Singh")
    bobs.get_by_role("button", name="Invite").click()
    expect(bobs.get_by_text("Priya Singh is invited.")).to_be_visible()
    priyas.goto(SIGN_UPS)
    priyas.get_by_role("button", name="Join Owls").click()
    expect(priyas.get_by_role("heading", name="You are in Owls")).to_be_visible()
    lees.goto(f"{GROUPS}join/{link}/")
    lees.get_by_role("button", name="Join Foxes").click()
    expect(lees.get_by_role("heading", name="You are in Foxes")).to_be_visible()

    # A sheet by wishes, with a slot in each class of pitches.
    closes = timezone.now().astimezone(course.zone) + dt.timedelta(days=7)
    alices.goto(f"{SIGN_UPS}sheets/new/?start=pitches")
    alices.get_by_label("by ranked wishes").check()
    alices.get_by_label("Closes").fill(f"{closes:%Y-%m-%dT%H:%M}")
    alices.get_by_text("More rules").click()
    alices.get_by_label("Slides due, hours before class").fill("24")
    alices.get_by_label("Marks out of").fill("20")
    alices.get_by_label("Slots in each class").fill("1")
    alices.get_by_role("button", name="Make the sheet").click()
    expect(alices.get_by_text("The sheet “Pitches” is made with 3 slots.")).to_be_visible()
    sheet = Sheet.objects.get()

    # The Owls rank by numbers; the Foxes by buttons, and Lee cannot on a day.
    bobs.goto(SIGN_UPS)
    bobs.get_by_role("link", name=re.compile(r"Rank\W+Pitches")).click()
    for number, meeting in enumerate((first, second, third), 1):
        wish_field(bobs, meeting).fill(f"{number}")
    bobs.get_by_role("button", name="Save ranking").click()
    expect(bobs.get_by_text("Saved: 3 wishes.")).to_be_visible()
    lees.goto(f"{SIGN_UPS}wishes/")
    lees.get_by_label(day(second)).check()
    lees.get_by_role("button", name="Save my days").click()
    expect(lees.get_by_text("Your days are saved.")).to_be_visible()
    lees.get_by_role("link", name=re.compile(r"Rank your wishes\W+Pitches")).click()
    rank_it(lees, second).click()
    expect(lees.get_by_text("Too few on days on which all of you can.")).to_be_visible()
    rank_it(lees, first).click()
    lees.get_by_role("button", name=f"Rank {pitch(first)} higher").click()
    lees.get_by_role("button", name="Save ranking").click()
    expect(lees.get_by_text("Saved: 2 wishes.")).to_be_visible()

    # Time is up: it is worked out by itself, looked at, put right in one place, and published.
    Sheet.objects.update(closes_at=timezone.now() - dt.timedelta(minutes=1))
    sweep_assignments()
    alices.goto(f"{SIGN_UPS}assignment/{sheet.pk}/")
    run = alices.locator("#run")
    expect(run).to_contain_text("asked for when wishing ended")
    expect(run).to_contain_text("3 of 3 placed; 1 got their 1st wish, 1 their 2nd")
    expect(run.locator("tr", has_text="Owls")).to_contain_text(day(second))
    for group, gets in (("Hares", second), ("Foxes", first)):
        alices.get_by_label("Group", exact=True).select_option(label=group)
        alices.get_by_label("gets", exact=True).select_option(label=pitch(gets))
        alices.get_by_role("button", name="Fix it").click()
        expect(alices.get_by_text(f"{group} is fixed. Run it again.")).to_be_visible()
    alices.get_by_label("Seed").fill("7")
    alices.get_by_role("button", name="Work it out").click()
    expect(run).to_contain_text("1 got their 3rd wish, 2 fixed before.")
    expect(run).to_contain_text("Compared with the run before, 2 get something else.")
    bobs.goto(SIGN_UPS)
    expect(bobs.locator(".slot-holders")).to_have_count(0)  # nobody is told before
    alices.get_by_role("link", name="Publish and tell everybody why").click()
    expect(alices.get_by_text("3 seats are given to 3 groups")).to_be_visible()
    alices.get_by_role("button", name="Yes, publish").click()
    expect(alices.get_by_text("Published: 3 seats were given")).to_be_visible()

    places = Places(bobs, {"Owls": bob, "Foxes": lee, "Hares": noor})
    places.all_say(Foxes=first, Hares=second, Owls=third)
    told = bobs.locator(".banner", has_text="Owls got")
    expect(told).to_contain_text(f"{pitch(third)}. Your 3rd wish.")
    expect(told).to_contain_text(f"Your 1st, {pitch(first)}, was given out by the staff.")
    expect(told).to_contain_text(f"Your 2nd, {pitch(second)}, was given out by the staff.")
    expect(told).not_to_contain_text("Foxes")
    lees.goto(SIGN_UPS)
    expect(lees.locator(".banner", has_text="Foxes got")).to_contain_text("(your 1st wish)")

    # The Owls and the Foxes swap.
    slots = {slot.agenda_item.meeting_id: slot for slot in Slot.objects.all()}
    bobs.goto(SIGN_UPS)
    mine = bobs.locator(f"#slot-{slots[third.pk].pk}")
    mine.get_by_text("Cannot on that day?").click()
    mine.get_by_role("link", name="Offer a swap…").click()
    bobs.get_by_label("For which seat").select_option(label=f"{pitch(first)}, Foxes")
    bobs.get_by_role("button", name="Send the offer").click()
    expect(bobs.get_by_text("is offered to Foxes.")).to_be_visible()
    lees.goto(SWAPS)
    lees.get_by_role("button", name=f"Swap {pitch(third)}").click()
    expect(lees.get_by_role("heading", name="Nobody offers a seat")).to_be_visible()
    places.all_say(Owls=first, Hares=second, Foxes=third)

    # Alice cannot hold the first class: its pitch moves to the free one.
    move_to(alices, first, spare)
    expect(alices.locator("#preview").get_by_text("1 talk changes")).to_be_visible()
    confirm(alices)
    places.all_say(Owls=spare, Hares=second, Foxes=third)

    # The third is lost, too: the Foxes land on Lee's day, and a swap is offered by itself.
    move_to(alices, third, second)
    confirm(alices)
    places.all_say(Owls=spare, Hares=second, Foxes=second)
    lees.goto(SWAPS)
    expect(lees.get_by_text("Offered to all for you: you cannot on that day")).to_be_visible()
    bobs.goto(SWAPS)
    offer = bobs.get_by_role("article", name=f"Foxes: {pitch(second)}")
    expect(offer.get_by_label("In return I give")).to_contain_text(pitch(spare))
    offer.get_by_role("button", name="Swap").click()
    places.all_say(Hares=second, Owls=second, Foxes=spare)
    expect(told).to_contain_text(f"Owls got {pitch(second)}.")  # as it is now, not as it was

    # Slides, before the day.
    slot = slots[third.pk]
    bobs.goto(SIGN_UPS)
    bobs.locator(f"#slot-{slot.pk}").get_by_role("link", name="The talk's page").click()
    file = {"name": "owls.pdf", "mimeType": "application/pdf", "buffer": PDF}
    bobs.get_by_label("File", exact=True).set_input_files(file)  # type: ignore[arg-type]
    bobs.get_by_role("button", name="Hand in the file").click()
    expect(bobs.get_by_text("“owls.pdf” is handed in.")).to_be_visible()

    # The day: the running order, its timer, and what a classmate thinks.
    slot.refresh_from_db()
    move_class(slot, 0)
    order = f"{HOME}classes/{second.pk}/talks/"
    alices.goto(order)
    expect(alices.locator(".turn .entry-who")).to_have_text(["Hares", "Owls"])
    expect(alices.locator("[data-who]")).to_have_text("Hares")
    alices.keyboard.press("n")
    expect(alices.locator("[data-who]")).to_have_text("Owls")
    expect(alices.locator("[data-left]")).to_have_text("10:00")
    lees.goto(order)
    expect(lees.get_by_role("link", name="Slides of Owls")).to_be_visible()
    lees.get_by_role("link", name="Owls", exact=True).click()
    lees.get_by_label("5 very clear").check()
    lees.get_by_label("What did you like?").fill("The plan for the first week.")
    lees.get_by_role("button", name="Send it").click()
    expect(lees.get_by_text("your feedback is saved")).to_be_visible()

    # Marks, to the group and to one member, come back.
    alices.get_by_role("link", name="Mark these talks").click()
    alices.get_by_label("Of 20, Owls").fill("17.5")
    alices.get_by_label("Comment, Owls").fill("A clear question.")
    alices.get_by_label("Of 20, Priya Singh").fill("19")
    alices.get_by_role("button", name="Save all").click()
    expect(alices.get_by_text("2 marks saved.")).to_be_visible()
    alices.get_by_role("button", name="Return 2 marks").click()
    expect(alices.get_by_text("2 marks returned")).to_be_visible()
    move_class(slot, -1)
    TalkFeedback.objects.update(updated_at=F("updated_at") - dt.timedelta(days=1))
    talk = re.sub("#.*", "", bobs.url)
    for page in (bobs, priyas):
        page.goto(talk)
        expect(page.locator("#marks")).to_contain_text("17.5 of 20")
        expect(page.locator("#marks")).to_contain_text("A clear question.")
        expect(page.locator("#feedback")).to_contain_text("The plan for the first week.")
        expect(page.locator("#feedback")).not_to_contain_text("Lee")
    expect(priyas.locator("#marks")).to_contain_text("19 of 20")
    expect(priyas.locator("#marks")).to_contain_text("Your own mark counts instead")
    expect(bobs.locator("#marks")).not_to_contain_text("19 of 20")
