"""What is put off: hints that there is a document to be fetched.  What is owed stands in rows."""

from __future__ import annotations

from typing import Final

from celery import shared_task

from readings.imports import fetching

SWEEP_SECONDS: Final = 60


@shared_task
def bring_document(fetch_id: int) -> None:
    """Fetch a document that somebody named by its address and waits for."""
    fetching.bring(fetch_id)


@shared_task
def check_source(source_id: int) -> None:
    """Look whether a followed document has changed."""
    fetching.check_source(source_id)


@shared_task
def sweep() -> None:
    """Hint at everything that is owed; asked for by beat."""
    for fetch_id in fetching.owed_fetches():
        bring_document.apply_async((fetch_id,), expires=SWEEP_SECONDS)
    for source_id in fetching.owed_looks():
        check_source.apply_async((source_id,), expires=SWEEP_SECONDS)
