"""The worker's sign of life."""

from __future__ import annotations

from celery import shared_task

from readings.core import health


@shared_task
def beat_heart() -> None:
    """Leave a mark that a worker took a message just now."""
    health.mark_worker_alive()
