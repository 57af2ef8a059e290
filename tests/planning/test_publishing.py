"""Publishing: rows, deadlines, talks, and who is told what."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Audience, Course
from readings.notes.duties import duties_of
from readings.notes.policy import Policy
from readings.planning import actions
from readings.planning.consequences import consequences_of, distance
from readings.planning.publishing import publish_draft, undo_published
from readings.planning.rearranging import Way, cancel, exchange, move_term
from readings.presentations.models import Blackout
from readings.schedule.edits import apply_edits
from readings.schedule.models import Meeting, Status
from readings.schedule.operations import AlreadyUndone, ChangedSince, WorkHangsOn
from readings.schedule.plan_rows import planned_reading, read_plan
from tests import factories
from tests.planning.plans import agendas, do, item_named, last_change, planned, published

pytestmark = pytest.mark.django_db


def lose(course: Course, meeting: Meeting, message: str = "") -> None:
    """Cancel a class, let everything move on, and publish it."""
    do(course, cancel(planned(course), meeting.pk, Way.SHIFT))
    publish_draft(course=course, actor=None, message=message)


def test_what_is_published_is_what_the_board_showed(
    course: Course, term: dict[str, Meeting], alice: User
) -> None:
    plan = planned(course)
    do(course, cancel(plan, term["Sep 10"].pk, Way.SHIFT))
    do(course, actions.add_words(planned(course), to=term["Sep 10"].pk, text="Quiz"))
    do(course, actions.add_week(planned(course)))
    shown = planned(course)
    publish_draft(course=course, actor=alice, message="Snow.")
    found = read_plan(course)
    assert agendas(found) == agendas(shown)
    assert [week.number for week in found.weeks_in_order] == [1, 2, 3, 4]
    assert found.meetings[term["Sep 10"].pk].status == Status.CANCELLED
    change = last_change(course)
    assert (change.message, change.created_by) == ("Snow.", alice)


def test_the_class_is_told_once_and_every_move_is_written_down(
    course: Course, term: dict[str, Meeting]
) -> None:
    lose(course, term["Sep 10"], "No class on Wednesday.")
    headline = course.events.get(kind="planning.published")
    assert headline.summary == "No class on Wednesday."
    moves = course.events.filter(kind="schedule.item_moved")
    assert {event.summary for event in moves} == {
        "B moved from Sep 10 to Sep 15",
        "C moved from Sep 15 to Sep 17",
        "D moved from Sep 17 to Sep 22",
        "Talks moved from Sep 22 to “not scheduled”",
    }
    change = last_change(course)
    assert {event.details["change"] for event in course.events.all()} == {change.pk}


def test_the_class_is_not_told_what_is_spare_or_pinned(
    course: Course, term: dict[str, Meeting]
) -> None:
    item = item_named(course, "A")
    values = {"is_spare": True, "is_pinned": True}
    doing = actions.change_item(planned(course), item.pk, values=values, reading={},
                                to=term["Sep 8"].pk)  # fmt: skip
    do(course, doing)
    publish_draft(course=course, actor=None)
    assert {event.audience for event in course.events.all()} == {Audience.STAFF}


def test_a_change_is_called_what_was_done(course: Course, term: dict[str, Meeting]) -> None:
    do(course, exchange(planned(course), term["Sep 8"].pk, term["Sep 24"].pk))
    publish_draft(course=course, actor=None)
    assert last_change(course).summary == "Mon Sep 8 and Wed Sep 24 exchanged"
    for day in ("Sep 8", "Sep 10", "Sep 15"):
        do(course, cancel(planned(course), term[day].pk, Way.SHELF))
    publish_draft(course=course, actor=None)
    assert last_change(course).summary == (
        "Class on Mon Sep 8 is cancelled; Class on Wed Sep 10 is cancelled;"
        " 3 moves and 1 other change"
    )


def test_deadlines_move_with_their_class_and_everybody_is_told(
    course: Course, term: dict[str, Meeting]
) -> None:
    lose(course, term["Sep 10"])
    reading = item_named(course, "B").reading
    assert reading is not None
    due = duties_of(course, Policy())[reading.pk].due_at
    assert due == dt.datetime(2025, 9, 15, 12, 30, tzinfo=dt.UTC)  # 8:30 in Detroit
    said = course.events.filter(kind="planning.deadline_moved").values_list("summary", flat=True)
    assert "The note on B is now due Mon Sep 15, 8:30, 5 days later" in set(said)
    assert not any("on A" in words or "on E" in words for words in said)


def test_who_presents_is_told_of_their_own_talk_and_nobody_else(
    course: Course, term: dict[str, Meeting], bob: User, carol: User
) -> None:
    slot = factories.make_slot(item_named(course, "B"), title="Lead")
    slot.sign_ups.create(seat=slot.seats.get(), user=bob, created_by=bob)
    other = factories.make_slot(item_named(course, "A"))
    other.sign_ups.create(seat=other.seats.get(), user=carol, created_by=carol)
    before = read_plan(course)
    do(course, cancel(planned(course), term["Sep 10"].pk, Way.SHIFT))
    [talk] = consequences_of(course, before, planned(course)).talks
    assert talk.sentence == "“Lead: B” (Bob Baker) moves from Wed Sep 10 to Mon Sep 15, 10:30"
    publish_draft(course=course, actor=None)
    [event] = course.events.filter(kind="planning.talk_moved")
    assert event.recipient == bob
    assert event.summary == "Your talk “Lead: B” moves from Wed Sep 10 to Mon Sep 15, 10:30"


def test_what_does_not_fit_on_the_new_day_is_said_beforehand(
    course: Course, term: dict[str, Meeting], bob: User
) -> None:
    held = factories.make_slot(item_named(course, "B"), minutes=100)
    held.sign_ups.create(seat=held.seats.get(), user=bob, created_by=bob)
    factories.make_slot(item_named(course, "B"), title="Free")
    Blackout.objects.create(course=course, user=bob, day=dt.date(2025, 9, 15))
    before = planned(course)
    moved = apply_edits(before, cancel(before, term["Sep 10"].pk, Way.SHIFT).edits)
    early = dt.datetime(2025, 9, 1, tzinfo=dt.UTC)
    found = consequences_of(course, before, moved, now=early)
    assert found.talks[0].cannot == "Bob Baker cannot on Mon Sep 15: a swap will be offered"
    assert found.too_long == ["The talks on Mon Sep 15 take 10 min more than the class has"]
    assert found.open_sentences == ["1 slot that nobody has yet moves too"]
    assert not consequences_of(course, before, moved).talks[0].cannot  # that day is over
    stays = apply_edits(before, cancel(before, term["Sep 10"].pk, Way.STAY).edits)
    found = consequences_of(course, before, stays, now=early)
    assert found.open_sentences == ["1 slot that nobody has yet has no class any more"]
    assert not found.talks[0].cannot
    assert not found.too_long


def test_sign_up_opens_and_closes_as_far_from_its_class_as_before(
    course: Course, term: dict[str, Meeting]
) -> None:
    soon = timezone.now() + dt.timedelta(days=30)
    open_now = factories.make_slot(
        item_named(course, "B"), opens_at=timezone.now() - dt.timedelta(days=1), closes_at=soon
    )
    stays = factories.make_slot(item_named(course, "A"), closes_at=soon)
    opened_at = open_now.opens_at
    lose(course, term["Sep 10"])
    open_now.refresh_from_db()
    stays.refresh_from_db()
    assert open_now.closes_at is not None
    local = open_now.closes_at.astimezone(course.zone)
    # The same hour, also where the clocks change in between.
    expected = soon.astimezone(course.zone).replace(tzinfo=None) + dt.timedelta(days=5)
    assert local.replace(tzinfo=None) == expected
    assert open_now.opens_at == opened_at  # that has been
    assert stays.closes_at == soon
    undo_published(change=last_change(course), actor=None)
    open_now.refresh_from_db()
    assert open_now.closes_at == soon


def test_what_is_new_is_due_and_moves_nobodys_deadline(
    course: Course, term: dict[str, Meeting]
) -> None:
    before = read_plan(course)
    reading = planned_reading(factories.make_paper(title="Fresh"))
    do(course, actions.add_reading(planned(course), [reading], to=term["Sep 8"].pk))
    [one] = consequences_of(course, before, planned(course)).deadlines
    assert (one.words, one.is_new) == ("Mon Sep 8, 8:30, new", True)
    publish_draft(course=course, actor=None)
    assert not course.events.filter(kind="planning.deadline_moved").exists()


def test_each_member_of_a_group_is_told(
    course: Course, term: dict[str, Meeting], bob: User
) -> None:
    eve = factories.make_user("Eve Ellis")
    factories.enrol(course, eve)
    group = factories.make_group(course, bob, eve, name="Loops")
    slot = factories.make_slot(item_named(course, "B"))
    slot.sign_ups.create(seat=slot.seats.get(), group=group, created_by=bob)
    do(course, cancel(planned(course), term["Sep 10"].pk, Way.SHELF))
    publish_draft(course=course, actor=None)
    events = course.events.filter(kind="planning.talk_moved")
    assert {event.recipient for event in events} == {bob, eve}
    assert {event.summary for event in events} == {
        "Your talk “B” is not scheduled any more (it was on Wed Sep 10)"
    }
    slot.refresh_from_db()
    assert slot.sign_ups.get().group == group  # the seat is still theirs


def test_nothing_is_due_for_a_cancelled_class(course: Course, term: dict[str, Meeting]) -> None:
    before = read_plan(course)
    do(course, cancel(planned(course), term["Sep 10"].pk, Way.STAY))
    found = consequences_of(course, before, planned(course))
    assert [one.sentence for one in found.deadlines] == ["No note on B is due for now"]


def test_notes_and_threads_stay_with_what_is_moved_off_the_end(
    course: Course, term: dict[str, Meeting], bob: User
) -> None:
    item = item_named(course, "E")
    assert item.reading is not None
    factories.make_note(item.reading, bob)
    factories.make_thread(item.reading, bob)
    for day in ("Sep 8", "Sep 10", "Sep 15"):
        lose(course, term[day])
    assert published(course)["shelf"] == ["Talks", "E", "D"]
    assert item.reading.notes.count() == item.reading.threads.count() == 1


def test_a_publish_is_taken_back_with_everything_that_followed(
    course: Course, term: dict[str, Meeting], bob: User
) -> None:
    slot = factories.make_slot(item_named(course, "B"))
    slot.sign_ups.create(seat=slot.seats.get(), user=bob, created_by=bob)
    before = read_plan(course)
    lose(course, term["Sep 10"])
    course.events.all().delete()
    undo_published(change=last_change(course), actor=None)
    assert read_plan(course) == before
    summaries = set(course.events.values_list("summary", flat=True))
    assert "The note on B is now due Wed Sep 10, 8:30, 5 days earlier" in summaries
    assert "Your talk “B” moves from Mon Sep 15 to Wed Sep 10, 10:30" in summaries
    with pytest.raises(AlreadyUndone):
        undo_published(change=last_change(course), actor=None)


def test_a_publish_on_which_others_built_is_not_taken_back(
    course: Course, term: dict[str, Meeting], bob: User
) -> None:
    do(course, actions.add_words(planned(course), to=term["Sep 8"].pk, text="Pitches"))
    publish_draft(course=course, actor=None)
    first = last_change(course)
    factories.make_slot(item_named(course, "Pitches"))
    with pytest.raises(WorkHangsOn, match="1 slot"):
        undo_published(change=first, actor=None)
    lose(course, term["Sep 10"])
    second = last_change(course)
    do(course, actions.move_item(planned(course), item_named(course, "B").pk, to=None))
    publish_draft(course=course, actor=None)
    with pytest.raises(ChangedSince):
        undo_published(change=second, actor=None)


def test_a_moved_term_takes_its_dates_along(course: Course, term: dict[str, Meeting]) -> None:
    do(course, move_term(planned(course), -28))
    publish_draft(course=course, actor=None)
    course.refresh_from_db()
    assert course.starts_on == dt.date(2025, 8, 11)
    assert next(iter(published(course))) == "Aug 11"


def test_a_moved_class_is_the_same_row(course: Course, term: dict[str, Meeting]) -> None:
    do(course, move_term(planned(course), 7))
    publish_draft(course=course, actor=None)
    assert {one.pk for one in course.meetings.all()} == {one.pk for one in term.values()}


@pytest.mark.parametrize(
    ("hours", "words"),
    [(1, "60 min later"), (-5, "5 h earlier"), (24, "1 day later"), (25, "1 day later"),
     (-48, "2 days earlier"), (168, "1 week later"), (-336, "2 weeks earlier")],
)  # fmt: skip
def test_how_far_a_deadline_moves(hours: int, words: str) -> None:
    start = dt.datetime(2025, 10, 31, 12, tzinfo=dt.UTC)
    assert distance(start, start + dt.timedelta(hours=hours)) == words
