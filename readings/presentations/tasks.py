"""What is put off: seats that became free in ways nobody here sees, for those who wait."""

from __future__ import annotations

from celery import shared_task

from readings.presentations import waiting


@shared_task
def sweep_waiting() -> None:
    """Let those move up who may by now: rules, groups and dates change; asked for by beat."""
    for slots in waiting.owed_slots().values():
        waiting.move_up(slots)
