"""Taking owed work so that nobody else does it, and putting down what came of it.

A claim is short and renewed while the work goes on: work whose worker died is due again within a
minute.  Whoever lost a claim can no longer write an outcome.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import random
import secrets
import threading
from collections.abc import Iterator

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from readings.papers.models import Fetch, FetchQuerySet, FetchState, Paper

logger = logging.getLogger(__name__)

CLAIM_SECONDS = 30.0
RENEWAL_SECONDS = 8.0
FIRST_PAUSE_SECONDS = 20.0
LONGEST_PAUSE_SECONDS = 1800.0
MAX_REASON = 300


class ClaimLost(Exception):
    """Somebody else has the work now, or it is gone: forget what was done."""


def claim(candidates: FetchQuerySet, *, limit: int) -> list[Fetch]:
    """Take up to ``limit`` of the candidates that are due, oldest first; those are ours now."""
    now = timezone.now()
    token = secrets.token_hex(16)
    order = ("next_attempt_at", "pk")
    due = list(candidates.due(now).order_by(*order).values_list("pk", flat=True)[:limit])
    if not due:
        return []
    # The condition once more: of two who saw the same row, one updates it.
    Fetch.objects.due(now).filter(pk__in=due).update(
        state=FetchState.CLAIMED,
        claim=token,
        claimed_until=now + dt.timedelta(seconds=CLAIM_SECONDS),
    )
    ours = Fetch.objects.filter(claim=token).select_related("paper", "version__paper")
    return list(ours.order_by(*order))


@contextlib.contextmanager
def kept(fetches: list[Fetch]) -> Iterator[None]:
    """Renew the claim on ``fetches`` (of one ``claim``) for as long as the work lasts."""
    tokens = {fetch.claim for fetch in fetches}
    over = threading.Event()

    def renew() -> None:
        ours = Fetch.objects.filter(claim__in=tokens, state=FetchState.CLAIMED)
        while not over.wait(RENEWAL_SECONDS):
            try:
                ours.update(claimed_until=timezone.now() + dt.timedelta(seconds=CLAIM_SECONDS))
            except DatabaseError:
                logger.exception("a claim could not be renewed; the work may be done twice")
            finally:
                connection.close()

    thread = threading.Thread(target=renew, name="claim-renewal", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def finish(fetch: Fetch, *, failure: str = "") -> None:
    """The outcome: done, or failed for good with a reason.  In the transaction of its results.

    Raises ``ClaimLost``, so that the results are rolled back, when the claim is not ours any more.
    """
    _let_go(
        fetch,
        state=FetchState.FAILED if failure else FetchState.DONE,
        reason=_sentence(failure),
        attempts=fetch.attempts + 1,
        finished_at=timezone.now(),
    )


def put_off(fetch: Fetch, *, reason: str, pause: float) -> None:
    """Owe it again in ``pause`` seconds, with the reason for the wait."""
    _let_go(
        fetch,
        state=FetchState.OWED,
        reason=_sentence(reason),
        attempts=min(fetch.attempts + 1, 1000),
        next_attempt_at=timezone.now() + dt.timedelta(seconds=pause),
    )


def put_back(fetch: Fetch, *, pause: float) -> None:
    """Owe it as if it had not been taken: its turn had not come."""
    _let_go(
        fetch,
        state=FetchState.OWED,
        next_attempt_at=timezone.now() + dt.timedelta(seconds=pause),
    )


def pause_after(
    attempts: int, *, retry_after: float | None = None, draw: random.Random | None = None
) -> float:
    """Seconds to wait after the ``attempts``-th failure: doubling from 20 s to 30 min.

    A quarter more or less by chance, so that not everything comes back at once, and never less than
    what the server asked for.
    """
    doubled = FIRST_PAUSE_SECONDS * 2.0 ** min(max(attempts - 1, 0), 20)
    chance = (draw or random).uniform(0.75, 1.25)
    return max(min(doubled, LONGEST_PAUSE_SECONDS) * chance, retry_after or 0.0)


def _let_go(fetch: Fetch, **fields: object) -> None:
    ours = Fetch.objects.filter(pk=fetch.pk, claim=fetch.claim, state=FetchState.CLAIMED)
    with transaction.atomic():
        if not ours.update(claim="", claimed_until=None, **fields):
            raise ClaimLost
        Paper.objects.filter(pk=fetch.paper_id).update(updated_at=timezone.now())


def _sentence(reason: str) -> str:
    """A reason as people read it: it begins with a capital (or arXiv's a) and fits."""
    if len(reason) > MAX_REASON:
        reason = reason[: MAX_REASON - 1] + "…"
    return reason if reason.startswith("arXiv") else reason[:1].upper() + reason[1:]
