"""What every test may ask for: the people, a course, signed-in clients."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from hypothesis import settings

from readings.accounts.models import User
from readings.courses.models import Course, Role
from tests import factories

pytest_plugins = ["tests.servers"]

# How long an example takes says more about the machine's other work than about the code.
settings.register_profile("seminar", deadline=None, max_examples=60)
settings.load_profile("seminar")


@pytest.fixture
def alice() -> User:
    return factories.make_user("Alice Abbott")


@pytest.fixture
def bob() -> User:
    return factories.make_user("Bob Baker")


@pytest.fixture
def carol() -> User:
    return factories.make_user("Carol Chen")


@pytest.fixture
def dave() -> User:
    return factories.make_user("Dave Diaz")


@pytest.fixture
def erin() -> User:
    return factories.make_user("Erin Evans")


@pytest.fixture
def course(alice: User, bob: User, carol: User, erin: User) -> Course:
    """A members' course: Alice teaches, Carol assists, Bob is enrolled, Erin audits."""
    course = factories.make_course(slug="compilers", title="Compilers for AI")
    factories.enrol(course, alice, Role.INSTRUCTOR)
    factories.enrol(course, carol, Role.ASSISTANT)
    factories.enrol(course, bob, Role.STUDENT)
    factories.enrol(course, erin, Role.AUDITOR)
    return course


SignIn = Callable[[User], Client]


@pytest.fixture
def sign_in() -> SignIn:
    """A function that gives a browser in which somebody is signed in."""

    def browser_of(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return browser_of
