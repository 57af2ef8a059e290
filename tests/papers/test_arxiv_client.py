"""Asking arXiv, on recorded answers and on the stand-in with its faults."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import re
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from readings.core.http import NotFound, Passing, Rejected
from readings.demo import faults
from readings.demo.atom import Query, feed
from readings.demo.faults import Asked, Fault
from readings.demo.stand_in import ArxivStandIn
from readings.papers.arxiv_client import MAX_BATCH, fetch_metadata
from readings.papers.models import Pace
from readings.papers.pacing import NotYet, hold_back, wait_for_turn
from tests.shared import SHARED, shared

pytestmark = pytest.mark.django_db

RECORDED = sorted((SHARED / "data" / "arxiv_atom").glob("*/*.xml"))


def status_of(answer: Path) -> int:
    """The status an answer was recorded with."""
    beside = answer.with_suffix(".http.json")
    return int(json.loads(beside.read_text())["status_code"]) if beside.exists() else 200


def ids_in(body: str) -> list[str]:
    """The ids in an answer, without versions, found by other means than the client's."""
    found = re.findall(r"<id>https?://arxiv\.org/abs/([^<]+?)v\d+</id>", body)
    return [re.sub(r"\.[A-Z]{2}/", "/", arxiv_id) for arxiv_id in found]


# --- Recorded answers ---------------------------------------------------------------------------


def test_there_are_recorded_answers() -> None:
    shared("data", "arxiv_atom")
    assert len(RECORDED) >= 19


@pytest.mark.parametrize("answer", RECORDED, ids=lambda path: path.stem[:40])
def test_every_recorded_answer_is_understood(arxiv: ArxivStandIn, answer: Path) -> None:
    body = answer.read_bytes()
    arxiv.faults.strike(Asked.QUERY, Fault(status=status_of(answer), body=body))
    ids = ids_in(body.decode("utf-8"))
    if status_of(answer) == 400:
        assert fetch_metadata(["2310.03714"]).malformed == {"2310.03714"}
    elif not ids:
        assert fetch_metadata(["2310.03714"]).unknown == {"2310.03714"}
    else:
        # Not in the order of the answer, and asked without versions.
        found = fetch_metadata(sorted(ids)).found
        assert set(found) == set(ids)
        for metadata in found.values():
            assert metadata.version >= 1
            assert metadata.title == " ".join(metadata.title.split()) != ""
            assert metadata.authors
            assert all(author == author.strip() != "" for author in metadata.authors)
            assert metadata.abstract
            assert metadata.primary_category in metadata.categories
            assert metadata.published_at <= metadata.updated_at
            assert metadata.published_at.tzinfo is not None
        assert arxiv.count(Asked.QUERY) == 1


def test_an_old_entry_is_read_field_by_field(arxiv: ArxivStandIn) -> None:
    answer = shared("data", "arxiv_atom", "recorded_2026_09_idlist")
    body = (answer / "id_list_hep-ex_0307015_0710.5765.xml").read_bytes()
    arxiv.faults.strike(Asked.QUERY, Fault(body=body))
    answered = fetch_metadata(["0710.5765", "hep-ex/0307015", "1234.56789"])
    assert answered.unknown == {"1234.56789"}
    electrons = answered.found["hep-ex/0307015"]
    assert electrons.version == 1
    assert electrons.title.startswith("Multi-Electron Production at High Transverse Momenta")
    assert electrons.authors == ("H1 Collaboration",)
    assert electrons.published_at == dt.datetime(2003, 7, 7, 17, 46, 39, tzinfo=dt.UTC)
    assert electrons.comment == "23 pages, 8 figures and 4 tables"
    assert electrons.journal_ref == "Eur.Phys.J.C31:17-29,2003"
    assert electrons.doi == "10.1140/epjc/s2003-01326-x"
    assert answered.found["0710.5765"].primary_category == "astro-ph"


