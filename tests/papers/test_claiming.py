"""Claims on owed work, and the pauses between attempts."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from readings.papers import claiming
from readings.papers.claiming import (
    LONGEST_PAUSE_SECONDS,
    MAX_REASON,
    ClaimLost,
    claim,
    finish,
    pause_after,
    put_back,
    put_off,
)
from readings.papers.models import Fetch, FetchStage, FetchState
from tests import factories

pytestmark = pytest.mark.django_db


def owe(**fields: object) -> Fetch:
    return Fetch.objects.create(paper=factories.make_paper(), stage=FetchStage.METADATA, **fields)


def test_a_claim_takes_the_oldest_first_and_no_more_than_wanted() -> None:
    now = timezone.now()
    fetches = [owe(next_attempt_at=now - dt.timedelta(minutes=n)) for n in range(4)]
    assert claim(Fetch.objects.all(), limit=3) == [fetches[3], fetches[2], fetches[1]]
    assert claim(Fetch.objects.all(), limit=3) == [fetches[0]]
    assert claim(Fetch.objects.all(), limit=3) == []


def test_what_is_not_due_is_not_claimed() -> None:
    owe(next_attempt_at=timezone.now() + dt.timedelta(minutes=1))
    owe(state=FetchState.DONE)
    owe(state=FetchState.FAILED)
    assert claim(Fetch.objects.all(), limit=9) == []


def test_whoever_lost_a_claim_writes_nothing() -> None:
    owe()
    (late,) = claim(Fetch.objects.all(), limit=1)
    Fetch.objects.update(claimed_until=timezone.now() - dt.timedelta(seconds=1))
    (now_with,) = claim(Fetch.objects.all(), limit=1)
    before = Fetch.objects.values().get()
    with pytest.raises(ClaimLost):
        finish(late)
    with pytest.raises(ClaimLost):
        finish(late, failure="no")
    with pytest.raises(ClaimLost):
        put_off(late, reason="later", pause=5)
    with pytest.raises(ClaimLost):
        put_back(late, pause=5)
    assert Fetch.objects.values().get() == before
    finish(now_with)
    assert Fetch.objects.get().state == FetchState.DONE
    with pytest.raises(ClaimLost):
        finish(now_with)


def test_an_outcome_raises_the_time_of_the_papers_change() -> None:
    fetch = owe()
    before = fetch.paper.updated_at
    (taken,) = claim(Fetch.objects.all(), limit=1)
    put_off(taken, reason="could not reach it", pause=5)
    fetch.paper.refresh_from_db()
    assert fetch.paper.updated_at > before


def test_a_reason_is_a_sentence_that_fits() -> None:
    owe()
    (taken,) = claim(Fetch.objects.all(), limit=1)
    finish(taken, failure="it " * 500)
    reason = Fetch.objects.get().reason
    assert reason.startswith("It it")
    assert len(reason) == MAX_REASON


def test_what_was_put_back_has_not_been_tried() -> None:
    owe(attempts=2)
    (taken,) = claim(Fetch.objects.all(), limit=1)
    put_back(taken, pause=30)
    fetch = Fetch.objects.get()
    assert (fetch.state, fetch.attempts, fetch.claim) == (FetchState.OWED, 2, "")
    assert fetch.next_attempt_at > timezone.now() + dt.timedelta(seconds=25)


@pytest.mark.django_db(transaction=True)
def test_a_claim_is_renewed_while_the_work_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claiming, "RENEWAL_SECONDS", 0.02)
    owe()
    taken = claim(Fetch.objects.all(), limit=1)
    Fetch.objects.update(claimed_until=timezone.now())
    deadline = timezone.now() + dt.timedelta(seconds=10)
    with claiming.kept(taken):
        while Fetch.objects.due(timezone.now()).exists() and timezone.now() < deadline:
            pass
        assert Fetch.objects.at_work(timezone.now() + dt.timedelta(seconds=20)).exists()
    finish(taken[0])


@settings(max_examples=60)
@given(
    st.integers(min_value=0, max_value=10_000),
    st.none() | st.floats(min_value=0, max_value=21_600),
    st.randoms(use_true_random=False),
)
def test_a_pause_is_bounded_and_never_shorter_than_asked_for(
    attempts: int, retry_after: float | None, draw: random.Random
) -> None:
    pause = pause_after(attempts, retry_after=retry_after, draw=draw)
    assert pause >= (retry_after or 0)
    assert 15 <= pause <= max(LONGEST_PAUSE_SECONDS * 1.25, retry_after or 0)
