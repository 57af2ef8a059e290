"""The matrix, a student's page, a reading's page."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from readings.accounts.models import User
from readings.courses.models import Course
from readings.marking.models import Feedback, Remark
from readings.notes.models import Exemption, Note
from readings.notes.policy import ExemptionKind, Marking
from readings.schedule.models import Reading
from tests import factories
from tests.conftest import SignIn
from tests.marking.classes import (
    BEFORE,
    add_readings,
    add_students,
    give_marks,
    hand_in,
    set_policy,
)

pytestmark = pytest.mark.django_db

PAGE = "/c/compilers/progress/"
LATER = BEFORE + dt.timedelta(days=10)


def cells(client: Client, query: str = "") -> dict[str, list[str]]:
    """Student to the words of their cells, without name, total and skips."""
    page = client.get(PAGE + query).content.decode()
    body = page.partition("<tbody>")[2].partition("</table>")[0]
    rows = [row for row in body.split("<tr")[1:] if row.strip()]
    found = {}
    for row in rows:
        name = re.search(r">([^<]+)</a>", row)
        assert name
        found[name[1]] = [
            re.sub(r"<[^>]+>", " ", cell).partition(">")[2].strip()
            for cell in row.split("<td class=")[1:]
            if not cell.startswith("t>")
        ]
    return found


@pytest.fixture
def alices(sign_in: SignIn, alice: User) -> Client:
    return sign_in(alice)


@pytest.fixture
def reading(course: Course) -> Reading:
    """Due on September 3, 2025: long ago."""
    return add_readings(course, 1)[0]


def test_every_state_has_its_word(alices: Client, course: Course, alice: User, bob: User) -> None:
    set_policy(course, marking=Marking.POINTS)
    readings = add_readings(course, 7)
    hand_in([bob], readings[:1])
    hand_in([bob], readings[1:2], LATER)
    hand_in([bob], readings[2:3])
    give_marks([bob], readings[2:3], alice)
    Exemption.objects.create(
        reading=readings[4], user=bob, kind=ExemptionKind.EXCUSE, created_by=alice
    )
    soon = factories.make_meeting(course, timezone.now().date() + dt.timedelta(days=5), week=2)
    factories.put_on_agenda(soon, factories.make_reading(course, label="Soon"))
    off = factories.make_meeting(course, dt.date(2025, 10, 1), week=2, status="cancelled")
    factories.put_on_agenda(off, factories.make_reading(course, label="Off"))

    assert cells(alices)["Bob Baker"] == [
        "submitted, to mark",
        "late, to mark",
        "8.5",
        "missing",
        "excused",
        "missing",
        "missing",
        "due",
        "nothing due",
    ]


def test_a_draft_is_nobodys_business(alices: Client, reading: Reading, bob: User) -> None:
    Note.objects.create(reading=reading, author=bob, draft={"text": "Secret"}, has_draft=True)

    for page in (PAGE, f"{PAGE}students/{bob.pk}/", f"{PAGE}readings/{reading.pk}/"):
        said = alices.get(page).content.decode()
        assert "Secret" not in said
        assert ">draft" not in said.lower()
        assert "missing" in said


def test_completion_waits_for_nobody_to_mark(alices: Client, reading: Reading, bob: User) -> None:
    hand_in([bob], [reading])

    assert cells(alices)["Bob Baker"] == ["submitted"]
    assert cells(alices, "?show=unmarked") == {}


def test_checks_are_words(
    alices: Client, course: Course, reading: Reading, alice: User, bob: User
) -> None:
    set_policy(course, marking=Marking.CHECKS)
    hand_in([bob], [reading], LATER)
    give_marks([bob], [reading], alice, "3")

    assert cells(alices)["Bob Baker"] == ["check plus, late"]


@pytest.mark.parametrize(
    ("before", "mark", "said", "share"),
    [
        ({"marking": Marking.CHECKS}, "3", "check plus", 1.0),
        ({"marking": Marking.CHECKS}, "1", "check minus", 0.7),
        ({"marking": Marking.POINTS, "points": 10}, "8", "8 of 10", 0.8),
        ({"marking": Marking.COMPLETION}, "1", "done", 1.0),
    ],
)
def test_a_mark_stays_what_it_was_when_marks_become_something_else(
    before: dict[str, object], mark: str, said: str, share: float,
    sign_in: SignIn, alices: Client, course: Course, reading: Reading, alice: User, bob: User,
) -> None:  # fmt: skip
    set_policy(course, **before)
    hand_in([bob], [reading])
    give_marks([bob], [reading], alice, mark)
    Feedback.objects.update(returned_at=BEFORE)
    bobs = sign_in(bob)
    mine = "/c/compilers/notes/"

    def theirs() -> str:
        """The mark in the student's own ledger."""
        return str(bobs.get(mine).context["ledger"].rows[0].mark)

    own_words = theirs()
    for now in (
        {"marking": Marking.POINTS, "points": 20},
        {"marking": Marking.CHECKS},
        {"marking": Marking.COMPLETION},
    ):
        set_policy(course, **now)
        if before["marking"] == now["marking"] != Marking.POINTS:
            continue
        assert cells(alices)["Bob Baker"] == [said]
        page = alices.get(f"{PAGE}students/{bob.pk}/")
        assert page.context["term"].lines[0].mark == said
        assert page.context["term"].total.mean == pytest.approx(share)
        assert theirs() == own_words
        assert own_words in bobs.get(f"/c/compilers/papers/{reading.pk}/").content.decode()


