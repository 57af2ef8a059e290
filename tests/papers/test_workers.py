"""Several workers at once, and workers that die."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
import time

import pytest
from django.db import connection
from django.utils import timezone

from readings.demo import faults
from readings.demo.faults import Asked
from readings.demo.stand_in import ArxivStandIn
from readings.papers import fetching, tasks
from readings.papers.models import (
    Fetch,
    FetchStage,
    FetchState,
    Paper,
    PaperVersion,
)
from tests.papers.working import (
    DSPY,
    GEPA,
    METADATA,
    TEXT,
    TVM,
    add,
    at_once,
    fetch_of,
    state_of,
    work_off,
)

pytestmark = pytest.mark.django_db


# --- Several workers ----------------------------------------------------------------------------


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
    arxiv.faults.strike(Asked.PDF, faults.slow(2), times=1)

    def download_one() -> None:
        fetching.ask_arxiv()
        connection.close()

    download = threading.Thread(target=download_one)
    download.start()
    deadline = time.monotonic() + 5
    while not arxiv.count(Asked.PDF) and time.monotonic() < deadline:
        time.sleep(0.01)
    Paper.objects.filter(pk=paper.pk).update(comment="written meanwhile")
    assert download.is_alive()  # so that the writing did not wait for it
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
