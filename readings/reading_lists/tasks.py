"""What workers do for reading lists.

Messages may come twice, or never: the rows are asked first.
"""

from __future__ import annotations

from celery import shared_task

from readings.papers.fetching import can_ask_arxiv
from readings.papers.tasks import SWEEP_SECONDS, ask_arxiv
from readings.reading_lists import searching


@shared_task
def search_titles() -> None:
    """The next search on arXiv, then a hint at the one after it."""
    has_more = searching.search_next()
    # Whoever wanted to fetch meanwhile was sent away and relies on this; and goes first, so that
    # a long list of titles and a long list of papers take turns.
    if can_ask_arxiv():
        ask_arxiv.delay()
    if has_more and searching.is_owed():
        search_titles.delay()


@shared_task
def sweep_titles() -> None:
    """Hint at searches that are owed and due; asked for by beat."""
    if searching.is_owed():
        search_titles.apply_async(expires=SWEEP_SECONDS)
