"""What comes back to a student: nothing before it is returned, and to nobody else."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.models import Course
from readings.marking import services
from readings.marking.models import Remark
from readings.notes.models import Note
from readings.schedule.models import Reading
from tests import factories
from tests.conftest import SignIn
from tests.marking.conftest import SetPolicy
from tests.pages_text import words

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2025, 9, 20, 12, 0, tzinfo=dt.UTC)
SECRETS = ("8.25", "Weak argument", "Carol Chen")


def paper(reading: Reading) -> str:
    return f"/c/compilers/papers/{reading.pk}/"


def feedback(reading: Reading) -> str:
    return f"{paper(reading)}feedback/"


def everything(reading: Reading) -> list[str]:
    """Every page on which a student might see something of a mark."""
    page = paper(reading)
    inside = ("", "note/", "note/draft/", "notes/", "feedback/")
    return ["/", "/c/compilers/", *(f"{page}{one}" for one in inside)]


@pytest.fixture
def marked(bobs_note: Note, bob: User, carol: User, set_policy: SetPolicy) -> Reading:
    """Bob's note has a mark and a remark, which nobody has returned."""
    set_policy(marking="points", points=10)
    services.save_feedback(
        reading=bobs_note.reading, student=bob, marker=carol, mark=Decimal("8.25"),
        shown=services.UNMARKED, text="Weak argument", at=NOW,
    )  # fmt: skip
    return bobs_note.reading


@pytest.fixture
def returned(marked: Reading, bob: User, carol: User) -> Reading:
    """And now they came back."""
    services.return_feedback(reading=marked, student=bob, actor=carol, at=NOW)
    return marked


@pytest.mark.parametrize(
    "headers",
    [{}, {"HTTP_ACCEPT": "application/json"}, {"HTTP_HX_REQUEST": "true"}],
    ids=["plain", "json", "htmx"],
)
def test_before_it_is_returned_nothing_shows_of_it(
    headers: dict[str, str], bobs: Client, marked: Reading
) -> None:
    unmarked = factories.make_reading(marked.course)
    for address in everything(marked):
        page = bobs.get(address, **headers).content.decode()  # type: ignore[arg-type]
        assert not any(secret in page for secret in SECRETS if address != "/"), address
        assert "Feedback on my note" not in page
    # Nor does the page of the feedback tell a marked note from one that nobody has looked at.
    plain = words(bobs.get(feedback(marked))).replace("DSPy", "?")
    other = words(bobs.get(feedback(unmarked))).replace(unmarked.name, "?")
    assert plain.replace(marked.full_title, "?") == other
    assert bobs.post(feedback(marked), {"text": "Hello?"}).status_code == 404
    assert Remark.objects.count() == 1


def test_once_returned_it_stands_beside_the_note_and_on_a_page_of_its_own(
    bobs: Client, returned: Reading
) -> None:
    for address in (paper(returned), feedback(returned)):
        page = words(bobs.get(address))
        assert "Feedback on my note" in page
        assert "8.25 of 10" in page
        assert "Carol Chen" in page
        assert "Weak argument" in page
    assert "came back with feedback" in words(bobs.get("/c/compilers/"))
    assert f'href="{feedback(returned)}"' in bobs.get(f"{paper(returned)}note/").content.decode()


@pytest.mark.parametrize("who", ["alice", "carol", "erin", "frank"])
def test_nobody_else_sees_it_there(
    who: str, request: pytest.FixtureRequest, sign_in: SignIn, course: Course, returned: Reading
) -> None:
    if who == "frank":
        person = factories.make_user("Frank Fox")
        factories.enrol(course, person)
    else:
        person = request.getfixturevalue(who)
    client = sign_in(person)
    for address in everything(returned):
        page = client.get(address).content.decode()
        assert "8.25" not in page, address
        assert "Weak argument" not in page, address
        assert "came back with feedback" not in page, address
    assert client.post(feedback(returned), {"text": "Me too"}).status_code == 404


def test_outsiders_get_404(sign_in: SignIn, dave: User, returned: Reading) -> None:
    remark = Remark.objects.get()
    for client in (sign_in(dave), Client()):
        for address in (feedback(returned), f"{feedback(returned)}remarks/{remark.pk}/"):
            assert client.get(address).status_code == 404
            assert client.post(address, {"text": "Hello"}).status_code == 404
    assert Remark.objects.count() == 1


def test_the_student_answers_and_the_marker_reads_it(
    bobs: Client, carols: Client, returned: Reading, bob: User
) -> None:
    for _press in range(2):
        answer = bobs.post(feedback(returned), {"text": "But *why*?"}, follow=True)
        assert "Your answer is there" in words(answer)
    assert Remark.objects.filter(author=bob).count() == 1
    page = carols.get(f"/c/compilers/marking/{returned.pk}/{bob.pk}/").content.decode()
    assert "But <em>why</em>?" in page


def test_answers_wait_in_the_queue_until_somebody_replies(
    bobs: Client, carols: Client, returned: Reading, bob: User, alice: User
) -> None:
    bobs.post(feedback(returned), {"text": "But why?"})
    assert "Bob Baker on DSPy" in words(carols.get("/c/compilers/marking/"))
    services.write_remark(reading=returned, student=bob, author=alice, text="So.", at=NOW)
    assert "Bob Baker on DSPy" not in words(carols.get("/c/compilers/marking/"))


@pytest.mark.parametrize(("text", "says"), [("  ", "write something"), ("x" * 20_001, "shorten")])
def test_an_answer_that_is_refused_is_kept(
    text: str, says: str, bobs: Client, returned: Reading
) -> None:
    answer = bobs.post(feedback(returned), {"text": text})
    assert answer.status_code == 422
    assert says in words(answer)
    assert text.strip() in answer.content.decode()


def test_a_student_edits_their_own_answer_while_they_see_it(
    bobs: Client, returned: Reading, bob: User
) -> None:
    bobs.post(feedback(returned), {"text": "Why?"})
    marker, own = Remark.objects.order_by("pk")
    address = f"{feedback(returned)}remarks/"
    assert bobs.get(f"{address}{marker.pk}/").status_code == 404
    assert bobs.post(f"{address}{marker.pk}/", {"text": "10 of 10"}).status_code == 404
    assert bobs.post(f"{address}{own.pk}/", {"text": "I see."})["Location"] == feedback(returned)
    assert "I see." in words(bobs.get(feedback(returned)))
    services.take_back(reading=returned, student=bob)
    assert bobs.get(f"{address}{own.pk}/").status_code == 404


def test_what_was_taken_back_is_gone_from_every_page(
    bobs: Client, returned: Reading, bob: User
) -> None:
    services.take_back(reading=returned, student=bob)
    for address in everything(returned):
        page = bobs.get(address).content.decode()
        assert "8.25" not in page
        assert "Weak argument" not in page
