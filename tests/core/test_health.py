"""What ``/healthz`` tells a load balancer."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from readings.core.models import Heartbeat
from readings.core.tasks import beat_heart

pytestmark = pytest.mark.django_db


def test_all_is_well_after_a_worker_took_a_task(client: Client) -> None:
    beat_heart()
    beat_heart()

    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "queue": "ok", "storage": "ok"}
    assert "no-store" in answer["Cache-Control"]


def test_the_queue_is_down_when_no_worker_was_heard(client: Client) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json() == {"status": "down", "database": "ok", "queue": "down", "storage": "ok"}


def test_the_queue_is_down_when_the_worker_fell_silent(client: Client) -> None:
    beat_heart()
    Heartbeat.objects.update(beat_at=timezone.now() - dt.timedelta(minutes=1))

    assert client.get("/healthz").json()["queue"] == "down"


def test_storage_is_down_when_it_cannot_be_written(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    beat_heart()
    (tmp_path / "file").write_text("not a folder")
    storage = {
        "BACKEND": "readings.core.storage.WholeFileStorage",
        "OPTIONS": {"location": str(tmp_path / "file" / "files")},
    }
    settings.STORAGES = settings.STORAGES | {"default": storage}

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.json() == {"status": "down", "database": "ok", "queue": "ok", "storage": "down"}


def test_looking_leaves_nothing_behind(client: Client) -> None:
    client.get("/healthz")

    _, files = default_storage.listdir("health")
    assert files == []


def test_nobody_needs_to_be_signed_in_and_looking_costs_few_queries(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(2):
        client.get("/healthz")
