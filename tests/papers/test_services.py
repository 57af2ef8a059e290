"""Adding papers, retrying them, and taking uploads."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from readings.accounts.models import User
from readings.courses.models import Course
from readings.demo.faults import encrypted
from readings.papers import fetching, tasks
from readings.papers.identifiers import Identifier, IdentifierKind
from readings.papers.models import Fetch, FetchStage, FetchState, Origin, Paper, VersionOrigin
from readings.papers.queries import fetches_of, shown_version
from readings.papers.services import (
    NotAPdf,
    add_papers,
    retry_fetches,
    type_in_details,
    upload_pdf,
)
from readings.papers.storing import store_pdf
from readings.schedule.models import Reading
from readings.schedule.queries import fetch_progress, with_length
from tests import factories
from tests.papers.pdf_samples import page_saying, raw_pdf
from tests.papers.working import at_once

pytestmark = pytest.mark.django_db

ARXIV = Identifier(IdentifierKind.ARXIV, "2310.03714")
DOI = Identifier(IdentifierKind.DOI, "10.1145/3620665.3640366")
URL = Identifier(IdentifierKind.URL, "https://example.org/post")


def test_papers_come_in_the_order_of_their_identifiers_and_once_each() -> None:
    versioned = Identifier(IdentifierKind.ARXIV, "2310.03714", version=1)
    first, second, third, fourth = add_papers(identifiers=[URL, ARXIV, DOI, versioned])
    assert (first.url, second.arxiv_id, third.doi) == (URL.value, ARXIV.value, DOI.value)
    assert fourth == second
    assert Paper.objects.count() == 3
    assert [fetch.paper for fetch in Fetch.objects.all()] == [second]
    assert add_papers(identifiers=[ARXIV]) == [second]
    assert Fetch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_add_the_same_papers_get_the_same_rows() -> None:
    names = [f"2401.{number:05}" for number in range(12)]
    wanted = [Identifier(IdentifierKind.ARXIV, name) for name in names]
    at_once(
        lambda: add_papers(identifiers=wanted),
        lambda: add_papers(identifiers=wanted[::-1]),
        lambda: add_papers(identifiers=wanted[6:] + wanted[:6]),
    )
    stored = Paper.objects.order_by("arxiv_id").values_list("arxiv_id", flat=True)
    assert list(stored) == names
    assert Fetch.objects.count() == 12


@pytest.mark.django_db(transaction=True)
def test_papers_are_added_though_no_broker_takes_the_hint(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def no_broker(*_: Any, **__: Any) -> None:
        raise ConnectionRefusedError("broker")

    monkeypatch.setattr(tasks.ask_arxiv, "apply_async", no_broker)
    add_papers(identifiers=[ARXIV])
    assert fetching.can_ask_arxiv()  # so that sweep finds it
    assert "broker" in caplog.text


def test_what_is_typed_fills_a_paper_that_nothing_is_fetched_for_and_no_other() -> None:
    typed: dict[str, Any] = {
        "title": "Sorting in $O(n)$",
        "authors": ["Ada"],
        "venue": "ISCA 2023",
        "year": 2023,
    }
    by_doi, fetched = add_papers(identifiers=[DOI, ARXIV])
    Paper.objects.filter(pk=fetched.pk).update(title="DSPy", origin=Origin.ARXIV)
    for paper in (by_doi, fetched):
        type_in_details(paper=paper, **typed)
    by_doi.refresh_from_db()
    fetched.refresh_from_db()
    assert (by_doi.title, by_doi.origin, by_doi.year) == ("Sorting in $O(n)$", Origin.TYPED, 2023)
    assert "<math>" in by_doi.title_html
    assert fetched.title == "DSPy"


def test_retrying_concerns_the_papers_that_were_named() -> None:
    one, two = add_papers(identifiers=[ARXIV, Identifier(IdentifierKind.ARXIV, "1802.04799")])
    Fetch.objects.update(state=FetchState.FAILED, reason="No.", attempts=7)
    before = one.updated_at
    assert retry_fetches(paper_ids=[one.pk]) == 1
    fetch = Fetch.objects.get(paper=one)
    assert (fetch.state, fetch.reason, fetch.attempts) == (FetchState.OWED, "", 0)
    assert Fetch.objects.get(paper=two).state == FetchState.FAILED
    one.refresh_from_db()
    assert one.updated_at > before


def test_an_upload_is_stored_and_read(alice: User) -> None:
    (paper,) = add_papers(identifiers=[DOI])
    body = raw_pdf(page_saying("PyTorch 2 by its authors"))
    version = upload_pdf(paper=paper, file=ContentFile(body, "x.pdf"), uploaded_by=alice)
    assert (version.origin, version.number) == (VersionOrigin.UPLOAD, None)
    with default_storage.open(version.pdf_name) as stored:
        assert stored.read() == body
    tasks.read_text(Fetch.objects.get(version=version).pk)
    version.refresh_from_db()
    assert (version.page_count, version.word_count) == (1, 4)
    assert version.pages.get().text == "PyTorch 2 by its authors"
    assert shown_version(paper) is None, "an upload is seen only where it is pinned"
    assert shown_version(paper, pinned=version) == version


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "This file is empty."),
        (b"<!doctype html><title>403</title>", "This file is a web page, not a PDF."),
        (b"PK\x03\x04 a presentation", "This file is not a PDF."),
        (b"%PDF-1.7" + bytes(3_000_000), "This file is larger than 2 MB, the limit."),
    ],
)
def test_an_upload_that_is_no_pdf_is_refused_with_its_reason(
    alice: User, settings: Any, body: bytes, reason: str
) -> None:
    settings.PDF_MAX_BYTES = 2 * 1024 * 1024
    (paper,) = add_papers(identifiers=[DOI])
    with pytest.raises(NotAPdf) as refused:
        upload_pdf(paper=paper, file=ContentFile(body, "x.pdf"), uploaded_by=alice)
    assert str(refused.value) == reason
    assert paper.versions.count() == 0


def test_an_encrypted_upload_is_kept_and_says_what_it_needs(alice: User) -> None:
    (paper,) = add_papers(identifiers=[DOI])
    file = ContentFile(encrypted().body or b"", "x.pdf")
    version = upload_pdf(paper=paper, file=file, uploaded_by=alice)
    tasks.read_text(Fetch.objects.get(version=version).pk)
    fetch = Fetch.objects.get(version=version, stage=FetchStage.TEXT)
    assert (fetch.state, fetch.reason) == (
        FetchState.FAILED,
        "The PDF is encrypted and needs a password",
    )


def test_what_another_course_uploads_shows_in_no_progress_but_its_own(
    alice: User, course: Course
) -> None:
    (paper,) = add_papers(identifiers=[DOI])
    file = ContentFile(encrypted().body or b"", "x.pdf")
    version = upload_pdf(paper=paper, file=file, uploaded_by=alice)
    tasks.read_text(Fetch.objects.get(version=version).pk)
    factories.make_reading(course, paper=paper, pinned_version=version)
    factories.make_reading(factories.make_course(), paper=paper)
    ours, theirs = with_length(Reading.objects.select_related("paper")).order_by("pk")
    assert fetch_progress([ours]).failed == 1
    assert fetch_progress([theirs]).failed == 0
    assert fetch_progress([theirs]).problems == {}
    assert fetches_of([paper.pk]) == {}
    assert set(fetches_of([paper.pk], pinned=[version.pk])[paper.pk]) == {FetchStage.TEXT}


# --- The storage --------------------------------------------------------------------------------


def test_the_same_content_is_stored_once() -> None:
    first, second = store_pdf(io.BytesIO(b"%PDF- one")), store_pdf(io.BytesIO(b"%PDF- one"))
    assert first == second
    assert first.size == 9
    folder, _, name = first.name.rpartition("/")
    assert default_storage.listdir(folder)[1] == [name]


class _Interrupted(io.BytesIO):
    """Fails on the second reading: the first is for its hash."""

    def seek(self, position: int, whence: int = 0) -> int:
        self.readings = getattr(self, "readings", 0) + 1
        return super().seek(position, whence)

    def read(self, size: int | None = -1) -> bytes:
        if self.readings > 2:
            raise KeyboardInterrupt
        return super().read(size)


def test_who_is_interrupted_while_storing_leaves_nothing_under_the_name() -> None:
    body = b"%PDF- whole" + bytes(200_000)
    with pytest.raises(KeyboardInterrupt):
        store_pdf(_Interrupted(body))
    stored = store_pdf(io.BytesIO(body))
    with default_storage.open(stored.name) as file:
        assert file.read() == body


def test_two_who_store_the_same_content_leave_one_file() -> None:
    body = b"%PDF-" + bytes(500_000)
    at_once(*[lambda: store_pdf(io.BytesIO(body))] * 4)
    stored = store_pdf(io.BytesIO(body))
    folder, _, name = stored.name.rpartition("/")
    assert default_storage.listdir(folder)[1] == [name]
    assert default_storage.size(stored.name) == len(body)
