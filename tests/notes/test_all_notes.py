"""All notes of a paper, or of a class, on one page."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.models import Course
from readings.notes.appreciating import set_appreciation
from readings.notes.models import Note, NotePolicy, NoteTemplate
from readings.notes.prompts import Prompt, PromptKind
from readings.schedule.models import Meeting, Reading
from tests import factories
from tests.conftest import SignIn
from tests.notes.addresses import paper
from tests.pages_text import words

pytestmark = pytest.mark.django_db

ASK = Prompt(key="ask", kind=PromptKind.QUESTION, text="A question for class")


def of_reading(reading: Reading) -> str:
    return f"/c/compilers/papers/{reading.pk}/notes/"


def of_meeting(meeting: Meeting) -> str:
    return f"/c/compilers/classes/{meeting.pk}/notes/"


@pytest.fixture
def meeting(reading: Reading) -> Meeting:
    """The class for which the reading is due."""
    return Meeting.objects.get(agenda__reading=reading)


@pytest.fixture
def frank(course: Course) -> User:
    frank = factories.make_user("Frank Fox")
    factories.enrol(course, frank)
    return frank


def appreciate(note: Note, *people: User) -> None:
    for person in people:
        set_appreciation(note=note, user=person, is_helpful=True, at=note.created_at)


def asking(reading: Reading, author: User, question: str) -> Note:
    """A note that asks the class something."""
    template, _made = NoteTemplate.objects.get_or_create(course=reading.course, name="Ask")
    version, _made = template.versions.get_or_create(
        number=1, defaults={"prompts": [ASK.as_json()]}
    )
    note = factories.make_note(reading, author, f"Words of {author.pk}", version=version)
    Note.objects.filter(pk=note.pk).update(answers={"ask": question})
    return note


@pytest.mark.parametrize("who", ["alice", "bob", "carol", "erin"])
def test_members_read_all_that_was_submitted(
    who: str, request: pytest.FixtureRequest, sign_in: SignIn, reading: Reading, meeting: Meeting,
    frank: User, erin: User,
) -> None:  # fmt: skip
    factories.make_note(reading, frank, "Frank thinks", role="Reviewer")
    Note.objects.create(reading=reading, author=erin, draft={"text": "Erin's draft"})
    client = sign_in(request.getfixturevalue(who))
    for address in (of_reading(reading), of_meeting(meeting)):
        page = words(client.get(address))
        assert "Frank Fox Reviewer" in page
        assert "Frank thinks" in page
        assert "Erin's draft" not in page
        assert "1 note that you may read" in page


def test_outsiders_get_404(
    sign_in: SignIn, course: Course, reading: Reading, meeting: Meeting, frank: User, dave: User
) -> None:
    course.visibility = "public"
    course.save()
    factories.make_note(reading, frank)
    for client in (sign_in(dave), Client()):
        for address in (of_reading(reading), of_meeting(meeting)):
            assert client.get(address).status_code == 404
        assert "/notes/" not in client.get(paper(reading)).content.decode()


def test_another_courses_rows_are_not_found(bobs: Client, bob: User) -> None:
    other = factories.make_course(slug="other")
    factories.enrol(other, bob)
    reading, meeting = factories.make_reading(other), factories.make_meeting(other)
    assert bobs.get(of_reading(reading)).status_code == 404
    assert bobs.get(of_meeting(meeting)).status_code == 404


def test_ones_own_comes_first_and_says_so(
    bobs: Client, reading: Reading, frank: User, bob: User
) -> None:
    factories.make_note(reading, frank, "Frank thinks")
    factories.make_note(reading, bob, "Bob thinks", submitted_at=factories.NOON + dt.timedelta(1))
    page = words(bobs.get(of_reading(reading)))
    assert page.index("Bob thinks") < page.index("Frank thinks")
    assert "Bob Baker yours" in page


def test_the_most_helpful_come_first_if_one_likes(
    bobs: Client, course: Course, reading: Reading, frank: User, erin: User, alice: User
) -> None:
    grace = factories.make_user("Grace")
    factories.enrol(course, grace)
    factories.make_note(reading, frank, "Frank thinks")
    liked = factories.make_note(
        reading, grace, "Grace thinks", submitted_at=factories.NOON + dt.timedelta(1)
    )
    appreciate(liked, erin, alice)
    by_time = words(bobs.get(of_reading(reading)))
    assert by_time.index("Frank thinks") < by_time.index("Grace thinks")
    by_helpful = words(bobs.get(f"{of_reading(reading)}?sort=helpful"))
    assert by_helpful.index("Grace thinks") < by_helpful.index("Frank thinks")
    assert "Helpful 2" in by_helpful


def test_questions_for_class_are_collected_with_who_asks(
    bobs: Client, course: Course, reading: Reading, meeting: Meeting, frank: User, erin: User
) -> None:
    other = factories.make_reading(course, label="TVM")
    factories.put_on_agenda(meeting, other)
    asking(reading, frank, "Why $x^2$, and not <b>y</b>?")
    asking(other, erin, "Who pays?")
    page = bobs.get(of_meeting(meeting))
    text = words(page)
    assert "Questions for class" in text
    start = text.index("Questions for class")
    places = [text.index(one, start) for one in ("Frank Fox", "TVM", "Who pays?", "Erin Evans")]
    assert places == sorted(places)
    assert places[-1] < text.index(f"Words of {frank.pk}")
    html = page.content.decode()
    assert "<math" in html
    assert "<b>y</b>" not in html


def test_what_is_gated_says_why_and_shows_nothing_else(
    bobs: Client, course: Course, reading: Reading, meeting: Meeting, frank: User, bob: User,
    erin: User,
) -> None:  # fmt: skip
    NotePolicy.objects.create(course=course, readers="after_own")
    note = asking(reading, frank, "Why?")
    appreciate(note, erin)
    for address in (of_reading(reading), of_meeting(meeting), paper(reading)):
        page = words(bobs.get(address))
        assert "The others' notes open when you submit yours." in page
        for secret in ("Frank", "Why?", "Found helpful", "1 note", "1 submitted", "Questions for"):
            assert secret not in page, (address, secret)
    factories.make_note(reading, bob)
    assert "Why?" in words(bobs.get(of_meeting(meeting)))


def test_an_anonymous_course_shows_names_to_the_staff_alone(
    bobs: Client, sign_in: SignIn, course: Course, reading: Reading, meeting: Meeting, frank: User,
    erin: User, alice: User,
) -> None:  # fmt: skip
    NotePolicy.objects.create(course=course, anonymous=True)
    appreciate(asking(reading, frank, "Why?"), erin)
    for address in (of_reading(reading), of_meeting(meeting)):
        html = bobs.get(address).content.decode()
        assert "Frank" not in html
        assert "A classmate" in html
        assert "Frank Fox" in sign_in(alice).get(address).content.decode()


def test_the_most_helpful_of_the_week_are_listed_as_far_as_one_may_read_them(
    bobs: Client, sign_in: SignIn, course: Course, reading: Reading, meeting: Meeting, frank: User,
    erin: User, alice: User,
) -> None:  # fmt: skip
    same_week = factories.make_meeting(course, dt.date(2025, 9, 19))
    other_week = factories.make_meeting(course, dt.date(2025, 9, 24), week=2)
    friday, later = (factories.make_reading(course, label=label) for label in ("Fri", "Late"))
    factories.put_on_agenda(same_week, friday)
    factories.put_on_agenda(other_week, later)
    for number, about in enumerate((reading, friday, later), start=1):
        appreciate(factories.make_note(about, frank), *[erin, alice][:number])
    page = words(bobs.get(of_meeting(meeting)))
    listed = page[page.index("Most helpful notes of the week") :]
    assert listed.index("Frank Fox on Fri") < listed.index("Frank Fox on DSPy")
    assert "on Late" not in page

    NotePolicy.objects.create(course=course, readers="staff")
    assert "Most helpful" not in words(bobs.get(of_meeting(meeting)))
    assert "Frank Fox on Fri" in words(sign_in(alice).get(of_meeting(meeting)))


def test_a_class_without_readings_says_so(bobs: Client, course: Course) -> None:
    meeting = factories.make_meeting(course)
    page = words(bobs.get(of_meeting(meeting)))
    assert "Nothing is read for this class" in page
    assert "a class without a date" in page


def test_pages_lead_there(bobs: Client, reading: Reading, meeting: Meeting, frank: User) -> None:
    factories.make_note(reading, frank)
    page = bobs.get(paper(reading)).content.decode()
    assert of_reading(reading) in page
    assert of_meeting(meeting) in page


@pytest.mark.parametrize("size", [1, 30])
@pytest.mark.parametrize("who", ["bob", "alice"])
def test_thirty_notes_ask_no_more_than_one(
    size: int, who: str, request: pytest.FixtureRequest, sign_in: SignIn, course: Course,
    reading: Reading, meeting: Meeting, erin: User, django_assert_num_queries: Any,
) -> None:  # fmt: skip
    for _number in range(size):
        author = factories.make_user()
        factories.enrol(course, author)
        appreciate(asking(reading, author, "Why?"), erin)
    client = sign_in(request.getfixturevalue(who))
    number = {"bob": 10, "alice": 11}[who]
    with django_assert_num_queries(number):
        assert client.get(of_reading(reading)).status_code == 200
    with django_assert_num_queries(number + 2):
        assert client.get(of_meeting(meeting)).status_code == 200
