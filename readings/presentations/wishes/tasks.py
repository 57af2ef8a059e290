"""What is put off: hints that an assignment is to be worked out.  What is owed stands in rows."""

from __future__ import annotations

from typing import Final

from celery import shared_task
from django.utils import timezone

from readings.presentations.wishes import running

SWEEP_SECONDS: Final = 30


@shared_task
def compute_assignment(run_id: int) -> None:
    """Work out one assignment."""
    running.compute_run(run_id)


@shared_task
def sweep_assignments() -> None:
    """Owe what closed, and hint at everything that is owed; asked for by beat."""
    running.owe_closed_sheets(timezone.now())
    # Asked anew, as what came to be owed just now is due since then.
    for run_id in running.owed_runs(timezone.now()).order_by("pk").values_list("pk", flat=True):
        compute_assignment.apply_async((run_id,), expires=SWEEP_SECONDS)
