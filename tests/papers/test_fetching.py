"""From an identifier to pages of text, against the stand-in and everything that goes wrong."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone
from pypdf import PdfReader

from readings.demo import faults
from readings.demo.faults import Asked, Fault
from readings.demo.stand_in import ArxivStandIn
from readings.papers import fetching, tasks
from readings.papers.identifiers import Identifier, IdentifierKind
from readings.papers.models import (
    Fetch,
    FetchStage,
    FetchState,
    Origin,
    Pace,
    Page,
    Paper,
    PaperVersion,
    VersionOrigin,
)
from readings.papers.queries import progress_of
from readings.papers.reading_time import minutes_to_read
from readings.papers.services import add_papers, retry_fetches
from tests.papers.pdf_samples import page_saying, raw_pdf

pytestmark = pytest.mark.django_db

DSPY, FLASH, GEPA, TVM = "2310.03714", "2205.14135", "2507.19457", "1802.04799"
METADATA, PDF, TEXT = FetchStage.METADATA, FetchStage.PDF, FetchStage.TEXT


def add(*arxiv_ids: str) -> list[Paper]:
    """Papers of arXiv, owed everything."""
    return add_papers(identifiers=[Identifier(IdentifierKind.ARXIV, one) for one in arxiv_ids])


def work_off() -> None:
    """Do what workers do, until nothing is due."""
    for _ in range(200):
        if fetching.can_ask_arxiv():
            tasks.ask_arxiv()
        elif texts := fetching.owed_texts(limit=1):
            tasks.read_text(texts[0])
        else:
            return
    raise AssertionError("there is no end to the work")


def make_due() -> None:
    """Let the waiting be over."""
    past = timezone.now() - dt.timedelta(seconds=1)
    Fetch.objects.filter(state=FetchState.OWED).update(next_attempt_at=past)
    Pace.objects.update(free_at=past)


def fetch_of(paper: Paper, stage: FetchStage) -> Fetch:
    return Fetch.objects.filter(stage=stage).get(paper=paper)


def state_of(paper: Paper, stage: FetchStage) -> tuple[str, str]:
    fetch = fetch_of(paper, stage)
    return fetch.state, fetch.reason


def seconds_to_wait(paper: Paper, stage: FetchStage) -> float:
    return (fetch_of(paper, stage).next_attempt_at - timezone.now()).total_seconds()


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
            "BACKEND": "django.core.files.storage.FileSystemStorage",
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


# --- The stand-in and the real arXiv ------------------------------------------------------------


def test_what_the_stand_in_does_not_know_waits_for_the_real_arxiv(
    arxiv: ArxivStandIn, settings: Any
) -> None:
    settings.ARXIV_STAND_IN = True
    (paper,) = add("2401.00001")
    work_off()
    assert state_of(paper, METADATA) == (
        FetchState.OWED,
        "This paper is not in the offline sample",
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


# --- Several workers ----------------------------------------------------------------------------


def at_once(*jobs: Callable[[], object]) -> None:
    """Run jobs on threads of their own that start together."""
    start = threading.Barrier(len(jobs))
    failures: list[BaseException] = []

    def run(job: Callable[[], object]) -> None:
        try:
            start.wait(10)
            job()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


@pytest.mark.django_db(transaction=True)
def test_four_workers_that_hear_the_same_hint_ask_once(arxiv: ArxivStandIn) -> None:
    add(DSPY, GEPA, TVM)
    arxiv.faults.strike(Asked.QUERY, faults.slow(0.3), times=1)
    at_once(*[fetching.ask_arxiv] * 4)
    assert arxiv.count(Asked.QUERY) == 1
    assert arxiv.count(Asked.PDF) == 0
    assert PaperVersion.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_there_is_one_request_to_arxiv_at_a_time(arxiv: ArxivStandIn) -> None:
    ids = sorted(arxiv.library.papers)[:8]
    add(*ids)
    arxiv.faults.strike(Asked.PDF, faults.slow(0.05))

    def worker() -> None:
        deadline = time.monotonic() + 20
        while Fetch.objects.filter(stage__in=fetching.ARXIV_STAGES).exclude(
            state=FetchState.DONE
        ) and (time.monotonic() < deadline):
            fetching.ask_arxiv()
            time.sleep(0.01)

    at_once(*[worker] * 3)
    assert [arxiv.count(Asked.PDF, one) for one in ids] == [1] * 8
    begun = sorted(request.at for request in arxiv.requests)
    gaps = [later - earlier for earlier, later in itertools.pairwise(begun[1:])]
    assert min(gaps) >= dt.timedelta(seconds=0.05)


@pytest.mark.django_db(transaction=True)
def test_two_workers_read_one_text_once(arxiv: ArxivStandIn) -> None:
    (paper,) = add(DSPY)
    while fetching.can_ask_arxiv():
        tasks.ask_arxiv()
    (text,) = fetching.owed_texts(limit=9)
    at_once(lambda: tasks.read_text(text), lambda: tasks.read_text(text))
    version = paper.versions.get()
    assert version.pages.count() == version.page_count
    assert fetch_of(paper, TEXT).attempts == 1


@pytest.mark.django_db(transaction=True)
def test_a_slow_arxiv_holds_up_nobody_who_writes(arxiv: ArxivStandIn) -> None:
    (paper,) = add(DSPY)
    tasks.ask_arxiv()
    arxiv.faults.strike(Asked.PDF, faults.slow(1.5), times=1)

    def download_one() -> None:
        fetching.ask_arxiv()
        connection.close()

    download = threading.Thread(target=download_one)
    download.start()
    deadline = time.monotonic() + 5
    while not arxiv.count(Asked.PDF) and time.monotonic() < deadline:
        time.sleep(0.01)
    begun = time.monotonic()
    Paper.objects.filter(pk=paper.pk).update(comment="written meanwhile")
    assert time.monotonic() - begun < 1
    assert download.is_alive()
    download.join()
    assert paper.versions.get().sha256


# --- Workers that die ---------------------------------------------------------------------------


def died(stage: FetchStage, *, seconds_ago: float = 1) -> int:
    """Fetches of a stage look as if their worker had been killed while at work."""
    until = timezone.now() - dt.timedelta(seconds=seconds_ago)
    return Fetch.objects.filter(stage=stage).update(
        state=FetchState.CLAIMED, claim="dead", claimed_until=until
    )


@pytest.mark.parametrize("stage", list(FetchStage))
def test_what_a_dead_worker_had_is_done_again(arxiv: ArxivStandIn, stage: FetchStage) -> None:
    (paper,) = add(DSPY)
    if stage != METADATA:
        tasks.ask_arxiv()
    if stage == TEXT:
        tasks.ask_arxiv()
    assert died(stage) == 1
    tasks.sweep()
    work_off()
    assert state_of(paper, TEXT) == (FetchState.DONE, "")
    assert paper.versions.count() == 1


def test_what_a_living_worker_has_is_left_to_it(arxiv: ArxivStandIn) -> None:
    add(DSPY)
    died(METADATA, seconds_ago=-20)
    tasks.sweep()
    tasks.ask_arxiv()
    assert arxiv.requests == []


@pytest.mark.django_db(transaction=True)
def test_a_paper_that_is_deleted_meanwhile_is_no_error(arxiv: ArxivStandIn) -> None:
    dspy, gepa = add(DSPY, GEPA)
    arxiv.faults.strike(Asked.QUERY, faults.slow(0.5), times=1)

    def delete_while_arxiv_is_asked() -> None:
        deadline = time.monotonic() + 5
        while not arxiv.requests and time.monotonic() < deadline:
            time.sleep(0.01)
        dspy.delete()

    at_once(tasks.ask_arxiv, delete_while_arxiv_is_asked)
    assert list(Paper.objects.values_list("pk", flat=True)) == [gepa.pk]
    assert state_of(gepa, METADATA) == (FetchState.DONE, "")
