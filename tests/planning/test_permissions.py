"""The plan is the staff's: everybody else does not know that its addresses exist."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from readings.accounts.models import User
from readings.courses.models import Course, Visibility
from readings.planning.drafts import read_draft
from readings.planning.publishing import publish_draft
from readings.planning.rearranging import Way, cancel
from readings.planning.urls import urlpatterns
from readings.reading_lists.services import add_entry, make_list, make_section
from readings.schedule.models import Meeting
from tests import factories
from tests.conftest import SignIn
from tests.planning.plans import do, item_named, last_change, planned, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def addresses(course: Course, term: dict[str, Meeting]) -> dict[str, str]:
    """Every address of the package, by name, for rows that exist."""
    section = make_section(reading_list=make_list(course=course, title="More"), title="")
    entry = add_entry(section=section, reading=factories.make_reading(course), title="")
    do(course, cancel(planned(course), term["Sep 24"].pk, Way.SHELF))
    publish_draft(course=course, actor=None)
    keys = {
        "slug": course.slug,
        "change_id": last_change(course).pk,
        "week_id": term["Sep 8"].week_id,
        "meeting_id": term["Sep 8"].pk,
        "item_id": item_named(course, "A").pk,
        "entry_id": entry.pk,
    }
    found = {}
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        named = {name: keys[name] for name in pattern.pattern.converters}
        found[str(pattern.name)] = reverse(f"planning:{pattern.name}", kwargs=named)
    return found


def refused(browser: Client, address: str) -> bool:
    """Whether the address is not there for whoever asks, by whichever way."""
    answers = [browser.get(address), browser.post(address, {"to": "shelf", "publish": "yes"})]
    return all(answer.status_code in {404, 405} for answer in answers) and any(
        answer.status_code == 404 for answer in answers
    )


@pytest.mark.parametrize("who", ["bob", "erin", "dave", "nobody"])
@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.MEMBERS])
def test_nobody_but_the_staff_gets_near_the_plan(
    who: str,
    visibility: Visibility,
    course: Course,
    addresses: dict[str, str],
    sign_in: SignIn,
    request: pytest.FixtureRequest,
) -> None:
    Course.objects.filter(pk=course.pk).update(visibility=visibility)
    browser = Client() if who == "nobody" else sign_in(request.getfixturevalue(who))
    before = published(course)
    for name, address in addresses.items():
        assert refused(browser, address), name
    assert published(course) == before
    assert read_draft(course).is_empty


def test_the_staff_of_another_course_gets_nothing(
    addresses: dict[str, str], dave: User, sign_in: SignIn
) -> None:
    factories.enrol(factories.make_course(), dave)
    for name, address in addresses.items():
        assert refused(sign_in(dave), address), name


def test_an_assistant_plans_too(addresses: dict[str, str], carol: User, sign_in: SignIn) -> None:
    browser = sign_in(carol)
    for name in ("board", "publish", "history", "change", "generate", "cancel", "meeting", "item"):
        assert browser.get(addresses[name]).status_code == 200
    assert browser.post(addresses["move"], {"to": "shelf"}).status_code == 302


def test_a_draft_is_seen_by_nobody_else(
    course: Course, term: dict[str, Meeting], bob: User, sign_in: SignIn
) -> None:
    do(course, cancel(planned(course), term["Sep 8"].pk, Way.SHIFT))
    page = sign_in(bob).get(reverse("pages:schedule", args=[course.slug])).content.decode()
    assert "Cancelled" not in page
    assert "not published" not in page
    assert not course.events.exists()
