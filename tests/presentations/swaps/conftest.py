"""Bob and Priya each lead the discussion of a paper; Lee has nothing yet."""

from __future__ import annotations

import pytest

from readings.accounts.models import User
from readings.courses.models import Course
from readings.presentations import services as claims
from readings.presentations.models import Sheet, SignUp, Slot, Swaps
from readings.schedule.models import AgendaItem
from tests import factories
from tests.presentations.conftest import days_from_now


@pytest.fixture
def priya(course: Course) -> User:
    return enrolled(course, "Priya Singh")


@pytest.fixture
def lee(course: Course) -> User:
    return enrolled(course, "Lee Lopez")


@pytest.fixture
def bobs(dspy: AgendaItem, bob: User) -> Slot:
    """Bob's slot, DSPy in two weeks."""
    return taken(factories.make_slot(dspy), bob)


@pytest.fixture
def sheet(bobs: Slot) -> Sheet:
    """The sheet of all the slots."""
    return bobs.sheet


@pytest.fixture
def priyas(course: Course, bobs: Slot, priya: User) -> Slot:
    """Priya's slot, TVM in three weeks."""
    return taken(slot_on(course, "TVM", 21), priya)


def enrolled(course: Course, name: str) -> User:
    user = factories.make_user(name)
    factories.enrol(course, user)
    return user


def slot_on(course: Course, label: str, days: int, seats: int = 1) -> Slot:
    """A slot on a reading in so many days."""
    meeting = factories.make_meeting(course, days_from_now(days), week=days // 7 + 1)
    reading = factories.make_reading(course, label=label)
    return factories.make_slot(factories.put_on_agenda(meeting, reading), seats=seats)


def taken(slot: Slot, *people: User) -> Slot:
    """The slot, with these people on its seats."""
    for user in people:
        claims.claim_seat(slot=slot, actor=user)
    return slot


def set_rules(sheet: Sheet, **fields: object) -> None:
    """Change the rules of the sheet."""
    Sheet.objects.filter(pk=sheet.pk).update(**fields)
    sheet.refresh_from_db()


def staff_agree(sheet: Sheet) -> None:
    set_rules(sheet, swaps=Swaps.AGREED)


def holders(slot: Slot) -> list[str]:
    """Who has the slot, by seat."""
    sign_ups = SignUp.objects.filter(slot=slot).select_related("user", "group")
    return [str(one.group or one.user) for one in sign_ups.order_by("seat__number")]
