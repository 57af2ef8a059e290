"""A second student, windows of those who act, and what a group presents."""

from __future__ import annotations

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.models import Course, Group
from readings.presentations.models import TakenBy
from readings.presentations.services import claim_seat
from tests import factories
from tests.conftest import SignIn


@pytest.fixture
def priya(course: Course) -> User:
    """Another student."""
    user = factories.make_user("Priya Singh")
    factories.enrol(course, user)
    return user


@pytest.fixture
def bobs(sign_in: SignIn, course: Course, bob: User) -> Client:
    return sign_in(bob)


@pytest.fixture
def priyas(sign_in: SignIn, course: Course, priya: User) -> Client:
    return sign_in(priya)


@pytest.fixture
def alices(sign_in: SignIn, course: Course, alice: User) -> Client:
    return sign_in(alice)


def members(group: Group) -> set[User]:
    return {member.user for member in group.members.select_related("user")}


def sign_up(group: Group, user: User) -> None:
    """Give the group something to present: "Pitches"."""
    item = factories.put_on_agenda(factories.make_meeting(group.course), text="Pitches")
    claim_seat(slot=factories.make_slot(item, taken_by=TakenBy.GROUP), actor=user)
