"""Who is told what happened in a course."""

from __future__ import annotations

import pytest

from readings.accounts.models import User
from readings.courses.access import Access, find_access
from readings.courses.models import Audience, Course, Event, Visibility
from readings.courses.queries import events_for, latest_events
from readings.courses.services import record_event, update_course

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def events(course: Course, alice: User, bob: User, erin: User) -> None:
    """One event for each audience, and one for Bob alone."""
    update_course(course=course, visibility=Visibility.PUBLIC)
    for audience in Audience:
        record_event(
            course=course, actor=alice, kind="test", summary=f"To {audience}", audience=audience
        )
    for audience in Audience:
        Event.objects.create(
            course=course, kind="test", summary="To Bob", audience=audience, recipient=bob
        )


def access_of(user: User | None, course: Course) -> Access:
    return find_access(user=user, slug=course.slug)


def told(access: Access) -> set[str]:
    listed = {event.summary for event in latest_events(access, kinds=["test"], limit=100)}
    assert listed == {event.summary for event in events_for(access)}
    return listed


def test_each_is_told_what_is_for_them(
    course: Course, alice: User, carol: User, erin: User, dave: User
) -> None:
    everyone, members, staff = "To everyone", "To members", "To staff"

    assert told(access_of(None, course)) == {everyone}
    assert told(access_of(dave, course)) == {everyone}
    assert told(access_of(erin, course)) == {everyone, members}
    assert told(access_of(alice, course)) == {everyone, members, staff}
    assert told(access_of(carol, course)) == {everyone, members, staff}


def test_what_is_for_one_person_is_for_nobody_else(
    course: Course, alice: User, bob: User, carol: User, dave: User, erin: User
) -> None:
    assert "To Bob" in told(access_of(bob, course))
    for other in (alice, carol, dave, erin, None):
        assert "To Bob" not in told(access_of(other, course))


def test_what_is_for_one_person_is_still_for_its_audience_only(course: Course, bob: User) -> None:
    assert latest_events(access_of(bob, course), kinds=["test"], limit=100)[0].summary == "To Bob"
    mine = [event for event in events_for(access_of(bob, course)) if event.recipient == bob]

    assert {event.audience for event in mine} == {Audience.EVERYONE, Audience.MEMBERS}
