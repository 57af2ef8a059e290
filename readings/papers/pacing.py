"""Taking turns at a service that asks not to be hurried: one queue for all workers everywhere."""

from __future__ import annotations

import datetime as dt
import time

from django.db import transaction
from django.utils import timezone

from readings.papers.models import Pace

PATIENCE_SECONDS = 30.0


class NotYet(Exception):
    """The queue is longer than a worker should wait in it: come back in ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.0f} s to wait")
        self.seconds = seconds


def wait_for_turn(
    service: str, *, gap_seconds: float, patience_seconds: float = PATIENCE_SECONDS
) -> None:
    """Sleep until this is the next request to ``service``, ``gap_seconds`` after the one before.

    The turn is reserved in a short transaction and slept for outside of it.  Raises ``NotYet``, and
    reserves nothing, when it is more than ``patience_seconds`` away.
    """
    with transaction.atomic():
        pace = queue_of(service)
        now = timezone.now()
        turn = max(now, pace.free_at)
        wait = (turn - now).total_seconds()
        if wait > patience_seconds:
            raise NotYet(wait)
        pace.free_at = turn + dt.timedelta(seconds=gap_seconds)
        pace.save(update_fields=["free_at"])
    if wait > 0:
        time.sleep(wait)


def hold_back(service: str, *, seconds: float) -> None:
    """Let nobody ask ``service`` for some time: it said so."""
    with transaction.atomic():
        pace = queue_of(service)
        until = timezone.now() + dt.timedelta(seconds=seconds)
        if until > pace.free_at:
            pace.free_at = until
            pace.save(update_fields=["free_at"])


def queue_of(service: str) -> Pace:
    """The row of the queue, locked until the end of the transaction one is in."""
    pace, _made = Pace.objects.select_for_update().get_or_create(
        service=service, defaults={"free_at": timezone.now()}
    )
    return pace
