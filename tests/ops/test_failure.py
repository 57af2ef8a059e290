"""Processes killed at any moment, and the queue lost: every paper still reaches its outcome."""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from readings.demo.faults import Asked, slow
from readings.demo.stand_in import ArxivStandIn
from tests.instances import Instance, running_instance
from tests.scratch import wait_until
from tests.servers import Environ

pytestmark = pytest.mark.processes

SAMPLE_TITLES, FOUND_BY_TITLE = 4, 2  # of the reading list: searched for, and taken at once
SAMPLE_PAPERS = 23 + FOUND_BY_TITLE  # of arXiv, on the schedule and the reading list
STAGES = 3  # metadata, PDF, text
COURSE = "/c/compilers/"


class Bystander:
    """Looks into the instance's database from outside, as a person with a shell would."""

    def __init__(self, instance: Instance) -> None:
        self._file = instance.data_dir / "seminar.sqlite3"

    def ask(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows that answer ``question``."""
        with closing(sqlite3.connect(self._file, timeout=20)) as database:
            return database.execute(question, values).fetchall()

    def let_claims_expire(self) -> None:
        """Half a minute passes: what somebody had claimed and died over is due."""
        with closing(sqlite3.connect(self._file, timeout=20)) as database, database:
            database.execute(
                "UPDATE readings_fetch SET claimed_until = '2020-01-01 00:00:00'"
                " WHERE state = 'claimed'"
            )
            database.execute("UPDATE readings_titlematch SET due_at = '2020-01-01 00:00:00'")
            database.execute(
                "UPDATE readings_pace SET free_at = '2020-01-01 00:00:00'"
                " WHERE service = 'arxiv, between'"
            )

    def done(self) -> int:
        """How many pieces of work are done."""
        [(count,)] = self.ask("SELECT count(*) FROM readings_fetch WHERE state = 'done'")
        return int(count)


def kill(instance: Instance, title: str) -> None:
    """End the processes whose title contains ``title``, and all below them, with SIGKILL."""
    # It may be on its way back from the kill before.
    wait_until(lambda: instance.find(title), seconds=60, what=f"{title} is there")
    for victim in instance.find(title):
        # One may be gone already: it died with its parent.
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in [*victim.children(recursive=True), victim]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()


def sign_in(instance: Instance, name: str) -> requests.Session:
    """A browser in which a sample person has signed in with one click."""
    browser = requests.Session()
    site = f"http://127.0.0.1:{instance.port}"
    front = browser.get(f"{site}/", timeout=30).text
    form = re.search(
        rf'action="(/sample/sign-in/\d+/)".*?name="csrfmiddlewaretoken" value="(\w+)".*?{name}',
        front[: front.index(name) + len(name)].rpartition("<form")[2],
        re.S,
    )
    assert form is not None
    browser.post(
        site + form.group(1),
        data={"csrfmiddlewaretoken": form.group(2)},
        headers={"Referer": site},
        timeout=30,
    )
    return browser


@pytest.fixture
def arxiv() -> Iterator[ArxivStandIn]:
    """An arXiv whose PDFs take long enough to be killed in the middle of one."""
    with ArxivStandIn() as server:
        server.faults.strike(Asked.PDF, slow(0.15))
        yield server


def test_every_paper_reaches_its_outcome_whatever_is_killed(
    environ: Environ, arxiv: ArxivStandIn
) -> None:
    switches = environ(ARXIV_API_URL=arxiv.api_url, ARXIV_PDF_URL=arxiv.pdf_url)
    kills = 0
    with running_instance(switches) as instance:
        bystander = Bystander(instance)
        bob = sign_in(instance, "Bob Baker")
        site = f"http://127.0.0.1:{instance.port}"
        [(reading, course)] = bystander.ask(
            "SELECT readings_reading.id, slug FROM readings_reading"
            " JOIN readings_course ON course_id = readings_course.id ORDER BY 1 DESC LIMIT 1"
        )
        for milestone, victim in (
            (2, "celeryd"),
            (15, "seminar web"),
            (25, "celeryd"),
            (40, "celeryd"),
        ):
            wait_until(
                lambda goal=milestone: bystander.done() >= goal,  # type: ignore[misc]
                seconds=60,
                what=f"{milestone} pieces of work are done",
            )
            if victim == "seminar web":
                start_thread(bob, f"{site}/c/{course}/papers/{reading}/", "Nothing is lost?")
            kill(instance, victim)
            kills += 1
            if milestone == 25:
                lose_the_queue(instance.data_dir)
            bystander.let_claims_expire()

        wait_until(
            lambda: bystander.done() == SAMPLE_PAPERS * STAGES,
            seconds=90,
            what="all papers are fetched",
        )
        # The titles that arXiv does not have give no paper to wait for.
        wait_until(
            lambda: (
                not bystander.ask("SELECT 1 FROM readings_titlematch WHERE state = 'owed' LIMIT 1")
            ),
            seconds=60,
            what="all titles are searched for",
        )
        assert bystander.ask("SELECT DISTINCT state FROM readings_fetch") == [("done",)]
        assert bystander.ask(
            "SELECT count(*), count(DISTINCT paper_id), min(page_count) > 0"
            " FROM readings_paperversion"
        ) == [(SAMPLE_PAPERS, SAMPLE_PAPERS, 1)]
        assert (
            bystander.ask(
                "SELECT 1 FROM readings_page GROUP BY version_id, number HAVING count(*) > 1"
            )
            == []
        )
        assert bystander.ask(
            "SELECT count(*) FROM readings_comment WHERE body = 'Nothing is lost?'"
        ) == [(1,)]
        wait_until(lambda: instance.health().get("status") == "ok", what="every part answers")
    # Only what was under way when it was killed was asked for again.
    assert SAMPLE_PAPERS <= arxiv.count(Asked.PDF) <= SAMPLE_PAPERS + kills
    queries = [request for request in arxiv.requests if request.what is Asked.QUERY]
    by_title = sum(not request.arxiv_ids for request in queries)
    assert SAMPLE_TITLES <= by_title <= SAMPLE_TITLES + kills
    # All of the sample in one request, and what was found by title as it was found.
    assert 1 < len(queries) - by_title <= 1 + FOUND_BY_TITLE + kills


def start_thread(browser: requests.Session, page: str, words: str) -> None:
    """Post a comment as the page's own form does."""
    html = browser.get(page, timeout=30).text
    form = re.search(r'<form[^>]*action="([^"]*)"(?:(?!</form>).)*name="nonce"(?:(?!</form>).)*',
                     html, re.S)  # fmt: skip
    assert form is not None
    fields = dict(re.findall(r'name="(nonce|csrfmiddlewaretoken)" value="([^"]*)"', form.group(0)))
    site = page.split("/c/")[0]
    answer = browser.post(
        site + form.group(1),
        data=fields | {"title": "", "body": words},
        headers={"Referer": page},
        timeout=30,
    )
    assert answer.ok


def lose_the_queue(data_dir: Path) -> None:
    """What a wiped broker folder leaves behind: nothing."""
    shutil.rmtree(data_dir / "queue" / "messages", ignore_errors=True)
    (data_dir / "queue" / "messages").mkdir(parents=True, exist_ok=True)


def test_arxiv_that_is_down_is_said_and_stops_nothing(
    environ: Environ, arxiv: ArxivStandIn
) -> None:
    switches = environ(ARXIV_API_URL=arxiv.api_url, ARXIV_PDF_URL=arxiv.pdf_url)
    arxiv.stop()
    with running_instance(switches) as instance:
        alice = sign_in(instance, "Alice Abbott")
        site = f"http://127.0.0.1:{instance.port}{COURSE}"
        wait_until(
            lambda: "ould not reach arXiv" in alice.get(f"{site}fetches/", timeout=30).text,
            seconds=40,
            what="the page says why it waits",
        )
        for page in ("", "sign-ups/", "plan/"):
            assert alice.get(f"{site}{page}", timeout=30).ok
