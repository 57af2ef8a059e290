"""Runs of the optimiser: asked for, owed at closing time, computed once, failing in words."""

from __future__ import annotations

import datetime as dt
import subprocess
from typing import Any

import pytest
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Audience, Course, Event, Group
from readings.presentations import blackouts
from readings.presentations.assignment import task_from_json
from readings.presentations.models import Method, Sheet, SignUp, Slot
from readings.presentations.refusals import NotByWishes, NothingToAssign
from readings.presentations.wishes import running, services
from readings.presentations.wishes.models import AssignmentRun, RunState
from readings.presentations.wishes.outcome import outcome_of
from readings.presentations.wishes.stating import state_task
from readings.presentations.wishes.tasks import compute_assignment, sweep_assignments
from tests import factories
from tests.presentations.conftest import days_from_now
from tests.presentations.wishes.conftest import close, make_sheet, make_slots

pytestmark = pytest.mark.django_db


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the optimiser answers instead of computing: an output, or an error to raise."""
    prepared: list[Any] = []

    def run(*_args: Any, **_options: Any) -> subprocess.CompletedProcess[bytes]:
        answer = prepared.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return subprocess.CompletedProcess([], answer[0], stdout=answer[1], stderr=b"Traceback")

    monkeypatch.setattr(subprocess, "run", run)
    return prepared


def test_an_assignment_is_worked_out_in_a_process_of_its_own(
    sheet: Sheet, slots: list[Slot], bob: User, priya: User, alice: User
) -> None:
    services.save_wishes(sheet=sheet, actor=bob, ranks={slots[0].pk: 1, slots[1].pk: 2}, version=0)
    services.save_wishes(sheet=sheet, actor=priya, ranks={slots[0].pk: 1}, version=0)
    sheet.fills_up = False
    sheet.save()
    run = services.ask_for_run(sheet=sheet, actor=alice, seed=7)
    running.compute_run(run.pk)
    running.compute_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempts, run.problem) == (RunState.DONE, 1, "")
    outcome = outcome_of(run.task, run.answer)
    assert outcome.summary == "2 of 2 placed; 1 got their 1st wish, 1 their 2nd."
    bobs, priyas = outcome.rows
    assert (bobs.places[0].name, priyas.places[0].name) == ("TVM", "DSPy")
    assert bobs.places[0].why == (
        "Your 2nd wish. Your 1st, DSPy, went to Priya Singh, for whom it was the only possible one."
    )
    assert [name.split(" (")[0] for name, _many in outcome.empty] == ["MLIR"]
    assert not Event.objects.filter(kind="presentations.assignment_ready").exists()


def test_what_cannot_be_fixed_is_said(
    course: Course, sheet: Sheet, slots: list[Slot], bob: User, alice: User
) -> None:
    blackouts.change_blackouts(course=course, user=bob, add=[days_from_now(14)])
    services.fix_place(slot=slots[0], presenter=bob, actor=alice)
    run = services.ask_for_run(sheet=sheet, actor=alice)
    running.compute_run(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert run.problem.startswith("Bob Baker cannot be fixed on DSPy: they cannot on")


def test_the_task_knows_wishes_days_seats_and_past_load(
    course: Course, sheet: Sheet, slots: list[Slot], bob: User, priya: User, erin: User
) -> None:
    (other,) = make_slots(make_sheet(course, title="Talks"), ("Talk",))
    SignUp.objects.create(slot=other, seat=other.seats.get(), user=bob, created_by=bob)
    blackouts.change_blackouts(course=course, user=bob, add=[days_from_now(21)])
    services.save_wishes(sheet=sheet, actor=bob, ranks={slots[1].pk: 1, slots[2].pk: 2}, version=0)
    SignUp.objects.create(slot=slots[0], seat=slots[0].seats.get(), user=priya, created_by=priya)
    task = state_task(sheet, now=timezone.now())
    assert [slot.name for slot in task.slots] == ["DSPy", "TVM", "MLIR"]
    bobs, priyas = task.parties
    assert bobs.wishes == ((str(slots[1].pk),), (str(slots[2].pk),))
    assert bobs.cannot_on == {days_from_now(21)}
    assert (bobs.past_load, priyas.past_load) == (1, 0)
    assert (bobs.takes_unranked, bobs.must_hold) == (True, 1)
    assert task.fixed == ((f"u{priya.pk}", str(slots[0].pk)),)


def test_auditors_take_part_only_if_they_wish(
    sheet: Sheet, slots: list[Slot], bob: User, erin: User
) -> None:
    sheet.auditors_too = True
    sheet.save()
    assert [one.name for one in state_task(sheet, now=timezone.now()).parties] == ["Bob Baker"]
    services.save_wishes(sheet=sheet, actor=erin, ranks={slots[0].pk: 1}, version=0)
    names = [one.name for one in state_task(sheet, now=timezone.now()).parties]
    assert names == ["Bob Baker", "Erin Evans"]


def test_a_talk_with_the_group_counts_for_each_of_its_members(
    course: Course, sheet: Sheet, slots: list[Slot], group_sheet: Sheet, owls: Group
) -> None:
    (pitch,) = make_slots(group_sheet, ("Pitch",))
    bob = owls.members.all()[0].user
    SignUp.objects.create(slot=pitch, seat=pitch.seats.get(), group=owls, created_by=bob)
    assert [one.past_load for one in state_task(sheet, now=timezone.now()).parties] == [1, 1]


def test_where_nobody_has_to_present_whoever_wishes_gets_one(
    sheet: Sheet, slots: list[Slot], bob: User, priya: User
) -> None:
    sheet.must_hold = 0
    sheet.save()
    services.save_wishes(sheet=sheet, actor=bob, ranks={slots[0].pk: 1}, version=0)
    (party,) = state_task(sheet, now=timezone.now()).parties
    assert (party.name, party.must_hold) == ("Bob Baker", 1)


def test_a_course_without_dates_can_be_assigned(course: Course, sheet: Sheet, bob: User) -> None:
    item = factories.put_on_agenda(factories.make_meeting(course), text="Talk")
    factories.make_slot(item, sheet=sheet)
    assert state_task(sheet, now=timezone.now()).slots[0].day is None


def test_nothing_to_give_is_refused(course: Course, sheet: Sheet, bob: User, alice: User) -> None:
    with pytest.raises(NothingToAssign):
        services.ask_for_run(sheet=sheet, actor=alice)
    make_slots(sheet)
    Sheet.objects.update(method=Method.FIRST_COME)
    sheet.refresh_from_db()
    with pytest.raises(NotByWishes):
        services.ask_for_run(sheet=sheet, actor=alice)


def test_when_wishing_ends_a_run_is_owed_once_and_staff_are_told(
    sheet: Sheet, slots: list[Slot], bob: User, answers: list[Any]
) -> None:
    sweep_assignments()
    assert not AssignmentRun.objects.exists()
    close(sheet)
    for _twice in range(2):
        sweep_assignments()
    run = AssignmentRun.objects.get()
    assert (run.state, run.asked_by) == (RunState.OWED, None)
    answers.append((0, b'{"assignment": {"granted": []}}'))
    running.compute_run(run.pk)
    event = Event.objects.get(kind="presentations.assignment_ready")
    assert (event.audience, event.actor) == (Audience.STAFF, None)
    assert "Lead a paper" in event.summary


def test_what_comes_to_be_owed_is_hinted_at_by_the_same_sweep(
    sheet: Sheet, slots: list[Slot], bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hints: list[int] = []
    monkeypatch.setattr(compute_assignment, "apply_async", lambda keys, **_: hints.extend(keys))
    close(sheet)
    sweep_assignments()
    assert hints == [AssignmentRun.objects.get().pk]


def test_trying_before_does_not_keep_the_run_at_closing_time_from_coming(
    sheet: Sheet, slots: list[Slot], bob: User, alice: User
) -> None:
    tried = services.ask_for_run(sheet=sheet, actor=alice)
    AssignmentRun.objects.update(created_at=timezone.now() - dt.timedelta(hours=1))
    close(sheet)
    running.owe_closed_sheets(timezone.now())
    assert AssignmentRun.objects.exclude(pk=tried.pk).count() == 1


@pytest.mark.parametrize("state", ["published", "first_come", "template", "no_slots", "long_ago"])
def test_sheets_of_which_nothing_is_owed(state: str, sheet: Sheet, bob: User) -> None:
    close(sheet, ago=dt.timedelta(days=40 if state == "long_ago" else 1))
    if state != "no_slots":
        make_slots(sheet)
    if state == "published":
        past = timezone.now() - dt.timedelta(days=3)
        AssignmentRun.objects.create(sheet=sheet, seed=1, created_at=past, published_at=past)
    if state == "first_come":
        Sheet.objects.update(method=Method.FIRST_COME)
    if state == "template":
        Course.objects.update(is_template=True)
    running.owe_closed_sheets(timezone.now())
    assert AssignmentRun.objects.filter(published_at=None).count() == 0


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((1, b""), "It ended unexpectedly."),
        (subprocess.TimeoutExpired("optimiser", 1), "It took too long."),
        ((0, b'{"error": "Nobody can."}'), "Nobody can."),
    ],
)
def test_a_failure_is_said_and_told(
    answer: Any, problem: str, sheet: Sheet, slots: list[Slot], bob: User, answers: list[Any]
) -> None:
    run = running.create_run(sheet, None, 7)
    assert run is not None
    answers.append(answer)
    running.compute_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.problem) == (RunState.FAILED, problem)
    assert Event.objects.get().kind == "presentations.assignment_failed"


def test_a_run_that_somebody_computes_is_left_alone_until_they_are_given_up(
    sheet: Sheet, slots: list[Slot], bob: User, answers: list[Any]
) -> None:
    run = running.create_run(sheet, None, 7)
    assert run is not None
    answers.append(OSError("the worker dies"))
    with pytest.raises(OSError, match="the worker dies"):
        running.compute_run(run.pk)
    running.compute_run(run.pk)  # asks nobody: the claim holds
    AssignmentRun.objects.update(due_at=timezone.now(), attempts=running.MAX_ATTEMPTS)
    running.compute_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.problem) == (RunState.FAILED, "It ended unexpectedly several times.")


def test_the_task_is_read_back_as_it_was_stated(sheet: Sheet, slots: list[Slot], bob: User) -> None:
    run = running.create_run(sheet, None, 7)
    assert run is not None
    run.refresh_from_db()
    assert task_from_json(run.task) == state_task(sheet, now=timezone.now())


def test_a_short_ranking_is_as_good_as_a_long_one_where_there_are_seats_for_all(
    sheet: Sheet, slots: list[Slot], bob: User, priya: User, group_sheet: Sheet
) -> None:
    now = timezone.now()
    assert all(party.rest_is_next for party in state_task(sheet, now=now).parties)
    sheet.fills_up = False
    assert not any(party.rest_is_next for party in state_task(sheet, now=now).parties)
    sheet.fills_up, sheet.must_hold = True, 2
    assert not any(party.rest_is_next for party in state_task(sheet, now=now).parties)
    factories.make_group(sheet.course, bob, name="Owls")
    (owls,) = state_task(group_sheet, now=now).parties
    assert owls.is_group