def test_who_presents_is_never_late(
    alices: Client, course: Course, reading: Reading, bob: User
) -> None:
    set_policy(course, presenters_exempt="reading")
    slot = factories.make_slot(reading.agenda_items.get())
    slot.sign_ups.create(seat=slot.seats.get(), user=bob, created_by=bob)
    assert cells(alices)["Bob Baker"] == ["presents"]

    hand_in([bob], [reading], LATER)

    assert cells(alices)["Bob Baker"] == ["submitted"]


def test_skips_that_are_used_up_by_themselves_are_skips(
    alices: Client, course: Course, alice: User, bob: User
) -> None:
    set_policy(course, skips=1, skips_by="itself")
    add_readings(course, 2)

    assert cells(alices)["Bob Baker"] == ["skipped", "missing"]


def test_one_note_for_each_class_is_enough(alices: Client, course: Course, bob: User) -> None:
    set_policy(course, per="meeting")
    meeting = factories.make_meeting(course, dt.date(2025, 9, 3))
    first, second = (factories.make_reading(course, label=label) for label in ("A", "B"))
    for one in (first, second):
        factories.put_on_agenda(meeting, one)
    hand_in([bob], [second])

    assert cells(alices)["Bob Baker"] == ["other note", "submitted"]


def test_only_what_is_drawn_is_to_be_marked(alices: Client, course: Course, bob: User) -> None:
    set_policy(course, marking=Marking.POINTS, sample=1, sample_seed="x")
    hand_in([bob], add_readings(course, 3))

    assert sorted(cells(alices)["Bob Baker"]) == ["submitted", "submitted", "submitted, to mark"]


def test_a_mark_for_what_came_on_paper_is_shown(
    alices: Client, course: Course, reading: Reading, alice: User, bob: User
) -> None:
    set_policy(course, marking=Marking.POINTS)
    give_marks([bob], [reading], alice, "7")

    assert cells(alices)["Bob Baker"] == ["7"]
    page = alices.get(PAGE).content.decode()
    assert "<td class=m>7" in page
    assert '<li class="m">marked without a note</li>' in page


def test_marks_of_checks_are_signs_everywhere_and_the_legend_has_those_that_stand_there(
    alices: Client, course: Course, alice: User, bob: User
) -> None:
    set_policy(course, marking=Marking.CHECKS)
    first, second = add_readings(course, 2)
    hand_in([bob], [first])
    give_marks([bob], [first], alice, "0")
    give_marks([bob], [second], alice, "2")

    page = alices.get(PAGE).content.decode()

    assert "<td class=c0>no credit" in page
    assert "<td class=m2>check, no note" in page
    assert '<li class="c0">no credit</li>' in page
    assert 'class="c3"' not in page


def test_filters_leave_who_has_it(alices: Client, course: Course, bob: User) -> None:
    set_policy(course, marking=Marking.POINTS)
    first, second = add_readings(course, 2)
    ada, ben = add_students(course, 2)
    hand_in([ada], [first, second])
    hand_in([ben], [first, second], LATER)

    assert set(cells(alices)) == {"Bob Baker", "Student 001", "Student 002"}
    shows = alices.get(PAGE).context["matrix"].shows
    assert [one.words for one in shows] == [
        "3 students", "Missing: 2 notes", "Late: 2 notes", "To mark: 4 notes",
    ]  # fmt: skip
    assert set(cells(alices, "?show=missing")) == {"Bob Baker"}
    assert set(cells(alices, "?show=late")) == {"Student 002"}
    assert set(cells(alices, "?show=unmarked")) == {"Student 001", "Student 002"}
    assert set(cells(alices, "?show=nonsense&order=nonsense&group=nonsense")) == set(cells(alices))


