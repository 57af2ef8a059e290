"""Whatever people press, in whatever order: no seat is emptied or doubled by a swap."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.models import Course, Group
from readings.presentations import queries
from readings.presentations import services as claims
from readings.presentations.holding import require_allowed, require_role
from readings.presentations.models import Seat, Sheet, SignUp, Slot, Swaps, TakenBy
from readings.presentations.presenters import Presenter, columns_of, key_of, people_of, presenter_of
from readings.presentations.queries import held_by
from readings.presentations.refusals import AlreadyYours
from readings.presentations.swaps import services
from readings.presentations.swaps.models import OPEN_STATES, SwapKind, SwapRequest
from readings.presentations.swaps.standing import Standing
from readings.presentations.swaps.words import asked_of, taker_of
from readings.schedule.models import AgendaItem
from tests import factories
from tests.presentations.swaps.conftest import enrolled, slot_on, taken

pytestmark = pytest.mark.django_db

CHANGES_HANDS: Final = ("accept", "agree", "exchange")
SAYS: Final = ("offer", "decline", "withdraw", "disagree")  # these move no seat at all
SEATING: Final = ("claim", "leave", "off", "put")
ACTIONS: Final = (*CHANGES_HANDS, *SAYS, *SEATING, "offer", "offer", "accept", "accept")
Step = tuple[str, int, int, int]  # what, and three numbers that choose who and where

number = st.integers(0, 11)
steps = st.lists(
    st.tuples(st.sampled_from(ACTIONS), number, number, number), min_size=8, max_size=14
)


class World:
    """Four students in two groups, three slots for persons and two for groups."""

    def __init__(self, course: Course, pitches: AgendaItem, staff: User) -> None:
        self.course, self.staff = course, staff
        names = ("Priya", "Lee", "Mia", "Noah")
        self.students = [enrolled(course, name) for name in names]
        self.groups = [
            factories.make_group(course, *self.students[:2], name="Owls"),
            factories.make_group(course, *self.students[2:], name="Foxes"),
        ]
        self.slots = [
            slot_on(course, "A", 14),
            slot_on(course, "B", 21, seats=2),
            slot_on(course, "C", 35),
            *(factories.make_slot(pitches, title=f"P{n}", taken_by=TakenBy.GROUP) for n in (1, 2)),
        ]
        self.days = {slot.pk: queries.day_of(slot) or dt.date.min for slot in self.slots}
        for place, user in ((0, 0), (1, 1), (2, 2), (3, 0), (4, 2)):
            taken(self.slots[place], self.students[user])
        Sheet.objects.filter(course=course).update(may_hold=1)
        persons = Sheet.objects.filter(pk=self.slots[0].sheet_id)
        persons.update(days_apart=10)
        self.allow(2)
        # Something to accept from the first step on.
        services.offer_seat(slot=self.slots[0], actor=self.students[0], kind=SwapKind.HAND_OVER)
        services.offer_seat(slot=self.slots[2], actor=self.students[2], kind=SwapKind.SWAP)

    def allow(self, may_hold: int) -> None:
        """How many slots a person may hold."""
        self.may_hold = may_hold
        Sheet.objects.filter(pk=self.slots[0].sheet_id).update(may_hold=may_hold)
        for slot in self.slots:
            slot.sheet.refresh_from_db()

    def act(self, what: str, one: int, two: int, three: int) -> None:
        """Do it, as far as there is something to do it to; raises what is refused."""
        if what in ("claim", "put"):
            self.seat(what, self.slots[one % 5], two)
        elif what in ("leave", "off", "exchange", "offer"):
            held = list(SignUp.objects.select_related("user", "group", "slot").order_by("pk"))
            if held:
                self.give(what, held[one % len(held)], held[two % len(held)], two, three)
        else:
            found = list(SwapRequest.objects.filter(state__in=OPEN_STATES).order_by("pk"))
            # At times one that is settled: people press on what they saw a while ago.
            found = found if found and three != 1 else list(SwapRequest.objects.order_by("pk"))
            if found:
                self.answer(what, found[one % len(found)], two, three)

    def seat(self, what: str, slot: Slot, one: int) -> None:
        student = self.students[one % 4]
        if what == "claim":
            claims.claim_seat(slot=slot, actor=student)
        else:
            presenter = self.groups[one % 2] if slot.sheet.is_for_groups else student
            require_allowed(slot, presenter)  # staff may break the rules, and here do not
            claims.put_on_seat(slot=slot, presenter=presenter, actor=self.staff)

    def give(self, what: str, mine: SignUp, other: SignUp, two: int, three: int) -> None:
        holders = people_of(presenter_of(mine))
        actor = holders[three % len(holders)]
        if what == "leave":
            claims.leave_seat(slot=mine.slot, actor=actor)
        elif what == "off":
            claims.take_off(sign_up=mine, actor=self.staff)
        elif what == "exchange":
            services.exchange_seats(one=mine, other=other, actor=self.staff)
        else:
            to = self.groups[two % 2] if mine.group else self.students[two % 4]
            offer: dict[str, Any] = (
                {"kind": SwapKind.SWAP},
                {"kind": SwapKind.HAND_OVER},
                {"kind": SwapKind.HAND_OVER, "to": to},
                {"kind": SwapKind.SWAP, "to": presenter_of(other), "counter": other.slot},
            )[three % 4]
            services.offer_seat(slot=mine.slot, actor=actor, **offer)

    def answer(self, what: str, request: SwapRequest, two: int, three: int) -> None:
        giver = people_of(presenter_of(request))[0]
        asked = asked_of(request) or taker_of(request)
        other = people_of(asked)[0] if asked else self.students[two % 4]
        if three == 2:
            giver = other = self.students[two % 4]  # somebody whom it may not concern
        if what == "accept":
            mine = held_by(SignUp.objects.filter(slot__sheet=request.slot.sheet_id), other)
            held = list(mine.order_by("pk"))
            counter = held[three % len(held)].slot if held else None
            services.accept(request=request, actor=other, counter=counter)
        elif what == "agree":
            services.agree(request=request, actor=self.staff)
        elif what == "disagree":
            services.disagree(request=request, actor=self.staff, why="No.")
        elif what == "decline":
            services.decline(request=request, actor=other)
        else:
            services.withdraw(request=request, actor=giver)


@pytest.fixture
def world(course: Course, pitches: AgendaItem, alice: User) -> World:
    return World(course, pitches, alice)


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """Each example begins with the same rows."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def placed() -> dict[int, tuple[int | None, int | None]]:
    """Who has each taken seat."""
    return {
        seat: (user, group)
        for seat, user, group in SignUp.objects.values_list("seat", "user", "group")
    }


