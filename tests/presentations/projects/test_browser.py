"""Two browsers: a group is formed, grows by an invitation, and writes about its project."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from readings.accounts.models import User
from readings.courses.models import Course
from readings.presentations.projects.models import Project
from tests import factories
from tests.browsers import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GROUPS = "/c/compilers/groups/"


def test_form_invite_accept_and_write_together(
    course: Course, open_page: OpenPage, bob: User
) -> None:
    priya = factories.make_user("Priya Singh")
    factories.enrol(course, priya)
    bobs, priyas = open_page(bob), open_page(priya, viewport={"width": 390, "height": 800})
    bobs.goto(GROUPS)
    bobs.get_by_label("Name").fill("Owls")
    bobs.get_by_role("button", name="Form the group").click()
    bobs.get_by_label("Invite somebody").select_option("Priya Singh")
    bobs.get_by_role("button", name="Invite").click()
    expect(bobs.get_by_text("Priya Singh is invited.")).to_be_visible()

    priyas.goto(GROUPS)
    priyas.get_by_role("button", name="Join Owls").click()
    expect(priyas.get_by_role("heading", name="You are in Owls")).to_be_visible()

    for page in (bobs, priyas):
        page.goto(GROUPS)
        page.get_by_role("link", name="Write about your project").click()
        page.get_by_role("link", name="Write about your project").click()
    bobs.get_by_label("Title").fill("Fusing loops")
    bobs.get_by_label("Pitch").fill("It is $O(n^2)$.")
    bobs.get_by_role("button", name="Save").click()
    expect(bobs.locator("math")).to_be_visible()

    # Priya began before Bob saved: his title stands, both pitches are shown, hers is in the form.
    priyas.get_by_label("Title").fill("Fusing loops")
    priyas.get_by_label("Pitch").fill("It is linear.")
    priyas.get_by_role("button", name="Save").click()
    expect(priyas.get_by_role("alert")).to_contain_text("Bob Baker changed the same")
    expect(priyas.get_by_role("alert")).to_contain_text("It is $O(n^2)$.")
    priyas.get_by_label("Pitch").fill("It is linear, not quadratic.")
    priyas.get_by_role("button", name="Save").click()
    expect(priyas.get_by_text("It is linear, not quadratic.")).to_be_visible()
    assert Project.objects.get().version == 2