def test_a_group_alone_and_the_lowest_total_first(
    alices: Client, course: Course, alice: User, bob: User
) -> None:
    readings = add_readings(course, 2)
    ada, ben = add_students(course, 2)
    factories.make_group(course, ada, ben, name="Ö & Co")
    hand_in([ada], readings)
    hand_in([ben], readings[:1])

    assert list(cells(alices, "?group=%C3%96+%26+Co")) == ["Student 001", "Student 002"]
    assert list(cells(alices, "?order=total")) == ["Bob Baker", "Student 002", "Student 001"]


def test_readings_of_one_class_stand_under_its_date(alices: Client, course: Course) -> None:
    meeting = factories.make_meeting(course, dt.date(2025, 9, 3))
    for label in ("DSPy", "MLIR"):
        factories.put_on_agenda(meeting, factories.make_reading(course, label=label))
    factories.make_reading(course, label="Shelf")  # in no class: nobody owes it

    page = alices.get(PAGE).content.decode()

    assert '<th colspan="2" scope="colgroup">Wed Sep 3' in page
    assert "Shelf" not in page


def test_what_people_are_called_is_text(alices: Client, course: Course, bob: User) -> None:
    bob.name = "<b>Bob</b> {total}"
    bob.save()
    factories.put_on_agenda(
        factories.make_meeting(course, dt.date(2025, 9, 3)),
        factories.make_reading(course, label="<i>x</i>"),
    )

    page = alices.get(PAGE).content.decode()

    assert "&lt;b&gt;Bob&lt;/b&gt; {total}" in page
    assert "<i>x</i>" not in page


def test_empty_states_teach(alices: Client, course: Course, bob: User) -> None:
    assert "Put readings on the schedule" in alices.get(PAGE).content.decode()
    add_readings(course, 1)
    course.memberships.filter(user=bob).delete()
    assert "Invite them by link" in alices.get(PAGE).content.decode()


def test_two_hundred_students_and_forty_readings_are_a_small_page(
    alices: Client, course: Course, alice: User
) -> None:
    set_policy(course, marking=Marking.POINTS, skips=5, presenters_exempt="reading")
    students, readings = add_students(course, 199), add_readings(course, 40)
    hand_in(students, readings[:30], LATER)
    give_marks(students, readings[:20], alice)

    with CaptureQueriesContext(connection) as asked:
        page = alices.get(PAGE)

    assert len(page.content) < 300_000, len(page.content)
    assert len(asked) < 12, len(asked)
    assert page.content.count(b"<td class=") > 200 * 40


@pytest.mark.parametrize("where", ["", "students/{bob}/", "readings/{reading}/", "reminders/",
                                   "reminders/?which=overdue", "export/?form=plain"])  # fmt: skip
def test_more_rows_ask_no_more(
    where: str, alices: Client, course: Course, alice: User, bob: User
) -> None:
    set_policy(course, marking=Marking.POINTS, skips=5, presenters_exempt="reading")
    readings = add_readings(course, 30)
    reading = readings[0]
    page = PAGE + where.format(bob=bob.pk, reading=reading.pk)

    def ask() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert alices.get(page).status_code == 200
        return len(asked)

    hand_in([bob], readings[:1])
    give_marks([bob], readings[:1], alice)
    Remark.objects.create(feedback=Feedback.objects.get(), author=alice, body="x", body_html="x")
    ask()
    few = ask()
    students = add_students(course, 30)
    hand_in(students, readings[:5])
    give_marks(students, readings[:5], alice)
    hand_in([bob], readings[5:20])
    give_marks([bob], readings[5:20], alice)
    for feedback in Feedback.objects.filter(student=bob)[1:]:
        Remark.objects.create(feedback=feedback, author=alice, body="x", body_html="x")

    assert ask() == few


def test_a_students_page_tells_the_whole_term(
    alices: Client, course: Course, alice: User, bob: User
) -> None:
    set_policy(course, marking=Marking.POINTS)
    first, second, third = add_readings(course, 3)
    hand_in([bob], [first, second])
    give_marks([bob], [first], alice, "8")
    remark = "<p>Well <em>argued</em>.</p>"
    Remark.objects.create(
        feedback=Feedback.objects.get(), author=alice, body="Well", body_html=remark
    )
    Exemption.objects.create(
        reading=third, user=bob, kind="excuse", reason="Was <ill>", created_by=alice
    )
    slot = factories.make_slot(second.agenda_items.get())
    slot.sign_ups.create(seat=slot.seats.get(), user=bob, created_by=bob)
    factories.make_thread(first, bob)

    page = alices.get(f"{PAGE}students/{bob.pk}/").content.decode()

    assert "<strong>8 of 10</strong>" in page
    assert remark in page
    assert "Was &lt;ill&gt;" in page
    assert "R02 (Fri Sep 5)" in page
    assert "1 comment<" in page
    assert "Wait for a mark, and do not count yet" in page


