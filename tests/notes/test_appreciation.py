"""Finding another's note helpful."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from readings.accounts.models import User
from readings.courses.models import Course
from readings.notes.appreciating import set_appreciation
from readings.notes.models import Appreciation, Note, NotePolicy
from readings.schedule.models import Reading
from tests import factories
from tests.at_once import at_once
from tests.conftest import SignIn
from tests.notes.addresses import note, paper
from tests.pages_text import words


def helpful(written: Note) -> str:
    return note(written.reading, f"{written.pk}/helpful/")


@pytest.fixture
def franks_note(course: Course, reading: Reading) -> Note:
    frank = factories.make_user("Frank Fox")
    factories.enrol(course, frank)
    return factories.make_note(reading, frank, "What somebody thinks")


@pytest.mark.django_db
class TestPressing:
    @pytest.mark.parametrize("who", ["alice", "bob", "carol", "erin"])
    def test_who_may_read_a_note_may_find_it_helpful(
        self, who: str, request: pytest.FixtureRequest, sign_in: SignIn, franks_note: Note
    ) -> None:
        client = sign_in(request.getfixturevalue(who))
        answer = client.post(helpful(franks_note), {"helpful": "yes"})
        assert answer["Location"] == f"{paper(franks_note.reading)}#note-{franks_note.pk}"
        page = client.get(paper(franks_note.reading))
        assert 'aria-pressed="true"' in page.content.decode()
        assert "Helpful 1" in words(page)

    def test_twice_is_once_and_it_is_taken_back(self, bobs: Client, franks_note: Note) -> None:
        for _press in range(2):
            bobs.post(helpful(franks_note), {"helpful": "yes"})
        assert Appreciation.objects.count() == 1
        for _press in range(2):
            bobs.post(helpful(franks_note), {"helpful": "no"})
        assert not Appreciation.objects.exists()

    def test_htmx_gets_the_button_alone(self, bobs: Client, franks_note: Note) -> None:
        headers = {"HTTP_HX_REQUEST": "true"}
        for says, is_pressed in (("yes", "true"), ("no", "false")):
            answer = bobs.post(helpful(franks_note), {"helpful": says}, **headers)  # type: ignore[arg-type]
            html = answer.content.decode()
            assert html.count("<button") == 1
            assert f'aria-pressed="{is_pressed}"' in html
            assert "<html" not in html

    @pytest.mark.parametrize(("back", "leads"), [("all", "papers/{}/notes/"), ("7", "classes/7/")])
    def test_a_plain_press_leads_back_to_its_page(
        self, back: str, leads: str, bobs: Client, franks_note: Note
    ) -> None:
        answer = bobs.post(helpful(franks_note), {"helpful": "yes", "back": back})
        assert leads.format(franks_note.reading_id) in answer["Location"]

    def test_ones_own_note_has_a_count_and_no_button(
        self, bobs: Client, sign_in: SignIn, reading: Reading, bob: User, erin: User
    ) -> None:
        own = factories.make_note(reading, bob)
        assert bobs.post(helpful(own), {"helpful": "yes"}).status_code == 404
        assert not Appreciation.objects.exists()
        sign_in(erin).post(helpful(own), {"helpful": "yes"})
        page = bobs.get(paper(reading))
        assert "Found helpful by 1" in words(page)
        assert f"{own.pk}/helpful/" not in page.content.decode()

    def test_outsiders_get_404(self, sign_in: SignIn, dave: User, franks_note: Note) -> None:
        franks_note.reading.course.visibility = "public"
        franks_note.reading.course.save()
        for client in (sign_in(dave), Client()):
            assert client.post(helpful(franks_note), {"helpful": "yes"}).status_code == 404
        assert not Appreciation.objects.exists()

    def test_what_one_may_not_read_one_cannot_find_helpful(
        self, bobs: Client, sign_in: SignIn, course: Course, franks_note: Note, erin: User,
        alice: User,
    ) -> None:  # fmt: skip
        set_appreciation(note=franks_note, user=erin, is_helpful=True, at=franks_note.created_at)
        NotePolicy.objects.create(course=course, readers="staff")
        assert bobs.post(helpful(franks_note), {"helpful": "yes"}).status_code == 404
        assert "Helpful" not in words(bobs.get(paper(franks_note.reading)))
        assert sign_in(alice).post(helpful(franks_note)).status_code == 302

    def test_a_draft_is_nobodys_to_find_helpful(
        self, bobs: Client, reading: Reading, erin: User
    ) -> None:
        draft = Note.objects.create(reading=reading, author=erin, draft={"text": "Hm"})
        assert bobs.post(helpful(draft), {"helpful": "yes"}).status_code == 404

    def test_no_name_comes_with_the_button_of_an_anonymous_course(
        self, bobs: Client, course: Course, franks_note: Note
    ) -> None:
        NotePolicy.objects.create(course=course, anonymous=True)
        answer = bobs.post(helpful(franks_note), {"helpful": "yes"}, HTTP_HX_REQUEST="true")
        assert "Frank Fox" not in answer.content.decode()
        assert "Frank Fox" not in bobs.get(paper(franks_note.reading)).content.decode()


@pytest.mark.django_db(transaction=True)
def test_pressing_many_times_at_once_counts_once(franks_note: Note, bob: User) -> None:
    def press() -> Callable[[], None]:
        return lambda: set_appreciation(
            note=franks_note, user=bob, is_helpful=True, at=franks_note.created_at
        )

    at_once([press() for _number in range(6)])
    assert Appreciation.objects.count() == 1
