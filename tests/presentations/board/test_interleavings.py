"""After any order of clicks no seat is free while somebody waits who may have it."""

from __future__ import annotations

import itertools

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.models import Course
from readings.presentations import services, waiting
from readings.presentations.holding import standings_on
from readings.presentations.models import SignUp, Slot, Waiting
from readings.presentations.presenters import presenter_of
from readings.presentations.sheets import slot_services
from readings.presentations.sheets.terms import Terms
from tests import factories
from tests.presentations.conftest import days_from_now

pytestmark = pytest.mark.django_db

Step = tuple[str, int, int]  # what, who, on which slot
CLICKS = ["claim", "claim", "join", "join", "leave", "leave", "stop", "off", "seats"]
steps = st.lists(
    st.tuples(st.sampled_from(CLICKS), st.integers(0, 2), st.integers(0, 2)),
    min_size=4,
    max_size=14,
)


@pytest.fixture
def people(course: Course) -> list[User]:
    users = [factories.make_user(f"Student {number}") for number in range(3)]
    for user in users:
        factories.enrol(course, user)
    return users


@pytest.fixture
def slots(course: Course) -> list[Slot]:
    """Three on one sheet: two of them close together, the third weeks later."""
    made: list[Slot] = []
    for days in (10, 13, 40):
        meeting = factories.make_meeting(course, days_from_now(days), week=days)
        item = factories.put_on_agenda(meeting, factories.make_reading(course))
        made.append(factories.make_slot(item))
    return made


def click(step: Step, people: list[User], slots: list[Slot], alice: User) -> None:
    what, who, where = step
    slot, user = slots[where], people[who]
    match what:
        case "claim":
            services.claim_seat(slot=slot, actor=user)
        case "leave":
            services.leave_seat(slot=slot, actor=user)
        case "join":
            waiting.join_waiting_list(slot=slot, actor=user)
        case "stop":
            waiting.leave_waiting_list(slot=slot, actor=user)
        case "off":
            for sign_up in SignUp.objects.filter(slot=slot)[:1]:
                services.take_off(sign_up=sign_up, actor=alice)
        case _:
            terms = Terms(seats=min(3, slot.seats.count() + 1))
            slot_services.update_slot(slot=slot, terms=terms, actor=alice)


def assert_fair(slots: list[Slot]) -> None:
    sheet = slots[0].sheet
    held: dict[int, list[Slot]] = {}
    for sign_up in SignUp.objects.select_related("slot__agenda_item__meeting"):
        assert sign_up.user_id is not None
        held.setdefault(sign_up.user_id, []).append(sign_up.slot)
    for mine in held.values():
        assert len({slot.pk for slot in mine}) == len(mine) <= (sheet.may_hold or 3)
        days = [slot.agenda_item.meeting.meets_on for slot in mine if slot.agenda_item.meeting]
        for one, other in itertools.combinations(filter(None, days), 2):
            assert abs((one - other).days) >= sheet.days_apart
    for slot in slots:
        line = [presenter_of(row) for row in Waiting.objects.filter(slot=slot)]
        assert not {one.pk for one in line} & {one.user_id for one in slot.sign_ups.all()}
        if slot.sign_ups.count() < slot.seats.count():
            standings = standings_on(sheet, line)
            assert not any(standings.allows(slot, one) for one in line)


# Who waits takes another slot, is passed over because of it, and gives it up again.
PASSED_OVER: list[Step] = [
    ("claim", 0, 0),
    ("join", 1, 0),
    ("claim", 1, 1),
    ("leave", 0, 0),
    ("leave", 1, 1),
]


@example(PASSED_OVER, 1, 0)
@example(PASSED_OVER, None, 7)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, st.sampled_from([None, 1, 2]), st.sampled_from([0, 7]))
def test_any_order_of_clicks_is_fair(
    people: list[User],
    slots: list[Slot],
    alice: User,
    clicks: list[Step],
    may_hold: int | None,
    days_apart: int,
) -> None:
    sheet = slots[0].sheet
    with transaction.atomic():
        sheet.may_hold, sheet.days_apart = may_hold, days_apart
        sheet.save()
        for step in clicks:
            try:
                click(step, people, slots, alice)
            except Refusal:
                continue
            assert_fair(slots)
        transaction.set_rollback(True)
