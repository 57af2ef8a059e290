"""Searching arXiv for titles without links: over HTTP, against the stand-in."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.utils import timezone

from readings.demo import faults
from readings.demo.faults import Asked, Fault
from readings.demo.stand_in import ArxivStandIn
from readings.papers import fetching
from readings.papers.models import Fetch, FetchStage, FetchState, Pace
from readings.reading_lists import searching
from readings.reading_lists.match_services import refuse_match, search_again, take_match
from readings.reading_lists.models import Entry, MatchState, TitleMatch
from readings.reading_lists.services import add_entry, owe_match, update_entry
from readings.reading_lists.tasks import search_titles, sweep_titles
from tests import factories
from tests.papers.working import add, at_once, work_off
from tests.reading_lists.conftest import TVM, Shelf

pytestmark = pytest.mark.django_db


def owed(shelf: Shelf, title: str = TVM, **fields: Any) -> TitleMatch:
    """An entry without a link that is owed a search."""
    entry = add_entry(section=shelf.other, title=title, **fields)
    assert owe_match(entry=entry)
    return entry.match


def search() -> None:
    """Do what workers do, until nothing is due."""
    for _ in range(50):
        if not searching.is_owed():
            return
        search_titles()
    raise AssertionError("there is no end to the searching")


def make_due() -> None:
    past = timezone.now() - dt.timedelta(seconds=1)
    TitleMatch.objects.filter(state=MatchState.OWED).update(due_at=past)
    Pace.objects.update(free_at=past)


def asked(arxiv: ArxivStandIn) -> list[str]:
    """The searches that arXiv was asked."""
    queries = [parse_qs(urlsplit(request.path).query) for request in arxiv.requests]
    return [query["search_query"][0] for query in queries if "search_query" in query]


def test_a_certain_find_is_taken_and_fetched(shelf: Shelf, arxiv: ArxivStandIn) -> None:
    match = owed(shelf, authors="Chen et al.", venue="OSDI", year=2018)
    search()
    match.refresh_from_db()
    assert (match.state, match.arxiv_id, match.confidence) == (MatchState.TAKEN, "1802.04799", 100)
    entry = Entry.objects.get(pk=match.entry_id)
    assert entry.reading == shelf.reading
    assert asked(arxiv) == [
        'ti:"TVM An Automated End-to-End Optimizing Compiler for Deep Learning"'
    ]


def test_what_was_taken_is_fetched_like_any_other_paper(shelf: Shelf, arxiv: ArxivStandIn) -> None:
    match = owed(
        shelf, "MLIR: A Compiler Infrastructure for the End of Moore's Law", authors="Lattner"
    )
    search()
    entry = Entry.objects.select_related("reading__paper").get(pk=match.entry_id)
    assert entry.reading is not None
    work_off()
    paper = entry.reading.paper
    paper.refresh_from_db()
    assert paper.title.startswith("MLIR")
    assert Fetch.objects.get(paper=paper, stage=FetchStage.TEXT).state == FetchState.DONE


def test_what_is_likely_is_proposed(shelf: Shelf, arxiv: ArxivStandIn) -> None:
    match = owed(shelf)
    search()
    match.refresh_from_db()
    assert (match.state, match.arxiv_id, match.confidence) == (
        MatchState.PROPOSED,
        "1802.04799",
        94,
    )
    assert match.title == TVM
    assert match.authors.startswith("Tianqi Chen, Thierry Moreau")
    assert match.year == 2018
    assert Entry.objects.get(pk=match.entry_id).reading is None


def test_a_title_in_other_words_is_found_by_its_words(shelf: Shelf, arxiv: ArxivStandIn) -> None:
    match = owed(shelf, "An Automated Optimizing Compiler for Deep Learning", authors="T. Chen")
    search()
    match.refresh_from_db()
    assert (match.state, match.arxiv_id) == (MatchState.PROPOSED, "1802.04799")
    assert [query[:4] for query in asked(arxiv)] == ['ti:"', "ti:A"]


def test_a_short_title_is_looked_for_with_its_author(shelf: Shelf, arxiv: ArxivStandIn) -> None:
    owed(shelf, "Equality Saturation", authors="Tate et al.", year=2009)
    search()
    assert asked(arxiv) == [
        'ti:"Equality Saturation" AND au:"tate"',
        'ti:Equality AND ti:Saturation AND au:"tate"',
    ]


def test_what_is_not_there_is_said_and_not_asked_again(shelf: Shelf, arxiv: ArxivStandIn) -> None:
    match = owed(shelf, "Polyhedral Knitting of Tensor Programs", authors="Nobody et al.")
    search()
    match.refresh_from_db()
    assert match.state == MatchState.NOTHING
    count = len(arxiv.requests)
    assert owe_match(entry=match.entry)
    make_due()
    search()
    assert len(arxiv.requests) == count


def test_the_stand_in_does_not_know_everything(
    shelf: Shelf, arxiv: ArxivStandIn, settings: Any
) -> None:
    settings.ARXIV_STAND_IN = True
    match = owed(shelf, "Polyhedral Knitting of Tensor Programs", authors="Nobody et al.")
    search()
    match.refresh_from_db()
    assert (match.state, match.reason) == (MatchState.OWED, fetching.NOT_OFFLINE)
    assert match.due_at > timezone.now() + dt.timedelta(minutes=4)


def test_a_work_older_than_arxiv_is_not_asked_for(shelf: Shelf, arxiv: ArxivStandIn) -> None:
    match = owed(shelf, "A Catalogue of Optimizing Transformations", authors="Allen", year=1971)
    search()
    match.refresh_from_db()
    assert match.state == MatchState.NOTHING
    assert arxiv.requests == []


def test_a_search_that_is_told_to_slow_down_waits_and_then_finds(
    shelf: Shelf, arxiv: ArxivStandIn
) -> None:
    arxiv.faults.strike(Asked.QUERY, faults.rate_limited("90"), times=1)
    match = owed(shelf)
    search()
    match.refresh_from_db()
    assert match.state == MatchState.OWED
    assert match.reason == "arXiv asks us to slow down (HTTP 429)"
    assert match.due_at > timezone.now() + dt.timedelta(seconds=85)
    make_due()
    search()
    match.refresh_from_db()
    assert (match.state, match.attempts) == (MatchState.PROPOSED, 2)


@pytest.mark.parametrize("fault", [faults.unavailable(), faults.truncated(), faults.web_page()])
def test_a_search_that_did_not_arrive_is_owed_still(
    shelf: Shelf, arxiv: ArxivStandIn, fault: Fault
) -> None:
    arxiv.faults.strike(Asked.QUERY, fault, times=1)
    match = owed(shelf)
    search()
    match.refresh_from_db()
    assert match.state == MatchState.OWED
    assert match.reason
    make_due()
    search()
    match.refresh_from_db()
    assert match.state == MatchState.PROPOSED


def test_a_question_that_arxiv_refuses_is_not_asked_for_ever(
    shelf: Shelf, arxiv: ArxivStandIn
) -> None:
    arxiv.faults.strike(Asked.QUERY, Fault(status=400))
    match = owed(shelf)
    search()
    match.refresh_from_db()
    assert (match.state, match.reason) == (MatchState.NOTHING, "arXiv refused (HTTP 400)")
    arxiv.faults.clear()
    search_again(match=match)
    search()
    match.refresh_from_db()
    assert match.state == MatchState.PROPOSED


def test_after_many_failures_the_search_gives_up_with_its_reason(
    shelf: Shelf, arxiv: ArxivStandIn
) -> None:
    arxiv.faults.strike(Asked.QUERY, faults.unavailable())
    match = owed(shelf)
    TitleMatch.objects.update(attempts=searching.MAX_ATTEMPTS - 1)
    search()
    match.refresh_from_db()
    assert match.state == MatchState.NOTHING
    assert "out of order" in match.reason


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_search_once(shelf: Shelf, arxiv: ArxivStandIn) -> None:
    match = owed(shelf)
    at_once(search_titles, search_titles)
    match.refresh_from_db()
    assert match.state == MatchState.PROPOSED
    assert len(asked(arxiv)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_search_waits_for_the_request_under_way_and_holds_the_next(
    shelf: Shelf, arxiv: ArxivStandIn
) -> None:
    arxiv.faults.strike(Asked.QUERY, faults.slow(0.4), times=2)
    owed(shelf)
    add("2310.03714")

    def fetch() -> None:
        fetching.ask_arxiv()
        connection.close()

    worker = threading.Thread(target=fetch)
    worker.start()
    while not arxiv.requests:
        pass
    search_titles()
    worker.join()
    first, second = arxiv.requests[:2]
    assert second.at - first.at >= dt.timedelta(seconds=0.38)
    assert fetching.can_ask_arxiv()


def test_nobody_else_asks_while_a_search_does(shelf: Shelf, arxiv: ArxivStandIn) -> None:
    add("2310.03714")
    with fetching.asking_between():
        assert not fetching.can_ask_arxiv()
        assert fetching.ask_arxiv() == []
        match = owed(shelf)
        search_titles()
        match.refresh_from_db()
        assert match.state == MatchState.OWED
        assert match.due_at < timezone.now() + dt.timedelta(seconds=5)
        assert arxiv.requests == []
    assert fetching.can_ask_arxiv()


def test_a_search_done_twice_changes_nothing(shelf: Shelf, arxiv: ArxivStandIn) -> None:
    match = owed(shelf)
    search()
    search_titles()
    sweep_titles()
    match.refresh_from_db()
    assert match.state == MatchState.PROPOSED
    assert len(arxiv.requests) == 1


def test_a_search_whose_worker_died_is_owed_again(shelf: Shelf, arxiv: ArxivStandIn) -> None:
    match = owed(shelf)
    assert searching._take() is not None
    assert not searching.is_owed()
    make_due()
    search()
    match.refresh_from_db()
    assert match.state == MatchState.PROPOSED


def test_an_entry_that_got_its_reading_meanwhile_is_not_searched_for(
    shelf: Shelf, arxiv: ArxivStandIn
) -> None:
    match = owed(shelf)
    update_entry(entry=match.entry, reading=factories.make_reading(shelf.course))
    search()
    assert not TitleMatch.objects.filter(pk=match.pk).exists()
    assert arxiv.requests == []


def test_an_entry_that_was_removed_meanwhile_is_nobodys_work(
    shelf: Shelf, arxiv: ArxivStandIn
) -> None:
    match = owed(shelf)
    taken = searching._take()
    assert taken is not None
    Entry.objects.filter(pk=match.entry_id).delete()
    searching._record(taken, None)
    assert not searching.is_owed()


def test_what_was_refused_is_not_proposed_again_under_another_title(
    shelf: Shelf, arxiv: ArxivStandIn
) -> None:
    match = owed(shelf)
    search()
    match.refresh_from_db()
    refuse_match(match=match)
    assert owe_match(entry=match.entry)
    search()
    match.refresh_from_db()
    assert match.state == MatchState.REFUSED
    update_entry(entry=match.entry, title=TVM.replace("TVM: ", ""))
    search()
    match.refresh_from_db()
    assert match.state == MatchState.REFUSED


def test_a_new_title_is_searched_for_anew(shelf: Shelf, arxiv: ArxivStandIn) -> None:
    match = owed(shelf, "Polyhedral Knitting of Tensor Programs", authors="Chen")
    search()
    update_entry(entry=match.entry, title=TVM)
    search()
    match.refresh_from_db()
    assert match.state == MatchState.TAKEN


def test_a_proposal_is_taken_by_a_person(shelf: Shelf, arxiv: ArxivStandIn) -> None:
    match = owed(shelf)
    search()
    reading = take_match(match=match)
    assert reading == shelf.reading
    assert Entry.objects.get(pk=match.entry_id).reading == reading


@pytest.mark.parametrize("title", ["Google AI Blog", "TVM", "TVM Tutorials"])
def test_what_is_no_work_is_not_searched_for(shelf: Shelf, title: str) -> None:
    entry = add_entry(section=shelf.other, title=title)
    assert not owe_match(entry=entry)
    assert not TitleMatch.objects.filter(entry=entry).exists()
    assert not owe_match(entry=shelf.tvm)
