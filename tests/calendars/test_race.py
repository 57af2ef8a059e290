"""Calendars that ask in the same moment, on either database."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client

from readings.accounts.models import User
from readings.calendars.models import CalendarEntry
from readings.calendars.services import calendar_token_of
from readings.courses.models import Course
from readings.schedule.models import Meeting
from tests import factories
from tests.at_once import at_once
from tests.calendars.conftest import FEED, MONDAY

pytestmark = pytest.mark.django_db(transaction=True)


def asking(path: str) -> bytes:
    answer = Client().get(path)
    assert answer.status_code == 200
    return answer.content


def test_who_asks_at_once_is_told_the_same(
    term: Course, monday: Meeting, bob: User, alice: User
) -> None:
    other = factories.make_course()
    factories.enrol(other, bob)
    for number in range(20):
        factories.make_meeting(other, MONDAY + dt.timedelta(days=number))
    path = f"/calendar/{calendar_token_of(bob)}.ics"

    first = at_once([lambda: asking(path)] * 4 + [lambda: asking(FEED)] * 2)

    assert len(set(first[:4])) == len(set(first[4:])) == 1
    assert set(CalendarEntry.objects.values_list("sequence", flat=True)) == {0}
    Meeting.objects.update(room="Elsewhere")
    cache.clear()
    second = at_once([lambda: asking(path)] * 4)
    assert len(set(second)) == 1
    told = CalendarEntry.objects.filter(key__startswith="meeting")
    assert set(told.values_list("sequence", flat=True)) == {1}


def test_two_windows_show_one_address(bob: User) -> None:
    def opening() -> str:
        return calendar_token_of(User.objects.get(pk=bob.pk))

    assert len(set(at_once([opening] * 6))) == 1
