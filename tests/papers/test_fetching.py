"""From an identifier to pages of text, from the stand-in and from the real arXiv."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from pypdf import PdfReader

from readings.demo.faults import Asked, Fault
from readings.demo.stand_in import ArxivStandIn
from readings.papers import fetching, tasks
from readings.papers.identifiers import Identifier, IdentifierKind
from readings.papers.models import (
    Fetch,
    FetchStage,
    FetchState,
    Origin,
    Page,
    Paper,
    PaperVersion,
    VersionOrigin,
)
from readings.papers.queries import progress_of
from readings.papers.reading_time import minutes_to_read
from readings.papers.services import add_papers
from tests.papers.pdf_samples import page_saying, raw_pdf
from tests.papers.working import (
    DSPY,
    FLASH,
    GEPA,
    METADATA,
    PDF,
    TVM,
    add,
    fetch_of,
    seconds_to_wait,
    state_of,
    work_off,
)

pytestmark = pytest.mark.django_db


def everything() -> list[Any]:
    """All rows, to be compared."""
    return [
        list(model.objects.order_by("pk").values()) for model in (Paper, PaperVersion, Page, Fetch)
    ]


# --- When all goes well -------------------------------------------------------------------------


def test_a_paper_fills_from_its_id_to_its_pages(arxiv: ArxivStandIn) -> None:
    (paper,) = add(FLASH)
    before = paper.updated_at
    work_off()
    paper.refresh_from_db()
    sample = arxiv.library.papers[FLASH]
    assert paper.title == sample.title
    assert paper.authors == list(sample.authors)
    assert paper.abstract == sample.abstract
    assert "<math" in paper.abstract_html
    assert "$" not in paper.abstract_html
    assert paper.title_html == sample.title
    assert (paper.year, paper.published_on) == (2022, dt.date(2022, 5, 27))
    assert (paper.primary_category, paper.categories) == ("cs.LG", ["cs.LG"])
    assert paper.origin == Origin.ARXIV
    assert paper.updated_at > before
    version = paper.versions.get()
    assert (version.number, version.origin) == (2, VersionOrigin.ARXIV)
    assert version.published_at == sample.updated
    with default_storage.open(version.pdf_name) as file:
        stored = file.read()
    reader = PdfReader(io.BytesIO(stored))
    assert version.pdf_bytes == len(stored)
    assert version.page_count == len(reader.pages) >= 4
    assert version.pages.count() == version.page_count
    assert "IO-Awareness" in version.pages.get(number=1).text
    assert "Attention Is All You Need" in version.pages.last().text  # type: ignore[union-attr]
    assert version.outline[1]["title"] == "1 Introduction"
    assert version.word_count is not None
    assert version.word_count > 1000
    assert minutes_to_read(version.word_count) == -(-version.word_count // 238)
    assert version.text_problem == ""
    for stage in FetchStage:
        assert state_of(paper, stage) == (FetchState.DONE, "")
        assert fetch_of(paper, stage).finished_at is not None


def test_twenty_papers_are_one_request_for_metadata_and_one_for_each_pdf(
    arxiv: ArxivStandIn,
) -> None:
    ids = sorted(arxiv.library.papers)[:20]
    papers = add(*ids)
    tasks.ask_arxiv()
    assert arxiv.count(Asked.QUERY) == 1
    assert Paper.objects.exclude(title="").count() == 20
    while fetching.can_ask_arxiv():
        tasks.ask_arxiv()
    assert arxiv.count(Asked.QUERY) == 1
    assert [arxiv.count(Asked.PDF, one) for one in ids] == [1] * 20
    assert PaperVersion.objects.exclude(sha256="").count() == 20
    progress = progress_of(papers)
    assert (progress.total, progress.done, progress.failed) == (20, 0, 0)  # texts are owed
    assert len(fetching.owed_texts(limit=100)) == 20


def test_new_metadata_comes_before_pdfs_that_wait(arxiv: ArxivStandIn) -> None:
    add(DSPY, GEPA)
    tasks.ask_arxiv()
    tasks.ask_arxiv()
    add(TVM)
    tasks.ask_arxiv()
    tasks.ask_arxiv()
    kinds = [request.what for request in arxiv.requests]
    assert kinds == [Asked.QUERY, Asked.PDF, Asked.QUERY, Asked.PDF]


def test_work_done_twice_changes_nothing(arxiv: ArxivStandIn) -> None:
    add(DSPY, GEPA)
    work_off()
    before, asked = everything(), len(arxiv.requests)
    for fetch in Fetch.objects.all():
        tasks.read_text(fetch.pk)
    tasks.ask_arxiv()
    tasks.sweep()
    add(DSPY, GEPA)
    work_off()
    assert everything() == before
    assert len(arxiv.requests) == asked


def test_a_task_for_something_that_is_gone_does_nothing() -> None:
    tasks.read_text(4711)
    tasks.ask_arxiv()
    tasks.sweep()
    assert Fetch.objects.count() == 0


def test_a_pdf_that_is_asked_for_again_and_is_the_same_keeps_its_pages(
    arxiv: ArxivStandIn,
) -> None:
    (paper,) = add(DSPY)
    work_off()
    pages = list(Page.objects.values())
    Fetch.objects.filter(stage=PDF).update(state=FetchState.OWED)
    work_off()
    assert arxiv.count(Asked.PDF) == 2
    assert list(Page.objects.values()) == pages
    assert paper.versions.count() == 1


def test_a_paper_with_a_doi_is_found_under_it(arxiv: ArxivStandIn) -> None:
    add("1810.00952")
    work_off()
    doi = Identifier(IdentifierKind.DOI, "10.1145/3211346.3211348")
    assert add_papers(identifiers=[doi])[0].arxiv_id == "1810.00952"


def test_a_doi_that_another_paper_was_added_under_stays_with_that_one(
    arxiv: ArxivStandIn,
) -> None:
    doi = Identifier(IdentifierKind.DOI, "10.1145/3211346.3211348")
    (by_doi,) = add_papers(identifiers=[doi])
    (by_arxiv,) = add("1810.00952")
    work_off()
    by_arxiv.refresh_from_db()
    assert by_arxiv.title == "Relay: A New IR for Machine Learning Frameworks"
    assert by_arxiv.doi is None
    assert Paper.objects.get(doi=doi.value) == by_doi


# --- The stand-in and the real arXiv ------------------------------------------------------------


def test_what_the_stand_in_does_not_know_waits_for_the_real_arxiv(
    arxiv: ArxivStandIn, settings: Any
) -> None:
    settings.ARXIV_STAND_IN = True
    (paper,) = add("2401.00001")
    work_off()
    assert state_of(paper, METADATA) == (
        FetchState.OWED,
        "Not in the offline sample",
    )
    assert 200 < seconds_to_wait(paper, METADATA) < 400


def test_papers_from_the_stand_in_are_marked_and_fetched_again_from_the_real_arxiv(
    arxiv: ArxivStandIn, settings: Any
) -> None:
    settings.ARXIV_STAND_IN = True
    (paper,) = add(DSPY)
    work_off()
    paper.refresh_from_db()
    version = paper.versions.get()
    assert (paper.origin, version.origin) == (Origin.STAND_IN, VersionOrigin.STAND_IN)
    made_up = version.sha256
    tasks.sweep()
    assert not fetching.can_ask_arxiv()

    settings.ARXIV_STAND_IN = False
    real = raw_pdf(page_saying("the real text"))
    arxiv.faults.strike(Asked.PDF, Fault(body=real))
    tasks.sweep()
    tasks.ask_arxiv()
    version.refresh_from_db()
    assert version.sha256 == made_up, "it stays readable until the real one is there"
    work_off()
    paper.refresh_from_db()
    version = paper.versions.get()
    assert (paper.origin, version.origin) == (Origin.ARXIV, VersionOrigin.ARXIV)
    assert version.sha256 != made_up
    assert [page.text for page in version.pages.all()] == ["the real text"]
    asked = len(arxiv.requests)
    tasks.sweep()
    work_off()
    assert len(arxiv.requests) == asked


def test_made_up_versions_go_when_a_newer_real_one_is_there(
    arxiv: ArxivStandIn, settings: Any
) -> None:
    settings.ARXIV_STAND_IN = True
    (paper,) = add(DSPY)
    work_off()
    PaperVersion.objects.update(number=9)
    settings.ARXIV_STAND_IN = False
    tasks.sweep()
    work_off()
    assert [(one.number, one.origin) for one in paper.versions.all()] == [(1, VersionOrigin.ARXIV)]


def test_a_pdf_from_the_stand_in_for_a_known_paper_is_fetched_again_too(
    arxiv: ArxivStandIn, settings: Any
) -> None:
    (paper,) = add(DSPY)
    tasks.ask_arxiv()  # the real arXiv answers once, then is gone
    settings.ARXIV_STAND_IN = True
    work_off()
    paper.refresh_from_db()
    assert paper.origin == Origin.ARXIV
    assert paper.versions.get().origin == VersionOrigin.STAND_IN
    settings.ARXIV_STAND_IN = False
    tasks.sweep()
    work_off()
    assert paper.versions.get().origin == VersionOrigin.ARXIV
    assert (arxiv.count(Asked.QUERY), arxiv.count(Asked.PDF)) == (1, 2)
