"""The day of the talk in a real browser: slides, timer, feedback, marks by keyboard."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import F
from playwright.sync_api import expect

from readings.accounts.models import User
from readings.presentations.day.models import Material, TalkFeedback, TalkMark
from readings.presentations.day.talks import Talk
from readings.presentations.models import Slot
from tests.browsers import AssertAccessible, OpenPage
from tests.presentations.day.conftest import PDF, move_class

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}
RAN = """([key, minutes]) => {
    const state = JSON.parse(localStorage.getItem(key));
    localStorage.setItem(key, JSON.stringify({...state, since: Date.now() - minutes * 60_000}));
}"""


def test_a_talk_from_its_slides_to_its_mark(
    talk: Talk,
    slot: Slot,
    pitch: Slot,
    open_page: OpenPage,
    assert_accessible: AssertAccessible,
    bob: User,
    priya: User,
    alice: User,
) -> None:
    # Bob hands in his slides on his phone; a page under the name of a PDF is not taken.
    bobs = open_page(bob, viewport=PHONE, reduced_motion="reduce")
    bobs.goto(talk.url)
    for content in (b"<html>", PDF):
        file = {"name": "dspy.pdf", "mimeType": "application/pdf", "buffer": content}
        bobs.get_by_label("File", exact=True).set_input_files(file)  # type: ignore[arg-type]
        bobs.get_by_role("button", name="Hand in the file").click()
        if content != PDF:
            expect(bobs.get_by_role("alert")).to_contain_text("is not what its name says")
    expect(bobs.get_by_text("“dspy.pdf” is handed in.")).to_be_visible()
    with bobs.expect_download() as download:
        bobs.get_by_role("link", name="dspy.pdf").click()
    assert download.value.suggested_filename == "dspy.pdf"
    assert_accessible(bobs, schemes=["dark"])

    # The class begins: the timer goes by keyboard and through a reload, up to the last minute.
    move_class(slot, 0)
    meeting = slot.agenda_item.meeting_id
    room = open_page(alice, reduced_motion="reduce")
    room.goto(f"/c/compilers/classes/{meeting}/talks/")
    left, face = room.locator("[data-left]"), room.locator("[data-face]")
    expect(left).to_have_text("20:00")
    room.keyboard.press("Space")
    expect(room.get_by_role("button", name="Pause")).to_be_visible()
    for minutes, state, shown in ((19.5, "soon", "0:"), (21, "over", "+1:")):
        room.evaluate(RAN, [f"seminar:timer:{meeting}", minutes])
        room.reload()
        expect(face).to_have_attribute("data-state", state)
        expect(left).to_contain_text(shown)
        assert_accessible(room, schemes=["dark"])
    room.keyboard.press("n")
    expect(room.locator("[data-talk]")).to_have_text("Pitch 1")
    expect(left).to_have_text("10:00")
    room.keyboard.press("p")  # it was too early: the time is still there
    expect(left).to_contain_text("+1:")
    expect(room.get_by_role("button", name="Go on")).to_be_visible()
    room.keyboard.press("f")
    room.get_by_role("button", name="Leave full screen").click()
    expect(room.get_by_role("button", name="Full screen", exact=True)).to_be_visible()

    # Priya says what she thought.
    priyas = open_page(priya, viewport=PHONE, reduced_motion="reduce")
    priyas.goto(talk.url)
    priyas.get_by_label("5 very clear").check()
    priyas.get_by_label("What did you like?").fill("The running example.")
    priyas.get_by_role("button", name="Send it").click()
    expect(priyas.get_by_text("your feedback is saved")).to_be_visible()
    assert_accessible(priyas)

    # Alice marks with the keyboard alone, and returns what she gave.
    room.goto(f"/c/compilers/classes/{meeting}/talks/marks/")
    room.locator("input[name^=value-]").first.focus()
    room.keyboard.type("8.5")
    room.keyboard.press("Tab")
    room.keyboard.type("Well prepared.")
    room.keyboard.press("Shift+Tab")
    room.keyboard.press("Enter")
    expect(room.get_by_text("1 mark saved.")).to_be_visible()
    room.get_by_role("button", name="Return 1 mark").click()
    expect(room.get_by_text("1 mark returned")).to_be_visible()

    move_class(slot, -1)
    TalkFeedback.objects.update(updated_at=F("updated_at") - dt.timedelta(days=1))
    bobs.goto(talk.url)
    expect(bobs.locator("#marks")).to_contain_text("8.5 of 10")
    expect(bobs.locator("#feedback")).to_contain_text("The running example.")
    expect(bobs.locator("#feedback")).not_to_contain_text("Priya")
    rows = (Material, TalkFeedback, TalkMark)
    assert [model._default_manager.count() for model in rows] == [1, 1, 1]
