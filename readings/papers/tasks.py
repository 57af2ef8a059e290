"""What is put off: hints that there is work.  What is owed stands in ``Fetch`` rows.

Each may come twice, late, or never: the rows are asked first, and ``sweep`` finds what was lost.
"""

from __future__ import annotations

from typing import Any

from celery import Task, shared_task
from django.db import transaction

from readings.papers import fetching

TEXTS_A_SWEEP = 200
SWEEP_SECONDS = 20


@shared_task
def ask_arxiv() -> None:
    """The next request to arXiv, then a hint at the one after it."""
    for fetch_id in fetching.ask_arxiv():
        read_text.delay(fetch_id)
    # Asked after the queue was let go: whoever came meanwhile was sent away and relies on this.
    if fetching.can_ask_arxiv():
        ask_arxiv.delay()


@shared_task
def read_text(fetch_id: int) -> None:
    """The text of one stored PDF."""
    fetching.read_text(fetch_id)


@shared_task
def sweep() -> None:
    """Hint at everything that is owed and due; asked for by beat."""
    fetching.owe_stand_ins_again()
    if fetching.can_ask_arxiv():
        ask_arxiv.apply_async(expires=SWEEP_SECONDS)
    for fetch_id in fetching.owed_texts(limit=TEXTS_A_SWEEP):
        read_text.apply_async((fetch_id,), expires=SWEEP_SECONDS)


def hint(task: Task[Any, Any], *keys: int) -> None:
    """Put ``task`` off until the transaction is committed.

    Without a broker the hint is lost and said in the log: the person who asked need not know.
    """

    def send() -> None:
        task.apply_async(keys, retry=False)

    transaction.on_commit(send, robust=True)
