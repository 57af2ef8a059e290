"""Talks before, on and after their day."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Course, Group
from readings.presentations.day.talks import Talk, talks_of
from readings.presentations.models import Seat, Sheet, SignUp, Slot, TakenBy
from readings.presentations.presenters import Presenter, columns_of
from readings.presentations.queries import with_item
from readings.schedule.models import Kind
from tests import factories

PDF = b"%PDF-1.7\nslides"


def day_of(course: Course, days: int) -> dt.date:
    """So many days from today, on the course's calendar."""
    return timezone.now().astimezone(course.zone).date() + dt.timedelta(days=days)


def move_class(slot: Slot, days: int) -> None:
    """Let the slot's class, which lasts all day, be so many days from today."""
    meeting = slot.agenda_item.meeting
    assert meeting is not None
    meeting.meets_on = day_of(slot.course, days)
    meeting.save()


def give(slot: Slot, presenter: Presenter, actor: User) -> SignUp:
    """Put the presenter on a free seat."""
    seat = Seat.objects.filter(slot=slot, sign_up__isnull=True)[0]
    return SignUp.objects.create(seat=seat, slot=slot, created_by=actor, **columns_of(presenter))


def talk_on(slot: Slot) -> Talk:
    """The first talk of the slot, as it is now."""
    return talks_of(list(with_item(Slot.objects.filter(pk=slot.pk))), former=True)[slot.pk][0]


@pytest.fixture
def sheet(course: Course) -> Sheet:
    """Slides are due a day before, the class is asked, marks are out of ten."""
    return Sheet.objects.create(
        course=course, title="Lead a paper", slides_due_hours=24, marks_out_of=Decimal(10)
    )


@pytest.fixture
def slot(course: Course, sheet: Sheet, bob: User) -> Slot:
    """Bob presents DSPy in three days, in a class that lasts all day."""
    meeting = factories.make_meeting(course, day_of(course, 3))
    item = factories.put_on_agenda(meeting, factories.make_reading(course, label="DSPy"))
    slot = factories.make_slot(item, sheet=sheet, minutes=20, position=1)
    give(slot, bob, bob)
    return slot


@pytest.fixture
def talk(slot: Slot) -> Talk:
    return talk_on(slot)


@pytest.fixture
def priya(course: Course) -> User:
    """Another student."""
    user = factories.make_user("Priya Singh")
    factories.enrol(course, user)
    return user


@pytest.fixture
def pitch(slot: Slot, course: Course, group: Group, bob: User) -> Slot:
    """A group pitches in the same class."""
    assert slot.agenda_item.meeting is not None
    item = factories.put_on_agenda(
        slot.agenda_item.meeting, text="Pitches", kind=Kind.PRESENTATIONS
    )
    sheet = Sheet.objects.create(
        course=course, title="Pitches", taken_by=TakenBy.GROUP, marks_out_of=Decimal(20)
    )
    pitch = factories.make_slot(item, sheet=sheet, title="Pitch 1", minutes=10, position=1)
    give(pitch, group, bob)
    return pitch


@pytest.fixture
def group(course: Course, bob: User, priya: User) -> Group:
    """Bob and Priya."""
    return factories.make_group(course, bob, priya, name="Loop Invariants")
