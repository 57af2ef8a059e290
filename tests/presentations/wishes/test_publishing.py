"""An assignment becomes sign-ups, once, if the course is what it was worked out for."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from readings.accounts.models import User
from readings.core.clock import short_date
from readings.courses.access import Access
from readings.courses.models import Course, Event, Group, Membership, Role
from readings.presentations import blackouts
from readings.presentations.assignment import (
    Cause,
    Unmet,
    assignment_from_json,
    assignment_to_json,
)
from readings.presentations.models import Method, Sheet, SignUp, Slot, TakenBy
from readings.presentations.refusals import ClosesBeforeOpening, NotByWishes, RunAgain
from readings.presentations.services import claim_seat, put_on_seat, take_off
from readings.presentations.wishes import services
from readings.presentations.wishes.models import FixedPlace, RunState
from readings.presentations.wishes.publishing import publish_run
from readings.presentations.wishes.queries import GRANTED, MISSED, on_top, told_to
from tests import factories
from tests.presentations.conftest import days_from_now
from tests.presentations.wishes.conftest import MakeRun

pytestmark = pytest.mark.django_db


def seats(sheet: Sheet) -> dict[str, str]:
    found = SignUp.objects.filter(slot__sheet=sheet).select_related("user", "group")
    return {str(one.slot.agenda_item.reading.label): str(one.group or one.user) for one in found}  # type: ignore[union-attr]


def test_everybody_gets_their_slot_and_is_told_why(
    course: Course, sheet: Sheet, slots: list[Slot], bob: User, priya: User, alice: User,
    make_run: MakeRun,
) -> None:  # fmt: skip
    services.fix_place(slot=slots[0], presenter=bob, actor=alice)
    run = make_run((bob, slots[0], 1), (priya, slots[2], 2))
    assert publish_run(run=run, actor=alice) == 2
    assert seats(sheet) == {"DSPy": "Bob Baker", "MLIR": "Priya Singh"}
    assert not FixedPlace.objects.exists()
    mine = Event.objects.get(kind=GRANTED, recipient=priya)
    assert mine.summary.startswith("You got MLIR (")
    assert mine.summary.endswith(". Your 2nd wish.")
    (told,) = told_to(Access(course, priya, Role.STUDENT), priya, now=timezone.now())
    assert told.why == "Your 2nd wish."
    given = Event.objects.filter(kind="presentations.assigned", recipient=None)
    assert given.count() == 2
    assert Event.objects.filter(kind="presentations.assignment_published").count() == 1


def test_publishing_twice_changes_nothing(
    sheet: Sheet, slots: list[Slot], bob: User, alice: User, make_run: MakeRun
) -> None:
    run = make_run((bob, slots[0], 1))
    publish_run(run=run, actor=alice)
    events = Event.objects.count()
    assert publish_run(run=run, actor=alice) == 0
    assert (SignUp.objects.count(), Event.objects.count()) == (1, events)


def test_what_one_got_is_told_with_the_day_that_it_moved_to(
    course: Course, sheet: Sheet, slots: list[Slot], bob: User, alice: User, make_run: MakeRun
) -> None:
    publish_run(run=make_run((bob, slots[0], 1)), actor=alice)
    meeting = slots[0].agenda_item.meeting
    assert meeting is not None
    meeting.meets_on = days_from_now(18)
    meeting.save()
    (told,) = told_to(Access(course, bob, Role.STUDENT), bob, now=timezone.now())
    assert told.what == f"You got DSPy ({short_date(days_from_now(18))})."


def test_each_member_of_a_group_is_told(
    sheet: Sheet, slots: list[Slot], owls: Group, alice: User, make_run: MakeRun
) -> None:
    sheet.taken_by = TakenBy.GROUP
    sheet.save()
    publish_run(run=make_run((owls, slots[0], 1)), actor=alice)
    assert seats(sheet) == {"DSPy": "Owls"}
    told = Event.objects.filter(kind=GRANTED)
    assert {str(event.recipient) for event in told} == {"Bob Baker", "Priya Singh"}
    assert told[0].summary.startswith("Owls got DSPy (")


def test_who_got_nothing_is_told_until_they_have_a_slot(
    course: Course, sheet: Sheet, slots: list[Slot], bob: User, priya: User, alice: User,
    make_run: MakeRun,
) -> None:  # fmt: skip
    publish_run(run=make_run((bob, slots[0], 1), lacks=[priya]), actor=alice)
    assert Event.objects.get(kind=MISSED).recipient == priya
    access = Access(course, priya, Role.STUDENT)
    (told,) = on_top(access, now=timezone.now()).told
    assert told.what == "You have no slot of “Lead a paper”."
    services.open_rest(sheet=sheet, closes_at=None, actor=alice)
    claim_seat(slot=slots[1], actor=priya)
    assert on_top(access, now=timezone.now()).told == []


def test_a_seat_that_was_held_before_stays_and_is_not_told_again(
    sheet: Sheet, slots: list[Slot], bob: User, alice: User, make_run: MakeRun
) -> None:
    put_on_seat(slot=slots[0], presenter=bob, actor=alice)
    assert publish_run(run=make_run((bob, slots[0], None)), actor=alice) == 0
    assert seats(sheet) == {"DSPy": "Bob Baker"}
    assert not Event.objects.filter(kind=GRANTED).exists()


def change(what: str, course: Course, slots: list[Slot], bob: User, priya: User) -> None:
    alice = Membership.objects.get(role=Role.INSTRUCTOR).user
    match what:
        case "slot removed":
            slots[0].seats.all().delete()
            slots[0].delete()
        case "seats cut":
            slots[0].seats.all().delete()
        case "left the course":
            Membership.objects.filter(user=bob).delete()
        case "seat taken":
            put_on_seat(slot=slots[0], presenter=priya, actor=alice)
        case "given up":
            take_off(sign_up=SignUp.objects.get(), actor=alice)
        case "cannot":
            blackouts.change_blackouts(course=course, user=bob, add=[days_from_now(14)])
        case "class over":
            meeting = slots[0].agenda_item.meeting
            assert meeting is not None
            meeting.meets_on = days_from_now(-3)
            meeting.save()


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("slot removed", "This slot was removed a moment ago."),
        ("seats cut", "DSPy: 0 seats are left for 1."),
        ("left the course", "Bob Baker takes no part any more"),
        ("seat taken", "Priya Singh has DSPy by now"),
        ("cannot", "Bob Baker cannot on"),
        ("class over", "DSPy is gone, or its class is over."),
    ],
)
def test_a_course_that_changed_is_refused_with_what_changed(
    what: str, words: str, course: Course, sheet: Sheet, slots: list[Slot], bob: User,
    priya: User, alice: User, make_run: MakeRun,
) -> None:  # fmt: skip
    run = make_run((bob, slots[0], 1), (priya, slots[2], 1))
    change(what, course, slots, bob, priya)
    before = SignUp.objects.count()
    with pytest.raises(RunAgain) as refused:
        publish_run(run=run, actor=alice)
    assert words in str(refused.value)
    assert str(refused.value).endswith("Run it again.")
    assert SignUp.objects.count() == before
    run.refresh_from_db()
    assert run.published_at is None


def test_a_seat_that_was_given_up_meanwhile_is_not_given_back(
    course: Course, sheet: Sheet, slots: list[Slot], bob: User, priya: User, alice: User,
    make_run: MakeRun,
) -> None:  # fmt: skip
    put_on_seat(slot=slots[0], presenter=bob, actor=alice)
    run = make_run((bob, slots[0], None))
    change("given up", course, slots, bob, priya)
    with pytest.raises(RunAgain, match="Bob Baker does not have DSPy any more"):
        publish_run(run=run, actor=alice)


def test_a_group_that_is_gone_is_said(
    sheet: Sheet, slots: list[Slot], owls: Group, alice: User, make_run: MakeRun
) -> None:
    sheet.taken_by = TakenBy.GROUP
    sheet.save()
    run = make_run((owls, slots[0], 1))
    owls.delete()
    with pytest.raises(RunAgain, match="Owls: not there any more"):
        publish_run(run=run, actor=alice)


@pytest.mark.parametrize("state", [RunState.OWED, RunState.FAILED])
def test_what_was_not_worked_out_is_not_published(
    state: RunState, sheet: Sheet, slots: list[Slot], bob: User, alice: User, make_run: MakeRun
) -> None:
    run = make_run((bob, slots[0], 1))
    run.state = state
    run.save()
    with pytest.raises(RunAgain, match="nothing to publish"):
        publish_run(run=run, actor=alice)


def test_what_is_left_is_opened_after_publishing(
    sheet: Sheet, slots: list[Slot], bob: User, priya: User, alice: User, make_run: MakeRun
) -> None:
    with pytest.raises(RunAgain):
        services.open_rest(sheet=sheet, closes_at=None, actor=alice)
    run = make_run((bob, slots[0], 1))
    other = make_run((bob, slots[1], 1))
    publish_run(run=run, actor=alice)
    with pytest.raises(ClosesBeforeOpening):
        services.open_rest(sheet=sheet, closes_at=timezone.now(), actor=alice)
    for _twice in range(2):
        services.open_rest(sheet=sheet, closes_at=None, actor=alice)
    sheet.refresh_from_db()
    assert sheet.method == Method.FIRST_COME
    claim_seat(slot=Slot.objects.get(pk=slots[1].pk), actor=priya)
    with pytest.raises(NotByWishes):
        publish_run(run=other, actor=alice)


def test_reasons_are_for_those_they_are_about(
    course: Course, sheet: Sheet, slots: list[Slot], bob: User, priya: User, alice: User,
    make_run: MakeRun,
) -> None:  # fmt: skip
    publish_run(run=make_run((bob, slots[0], 1)), actor=alice)
    for person in (priya, alice):
        found: Any = told_to(Access(course, person, Role.STUDENT), person, now=timezone.now())
        assert found == []
    dave = factories.make_user("Dave")
    assert on_top(Access(course, dave, None), now=timezone.now()).told == []


@pytest.mark.parametrize("opens_in", [-1, 1])
def test_publishing_ends_wishing(
    opens_in: int, sheet: Sheet, slots: list[Slot], bob: User, alice: User, make_run: MakeRun
) -> None:
    sheet.opens_at = timezone.now() + dt.timedelta(days=opens_in)
    sheet.save()
    publish_run(run=make_run((bob, slots[0], 1)), actor=alice)
    sheet.refresh_from_db()
    assert sheet.closes_at is not None
    assert sheet.closes_at <= timezone.now()


def test_wishes_that_changed_since_are_not_passed_over(
    sheet: Sheet, slots: list[Slot], bob: User, priya: User, alice: User, make_run: MakeRun
) -> None:
    services.save_wishes(sheet=sheet, actor=bob, ranks={slots[0].pk: 1}, version=0)
    run = make_run((bob, slots[0], 1), (priya, slots[2], None))
    services.save_wishes(sheet=sheet, actor=priya, ranks={slots[1].pk: 1}, version=0)
    with pytest.raises(RunAgain, match="Priya Singh has other wishes by now"):
        publish_run(run=run, actor=alice)
    assert not SignUp.objects.exists()


def test_what_is_told_names_nobody_else(
    sheet: Sheet, slots: list[Slot], bob: User, priya: User, alice: User, make_run: MakeRun
) -> None:
    run = make_run((bob, slots[0], 1), (priya, slots[1], 2))
    lost = Unmet(1, "DSPy", Cause.PREFERRED, taker="Bob Baker", taker_rank=1)
    found = assignment_from_json(run.answer)
    first, second = found.granted
    second = replace(second, reason=replace(second.reason, unmet=(lost,)))
    run.answer = assignment_to_json(replace(found, granted=(first, second)))
    run.save()
    publish_run(run=run, actor=alice)
    mine = Event.objects.get(kind=GRANTED, recipient=priya)
    assert mine.details["why"] == (
        "Your 2nd wish. Your 1st, DSPy, went to somebody who liked it better."
    )
    assert "Bob" not in mine.summary
