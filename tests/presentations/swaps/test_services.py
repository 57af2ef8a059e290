"""Offer, accept, decline, take back, agree: who may, and what comes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Course, Event, Membership, Role
from readings.courses.services import remove_member
from readings.presentations import services as claims
from readings.presentations.models import Sheet, SignUp, Slot, Swaps, TakenBy, Waiting
from readings.presentations.queries import describe
from readings.presentations.refusals import (
    AlreadyOffered,
    CannotSwap,
    ClassIsOver,
    NotNow,
    NotYours,
    SwapGone,
    SwapLapsed,
    SwapsNotAllowed,
)
from readings.presentations.sheets.slot_services import delete_slot
from readings.presentations.swaps import services
from readings.presentations.swaps.choosing import seats_to_ask_for
from readings.presentations.swaps.models import SwapKind, SwapRequest, SwapState
from readings.schedule.models import AgendaItem, Meeting
from tests import factories
from tests.presentations.swaps.conftest import (
    enrolled,
    holders,
    set_rules,
    slot_on,
    staff_agree,
    taken,
)

pytestmark = pytest.mark.django_db

SWAP, HAND_OVER = SwapKind.SWAP, SwapKind.HAND_OVER


def state_of(request: SwapRequest) -> SwapState:
    return SwapState(SwapRequest.objects.get(pk=request.pk).state)


def told(course: Course, what: str) -> dict[str, str]:
    """Who was told of something alone, and the sentence."""
    events = Event.objects.filter(course=course, kind=f"presentations.swap_{what}")
    return {str(event.recipient or event.audience): event.summary for event in events}


def swap_with_priya(bobs: Slot, priyas: Slot, bob: User, priya: User) -> SwapRequest:
    return services.offer_seat(slot=bobs, actor=bob, kind=SWAP, to=priya, counter=priyas)


# --- Swap, hand over, fill in -------------------------------------------------------------------


def test_two_swap_their_seats(
    course: Course, bobs: Slot, priyas: Slot, bob: User, priya: User
) -> None:
    request = swap_with_priya(bobs, priyas, bob, priya)
    assert services.accept(request=request, actor=priya) == SwapState.DONE
    assert (holders(bobs), holders(priyas)) == (["Priya Singh"], ["Bob Baker"])
    assert state_of(request) == SwapState.DONE
    assert list(told(course, "offered")) == ["Priya Singh"]
    assert list(told(course, "done")) == ["Bob Baker"]
    log = course.events.filter(kind="presentations.seat_taken_over").order_by("pk")
    assert [event.summary.partition(" (")[0] for event in log] == [
        "Priya Singh took over DSPy",
        "Bob Baker took over TVM",
    ]


def test_a_seat_is_handed_over_to_one(bobs: Slot, bob: User, priya: User, lee: User) -> None:
    request = services.offer_seat(slot=bobs, actor=bob, kind=HAND_OVER, to=lee)
    with pytest.raises(NotNow):
        services.accept(request=request, actor=priya)
    services.accept(request=request, actor=lee)
    assert holders(bobs) == ["Lee Lopez"]


def test_whoever_fills_in_first_has_the_seat(
    course: Course, bobs: Slot, bob: User, priya: User, lee: User
) -> None:
    request = services.offer_seat(slot=bobs, actor=bob, kind=HAND_OVER)
    assert set(told(course, "offered")) == {"Priya Singh", "Lee Lopez"}
    services.accept(request=request, actor=lee)
    with pytest.raises(NotNow, match="done already"):
        services.accept(request=request, actor=priya)
    assert holders(bobs) == ["Lee Lopez"]


def test_of_an_offer_to_all_the_taker_chooses_what_to_give(
    course: Course, bobs: Slot, priyas: Slot, bob: User, priya: User
) -> None:
    other = taken(slot_on(course, "MLIR", 28), priya)
    request = services.offer_seat(slot=bobs, actor=bob, kind=SWAP)
    with pytest.raises(CannotSwap, match="Choose which"):
        services.accept(request=request, actor=priya)
    with pytest.raises(NotNow, match="not yours"):
        services.accept(request=request, actor=bob, counter=priyas)
    services.accept(request=request, actor=priya, counter=other)
    assert [holders(slot) for slot in (bobs, priyas, other)] == [
        ["Priya Singh"],
        ["Priya Singh"],
        ["Bob Baker"],
    ]


def test_any_member_acts_for_the_group(
    course: Course, pitches: AgendaItem, bob: User, priya: User, lee: User
) -> None:
    mia = enrolled(course, "Mia Meyer")
    owls = factories.make_group(course, bob, lee, name="Owls")
    foxes = factories.make_group(course, priya, mia, name="Foxes")
    slots = [
        factories.make_slot(pitches, title=f"Pitch {n}", taken_by=TakenBy.GROUP) for n in (1, 2)
    ]
    taken(slots[0], bob)
    taken(slots[1], priya)
    request = services.offer_seat(slot=slots[0], actor=lee, kind=SWAP, to=foxes, counter=slots[1])
    assert request.group == owls
    assert set(told(course, "offered")) == {"Priya Singh", "Mia Meyer"}
    services.accept(request=request, actor=mia)
    assert [holders(slot) for slot in slots] == [["Foxes"], ["Owls"]]
    assert set(told(course, "done")) == {"Bob Baker", "Lee Lopez", "Priya Singh"}


def test_whoever_gave_a_seat_away_moves_up_where_it_kept_them_from_it(
    bobs: Slot,
    bob: User,
    lee: User,
    course: Course,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    set_rules(bobs.sheet, may_hold=1)
    other = slot_on(course, "TVM", 21)
    Waiting.objects.create(slot=other, user=bob, created_by=bob)
    request = services.offer_seat(slot=bobs, actor=bob, kind=HAND_OVER)
    with django_capture_on_commit_callbacks(execute=True):
        services.accept(request=request, actor=lee)
    assert (holders(bobs), holders(other)) == (["Lee Lopez"], ["Bob Baker"])


def test_whoever_waited_for_the_seat_waits_no_more(bobs: Slot, bob: User, lee: User) -> None:
    Waiting.objects.create(slot=bobs, user=lee, created_by=lee)
    request = services.offer_seat(slot=bobs, actor=bob, kind=HAND_OVER)
    services.accept(request=request, actor=lee)
    assert not Waiting.objects.exists()


# --- No, and not any more -----------------------------------------------------------------------


def test_what_is_declined_or_taken_back_moves_nothing(
    course: Course, bobs: Slot, priyas: Slot, bob: User, priya: User, lee: User
) -> None:
    request = swap_with_priya(bobs, priyas, bob, priya)
    for action in (services.decline, services.withdraw):
        with pytest.raises(NotNow):
            action(request=request, actor=lee)
    services.decline(request=request, actor=priya)
    again = swap_with_priya(bobs, priyas, bob, priya)
    services.withdraw(request=again, actor=bob)
    with pytest.raises(NotNow, match="taken back"):
        services.accept(request=again, actor=priya)
    assert (holders(bobs), holders(priyas)) == (["Bob Baker"], ["Priya Singh"])
    assert list(told(course, "declined")) == ["Bob Baker"]
    assert list(told(course, "withdrawn")) == ["Priya Singh"]


def test_a_seat_is_offered_once_at_a_time(bobs: Slot, bob: User, lee: User) -> None:
    services.offer_seat(slot=bobs, actor=bob, kind=HAND_OVER)
    with pytest.raises(AlreadyOffered):
        services.offer_seat(slot=bobs, actor=bob, kind=HAND_OVER, to=lee)


def test_only_who_has_the_seat_offers_it(bobs: Slot, priya: User) -> None:
    with pytest.raises(NotYours):
        services.offer_seat(slot=bobs, actor=priya, kind=HAND_OVER)


def leave(slot: Slot, user: User, course: Course) -> None:
    claims.leave_seat(slot=slot, actor=user)


def take_off(slot: Slot, user: User, course: Course) -> None:
    claims.take_off(sign_up=SignUp.objects.get(slot=slot), actor=user)


def leave_and_take_again(slot: Slot, user: User, course: Course) -> None:
    claims.leave_seat(slot=slot, actor=user)
    claims.claim_seat(slot=slot, actor=user)


def leave_the_course(slot: Slot, user: User, course: Course) -> None:
    remove_member(membership=Membership.objects.get(course=course, user=user))


def class_is_over(slot: Slot, user: User, course: Course) -> None:
    yesterday = timezone.now().date() - dt.timedelta(days=2)
    Meeting.objects.filter(agenda__slots=slot).update(meets_on=yesterday)


def forbid_swaps(slot: Slot, user: User, course: Course) -> None:
    set_rules(slot.sheet, swaps=Swaps.NONE)


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (leave, "Bob Baker does not have this seat any more."),
        (take_off, "Bob Baker does not have this seat any more."),
        (leave_and_take_again, "Bob Baker does not have this seat any more."),
        (leave_the_course, "Bob Baker is not in the course any more."),
        (class_is_over, "This class was on "),
        (forbid_swaps, "seats do not change hands any more."),
    ],
)
def test_what_cannot_be_done_any_more_lapses_with_a_reason(
    happens: object, why: str, course: Course, bobs: Slot, priyas: Slot, bob: User, priya: User
) -> None:
    request = swap_with_priya(bobs, priyas, bob, priya)
    assert callable(happens)
    happens(bobs, bob, course)
    with pytest.raises(SwapLapsed, match=why):
        services.accept(request=request, actor=priya)
    request.refresh_from_db()
    assert request.state == SwapState.LAPSED
    assert why in request.why
    assert holders(priyas) == ["Priya Singh"]
    assert list(told(course, "lapsed")) == ["Bob Baker"]


def test_it_lapses_when_the_other_gave_up_the_seat_that_was_wanted(
    bobs: Slot, priyas: Slot, bob: User, priya: User
) -> None:
    request = swap_with_priya(bobs, priyas, bob, priya)
    claims.leave_seat(slot=priyas, actor=priya)
    with pytest.raises(SwapLapsed, match="Priya Singh does not have TVM"):
        services.accept(request=request, actor=priya)
    assert holders(bobs) == ["Bob Baker"]


def test_an_offer_goes_with_its_slot(
    bobs: Slot, priyas: Slot, bob: User, priya: User, alice: User
) -> None:
    request = swap_with_priya(bobs, priyas, bob, priya)
    delete_slot(slot=priyas, agreed_sign_ups=1, actor=alice)
    with pytest.raises(SwapGone):
        services.accept(request=request, actor=priya)
    assert holders(bobs) == ["Bob Baker"]


def test_other_offers_of_a_seat_lapse_when_it_changes_hands(
    course: Course, bobs: Slot, priyas: Slot, bob: User, priya: User, lee: User
) -> None:
    offer = services.offer_seat(slot=priyas, actor=priya, kind=HAND_OVER)
    services.accept(request=swap_with_priya(bobs, priyas, bob, priya), actor=priya)
    assert state_of(offer) == SwapState.LAPSED
    assert list(told(course, "lapsed")) == ["Priya Singh"]
    with pytest.raises(NotNow):
        services.accept(request=offer, actor=lee)
    assert holders(priyas) == ["Bob Baker"]


def test_an_offer_does_not_come_to_life_with_another_seat_of_the_slot(
    course: Course, bob: User, priya: User, lee: User, alice: User
) -> None:
    slot = taken(slot_on(course, "TVM", 21, seats=2), priya, bob)
    offer = services.offer_seat(slot=slot, actor=bob, kind=HAND_OVER)
    claims.take_off(sign_up=SignUp.objects.get(slot=slot, user=bob), actor=alice)
    other = services.offer_seat(slot=slot, actor=priya, kind=HAND_OVER, to=bob)
    services.accept(request=other, actor=bob)
    with pytest.raises(NotNow):
        services.accept(request=offer, actor=lee)
    assert holders(slot) == ["Bob Baker"]


# --- Rules --------------------------------------------------------------------------------------


def test_no_swaps_where_the_sheet_has_none(bobs: Slot, bob: User) -> None:
    set_rules(bobs.sheet, swaps=Swaps.NONE)
    with pytest.raises(SwapsNotAllowed):
        services.offer_seat(slot=bobs, actor=bob, kind=HAND_OVER)


def test_nobody_gets_more_than_they_may_hold(
    bobs: Slot, priyas: Slot, bob: User, priya: User, lee: User
) -> None:
    set_rules(bobs.sheet, may_hold=1)
    with pytest.raises(CannotSwap, match="Priya Singh would hold more slots"):
        services.offer_seat(slot=bobs, actor=bob, kind=HAND_OVER, to=priya)
    request = services.offer_seat(slot=bobs, actor=bob, kind=HAND_OVER)
    with pytest.raises(CannotSwap, match="You may hold one slot on this sheet, and have TVM"):
        services.accept(request=request, actor=priya)
    assert state_of(request) == SwapState.OFFERED
    services.withdraw(request=request, actor=bob)
    services.accept(request=swap_with_priya(bobs, priyas, bob, priya), actor=priya)
    assert holders(bobs) == ["Priya Singh"]


def test_who_holds_more_than_they_may_by_now_still_swaps_one_for_one(
    course: Course, bobs: Slot, priyas: Slot, bob: User, priya: User
) -> None:
    taken(slot_on(course, "MLIR", 40), bob)
    set_rules(bobs.sheet, may_hold=1)
    found = seats_to_ask_for(bobs, bob)
    assert [words for _key, words in found.choices] == [f"{describe(priyas)}, {priya}"]
    request = swap_with_priya(bobs, priyas, bob, priya)
    services.accept(request=request, actor=priya)
    assert holders(bobs) == [str(priya)]
    assert holders(priyas) == [str(bob)]
    with pytest.raises(CannotSwap, match="may hold one"):  # that would be one more
        services.accept(
            request=services.offer_seat(slot=bobs, actor=priya, kind=HAND_OVER, to=None), actor=bob
        )


def test_both_keep_their_distance_after_a_swap(
    course: Course, bobs: Slot, priyas: Slot, bob: User, priya: User
) -> None:
    taken(slot_on(course, "MLIR", 24), bob)  # three days after Priya's
    set_rules(bobs.sheet, days_apart=7)
    with pytest.raises(CannotSwap, match="days apart"):
        swap_with_priya(bobs, priyas, bob, priya)


def test_nobody_gets_a_second_seat_of_a_slot(course: Course, bob: User, priya: User) -> None:
    slot = taken(slot_on(course, "TVM", 21, seats=2), priya, bob)
    with pytest.raises(CannotSwap, match="has a seat there already"):
        services.offer_seat(slot=slot, actor=bob, kind=HAND_OVER, to=priya)


def test_a_group_has_the_size_that_the_sheet_wants(
    course: Course, pitch: Slot, bob: User, priya: User, lee: User
) -> None:
    factories.make_group(course, bob, lee, name="Owls")
    foxes = factories.make_group(course, priya, name="Foxes")
    taken(pitch, bob)
    set_rules(pitch.sheet, fewest_members=2)
    with pytest.raises(CannotSwap, match="Foxes has fewer members"):
        services.offer_seat(slot=pitch, actor=bob, kind=HAND_OVER, to=foxes)


def test_auditors_take_over_only_where_they_present_too(bobs: Slot, bob: User, erin: User) -> None:
    request = services.offer_seat(slot=bobs, actor=bob, kind=HAND_OVER)
    with pytest.raises(CannotSwap, match="auditors do not present"):
        services.accept(request=request, actor=erin)
    set_rules(bobs.sheet, auditors_too=True)
    services.accept(request=request, actor=erin)
    assert holders(bobs) == ["Erin Evans"]


def test_people_from_outside_take_nothing(bobs: Slot, bob: User, dave: User) -> None:
    request = services.offer_seat(slot=bobs, actor=bob, kind=HAND_OVER)
    with pytest.raises(CannotSwap):
        services.accept(request=request, actor=dave)
    assert holders(bobs) == ["Bob Baker"]


# --- Staff --------------------------------------------------------------------------------------


def test_staff_agree_where_they_have_to(
    course: Course, bobs: Slot, priyas: Slot, bob: User, priya: User, carol: User
) -> None:
    staff_agree(bobs.sheet)
    request = swap_with_priya(bobs, priyas, bob, priya)
    assert services.accept(request=request, actor=priya) == SwapState.ACCEPTED
    assert holders(bobs) == ["Bob Baker"]
    assert set(told(course, "accepted")) == {"Bob Baker", "staff"}
    services.agree(request=request, actor=carol)
    assert (holders(bobs), holders(priyas)) == (["Priya Singh"], ["Bob Baker"])
    assert set(told(course, "done")) == {"Bob Baker", "Priya Singh"}
    with pytest.raises(NotNow):
        services.agree(request=request, actor=carol)


def test_staff_do_not_agree_and_say_why(
    course: Course, bobs: Slot, priyas: Slot, bob: User, priya: User, carol: User
) -> None:
    staff_agree(bobs.sheet)
    request = swap_with_priya(bobs, priyas, bob, priya)
    services.accept(request=request, actor=priya)
    services.disagree(request=request, actor=carol, why="Slides are in already.")
    assert state_of(request) == SwapState.REFUSED
    assert holders(bobs) == ["Bob Baker"]
    assert told(course, "refused")["Bob Baker"].endswith("Slides are in already.")


def test_staff_cannot_agree_to_what_the_rules_forbid_by_now(
    bobs: Slot, bob: User, lee: User, priyas: Slot, carol: User, course: Course
) -> None:
    staff_agree(bobs.sheet)
    request = services.offer_seat(slot=bobs, actor=bob, kind=HAND_OVER)
    services.accept(request=request, actor=lee)
    taken(slot_on(course, "MLIR", 28), lee)
    set_rules(bobs.sheet, may_hold=1)
    with pytest.raises(SwapLapsed, match="Lee Lopez would hold more"):
        services.agree(request=request, actor=carol)
    assert state_of(request) == SwapState.LAPSED
    assert holders(bobs) == ["Bob Baker"]


def test_who_accepted_an_offer_to_all_may_think_again_and_it_is_open_again(
    bobs: Slot, priyas: Slot, bob: User, priya: User
) -> None:
    staff_agree(bobs.sheet)
    request = services.offer_seat(slot=bobs, actor=bob, kind=SWAP)
    services.accept(request=request, actor=priya, counter=priyas)
    services.decline(request=request, actor=priya)
    request.refresh_from_db()
    assert (request.state, request.counter_slot, request.by_user) == (SwapState.OFFERED, None, None)


def test_staff_exchange_two_seats_even_where_others_may_not(
    bobs: Slot, priyas: Slot, bob: User, priya: User, alice: User
) -> None:
    set_rules(bobs.sheet, swaps=Swaps.NONE)
    one, other = SignUp.objects.get(slot=bobs), SignUp.objects.get(slot=priyas)
    services.exchange_seats(one=one, other=other, actor=alice)
    assert (holders(bobs), holders(priyas)) == (["Priya Singh"], ["Bob Baker"])
    with pytest.raises(NotYours, match="Bob Baker has no seat of DSPy"):
        services.exchange_seats(one=one, other=other, actor=alice)


def test_staff_who_present_exchange_their_seat_too(
    bobs: Slot, bob: User, carol: User, alice: User, course: Course
) -> None:
    hers = slot_on(course, "MLIR", 28)
    claims.put_on_seat(slot=hers, presenter=carol, actor=alice)
    one, other = SignUp.objects.get(slot=bobs), SignUp.objects.get(slot=hers)
    services.exchange_seats(one=one, other=other, actor=alice)
    assert (holders(bobs), holders(hers)) == (["Carol Chen"], ["Bob Baker"])


def test_seats_of_past_classes_stay(bobs: Slot, priyas: Slot, bob: User, alice: User) -> None:
    one, other = SignUp.objects.get(slot=bobs), SignUp.objects.get(slot=priyas)
    class_is_over(bobs, bob, bobs.course)
    with pytest.raises(ClassIsOver):
        services.exchange_seats(one=one, other=other, actor=alice)
    with pytest.raises(ClassIsOver):
        services.offer_seat(slot=bobs, actor=bob, kind=HAND_OVER)


def test_a_group_that_nobody_is_in_any_more_gives_nothing(
    course: Course, pitch: Slot, bob: User, priya: User, sheet: Sheet
) -> None:
    factories.make_group(course, bob, name="Owls")
    factories.make_group(course, priya, name="Foxes")
    taken(pitch, bob)
    request = services.offer_seat(slot=pitch, actor=bob, kind=HAND_OVER)
    Membership.objects.filter(course=course, user=bob).update(role=Role.AUDITOR)
    remove_member(membership=Membership.objects.get(course=course, user=bob))
    with pytest.raises(SwapLapsed, match="Owls has no members"):
        services.accept(request=request, actor=priya)


def test_accepting_asks_as_little_in_a_large_course(
    course: Course, bobs: Slot, priyas: Slot, bob: User, priya: User
) -> None:
    counts = []
    for giver, taker in ((bob, priya), (priya, bob)):
        request = swap_with_priya(bobs, priyas, giver, taker)
        with CaptureQueriesContext(connection) as queries:
            services.accept(request=request, actor=taker)
        counts.append(len(queries))
        for number in range(5):
            slot = slot_on(course, f"Paper {number}", 28 + number)
            taken(slot, enrolled(course, f"Student {len(counts)}{number}"))
    assert counts[0] == counts[1]
