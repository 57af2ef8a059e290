"""Works that are no papers: a post, a video, a repository on a list."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from readings.accounts.models import User
from readings.courses.models import Visibility
from readings.courses.services import update_course
from readings.papers.identifiers import parse_identifier
from readings.papers.models import Fetch, PaperKind, kind_of_role
from readings.papers.services import add_papers
from readings.reading_lists.services import add_entry
from readings.schedule.models import LinkRole, Reading
from readings.schedule.services import add_reading
from tests import factories
from tests.conftest import SignIn
from tests.reading_lists.conftest import Shelf

pytestmark = pytest.mark.django_db

POST = "https://example.org/what-compilers-do"


@pytest.fixture
def post(shelf: Shelf) -> Reading:
    """A blog post that stands on the list and in no class."""
    identifier = parse_identifier(POST)
    assert identifier
    (paper,) = add_papers(identifiers=[identifier], kinds=[PaperKind.POST])
    reading = add_reading(course=shelf.course, paper=paper)
    add_entry(
        section=shelf.papers,
        reading=reading,
        title="What compilers do",
        links=[
            {"url": POST, "role": "post", "label": ""},
            {"url": "https://example.org/video", "role": "video", "label": ""},
            {"url": "https://example.org/erin", "role": "notes", "label": "Erin's notes"},
        ],
        annotation="Read the *second* half.",
    )
    return Reading.objects.get(pk=reading.pk)


def fetches(shelf: Shelf) -> str:
    return reverse("pages:fetches", args=[shelf.course.slug])


@pytest.mark.parametrize("role", LinkRole.values)
def test_every_role_of_a_link_says_what_a_work_is(role: str) -> None:
    known = {"pdf": "paper", "notes": "other", "forum": "other"}
    assert kind_of_role(role) == known.get(role, role)


def test_a_new_work_is_of_the_kind_that_was_said_and_stays_so() -> None:
    spellings = [POST, "arXiv:2310.03714", "https://example.org/other"]
    identifiers = [one for spelling in spellings if (one := parse_identifier(spelling))]
    kinds = [PaperKind.POST, PaperKind.VIDEO, PaperKind.CODE]
    papers = add_papers(identifiers=identifiers, kinds=kinds)
    assert [paper.kind for paper in papers] == ["post", "paper", "code"]
    again = add_papers(identifiers=identifiers[:1], kinds=[PaperKind.BOOK])
    assert [paper.kind for paper in again] == ["post"]
    assert Fetch.objects.get().paper == papers[1]


def test_its_page_leads_to_it_and_has_a_discussion(
    post: Reading, shelf: Shelf, bob: User, sign_in: SignIn
) -> None:
    url = reverse("pages:paper", args=[shelf.course.slug, post.pk])
    page = sign_in(bob).get(url).content.decode()
    assert "<h1>What compilers do</h1>" in page
    assert f'href="{POST}"' in page
    assert "Open the blog post" in page
    assert "example.org</span>" in page
    assert "There is no PDF here" not in page
    assert "No abstract is known" not in page
    assert 'id="discussion"' in page
    assert "title = {{What compilers do}}" in page


def test_a_papers_page_says_what_the_list_says(
    post: Reading, shelf: Shelf, bob: User, sign_in: SignIn
) -> None:
    url = reverse("pages:paper", args=[shelf.course.slug, post.pk])
    page = sign_in(bob).get(url).content.decode()
    assert "Compilers › Foundational papers" in page
    assert "Read the <em>second</em> half." in page
    assert ">Video</a>" in page
    assert "https://example.org/erin" in page


def test_visitors_see_no_links_to_notes_on_a_papers_page(
    post: Reading, shelf: Shelf, client: Client
) -> None:
    update_course(course=shelf.course, visibility=Visibility.PUBLIC)
    url = reverse("pages:paper", args=[shelf.course.slug, post.pk])
    page = client.get(url).content.decode()
    assert ">Video</a>" in page
    assert "https://example.org/erin" not in page


def test_nobody_is_asked_for_the_pdf_of_what_only_stands_on_a_list(
    post: Reading, shelf: Shelf, alice: User, sign_in: SignIn
) -> None:
    book = factories.make_reading(
        shelf.course, paper=factories.make_paper(arxiv_id=None, doi="10.1145/1", title="A book")
    )
    add_entry(section=shelf.papers, reading=book, title="A book")
    page = sign_in(alice).get(fetches(shelf)).content.decode()
    assert "What compilers do" not in page
    assert "A book" not in page
    assert "1802.04799" in page
    factories.put_on_agenda(shelf.meeting, book)
    page = sign_in(alice).get(fetches(shelf)).content.decode()
    assert "Upload a PDF" in page
