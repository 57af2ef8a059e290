"""Marks that come in by the page: previewed, then set as they were previewed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.models import Course, Event
from readings.marking.marks import mark_words
from readings.marking.models import Feedback
from readings.marking.services import Shown, mark_note
from readings.progress.pasting import plan_paste, set_pasted_marks
from readings.schedule.models import Reading
from tests.at_once import at_once
from tests.marking.classes import add_readings, add_students, give_marks, hand_in, set_policy

pytestmark = pytest.mark.django_db

PAGE = "/c/compilers/progress/import/"
EXPORT = "/c/compilers/progress/export/"


@pytest.fixture
def readings(course: Course, alice: User, bob: User) -> list[Reading]:
    """Bob has handed in on the first two, and has 8.5 for the first."""
    set_policy(course, marking="points")
    readings = add_readings(course, 3)
    hand_in([bob], readings[:2])
    give_marks([bob], readings[:1], alice)
    return readings


def look(client: Client, text: str) -> Any:
    return client.post(PAGE, {"text": text})


def put(client: Client, text: str, digest: str | None = None) -> Any:
    digest = look(client, text).context["plan"].digest if digest is None else digest
    return client.post(PAGE, {"text": text, "digest": digest}, follow=True)


def test_looking_changes_nothing_and_setting_does(
    carols: Client, readings: list[Reading], bob: User, carol: User
) -> None:
    text = "Email,R01,R02\nbob.baker@example.edu,9,7\ndave@example.edu,1,1"

    page = look(carols, text).content.decode()
    assert "1 new · 1 changed · 0 as they are · 1 problem" in page
    assert "Line 3: No student of the course has the address dave@example.edu." in page
    assert ">8.5 of 10</del>" in page
    assert text in page.replace("\r\n", "\n")
    assert Feedback.objects.get().mark == Decimal("8.5")

    page = put(carols, text).content.decode()
    assert "2 marks set: 1 new, 1 changed." in page
    given = Feedback.objects.order_by("reading").values_list("mark", "student", "marked_by")
    assert list(given) == [(Decimal(9), bob.pk, carol.pk), (Decimal(7), bob.pk, carol.pk)]
    assert all(one.marked_at for one in Feedback.objects.all())


def test_what_is_seen_at_once_and_what_has_no_note_is_said(
    alices: Client, readings: list[Reading], bob: User
) -> None:
    text = "Email,R01,R02,R03\nbob.baker@example.edu,9,7,5"
    assert "The students see nothing of it before" in look(alices, text).content.decode()

    Feedback.objects.update(returned_at=timezone.now())
    page = look(alices, text).content.decode()

    assert "1 of them is returned already" in page
    assert page.count("seen at once</span>") == 1
    assert page.count("no note submitted</span>") == 1
    assert page.index("seen at once</span>") < page.index("no note submitted</span>")


def test_one_may_go_back_to_a_preview_that_was_set(
    alices: Client, readings: list[Reading], bob: User
) -> None:
    text = "Email,R01\nbob.baker@example.edu,9"
    shown = look(alices, text)
    assert "no-store" not in shown["Cache-Control"]
    assert "private" in shown["Cache-Control"]

    digest = shown.context["plan"].digest
    assert put(alices, text, digest).redirect_chain == [("/c/compilers/progress/", 302)]
    page = put(alices, text, digest).content.decode()  # pressed again after going back
    assert "nothing was set" in page


def test_what_was_previewed_is_what_is_set(
    alices: Client, readings: list[Reading], bob: User
) -> None:
    text = "Email,R01\nbob.baker@example.edu,9"
    digest = look(alices, text).context["plan"].digest
    Feedback.objects.update(mark=3)  # somebody marks meanwhile

    page = put(alices, text, digest).content.decode()

    assert "nothing was set" in page
    assert "3 of 10" in page
    assert Feedback.objects.get().mark == 3
    assert "nothing was set" in put(alices, f"{text}.5", digest).content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("which", [0, 1], ids=["marked before", "not marked before"])
def test_of_two_who_mark_at_once_one_is_told(
    which: int, readings: list[Reading], course: Course, alice: User, bob: User, carol: User
) -> None:
    now = timezone.now()
    text = f"Email,R0{which + 1}\nbob.baker@example.edu,9"
    digest = plan_paste(course=course, text=text, now=now).digest
    before = Feedback.objects.filter(reading=readings[which]).first()
    shown = Shown(before.mark, before.marked_at) if before else Shown()

    came = at_once(
        [
            lambda: set_pasted_marks(
                course=course, text=text, digest=digest, marker=alice, at=now
            ),
            lambda: mark_note(
                reading=readings[which], student=bob, mark=Decimal(5), marker=carol, at=now,
                shown=shown,
            ),
        ]
    )  # fmt: skip

    assert sum(isinstance(one, Refusal) for one in came) == 1
    given = Feedback.objects.get(reading=readings[which])
    assert given.mark == (5 if isinstance(came[0], Refusal) else 9)


def test_setting_twice_changes_nothing_more(alices: Client, readings: list[Reading]) -> None:
    text = "Email,R01\nbob.baker@example.edu,9"
    put(alices, text)
    before = Feedback.objects.get().marked_at

    assert "It changes nothing" in look(alices, text).content.decode()
    put(alices, text)
    assert Feedback.objects.get().marked_at == before


def test_who_has_seen_their_mark_is_told_of_another(
    alices: Client, readings: list[Reading], bob: User
) -> None:
    Feedback.objects.update(returned_at=timezone.now())

    put(alices, "Email,R01,R02\nbob.baker@example.edu,9,7")

    told = Event.objects.get(kind="marking.returned")
    assert (told.recipient, told.summary) == (bob, "The mark of your note on R01 was changed.")
    assert Feedback.objects.get(reading=readings[1]).returned_at is None


@pytest.mark.parametrize("form", ["plain", "canvas", "moodle"])
@pytest.mark.parametrize("marking", ["points", "checks", "completion"])
def test_a_file_that_went_out_comes_back_and_changes_nothing(
    form: str, marking: str, alices: Client, course: Course, readings: list[Reading], alice: User
) -> None:
    set_policy(course, marking=marking)
    students = add_students(course, 3)
    hand_in(students[:2], readings)
    Feedback.objects.all().delete()
    give_marks(students[:1], readings[:2], alice, "1")

    out = alices.get(EXPORT, {"form": form})
    file = SimpleUploadedFile("marks.csv", out.content)
    plan = alices.post(PAGE, {"text": "", "file": file}).context["plan"]

    assert (list(plan.marks), list(plan.problems), list(plan.left_out)) == ([], [], [])
    assert plan.unchanged
    assert out["Content-Type"] == "text/csv; charset=utf-8"
    assert f"compilers-notes-{form}-" in out["Content-Disposition"]


@pytest.mark.parametrize("form", ["plain", "canvas", "moodle"])
@pytest.mark.parametrize(
    "now", [{"marking": "points", "points": 20}, {"marking": "checks"}, {"marking": "completion"}]
)
def test_marks_from_other_rules_go_out_and_come_back_as_they_were(
    form: str, now: dict[str, Any], alices: Client, course: Course, readings: list[Reading]
) -> None:
    set_policy(course, **now)

    out = alices.get(EXPORT, {"form": form})
    plan = look(alices, out.content.decode("utf-8-sig")).context["plan"]

    assert (list(plan.marks), list(plan.problems)) == ([], [])
    assert plan.unchanged


def test_a_mark_from_a_file_is_one_of_now_and_leaves_the_others(
    alices: Client, course: Course, readings: list[Reading], alice: User
) -> None:
    give_marks(add_students(course, 1), readings[:1], alice, "8.5")
    set_policy(course, marking="points", points=20)
    text = "Email,R01,R02\nbob.baker@example.edu,8.5,15"

    page = look(alices, text).content.decode()
    assert ">8.5 of 10</del>" in page
    assert ">8.5 of 20</ins>" in page
    put(alices, text)

    marks = Feedback.objects.order_by("reading", "student__name")
    assert [mark_words(one.given) for one in marks] == ["8.5 of 20", "8.5 of 10", "15 of 20"]


def test_a_file_is_kept_in_the_box(alices: Client, readings: list[Reading]) -> None:
    file = SimpleUploadedFile("marks.csv", "Name;R02\nBob Baker;7,5".encode("utf-16"))

    page = alices.post(PAGE, {"text": "ignored", "file": file})

    assert "Name;R02\nBob Baker;7,5</textarea>" in page.content.decode()
    assert [one.mark.value for one in page.context["plan"].marks] == [Decimal("7.5")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04rest", "save it as CSV"),
        (b"", "There is nothing in it"),
        (None, "Paste the marks"),
    ],
)
def test_what_is_no_text_says_so(
    content: bytes | None, words: str, alices: Client, readings: list[Reading]
) -> None:
    file = {} if content is None else {"file": SimpleUploadedFile("marks.xlsx", content)}

    assert words in alices.post(PAGE, {"text": "", **file}).content.decode()


def test_hostile_words_are_text(alices: Client, readings: list[Reading]) -> None:
    text = 'Name,<script>alert(1)</script>,R01\n<b>Eve</b>,1,1\nBob Baker,,</textarea>"\x00'

    page = look(alices, text.replace("\x00", "")).content.decode()

    assert "<script>alert" not in page
    assert "<b>Eve" not in page
    assert "</textarea>&quot;" not in page
