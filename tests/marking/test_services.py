"""Marks and remarks: who gives them, when the student sees them, what else is told."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.access import Access, find_access
from readings.courses.models import Course, Event
from readings.courses.queries import events_for
from readings.marking import services
from readings.marking.feedback import feedback_for
from readings.marking.models import Feedback, Remark
from readings.marking.services import Shown
from readings.notes.models import Note
from readings.notes.policy import Mark, Marking
from readings.schedule.models import Reading
from tests import factories
from tests.at_once import at_once
from tests.marking.conftest import SetPolicy

NOW = dt.datetime(2025, 9, 20, 12, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def points(set_policy: SetPolicy) -> None:
    set_policy(marking="points", points=10)


def mark(reading: Reading, student: User, mark: str | None, marker: User, **more: Any) -> Feedback:
    given = None if mark is None else Decimal(mark)
    more = {"at": NOW} | more
    return services.mark_note(reading=reading, student=student, mark=given, marker=marker, **more)


def access_of(user: User, course: Course) -> Access:
    return find_access(user=user, slug=course.slug)


@pytest.mark.django_db
@pytest.mark.usefixtures("points")
class TestMarks:
    def test_a_mark_says_who_gave_it_when(self, reading: Reading, bob: User, carol: User) -> None:
        mark(reading, bob, "8.25", carol)
        found = Feedback.objects.get()
        assert (found.mark, found.marked_by, found.marked_at) == (Decimal("8.25"), carol, NOW)
        assert found.returned_at is None

    @pytest.mark.parametrize(
        "kept", [{"scale": "", "out_of": 10}, {"scale": "stars"}, {"out_of": None}, {"mark": None}]
    )
    def test_no_mark_is_kept_without_its_scale(
        self, kept: dict[str, Any], reading: Reading, bob: User, carol: User
    ) -> None:
        mark(reading, bob, "8", carol)
        assert Feedback.objects.get().given == Mark(Decimal(8), Marking.POINTS, 10)
        with pytest.raises(IntegrityError), transaction.atomic():
            Feedback.objects.update(**kept)
        mark(reading, bob, None, carol, shown=Shown(Decimal(8), NOW))
        assert Feedback.objects.get().given is None

    def test_the_same_mark_twice_stays_the_first_ones(
        self, reading: Reading, bob: User, carol: User, alice: User
    ) -> None:
        mark(reading, bob, "8", carol)
        mark(reading, bob, "8", alice, at=LATER)
        assert Feedback.objects.get().marked_by == carol

    def test_a_second_marker_is_told_who_gave_what_when(
        self, reading: Reading, bob: User, carol: User, alice: User
    ) -> None:
        mark(reading, bob, "8", carol)
        with pytest.raises(
            services.MarkConflict, match=r"Carol Chen gave .*“8 of 10” on Sat Sep 20, 8:00"
        ):
            mark(reading, bob, "6", alice, at=LATER)
        assert Feedback.objects.get().mark == 8

    def test_whoever_has_seen_the_mark_changes_it(
        self, reading: Reading, bob: User, carol: User, alice: User
    ) -> None:
        mark(reading, bob, "8", carol)
        mark(reading, bob, "6", alice, at=LATER, shown=Shown(Decimal(8), NOW))
        found = Feedback.objects.get()
        assert (found.mark, found.marked_by) == (Decimal(6), alice)

    def test_a_mark_taken_away_is_told_as_well(
        self, reading: Reading, bob: User, carol: User, alice: User
    ) -> None:
        mark(reading, bob, "8", carol)
        mark(reading, bob, None, carol, at=LATER, shown=Shown(Decimal(8), NOW))
        assert Feedback.objects.get().mark is None
        with pytest.raises(services.MarkConflict, match="took the mark of this note away"):
            mark(reading, bob, "6", alice, at=LATER, shown=Shown(Decimal(8), NOW))

    def test_an_untouched_mark_is_not_put_back(
        self, reading: Reading, bob: User, carol: User, alice: User
    ) -> None:
        mark(reading, bob, "8", carol)
        services.save_feedback(
            reading=reading, student=bob, marker=alice, mark=None, shown=Shown(), text="Nice.",
            at=LATER,
        )  # fmt: skip
        assert Feedback.objects.get().mark == 8
        assert Remark.objects.get().author == alice

    def test_a_conflict_saves_nothing_at_all(
        self, reading: Reading, bob: User, carol: User, alice: User
    ) -> None:
        mark(reading, bob, "8", carol)
        with pytest.raises(services.MarkConflict):
            services.save_feedback(
                reading=reading, student=bob, marker=alice, mark=Decimal(3), shown=Shown(),
                text="Weak.", at=LATER, returns=True,
            )  # fmt: skip
        assert not Remark.objects.exists()
        assert Feedback.objects.get().returned_at is None

    def test_a_student_is_marked_without_a_note_and_nobody_else_is(
        self, reading: Reading, bob: User, erin: User, dave: User, carol: User
    ) -> None:
        mark(reading, bob, "8", carol)
        for person in (erin, dave, carol):
            with pytest.raises(services.NotAStudent):
                mark(reading, person, "8", carol)
        assert Feedback.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_markers_at_once_one_marks_and_the_others_are_told(
    reading: Reading, bob: User, carol: User, alice: User, set_policy: SetPolicy
) -> None:
    set_policy(marking="points", points=10)
    outcomes = at_once(
        [
            lambda: mark(reading, bob, "8", carol),
            lambda: mark(reading, bob, "6", alice),
            lambda: mark(reading, bob, "8", carol),
        ]
    )
    found = Feedback.objects.get()
    winner = {8: carol, 6: alice}[int(found.mark or 0)]
    assert found.marked_by == winner
    told = [one for one in outcomes if isinstance(one, services.MarkConflict)]
    assert len(told) == (1 if winner == carol else 2)
    assert all(f"{winner} gave" in str(one) for one in told)


@pytest.mark.django_db
class TestRemarks:
    def test_markdown_is_rendered_and_safe(self, reading: Reading, bob: User, carol: User) -> None:
        text = "See *page 3*.\n\n<script>alert(1)</script> $x^2$"
        services.write_remark(reading=reading, student=bob, author=carol, text=text, at=NOW)
        html = Remark.objects.get().body_html
        assert "<em>page 3</em>" in html
        assert "<script" not in html
        assert "<math" in html

    def test_pressing_twice_says_it_once(self, reading: Reading, bob: User, carol: User) -> None:
        for _press in range(2):
            services.write_remark(reading=reading, student=bob, author=carol, text="Yes.", at=NOW)
        assert Remark.objects.count() == 1

    @pytest.mark.parametrize("text", ["", " \n ", "x" * 20_001])
    def test_what_cannot_be_a_remark_is_refused(
        self, text: str, reading: Reading, bob: User, carol: User
    ) -> None:
        with pytest.raises(Refusal):
            services.write_remark(reading=reading, student=bob, author=carol, text=text, at=NOW)
        assert not Feedback.objects.exists()

    def test_an_edit_is_shown_and_the_same_text_is_none(
        self, reading: Reading, bob: User, carol: User
    ) -> None:
        remark = services.write_remark(
            reading=reading, student=bob, author=carol, text="Yes.", at=NOW
        )
        services.edit_remark(remark=remark, text=" Yes. ", at=LATER)
        remark.refresh_from_db()
        assert remark.edited_at is None
        services.edit_remark(remark=remark, text="No.", at=LATER)
        remark.refresh_from_db()
        assert (remark.body, remark.body_html) == ("No.", "<p>No.</p>")
        assert Remark.objects.get().edited_at == LATER


@pytest.mark.django_db
@pytest.mark.usefixtures("points")
class TestReturning:
    def test_nothing_is_seen_before_it_is_returned_and_nothing_after_it_was_taken_back(
        self, course: Course, reading: Reading, bob: User, carol: User
    ) -> None:
        mark(reading, bob, "8", carol)
        services.write_remark(reading=reading, student=bob, author=carol, text="Yes.", at=NOW)
        mine = access_of(bob, course)
        assert feedback_for(mine, reading) is None
        services.return_feedback(reading=reading, student=bob, actor=carol, at=LATER)
        shown = feedback_for(mine, reading)
        assert shown is not None
        assert (shown.mark, shown.returned_at) == ("8 of 10", LATER)
        assert [one.remark.body for one in shown.remarks] == ["Yes."]
        services.take_back(reading=reading, student=bob)
        assert feedback_for(mine, reading) is None

    def test_the_student_alone_is_told_and_not_which_mark(
        self, course: Course, reading: Reading, bob: User, carol: User, alice: User, erin: User
    ) -> None:
        mark(reading, bob, "8.25", carol)
        assert not Event.objects.exists()
        for _press in range(2):
            services.return_feedback(reading=reading, student=bob, actor=carol, at=NOW)
        mark(reading, bob, "9.75", carol, at=LATER, shown=Shown(Decimal("8.25"), NOW))
        services.write_remark(reading=reading, student=bob, author=carol, text="Psst.", at=LATER)
        events = list(Event.objects.order_by("pk"))
        assert [one.summary for one in events] == [
            "Your note on DSPy came back with feedback.",
            "The mark of your note on DSPy was changed.",
            "There is a new remark on your note on DSPy.",
        ]
        assert {one.kind for one in events} == {"marking.returned"}
        assert {one.recipient for one in events} == {bob}
        assert not any(
            secret in repr([one.details for one in events]) for secret in ("8.25", "9.75", "Psst")
        )
        assert list(events_for(access_of(bob, course)).order_by("pk")) == events
        for person in (alice, carol, erin):
            assert not events_for(access_of(person, course)).exists()

    def test_without_mark_and_remark_there_is_nothing_to_return(
        self, reading: Reading, bob: User, carol: User
    ) -> None:
        with pytest.raises(services.NothingToReturn):
            services.return_feedback(reading=reading, student=bob, actor=carol, at=NOW)

    def test_all_that_is_marked_is_returned_at_once(
        self, course: Course, reading: Reading, bob: User, carol: User
    ) -> None:
        frank, grace = factories.make_user("Frank Fox"), factories.make_user("Grace")
        for person in (frank, grace):
            factories.enrol(course, person)
        mark(reading, bob, "8", carol)
        mark(reading, frank, "0", carol)
        services.write_remark(reading=reading, student=grace, author=carol, text="Yes.", at=NOW)
        with pytest.raises(services.ReturnChanged, match="2 marked notes are waiting"):
            services.return_marked(reading=reading, actor=carol, at=NOW, agreed=3)
        assert services.return_marked(reading=reading, actor=carol, at=NOW, agreed=2) == 2
        assert services.return_marked(reading=reading, actor=carol, at=NOW, agreed=2) == 0
        returned = Feedback.objects.filter(returned_at=NOW)
        assert {one.student for one in returned} == {bob, frank}
        assert {one.recipient for one in Event.objects.all()} == {bob, frank}
        assert Event.objects.count() == 2

    def test_an_answer_needs_something_that_was_returned(
        self, reading: Reading, bob: User, carol: User
    ) -> None:
        for prepare in (lambda: None, lambda: mark(reading, bob, "8", carol)):
            prepare()
            with pytest.raises(services.NotReturned):
                services.answer(reading=reading, student=bob, text="But why?", at=NOW)
        assert not Remark.objects.exists()

    def test_the_staff_is_told_of_an_answer_once(
        self, course: Course, reading: Reading, bob: User, carol: User, erin: User
    ) -> None:
        mark(reading, bob, "8", carol)
        services.return_feedback(reading=reading, student=bob, actor=carol, at=NOW)
        for _press in range(2):
            services.answer(reading=reading, student=bob, text="But why?", at=LATER)
        told = events_for(access_of(carol, course))
        assert [one.summary for one in told] == [
            "Bob Baker answered what was said about the note on DSPy."
        ]
        assert not events_for(access_of(erin, course)).exists()


@pytest.mark.django_db(transaction=True)
def test_returning_many_times_at_once_tells_the_student_once(
    bobs_note: Note, bob: User, carol: User, alice: User
) -> None:
    reading = bobs_note.reading
    mark(reading, bob, "1", carol)
    outcomes = at_once(
        [
            lambda: services.return_feedback(reading=reading, student=bob, actor=carol, at=NOW),
            lambda: services.return_marked(reading=reading, actor=alice, at=NOW, agreed=1),
        ]
        * 2
    )
    assert not any(isinstance(one, Refusal) for one in outcomes)
    assert Event.objects.count() == 1
