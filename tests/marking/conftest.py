"""What the tests of marking share: a reading due in class, Bob's note on it, a policy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.models import Course
from readings.notes.models import Note, NotePolicy
from readings.schedule.models import Reading
from tests import factories
from tests.conftest import SignIn

SetPolicy = Callable[..., NotePolicy]


@pytest.fixture
def reading(course: Course) -> Reading:
    """Due on September 17, 2025, at 8:30 in Detroit: 12:30 UTC."""
    reading = factories.make_reading(course, label="DSPy")
    meeting = factories.make_meeting(course, dt.date(2025, 9, 17), meets_from=dt.time(10, 30))
    factories.put_on_agenda(meeting, reading)
    return reading


@pytest.fixture
def bobs_note(reading: Reading, bob: User) -> Note:
    """Handed in weeks before it was due."""
    return factories.make_note(reading, bob, "Bob thinks of $x^2$.")


@pytest.fixture
def set_policy(course: Course) -> SetPolicy:
    """A function that gives the course rules: ``set_policy(marking="points", points=10)``."""

    def decide(**rules: Any) -> NotePolicy:
        return NotePolicy.objects.update_or_create(course=course, defaults=rules)[0]

    return decide


@pytest.fixture
def alices(alice: User, sign_in: SignIn) -> Client:
    """Alice's browser."""
    return sign_in(alice)


@pytest.fixture
def carols(carol: User, sign_in: SignIn) -> Client:
    """Carol's browser."""
    return sign_in(carol)


@pytest.fixture
def bobs(bob: User, sign_in: SignIn) -> Client:
    """Bob's browser."""
    return sign_in(bob)