def test_lines_of_an_old_answer_are_joined_and_paragraphs_kept(arxiv: ArxivStandIn) -> None:
    old = shared("data", "arxiv_atom", "arxiv2bib_2012", "id_list_1205.1001v1_1001.1001v1.xml")
    arxiv.faults.strike(Asked.QUERY, Fault(body=old.read_bytes()), times=1)
    chromosphere = fetch_metadata(["1001.1001", "1205.1001"]).found["1001.1001"]
    assert "\n" not in chromosphere.abstract
    assert chromosphere.title == (
        "The chromosphere: gateway to the corona, or the purgatory of solar physics?"
    )
    new = shared("data", "arxiv_atom", "malkreide_2026_08", "all_glacier_2.xml")
    arxiv.faults.strike(Asked.QUERY, Fault(body=new.read_bytes()), times=1)
    glaciers = fetch_metadata(["2409.12034", "1107.0825"]).found["2409.12034"]
    assert glaciers.version == 2
    assert len(glaciers.abstract.split("\n\n")) == 3


# --- The stand-in -------------------------------------------------------------------------------


def test_a_batch_is_one_request_and_answers_by_id(arxiv: ArxivStandIn) -> None:
    ids = [*sorted(arxiv.library.papers), "9999.99999"]
    answer = fetch_metadata(ids)
    assert arxiv.count(Asked.QUERY) == 1
    assert set(answer.found) == set(arxiv.library.papers)
    assert answer.unknown == {"9999.99999"}
    for arxiv_id, sample in arxiv.library.papers.items():
        metadata = answer.found[arxiv_id]
        assert metadata.title == sample.title
        assert metadata.authors == sample.authors
        assert metadata.abstract == sample.abstract
        assert (metadata.version, metadata.doi) == (sample.version, sample.doi)
        assert (metadata.published_at, metadata.updated_at) == (sample.published, sample.updated)


def test_nothing_asked_is_no_request(arxiv: ArxivStandIn) -> None:
    answer = fetch_metadata([])
    assert (answer.found, answer.unknown, answer.malformed) == ({}, frozenset(), frozenset())
    assert arxiv.requests == []


def test_an_id_asked_for_twice_is_asked_once(arxiv: ArxivStandIn) -> None:
    assert list(fetch_metadata(["2310.03714", "2310.03714"]).found) == ["2310.03714"]
    assert arxiv.requests[0].arxiv_ids == ("2310.03714",)


def test_more_than_a_hundred_ids_are_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="at most 100"):
        fetch_metadata([f"2401.{n:05}" for n in range(MAX_BATCH + 1)])


@pytest.mark.parametrize("bad", [["2205.14135"], ["1802.04799", "2507.19457", "2309.06180"]])
def test_malformed_ids_do_not_stop_the_others(arxiv: ArxivStandIn, bad: list[str]) -> None:
    for arxiv_id in bad:
        arxiv.faults.misread(arxiv_id)
    answer = fetch_metadata(sorted(arxiv.library.papers))
    assert answer.malformed == set(bad)
    assert set(answer.found) == set(arxiv.library.papers) - set(bad)
    assert answer.unknown == frozenset()


def test_an_arxiv_that_refuses_everything_is_not_asked_for_ever(arxiv: ArxivStandIn) -> None:
    arxiv.faults.strike(Asked.QUERY, Fault(status=400))
    with pytest.raises(Passing, match="refuses every question"):
        fetch_metadata([f"2401.{n:05}" for n in range(MAX_BATCH)])
    assert arxiv.count(Asked.QUERY) <= 40


HALF_A_FEED = b"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns="http://www.w3.org/2005/Atom">
  <opensearch:totalResults>2</opensearch:totalResults>
