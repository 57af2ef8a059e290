"""A student's own ledger: every note, what is due, what it comes to, and the skips."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.access import find_access
from readings.courses.models import Course
from readings.marking.models import Feedback
from readings.notes.exempting import excuse, spend_skip
from readings.notes.models import Assignment, Exemption, Note, NotePolicy
from readings.notes.policy import Late, Marking, Per, SkipsBy
from readings.notes.services import save_draft
from readings.progress.ledger import Ledger, LedgerRow, build_ledger
from readings.schedule.models import AgendaItem, Reading, Status
from tests import factories
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db

PAGE = "/c/compilers/notes/"
NOW = dt.datetime(2025, 9, 20, 16, 0, tzinfo=dt.UTC)


@pytest.fixture
def term(course: Course) -> dict[str, Reading]:
    """Past classes read A, B and C on Sep 15, 17 and 19; D and E follow on Sep 22 and 24."""
    found = {}
    for name, day in zip("ABCDE", (15, 17, 19, 22, 24), strict=True):
        reading = factories.make_reading(course, label=name)
        meeting = factories.make_meeting(course, dt.date(2025, 9, day), meets_from=dt.time(10, 30))
        factories.put_on_agenda(meeting, reading)
        found[name] = reading
    return found


@pytest.fixture
def policy(course: Course) -> NotePolicy:
    """Points from 0 to 10, two skips."""
    return NotePolicy.objects.create(course=course, marking=Marking.POINTS, skips=2)


def ledger_of(user: User, now: dt.datetime = NOW) -> Ledger:
    return build_ledger(find_access(user=user, slug="compilers"), now=now)


def rows_of(user: User, now: dt.datetime = NOW) -> dict[str, LedgerRow]:
    return {row.name: row for row in ledger_of(user, now).rows}


def hand_in(
    reading: Reading, user: User, mark: int | None = None, *, returned: bool = True
) -> None:
    """In time, and marked, unless told otherwise."""
    factories.make_note(reading, user)
    if mark is not None:
        Feedback.objects.create(
            reading=reading,
            student=user,
            mark=Decimal(mark),
            scale=Marking.POINTS,
            out_of=10,
            marked_by=User.objects.get(name="Alice Abbott"),
            marked_at=NOW,
            returned_at=NOW if returned else None,
        )


# --- What stands in it ----------------------------------------------------------------------------


def test_every_reading_has_its_state_in_the_order_of_the_term(
    term: dict[str, Reading], policy: NotePolicy, bob: User, alice: User
) -> None:
    hand_in(term["A"], bob)
    excuse(reading=term["C"], student=bob, actor=alice, reason="Ill", at=NOW)
    save_draft(reading=term["D"], author=bob, answers={"text": "Hm"}, based_on=0, at=NOW)

    rows = rows_of(bob)

    assert [(name, row.words, row.tone, row.act) for name, row in rows.items()] == [
        ("A", "Submitted", "good", "Edit"),
        ("B", "Overdue", "warning", "Write"),
        ("C", "Excused", "", "Write"),
        ("D", "Draft", "accent", "Go on writing"),
        ("E", "Due", "", "Write"),
    ]
    assert rows["C"].remark == "Ill"
    assert (rows["A"].day, rows["D"].is_next, rows["E"].is_next) == ("Mon Sep 15", True, False)
    assert [row.name for row in ledger_of(bob).overdue] == ["B"]


def test_a_mark_is_seen_when_it_was_returned_and_not_before(
    term: dict[str, Reading], policy: NotePolicy, bob: User, sign_in: SignIn
) -> None:
    hand_in(term["A"], bob, 9, returned=False)
    before = rows_of(bob)["A"]
    assert (before.mark, before.feedback_url) == ("", "")
    assert ledger_of(bob).total == "0 of 10"  # B and C are missing
    assert sign_in(bob).get(PAGE).content.decode().count("9 of 10") == 0

    Feedback.objects.update(returned_at=NOW)

    assert rows_of(bob)["A"].mark == "9 of 10"
    assert ledger_of(bob).total == "3 of 10"


def test_a_note_that_waits_for_its_mark_looks_the_same_marked_or_not(
    term: dict[str, Reading], policy: NotePolicy, bob: User
) -> None:
    hand_in(term["A"], bob)
    unmarked = ledger_of(bob)

    hand_in_mark = Feedback.objects.create(reading=term["A"], student=bob)
    hand_in_mark.mark, hand_in_mark.marked_by, hand_in_mark.marked_at = Decimal(4), bob, NOW
    hand_in_mark.scale, hand_in_mark.out_of = Marking.POINTS, 10
    hand_in_mark.save()

    assert ledger_of(bob) == unmarked


def test_the_total_says_how_it_is_counted(
    term: dict[str, Reading], policy: NotePolicy, bob: User
) -> None:
    NotePolicy.objects.update(unused_skip_drops=True)
    hand_in(term["A"], bob, 8)
    hand_in(term["C"], bob, 6)
    spend_skip(reading=term["D"], student=bob, at=NOW)

    found = ledger_of(bob)

    # 8, 0 and 6: one of two skips is left and drops the 0.
    assert found.total == "7 of 10"
    assert found.skips == "1 of 2 skips left"
    assert [(one.words, one.names) for one in found.counted] == [
        ("Count, each as much as the others", "A, C"),
        ("Dropped: the lowest, one for each skip left over", "B"),
        ("Skipped", "D"),
        ("Not due yet", "E"),
    ]


def test_what_has_no_date_is_not_said_to_be_left_out(
    term: dict[str, Reading], policy: NotePolicy, bob: User, course: Course, bobs: Client
) -> None:
    for _number in range(3):
        factories.make_reading(course)
    factories.put_on_agenda(factories.make_meeting(course, None), factories.make_reading(course))
    excuse(reading=term["A"], student=bob, actor=bob, reason="", at=NOW)

    lines = {one.words: (one.names, one.count) for one in ledger_of(bob).counted}

    assert lines["Not owed: presents, excused, or no class"] == ("A", 1)
    assert lines["Missing, and count 0"] == ("B, C", 2)
    assert "no class" in bobs.get(PAGE).content.decode()


def test_a_long_list_of_names_is_cut(
    term: dict[str, Reading], policy: NotePolicy, bob: User, course: Course
) -> None:
    later = dt.datetime(2025, 12, 1, tzinfo=dt.UTC)

    (line,) = ledger_of(bob, later).counted

    assert (line.words, line.names) == ("Missing, and count 0", "A, B, C, D and 1 more")


def test_skips_that_are_used_up_by_themselves_show_where(
    term: dict[str, Reading], policy: NotePolicy, bob: User
) -> None:
    NotePolicy.objects.update(skips=1, skips_by=SkipsBy.ITSELF, marking=Marking.COMPLETION)
    hand_in(term["A"], bob)

    rows = rows_of(bob)

    assert (rows["B"].words, rows["C"].words) == ("Skipped", "Overdue")
    assert [row.name for row in ledger_of(bob).overdue] == ["C"]
    assert not any(row.may_skip or row.may_take_back for row in rows.values())
    assert ledger_of(bob).total == "50\N{NO-BREAK SPACE}%"
    assert ledger_of(bob).skips == "0 of 1 skip left"


def test_what_is_not_taken_any_more_is_missed_and_offers_nothing(
    term: dict[str, Reading], policy: NotePolicy, bob: User
) -> None:
    NotePolicy.objects.update(late=Late.REFUSED)

    row = rows_of(bob)["A"]

    assert (row.words, row.act, row.may_skip) == ("Missed", "", False)
    assert ledger_of(bob).overdue == []


def test_what_lateness_costs_is_said_and_counted(
    term: dict[str, Reading], policy: NotePolicy, bob: User
) -> None:
    NotePolicy.objects.update(late=Late.PENALISED, late_percent=10)
    hand_in(term["A"], bob, 10)
    late = dt.datetime(2025, 9, 16, 13, 0, tzinfo=dt.UTC)  # due on Sep 15 at 12:30
    Note.objects.update(submitted_at=late)

    row = rows_of(bob)["A"]

    assert (row.words, row.mark) == ("Submitted late", "10 of 10")
    assert row.remark == "2 days late: 20\N{NO-BREAK SPACE}% off the mark"
    # 8 and two missing ones.
    assert ledger_of(bob).total == "2.67 of 10"


def test_a_cancelled_class_and_an_optional_reading_ask_for_nothing(
    term: dict[str, Reading], policy: NotePolicy, bob: User
) -> None:
    meeting = AgendaItem.objects.get(reading=term["D"]).meeting
    assert meeting is not None
    meeting.status = Status.CANCELLED
    meeting.save()
    Reading.objects.filter(pk=term["E"].pk).update(required=False)

    rows = rows_of(bob)

    assert (rows["D"].words, rows["D"].off, rows["D"].due_at) == ("Nothing due", "cancelled", None)
    assert (rows["E"].words, rows["E"].is_owed) == ("Optional", False)


def test_of_a_class_with_one_note_owed_each_reading_says_so(
    course: Course, term: dict[str, Reading], policy: NotePolicy, bob: User
) -> None:
    NotePolicy.objects.update(per=Per.MEETING)
    meeting = AgendaItem.objects.get(reading=term["E"]).meeting
    assert meeting is not None
    factories.put_on_agenda(meeting, factories.make_reading(course, label="F"))
    assert {rows_of(bob)[name].remark for name in "EF"} == {"One note for the class"}

    hand_in(term["E"], bob)

    assert (rows_of(bob)["E"].words, rows_of(bob)["F"].words) == ("Submitted", "Other note")


def test_a_deadline_of_its_own_stands_also_outside_the_schedule(
    course: Course, policy: NotePolicy, bob: User
) -> None:
    essay = factories.make_reading(course, label="Essay")
    Assignment.objects.create(reading=essay, due_on=dt.date(2025, 12, 1), due_time=dt.time(9))

    row = rows_of(bob)["Essay"]

    assert row.due_at == dt.datetime(2025, 12, 1, 14, 0, tzinfo=dt.UTC)
    assert (row.day, row.is_next) == ("", True)


def test_times_are_those_of_the_course_whose_zone_is_named(
    course: Course, term: dict[str, Reading], policy: NotePolicy, bob: User, sign_in: SignIn
) -> None:
    Course.objects.filter(pk=course.pk).update(time_zone="Asia/Kathmandu")

    page = sign_in(bob).get(PAGE).content.decode()

    assert "All times are Kathmandu time." in page
    assert '<time datetime="2025-09-22T08:30:00+05:45"' in page
    assert "Mon Sep 22, 8:30" in page


def test_an_auditor_has_their_own_notes_and_no_total(
    term: dict[str, Reading], policy: NotePolicy, erin: User, bob: User, sign_in: SignIn
) -> None:
    empty = sign_in(erin).get(PAGE).content.decode()
    assert "You owe no notes here, and may write them" in empty
    hand_in(term["B"], erin)
    hand_in(term["A"], bob)

    page = sign_in(erin).get(PAGE).content.decode()

    assert [row.name for row in ledger_of(erin).rows] == ["B"]
    assert "Total so far" not in page
    assert "/skip/" not in page


# --- Spending skips -------------------------------------------------------------------------------


@pytest.fixture
def coming(course: Course, policy: NotePolicy) -> Reading:
    """Due in a week from the real now."""
    reading = factories.make_reading(course, label="Glow")
    day = timezone.now().date() + dt.timedelta(days=7)
    factories.put_on_agenda(factories.make_meeting(course, day), reading)
    return reading


def test_a_skip_is_spent_and_taken_back_by_a_button(
    coming: Reading, bob: User, sign_in: SignIn
) -> None:
    browser = sign_in(bob)
    assert " the note on Glow" in browser.get(PAGE).content.decode()

    spent = browser.post(f"{PAGE}{coming.pk}/skip/", follow=True).content.decode()
    assert "You skip the note on Glow" in spent
    assert "1 of 2 skips left" in spent
    assert "Take the skip back" in spent

    back = browser.post(f"{PAGE}{coming.pk}/take-back/", follow=True).content.decode()
    assert "owe the note on Glow again" in back
    assert "2 of 2 skips left" in back


def test_htmx_gets_the_ledger_alone_with_what_was_done(
    coming: Reading, bob: User, sign_in: SignIn
) -> None:
    browser = sign_in(bob)
    NotePolicy.objects.update(skips=0)

    part = browser.post(f"{PAGE}{coming.pk}/skip/", headers={"HX-Request": "true"})

    assert part.status_code == 200
    assert part.content.decode().strip().startswith('<div id="ledger"')
    assert "This course has no skips." in part.content.decode()


def test_a_refused_skip_says_why(coming: Reading, bob: User, sign_in: SignIn) -> None:
    Assignment.objects.create(reading=coming, is_skippable=False)

    page = sign_in(bob).post(f"{PAGE}{coming.pk}/skip/", follow=True).content.decode()

    assert "The note on this reading cannot be skipped." in page
    assert not Exemption.objects.exists()


# --- Who may --------------------------------------------------------------------------------------


def test_outsiders_and_visitors_find_nothing(
    course: Course, coming: Reading, dave: User, sign_in: SignIn
) -> None:
    course.visibility = "public"
    course.save()
    for browser in (sign_in(dave), Client()):
        assert browser.get(PAGE).status_code == 404
        for act in ("skip", "take-back"):
            assert browser.post(f"{PAGE}{coming.pk}/{act}/").status_code == 404
    assert not Exemption.objects.exists()


@pytest.mark.parametrize("who", ["alice", "carol", "erin"])
def test_who_owes_no_notes_spends_no_skips(
    coming: Reading, who: str, request: pytest.FixtureRequest, sign_in: SignIn
) -> None:
    browser = sign_in(request.getfixturevalue(who))

    browser.post(f"{PAGE}{coming.pk}/skip/")

    assert not Exemption.objects.exists()


def test_a_reading_of_another_course_is_not_found(
    coming: Reading, bob: User, sign_in: SignIn
) -> None:
    other = factories.make_reading(factories.make_course())

    assert sign_in(bob).post(f"{PAGE}{other.pk}/skip/").status_code == 404
    assert sign_in(bob).get(f"{PAGE}{coming.pk}/skip/").status_code == 405


def test_nobody_sees_anything_of_anothers(
    term: dict[str, Reading], policy: NotePolicy, course: Course, bob: User, sign_in: SignIn
) -> None:
    frank = factories.make_user("Frank Fox")
    factories.enrol(course, frank)
    hand_in(term["A"], frank, 7)
    Exemption.objects.create(
        reading=term["B"], user=frank, kind="excuse", reason="Franks reason", created_by=frank
    )

    page = sign_in(bob).get(PAGE).content.decode()

    for secret in ("Frank", "7 of 10", "Franks reason", "Excused"):
        assert secret not in page


@pytest.mark.parametrize("per", [Per.READING, Per.MEETING])
def test_a_long_term_takes_as_many_queries(
    course: Course, policy: NotePolicy, bob: User, sign_in: SignIn, per: Per
) -> None:
    NotePolicy.objects.update(per=per, presenters_exempt="meeting")

    def count() -> int:
        browser = sign_in(bob)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(PAGE).status_code == 200
        return len(queries)

    def add(number: int) -> None:
        for _number in range(number):
            reading = factories.make_reading(course)
            meeting = factories.make_meeting(course, dt.date(2025, 9, 15))
            factories.put_on_agenda(meeting, reading)
            hand_in(reading, bob, 5)

    add(1)
    first = count()
    add(29)
    assert count() == first <= 10
