"""Doing what workers do, and looking at what came of it."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

from django.db import connection
from django.utils import timezone

from readings.papers import fetching, tasks
from readings.papers.identifiers import Identifier, IdentifierKind
from readings.papers.models import (
    Fetch,
    FetchStage,
    FetchState,
    Pace,
    Paper,
)
from readings.papers.services import add_papers

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
