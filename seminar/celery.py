"""The Celery application and what beat asks of it."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seminar.settings")

app = Celery("seminar")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["readings"])
app.conf.beat_schedule = {
    "sweep": {"task": "readings.papers.tasks.sweep", "schedule": 20.0},
    "heartbeat": {"task": "readings.core.tasks.beat_heart", "schedule": 10.0},
}
