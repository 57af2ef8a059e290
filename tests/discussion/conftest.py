"""What the tests of discussions share."""

from __future__ import annotations

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.models import Course
from readings.schedule.models import Reading
from tests import factories
from tests.conftest import SignIn


@pytest.fixture
def reading(course: Course) -> Reading:
    return factories.make_reading(course, label="DSPy")


@pytest.fixture
def bobs(bob: User, sign_in: SignIn) -> Client:
    """Bob's browser."""
    return sign_in(bob)
