"""The schedule, the board and a person's calendar say the same about who presents what and when."""

from __future__ import annotations

import datetime as dt

import pytest

from readings.accounts.models import User
from readings.calendars.services import calendar_token_of
from readings.courses.models import Course
from readings.presentations import services, waiting
from readings.presentations.models import SignUp, Slot
from readings.schedule.agenda_services import move_agenda_item
from readings.schedule.models import AgendaItem, Status
from readings.schedule.services import update_meeting
from tests import factories
from tests.calendars.parsing import feed
from tests.conftest import SignIn
from tests.pages_text import words
from tests.presentations.conftest import days_from_now

pytestmark = pytest.mark.django_db

BOARD = "/c/compilers/sign-ups/"
SCHEDULE = "/c/compilers/"


@pytest.fixture
def priya(course: Course) -> User:
    user = factories.make_user("Priya Singh")
    factories.enrol(course, user)
    return user


class Places:
    """Everywhere that somebody can read who presents the slot."""

    def __init__(self, slot: Slot, people: list[User], staff: User, sign_in: SignIn) -> None:
        self._slot = slot
        self._people = people
        self._staff = sign_in(staff)
        self._browsers = {person.pk: sign_in(person) for person in people}

    def all_say(self, holder: User | None, day: dt.date | None, *, is_off: bool = False) -> None:
        """That ``holder`` alone presents it, on ``day``."""
        schedule = words(self._staff.get(SCHEDULE))
        board = self._staff.get(BOARD).context["page"]
        (card,) = [one for one in board.cards if one.slot.pk == self._slot.pk]
        meeting = card.slot.agenda_item.meeting
        assert (meeting.meets_on if meeting else None) == day
        assert [one.name for one in card.holders] == ([str(holder)] if holder else [])
        for person in self._people:
            has_it = person == holder
            assert (str(person) in schedule) == (has_it and day is not None)
            mine = self._browsers[person.pk].get(BOARD).context["page"].mine
            assert [(one.slot_id, one.day, one.is_off) for one in mine] == (
                [(self._slot.pk, day, is_off)] if has_it else []
            )
            talks = self._browsers[person.pk].get(SCHEDULE).context["page"].my_talks
            assert [one.name for one in talks] == (["DSPy"] if has_it else [])
            told = feed(f"/calendar/{calendar_token_of(person)}.ics").get(f"slot-{self._slot.pk}")
            assert (told is not None) == (has_it and day is not None)
            if told is not None:
                start = told.start
                assert (start.date() if isinstance(start, dt.datetime) else start) == day
                assert told.is_cancelled == is_off


def test_whatever_happens_all_places_say_the_same(
    course: Course, dspy: AgendaItem, sign_in: SignIn, alice: User, bob: User, priya: User
) -> None:
    slot = factories.make_slot(dspy)
    meeting = dspy.meeting
    assert meeting is not None
    day = meeting.meets_on
    places = Places(slot, [bob, priya], alice, sign_in)
    places.all_say(None, day)

    services.claim_seat(slot=slot, actor=bob)
    places.all_say(bob, day)

    services.leave_seat(slot=slot, actor=bob)
    places.all_say(None, day)

    services.put_on_seat(slot=slot, presenter=priya, actor=alice)
    places.all_say(priya, day)

    waiting.join_waiting_list(slot=slot, actor=bob)
    places.all_say(priya, day)

    services.take_off(sign_up=SignUp.objects.get(), actor=alice)  # and Bob moves up
    places.all_say(bob, day)

    services.take_off(sign_up=SignUp.objects.get(), actor=alice)  # one for the other, by staff
    services.put_on_seat(slot=slot, presenter=priya, actor=alice)
    places.all_say(priya, day)

    later = days_from_now(20)
    update_meeting(meeting=meeting, actor=alice, meets_on=later)
    places.all_say(priya, later)

    update_meeting(meeting=meeting, actor=alice, status=Status.CANCELLED)
    places.all_say(priya, later, is_off=True)

    item = AgendaItem.objects.get(pk=dspy.pk)
    move_agenda_item(item=item, meeting=None, actor=alice)
    places.all_say(priya, None)

    again = factories.make_meeting(course, days_from_now(30), week=6)
    move_agenda_item(item=item, meeting=again, actor=alice)
    places.all_say(priya, again.meets_on)
