"""Staff at work on sign-up sheets."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.models import Course
from readings.presentations.models import Sheet
from readings.presentations.sheets.services import make_sheet
from readings.presentations.sheets.terms import SheetTerms
from tests.conftest import SignIn

PAGE = "/c/compilers/sign-ups/"
#: A form of rules as it is sent when nothing is touched.
RULES: dict[str, Any] = {
    "title": "Lead a paper",
    "taken_by": "person",
    "method": "first_come",
    "opens_at": "",
    "closes_at": "",
    "must_hold": "0",
    "may_hold": "",
    "days_apart": "0",
    "swaps": "free",
    "has_waiting_list": "on",
    "asks_class": "on",
}


@pytest.fixture
def alices(sign_in: SignIn, course: Course, alice: User) -> Client:
    return sign_in(alice)


@pytest.fixture
def papers(course: Course, alice: User) -> Sheet:
    """A sheet without slots."""
    return make_sheet(course=course, terms=SheetTerms(title="Lead a paper"), actor=alice)
