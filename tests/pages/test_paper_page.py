"""The page of one reading, its PDF and its BibTeX."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from readings.accounts.models import User
from readings.courses.models import Course, Visibility
from readings.courses.services import update_course
from readings.papers.models import Fetch, FetchStage, PaperVersion, VersionOrigin
from readings.schedule.models import Reading
from readings.schedule.services import add_reading, add_reading_link
from tests import factories
from tests.conftest import SignIn
from tests.pages.conftest import Term

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n%our own bytes, enough of them to ask for a part\n%%EOF\n"


def address(reading: Reading, page: str = "paper") -> str:
    return reverse(f"pages:{page}", args=[reading.course.slug, reading.pk])


def store(reading: Reading, origin: VersionOrigin = VersionOrigin.ARXIV) -> PaperVersion:
    version, _made = PaperVersion.objects.get_or_create(
        paper=reading.paper,
        number=None if origin == VersionOrigin.UPLOAD else 3,
        defaults={"origin": origin},
    )
    version.sha256 = "a1" * 32
    version.save()
    default_storage.save(version.pdf_name, ContentFile(PDF))
    return version


def test_member_sees_the_paper_and_everything_about_it(
    term: Term, bob: User, sign_in: SignIn
) -> None:
    store(term.tvm)
    factories.make_note(term.tvm, factories.make_user("Priya Singh"), "What Priya thinks.")
    factories.make_thread(term.tvm, bob, "Why so fast?")
    add_reading_link(reading=term.tvm, url="https://slides.example/tvm", role="slides")
    page = sign_in(bob).get(address(term.tvm)).content.decode()
    for words in (
        "A Compiler for <math>",
        "About <math>",
        "Ann Chen, Ben Moreau",
        "16 pages, about 10 min to read",
        "version 3",
        "https://arxiv.org/abs/1802.04799",
        "eprint = {1802.04799}",
        "What Priya thinks.",
        "Why so fast?",
        "https://slides.example/tvm",
        address(term.tvm, "pdf"),
    ):
        assert words in page


def test_visitor_sees_the_paper_and_nobodys_words(term: Term, bob: User, dave: User,
                                                  sign_in: SignIn) -> None:  # fmt: skip
    update_course(course=term.course, visibility=Visibility.PUBLIC)
    store(term.tvm)
    factories.make_note(term.tvm, bob, "What Bob thinks.")
    factories.make_thread(term.tvm, bob, "What Bob asks.")
    add_reading_link(reading=term.tvm, url="https://notes.example/tvm", role="notes")
    for client in (Client(), sign_in(dave)):
        page = client.get(address(term.tvm)).content.decode()
        assert "Ann Chen" in page
        assert "https://arxiv.org/abs/1802.04799" in page
        for hidden in ("Bob", "Discussion", "My note", "notes.example", address(term.tvm, "pdf")):
            assert hidden not in page
        assert client.get(address(term.tvm, "pdf")).status_code == 404


def test_outsider_finds_nothing(term: Term, dave: User, sign_in: SignIn) -> None:
    store(term.tvm)
    for page in ("paper", "pdf", "bibtex"):
        assert sign_in(dave).get(address(term.tvm, page)).status_code == 404
    assert sign_in(dave).post(address(term.tvm, "upload")).status_code == 404


def test_reading_of_another_course_is_not_found(
    term: Term, course: Course, bob: User, sign_in: SignIn
) -> None:
    elsewhere = factories.make_reading(factories.make_course())
    url = reverse("pages:paper", args=[course.slug, elsewhere.pk])
    assert sign_in(bob).get(url).status_code == 404


def test_pdf_comes_in_parts_and_not_twice(term: Term, bob: User, sign_in: SignIn) -> None:
    version = store(term.tvm)
    browser = sign_in(bob)
    whole: Any = browser.get(address(term.tvm, "pdf"))
    assert b"".join(whole.streaming_content) == PDF
    assert whole["Content-Type"] == "application/pdf"
    assert whole["Content-Disposition"].startswith("inline")
    part: Any = browser.get(address(term.tvm, "pdf"), headers={"range": "bytes=0-7"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, PDF[:8])
    again = browser.get(address(term.tvm, "pdf"), headers={"if-none-match": f'"{version.sha256}"'})
    assert again.status_code == 304


def test_bibtex_is_a_file(term: Term, bob: User, sign_in: SignIn) -> None:
    answer = sign_in(bob).get(address(term.tvm, "bibtex"))
    assert 'filename="chen2018compiler.bib"' in answer["Content-Disposition"]
    assert answer.content.decode().startswith("@misc{chen2018compiler,")


def test_uploaded_pdf_is_seen_in_its_course_only(term: Term, alice: User, sign_in: SignIn) -> None:
    browser = sign_in(alice)
    answer = browser.post(
        address(term.relay, "upload"), {"pdf": SimpleUploadedFile("relay.pdf", PDF)}
    )
    assert answer["Location"] == address(term.relay)
    term.relay.refresh_from_db()
    version = term.relay.pinned_version
    assert version is not None
    assert version.origin == VersionOrigin.UPLOAD
    assert Fetch.objects.filter(version=version, stage=FetchStage.TEXT).exists()
    served = browser.get(address(term.relay, "pdf"))
    assert served["Content-Disposition"].startswith("attachment")

    other = factories.make_course()
    factories.enrol(other, alice, role=term.course.memberships.get(user=alice).role)  # type: ignore[arg-type]
    same_paper = add_reading(course=other, paper=term.relay.paper)
    assert browser.get(address(same_paper, "pdf")).status_code == 404


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"<html>403 Forbidden</html>", "web page, not a PDF"),
    ],
)
def test_what_is_no_pdf_is_refused_with_the_reason(
    content: bytes, message: str, term: Term, alice: User, sign_in: SignIn
) -> None:
    answer = sign_in(alice).post(
        address(term.relay, "upload"), {"pdf": SimpleUploadedFile("relay.pdf", content)}
    )
    assert answer.status_code == 400
    assert message in answer.content.decode()
    term.relay.refresh_from_db()
    assert term.relay.pinned_version is None


def test_students_upload_nothing(term: Term, bob: User, sign_in: SignIn) -> None:
    answer = sign_in(bob).post(
        address(term.relay, "upload"), {"pdf": SimpleUploadedFile("relay.pdf", PDF)}
    )
    assert answer.status_code == 404


def test_paper_without_pdf_asks_staff_for_one(
    course: Course, alice: User, bob: User, sign_in: SignIn
) -> None:
    paper = factories.make_paper(arxiv_id=None, doi="10.1145/3620665.3640366", title="")
    reading = factories.make_reading(course, paper=paper)
    fetches = sign_in(alice).get(reverse("pages:fetches", args=[course.slug])).content.decode()
    assert "Upload a PDF" in fetches
    assert "Upload the PDF" in sign_in(alice).get(address(reading)).content.decode()
    assert "Upload the PDF" not in sign_in(bob).get(address(reading)).content.decode()


@pytest.mark.parametrize("count", [1, 20])
def test_paper_page_asks_the_same_however_much_is_written(
    count: int, term: Term, bob: User, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    for _ in range(count):
        author = factories.make_user()
        factories.make_note(term.tvm, author)
        thread = factories.make_thread(term.tvm, author)
        for _reply in range(4):
            factories.make_comment(thread, author)
    browser = sign_in(bob)
    browser.get(address(term.tvm))
    with django_assert_max_num_queries(20):
        assert browser.get(address(term.tvm)).status_code == 200


@pytest.mark.parametrize("count", [1, 30])
def test_fetches_page_asks_the_same_for_thirty_papers(
    count: int, course: Course, alice: User, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    for _ in range(count):
        reading = factories.make_reading(course)
        Fetch.objects.create(paper=reading.paper, stage=FetchStage.METADATA)
    browser = sign_in(alice)
    with django_assert_max_num_queries(9):
        browser.get(reverse("pages:fetches", args=[course.slug]))


def test_one_failed_fetch_is_tried_again(course: Course, alice: User, sign_in: SignIn) -> None:
    readings = [factories.make_reading(course) for _ in range(2)]
    for reading in readings:
        Fetch.objects.create(
            paper=reading.paper, stage=FetchStage.METADATA, state="failed", reason="No such id"
        )
    outside = Fetch.objects.create(
        paper=factories.make_paper(), stage=FetchStage.METADATA, state="failed", reason="No"
    )
    browser, url = sign_in(alice), reverse("pages:retry", args=[course.slug])
    browser.post(url, {"paper": readings[0].paper_id})
    assert [one.state for one in Fetch.objects.order_by("pk")] == ["owed", "failed", "failed"]
    browser.post(url, {"paper": outside.paper_id})
    browser.post(url)
    outside.refresh_from_db()
    assert [one.state for one in Fetch.objects.order_by("pk")] == ["owed", "owed", "failed"]
    assert outside.reason == "No"