def test_a_students_own_skip_is_said_once(
    alices: Client, course: Course, reading: Reading, bob: User
) -> None:
    set_policy(course, skips=1)
    Exemption.objects.create(reading=reading, user=bob, kind="skip", created_by=bob)

    page = alices.get(f"{PAGE}students/{bob.pk}/").content.decode()

    cell = page.partition(f'id="reading-{reading.pk}"')[2].partition("</tr>")[0]
    assert cell.casefold().count("skipped") == 1


def test_a_readings_page_has_who_is_missing_first(
    alices: Client, course: Course, reading: Reading, alice: User, bob: User
) -> None:
    (ada,) = add_students(course, 1)
    ada.name = "Ada"
    ada.save()
    hand_in([ada], [reading])
    give_marks([ada], [reading], alice, "1")

    page = alices.get(f"{PAGE}readings/{reading.pk}/").content.decode()

    assert page.index("Bob Baker") < page.index(">Ada<")
    assert "Remind these 1" in page
    assert "Alice Abbott, <time" in page
    assert alices.get(f"{PAGE}readings/999999/").status_code == 404


def test_only_students_have_a_page(
    alices: Client, course: Course, alice: User, erin: User, dave: User
) -> None:
    for person in (alice, erin, dave):
        assert alices.get(f"{PAGE}students/{person.pk}/").status_code == 404


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_staff_alone_sees_the_ledger(
    method: str, sign_in: SignIn, course: Course, reading: Reading,
    bob: User, carol: User, dave: User, erin: User,
) -> None:  # fmt: skip
    course.visibility = "public"
    course.save()
    pages = ["", f"students/{bob.pk}/", f"readings/{reading.pk}/", "export/", "export/?form=canvas",
             "import/", "reminders/", "reminders/?which=next", "reminders/send/"]  # fmt: skip
    for client in (sign_in(dave), sign_in(bob), sign_in(erin), Client()):
        for page in pages:
            form = {"text": "Email,R01\nbob.baker@example.edu,1", "digest": "", "which": "next"}
            response = getattr(client, method)(PAGE + page, form if method == "post" else {})
            assert response.status_code == 404, page
    helper = sign_in(carol)
    for page in pages[:-1]:
        assert helper.get(PAGE + page).status_code == 200, page


def test_nobody_sees_a_student_through_another_course(
    sign_in: SignIn, course: Course, alice: User, bob: User
) -> None:
    other = factories.make_course(slug="other")
    factories.enrol(other, alice, "instructor")  # type: ignore[arg-type]
    theirs = add_readings(other, 1)[0]

    client = sign_in(alice)

    assert client.get(f"/c/other/progress/students/{bob.pk}/").status_code == 404
    assert client.get(f"{PAGE}readings/{theirs.pk}/").status_code == 404


def test_the_staff_excuses_and_takes_it_back(
    sign_in: SignIn, course: Course, reading: Reading, bob: User, carol: User
) -> None:
    client = sign_in(carol)
    page = f"{PAGE}students/{bob.pk}/"

    def post(**fields: object) -> str:
        form = {"reading": reading.pk, **fields}
        return client.post(f"{page}excuse/", form, follow=True).content.decode()

    said = post(reason="Was <ill>")
    assert "Bob Baker is excused from the note on R01." in said
    assert "Excused by Carol Chen: Was &lt;ill&gt;" in said
    assert cells(client)["Bob Baker"] == ["excused"]
    assert "owes the note on R01 again" in post(take_back="yes")
    assert cells(client)["Bob Baker"] == ["missing"]
    assert "shorten it" in post(reason="x" * 201)


def test_only_the_staff_excuses_and_only_students(
    sign_in: SignIn, course: Course, reading: Reading, bob: User, erin: User, dave: User
) -> None:
    form = {"reading": reading.pk}
    for person in (bob, erin, dave):
        address = f"{PAGE}students/{bob.pk}/excuse/"
        assert sign_in(person).post(address, form).status_code == 404
    alices = sign_in(User.objects.get(name="Alice Abbott"))
    assert alices.post(f"{PAGE}students/{erin.pk}/excuse/", form).status_code == 404
    for wrong in ("", "x", "²", "999999", "9" * 40):
        address = f"{PAGE}students/{bob.pk}/excuse/"
        assert alices.post(address, {"reading": wrong}).status_code == 404, wrong
    assert not Exemption.objects.exists()


def test_a_note_has_the_page_on_which_it_is_marked(
    alices: Client, reading: Reading, bob: User
) -> None:
    hand_in([bob], [reading])
    page = alices.get(PAGE).content.decode()
    found = re.search(r'data-note="([^"]+)"', page)
    assert found

    to = found[1].replace("{reading}", str(reading.pk)).replace("{student}", str(bob.pk))

    assert alices.get(to).status_code == 200
