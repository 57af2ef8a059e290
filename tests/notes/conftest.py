"""What the tests of notes share: a reading due in class, Bob's browser, his note."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.models import Course
from readings.schedule.models import Reading
from tests import factories
from tests.conftest import SignIn


@pytest.fixture
def reading(course: Course) -> Reading:
    """Due on September 17, 2025, at 8:30 in Detroit: 12:30 UTC."""
    reading = factories.make_reading(course, label="DSPy")
    meeting = factories.make_meeting(course, dt.date(2025, 9, 17), meets_from=dt.time(10, 30))
    factories.put_on_agenda(meeting, reading)
    return reading


@pytest.fixture
def bobs(bob: User, sign_in: SignIn) -> Client:
    """Bob's browser."""
    return sign_in(bob)