def require_sound(world: World) -> None:
    """Nobody sits twice in a slot, the rules hold, a seat is offered once."""
    by_presenter: dict[tuple[int | None, int | None], list[int]] = {}
    for slot, user, group in SignUp.objects.values_list("slot", "user", "group"):
        by_presenter.setdefault((user, group), []).append(slot)
    for (person, _group), held in by_presenter.items():
        assert len(held) == len(set(held))
        assert len(held) <= (1 if person is None else world.may_hold)
        if len(held) == 2:
            assert abs(world.days[held[0]] - world.days[held[1]]) >= dt.timedelta(days=10)
    promised = SwapRequest.objects.filter(state__in=OPEN_STATES)
    offers = list(promised.values_list("slot", "user", "group"))
    assert len(offers) == len(set(offers))


def require_told_truly(world: World) -> None:
    """A request that is shown as possible is of somebody who has the seat."""
    standing = Standing(world.course)
    for request in SwapRequest.objects.filter(state__in=OPEN_STATES):
        if not standing.why_impossible(request):
            assert SignUp.objects.filter(
                slot=request.slot_id, **columns_of(presenter_of(request))
            ).exists()


@given(
    swaps=st.sampled_from([Swaps.FREE, Swaps.AGREED]),
    may_hold=st.sampled_from([1, 2]),
    taken_steps=steps,
)
@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink one takes minutes
)
def test_no_order_of_clicks_empties_or_doubles_a_seat(
    world: World, swaps: Swaps, may_hold: int, taken_steps: list[Step]
) -> None:
    with undone():
        Sheet.objects.filter(course=world.course).update(swaps=swaps)
        world.allow(may_hold)
        seats = Seat.objects.count()
        for what, one, two, three in taken_steps:
            before = placed()
            try:
                world.act(what, one, two, three)
            except Refusal:
                assert placed() == before
            after = placed()
            if what in CHANGES_HANDS:
                assert after.keys() == before.keys()
                moved = [seat for seat in before if before[seat] != after[seat]]
                assert len(moved) <= 2  # two seats exchanged, or one handed over
                if len(moved) == 2:
                    one_seat, other_seat = moved
                    assert before[one_seat] == after[other_seat]
                    assert before[other_seat] == after[one_seat]
            if what in SAYS:
                assert after == before
            require_sound(world)
        require_told_truly(world)
        assert Seat.objects.count() == seats


def test_the_listing_says_what_the_rules_say(world: World, erin: User, alice: User) -> None:
    """Who can take what, read at once, is what the services find out one by one."""
    Sheet.objects.filter(pk=world.slots[3].sheet_id).update(fewest_members=3)
    Sheet.objects.filter(pk=world.slots[0].sheet_id).update(is_for_some=True)
    chosen = Sheet.objects.get(pk=world.slots[0].sheet_id)
    chosen.only_users.set([*world.students[:3], erin, alice])
    standing = Standing(world.course)
    found = set()
    for slot in standing.slots.values():
        everybody: list[Presenter] = [*world.students, erin, alice, *world.groups]
        for presenter in everybody:
            if isinstance(presenter, Group) != slot.sheet.is_for_groups:
                continue
            for given_away in ([], [world.slots[0].pk]):
                says = standing.against(key_of(presenter), slot, instead_of=given_away)
                refused = _refused(slot, presenter, given_away)
                assert type(says) is type(refused), (slot, presenter, says, refused)
                found.add(type(says).__name__)
    assert found == {
        "NoneType",
        "AlreadyYours",
        "AuditorsDoNotPresent",
        "NotAStudent",
        "NotForYou",
        "GroupTooSmall",
        "TooClose",
    }


def _refused(slot: Slot, presenter: Presenter, given_away: list[int]) -> Refusal | None:
    if SignUp.objects.filter(slot=slot, **columns_of(presenter)).exists():
        return AlreadyYours()
    try:
        if isinstance(presenter, User):
            require_role(slot.sheet, presenter)
        require_allowed(slot, presenter, instead_of=given_away)
    except Refusal as refusal:
        return refusal
    return None
