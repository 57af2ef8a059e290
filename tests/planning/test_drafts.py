"""The draft: several at once, undone step by step, and laid over whatever is published."""

from __future__ import annotations

import pytest
from django.urls import reverse

from readings.accounts.models import User
from readings.courses.models import Course
from readings.planning import actions, drafts
from readings.planning.drafts import (
    NothingToUndo,
    StepIsBuiltOn,
    TooManySteps,
    add_step,
    discard_draft,
    read_draft,
    undo_step,
)
from readings.planning.publishing import (
    DraftChanged,
    NothingToPublish,
    StepsDoNotFit,
    publish_draft,
    publish_edits,
)
from readings.schedule.edits import DoesNotFit, Place
from readings.schedule.models import Meeting
from readings.schedule.plan import Plan
from readings.schedule.plan_rows import read_plan
from tests import factories
from tests.at_once import at_once
from tests.conftest import SignIn
from tests.planning.plans import agendas, do, item_named, planned, published

pytestmark = pytest.mark.django_db


def move(course: Course, name: str, to: Meeting | None, *, seen: Meeting | None = None) -> None:
    """Somebody drags an item, having seen it in a class."""
    item = item_named(course, name)
    where = Place(seen.pk) if seen else None
    add_step(
        course=course,
        actor=None,
        make=lambda plan: actions.move_item(plan, item.pk, to=to.pk if to else None, seen=where),
    )


def test_what_is_planned_is_seen_on_the_board_only(
    course: Course, term: dict[str, Meeting]
) -> None:
    move(course, "A", term["Sep 10"])
    assert agendas(planned(course))["Sep 10"] == ["B", "A"]
    assert published(course)["Sep 8"] == ["A"]
    assert not course.events.exists()


def test_the_last_step_is_undone_and_then_the_one_before(
    course: Course, term: dict[str, Meeting]
) -> None:
    move(course, "A", term["Sep 10"])
    move(course, "B", None)
    assert undo_step(course=course).summary == "B taken off Sep 10"
    assert agendas(planned(course))["Sep 10"] == ["B", "A"]
    undo_step(course=course)
    assert planned(course) == read_plan(course)
    with pytest.raises(NothingToUndo):
        undo_step(course=course)


def test_an_earlier_step_is_undone_unless_a_later_one_builds_on_it(
    course: Course, term: dict[str, Meeting]
) -> None:
    move(course, "A", term["Sep 10"])
    move(course, "B", term["Sep 8"])
    first, second = read_draft(course).steps
    undo_step(course=course, number=first.number)
    assert agendas(planned(course))["Sep 8"] == ["A", "B"]
    do(course, actions.add_week(planned(course)))
    [week] = [week for week in planned(course).weeks.values() if week.id < 0]
    do(course, actions.add_meeting(planned(course), week.id, {"room": "1670"}))
    number = read_draft(course).steps[1].number
    with pytest.raises(StepIsBuiltOn, match=r"“The class of no date added” builds on this"):
        undo_step(course=course, number=number)
    assert read_draft(course).steps[0].number == second.number


def test_somebody_who_moves_what_was_moved_meanwhile_is_told(
    course: Course, term: dict[str, Meeting]
) -> None:
    move(course, "A", term["Sep 10"], seen=term["Sep 8"])
    with pytest.raises(DoesNotFit, match=r"A was moved to Sep 10 in the meantime"):
        move(course, "A", term["Sep 15"], seen=term["Sep 8"])
    assert agendas(planned(course))["Sep 10"] == ["B", "A"]


def test_what_is_published_meanwhile_stays_under_the_draft(
    course: Course, term: dict[str, Meeting]
) -> None:
    move(course, "A", term["Sep 10"])
    item = item_named(course, "C")
    edits = actions.move_item(read_plan(course), item.pk, to=term["Sep 17"].pk).edits
    publish_edits(course=course, actor=None, edits=edits)
    found = agendas(planned(course))
    assert (found["Sep 10"], found["Sep 17"]) == (["B", "A"], ["D", "C"])
    publish_draft(course=course, actor=None)
    assert published(course) == found


def test_a_step_that_does_not_fit_any_more_is_told_of_and_holds_up_publishing(
    course: Course, term: dict[str, Meeting]
) -> None:
    move(course, "A", term["Sep 10"])
    move(course, "B", term["Sep 15"])
    plan = read_plan(course)
    edits = actions.move_item(plan, item_named(course, "A").pk, to=term["Sep 17"].pk).edits
    publish_edits(course=course, actor=None, edits=edits)
    state = read_draft(course)
    [(number, why)] = state.misfits.items()
    assert why == "A was moved to Sep 17 in the meantime."
    assert agendas(state.plan)["Sep 15"] == ["C", "B"]  # the other step is there
    with pytest.raises(StepsDoNotFit):
        publish_draft(course=course, actor=None)
    assert read_draft(course).misfits  # nothing was dropped in silence
    undo_step(course=course, number=number)
    publish_draft(course=course, actor=None)
    assert published(course)["Sep 15"] == ["C", "B"]


