"""What goes wrong while papers are fetched, and what people are told."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.storage import default_storage

from readings.demo import faults
from readings.demo.faults import Asked, Fault
from readings.demo.stand_in import ArxivStandIn
from readings.papers import fetching, tasks
from readings.papers.models import (
    FetchState,
    Paper,
)
from readings.papers.queries import progress_of
from readings.papers.services import retry_fetches
from tests.papers.pdf_samples import page_saying, raw_pdf
from tests.papers.working import (
    DSPY,
    GEPA,
    METADATA,
    PDF,
    TEXT,
    TVM,
    add,
    fetch_of,
    make_due,
    seconds_to_wait,
    state_of,
    work_off,
)

pytestmark = pytest.mark.django_db


# --- When arXiv is not there --------------------------------------------------------------------


def test_an_arxiv_that_cannot_be_reached_is_tried_again(settings: Any) -> None:
    settings.ARXIV_API_URL = "http://127.0.0.1:9/api/query"
    (paper,) = add(DSPY)
    work_off()
    assert state_of(paper, METADATA) == (FetchState.OWED, "Could not reach arXiv")
    assert 10 < seconds_to_wait(paper, METADATA) < 30
    progress = progress_of([paper])
    assert progress.waiting_reason == "Could not reach arXiv"
    assert progress.retry_at == fetch_of(paper, METADATA).next_attempt_at


def test_each_failure_doubles_the_pause(arxiv: ArxivStandIn) -> None:
    arxiv.faults.strike(Asked.QUERY, faults.unavailable())
    (paper,) = add(DSPY)
    pauses = []
    for _ in range(4):
        make_due()
        tasks.ask_arxiv()
        pauses.append(seconds_to_wait(paper, METADATA))
    for pause, middle in zip(pauses, (20, 40, 80, 160), strict=True):
        assert middle * 0.7 < pause < middle * 1.3
    assert state_of(paper, METADATA) == (
        FetchState.OWED,
        "arXiv is out of order at the moment (HTTP 503)",
    )
    arxiv.faults.clear()
    make_due()
    work_off()
    assert state_of(paper, TEXT) == (FetchState.DONE, "")


@pytest.mark.parametrize("fault", [faults.rate_limited("90"), faults.unavailable("90")])
def test_a_batch_honours_retry_after_and_is_one_request_again(
    arxiv: ArxivStandIn, fault: Fault
) -> None:
    arxiv.faults.strike(Asked.QUERY, fault, times=1)
    papers = add(DSPY, GEPA, TVM)
    work_off()
    assert arxiv.count(Asked.QUERY) == 1
    waits = [seconds_to_wait(paper, METADATA) for paper in papers]
    assert min(waits) > 85
    tasks.sweep()
    tasks.ask_arxiv()
    assert arxiv.count(Asked.QUERY) == 1
    make_due()
    tasks.ask_arxiv()
    assert arxiv.count(Asked.QUERY) == 2
    assert Paper.objects.exclude(title="").count() == 3


def test_a_pdf_held_back_holds_back_the_queue_and_not_the_texts(arxiv: ArxivStandIn) -> None:
    arxiv.faults.strike(Asked.PDF, faults.rate_limited("90"), arxiv_id=DSPY)
    tvm, dspy, gepa = add(TVM, DSPY, GEPA)
    work_off()
    assert state_of(tvm, TEXT) == (FetchState.DONE, "")
    assert state_of(dspy, PDF) == (FetchState.OWED, "arXiv asks us to slow down (HTTP 429)")
    assert seconds_to_wait(dspy, PDF) > 85
    assert state_of(gepa, PDF) == (FetchState.OWED, "")
    assert arxiv.count(Asked.PDF, GEPA) == 0


def test_a_refused_question_says_nothing_about_the_papers(arxiv: ArxivStandIn) -> None:
    arxiv.faults.strike(Asked.QUERY, Fault(status=403))
    papers = add(DSPY, GEPA)
    work_off()
    assert {state_of(paper, METADATA)[0] for paper in papers} == {FetchState.OWED}


# --- When ids are wrong -------------------------------------------------------------------------


def test_an_unknown_id_fails_for_good_and_the_others_are_filled(arxiv: ArxivStandIn) -> None:
    unknown, dspy = add("2999.99999", DSPY)
    work_off()
    assert state_of(unknown, METADATA) == (FetchState.FAILED, "arXiv does not know 2999.99999")
    assert unknown.versions.count() == 0
    assert state_of(dspy, TEXT) == (FetchState.DONE, "")
    progress = progress_of([unknown, dspy])
    assert (progress.done, progress.failed, progress.is_busy) == (1, 1, False)


def test_a_malformed_id_fails_for_good_and_the_others_are_filled(arxiv: ArxivStandIn) -> None:
    arxiv.faults.misread(GEPA)
    gepa, dspy, tvm = add(GEPA, DSPY, TVM)
    tasks.ask_arxiv()
    assert state_of(gepa, METADATA) == (
        FetchState.FAILED,
        f"arXiv does not take {GEPA} for an id",
    )
    assert {state_of(paper, METADATA)[0] for paper in (dspy, tvm)} == {FetchState.DONE}


def test_a_person_retries_what_failed(arxiv: ArxivStandIn) -> None:
    arxiv.faults.withdraw(DSPY)
    dspy, gepa = add(DSPY, GEPA)
    work_off()
    arxiv.faults.clear()
    work_off()
    assert state_of(dspy, METADATA)[0] == FetchState.FAILED
    assert retry_fetches(paper_ids=[dspy.pk, gepa.pk]) == 1
    work_off()
    assert state_of(dspy, TEXT) == (FetchState.DONE, "")
    assert arxiv.count(Asked.PDF, GEPA) == 1


# --- When PDFs are not what they should be ------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (faults.web_page(), "The PDF is a web page, not a PDF"),
        (faults.empty(), "The PDF is empty"),
        (Fault(body=b"PK\x03\x04"), "The PDF is not a PDF"),
        (faults.oversized(300_000), "The PDF is larger than 0.191 MB, the limit here"),
        (faults.not_there(), "arXiv has no PDF of this version; it may be withdrawn"),
        (Fault(status=400), "arXiv refused (HTTP 400)"),
    ],
)
def test_what_is_no_pdf_fails_for_good_with_its_reason(
    arxiv: ArxivStandIn, settings: Any, fault: Fault, reason: str
) -> None:
    settings.PDF_MAX_BYTES = 200_000
    arxiv.faults.strike(Asked.PDF, fault, arxiv_id=DSPY)
    dspy, gepa = add(DSPY, GEPA)
    work_off()
    assert state_of(dspy, PDF) == (FetchState.FAILED, reason)
    assert dspy.versions.get().sha256 == ""
    assert Paper.objects.get(pk=dspy.pk).title
    assert state_of(gepa, TEXT) == (FetchState.DONE, "")
    assert progress_of([dspy]).problems == {dspy.pk: reason}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (faults.cut_off(), "The answer of arXiv was cut off"),
        (faults.unavailable(), "arXiv is out of order at the moment (HTTP 503)"),
        (Fault(status=500), "arXiv is out of order at the moment (HTTP 500)"),
        (Fault(status=403), "arXiv refused (HTTP 403)"),
    ],
)
def test_a_pdf_that_did_not_arrive_is_tried_again(
    arxiv: ArxivStandIn, fault: Fault, reason: str
) -> None:
    arxiv.faults.strike(Asked.PDF, fault, times=1)
    (paper,) = add(DSPY)
    work_off()
    assert state_of(paper, PDF) == (FetchState.OWED, reason)
    assert paper.versions.get().sha256 == ""
    make_due()
    work_off()
    assert state_of(paper, TEXT) == (FetchState.DONE, "")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (faults.encrypted(), "The PDF is encrypted and needs a password"),
        (
            Fault(body=raw_pdf(page_saying("x"))[:200]),
            "The PDF is damaged, or made in a way we cannot read",
        ),
    ],
)
def test_a_pdf_without_readable_text_is_kept_and_says_why(
    arxiv: ArxivStandIn, fault: Fault, reason: str
) -> None:
    arxiv.faults.strike(Asked.PDF, fault)
    (paper,) = add(DSPY)
    work_off()
    assert state_of(paper, PDF) == (FetchState.DONE, "")
    assert state_of(paper, TEXT) == (FetchState.FAILED, reason)
    version = paper.versions.get()
    assert default_storage.exists(version.pdf_name)
    assert version.text_problem
    assert (version.pages.count(), version.word_count) == (0, None)


def test_a_scan_is_done_and_says_that_it_has_no_text(arxiv: ArxivStandIn) -> None:
    arxiv.faults.strike(Asked.PDF, Fault(body=raw_pdf(b"0 0 m 9 9 l S", b"")))
    (paper,) = add(DSPY)
    work_off()
    assert state_of(paper, TEXT) == (FetchState.DONE, "")
    version = paper.versions.get()
    assert (version.page_count, version.word_count) == (2, None)
    assert version.text_problem == "has no text (a scan?)"


def test_a_pdf_that_the_storage_has_lost_is_fetched_again(arxiv: ArxivStandIn) -> None:
    (paper,) = add(DSPY)
    while fetching.can_ask_arxiv():
        tasks.ask_arxiv()
    default_storage.delete(paper.versions.get().pdf_name)
    work_off()
    assert arxiv.count(Asked.PDF) == 2
    assert state_of(paper, TEXT) == (FetchState.DONE, "")
    assert default_storage.exists(paper.versions.get().pdf_name)


def test_an_error_of_our_own_is_put_off_and_the_others_go_on(
    arxiv: ArxivStandIn, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    working = settings.STORAGES
    settings.STORAGES = working | {
        "default": {
            "BACKEND": "readings.core.storage.WholeFileStorage",
            "OPTIONS": {"location": "/dev/null/cannot"},
        }
    }
    dspy, gepa = add(DSPY, GEPA)
    work_off()
    for paper in (dspy, gepa):
        assert state_of(paper, PDF) == (
            FetchState.OWED,
            "Something went wrong here; the log says what",
        )
    assert "NotADirectoryError" in caplog.text or "FileNotFoundError" in caplog.text
    settings.STORAGES = working
    make_due()
    work_off()
    assert {state_of(paper, TEXT)[0] for paper in (dspy, gepa)} == {FetchState.DONE}
