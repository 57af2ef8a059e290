"""Skips that students spend and excuses that the staff gives."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.access import find_access
from readings.courses.models import Course, Role
from readings.courses.queries import events_for
from readings.notes.exempting import (
    CannotExcuse,
    NoSkipLeft,
    NotSkippable,
    SkipStays,
    excuse,
    spend_skip,
    take_back_excuse,
    take_back_skip,
)
from readings.notes.models import Assignment, Exemption, Note, NotePolicy
from readings.notes.policy import Exempt, Late, Per, SkipsBy
from readings.notes.services import TooLate, save_draft, submit_note, withdraw_note
from readings.notes.standings import find_standing, standings_of
from readings.presentations.services import put_on_seat
from readings.schedule.models import AgendaItem, Reading, Status
from readings.schedule.services import update_meeting
from tests import factories
from tests.at_once import at_once

pytestmark = pytest.mark.django_db

DUE = dt.datetime(2025, 9, 17, 12, 30, tzinfo=dt.UTC)
BEFORE = DUE - dt.timedelta(days=1)
IN_GRACE = DUE + dt.timedelta(minutes=1)
AFTER = DUE + dt.timedelta(minutes=1, seconds=1)


@pytest.fixture
def policy(course: Course) -> NotePolicy:
    """Two skips, which students spend."""
    return NotePolicy.objects.create(course=course, skips=2)


@pytest.fixture
def other(course: Course) -> Reading:
    """Due two weeks later."""
    reading = factories.make_reading(course, label="TVM")
    meeting = factories.make_meeting(course, dt.date(2025, 10, 1), meets_from=dt.time(10, 30))
    factories.put_on_agenda(meeting, reading)
    return reading


def words(reading: Reading, user: User, now: dt.datetime = BEFORE) -> str:
    return find_standing(reading, user, now).words


# --- Skips ----------------------------------------------------------------------------------------


def test_a_skip_spares_the_note_until_it_is_taken_back(
    policy: NotePolicy, reading: Reading, bob: User
) -> None:
    spend_skip(reading=reading, student=bob, at=BEFORE)
    assert words(reading, bob, AFTER) == "Skipped"

    assert take_back_skip(reading=reading, student=bob, at=BEFORE)
    assert words(reading, bob, AFTER) == "Overdue"
    assert not take_back_skip(reading=reading, student=bob, at=BEFORE)


def test_pressing_twice_spends_one_skip(policy: NotePolicy, reading: Reading, bob: User) -> None:
    first = spend_skip(reading=reading, student=bob, at=BEFORE)

    assert spend_skip(reading=reading, student=bob, at=BEFORE) == first
    assert Exemption.objects.count() == 1


def test_no_more_skips_are_spent_than_there_are(
    policy: NotePolicy, course: Course, reading: Reading, other: Reading, bob: User
) -> None:
    policy.skips = 1
    policy.save()
    spend_skip(reading=reading, student=bob, at=BEFORE)

    with pytest.raises(NoSkipLeft, match="Your skip is spent"):
        spend_skip(reading=other, student=bob, at=BEFORE)


def test_a_skip_is_spent_and_taken_back_until_the_grace_ends_and_not_later(
    policy: NotePolicy, reading: Reading, bob: User
) -> None:
    spend_skip(reading=reading, student=bob, at=IN_GRACE)
    take_back_skip(reading=reading, student=bob, at=IN_GRACE)
    spend_skip(reading=reading, student=bob, at=IN_GRACE)

    with pytest.raises(SkipStays):
        take_back_skip(reading=reading, student=bob, at=AFTER)
    Exemption.objects.all().delete()
    with pytest.raises(NotSkippable, match="The deadline has passed"):
        spend_skip(reading=reading, student=bob, at=AFTER)


def test_what_cannot_be_skipped_says_so(policy: NotePolicy, reading: Reading, bob: User) -> None:
    Assignment.objects.create(reading=reading, is_skippable=False)

    with pytest.raises(NotSkippable, match="cannot be skipped"):
        spend_skip(reading=reading, student=bob, at=BEFORE)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [({"skips": 0}, "has no skips"), ({"skips_by": SkipsBy.ITSELF}, "by themselves")],
)
def test_a_policy_without_skips_to_spend_says_so(
    policy: NotePolicy, reading: Reading, bob: User, fields: dict[str, object], sentence: str
) -> None:
    NotePolicy.objects.update(**fields)

    with pytest.raises(NotSkippable, match=sentence):
        spend_skip(reading=reading, student=bob, at=BEFORE)


@pytest.mark.parametrize("who", ["alice", "carol", "erin", "dave"])
def test_who_owes_no_notes_has_nothing_to_skip(
    policy: NotePolicy, reading: Reading, who: str, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(NotSkippable, match="Only students"):
        spend_skip(reading=reading, student=request.getfixturevalue(who), at=BEFORE)


def test_a_presenter_who_is_exempt_keeps_their_skips(
    policy: NotePolicy, reading: Reading, bob: User, alice: User
) -> None:
    NotePolicy.objects.update(presenters_exempt=Exempt.READING)
    item = AgendaItem.objects.get(reading=reading)
    put_on_seat(slot=factories.make_slot(item), presenter=bob, actor=alice)

    with pytest.raises(NotSkippable, match="You owe no note here"):
        spend_skip(reading=reading, student=bob, at=BEFORE)


def test_nothing_is_skipped_where_nothing_is_due_and_such_a_skip_is_free_again(
    policy: NotePolicy, reading: Reading, other: Reading, bob: User, alice: User
) -> None:
    NotePolicy.objects.update(skips=1)
    spend_skip(reading=reading, student=bob, at=BEFORE)
    meeting = AgendaItem.objects.get(reading=reading).meeting
    assert meeting is not None

    update_meeting(meeting=meeting, actor=alice, status=Status.CANCELLED)

    spend_skip(reading=other, student=bob, at=AFTER)
    take_back_skip(reading=reading, student=bob, at=AFTER)
    with pytest.raises(NotSkippable, match="No note is due"):
        spend_skip(reading=reading, student=bob, at=AFTER)


def test_a_skip_takes_no_draft_away_and_handing_in_gives_it_back(
    policy: NotePolicy, reading: Reading, bob: User
) -> None:
    save_draft(reading=reading, author=bob, answers={"text": "Begun"}, based_on=0, at=BEFORE)
    spend_skip(reading=reading, student=bob, at=BEFORE)
    assert Note.objects.get().draft == {"text": "Begun"}

    submit_note(reading=reading, author=bob, answers={"text": "Done"}, based_on=1, at=BEFORE)

    assert not Exemption.objects.exists()
    with pytest.raises(NotSkippable, match="is submitted"):
        spend_skip(reading=reading, student=bob, at=BEFORE)
    withdraw_note(reading=reading, author=bob, at=BEFORE)
    assert words(reading, bob) == "Draft"


def test_a_skip_buys_no_time(policy: NotePolicy, reading: Reading, bob: User) -> None:
    NotePolicy.objects.update(late=Late.REFUSED)
    spend_skip(reading=reading, student=bob, at=BEFORE)

    with pytest.raises(TooLate):
        submit_note(reading=reading, author=bob, answers={"text": "At last"}, based_on=0, at=AFTER)

    assert words(reading, bob, AFTER) == "Draft"
    NotePolicy.objects.update(late=Late.PENALISED)
    submit_note(reading=reading, author=bob, answers={"text": "At last"}, based_on=1, at=AFTER)
    assert words(reading, bob, AFTER) == "Submitted late"


def test_who_is_excused_may_hand_in_at_any_time(
    policy: NotePolicy, reading: Reading, bob: User, alice: User
) -> None:
    NotePolicy.objects.update(late=Late.REFUSED)
    excuse(reading=reading, student=bob, actor=alice, reason="Ill", at=BEFORE)

    submit_note(reading=reading, author=bob, answers={"text": "Well"}, based_on=0, at=AFTER)

    assert Note.objects.get().is_submitted


def test_of_a_class_with_one_note_owed_all_of_it_is_skipped_at_once(
    policy: NotePolicy, course: Course, reading: Reading, other: Reading, bob: User
) -> None:
    NotePolicy.objects.update(per=Per.MEETING, skips=1)
    second = factories.make_reading(course, label="MLIR")
    meeting = AgendaItem.objects.get(reading=reading).meeting
    assert meeting is not None
    factories.put_on_agenda(meeting, second)

    first = spend_skip(reading=reading, student=bob, at=BEFORE)

    assert spend_skip(reading=second, student=bob, at=BEFORE) == first
    assert (words(second, bob, AFTER), words(other, bob, AFTER)) == ("Skipped", "Due")
    assert take_back_skip(reading=second, student=bob, at=BEFORE)
    assert words(reading, bob, AFTER) == "Overdue"


@pytest.mark.django_db(transaction=True)
def test_two_windows_spend_no_more_skips_than_there_are(
    policy: NotePolicy, reading: Reading, other: Reading, bob: User
) -> None:
    NotePolicy.objects.update(skips=1)

    found = at_once(
        [partial(spend_skip, reading=one, student=bob, at=BEFORE) for one in [reading, other] * 3]
    )

    assert Exemption.objects.count() == 1
    assert sum(isinstance(one, NoSkipLeft) for one in found) == 3


def test_what_a_skip_is_used_up_for_by_itself_is_owed_no_longer(
    policy: NotePolicy, reading: Reading, other: Reading, bob: User
) -> None:
    NotePolicy.objects.update(skips=1, skips_by=SkipsBy.ITSELF, late=Late.ACCEPTED)
    access = find_access(user=bob, slug="compilers")
    later = AFTER + dt.timedelta(days=30)  # both are over

    def states() -> list[str]:
        known = standings_of(access, now=later)
        return [known.of(bob.pk, one.pk, owes=True).words for one in (reading, other)]

    assert words(reading, bob, BEFORE) == "Due"
    assert states() == ["Skipped", "Overdue"]
    assert [words(one, bob, later) for one in (reading, other)] == states()  # each alone

    submit_note(reading=reading, author=bob, answers={"text": "Late"}, based_on=0, at=later)

    assert states() == ["Submitted late", "Skipped"]


# --- Excuses --------------------------------------------------------------------------------------


def test_an_excuse_spares_the_note_and_tells_the_student_alone(
    policy: NotePolicy, course: Course, reading: Reading, bob: User, alice: User, carol: User
) -> None:
    excused = excuse(
        reading=reading, student=bob, actor=carol, reason="  Ill, \n on Monday ", at=AFTER
    )

    assert excused.reason == "Ill, on Monday"
    assert words(reading, bob, AFTER) == "Excused"
    [event] = course.events.all()
    assert event.summary == "You are excused from the note on DSPy: Ill, on Monday"
    assert event.recipient == bob
    for person in (alice, carol):
        assert not events_for(find_access(user=person, slug=course.slug))


def test_excusing_twice_tells_once_and_another_reason_replaces_the_first(
    course: Course, reading: Reading, bob: User, alice: User
) -> None:
    for reason in ("Ill", "Ill", "Ill, with a note"):
        excuse(reading=reading, student=bob, actor=alice, reason=reason, at=AFTER)

    assert Exemption.objects.get().reason == "Ill, with a note"
    assert course.events.count() == 2


def test_an_excuse_gives_the_skip_back(
    policy: NotePolicy, reading: Reading, other: Reading, bob: User, alice: User
) -> None:
    NotePolicy.objects.update(skips=1)
    spend_skip(reading=reading, student=bob, at=BEFORE)

    excuse(reading=reading, student=bob, actor=alice, reason="", at=BEFORE)

    spend_skip(reading=other, student=bob, at=BEFORE)
    with pytest.raises(NotSkippable, match="excused"):
        spend_skip(reading=reading, student=bob, at=BEFORE)


def test_an_excuse_is_taken_back_and_told(
    course: Course, reading: Reading, bob: User, alice: User
) -> None:
    excuse(reading=reading, student=bob, actor=alice, reason="", at=BEFORE)

    assert take_back_excuse(reading=reading, student=bob, actor=alice, at=BEFORE)
    assert not take_back_excuse(reading=reading, student=bob, actor=alice, at=BEFORE)
    assert words(reading, bob) == "Due"
    assert [one.summary for one in course.events.order_by("pk")] == [
        "You are excused from the note on DSPy",
        "You are not excused from the note on DSPy any more",
    ]


@pytest.mark.parametrize("who", ["carol", "erin", "dave"])
def test_only_students_are_excused(
    reading: Reading, alice: User, who: str, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(CannotExcuse, match="owes no notes"):
        excuse(
            reading=reading,
            student=request.getfixturevalue(who),
            actor=alice,
            reason="",
            at=BEFORE,
        )


def test_a_reason_that_is_too_long_is_refused_with_its_length(
    reading: Reading, bob: User, alice: User
) -> None:
    with pytest.raises(CannotExcuse, match="has 201 characters"):
        excuse(reading=reading, student=bob, actor=alice, reason="x" * 201, at=BEFORE)


@pytest.mark.django_db(transaction=True)
def test_an_excuse_and_a_skip_in_the_same_moment_are_an_excuse(
    policy: NotePolicy, reading: Reading, bob: User, alice: User
) -> None:
    found = at_once(
        [
            partial(spend_skip, reading=reading, student=bob, at=BEFORE),
            partial(excuse, reading=reading, student=bob, actor=alice, reason="", at=BEFORE),
            partial(excuse, reading=reading, student=bob, actor=alice, reason="", at=BEFORE),
        ]
    )

    assert Exemption.objects.get().kind == "excuse"
    assert sum(isinstance(one, Refusal) for one in found) <= 1


def test_who_becomes_an_auditor_keeps_what_they_were_spared(
    policy: NotePolicy, course: Course, reading: Reading, bob: User
) -> None:
    spend_skip(reading=reading, student=bob, at=BEFORE)
    course.memberships.filter(user=bob).update(role=Role.AUDITOR)

    assert not take_back_skip(reading=reading, student=bob, at=BEFORE)
    assert Exemption.objects.count() == 1