def test_a_new_thing_gets_an_id_of_its_own_though_another_step_does_not_fit(
    course: Course, term: dict[str, Meeting]
) -> None:
    plan = planned(course)
    do(course, actions.add_words(plan, to=term["Sep 8"].pk, text="Quiz"))
    term["Sep 8"].agenda.all().delete()
    term["Sep 8"].delete()  # by whatever way: the step for Sep 8 fits no more
    do(course, actions.add_words(planned(course), to=term["Sep 10"].pk, text="Guest"))
    state = read_draft(course)
    assert len(state.misfits) == 1
    rows = [edit["row"]["id"] for step in state.steps for edit in step.edits]
    assert len(set(rows)) == 2


def test_what_changes_nothing_is_no_step(course: Course, term: dict[str, Meeting]) -> None:
    move(course, "A", term["Sep 8"])
    assert read_draft(course).is_empty
    with pytest.raises(NothingToPublish):
        publish_draft(course=course, actor=None)


def test_a_draft_that_was_changed_after_it_was_shown_is_not_published(
    course: Course, term: dict[str, Meeting]
) -> None:
    move(course, "A", term["Sep 10"])
    version = read_draft(course).version
    move(course, "B", None)
    with pytest.raises(DraftChanged):
        publish_draft(course=course, actor=None, version=version)
    assert published(course)["Sep 10"] == ["B"]


def test_a_draft_is_dropped_as_a_whole(course: Course, term: dict[str, Meeting]) -> None:
    move(course, "A", term["Sep 10"])
    move(course, "B", None)
    assert discard_draft(course=course) == 2
    assert planned(course) == read_plan(course)


def test_a_draft_has_an_end(
    course: Course, term: dict[str, Meeting], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MAX_STEPS", 1)
    move(course, "A", term["Sep 10"])
    with pytest.raises(TooManySteps):
        move(course, "B", None)


def test_two_courses_have_two_drafts(course: Course, term: dict[str, Meeting]) -> None:
    other = factories.make_course()
    move(course, "A", term["Sep 10"])
    assert read_draft(other).is_empty


@pytest.mark.django_db(transaction=True)
def test_twelve_people_move_twelve_things_at_once_and_nothing_is_lost(
    course: Course, term: dict[str, Meeting], alice: User
) -> None:
    items = [factories.put_on_agenda(term["Sep 8"], text=f"Item {n}").pk for n in range(12)]
    target = term["Sep 24"].pk

    def drag(item: int) -> None:
        def make(plan: Plan) -> actions.Action:
            return actions.move_item(plan, item, to=target, seen=Place(term["Sep 8"].pk))

        add_step(course=course, actor=alice, make=make)

    at_once([lambda item=item: drag(item) for item in items])  # type: ignore[misc]
    state = read_draft(course)
    assert len(state.steps) == 12
    assert not state.misfits
    assert set(items) <= set(state.plan.agenda[target])


@pytest.mark.django_db(transaction=True)
def test_new_things_planned_at_once_are_all_there(course: Course, term: dict[str, Meeting]) -> None:
    def add(number: int) -> None:
        add_step(
            course=course,
            actor=None,
            make=lambda plan: actions.add_words(plan, to=term["Sep 8"].pk, text=f"Words {number}"),
        )

    at_once([lambda n=n: add(n) for n in range(8)])  # type: ignore[misc]
    publish_draft(course=course, actor=None)
    assert term["Sep 8"].agenda.filter(text__startswith="Words").count() == 8


def test_what_was_planned_is_still_found_after_it_was_published(
    course: Course, term: dict[str, Meeting], alice: User, sign_in: SignIn
) -> None:
    do(course, actions.add_meeting(planned(course), term["Sep 8"].week_id, {"room": "1670"}))
    do(course, actions.add_words(planned(course), to=None, text="Quiz"))
    [meeting] = [key for key in planned(course).meetings if key < 0]
    [quiz] = [key for key in planned(course).items if key < 0]
    publish_draft(course=course, actor=None)
    browser = sign_in(alice)
    add = reverse("planning:add_papers", args=[course.slug, meeting])
    assert browser.get(add).status_code == 200
    browser.post(add, {"papers": "1802.04799"})
    move = reverse("planning:move", args=[course.slug, quiz])
    browser.post(move, {"to": meeting, "seen": "shelf"})
    row = course.meetings.get(room="1670")
    assert len(planned(course).agenda[row.pk]) == 2
    assert min(planned(course).items) < quiz  # an id is given once
