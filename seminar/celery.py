"""The Celery application and what beat asks of it."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready
from kombu.transport import TRANSPORT_ALIASES

HEARTBEAT = "readings.core.tasks.beat_heart"
SWEEP = "readings.papers.tasks.sweep"
SWEEP_DOCUMENTS = "readings.imports.tasks.sweep"
SWEEP_TITLES = "readings.reading_lists.tasks.sweep_titles"
SWEEP_REMINDERS = "readings.progress.tasks.sweep_reminders"
SWEEP_WAITING = "readings.presentations.tasks.sweep_waiting"
SWEEP_ASSIGNMENTS = "readings.presentations.wishes.tasks.sweep_assignments"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seminar.settings")

TRANSPORT_ALIASES["filesystem"] = "seminar.folder_queue:Transport"

app = Celery("seminar")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["readings"])
# What was put off for longer than until its next turn need not be done any more.
app.conf.beat_schedule = {
    "sweep": {
        "task": SWEEP,
        "schedule": 20.0,
        "options": {"expires": 20},
    },
    "documents": {
        "task": SWEEP_DOCUMENTS,
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "titles": {
        "task": SWEEP_TITLES,
        "schedule": 20.0,
        "options": {"expires": 20},
    },
    "reminders": {
        "task": SWEEP_REMINDERS,
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "waiting": {
        "task": SWEEP_WAITING,
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "assignments": {
        "task": SWEEP_ASSIGNMENTS,
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "heartbeat": {"task": HEARTBEAT, "schedule": 10.0, "options": {"expires": 10}},
}


@worker_ready.connect
def begin_at_once(**_signal: Any) -> None:
    """Show on ``/healthz``, and do what the worker before died over, without waiting for beat."""
    app.send_task(HEARTBEAT, expires=10)
    app.send_task(SWEEP, expires=20)
