"""Many at once: whoever accepts first has the seat, and no seat is emptied or doubled."""

from __future__ import annotations

import collections
from collections.abc import Callable

import pytest

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.models import Course
from readings.courses.services import remove_member
from readings.presentations import services as claims
from readings.presentations.models import SignUp, Slot
from readings.presentations.refusals import NotNow, NotYours, SwapGone, SwapLapsed
from readings.presentations.swaps import services
from readings.presentations.swaps.models import SwapKind, SwapRequest, SwapState
from tests.at_once import at_once
from tests.presentations.swaps.conftest import enrolled, holders, slot_on, taken

pytestmark = pytest.mark.django_db(transaction=True)

SWAP, HAND_OVER = SwapKind.SWAP, SwapKind.HAND_OVER


def accepting(
    request: SwapRequest, user: User, counter: Slot | None = None
) -> Callable[[], object]:
    return lambda: services.accept(request=request, actor=user, counter=counter)


def test_of_many_who_accept_one_offer_one_has_the_seat(
    course: Course, bobs: Slot, bob: User
) -> None:
    students = [enrolled(course, f"Student {n}") for n in range(6)]
    theirs = [taken(slot_on(course, f"Paper {n}", 21 + n), one) for n, one in enumerate(students)]
    request = services.offer_seat(slot=bobs, actor=bob, kind=SWAP)
    outcomes = at_once(
        [accepting(request, student, slot) for student, slot in zip(students, theirs, strict=True)]
    )
    kinds = collections.Counter(
        one if isinstance(one, SwapState) else type(one) for one in outcomes
    )
    assert kinds[SwapState.DONE] == 1
    assert kinds[NotNow] + kinds[SwapGone] + kinds[SwapLapsed] == 5
    winner = outcomes.index(SwapState.DONE)
    assert holders(bobs) == [str(students[winner])]
    assert [holders(slot) for slot in theirs] == [
        ["Bob Baker" if n == winner else str(one)] for n, one in enumerate(students)
    ]


def test_taking_back_and_accepting_leave_one_truth(
    course: Course, bobs: Slot, priyas: Slot, bob: User, priya: User, lee: User
) -> None:
    """Several offers, each accepted and withdrawn in the same moment."""
    more = [taken(slot_on(course, f"Paper {n}", 28 + n), bob) for n in range(3)]
    requests = [services.offer_seat(slot=one, actor=bob, kind=HAND_OVER, to=lee) for one in more]

    def withdrawing(request: SwapRequest) -> Callable[[], object]:
        return lambda: services.withdraw(request=request, actor=bob)

    outcomes = at_once([act for one in requests for act in (accepting(one, lee), withdrawing(one))])
    for place, (request, slot) in enumerate(zip(requests, more, strict=True)):
        accepted, withdrawn = outcomes[2 * place : 2 * place + 2]
        request.refresh_from_db()
        if accepted == SwapState.DONE:
            assert isinstance(withdrawn, NotNow)
            assert (request.state, holders(slot)) == (SwapState.DONE, ["Lee Lopez"])
        else:
            assert isinstance(accepted, Refusal)
            assert withdrawn is None
            assert (request.state, holders(slot)) == (SwapState.WITHDRAWN, ["Bob Baker"])


def test_crossing_swaps_wait_for_each_other_and_not_for_ever(
    bobs: Slot, priyas: Slot, course: Course, bob: User, priya: User, lee: User
) -> None:
    """Bob with Priya, Priya with Lee and Lee with Bob, all accepted in the same moment."""
    lees = taken(slot_on(course, "MLIR", 28), lee)
    ring = [(bobs, bob), (priyas, priya), (lees, lee)]
    offers = [
        services.offer_seat(slot=slot, actor=user, kind=SWAP, to=other, counter=their)
        for (slot, user), (their, other) in zip(ring, [*ring[1:], ring[0]], strict=True)
    ]
    takers = [priya, lee, bob]
    outcomes = at_once([accepting(one, taker) for one, taker in zip(offers, takers, strict=True)])
    # They share their seats: the first one is done, and the others lapse with it.
    assert outcomes.count(SwapState.DONE) == 1
    assert all(isinstance(one, SwapState | Refusal) for one in outcomes)
    assert sorted(holders(bobs) + holders(priyas) + holders(lees)) == [
        "Bob Baker",
        "Lee Lopez",
        "Priya Singh",
    ]
    states = sorted(SwapRequest.objects.values_list("state", flat=True))
    assert states == [SwapState.DONE, SwapState.LAPSED, SwapState.LAPSED]


def test_leaving_and_accepting_never_leave_a_seat_with_two(
    course: Course, bobs: Slot, priyas: Slot, bob: User, priya: User, lee: User
) -> None:
    request = services.offer_seat(slot=bobs, actor=bob, kind=SWAP, to=priya, counter=priyas)
    membership = course.memberships.get(user=priya)
    outcomes = at_once(
        [
            accepting(request, priya),
            lambda: claims.leave_seat(slot=bobs, actor=bob),
            lambda: remove_member(membership=membership),
            lambda: claims.claim_seat(slot=bobs, actor=lee),
        ]
    )
    accepted, left = outcomes[:2]
    if accepted == SwapState.DONE:
        assert isinstance(left, NotYours)
        assert (holders(bobs), holders(priyas)) == (["Priya Singh"], ["Bob Baker"])
    else:
        assert left is None
        assert holders(priyas) == ["Priya Singh"]
        assert holders(bobs) in ([], ["Lee Lopez"])
    assert SignUp.objects.filter(slot=bobs).count() <= 1