</feed>"""
BOMB = b"""<!DOCTYPE feed [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>
<feed xmlns="http://www.w3.org/2005/Atom"><id>&b;</id></feed>"""


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (faults.cut_off(), "cut off"),
        (faults.truncated(), "cut off or is not a feed"),
        (faults.empty(), "cut off or is not a feed"),
        (faults.web_page(), "not a feed"),
        (faults.unavailable(), "503"),
        (Fault(status=500), "500"),
        (Fault(body=b"<rss><channel/></rss>"), "not a feed"),
        (Fault(body=b'<feed xmlns="http://www.w3.org/2005/Atom"/>'), "incomplete"),
        (Fault(body=HALF_A_FEED), "incomplete"),
        (Fault(body=BOMB), "not a feed"),
    ],
)
def test_a_bad_answer_is_a_passing_failure_and_never_unknown(
    arxiv: ArxivStandIn, fault: Fault, reason: str
) -> None:
    arxiv.faults.strike(Asked.QUERY, fault)
    with pytest.raises(Passing, match=reason):
        fetch_metadata(["2310.03714", "2205.14135"])
    arxiv.faults.clear()
    assert len(fetch_metadata(["2310.03714", "2205.14135"]).found) == 2


def test_an_error_feed_with_status_200_is_an_error(arxiv: ArxivStandIn) -> None:
    """As arXiv answered until 2025."""
    body = shared("data", "arxiv_atom", "lukasschwab_2026", "id_abc_s0_m100_b79c8dcf6bc3.xml")
    arxiv.faults.strike(Asked.QUERY, Fault(body=body.read_bytes()))
    with pytest.raises(Passing, match="error"):
        fetch_metadata(["2310.03714"])


def test_an_entry_that_the_library_drops_is_not_taken_for_unknown(arxiv: ArxivStandIn) -> None:
    paper = arxiv.library.papers["2310.03714"]
    whole = feed(Query(max_results=1), [(paper, 1)], 1, timezone.now()).decode()
    without_date = re.sub(r"    <published>.*</published>\n", "", whole)
    arxiv.faults.strike(Asked.QUERY, Fault(body=without_date.encode()))
    with pytest.raises(Passing, match="read in full"):
        fetch_metadata(["2310.03714"])


def test_a_refusal_other_than_400_is_for_good(arxiv: ArxivStandIn) -> None:
    arxiv.faults.strike(Asked.QUERY, Fault(status=403))
    with pytest.raises(Rejected) as caught:
        fetch_metadata(["2310.03714"])
    assert caught.value.status == 403
    assert not isinstance(caught.value, NotFound)


@pytest.mark.parametrize("fault", [faults.rate_limited("40"), faults.unavailable("40")])
def test_retry_after_holds_back_the_whole_queue(arxiv: ArxivStandIn, fault: Fault) -> None:
    arxiv.faults.strike(Asked.QUERY, fault, times=1)
    with pytest.raises(Passing) as caught:
        fetch_metadata(["2310.03714"])
    assert caught.value.retry_after == 40
    with pytest.raises(NotYet) as not_yet:
        fetch_metadata(["2310.03714"])
    assert 35 < not_yet.value.seconds <= 40
    assert arxiv.count(Asked.QUERY) == 1
    Pace.objects.update(free_at=timezone.now())
    assert fetch_metadata(["2310.03714"]).found


def test_a_request_to_slow_down_without_a_time_is_honoured_for_a_while(
    arxiv: ArxivStandIn,
) -> None:
    arxiv.faults.strike(Asked.QUERY, faults.rate_limited(), times=1)
    with pytest.raises(Passing):
        fetch_metadata(["2310.03714"])
    assert Pace.objects.get().free_at > timezone.now() + dt.timedelta(seconds=25)


# --- The queue ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_turns_are_apart_whoever_takes_them() -> None:
    gap = 0.12
    turns: list[float] = []

    def worker() -> None:
        try:
            for _ in range(2):
                wait_for_turn("somewhere", gap_seconds=gap)
                turns.append(time.monotonic())
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    turns.sort()
    assert len(turns) == 8
    # Turns are reserved exactly; waking up may be a little late, which shortens the next gap.
    assert turns[-1] - turns[0] > 7 * gap * 0.9


def test_a_turn_too_far_away_is_not_waited_for_and_not_reserved() -> None:
    hold_back("somewhere", seconds=100)
    before = Pace.objects.get(service="somewhere").free_at
    with pytest.raises(NotYet) as caught:
        wait_for_turn("somewhere", gap_seconds=3)
    assert 95 < caught.value.seconds <= 100
    assert Pace.objects.get(service="somewhere").free_at == before
    wait_for_turn("elsewhere", gap_seconds=3)


def test_holding_back_never_shortens_the_queue() -> None:
    hold_back("somewhere", seconds=100)
    before = Pace.objects.get(service="somewhere").free_at
    hold_back("somewhere", seconds=1)
    assert Pace.objects.get(service="somewhere").free_at == before


def test_the_delay_of_the_settings_is_kept(arxiv: ArxivStandIn, settings: Any) -> None:
    settings.ARXIV_DELAY_SECONDS = 0.3
    begun = time.monotonic()
    for _ in range(3):
        fetch_metadata(["2310.03714"])
    assert time.monotonic() - begun >= 0.6
    asked = [request.at for request in arxiv.requests]
    apart = [later - earlier for earlier, later in itertools.pairwise(asked)]
    assert all(gap > dt.timedelta(seconds=0.2) for gap in apart)
